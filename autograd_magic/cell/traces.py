"""What a run has left behind: from its recording to the tape, the Values that variables hold, and what there is to
say.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from autograd_magic.engine import numbering
from autograd_magic.engine.arrays import Array
from autograd_magic.engine.flat import Flat
from autograd_magic.engine.gathering import Gathering, TooLarge
from autograd_magic.engine.node import Node
from autograd_magic.engine.number import node_of
from autograd_magic.engine.outside import measure_all
from autograd_magic.engine.recording import Recording
from autograd_magic.engine.stretches import Blocks
from autograd_magic.engine.tape import Tape
from autograd_magic.engine.value import Value

from .naming import call_leaves, tell_apart
from .notebook_code import holds
from .reach import ATOMS, held_in
from .screen import Screen


class CannotExplore(ValueError):
    """There is no graph to show; the message is one sentence that says why and what would help."""


class NoLeaf(TypeError):
    """A name was asked for as a leaf, and what it holds cannot be one; the message says so in one sentence."""


@dataclass
class Trace:
    """What one run left behind: its tape, the Values that variables hold, the last expression's value, notes for
    people, whether numbers were turned into text (and in which line, where that was not just to print them), and the
    gradients of somebody else's class by node, each with the reason where it is wrong. ``screen`` is what the run has
    put out. ``lent`` are the containers whose elements are leaves, by name. ``others`` are what else the last
    expression gave, and could be the root as well. ``loose`` are the numbers that left the graph where nobody looked at
    what became of them, ``parted`` those that outside code was given and may have kept, ``called`` those of them that
    the notebook's own code has used while outside code called it. ``wrote`` is whether the run has written to a file or
    reached out of the process, ``lost`` are things that it has changed and that cannot be put back, ``stays`` is
    whether it may have changed something that nobody looks at (a figure, a widget of another cell), ``seconds`` how
    long it took; ``tried`` is whether all gradients that are not known were tried to be measured where the graph
    stands, ``plainly`` whether a plain run gives the root's number (None: nobody has tried). A run that changes things
    from outside stands ``alone``: it cannot be taken up again later. What it has made came about before ``end``.
    """

    tape: Tape
    names: Mapping[str, Node]
    result: Any = None
    notes: list[str] = field(default_factory=list)
    spoke: bool = False
    text: int = 0
    screen: Screen = field(default_factory=Screen)
    left: dict[str, Any] = field(default_factory=dict)
    alone: bool = False
    others: Sequence[Node] = ()
    theirs: dict[int, tuple[float, str]] = field(default_factory=dict)
    lent: Mapping[str, Any] = field(default_factory=dict)
    loose: list[Node] = field(default_factory=list)
    parted: list[Node] = field(default_factory=list)
    called: list[Node] = field(default_factory=list)
    wrote: bool = False
    tried: bool = False
    plainly: bool | None = None
    lost: list[str] = field(default_factory=list)
    stays: bool = False
    seconds: float = 0.0
    end: int = field(default_factory=lambda: next(numbering.serials))

    @property
    def again(self) -> bool:
        """Whether it can be taken up again when the leaves come back, without a run."""
        return not (self.alone or self.text or self.screen.displays)

    @property
    def tells(self) -> bool:
        """Whether only a run leaves what a fresh run does: text that was made of its numbers, gradients of its own."""
        return self.spoke or self.tape.swept

    @property
    def silent(self) -> bool:
        """Whether runs that do not count leave nothing behind."""
        return not (self.lost or self.wrote or self.stays)

    @property
    def root_name(self) -> str | None:
        """The name that holds the root; empty where it is what the last expression gave, None where it is neither."""
        held = {"": self.result, **self.names}
        return next((name for name, found in held.items() if self._is_root(found)), None)

    def _is_root(self, found: Any) -> bool:
        return isinstance(found, Value) and self.tape.node(found) == self.tape.root

    @property
    def output(self) -> str:
        """What the run has printed."""
        return self.screen.text


def make_trace(
    run: Recording,
    result: Any,
    holding: Mapping[str, Any],
    root: Node,
    *,
    others: Sequence[Node] = (),
    ranges: Mapping[str, tuple[float, float]] | None = None,
    notes: Sequence[str] = (),
    known: Mapping[int, str] | None = None,
) -> Trace:
    """The trace of a finished run. ``holding`` is what variables hold, ``others`` what could be the root as well,
    ``known`` what numbers from elsewhere are called, by identity.
    """
    found = {name: value for name, value in holding.items() if isinstance(value, Value)}
    # What earlier runs have left in a list (losses.append(L), run for the second time) is no part of this graph.
    last = [result] if isinstance(result, Value) else []
    inside, arrays = values_inside({**holding, "": result})
    also = [value for value in (*found.values(), *inside, *last, *others) if value.serial > run.start]
    try:
        tape = Tape(
            root,
            run.guards,
            run.leaves,
            [*also, *run.refusable],
            ranges,
            starts=run.starts,
            since=run.start,
            known=known,
            written=run.written,
            arrays=arrays,
            marks=run.marks,
        )
    except TooLarge as large:
        raise CannotExplore(str(large)) from None
    if tape.outside:
        above = tape.above(tape.root)
        measure_all(tape.nodes[place] for place, _ in tape.outside if above[place])
    tell_apart(tape.nodes.there[1], run, found)
    call_leaves(tape)
    tape.backward()
    if run.swept:
        tape.sweep()
    tape.write()
    run.over()
    if not run.identities:  # what is noted by identity must stay the same object
        tape.let_go(run.blocks or Blocks())
    return Trace(
        tape,
        found,
        result,
        list(notes),
        run.spoke,
        run.text,
        others=others,
        lent=run.lent,
        loose=[*run.loose.values()],
        parted=[*run.parted.values()],
        called=[*run.called.values()],
        wrote=run.wrote,
        seconds=run.seconds,
    )


def used_by(run: Recording, holding: Mapping[str, Any]) -> set[int]:
    """The serials of the nodes that something is made of which a run has left: what variables hold, what was printed,
    and what decided. In a graph that is too large nobody looks for them: all its leaves count.
    """
    inside, arrays = values_inside(holding)
    ends: list[Node] = [found for found in (*holding.values(), *inside) if isinstance(found, Value)]
    ends += [node for node, _ in run.printed.values() if isinstance(node, Value)]
    ends += [node for guard in run.guards for node in (guard.left, guard.right) if node is not None]
    found = Gathering(run.start)
    found.add(map(node_of, (*ends, *run.assigned, *run.refusable)))
    try:
        for guard in run.guards:
            if guard.many is not None:
                found.compare(guard.many)
        for array in arrays:
            found.add_ids(array.apart(), array.blocks)
        columns = found.columns()
    except TooLarge:
        return {leaf.serial for leaf in run.leaves.values()}
    used = {node_of(end).serial for end in ends} | {*columns.serials[columns.args.flat].tolist()}
    return used.union(*(array.apart().ravel().tolist() for array in arrays))


def values_inside(holding: Mapping[str, Any], limit: int = 20_000) -> tuple[list[Value], list[Array]]:
    """The Values inside all that variables hold, so that they follow the sliders as well, and the arrays among it."""
    found: list[Value] = []
    arrays: list[Array] = []
    seen: dict[int, Any] = {}
    due = deque(value for value in holding.values() if not isinstance(value, Value))
    while due and len(seen) < limit:
        item = due.popleft()
        if id(item) in seen or type(item) in ATOMS:
            continue
        seen[id(item)] = item
        if isinstance(item, Value):
            found.append(item)
        elif type(item) is Array:
            arrays.append(item)
        elif type(item) is Flat:
            due.append(item.base)
        elif holds(item):
            due.extend(held_in(item))
    return found, arrays
