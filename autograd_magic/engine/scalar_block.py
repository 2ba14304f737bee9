"""Scalar blocks: the numbers of a run that stand alone, once it is over.

While a cell runs each of them is an object. Nobody holds most of these afterwards, and the columns of the tape say all
that was known of them: those are let go (``let_go``), and come about again when somebody asks for one, as the elements
of an array do.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Protocol
from weakref import getweakrefcount, ref

import numpy as np

from .columns import Args
from .gathering import Columns, Nodes
from .groups import Floats
from .node import LEAF, SAME, Node
from .number import Number
from .replay import Plan
from .stretches import Blocks, Ids, Part, Standing, Stretch, fresh
from .value import Value

FEW, MOST = 64, 0.5
"""Shorter stretches stay as they are; and all of them, where fewer than this share of the nodes could go."""

EXACT = 2**53
"""Up to here a float tells whole numbers apart."""

SINGLY = 100
"""So often somebody may ask for the arguments of a node before all come back."""

SMALL, SOME = 32, 1_000
"""What is held and is made of no more numbers than this keeps them, and not the whole tape; where no more are held."""

NODES = frozenset((Value, Number))
"""The classes of which nodes are let go; somebody's own may hold more."""

ENDS = frozenset((LEAF, SAME))
"""What is moved, and what is another number once more, stays."""

STAYS = 16
"""Beside a kind: an object for good."""

KINDS: tuple[type, ...] = (float, int, np.float64)
"""What a number may be that a column can hold."""


class Graph(Standing, Protocol):
    """A tape."""

    columns: Columns
    nodes: Nodes
    args: Args
    values: Floats
    given: Floats
    taken: range

    @property
    def plan(self) -> Plan:
        """How it is computed."""
        ...


class ScalarBlock(Stretch):
    """So many places of a tape from ``low`` on, where no array was computed in between. ``kinds`` says of each what its
    number is (its place in KINDS), whether Python's arithmetic made it (4) and whether it is a Number (8), and STAYS of
    those that are objects for good. Shape (count,).
    """

    def __init__(self, graph: Graph, low: int, kinds: Any) -> None:
        self._graph, self.low, self._kinds = graph, low, kinds
        self._serials = graph.columns.serials[low : low + len(kinds)]
        self._asked = 0
        self._last: ref[Standing] | None = None
        self.first, self.end = int(self._serials[0]), int(self._serials[-1]) + 1
        self.ref = ref(self)

    @property
    def tape(self) -> Standing | None:
        """The graph that has given its nodes numbers and gradients last, as long as it is there."""
        return None if self._last is None else self._last()

    @tape.setter
    def tape(self, tape: Standing | None) -> None:
        self._last = None if tape is None else ref(tape)

    @property
    def count(self) -> int:
        """How many nodes there are, with those that are not let go."""
        return len(self._kinds)

    def places(self, serials: Ids) -> Ids:
        """Where the nodes with these serials stand in this stretch."""
        return np.searchsorted(self._serials, serials)

    def own(self, serials: Ids) -> Any:
        """Which of the nodes with these serials were let go."""
        places = self.places(serials).clip(max=self.count - 1)
        return (self._serials[places] == serials) & (self._kinds[places] & STAYS == 0)

    def part(self, places: Ids) -> Part:
        """The nodes at some places with all that they are made of in this stretch. Of a node that is an object again
        that one knows the number: it may have been written.
        """
        graph, low = self._graph, self.low
        marked = np.zeros(len(graph.values), dtype=bool)
        marked[low + places] = True
        at = low + np.flatnonzero(graph.plan.above(marked)[low : low + self.count] & (self._kinds & STAYS == 0))
        columns, args, values = graph.columns, graph.args, graph.values[at]
        there, _ = graph.nodes.there
        for place in there[np.isin(there, at)].tolist():
            values[np.searchsorted(at, place)] = self._then(place).number  # type: ignore[union-attr]
        edges, _ = args.edges(at)
        return Part(
            tuple(columns.rows.table),
            columns.serials[at],
            columns.rows.codes[at],
            values,
            self._kinds[at - low] & 3 == KINDS.index(int),
            np.diff(args.starts)[at],
            columns.serials[args.flat[edges]],
        )

    def now(self, part: Part) -> None:
        """Nothing to do: these are the present numbers."""

    def flags(self, part: Part) -> Any:
        """As they were on the tape, without what its guards add."""
        return self._graph.columns.flags[self.low + self.places(part.serials)]

    def lines(self, part: Part) -> Any:
        """As they were on the tape."""
        return self._graph.columns.lines[self.low + self.places(part.serials)]

    def outside(self, part: Part) -> Ids:
        """What is older, and what was not let go."""
        found: Ids = part.args[~self.own(part.args)]
        return found

    def other(self, serial: int) -> Node:
        """What is not its own and stands on the tape."""
        found: Node = self._graph.nodes[self._graph.columns.places(np.int64(serial))]
        return found

    def _then(self, place: int) -> Node | None:
        """The node at a place of the tape as it stood there, if it is an object: it may have been written since."""
        node, serial = self._graph.nodes.present(place), self._graph.columns.serials[place]
        return None if node is None else next((one for _, one in node.past if one.serial == serial), node)

    def node(self, serial: int) -> Node:
        """The node with this serial, with the number and the gradient that it was given last."""
        here = int(self.places(np.int64(serial)))
        there = self._then(self.low + here)
        return next(self._nodes([here])) if there is None else there

    def _nodes(self, some: list[int]) -> Iterator[Node]:
        """The nodes at some places, as objects. Of two threads that ask one makes it."""
        graph, columns = self._graph, self._graph.columns
        at = self.low + np.array(some, dtype=np.intp)
        read = (columns.serials[at], columns.lines[at], graph.values[at], graph.given[at], self._kinds[some])
        lists = [at.tolist(), columns.rows.some(at), graph.nodes.gone.at(at), *(column.tolist() for column in read)]
        for place, row, label, serial, line, number, slope, kind in zip(*lists, strict=True):
            of = KINDS[kind & 3]
            number = number if of is int and not number.is_integer() else of(number)
            made = fresh(row, number, self, serial, line, Number if kind & 8 else Value)
            made.strict, made.gradient, made.label = bool(kind & 4), slope, label
            found = graph.nodes.put(place, made)
            tape = self.tape
            if found is made and tape is not None and tape is not graph:
                tape.adopt(made)  # another graph has given a Value its gradient, and nothing else
                made.number, made.gradient = number, slope if kind & 8 else made.gradient
            yield found

    def above(self, serial: int) -> tuple[Node, ...]:
        """The arguments of the node with this serial: its tuple from now on. Where somebody asks for many, all nodes
        are objects again, which takes less time than one by one.
        """
        graph, place = self._graph, self.low + int(self.places(np.int64(serial)))
        self._asked += 1
        if self._asked == SINGLY:
            own = self.low + np.flatnonzero(self._kinds & STAYS == 0)
            gone = [at - self.low for at in own.tolist() if graph.nodes.present(at) is None]
            deque(self._nodes(gone), maxlen=0)
            for at, args in graph.args.some(own):
                self.keep(at - self.low, tuple(map(graph.nodes.__getitem__, args)))
        found = tuple(map(graph.nodes.__getitem__, graph.args[place]))
        self.keep(place - self.low, found)
        return found

    def keep(self, here: int, parents: tuple[Node, ...]) -> None:
        """The node at a place of this stretch, which is an object, goes no more."""
        node = self._graph.nodes.present(self.low + here)
        if node is not None and type(node.parents) is ScalarBlock:
            node.parents = parents
            self._kinds[here] |= STAYS


