"""How far the number of a node may be from that of a fresh run.

Two good maths libraries differ in the last places, and so may a replay and a fresh run. Each node therefore has a
first-order bound on its error (Higham, Accuracy and Stability of Numerical Algorithms, sections 2.2 and 3.4)::

    error(z) = (ulps + 2 r) * UNIT * max(|z|, floor) + sum of |local derivative| * error(argument)

with ``ulps`` and ``floor`` of the operation's row; 0 for what every IEEE machine gives alike. ``r`` is 1 if an argument
has an error and 0 if none has: replay and run each round a result of their own then. A number that is OFF has
ALLOWANCE * (|z| + sum of |local derivative * argument|) besides. The error is infinite where a step jumps within its
argument's error, and where the formula gives nan. js/src/engine/bounds.ts has the same.
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import Protocol

import numpy as np

from .columns import Rows
from .groups import Bools, Chain, Floats, Group
from .ops import Op
from .outside import Outside
from .replay import Plan

UNIT = 2.0**-53
"""Half a unit in the last place of 1."""

TINY = 2.0**-1022
"""Numbers below this, the smallest normal float64, have fewer digits: their errors are those of this one."""

ALLOWANCE = 1e-12
"""What a number that is OFF may differ, relatively."""


class Traced(Protocol):
    """What bounds are asked of: which row made each node of a graph, its number where it was traced, and how all of it
    is computed again.
    """

    rows: Rows
    traced: Floats

    @property
    def plan(self) -> Plan:
        """How it is computed."""
        ...

    @property
    def off(self) -> Bools:
        """Which nodes are OFF; shape (n,)."""
        ...


def got_otherwise(graph: Traced) -> Bools:
    """Which nodes the run got otherwise than their operations give them; shape (n,)."""
    again = graph.plan.each(graph.traced)
    allowed = graph.rows.each(row.ulps * UNIT for row in graph.rows.table)
    floors = graph.rows.each(max(row.floor, TINY) for row in graph.rows.table)
    with np.errstate(all="ignore"):
        near = abs(again - graph.traced) <= allowed * np.maximum(abs(graph.traced), floors)
    found: Bools = ~(near | (again == graph.traced) | (np.isnan(again) & np.isnan(graph.traced)))
    return found


class Bounds:
    """The error bounds of the nodes of one graph. What it takes to find them is worked out once."""

    def __init__(self, graph: Traced) -> None:
        self.graph = graph
        self._last: tuple[Floats, Floats] | None = None

    @cached_property
    def off(self) -> Bools:
        """Which nodes are OFF; shape (n,)."""
        return self.graph.off

    @cached_property
    def uncertain(self) -> Bools:
        """Which nodes may have other numbers in a fresh run; shape (n,)."""
        rows = self.graph.rows
        return self.graph.plan.spread(self.off | rows.each(row.ulps > 0 for row in rows.table))

    @cached_property
    def _groups(self) -> list[Group | Chain]:
        """The uncertain nodes as the plan groups them; none if it does not. Of a chain there is all of it."""
        found: list[Group | Chain] = []
        for group in self.graph.plan.groups:
            wanted = self.uncertain[group.nodes]
            if not wanted.any():
                continue
            if isinstance(group, Chain):
                found.append(Chain(*(part[wanted.any(axis=1)] for part in group)))
            else:
                found.append(Group(group.row, group.nodes[wanted], tuple(arg[wanted] for arg in group.args)))
        return found

    @cached_property
    def _steps(self) -> list[tuple[int, Op, list[int], float, bool]]:
        """The uncertain nodes and how each was made, its floor, and whether it is OFF. While no argument moves the
        number that outside code has made is the run's own.
        """
        computed, off = self.graph.plan.computed, self.off.tolist()
        steps = self.graph.plan.steps(computed[self.uncertain[computed]])
        return [(*step, max(step[1].floor, TINY), off[step[0]]) for step in steps if not isinstance(step[1], Outside)]

    def errors(self, values: Floats) -> Floats:
        """The error bound of each node; 0.0 of those that are not uncertain."""
        if self._last is None or not np.array_equal(self._last[0].view(np.int64), values.view(np.int64)):
            with np.errstate(all="ignore"):
                found = self._grouped(values) if self.graph.plan.grouped else self._one_by_one(values.tolist())
            self._last = values.copy(), found
        return self._last[1]

    def _one_by_one(self, values: list[float]) -> Floats:
        error = [0.0] * len(values)
        for node, row, places, floor, off in self._steps:
            z, inner = values[node], [error[arg] for arg in places]
            size, passed = abs(z), any(inner)
            bound = (row.ulps + 2 * passed) * UNIT * (max(size, floor))
            if off:
                bound += ALLOWANCE * size
            if off or passed:
                args = [values[arg] for arg in places]
                for place, one in enumerate(inner):
                    if off or one:
                        slope = abs(row.local[place](*args, z))
                        bound += ALLOWANCE * slope * abs(args[place]) if off else 0.0
                        bound += slope * one if slope or one == math.inf else 0.0
                    if one and row.step and _jumps(row, args, place, one, z):
                        bound = math.inf
            error[node] = math.inf if math.isnan(bound) else bound
        return np.array(error)

    def _grouped(self, values: Floats) -> Floats:
        error: Floats = np.zeros(len(values))
        for group in self._groups:
            if isinstance(group, Chain):
                bound = self._along(group, values, error)
            elif isinstance(group.row, Outside):
                continue
            else:
                bound = self._of_group(group, values, error)
            error[group.nodes] = np.where(np.isnan(bound), math.inf, bound)
        return error

    def _of_group(self, group: Group, values: Floats, error: Floats) -> Floats:
        row, nodes, places = group
        z, off = values.take(nodes), self.off.take(nodes)
        args, inner = [values.take(arg) for arg in places], [error.take(arg) for arg in places]
        units = row.ulps + 2 * np.logical_or.reduce(inner)
        bound: Floats = units * UNIT * np.maximum(abs(z), max(row.floor, TINY))
        some_off = off.any()
        if some_off:
            bound += np.where(off, ALLOWANCE * abs(z), 0.0)
        for place, one in enumerate(inner):
            if not some_off and not one.any():
                continue
            slope = np.broadcast_to(abs(row.local_array[place](*args, z)), z.shape)
            if some_off:
                bound += np.where(off, ALLOWANCE * slope * abs(args[place]), 0.0)
            bound += np.where((one > 0) & ((slope != 0) | (one == math.inf)), slope * one, 0.0)
            if row.step:
                for at in np.flatnonzero(one):
                    if _jumps(row, [float(arg[at]) for arg in args], place, float(one[at]), float(z[at])):
                        bound[at] = math.inf
        return bound

    def _along(self, chain: Chain, values: Floats, error: Floats) -> Floats:
        """The same along chains: what an addition adds to the bound of the one before, in the same order."""
        z, terms, inner, off = values[chain.nodes], values[chain.terms], error[chain.terms], self.off[chain.nodes]
        before = np.concatenate([terms[:, :1], z[:, :-1]], axis=1)
        own = np.where(off, ALLOWANCE * abs(z) + ALLOWANCE * abs(before), 0.0)
        other = np.where(off, ALLOWANCE * abs(terms[:, 1:]), 0.0)
        some = inner != 0
        some[:, 1:] |= own + other != 0
        units = 2 * (np.logical_or.accumulate(some, axis=1)[:, :-1] | (inner[:, 1:] != 0))
        each = np.stack([units * UNIT * np.maximum(abs(z), TINY) + own, other, inner[:, 1:]], axis=-1)
        steps = np.concatenate([inner[:, :1], each.reshape(len(z), -1)], axis=1)
        found: Floats = np.where(self.uncertain[chain.nodes], np.add.accumulate(steps, axis=1)[:, 3::3], 0.0)
        return found


def _jumps(row: Op, args: list[float], place: int, error: float, z: float) -> bool:
    """Whether a step jumps within the error of one of its arguments."""
    return any(not abs(row.ieee(*shifted(args, place, side)) - z) <= 4 * error for side in (-error, error))


def shifted(args: list[float], place: int, side: float) -> list[float]:
    """The arguments with one of them moved."""
    return [number + side if k == place else number for k, number in enumerate(args)]
