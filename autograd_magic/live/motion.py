"""Where the leaves of one graph stand, and what follows when they move: a replay, or the code is run again."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograd_magic.cell.run import Program
from autograd_magic.cell.traces import CannotExplore, Trace
from autograd_magic.engine.guards import EXACT, Broken
from autograd_magic.engine.node import LEAF
from autograd_magic.engine.number import Number
from autograd_magic.engine.tape import like

from .paths import Paths

WHOLE = (int, np.integer)


class Motion:
    """The one truth for Python and for every view.

    ``trace`` is the graph in force, under its ``number`` (``latest`` is the highest that a trace has had). ``at`` are
    the leaves that somebody has moved, by key, each at a number of Python's kind; every other leaf stands where the
    code puts it. ``stale`` is one sentence when what the graph has taken from elsewhere has changed since.

    A graph writes to the notebook what it has made itself; of what it has taken, Values that were moved here, and
    results that no other widget has made. ``changes`` says what the code would find otherwise now, a sentence each;
    ``owned`` whether another widget has made a node, by its serial.
    """

    def __init__(
        self,
        trace: Trace,
        program: Program | None,
        changes: Callable[[], list[str]],
        owned: Callable[[int], bool],
    ) -> None:
        self.trace, self.program, self._changes, self._owned = trace, program, changes, owned
        self.at: dict[str, Any] = {}
        self.starts = {leaf.key: leaf.start for leaf in trace.tape.leaves}
        self.number = self.latest = 1
        self.stale = ""
        self._paths = Paths()
        self._paths.add(self.number, trace)
        self._moved_here: set[str] = set()

    def owns(self, serial: int) -> bool:
        """Whether a node was made by one of these traces."""
        return any(trace.tape.since <= serial < trace.end for trace in self._paths)

    def look(self) -> str:
        """Compare what the graph has taken with what the notebook holds now."""
        said = self._changes()
        tape = self.trace.tape
        starts = {leaf.node: leaf.start for leaf in tape.leaves}
        for place in tape.taken:
            node = tape.nodes[place]
            then = starts.get(place, tape.traced[place]) if type(node) is Number else tape.values[place]
            if not same(float(node.number), float(then)):
                said.append(f"{tape.name(place)} is {node.number:.6g} now, and this was run with {then:.6g}")
        more = f" (and {len(said) - 1} more)" if said[1:] else ""
        self.stale = f"{said[0]}{more}" if said else ""
        return self.stale

    def move(
        self, wanted: Mapping[str, float], *, done: bool, number: int = 0, running: Callable[[], None] | None = None
    ) -> Broken | None:
        """Put leaves in force, by their keys; those that are not named stand where the code puts them.

        ``number`` is the trace on which whoever asks stands. Gives back the guard that broke when nothing can be run
        again; then, and when a run raises, all stays as it was. ``running`` is called before the code runs.
        """
        at = self._typed(wanted)
        if self.stale and self.program is None and not self._changes():
            broken = self._read_anew()
            if broken is not None:
                return broken
        if not self.stale:
            broken = None
            for trace in self._candidates(number, done):
                broken = self._try(trace, at)
                if broken is None:
                    self._take(trace, at, number or self.number)
                    return None
            if self.program is None:
                return broken
        if self.program is None:
            return Broken(0, self.stale)
        if running is not None:
            running()
        self._show(self._again(at), at)
        return None

    def _read_anew(self) -> Broken | None:
        """What a finished graph has taken stands elsewhere now: its leaves are where the notebook has them. Where a
        guard breaks there, all stays as it was.
        """
        tape = self.trace.tape
        values, leaves = tape.values.copy(), [*tape.leaves]
        for place, leaf in enumerate(tape.leaves):
            if leaf.node in tape.taken and leaf.key not in self.at:
                tape.leaves[place] = replace(leaf, start=tape.nodes[leaf.node].number)
        tape.forward([float(self.at.get(leaf.key, leaf.start)) for leaf in tape.leaves])
        broken = tape.broken()
        if broken is not None:
            tape.values[:], tape.leaves = values, leaves
            return broken
        self.starts |= {leaf.key: leaf.start for leaf in tape.leaves}
        tape.traced[:] = tape.values
        self.stale = ""
        self._paths = Paths()  # under its old number a view knows other starts
        self._renumber()
        return None

    def again(self) -> None:
        """Run the code again with the leaves where they are."""
        if self.program is not None:
            self._show(self._again(self.at), self.at)

    def peek(self, moved: Mapping[str, float], roots: Sequence[str] = ()) -> float | None:
        """The root's number (or the sum of those labelled so) with some leaves elsewhere, as a fresh run gives it. What
        is shown and what the variables hold stays as it is.

        None where such roots are not made. Raises CannotExplore where nothing can be run again; what the code raises
        goes through.
        """
        trace, program = self.trace, self.program
        at = self._typed({**self.at, **moved})
        before = trace.tape.values.copy()
        try:
            if not self.stale and not (program is not None and trace.text) and self._try(trace, at) is None:
                return _sum(trace, roots)
        finally:
            trace.tape.values[:] = before
        if program is None:
            raise CannotExplore("There is no code to run again")
        if trace.alone:
            raise CannotExplore("The cell changes things from outside in place, so it is not run for a picture")
        taken = [(trace.tape.nodes[place], trace.tape.nodes[place].gradient) for place in trace.tape.taken]
        try:
            found = _sum(self._again(at, keeps=False), roots)
            program.undo(trace)
            return found
        finally:
            for node, gradient in taken:
                node.gradient = gradient

    def _candidates(self, number: int, done: bool) -> Iterable[Trace]:
        """The graphs that may be taken without a run: that of whoever asks, and the one in force. What that has changed
        in place only a run puts back.
        """
        asked = self._paths.get(number)
        known = asked is not None and asked is not self.trace and asked.again and not self.trace.alone
        if asked is not None and known and not (asked.spoke and done):
            yield asked
        if not (self.program is not None and done and self.trace.spoke):
            yield self.trace

    def _typed(self, wanted: Mapping[str, float]) -> dict[str, Any]:
        """Numbers as literals would have them, without those that stand where the code puts them anyway.

        A whole number stays one until it is given a fraction, and is one again when it is back where it started.
        """
        leaves = {leaf.key: leaf for leaf in self.trace.tape.leaves}
        at: dict[str, Any] = {}
        for key, number in wanted.items():
            start = self.starts.get(key)
            if start is None or same(float(number), float(start)):
                continue
            leaf = leaves.get(key)
            whole = isinstance(self.at.get(key, start), WHOLE) if leaf is None else leaf.whole
            as_int = whole and float(number).is_integer() and abs(number) <= EXACT
            at[key] = int(number) if as_int else float(number)
        return at

    def _try(self, trace: Trace, at: Mapping[str, Any]) -> Broken | None:
        """Replay a trace with the leaves at these numbers; its own stay where a guard breaks."""
        tape = trace.tape
        before = tape.values.copy()
        numbers = [at.get(leaf.key, leaf.start) for leaf in tape.leaves]
        tape.forward([float(number) for number in numbers])
        broken = tape.broken()
        for leaf, number in zip(tape.leaves, numbers, strict=True):
            if broken is None and leaf.whole != isinstance(number, WHOLE) and self.program is not None:
                broken = Broken(0, f"{leaf.name or 'a leaf'} is a number of another kind now")
        if broken is not None:
            tape.values[:] = before
        return broken

    def _take(self, trace: Trace, at: dict[str, Any], number: int) -> None:
        """Put a trace in force whose tape stands at these numbers; whoever asked stands on ``number``."""
        if trace is not self.trace and self.program is not None:
            self.program.resume(trace)
        self.trace, self.at = trace, at
        trace.tape.backward()
        self.write()
        if trace is self._paths.get(number):
            self.number = number
        else:
            trace.tape.traced[:] = trace.tape.values
            self._renumber()

    def _show(self, trace: Trace, at: dict[str, Any]) -> None:
        """Another trace in the place of the one that is shown; that one is kept for when the leaves come back."""
        tape, stood = trace.tape, {leaf.key: leaf.start for leaf in self.trace.tape.leaves}
        for place, leaf in enumerate(tape.leaves):
            if leaf.node in tape.taken and leaf.key in at:  # its own number is not the one that it was lent with
                own = tape.nodes[leaf.node].number if type(tape.nodes[leaf.node]) is Number else stood.get(leaf.key)
                tape.leaves[place] = replace(leaf, start=leaf.start if own is None else own)
        self.trace = trace
        self.starts |= {leaf.key: leaf.start for leaf in tape.leaves}
        self.at = {key: number for key, number in at.items() if not same(float(number), float(self.starts[key]))}
        self.stale = ""
        self.write()
        self._renumber()

    def _renumber(self) -> None:
        self.number = self.latest = self.latest + 1
        self._paths.add(self.number, self.trace)

    def _again(self, at: dict[str, Any], *, keeps: bool = True) -> Trace:
        """A run of the code. What it takes from elsewhere stands where this graph has it meanwhile."""
        program, tape = self.program, self.trace.tape
        assert program is not None
        before = tape.values.copy()
        numbers = {leaf.node: at.get(leaf.key, leaf.start) for leaf in tape.leaves}
        for leaf in tape.leaves:
            if leaf.node in tape.taken and leaf.key not in at:
                numbers[leaf.node] = tape.nodes[leaf.node].number
        tape.forward([float(numbers[leaf.node]) for leaf in tape.leaves])
        stood = [(tape.nodes[place], tape.nodes[place].number) for place in tape.taken]
        for place in tape.taken:
            tape.nodes[place].number = numbers.get(place, like(tape.nodes[place].number, float(tape.values[place])))
        kept = False
        try:
            trace = program.again(at)
            kept = keeps
            return trace
        finally:
            for node, number in stood:
                if not kept or type(node) is Number or (node.row is not LEAF and self._owned(node.serial)):
                    node.number = number
            tape.values[:] = before
            if keeps and kept:
                self._moved_here |= {leaf.key for leaf in tape.leaves if leaf.node in tape.taken and leaf.key in at}

    def write(self) -> None:
        """Give the notebook's numbers what stands on the tape, as far as they are this graph's to write."""
        tape = self.trace.tape
        tape.write()
        keys = {leaf.node: leaf.key for leaf in tape.leaves}
        for place in tape.taken:
            node, key = tape.nodes[place], keys.get(place)
            if type(node) is Number or (not node.row.partials and key is None):
                continue
            if key is None:
                mine = not self._owned(node.serial)
            else:
                mine = key in self.at or key in self._moved_here
                self._moved_here |= {key} if mine else set()
            if mine:
                node.number = like(node.number, float(tape.values[place]))


def _sum(trace: Trace, roots: Sequence[str]) -> float | None:
    """The root's number, or the sum of the nodes with these labels; None when one of them is not there."""
    tape = trace.tape
    if not roots:
        return float(tape.values[tape.root])
    labels = {tape.label(place): place for place in reversed(range(len(tape)))}
    if any(label not in labels for label in roots):
        return None
    return float(sum(tape.values[labels[label]] for label in roots))


def same(x: float, y: float) -> bool:
    """Whether two float64 are the same number: nan is nan, and 0.0 is not -0.0."""
    return struct.pack("d", x) == struct.pack("d", y)
