"""The formulas of the op table in words, and gradients as they are written."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache, cached_property

import numpy as np

from autograd_magic.engine import formula
from autograd_magic.engine.formula import ARGUMENTS, Call, Constant, Formula
from autograd_magic.engine.groups import Bools
from autograd_magic.engine.ops import Op
from autograd_magic.engine.readable import short
from autograd_magic.engine.tape import Tape

SAYS = {
    "add": "A sum hands its gradient on to each input *unchanged*.",
    "sub": "A difference hands its gradient on unchanged, and to what is subtracted with *the other sign*.",
    "mul": "A product hands each input *the other input’s value*.",
    "div": "A quotient hands its numerator *1 over the denominator*, its denominator *minus the quotient over it*.",
    "pow": "A power hands its base *the exponent times the power one lower*.",
    "neg": "A minus hands its gradient on with *the other sign*.",
    "abs": "An absolute value hands on *the sign of its input*.",
    "min": "min hands everything to *the smaller input*, and nothing to the other.",
    "max": "max hands everything to *the larger input*, and nothing to the other.",
    "smaller": "min hands everything to *the smaller input*, and nothing to the other.",
    "larger": "max hands everything to *the larger input*, and nothing to the other.",
    "exp": "exp hands on *its own output*.",
    "log": "log hands on *1 over its input*.",
    "sqrt": "A square root hands on *1 over twice its output*.",
    "square": "A square hands on *twice its input*.",
    "reciprocal": "A reciprocal hands on *minus its output squared*.",
    "sin": "sin hands on *the cosine of its input*.",
    "cos": "cos hands on *minus the sine of its input*.",
    "tanh": "tanh hands on *1 − its output squared*: the nearer to −1 or 1, the less.",
    "sigmoid": "sigmoid hands on *its output times 1 − its output*: never more than a quarter.",
    "relu": "ReLU hands on *everything where its input is above 0*, and nothing elsewhere.",
    "leaky_relu": "LeakyReLU hands on *everything where its input is above 0*, and a hundredth elsewhere.",
    "softplus": "softplus hands on *the sigmoid of its input*.",
    "hypot": "A length hands each input *that input over the length*.",
    "clip": "clip hands on *everything within its limits*, and nothing beyond.",
    "where": "where hands everything to *the one that was chosen*.",
}
"""What an operation does with a gradient, in a plain sentence with its point between stars. Of an operation that is not
here its local derivatives say it.
"""


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
    """A row's symbol and its sentence, then its forward formula and each partial for people, with ``{x}`` where an
    argument stands.
    """
    return (row.symbol, SAYS.get(row.name, ""), *map(readable, (row.tree, *row.partial_trees)))


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
