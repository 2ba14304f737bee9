"""Whether the code that made a graph would have done the same with other numbers: the rule, for kernel and browser.

A guard is a fact that was written down when a number left the graph (recording.py), or that follows from Python's own
rules for an operation: what it refuses, and that a whole number is exact up to 2**53. Guards are asked in the program's
order, and the first that fails is told. js/src/engine/guards.ts is the twin, with the same numbers and the same
sentences; tests/test_guards.py holds the two together.

**How near is too near.** A replay and a fresh run may differ in the last places (bounds.py). A guard that would come
out otherwise within the error is too near: then only a run can tell. So it is with a number whose error is larger than
the digits that are shown: until the code has been run again it is unconfirmed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from .bounds import TINY, Bounds, Traced, shifted
from .columns import Args
from .groups import Bools, Floats, Group, Ints
from .ops import Op
from .recording import RELATIONS, ROUNDINGS, Guard, Kind

SHOWN = 5e-5
"""Half a unit in the last of the four digits that are shown, at most, relatively."""

FEW = 50
"""No more operations than this are asked one by one whether Python refuses them; more of them together."""

LARGE = 1e300
"""Beyond this a result may be too large for Python, and not for NumPy."""

EXACT = 2.0**53
"""Whole numbers up to here are exact in a float64."""

STRICT, WHOLE, RAISED, ESCAPES, OFF, PARTIAL, COMPENSATED = 1, 2, 4, 8, 16, 32, 64
"""The flags of a node: Python's arithmetic made it; its number is an int; Python refused it; its number left the
graph; the run has got it otherwise than its operation gives it, by more than the row allows (a dot product in the
machine's own order, single precision); it is an addition of a sum that keeps what additions lose, the last of them.
"""


@dataclass(frozen=True)
class Broken:
    """A guard that no longer holds, or is too near to tell: the line in the cell (0: unknown), and a sentence."""

    line: int
    sentence: str


class Graph(Traced, Protocol):
    """What guards are asked of: a tape. ``flags``, of shape (n,), has no OFF: ``Guards`` finds that."""

    args: Args
    guards: list[tuple[Guard, Any, Any]]
    flags: np.ndarray

    def kinds_of_leaves(self) -> list[tuple[int, str, bool, float]]:
        """The leaves that are whole, or stand at a whole number in the code: node, name, whether it is whole, and where
        the code puts it if that is whole (else nan).
        """
        ...

    def name(self, node: int) -> str:
        """What people call a node."""
        ...

    def made(self, node: int) -> tuple[int, int]:
        """When a node was made (its serial), and in which line."""
        ...


@dataclass
class Comparisons:
    """The comparisons of single numbers among guards, as columns of shape (c,): ``places`` among all of them."""

    places: Ints
    left: Ints
    right: Ints
    outcome: Bools
    relation: Ints

    @classmethod
    def of(cls, guards: list[tuple[Guard, Any, Any]]) -> Comparisons:
        """Those among these guards."""
        found = [
            (place, left, right, bool(guard.outcome), guard.relation)
            for place, (guard, left, right) in enumerate(guards)
            if guard.kind is Kind.COMPARE and guard.many is None
        ]
        places, left, right, outcome, relation = np.array(found, dtype=np.intp).reshape(-1, 5).T
        return cls(places, left, right, outcome.astype(bool), relation)

    def changed(self, x: Floats, y: Floats) -> Bools:
        """Which come out otherwise for these numbers."""
        found = np.zeros(len(x), dtype=bool)
        for relation in np.flatnonzero(np.bincount(self.relation)).tolist():
            some = self.relation == relation
            found[some] = _HOLDS[relation](x[some], y[some]) != self.outcome[some]
        return found


class Guards(Bounds):
    """The guards of one tape. What it takes to ask them is worked out when it is needed, and once."""

    graph: Graph

    def __init__(self, graph: Graph) -> None:
        super().__init__(graph)
        self.whole = np.flatnonzero(graph.flags & WHOLE)
        refusable = graph.rows.each(bool(row.raises) for row in graph.rows.table).astype(bool)
        self.strict = np.flatnonzero((graph.flags & STRICT != 0) & refusable)

    def broken(self, values: Floats, moved: Bools) -> Broken | None:
        """The first guard, in program order, that does not hold, or is too near to tell, when the nodes have these
        ``values`` and ``moved`` tells which of them depend on a leaf that has moved (both of shape (n,)); None if all
        hold.
        """
        for node, name, whole, start in self.graph.kinds_of_leaves():
            number = float(values[node])
            if whole and not number.is_integer():
                return Broken(0, f"{name} was a whole number")
            if not whole and number == start:
                return Broken(0, f"{name} is a whole number again")
        if not moved.any():
            return None
        asked = Asked(self, values, moved)
        found = [next(told, None) for told in (asked.recorded(), asked.refused())]
        first = min((one for one in found if one is not None), key=lambda one: one[0], default=None)
        return None if first is None else first[1]

    def unconfirmed(self, values: Floats, moved: Bools) -> Broken | None:
        """The first number whose error is larger than what is shown of it; None if there is none.

        A function that gives 0 (``x**2`` at 0) may be off by what is far below any normal number: it is shown as 0.
        """
        if not (self.uncertain & moved).any():
            return None
        with np.errstate(all="ignore"):
            seen = np.where(values == 0, TINY, abs(values))
            wide = moved & (self.errors(values) > SHOWN * seen)
        if not wide.any():
            return None
        node = int(np.argmax(wide))
        return Broken(self.graph.made(node)[1], f"{self.graph.name(node)} may come out with other digits")

    @cached_property
    def tied(self) -> dict[int, Guard]:
        """The nodes that are not whole and were found to be equal to another one, and where: what the run did then it
        does at that one point, and how the root changes beside it the graph does not know.
        """
        found: dict[int, Guard] = {}
        whole = self.graph.flags & WHOLE != 0
        for guard, left, right in self.graph.guards:
            if guard.kind is not Kind.COMPARE or RELATIONS[guard.relation] not in ("==", "!="):
                continue
            held = np.atleast_1d(guard.outcome) == (RELATIONS[guard.relation] == "==")
            for side in (np.atleast_1d(left)[held], np.atleast_1d(right)[held]):
                found |= dict.fromkeys(side[~whole[side]].tolist(), guard)
        return found

    @cached_property
    def compared(self) -> Comparisons:
        """The comparisons of single numbers."""
        return Comparisons.of(self.graph.guards)

    @cached_property
    def others(self) -> list[int]:
        """The places of all other guards."""
        compared = set(self.compared.places.tolist())
        return [place for place in range(len(self.graph.guards)) if place not in compared]

    @cached_property
    def refusable(self) -> list[Group]:
        """What Python may refuse, an operation a group."""
        rows, args, codes = self.graph.rows, self.graph.args, self.graph.rows.codes[self.strict]
        found = []
        for code in np.flatnonzero(np.bincount(codes)).tolist():
            nodes, row = self.strict[codes == code], rows.table[code]
            places = (args.flat[args.starts[nodes] + place].astype(np.intp) for place in range(row.arity))
            found.append(Group(row, nodes, tuple(places)))
        return found


class Asked:
    """The guards of a tape asked at some numbers."""

    def __init__(self, guards: Guards, values: Floats, moved: Bools) -> None:
        self.guards, self.graph, self.at, self.away = guards, guards.graph, values, moved

    @cached_property
    def errors(self) -> Floats:
        """The error bound of each node: most guards are about numbers that have none."""
        return self.guards.errors(self.at)

    def error(self, node: int) -> float:
        """How far a number may be from that of a fresh run."""
        return float(self.errors[node]) if node >= 0 and self.guards.uncertain[node] else 0.0

    def recorded(self) -> Iterator[tuple[int, Broken]]:
        """What was written down and does not hold."""
        for place in sorted([*self.guards.others, *self._compared()]):
            guard, left, right = self.graph.guards[place]
            sentence = self._sentence(guard, left, right) if guard.many is None else self._of_many(guard, left, right)
            if sentence:
                yield guard.serial, Broken(guard.line, sentence)

    def _compared(self) -> list[int]:
        """The places of the comparisons of single numbers that come out otherwise, or are too near to tell."""
        all_of_them = self.guards.compared
        left, right = all_of_them.left, all_of_them.right
        if not len(left):
            return []
        bad = all_of_them.changed(self.at[left], self.at[right]) | self._near(left, right)
        found: list[int] = all_of_them.places[bad & (self.away[left] | self.away[right])].tolist()
        return found

    def _near(self, left: Ints, right: Ints) -> Bools:
        """Which pairs of numbers, of which one has moved, lie within their errors; both of shape (m,)."""
        uncertain = self.guards.uncertain
        near: Bools = (uncertain[left] | uncertain[right]) & (self.away[left] | self.away[right])
        if near.any():
            slack = self.errors[left] + self.errors[right]
            with np.errstate(invalid="ignore"):
                near &= (slack != 0) & (abs(self.at[left] - self.at[right]) <= slack)
        return near

    def _of_many(self, guard: Guard, left: Ints, right: Ints) -> str:
        """The same of a comparison of arrays: of the first pair of which it does not hold."""
        bad = (_HOLDS[guard.relation](self.at[left], self.at[right]) != guard.outcome) | self._near(left, right)
        bad &= self.away[left] | self.away[right]
        if not bad.any():
            return ""
        place = int(bad.argmax())
        one = guard._replace(outcome=float(guard.outcome[place]), many=None)
        return self._sentence(one, int(left[place]), int(right[place]))

    def _sentence(self, guard: Guard, left: int, right: int) -> str:
        """Why a guard does not hold; empty if it does."""
        name, relation, moved = self.graph.name, guard.relation, self.away
        if guard.kind is Kind.ESCAPES:
            if left >= 0 and not moved[left]:
                return ""
            what = name(left) if left >= 0 else "a gradient, or a number of single precision,"
            return f"{what} left the graph and has changed"
        if not (moved[left] or (right >= 0 and moved[right])):
            return ""
        if guard.kind is Kind.RAISED:
            return "" if self._asks(left) else f"Python no longer refuses {self.graph.rows[left].name}"
        x, slack = float(self.at[left]), self.error(left) + self.error(right)
        if guard.kind is Kind.WHOLE:
            rounding, what = _ROUND[relation], f"{ROUNDINGS[relation]}({name(left)})"
            if rounding(x) != guard.outcome:
                return f"{what} is no longer {int(guard.outcome)}"
            near = any(rounding(x + side) != guard.outcome for side in (-slack, slack))
            return f"{what} is too near to a whole number to tell here" if near else ""
        y, what = float(self.at[right]), f"{name(left)} {RELATIONS[relation]} {name(right)}"
        if slack and abs(x - y) <= slack:
            return f"{what} is too near to tell here"
        holds = (x < y, x <= y, x == y, x != y, x > y, x >= y)[relation] == bool(guard.outcome)
        return "" if holds else f"{what} is {'no longer true' if guard.outcome else 'true now'}"

    def refused(self) -> Iterator[tuple[int, Broken]]:
        """The first whole number that a float no longer holds exactly, or operation that Python would refuse."""
        graph, found = self.graph, list[tuple[int, Broken]]()
        whole = self.guards.whole
        for node in whole[self.away[whole] & ~(abs(self.at[whole]) <= EXACT)][:1].tolist():
            serial, line = graph.made(node)
            found.append((serial, Broken(line, f"{graph.name(node)} is a whole number beyond 2**53")))
        for node in self._suspects():
            if sentence := self._refusal(node):
                serial, line = graph.made(node)
                found.append((serial, Broken(line, sentence)))
                break
        return iter(sorted(found, key=lambda one: one[0]))

    def _suspects(self) -> list[int]:
        """The operations that Python may refuse; of many only those for which not all speaks against it."""
        strict = self.guards.strict
        if len(strict) > FEW:
            with np.errstate(all="ignore"):
                some = [group.nodes[self._may_refuse(group)] for group in self.guards.refusable]
            strict = np.sort(np.concatenate(some))
        found: list[int] = strict[self.away[strict]].tolist()
        return found

    def _may_refuse(self, group: Group) -> Bools:
        """Whether Python refuses operations of a group within the errors of what they are made of; shape (m,)."""
        args = [self.at.take(arg) for arg in group.args]
        found = _refuses_array(group.row, args)
        for place, arg in enumerate(group.args):
            if (self.guards.uncertain[arg] & self.away[group.nodes]).any():
                for side in (-1.0, 1.0):
                    at = args[place] + side * self.errors.take(arg)
                    found |= _refuses_array(group.row, [*args[:place], at, *args[place + 1 :]])
        return found

    def _refusal(self, node: int) -> str:
        """Why an operation can't be replayed: Python refuses it here, or may do so; empty if it does not."""
        row, places = self.graph.rows[node], self.graph.args[node]
        if self._asks(node):
            return f"Python would refuse {self._called(node)} here"
        args = self._numbers(node)
        for place, error in enumerate(map(self.error, places)):
            if error and any(refuses(row, shifted(args, place, side)) for side in (-error, error)):
                return f"whether Python refuses {self._called(node)} is too near to tell here"
        return ""

    def _called(self, node: int) -> str:
        return f"{self.graph.rows[node].name}({', '.join(map(self.graph.name, self.graph.args[node]))})"

    def _numbers(self, node: int) -> list[float]:
        return [float(self.at[arg]) for arg in self.graph.args[node]]

    def _asks(self, node: int) -> bool:
        return refuses(self.graph.rows[node], self._numbers(node))


def refuses(row: Op, args: list[float]) -> bool:
    """Whether Python refuses an operation on these numbers."""
    return row.refuses is not None and bool(row.refuses(*args, row.ieee(*args)))


def _refuses_array(row: Op, args: list[Floats]) -> Bools:
    """The same for arrays of numbers, and wherever the result is so large that other digits may be too large."""
    z, ask = row.array(*args), row.refuses_array
    found: Bools = ~(abs(z) < LARGE)
    return found if ask is None else found | ask(*args, z)


_HOLDS = (np.less, np.less_equal, np.equal, np.not_equal, np.greater, np.greater_equal)
_ROUND = (np.trunc, np.floor, np.ceil, np.round)
