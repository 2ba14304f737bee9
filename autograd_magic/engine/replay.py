"""Forward and backward over a flat graph, without Python objects a node.

Two ways, one result. Where nodes of one level and one operation stand together in numbers, NumPy computes each such
group in one call; where they do not (small graphs, long chains), a plain loop is quicker. Both gather a node's
gradient in one defined order, its uses from the last made to the first, so that they agree with each other, with
``Value.backward`` and with the browser to the bit wherever the machine's arithmetic is exact IEEE (``+ - * / sqrt``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from .ops import Op
from .outside import Outside
from .summed import TOTAL, compensated, terms_of

Floats = np.ndarray[Any, np.dtype[np.float64]]
Ints = np.ndarray[Any, np.dtype[np.intp]]
Bools = np.ndarray[Any, np.dtype[np.bool_]]

CROWD = 16
"""Mean number of nodes a group from which NumPy's calls pay."""


class Group(NamedTuple):
    """The nodes of one level and one operation: ``nodes`` (m,), and for each argument position an (m,) array of
    argument nodes.
    """

    row: Op
    nodes: Ints
    args: tuple[Ints, ...]


class Plan:
    """How to compute a graph: its groups, by level.

    ``rows`` holds each node's row of the op table, ``args`` each node's argument nodes; both in creation order.
    """

    def __init__(self, rows: Sequence[Op], args: Sequence[tuple[int, ...]]) -> None:
        self.rows, self.args = rows, args
        self.computed = [node for node, row in enumerate(rows) if row.partials]
        self.opaque = [node for node, row in enumerate(rows) if args[node] and not row.partials]
        self.inner = sorted([*self.computed, *self.opaque])
        level = [0] * len(rows)
        members: dict[tuple[int, str], list[int]] = {}
        for node in self.computed:
            level[node] = 1 + max(level[arg] for arg in args[node])
            row = rows[node]
            # What outside code has made is no formula: each such node is a group of its own.
            name = f"outside {node}" if isinstance(row, Outside) else "total" if row is TOTAL else row.name
            members.setdefault((level[node], name), []).append(node)
        self.sums = {node: terms_of(node, rows, args) for node in self.computed if rows[node] is TOTAL}
        self.level = np.array(level, dtype=np.intp)
        self.grouped = len(self.computed) >= CROWD * max(1, len(members))
        self.groups = [
            Group(rows[nodes[0]], np.array(nodes), tuple(np.array([args[node] for node in nodes]).T))
            for _, nodes in (sorted(members.items()) if self.grouped else ())
        ]

    def forward(self, values: Floats) -> None:
        """Compute every node of ``values`` (n,) in place, from those that are not computed."""
        if self.grouped:
            self._forward_groups(values, values)
            return
        numbers = values.tolist()
        for node in self.computed:
            places = self.args[node]
            if len(places) == 2 and node not in self.sums:
                numbers[node] = self.rows[node].ieee(numbers[places[0]], numbers[places[1]])
            else:
                numbers[node] = self._one(node, numbers)
        values[:] = numbers

    def _one(self, node: int, numbers: Sequence[float]) -> float:
        terms = self.sums.get(node)
        if terms is not None:
            return compensated([numbers[term] for term in terms])
        return self.rows[node].ieee(*[numbers[arg] for arg in self.args[node]])

    def _forward_groups(self, values: Floats, found: Floats) -> None:
        """Compute each group from ``values`` (n,) into ``found`` (n,)."""
        with np.errstate(all="ignore"):
            for row, nodes, args in self.groups:
                if row is TOTAL:
                    found[nodes] = [compensated(values[self.sums[node]].tolist()) for node in nodes.tolist()]
                else:
                    found[nodes] = row.array(*[values[arg] for arg in args])

    def each(self, values: Floats) -> Floats:
        """What each operation gives for its arguments as they stand in ``values`` (n,), which stays as it is."""
        found: Floats = values.copy()
        if self.grouped:
            self._forward_groups(values, found)
            return found
        numbers = values.tolist()
        for node in self.computed:
            found[node] = self._one(node, numbers)
        return found

    def forward_only(self, values: Floats, wanted: Bools) -> None:
        """Compute the ``wanted`` nodes (n,) and no others, one by one."""
        numbers = values.tolist()
        for node in self.computed:
            if wanted[node]:
                numbers[node] = self._one(node, numbers)
        values[:] = numbers

    def moved(self, leaves: Ints) -> Bools:
        """Which nodes depend on one of ``leaves``; shape (n,)."""
        marked = np.zeros(len(self.rows), dtype=bool)
        marked[leaves] = True
        return self.spread(marked)

    def spread(self, marked: Bools) -> Bools:
        """The marked nodes and what is computed from them; both of shape (n,)."""
        if self.grouped and not self.opaque:
            found: Bools = marked.copy()
            for _, nodes, args in self.groups:
                found[nodes] |= np.any([found[arg] for arg in args], axis=0)
            return found
        flags = marked.tolist()
        for node in self.inner:
            flags[node] = flags[node] or any(flags[arg] for arg in self.args[node])
        return np.array(flags, dtype=bool)

    def above(self, marked: Bools) -> Bools:
        """The marked nodes and what they are computed from; both of shape (n,)."""
        flags = marked.tolist()
        for node in reversed(self.inner):
            if flags[node]:
                for arg in self.args[node]:
                    flags[arg] = True
        return np.array(flags, dtype=bool)

    def towards(self, root: int) -> Backward:
        """The backward pass for one root."""
        return Backward(self, root)


