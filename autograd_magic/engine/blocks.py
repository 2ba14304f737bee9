"""Blocks: what a NumPy function has made of arrays that remember, a block a call.

An array holds plain numbers, and beside each the serial of its node (0: it has none). A block keeps what a call was
made of; the nodes of its elements come about when somebody asks for them: an element is read, or lies above the root.
Until then an element costs its number and its serial.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from . import record
from .node import CONST, SAME, Node
from .number import Number
from .ops import TABLE, Op
from .value import Value

Ids = np.ndarray[Any, np.dtype[np.int64]]


class Blocks:
    """The nodes of the arrays of one run: those that are there already, by serial, and the blocks of the others."""

    def __init__(self) -> None:
        self.nodes: dict[int, Node] = {}
        self._blocks: list[Block] = []
        self._first: list[int] = []
        self._kinds: dict[tuple[int, type], Node] = {}
        self._others: list[Blocks] = []

    def put(self, node: Node) -> int:
        """Keep a node that goes into an array; gives its serial."""
        self.nodes[node.serial] = node
        return node.serial

    def add(self, block: Block) -> None:
        """Keep the block of a call."""
        block.home = self
        self._blocks.append(block)
        self._first.append(block.first)

    def also(self, others: Blocks) -> None:
        """Nodes of another run have come into the arrays of this one."""
        if others is not self and others not in self._others:
            self._others.append(others)

    def node(self, serial: int) -> Node:
        """The node with this serial."""
        found = self._found(serial, set())
        assert found is not None
        return found

    def _found(self, serial: int, asked: set[int]) -> Node | None:
        found = self.nodes.get(serial)
        if found is None and self._first:
            block = self._blocks[bisect_right(self._first, serial) - 1]
            if block.first <= serial < block.end:
                found = self.nodes[serial] = block.node(serial)
        if found is None:
            asked.add(id(self))
            for others in self._others:
                if id(others) not in asked and (found := others._found(serial, asked)) is not None:
                    break
        return found

    def read(self, serial: int, number: Any) -> Node:
        """The node with this serial as a number of the kind that stands in the array."""
        node = self.node(serial)
        kind = type(number)
        if type(node.number) is kind:
            return node
        key = serial, kind
        if key not in self._kinds:
            self._kinds[key] = fresh(SAME, number, (node,), next(record.serials), node.line)
        self._kinds[key].number = number
        return self._kinds[key]


class Source(NamedTuple):
    """An argument of a call as it was then: its numbers, their serials (0: a constant), or the block that has made all
    of them, and where the nodes are.
    """

    numbers: Any
    ids: Any
    blocks: Blocks | None

    def over(self, shape: tuple[int, ...]) -> Source:
        """The same, broadcast and flat."""
        numbers = np.broadcast_to(self.numbers, shape).ravel().tolist()
        ids = self.ids.ids if isinstance(self.ids, Block) else self.ids
        if ids is None or type(ids) is int:
            return Source(numbers, [ids or 0] * len(numbers), self.blocks)
        return Source(numbers, np.broadcast_to(ids, shape).ravel().tolist(), self.blocks)

    def node(self, place: int, serial: int) -> Node:
        """The node at a place of a flat source; a constant comes about with the serial given."""
        found = self.ids[place]
        if found and self.blocks is not None:
            return self.blocks.node(found)
        return fresh(CONST, self.numbers[place], (), serial, 0, Value)


class Later:
    """The arguments of a node of a block, which are looked up when somebody asks for them."""

    __slots__ = ("_block", "_place")

    def __init__(self, block: Block, place: int) -> None:
        self._block, self._place = block, place

    def found(self) -> tuple[Node, ...]:
        """The nodes themselves."""
        return self._block.above(self._place)

    def __iter__(self) -> Iterator[Node]:
        return iter(self.found())

    def __len__(self) -> int:
        return self._block.row.arity

    def __getitem__(self, place: int) -> Node:
        return self.found()[place]


def fresh(row: Op, number: Any, parents: Any, serial: int, line: int, kind: type[Value] = Number) -> Node:
    """A node as NumPy's arithmetic makes it, which refuses nothing."""
    node: Node = object.__new__(kind)
    node.number, node.gradient, node.label = number, 0.0, ""
    node.row, node.parents, node.serial, node.line = row, parents, serial, line
    node.strict, node.past = False, ()
    return node


