"""What is drawn of a graph: an item for each card of its groups, and the ways between them, each with what it brings
back. ``js/src/model/plan.ts`` plans the live picture in the same way.
"""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from autograd_magic.engine.columns import begins
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


class Brought(NamedTuple):
    """What a way brings back: of several numbers the largest part, and the local derivative along it, None where that
    is not one number.
    """

    part: float
    local: float | None


class Way(NamedTuple):
    """From one item to another that uses it: each use at its end, as a column (k, 3) of a node that is used, by which,
    and as which argument; and what it brings back, None where only constants go there.
    """

    source: int
    target: int
    columns: np.ndarray
    brought: Brought | None

    @property
    def uses(self) -> list[Use]:
        """The uses, one by one."""
        return [(node, user, place) for node, user, place in self.columns.T.tolist()]


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
        found: list[list[int]] = [[] for _ in self.items]
        for way in self.ways:
            found[way.target].append(way.source)
        return found

    @cached_property
    def gradients(self) -> Gradients:
        """How gradients are written."""
        return Gradients(self.tape, self.root)

    def most(self, item: Item) -> int:
        """The node whose gradient an item shows: of a group from which several go out that with the largest."""
        if item.node >= 0:
            return item.node
        return int(item.nodes[np.argmax(_sizes(self.tape.grads[item.nodes]))])

    def symbol(self, item: Item) -> str:
        """The sign of an item's operation; empty where nothing computes it."""
        return "" if item.kind == "group" else symbol(self.tape, item.node)

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
        """One for each use, and between an item and a group one for all."""
        tape, place = self.tape, np.full(len(self.tape), -1)
        for at, item in enumerate(self.items):
            place[item.nodes] = at
        there = np.flatnonzero(place >= 0)
        edges, owner = tape.args.edges(there)
        nodes, users = tape.args.flat[edges], there[owner]
        across = np.flatnonzero(place[nodes] != place[users])
        across = across[np.argsort(place[users[across]], kind="stable")]
        uses = np.array([nodes, users, edges - tape.args.starts[users]])[:, across]
        source, target = place[uses[:2]]
        groups = np.array([item.kind == "group" for item in self.items], dtype=bool)
        single = len(self.items) + np.arange(len(across))
        first = _first(target * (len(self.items) + len(across)) + np.where(groups[target], source, single))
        order = np.argsort(first, kind="stable")
        uses, first = uses[:, order], first[order]
        brought, heads = self._brought(first, target[order], *uses), np.flatnonzero(begins(first))
        each = [uses[:, begin:end] for begin, end in pairwise([*heads.tolist(), len(first)])]
        firsts = first[heads]
        ends = zip(source[firsts].tolist(), target[firsts].tolist(), firsts.tolist(), each, strict=True)
        return [Way(one, other, some, brought.get(begin)) for one, other, begin, some in ends]

    def _brought(
        self, ways: np.ndarray, targets: np.ndarray, nodes: np.ndarray, users: np.ndarray, places: np.ndarray
    ) -> dict[int, Brought]:
        """What each way brings back, from its uses; nothing for one on which only constants go."""
        tape, counts = self.tape, ~self._constant[nodes]
        ways, targets, nodes, users, places = (column[counts] for column in (ways, targets, nodes, users, places))
        locals, grads = self._locals(users, places), tape.grads[users]
        with np.errstate(all="ignore"):
            each = np.where((grads == 0) & self._outside[users], 0.0, grads * locals)
        first = _first(ways * len(tape) + nodes)
        parts = np.bincount(first, weights=each)
        first = np.flatnonzero(first == np.arange(len(first)))
        order = first[np.lexsort((-_sizes(parts[first]), ways[first]))]  # of each way the largest part comes first
        heads, found = np.flatnonzero(begins(ways[order])), {}
        for head, end in pairwise([*heads.tolist(), len(order)]):
            at = order[head]
            most, target = float(parts[at]), self.items[targets[at]]
            above = float(tape.grads[target.node]) if target.node >= 0 and end == head + 1 else 0.0
            along = most / above if above else None
            found[int(ways[at])] = Brought(most, along if target.kind == "group" else float(locals[at]))
        return found

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


def _first(keys: np.ndarray) -> np.ndarray:
    """For each of some keys where the first one like it stands."""
    order = np.argsort(keys, kind="stable")
    head, found = begins(keys[order]), np.empty_like(order)
    found[order] = order[head][np.cumsum(head) - 1]
    return found


def _sizes(numbers: np.ndarray) -> np.ndarray:
    """How large numbers are; those that are none are the largest."""
    return np.where(np.isnan(numbers), np.inf, np.abs(numbers))
