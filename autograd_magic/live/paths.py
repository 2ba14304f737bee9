"""The traces of other paths: when the leaves come back to where one of them holds, the code need not run again."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from autograd_magic.cell.traces import Trace

KEPT, KEPT_NODES = 8, 200_000
"""How many traces are kept, and how many nodes they may have together."""


class Kept:
    """The traces that were shown last, the latest first."""

    def __init__(self) -> None:
        self._traces: list[Trace] = []

    def add(self, trace: Trace, instead: Trace) -> None:
        """Keep a trace in whose place another one is shown now."""
        self._traces = [trace, *(kept for kept in self._traces if kept is not instead)][:KEPT]
        while len(self._traces) > 1 and sum(len(kept.tape) for kept in self._traces) > KEPT_NODES:
            self._traces.pop()

    def at(self, positions: Mapping[Hashable, float]) -> Trace | None:
        """A trace on whose path these positions lie; its tape and its Values stand there then."""
        for trace in self._traces:
            tape = trace.tape
            there = [positions.get(leaf.key) for leaf in tape.leaves]
            fits = not (trace.spoke or trace.alone) and all(
                number is not None and leaf.whole == isinstance(number, int)
                for leaf, number in zip(tape.leaves, there, strict=True)
            )
            if fits:
                tape.forward([float(number) for number in there if number is not None])
                if tape.broken() is None:
                    tape.backward()
                    tape.write()
                    tape.traced[:] = tape.values
                    return trace
        return None
