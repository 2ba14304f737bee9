"""Whether the code that made a graph would have done the same with other numbers: the rule, for kernel and browser.

A guard is a fact that was written down when a number left the graph (record.py), or that follows from Python's own
rules for an operation: what it refuses, and that a whole number is exact up to 2**53. Guards are asked in the program's
order, and the first that fails is told. js/src/engine/guards.ts is the twin, with the same numbers and the same
sentences; tests/test_guards.py holds the two together.

**How near is too near.** Two good maths libraries differ in the last places, and so may a replay and a fresh run. Each
node therefore has a first-order bound on its error (Higham, Accuracy and Stability of Numerical Algorithms, sections
2.2 and 3.4)::

    error(z) = (ulps + 2 r) * UNIT * max(|z|, floor) + sum of |local derivative| * error(argument)

with ``ulps`` and ``floor`` of the operation's row; 0 for what every IEEE machine gives alike. ``r`` is 1 if an argument
has an error and 0 if none has: replay and run each round a result of their own then. A number that is OFF has
ALLOWANCE * (|z| + sum of |local derivative * argument|) besides. The error is infinite where a step jumps within its
argument's error, and where the formula gives nan. A guard that would come out otherwise within the error is too near:
then only a run can tell. So it is with a number whose error is larger than the digits that are shown: until the code
has been run again it is unconfirmed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from .columns import Args, Ints, Rows
from .ops import Op
from .outside import Outside
from .record import RELATIONS, ROUNDINGS, Guard, Kind
from .replay import Bools, Floats, Group, Plan

UNIT = 2.0**-53
"""Half a unit in the last place of 1."""

TINY = 2.0**-1022
"""Numbers below this, the smallest normal float64, have fewer digits: their errors are those of this one."""

ALLOWANCE = 1e-12
"""What a number that is OFF may differ, relatively."""

SHOWN = 5e-5
"""Half a unit in the last of the four digits that are shown, at most, relatively."""

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


class Graph(Protocol):
    """What guards are asked of: a tape. ``flags``, of shape (n,), has no OFF: ``Guards`` finds that."""

    rows: Rows
    args: Args
    guards: list[tuple[Guard, Any, Any]]
    flags: np.ndarray
    traced: Floats
    plan: Plan

    def kinds_of_leaves(self) -> list[tuple[int, str, bool, float]]:
        """Each leaf's node, name, whether it is whole, and where the code puts it if that is whole (else nan)."""
        ...

    def name(self, node: int) -> str:
        """What people call a node."""
        ...

    def made(self, node: int) -> tuple[int, int]:
        """When a node was made (its serial), and in which line."""
        ...


