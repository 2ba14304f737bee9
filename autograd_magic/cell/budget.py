"""How long a second run may take that nobody asked for by hand, and how to end it before."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from types import FrameType

SECONDS = 20.0
"""A slider that leads into an endless loop must not take the kernel away for longer."""


class OutOfTime(BaseException):
    """The budget is spent, or somebody has cancelled. No Exception: the code that is stopped shall not catch it by
    accident.
    """


class Cancelled(OutOfTime):
    """Somebody has cancelled."""


class _Running:
    """The innermost limited block that runs; ``why`` is what will be said when it is stopped."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.open = self.cancelled = False
        self.why = ""


_running = _Running()


@contextmanager
def limited(seconds: float | None = None) -> Iterator[None]:
    """Raise OutOfTime in the block when it takes longer than ``seconds`` (SECONDS, unless told otherwise), or Cancelled
    when somebody cancels. Inside of another such block there is no more time than that has left; an alarm that the
    notebook's code has set rings after the block. Off the main thread, and where there is no such timer (Windows), only
    an interrupt by hand ends it.
    """
    allowed = SECONDS if seconds is None else seconds
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def ring(_: int, __: FrameType | None) -> None:
        if _running.open:
            raise (Cancelled if _running.cancelled else OutOfTime)(_running.why)

    outer, why, left, begun = _running.open, _running.why, signal.getitimer(signal.ITIMER_REAL)[0], monotonic()
    before = signal.signal(signal.SIGALRM, ring)
    _running.open, _running.cancelled = True, False
    _running.why = f"the run took longer than {allowed:g} s and was stopped"
    signal.setitimer(signal.ITIMER_REAL, min(allowed, left) if outer and left else allowed)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        with _running.lock:
            _running.open, _running.why = outer, why
        signal.signal(signal.SIGALRM, before)
        if left:
            signal.setitimer(signal.ITIMER_REAL, max(left - (monotonic() - begun), 1e-3))


def cancel() -> None:
    """End the limited block that runs in the main thread, if there is one; called from another thread."""
    with _running.lock:
        if _running.open and threading.current_thread() is not threading.main_thread():
            _running.why, _running.cancelled = "the run was cancelled", True
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGALRM)
