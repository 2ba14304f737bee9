"""How long measuring may take that nobody asked for."""

from __future__ import annotations

from time import perf_counter, process_time

SECONDS, PATIENCE = 0.2, 2.0
"""So long may be computed without having been asked, and so long that may take by the clock."""


class Deadline:
    """A moment that comes when so many seconds have been computed (SECONDS, unless told otherwise), or when somebody
    has waited so long by the clock (PATIENCE). ``missed`` is whether something came too late for it.
    """

    def __init__(self, seconds: float | None = None, patience: float | None = None) -> None:
        self._computed = process_time() + (SECONDS if seconds is None else seconds)
        self._waited = perf_counter() + (PATIENCE if patience is None else patience)
        self.missed = False

    @property
    def over(self) -> bool:
        """Whether it has come."""
        self.missed = process_time() > self._computed or perf_counter() > self._waited
        return self.missed
