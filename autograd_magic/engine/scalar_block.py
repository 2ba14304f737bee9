"""Scalar blocks: the numbers of a run that stand alone, once it is over.

While a cell runs each of them is an object. Nobody holds most of these afterwards, and the columns of the tape say all
that was known of them: those are let go (``let_go``), and come about again when somebody asks for one, as the elements
of an array do.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Protocol
from weakref import ref

import numpy as np

from .blocks import Blocks, Ids, Part, Standing, Stretch, fresh
from .columns import Args
from .gathering import Columns, Nodes
from .groups import Floats
from .node import LEAF, SAME, Node
from .number import Number
from .replay import Plan
from .value import Value

FEW, MOST = 64, 0.5
"""Shorter stretches stay as they are; and all of them, where fewer than this share of the nodes could go."""

EXACT = 2**53
"""Up to here a float tells whole numbers apart."""

NODES = frozenset((Value, Number))
"""The classes of which nodes are let go; somebody's own may hold more."""

ENDS = frozenset((LEAF, SAME))
"""What is moved, and what is another number once more, stays."""

KINDS: tuple[type, ...] = (float, int, np.float64)
"""What a number may be that a column can hold."""


class Graph(Standing, Protocol):
    """A tape."""

    columns: Columns
    nodes: Nodes
    args: Args
    values: Floats
    grads: Floats
    taken: range

    @property
    def plan(self) -> Plan:
        """How it is computed."""
        ...


class ScalarBlock(Stretch):
    """So many places of a tape from ``low`` on, where no array was computed in between. ``kinds`` says of each what its
    number is (its place in KINDS), whether Python's arithmetic made it (4) and whether it is a Number (8); -1 of those
    that are not let go. Shape (count,).
    """

    def __init__(self, graph: Graph, low: int, kinds: Any) -> None:
        self._graph, self._low, self._kinds = graph, low, kinds
        self._serials = graph.columns.serials[low : low + len(kinds)]
        self.first, self.end = int(self._serials[0]), int(self._serials[-1]) + 1
        self.ref = ref(self)

    @property
    def count(self) -> int:
        """How many nodes there are, with those that are not let go."""
        return len(self._kinds)

    def places(self, serials: Ids) -> Ids:
        """Where the nodes with these serials stand in this stretch."""
        return np.searchsorted(self._serials, serials)

    def own(self, serials: Ids) -> Any:
        """Which of the nodes with these serials were let go."""
        return self._kinds[self.places(serials)] >= 0

    def part(self, places: Ids) -> Part:
        """The nodes at some places with all that they are made of in this stretch."""
        graph, low = self._graph, self._low
        marked = np.zeros(len(graph.values), dtype=bool)
        marked[low + places] = True
        at = low + np.flatnonzero(graph.plan.above(marked)[low : low + self.count] & (self._kinds >= 0))
        columns, args = graph.columns, graph.args
        edges, _ = args.edges(at)
        return Part(
            tuple(columns.rows.table),
            columns.serials[at],
            columns.rows.codes[at],
            graph.values[at],
            self._kinds[at - low] & 3 == KINDS.index(int),
            np.diff(args.starts)[at],
            columns.serials[args.flat[edges]],
        )

    def flags(self, part: Part) -> Any:
        """As they were on the tape, without what its guards add."""
        return self._graph.columns.flags[self._low + self.places(part.serials)]

    def lines(self, part: Part) -> Any:
        """As they were on the tape."""
        return self._graph.columns.lines[self._low + self.places(part.serials)]

    def outside(self, part: Part) -> Ids:
        """What is older, and what was not let go."""
        places = self.places(part.args).clip(max=self.count - 1)
        own = (self._serials[places] == part.args) & (self._kinds[places] >= 0)
        found: Ids = part.args[~own]
        return found

    def node(self, serial: int) -> Node:
        """The node with this serial, with the number and the gradient that it would have."""
        graph, here = self._graph, int(self.places(np.int64(serial)))
        place, kind = self._low + here, int(self._kinds[here])
        there = graph.nodes.present(place)
        if there is not None:
            return there
        number: Any = float(graph.values[place])
        if KINDS[kind & 3] is not int or number.is_integer():
            number = KINDS[kind & 3](number)
        columns = graph.columns
        row, line = columns.rows[place], int(columns.lines[place])
        made = fresh(row, number, self, serial, line, Number if kind & 8 else Value)
        made.strict, made.gradient = bool(kind & 4), float(graph.grads[place])
        made.label = graph.nodes.label(place)
        graph.nodes.put(place, made)
        if self.tape is not None and self.tape is not graph:
            self.tape.adopt(made)
        return made

    def above(self, serial: int) -> tuple[Node, ...]:
        """The arguments of the node with this serial."""
        graph = self._graph
        place = self._low + int(self.places(np.int64(serial)))
        return tuple(graph.nodes[arg] for arg in graph.args[place])


def let_go(graph: Graph, home: Blocks) -> bool:
    """Let go of the nodes of a run that stand alone and that nobody holds; ``home`` are the arrays of the run. Gives
    whether that was done: it does not pay where there are few, or many arrays in between.

    Wherever this is interrupted, each node can be found.
    """
    columns = graph.columns
    alone, nodes = columns.alone, columns.nodes
    first = int(np.searchsorted(alone, len(graph.taken)))  # what is older belongs to others
    kinds = _kinds(nodes)
    between = np.searchsorted(home.ranges[1], columns.serials[alone])
    cuts = np.flatnonzero((np.diff(alone) != 1) | (np.diff(between) != 0)) + 1
    ends = [first, *cuts[cuts > first].tolist(), len(alone)]
    stretches = [(low, high) for low, high in pairwise(ends) if high - low >= FEW]
    goes = np.zeros(len(alone), dtype=bool)
    for low, high in stretches:
        goes[low:high] = kinds[low:high] >= 0
    if np.count_nonzero(goes) < MOST * len(alone):
        return False
    serials = columns.serials[alone].tolist()
    home.nodes.update((serials[at], nodes[at]) for at in np.flatnonzero(~goes).tolist())
    blocks = [ScalarBlock(graph, int(alone[low]), kinds[low:high].copy()) for low, high in stretches]
    for block, (low, high) in zip(blocks, stretches, strict=True):
        home.put_in(block)
        for at in (low + np.flatnonzero(goes[low:high])).tolist():
            nodes[at].parents = block
    for serial, node in [*home.nodes.items()]:
        if type(node.parents) is ScalarBlock:  # an element of an array, which knows it by its serial
            home.keep(node.parents)
            del home.nodes[serial]
    nobody = next(map(sys.getrefcount, [object()]))
    held = np.fromiter(map(sys.getrefcount, nodes), dtype=np.int64, count=len(nodes)) > nobody
    kept = {int(alone[at]): nodes[at] for at in np.flatnonzero(held | ~goes).tolist()}
    home.nodes.update((node.serial, node) for node in kept.values())
    graph.nodes.let_go(kept, blocks)
    return True


def _kinds(nodes: Sequence[Node]) -> Any:
    """The kinds of nodes (see ScalarBlock); -1 of those of which a column cannot hold all that is known."""
    places = {kind: place for place, kind in enumerate(KINDS)}
    kinds = [
        places.get(type(node.number), -16) + 4 * node.strict + 8 * (type(node) is Number)
        if type(node) in NODES and node.row not in ENDS and not node.past
        else -1
        for node in nodes
    ]
    found = np.array(kinds, dtype=np.int8)
    for at in np.flatnonzero((found >= 0) & (found & 3 == places[int])).tolist():
        if abs(nodes[at].number) > EXACT:
            found[at] = -1
    return found
