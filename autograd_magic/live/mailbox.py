"""What the browser has asked and nobody has done yet.

Its messages come at any time, and in JupyterLab in another thread, a subshell's, or now there and now in the main
thread, where they can overtake each other; but nothing runs beside the user's code. Off the main thread, or while a
traced cell runs, what is asked waits here.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

from autograd_magic.engine import record

from .messages import Moves

WAITING = 16
"""How many questions wait at most; older ones nobody expects to be answered any more."""


class Mailbox:
    """The last place where the leaves were wanted, and the questions since. ``act`` is called in the thread in which
    the mailbox was made, when there is something to do and it may be done.
    """

    def __init__(self, act: Callable[[], None]) -> None:
        self._act = act
        self._moves: Moves | None = None
        self._questions: list[dict[str, Any]] = []
        self._changing = threading.Lock()
        self._thread = threading.get_ident()
        try:
            self._loop: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
        except RuntimeError:
            self._loop = None

    def put_moves(self, moves: Moves | None) -> None:
        """Leaves were moved; only what was sent last counts. None is a message that cannot be read."""
        with self._changing:
            waiting = self._moves
            if moves is not None and (waiting is None or moves.question >= waiting.question):
                self._moves = moves
        self._turn()

    def put_question(self, question: dict[str, Any]) -> None:
        """Something is asked; each question has its answer."""
        with self._changing:
            self._questions = [*self._questions, question][-WAITING:]
        self._turn()

    @property
    def waits(self) -> bool:
        """Whether there is something to do."""
        return self._moves is not None or bool(self._questions)

    def moves(self) -> Moves | None:
        """Take out where the leaves were wanted last."""
        with self._changing:
            moves, self._moves = self._moves, None
        return moves

    def questions(self) -> list[dict[str, Any]]:
        """Take out the questions."""
        with self._changing:
            questions, self._questions = self._questions, []
        return questions

    def _turn(self) -> None:
        if threading.get_ident() != self._thread and self._loop is not None:
            self._loop.call_soon_threadsafe(self._act)
        elif record.running is None:
            self._act()
