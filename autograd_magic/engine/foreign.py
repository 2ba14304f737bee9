"""Bring your own Value: a graph made of somebody else's class, and how its gradients compare with ours.

Anything with ``data``, ``_prev`` and ``_op`` is such a graph: the lecture's class as it is typed into a notebook,
micrograd's, a learner's half-finished one. Parents that are kept in a set have lost their order, and ``a*a`` one of its
two; both are recovered from the stored numbers where they can be.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any

from . import record
from .node import LEAF
from .number import plain
from .ops import BY_SYMBOL, TABLE, Op
from .value import Value, constant, is_real, make

CLOSE = 1e-9
"""Numbers that differ by no more than this, relatively, are the same here."""

OVERWRITTEN = "the gradient was overwritten (=) instead of added up (+=): this node is used more than once"
EARLY = "a node was visited before all its uses had sent their part: go through the nodes in reverse topological order"
NOT_CLEARED = "the gradients were not cleared before backward ran again"
LOCAL = "wrong local derivative of {op}: it passes on {got}, and should pass on {right}"
ABOVE = "follows from a wrong gradient further up"


def is_foreign(found: object) -> bool:
    """Whether something is a node of somebody else's class."""
    return not isinstance(found, (Value, type)) and all(hasattr(found, name) for name in ("data", "_prev", "_op"))


@dataclass
class Adopted:
    """A foreign graph as Values: its ``root``, each foreign node's Value in ``ours`` by identity, and what there is to
    say. ``theirs`` are the gradients that their ``backward`` gave, by our nodes; ``reasons`` why some are wrong.
    """

    root: Value
    nodes: list[Any]
    ours: dict[int, Value]
    notes: list[str] = field(default_factory=list)
    theirs: dict[int, float] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)


def adopt(root: Any, names: Mapping[str, Any] | None = None) -> Adopted:
    """Our Values for a foreign graph. ``names`` are variables, for nodes without a label.

    Raises TypeError when a node's ``data`` is no real number, ValueError when the graph has a cycle.
    """
    nodes = _ordered(root)
    known = {id(held): name for name, held in (names or {}).items() if is_foreign(held) and not name.startswith("_")}
    ours: dict[int, Value] = {}
    lost: list[str] = []
    with record.paused():
        for node in nodes:
            data = plain(node.data)
            if isinstance(data, bool) or not is_real(data):
                raise TypeError(f"a node's data is {type(data).__name__} {data!r:.40}, not one real number")
            label = getattr(node, "label", "")
            label = label if isinstance(label, str) and label else known.get(id(node), "")
            row, parents, sure = _made(str(node._op), [ours[id(parent)] for parent in node._prev], float(data))
            made = make(Value, row, data, parents)
            made.label = label
            ours[id(node)] = made
            if not sure:
                lost.append(label or str(node._op))
    adopted = Adopted(ours[id(root)], nodes, ours)
    if lost:
        adopted.notes.append(
            f"How {', '.join(lost[:3])}{' and others' if len(lost) > 3 else ''} came about cannot be told from the "
            "parents and the number: no gradient goes through."
        )
    _compare(adopted, root)
    return adopted


def _ordered(root: Any) -> list[Any]:
    """The nodes, parents first. Never recursive."""
    order: list[Any] = []
    state: dict[int, int] = {}
    stack: list[tuple[Any, Iterator[Any]]] = [(root, iter(tuple(root._prev)))]
    state[id(root)] = 1
    while stack:
        node, rest = stack[-1]
        parent = next(rest, None)
        if parent is None:
            stack.pop()
            state[id(node)] = 2
            order.append(node)
        elif not is_foreign(parent):
            raise TypeError(f"a node's _prev holds {type(parent).__name__} {parent!r:.40}, which is no node")
        elif state.get(id(parent)) == 1:
            raise ValueError("the graph has a cycle: a node depends on itself")
        elif id(parent) not in state:
            state[id(parent)] = 1
            stack.append((parent, iter(tuple(parent._prev))))
    return order