class Block(ABC):
    """One call. ``row`` is the operation of its elements, ``numbers`` are what NumPy gave, ``sources`` the arguments.

    Each element has ``each`` serials: the last is its own, those before are for constants and for the steps on the way
    to it.
    """

    each = 1
    home: Blocks

    def __init__(self, row: Op, numbers: Any, sources: tuple[Source, ...], line: int) -> None:
        self.row, self.numbers, self.sources, self.line = row, numbers, sources, line
        size = int(np.size(numbers))
        self.first = record.reserve(size * self.each)
        self.end = self.first + size * self.each
        self._settled = False

    @property
    def ids(self) -> Ids:
        """The serials of its elements, in the shape of its numbers."""
        ids = np.arange(self.first + self.each - 1, self.end, self.each, dtype=np.int64)
        if self.numbers.ndim == 1 or self.numbers.flags.c_contiguous:
            laid: Ids = ids.reshape(self.numbers.shape)
            return laid
        laid = np.empty_like(self.numbers, dtype=np.int64)
        laid[...] = ids.reshape(self.numbers.shape)
        return laid

    def settle(self) -> None:
        """An array that it was made of, or that it has made, is about to be written to: keep what was there."""
        if not self._settled:
            self._settled = True
            self.numbers = np.copy(self.numbers)
            self.__dict__.pop("_numbers", None)
            self.sources = tuple(Source(np.copy(one.numbers), _copied(one.ids), one.blocks) for one in self.sources)

    def node(self, serial: int) -> Node:
        """The node of the element with this serial."""
        place = (serial - self.first) // self.each
        return fresh(self.row, self._numbers[place], Later(self, place), serial, self.line)

    @cached_property
    def _numbers(self) -> Any:
        return np.ravel(self.numbers)

    @abstractmethod
    def above(self, place: int) -> tuple[Node, ...]:
        """The arguments of the node of one element."""


def _copied(ids: Any) -> Any:
    return ids.copy() if isinstance(ids, np.ndarray) else ids


class Memory:
    """What an array and its views share: where the nodes are, whether all elements have one (``whole``), and the blocks
    that were made of the numbers which stand there, or have made them (``used``).
    """

    __slots__ = ("blocks", "used", "whole")

    def __init__(self, blocks: Blocks | None = None, *, whole: bool = False) -> None:
        self.blocks, self.whole = blocks, whole
        self.used: list[Block] = []

    def written(self) -> None:
        """Something is about to be written there."""
        for block in self.used:
            block.settle()
        self.used.clear()


class Elementwise(Block):
    """A row of the op table on each element."""

    def __init__(self, row: Op, numbers: Any, sources: tuple[Source, ...], line: int) -> None:
        self.each = len(sources) + 1
        super().__init__(row, numbers, sources, line)

    @cached_property
    def _flat(self) -> list[Source]:
        return [source.over(self.numbers.shape) for source in self.sources]

    def above(self, place: int) -> tuple[Node, ...]:
        """The elements at that place."""
        first = self.first + place * self.each
        return tuple(source.node(place, first + at) for at, source in enumerate(self._flat))


class Running(Block):
    """A row over the elements up to each one, along the last axis: each but the first of a lane is made of the one
    before and its own.
    """

    each = 3

    @cached_property
    def _flat(self) -> Source:
        return self.sources[0].over(self.numbers.shape)

    def above(self, place: int) -> tuple[Node, ...]:
        """The result before, and the element."""
        first, lane = self.first + place * self.each, place % self.numbers.shape[-1]
        if lane == 1:
            before = self._flat.node(place - 1, first)
        elif any(self._flat.ids[place - lane : place]):
            before = self.home.node(first - 1)
        else:
            before = fresh(CONST, self._numbers[place - 1], (), first, 0, Value)
        return before, self._flat.node(place, first + 1)


