"""How long a second run may take that nobody asked for by hand, and how to end it before."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SECONDS = 20.0
"""A slider that leads into an endless loop must not take the kernel away for longer."""


class OutOfTime(BaseException):
    """The budget is spent, or somebody has cancelled. No Exception: the code that is stopped shall not catch it by
    accident.
    """


class _Running:
    """The one limited block that runs; ``why`` is what will be said when it is stopped."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.open = False
        self.why = ""


_running = _Running()


@contextmanager
def limited(seconds: float | None = None) -> Iterator[None]:
    """Raise OutOfTime in the block when it takes longer than ``seconds`` (SECONDS, unless told otherwise). Off the main
    thread, and where there is no such timer (Windows), only an interrupt by hand ends it.
    """
    allowed = SECONDS if seconds is None else seconds
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def ring(_: int, __: FrameType | None) -> None:
        if _running.open:
            raise OutOfTime(_running.why)

    before = signal.signal(signal.SIGALRM, ring)
    _running.open, _running.why = True, f"the run took longer than {allowed:g} s and was stopped"
    signal.setitimer(signal.ITIMER_REAL, allowed)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        with _running.lock:
            _running.open = False
        signal.signal(signal.SIGALRM, before)


def cancel() -> None:
    """End the limited block that runs in the main thread, if there is one; called from another thread."""
    with _running.lock:
        if _running.open and threading.current_thread() is not threading.main_thread():
            _running.why = "the run was cancelled"
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGALRM)
