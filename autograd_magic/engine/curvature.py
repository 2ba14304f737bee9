"""Curvature: how the gradient changes when the leaves move, one pass forward along a direction and one back.

Pearlmutter, Fast exact multiplication by the Hessian, Neural Computation 6 (1994).
"""

from __future__ import annotations

import numpy as np

from .columns import Args, Rows
from .groups import Floats


def hessian_times(rows: Rows, args: Args, values: Floats, grads: Floats, direction: Floats) -> Floats:
    """The Hessian of a node times a direction, which move only leaves by themselves. ``values`` and ``grads`` are those
    of the graph, the derivative of that node by each; all of shape (n,).
    """
    along, change = direction.astype(float), np.zeros(len(rows))
    arguments: list[tuple[float, ...]] = []
    with np.errstate(all="ignore"):
        for node, (row, inputs) in enumerate(zip(rows, args, strict=True)):
            numbers = (*(float(values[arg]) for arg in inputs), float(values[node]))
            arguments.append(numbers)
            if row.partials:
                along[node] = sum(
                    local(*numbers) * along[arg] for arg, local in zip(inputs, row.local, strict=True) if along[arg]
                )
        for node in range(len(rows) - 1, -1, -1):
            row, inputs, numbers = rows[node], args[node], arguments[node]
            if not row.partials or not (grads[node] or change[node]):
                continue
            for arg, local, second in zip(inputs, row.local, row.second, strict=True):
                bend = sum(
                    by(*numbers) * along[other] for other, by in zip(inputs, second, strict=True) if along[other]
                )
                change[arg] += (change[node] * local(*numbers) if change[node] else 0.0) + (
                    grads[node] * bend if bend else 0.0
                )
    return change
