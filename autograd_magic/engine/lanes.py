"""Blocks of what NumPy does along an axis: running sums, sums and products."""

from __future__ import annotations

from typing import Any

import numpy as np

from .blocks import Block, Source
from .ops import TABLE, Op
from .steps import steps_of
from .stretches import Ids, Part


class Running(Block):
    """A row over the elements up to each one, along the last axis: each but the first of a lane is made of the one
    before and its own.
    """

    each = 3

    def part(self, places: Ids) -> Part:
        """The result before, and the element; what is before any node is a constant."""
        shape = self.numbers.shape
        wanted = np.zeros(self.numbers.size, dtype=bool)
        wanted[places] = True
        numbers, ids, kind = self.sources[0].at(shape, np.arange(self.numbers.size))
        lanes = ids.reshape(shape)
        begun = np.logical_or.accumulate(lanes != 0, axis=-1)  # whether there is a node up to here
        wanted = np.logical_or.accumulate(wanted.reshape(shape)[..., ::-1], axis=-1)[..., ::-1] & begun
        wanted[..., 0] = False
        places = np.flatnonzero(wanted)
        second = places % shape[-1] == 1
        follows = begun.reshape(-1)[places - 1] & ~second
        keep, codes, values, whole = self._blank(len(places))
        args = np.zeros((len(places), 2), dtype=np.int64)
        own = self.first + places * self.each
        before = np.where(second, ids[places - 1], np.where(follows, own - 1, 0))
        for at, found in enumerate((before, ids[places])):
            keep[:, at] = found == 0
            args[:, at] = np.where(found, found, own + at)
        values[:, 0] = np.where(second, numbers[places - 1], self._numbers[places - 1])
        values[:, 1], whole[:, :2] = numbers[places], kind
        return self._laid(places, keep, codes, values, whole, args, self.row)


class Fold(Block):
    """A row over lanes of elements: a sum in pairs as NumPy sums, or one after the other. ``lanes`` is a source of two
    axes, a lane for each result. With two sources each result is a sum of products, of one lane of each. A lane is
    longer than one element, or has two sources.
    """

    def __init__(self, row: Op, numbers: Any, lanes: tuple[Source, ...], line: int, *, paired: bool = False) -> None:
        self.paired = paired
        self.width = lanes[0].numbers.shape[1]
        self.each = self.width * (len(lanes) + (len(lanes) > 1) + 1)
        super().__init__(row, numbers, lanes, line)

    @property
    def _own(self) -> Op:
        return self.row if self.width > 1 else TABLE["mul"]

    def _near(self, place: int) -> Part:
        if self._last is None or self._last[0] != place:
            self._last = place, self.part(np.array([place]))
        return self._last[1]

    _last: tuple[int, Part] | None = None

    def part(self, places: Ids) -> Part:
        """The elements of a lane or their products, and the steps that lead to the result."""
        width, two = self.width, len(self.sources) > 1
        keep, codes, values, whole = self._blank(len(places))
        args = np.zeros((*keep.shape, 2), dtype=np.int64)
        table = keep, codes, values, args
        first = (self.first + places * self.each)[:, None]
        lanes = np.divmod(places, len(self.sources[1].numbers)) if two else (places,)
        items = []
        for at, (source, lane) in enumerate(zip(self.sources, lanes, strict=True)):
            offsets = np.arange(width) * (3 if two else 1) + at
            found, ids, kind = source.at(source.numbers.shape, (lane[:, None] * width + np.arange(width)).reshape(-1))
            numbers, serials = found.reshape(-1, width), ids.reshape(-1, width)
            values[:, offsets], whole[:, offsets], keep[:, offsets] = numbers, kind, serials == 0
            items.append((numbers, np.where(serials, serials, first + offsets), serials == 0))
        with np.errstate(all="ignore"):
            if two:
                offsets = np.arange(width) * 3 + 2 if width > 1 else np.array([-1])
                items = [self._products(items, offsets, table, first)]
            if width > 1:
                self._steps(items[0], table, first, offsets)
        keep[:, -1], codes[:, -1] = True, 1
        return self._laid(places, keep, codes, values, whole, args[keep & (codes > 0)], self._own, TABLE["mul"])

    def _products(self, items: Any, offsets: Ids, table: Any, first: Ids) -> Any:
        """The products of two lanes; of two constants it is one."""
        keep, codes, values, args = table
        (x, of_x, plain_x), (y, of_y, plain_y) = items
        plain = plain_x & plain_y
        keep[:, 0 : 3 * self.width : 3] &= ~plain
        keep[:, 1 : 3 * self.width : 3] &= ~plain
        keep[:, offsets], codes[:, offsets], values[:, offsets] = True, np.where(plain, 0, 2), x * y
        args[:, offsets, 0], args[:, offsets, 1] = of_x, of_y
        return x * y, first + offsets % self.each, plain

    def _steps(self, item: Any, table: Any, first: Ids, offsets: Ids) -> None:
        """What leads from the items of each lane to its result; a step between constants is one."""
        keep, codes, values, args = table
        width, steps = self.width, steps_of(self.width, self.paired)
        places = np.arange(width - 1) + (width if len(self.sources) == 1 else 3 * width)
        places[-1] = self.each - 1
        numbers, serials, plain = (
            np.concatenate([found, np.zeros((len(found), width - 1), found.dtype)], axis=1) for found in item
        )
        serials[:, width:] = first + places
        for level in steps.levels:
            left, right = steps.left[level], steps.right[level]
            numbers[:, width + level] = self.row.array(numbers[:, left], numbers[:, right])
            plain[:, width + level] = plain[:, left] & plain[:, right]
        seen = ~plain
        seen[:, :-1] |= ~plain[:, steps.user]  # a constant that is used by constants alone is not there
        keep[:, offsets] &= seen[:, :width]
        keep[:, places], codes[:, places], values[:, places] = seen[:, width:], ~plain[:, width:], numbers[:, width:]
        args[:, places, 0], args[:, places, 1] = serials[:, steps.left], serials[:, steps.right]