class Guards:
    """The guards of one tape. What it takes to ask them is worked out when it is needed, and once."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.whole = np.flatnonzero(graph.flags & WHOLE)
        self.strict = [node for node in np.flatnonzero(graph.flags & STRICT).tolist() if graph.rows[node].refuses]

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
            wide = moved & (np.array(self.errors(values)) > SHOWN * seen)
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
    def off(self) -> Bools:
        """Which nodes are OFF; shape (n,)."""
        graph = self.graph
        again = graph.plan.each(graph.traced)
        allowed = graph.rows.each(row.ulps * UNIT for row in graph.rows.table)
        floors = graph.rows.each(max(row.floor, TINY) for row in graph.rows.table)
        with np.errstate(all="ignore"):
            near = abs(again - graph.traced) <= allowed * np.maximum(abs(graph.traced), floors)
        found: Bools = ~(near | (again == graph.traced) | (np.isnan(again) & np.isnan(graph.traced)))
        return found

    @cached_property
    def uncertain(self) -> Bools:
        """Which nodes may have other numbers in a fresh run; shape (n,)."""
        rows = self.graph.rows
        return self.graph.plan.spread(self.off | rows.each(row.ulps > 0 for row in rows.table))

    @cached_property
    def _groups(self) -> list[Group]:
        """The uncertain nodes as the plan groups them; none if it does not."""
        some = ((group, self.uncertain[group.nodes]) for group in self.graph.plan.groups)
        return [
            Group(row, nodes[wanted], tuple(arg[wanted] for arg in args))
            for (row, nodes, args), wanted in some
            if wanted.any()
        ]

    @cached_property
    def _nodes(self) -> list[int]:
        found: list[int] = np.flatnonzero(self.uncertain).tolist()
        return found

    def errors(self, values: Floats) -> list[float]:
        """The error bound of each node; 0.0 of those that are not uncertain."""
        with np.errstate(all="ignore"):
            return self._grouped(values) if self.graph.plan.grouped else self._one_by_one(values.tolist())

    def _one_by_one(self, values: list[float]) -> list[float]:
        graph, error, off = self.graph, [0.0] * len(values), self.off
        for node in self._nodes:
            row, places, z = graph.rows[node], graph.args[node], values[node]
            if isinstance(row, Outside):  # while no argument moves the number is the run's own
                continue
            args, inner = [values[arg] for arg in places], [error[arg] for arg in places]
            units = row.ulps + 2 * any(inner)
            bound = units * UNIT * max(abs(z), row.floor, TINY) + (ALLOWANCE * abs(z) if off[node] else 0.0)
            for place, one in enumerate(inner):
                if off[node] or one:
                    slope = abs(row.local[place](*args, z))
                    bound += ALLOWANCE * slope * abs(args[place]) if off[node] else 0.0
                    bound += slope * one if slope or one == math.inf else 0.0
                if one and row.step and _jumps(row, args, place, one, z):
                    bound = math.inf
            error[node] = math.inf if math.isnan(bound) else bound
        return error

    def _grouped(self, values: Floats) -> list[float]:
        error = np.zeros(len(values))
        for row, nodes, places in self._groups:
            if isinstance(row, Outside):
                continue
            z, off = values[nodes], self.off[nodes]
            args, inner = [values[arg] for arg in places], [error[arg] for arg in places]
            units = row.ulps + 2 * np.any(inner, axis=0)
            bound = units * UNIT * np.maximum(abs(z), max(row.floor, TINY)) + np.where(off, ALLOWANCE * abs(z), 0.0)
            for place, one in enumerate(inner):
                slope = np.broadcast_to(abs(row.local_array[place](*args, z)), z.shape)
                bound += np.where(off, ALLOWANCE * slope * abs(args[place]), 0.0)
                bound += np.where((one > 0) & ((slope != 0) | (one == math.inf)), slope * one, 0.0)
                if row.step:
                    for at in np.flatnonzero(one):
                        if _jumps(row, [float(arg[at]) for arg in args], place, float(one[at]), float(z[at])):
                            bound[at] = math.inf
            error[nodes] = np.where(np.isnan(bound), math.inf, bound)
        bounds: list[float] = error.tolist()
        return bounds


class Asked:
    """The guards of a tape asked at some numbers."""

    def __init__(self, guards: Guards, values: Floats, moved: Bools) -> None:
        self.guards, self.graph, self.at, self.away = guards, guards.graph, values, moved

    @cached_property
    def values(self) -> list[float]:
        """The number of each node."""
        return self.at.tolist()  # type: ignore[no-any-return]

    @cached_property
    def moved(self) -> list[bool]:
        """Whether each depends on a leaf that has moved."""
        return self.away.tolist()  # type: ignore[no-any-return]

    @cached_property
    def errors(self) -> list[float]:
        """The error bound of each node: most guards are about numbers that have none."""
        return self.guards.errors(self.at)

    def error(self, node: int) -> float:
        """How far a number may be from that of a fresh run."""
        return self.errors[node] if node >= 0 and self.guards.uncertain[node] else 0.0

    def recorded(self) -> Iterator[tuple[int, Broken]]:
        """What was written down and does not hold."""
        for guard, left, right in self.graph.guards:
            sentence = self._sentence(guard, left, right) if guard.many is None else self._of_many(guard, left, right)
            if sentence:
                yield guard.serial, Broken(guard.line, sentence)

    def _of_many(self, guard: Guard, left: Ints, right: Ints) -> str:
        """The same of a comparison of arrays: of the first pair of which it does not hold."""
        x, y = self.at[left], self.at[right]
        bad = _HOLDS[guard.relation](x, y) != guard.outcome
        uncertain = self.guards.uncertain
        if (uncertain[left] | uncertain[right]).any():
            errors = np.array(self.errors)
            slack = np.where(uncertain[left], errors[left], 0.0) + np.where(uncertain[right], errors[right], 0.0)
            with np.errstate(invalid="ignore"):
                bad |= (slack != 0) & (abs(x - y) <= slack)
        bad &= self.away[left] | self.away[right]
        if not bad.any():
            return ""
        place = int(bad.argmax())
        one = guard._replace(outcome=float(guard.outcome[place]), many=None)
        return self._sentence(one, int(left[place]), int(right[place]))

    def _sentence(self, guard: Guard, left: int, right: int) -> str:
        """Why a guard does not hold; empty if it does."""
        name, relation, values, moved = self.graph.name, guard.relation, self.values, self.moved
        if guard.kind is Kind.ESCAPES:
            what = name(left) if left >= 0 else "a gradient, or a number of single precision,"
            return f"{what} left the graph and has changed" if left < 0 or moved[left] else ""
        if not (moved[left] or (right >= 0 and moved[right])):
            return ""
        if guard.kind is Kind.RAISED:
            return "" if self._asks(left) else f"Python no longer refuses {self.graph.rows[left].name}"
        x, slack = values[left], self.error(left) + self.error(right)
        if guard.kind is Kind.WHOLE:
            rounding, what = _ROUND[relation], f"{ROUNDINGS[relation]}({name(left)})"
            if rounding(x) != guard.outcome:
                return f"{what} is no longer {int(guard.outcome)}"
            near = any(rounding(x + side) != guard.outcome for side in (-slack, slack))
            return f"{what} is too near to a whole number to tell here" if near else ""
        y, what = values[right], f"{name(left)} {RELATIONS[relation]} {name(right)}"
        if slack and abs(x - y) <= slack:
            return f"{what} is too near to tell here"
        holds = (x < y, x <= y, x == y, x != y, x > y, x >= y)[relation] == bool(guard.outcome)
        return "" if holds else f"{what} is no longer {'true' if guard.outcome else 'false'}"

    def refused(self) -> Iterator[tuple[int, Broken]]:
        """The first whole number that a float no longer holds exactly, or operation that Python would refuse."""
        graph, found = self.graph, list[tuple[int, Broken]]()
        whole = self.guards.whole
        for node in whole[self.away[whole] & ~(abs(self.at[whole]) <= EXACT)][:1].tolist():
            serial, line = graph.made(node)
            found.append((serial, Broken(line, f"{graph.name(node)} is a whole number beyond 2**53")))
        for node in self.guards.strict:
            if self.moved[node] and (sentence := self._refusal(node)):
                serial, line = graph.made(node)
                found.append((serial, Broken(line, sentence)))
                break
        return iter(sorted(found, key=lambda one: one[0]))

    def _refusal(self, node: int) -> str:
        """Why an operation can't be replayed: Python refuses it here, or may do so; empty if it does not."""
        row, places = self.graph.rows[node], self.graph.args[node]
        what = f"{row.name}({', '.join(map(self.graph.name, places))})"
        if self._asks(node):
            return f"Python would refuse {what} here"
        args = [self.values[arg] for arg in places]
        for place, error in enumerate(map(self.error, places)):
            if error and any(refuses(row, _shifted(args, place, side)) for side in (-error, error)):
                return f"whether Python refuses {what} is too near to tell here"
        return ""

    def _asks(self, node: int) -> bool:
        return refuses(self.graph.rows[node], [self.values[arg] for arg in self.graph.args[node]])


def refuses(row: Op, args: list[float]) -> bool:
    """Whether Python refuses an operation on these numbers."""
    return row.refuses is not None and bool(row.refuses(*args, row.ieee(*args)))


def _jumps(row: Op, args: list[float], place: int, error: float, z: float) -> bool:
    """Whether a step jumps within the error of one of its arguments."""
    return any(not abs(row.ieee(*_shifted(args, place, side)) - z) <= 4 * error for side in (-error, error))


def _shifted(args: list[float], place: int, side: float) -> list[float]:
    return [number + side if k == place else number for k, number in enumerate(args)]


_HOLDS = (np.less, np.less_equal, np.equal, np.not_equal, np.greater, np.greater_equal)
_ROUND = (np.trunc, np.floor, np.ceil, np.round)
