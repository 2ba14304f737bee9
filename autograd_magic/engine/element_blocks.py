"""Blocks of what is done element by element: a row of the op table, and a comparison."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .blocks import Block
from .node import CONST
from .stretches import Ids, Part


class Elementwise(Block):
    """A row of the op table on each element."""

    __slots__ = ()

    @property
    def each(self) -> int:  # type: ignore[override]
        """One for each argument, and its own."""
        return len(self.args) + 1

    def part(self, places: Ids) -> Part:
        """Each element of the arguments at that place, and constants among them."""
        keep, codes, values, whole = self._blank(len(places))
        args = np.zeros((len(places), len(self.sources)), dtype=np.int64)
        own = self.first + places * self.each
        for at, source in enumerate(self.sources):
            values[:, at], ids, whole[:, at] = source.at(self.numbers.shape, places)
            keep[:, at] = ids == 0
            args[:, at] = np.where(ids, ids, own + at)
        return self._laid(places, keep, codes, values, whole, args, self.row)


class Pairs(NamedTuple):
    """What was compared, pair by pair, as serials, with what came out, and the ``constants`` among it."""

    left: Ids
    right: Ids
    outcome: Any
    constants: Part


class Compared(Block):
    """A comparison of arrays. It makes no nodes, but for constants that are compared; ``numbers`` are the answers."""

    each = 2

    @property
    def pairs(self) -> Pairs:
        """The pairs in which there is a node. A number that all elements are compared with is one constant."""
        places = np.arange(self.numbers.size)
        sides = [source.at(self.numbers.shape, places) for source in self.sources]
        places = np.flatnonzero((sides[0][1] != 0) | (sides[1][1] != 0))
        found: list[Ids] = []
        serials, values = [], []
        for at, (source, (numbers, ids, _)) in enumerate(zip(self.sources, sides, strict=True)):
            own = self.first + at + (places if np.size(source.numbers) > 1 else np.zeros_like(places)) * self.each
            plain = ids[places] == 0
            found.append(np.where(plain, own, ids[places]))
            own, one = own[plain], np.size(source.numbers) == 1
            serials.append(own[:1] if one else own)
            values.append(numbers[places][plain][: 1 if one else None])
        order = np.argsort(np.concatenate(serials))
        nothing: Any = np.zeros(len(order), dtype=np.int8)
        constants = Part(
            (CONST,),
            np.concatenate(serials)[order],
            nothing,
            np.concatenate(values)[order],
            nothing.astype(bool),
            nothing,
            np.zeros(0, dtype=np.int64),
        )
        return Pairs(found[0], found[1], self.numbers.reshape(-1)[places], constants)

    def _near(self, place: int) -> Part:
        return self.pairs.constants

    def part(self, places: Ids) -> Part:
        """The constants."""
        return self.pairs.constants
