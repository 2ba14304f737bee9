"""Whether the code that made a graph would have done the same with other numbers: the rule, for kernel and browser.

A guard is a fact that was written down when a number left the graph (record.py), or that follows from Python's own
rules for an operation: what it refuses, and that a whole number is exact up to 2**53. Guards are asked in the program's
order, and the first that fails is told. js/src/engine/guards.ts is the twin, with the same numbers and the same
sentences.

**How near is too near.** Two good maths libraries differ in the last places, and so may a replay and a fresh run. Each
node therefore has a first-order bound on its error (Higham, Accuracy and Stability of Numerical Algorithms, section
3.4)::

    error(z) = ulps * UNIT * max(|z|, floor) + sum of |local derivative| * error(argument)

with ``ulps`` and ``floor`` of the operation's row: 0 for what every IEEE machine gives alike. A number that a replay
does not give to the bit as the run did (a dot product in the machine's own order) has ALLOWANCE * |z| besides; a step
that jumps within its argument's error has an infinite one. A guard that would come out otherwise within the error is
too near: then only a run can tell.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from .ops import Op
from .record import RELATIONS, ROUNDINGS, Guard, Kind
from .replay import Floats, Plan

UNIT = 2.0**-53
"""Half a unit in the last place of 1."""

ALLOWANCE = 1e-12
"""What a number may be off, relatively, that a replay does not give to the bit as the run did."""

EXACT = 2.0**53
"""Whole numbers up to here are exact in a float64."""

STRICT, WHOLE, RAISED, ESCAPES = 1, 2, 4, 8
"""The flags of a node: Python's arithmetic made it; its number is an int; Python refused it; its number left the
graph.
"""

Bools = np.ndarray


@dataclass(frozen=True)
class Broken:
    """A guard that no longer holds, or is too near to tell: the line in the cell (0: unknown), and a sentence."""

    line: int
    sentence: str


class Graph(Protocol):
    """What guards are asked of: a tape."""

    rows: list[Op]
    args: list[tuple[int, ...]]
    guards: list[tuple[Guard, int, int]]
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
    """The guards of one tape."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        flags = np.asarray(graph.flags)
        self.whole = np.flatnonzero(flags & WHOLE).tolist()
        self.strict = [node for node in np.flatnonzero(flags & STRICT).tolist() if graph.rows[node].refuses]

    def broken(self, values: Floats, moved: Bools) -> Broken | None:
        """The first guard, in program order, that does not hold at these numbers, of which ``moved`` tells which nodes
        depend on a moved leaf; None if all hold.
        """
        for node, name, whole, start in self.graph.kinds_of_leaves():
            number = float(values[node])
            if whole and not number.is_integer():
                return Broken(0, f"{name} was a whole number")
            if not whole and number == start:
                return Broken(0, f"{name} is a whole number again")
        error = self._errors(values, moved) if self.uncertain else {}
        found = [
            next(told, None) for told in (self._recorded(values, error, moved), self._refused(values, error, moved))
        ]
        first = min((one for one in found if one is not None), key=lambda one: one[0], default=None)
        return None if first is None else first[1]

    @cached_property
    def uncertain(self) -> list[int]:
        """The nodes above guards whose numbers may differ from a fresh run's, in creation order."""
        graph = self.graph
        wanted = [False] * len(graph.rows)
        for _, left, right in graph.guards:
            for node in (left, right):
                if node >= 0:
                    wanted[node] = True
        for node in self.strict:
            for arg in graph.args[node]:
                wanted[arg] = True
        for node in range(len(wanted) - 1, -1, -1):
            if wanted[node]:
                for arg in graph.args[node]:
                    wanted[arg] = True
        off, rough = self.off, [False] * len(wanted)
        for node in graph.plan.computed:
            rough[node] = off[node] or graph.rows[node].ulps > 0 or any(rough[arg] for arg in graph.args[node])
        return [node for node in graph.plan.computed if wanted[node] and rough[node]]

    @cached_property
    def off(self) -> list[bool]:
        """Which nodes a replay does not give to the bit as the run did."""
        again = self.graph.traced.copy()
        self.graph.plan.forward(again)
        both_nan = np.isnan(again) & np.isnan(self.graph.traced)
        found: list[bool] = ((again.view(np.int64) != self.graph.traced.view(np.int64)) & ~both_nan).tolist()
        return found

    def _errors(self, values: Floats, moved: Bools) -> dict[int, float]:
        """The error bounds of the uncertain nodes."""
        graph, error = self.graph, dict[int, float]()
        with np.errstate(all="ignore"):
            for node in self.uncertain:
                row, places = graph.rows[node], graph.args[node]
                args, z = [float(values[arg]) for arg in places], float(values[node])
                bound = row.ulps * UNIT * max(abs(z), row.floor) + (ALLOWANCE * abs(z) if self.off[node] else 0.0)
                for position, arg in enumerate(places):
                    inner = error.get(arg, 0.0)
                    if not inner:
                        continue
                    if row.step and _jumps(row, args, position, inner, z):
                        bound = math.inf
                    slope = abs(row.local[position](*args, z))
                    bound += slope * inner if slope else 0.0
                if bound:
                    error[node] = math.inf if math.isnan(bound) else bound
        return error

    def _recorded(self, values: Floats, error: dict[int, float], moved: Bools) -> Iterator[tuple[int, Broken]]:
        """What was written down and does not hold."""
        for guard, left, right in self.graph.guards:
            sentence = self._sentence(guard, left, right, values, error, moved)
            if sentence:
                yield guard.serial, Broken(guard.line, sentence)

    def _sentence(
        self, guard: Guard, left: int, right: int, values: Floats, error: dict[int, float], moved: Bools
    ) -> str:
        """Why a guard does not hold; empty if it does."""
        name, relation = self.graph.name, guard.relation
        if guard.kind is Kind.ESCAPES:
            what = name(left) if left >= 0 else "a gradient, or a number of single precision,"
            return f"{what} left the graph and has changed" if (moved[left] if left >= 0 else moved.any()) else ""
        if not (moved[left] or (right >= 0 and moved[right])):
            return ""
        if guard.kind is Kind.RAISED:
            return "" if self._asks(left, values) else f"Python no longer refuses {self.graph.rows[left].name}"
        x, slack = float(values[left]), error.get(left, 0.0) + error.get(right, 0.0)
        if guard.kind is Kind.WHOLE:
            rounding, what = _ROUND[relation], f"{ROUNDINGS[relation]}({name(left)})"
            if rounding(x) != guard.outcome:
                return f"{what} is no longer {guard.outcome:.0f}"
            near = slack and any(rounding(x + side) != guard.outcome for side in (-slack, slack))
            return f"{what} is too near to a whole number to tell here" if near else ""
        y, what = float(values[right]), f"{name(left)} {RELATIONS[relation]} {name(right)}"
        if slack and abs(x - y) <= slack:
            return f"{what} is too near to tell here"
        holds = (x < y, x <= y, x == y, x != y, x > y, x >= y)[relation] == bool(guard.outcome)
        return "" if holds else f"{what} is no longer {'true' if guard.outcome else 'false'}"

    def _refused(self, values: Floats, error: dict[int, float], moved: Bools) -> Iterator[tuple[int, Broken]]:
        """Operations that Python would refuse, and whole numbers that a float no longer holds exactly; the first."""
        graph, found = self.graph, list[tuple[int, Broken]]()
        for node in self.whole:
            if moved[node] and not abs(values[node]) <= EXACT:
                serial, line = graph.made(node)
                found.append((serial, Broken(line, f"{graph.name(node)} is a whole number beyond 2**53")))
                break
        for node in self.strict:
            if moved[node] and (sentence := self._refusal(node, values, error)):
                serial, line = graph.made(node)
                found.append((serial, Broken(line, sentence)))
                break
        return iter(sorted(found, key=lambda one: one[0]))

    def _refusal(self, node: int, values: Floats, error: dict[int, float]) -> str:
        """Why an operation can't be replayed: Python refuses it here, or may do so; empty if it does not."""
        row, places = self.graph.rows[node], self.graph.args[node]
        what = f"{row.name}({', '.join(map(self.graph.name, places))})"
        if self._asks(node, values):
            return f"Python would refuse {what} here"
        args = [float(values[arg]) for arg in places]
        for position, arg in enumerate(places):
            for side in (-error.get(arg, 0.0), error.get(arg, 0.0)):
                at = [number + side * (place == position) for place, number in enumerate(args)]
                if side and _refuses(row, at):
                    return f"whether Python refuses {what} is too near to tell here"
        return ""

    def _asks(self, node: int, values: Floats) -> bool:
        return _refuses(self.graph.rows[node], [float(values[arg]) for arg in self.graph.args[node]])


def _refuses(row: Op, args: list[float]) -> bool:
    return row.refuses is not None and bool(row.refuses(*args, row.ieee(*args)))


def _jumps(row: Op, args: list[float], position: int, inner: float, z: float) -> bool:
    """Whether a step jumps within the error of one of its arguments."""
    for side in (-inner, inner):
        at = [number + side * (place == position) for place, number in enumerate(args)]
        if not abs(row.ieee(*at) - z) <= 4 * inner:
            return True
    return False


_ROUND = (np.trunc, np.floor, np.ceil, np.round)
