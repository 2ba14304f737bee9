"""An explorer's browser: what it is told, and what it asks, which is done in the order in which it was sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from IPython import get_ipython
from traitlets.utils.bunch import Bunch

from autograd_magic.cell.budget import OutOfTime, cancel, limited
from autograd_magic.cell.program import Program
from autograd_magic.cell.run_inputs import CannotRun
from autograd_magic.cell.traces import CannotExplore, Trace

from . import offers, questions
from .gaps import Peek
from .mailbox import Mailbox
from .messages import Moves, read_moves
from .number_text import encode_at
from .outputs import Outputs
from .protocol import AnswerWire, Ask, MovesWire, Status, TapeWire
from .session import ours, rested
from .tracebacks import line_of
from .widget import Model, packed

UNTRACED = "this graph was not traced there, and there is no code to run again"


class Graph(questions.Graph, offers.Graph, Protocol):
    """What the browser shows."""

    program: Program | None

    @property
    def trace(self) -> Trace:
        """The trace in force."""
        ...

    def wire(self, number: int, trace: Trace, *, question: int = 0) -> TapeWire:
        """A trace in the browser's form."""
        ...


class Browser:
    """What stands between a graph and its ``model`` in the browser.

    ``question`` counts what was asked, from either side: what comes late from the other one is known by it.
    """

    def __init__(self, graph: Graph, model: Model) -> None:
        self.graph, self.model, self.motion = graph, model, graph.motion
        self.question = 0
        self._shown, self._result = self.motion.latest, graph.result
        self._outputs = Outputs(graph.trace.screen)
        self._mailbox = Mailbox(graph.flush)
        model.observe(self._moved, "leaves")
        model.on_msg(self.released)

    def close(self) -> None:
        """Listen no more."""
        self.model.unobserve_all()
        self.model.on_msg(self.released, remove=True)

    def _moved(self, change: Bunch) -> None:
        """The browser has moved leaves."""
        if change.new.get("by") != "kernel":
            self._mailbox.put_moves(read_moves(change.new))

    def released(self, _: Any, content: Any, __: Any) -> None:
        """A drag has ended, and this has not waited behind the other changes (js/src/app/kernel.ts); or something else
        is asked.
        """
        if not isinstance(content, dict):
            return
        if content.get("ask") == Ask.CANCEL.value:
            cancel()
            self.model.send({"reply": content.get("id")})  # at once: who hears nothing interrupts the kernel
        elif content.get("ask") == Ask.CODE.value:
            files = packed()
            self.model.send({"files": list(files)}, list(files.values()))
        elif "ask" in content:
            if "moves" in content:
                self._mailbox.put_moves(read_moves(content["moves"]))
            self._mailbox.put_question(content)
        else:
            self._mailbox.put_moves(read_moves(content))

    def flush(self) -> None:
        """Do what the browser asked last."""
        if self._mailbox.waits:
            self._read()

    @ours()
    def _read(self) -> None:
        moves = self._mailbox.moves()
        if moves is not None and moves.question > self.question:
            self.question = moves.question
            self._answered(lambda: self._follow(moves))
        for question in self._mailbox.questions():
            if question.get("ask") == Ask.AGAIN.value:
                self.question += 1
                self._answered(self._again)
                found: dict[str, Any] = {"error": ""}
            elif question.get("trace") != self.motion.number:
                found = {"error": "The graph is another one now"}
            elif question.get("ask") == Ask.MEASURE.value:
                self.question += 1
                found = {"error": self._measured()}
            elif question.get("ask") in (Ask.SLIDER.value, Ask.CONSTANT.value):
                self.question += 1
                found = {"error": self._asked(question)}
            else:
                found = questions.answer(self.graph, question)
            self.model.send({"reply": question.get("id"), **found})

    def _follow(self, moves: Moves) -> None:
        """Put the leaves where the browser had them last."""
        try:
            broken = self.motion.move(
                moves.at,
                done=moves.done,
                number=moves.trace,
                running=lambda: self._answer(Status.RUNNING),
                dragged=True,
            )
        except CannotRun as cannot:
            self._answer(
                Status.ASKS, f"{cannot}: Run again {'goes on from there' if self.graph.trace.lost else 'does so again'}"
            )
            return
        self.shows(rests=moves.done)
        if broken is None:
            self._answer(Status.OK)
        else:
            self._answer(Status.REFUSED, f"{broken.sentence}: {UNTRACED}", broken.line)

    def _measured(self) -> str:
        """Measure for the browser, and say why gradients are not known still."""

        def peek(moved: Mapping[str, float]) -> float | None:
            with limited():
                return self.motion.peek(moved)

        self._answer(Status.RUNNING)
        try:
            lost = self.measure(peek)
            return f"Runs with {', '.join(lost)} nudged do not agree on a gradient" if lost else ""
        except KeyboardInterrupt:
            return "Interrupted: nothing was measured"
        except OutOfTime as late:
            return f"{str(late).capitalize()}: nothing was measured"
        except CannotExplore as cannot:
            return str(cannot)
        except BaseException as ended:  # sys.exit() ends the run that somebody asked for, and not the kernel
            return f"{type(ended).__name__}: {ended}".rstrip(": ")
        finally:
            self._answer(Status.OK)

    def _again(self) -> None:
        self._answer(Status.RUNNING)
        self.motion.again()
        self.shows(rests=True)
        self._answer(Status.OK)

    def _answered(self, act: Any) -> None:
        """Do something for the browser. Whatever ends the user's code ends this run, and never the kernel."""
        try:
            with limited():
                act()
        except OutOfTime as late:
            self._answer(Status.ERROR, str(late).capitalize(), self._line(late))
        except BaseException as error:
            self._answer(Status.ERROR, f"{type(error).__name__}: {error}".rstrip(": "), self._line(error))

    def _line(self, error: BaseException) -> int:
        return 0 if self.graph.program is None else line_of(error, self.graph.program.filename)

    @ours()
    def measure(self, peek: Peek) -> list[str]:
        """Measure the gradients that are not known; gives back the names of those of which the runs show none."""
        self.graph.look()
        lost = self.motion.measure(peek)
        self.shows(rests=True)
        return lost

    def _asked(self, question: Mapping[str, Any]) -> str:
        """Make a slider, or a constant, for the browser; gives back why not."""
        self._answer(Status.RUNNING)
        try:
            return offers.asked(self.graph, question)
        finally:
            self.shows(rests=True)
            self._answer(Status.OK)

    def begin(self) -> None:
        """Something is asked from Python."""
        self.question = max(self.question, self.model.leaves.get("question", 0)) + 1

    def follow(self, at: Mapping[str, Any]) -> None:
        """Show where the leaves are meanwhile, on their way to where they will be moved."""
        self.question += 1
        with self.model.hold_sync():
            self._tell(at, done=False)
            self._answer(Status.OK)

    def rest(self) -> None:
        """Show where the leaves are now."""
        with self.model.hold_sync():
            self._tell(self.motion.at, done=True)
            self.shows(rests=True)
        self._answer(Status.OK)

    def _tell(self, at: Mapping[str, Any], *, done: bool) -> None:
        leaves: MovesWire = {
            "trace": self.motion.number,
            "question": self.question,
            "at": encode_at(at),
            "done": done,
            "by": "kernel",
        }
        self.model.leaves = {**leaves}

    def shows(self, *, rests: bool) -> None:
        """The browser is shown a new graph, if there is one; the other widgets are told."""
        with self.model.hold_sync():
            if self._shown != self.motion.latest:
                self._shown = self.motion.latest
                self.model.tape = {**self.graph.wire(self.motion.number, self.graph.trace, question=self.question)}
            at, trace = self.motion.at, self.graph.trace
            if self._outputs.follow(trace.screen, at, trace.tape, get_ipython()) or rests:
                self.model.output = {**self._outputs.wire(at, spoke=trace.spoke)}
            self.model.stale = self.motion.stale
        if rests:
            before, self._result = self._result, self.graph.result
            rested(self.graph, before)

    def _answer(self, status: Status, message: str = "", line: int = 0) -> None:
        answer: AnswerWire = {
            "trace": self.motion.number,
            "question": self.question,
            "status": status.value,
            "message": message,
            "line": line,
        }
        self.model.answer = {**answer}
