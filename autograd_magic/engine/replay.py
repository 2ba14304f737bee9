"""Forward and backward over a flat graph, without Python objects a node.

Two ways, one result. Where nodes of one level and one operation stand together in numbers, NumPy computes each such
group in one call, and a chain of additions in one stroke; where they do not (small graphs, long chains of other
operations), a plain loop is quicker. Both gather a node's gradient in one defined order, its uses from the last made to
the first, so that they agree with each other, with ``Value.backward`` and with the browser to the bit wherever the
machine's arithmetic is exact IEEE (``+ - * / sqrt``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from .chains import Chains
from .columns import CHUNK, Args, Rows, levels
from .groups import Bools, Chain, Floats, Group, Ints
from .line import KEPT, Line
from .ops import Op
from .outside import Outside
from .summed import TOTAL, compensated, terms_of

CROWD = 16
"""Mean number of nodes a group from which NumPy's calls pay."""

LEAST = 64
"""Graphs of fewer nodes than those of so many such groups are computed one by one, by Python's own functions."""

MANY = 300
"""Of so many nodes in a line it pays to find the slopes of all at once."""

Step = tuple[int, Op, list[int]]
"""A node, the operation that made it, and of what."""


def _places(wanted: Bools) -> Ints:
    found: Ints = np.flatnonzero(wanted).astype(np.int32)
    return found


