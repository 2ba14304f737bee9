"""What of a large graph stands in the picture: cards, each a node or a group that says what it holds.

Every node that the root depends on is in exactly one card, as in the widget's boxes (``js/src/model/groups.ts``): a
graph of up to 30 boxes is its nodes; one of up to 40 names is its names, each holding the steps that lead to it alone;
a larger one is opened as far as 40 cards go, a whole generation at a time: all layers, then all neurons.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from autograd_magic.engine.tape import Tape

from .part import Nodes, Part, held
from .parts import LIMIT, Parts


class Card(NamedTuple):
    """A node, or a group.

    ``within`` are the groups around it, outermost first, ``nodes`` what is in it in the order in which that was made,
    ``outputs`` those of them that other cards need, and the root. ``node`` is the one whose number it shows: itself, or
    the only one that goes out of it; -1 where several do.
    """

    kind: str
    label: str
    within: tuple[str, ...]
    nodes: Nodes
    holds: int
    outputs: Sequence[int]
    node: int


def grouped(tape: Tape, root: int | None = None) -> list[Card]:
    """The cards of what ``root`` (the tape's own, unless told otherwise) depends on, each after what it needs."""
    root = tape.root if root is None else root
    parts = Parts(tape, root)
    top = parts.top()
    shown, opened = list[tuple[Part, tuple[str, ...]]](), _opened(top)

    def show(some: Sequence[Part], within: tuple[str, ...]) -> None:
        for part in some:
            if part in opened:
                show(part.inside, (*within, part.label))
            else:
                shown.append((part, within))

    show(top, ())
    shown.sort(key=lambda found: found[0].last)
    place = np.full(len(tape), -1)
    for at, (part, _) in enumerate(shown):
        place[part.nodes] = at
    edges, owner = tape.args.edges(parts.nodes)
    args, users = tape.args.flat[edges], parts.nodes[owner]
    out = np.zeros(len(tape), dtype=bool)
    out[args[place[args] != place[users]]] = out[root] = True
    outputs: list[list[int]] = [[] for _ in shown]
    for node, at in zip(np.flatnonzero(out).tolist(), place[out].tolist(), strict=True):
        outputs[at].append(node)
    return [
        Card(
            part.kind,
            part.label,
            within,
            part.nodes,
            part.holds,
            going,
            part.last if part.kind == "node" else going[0] if len(going) == 1 else -1,
        )
        for (part, within), going in zip(shown, outputs, strict=True)
    ]


def _opened(top: Sequence[Part]) -> set[Part]:
    """What is open: whole generations, the outer ones and the largest first, as long as they have room."""
    opened: set[Part] = set()
    count, generation = len(top), _families(top)
    while generation:
        inside: list[Part] = []
        for family in sorted(generation, key=lambda some: (some[0].kind == "list", -len(held(some)))):
            # Each has two parts at least: where these have no room, it is not asked for them.
            if count + len(family) > LIMIT or count + (more := sum(len(one.inside) - 1 for one in family)) > LIMIT:
                continue
            count += more
            opened.update(family)
            inside.extend(part for one in family for part in one.inside)
        generation = _families(inside, below=True)
    return opened


def _families(parts: Sequence[Part], *, below: bool = False) -> list[list[Part]]:
    """What can be opened of some parts. Steps and sums stay shut, and so do the numbers of a list, but for those of the
    outermost lists that fit in one row.
    """
    found: dict[object, list[Part]] = {}
    for part in parts:
        if part.kind in ("node", "steps", "sum"):
            continue
        if part.kind == "list" and (below or any(one.kind == "part" for one in part.inside)):
            continue
        found.setdefault(part.family, []).append(part)
    return list(found.values())
