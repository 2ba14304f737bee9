"""Bring your own Value: a graph made of somebody else's class, as Values, and how its gradients compare with ours.

The lecture's class as it is typed into a notebook, micrograd's, a learner's half-finished one: where each keeps what
stands in ``anatomy``, what made a number in ``recovered``, what is wrong with a gradient in ``verdicts``. Their objects
stay as they are (``untouched``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from . import anatomy, record
from .anatomy import is_foreign, number
from .node import LEAF
from .number import plain
from .ops import Op
from .recovered import CLOSE, Seen, contradicted, recovered
from .value import Value, constant, is_real, make
from .verdicts import ABOVE, Pass, Theirs, reasons

__all__ = ["Adopted", "adopt", "is_foreign"]

OURS = "its values are explored, and the gradients shown are ours"


@dataclass
class Adopted:
    """A foreign graph as Values: its ``root``, each foreign node's Value in ``ours`` by identity, and what there is to
    say. ``theirs`` are the gradients that their ``backward`` gave, by our nodes, wherever ours are known; ``reasons``
    why some are wrong. ``unknown`` are our nodes whose gradient depends on an operation that cannot be told.
    """

    root: Value
    nodes: list[Any]
    ours: dict[int, Value]
    notes: list[str] = field(default_factory=list)
    theirs: dict[int, float] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)
    unknown: set[int] = field(default_factory=set)


def adopt(root: Any, names: Mapping[str, Any] | None = None) -> Adopted:
    """Our Values for a foreign graph. ``names`` are variables, for nodes without a label.

    Raises TypeError when a node's ``data`` is no real number, ValueError when the graph has a cycle.
    """
    nodes = _ordered(root)
    known = {id(held): name for name, held in (names or {}).items() if not name.startswith("_")}
    ours: dict[int, Value] = {}
    lost: list[str] = []
    changed: list[str] = []
    close = _precision(nodes)
    with record.paused():
        for node in nodes:
            held = anatomy.data(node)
            data = number(held)
            if data is None:
                raise TypeError(f"a node's data is {type(held).__name__} {held!r:.40}, not one real number")
            label = getattr(node, "label", "")
            label = label if isinstance(label, str) and label else known.get(id(node), "")
            row, parents = _made(node, ours, float(data), close)
            made = make(Value, row, data, parents)
            made.label = label
            ours[id(node)] = made
            if parents and not row.partials:
                word = row.symbol or "an operation without a name"
                some = changed if contradicted(row.symbol, parents, float(data), close) else lost
                some.append(f"{label} ({word})" if label else word)
        adopted = Adopted(ours[id(root)], nodes, ours)
        unsaid = "what it is made from gets no gradient of ours and no verdict."
        if lost:
            adopted.notes.append(
                f"How {_few(lost)} came about cannot be told from the parents and the number: {unsaid}"
            )
        if changed:
            adopted.notes.append(
                f"The parents of {_few(changed)} give another number now (they were changed since, or the operation is "
                f"not what it is called): {unsaid}"
            )
        passes = Pass(nodes, ours, close)
        adopted.root.backward()
        adopted.unknown = {id(ours[key]) for key in passes.unknown}
        _compare(adopted, passes)
    return adopted


def _few(words: list[str]) -> str:
    return f"{', '.join(words[:3])}{' and others' if len(words) > 3 else ''}"


def _ordered(root: Any) -> list[Any]:
    """The nodes, parents first. Never recursive."""
    order: list[Any] = []
    state: dict[int, int] = {}
    stack: list[tuple[Any, Iterator[Any]]] = [(root, iter(_kin(root)))]
    state[id(root)] = 1
    while stack:
        node, rest = stack[-1]
        parent = next(rest, None)
        if parent is None:
            stack.pop()
            state[id(node)] = 2
            order.append(node)
        elif state.get(id(parent)) == 1:
            raise ValueError("the graph has a cycle: a node depends on itself")
        elif id(parent) not in state:
            state[id(parent)] = 1
            stack.append((parent, iter(_kin(parent))))
    return order


def _kin(node: Any) -> list[Any]:
    return [parent for parent in anatomy.parents(node)[0] if not is_real(plain(parent))]


def _precision(nodes: list[Any]) -> float:
    """How near two numbers must be to be the same: the numbers may be NumPy's short ones."""
    kinds = {getattr(anatomy.data(node), "dtype", None) for node in nodes}
    kinds |= {getattr(getattr(node, anatomy.gradient_name(node) or "data", None), "dtype", None) for node in nodes}
    coarse = [float(np.finfo(kind).eps) for kind in kinds if kind in (np.float32, np.float16)]
    return max([CLOSE, *(100 * eps for eps in coarse)])


