"""Stretches: nodes that are no objects, and come about when somebody asks for one; and where those of a run are found.

What a NumPy function has made of arrays is such a stretch (blocks.py), and so are, once the run is over, the numbers
that stood alone and that nobody holds (scalar_block.py).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_right
from typing import Any, NamedTuple, Protocol
from weakref import ref

import numpy as np

from . import numbering, record
from .node import SAME, Node
from .number import Number
from .ops import Op
from .value import Value

Ids = np.ndarray[Any, np.dtype[np.int64]]
Floats = np.ndarray[Any, np.dtype[np.float64]]

FEW = 100
"""So many blocks may be noted before those that are gone are forgotten."""


class Blocks:
    """The nodes of the arrays of one run: those that are there already, by serial, and the blocks of the others. A
    block is kept by the arrays that it has made and by what was made of these, as a node is by its users; here only
    once its serials are written out (``keep``).
    """

    def __init__(self) -> None:
        self.nodes: dict[int, Node] = {}
        self._blocks: list[ref[Stretch]] = []
        self._first: list[int] = []
        self._kept: dict[int, Stretch] = {}
        self._most = FEW
        self._kinds: dict[tuple[int, type], Node] = {}
        self._others: list[Blocks] = []

    def put(self, node: Node) -> int:
        """Keep a node that goes into an array; gives its serial."""
        self.nodes[node.serial] = node
        return node.serial

    def add(self, block: Stretch) -> None:
        """The block of a call."""
        block.home = self
        self._blocks.append(block.ref)
        self._first.append(block.first)
        if len(self._blocks) > self._most:
            self._most = max(FEW, 2 * len(self._there()))

    def put_in(self, block: Stretch) -> None:
        """A stretch of nodes that were made between others."""
        block.home = self
        at = bisect_right(self._first, block.first)
        self._blocks.insert(at, block.ref)
        self._first.insert(at, block.first)

    def keep(self, block: Stretch) -> None:
        """Serials of a block are written out, or stand in an array."""
        self._kept[block.first] = block

    def _there(self) -> list[Stretch]:
        """Those that are still there: the others are forgotten."""
        blocks = [block for found in self._blocks if (block := found()) is not None]
        self._blocks, self._first = [block.ref for block in blocks], [block.first for block in blocks]
        return blocks

    def also(self, others: Blocks) -> None:
        """Nodes of another run have come into the arrays of this one."""
        if others is not self and others not in self._others:
            self._others.append(others)

    def node(self, serial: int) -> Node:
        """The node with this serial."""
        found = self.nodes.get(serial)
        if found is None or found.serial != serial:
            found = self._found(serial, set())
        assert found is not None
        return found

    def _found(self, serial: int, asked: set[int]) -> Node | None:
        found = self.nodes.get(serial)
        if found is None and (block := self.block(serial)) is not None:
            found = self.nodes.setdefault(serial, block.node(serial))
        elif found is not None and found.serial != serial:  # its ``.data`` was written since
            found = next((before for _, before in found.past if before.serial == serial), found)
        if found is None:
            asked.add(id(self))
            for others in self._others:
                if id(others) not in asked and (found := others._found(serial, asked)) is not None:
                    break
        return found

    def block(self, serial: int) -> Stretch | None:
        """The block that has made the node with this serial, if one has."""
        place = bisect_right(self._first, serial) - 1
        found = self._blocks[place]() if place >= 0 else None
        return found if found is not None and serial < found.end else None

    @property
    def ranges(self) -> tuple[list[Stretch], Ids, Ids]:
        """All blocks, their first serials, and where these end."""
        blocks = self._there()
        firsts, ends = [block.first for block in blocks], [block.end for block in blocks]
        return blocks, np.array(firsts, dtype=np.int64), np.array(ends, dtype=np.int64)

    def read(self, serial: int, number: Any) -> Node:
        """The node with this serial as a number of the kind that stands in the array. Between runs another graph may
        have it elsewhere: it stands where the array has it.
        """
        node = self.nodes.get(serial)
        if node is None or node.serial != serial:
            node = self.node(serial)
        kind = type(number)
        if type(node.number) is kind and (record.running is not None or node.number == number):
            return node
        key = serial, kind
        found = self._kinds.get(key)
        if found is None:
            found = self._kinds[key] = fresh(SAME, number, (node,), next(numbering.serials), node.line)
        found.number = number
        return found


class Part(NamedTuple):
    """Some nodes of a block with all of it that they are made of, as columns, in the order in which they were made:
    their ``serials``, which of ``rows`` made each (``codes``), their numbers and whether these are whole, how many
    arguments each has (``counts``) and the serials of these, one node after the other (``args``).
    """

    rows: tuple[Op, ...]
    serials: Ids
    codes: Any
    values: Floats
    whole: Any
    counts: Any
    args: Ids


def fresh(row: Op, number: Any, parents: Any, serial: int, line: int, kind: type[Value] = Number) -> Node:
    """A node as NumPy's arithmetic makes it, which refuses nothing."""
    node: Node = object.__new__(kind)
    node.number, node.gradient, node.label = number, 0.0, ""
    node.row, node.parents, node.serial, node.line = row, parents, serial, line
    node.strict, node.past = False, ()
    return node


class Standing(Protocol):
    """Where nodes stand by now: a tape."""

    def adopt(self, node: Node) -> None:
        """The node of an element has come about: it has the number and the gradient that stand here."""
        ...

    def now(self, serials: Ids, values: Floats) -> None:
        """Put the numbers that nodes with these serials have here in the place of those in ``values``."""
        ...


class Stretch(ABC):
    """Nodes that come about when somebody asks for them: those with the serials from ``first`` to before ``end``.

    Instead of a tuple of its arguments such a node has the stretch that knows them (``above``). ``tape`` is where the
    nodes stand by now, once somebody has moved a leaf.
    """

    __slots__ = ("__dict__", "__weakref__", "end", "first", "home", "ref")

    first: int
    end: int
    home: Blocks
    tape: Standing | None = None
    ref: ref[Any]
    each = 1

    @property
    @abstractmethod
    def count(self) -> int:
        """How many places it has."""

    @abstractmethod
    def places(self, serials: Ids) -> Ids:
        """The places of the nodes with these serials."""

    def own(self, serials: Ids) -> Any:
        """Which of the nodes with these serials are its own (others among them are objects)."""
        return np.ones(len(serials), dtype=bool)

    @abstractmethod
    def part(self, places: Ids) -> Part:
        """The nodes at some places, in order, with those of this stretch that they are made of."""

    @abstractmethod
    def flags(self, part: Part) -> Any:
        """The flags (guards.py) of the nodes of a part."""

    @abstractmethod
    def lines(self, part: Part) -> Any:
        """The lines that made the nodes of a part; 0 for a constant."""

    @abstractmethod
    def outside(self, part: Part) -> Ids:
        """The serials of what a part is made of and which is not in it."""

    def now(self, part: Part) -> None:
        """Put the present numbers into a part."""
        if self.tape is not None:
            self.tape.now(part.serials, part.values)

    def other(self, serial: int) -> Node:
        """The node with this serial, which is not its own."""
        return self.home.node(serial)

    @abstractmethod
    def node(self, serial: int) -> Node:
        """The node with this serial."""

    @abstractmethod
    def above(self, serial: int) -> tuple[Node, ...]:
        """The arguments of the node with this serial."""
