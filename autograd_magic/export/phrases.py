"""The formulas of the op table in words, and gradients as they are written."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache, cached_property

import numpy as np

from autograd_magic.engine import formula
from autograd_magic.engine.formula import ARGUMENTS, Call, Constant, Formula
from autograd_magic.engine.ops import Op
from autograd_magic.engine.readable import short
from autograd_magic.engine.replay import Bools
from autograd_magic.engine.tape import Tape


def without_nan_branch(tree: Formula) -> Formula:
    """The formula without the last resort of nan, which says nothing to a reader."""
    if not isinstance(tree, Call):
        return tree
    args = tuple(map(without_nan_branch, tree.args))
    if tree.op == "where" and isinstance(args[2], Constant) and math.isnan(args[2].value):
        return args[1]
    return Call(tree.op, args)


def readable(tree: Formula) -> str:
    """A formula for people, with ``{x}``, ``{y}``, ``{w}``, ``{z}`` where arguments and result stand."""

    def branches(found: Formula) -> str:
        if isinstance(found, Call) and found.op == "where" and len(found.args) == 3:
            condition, yes, no = found.args
            return f"{branches(yes)} if {plain(condition)}, else {branches(no)}"
        return plain(found)

    def plain(found: Formula) -> str:
        if isinstance(found, Call) and any(isinstance(arg, Call) and arg.op == "where" for arg in found.args):
            inner = [
                Call("where", arg.args) if isinstance(arg, Call) and arg.op == "where" else arg for arg in found.args
            ]
            if found.op == "mul":
                return f"{plain(inner[0])} · ({branches(inner[1])})"
        return formula.render(found, variable=lambda name: f"{{{name}}}")

    text = branches(without_nan_branch(tree))
    for name in (*ARGUMENTS, "z"):
        text = text.replace(f"{{{name}}} * {{{name}}}", f"{{{name}}}²")
    return (
        text.replace(" * ", " · ")
        .replace(" <= ", " ≤ ")
        .replace(" >= ", " ≥ ")
        .replace("sqrt(pi)", "√π")
        .replace(" == ", " = ")
    )


@cache
def words(row: Op) -> tuple[str, ...]:
    """A row's symbol, then its forward formula and each partial for people, with ``{x}`` where an argument stands."""
    return (row.symbol, *map(readable, (row.tree, *row.partial_trees)))


class Gradients:
    """How the gradients that stand on a tape are written: ``5``, ``≈ 5`` where it was measured, ``?`` where it is not
    known, and ``nan`` where it is no number. ``root`` is the node that they are the gradients of.
    """

    def __init__(self, tape: Tape, root: int) -> None:
        self._tape, self._measured = tape, tape.measured if root == tape.root else {}

    @cached_property
    def _lost(self) -> Bools:
        """What is above outside code, or an operation that nobody knows, with a derivative that is not known."""
        tape = self._tape
        lost = np.zeros(len(tape), dtype=bool)
        for node, row in tape.outside:
            lost[[arg for arg, slope in zip(tape.args[node], row.slopes, strict=True) if math.isnan(slope)]] = True
        for node in tape.plan.opaque:
            lost[list(tape.args[node])] = True
        return tape.plan.above(lost)

    def known(self, node: int) -> bool:
        """Whether a node's gradient is known, be it nan."""
        return not (math.isnan(self._tape.grads[node]) and (self._lost[node] or node in self._measured))

    def written(self, node: int, digits: Callable[[float], str] = short) -> str:
        """A node's gradient."""
        if not self.known(node):
            return "?"
        grad = float(self._tape.grads[node])
        found = self._measured.get(node)
        return f"≈ {digits(grad)}" if found is not None and found.slope == grad else digits(grad)
