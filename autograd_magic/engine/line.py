"""A line: nodes that Python computes one after the other, where too few stand side by side for NumPy (long chains).

What can be done for all of them at once is done so: which function computes each, where its arguments stand, and, on
the way back, how steep it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .columns import CHUNK, Args, Rows
from .groups import Bools, Floats
from .outside import Outside
from .summed import TOTAL

KEPT = 50_000
"""Of no more nodes than this the places are kept as Python's numbers."""


class Line:
    """Some nodes (m,) in the order in which they are computed, each of one or two arguments."""

    def __init__(self, rows: Rows, args: Args, nodes: Any) -> None:
        starts, flat = args.starts[nodes], args.flat
        self.nodes, self.first = nodes, flat[starts]
        two = args.starts[nodes + 1] - starts == 2
        self.second = np.where(two, flat[np.minimum(starts + 1, len(flat) - 1)], -1)
        self._codes, self._table = rows.codes[nodes], rows.table
        self._functions = [row.ieee if row.partials else None for row in rows.table]
        self._places = {code: np.flatnonzero(self._codes == code) for code in np.unique(self._codes).tolist()}
        self._kept = [self._some(slice(None))] if len(nodes) <= KEPT else None

    @staticmethod
    def fits(rows: Rows, nodes: Any) -> bool:
        """Whether some nodes can be a line."""
        strange: Bools = rows.each(isinstance(row, Outside) or row is TOTAL or row.arity > 2 for row in rows.table)
        return bool(len(nodes)) and not strange[nodes].astype(bool).any()

    def _some(self, part: slice) -> tuple[slice, list[list[Any]]]:
        columns: list[list[Any]] = [column[part].tolist() for column in (self.nodes, self.first, self.second)]
        return part, [*columns, [self._functions[code] for code in self._codes[part].tolist()]]

    def _parts(self) -> Iterator[tuple[slice, list[list[Any]]]]:
        """All of it, or a part after the other."""
        if self._kept is not None:
            yield from self._kept
            return
        for at in range(0, len(self.nodes), CHUNK):
            yield self._some(slice(at, at + CHUNK))

    def forward(self, numbers: list[float]) -> None:
        """Compute the nodes among ``numbers``."""
        for _, columns in self._parts():
            for node, first, second, function in zip(*columns, strict=True):
                if second < 0:
                    numbers[node] = function(numbers[first])
                else:
                    numbers[node] = function(numbers[first], numbers[second])

    def backward(self, values: Floats, grads: list[float]) -> None:
        """Hand the gradients of the nodes on to their arguments; ``grads`` has one number more than there are nodes,
        for the second argument of those that have one.
        """
        by_first, by_second = self._slopes(values)
        for part, (nodes, first, second, _) in self._parts():
            slopes = by_first[part].tolist(), by_second[part].tolist()
            for node, one, other, by_one, by_other in zip(nodes, first, second, *slopes, strict=True):
                grad = grads[node]
                grads[one] += grad * by_one
                grads[other] += grad * by_other

    def _slopes(self, values: Floats) -> tuple[Floats, Floats]:
        """The derivatives of each node by its arguments."""
        found = np.zeros(len(self.nodes)), np.zeros(len(self.nodes))
        with np.errstate(all="ignore"):
            for code, places in self._places.items():
                row = self._table[code]
                columns = [values.take(column[places]) for column in (self.first, self.second)[: row.arity]]
                columns.append(values.take(self.nodes[places]))
                for by, exact, local, local_array in zip(found, row.exact, row.local, row.local_array, strict=False):
                    if exact:
                        by[places] = local_array(*columns)
                    else:
                        by[places] = [local(*each) for each in zip(*map(np.ndarray.tolist, columns), strict=True)]
        return found
