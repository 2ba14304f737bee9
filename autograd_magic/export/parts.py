"""A large graph as a tree of parts: what a call, a pass of a loop, a list or a long sum has made.

Every node that the root depends on is in exactly one part of each level, and no level holds more than some two dozen.
``js/src/model/parts.ts`` makes the same tree, and says why it has no circle.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from autograd_magic.engine.node import CONST, LEAF
from autograd_magic.engine.ops import TABLE
from autograd_magic.engine.origins import Site
from autograd_magic.engine.readable import short
from autograd_magic.engine.tape import Tape

from .part import LONG, MANY, Nodes, Part, Row, chunks, in_order, packed
from .sketch import POW, folded
from .spoken import all_of, base, loop_of, lower, numbered, spoken

ADD = TABLE["add"]

FEW = 30
"""A graph of no more boxes is drawn node by node."""

LIMIT = 40
"""As many cards as a graph opens with; one of no more names is drawn by its names."""

_LAST_INDEX = re.compile(r"(,|\]\[)[^,\[\]]*\]\Z")
"""The last of several indices of an element."""

APART, NOWHERE = -1, -2
"""The place of leaves, and of nodes that are not looked at."""


class Parts:
    """The parts of what ``root`` depends on."""

    def __init__(self, tape: Tape, root: int) -> None:
        self.tape, self.labels = tape, tape.labels
        self.nodes = np.flatnonzero(tape.above(root))
        self.leaf, self.constant = (
            tape.rows.each(row is kind for row in tape.rows.table).astype(bool) for kind in (LEAF, CONST)
        )
        self._named_there = np.zeros(len(tape), dtype=bool)
        self._named_there[[*self.labels]] = True
        self._power, self._adds = (
            tape.rows.each(row is kind for row in tape.rows.table).astype(bool) for kind in (POW, ADD)
        )
        self._lines = memoryview(tape.columns.lines)  # type: ignore[arg-type]
        self._of, self._parent = tape.origins.of, tape.origins.parent
        self._around: list[int] = self._parent.tolist()

    @cached_property
    def _uses(self) -> tuple[Nodes, Nodes]:
        """Where the users of each node begin, and all users."""
        tape = self.tape
        edges, owner = tape.args.edges(self.nodes)
        used = tape.args.flat[edges]
        order = np.argsort(used, kind="stable")
        first: Nodes = np.searchsorted(used[order], np.arange(len(tape) + 1))
        return first, np.append(self.nodes[owner][order], 0)

    @cached_property
    def _looked_up(self) -> Any:
        return tuple(map(memoryview, self._uses))  # type: ignore[arg-type]

    @cached_property
    def _user(self) -> Nodes:
        """The user of each node that has one alone."""
        first, users = self._uses
        return np.where(first[1:] - first[:-1] == 1, users[first[:-1]], NOWHERE)

    @cached_property
    def _last_inside(self) -> list[int]:
        """The last origin inside of each."""
        last = list(range(len(self._around)))
        for origin in range(len(last) - 1, 0, -1):
            around = self._around[origin]
            last[around] = max(last[around], last[origin])
        return last

    def top(self) -> Sequence[Part]:
        """The parts of the whole graph."""
        powers = self.nodes[self._power[self.nodes]]
        exponents = self.tape.args.flat[self.tape.args.starts[powers] + 1]
        hidden = np.bincount(exponents[self.constant[exponents]])
        if len(self.nodes) - np.count_nonzero(hidden) <= FEW:
            return self._singly(self.nodes)
        return self._by_name(self.nodes) or self._scope(self.nodes, 0, "")

    def _users_of(self, node: int) -> list[int]:
        first, users = self._looked_up
        return users[first[node] : first[node + 1]].tolist()  # type: ignore[no-any-return]

    def _site(self, origin: int) -> Site:
        found: Site = self.tape.origins.sites[self.tape.origins.site[origin]]
        return found

    def _node(self, nodes: Nodes) -> Part:
        node = int(nodes[-1])
        label, family = self.labels.get(node, ""), self._family(node)

        def called() -> str:
            plain = self.leaf[node] or self.constant[node]
            return label or (short(self.tape.traced[node]) if plain else self.tape.rows[node].symbol or "?")

        if len(nodes) == 1 or (len(nodes) == 2 and nodes[0] == folded(self.tape, node)):
            return Part("node", nodes, called, family=family)
        return Part("steps", nodes, called, lambda: self._singly(nodes), family)

    def _singly(self, nodes: Nodes, *, fold: bool = False) -> Sequence[Part]:
        return self._row_of(_gathered(nodes, self._single(nodes, fold=fold)))

    def _row_of(self, single: Sequence[Nodes]) -> Row:
        return Row(
            single,
            lambda _, found: self._node(found),
            lambda places: [(self._family(int(single[at][-1])), False) for at in places],
        )

    def _family(self, node: int) -> str:
        label = self.labels.get(node, "")
        family = base(label)
        return f"line {self._lines[node]}" if family == label else family

    def _single(self, nodes: Nodes, *, fold: bool) -> Nodes:
        """The places of nodes: each is its own; a constant exponent is part of its power, and when it must be
        (``fold``) so is a constant that one node uses.
        """
        places: Nodes = nodes.copy()
        at = np.flatnonzero(self.constant[nodes] & ~self._named_there[nodes])
        if not len(at):
            return places
        users = self._user[nodes[at]]
        inside = np.isin(users, nodes)
        at, users = at[inside], users[inside]
        if not fold:
            powers = np.flatnonzero(self._power[users])
            exponents = self.tape.args.flat[self.tape.args.starts[users[powers]] + 1]
            powers = powers[exponents == nodes[at[powers]]]
            at, users = at[powers], users[powers]
        places[at] = users
        return places

    def _folded(self, nodes: Nodes) -> Nodes:
        """The places of nodes: one without a name goes with the named one to which it leads, if that is one alone."""
        place: dict[int, int] = {node: node for node in nodes.tolist()}
        free = nodes[~(self._named_there | self.leaf)[nodes]][::-1]
        for node, user in zip(free.tolist(), self._user[free].tolist(), strict=True):
            if user != NOWHERE:
                place[node] = place.get(user, node)
                continue
            found = {place.get(user, NOWHERE) for user in self._users_of(node)}
            if len(found) == 1 and NOWHERE not in found:
                place[node] = found.pop()
        return np.fromiter(place.values(), nodes.dtype, len(nodes))

    def _named(self, nodes: Nodes) -> Part:
        if len(nodes) == 1:
            return self._node(nodes)
        node = self._node(nodes[-1:])
        return Part("steps", nodes, lambda: node.label, lambda: self._steps(nodes), node.family)

    def _by_name(self, nodes: Nodes) -> Sequence[Part]:
        """The first rung: a graph of a middle size by its names; nothing for another."""
        found = _gathered(nodes, self._folded(nodes)) if len(nodes) <= LIMIT * LIMIT else []
        fits = len(found) <= LIMIT and all(len(some) <= LIMIT for some in found)
        return [self._named(some) for some in found] if fits else []

    def _steps(self, nodes: Nodes) -> Sequence[Part]:
        """What stands behind a name: the calls and the steps that lead to it."""
        of = self._of[np.append(nodes[~self.constant[nodes]], nodes[-1])]
        around = int(of[-1])
        while of.min() < around or of.max() > self._last_inside[around]:
            around = self._around[around]
        return self._scope(nodes, around, "", steps=True)

    def _child(self, origin: int, nodes: Nodes) -> Nodes:
        """The child of an origin in which each node was made; the origin itself where it was not made in one."""
        of, last = self._of[nodes], self._last_inside[origin]
        children = origin + 1 + np.flatnonzero(self._parent[origin + 1 : last + 1] == origin)
        if not len(children):
            return np.full(len(nodes), origin)
        found: Nodes = children[np.searchsorted(children, of, "right") - 1]
        return np.where((of > origin) & (of <= last), found, origin)

    def _shared(self, nodes: Nodes, place: Nodes) -> Nodes:
        """The place that all users of each node have; NOWHERE where they have several, or none."""
        begin, users = self._uses
        first, last = begin[nodes], begin[nodes + 1]
        bounds, at = np.stack([first, last], axis=1).ravel(), place[users]
        low, high = (op.reduceat(at, bounds)[::2] if len(nodes) else nodes for op in (np.minimum, np.maximum))
        return np.where((low == high) & (last > first), low, NOWHERE)

    def _scope(self, nodes: Nodes, origin: int, around: str, *, steps: bool = False) -> Sequence[Part]:
        """The parts of what was made inside of a call or a pass. ``around`` is what that is called where it has a
        number.
        """
        place = np.full(len(self.tape), NOWHERE)
        place[nodes] = self._child(origin, nodes)
        if origin == 0 and not steps:
            place[nodes[self.leaf[nodes]]] = APART
        constants = nodes[self.constant[nodes]]
        shared = self._shared(constants, place)
        place[constants] = np.where(shared == NOWHERE, origin, shared)
        found = _gathered(nodes, place[nodes])
        if len(found) == 1 and place[nodes[0]] > origin:
            return self._scope(nodes, int(place[nodes[0]]), around, steps=steps)
        loops: dict[int, list[tuple[int, Nodes]]] = defaultdict(list)
        calls: list[tuple[int, Nodes]] = []
        parts: list[Part] = []
        own: list[Sequence[Part]] = []
        leaves: Sequence[Part] = []
        for some in found:
            at = int(place[some[0]])
            if at == APART:
                leaves = self._leaves(some)
            elif at == origin:
                own.append(self._own(some, steps=steps))
            elif self._site(at).loop:
                loops[int(self.tape.origins.site[at])].append((at, some))
            else:
                calls.append((at, some))
        for site, passes in loops.items():
            if len(passes) == 1:
                calls.extend(passes)
            else:
                parts.append(self._loop(site, passes, around))
        parts.extend(self._calls(calls, around))
        all_parts = in_order([*own, parts])
        if len(all_parts) == 1 and not leaves and all_parts[0].inside:
            return all_parts[0].inside
        return [*packed(leaves), *packed(all_parts)]

    def _loop(self, at: int, passes: Sequence[tuple[int, Nodes]], around: str) -> Part:
        inner, site = self._calls(passes, around), self.tape.origins.sites[at]
        return Part(
            "loop",
            np.concatenate([some for _, some in passes]),
            lambda: f"{loop_of(site)}: {all_of(len(inner), ((part.kind, part.label) for part in inner))}",
            lambda: chunks(inner),
            f"loop {at}",
        )

    def _calls(self, calls: Sequence[tuple[int, Nodes]], around: str) -> Row:
        """Calls, or passes of a loop, as parts; those of one name have a number."""
        inner: dict[int, tuple[int, int]] = {}

        def named(place: int) -> str:
            if place not in inner:
                origin, nodes = calls[place]
                inner[place] = self._innermost(nodes, origin)
            return spoken(self._site(inner[place][1]))

        def made(place: int, nodes: Nodes) -> Part:
            own = named(place)
            several = any(named(other) == own for other in range(len(calls)) if other != place)
            return self._call(calls[place][0], nodes, *inner[place], several=several, around=around)

        return Row([nodes for _, nodes in calls], made)

    def _call(self, origin: int, nodes: Nodes, inner: int, named: int, *, several: bool, around: str) -> Part:
        single = _gathered(nodes, self._single(nodes, fold=True)) if len(nodes) <= LONG else []
        if len(single) == 1:
            return self._node(single[0])
        site, number = self._site(named), int(self.tape.origins.count[origin])
        several = several or (site.loop and number > 0)
        own = numbered(site, number) if several else spoken(site)
        label = f"{own} of {lower(around)}" if several and around and not site.loop else own
        leaves = bool(self.leaf[nodes].all())
        kind = "list" if leaves else "pass" if site.loop else "call"
        return Part(
            kind,
            nodes,
            lambda: f"{label}: {len(nodes)} numbers" if leaves else label,
            lambda: self._scope(nodes, inner, own if several and not site.loop else ""),
            f"in {self.tape.origins.site[origin]}",
        )

    def _innermost(self, nodes: Nodes, origin: int) -> tuple[int, int]:
        """The innermost call or pass in which all of this was made, and the outermost call on the way there: what it is
        called by.
        """
        of = self._of[nodes[~self.constant[nodes]]]
        inner = named = origin
        while len(of) and (child := int(of.min())) > inner:
            while self._around[child] != inner:
                child = self._around[child]
            if of.max() > self._last_inside[child]:
                break
            inner = child
            if self._site(named).loop and not self._site(inner).loop:
                named = inner
        return inner, named

    def _own(self, nodes: Nodes, *, steps: bool) -> Sequence[Part]:
        """Steps that stand in a call or a pass itself: one by one where they are few, else by their names, or as long
        sums.
        """
        single = self._single(nodes, fold=False)
        count, names = int(np.count_nonzero(single == nodes)), 0
        if not steps and count > MANY:
            named = self._folded(nodes)
            names = int(np.count_nonzero(named == nodes))
            if 1 < names < count:
                return [self._named(some) for some in _gathered(nodes, named)]
        if count <= MANY or names > 1:
            return self._row_of(_gathered(nodes, single))
        return self._sums(nodes)

    def _sums(self, nodes: Nodes) -> Sequence[Part]:
        """Additions of which each only goes on with the one before are one long sum."""
        into = self._user[nodes]
        inside = np.isin(into, nodes)
        goes = inside & (self.constant[nodes] | (self._adds[nodes] & self._adds[into]))
        for at in np.flatnonzero(goes & self._adds[nodes] & self._named_there[nodes]).tolist():
            goes[at] = base(self.labels[int(nodes[at])]) == base(self.labels.get(int(into[at]), ""))
        place = np.arange(len(self.tape))
        place[nodes[goes]] = into[goes]
        while (place != (further := place[place])).any():
            place = further
        places = place[nodes]
        long = np.bincount(places[self._adds[nodes]], minlength=len(place))[places] >= LONG - 1
        sums = [self._sum(some) for some in _gathered(nodes[long], places[long])]
        rest = nodes[~long]
        return in_order([self._singly(rest, fold=len(rest) + len(sums) > MANY), sums])

    def _sum(self, nodes: Nodes) -> Part:
        label, terms = self.labels.get(int(nodes[-1])), 1 + int(self._adds[nodes].sum())
        return Part(
            "sum",
            nodes,
            lambda: f"{f'{label}: ' if label else ''}sum of {terms} terms",
            lambda: chunks(self._singly(nodes, fold=len(nodes) > MANY)),
        )

    def _leaves(self, nodes: Nodes) -> Sequence[Part]:
        """Leaves: those that are elements of one list or array together, and those without a name by the call that
        made them.
        """
        if len(nodes) <= MANY / 2:
            return self._singly(nodes)
        lists: dict[str | int, list[int]] = defaultdict(list)
        for node, origin in zip(nodes.tolist(), self._child(0, nodes).tolist(), strict=True):
            lists[base(self.labels[node]) if node in self.labels else origin].append(node)
        return [part for name, some in lists.items() for part in self._list(name, np.array(some))]

    def _list(self, by: str | int, nodes: Nodes) -> Sequence[Part]:
        if len(nodes) < LONG:
            return self._singly(nodes)
        name = by if isinstance(by, str) else spoken(self._site(by)) if by else ""
        return [
            Part(
                "list",
                nodes,
                lambda: f"{name and f'{name}: '}{len(nodes)} numbers",
                lambda: self._scope(nodes, by, "") if isinstance(by, int) and by else self._rows(nodes),
                "lists",
            )
        ]

    def _rows(self, nodes: Nodes) -> Sequence[Part]:
        """The elements of a list; of one with two indices, if it is long, row by row."""
        rows: dict[str, list[int]] = defaultdict(list)
        for node in nodes.tolist():
            label = self.labels.get(node, "")
            rows[_LAST_INDEX.sub("", label) if "," in label or "][" in label else label].append(node)
        if len(nodes) <= MANY or len(rows) in (1, len(nodes)):
            return chunks(self._singly(nodes))
        family = object()
        return chunks([self._row(row, np.array(some), family) for row, some in rows.items()])

    def _row(self, row: str, nodes: Nodes, family: object) -> Part:
        return Part("list", nodes, lambda: f"{row}]: {len(nodes)} numbers", lambda: chunks(self._singly(nodes)), family)


def _gathered(nodes: Nodes, places: Nodes) -> list[Nodes]:
    """Nodes put together that have the same place, in the order of the last of each."""
    if np.array_equal(places, nodes):
        return [*np.sort(nodes)[:, None]]
    order = np.argsort(places, kind="stable")
    found = nodes[order]
    ends = np.append(np.flatnonzero(np.diff(places[order])) + 1, len(nodes))
    firsts = np.append(0, ends[:-1])
    last = np.argsort(found[ends - 1])
    return [found[first:end] for first, end in zip(firsts[last].tolist(), ends[last].tolist(), strict=True)]
