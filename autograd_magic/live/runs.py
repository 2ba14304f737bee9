"""Runs of a graph's code with leaves elsewhere, and replays. What does not count leaves all as it was."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import numpy as np

from autograd_magic.cell.plain_run import root_number
from autograd_magic.cell.program import Program
from autograd_magic.cell.run_inputs import CannotRun, cannot
from autograd_magic.cell.traces import CannotExplore, Trace
from autograd_magic.engine.groups import Bools
from autograd_magic.engine.guards import Broken
from autograd_magic.engine.node import LEAF
from autograd_magic.engine.number import Number
from autograd_magic.engine.tape import Leaf
from autograd_magic.engine.writing import given, like

from .replayed import replayed
from .wanted import WHOLE, as_literal, same, stands

Found = TypeVar("Found")

WRITES = "The cell writes to a file, or reaches out of the notebook"
CHANGES = "The cell changes a figure, a widget or a module that was there before"


class Runs:
    """A graph's code, with what it takes from the notebook where the graph has it. ``trace`` is the graph in force, and
    ``at`` the leaves that somebody has moved, by key; every other leaf stands where the code puts it (``starts``).
    ``owned`` says whether another widget has made a node, by its serial.
    """

    def __init__(self, trace: Trace, program: Program | None, owned: Callable[[int], bool]) -> None:
        self.trace, self.program, self._owned = trace, program, owned
        self.at: dict[str, Any] = {}
        self.starts = {leaf.key: leaf.start for leaf in trace.tape.leaves}
        self._void = self._away = False
        self._moved_here: set[str] = set()

    def peek(self, moved: Mapping[str, float], roots: Sequence[str] = (), *, writes: bool = True) -> float | None:
        """The root's number (or the sum of those labelled so) with some leaves elsewhere, as a fresh run gives it. What
        is shown and what the variables hold stays as it is.

        None where such roots are not made. Raises CannotExplore where nothing can be run again, or what the run does
        could not be undone (files that it ``writes``, unless somebody has asked for that); what the code raises goes
        through.
        """
        trace, program = self.trace, self.program
        at = self.typed({**self.at, **moved})
        before = trace.tape.values.copy()
        try:
            if (program is None or not trace.text) and not self._void and self.replay(trace, at, sure=True) is None:
                return _sum(trace, roots)
        finally:
            trace.tape.values = before
        return self._run(at, roots, writes=writes)

    def _run(self, at: dict[str, Any], roots: Sequence[str] = (), *, writes: bool = True) -> float | None:
        self._may_peek(writes)
        number = None if roots else self._plainly(at)
        return _sum(self.elsewhere(at, writes=writes), roots) if number is None else number

    def _may_peek(self, writes: bool = True) -> None:
        if self.program is None:
            raise CannotExplore("There is no code to run again")
        if self.trace.lost:
            raise CannotRun(cannot(self.trace.lost))
        if not (writes or self.trace.silent):
            raise CannotRun(f"{WRITES if self.trace.wrote else CHANGES}, so it is not run for a picture")
        self._away = True

    def home(self) -> None:
        """Run the code where the graph stands if it has run elsewhere since and has given outside code numbers, which
        may have kept them (a setting of matplotlib's, an attribute of a module): it sets them anew.
        """
        if self._away and (self.trace.parted or self.trace.loose or self.trace.wrote):
            with suppress(Exception), warnings.catch_warnings():  # its own: where the graph stands it has run before
                warnings.simplefilter("ignore")
                self._run(self.at)
        self._away = False

    def _plainly(self, at: dict[str, Any]) -> float | None:
        """The same by a run in which nothing is traced, which is much quicker; None where that does not give what the
        trace has.
        """
        trace, program, name = self.trace, self.program, self.trace.root_name
        if program is None or name is None or trace.plainly is False:
            return None
        if trace.plainly is None:
            trace.plainly = False  # where it raises, too
            found = self._where_they_are(self.at, lambda: root_number(program, self.at, name))
            trace.plainly = found is not None and same(found, float(trace.tape.values[trace.tape.root]))
        return self._where_they_are(at, lambda: root_number(program, at, name)) if trace.plainly else None

    def elsewhere(self, at: Mapping[str, Any], *, writes: bool) -> Trace:
        """The trace of a run with the leaves elsewhere, by key, that does not count; see ``peek``."""
        self._may_peek(writes)
        taken = [
            (self.trace.tape.nodes[place], self.trace.tape.nodes[place].gradient) for place in self.trace.tape.taken
        ]
        try:
            return self._again(self.typed(at), keeps=False)
        finally:
            for node, gradient in taken:
                node.gradient = gradient

    def typed(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """Numbers as literals would have them, without those that stand where the code puts them anyway."""
        leaves = {leaf.key: leaf for leaf in self.trace.tape.leaves}
        at: dict[str, Any] = {}
        for key, number in wanted.items():
            start = self.starts.get(key)
            if start is None or stands(number, start):
                continue
            leaf, there = leaves.get(key), self.at.get(key, start)
            at[key] = as_literal(number, there, isinstance(there, WHOLE) if leaf is None else leaf.whole)
        return at

    def replay(self, trace: Trace, at: Mapping[str, Any], *, sure: bool) -> Broken | None:
        """Replay a trace with the leaves at these numbers; see ``replayed``."""
        return replayed(trace.tape, at, sure=sure, runs=self.program is not None)

    def _again(self, at: dict[str, Any], *, keeps: bool = True, onward: bool = False) -> Trace:
        """A run of the code. What it takes from elsewhere stands where this graph has it meanwhile."""
        program = self.program
        assert program is not None
        return self._where_they_are(at, lambda: program.again(at, keeps=keeps, onward=onward), keeps=keeps)

    def _where_they_are(self, at: Mapping[str, Any], run: Callable[[], Found], *, keeps: bool = False) -> Found:
        """Run something while what the graph takes from elsewhere stands where the graph has it; if it counts
        (``keeps``) and ends well, Values of others stay there.
        """
        tape = self.trace.tape
        leaves = [leaf for leaf in tape.leaves if leaf.node in tape.taken and leaf.key in at]
        values = tape.values.copy()
        taken = np.array([float(tape.nodes[place].number) for place in tape.taken])
        values[: len(taken)] = taken
        values[[leaf.node for leaf in leaves]] = [float(at[leaf.key]) for leaf in leaves]
        follow = self._made_of(leaves)
        tape.plan.forward_only(values, follow)
        stood = [(tape.nodes[place], tape.nodes[place].number) for place in np.flatnonzero(follow).tolist()]
        kinds = {leaf.node: given(tape.nodes[leaf.node].number, at[leaf.key]) for leaf in leaves}
        assert self.program is not None
        hashed = self.program.hashed([node for node, _ in stood])
        with hashed.moving():
            for place in np.flatnonzero(follow).tolist():
                tape.nodes[place].number = kinds.get(place, like(tape.nodes[place].number, float(values[place])))
        kept = False
        try:
            found = run()
            kept = keeps
            return found
        finally:
            with hashed.moving():
                for node, number in stood:
                    if not kept or type(node) is Number or (node.row is not LEAF and self._owned(node.serial)):
                        node.number = number
            if kept:
                self._moved_here |= {leaf.key for leaf in leaves}

    def _made_of(self, leaves: Sequence[Leaf]) -> Bools:
        """Of what was taken from elsewhere, these leaves and what is made of them; shape (n,)."""
        nodes = np.array([leaf.node for leaf in leaves], dtype=np.intp)
        return self.trace.tape.plan.moved(nodes, len(self.trace.tape.taken))


def _sum(trace: Trace, roots: Sequence[str]) -> float | None:
    """The root's number, or the sum of the nodes with these labels; None when one of them is not there."""
    tape = trace.tape
    if not roots:
        return float(tape.values[tape.root])
    labels = {label: place for place, label in reversed(tape.labels.items())}
    if any(label not in labels for label in roots):
        return None
    return float(sum(tape.values[labels[label]] for label in roots))
