"""What is drawn of a graph: an item for each card of its groups, and the ways between them, each with what it brings
back. ``js/src/model/plan.ts`` plans the live picture in the same way.
"""

from __future__ import annotations

import math
from collections import defaultdict
from functools import cached_property
from typing import NamedTuple

import numpy as np

from autograd_magic.engine.node import CONST
from autograd_magic.engine.outside import Outside
from autograd_magic.engine.readable import clean, told_apart
from autograd_magic.engine.tape import Tape

from .geometry import NAME_LENGTH
from .groups import grouped
from .names import title
from .phrases import Gradients
from .sketch import symbol

Use = tuple[int, int, int]
"""A node that is used, by which, and as which argument."""


class Item(NamedTuple):
    """A ``card``, the sign of an operation that the code did not name (``op``), a number that the code mentions
    (``constant``) or a ``group``, with the node whose number it shows (-1 for a group from which several go out).
    """

    kind: str
    node: int
    name: str
    nodes: np.ndarray
    holds: int
    outputs: int


class Way(NamedTuple):
    """From one item to another that uses it: each use at its end."""

    source: int
    target: int
    uses: list[Use]


class Brought(NamedTuple):
    """What a way brings back: of several numbers the largest part, and the local derivative along it, None where that
    is not one number.
    """

    part: float
    local: float | None


class Plan:
    """The items and ways of what ``root`` depends on."""

    def __init__(self, tape: Tape, root: int) -> None:
        self.tape, self.root = tape, root
        self._begins = {leaf.node for leaf in tape.leaves if leaf.begins}
        cards = grouped(tape, root)
        names = [
            card.label if card.holds > 1 else title(tape, card.node) if self._told(card.node) else "" for card in cards
        ]
        told = told_apart({at: clean(name, NAME_LENGTH) for at, name in enumerate(names)})
        self.items = [
            Item(
                "group" if card.holds > 1 else self._kind(card.node),
                card.node,
                told[at],
                card.nodes,
                card.holds,
                len(card.outputs),
            )
            for at, card in enumerate(cards)
        ]
        self.ways = self._found()

    @property
    def args(self) -> list[list[int]]:
        """The items from which a way leads to each."""
        return [[way.source for way in ways] for ways in self.into]

    @cached_property
    def into(self) -> list[list[Way]]:
        """The ways that end at each item."""
        found: list[list[Way]] = [[] for _ in self.items]
        for way in self.ways:
            found[way.target].append(way)
        return found

    @cached_property
    def gradients(self) -> Gradients:
        """How gradients are written."""
        return Gradients(self.tape, self.root)

    def most(self, item: Item) -> int:
        """The node whose gradient an item shows: of a group from which several go out that with the largest."""
        if item.node >= 0:
            return item.node
        sizes = np.abs(self.tape.grads[item.nodes])
        return int(item.nodes[np.argmax(np.where(np.isnan(sizes), np.inf, sizes))])

    def symbol(self, item: Item) -> str:
        """The sign of an item's operation; empty where nothing computes it."""
        return "" if item.kind == "group" else symbol(self.tape, item.node)

    def brought(self, way: Way) -> Brought | None:
        """What a way brings back; None where only constants go there."""
        parts: dict[int, float] = defaultdict(float)
        local = None
        with np.errstate(all="ignore"):
            for node, user, place in way.uses:
                if self.tape.rows[node] is not CONST:
                    grad, local = float(self.tape.grads[user]), self._local(user, place)
                    parts[node] += grad * local if grad or not isinstance(self.tape.rows[user], Outside) else 0.0
        if not parts:
            return None
        target = self.items[way.target]
        most = max(parts.values(), key=lambda part: math.inf if math.isnan(part) else abs(part))
        if target.kind == "group":
            above = float(self.tape.grads[target.node]) if target.node >= 0 and len(parts) == 1 else 0.0
            local = most / above if above else None
        return Brought(most, local)

    def _told(self, node: int) -> bool:
        return bool(self.tape.label(node)) or node == self.root

    def _kind(self, node: int) -> str:
        plain = not self.tape.args[node]
        if node in self._begins or (self.tape.rows[node] is CONST and not self.tape.label(node)):
            return "constant"
        return "card" if plain or self._told(node) else "op"

    def _found(self) -> list[Way]:
        args = self.tape.args
        place = np.full(len(self.tape), -1)
        for at, item in enumerate(self.items):
            place[item.nodes] = at
        ways: list[Way] = []
        for target, item in enumerate(self.items):
            users = item.nodes if item.kind == "group" else np.array([item.node])
            edges, owner = args.edges(users)
            used = args.flat[edges]
            across = place[used] != target
            positions = (edges - args.starts[users][owner])[across].tolist()
            uses = list[Use](zip(used[across].tolist(), users[owner[across]].tolist(), positions, strict=True))
            if item.kind != "group":
                ways.extend(Way(int(place[use[0]]), target, [use]) for use in uses)
                continue
            together: dict[int, list[Use]] = defaultdict(list)
            for use in uses:
                together[int(place[use[0]])].append(use)
            ways.extend(Way(source, target, some) for source, some in together.items())
        return ways

    def _local(self, user: int, place: int) -> float:
        tape, row = self.tape, self.tape.rows[user]
        if isinstance(row, Outside):
            return float(row.slopes[place])
        if not row.partials:
            return math.nan
        return float(row.local[place](*(float(tape.values[at]) for at in (*tape.args[user], user))))
