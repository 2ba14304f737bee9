"""What of a graph's gradients is not known, why, and what running the cell again with a leaf nudged says of it."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping
from time import perf_counter

import numpy as np

from autograd_magic.cell.traces import CannotExplore, Trace
from autograd_magic.engine.outside import UNKNOWN, Slope, measured
from autograd_magic.engine.replay import Bools
from autograd_magic.engine.tape import Leaf, Tape

SECONDS = 0.2
"""So long the cell may be run again without having been asked."""

AGREE = 1e-5
"""Two derivatives that differ by less than this part are the same one."""

Peek = Callable[[Mapping[str, float]], "float | None"]


def doubtful(trace: Trace) -> list[Leaf]:
    """The leaves whose gradients the graph does not know, or which left it where nobody looked at what became of
    them.
    """
    tape, lost = trace.tape, _lost(trace)
    above = tape.plan.above(_marked(tape, [*tape.unknown(), *lost]))
    grads = tape.grads
    return [leaf for leaf in tape.leaves if above[leaf.node] and (lost or math.isnan(grads[leaf.node]))]


def measure(trace: Trace, peek: Peek, seconds: float = SECONDS) -> None:
    """Give the tape the gradients that runs with a leaf nudged show. ``peek`` gives the root's number with a leaf
    elsewhere. Where there is no time for it, or where the runs disagree, a gradient stays unknown.
    """
    tape = trace.tape
    leaves, end, here = doubtful(trace), perf_counter() + seconds, float(tape.values[tape.root])
    found: dict[int, Slope] = {}
    for leaf in leaves:
        slope = UNKNOWN
        if perf_counter() < end:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                slope = measured(_along(peek, leaf.key), float(tape.values[leaf.node]), here)
        grad = float(tape.grads[leaf.node])
        if abs(slope.slope - grad) > AGREE * max(1.0, abs(grad)) or math.isnan(slope.slope) or math.isnan(grad):
            found[leaf.node] = slope
    if found:  # what stands between such a leaf and where it left the graph is not known either
        above = tape.plan.above(_marked(tape, _lost(trace)))
        above[[tape.root, *(leaf.node for leaf in tape.leaves)]] = False
        found |= dict.fromkeys(np.flatnonzero(above & _computed(tape)).tolist(), UNKNOWN)
    tape.measured = found


def gaps(trace: Trace) -> list[str]:
    """A sentence for each place at which a gradient is lost that nobody could measure."""
    tape = trace.tape
    lost = [leaf for leaf in doubtful(trace) if math.isnan(tape.grads[leaf.node])]
    said = []
    for node in tape.unknown():
        names = _below(tape, node, lost)
        if names:
            said.append(f"{_where(tape, node)} left the graph, and came back: {_gradients(names)} not known")
    for left_here in trace.loose:
        place = tape.node(left_here)
        names = [] if place is None else _below(tape, place, lost)
        if names and place is not None:
            line = next((guard.line for guard, left, _ in tape.guards if left == place), 0)
            said.append(
                f"line {line}: {tape.name(place)} left the graph, and may have come back: {_gradients(names)} not known"
            )
    return list(dict.fromkeys(said))


def told(trace: Trace) -> list[str]:
    """The same for people, and what has been measured."""
    tape, said = trace.tape, gaps(trace)
    found = {node for node, slope in tape.measured.items() if not math.isnan(slope.slope)}
    leaves = [leaf for leaf in tape.leaves if leaf.node in found]
    names = [tape.name(leaf.node) for leaf in leaves]
    if names:
        came = [node for node in tape.unknown() if _below(tape, node, leaves)]
        where = [f"{_where(tape, node)} left the graph, and came back" for node in came[:1]]
        nudged = "it" if len(names) == 1 else "each of them"
        words = f"{_gradients(names)} measured by running the cell again with {nudged} nudged"
        said.append("; ".join([*where, words]))
    return [f"{sentence[0].upper()}{sentence[1:]}." for sentence in said]


def _lost(trace: Trace) -> list[int]:
    """What left the graph where nobody looked at what became of it."""
    return [place for node in trace.loose if (place := trace.tape.node(node)) is not None]


def _computed(tape: Tape) -> Bools:
    return np.array([bool(args) for args in tape.args], dtype=bool)


def _marked(tape: Tape, nodes: list[int]) -> Bools:
    marked = np.zeros(len(tape), dtype=bool)
    marked[nodes] = True
    return marked


def _along(peek: Peek, key: str) -> Callable[[float], float]:
    def at(x: float) -> float:
        number = peek({key: x})
        if number is None:
            raise CannotExplore("no such number there")
        return number

    return at


def _below(tape: Tape, node: int, leaves: list[Leaf]) -> list[str]:
    above = tape.plan.above(_marked(tape, [node]))
    return [leaf.name or "a leaf" for leaf in leaves if above[leaf.node]]


def _where(tape: Tape, node: int) -> str:
    _, line = tape.made(node)
    some = [tape.name(arg) for arg in tape.args[node][:4]] + ["…"] * (len(tape.args[node]) > 4)
    call = f"{tape.rows[node].symbol}({', '.join(some)})"
    return f"line {line}: {call}" if line else call


def _gradients(names: list[str]) -> str:
    some = ", ".join(dict.fromkeys(names[:5])) + (f" and {len(names) - 5} more" if names[5:] else "")
    return f"gradient of {some} is" if len(names) == 1 else f"gradients of {some} are"
