"""From nodes, and from the blocks of arrays, to the columns of a graph: no Python object for an element of an array."""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple, TypeVar

import numpy as np

from .columns import Args, Ints, Rows
from .element_blocks import Compared
from .guards import COMPENSATED, PARTIAL, STRICT, WHOLE
from .node import SAME, Node, itself, parents_of
from .number import Number
from .ops import Op
from .stretches import Blocks, Floats, Ids, Part, Stretch
from .summed import PART, TOTAL

LARGEST = 2_000_000
"""No graph has more nodes than this."""


FEW = 200
"""So few operations have a byte as their code, with room for more."""

T = TypeVar("T")


class TooLarge(ValueError):
    """There are more nodes than a graph may have; the message says so in one sentence."""


class Gathering:
    """All nodes that some numbers and arrays depend on. Numbers from before the serial ``since`` are not looked
    behind, if the graph is ``opaque``.
    """

    def __init__(self, since: int = 0, *, opaque: bool = True) -> None:
        self.since, self.opaque = since, opaque
        self.nodes: dict[int, Node] = {}
        self.parents: dict[int, tuple[Node, ...]] = {}
        self.same: list[Node] = []
        self.count = 0
        self._stack: list[Node] = []
        self._due: list[tuple[int, int]] = []
        self._wanted: dict[int, tuple[Stretch, Any]] = {}
        self._parts: list[tuple[Stretch, Part]] = []
        self._instead: dict[int, int] = {}
        self._homes: dict[int, tuple[list[Stretch], Ids, Ids]] = {}

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
        if type(node.parents) is not tuple and not (self.opaque and node.serial < self.since):
            self._want(node.parents, np.array([node.serial]))
        elif node.serial not in self.nodes:
            self.nodes[node.serial] = node
            self._stack.append(node)

    def _add_ids(self, ids: Ids, home: Blocks, other: Callable[[int], Node] | None = None) -> None:
        """``ids`` are in order, each once; ``other`` gives the nodes that belong to no block."""
        if id(home) not in self._homes:
            self._homes[id(home)] = home.ranges
        blocks, firsts, ends = self._homes[id(home)]
        which = np.searchsorted(firsts, ids, side="right") - 1
        inside = (which >= 0) & ((ids >= self.since) | (not self.opaque))
        if len(ends):
            inside &= ids < ends[which]
        of, here = which[inside], ids[inside]
        others = [ids[~inside]]
        bounds = np.flatnonzero(np.diff(of, prepend=-1, append=-1)).tolist()
        for start, stop in pairwise(bounds):
            block, some = blocks[of[start]], here[start:stop]
            own = block.own(some)
            self._want(block, some[own])
            others.append(some[~own])
        for serial in np.concatenate(others).tolist():
            if serial in self.nodes:
                continue
            found = (other or home.node)(serial)
            node = itself(found)
            if node.serial != serial:
                self._instead[serial] = node.serial
            if found.row is SAME:
                self.same.append(found)
            self._add(node)

    def _want(self, block: Stretch, serials: Ids) -> None:
        if not len(serials):
            return
        if id(block) not in self._wanted:
            self._wanted[id(block)] = block, np.zeros(block.count, dtype=bool)
            heapq.heappush(self._due, (-block.first, id(block)))
        wanted = self._wanted[id(block)][1]
        wanted[block.places(serials)] = True

    def _counted(self, count: int) -> None:
        self.count += count
        if self.count > LARGEST:
            raise TooLarge(f"no graph: it has more than {LARGEST:,} numbers; one of fewer elements or steps is shown")

    def _follow(self) -> None:
        """What those that were added are made of. A block's arguments are older than the block, so that the youngest
        block is the next to be looked at, and each once.
        """
        nodes, made_of, stack, since = self.nodes, self.parents, self._stack, self.since
        counted = 0
        while stack or self._due:
            while stack:
                node = stack.pop()
                serial = node.serial
                parents = made_of[serial] = () if serial < since and self.lent(node) else parents_of(node)
                for parent in parents:
                    at = parent.serial
                    if at in nodes:
                        continue
                    if type(parent.parents) is tuple:
                        nodes[at] = parent
                        stack.append(parent)
                    else:
                        self._add(parent)
            self._counted(len(nodes) - counted)
            counted = len(nodes)
            if self._due:
                self._expand(*self._wanted[heapq.heappop(self._due)[1]])

    def _expand(self, block: Stretch, wanted: Any) -> None:
        places = np.flatnonzero(wanted)
        if block.each > 4:
            self._counted(len(places) * (block.each // 2))  # before there are so many
        part = block.part(places)
        self._counted(len(part.serials) if block.each <= 4 else 0)
        block.now(part)
        self._parts.append((block, part))
        outside = block.outside(part)
        if len(outside):
            self._add_ids(_each_once(outside), block.home, block.other)

    def columns(self) -> Columns:
        """The columns of all of them, and of what they are made of."""
        self._follow()
        return Columns(self)


class Columns:
    """Nodes in the order in which they were made, as columns of shape (n,): their ``serials``, the ``rows`` that made
    them, their arguments (``args``), ``values``, ``flags`` (guards.py) and ``lines``; ``nodes`` are those that stand
    ``alone`` (their places), and ``blocks`` have made the others.
    """

    def __init__(self, gathering: Gathering) -> None:
        alone, self.nodes = _in_order(gathering.nodes)
        nodes, (_, parents) = self.nodes, _in_order(gathering.parents)
        parts = sorted(gathering._parts, key=lambda found: found[0].first)
        table: dict[Op, int] = {}

        def code(row: Op) -> int:
            return table.setdefault(row, len(table))

        every = [part for _, part in parts]
        self.serials: Ids = np.concatenate([alone, *(part.serials for part in every)])
        order = np.argsort(self.serials, kind="stable")
        self.serials = self.serials[order]
        rows = [node.row for node in nodes]
        for row in dict.fromkeys(rows):
            code(row)
        codes = [np.array([table[row] for row in rows], dtype=np.int32)]
        codes += [np.array([code(row) for row in part.rows], dtype=np.int32)[part.codes] for part in every]
        narrow: Any = np.uint8 if len(table) < FEW else np.int32
        self.rows = Rows([*table], np.concatenate(codes).astype(narrow)[order])
        numbers = [node.number for node in nodes]
        values = [np.array(numbers, dtype=float), *(part.values for part in every)]
        self.values: Floats = np.concatenate(values)[order]
        flags = [_flags(nodes, numbers, Rows([*table], codes[0]))]
        flags += [block.flags(part) for block, part in parts]
        self.flags = np.concatenate(flags)[order]
        lines = [np.array([node.line for node in nodes], dtype=np.int32)]
        lines += [block.lines(part) for block, part in parts]
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
        self.alone: Ints = self.places(alone).astype(np.int32)
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
            nodes = [node for node in home.nodes.values() if type(node.parents) is not tuple]
            places = self.places(np.array([node.serial for node in nodes], dtype=np.int64))
            places[np.isin(places, self.alone)] = -1
            yield from ((place, node) for place, node in zip(places.tolist(), nodes, strict=True) if place >= 0)


def _in_order(found: dict[int, T]) -> tuple[Ids, list[T]]:
    """What is known by serial, in their order."""
    serials, held = np.fromiter(found, np.int64, len(found)), [*found.values()]
    order = np.argsort(serials)
    return serials[order], [held[at] for at in order.tolist()]


def _flags(nodes: Sequence[Node], numbers: Sequence[Any], rows: Rows) -> Any:
    """The flags of nodes that stand alone."""
    strict = np.array([node.strict for node in nodes], dtype=bool)
    kinds = {kind: issubclass(kind, (int, np.integer)) for kind in {*map(type, numbers)}}
    whole = np.array([kinds[type(number)] for number in numbers] if any(kinds.values()) else False, dtype=bool)
    whole = np.broadcast_to(whole, len(nodes))
    found = rows.each(PARTIAL if row is PART else COMPENSATED if row is TOTAL else 0 for row in rows.table)
    found = found.astype(np.uint8)
    found[strict & rows.each(bool(row.raises) for row in rows.table).astype(bool)] |= STRICT
    found[whole & rows.each(bool(row.partials) for row in rows.table).astype(bool)] |= WHOLE
    return found


class Nodes(Sequence[Any]):
    """The nodes of a tape. Those of an array's elements come about when somebody asks for them, and those that
    ``let_go`` has let go come about again.
    """

    def __init__(self, columns: Columns) -> None:
        self._columns, self._made = columns, dict(columns.made())
        self.gone = Labels.of(columns.alone, [])  # what those are called that were let go
        self._at: Any = range(len(columns.alone))  # where the node at a place is among those that stand alone
        if len(self._at) < len(self):
            at = np.full(len(self), -1, dtype=np.int32)
            at[columns.alone] = self._at
            self._at = memoryview(at)  # type: ignore[arg-type]

    def let_go(self, kept: dict[int, Node], blocks: Sequence[Stretch]) -> None:
        """Of the nodes that stand alone only these, by place, are objects from now on; ``blocks`` know the others."""
        columns = self._columns
        self.gone = Labels.of(columns.alone, [node.label for node in columns.nodes])
        columns.blocks = sorted([*columns.blocks, *blocks], key=attrgetter("first"))
        self._made |= kept
        self._at = _Nowhere()
        columns.alone, columns.nodes = np.zeros(0, dtype=np.int32), []

    def __len__(self) -> int:
        return len(self._columns.serials)

    def __getitem__(self, place: Any) -> Any:
        place = int(place) + (len(self) if place < 0 else 0)
        found = self.present(place)
        if found is None:
            serial, blocks = int(self._columns.serials[place]), self._columns.blocks
            home = blocks[bisect_right(blocks, serial, key=attrgetter("first")) - 1].home
            found = self._made.setdefault(place, home.node(serial))
        return found

    def __iter__(self) -> Iterator[Any]:
        return (self[place] for place in range(len(self)))

    def present(self, place: int) -> Node | None:
        """The node at a place, if it is there already."""
        at = self._at[place]
        return self._columns.nodes[at] if at >= 0 else self._made.get(place)

    def put(self, place: int, node: Node) -> Node:
        """A node has come about; gives back the one that is there, should another thread have made it."""
        return self._made.setdefault(place, node)

    @property
    def many(self) -> int:
        """How many are there already."""
        return len(self._columns.nodes) + len(self._made)

    @property
    def there(self) -> tuple[Any, list[Node]]:
        """Those that are there already, with their places: all that have a name."""
        places, nodes = self._columns.alone, self._columns.nodes
        if not self._made:
            return places, nodes
        found = sorted([*zip(places.tolist(), nodes, strict=True), *self._made.items()], key=itemgetter(0))
        return np.array([place for place, _ in found], dtype=np.int32), [node for _, node in found]

    def label(self, place: int) -> str:
        """The label of the node at a place; empty if it has none."""
        node = self.present(place)
        return self.gone.at([place])[0] if node is None else node.label

    @property
    def labels(self) -> dict[int, str]:
        """The labels of those that have one, by place."""
        places, nodes = self.there
        there = zip(places.tolist(), map(attrgetter("label"), nodes), strict=True)
        found = {**self.gone.each(), **dict(there)}
        return {place: found[place] for place in sorted(found) if found[place]}


class Labels(NamedTuple):
    """The labels of some nodes: ``places`` in order, and for each which of ``table`` it is; both of shape (m,)."""

    places: Ints
    codes: Ints
    table: list[str]

    @classmethod
    def of(cls, places: Ints, labels: Sequence[str]) -> Labels:
        """Those of nodes at some places, without those that have none."""
        table = {label: code for code, label in enumerate(dict.fromkeys(labels))}
        codes = np.array([table[label] for label in labels], dtype=np.int32)
        named = codes != table.get("", -1)
        return cls(places[: len(labels)][named], codes[named], [*table])

    def at(self, places: Any) -> list[str]:
        """The labels of the nodes at some places (m,); empty of those that have none."""
        if not len(self.places):
            return [""] * len(places)
        at = np.searchsorted(self.places, places).clip(max=len(self.places) - 1)
        codes = np.where(self.places[at] == places, self.codes[at], -1)
        return [self.table[code] if code >= 0 else "" for code in codes.tolist()]

    def each(self) -> dict[int, str]:
        """The labels by place."""
        return {place: self.table[code] for place, code in zip(self.places.tolist(), self.codes.tolist(), strict=True)}


class _Nowhere:
    """No node stands alone."""

    def __getitem__(self, place: int) -> int:
        return -1


def _each_once(ids: Ids) -> Ids:
    """These serials in order, each once."""
    if (np.diff(ids) > 0).all():
        return ids
    ids = np.sort(ids)
    return ids[np.diff(ids, prepend=-1) > 0]
