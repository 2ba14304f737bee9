"""What one shell knows of its widgets: which cell opened which, so that a cell that is run again closes what it left
before.

Comms and ``Out`` keep a widget alive for as long as the kernel lives; a notebook cell that is run two hundred times
must not keep two hundred graphs. The session also lets every widget do what its browser asked before the next cell
reads its numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from IPython import get_ipython
from IPython.core.interactiveshell import InteractiveShell

from autograd_magic.engine.number import Number, plain

from .subshells import catch_up

if TYPE_CHECKING:
    from .explorer import Explorer

_sessions: WeakKeyDictionary[InteractiveShell, Session] = WeakKeyDictionary()


class Session:
    """The widgets of one shell, by the cell that opened them."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell = shell
        self.cell: str = ""
        self.opened: dict[str, list[Explorer]] = {}
        shell.events.register("pre_run_cell", self._before)
        shell.events.register("post_run_cell", self._after)
        self.failed: list[BaseException] = []

    def _before(self, info: Any) -> None:
        if self.opened:
            catch_up(self.shell)
        for explorers in self.opened.values():
            for explorer in explorers:
                explorer.flush()
        self.cell = getattr(info, "cell_id", None) or info.raw_cell
        for explorer in self.opened.pop(self.cell, ()):
            explorer.close()
            self._forget(explorer.trace.result)

    def _forget(self, result: Any) -> None:
        """``Out`` keeps all results of a cell that is run again and again: of a traced one it keeps the number."""
        if type(result) is not Number:
            return
        shell = self.shell
        hook: dict[Any, Any] = vars(shell.displayhook)
        for held_in in (shell.user_ns, shell.user_ns_hidden, shell.user_ns.get("Out", {}), hook):
            for name in [name for name, held in held_in.items() if held is result and str(name)[0] in "_0123456789"]:
                held_in[name] = plain(result)

    def _after(self, _: Any) -> None:
        """An exception keeps the look that it had when it was shown, and no longer: raised again it would show a
        stale traceback.
        """
        for error in self.failed:
            error.__dict__.pop("_render_traceback_", None)
        self.failed.clear()

    def end(self) -> None:
        """Close every widget and let go of the shell."""
        for explorers in self.opened.values():
            for explorer in explorers:
                explorer.close()
        self.opened.clear()
        self.shell.events.unregister("pre_run_cell", self._before)
        self.shell.events.unregister("post_run_cell", self._after)
        _sessions.pop(self.shell, None)


def session(shell: InteractiveShell) -> Session:
    """The session of a shell; begun when there is none."""
    if shell not in _sessions:
        _sessions[shell] = Session(shell)
    return _sessions[shell]


def opened(explorer: Explorer) -> None:
    """A widget was opened by the cell that runs now. Without IPython there is nothing to know."""
    shell = get_ipython()
    if shell is not None:
        here = session(shell)
        here.opened.setdefault(here.cell, []).append(explorer)


def close_all(shell: InteractiveShell) -> None:
    """End the session of a shell, if it has one."""
    if shell in _sessions:
        _sessions[shell].end()
