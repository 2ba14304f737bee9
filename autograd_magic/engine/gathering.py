"""From nodes, and from the blocks of arrays, to the columns of a graph: no Python object for an element of an array."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from .blocks import Block, Blocks, Compared, Floats, Ids, Later, Part
from .columns import Args, Ints, Rows
from .guards import COMPENSATED, PARTIAL, STRICT, WHOLE
from .node import SAME, Node, itself, parents_of
from .number import Number
from .ops import Op
from .summed import PART, TOTAL

LARGEST = 2_000_000
"""No graph has more nodes than this."""


class TooLarge(ValueError):
    """There are more nodes than a graph may have; the message says so in one sentence."""


class Gathering:
    """All nodes that some numbers and arrays depend on. Numbers from before the serial ``since`` are not looked
    behind, if the graph is ``opaque``.
    """

    def __init__(self, since: int = 0, *, opaque: bool = True) -> None:
        self.since, self.opaque = since, opaque
        self.nodes: dict[int, Node] = {}
        self.same: list[Node] = []
        self.count = 0
        self._stack: list[Node] = []
        self._due: list[tuple[int, int]] = []
        self._wanted: dict[int, tuple[Block, Any]] = {}
        self._parts: list[tuple[Block, Part]] = []
        self._instead: dict[int, int] = {}
        self._homes: dict[int, tuple[list[Block], Ids, Ids]] = {}

    def lent(self, node: Node) -> bool:
        """Whether a node belongs to an earlier cell's graph: here it is a leaf."""
        return self.opaque and node.serial < self.since and type(node) is Number

    def add(self, nodes: Iterable[Node]) -> None:
        """These nodes, and what they are made of."""
        for node in nodes:
            self._add(node)

    def add_ids(self, ids: Ids, blocks: Blocks | None) -> None:
        """The same for the nodes with these serials."""
        if blocks is not None:
            self._add_ids(_each_once(ids[ids >= max(self.since, 1)]), blocks)

    def compare(self, block: Compared) -> None:
        """The same for what was compared."""
        pairs = block.pairs
        self._counted(len(pairs.constants.serials))
        self._parts.append((block, pairs.constants))
        for side in (pairs.left, pairs.right):
            elsewhere = side[(side < block.first) | (side >= block.end)]
            if len(elsewhere):
                self._add_ids(_each_once(elsewhere), block.home)

    def _add(self, node: Node) -> None:
        later = node.parents
        if type(later) is Later and not self.lent(node):
            self._want(later.block, np.array([node.serial]))
        elif id(node) not in self.nodes:
            self.nodes[id(node)] = node
            self._stack.append(node)
            self._counted(1)

    def _add_ids(self, ids: Ids, home: Blocks) -> None:
        """``ids`` are in order, each once."""
        if id(home) not in self._homes:
            self._homes[id(home)] = home.ranges
        blocks, firsts, ends = self._homes[id(home)]
        which = np.searchsorted(firsts, ids, side="right") - 1
        inside = (which >= 0) & (ids >= self.since)
        if len(ends):
            inside &= ids < ends[which]
        of, here = which[inside], ids[inside]
        bounds = np.flatnonzero(np.diff(of, prepend=-1, append=-1)).tolist()
        for start, stop in pairwise(bounds):
            self._want(blocks[of[start]], here[start:stop])
        for serial in ids[~inside].tolist():
            found = home.node(serial)
            node = itself(found)
            if node.serial != serial:
                self._instead[serial] = node.serial
            if found.row is SAME:
                self.same.append(found)
            self._add(node)

    def _want(self, block: Block, serials: Ids) -> None:
        if id(block) not in self._wanted:
            self._wanted[id(block)] = block, np.zeros(np.size(block.numbers), dtype=bool)
            heapq.heappush(self._due, (-block.first, id(block)))
        wanted = self._wanted[id(block)][1]
        wanted[(serials - block.first) // block.each] = True

    def _counted(self, count: int) -> None:
        self.count += count
        if self.count > LARGEST:
            raise TooLarge(f"no graph: it has more than {LARGEST:,} numbers; one of fewer elements or steps is shown")

    def _follow(self) -> None:
        """What those that were added are made of. A block's arguments are older than the block, so that the youngest
        block is the next to be looked at, and each once.
        """
        while self._stack or self._due:
            nodes, stack = self.nodes, self._stack
            while stack:
                node = stack.pop()
                if self.lent(node):
                    continue
                for parent in parents_of(node):
                    if id(parent) not in nodes:
                        self._add(parent)
            if self._due:
                self._expand(*self._wanted[heapq.heappop(self._due)[1]])

    def _expand(self, block: Block, wanted: Any) -> None:
        places = np.flatnonzero(wanted)
        if block.each > 4:
            self._counted(len(places) * (block.each // 2))  # before there are so many
        part = block.part(places)
        self._counted(len(part.serials) if block.each <= 4 else 0)
        if block.tape is not None:
            block.tape.now(part.serials, part.values)
        self._parts.append((block, part))
        elsewhere = part.args[(part.args < block.first) | (part.args >= block.end)]
        if len(elsewhere):
            self._add_ids(_each_once(elsewhere), block.home)

    def columns(self) -> Columns:
        """The columns of all of them, and of what they are made of."""
        self._follow()
        return Columns(self)


class Columns:
    """Nodes in the order in which they were made, as columns of shape (n,): their ``serials``, the ``rows`` that made
    them, their arguments (``args``), ``values``, ``flags`` (guards.py) and ``lines``; ``nodes`` are those that stand
    alone, by their place, and ``blocks`` have made the others.
    """

    def __init__(self, gathering: Gathering) -> None:
        nodes = sorted(gathering.nodes.values(), key=lambda node: node.serial)
        parts = sorted(gathering._parts, key=lambda found: found[0].first)
        table: dict[int, tuple[int, Op]] = {}

        def code(row: Op) -> int:
            return table.setdefault(id(row), (len(table), row))[0]

        parents = [() if gathering.lent(node) else parents_of(node) for node in nodes]
        serials = np.array([node.serial for node in nodes], dtype=np.int64)
        every = [part for _, part in parts]
        self.serials: Ids = np.concatenate([serials, *(part.serials for part in every)])
        order = np.argsort(self.serials, kind="stable")
        self.serials = self.serials[order]
        codes = [np.array([code(node.row) for node in nodes], dtype=np.int32)]
        codes += [np.array([code(row) for row in part.rows], dtype=np.int32)[part.codes] for part in every]
        self.rows = Rows([], np.concatenate(codes)[order])
        self.rows.table = [row for _, row in table.values()]
        numbers = [np.array([float(node.number) for node in nodes]), *(part.values for part in every)]
        self.values: Floats = np.concatenate(numbers)[order]
        flags = [np.array(list(map(_flag, nodes)), dtype=np.uint8)]
        flags += [np.where(part.whole & (part.counts > 0), WHOLE, 0).astype(np.uint8) for part in every]
        self.flags = np.concatenate(flags)[order]
        lines = [np.array([node.line for node in nodes], dtype=np.int32)]
        lines += [np.where(part.codes > 0, block.line, 0).astype(np.int32) for block, part in parts]
        self.lines: Ints = np.concatenate(lines)[order]
        counts = np.concatenate([np.array([*map(len, parents)], dtype=np.int64), *(part.counts for part in every)])
        starts = np.cumsum(counts) - counts
        above = np.array([parent.serial for found in parents for parent in found], dtype=np.int64)
        above = np.concatenate([above, *(part.args for part in every)])
        laid = Args(np.concatenate([[0], np.cumsum(counts[order])]).astype(np.int32), np.zeros(0, dtype=np.int32))
        if len(order):
            within, owner = laid.edges(np.arange(len(order)))
            above = above[starts[order][owner] + within - laid.starts[owner]]
        self._instead = gathering._instead
        self.args = Args(laid.starts, self.places(above).astype(np.int32))
        assert (self.args.flat >= 0).all()
        self.nodes = dict(zip(self.places(serials).tolist(), nodes, strict=True))
        self.blocks = [block for block, _ in parts]

    def places(self, serials: Ids) -> Any:
        """Where nodes with these serials stand; -1 where none does."""
        if self._instead:
            before = np.array(sorted(self._instead))
            place = np.minimum(np.searchsorted(before, serials), len(before) - 1)
            instead = np.array([self._instead[one] for one in sorted(self._instead)])
            serials = np.where(before[place] == serials, instead[place], serials)
        if not len(self.serials):
            return np.full(np.shape(serials), -1)
        found = np.minimum(np.searchsorted(self.serials, serials), len(self.serials) - 1)
        return np.where(self.serials[found] == serials, found, -1)

    def made(self) -> Iterator[tuple[int, Node]]:
        """The nodes of elements that are there already, with their places."""
        for home in {id(block.home): block.home for block in self.blocks}.values():
            nodes = [node for node in home.nodes.values() if type(node.parents) is Later]
            places = self.places(np.array([node.serial for node in nodes], dtype=np.int64))
            yield from ((place, node) for place, node in zip(places.tolist(), nodes, strict=True) if place >= 0)


def _each_once(ids: Ids) -> Ids:
    """These serials in order, each once."""
    if (np.diff(ids) > 0).all():
        return ids
    ids = np.sort(ids)
    return ids[np.diff(ids, prepend=-1) > 0]


def _flag(node: Node) -> int:
    strict = STRICT if node.strict and node.row.raises else 0
    summed = PARTIAL if node.row is PART else COMPENSATED if node.row is TOTAL else 0
    return strict | summed | (WHOLE if isinstance(node.number, (int, np.integer)) and node.row.partials else 0)
