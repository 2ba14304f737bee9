"""A cell's text with other numbers in it: where its leaves are written, and nothing else, is changed."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from .literals import is_arithmetic, place
from .walk import walk


def with_numbers(source: str, body: str, places: Mapping[str, Any], lines: Mapping[int, Any]) -> tuple[str, set[Any]]:
    """``source`` with numbers in the place of those that are written at some ``places`` (line and column, as in
    ``body``, which is what Python sees of it), or in the one ``Value(...)`` on some ``lines``. Gives back also those
    places and lines that were found.
    """
    text = source.split("\n")
    numbers, values = _numbers(body)
    found: set[Any] = {here for here in places if here in numbers}
    edits = [(node, literal(number)) for here, number in places.items() for node in numbers.get(here, ())]
    for line, number in lines.items():
        if len(there := values.get(line, [])) == 1:
            found.add(line)
            edits.append((there[0], literal(number)))
    for node, number in sorted(edits, key=lambda edit: (edit[0].lineno, edit[0].col_offset), reverse=True):
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        if last >= len(text):
            continue
        before, after = _split(text[first], node.col_offset)[0], _split(text[last], node.end_col_offset or 0)[1]
        whole = "\n".join(text[first : last + 1])
        if _reads(whole[len(before) : len(whole) - len(after)], node):
            text[first : last + 1] = [before + number + after]
        else:
            found.discard(place(node))
            found.discard(node.lineno)
    return "\n".join(text), found


@lru_cache(maxsize=16)
def _numbers(body: str) -> tuple[Mapping[str, list[ast.expr]], Mapping[int, list[ast.expr]]]:
    """The numbers of a text by their places, and those of ``Value(...)`` by their lines. A text is asked for again with
    each run that measures a gradient.
    """
    numbers, values = dict[str, list[ast.expr]](), dict[int, list[ast.expr]]()
    for node in walk(ast.parse(body)):
        if isinstance(node, ast.Call):
            values.setdefault(node.lineno, []).extend(_written(node))
        if isinstance(node, ast.expr) and is_arithmetic(node):
            numbers.setdefault(place(node), []).append(node)
    return numbers, values


def elements(body: str) -> dict[str, str]:
    """Where the numbers of a list, a tuple, a dict or an array stand that the text writes out under a name which it
    binds once: by the names that they have as leaves (``w[0,1]``, ``w['k'][2]``).
    """
    tree = ast.parse(body)
    bound = Counter(
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    )
    found: dict[str, str] = {}

    def each(node: ast.expr, name: str, index: tuple[int, ...]) -> None:
        called = f"{name}[{','.join(map(repr, index))}]" if index else name
        if isinstance(node, (ast.List, ast.Tuple)):
            for at, element in enumerate(node.elts):
                each(element, name, (*index, at))
        elif isinstance(node, ast.Dict):
            for key, item in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant):
                    each(item, f"{called}[{key.value!r}]", ())
        elif isinstance(node, ast.Call) and not index and node.args and ast.unparse(node.func) in _ARRAYS:
            each(node.args[0], name, index)
        elif is_arithmetic(node):
            found[called] = place(node)

    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = node.targets[0]
            if isinstance(target, ast.Name) and bound[target.id] == 1 and not is_arithmetic(node.value):
                each(node.value, target.id, ())
    return found


_ARRAYS = frozenset(("np.array", "numpy.array", "np.asarray", "numpy.asarray"))


def place_of(key: str, digest: str) -> str | None:
    """Where the number of a leaf is written, if that is in the text that the digest stands for."""
    of, _, where = key.partition(":")
    return where if of == digest and where[:1].isdigit() and "#" not in where else None


def literal(number: Any) -> str:
    """A number as it is written in a text."""
    if isinstance(number, int):
        return repr(int(number))
    number = float(number)
    return repr(number) if abs(number) < float("inf") else f"float('{number}')"


def _written(call: ast.Call) -> Iterator[ast.expr]:
    """The number that is written in ``Value(2.0, label='a')``."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    given = [*call.args[:1], *(keyword.value for keyword in call.keywords if keyword.arg == "data")]
    if name == "Value" and given and is_arithmetic(given[0]):
        yield given[0]


def _split(line: str, column: int) -> tuple[str, str]:
    """Python counts columns in bytes."""
    raw = line.encode()
    return raw[:column].decode(), raw[column:].decode()


def _reads(text: str, node: ast.expr) -> bool:
    """Whether this is how the node is written: where IPython has put something else for a line it is not."""
    try:
        return ast.dump(ast.parse(f"({text}\n)", mode="eval").body) == ast.dump(node)
    except SyntaxError:
        return False
