"""What one shell knows of its widgets: which cell opened which, so that a cell that is run again closes what it left
before.

Comms and ``Out`` keep a widget alive for as long as the kernel lives; a notebook cell that is run two hundred times
must not keep two hundred graphs. The session also lets every widget do what its browser asked before the next cell
reads its numbers, and after each cell compare what it took from elsewhere with what the notebook holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol
from weakref import WeakKeyDictionary, WeakSet

from IPython import get_ipython
from IPython.core.interactiveshell import InteractiveShell

from autograd_magic.cell.screen import Undo
from autograd_magic.engine import record
from autograd_magic.engine.number import Number, plain

from .between_cells import Notebook
from .outputs import FirstRun
from .subshells import catch_up


class Widget(Protocol):
    """What a session asks of a widget."""

    @property
    def result(self) -> Any:
        """What the cell's last expression gave."""
        ...

    def owns(self, serial: int) -> bool:
        """Whether a node was made by this widget's traces."""
        ...

    def flush(self) -> None:
        """Do what the browser asked last."""
        ...

    def look(self) -> None:
        """Say whether what was taken from elsewhere has changed."""
        ...

    def rest(self) -> None:
        """Let go of what is only of use while leaves move."""
        ...

    def close(self) -> None:
        """End the widget."""
        ...


ALIKE = frozenset((type(None), bool, int, float, str))
"""Objects of these may be another cell's result too."""
_sessions: WeakKeyDictionary[InteractiveShell, Session] = WeakKeyDictionary()
_everyone: WeakSet[Widget] = WeakSet()
"""All open widgets of this process."""


class Session:
    """The widgets of one shell, by the cell that opened them. ``cell`` is the id of the cell that runs, or its text
    where it has none.
    """

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell = shell
        self.cell = self.cell_id = ""
        self.opened: dict[str, list[Widget]] = {}
        self.notebook = Notebook(shell.user_ns, shell.user_ns_hidden, vars(shell.displayhook))
        shell.events.register("pre_run_cell", self._before)
        shell.events.register("post_run_cell", self._after)
        shell.events.register("post_execute", self._shown)
        self.failed: list[Undo] = []
        """How exceptions that have ended traced cells are no longer shown in a way of their own."""
        self.first: list[tuple[FirstRun, Any]] = []
        """The traced cells that run for the first time, with their programs."""
        self._depth = 0
        self.asked: dict[str, tuple[tuple[str, ...], list[Any]]] = {}
        """What was asked for as sliders, by cell: names, and marks of numbers in the text."""

    def _before(self, info: Any) -> None:
        self._depth += 1
        if self.opened:
            catch_up(self.shell)
        for widget in self.widgets:
            widget.flush()
        self.cell_id = getattr(info, "cell_id", None) or ""
        self.cell = self.cell_id or info.raw_cell
        if self.cell in self.opened:
            with self.notebook.ours():
                for widget in self.opened.pop(self.cell):
                    widget.close()
                    self._forget(widget.result)
        if record.running is None and not self.notebook.running:
            self.notebook.plain()

    def _forget(self, result: Any) -> None:
        """``Out`` keeps all results of a cell that is run again and again: of a traced one it keeps the number."""
        if type(result) is Number:
            self.results(result, plain(result))

    def results(self, old: Any, new: Any) -> None:
        """What IPython keeps as a cell's result is another one now."""
        shell = self.shell
        hook: dict[Any, Any] = vars(shell.displayhook)
        for held_in in (shell.user_ns, shell.user_ns_hidden, shell.user_ns.get("Out", {}), hook):
            for name in [name for name, held in held_in.items() if held is old and str(name)[0] in "_0123456789"]:
                held_in[name] = new

    def _after(self, _: Any) -> None:
        if record.running is None:
            self.notebook.back()
        self._depth = max(0, self._depth - 1)
        if not self._depth:
            while self.first:
                first, program = self.first.pop()
                program.shows = first.end()
        for widget in self.widgets:
            widget.look()
            widget.rest()
        if record.running is None:
            self.notebook.plain()

    def _shown(self) -> None:
        """What a cell has raised is shown, also that of a silent one, which has no other end."""
        while self.failed:
            self.failed.pop()()

    @property
    def widgets(self) -> list[Widget]:
        """Those that are open, in the order in which their cells have run."""
        return [widget for widgets in self.opened.values() for widget in widgets]

    def end(self) -> None:
        """Close every widget and let go of the shell, whose numbers stay plain."""
        for widget in self.widgets:
            widget.close()
        self.opened.clear()
        self.shell.events.unregister("pre_run_cell", self._before)
        self.shell.events.unregister("post_run_cell", self._after)
        self.shell.events.unregister("post_execute", self._shown)
        _sessions.pop(self.shell, None)


def session(shell: InteractiveShell) -> Session:
    """The session of a shell; begun when there is none."""
    if shell not in _sessions:
        _sessions[shell] = Session(shell)
    return _sessions[shell]


def opened(widget: Widget) -> str:
    """A widget was opened by the cell that runs now; gives back the id of that cell, empty where none is known."""
    _everyone.add(widget)
    shell = get_ipython()
    if shell is None:
        return ""
    here = session(shell)
    here.opened.setdefault(here.cell, []).append(widget)
    return here.cell_id


def remember(widget: Widget, names: tuple[str, ...], marks: list[Any]) -> None:
    """What is asked for as sliders in a widget stays so when its cell is run again."""
    for here in _sessions.values():
        for cell, widgets in here.opened.items():
            if widget in widgets:
                here.asked[cell] = names, marks


def closed(widget: Widget) -> None:
    """A widget was closed: it owns nothing any more, and nobody keeps it."""
    _everyone.discard(widget)
    for here in _sessions.values():
        for cell, widgets in [*here.opened.items()]:
            if widget in widgets:
                here.opened[cell] = [other for other in widgets if other is not widget]
                here._forget(widget.result)


def owned_by_another(widget: Widget, serial: int) -> bool:
    """Whether a node was made by another open widget."""
    return any(other is not widget and other.owns(serial) for other in _everyone)


def rested(widget: Widget, before: Any) -> None:
    """A widget has moved its numbers, and they rest: the others compare what they took with them, and what its cell
    gave ``before`` is no longer what IPython knows as its result.
    """
    if before is not widget.result and type(before) not in ALIKE:
        for here in _sessions.values():
            here.results(before, widget.result)
    for other in list(_everyone):
        if other is not widget:
            other.look()


@contextmanager
def ours() -> Iterator[None]:
    """For as long as this lasts the notebook's numbers are those that remember, also while a cell runs."""
    shell = get_ipython()
    if shell is None or shell not in _sessions or record.running is not None:
        yield
        return
    with session(shell).notebook.ours():
        yield


def close_all(shell: InteractiveShell) -> None:
    """End the session of a shell, if it has one."""
    if shell in _sessions:
        _sessions[shell].end()
