"""The numbers that are written in a cell's text, so that any of them can be asked for as a leaf."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Container, Sequence
from functools import cached_property
from typing import NamedTuple

from .literals import is_number
from .traces import NoLeaf

_ASKED = re.compile(r"(?:line )?(\d+): ?(\S+?)(?:#(\d+))?")
_NUMBER = re.compile(r"\d[\d_.]*(?:[eE][-+]?\d+)?")


class Mark(NamedTuple):
    """How a number is found again when the text is another one: by the line without its numbers, the how manieth such
    line that is, and the how manieth number in it.
    """

    line: str
    nth: int
    place: int


class Written(NamedTuple):
    """A number in the text: where it stands, what it is, what it is called (``line 3: 0.5``), and its mark."""

    line: int
    column: int
    number: float
    name: str
    mark: Mark


def written(tree: ast.AST, source: str) -> list[Written]:
    """All numbers of a text, in its order; none of annotations and patterns."""
    found: list[tuple[int, int, float]] = []
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.expr) and is_number(node):
            found.append((node.lineno, node.col_offset, ast.literal_eval(node)))
            continue
        for name, part in ast.iter_fields(node):
            if name in ("annotation", "returns", "pattern", "format_spec"):
                continue
            stack += [each for each in (part if isinstance(part, list) else [part]) if isinstance(each, ast.AST)]
    lines = source.splitlines()
    bare = [_NUMBER.sub("#", line).strip() for line in lines]
    same, places, made = Counter[tuple[int, str]](), Counter[int](), []
    for line, column, number in sorted(found):
        text = bare[line - 1] if line <= len(bare) else ""
        same[line, repr(number)] += 1
        count = same[line, repr(number)]
        name = f"line {line}: {number!r}" + (f"#{count}" if count > 1 else "")
        made.append(Written(line, column, number, name, Mark(text, bare[: line - 1].count(text), places[line])))
        places[line] += 1
    return made


def meant(numbers: Sequence[Written], asked: object) -> list[Written]:
    """The numbers that somebody may mean who asks for ``0.5``, ``line 3: 0.5``, ``3:0.5`` or, where it stands there
    twice, ``3:0.5#2``.
    """
    if isinstance(asked, (int, float)):
        return [number for number in numbers if number.number == asked]
    text = str(asked).strip()
    there = _ASKED.fullmatch(text)
    value, line = (_value(there[2]), int(there[1])) if there else (_value(text), None)
    some = [number for number in numbers if number.number == value and (line is None or number.line == line)]
    nth = int(there[3] or 1) if there else 0
    return some[nth - 1 : nth] if nth else some


def _value(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


class Asked:
    """The numbers of a cell's text that are leaves because somebody has asked for them: their names, by place."""

    def __init__(self, parse: Callable[[], ast.AST], source: str, names: Sequence[str], marks: Sequence[Mark]) -> None:
        self._parse, self._source = parse, source
        self.places: dict[tuple[int, int], str] = {}
        self._given: set[tuple[int, int]] = set()
        if names or marks:
            for number in self.numbers:
                if number.mark in marks:
                    self.places[number.line, number.column] = number.name
            for name in names:
                self.put(name, (), "", on=True, what="--wrt ")
                self._given.add([*self.places][-1])

    @cached_property
    def numbers(self) -> list[Written]:
        """All numbers of the text."""
        return written(self._parse(), self._source)

    @property
    def marks(self) -> list[Mark]:
        """Those that were asked for later, as they are found again in another text."""
        asked = self.places.keys() - self._given
        return [number.mark for number in self.numbers if (number.line, number.column) in asked]

    def put(self, name: object, leaves: Container[str], digest: str, *, on: bool, what: str = "") -> None:
        """Ask for one, or ask for it no longer. ``leaves`` are the keys of those that are leaves anyway. Raises NoLeaf
        where none, or more than one, is meant.
        """
        could = [number for number in self.numbers if ((number.line, number.column) in self.places) is not on]
        could = [number for number in could if not on or f"{digest}:{number.line}:{number.column}" not in leaves]
        some = [number for number in meant(self.numbers, name) if number in could]
        if len(some) != 1:
            listed = ", ".join(f"'{number.name}'" for number in (some or could)[:12]) or "none"
            why = f"is written {len(some)} times" if some else "is no such number"
            raise NoLeaf(f"{what}{name}: that {why} in the text; there {'is' if listed == 'none' else 'are'} {listed}")
        (number,) = some
        if on:
            self.places[number.line, number.column] = number.name
        else:
            del self.places[number.line, number.column]
