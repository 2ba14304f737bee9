"""What a cell prints: its text is for people, and decides nothing."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Iterable
from typing import Any

from autograd_magic.engine import record
from autograd_magic.engine.number import Number, plain
from autograd_magic.engine.value import Value, is_plain


class Said:
    """Something on its way into ``print``; what a template reads from it (``'{0.x} {0[1]}'.format(p)``) is as well."""

    __slots__ = ("_found", "_place")

    def __init__(self, found: Any, place: int) -> None:
        self._found, self._place = found, place

    def __getattribute__(self, name: str) -> Any:
        found, place = _of(self)
        return Said(getattr(found, name), place)

    def __getitem__(self, index: Any) -> Any:
        found, place = _of(self)
        return Said(found[index], place)

    def __str__(self) -> str:
        return _text(*_of(self), str)

    def __repr__(self) -> str:
        return _text(*_of(self), repr)

    def __format__(self, spec: str) -> str:
        return _text(*_of(self), format, spec)


def _of(said: Said) -> tuple[Any, int]:
    return object.__getattribute__(said, "_found"), object.__getattribute__(said, "_place")


def _text(found: Any, place: int, write: Any, *spec: str) -> str:
    run = record.running
    if run is None:
        return str(write(found, *spec))
    with run.printing(place):
        text = str(write(found, *spec))
    last = found
    while isinstance(last, (list, tuple, dict)) and last:
        last = last[-1] if isinstance(last, (list, tuple)) else next(reversed(last.values()))
    if is_plain(last) and not isinstance(last, Value):
        run.print(last, place)
    return text


_TEXT = (str, bytes, type(None), bool)


def said(printer: Any, found: Any, place: int = -1) -> Any:
    """An argument of ``print``, the one at ``place``, where that is Python's own and prints into the cell's output."""
    run = record.running
    if run is None or printer is not builtins.print or sys.stdout is not run.stdout:
        return found
    if isinstance(found, _TEXT):
        if isinstance(found, str):
            run.print_text(place)
        return found
    return Said(found, place)


def each_said(printer: Any, found: Any, place: int = -1) -> Any:
    """The same of ``*found``."""
    run = record.running
    if run is None or printer is not builtins.print or sys.stdout is not run.stdout or not isinstance(found, Iterable):
        return found.number if type(found) is Number else found  # Python says that it cannot be iterated over
    return [said(printer, item, place) for item in found]


class LookedUp:
    """A dict of a class of its own in a template: what stands under a key is that class's to say."""

    def __init__(self, found: dict[Any, Any]) -> None:
        self._found = found
        self.parts: list[Any] = []

    def __getitem__(self, key: Any) -> Any:
        part = self._found[key]
        self.parts.append(part)
        return plain(part)

    def __str__(self) -> str:
        return str(self._found)

    def __repr__(self) -> str:
        return repr(self._found)


def percent(printer: Any, template: str, found: Any, place: int = -1) -> Any:
    """``'...' % found``: the numbers as text. They are no guards, as ``float()`` would make of them."""
    run = record.running
    if run is None:
        return template % found
    parts = found if isinstance(found, tuple) else tuple(found.values()) if isinstance(found, dict) else (found,)
    if isinstance(found, tuple):
        text = template % tuple(map(plain, found))
    elif type(found) is dict:
        text = template % {key: plain(part) for key, part in found.items()}
    elif isinstance(found, dict):
        looked = LookedUp(found)
        text = template % looked
        parts = (*looked.parts,)
    else:
        text = template % plain(found)
    numbers = [part for part in parts if isinstance(part, Value)]
    if printer is not builtins.print or sys.stdout is not run.stdout:
        for number in numbers:
            run.say(number, text if isinstance(text, str) else "")
        return text
    with run.printing(place):
        for part in parts:
            if isinstance(part, Value):
                run.say(part)
            elif is_plain(part):
                run.print(part, place)
    return text
