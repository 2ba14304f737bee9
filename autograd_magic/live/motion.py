"""Where the leaves of one graph stand, and what follows when they move: a replay, or the code is run again."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

import numpy as np

from autograd_magic.cell.program import Program
from autograd_magic.cell.run_inputs import CannotRun, cannot
from autograd_magic.cell.traces import CannotExplore, Trace
from autograd_magic.engine.guards import Broken
from autograd_magic.engine.node import LEAF
from autograd_magic.engine.number import Number
from autograd_magic.engine.outside import UNKNOWN
from autograd_magic.engine.tape import Leaf
from autograd_magic.engine.writing import like

from .gaps import Peek, doubtful, measure, suspected, untold
from .paths import Paths
from .runs import WRITES, Runs
from .wanted import same, stands


class Motion(Runs):
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
        super().__init__(trace, program, owned)
        self._changes = changes
        self.number = self.latest = self.oldest = 1
        self.stale = ""
        self._asked: dict[str, Any] | None = None
        self._paths = Paths()
        self._paths.add(self.number, trace)
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
        traced, known = tape.traced, tape.measured
        tape.settle()
        tape.measured = {}
        tape.backward()
        try:
            measure(trace, peek, asked=True)
        except BaseException:
            tape.traced, tape.measured = traced, known
            raise
        finally:
            self.home()
            tape.backward()
        self.write()
        self._renumber()
        return [leaf.name or "a leaf" for leaf in doubtful(trace) if math.isnan(tape.grads[leaf.node])]

    def owns(self, serial: int) -> bool:
        """Whether a node was made by one of these traces."""
        return any(trace.tape.since <= serial < trace.end for trace in self._paths)

    @property
    def paths(self) -> list[tuple[int, Trace]]:
        """The traces that are kept, with their numbers; the one in force among them."""
        return self._paths.items()

    def rest(self) -> None:
        """Keep of the traces only what is of use while no leaf moves."""
        for trace in {id(trace): trace for trace in (self.trace, *self._paths)}.values():
            trace.tape.rest()

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
            tape.leaves[:], tape.values = leaves, values
            return broken
        self.starts |= {leaf.key: leaf.start for leaf in tape.leaves}
        tape.settle()
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
            tape.settle()
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