def _made(symbol: str, parents: list[Value], data: float) -> tuple[Op, tuple[Value, ...], bool]:
    """The row, the parents in order and with their multiplicity, and whether they give the node's number."""
    if not parents:
        return LEAF, (), True
    for row, arguments in _candidates(symbol, parents):
        if _close(row.ieee(*[float(argument.number) for argument in arguments]), data):
            return row, arguments, True
    return Op("opaque", symbol, "", ()), tuple(parents), False


def _candidates(symbol: str, parents: list[Value]) -> Iterator[tuple[Op, tuple[Value, ...]]]:
    word = symbol.strip()
    if word.startswith("**") and word[2:]:
        with suppress(ValueError):
            yield TABLE["pow"], (parents[0], constant(float(word[2:])))
    for arity in (len(parents), 2):
        row = BY_SYMBOL.get((word, arity)) or BY_SYMBOL.get((word.lower(), arity))
        if row is None:
            continue
        if arity == len(parents):
            yield from ((row, order) for order in permutations(parents))
        elif len(parents) == 1:  # a set has made one of two
            yield row, (parents[0], parents[0])


def _close(one: float, other: float) -> bool:
    return (
        one == other
        or (math.isnan(one) and math.isnan(other))
        or abs(one - other) <= CLOSE * max(abs(one), abs(other), 1e-12)
    )


def _compare(adopted: Adopted, root: Any) -> None:
    """Hold their gradients against ours. Where their ``backward`` has not run yet, it is run."""
    nodes = adopted.nodes
    adopted.root.backward()
    if not all(is_real(plain(getattr(node, "grad", None))) for node in nodes) or not callable(
        getattr(root, "backward", None)
    ):
        return
    if all(plain(node.grad) == 0 for node in nodes):
        try:
            root.backward()
        except Exception as error:
            adopted.notes.append(f"Your backward() raised {type(error).__name__}: {error}".rstrip(": ") + ".")
            return
    theirs = {id(node): float(plain(node.grad)) for node in nodes}
    adopted.theirs = {id(adopted.ours[key]): grad for key, grad in theirs.items()}
    wrong = [node for node in nodes if not _close(theirs[id(node)], adopted.ours[id(node)].gradient)]
    if not wrong:
        adopted.notes.append("The gradients of your class agree with ours at every node.")
        return
    found = _reasons(_Backward(adopted, root), theirs, wrong)
    adopted.reasons = {id(adopted.ours[id(node)]): found[id(node)] for node in wrong}
    causes = [node for node in wrong if found[id(node)] != ABOVE] or wrong
    for reason in dict.fromkeys(found[id(node)] for node in causes):
        at = [node for node in causes if found[id(node)] == reason]
        said = ", ".join(
            f"{_name(adopted, node)} (yours {theirs[id(node)]:.6g}, ours {adopted.ours[id(node)].gradient:.6g})"
            for node in at[:4]
        )
        more = f" and {len(at) - 4} more" if len(at) > 4 else ""
        adopted.notes.append(f"Gradients differ at {said}{more}: {reason}.")


def _name(adopted: Adopted, node: Any) -> str:
    return adopted.ours[id(node)].label or f"{node._op or 'a leaf'} = {float(plain(node.data)):.4g}"


