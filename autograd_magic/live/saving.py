"""What one widget puts into a page without a notebook: its graph, the paths that were traced, among them those that
sliders lead to, its formulas and its still picture.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from time import perf_counter
from typing import Protocol

import numpy as np

from autograd_magic.cell.budget import OutOfTime, limited
from autograd_magic.cell.traces import CannotExplore, Trace
from autograd_magic.engine.tape import Leaf, Tape
from autograd_magic.export.bundle import still
from autograd_magic.export.picture import drawing
from autograd_magic.export.svg import svg

from .motion import Motion
from .page import Saved
from .paths import KEPT
from .protocol import F8, ReplyWire, TapeWire
from .questions import formula_of
from .session import ours
from .tape_wire import column_of_ends
from .widget import Model

FORMS, LONGEST, LARGEST = ("latex", "python", "dot"), 100_000, 2_000
"""The forms of a formula; so many letters of them go into a page, and none of a graph that has more nodes."""

POINTS, SECONDS = 17, 20.0
"""At so many points of each slider's range the code may be run, and for so long altogether."""


class Widget(Protocol):
    """What is saved."""

    @property
    def motion(self) -> Motion:
        """Where its leaves stand, and its traces."""
        ...

    @property
    def tape(self) -> Tape:
        """The tape at the numbers in force."""
        ...

    @property
    def stale(self) -> str:
        """A sentence when what it took from elsewhere has changed."""
        ...

    @property
    def model(self) -> Model:
        """What the browser has of it."""
        ...

    def wire(self, number: int, trace: Trace, *, saved: bool) -> TapeWire:
        """A trace for the browser."""
        ...


@ours()
def saved(widget: Widget, *, explore: bool = False) -> Saved:
    """A widget as it goes into a page; ``explore`` as in ``Explorer.html``."""
    motion, tape = widget.motion, widget.tape
    reach = {leaf.key: _reach(leaf, float(tape.values[leaf.node])) for leaf in tape.leaves} if explore else {}
    traces = [motion.trace, *(trace for _, trace in reversed(motion.paths) if trace is not motion.trace)]
    if explore:
        _visit(motion, reach, traces)
        motion.home()
    # The browser keeps so many at most, and of one number one.
    wires = [widget.wire(number, trace, saved=True) for number, trace in enumerate(reversed(traces[:KEPT]), 1)]
    for wire in wires:
        wire["oldest"] = 1
        leaves = wire["leaves"]
        leaves["lo"], leaves["hi"] = (
            _with(ends, leaves["key"], {key: found[side] for key, found in reach.items()})
            for side, ends in enumerate((leaves["lo"], leaves["hi"]))
        )
    *others, own = wires
    drawn = drawing(tape)
    return Saved(
        name=tape.name(tape.root),
        wire={
            "tape": own,
            "paths": others,
            "fallback": widget.model.fallback,
            "stale": widget.stale,
            "formulas": _formulas(tape),
        },
        picture=still(drawn.title, svg(drawn), widget.model.fallback),
        source=own["source"],
    )


def _with(ends: F8, keys: Sequence[str], known: Mapping[str, float]) -> F8:
    """Ends of leaves' ranges, with those that are known now."""
    before = np.frombuffer(ends, "<f8").tolist()
    return column_of_ends([known.get(key, end) for key, end in zip(keys, before, strict=True)])


def _visit(motion: Motion, reach: Mapping[str, tuple[float, float]], traces: list[Trace]) -> None:
    """Move each leaf through its range while the others stay, and run the code where none of the traces leads: what
    that gives is put to them. These runs do not count. Where the code raises there is no path.
    """
    end, tape = perf_counter() + SECONDS, motion.trace.tape
    here = {leaf.key: float(tape.values[leaf.node]) for leaf in tape.leaves}
    with suppress(OutOfTime, CannotExplore), limited(SECONDS):
        for leaf in tape.leaves:
            for number in _points(leaf, reach[leaf.key]):
                if perf_counter() > end or len(traces) >= KEPT:
                    return
                if leaf.begins or any(_leads(trace, {**here, leaf.key: number}) for trace in traces):
                    continue
                try:
                    traces.append(motion.elsewhere({**motion.at, leaf.key: number}, writes=False))
                except CannotExplore:
                    raise
                except Exception:
                    continue


def _leads(trace: Trace, at: Mapping[str, float]) -> bool:
    """Whether a replay of this trace is what a run with the leaves there gives."""
    tape, before = trace.tape, trace.tape.values.copy()
    try:
        tape.forward([float(at.get(leaf.key, leaf.start)) for leaf in tape.leaves])
        return tape.broken() is None
    finally:
        tape.values = before


def _reach(leaf: Leaf, number: float) -> tuple[float, float]:
    """The range that was asked for, or one around the number."""
    size = max(1.0, 2 * abs(number)) if math.isfinite(number) else 1.0
    middle = number if math.isfinite(number) else 0.0
    low = middle - size if leaf.low is None else leaf.low
    high = middle + size if leaf.high is None else leaf.high
    return min(low, number), max(high, number)


def _points(leaf: Leaf, reach: tuple[float, float]) -> list[float]:
    points: list[float] = np.linspace(*reach, POINTS).tolist()
    return list(dict.fromkeys(map(round, points))) if leaf.whole else points


def _formulas(tape: Tape) -> dict[str, dict[str, ReplyWire]]:
    """The formulas of the root and of all nodes with a name, as far as there is room."""
    found: dict[str, dict[str, ReplyWire]] = {form: {} for form in FORMS}
    room = LONGEST
    for node in dict.fromkeys([tape.root, *tape.labels]) if len(tape) <= LARGEST else ():
        for form in FORMS:
            try:
                reply = formula_of(tape, node, form)
            except ValueError:  # it has too many steps
                continue
            room -= len(json.dumps(reply))
            if room < 0:
                return found
            found[form][str(node)] = reply
    return found
