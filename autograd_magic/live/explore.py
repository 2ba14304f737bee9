"""``explore``: the widget without the magic, on a finished graph or on a function."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Collection, Mapping
from contextlib import ExitStack
from typing import Any

from autograd_magic.cell import hooks
from autograd_magic.cell.contents import Hashed
from autograd_magic.cell.door import before
from autograd_magic.cell.figures import Figures
from autograd_magic.cell.notebook_code import Looking
from autograd_magic.cell.quiet import captured, second_run
from autograd_magic.cell.root import root_of_function
from autograd_magic.cell.run_inputs import Answers, Inputs
from autograd_magic.cell.screen import Ids
from autograd_magic.cell.traces import Trace, make_trace
from autograd_magic.engine import numbering, record
from autograd_magic.engine.foreign import adopt, is_foreign
from autograd_magic.engine.memory import remembered
from autograd_magic.engine.node import Node
from autograd_magic.engine.number import node_of, plain
from autograd_magic.engine.recording import Recording
from autograd_magic.engine.tape import Tape
from autograd_magic.engine.value import Value, is_real

from .explorer import Explorer

BUILT = (
    "This graph was built outside of a traced cell, and its ifs and loops are not known here: "
    "when a slider moves, they are taken as they went then."
)


def explore(root: Value | Callable[..., Any], /, **starts: Any) -> Explorer:
    """The live graph of a Value, or of a function of numbers: ``explore(L)``, ``explore(f, x=3.0, y=(0, 5))``.

    For a function each keyword is a leaf: a number is its start, a pair a range with the start in its middle. Raises
    TypeError for what is neither, CannotExplore when the function gives no number that depends on its arguments; what
    the function raises goes through.
    """
    root = remembered(root)
    if isinstance(root, Value) or is_foreign(root):
        if starts:
            raise TypeError(
                "explore(value) takes no starting numbers: its leaves have theirs; explore(function, x=3.0) does"
            )
        if is_foreign(root):
            return Explorer(foreign(root, _callers_names()))
        assert isinstance(root, Value)
        tape = Tape(node_of(root), since=next(numbering.serials), opaque=False)
        tape.backward()
        tape.write()
        names = {leaf.name: tape.nodes[leaf.node] for leaf in tape.leaves if leaf.name}
        return Explorer(Trace(tape, names, root, [BUILT]))
    if not callable(root):
        raise TypeError(f"explore() takes a Value or a function of numbers, not {type(root).__name__} {root!r:.40}")
    program = Function(root, starts)
    return Explorer(program.again({}), program)


def foreign(root: Any, names: Mapping[str, Any]) -> Trace:
    """The trace of a graph of somebody else's class; ``names`` are the variables that may hold its nodes."""
    adopted = adopt(root, names)
    tape = Tape(adopted.root)
    tape.backward()
    held = {name: adopted.ours[id(found)] for name, found in names.items() if id(found) in adopted.ours}
    trace = Trace(tape, held, root, [*adopted.notes, BUILT])
    for node, ours in enumerate(tape.nodes):
        if id(ours) in adopted.theirs:
            trace.theirs[node] = (adopted.theirs[id(ours)], adopted.reasons.get(id(ours), ""))
    return trace


def _callers_names() -> Mapping[str, Any]:
    """The variables of the code that called ``explore``."""
    frame = sys._getframe(2)
    return {**frame.f_globals, **frame.f_locals}