class _Backward:
    """The backward pass over foreign nodes with right local derivatives, and the ways in which it goes wrong."""

    def __init__(self, adopted: Adopted, root: Any) -> None:
        self.nodes, self.root = adopted.nodes, root
        back = {id(ours): key for key, ours in adopted.ours.items()}
        self.edges: dict[int, list[tuple[int, float]]] = {}
        self.uses: dict[int, list[tuple[int, float]]] = {id(node): [] for node in self.nodes}
        self.symbols = {id(node): str(node._op) for node in self.nodes}
        for node in self.nodes:
            made = adopted.ours[id(node)]
            numbers = [float(parent.number) for parent in made.parents]
            locals_ = [local(*numbers, float(made.number)) for local in made.row.local] if made.row.partials else []
            self.edges[id(node)] = [
                (back[id(parent)], slope)
                for parent, slope in zip(made.parents, locals_, strict=False)
                if id(parent) in back
            ]
            for parent, slope in self.edges[id(node)]:
                self.uses[parent].append((id(node), slope))
        self.order = [id(node) for node in self.nodes]
        self.walk = {id(node): [id(parent) for parent in node._prev] for node in self.nodes}

    def run(self, order: Iterable[int], grads: dict[int, float], *, add: bool = True) -> dict[int, float]:
        """Send gradients on in this order, adding up or overwriting."""
        grads[id(self.root)] = 1.0
        for node in order:
            for parent, slope in self.edges[node]:
                part = grads[node] * slope
                grads[parent] = grads[parent] + part if add else part
        return grads

    def zeros(self) -> dict[int, float]:
        """All gradients cleared."""
        return dict.fromkeys(self.order, 0.0)

    def again(self, times: int) -> dict[int, float]:
        """Backward several times without clearing."""
        grads = self.zeros()
        for _ in range(times):
            self.run(reversed(self.order), grads)
        return grads

    def unordered(self) -> Iterator[dict[int, float]]:
        """Backward in the orders that come to mind before a topological sort."""
        root = id(self.root)
        depth, breadth, seen = [], [root], {root}
        for node in breadth:
            for parent in self.walk[node]:
                if parent not in seen:
                    seen.add(parent)
                    breadth.append(parent)
        stack, met = [root], set()
        while stack:
            node = stack.pop()
            if node not in met:
                met.add(node)
                depth.append(node)
                stack.extend(reversed(self.walk[node]))
        yield self.run(breadth, self.zeros())
        yield self.run(depth, self.zeros())
        visits: list[int] = []
        stack = [root]
        while stack and len(visits) < 100_000:  # every way down, so every node as often as there are ways to it
            node = stack.pop()
            visits.append(node)
            stack.extend(reversed(self.walk[node]))
        yield self.run(visits, self.zeros())


def _reasons(passes: _Backward, theirs: dict[int, float], wrong: list[Any]) -> dict[int, str]:
    def matches(grads: dict[int, float], but: Callable[[int], bool] = lambda _: False) -> bool:
        return all(_close(grads[node], theirs[node]) or but(node) for node in passes.order)

    keys = [id(node) for node in wrong]
    if any(matches(passes.again(times)) for times in (2, 3, 4)):
        return dict.fromkeys(keys, NOT_CLEARED)
    trusted = _trusted(passes, theirs)
    found = {key: _local_reason(passes, theirs, trusted, key) for key in keys}
    if any(reason is None or reason.startswith("wrong local") for reason in found.values()) and any(
        matches(grads) for grads in passes.unordered()
    ):
        return dict.fromkeys(keys, EARLY)
    return {key: reason or "the reason is not one of the usual ones" for key, reason in found.items()}


def _local_reason(passes: _Backward, theirs: dict[int, float], trusted: set[str], key: int) -> str | None:
    """Why one gradient is wrong, given the gradients of its users as they are."""
    if key == id(passes.root):
        return "the root's own gradient must start at 1"
    parts = [theirs[user] * slope for user, slope in passes.uses[key]]
    if _close(sum(parts), theirs[key]):
        return ABOVE
    if len(parts) > 1 and any(_close(part, theirs[key]) for part in parts):
        return OVERWRITTEN
    if theirs[key] == 0 and any(parts):
        return "no gradient arrived here: it was never visited, or its part was forgotten"
    suspects = [
        (user, slope, part)
        for (user, slope), part in zip(passes.uses[key], parts, strict=True)
        if passes.symbols[user] not in trusted
    ]
    if len(suspects) != 1:
        return None
    ((user, slope, part),) = suspects
    got = (theirs[key] - sum(parts) + part) / theirs[user] if theirs[user] else math.nan
    return LOCAL.format(op=passes.symbols[user] or "the operation", got=f"{got:.6g}", right=f"{slope:.6g}")


def _trusted(passes: _Backward, theirs: dict[int, float]) -> set[str]:
    """The operations that pass on what they should, wherever it can be seen: at nodes whose gradient is the sum of its
    parts.
    """
    seen: dict[str, bool] = {}
    for key, uses in passes.uses.items():
        right = _close(sum(theirs[user] * slope for user, slope in uses), theirs[key]) if uses else True
        for user, _ in uses:
            symbol = passes.symbols[user]
            if right:
                seen.setdefault(symbol, True)
            elif len(uses) == 1:
                seen[symbol] = False
    return {symbol for symbol, right in seen.items() if right}