class Backward:
    """The backward pass of a plan for one root: only nodes that reach the root take part. What an operation that is not
    in the table is made of has no gradient that is known: nan.
    """

    def __init__(self, plan: Plan, root: int) -> None:
        self.plan, self.root = plan, root
        reaches = [False] * len(plan.rows)
        reaches[root] = True
        unknown = [False] * len(plan.rows)
        for node in reversed(plan.inner[: np.searchsorted(plan.inner, root, side="right")]):
            if reaches[node]:
                for arg in plan.args[node]:
                    reaches[arg] = True
                    unknown[arg] = unknown[arg] or unknown[node] or not plan.rows[node].partials
        self.reaches, self.unknown = np.array(reaches), np.flatnonzero(unknown)
        self.computed = [node for node in plan.computed if reaches[node]]
        if plan.grouped:
            self._slots()

    def _slots(self) -> None:
        """Give each edge a slot, the slots of one node side by side in the order in which its gradient is summed."""
        plan = self.plan
        used, user, place = [], [], []
        for node in reversed(self.computed):
            for position, arg in enumerate(plan.args[node]):
                used.append(arg)
                user.append(node)
                place.append(position)
        target = np.array(used, dtype=np.intp)
        order = np.lexsort((target, plan.level[target]))  # stable: uses stay from the last made to the first
        slot = np.empty((len(plan.rows), max(map(len, plan.args), default=0)), dtype=np.intp)
        slot[np.array(user, dtype=np.intp)[order], np.array(place, dtype=np.intp)[order]] = np.arange(len(order))
        self.target = target[order]
        levels = plan.level[self.target]
        self.bounds = np.searchsorted(levels, np.arange(plan.level.max() + 2))
        self.groups = []
        for row, nodes, args in plan.groups:
            live = self.reaches[nodes]
            if live.any():
                kept = nodes[live]
                group = Group(row, kept, tuple(arg[live] for arg in args))
                self.groups.append((group, slot[kept], int(plan.level[kept[0]])))

    def run(self, values: Floats) -> Floats:
        """The gradient of the root by each node, shape (n,); 0.0 for nodes that do not reach it."""
        grads = np.zeros(len(values))
        grads[self.root] = 1.0
        if not self.plan.grouped:
            self._run_each(values, grads)
        else:
            self._run_grouped(values, grads)
        grads[self.unknown] = np.nan
        return grads

    def _run_grouped(self, values: Floats, grads: Floats) -> None:
        parts = np.empty(len(self.target))
        summed = self.plan.level[self.root] if len(self.bounds) else 0
        with np.errstate(all="ignore"):
            for (row, nodes, args), slots, level in reversed(self.groups):
                while summed > level:
                    summed -= 1
                    self._sum(summed, parts, grads)
                inputs = [values[arg] for arg in args]
                if isinstance(row, Outside) and not grads[nodes[0]]:
                    parts[slots] = 0.0  # whatever its slopes are, nothing comes down here
                    continue
                for position, local in enumerate(row.local_array):
                    parts[slots[:, position]] = grads[nodes] * local(*inputs, values[nodes])
            while summed > 0:
                summed -= 1
                self._sum(summed, parts, grads)

    def _sum(self, level: int, parts: Floats, grads: Floats) -> None:
        start, stop = self.bounds[level], self.bounds[level + 1]
        if start < stop:
            nodes, place = np.unique(self.target[start:stop], return_inverse=True)
            grads[nodes] = np.bincount(place, weights=parts[start:stop], minlength=len(nodes))

    def _run_each(self, values: Floats, grads: Floats) -> None:
        numbers, sums = values.tolist(), grads.tolist()
        plan = self.plan
        for node in reversed(self.computed):
            args, grad, z = plan.args[node], sums[node], numbers[node]
            if not grad and isinstance(plan.rows[node], Outside):  # whatever its slopes are, nothing comes down here
                continue
            if len(args) == 2:
                first, second = args
                x, y = numbers[first], numbers[second]
                by_x, by_y = plan.rows[node].local
                sums[first] += grad * by_x(x, y, z)
                sums[second] += grad * by_y(x, y, z)
            else:
                inputs = [numbers[arg] for arg in args]
                for arg, local in zip(args, plan.rows[node].local, strict=True):
                    sums[arg] += grad * local(*inputs, z)
        grads[:] = sums
