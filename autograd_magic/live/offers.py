"""Numbers that become leaves because somebody asks for it: those that are written in a cell's text, and the elements of
lists, arrays, dicts and attributes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from autograd_magic.cell.budget import OutOfTime, limited
from autograd_magic.cell.run import Cell
from autograd_magic.cell.traces import CannotExplore, NoLeaf, Trace
from autograd_magic.engine.node import CONST, LEAF

from .messages import read_question
from .motion import Motion
from .protocol import Ask
from .questions import UNREADABLE
from .session import Widget, remember

MOST, LARGEST = 12, 1_000
"""So many containers are offered, none with more numbers than this."""


def asked_cell(program: Any) -> Cell:
    """The cell that can be asked. Raises CannotExplore where there is none."""
    if not isinstance(program, Cell):
        raise CannotExplore("There is no code to run again, so no other number can be a slider")
    return program


def offers(program: Any, trace: Trace) -> list[tuple[str, int, bool]]:
    """What could be leaves and what is because it was asked for (True), by name, with the count of its numbers."""
    if not isinstance(program, Cell) or program.awaits:
        return []
    names = [leaf.name for leaf in trace.tape.leaves]
    made = [
        (path, sum(name.startswith((path + "[", path + ".")) or name == path for name in names)) for path in program.wrt
    ]
    on = [*made, *((name, 1) for name in program.asked.places.values())]
    off = [(name, count) for name, count in program.offers.items() if count <= LARGEST][:MOST]
    return [*((name, count, True) for name, count in on), *((name, count, False) for name, count in off)]


def written_as(program: Any, trace: Trace, node: int, at: Mapping[str, float]) -> str:
    """What the number in the text is called that a constant of the graph is: the cell is run with all that it could be
    as leaves. Raises NoLeaf where it is none.
    """
    cell, tape = asked_cell(program), trace.tape
    if not 0 <= node < len(tape) or tape.rows[node] is not CONST:
        raise NoLeaf("That is no constant of this graph")
    missing = f"{tape.name(node)} is not written in the text of this cell as a number of its own"
    could = [number for number in cell.asked.numbers if number.number == float(tape.values[node])]
    back = cell.ask_all(could)
    try:
        other = cell.again(at, keeps=False)
    finally:
        back()
    keys = {leaf.node: leaf.key for leaf in other.tape.leaves}
    names = {f"{cell.digest}:{number.line}:{number.column}": number.name for number in could}
    held = [
        (tape.node(found), other.tape.node(other.names[name]))
        for name, found in trace.names.items()
        if name in other.names
    ]
    stack, seen = [(tape.root, other.tape.root), *held], set[tuple[int, int]]()
    while stack:
        here, there = stack.pop()
        if here is None or there is None or (here, there) in seen:
            continue
        seen.add((here, there))
        if here == node and other.tape.rows[there] is LEAF and keys.get(there) in names:
            return names[keys[there]]
        args, others = tape.args[here], other.tape.args[there]
        if tape.rows[here].name == other.tape.rows[there].name and len(args) == len(others):
            stack += zip(args, others, strict=True)
    raise NoLeaf(missing)


class Graph(Widget, Protocol):
    """What sliders are asked of."""

    program: Any
    motion: Motion


def ask_for(graph: Graph, name: Any, *, on: bool) -> None:
    """Run the cell again with numbers as leaves, or as leaves no longer; where that fails all stays as it was."""
    cell = asked_cell(graph.program)
    back = cell.ask(name, [leaf.key for leaf in graph.motion.trace.tape.leaves], on=on)
    try:
        graph.look()
        graph.motion.again()
        if on and (name, 0, True) in offers(cell, graph.motion.trace):
            raise NoLeaf(f"{name}: the cell takes these numbers from others, so they are no sliders of their own")
    except BaseException:
        back()
        raise
    remember(graph, *cell.kept)


def asked(graph: Graph, content: Mapping[str, Any]) -> str:
    """The same for the browser: gives back why not."""
    question = read_question(content)
    if question is None:
        return UNREADABLE
    on, motion = question.ask == Ask.SLIDER.value, graph.motion
    try:
        with limited():
            constant = on and question.index >= 0
            name = written_as(graph.program, motion.trace, question.index, motion.at) if constant else question.form
            ask_for(graph, name, on=on)
    except (NoLeaf, CannotExplore) as cannot:
        return str(cannot)
    except OutOfTime as late:
        return str(late).capitalize()
    except BaseException as ended:  # sys.exit() ends the run that somebody asked for, and not the kernel
        return f"{type(ended).__name__}: {ended}".rstrip(": ")
    return ""
