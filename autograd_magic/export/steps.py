"""The steps that lead to a node, to be written as text or typeset.

Each named number is a step of its own, and so is what is used more than once; everything else stands where it is used.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections import Counter

from autograd_magic.engine.formula import Call, Constant, Formula, Variable
from autograd_magic.engine.node import CONST, LEAF
from autograd_magic.engine.ops import TABLE
from autograd_magic.engine.outside import Outside
from autograd_magic.engine.tape import Tape

LARGEST = 500
"""A text with more steps than this is nobody's to read."""

DEEPEST = 12
"""How deep a formula may be nested before a part of it becomes a step of its own."""


class Steps:
    """The steps that lead to a node: ``leaves`` with their numbers, then ``made``, each with its formula on the names
    of earlier ones. A name here is what people call the node; it may be no identifier.
    """

    def __init__(self, tape: Tape, target: int) -> None:
        needed = {target}
        for node in range(target, -1, -1):
            if node in needed:
                needed.update(tape.args[node])
        if len(needed) > LARGEST:
            raise ValueError(
                f"{tape.name(target)} is made of {len(needed):,} numbers; formulas are written for up to {LARGEST}"
            )
        uses = Counter(arg for node in needed for arg in tape.args[node])
        self.leaves: list[tuple[str, float]] = []
        self.made: list[tuple[str, Formula]] = []
        self.outside: dict[str, float] = {}
        taken: set[str] = set()
        trees: dict[int, Formula] = {}
        depth: dict[int, int] = {}
        unnamed = 0
        for node in sorted(needed):
            row, args, label = tape.rows[node], tape.args[node], tape.label(node)
            data = tape.nodes[node].number
            depth[node] = 1 + max((depth[arg] for arg in args), default=0)
            if row is CONST and not label:
                trees[node] = Constant(float(tape.values[node]))
                continue
            name = row.name if row.name in TABLE else identifier(row.symbol or "unknown")
            tree: Formula = Call(name, tuple(trees[arg] for arg in args))
            outside = isinstance(row, Outside)
            inside = not outside and not label and args and node != target and uses[node] == 1 and depth[node] < DEEPEST
            if inside:
                trees[node] = tree
                continue
            unnamed += not label
            called = label or f"t{unnamed}"
            first, nth = called, 1
            while called in taken:
                nth += 1
                called = f"{first}_{nth}"
            taken.add(called)
            depth[node] = 0
            trees[node] = Variable(called)
            if row is LEAF or row is CONST:
                whole = isinstance(data, int)
                self.leaves.append((called, int(tape.values[node]) if whole else float(tape.values[node])))
            else:
                self.made.append((called, tree))
            if outside:
                self.outside[called] = float(tape.values[node])


def identifier(name: str) -> str:
    """A label as a name that Python takes."""
    name = unicodedata.normalize("NFKC", name)  # as Python itself reads names
    found = re.sub("_+", "_", "".join(letter if f"_{letter}".isidentifier() else "_" for letter in name)).strip("_")
    found = found if found.isidentifier() else f"n{found}"
    return f"{found}_" if keyword.iskeyword(found) or found == "math" else found
