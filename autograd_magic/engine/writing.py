"""What stands on a tape is given to the nodes, and to the elements of arrays: only where it is not there already.

Whoever else gives nodes a number or a gradient says so by ``record.note_writing``; then all of them are given theirs
again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from . import record
from .arrays import Array
from .gathering import Nodes
from .groups import Bools, Floats
from .laid import owner_of, shown
from .node import Node
from .number import Number
from .stretches import Ids


class Elements(NamedTuple):
    """The elements of an array that stand on a tape: their serials then, and their places (-1: not there)."""

    array: Array
    ids: Ids
    places: np.ndarray

    def write(self, values: Floats) -> None:
        """Give the elements their numbers, but for those that somebody has written since."""
        buffer = self.array.buffer
        same = (self.array.apart() == self.ids) & (self.places >= 0)
        if not same.any():
            return
        owner = owner_of(buffer)
        if locked := not owner.flags.writeable:
            owner.flags.writeable = True
        there = None if owner is buffer else shown(owner, owner, buffer)  # a view may show it only to be read
        (buffer if there is None else there)[same] = values[self.places[same]]
        if locked:
            owner.flags.writeable = False


class Writing:
    """What the nodes of one tape were given last. Those whose place is below ``first`` belong to others: a Value among
    them is given its gradient, and a number that another cell has wrapped nothing. ``swept`` is whether the code itself
    has given the Values gradients that are others than the graph's: then they keep those.
    """

    def __init__(self, nodes: Nodes, first: int) -> None:
        self._of, self._first, self.swept = nodes, first, False
        self._known = -1, -1
        self._nodes: list[Node] = []
        self._numbers = self._slopes = np.zeros(0)

    def write(self, values: Floats, grads: Floats) -> None:
        """Give the nodes these numbers and gradients, both of shape (n,). Whole numbers stay ints."""
        anew = self._known != (record.writings, self._of.many)
        if anew:
            self._look()
        self._known = -1, -1  # should this be interrupted
        numbers: Floats = values.take(self._places)
        slopes: Floats = grads.take(self._places)
        moved, bent = self._own, self._sloped
        if not anew:
            moved, bent = moved & _differ(numbers, self._numbers), bent & _differ(slopes, self._slopes)
        self._numbers, self._slopes = numbers, slopes
        plain = moved & self._plain
        for node, number, slope in self._some(plain & bent, numbers, slopes):
            node.number, node.gradient = number, slope
        for node, number in self._some(plain & ~bent, numbers):
            node.number = number
        for node, slope in self._some(bent & ~plain, slopes):
            node.gradient = slope
        for node, number in self._some(moved & ~self._plain, numbers):
            _give(node, number)
        record.note_writing()
        self._known = record.writings, self._of.many

    def differ(self, grads: Floats) -> bool:
        """Whether Values have other gradients than these, of shape (n,)."""
        places, nodes = self._of.there
        of_value = [type(node) is not Number for node in nodes]
        found = np.array([node.gradient for node in nodes])[of_value]
        return not np.allclose(found, grads[places][of_value], rtol=1e-9, atol=1e-12, equal_nan=True)

    def anew(self) -> Writing:
        """The same, which holds none of the nodes and knows nothing of what they were given."""
        found = Writing(self._of, self._first)
        found.swept = self.swept
        return found

    def _look(self) -> None:
        """Which nodes are there; which are this tape's own, which of them hold a float, and which have a gradient."""
        self._places, nodes = self._of.there
        self._nodes = nodes
        self._own = self._places >= self._first
        self._plain = np.array([type(node.number) is float for node in nodes], dtype=bool)
        value = np.array([type(node) is not Number for node in nodes], dtype=bool)
        self._sloped = self._own & ~value if self.swept else self._own | value

    def _some(self, wanted: Bools, *columns: Floats) -> Iterator[Any]:
        """Some nodes, each with what these columns have for it."""
        places = np.flatnonzero(wanted)
        nodes = map(self._nodes.__getitem__, places.tolist())
        return zip(nodes, *(column[places].tolist() for column in columns), strict=True)


def _differ(now: Floats, before: Floats) -> Bools:
    found: Bools = now.view(np.int64) != before.view(np.int64)
    return found


def give(node: Node, number: float, grad: float) -> None:
    """Give one node a number and a gradient."""
    _give(node, number)
    node.gradient = grad
    record.note_writing()


def _give(node: Node, number: float) -> None:
    if float(node.number) != number or node.number == 0:
        node.number = like(node.number, number)


def like(before: Any, number: float) -> Any:
    """A number of the kind that a node had: whole numbers and NumPy's stay what they were."""
    if isinstance(before, (int, np.integer)):
        return type(before)(int(number)) if number.is_integer() else number
    return type(before)(number) if isinstance(before, np.floating) else number


def given(before: Any, number: Any) -> Any:
    """A number that somebody has given to a leaf, in the precision that it had."""
    return type(before)(number) if isinstance(before, np.floating) else number
