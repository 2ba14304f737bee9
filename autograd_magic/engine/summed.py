"""Python's ``sum``: from 3.12 on it keeps what each addition of two floats loses, and adds that at the end (A.
Neumaier, 1974). In the graph such a sum is a row of additions as it always was; the last one has the number that keeps
more.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from . import record
from .number import Number, plain
from .ops import TABLE, Op
from .value import Value, constant, is_real, operate

PART, TOTAL = replace(TABLE["add"]), replace(TABLE["add"])
"""The additions of such a sum, and the last of them."""

compensates = sum([1e16, 1.0, -1e16]) == 1.0
"""Whether this Python's ``sum`` does so."""


def compensated(terms: Sequence[float]) -> float:
    """The sum of these floats."""
    total, lost = terms[0], 0.0
    for term in terms[1:]:
        lost += _lost(total, term)
        total += term
    return total + lost if lost and math.isfinite(lost) else total


def _lost(x: float, y: float) -> float:
    """What the addition of two floats loses."""
    both = x + y
    return (x - both) + y if abs(x) >= abs(y) else (y - both) + x


def terms_of(node: int, rows: Sequence[Op], args: Sequence[tuple[int, ...]]) -> list[int]:
    """The nodes that the sum which ends in a node is made of; ``rows`` and ``args`` are those of a graph."""
    found = [args[node][1]]
    first = args[node][0]
    while rows[first] is PART:
        found.append(args[first][1])
        first = args[first][0]
    return [first, *reversed(found)]


def summed(numbers: Iterable[Any], /, start: Any = 0) -> Any:
    """``sum`` of numbers that remember, as a Python computes it that compensates: whole numbers, and then floats. Where
    a whole number comes later, or one of NumPy's, only a run can tell.
    """
    row = [start, *numbers]
    kinds = [type(plain(item)) for item in row]
    if Number not in map(type, row) or Value in map(type, row) or float not in kinds:
        return sum(row[1:], start)
    first = kinds.index(float)
    if set(kinds[first:]) == {float} and set(kinds[:first]) <= {int, bool}:
        if first:
            row = [sum(row[1:first], start) + row[first], *row[first + 1 :]]
        return _floats(row) if len(row) > 2 else sum(row[1:], row[0])
    made = sum(row[1:], start)
    if isinstance(made, Value) and all(map(is_real, map(plain, row))):
        made.number = sum(map(plain, row[1:]), plain(start))
        record.escape(made)
    return made


def _floats(row: list[Any]) -> Any:
    number = compensated([*map(plain, row)])
    while type(row[0]) is float and type(row[1]) is float and _lost(row[0], row[1]) == 0:
        row = [row[0] + row[1], *row[2:]]  # what is written there, and is exact, is one number
    nodes = [item if isinstance(item, Value) else constant(item) for item in row]
    made = nodes[0]
    for place, node in enumerate(nodes[1:], start=2):
        made = operate(Number, TOTAL if place == len(nodes) else PART, PART.apply, (made, node))
    made.number = number
    return made