def let_go(graph: Graph, home: Blocks) -> None:
    """Let go of the nodes of a run that stand alone and that nobody holds; ``home`` are the arrays of the run. It does
    not pay where there are few, or many arrays in between.

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
        return
    blocks = [ScalarBlock(graph, int(alone[low]), kinds[low:high].copy()) for low, high in stretches]
    for block, (low, high) in zip(blocks, stretches, strict=True):
        home.put_in(block)
        for at in (low + np.flatnonzero(goes[low:high])).tolist():
            nodes[at].parents = block
    elements = [serial for serial, node in home.nodes.items() if node.parents in blocks]
    for serial in elements if len(elements) > SOME else ():  # the arrays know them by their serials
        home.keep(home.nodes.pop(serial).parents)
    nobody = next(map(sys.getrefcount, [object()]))
    held = np.fromiter(map(sys.getrefcount, nodes), dtype=np.int64, count=len(nodes)) > nobody
    held |= np.fromiter(map(getweakrefcount, nodes), dtype=np.int64, count=len(nodes)) > 0
    small = _small(graph, held, goes)
    kept = {int(alone[at]): nodes[at] for at in np.flatnonzero(held | ~goes).tolist()}
    graph.nodes.let_go(kept, blocks)
    for place, parents in small.items():
        block = kept[place].parents
        block.keep(place - block.low, tuple([kept[parent] for parent in parents]))


def _small(graph: Graph, held: Any, goes: Any) -> dict[int, tuple[int, ...]]:
    """The places of nodes that are held and made of few, and of these, with the places of their arguments; all of them
    are ``held`` then.
    """
    found: dict[int, tuple[int, ...]] = {}
    some = np.flatnonzero(held & goes).tolist()
    at_place = {int(place): at for at, place in enumerate(graph.columns.alone.tolist())} if len(some) <= SOME else {}
    for at in some if at_place else ():
        made_of: dict[int, tuple[int, ...]] = {}
        due = [int(graph.columns.alone[at])]
        while due and len(made_of) <= SMALL:
            place = due.pop()
            if place not in made_of:
                args = made_of[place] = graph.args[place]
                due += [arg for arg in args if arg not in at_place or (goes[at_place[arg]] and arg not in found)]
            if place not in at_place:  # an element of an array
                break
        else:
            if not due:
                found |= made_of
                held[[at_place[place] for place in made_of]] = True
    return found


def _kinds(nodes: Sequence[Node]) -> Any:
    """The kinds of nodes (see ScalarBlock); -1 of those of which a column cannot hold all that is known."""
    places = {kind: place for place, kind in enumerate(KINDS)}
    kinds = [
        places.get(type(node.number), -STAYS) + 4 * node.strict + 8 * (type(node) is Number)
        if type(node) in NODES and node.row not in ENDS and not node.past
        else -1
        for node in nodes
    ]
    found = np.array(kinds, dtype=np.int8)
    for at in np.flatnonzero((found >= 0) & (found & 3 == places[int])).tolist():
        if abs(nodes[at].number) > EXACT:
            found[at] = -1
    return found
