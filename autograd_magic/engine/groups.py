"""Groups: nodes of one level that NumPy computes in one call, forward and back."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .ops import Op
from .outside import Outside

Floats = np.ndarray[Any, np.dtype[np.float64]]
Ints = np.ndarray[Any, np.dtype[np.intp]]
Bools = np.ndarray[Any, np.dtype[np.bool_]]


class Group(NamedTuple):
    """The nodes of one level and one operation: ``nodes`` (m,), and for each argument position an (m,) array of
    argument nodes.
    """

    row: Op
    nodes: Ints
    args: tuple[Ints, ...]

    def compute(self, values: Floats) -> Any:
        """The numbers of the nodes from those of their arguments."""
        return self.row.array(*[values.take(arg) for arg in self.args])

    def spread(self, found: Bools) -> None:
        """Mark the nodes that have a marked argument."""
        found[self.nodes] |= np.logical_or.reduce([found.take(arg) for arg in self.args])

    def above(self, found: Bools) -> None:
        """Mark the arguments of marked nodes."""
        live = found.take(self.nodes)
        for places in self.args:
            found[places[live]] = True

    def hand_on(self, slots: tuple[Ints, ...], values: Floats, grads: Floats, parts: Floats) -> None:
        """Put each argument's part of the gradient into its slot."""
        row, grad = self.row, grads.take(self.nodes)
        if isinstance(row, Outside) and not grad[0]:  # whatever its slopes are, nothing comes down here
            for slot in slots:
                parts[slot] = 0.0
            return
        numbers = [
            values.take(nodes) if read else None
            for read, nodes in zip(row.reads, (*self.args, self.nodes), strict=True)
        ]
        for slot, local in zip(slots, row.local_array, strict=True):
            parts[slot] = grad * local(*numbers)


class Chain(NamedTuple):
    """Chains of one level and one length: ``nodes`` (m, L), ``terms`` (m, L + 1) what is added (chains.py), and
    ``edges`` where these stand in the graph's ``args.flat``.
    """

    nodes: Ints
    terms: Ints
    edges: Ints

    def compute(self, values: Floats) -> Any:
        """The numbers of the nodes, each the one before and a term."""
        return np.add.accumulate(values.take(self.terms), axis=1)[:, 1:]

    def spread(self, found: Bools) -> None:
        """Mark the nodes that have a marked argument."""
        marked = found.take(self.terms)
        marked[:, 1:] |= found.take(self.nodes)
        found[self.nodes] = np.logical_or.accumulate(marked, axis=1)[:, 1:]

    def above(self, found: Bools) -> None:
        """Mark the arguments of marked nodes."""
        live = np.logical_or.accumulate(found.take(self.nodes)[:, ::-1], axis=1)[:, ::-1]
        found[self.nodes[live]] = True
        found[self.terms[:, 1:][live]] = True
        found[self.terms[live[:, 0], 0]] = True

    def compute_some(self, live: Bools, values: Floats) -> None:
        """Compute those that are ``live`` (m, L); what stands before them stays as it is."""
        found = self.compute(values)
        same = live | (found.view(np.int64) == values[self.nodes].view(np.int64))
        whole = same.all(axis=1)
        values[self.nodes[whole]] = found[whole]
        for chain in np.flatnonzero(~whole & live.any(axis=1)):
            places = np.flatnonzero(live[chain])
            nodes, terms = self.nodes[chain, places], self.terms[chain, places + 1]
            before = self.nodes[chain, places[0] - 1] if places[0] else self.terms[chain, 0]
            values[nodes] = np.add.accumulate(values[np.append(before, terms)])[1:]

    def hand_on(self, slots: tuple[Ints, ...], values: Floats, grads: Floats, parts: Floats) -> None:
        """The same: along a chain each gradient is that of its end."""
        grad = grads.take(self.nodes[:, -1:])
        grads[self.nodes[:, :-1]] = grad
        parts[slots[0]] = grad
