"""Tape: the graph of a root, flat, in the order in which its nodes were made.

A tape holds no more than arrays and names: it is replayed with other leaf values (``forward``), differentiated
(``backward``), asked whether the code that made it would have done the same with those values (``broken``), and sent
to the browser (``wire.py``).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Any

import numpy as np

from .node import LEAF, SAME, Node, ancestors, itself, parents_of, version
from .number import Number, node_of
from .record import RELATIONS, ROUNDINGS, Guard, Kind
from .replay import Backward, Floats, Plan

EXACT = 2.0**53
"""Whole numbers up to here are exact in a float64."""

STRICT, WHOLE, RAISED, ESCAPES = 1, 2, 4, 8
"""The flags of a node: Python's arithmetic made it; its number is an int; Python refused it; its number left the
graph.
"""

NEAR = 1e-12
"""Two computed numbers closer than this, relatively, are too close for a replay to say how a fresh run would have
compared them.
"""


@dataclass(frozen=True)
class Leaf:
    """A number that can be moved: its node, its name, whether it is whole, its range if one was asked for, its key in
    the recording, and the number where the code itself puts it (of Python's or NumPy's kind).
    """

    node: int
    name: str
    whole: bool
    low: float | None
    high: float | None
    key: str
    start: Any


@dataclass(frozen=True)
class Broken:
    """A guard that no longer holds: the line in the cell (0: unknown) and what is no longer so, as a sentence."""

    line: int
    sentence: str


class Tape:
    """The graph of ``root``, flat.

    ``values`` and ``grads`` are float64 arrays of shape (n,): the number of each node, and the derivative of the root
    by it. ``leaves`` lists what can be moved. ``guards`` are the facts under which a replay is what a fresh run would
    be, ``leaves`` the recorded leaves by key (those that the root does not use among them) and ``starts`` where the
    code put them, ``also`` other nodes that shall follow, ``ranges`` the sliders' ranges by key.

    A number that a traced cell wrapped before the serial ``since`` belongs to that cell's own graph: here it is a leaf,
    called as ``known`` calls it (by identity). ``taken`` are the places of all nodes from before ``since``, the first.
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
        known: Mapping[int, str] | None = None,
    ) -> None:
        root, recorded, ranges, also = node_of(root), leaves or {}, ranges or {}, list(also)
        guards = [guard._replace(left=_then(guard.left, guard), right=_then(guard.right, guard)) for guard in guards]
        watched = [node for guard in guards for node in (guard.left, guard.right) if node is not None]

        def lent(node: Node) -> bool:
            return node.serial < since and type(node) is Number

        self.nodes = ancestors([root, *map(node_of, recorded.values()), *map(node_of, also), *watched], since, Number)
        self.since = since
        self.taken = range(bisect_left(self.nodes, since, key=attrgetter("serial")))
        self._known = {place: (known or {}).get(id(self.nodes[place]), "") for place in self.taken}
        index = {id(node): position for position, node in enumerate(self.nodes)}
        self.twins = [(value, index[id(node_of(value))]) for value in also if value.row is SAME]
        self.rows = [LEAF if lent(node) else node.row for node in self.nodes]
        self.args = [
            () if lent(node) else tuple(index[id(parent)] for parent in parents_of(node)) for node in self.nodes
        ]
        self.values: Floats = np.array([float(node.number) for node in self.nodes])
        self.grads: Floats = np.zeros(len(self.nodes))
        self.root = index[id(root)]
        self.index = index
        self.guards = [
            (
                guard,
                -1 if guard.left is None else index[id(guard.left)],
                -1 if guard.right is None else index[id(guard.right)],
            )
            for guard in guards
        ]
        flags = [self._flag(node) for node in self.nodes]
        for guard, left, _ in self.guards:
            if guard.kind is Kind.RAISED:
                flags[left] = flags[left] & ~STRICT | RAISED
            elif guard.kind is Kind.ESCAPES and left >= 0:
                flags[left] |= ESCAPES
        self.flags = np.array(flags, dtype=np.uint8)
        keys = {id(node_of(leaf)): key for key, leaf in recorded.items()}
        self.leaves = [
            self._leaf(place, keys.get(id(self.nodes[place])), starts or {}, ranges)
            for place, row in enumerate(self.rows)
            if row is LEAF
        ]
        self._leaf_nodes = np.array([leaf.node for leaf in self.leaves], dtype=np.intp)
        self.traced = self.values.copy()
        self.plan = Plan(self.rows, self.args)
        self._towards: dict[int, Backward] = {}

    def _leaf(
        self,
        place: int,
        key: str | None,
        starts: Mapping[str, Any],
        ranges: Mapping[str, tuple[float, float]],
    ) -> Leaf:
        node = self.nodes[place]
        if key is None:
            name = self._known.get(place, "")
            key = name if name and type(node) is Number and name not in starts else f"held:{node.serial}"
        low, high = ranges.get(key, (None, None))
        whole = isinstance(node.number, (int, np.integer))
        return Leaf(place, self.label(place), whole, low, high, key, starts.get(key, node.number))

    @staticmethod
    def _flag(node: Node) -> int:
        strict = STRICT if node.strict and node.row.raises else 0
        return strict | (WHOLE if isinstance(node.number, (int, np.integer)) and node.row.partials else 0)

    def __len__(self) -> int:
        return len(self.nodes)

    def forward(self, leaves: Mapping[int, float] | Sequence[float] | None = None) -> float:
        """Compute every node anew and return the root's number.

        ``leaves`` gives new numbers: a sequence with one for each of ``self.leaves``, or a mapping from places in
        that list. Nothing is said about whether the code would have taken the same path: ask ``broken``.
        """
        if leaves is not None:
            for place, number in leaves.items() if isinstance(leaves, Mapping) else enumerate(leaves):
                self.values[self.leaves[place].node] = number
        if not self._moved_leaves().size:
            self.values[:] = self.traced
            return float(self.values[self.root])
        if self._own:
            moved = self._moved()
            self.values[~moved] = self.traced[~moved]
            self.plan.forward_only(self.values, moved)
        else:
            self.plan.forward(self.values)
        return float(self.values[self.root])

    def backward(self, root: int | None = None) -> Floats:
        """The derivative of a node (the root, unless told otherwise) by every node, shape (n,); kept in ``grads``."""
        towards = self.root if root is None else root
        if towards not in self._towards:
            self._towards = {towards: self.plan.towards(towards)}
        self.grads = self._towards[towards].run(self.values)
        return self.grads

    def hvp(self, direction: Floats, root: int | None = None) -> Floats:
        """The Hessian of a node (the root, unless told otherwise) times a direction, both of shape (n,): how the
        gradient by every node changes when the nodes move along it (only leaves can move by themselves).
        """
        grads = self.backward(root)
        with np.errstate(all="ignore"):
            return self._hvp(grads, direction)

    def _hvp(self, grads: Floats, direction: Floats) -> Floats:
        along, change = direction.astype(float), np.zeros(len(self))
        arguments: list[tuple[float, ...]] = []
        for node, (row, args) in enumerate(zip(self.rows, self.args, strict=True)):
            numbers = (*(float(self.values[arg]) for arg in args), float(self.values[node]))
            arguments.append(numbers)
            if row.partials:
                along[node] = sum(
                    local(*numbers) * along[arg] for arg, local in zip(args, row.local, strict=True) if along[arg]
                )
        for node in range(len(self) - 1, -1, -1):
            row, args, numbers = self.rows[node], self.args[node], arguments[node]
            if not row.partials or not (grads[node] or change[node]):
                continue
            for arg, local, second in zip(args, row.local, row.second, strict=True):
                bend = sum(by(*numbers) * along[other] for other, by in zip(args, second, strict=True) if along[other])
                change[arg] += (change[node] * local(*numbers) if change[node] else 0.0) + (
                    grads[node] * bend if bend else 0.0
                )
        return change

    def write(self) -> None:
        """Give the nodes the numbers and gradients that stand on the tape. Whole numbers stay ints.

        What was made before this graph belongs to others: a Value among it gets its gradient, and a number that another
        cell has wrapped gets nothing.
        """
        values, grads, first = self.values.tolist(), self.grads.tolist(), len(self.taken)
        for node, grad in zip(self.nodes[:first], grads, strict=False):
            if type(node) is not Number:
                node.gradient = grad
        for node, number, grad in zip(self.nodes[first:], values[first:], grads[first:], strict=True):
            data = node.number
            if data != number or data == 0:
                node.number = like(data, number)
            node.gradient = grad
        for twin, place in self.twins:
            twin.number = like(twin.number, values[place])
            twin.gradient = grads[place]

    def node(self, value: Node) -> int | None:
        """Where a number stands on the tape; None when it does not."""
        return self.index.get(id(node_of(value)))

    def broken(self) -> Broken | None:
        """The first guard, in program order, that does not hold (or is too close to tell) at the present numbers;
        None if all hold.
        """
        found: list[tuple[int, Broken]] = []
        moved = self._moved()
        found += [
            (0, Broken(0, f"{leaf.name or 'a leaf'} was a whole number"))
            for leaf in self.leaves
            if leaf.whole and not float(self.values[leaf.node]).is_integer()
        ]
        for guard, left, right in self.guards:
            if not self._holds(guard, left, right, moved):
                found.append((guard.serial, Broken(guard.line, self._sentence(guard, left, right))))
                break
        found += self._refused()
        return min(found, key=lambda pair: pair[0])[1] if found else None

    def _moved_leaves(self) -> np.ndarray:
        changed = self.values[self._leaf_nodes].view(np.int64) != self.traced[self._leaf_nodes].view(np.int64)
        found: np.ndarray = self._leaf_nodes[changed]
        return found

    def _moved(self) -> np.ndarray:
        return self.plan.moved(self._moved_leaves())

    def _holds(self, guard: Guard, left: int, right: int, moved: np.ndarray) -> bool:
        if guard.kind is Kind.ESCAPES:
            return not (moved[left] if left >= 0 else moved.any())
        if not (moved[left] or (right >= 0 and moved[right])):
            return True
        x = float(self.values[left])
        if guard.kind is Kind.RAISED:
            return self._refuses(left)
        rounded = self._rounded[left] or (right >= 0 and self._rounded[right])
        slack = NEAR * abs(x) if rounded else 0.0
        if guard.kind is Kind.WHOLE:
            rounding = (np.trunc, np.floor, np.ceil, np.round)[guard.relation]
            return all(float(rounding(y)) == guard.outcome for y in (x, x - slack, x + slack))
        y = float(self.values[right])
        if slack and abs(x - y) <= max(slack, NEAR * abs(y)):
            return False
        return (x < y, x <= y, x == y, x != y, x > y, x >= y)[guard.relation] == bool(guard.outcome)

    @cached_property
    def _off(self) -> tuple[list[bool], list[bool]]:
        """Which nodes a replay gives otherwise than the run did, by any bit; and which by more than maths libraries
        differ, as in single precision.
        """
        again = self.traced.copy()
        self.plan.forward(again)
        far = ~np.isclose(again, self.traced, rtol=NEAR, atol=0, equal_nan=True)
        return (again.view(np.int64) != self.traced.view(np.int64)).tolist(), far.tolist()

    @cached_property
    def _own(self) -> bool:
        """Whether the run's own numbers must stand where nothing that they are made of has moved, because a replay
        would not give them again.
        """
        return any(self._off[1])

    @cached_property
    def _rounded(self) -> list[bool]:
        """Which nodes may come out otherwise in a fresh run, by a little: those behind operations that maths libraries
        round differently, and those that the run itself has got otherwise (a dot product, in the machine's own order).
        """
        flags = list(self._off[0])
        for node in self.plan.computed:
            flags[node] = flags[node] or self.rows[node].ulps > 0 or any(flags[arg] for arg in self.args[node])
        return flags

    def _refuses(self, node: int) -> bool:
        refuses = self.rows[node].refuses
        arguments = [float(self.values[arg]) for arg in self.args[node]]
        return refuses is not None and bool(refuses(*arguments, self.rows[node].ieee(*arguments)))

    def _refused(self) -> Iterable[tuple[int, Broken]]:
        """Operations that Python would refuse at the present numbers, and whole numbers that a float no longer holds
        exactly.
        """
        for position in np.flatnonzero(self.flags & WHOLE & (np.abs(self.values) > EXACT) * WHOLE).tolist():
            yield (
                self.nodes[position].serial,
                Broken(self.nodes[position].line, f"{self.name(position)} is a whole number beyond 2**53"),
            )
        for position in np.flatnonzero(self.flags & STRICT).tolist():
            if self._refuses(position):
                node = self.nodes[position]
                arguments = ", ".join(self.name(arg) for arg in self.args[position])
                yield node.serial, Broken(node.line, f"Python would refuse {node.row.name}({arguments}) here")
                return

    def _sentence(self, guard: Guard, left: int, right: int) -> str:
        if guard.kind is Kind.ESCAPES:
            what = self.name(left) if left >= 0 else "a gradient, or a number of single precision,"
            return f"{what} left the graph and has changed"
        if guard.kind is Kind.RAISED:
            return f"Python no longer refuses {self.rows[left].name}"
        if guard.kind is Kind.WHOLE:
            return f"{ROUNDINGS[guard.relation]}({self.name(left)}) is no longer {guard.outcome:.0f}"
        truth = "true" if guard.outcome else "false"
        return f"{self.name(left)} {RELATIONS[guard.relation]} {self.name(right)} is no longer {truth}"

    def name(self, node: int) -> str:
        """What people call a node: its label, else its number."""
        return self.label(node) or f"{self.nodes[node].number:.4g}"

    def label(self, node: int) -> str:
        """A node's label; of what was taken from elsewhere the name under which it is found there, if it has none of its
        own (that of a wrapped number is another cell's).
        """
        own, known = self.nodes[node].label, self._known.get(node)
        return known if known and (not own or type(self.nodes[node]) is Number) else own


def like(before: Any, number: float) -> Any:
    """A number of the kind that a node had: whole numbers and NumPy's stay what they were."""
    if isinstance(before, (int, np.integer)):
        return type(before)(int(number)) if number.is_integer() else number
    return type(before)(number) if isinstance(before, np.floating) else number


def _then(node: Node | None, guard: Guard) -> Node | None:
    """The node that a guard is about, as it stood when the guard was written down."""
    return None if node is None else itself(version(node, guard.serial))
