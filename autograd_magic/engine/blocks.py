"""Blocks: what a NumPy function has made of arrays that remember, a block a call.

An array holds plain numbers, and beside each the serial of its node (0: it has none). A block keeps what a call was
made of; the nodes of its elements come about when somebody asks for them: an element is read, or lies above the root.
Until then an element costs its number and its serial.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple
from weakref import ref

import numpy as np

from . import numbering
from .guards import WHOLE
from .node import CONST, Node
from .number import Number
from .ops import Op
from .stretches import FEW, Blocks, Floats, Ids, Part, Stretch, fresh
from .value import Value


class Source(NamedTuple):
    """An argument of a call as it was then: its numbers, their serials (0: a constant), or the block that has made all
    of them, and where the nodes are.
    """

    numbers: Any
    ids: Any
    blocks: Blocks | None

    def at(self, shape: tuple[int, ...], places: Ids) -> tuple[Floats, Ids, bool]:
        """Numbers and serials at some places (m,) of the same, broadcast and flat; and whether they are whole."""
        numbers = np.asarray(self.numbers)
        ids = 0 if self.ids is None else self.ids
        if isinstance(ids, Block):
            ids = ids.serials.reshape(numbers.shape)
        return _flat(numbers, shape, places).astype(float), _flat(ids, shape, places), numbers.dtype.kind in "iub"


Argument = tuple[Any, Any, Blocks | None]
"""What a Source is made of, as a tuple: a call takes less time to make that."""


def _flat(found: Any, shape: tuple[int, ...], places: Ids) -> Any:
    found = np.asarray(found)
    if found.size == 1:
        return np.full(len(places), found.reshape(-1)[0])
    return np.broadcast_to(found, shape).reshape(-1)[places]


_KIND: type[Value] = Number


class Block(Stretch):
    """One call. ``row`` is the operation of its elements, ``numbers`` are what NumPy gave, ``args`` the arguments.

    Each element has ``each`` serials: the last is its own, those before are for constants and for the steps on the way
    to it.
    """

    __slots__ = ("args", "line", "numbers", "row")

    _settled = False

    def __init__(self, row: Op, numbers: Any, args: tuple[Argument, ...], line: int) -> None:
        self.row, self.numbers, self.args, self.line = row, numbers, args, line
        self.first, self.end = numbering.reserve(numbers.size * self.each)
        self.ref = ref(self)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The arguments."""
        return tuple(map(Source._make, self.args))

    @property
    def ids(self) -> Ids:
        """The serials of its elements, written out in an array."""
        self.home.keep(self)
        return self.serials

    @property
    def serials(self) -> Ids:
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
            self.args = tuple([(np.copy(numbers), _copied(ids), blocks) for numbers, ids, blocks in self.args])

    def put(self, serial: Any, number: Any) -> None:
        """Its element with this serial has another number, of NumPy's kind; or several elements have."""
        self.numbers = self.numbers.astype(np.result_type(self.numbers, number))
        self.numbers.flat[(serial - self.first) // self.each] = number
        self.__dict__.pop("_numbers", None)

    def node(self, serial: int) -> Node:
        """The node with this serial."""
        place, at = divmod(serial - self.first, self.each)
        if at == self.each - 1:
            row, number, kind = self._own, self._numbers[place], _KIND
        else:
            part = self._near(place)
            here = int(np.searchsorted(part.serials, serial))
            row, number = part.rows[part.codes[here]], float(part.values[here])
            number, kind = int(number) if part.whole[here] else number, Value if row is CONST else Number
        made = fresh(row, number, self, serial, 0 if row is CONST else self.line, kind)
        if self.tape is not None:
            self.tape.adopt(made)
        return made

    def above(self, serial: int) -> tuple[Node, ...]:
        """The arguments of the node with this serial."""
        part = self._near((serial - self.first) // self.each)
        here = int(np.searchsorted(part.serials, serial))
        start = int(part.counts[:here].sum())
        return tuple(map(self.home.node, part.args[start : start + int(part.counts[here])].tolist()))

    @property
    def _own(self) -> Op:
        """What made the elements."""
        return self.row

    def _near(self, place: int) -> Part:
        """The nodes that are looked up together with those of an element."""
        return self._all

    @cached_property
    def _all(self) -> Part:
        return self.part(np.arange(np.size(self.numbers)))

    @cached_property
    def _numbers(self) -> Any:
        return np.ravel(self.numbers)

    @property
    def count(self) -> int:
        """How many elements it has."""
        return np.size(self.numbers)

    def places(self, serials: Ids) -> Ids:
        """Which elements the nodes with these serials belong to."""
        return (serials - self.first) // self.each

    def flags(self, part: Part) -> Any:
        """NumPy refuses nothing: of its results it matters whether they are whole."""
        return np.where(part.whole & (part.counts > 0), WHOLE, 0).astype(np.uint8)

    def lines(self, part: Part) -> Any:
        """All of a call are made by one line."""
        return np.where(part.codes > 0, self.line, 0).astype(np.int32)

    def outside(self, part: Part) -> Ids:
        """What is made of numbers of this block has them in its part."""
        found: Ids = part.args[(part.args < self.first) | (part.args >= self.end)]
        return found

    def _laid(self, places: Ids, keep: Any, codes: Any, values: Any, whole: Any, args: Any, *rows: Op) -> Part:
        """Columns for some elements, from what stands at each of their serials (m, each): whether there is a node, the
        row that made it, by its place among the constants and ``rows``, its number, and whether that is whole; the last
        of them is the element's own node. ``args`` are the arguments of the nodes, one after the other.
        """
        values[:, -1] = self._numbers[places]
        whole[:, -1] = self._numbers.dtype.kind in "iu"
        serials = self.first + places[:, None] * self.each + np.arange(self.each)
        table = (CONST, *rows)
        counts = np.array([row.arity for row in table], dtype=np.int8)[codes]
        return Part(table, serials[keep], codes[keep], values[keep], whole[keep], counts[keep], args.reshape(-1))

    def _blank(self, count: int) -> tuple[Any, Any, Any, Any]:
        """What ``_laid`` takes, for so many elements, of which each has its own node and no other yet."""
        kinds = (bool, np.int8, float, bool)
        keep, codes, values, whole = (np.zeros((count, self.each), dtype=kind) for kind in kinds)
        keep[:, -1], codes[:, -1] = True, 1
        return keep, codes, values, whole


def _copied(ids: Any) -> Any:
    return ids.copy() if isinstance(ids, np.ndarray) else ids


class Memory:
    """What an array and its views share: where the nodes are, whether all elements have one (``whole``), and the blocks
    that were made of the numbers which stand there, or have made them (``used``), as far as they are still there.
    ``changed`` looks what other code has written there meanwhile, when something may have been.
    """

    __slots__ = ("_most", "blocks", "changed", "used", "whole")

    def __init__(self, blocks: Blocks | None = None, whole: bool = False, block: Block | None = None) -> None:
        self.blocks, self.whole, self._most = blocks, whole, FEW
        self.used: list[ref[Block]] = [] if block is None else [block.ref]
        self.changed: Callable[[], None] | None = None

    def use(self, block: Block) -> None:
        """A block was made of the numbers which stand there, or has made them."""
        used = self.used
        used.append(block.ref)
        if len(used) > self._most:
            used[:] = [found for found in used if found() is not None]
            self._most = max(FEW, 2 * len(used))

    def written(self) -> None:
        """Something is about to be written there."""
        self.look()
        for found in self.used:
            if (block := found()) is not None:
                block.settle()
        self.used.clear()

    def look(self) -> None:
        """Other code may have written there."""
        changed, self.changed = self.changed, None
        if changed is not None:
            changed()
