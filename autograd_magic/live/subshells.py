"""The order of a widget's messages and of the cells.

JupyterLab sends the messages of widgets to a subshell of ipykernel 7, a thread of its own, so that a cell that was run
after a slider was let go can overtake the slider. Before a cell reads its numbers, the main thread therefore lets the
subshells finish what came in before it.
"""

from __future__ import annotations

import asyncio
import threading
from typing import Any

PATIENCE = 1.0
"""Seconds. A subshell that is busy for longer with somebody else's widget does not hold the cell up."""


def catch_up(shell: Any) -> None:
    """Wait until every subshell of the kernel has handled what was sent to it before this moment.

    Where there is no kernel, or one without subshells, messages and cells stand in one queue, and nothing is
    to do; nor in a cell that itself runs in a subshell.
    """
    kernel = getattr(shell, "kernel", None)
    manager = getattr(getattr(kernel, "shell_channel_thread", None), "manager", None)
    if manager is None or threading.current_thread() is not threading.main_thread():
        return
    try:
        for subshell in manager.list_subshell():
            stream = manager.get_shell_channel_to_subshell_pair(subshell).to_stream
            passed = threading.Event()
            stream.io_loop.add_callback(_pass, stream, manager.get_subshell_asyncio_lock(subshell), passed)
            passed.wait(PATIENCE)
    except (AttributeError, KeyError):
        # This kernel keeps its subshells in another way, or one has just ended. A cell can still be too early then,
        # never wrong for longer than that: what was sent arrives, and the next cell reads it.
        return


async def _pass(stream: Any, handling: asyncio.Lock, passed: threading.Event) -> None:
    """In the subshell's thread: take in what has come, and wait behind it."""
    stream.flush()
    # Each message is handled by a task within a task, under the lock; they need their turns to come to the lock.
    for _ in range(10):
        await asyncio.sleep(0)
    async with handling:
        passed.set()
