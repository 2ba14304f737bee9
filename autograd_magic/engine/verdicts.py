"""How the gradients of somebody else's class compare with ours, and why they are wrong where they are."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import anatomy
from .anatomy import number
from .recovered import same
from .untouched import untouched
from .value import Value

OVERWRITTEN = "the gradient was overwritten (=) instead of added up (+=): this node is used more than once"
EARLY = "a node was visited before all its uses had sent their part: go through the nodes in reverse topological order"
TWICE = "a node was visited more than once and passed its gradient on each time: keep a set of the nodes visited"
NOT_CLEARED = "the gradients were not cleared before backward ran again"
LOCAL = "wrong local derivative of {op}: it passes on {got}, and should pass on {right}"
FORGOTTEN = "the rule of {op} passes on the same whatever the gradient of its own result is: multiply by out.grad"
LEFT = f"{NOT_CLEARED}, it began at another node, or they were changed since; a fresh pass gives ours"
PARTIAL = "no whole backward pass has come here yet: a fresh one gives ours"
ABOVE = "follows from a wrong gradient further up"
START = "the root's own gradient must start at 1"
UNVISITED = "no gradient arrived here: it was never visited, or its part was forgotten"
UNUSUAL = "the reason is not one of the usual ones"

Grads = dict[int, float]
"""A gradient for each of their nodes, by identity."""


class Pass:
    """The backward pass over foreign nodes with right local derivatives, and the ways in which it goes wrong.

    ``nodes`` stand parents first, ``ours`` are our Values by identity of theirs.
    """

    def __init__(self, nodes: list[Any], ours: Mapping[int, Value], close: float) -> None:
        self.nodes, self.ours, self.close, self.root = nodes, ours, close, nodes[-1]
        back = {id(value): key for key, value in ours.items()}
        self.order = [id(node) for node in nodes]
        self.walk = {id(node): [id(one) for one in anatomy.parents(node)[0] if id(one) in ours] for node in nodes}
        self.symbols = {id(node): anatomy.operation(node) for node in nodes}
        self.edges: dict[int, list[tuple[int, float]]] = {}
        self.uses: dict[int, list[tuple[int, float]]] = {key: [] for key in self.order}
        self.unknown: set[int] = set()
        for key in reversed(self.order):
            made = ours[key]
            if key in self.unknown or (made.parents and not made.row.partials):
                self.unknown.update(self.walk[key])
            numbers = [float(parent.number) for parent in made.parents]
            locals_ = [local(*numbers, float(made.number)) for local in made.row.local] if made.row.partials else []
            self.edges[key] = [
                (back[id(parent)], slope)
                for parent, slope in zip(made.parents, locals_, strict=False)
                if id(parent) in back
            ]
        for key in self.order:
            for parent, slope in self.edges[key]:
                self.uses[parent].append((key, slope))
        self.right = self.run(reversed(self.order))
        self.slack = self._slack()

    def _slack(self) -> Grads:
        """How far a right gradient may be off by rounding alone, where local derivatives cancel (1 - tanh**2)."""
        slack = dict.fromkeys(self.order, 0.0)
        for key in reversed(self.order):
            for parent, slope in self.edges[key]:
                slack[parent] += slack[key] * abs(slope) + 4e-16 * abs(self.right[key]) * max(1.0, abs(slope))
        return slack

    def agrees(self, key: int, one: float, other: float) -> bool:
        """Whether two gradients of a node are the same but for rounding."""
        return same(one, other, self.close) or abs(one - other) <= self.slack[key]

    def matches(self, found: Grads, theirs: Grads) -> bool:
        """Whether all gradients are those, wherever ours are known."""
        return all(self.agrees(key, found[key], theirs[key]) for key in self.order if key not in self.unknown)

    def run(self, order: Iterable[int], grads: Grads | None = None) -> Grads:
        """Send gradients on in this order, adding up."""
        grads = dict.fromkeys(self.order, 0.0) if grads is None else grads
        grads[id(self.root)] = 1.0
        for node in order:
            for parent, slope in self.edges[node]:
                grads[parent] += grads[node] * slope
        return grads

    def again(self, times: int) -> Grads:
        """Backward several times without clearing."""
        grads = dict.fromkeys(self.order, 0.0)
        for _ in range(times):
            self.run(reversed(self.order), grads)
        return grads

    def fault(self, visits: list[int], theirs: Grads | None = None) -> str:
        """What is wrong with visiting the nodes in this order, if it leads elsewhere than the right one (and to
        ``theirs``, if they are given).
        """
        found = self.run(visits)
        if self.matches(found, self.right) or (theirs is not None and not self.matches(found, theirs)):
            return ""
        inner = [key for key in visits if self.edges[key]]
        return TWICE if len({*inner}) < len(inner) else EARLY

    def orders(self) -> Iterator[list[int]]:
        """The orders that come to mind before a topological sort, and a sort that is not reversed."""
        root, most = id(self.root), 100_000
        breadth, seen = [root], {root}
        for node in breadth:
            for parent in self.walk[node]:
                if parent not in seen:
                    seen.add(parent)
                    breadth.append(parent)
        yield breadth
        yield self.order
        for turned in (False, True):
            for once in (True, False):  # every way down: every node as often as there are ways to it
                visits: list[int] = []
                met, stack = set[int](), [root]
                while stack and len(visits) < most:
                    node = stack.pop()
                    if node not in met or not once:
                        met.add(node)
                        visits.append(node)
                        stack.extend(self.walk[node] if turned else reversed(self.walk[node]))
                yield visits
        queue = [root]
        for node in queue:
            if len(queue) < most:
                queue.extend(self.walk[node])
        yield queue


@dataclass
class Probe:
    """What a rule passes on to each parent when its node's gradient is 1, whether it overwrites what was there, and
    whether it does so whatever the gradient is.
    """

    parts: Grads
    overwrites: bool
    forgets: bool


class Theirs:
    """The gradients that their class gives. It is made to compute some; all is put back."""

    def __init__(self, passes: Pass, name: str) -> None:
        self.passes, self.nodes, self.root, self.name = passes, passes.nodes, passes.root, name
        self.visits: list[int] = []
        self.error: Exception | None = None

    def read(self) -> Grads:
        """The gradients as they stand; one that is None counts as 0."""
        return {id(node): float(number(getattr(node, self.name, None)) or 0.0) for node in self.nodes}

    @property
    def runs(self) -> bool:
        """Whether there is something to run."""
        return callable(getattr(self.root, "backward", None)) or (
            anatomy.rule(self.root) is not None and not hasattr(self.root, "backward")
        )

    def fresh(self) -> Grads | None:
        """What a backward pass gives from cleared gradients, its visits in ``visits``; None if it cannot be had, with
        what it raised in ``error``.
        """
        self.visits = []
        with untouched(self.nodes):
            try:
                for node in self.nodes:
                    self._set(node, 0.0)
                self._watch()
                self._backward()
                return self.read()
            except AttributeError as error:
                self.error = error if self.visits else None
            except Exception as error:
                self.error = error
        self.visits = []  # of a pass that broke off they say nothing
        return None

    def _set(self, node: Any, grad: float) -> None:
        """Give a node a gradient of the kind that it has; None counts as cleared."""
        held: Any = getattr(node, self.name, None)
        if isinstance(held, np.ndarray):
            setattr(node, self.name, np.full_like(held, grad))
        elif anatomy.is_foreign(held):
            held.data = grad
        elif grad or (held is not None and number(held) != 0):
            setattr(node, self.name, grad)

    def _watch(self) -> None:
        """Write down in which order the nodes' rules are called, where each node holds its own."""
        for node in self.nodes:
            name, found = anatomy.named_rule(node)
            if found is None:
                continue

            def watched(*args: Any, _rule: Callable[..., Any] = found, _key: int = id(node)) -> Any:
                self.visits.append(_key)
                return _rule(*args)

            with suppress(AttributeError, TypeError):
                setattr(node, name, watched)

    def _backward(self) -> None:
        whole = getattr(self.root, "backward", None)
        if callable(whole):
            wanted = 0
            with suppress(TypeError, ValueError):
                wanted = sum(
                    one.default is one.empty and one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)
                    for one in inspect.signature(whole).parameters.values()
                )
            whole(*[1.0] * (wanted == 1))
            return
        self._set(self.root, 1.0)
        for node in reversed(self.nodes):
            found = anatomy.rule(node)
            if found is not None:
                found()

    def probe(self, node: Any) -> Probe | None:
        """What a node's own rule passes on; None if that cannot be seen."""
        rule = anatomy.rule(node)
        near = {id(one): one for one in anatomy.parents(node)[0] if id(one) in self.passes.walk}
        if rule is None or not near:
            return None

        def sent(grad: float, before: float) -> Grads:
            with untouched([node, *near.values()], around=False):
                for parent in near.values():
                    setattr(parent, self.name, before)
                setattr(node, self.name, grad)
                rule()
                return {key: float(number(getattr(one, self.name)) or 0.0) for key, one in near.items()}

        try:
            parts, twice = sent(1.0, 0.0), sent(2.0, 0.0)
            before = 1.0 + 4 * max(map(abs, parts.values()))  # no part vanishes beside it
            upon = sent(1.0, before)
        except Exception:
            return None
        if not any(parts.values()) and all(grad == before for grad in upon.values()):
            return None  # it gives its part back, or leaves it to others
        some = [key for key in near if parts[key] and math.isfinite(parts[key])]
        return Probe(
            parts,
            overwrites=any(same(parts[key], upon[key]) for key in some),
            forgets=any(same(parts[key], twice[key]) for key in some),
        )


