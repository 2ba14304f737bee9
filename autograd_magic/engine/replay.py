"""Forward and backward over a flat graph, without Python objects a node.

Two ways, one result. Where nodes of one level and one operation stand together in numbers, NumPy computes each such
group in one call; where they do not (small graphs, long chains), a plain loop is quicker. Both gather a node's
gradient in one defined order, its uses from the last made to the first, so that they agree with each other, with
``Value.backward`` and with the browser to the bit wherever the machine's arithmetic is exact IEEE (``+ - * / sqrt``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from .columns import CHUNK, Args, Rows, levels
from .ops import Op
from .outside import Outside
from .summed import TOTAL, compensated, terms_of

Floats = np.ndarray[Any, np.dtype[np.float64]]
Ints = np.ndarray[Any, np.dtype[np.intp]]
Bools = np.ndarray[Any, np.dtype[np.bool_]]

CROWD = 16
"""Mean number of nodes a group from which NumPy's calls pay."""

FEW = 50_000
"""Of graphs with no more nodes than this each node's row and arguments are kept at hand."""

Step = tuple[int, Op, list[int]]
"""A node, the operation that made it, and of what."""


class Group(NamedTuple):
    """The nodes of one level and one operation: ``nodes`` (m,), and for each argument position an (m,) array of
    argument nodes.
    """

    row: Op
    nodes: Ints
    args: tuple[Ints, ...]


def _places(wanted: Bools) -> Ints:
    found: Ints = np.flatnonzero(wanted).astype(np.int32)
    return found


