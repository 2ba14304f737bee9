"""What is drawn of a graph: an item for each card of its groups, and the ways between them, each with what it brings
back. ``js/src/model/plan.ts`` plans the live picture in the same way.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple

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
    """From one item to another that uses it: each use at its end, as columns of a node that is used, by which, and as
    which argument.
    """

    source: int
    target: int
    nodes: np.ndarray
    users: np.ndarray
    places: np.ndarray

    @property
    def uses(self) -> list[Use]:
        """The uses, one by one."""
        return list(zip(self.nodes.tolist(), self.users.tolist(), self.places.tolist(), strict=True))


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
        tape = self.tape
        counts = ~self._constant[way.nodes]
        nodes, users = way.nodes[counts], way.users[counts]
        if not len(nodes):
            return None
        locals, grads = self._locals(users, way.places[counts]), tape.grads[users]
        with np.errstate(all="ignore"):
            each = np.where((grads == 0) & self._outside[users], 0.0, grads * locals)
        _, first, where = np.unique(nodes, return_index=True, return_inverse=True)
        parts = np.bincount(where, weights=each)[np.argsort(first)]
        most = float(parts[np.argmax(np.where(np.isnan(parts), np.inf, np.abs(parts)))])
        target = self.items[way.target]
        if target.kind != "group":
            return Brought(most, float(locals[-1]))
        above = float(tape.grads[target.node]) if target.node >= 0 and len(parts) == 1 else 0.0
        return Brought(most, most / above if above else None)

    @cached_property
    def _constant(self) -> Any:
        rows = self.tape.rows
        return rows.each(row is CONST for row in rows.table).astype(bool)

    @cached_property
    def _outside(self) -> Any:
        rows = self.tape.rows
        return rows.each(isinstance(row, Outside) for row in rows.table).astype(bool)

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
            uses = used[across], users[owner[across]], (edges - args.starts[users][owner])[across]
            sources = place[uses[0]] if item.kind == "group" else np.arange(len(uses[0]))
            _, first, where = np.unique(sources, return_index=True, return_inverse=True)
            for way in np.argsort(first).tolist():
                nodes, by, positions = (column[where == way] for column in uses)
                ways.append(Way(int(place[nodes[0]]), target, nodes, by, positions))
        return ways

    def _locals(self, users: np.ndarray, places: np.ndarray) -> np.ndarray:
        """The local derivative of each user by its argument at a place."""
        tape, found = self.tape, np.full(len(users), np.nan)
        codes = tape.rows.codes[users]
        for code, place in set(zip(codes.tolist(), places.tolist(), strict=True)):
            row, some = tape.rows.table[code], (codes == code) & (places == place)
            if isinstance(row, Outside):
                found[some] = row.slopes[place]
            elif row.partials:
                starts = tape.args.starts[users[some]]
                numbers = [tape.values[tape.args.flat[starts + k]] for k in range(row.arity)]
                with np.errstate(all="ignore"):
                    found[some] = row.local_array[place](*numbers, tape.values[users[some]])
        return found