def reasons(passes: Pass, theirs: Theirs, grads: Grads, wrong: list[int], fresh: Grads | None) -> dict[int, str]:
    """Why each of these gradients is wrong. ``fresh`` are those of a pass from cleared gradients."""
    cleared = fresh is not None and passes.matches(fresh, passes.right)
    again = any(passes.matches(passes.again(times), grads) for times in (2, 3, 4))
    if cleared or again:
        partial = cleared and any(grads[key] == 0 for key in wrong)
        return dict.fromkeys(wrong, PARTIAL if partial else NOT_CLEARED if again else LEFT)
    if fresh is not None:
        grads = fresh
    found = dict(_Nodes(passes, theirs, grads).reasons(wrong))
    certain = any(sure or reason == START for reason, sure in found.values())
    if not certain and any(reason not in (ABOVE, OVERWRITTEN) for reason, _ in found.values()):
        orders = passes.orders() if not theirs.visits else ()
        order = next(filter(None, (passes.fault(visits, grads) for visits in orders)), "")
    else:
        order = ""
    order = (passes.fault(theirs.visits) if theirs.visits else "") or order
    if order and not certain:
        return dict.fromkeys(wrong, order)
    return {key: reason or order or UNUSUAL for key, (reason, _) in found.items()}


class _Nodes:
    """What can be said of single nodes, given the gradients of their users as they are."""

    def __init__(self, passes: Pass, theirs: Theirs, grads: Grads) -> None:
        self.passes, self.theirs, self.grads = passes, theirs, grads
        self.trusted = _trusted(passes, grads)
        self.nodes = {id(node): node for node in passes.nodes}

    def reasons(self, wrong: list[int]) -> Iterator[tuple[int, tuple[str, bool]]]:
        """For each node a reason (``""``: none of the usual ones), and whether its users' own rules have shown it."""
        for key in wrong:
            uses = self.passes.uses[key]
            parts = [self.grads[user] * slope for user, slope in uses]
            if key == id(self.passes.root):
                yield key, (START, False)
            elif self.passes.agrees(key, sum(parts), self.grads[key]):
                yield key, (ABOVE, False)
            else:
                probed = self._probed(key, uses)
                yield key, (probed, True) if probed else (self._guessed(key, uses, parts), False)

    def _probed(self, key: int, uses: list[tuple[int, float]]) -> str:
        expected: Grads = {}
        for user, slope in uses:
            expected[user] = expected.get(user, 0.0) + slope
        overwrites = False
        for user, right in [*expected.items()][:20]:
            probe = self.theirs.probe(self.nodes[user])
            if probe is None:
                continue
            got = probe.parts[key]
            if probe.forgets:
                return FORGOTTEN.format(op=self.passes.symbols[user] or "the operation")
            if probe.overwrites and len(uses) > 1:
                overwrites = True
            elif not same(got, right, self.passes.close) and abs(got - right) > 1e-15:
                return self._local(user, got, right)
        return OVERWRITTEN if overwrites else ""

    def _guessed(self, key: int, uses: list[tuple[int, float]], parts: list[float]) -> str:
        grads = self.grads
        if len(parts) > 1 and any(same(part, grads[key]) for part in parts):
            return OVERWRITTEN
        if grads[key] == 0 and any(parts):
            return UNVISITED
        suspects = [
            (user, slope, part)
            for (user, slope), part in zip(uses, parts, strict=True)
            if self.passes.symbols[user] not in self.trusted
        ]
        if len(suspects) != 1:
            return ""
        ((user, slope, part),) = suspects
        got = (grads[key] - sum(parts) + part) / grads[user] if grads[user] else math.nan
        return self._local(user, got, slope)

    def _local(self, user: int, got: float, right: float) -> str:
        symbol = self.passes.symbols[user] or "the operation"
        return LOCAL.format(op=symbol, got=f"{got:.6g}", right=f"{right:.6g}")


def _trusted(passes: Pass, grads: Grads) -> set[str]:
    """The operations that pass on what they should, wherever it can be seen: at nodes whose gradient is the sum of its
    parts.
    """
    seen: dict[str, bool] = {}
    for key, uses in passes.uses.items():
        right = passes.agrees(key, sum(grads[user] * slope for user, slope in uses), grads[key]) if uses else True
        for user, _ in uses:
            symbol = passes.symbols[user]
            if right:
                seen.setdefault(symbol, True)
            elif len(uses) == 1:
                seen[symbol] = False
    return {symbol for symbol, right in seen.items() if right}