class Plan:
    """How to compute a graph: its groups, by level.

    ``rows`` holds each node's row of the op table, ``args`` each node's argument nodes; both in creation order.
    """

    def __init__(self, rows: Sequence[Op], args: Sequence[tuple[int, ...]]) -> None:
        self.rows, self.args = Rows.of(rows), Args.of(args)
        codes, table = self.rows.codes, self.rows.table
        computed = self.rows.each(bool(row.partials) for row in table).astype(bool)
        made = np.diff(self.args.starts) > 0
        self.computed: Ints = _places(computed)
        self.opaque: list[int] = np.flatnonzero(made & ~computed).tolist()
        self.inner: Ints = _places(made | computed)
        totals = self.rows.each(row is TOTAL for row in table).astype(bool)
        self.sums = {node: terms_of(node, self.rows, self.args) for node in np.flatnonzero(totals).tolist()}
        self.level = levels(computed, self.args)
        order = self.computed[np.lexsort((codes[self.computed], self.level[self.computed]))]
        other = (np.diff(codes[order]) != 0) | (np.diff(self.level[order]) != 0)
        firsts = [0, *(np.flatnonzero(other) + 1).tolist()] if len(order) else []
        self.grouped = len(order) >= CROWD * max(1, len(firsts))
        self.groups = [
            self._group(order[first:last])
            for first, last in (zip(firsts, [*firsts[1:], len(order)], strict=False) if self.grouped else ())
        ]

    def _group(self, nodes: Ints) -> Group:
        row, starts, flat = self.rows[int(nodes[0])], self.args.starts[nodes], self.args.flat
        args: Any = tuple(flat[starts + place] for place in range(row.arity))
        return Group(row, nodes, args)

    @cached_property
    def _few(self) -> list[Step]:
        return list(self._each(self.computed))

    def steps(self, nodes: Ints | None = None) -> Iterable[Step]:
        """Some nodes (all that are computed, unless told otherwise), as they are given."""
        if nodes is None:
            if len(self.computed) <= FEW:
                return self._few
            nodes = self.computed
        return self._each(nodes)

    def _each(self, nodes: Ints) -> Iterator[Step]:
        for at in range(0, len(nodes), CHUNK):
            some = nodes[at : at + CHUNK]
            for row, (node, found) in zip(self.rows.some(some), self.args.some(some), strict=True):
                yield node, row, found

    def forward(self, values: Floats) -> None:
        """Compute every node of ``values`` (n,) in place, from those that are not computed."""
        if self.grouped:
            self._forward_groups(values, values)
            return
        numbers, sums = values.tolist(), self.sums
        for node, row, places in self.steps():
            if len(places) == 2 and node not in sums:
                first, second = places
                numbers[node] = row.ieee(numbers[first], numbers[second])
            else:
                numbers[node] = self._one(node, row, places, numbers)
        values[:] = numbers

    def _one(self, node: int, row: Op, places: Sequence[int], numbers: Sequence[float]) -> float:
        terms = self.sums.get(node)
        if terms is not None:
            return compensated([numbers[term] for term in terms])
        return row.ieee(*[numbers[arg] for arg in places])

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
        for node, row, places in self.steps():
            found[node] = self._one(node, row, places, numbers)
        return found

    def forward_only(self, values: Floats, wanted: Bools) -> None:
        """Compute the ``wanted`` nodes (n,) and no others, one by one."""
        numbers = values.tolist()
        for node, row, places in self.steps(self.computed[wanted[self.computed]]):
            numbers[node] = self._one(node, row, places, numbers)
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
        for node, inputs in self.args.some(self.inner):
            if not flags[node]:
                for arg in inputs:
                    if flags[arg]:
                        flags[node] = True
                        break
        return np.array(flags, dtype=bool)

    def above(self, marked: Bools) -> Bools:
        """The marked nodes and what they are computed from; both of shape (n,)."""
        if not marked.any():
            return marked
        if self.grouped and not self.opaque:
            found: Bools = marked.copy()
            for _, nodes, args in reversed(self.groups):
                live = found[nodes]
                for places in args:
                    found[places[live]] = True
            return found
        flags = marked.tolist()
        for node, inputs in self.args.some(self.inner[::-1]):
            if flags[node]:
                for arg in inputs:
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
        marked = np.zeros(len(plan.rows), dtype=bool)
        marked[root] = True
        self.reaches = plan.above(marked)
        unknown = np.zeros(len(plan.rows), dtype=bool)
        for node in plan.opaque:
            if self.reaches[node]:
                unknown[list(plan.args[node])] = True
        self.unknown = np.flatnonzero(plan.above(unknown)) if unknown.any() else np.zeros(0, dtype=np.intp)
        self.computed: Ints = plan.computed[self.reaches[plan.computed]]
        if plan.grouped:
            self._slots()

    def _slots(self) -> None:
        """Give each edge a slot, the slots of one node side by side in the order in which its gradient is summed."""
        plan = self.plan
        edges, _ = plan.args.edges(self.computed[::-1])
        used = plan.args.flat[edges]
        order = np.lexsort((used, plan.level[used]))  # stable: uses stay from the last made to the first
        slot = np.empty(len(plan.args.flat), dtype=np.int32)
        slot[edges[order]] = np.arange(len(order), dtype=np.int32)
        self.target = used[order]
        levels = plan.level[self.target]
        self.bounds = np.searchsorted(levels, np.arange(plan.level.max(initial=0) + 2))
        self.groups = []
        for row, nodes, args in plan.groups:
            live = self.reaches[nodes]
            if live.any():
                kept = nodes if live.all() else nodes[live]
                group = Group(row, kept, args if kept is nodes else tuple(arg[live] for arg in args))
                starts = plan.args.starts[kept]
                slots = tuple(slot[starts + place] for place in range(len(args)))
                self.groups.append((group, slots, int(plan.level[kept[0]])))

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
        summed = int(self.plan.level[self.root]) if len(self.bounds) else 0
        with np.errstate(all="ignore"):
            for (row, nodes, args), slots, level in reversed(self.groups):
                while summed > level:
                    summed -= 1
                    self._sum(summed, parts, grads)
                inputs = [values[arg] for arg in args]
                if isinstance(row, Outside) and not grads[nodes[0]]:
                    for slot in slots:
                        parts[slot] = 0.0  # whatever its slopes are, nothing comes down here
                    continue
                for slot, local in zip(slots, row.local_array, strict=True):
                    parts[slot] = grads[nodes] * local(*inputs, values[nodes])
            while summed > 0:
                summed -= 1
                self._sum(summed, parts, grads)

    def _sum(self, level: int, parts: Floats, grads: Floats) -> None:
        start, stop = self.bounds[level], self.bounds[level + 1]
        if start < stop:
            target = self.target[start:stop]
            new = np.diff(target, prepend=-1) != 0
            nodes = target[new]
            grads[nodes] = np.bincount(np.cumsum(new) - 1, weights=parts[start:stop], minlength=len(nodes))

    def _run_each(self, values: Floats, grads: Floats) -> None:
        numbers, sums = values.tolist(), grads.tolist()
        steps = self.plan.steps(self.computed[::-1]) if len(self.plan.rows) > FEW else self._few
        for node, row, args in steps:
            grad, z = sums[node], numbers[node]
            if not grad and isinstance(row, Outside):  # whatever its slopes are, nothing comes down here
                continue
            if len(args) == 2:
                first, second = args
                x, y = numbers[first], numbers[second]
                by_x, by_y = row.local
                sums[first] += grad * by_x(x, y, z)
                sums[second] += grad * by_y(x, y, z)
            else:
                inputs = [numbers[arg] for arg in args]
                for arg, local in zip(args, row.local, strict=True):
                    sums[arg] += grad * local(*inputs, z)
        grads[:] = sums

    @cached_property
    def _few(self) -> list[Step]:
        reaches = self.reaches.tolist()
        return [step for step in reversed(list(self.plan.steps())) if reaches[step[0]]]
