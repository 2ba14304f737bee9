"""Where the leaves of one graph stand, and what follows when they move: a replay, or the code is run again."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
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
from autograd_magic.engine.outside import UNKNOWN
from autograd_magic.engine.tape import Leaf
from autograd_magic.engine.writing import given, like

from .gaps import Peek, doubtful, measure, suspected, untold
from .paths import Paths
from .replayed import replayed
from .wanted import WHOLE, as_literal, same, stands

Found = TypeVar("Found")

WRITES = "The cell writes to a file, or reaches out of the notebook"
CHANGES = "The cell changes a figure, a widget or a module that was there before"


class Motion:
    """The one truth for Python and for every view.

    ``trace`` is the graph in force, under its ``number`` (``latest`` is the highest that a trace has had). ``at`` are
    the leaves that somebody has moved, by key, each at a number of Python's kind; every other leaf stands where the
    code puts it. ``stale`` is one sentence when what the graph has taken from elsewhere has changed since, or when
    somebody has given one of its own leaves another number (``p.data -= 0.1 * p.grad``): that is a move of this leaf,
    and the next move begins with it. Traces below the number ``oldest`` hold no more.

    A graph writes to the notebook what it has made itself; of what it has taken, Values that were moved here, and what
    is made of those, unless another widget has made it. ``changes`` says what the code would find otherwise now, a
    sentence each, but nothing of the nodes that it is given by identity; ``owned`` whether another widget has made a
    node, by its serial.
    """

    def __init__(
        self,
        trace: Trace,
        program: Program | None,
        changes: Callable[[Collection[int]], list[str]],
        owned: Callable[[int], bool],
    ) -> None:
        self.trace, self.program, self._changes, self._owned = trace, program, changes, owned
        self.at: dict[str, Any] = {}
        self.starts = {leaf.key: leaf.start for leaf in trace.tape.leaves}
        self.number = self.latest = self.oldest = 1
        self.stale = ""
        self._void = self._away = False
        self._asked: dict[str, Any] | None = None
        self._paths = Paths()
        self._paths.add(self.number, trace)
        self._moved_here: set[str] = set()
        self._measure()

    def _measure(self) -> None:
        """Measure the gradients that the graph does not know, where that is cheap."""
        trace = self.trace
        if not (doubtful(trace) or suspected(trace)):
            return
        if self.program is None or not trace.silent:
            trace.tape.measured = {leaf.node: UNKNOWN for leaf in (*doubtful(trace), *untold(trace))}
        else:
            measure(trace, self.peek)
            self.home()
        trace.tape.backward()
        self.write()

    def _measure_anew(self) -> None:
        """The same where the graph stands elsewhere now: what was measured before holds no more."""
        if self.trace.tape.measured:
            self.trace.tape.measured = {}
            self.trace.tape.backward()
            self._measure()

    def measure(self, peek: Peek) -> list[str]:
        """Measure the gradients that are not known because somebody asks for it, whatever the cell does when it runs;
        ``peek`` is this one's. Gives back the names of the leaves of which the runs show none. Raises CannotExplore
        where the cell can't be run for that.
        """
        trace, tape = self.trace, self.trace.tape
        if self._void:
            raise CannotExplore(f"{self.stale}: run the code again first")
        self._may_peek()
        traced, known = tape.traced.copy(), tape.measured
        tape.traced[:], tape.measured = tape.values, {}
        tape.backward()
        try:
            measure(trace, peek, asked=True)
        except BaseException:
            tape.traced[:], tape.measured = traced, known
            raise
        finally:
            self.home()
            tape.backward()
        self.write()
        self._renumber()
        return [leaf.name or "a leaf" for leaf in doubtful(trace) if math.isnan(tape.grads[leaf.node])]

    def _may_peek(self, writes: bool = True) -> None:
        if self.program is None:
            raise CannotExplore("There is no code to run again")
        if self.trace.lost:
            raise CannotRun(cannot(self.trace.lost))
        if not (writes or self.trace.silent):
            raise CannotRun(f"{WRITES if self.trace.wrote else CHANGES}, so it is not run for a picture")
        self._away = True

    def owns(self, serial: int) -> bool:
        """Whether a node was made by one of these traces."""
        return any(trace.tape.since <= serial < trace.end for trace in self._paths)

    @property
    def paths(self) -> list[tuple[int, Trace]]:
        """The traces that are kept, with their numbers; the one in force among them."""
        return self._paths.items()

    def look(self) -> str:
        """Compare what the graph has taken, and its own leaves, with what the notebook holds now."""
        tape = self.trace.tape
        said = self._found_otherwise()
        starts = {leaf.node: leaf for leaf in tape.leaves}
        for place in tape.taken:
            node, leaf = tape.nodes[place], starts.get(place)
            if leaf is not None and leaf.key in self.at and type(node) is not Number:
                continue
            then = leaf.start if leaf is not None and type(node) is Number else tape.values[place]
            if not same(float(node.number), float(then)):
                said.append(f"{tape.name(place)} is {node.number:.6g} now, and this was run with {then:.6g}")
        self._void = bool(said)
        for leaf, number in self._moved_by_others():
            said.append(f"{leaf.name or 'a leaf'} is {number:.6g} now, and this graph has {tape.values[leaf.node]:.6g}")
        said = list(dict.fromkeys(said))
        more = f" (and {len(said) - 1} more)" if said[1:] else ""
        self.stale = f"{said[0]}{more}" if said else ""
        return self.stale

    def _found_otherwise(self) -> list[str]:
        return self._changes({id(self.trace.tape.nodes[place]) for place in self.trace.tape.taken})

    def _moved_by_others(self) -> list[tuple[Leaf, float]]:
        """The leaves that are this graph's to write, and that somebody has given another number, with that number."""
        tape = self.trace.tape
        now = np.array([float(node.number) for node in tape.movable])
        other = now.view(np.int64) != tape.values[[leaf.node for leaf in tape.leaves]].view(np.int64)
        return [
            (leaf, float(now[place]))
            for place in np.flatnonzero(other).tolist()
            if (leaf := tape.leaves[place]).node not in tape.taken
            or (leaf.key in self.at and type(tape.movable[place]) is not Number)
        ]

    def move(
        self,
        wanted: Mapping[str, float],
        *,
        done: bool,
        number: int | None,
        running: Callable[[], None] | None = None,
        dragged: bool = False,
    ) -> Broken | None:
        """Put leaves in force, by their keys; those that are not named stand where the code puts them.

        ``number`` is the trace on which whoever asks stands, None for none. Gives back the guard that broke when
        nothing can be run again; then, and when a run raises, all stays as it was. ``running`` is called before the
        code runs. Raises CannotRun where it would have to run, and cannot find what a fresh run finds; and, where the
        leaf is ``dragged``, what it does cannot be undone.
        """
        theirs = {
            leaf.key: there for leaf, there in self._moved_by_others() if wanted.get(leaf.key) == self.at.get(leaf.key)
        }
        at = self.typed({**wanted, **theirs})
        number = None if theirs else number  # whoever asks does not know where these are
        if self._void and self.program is None:
            broken = Broken(0, self.stale) if self._found_otherwise() else self._read_anew()
            if broken is not None:
                return broken
        bound = bool(self.trace.lost or (dragged and self.trace.wrote))  # then what is printed stays the last run's
        follows = self.program is not None and self.trace.screen.displays and not bound and at != self.at
        if not self._void and not follows:  # what the cell shows, only a run can show
            broken = None
            for trace in self._candidates(number, done and not (bound and not self.trace.text)):
                broken = self.replay(trace, at, sure=done and not bound)
                if broken is None:
                    self._take(trace, at, number, rests=done and not bound)
                    return None
            if self.program is None:
                return broken
        self._asked = at
        if bound:
            raise CannotRun(cannot(self.trace.lost) if self.trace.lost else WRITES)
        if running is not None:
            running()
        self._show(self._again(at), at)
        return None

    def reset(self) -> Broken | None:
        """Put every leaf where the code puts it, what others have given it too."""
        self.at = {**self.at, **{leaf.key: number for leaf, number in self._moved_by_others()}}
        return self.move({}, done=True, number=self.number)

    def _read_anew(self) -> Broken | None:
        """What a finished graph has taken stands elsewhere now: its leaves are where the notebook has them. Gives back
        the guard that breaks there; then all stays as it was.
        """
        tape = self.trace.tape
        leaves, values = list(tape.leaves), tape.values.copy()
        for place, leaf in enumerate(leaves):
            if leaf.node in tape.taken and leaf.key not in self.at:
                tape.leaves[place] = leaf._replace(start=tape.nodes[leaf.node].number)
        tape.forward([float(self.at.get(leaf.key, leaf.start)) for leaf in tape.leaves])
        broken = tape.broken()
        if broken is not None:
            tape.leaves[:], tape.values[:] = leaves, values
            return broken
        self.starts |= {leaf.key: leaf.start for leaf in tape.leaves}
        tape.traced[:] = tape.values
        self._measure_anew()
        self._forget()
        self._renumber()
        return None

    def _forget(self) -> None:
        """What was traced before a change holds no more."""
        self.stale, self._void = "", False
        self.oldest = self.latest + 1
        self._paths = Paths()

    def again(self) -> None:
        """Run the code again with the leaves where they are, or where somebody wanted them and the code was not run by
        itself.
        """
        if self.program is not None:
            at = self.at if self._asked is None else self._asked
            self._show(self._again(at, onward=True), at)

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
            trace.tape.values[:] = before
        return self._run(at, roots, writes=writes)

    def _run(self, at: dict[str, Any], roots: Sequence[str] = (), *, writes: bool = True) -> float | None:
        self._may_peek(writes)
        number = None if roots else self._plainly(at)
        return _sum(self.elsewhere(at, writes=writes), roots) if number is None else number

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

    def _candidates(self, number: int | None, done: bool) -> Iterable[Trace]:
        """The graphs that may be taken without a run: that of whoever asks, and the one in force. What that has changed
        in place only a run puts back.
        """
        asked = None if number is None else self._paths.get(number)
        known = asked is not None and asked is not self.trace and asked.again and not self.trace.alone
        if asked is not None and known and not (asked.tells and done):
            yield asked
        if not (self.program is not None and done and self.trace.tells):
            yield self.trace

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

    def _take(self, trace: Trace, at: dict[str, Any], number: int | None, *, rests: bool) -> None:
        """Put a trace in force whose tape stands at these numbers; whoever asked stands on ``number``. Where they rest,
        gradients are measured once more.
        """
        if trace is not self.trace and self.program is not None:
            self.program.resume(trace)
        self.trace, self.at, self.stale, self._asked = trace, at, "", None
        self.starts |= {leaf.key: leaf.start for leaf in trace.tape.leaves}
        trace.tape.backward()
        self.write()
        tape = trace.tape
        measures = rests and self.program is not None and trace.silent and tape.measured
        away = measures and not np.array_equal(tape.values, tape.traced, equal_nan=True)
        if number is not None and trace is self._paths.get(number) and not away:
            self.number = number
        else:
            tape.traced[:] = tape.values
            self._measure_anew()
            self._renumber()

    def _show(self, trace: Trace, at: dict[str, Any]) -> None:
        """Another trace in the place of the one that is shown; that one is kept for when the leaves come back."""
        tape, stood = trace.tape, {leaf.key: leaf.start for leaf in self.trace.tape.leaves}
        for place, leaf in enumerate(tape.leaves):
            if leaf.node in tape.taken and leaf.key in at:  # its own number is not the one that it was lent with
                own = tape.nodes[leaf.node].number if type(tape.nodes[leaf.node]) is Number else stood.get(leaf.key)
                tape.leaves[place] = leaf._replace(start=leaf.start if own is None else own)
        self.trace = trace
        self.starts |= {leaf.key: leaf.start for leaf in tape.leaves}
        self.at = {key: number for key, number in at.items() if not stands(number, self.starts[key])}
        self.stale, self._asked = "", None
        if self._void:
            self._forget()
        self.write()
        self._measure()
        self._renumber()

    def _renumber(self) -> None:
        self.number = self.latest = self.latest + 1
        self._paths.add(self.number, self.trace)

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

    def write(self) -> None:
        """Give the notebook's numbers what stands on the tape, as far as they are this graph's to write."""
        tape = self.trace.tape
        tape.write()
        leaves = [
            leaf
            for leaf in tape.leaves
            if leaf.node in tape.taken
            and type(tape.nodes[leaf.node]) is not Number
            and (leaf.key in self.at or leaf.key in self._moved_here)
        ]
        self._moved_here |= {leaf.key for leaf in leaves}
        for place in np.flatnonzero(self._made_of(leaves)).tolist():
            node = tape.nodes[place]
            if node.row is LEAF or not self._owned(node.serial):
                node.number = like(node.number, float(tape.values[place]))
        if self.program is not None:
            self.program.follow()


def _sum(trace: Trace, roots: Sequence[str]) -> float | None:
    """The root's number, or the sum of the nodes with these labels; None when one of them is not there."""
    tape = trace.tape
    if not roots:
        return float(tape.values[tape.root])
    labels = {label: place for place, label in reversed(tape.labels.items())}
    if any(label not in labels for label in roots):
        return None
    return float(sum(tape.values[labels[label]] for label in roots))
