"""The traces of one program, by number: when the leaves come back to where one of them holds, the code need not run
again.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_magic.cell.traces import Trace

KEPT, KEPT_NODES = 8, 200_000
"""How many traces are kept on each side, and how many nodes they may have together."""


class Paths:
    """The traces that were shown last, by number."""

    def __init__(self) -> None:
        self._traces: dict[int, Trace] = {}

    def __iter__(self) -> Iterator[Trace]:
        return iter(self._traces.values())

    def items(self) -> list[tuple[int, Trace]]:
        """The traces with their numbers."""
        return [*self._traces.items()]

    def add(self, number: int, trace: Trace) -> None:
        """Keep a trace; the oldest go when there are too many."""
        self._traces[number] = trace
        while len(self._traces) > 1 and (
            len(self._traces) > KEPT or sum(len(kept.tape) for kept in self._traces.values()) > KEPT_NODES
        ):
            del self._traces[min(self._traces)]

    def get(self, number: int) -> Trace | None:
        """The trace of this number, if it is still kept."""
        return self._traces.get(number)
