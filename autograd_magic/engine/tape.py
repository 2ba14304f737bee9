"""Tape: the graph of a root, flat, in the order in which its nodes were made.

A tape holds no more than arrays and names: it is replayed with other leaf values (``forward``), differentiated
(``backward``), asked whether the code that made it would have done the same with those values (``broken``), and sent
to the browser (``live/tape_wire.py``).
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Mapping, Sequence
from functools import cached_property
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np

from .arrays import Array
from .bounds import got_otherwise
from .columns import Rows
from .curvature import hessian_times
from .gathering import Gathering, Nodes
from .groups import Bools, Floats
from .guards import ESCAPES, RAISED, STRICT, Broken, Guards
from .node import CONST, LEAF, SAME, Node, itself, version
from .number import Number, node_of
from .origins import Marks, Origins
from .outside import Outside, Slope
from .readable import short
from .recording import Guard, Kind
from .replay import Backward, Plan
from .scalar_block import let_go
from .stretches import Blocks, Ids
from .writing import Elements, Writing, give

OWN = 1e-12
"""Numbers that a replay gives otherwise than the run did by more than this, relatively, are the run's own."""


class Leaf(NamedTuple):
    """A number that can be moved: its node, its name, whether it is whole, its range if one was asked for, its key in
    the recording, the number where the code itself puts it (of Python's or NumPy's kind), and whether a sum or a
    product only begins with it.
    """

    node: int
    name: str
    whole: bool
    low: float | None
    high: float | None
    key: str
    start: Any
    begins: bool = False

    @property
    def starts_whole(self) -> bool:
        """Whether the code puts an int there."""
        return isinstance(self.start, (int, np.integer))


