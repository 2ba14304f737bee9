"""What a run has left behind: from its recording to the tape, the Values that variables hold, and what there is to
say.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any

import numpy as np

from autograd_magic.engine import record
from autograd_magic.engine.node import LEAF, Node, ancestors
from autograd_magic.engine.outside import measure_all
from autograd_magic.engine.record import Recording
from autograd_magic.engine.tape import Tape
from autograd_magic.engine.value import Value, is_real

PICK = "end the cell with one number, or name one and pick it with --root NAME"


class CannotExplore(ValueError):
    """There is no graph to show; the message is one sentence that says why and what would help."""


@dataclass
class Trace:
    """What one run left behind: its tape, the Values that variables hold, the last expression's value, notes for
    people, whether numbers were turned into text (and in which line, where that was not just to print them), and the
    gradients of somebody else's class by node, each with the reason where it is wrong. A run that changes things from
    outside stands ``alone``: it cannot be taken up again later. What it has made came about before ``end``.
    """

    tape: Tape
    names: Mapping[str, Node]
    result: Any = None
    notes: list[str] = field(default_factory=list)
    spoke: bool = False
    text: int = 0
    output: str = ""
    left: dict[str, Any] = field(default_factory=dict)
    alone: bool = False
    theirs: dict[int, tuple[float, str]] = field(default_factory=dict)
    loose: list[Node] = field(default_factory=list)
    wrote: bool = False
    end: int = field(default_factory=lambda: next(record.serials))

    @property
    def again(self) -> bool:
        """Whether it can be taken up again when the leaves come back, without a run."""
        return not (self.alone or self.text)


def make_trace(
    run: Recording,
    result: Any,
    holding: Mapping[str, Any],
    *,
    root: Node | None = None,
    ranges: Mapping[str, tuple[float, float]] | None = None,
    notes: Sequence[str] = (),
    known: Mapping[int, str] | None = None,
) -> Trace:
    """The trace of a finished run. ``holding`` is what variables hold, ``known`` what numbers
    from elsewhere are called, by identity. Raises CannotExplore when there is no root.
    """
    said = list(notes)
    if isinstance(result, np.ndarray) and result.shape == ():
        result = result[()]
    if root is None and isinstance(result, Value):
        root = result
    if root is None:
        computed = [value for value in run.assigned if value.row is not LEAF]
        root = next(iter([*reversed(computed), *reversed(run.assigned)]), None)
        if result is not None and _holds_values(result):
            several = f"the last expression is a {type(result).__name__}, not one number: {PICK}"
            said.append(several[0].upper() + several[1:] + ".")
    if root is None:
        raise CannotExplore(f"no graph: {several}" if said[len(notes) :] else _why_empty(run, result))
    found = {name: value for name, value in holding.items() if isinstance(value, Value)}
    # What earlier runs have left in a list (losses.append(L), run for the second time) is no part of this graph.
    last = [result] if isinstance(result, Value) else []
    also = [value for value in (*found.values(), *values_inside(holding), *last) if value.serial > run.start]
    measure_all(ancestors([root], run.start))
    tape = Tape(
        root,
        run.guards,
        run.leaves,
        [*also, *run.refusable],
        ranges,
        starts=run.starts,
        since=run.start,
        known=known,
        written=run.written,
    )
    tape.backward()
    tape.write()
    return Trace(tape, found, result, said, run.spoke, run.text, loose=[*run.loose.values()], wrote=run.wrote)


def _why_empty(run: Recording, result: Any) -> str:
    if isinstance(result, complex):
        return f"no graph: the result {result:.4g} is complex, and a gradient needs a real number"
    if not run.leaves:
        return "no graph: the cell binds no number to a name (write a = 2.0, or name a list or an array with --wrt)"
    return "no graph: nothing is computed from the cell's numbers (end it with an expression, or name a result)"


def _holds_values(found: Any) -> bool:
    return isinstance(found, (list, tuple, np.ndarray)) and any(
        isinstance(item, Value) for item in np.ravel(np.array(found, dtype=object))
    )


def numbers_inside(found: Any) -> bool:
    """Whether a list, a tuple or an array holds numbers that could be leaves."""
    if isinstance(found, np.ndarray):
        return found.size > 0 and found.dtype.kind in "fiu"
    return isinstance(found, (list, tuple)) and any(is_real(item) and not isinstance(item, bool) for item in found)


def values_inside(holding: Mapping[str, Any], limit: int = 20_000) -> list[Value]:
    """The Values inside the containers and objects that variables hold, so that they follow the sliders as well."""
    found: list[Value] = []
    seen: set[int] = set()
    stack: list[tuple[Any, int]] = [(value, 0) for value in holding.values() if not isinstance(value, Value)]
    while stack and len(seen) < limit:
        item, depth = stack.pop()
        if id(item) in seen or depth > 6:
            continue
        seen.add(id(item))
        if isinstance(item, Value):
            found.append(item)
        elif isinstance(item, dict):
            stack.extend((part, depth + 1) for part in item.values())
        elif isinstance(item, (list, tuple, set, frozenset, deque)) or (
            isinstance(item, np.ndarray) and item.dtype == object
        ):
            stack.extend((part, depth + 1) for part in (item.flat if isinstance(item, np.ndarray) else item))
        elif isinstance(item, type):
            stack.extend((part, depth + 1) for part in vars(item).values() if item.__module__ == "__main__")
        elif hasattr(item, "__dict__") and not isinstance(item, (FunctionType, type(sys))):
            stack.append((vars(item), depth + 1))
    return found
