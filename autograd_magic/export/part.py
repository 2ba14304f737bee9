"""A part of a large graph: one node, or what it holds; and how parts in a row are put together where there are many.

``js/src/model/part.ts`` is its twin.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Hashable, Sequence
from copy import copy
from functools import cached_property
from itertools import accumulate, pairwise
from typing import overload

import numpy as np

from .spoken import from_to

MANY = 24
"""So many parts stand beside each other; more are put together."""

LONG = 4
"""From so many on things of one kind are a list, and additions a long sum."""

Nodes = np.ndarray

Alike = tuple[Hashable, bool]
"""The family of a part, and whether it is a list, which is never put to what stands before it."""


class Part:
    """One node, or what it holds. ``family`` is how things like it are called together, which are opened together."""

    def __init__(
        self,
        kind: str,
        nodes: Nodes,
        called: Callable[[], str],
        split: Callable[[], Sequence[Part]] = lambda: (),
        family: Hashable = None,
    ) -> None:
        self.kind, self.nodes, self._called, self._split = kind, nodes, called, split
        self.family = self if family is None else family

    @cached_property
    def label(self) -> str:
        """What a reader calls it."""
        return self._called()

    @cached_property
    def inside(self) -> Sequence[Part]:
        """What it holds, one level; nothing for a node."""
        return self._split()

    @property
    def holds(self) -> int:
        """How many nodes are in it; 1 for one that cannot be opened."""
        return 1 if self.kind == "node" else len(self.nodes)

    @property
    def last(self) -> int:
        """The last node that was made of those in it."""
        return int(self.nodes[-1])


class Row(Sequence[Part]):
    """Parts in a row, of which each is made when somebody asks for it: there may be as many as a loop has passes.
    ``make`` makes the one at a place from its nodes; ``alike`` says of some places what ``Alike`` is of them, if that
    is known before.
    """

    def __init__(
        self,
        nodes: Sequence[Nodes],
        make: Callable[[int, Nodes], Part],
        alike: Callable[[range], Sequence[Alike]] | None = None,
    ) -> None:
        self.nodes, self._make, self._alike = nodes, make, alike
        self._made: dict[int, Part] = {}
        self._places = range(len(nodes))

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, at: int) -> Part: ...
    @overload
    def __getitem__(self, at: slice) -> Row: ...
    def __getitem__(self, at: int | slice) -> Part | Row:
        if isinstance(at, slice):
            some = copy(self)
            some.nodes, some._places = self.nodes[at], self._places[at]
            return some
        place = self._places[at]
        if place not in self._made:
            self._made[place] = self._make(place, self.nodes[at])
        return self._made[place]

    @property
    def alike(self) -> Sequence[Alike]:
        """What each of them can be put together with."""
        return [_alike(part) for part in self] if self._alike is None else self._alike(self._places)


def _alike(part: Part) -> Alike:
    return part.family, part.kind == "list"


def in_order(rows: Sequence[Sequence[Part]]) -> Sequence[Part]:
    """All parts of some rows, in the order of the last node of each."""
    nodes = [some for row in rows for some in (row.nodes if isinstance(row, Row) else [part.nodes for part in row])]
    order = np.argsort([some[-1] for some in nodes], kind="stable").tolist()
    firsts = [0, *accumulate(map(len, rows))]

    def made(at: int, _: Nodes) -> Part:
        place: int = order[at]
        row = bisect_right(firsts, place) - 1
        return rows[row][place - firsts[row]]

    def alike(places: range) -> Sequence[Alike]:
        every = [one for row in rows for one in (row.alike if isinstance(row, Row) else map(_alike, row))]
        return [every[order[at]] for at in places]

    return Row([nodes[at] for at in order], made, alike)


def held(parts: Sequence[Part]) -> Nodes:
    """All nodes of some parts."""
    return np.concatenate(parts.nodes if isinstance(parts, Row) else [part.nodes for part in parts])


def packed(parts: Sequence[Part]) -> Sequence[Part]:
    """Things of one kind that follow each other are put together where there are too many; then what is next to each
    other.
    """
    if len(parts) <= MANY:
        return parts
    begins, family = list[int](), object()
    for at, (own, is_list) in enumerate(parts.alike if isinstance(parts, Row) else map(_alike, parts)):
        if is_list or not begins or own != family:
            begins.append(at)
            family = own
    runs = [parts[begin:end] for begin, end in pairwise([*begins, len(parts)])]
    return chunks([part for run in runs for part in (run if len(run) < LONG else [_many(run)])])


def _many(run: Sequence[Part]) -> Part:
    first, family = run[0], run[0].family

    def called() -> str:
        if first.kind in ("call", "pass"):
            return f"{len(run)} × {re.sub(r' [0-9]+$|^call [0-9]+ of ', '', first.label, count=1)}"
        return f"{family}: {len(run)} {'steps' if str(family).startswith('line ') else 'numbers'}"

    return Part("list", held(run), called, lambda: chunks(run), f"many {family}")


def chunks(parts: Sequence[Part]) -> Sequence[Part]:
    """What stands in a row, by tens where it is too much, or by hundreds."""
    if len(parts) <= MANY:
        return parts
    size, family = 10, object()
    while len(parts) > size * MANY:
        size *= 10
    rows = [parts[at : at + size] for at in range(0, len(parts), size)]
    return [row[0] if len(row) == 1 else _chunk(row, family) for row in rows]


def _chunk(row: Sequence[Part], family: object) -> Part:
    return Part("part", held(row), lambda: from_to(len(row), row[0].label, row[-1].label), lambda: chunks(row), family)