class Plan:
    """How to compute a graph: its groups, by level.

    ``rows`` holds each node's row of the op table, ``args`` each node's argument nodes; both in creation order.
    ``kept`` are nodes that no chain goes through: where a backward pass begins.
    """

    def __init__(self, rows: Sequence[Op], args: Sequence[tuple[int, ...]], kept: Iterable[int] = ()) -> None:
        self.rows, self.args = Rows.of(rows), Args.of(args)
        table = self.rows.table
        computed = self.rows.each(bool(row.partials) for row in table).astype(bool)
        made = np.diff(self.args.starts) > 0
        self.computed: Ints = _places(computed)
        self.opaque: list[int] = np.flatnonzero(made & ~computed).tolist()
        self.inner: Ints = _places(made | computed)
        totals = self.rows.each(row is TOTAL for row in table).astype(bool)
        self.sums = {node: terms_of(node, self.rows, self.args) for node in np.flatnonzero(totals).tolist()}
        self.grouped, self.groups = False, list[Group | Chain]()
        self.inside: Bools = np.zeros(len(computed), dtype=bool)
        if len(self.computed) >= CROWD * LEAST:
            self._put_together(computed, kept)

    def _put_together(self, computed: Bools, kept: Iterable[int]) -> None:
        """Find the chains and the groups, and whether they pay."""
        codes, table = self.rows.codes, self.rows.table
        chains = Chains(self.rows, self.args, kept)
        self.inside = chains.inside(len(codes))
        alone = computed & ~self.inside
        self.level = levels(alone, chains.contracted(self.args))
        self.level[chains.nodes] = np.repeat(self.level[chains.tails], chains.lengths)
        kinds = codes.astype(np.int32)
        kinds[chains.tails] = len(table) + chains.lengths
        order = np.flatnonzero(alone)
        order = order[np.lexsort((kinds[order], self.level[order]))]
        other = (np.diff(kinds[order]) != 0) | (np.diff(self.level[order]) != 0)
        firsts = [0, *(np.flatnonzero(other) + 1).tolist()] if len(order) else []
        self.grouped = len(self.computed) >= CROWD * max(LEAST, len(firsts))
        if self.grouped:
            which = np.zeros(len(codes), dtype=np.intp)
            which[chains.tails] = np.arange(len(chains.tails))
            for first, last in zip(firsts, [*firsts[1:], len(order)], strict=False):
                nodes = order[first:last]
                if kinds[nodes[0]] < len(table):
                    self.groups.append(self._group(nodes))
                else:
                    found, edges = chains.places(which[nodes])
                    self.groups.append(Chain(found, self.args.flat[edges].astype(np.intp), edges))

    def _group(self, nodes: Ints) -> Group:
        row, starts, flat = self.rows[int(nodes[0])], self.args.starts[nodes], self.args.flat
        return Group(row, nodes, tuple(flat[starts + place].astype(np.intp) for place in range(row.arity)))

    @cached_property
    def _few(self) -> list[Step]:
        return list(self._each(self.computed))

    def steps(self, nodes: Ints | None = None) -> Iterable[Step]:
        """Some nodes (all that are computed, unless told otherwise), as they are given."""
        if nodes is None:
            if len(self.computed) <= KEPT:
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
            with np.errstate(all="ignore"):
                for group in self.groups:
                    values[group.nodes] = self._computed(group, values)
            return
        numbers = values.tolist()
        if self._line is not None:
            self._line.forward(numbers)
        else:
            for node, row, places in self.steps():
                numbers[node] = self._one(node, row, places, numbers)
        values[:] = numbers

    @cached_property
    def _line(self) -> Line | None:
        fits = Line.fits(self.rows, self.computed)
        return Line(self.rows, self.args, self.computed) if fits else None

    def _one(self, node: int, row: Op, places: Sequence[int], numbers: Sequence[float]) -> float:
        terms = self.sums.get(node)
        if terms is not None:
            return compensated([numbers[term] for term in terms])
        return row.ieee(*[numbers[arg] for arg in places])

    def _computed(self, group: Group | Chain, values: Floats) -> Any:
        if isinstance(group, Group) and group.row is TOTAL:
            return [compensated(values[self.sums[node]].tolist()) for node in group.nodes.tolist()]
        return group.compute(values)

    def each(self, values: Floats) -> Floats:
        """What each operation gives for its arguments as they stand in ``values`` (n,), which stays as it is."""
        found: Floats = values.copy()
        if self.grouped:
            with np.errstate(all="ignore"):
                for group in self.groups:
                    if isinstance(group, Chain):
                        found[group.nodes[:, 0]] = values.take(group.terms[:, 0]) + values.take(group.terms[:, 1])
                        found[group.nodes[:, 1:]] = values[group.nodes[:, :-1]] + values[group.terms[:, 2:]]
                    else:
                        found[group.nodes] = self._computed(group, values)
            return found
        numbers, codes = values.tolist(), self.rows.codes[self.computed]
        alike = self.rows.each(  # the same bits in both
            not (row.ulps or row is TOTAL or isinstance(row, Outside)) for row in self.rows.table
        ).astype(bool)
        with np.errstate(all="ignore"):
            for code in np.flatnonzero(np.bincount(codes[alike[self.computed]])).tolist():
                group = self._group(self.computed[codes == code])
                found[group.nodes] = group.compute(values)
        for node, row, places in self.steps(self.computed[~alike[self.computed]]):
            found[node] = self._one(node, row, places, numbers)
        return found

    def forward_only(self, values: Floats, wanted: Bools) -> None:
        """Compute the ``wanted`` nodes (n,) and no others, each as Python computes it."""
        nodes = self.computed[wanted[self.computed]]
        if not len(nodes):
            return
        if self.grouped:
            with np.errstate(all="ignore"):
                for group in self.groups:
                    live = wanted.take(group.nodes)
                    if live.any():
                        self._some(group, live, values)
            return
        numbers = values.tolist()
        for node, row, places in self.steps(nodes):
            numbers[node] = self._one(node, row, places, numbers)
        values[:] = numbers

    def _some(self, group: Group | Chain, live: Bools, values: Floats) -> None:
        """Compute those of a group that are ``live``."""
        if isinstance(group, Chain):
            group.compute_some(live, values)
            return
        some = Group(group.row, group.nodes[live], tuple(arg[live] for arg in group.args))
        if group.row.ulps:  # NumPy's digits are others
            numbers = [values.take(arg).tolist() for arg in some.args]
            values[some.nodes] = [group.row.ieee(*args) for args in zip(*numbers, strict=True)]
        else:
            values[some.nodes] = self._computed(some, values)

    def moved(self, leaves: Ints, stop: int | None = None) -> Bools:
        """Which nodes, of those before ``stop``, depend on one of ``leaves``; shape (n,)."""
        marked = np.zeros(len(self.rows), dtype=bool)
        marked[leaves] = True
        return self.spread(marked, stop)

    def spread(self, marked: Bools, stop: int | None = None) -> Bools:
        """The marked nodes and what is computed from them, of those before ``stop``; both of shape (n,)."""
        if not marked.any():
            return marked
        if self.grouped and not self.opaque:
            found: Bools = marked.copy()
            for group in self.groups:
                group.spread(found)
            if stop is not None:
                found[stop:] = False
            return found
        flags = marked.tolist()
        for node, inputs in self.args.some(self.inner[: None if stop is None else np.searchsorted(self.inner, stop)]):
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
            for group in reversed(self.groups):
                group.above(found)
            return found
        flags = marked.tolist()
        for node, inputs in self.args.some(self.inner[::-1]):
            if flags[node]:
                for arg in inputs:
                    flags[arg] = True
        return np.array(flags, dtype=bool)

    def towards(self, root: int) -> Backward:
        """The backward pass for one root."""
        return Backward(Plan(self.rows, self.args, [root]) if self.inside[root] else self, root)


