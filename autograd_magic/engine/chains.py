"""Chains: additions of which each takes up the one before, which nobody else uses (``acc += w * x``). A replay computes
such a chain in one stroke, from its first number to its last, and every number in between comes out as one addition
after the other gives it, to the bit.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from .columns import Args, Bools, Rows
from .ops import TABLE
from .summed import PART

SHORT = 4
"""Chains of fewer additions are left as they are."""


class Chains:
    """The chains of a graph, one after the other. ``nodes`` are their additions in order, ``edges`` where in
    ``args.flat`` what is added stands: of each chain the number that it begins with, and one for each addition. Chain k
    has ``lengths[k]`` additions, from ``firsts[k]`` on. A chain ends at the latest with a node that is ``kept``.
    """

    def __init__(self, rows: Rows, args: Args, kept: Iterable[int] = ()) -> None:
        adds = rows.each(row is TABLE["add"] or row is PART for row in rows.table).astype(bool)
        inner = adds & (np.bincount(args.flat, minlength=len(rows)) == 1)
        inner[list(kept)] = False
        nodes = np.flatnonzero(adds)
        starts = args.starts[nodes].astype(np.intp)
        first, second = args.flat[starts], args.flat[starts + 1]
        by_first, by_second = inner[first], inner[second] & ~inner[first]
        head = np.arange(len(rows))
        head[nodes] = np.where(by_first, first, np.where(by_second, second, nodes))
        while True:
            further = head[head[nodes]]
            if np.array_equal(further, head[nodes]):
                break
            head[nodes] = further
        order = np.argsort(further, kind="stable")  # the additions of a chain were made one after the other
        begins = np.diff(further[order], prepend=-1) != 0
        lengths = np.diff(np.flatnonzero(np.append(begins, True)))
        long = np.repeat(lengths >= SHORT, lengths)
        order, begins = order[long], begins[long]
        self.lengths = lengths[lengths >= SHORT]
        self.firsts = np.cumsum(self.lengths) - self.lengths
        self.nodes = nodes[order]
        added = starts[order] + ~by_second[order]  # of a chain's first addition both are
        self.edges: Any = np.insert(added, np.flatnonzero(begins), starts[order][begins])
        self.tails = self.nodes[self.firsts + self.lengths - 1]

    def inside(self, count: int) -> Bools:
        """Which of so many nodes stand in a chain and do not end it."""
        found = np.zeros(count, dtype=bool)
        found[self.nodes] = True
        found[self.tails] = False
        return found

    def contracted(self, args: Args) -> Args:
        """The arguments of a graph in which the last node of a chain is made of all that is added, and those before it
        of nothing.
        """
        counts = np.diff(args.starts)
        kept = np.ones(len(args.flat), dtype=bool)
        of_chains, _ = args.edges(self.nodes)
        kept[of_chains] = False
        counts[self.nodes] = 0
        counts[self.tails] = self.lengths + 1
        starts = np.append(0, np.cumsum(counts)).astype(np.int32)
        flat = np.empty(starts[-1], dtype=np.int32)
        laid = Args(starts, flat)
        here, _ = laid.edges(self.tails)
        others = np.ones(len(flat), dtype=bool)
        others[here] = False
        flat[here] = args.flat[self.edges]
        flat[others] = args.flat[kept]
        return laid

    def places(self, chains: Any) -> tuple[Any, Any]:
        """The nodes and the edges of some chains (m,) of one length L, of shapes (m, L) and (m, L + 1)."""
        length = int(self.lengths[chains[0]])
        first = self.firsts[chains][:, None]
        nodes = self.nodes[first + np.arange(length)]
        edges = self.edges[first + chains[:, None] + np.arange(length + 1)]
        return nodes, edges
