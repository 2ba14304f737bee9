"""Gradients against central differences of the plain cell: each is true, or nan with a sentence in ``w.gaps``."""

from __future__ import annotations

import math
import warnings
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from cells import Written
from runs import Fresh, plainly

from autograd_magic.engine.number import plain
from autograd_magic.engine.value import is_real
from autograd_magic.live.explorer import Explorer

STEPS = (1e-3, 1e-5)
"""The steps at which a gradient is compared; two that disagree say nothing (a kink, a jump, rounding)."""
AGREE = 1e-3
"""How far two slopes may differ, relatively."""

counted: Counter[str] = Counter()
"""How many gradients were true by the graph, true and measured, unknown and said so; and how many could not be
compared.
"""


class Wrong(AssertionError):
    """A gradient that no plain run has."""


def rooted(explorer: Explorer) -> Callable[[Fresh], Any] | None:
    """Where a plain run has the root's number; None where it is in no name."""
    trace, root = explorer.trace, explorer.root
    if trace.result is root:
        return lambda fresh: fresh.result
    names = [name for name, value in trace.names.items() if value is root and name.isidentifier()]
    return (lambda fresh: fresh.names.get(names[-1])) if names else None


def same_gradients(explorer: Explorer, written: Written, at: Mapping[Any, Any], places: Mapping[str, Any], earlier: Any) -> None:
    """Compare the gradient by each leaf. ``places`` says how a fresh run calls the leaves that are called otherwise."""
    tape, found = explorer.tape, rooted(explorer)
    said = " ".join(explorer.gaps)
    for leaf in tape.leaves:
        grad, x = float(tape.grads[leaf.node]), float(tape.values[leaf.node])
        if found is None or not math.isfinite(x) or (leaf.node in tape.taken and not leaf.key.isidentifier()):
            counted["not compared"] += 1
            continue
        slope = _slope(written, found, at, places.get(leaf.key, leaf.key), x, earlier, float(tape.values[tape.root]))
        name = leaf.name or "a leaf"
        if slope is None:
            counted["not compared"] += 1
        elif not math.isnan(grad):
            if abs(grad - slope[0]) > slope[1]:
                raise Wrong(f"the gradient of {name} is {grad!r}, by central differences {slope[0]!r} ± {slope[1]:.1e}")
            counted["measured" if leaf.node in tape.measured else "true"] += 1
        elif name in said or "more" in said:
            counted["unknown"] += 1
        else:
            raise Wrong(f"the gradient of {name} is nan, by central differences {slope[0]!r}, and w.gaps is {said!r}")


def _slope(
    written: Written, found: Callable[[Fresh], Any], at: Mapping[Any, Any], key: Any, x: float, earlier: Any, root: float
) -> tuple[float, float] | None:
    """The slope of the root along one leaf, and how exact it is."""

    def number(there: float) -> float:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fresh = plainly(written, {**at, key: there}, earlier)
        made = plain(found(fresh)) if fresh.error is None else None
        return float(made) if is_real(made) else math.nan

    here = number(x)
    if not math.isclose(here, root, rel_tol=1e-9, abs_tol=1e-12):
        return None  # a whole number that means something else as a fraction
    slopes: list[float] = []
    rough = 0.0
    for step in STEPS:
        h = step * max(1.0, abs(x))
        up, down = number(x + h), number(x - h)
        slope = (up - down) / (2 * h)
        rounding = 1e-13 * max(abs(here), abs(up), 1e-9) / h
        bend = abs(up - 2 * here + down) / h
        if not math.isfinite(slope) or bend > 0.2 * step**0.25 * abs(slope) + 1e3 * rounding + 1e-6:
            return None
        slopes.append(slope)
        rough = rounding
    size = max(map(abs, slopes))
    if abs(slopes[0] - slopes[1]) > 0.1 * AGREE * size + 100 * rough:
        return None
    return slopes[1], AGREE * size + 1000 * rough
