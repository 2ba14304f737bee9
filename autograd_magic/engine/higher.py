"""Gradients of gradients: ``grad`` as a graph of its own, and the Hessian.

``grad`` builds the gradient out of Values with the op table's own partial formulas, so it can be explored, printed and
differentiated again. ``hessian`` runs forward over backward on the tape (R. Pearlmutter, "Fast exact multiplication by
the Hessian", 1994), with the second derivatives that follow from the same formulas.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from .formula import ARGUMENTS, COMPARISONS, CONNECTIVES, Call, Constant, Formula, Variable
from .memory import remembered
from .node import ancestors, parents_of
from .number import Number, node_of
from .ops import TABLE
from .outside import Outside
from .recording import RELATIONS
from .tape import Tape
from .value import Value, compare, constant, operate


def grad(root: Value, *leaves: Value) -> Any:
    """The derivative of ``root`` by each of ``leaves``, as Values: one alone, or a tuple.

    The result is a graph: ``explore(grad(y, x))`` shows how the gradient comes about, and ``grad(grad(y, x), x)`` is
    the second derivative. A number on which the root does not depend gives 0. Raises TypeError for what is no Value.

    >>> x = Value(2.0)
    >>> grad(x**3, x).data, grad(grad(x**3, x), x).data
    (12.0, 12.0)
    """
    root, *given = map(remembered, (root, *leaves))
    leaves = tuple(given)
    for found in (root, *leaves):
        if not isinstance(found, Value):
            raise TypeError(f"grad() takes Values, not {type(found).__name__} {found!r:.40}")
    if not leaves:
        raise TypeError("grad() needs to know by what: grad(y, x)")
    cls = Number if type(root) is Number else Value
    start = node_of(root)
    sums: dict[int, Value] = {id(start): _constant(1.0)}
    for node in reversed(ancestors([start])):
        above = sums.get(id(node))
        if above is None or not node.row.partials:
            continue
        parents: tuple[Any, ...] = parents_of(node)
        bound = dict(zip(ARGUMENTS, parents, strict=False)) | {"z": node}
        row = node.row
        known_slopes = map(_constant, row.slopes) if isinstance(row, Outside) else None
        for parent, local in zip(
            parents, known_slopes or (_value(cls, partial, bound) for partial in row.partial_trees), strict=True
        ):
            part = local if _is(above, 1.0) else above if _is(local, 1.0) else _apply(cls, "mul", above, local)
            if not _is(part, 0.0):
                known = sums.get(id(parent))
                sums[id(parent)] = part if known is None else _apply(cls, "add", known, part)
    slopes = tuple(sums.get(id(node_of(leaf)), _constant(0.0)) for leaf in leaves)
    return slopes[0] if len(slopes) == 1 else slopes


def hessian(root: Value, leaves: Sequence[Value]) -> npt.NDArray[np.float64]:
    """The second derivatives of ``root`` by each pair of ``leaves``: an array of shape (n, n).

    >>> x, y = Value(2.0), Value(3.0)
    >>> hessian(x * x * y, [x, y]).tolist()
    [[6.0, 4.0], [4.0, 0.0]]
    """
    tape = Tape(node_of(remembered(root)))
    places = [tape.node(remembered(leaf)) for leaf in leaves]
    rows = np.zeros((len(places), len(places)))
    for row, place in enumerate(places):
        if place is not None:
            direction = np.zeros(len(tape))
            direction[place] = 1.0
            product = tape.hvp(direction)
            rows[row] = [0.0 if other is None else product[other] for other in places]
    return rows


def _constant(number: float) -> Value:
    return constant(number)


def _is(value: Value, number: float) -> bool:
    return value.row.name == "const" and value.number == number


def _apply(cls: type[Value], name: str, *arguments: Value) -> Value:
    row = TABLE[name]
    made: Value = operate(cls, row, row.ieee, arguments)
    made.strict = False  # a gradient is IEEE arithmetic: infinite where the slope is
    return made


def _value(cls: type[Value], tree: Formula, bound: dict[str, Any]) -> Value:
    """A formula on Values. The branch that holds at these numbers is taken, with a guard where a cell is traced."""
    match tree:
        case Variable(name):
            found: Value = bound[name]
            return found
        case Constant(value):
            return _constant(value)
        case Call("where", (condition, yes, no)):
            return _value(cls, yes if _holds(cls, condition, bound) else no, bound)
        case Call(op, args):
            return _apply(cls, op, *(_value(cls, arg, bound) for arg in args))
    raise TypeError(tree)


def _holds(cls: type[Value], condition: Formula, bound: dict[str, Any]) -> bool:
    match condition:
        case Call("and", args):
            return all(_holds(cls, arg, bound) for arg in args)
        case Call("or", args):
            return any(_holds(cls, arg, bound) for arg in args)
        case Call("not", (arg,)):
            return not _holds(cls, arg, bound)
        case Call(op, (left, right)) if op in COMPARISONS and op not in CONNECTIVES:
            relation = RELATIONS.index(COMPARISONS[op])
            return bool(compare(relation, _value(cls, left, bound), _value(cls, right, bound)))
    return bool(_value(cls, condition, bound).number)
