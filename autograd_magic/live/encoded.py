"""A trace of a widget for its browser."""

from __future__ import annotations

from typing import Protocol

from autograd_magic.cell.program import Program
from autograd_magic.cell.traces import Trace

from .gaps import offer, told
from .motion import Motion
from .offers import offers
from .protocol import TapeWire
from .tape_wire import encode


class Graph(Protocol):
    """What is shown: a widget."""

    program: Program | None
    motion: Motion
    quiz: bool


def encoded(graph: Graph, number: int, trace: Trace, *, question: int = 0, saved: bool = False) -> TapeWire:
    """The trace of this number; ``saved`` for a page in which nobody can run the code."""
    program, motion = None if saved else graph.program, graph.motion
    return encode(
        trace.tape,
        trace=number,
        question=question,
        at=motion.at,
        oldest=motion.oldest,
        again=trace.again,
        source=graph.program.source if graph.program else "",
        rerun=program is not None,
        quiz=graph.quiz,
        notes=[*trace.notes, *told(trace)],
        offers=offers(program, trace),
        offer=offer(trace) if program is not None else "",
        tried=trace.tried,
        text=trace.text,
        theirs=trace.theirs,
        others=[place for node in trace.others if (place := trace.tape.node(node)) is not None],
        traced=saved,
    )
