"""Gradients against central differences of the plain cell: each is true, or nan with a sentence in ``w.gaps``."""

from __future__ import annotations

import math
import re
import warnings
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from cells import Written
from runs import Fresh, plainly

from autograd_magic.engine.number import plain
from autograd_magic.engine.recording import Kind
from autograd_magic.engine.tape import Tape
from autograd_magic.engine.value import is_real
from autograd_magic.live.explorer import Explorer

STEPS = (1.1e-3, 1.3e-5, 1.7e-7)
"""The steps at which a gradient is compared; those that disagree say nothing (a kink, a jump, a fine staircase)."""
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
    if trace.root_name == "" or any(note.startswith("The last expression depends") for note in trace.notes):
        return lambda fresh: fresh.result
    names = [name for name, value in trace.names.items() if value is root and name.isidentifier()]
    return (lambda fresh: fresh.names.get(names[-1])) if names else None


def same_gradients(
    explorer: Explorer, written: Written, fresh: Fresh, at: Mapping[Any, Any], places: Mapping[str, Any], earlier: Any
) -> None:
    """Compare the gradient by each leaf, beside a ``fresh`` run where they stand. ``places`` says how a fresh run calls
    the leaves that are called otherwise.
    """
    tape, found = explorer.tape, rooted(explorer)
    said = " ".join(explorer.gaps)
    tied = np.zeros(len(tape), dtype=bool)
    for guard, one, other in tape.guards:
        if guard.kind is Kind.COMPARE and np.any(tape.values[one] == tape.values[other]):
            tied[one] = tied[other] = True
    for node, args in enumerate(tape.args):  # of two that are equal, each has half of the gradient
        if (
            tape.rows[node].name in ("max", "min", "fmax", "fmin")
            and len({tape.values[arg].item() for arg in args}) == 1
        ):
            tied[list(args)] = True
    ends = tape.plan.above(tied)
    for leaf in tape.leaves:
        grad, x = float(tape.grads[leaf.node]), float(tape.values[leaf.node])
        elsewhere = leaf.node in tape.taken and not re.fullmatch(r"\w+(\[\d\])?", leaf.key)
        elsewhere |= written.twice and "[" in leaf.key  # what the first run put there may stand in two places
        if (
            found is None or ends[leaf.node] or elsewhere or not math.isfinite(x)
        ):  # ends: on this path for this number alone
            counted["not compared"] += 1
            continue
        key, root = places.get(leaf.key, leaf.key), float(tape.values[tape.root])
        along = _along(written, found, at, key, earlier)
        otherwise = leaf.whole and any(along(int(x) + by) != along(float(int(x) + by)) for by in (-1, 1))
        here = along(x) if leaf.whole and not otherwise else _number(found, fresh)
        kind = "not compared" if otherwise else _compared(along, x, here, root, grad, _grain(found(fresh)))
        name = leaf.name or "a leaf"
        if kind == "unknown" and (np.isinf(tape.grads).any() or _steep(tape) or _beside_nan(tape)):
            kind = "not compared"  # 0 times infinity, or times a slope that is no number, by the chain rule
        if kind.startswith("wrong") and (_vanishes(tape) or _swallows(tape)):
            kind = "not compared"
        if kind == "unknown" and name not in said and " more" not in said:
            raise Wrong(f"the gradient of {name} is nan, and w.gaps says {said!r}")
        if kind.startswith("wrong"):
            raise Wrong(f"the gradient of {name} is {grad!r}, by central differences {kind[6:]}")
        counted["measured" if kind == "true" and leaf.node in tape.measured else kind] += 1


def _steep(tape: Tape) -> bool:
    """Whether a derivative of some operation is infinite where it stands."""
    with np.errstate(all="ignore"):
        return any(
            math.isinf(local(*[tape.values[arg] for arg in args], tape.values[node]))
            for node, args in enumerate(tape.args)
            for local in (tape.rows[node].local if args and tape.rows[node].partials else ())
        )


def _beside_nan(tape: Tape) -> bool:
    """Whether the root is made of what is no number, and has one all the same (``np.fmin``, a choice)."""
    return bool(np.isnan(tape.values[tape.above(tape.root)]).any())


def _vanishes(tape: Tape) -> bool:
    """Whether the derivative of a quotient or a power has come to nothing, as the square of what is too large does."""
    tiny = np.finfo(float).tiny
    with np.errstate(all="ignore"):
        return any(
            abs(local(*[tape.values[arg] for arg in args], tape.values[node])) < tiny
            for node, args in enumerate(tape.args)
            if tape.rows[node].name in ("div", "pow") and tape.values[node] != 0
            for local in tape.rows[node].local
        )


def _swallows(tape: Tape) -> bool:
    """Whether some number is so large that what is added to it is lost."""
    return bool(np.any(np.isfinite(tape.values) & (np.abs(tape.values) > 1e15)))


def _along(
    written: Written, found: Callable[[Fresh], Any], at: Mapping[Any, Any], key: Any, earlier: Any
) -> Callable[[float], float]:
    """The root's number in a plain run with one leaf elsewhere; nan where there is none."""

    def number(there: float) -> float:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _number(found, plainly(written, {**at, key: there}, earlier))

    return number


def _number(found: Callable[[Fresh], Any], fresh: Fresh) -> float:
    made = plain(found(fresh)) if fresh.error is None else None
    return float(made) if is_real(made) else math.nan


def _grain(made: Any) -> float:
    """How exact a number of its kind is, relatively; a hundredth of that, as slopes allow for a thousand times as much."""
    made = plain(made)
    return max(1e-13, float(np.finfo(made).eps) / 100) if isinstance(made, np.floating) else 1e-13


def _compared(
    number: Callable[[float], float], x: float, here: float, root: float, grad: float, grain: float = 1e-13
) -> str:
    """What a gradient is: true, wrong (and what it should be), unknown, or not compared, where runs disagree. Numbers
    are as exact as ``grain`` says, relatively.
    """
    if not math.isclose(here, root, rel_tol=1e-9, abs_tol=1e-12):
        return "not compared"  # a whole number that means something else as a fraction
    before = None
    for step in STEPS:
        h = step * max(1.0, abs(x))
        up, down = number(x + h), number(x - h)
        slope = (up - down) / (2 * h)
        rounding = grain * max(abs(here), abs(up), 1e-9) / h
        bend = abs(up - 2 * here + down) / h
        stairs = abs(up - down) > 2 and all(map(float.is_integer, (here, up, down)))  # seen from afar they are a slope
        if stairs or abs(here) > 1e15:  # all numbers are whole here: what jumps elsewhere does not
            return "not compared"
        if not math.isfinite(slope) or bend > 0.2 * step**0.25 * abs(slope) + 1e3 * rounding + 1e-6:
            return "not compared"
        if math.isnan(grad):
            return "unknown"
        if abs(slope - grad) <= AGREE * max(abs(slope), abs(grad)) + 1e3 * rounding:
            return "true"
        ends = (up - here) / h, (here - down) / h
        if step == STEPS[-1] and any(abs(end - grad) <= AGREE * abs(end) for end in ends):
            return "not compared"  # a small kink: it is the slope on one side
        if before is not None and abs(slope - before) > 0.1 * AGREE * abs(slope) + 100 * rounding:
            return "not compared"
        before = slope
    tiny = 1e-10 * max(1.0, abs(x))
    if grad == 0 and abs(slope) * tiny > grain * abs(here) and number(x + tiny) == here == number(x - tiny):
        return (
            "not compared"  # a staircase so steep that every step saw many stairs (``round(y, 2)`` of a large number)
        )
    return f"wrong {before!r}"
