"""What a node is called; ``js/src/model/names.ts`` calls it the same."""

from __future__ import annotations

import re

import numpy as np

from autograd_magic.engine.node import CONST
from autograd_magic.engine.readable import clean, short
from autograd_magic.engine.tape import Tape

from .geometry import NAME_LENGTH
from .sketch import folded, symbol

DEEP, WORD = 3, 12
"""How many steps the name of a node that has none goes down, and how long the name of another in it may be."""

GAP = "…"
"""What stands for a part of a name for which there is no room."""


def made(tape: Tape, node: int) -> str:
    """A node's label, else a constant's number, else what computes it; where that is long, with gaps."""
    for deep in () if _nameless(tape, node) else range(DEEP, 0, -1):
        found = _computing(tape, node, deep)
        if len(found) <= NAME_LENGTH and GAP not in found:
            return found
    return clean(_computing(tape, node, 0), NAME_LENGTH - 4)


def title(tape: Tape, node: int) -> str:
    """What a node is called; with a count where others with such gaps are called so too."""
    name = made(tape, node)
    if GAP not in name or tape.label(node):
        return name
    found = _computing(tape, node, 0)
    alike = np.flatnonzero(tape.rows.codes == tape.rows.codes[node]).tolist()
    namesakes = [other for other in alike if not tape.label(other) and _computing(tape, other, 0) == found]
    return f"{name} ({namesakes.index(node) + 1})" if len(namesakes) > 1 else name


def _nameless(tape: Tape, node: int) -> bool:
    """Whether there is nothing to call a node by: a leaf without a label."""
    return not (tape.label(node) or tape.args[node] or tape.rows[node] is CONST)


def _computing(tape: Tape, node: int, deep: int) -> str:
    """A node's label or number, or what computes it, so many steps deep."""
    if label := tape.label(node):
        return clean(label, NAME_LENGTH)
    if tape.rows[node] is CONST:
        return short(tape.traced[node])
    if _nameless(tape, node):
        return "a leaf without a name"
    args, sign = tape.args[node], symbol(tape, node)

    def word(arg: int) -> str:
        if label := tape.label(arg):
            return clean(label, WORD)
        known = tape.rows[arg] is CONST or (deep and not _nameless(tape, arg))
        return _computing(tape, arg, deep - 1) if known else GAP

    words = [word(arg) for arg in args[:2]]
    if folded(tape, node) is not None:
        return _single(words[0], 4) + sign
    if len(args) == 1 and sign == "-":
        return sign + _single(words[0], 4)
    if len(args) == 2 and not re.search("[a-zA-Z]", sign):
        holds = _strength(sign)
        return f"{_single(words[0], holds)}{sign}{_single(words[1], min(4, holds + 1))}"
    if len(args) > 2:
        words.append(GAP if len(args) > 3 or not deep else word(args[2]))
    return f"{sign}({', '.join(words)})"


def _strength(formula: str) -> int:
    """How strongly a formula holds together: that of a sum 1, of a product 2, of a power 3, of a word or a call 4."""
    if re.fullmatch(r"[0-9.]+(e-?[0-9]+)?", formula):
        return 4
    bare, before = formula, ""
    while bare != before:
        before, bare = bare, re.sub(r"[(\[][^()\[\]]*[)\]]", "", bare)
    if re.search("[-+]", bare):
        return 1
    return 2 if re.search("[*/%·]", bare.replace("**", "")) else 3 if "**" in bare else 4


def _single(formula: str, least: int) -> str:
    """A formula in brackets, if it holds together less than it must."""
    return f"({formula})" if _strength(formula) < least else formula
