"""Random graphs for tests: every row of the op table, at numbers where nothing is refused."""

from __future__ import annotations

import random
from collections.abc import Sequence

from autograd_magic.engine.ops import TABLE
from autograd_magic.engine.value import Value, constant, operate

EXACT = [
    "add",
    "sub",
    "mul",
    "div",
    "neg",
    "abs",
    "sqrt",
    "square",
    "reciprocal",
    "min",
    "max",
    "relu",
    "floor",
    "ceil",
    "trunc",
    "sign",
    "where",
]
"""Rows whose bits are the same on every IEEE machine."""


def graph(seed: int, size: int, names: Sequence[str] = tuple(TABLE), leaves: int = 8, reach: int = 200) -> Value:
    """A root over a random graph of about ``size`` operations on ``leaves`` leaves, computed as NumPy computes (inf
    and nan, no exceptions).
    """
    dice = random.Random(seed)
    nodes = [Value(dice.uniform(-2, 2), label=f"x{k}") for k in range(leaves)]
    for _ in range(size):
        row = TABLE[dice.choice(names)]
        arguments = [dice.choice(nodes[-reach:]) for _ in range(row.arity)]
        if row.name == "round":
            arguments[1] = constant(float(dice.randrange(5)))
        node = operate(Value, row, row.ieee, tuple(arguments))
        node.strict = False
        if abs(node.number) > 1e6:
            node = operate(Value, TABLE["mul"], TABLE["mul"].ieee, (node, constant(2.0**-20)))
            node.strict = False
        nodes.append(node)
    root = nodes[-1]
    for node in nodes[-min(size, 20) : -1]:
        root = root + node
    return root
