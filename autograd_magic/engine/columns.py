"""The columns of a graph: which operation made each node, and of which nodes, without a Python object a node.

Nodes stand in the order in which they were made, so that the arguments of a node come before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, overload

import numpy as np

from .ops import Op

Ints = np.ndarray[Any, np.dtype[np.int32]]
Bools = np.ndarray[Any, np.dtype[np.bool_]]

CHUNK = 4_096
"""So many nodes become Python objects at a time."""

NARROW, STRETCH = 16, 512
"""Where fewer nodes than this stand side by side, so many are looked at one after the other."""


class Rows(Sequence[Op]):
    """The row of the op table of each node: ``codes`` (n,) are places in ``table``."""

    def __init__(self, table: Sequence[Op], codes: Ints) -> None:
        self.table, self.codes = list(table), codes

    @classmethod
    def of(cls, rows: Sequence[Op]) -> Rows:
        """Rows as columns."""
        if isinstance(rows, Rows):
            return rows
        places: dict[int, int] = {}
        codes = [places.setdefault(id(row), len(places)) for row in rows]
        table = dict(zip(codes, rows, strict=True))
        return cls([table[code] for code in range(len(table))], np.array(codes, dtype=np.int32))

    def each(self, fact: Iterable[Any]) -> Any:
        """What is known of each row of the table, for each node; shape (n,)."""
        return np.array(list(fact))[self.codes] if self.table else np.zeros(0)

    def some(self, nodes: Any) -> list[Op]:
        """Those of some nodes (m,)."""
        return [self.table[code] for code in self.codes[nodes].tolist()]

    def __len__(self) -> int:
        return len(self.codes)

    @overload
    def __getitem__(self, node: int) -> Op: ...
    @overload
    def __getitem__(self, node: slice) -> list[Op]: ...
    def __getitem__(self, node: Any) -> Any:
        if isinstance(node, slice):
            return self.some(node)
        return self.table[self._each[node]]

    @cached_property
    def _each(self) -> Any:
        """The codes as Python reads them one by one, without a number of NumPy's each."""
        return memoryview(self.codes)  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[Op]:
        for at in range(0, len(self), CHUNK):
            yield from self[at : at + CHUNK]


class Args(Sequence[tuple[int, ...]]):
    """The arguments of each node: those of node k are ``flat[starts[k]:starts[k + 1]]``."""

    def __init__(self, starts: Ints, flat: Ints) -> None:
        self.starts, self.flat = starts, flat

    @classmethod
    def of(cls, args: Sequence[tuple[int, ...]]) -> Args:
        """Arguments as columns."""
        if isinstance(args, Args):
            return args
        starts = np.cumsum([0, *map(len, args)], dtype=np.int32)
        return cls(starts, np.array([arg for some in args for arg in some], dtype=np.int32))

    def __len__(self) -> int:
        return len(self.starts) - 1

    @overload
    def __getitem__(self, node: int) -> tuple[int, ...]: ...
    @overload
    def __getitem__(self, node: slice) -> list[tuple[int, ...]]: ...
    def __getitem__(self, node: Any) -> Any:
        if isinstance(node, slice):
            return [self[one] for one in range(*node.indices(len(self)))]
        starts, flat = self._each
        node = int(node) + (len(self) if node < 0 else 0)
        return tuple(flat[starts[node] : starts[node + 1]].tolist())

    @cached_property
    def _each(self) -> tuple[Any, Any]:
        """Both as Python reads them one by one, without a number of NumPy's each."""
        return memoryview(self.starts), memoryview(self.flat)  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[tuple[int, ...]]:
        for _, some in self.some(np.arange(len(self))):
            yield tuple(some)

    def some(self, nodes: Any) -> Iterator[tuple[int, list[int]]]:
        """Some nodes (m,), as they are given, each with its arguments."""
        for at in range(0, len(nodes), CHUNK):
            part = nodes[at : at + CHUNK]
            low, high = self.starts[part], self.starts[part + 1]
            base = int(low.min())
            found = self.flat[base : int(high.max())].tolist()
            for node, start, stop in zip(part.tolist(), (low - base).tolist(), (high - base).tolist(), strict=True):
                yield node, found[start:stop]

    def edges(self, nodes: Any) -> tuple[Any, Any]:
        """Where the arguments of some nodes (m,) stand in ``flat``, one node after the other, and for each of them
        which of the m it belongs to.
        """
        starts = self.starts[nodes]
        counts = self.starts[nodes + 1] - starts
        owner = np.repeat(np.arange(len(nodes)), counts)
        return np.arange(len(owner)) + (starts - np.cumsum(counts) + counts)[owner], owner


def levels(computed: Bools, args: Args) -> Ints:
    """How far each computed node (n,) is from those that are not: one more than the farthest of its arguments."""
    level: Ints = np.zeros(len(computed), dtype=np.int32)
    nodes = np.flatnonzero(computed)
    if not len(nodes):
        return level
    flat = args.flat
    # Its last argument that is computed: up to there a node can't be looked at together with others.
    last = np.full(len(computed), -1, dtype=np.int32)
    edges, owner = args.edges(nodes)
    used = np.where(computed[flat[edges]], flat[edges], -1)
    last[nodes] = np.maximum.reduceat(used, np.flatnonzero(begins(owner)))
    at, count = 0, len(computed)
    while at < count:
        stop, step = at, 64
        while stop < count:
            late = last[stop : stop + step] >= at
            found = int(late.argmax())
            if late[found]:
                stop += found
                break
            stop, step = stop + len(late), step * 4
        if stop - at >= NARROW:
            some = nodes[slice(*np.searchsorted(nodes, (at, stop)))]
            if len(some):
                edges, owner = args.edges(some)
                level[some] = 1 + np.maximum.reduceat(level[flat[edges]], np.flatnonzero(begins(owner)))
            at = stop
            continue
        stop = min(at + STRETCH, count)
        some = nodes[slice(*np.searchsorted(nodes, (at, stop)))]
        held: Any = memoryview(level)  # type: ignore[arg-type]
        for node, found_args in args.some(some):
            held[node] = 1 + max([held[arg] for arg in found_args])
        at = stop
    return level


def begins(found: Any) -> Bools:
    """Which of some numbers in a row (n,) are not those before them."""
    marked = np.ones(len(found), dtype=bool)
    np.not_equal(found[1:], found[:-1], out=marked[1:])
    return marked