class Function:
    """A function with starting numbers for its arguments, ready to run with others."""

    def __init__(self, function: Callable[..., Any], starts: Mapping[str, Any]) -> None:
        if not starts:
            raise TypeError(
                "explore(function) needs a start for each argument: explore(f, x=3.0), or a range: explore(f, x=(0, 5))"
            )
        self.function = function
        self.numbers: dict[str, Any] = {}
        self.ranges: dict[str, tuple[float, float]] = {}
        for name, start in starts.items():
            self.numbers[name] = self._start(name, start)
        # A library's own function is not rewired: there, what leaves the graph leaves it.
        names = getattr(inspect.unwrap(function), "__globals__", {})
        ours = str(names.get("__name__", "")).partition(".")[0] not in ("numpy", "scipy", "autograd_magic")
        self.globals: dict[str, Any] = names if ours else {}
        code = getattr(function, "__code__", None)
        self.filename: str = code.co_filename if code is not None else ""
        try:
            lines, first = inspect.getsourcelines(function)
            self.source = "\n" * (first - 1) + "".join(lines)
        except (OSError, TypeError):
            self.source = ""
        called = {getattr(function, "__name__", "it"): function} if ours else {}
        self.inputs, self.answers = Inputs(self.globals, (), also=called), Answers()
        self.figures, self.ids = Figures(), Ids()
        self.start = next(numbering.serials)

    def _start(self, name: str, start: Any) -> Any:
        if isinstance(start, (tuple, list)):
            numbers = [plain(part) for part in start]
            if len(numbers) != 2 or not all(map(_is_number, numbers)) or not numbers[0] < numbers[1]:
                raise TypeError(
                    f"{name}={start!r:.60} is no range: write a number, or a pair (low, high) with low < high"
                )
            low, high = numbers
            self.ranges[name] = (float(low), float(high))
            middle = (low + high) / 2
            return (
                int(middle) if isinstance(low, int) and isinstance(high, int) and float(middle).is_integer() else middle
            )
        if not _is_number(plain(start)):
            raise TypeError(f"{name}={start!r:.60} is no number: write a number, or a pair (low, high) with low < high")
        return plain(start)

    def again(self, moved: Mapping[str, float], *, keeps: bool = True, onward: bool = False) -> Trace:
        """Call the function, with the arguments that somebody has moved at these numbers."""
        with second_run() as end:
            return self._again(moved, keeps, onward, end)

    def _again(self, moved: Mapping[str, float], keeps: bool, onward: bool, end: ExitStack) -> Trace:
        run = Recording(self.filename, moved=dict(moved), entry=Function._again.__code__)
        inputs, ended = self.inputs, False
        try:
            with inputs.fresh(keeps=keeps, onward=onward, draws=False) as self.inputs:
                shown = captured(self.figures, self.ids, end, keeps=keeps)
                with shown as screen, record.recording(run), self.answers.remembered():
                    arguments = {name: hooks.lend(run, number, name, name) for name, number in self.numbers.items()}
                    run.looking = Looking()
                    try:
                        result = before(None, self.function, **arguments)()
                    finally:
                        run.looking.over()
                self.inputs.gradients = run.gradients
                if keeps:
                    self.inputs.note()
                    self.inputs.settle()
                root, known = root_of_function(run, result), self.inputs.wrapped
                trace = make_trace(run, result, arguments, root.node, ranges=self.ranges, notes=root.notes, known=known)
            ended = True
        finally:
            if not (ended and keeps):
                self.inputs = inputs
        self.inputs.follow()  # the trace has written its gradients
        trace.screen, trace.alone = screen, bool(self.inputs.changes)
        trace.lost = [*self.inputs.lost, *run.added]
        return trace

    def stale(self, told: Collection[int] = ()) -> list[str]:
        """What the function would find otherwise now than when it was called last, a sentence each."""
        return self.inputs.stale(told)

    def follow(self) -> None:
        """The graph has written to the notebook's numbers."""
        self.inputs.follow()

    def hashed(self, moved: Collection[Node]) -> Hashed:
        """The dicts and sets that find some of these nodes by their numbers."""
        return self.inputs.hashed(moved)

    def written(self, numbers: Mapping[str, Any], lines: Mapping[int, Any]) -> tuple[str, set[Any]]:
        """Where a function starts stands not in its text."""
        return self.source, set()

    def resume(self, trace: Trace) -> None:
        """A function binds no variables."""


def _is_number(number: object) -> bool:
    return is_real(number) and not isinstance(number, bool)
