"""How long a second run may take that nobody asked for by hand."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SECONDS = 20.0
"""A slider that leads into an endless loop must not take the kernel away for longer."""


class OutOfTime(BaseException):
    """The budget is spent. No Exception: the code that is stopped shall not catch it by accident."""


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
        raise OutOfTime(f"the run took longer than {allowed:g} s and was stopped")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, allowed)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