class Fold(Block):
    """A row over lanes of elements: a sum in pairs as NumPy sums, or one after the other. ``lanes`` is a source of two
    axes, a lane for each result. With two sources each result is a sum of products, of one lane of each.
    """

    def __init__(self, row: Op, numbers: Any, lanes: tuple[Source, ...], line: int, *, paired: bool = False) -> None:
        self.paired = paired
        self.width = lanes[0].numbers.shape[1]
        self.each = self.width * (len(lanes) + (len(lanes) > 1) + 1)
        super().__init__(row, numbers, lanes, line)

    @cached_property
    def _flat(self) -> list[Source]:
        return [lane.over(lane.numbers.shape) for lane in self.sources]

    def node(self, serial: int) -> Node:
        """A result; an element that is alone is the result itself."""
        place = (serial - self.first) // self.each
        row = self.row if self.width > 1 else SAME if len(self.sources) == 1 else TABLE["mul"]
        return fresh(row, self._numbers[place], Later(self, place), serial, self.line)

    def above(self, place: int) -> tuple[Node, ...]:
        """The last two steps that lead to a result, which come about with all steps before them."""
        steps = iter(range(self.first + place * self.each, self.end))
        lanes = divmod(place, len(self.sources[1].numbers)) if len(self.sources) > 1 else (place,)
        items = [self._item([lane * self.width + at for lane in lanes], steps) for at in range(self.width)]

        def both(x: Node, y: Node) -> Node:
            with np.errstate(all="ignore"):
                number = self.row.ieee(float(x.number), float(y.number))
            if x.row is CONST and y.row is CONST:
                return fresh(CONST, number, (), next(steps), 0, Value)
            return fresh(self.row, number, (x, y), next(steps), self.line)

        if self.width == 1 and len(self._flat) == 1:
            return (items[0],)
        made = (in_pairs if self.paired else in_turn)(items, both)
        return tuple(made.parents)

    def _item(self, places: list[int], steps: Iterator[int]) -> Node:
        nodes = [lane.node(at, next(steps)) for at, lane in zip(places, self._flat, strict=True)]
        if len(nodes) == 1:
            return nodes[0]
        product = float(nodes[0].number) * float(nodes[1].number)
        if nodes[0].row is CONST and nodes[1].row is CONST:
            return fresh(CONST, product, (), next(steps), 0, Value)
        return fresh(TABLE["mul"], product, tuple(nodes), next(steps), self.line)


_UNROLLED, _BLOCK = 8, 128
"""How many running sums NumPy keeps, and how many elements it sums before it halves (``pairwise_sum`` in its
``loops_utils.h.src``): so the steps of ``x.sum()`` are what they are without us.
"""


def in_turn(items: list[Any], both: Callable[[Any, Any], Any]) -> Any:
    """One after the other."""
    total = items[0]
    for item in items[1:]:
        total = both(total, item)
    return total


def in_pairs(items: list[Any], both: Callable[[Any, Any], Any]) -> Any:
    """As NumPy sums what lies side by side in memory."""
    count = len(items)
    if count < _UNROLLED:
        return in_turn(items, both)
    if count > _BLOCK:
        half = count // 2
        half -= half % _UNROLLED
        return both(in_pairs(items[:half], both), in_pairs(items[half:], both))
    whole = count - count % _UNROLLED
    sums = [in_turn(items[place:whole:_UNROLLED], both) for place in range(_UNROLLED)]
    while len(sums) > 1:
        sums = [both(sums[place], sums[place + 1]) for place in range(0, len(sums), 2)]
    return in_turn([sums[0], *items[whole:]], both)