def _made(node: Any, ours: Mapping[int, Value], data: float, close: float) -> tuple[Op, tuple[Value, ...]]:
    """The row, and the parents in order and with their multiplicity; an opaque row where it cannot be told."""
    kin, ordered = anatomy.parents(node)
    parents = [ours[id(parent)] if id(parent) in ours else constant(plain(parent)) for parent in kin]
    if not parents:
        return LEAF, ()
    near = {id(parent) for parent in kin if id(parent) in ours}
    cells = dict(sorted(anatomy.closed_over(node), key=lambda held: held[0] != "self"))
    operands = [ours[id(held)] for held in cells.values() if id(held) in near]
    if len(operands) > 1 and anatomy.method(node).startswith("__r"):
        operands.reverse()
    word = anatomy.operation(node)
    found = recovered(
        Seen(
            word,
            parents,
            ordered,
            data,
            anatomy.kept_numbers(node, cells.values()) if len(kin) == 1 else (),
            operands or None,
            sure="self" in cells,
            slopes=anatomy.slopes(node),
        ),
        close,
    )
    return found or (Op("opaque", word, "", ()), tuple(parents))


def _compare(adopted: Adopted, passes: Pass) -> None:
    """Hold their gradients against ours. Where their ``backward`` has not run from the root, it is run."""
    nodes, root = adopted.nodes, passes.root
    names = {anatomy.gradient_name(node) for node in nodes}
    name = anatomy.gradient_name(root)
    if not name or "" in names:
        adopted.notes.append(f"Your class keeps no gradient: {OURS}.")
        return
    held = [getattr(node, name, None) for node in nodes]
    strange = next((grad for grad in held if grad is not None and number(grad) is None), None)
    if strange is not None:
        adopted.notes.append(f"A gradient of your class is {type(strange).__name__} {strange!r:.40}: {OURS}.")
        return
    theirs = Theirs(passes, name)
    grads, fresh, ran = theirs.read(), None, False
    if not any(grads.values()) or not grads[id(root)]:
        if not theirs.runs:
            adopted.notes.append(f"Your class has no backward() yet: {OURS}.")
            return
        fresh, ran = theirs.fresh(), True
        if theirs.error is not None:
            error = theirs.error
            adopted.notes.append(f"Your backward() raised {type(error).__name__}: {error}".rstrip(": ") + ".")
            return
        grads = fresh or grads
    compared = [id(node) for node in nodes if id(node) not in passes.unknown]
    adopted.theirs = {id(adopted.ours[key]): grads[key] for key in compared}
    wrong = [key for key in compared if not passes.agrees(key, grads[key], passes.right[key])]
    where = "at every node" if not passes.unknown else "at every node where ours are known"
    kept = "" if name == "grad" else f" (in {name})"
    if not wrong:
        adopted.notes.append(f"The gradients of your class{kept} agree with ours {where}.")
        return
    if not ran and theirs.runs:
        fresh = theirs.fresh()
    found = reasons(passes, theirs, grads, wrong, None if ran else fresh)
    adopted.reasons = {id(adopted.ours[key]): found[key] for key in wrong}
    causes = [key for key in wrong if found[key] != ABOVE] or wrong
    for reason in dict.fromkeys(found[key] for key in causes):
        at = [key for key in causes if found[key] == reason]
        said = ", ".join(
            f"{_name(passes, key)} (yours {grads[key]:.6g}, ours {passes.right[key]:.6g})" for key in at[:4]
        )
        more = f" and {len(at) - 4} more" if len(at) > 4 else ""
        adopted.notes.append(f"Gradients differ at {said}{more}: {reason}.")


def _name(passes: Pass, key: int) -> str:
    made = passes.ours[key]
    return made.label or f"{passes.symbols[key] or 'a leaf'} = {float(made.number):.4g}"