class Sum(NamedTuple):
    """The gradients of some ``nodes`` (m,), each the sum of its parts, which stand side by side in ``slots``; ``which``
    says of which node each part is, None where each node has one.
    """

    nodes: Ints
    slots: slice
    which: Ints | None

    @classmethod
    def of(cls, target: Ints, first: int, last: int) -> list[Sum]:
        """That of the nodes whose parts have the slots from ``first`` to ``last``, if there are any; ``target`` says of
        which node each part is.
        """
        some = target[first:last]
        new = np.diff(some, prepend=-1) != 0
        which = None if new.all() else np.cumsum(new) - 1
        return [cls(some[new].astype(np.intp), slice(first, last), which)] if len(some) else []

    def gather(self, parts: Floats, grads: Floats) -> None:
        """Sum the parts, from the first to the last."""
        found = parts[self.slots]
        grads[self.nodes] = found + 0.0 if self.which is None else np.bincount(self.which, weights=found)


class Stage(NamedTuple):
    """What hands its gradient to its arguments: a group, and for each argument position the slots of the parts; before
    it the sums that it needs.
    """

    sums: list[Sum]
    group: Group | Chain
    slots: tuple[Ints, ...]


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
            self._stages()

    def _stages(self) -> None:
        """Give each edge a slot, the slots of one node side by side in the order in which its gradient is summed."""
        plan = self.plan
        flat, starts = plan.args.flat, plan.args.starts
        edges, _ = plan.args.edges(self.computed[::-1])
        edges = edges[~plan.inside[flat[edges]]]  # along a chain the gradient is handed on as it is
        used = flat[edges]
        order = np.lexsort((used, plan.level[used]))  # stable: uses stay from the last made to the first
        slot = np.empty(len(flat), dtype=np.intp)
        slot[edges[order]] = np.arange(len(order))
        target = used[order]
        self.parts = len(target)
        bounds = np.searchsorted(plan.level[target], np.arange(plan.level.max(initial=0) + 2)).tolist()
        sums = [Sum.of(target, first, last) for first, last in pairwise(bounds)]
        self.stages: list[Stage] = []
        done = len(sums)
        for group in reversed(plan.groups):
            live = self.reaches[group.nodes[..., -1] if isinstance(group, Chain) else group.nodes]
            if not live.any():
                continue
            if isinstance(group, Chain):
                group = Chain(*(found[live] for found in group))
                slots: tuple[Ints, ...] = (slot[group.edges],)
            else:
                if not live.all():
                    group = Group(group.row, group.nodes[live], tuple(arg[live] for arg in group.args))
                slots = tuple(slot[starts[group.nodes] + place] for place in range(len(group.args)))
            level = int(plan.level[group.nodes.flat[0]])
            self.stages.append(Stage([one for each in sums[level:done][::-1] for one in each], group, slots))
            done = min(done, level)
        self.last = [one for each in sums[:done][::-1] for one in each]

    def run(self, values: Floats) -> Floats:
        """The gradient of the root by each node, shape (n,); 0.0 for nodes that do not reach it."""
        grads = np.zeros(len(values))
        grads[self.root] = 1.0
        if self.plan.grouped:
            self._run_grouped(values, grads)
        else:
            self._run_each(values, grads)
        if len(self.unknown):
            grads[self.unknown] = np.nan
        return grads

    def _run_grouped(self, values: Floats, grads: Floats) -> None:
        parts = np.empty(self.parts)
        with np.errstate(all="ignore"):
            for sums, group, slots in self.stages:
                for each in sums:
                    each.gather(parts, grads)
                group.hand_on(slots, values, grads, parts)
            for each in self.last:
                each.gather(parts, grads)

    def _run_each(self, values: Floats, grads: Floats) -> None:
        if self._line is not None:
            sums = [*grads.tolist(), 0.0]
            self._line.backward(values, sums)
            grads[:] = sums[:-1]
            return
        numbers, sums = values.tolist(), grads.tolist()
        steps = self.plan.steps(self.computed[::-1]) if len(self.plan.rows) > KEPT else self._few
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
    def _line(self) -> Line | None:
        nodes, plan = self.computed[::-1], self.plan
        fits = len(nodes) >= MANY and Line.fits(plan.rows, nodes)
        return Line(plan.rows, plan.args, nodes) if fits else None

    @cached_property
    def _few(self) -> list[Step]:
        reaches = self.reaches.tolist()
        return [step for step in reversed(list(self.plan.steps())) if reaches[step[0]]]
