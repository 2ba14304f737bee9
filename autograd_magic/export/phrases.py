"""The formulas of the op table in words, for people who read the inspector."""

from __future__ import annotations

import math
from functools import cache

from autograd_magic.engine import formula
from autograd_magic.engine.formula import ARGUMENTS, Call, Constant, Formula
from autograd_magic.engine.ops import Op


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
