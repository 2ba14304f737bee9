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


def sums(seed: int, count: int) -> Value:
    """A root over sums that are added up term by term, some of them used on the way."""
    dice = random.Random(seed)
    nodes = [Value(dice.uniform(-2, 2), label=f"x{k}") for k in range(6)]
    for _ in range(count):
        total = dice.choice(nodes)
        for _ in range(dice.choice([2, 5, 5, 5, 9, 30])):
            term = dice.choice(nodes) * dice.choice(nodes[:6])
            total = total + term if dice.random() < 0.8 else term + total
            if dice.random() < 0.05:
                nodes.append(total)
        nodes.append(total * 2.0**-8 if dice.random() < 0.7 else (total * 2.0**-8).relu())
    return sum(nodes[-20:], nodes[0])


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
