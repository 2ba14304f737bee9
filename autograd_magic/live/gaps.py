"""What of a graph's gradients is not known, why, and what running the cell again with a leaf nudged says of it."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext

import numpy as np

from autograd_magic.cell.budget import Cancelled, OutOfTime, limited
from autograd_magic.cell.quiet import no_collections
from autograd_magic.cell.traces import CannotExplore, Trace
from autograd_magic.engine import deadline
from autograd_magic.engine.deadline import Deadline
from autograd_magic.engine.groups import Bools
from autograd_magic.engine.node import Node, arguments
from autograd_magic.engine.outside import RUNS, UNKNOWN, Slope, measured
from autograd_magic.engine.tape import Leaf, Tape

SLOW = 2.0
"""A cell that computed longer is not run again without having been asked."""

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


def suspected(trace: Trace) -> list[Leaf]:
    """The leaves whose numbers outside code was given, which may have kept them where nobody looks (in a view of an
    array, in a list that a callback fills), and those that were found equal to another number, so that the run did
    what it does nowhere beside: their gradients are whole unless a run with the leaf nudged says otherwise.
    """
    tape, known = trace.tape, {leaf.node for leaf in doubtful(trace)}
    above = tape.plan.above(_marked(tape, [*_on(tape, trace.parted), *tape.tied]))
    return [leaf for leaf in tape.leaves if above[leaf.node] and leaf.node not in known]


def untold(trace: Trace) -> list[Leaf]:
    """Those of the suspected leaves that the notebook's own code has used while outside code called it: it may have put
    them anywhere. Their gradients are whole only if runs say so.
    """
    above = trace.tape.plan.above(_marked(trace.tape, _on(trace.tape, trace.called)))
    return [leaf for leaf in suspected(trace) if above[leaf.node]]


def measure(trace: Trace, peek: Peek, *, asked: bool = False) -> None:
    """Give the tape the gradients that runs with a leaf nudged show. ``peek`` gives the root's number with a leaf
    elsewhere. Where there is no time for it and nobody has ``asked``, or where the runs disagree, a gradient stays
    unknown; one that is only suspected stays as it is, unless the code has done something unseen with it.
    """
    tape = trace.tape
    end = Deadline(math.inf, math.inf) if asked else Deadline(deadline.SECONDS if trace.seconds < SLOW else 0.0)
    here = float(tape.values[tape.root])

    def along(leaf: Leaf) -> Slope:
        with warnings.catch_warnings(), nullcontext() if asked else no_collections():
            warnings.simplefilter("ignore")
            return measured(_along(peek, leaf.key, end, asked), float(tape.values[leaf.node]), here)

    found: dict[int, Slope] = {}
    for leaf in doubtful(trace):
        slope, grad = along(leaf), float(tape.grads[leaf.node])
        if math.isnan(slope.slope) or math.isnan(grad) or _differ(slope.slope, grad):
            found[leaf.node] = slope
    unseen = untold(trace)
    for leaf in suspected(trace):
        slope, grad = along(leaf), float(tape.grads[leaf.node])
        if math.isnan(slope.slope) and leaf in unseen:
            found[leaf.node] = UNKNOWN
        elif not math.isnan(slope.slope) and not math.isnan(grad) and _differ(slope.slope, grad):
            found[leaf.node] = slope
    if found:  # what stands between such a leaf and where it left the graph is not known either
        above = tape.plan.above(_marked(tape, [*_lost(trace), *_on(tape, trace.parted)]))
        above[[tape.root, *(leaf.node for leaf in tape.leaves)]] = False
        found |= dict.fromkeys(np.flatnonzero(above & _computed(tape)).tolist(), UNKNOWN)
    tape.measured, trace.tried = found, not end.missed


def offer(trace: Trace) -> str:
    """What measuring does, said before it is asked for: here, or where a leaf has moved; empty where there is nothing
    to be measured.
    """
    places = {leaf.node for leaf in trace.tape.leaves}.intersection(trace.tape.measured)
    leaves = places.union(leaf.node for leaf in doubtful(trace))
    if not leaves:
        return ""
    each = "" if len(leaves) == 1 else f" for each of {len(leaves)} leaves"
    said = [f"The gradients that are not known can be measured: the cell runs again {RUNS} times{each}"]
    if trace.seconds > deadline.SECONDS:
        said.append(f"a run takes about {trace.seconds:.2g} s")
    if trace.wrote:
        said.append("what it writes to files, or does outside of Python, happens again each time")
    if trace.stays:
        said.append("what it does to a figure, a widget or a module that was there before is done again each time")
    if trace.spoke:
        said.append("what it prints is not shown")
    return "; ".join(said) + "."


def gaps(trace: Trace) -> list[str]:
    """A sentence for each line in which a gradient is lost that nobody could measure."""
    tape = trace.tape
    lost = [leaf for leaf in doubtful(trace) if math.isnan(tape.grads[leaf.node])]
    kept = [leaf for leaf in tape.leaves if leaf.node in tape.measured and leaf not in lost]
    kept = [leaf for leaf in kept if math.isnan(tape.grads[leaf.node])]  # found out elsewhere, by running again
    places = dict.fromkeys(_lost(trace), lost) | {place: kept for place in _on(tape, trace.parted) if kept}
    ways = [(way, lost) for way in _came(tape, tape.unknown())]
    ways += [(_went(tape, place), leaves) for place, leaves in places.items()]
    found: dict[tuple[int, str], tuple[dict[str, None], dict[str, None]]] = {}
    for (line, call, given, node), below in ways:
        if names := _below(tape, node, below):
            args, of = found.setdefault((line, call), ({}, {}))
            args |= dict.fromkeys(given)
            of |= dict.fromkeys(names)
    said = {_happened(*where, [*args]): [*of] for where, (args, of) in found.items()}
    for node, guard in tape.tied.items() if kept else ():
        if names := _below(tape, node, kept):
            said[_equal(guard.line)] = names
    return [f"{what}: {_gradients(names)} not known" for what, names in said.items()]


def told(trace: Trace) -> list[str]:
    """The same for people, and what has been measured."""
    tape, said = trace.tape, gaps(trace)
    found = {node for node, slope in tape.measured.items() if not math.isnan(slope.slope)}
    leaves = [leaf for leaf in tape.leaves if leaf.node in found]
    names = [tape.name(leaf.node) for leaf in leaves]
    if names:
        came = [node for node in tape.unknown() if _below(tape, node, leaves)]
        where = [_happened(line, call, given) for line, call, given, _ in _came(tape, came[:1])]
        if not came:
            equal = [guard.line for node, guard in tape.tied.items() if _below(tape, node, leaves)]
            where = [_equal(line) for line in equal[:1]]
        nudged = "it" if len(names) == 1 else "each of them"
        words = f"{_gradients(names)} measured by running the cell again with {nudged} nudged"
        said.append("; ".join([*where, words]))
    return [f"{sentence[0].upper()}{sentence[1:]}." for sentence in said]


def _equal(line: int) -> str:
    return f"line {line}: two numbers are equal here, and not beside"


def _lost(trace: Trace) -> list[int]:
    """What left the graph where nobody looked at what became of it."""
    return _on(trace.tape, trace.loose)


def _on(tape: Tape, nodes: Iterable[Node]) -> list[int]:
    """Where these numbers stand on the tape; of those that the root is not made of, what they are made of."""
    found: dict[int, None] = {}
    stack, seen = list(nodes), set[int]()
    while stack:
        node = stack.pop()
        place = tape.node(node)
        if place is not None:
            found[place] = None
        elif id(node) not in seen:
            seen.add(id(node))
            stack.extend(arguments(node))
    return list(found)


def _differ(slope: float, grad: float) -> bool:
    return abs(slope - grad) > AGREE * max(1.0, abs(grad))


def _computed(tape: Tape) -> Bools:
    found: Bools = np.diff(tape.args.starts) > 0
    return found


def _marked(tape: Tape, nodes: list[int]) -> Bools:
    marked = np.zeros(len(tape), dtype=bool)
    marked[nodes] = True
    return marked


def _along(peek: Peek, key: str, end: Deadline, asked: bool) -> Callable[[float], float]:
    def at(x: float) -> float:
        if end.over:
            raise CannotExplore("there is no time for it")
        try:
            with limited(None if asked else deadline.PATIENCE):
                number = peek({key: x})
        except (Exception, KeyboardInterrupt, Cancelled):
            raise
        except OutOfTime as late:  # beside a place where the cell is quick it need not be
            raise CannotExplore(str(late)) from None
        except BaseException as ended:  # sys.exit() ends that run alone
            raise CannotExplore("the cell ends there") from ended
        if number is None:
            raise CannotExplore("no such number there")
        return number

    return at


def _below(tape: Tape, node: int, leaves: list[Leaf]) -> list[str]:
    above = tape.plan.above(_marked(tape, [node]))
    return [leaf.name or "a leaf" for leaf in leaves if above[leaf.node]]


def _came(tape: Tape, nodes: Iterable[int]) -> Iterator[tuple[int, str, list[str], int]]:
    """Numbers that outside code gave: the line, the function, and what it was given, as far as that is known."""
    for node in nodes:
        args = [label for arg in tape.args[node] if (label := tape.label(arg))]
        yield tape.made(node)[1], tape.rows[node].symbol, args, node


def _went(tape: Tape, node: int) -> tuple[int, str, list[str], int]:
    """A number of which nobody knows where it went from a line."""
    line = next((guard.line for guard, left, _ in tape.guards if guard.many is None and left == node), 0)
    return line, "", [tape.name(node)], node


def _happened(line: int, call: str, given: list[str]) -> str:
    """What cannot be followed there."""
    some = _few(given)
    if call == "[]" and given:
        said = f"an element is used that depends on {some}, and this widget cannot see in which way"
    elif call == "[]":
        said = "an element is used, and this widget cannot see where it comes from"
    elif not call:
        said = f"{some} went into code that this widget cannot look into, and may act on the result from there"
    elif given:
        said = f"{call}, which this widget cannot look into, was given {some}, and what it gave is used"
    else:
        said = f"a number that {call} gave is used, and this widget cannot see where it comes from"
    return f"line {line}: {said}" if line else said


def _few(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if names[5:] else "")


def _gradients(names: list[str]) -> str:
    some = _few([*dict.fromkeys(names)])
    return f"gradient of {some} is" if len(names) == 1 else f"gradients of {some} are"
