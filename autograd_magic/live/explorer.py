"""Explorer: a traced graph to work with, from Python and in the browser.

It keeps one truth: the leaf numbers that are in force, the tape at these numbers, the Values that follow. Whether a
slider is dragged in the browser or ``w.set(a=3.0)`` is called, the same is done: replay the tape; if a guard breaks,
run the code again; write the numbers back; tell the browser.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from IPython.display import display
from traitlets.utils.bunch import Bunch

from autograd_magic.cell.budget import OutOfTime, cancel, limited
from autograd_magic.cell.run import Program
from autograd_magic.cell.traces import CannotExplore, Trace
from autograd_magic.engine import record
from autograd_magic.engine.node import Node
from autograd_magic.engine.number import plain
from autograd_magic.engine.tape import EXACT, Broken, Leaf, Tape
from autograd_magic.engine.value import is_real
from autograd_magic.export.equations import written
from autograd_magic.export.picture import still
from autograd_magic.export.text import tree

from .lookup import Numbers, find, find_leaf
from .mailbox import Mailbox
from .paths import Kept
from .protocol import decode_number, encode, encode_number
from .questions import answer
from .session import opened
from .widget import Model

SPOKEN = 100_000
"""How many leaves of traces before the present one are remembered, because the browser may still speak of them."""

UNTRACED = "this graph was not traced there, and there is no code to run again"


class Explorer:
    """The graph of one root with sliders on its leaves.

    ``values`` and ``grads`` are read-only mappings by name; ``set(a=3.0)`` does all that dragging a slider does and
    returns when it is done; ``reset()`` goes back to the numbers in the text; ``root`` is the root's Value and
    ``tape`` its tape.
    """

    def __init__(self, trace: Trace, program: Program | None = None, *, quiz: bool = False) -> None:
        self.trace, self.program, self.quiz = trace, program, quiz
        self.values, self.grads = Numbers(self, "values"), Numbers(self, "grads")
        self._start = {leaf.key: plain(trace.tape.nodes[leaf.node]) for leaf in trace.tape.leaves}
        self._positions: dict[Hashable, float] = {}
        self._kept = Kept()
        self._number, self._question = 1, 0
        self._leaves: dict[int, list[tuple[Hashable, float]]] = {}
        self._remember()
        self._mailbox = Mailbox(self.flush)
        self.model = Model(fallback=uuid.uuid4().hex, tape=self._encoded())
        self.model.observe(self._moved, "leaves")
        self.model.on_msg(self._released)
        opened(self)

    # What Python sees.

    @property
    def tape(self) -> Tape:
        """The tape at the numbers in force."""
        return self.trace.tape

    @property
    def root(self) -> Node:
        """The root's Value."""
        return self.tape.nodes[self.tape.root]

    def set(self, numbers: Mapping[str, float] | None = None, /, **named: float) -> None:
        """Move leaves, as their sliders would: ``set(a=3.0)``, or ``set({'w[2]': 0.5})``.

        Raises KeyError for a name that is no leaf, TypeError for what is no real number, RuntimeError inside a traced
        cell, CannotExplore when the new numbers lead where this graph was not traced and nothing can be run again;
        what a second run raises goes through.
        """
        self._refuse_inside("set")
        wanted: dict[int, float] = {}
        for name, number in {**(numbers or {}), **named}.items():
            if isinstance(number, (bool, str)) or not is_real(plain(number)):
                raise TypeError(f"{name} can be set to one real number, not to {type(number).__name__} {number!r:.40}")
            wanted[find_leaf(self.trace, name)] = float(plain(number))
        self.flush()
        self._move(wanted)

    def reset(self) -> None:
        """Go back to the numbers that stand in the text."""
        self._refuse_inside("reset")
        self.flush()
        self._move(
            {
                place: float(self._start[leaf.key])
                for place, leaf in enumerate(self.tape.leaves)
                if leaf.key in self._start
            }
        )

    def formula(self, name: Any = None, form: str = "latex") -> str:
        """The steps that lead to a number, by its name or its Value (the root, unless told otherwise), as text:
        ``"latex"``, ``"python"`` or ``"dot"``. Raises KeyError for what is no number of this graph, ValueError for
        another form and for more than 500 numbers.
        """
        return written(self.tape, self.tape.root if name is None else find(self.trace, name), form)

    def close(self) -> None:
        """End the widget: its comm is closed and nothing of it is kept."""
        self.model.unobserve_all()
        self.model.on_msg(self._released, remove=True)
        self.model.layout.close()
        self.model.close()

    def show(self) -> None:
        """Show the widget, and beside it the still picture for places where no widget runs (a live widget hides it)."""
        with record.paused():
            display(self)
            display({"text/html": still(self.tape, self.model.fallback)}, raw=True)

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle = self.model._repr_mimebundle_(**options)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        return {**data, "text/plain": tree(self.tape)}, metadata

    def __repr__(self) -> str:
        return f"<Explorer of {self.tape.name(self.tape.root)}: {len(self.tape)} nodes, {len(self.tape.leaves)} leaves>"

    # What happens when a leaf moves.

    @staticmethod
    def _refuse_inside(what: str) -> None:
        if record.running is not None:
            raise RuntimeError(
                f"{what}() inside a traced cell would change the numbers it computes with: call it from another cell"
            )

    def _encoded(self, question: int = 0) -> dict[str, Any]:
        trace, program = self.trace, self.program
        return encode(
            trace.tape,
            trace=self._number,
            question=question,
            source=program.source if program else "",
            rerun=program is not None,
            quiz=self.quiz,
            notes=trace.notes,
            text=trace.text,
            theirs=trace.theirs,
        )

    def _moved(self, change: Bunch) -> None:
        """The browser has moved leaves."""
        if change.new.get("by") != "kernel":
            self._mailbox.put_moves(change.new)

    def _released(self, _: Any, content: Any, __: Any) -> None:
        """A drag has ended, and this has not waited behind the other changes (js/src/app/kernel.ts); or something else
        is asked.
        """
        if not isinstance(content, dict):
            return
        if content.get("ask") == "cancel":
            cancel()
        elif "ask" in content:
            self._mailbox.put_question(content)
        else:
            self._mailbox.put_moves(content)

    def flush(self) -> None:
        """Do what the browser asked last."""
        self._follow()
        for question in self._mailbox.questions():
            about = question.get("trace") == self._number
            found = answer(self, question) if about else {"error": "The graph is another one now"}
            self.model.send({"reply": question.get("id"), **found})

    def _follow(self) -> None:
        """Put the leaves where the browser had them last."""
        asked = self._mailbox.moves()
        if (
            asked is None
            or not isinstance(asked.get("question"), int)
            or asked["question"] <= self._question
            or not isinstance(asked.get("trace"), int)
            or asked["trace"] not in self._leaves
        ):
            return
        leaves = self._leaves[asked["trace"]]
        try:
            told = {int(place): decode_number(text) for place, text in asked["moved"] if 0 <= int(place) < len(leaves)}
        except (KeyError, TypeError, ValueError):
            return
        moved = self._moves({key: told.get(place, number) for place, (key, number) in enumerate(leaves)})
        self._question = asked["question"]
        try:
            with limited():
                broken = self._apply(moved, done=bool(asked.get("done")), told=True)
        except OutOfTime as late:
            self._answer("error", str(late).capitalize(), line_of(late, self.program))
        except (Exception, KeyboardInterrupt) as error:
            self._answer("error", f"{type(error).__name__}: {error}".rstrip(": "), line_of(error, self.program))
        else:
            if broken is None:
                self._answer("ok")
            else:
                self._answer("refused", f"{broken.sentence}: {UNTRACED}", broken.line)

    def _moves(self, wanted: Mapping[Hashable, float]) -> dict[int, float]:
        """The leaves that are not where they were traced, by their places, when some are put elsewhere by their keys.
        The browser may have spoken of an earlier trace, because the next one was still on its way.
        """
        values, traced = self.tape.values, self.tape.traced
        positions = (wanted.get(leaf.key, float(values[leaf.node])) for leaf in self.tape.leaves)
        return {
            place: number
            for place, number in enumerate(positions)
            if not same(number, traced[self.tape.leaves[place].node])
        }

    def _move(self, wanted: Mapping[int, float]) -> None:
        """Move leaves from Python, and show it in the browser."""
        moved = self._moves({self.tape.leaves[place].key: number for place, number in wanted.items()})
        self._question = max(self._question, self.model.leaves.get("question", 0)) + 1
        number = self._number
        broken = self._apply(moved, done=True)
        if broken is not None:
            where = f" (line {broken.line})" if broken.line else ""
            raise CannotExplore(f"{broken.sentence}{where}: {UNTRACED}")
        if number == self._number:
            told = [[place, encode_number(position)] for place, position in moved.items()]
            self.model.leaves = {
                "trace": number,
                "question": self._question,
                "moved": told,
                "done": True,
                "by": "kernel",
            }
            self._answer("ok")

    def _typed(self, leaf: Leaf) -> float:
        """The number of a leaf as a literal would have it. A whole number stays one until it is given a fraction, and
        is one again when it is back where it started.
        """
        number = float(self.tape.values[leaf.node])
        start = self._start.get(leaf.key, 0.0)
        whole = leaf.whole or (isinstance(start, int) and number == start)
        return int(number) if whole and number.is_integer() and abs(number) <= EXACT else number

    def _typed_leaves(self) -> tuple[dict[Hashable, float], bool]:
        """The leaves' numbers as literals, and whether one of them is of another kind than when it was traced."""
        positions = {leaf.key: self._typed(leaf) for leaf in self.tape.leaves}
        return positions, any(leaf.whole != isinstance(positions[leaf.key], int) for leaf in self.tape.leaves)

    def peek(self, moved: Mapping[int, float], roots: Sequence[str] = ()) -> float | None:
        """The root's number (or the sum of those labelled so) with the leaves at some places elsewhere, as a fresh run
        gives it. What is shown and what the variables hold stays as it is.

        None where such roots are not made. Raises CannotExplore where nothing can be run again; what the code raises
        goes through.
        """
        tape, program, before = self.tape, self.program, self.tape.values.copy()
        grads = [node.gradient for node in tape.nodes]  # the user may have asked for others than this root's
        wrote = ran = False
        try:
            tape.forward(moved)
            positions, retyped = self._typed_leaves()
            if tape.broken() is None and not (program is not None and (retyped or self.trace.text)):
                return _sum(tape, roots)
            if program is None:
                raise CannotExplore("There is no code to run again")
            if self.trace.alone:
                raise CannotExplore("The cell changes things from outside in place, so it is not run for a picture")
            wrote = True
            tape.write(before=program.start)
            trace = program.again(self._positions | positions)
            ran = True
            return _sum(trace.tape, roots)
        finally:
            tape.values[:] = before
            if wrote:
                tape.write()
                for node, grad in zip(tape.nodes, grads, strict=True):
                    node.gradient = grad
            if ran and program is not None:
                program.resume(self.trace)

    def _answer(self, status: str, message: str = "", line: int = 0) -> None:
        self.model.answer = {
            "trace": self._number,
            "question": self._question,
            "status": status,
            "message": message,
            "line": line,
        }

    def _apply(self, moved: Mapping[int, float], done: bool, told: bool = False) -> Broken | None:
        """Put numbers in force, relative to the traced ones: replay, or run again where the replay would not be what
        a fresh run gives.

        Gives back the guard that broke when nothing can be run again; then, and when the second run raises, all stays
        as it was. With ``told`` the browser hears that the code runs, and may interrupt it.
        """
        tape, program = self.tape, self.program
        before = tape.values.copy()
        tape.forward([moved.get(place, float(tape.traced[leaf.node])) for place, leaf in enumerate(tape.leaves)])
        positions, retyped = self._typed_leaves()
        broken = tape.broken()
        if broken is None and not (program is not None and (retyped or (done and self.trace.spoke))):
            tape.backward()
            tape.write()
            return None
        if program is None:
            tape.values[:] = before
            return broken
        positions = self._positions | positions
        known = None if retyped or self.trace.spoke or self.trace.alone else self._kept.at(positions)
        if known is not None:
            tape.values[:] = before
            program.resume(known)
            self._show(known, positions)
            return None
        try:
            if told:
                self._answer("running")
            tape.write(before=program.start)
            trace = program.again(positions)
        except BaseException:
            tape.values[:] = before
            tape.write()
            raise
        self._show(trace, positions)
        return None

    def _show(self, trace: Trace, positions: dict[Hashable, float]) -> None:
        """Another trace in the place of the one that is shown; that one is kept for when the leaves come back."""
        self._kept.add(self.trace, instead=trace)
        self.trace, self._positions = trace, positions
        self._number += 1
        self._remember()
        with self.model.hold_sync():
            self.model.tape = self._encoded(self._question)
            self.model.output = trace.output

    def _remember(self) -> None:
        """Keep what the browser means by the places of this trace's leaves, and of those before it."""
        traced = self.tape.traced
        self._leaves[self._number] = [(leaf.key, float(traced[leaf.node])) for leaf in self.tape.leaves]
        while len(self._leaves) > 1 and len(self._leaves) * len(self.tape.leaves) > SPOKEN:
            del self._leaves[min(self._leaves)]


def _sum(tape: Tape, roots: Sequence[str]) -> float | None:
    """The root's number, or the sum of the nodes with these labels; None when one of them is not there."""
    if not roots:
        return float(tape.values[tape.root])
    labels = {node.label: place for place, node in reversed(list(enumerate(tape.nodes)))}
    if any(label not in labels for label in roots):
        return None
    return float(sum(tape.values[labels[label]] for label in roots))


def same(x: float, y: float) -> bool:
    """Whether two float64 are the same number: nan is nan, and 0.0 is not -0.0."""
    return struct.pack("d", x) == struct.pack("d", y)


def line_of(error: BaseException, program: Program | None) -> int:
    """The line of the explored code in which an exception was raised last, 0 when it is not known."""
    line, frame = 0, error.__traceback__
    while frame is not None:
        if program is not None and frame.tb_frame.f_code.co_filename == program.filename:
            line = frame.tb_lineno
        frame = frame.tb_next
    return line
