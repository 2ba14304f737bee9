"""A graph's numbers with its leaves elsewhere, as far as they are what a fresh run would give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograd_magic.engine.guards import Broken
from autograd_magic.engine.tape import Tape

from .wanted import WHOLE, between_floats


def replayed(tape: Tape, at: Mapping[str, Any], *, sure: bool, runs: bool) -> Broken | None:
    """Replay a tape with the leaves at these numbers; its own stay where a guard breaks, or where ``sure`` digits are
    wanted that only a run has, if there is code that ``runs``.
    """
    before = tape.values.copy()
    numbers = [at.get(leaf.key, leaf.start) for leaf in tape.leaves]
    tape.forward([float(number) for number in numbers])
    broken = tape.broken()
    if broken is None and sure and runs:
        broken = tape.unconfirmed()
    for leaf, number in zip(tape.leaves, numbers, strict=True):
        other = leaf.whole != isinstance(number, WHOLE)
        if leaf.whole and not other:  # floats cannot tell some whole numbers apart
            ran = tape.nodes[leaf.node].number
            other = number != ran and (between_floats(number) or between_floats(ran))
        if broken is None and other and runs:
            broken = Broken(0, f"{leaf.name or 'a leaf'} is a number of another kind now")
    if broken is not None:
        tape.values = before
    return broken