class Tape:
    """The graph of ``root``, flat.

    ``values`` and ``grads`` are float64 arrays of shape (n,): the number of each node, and the derivative of the root
    by it; ``given`` are the derivatives that the nodes were given last. ``leaves`` lists what can be moved. ``guards``
    are the facts under which a replay is what a fresh run would be, ``leaves`` the recorded leaves by key (those that
    the root does not use among them) and ``starts`` where the code put them, ``also`` other nodes that shall follow,
    ``ranges`` the sliders' ranges by key.

    A number that a traced cell wrapped before the serial ``since`` belongs to that cell's own graph: here it is a leaf,
    called as ``known`` calls it (by identity), unless the graph is not ``opaque``. ``written`` are Values which the run
    has given their number, by identity: constants here. ``taken`` are the places of all nodes from before ``since``,
    the first. ``measured`` are derivatives of the root by nodes which a run with that node nudged has shown; they hold
    where the graph was traced, and elsewhere nobody knows them. ``arrays`` hold nodes of the tape as elements, and
    follow. ``marks`` say which call and which pass of a loop made a node (``origins``).
    """

    def __init__(
        self,
        root: Node,
        guards: Sequence[Guard] = (),
        leaves: Mapping[str, Node] | None = None,
        also: Iterable[Node] = (),
        ranges: Mapping[str, tuple[float, float]] | None = None,
        *,
        starts: Mapping[str, Any] | None = None,
        since: int = 0,
        opaque: bool = True,
        known: Mapping[int, str] | None = None,
        written: Container[int] = (),
        arrays: Iterable[Array] = (),
        marks: Marks | None = None,
    ) -> None:
        root, recorded, ranges, also = node_of(root), leaves or {}, ranges or {}, list(also)
        guards = [guard._replace(left=_then(guard.left, guard), right=_then(guard.right, guard)) for guard in guards]
        watched = [node for guard in guards for node in (guard.left, guard.right) if node is not None]
        arrays = [array for array in arrays if array.traced]
        found = Gathering(since, opaque=opaque)
        found.add([root, *map(node_of, recorded.values()), *map(node_of, also), *watched])
        for guard in guards:
            if guard.many is not None:
                found.compare(guard.many)
        for array in arrays:
            found.add_ids(array.apart(), array.blocks)
        self.columns = columns = found.columns()
        self.since = since
        self.nodes = Nodes(columns)
        self.taken = range(int(np.searchsorted(columns.serials, since)))
        self._known = {place: (known or {}).get(id(self.nodes[place]), "") for place in self.taken}
        self.origins = Origins(marks, columns.serials)
        self.twins = [(value, self._place(value)) for value in (*also, *found.same) if value.row is SAME]
        self.arrays = [
            Elements(array, array.apart().copy(), columns.places(array.apart()).astype(np.int32)) for array in arrays
        ]
        ends = columns.rows.each(row is LEAF for row in columns.rows.table).astype(bool)
        ends[self.taken] = True
        there = ((place, self.nodes.present(place)) for place in np.flatnonzero(ends).tolist())
        alone = {place: node for place, node in there if node is not None and (node.row is LEAF or found.lent(node))}
        self.rows, self.args = _with_leaves(columns.rows, alone, written, found), columns.args
        self.values: Floats = columns.values
        self.values.flags.writeable = False
        self.grads: Floats = np.zeros(len(self.nodes))
        self.given: Floats = self.grads
        self.root = self._place(root)
        sides = [[0 if node is None else node.serial for node in (guard.left, guard.right)] for guard in guards]
        places = columns.places(np.array(sides, dtype=np.int64))
        assert ((places >= 0) == np.array(sides, dtype=bool)).all()
        self.guards = [self._watched(guard, *both) for guard, both in zip(guards, places.tolist(), strict=True)]
        watched_there = any(guard.kind in (Kind.RAISED, Kind.ESCAPES) for guard, _, _ in self.guards)
        self.flags = columns.flags.copy() if watched_there else columns.flags
        for guard, left, _ in self.guards:
            if guard.kind is Kind.RAISED:
                self.flags[left] = int(self.flags[left]) & ~STRICT | RAISED
            elif guard.kind is Kind.ESCAPES and left >= 0:
                self.flags[left] |= ESCAPES
        keys = {node_of(leaf).serial: key for key, leaf in recorded.items()}
        self.leaves = [
            self._leaf(place, node, keys.get(node.serial), starts or {}, ranges)
            for place, node in sorted(alone.items(), key=itemgetter(0))
            if self.rows[place] is LEAF
        ]
        self._leaf_nodes = np.array([leaf.node for leaf in self.leaves], dtype=np.intp)
        self.traced = self.values
        self.measured: dict[int, Slope] = {}
        self._towards: dict[int, Backward] = {}
        self._writing = Writing(self.nodes, len(self.taken))
        self._moved: tuple[np.ndarray, Bools] | None = None

    def _watched(self, guard: Guard, left: Any, right: Any) -> tuple[Guard, Any, Any]:
        guard = guard._replace(left=None, right=None)  # their places say it
        if guard.many is None:
            return guard, left, right
        pairs = guard.many.pairs
        left, right = (self.columns.places(side).astype(np.int32) for side in (pairs.left, pairs.right))
        return guard._replace(outcome=pairs.outcome), left, right

    def _place(self, node: Node) -> int:
        """Where a node stands that is on the tape."""
        place = self.node(node)
        assert place is not None
        return place

    def _leaf(
        self,
        place: int,
        node: Node,
        key: str | None,
        starts: Mapping[str, Any],
        ranges: Mapping[str, tuple[float, float]],
    ) -> Leaf:
        if key is None:
            name = self._known.get(place, "")
            key = name if name and type(node) is Number and name not in starts else key_of(node)
        low, high = ranges.get(key, (None, None))
        whole = isinstance(node.number, (int, np.integer))
        return Leaf(place, self.label(place), whole, low, high, key, starts.get(key, node.number))

    def __len__(self) -> int:
        return len(self.nodes)

    def forward(self, leaves: Mapping[int, float] | Sequence[float] | None = None) -> float:
        """Compute every node anew and return the root's number.

        ``leaves`` gives new numbers: a sequence with one for each of ``self.leaves``, or a mapping from places in
        that list. Nothing is said about whether the code would have taken the same path: ask ``broken``.
        """
        values = self.values if self.values.flags.writeable else self.values.copy()
        if isinstance(leaves, Mapping):
            values[self._leaf_nodes[np.fromiter(leaves, dtype=np.intp)]] = [*leaves.values()]
        elif leaves is not None:
            values[self._leaf_nodes[: len(leaves)]] = leaves
        self.values = values
        if not self._moved_leaves().size:
            self.values = self.traced
            return float(self.values[self.root])
        if self._own or self.plan.opaque:
            moved = self.moved()
            values[~moved] = self.traced[~moved]
            values[[node for node in self.plan.opaque if moved[node]]] = math.nan  # nobody knows
            self.plan.forward_only(values, moved)
        else:
            self.plan.forward(values)
        self.values = values  # another thread may have let the tape rest meanwhile
        return float(values[self.root])

    def stand(self, values: Floats) -> None:
        """Every node has these numbers, shape (n,)."""
        self.values = values.copy()

    def settle(self) -> None:
        """The present numbers are those at which the graph is traced."""
        self.traced = self.values
        self.traced.flags.writeable = False

    def rest(self) -> None:
        """Let go of what is only of use while leaves move: it comes about again when one does."""
        for name in ("plan", "_guards"):
            self.__dict__.pop(name, None)
        self._towards, self._moved = {}, None
        if self.stands_as_traced:
            self.values = self.traced
        self._writing = self._writing.anew()

    @property
    def stands_as_traced(self) -> bool:
        """Whether every number is the one at which the graph is traced, to the bit."""
        return np.array_equal(self.values.view(np.int64), self.traced.view(np.int64))

    @cached_property
    def plan(self) -> Plan:
        """How to compute it."""
        return Plan(self.rows, self.args)

    def backward(self, root: int | None = None) -> Floats:
        """The derivative of a node (the root, unless told otherwise) by every node, shape (n,); kept in ``grads``."""
        towards = self.root if root is None else root
        found = self._towards.get(towards)  # another thread may let the tape rest meanwhile
        if found is None:
            found = self.plan.towards(towards)
            self._towards = {towards: found}
        self.grads = found.run(self.values)
        if self.measured and towards == self.root:
            away = bool(self._moved_leaves().size)
            self.grads[list(self.measured)] = [math.nan if away else slope for slope, _ in self.measured.values()]
        return self.grads

    @property
    def outside(self) -> list[tuple[int, Outside]]:
        """The nodes that code outside of the graph has made, and how."""
        codes = [code for code, row in enumerate(self.rows.table) if isinstance(row, Outside)]
        places = np.flatnonzero(np.isin(self.rows.codes, codes)).tolist() if codes else []
        return [(place, row) for place in places if isinstance(row := self.rows[place], Outside)]

    def unknown(self) -> list[int]:
        """The nodes whose gradient does not come through: what outside code has made of numbers that lead to the root,
        where nobody knows how it changes with them.
        """
        outside = self.outside
        if not outside:
            return []
        found = self._towards.get(self.root)
        grads = self.backward() if found is None else found.run(self.values)
        return [node for node, row in outside if grads[node] and not row.known]

    def above(self, *nodes: int) -> Bools:
        """Which nodes these are made of, and they themselves; shape (n,)."""
        known = self._towards.get(nodes[0]) if len(nodes) == 1 else None
        if known is not None:
            found: Bools = known.reaches.copy()
            return found
        marked = np.zeros(len(self), dtype=bool)
        marked[list(nodes)] = True
        return self.plan.above(marked)

    def hvp(self, direction: Floats, root: int | None = None) -> Floats:
        """The Hessian of a node (the root, unless told otherwise) times a direction, both of shape (n,): how the
        gradient by every node changes when the nodes move along it (only leaves can move by themselves).
        """
        return hessian_times(self.rows, self.args, self.values, self.backward(root), direction)

    @property
    def swept(self) -> bool:
        """Whether the code itself has given the Values gradients that are others than the graph's."""
        return self._writing.swept

    def sweep(self) -> None:
        """The code has called ``backward`` itself: if it has left the Values other gradients, they keep those."""
        self._writing.swept = self._writing.differ(self.grads)

    def write(self) -> None:
        """Give the nodes the numbers and gradients that stand on the tape. Whole numbers stay ints.

        What was made before this graph belongs to others: a Value among it gets its gradient, and a number that another
        cell has wrapped gets nothing.
        """
        self.given = self.grads
        for block in self.columns.blocks:
            block.tape = self
        for elements in self.arrays:
            elements.write(self.values)
        for twin, place in self.twins:
            give(twin, float(self.values[place]), twin.gradient if self.swept else float(self.grads[place]))
        self._writing.write(self.values, self.grads)  # at last: it sees whether anybody has written since

    def adopt(self, node: Node) -> None:
        """The node of an element has come about: it has the number and the gradient that stand here."""
        place = self.node(node)
        if place is not None:
            self.nodes.put(place, node)
            give(node, float(self.values[place]), float(self.given[place]))

    def let_go(self, home: Blocks) -> None:
        """Let go of the nodes that nobody holds but this tape; ``home`` are the arrays of the run that made them. Where
        the code has given Values gradients of its own, only they know these.
        """
        if not self.swept:
            self._writing = self._writing.anew()
            let_go(self, home)

    def now(self, serials: Ids, values: Floats) -> None:
        """Put the numbers that nodes with these serials have here in the place of those in ``values``."""
        places = self.columns.places(serials)
        values[places >= 0] = self.values[places[places >= 0]]

    def node(self, value: Node) -> int | None:
        """Where a number stands on the tape; None when it does not."""
        node = node_of(value)
        place = int(self.columns.places(np.int64(node.serial)))
        there = place >= 0 and (type(node.parents) is not tuple or self.nodes.present(place) is node)
        return place if there else None

    def broken(self) -> Broken | None:
        """The first guard, in program order, that does not hold (or is too near to tell) at the present numbers; None
        if all hold. The rule stands in guards.py.
        """
        return self._guards.broken(self.values, self.moved())

    @property
    def tied(self) -> dict[int, Guard]:
        """The nodes that were found to be equal to another number, and where (guards.py)."""
        return self._guards.tied

    def unconfirmed(self) -> Broken | None:
        """The first number that may have other digits in a fresh run, of those that are shown; None if none has."""
        return self._guards.unconfirmed(self.values, self.moved())

    @property
    def off(self) -> np.ndarray:
        """Which nodes are OFF (guards.py): the run got them otherwise than their operations give them; shape (n,)."""
        found = np.zeros(len(self), dtype=bool)
        found[self._off] = True
        return found

    @cached_property
    def _off(self) -> np.ndarray:
        return np.flatnonzero(got_otherwise(self))

    @cached_property
    def _guards(self) -> Guards:
        return Guards(self)

    def kinds_of_leaves(self) -> list[tuple[int, str, bool, float]]:
        """The leaves that are whole, or stand at a whole number in the code: node, name, whether it is whole, and where
        the code puts it if that is whole (else nan).
        """
        return [
            (leaf.node, leaf.name or "a leaf", leaf.whole, float(leaf.start) if leaf.starts_whole else math.nan)
            for leaf in self.leaves
            if leaf.whole or leaf.starts_whole
        ]

    def made(self, node: int) -> tuple[int, int]:
        """When a node was made (its serial), and in which line."""
        return int(self.columns.serials[node]), int(self.columns.lines[node])

    @cached_property
    def movable(self) -> list[Node]:
        """The nodes of the leaves."""
        return [self.nodes[leaf.node] for leaf in self.leaves]

    def _moved_leaves(self) -> np.ndarray:
        changed = self.values[self._leaf_nodes].view(np.int64) != self.traced[self._leaf_nodes].view(np.int64)
        found: np.ndarray = self._leaf_nodes[changed]
        return found

    def moved(self) -> np.ndarray:
        """Which nodes depend on a leaf that is not where it was traced; shape (n,)."""
        leaves = self._moved_leaves()
        found = self._moved
        if found is None or not np.array_equal(leaves, found[0]):
            found = self._moved = leaves, self.plan.moved(leaves)
        return found[1]

    @cached_property
    def _own(self) -> bool:
        """Whether the run's own numbers must stand where nothing that they are made of has moved, because a replay
        would not give them again, as in single precision.
        """
        again = self.traced.copy()
        self.plan.forward(again)
        return not np.allclose(again, self.traced, rtol=OWN, atol=0, equal_nan=True)

    def name(self, node: int) -> str:
        """What people call a node: its label, else its number."""
        return self.label(node) or short(float(self.traced[node]))

    def label(self, node: int) -> str:
        """A node's label; of what was taken from elsewhere the name under which it is found there, unless it is a Value
        with a label.
        """
        known, own = self._known.get(node), self.nodes.label(node)
        return known if known and (not own or type(self.nodes.present(node)) is Number) else own

    @property
    def labels(self) -> dict[int, str]:
        """The labels of all nodes that have one."""
        known = {place: self.label(place) for place, name in self._known.items() if name}
        found = self.nodes.labels
        return dict(sorted({**found, **known}.items())) if known else found


def key_of(node: Node) -> str:
    """The key of a Value that was made before the run, as a leaf."""
    return f"held:{node.serial}"


def _with_leaves(rows: Rows, alone: Mapping[int, Node], written: Container[int], found: Gathering) -> Rows:
    """The rows of a graph in which what belongs to others is a leaf, and what the run has written to is none."""
    codes = rows.codes
    leaf, const = len(rows.table), len(rows.table) + 1
    codes[[*alone]] = leaf
    own = [place for place, node in alone.items() if node.row is LEAF and id(node) in written and not found.lent(node)]
    codes[own] = const
    return Rows([*rows.table, LEAF, CONST], codes)


def _then(node: Node | None, guard: Guard) -> Node | None:
    """The node that a guard is about, as it stood when the guard was written down."""
    return None if node is None else itself(version(node, guard.serial))
