"""Formulas as MathML, which the browser typesets: elements as lists of their tag and what they hold."""

from __future__ import annotations

from typing import Any
from unicodedata import lookup

from .steps import Steps
from .typeset import GREEK, indexed, number, typeset

Part = list[Any]
"""An element: its tag, then texts and elements."""


def mathml(steps: Steps) -> Part:
    """The steps, one below the other: a table of names, signs and formulas."""
    lines = [(name, typeset(tree, MARKS)) for name, tree in steps.made]
    lines = lines or [(name, number(value, MARKS)) for name, value in steps.leaves]
    cells = [(MARKS.symbol(name), ["mo", "="], part) for name, part in lines]
    return ["mtable", *(["mtr", *(["mtd", cell] for cell in row)] for row in cells)]


class _MathML:
    def symbol(self, name: str) -> Part:
        base, index = indexed(name)
        if index:
            return ["msub", self.symbol(base), ["mn", index]]
        return ["mi", _greek(name) if GREEK.fullmatch(name) else name]

    def digits(self, text: str, exponent: str) -> Part:
        plain = ["mn", text]
        if not exponent:
            return plain
        return ["mrow", plain, ["mo", "·"], ["msup", ["mn", "10"], ["mn", exponent.replace("-", "−")]]]

    def special(self, name: str) -> Part:
        return ["mi", "∞" if name == "inf" else name]

    def letter(self, text: str) -> Part:
        return ["mn" if text.isdigit() else "mi", text]

    def row(self, *parts: Part | str) -> Part:
        return ["mrow", *(["mo", "−" if part == "-" else part] if isinstance(part, str) else part for part in parts)]

    def minus(self, part: Part) -> Part:
        return ["mrow", ["mo", "−"], part]

    def fraction(self, above: Part, below: Part) -> Part:
        return ["mfrac", above, below]

    def power(self, base: Part, exponent: Part) -> Part:
        return ["msup", base, exponent]

    def root(self, inside: Part, degree: int) -> Part:
        return ["msqrt", inside] if degree == 2 else ["mroot", inside, ["mn", str(degree)]]

    def fenced(self, fence: str, inside: Part) -> Part:
        fences = _FENCES[fence]
        return ["mrow", ["mo", fences[0]], inside, ["mo", fences[1]]]

    def function(self, op: str, inside: Part) -> Part:
        name = _FUNCTIONS.get(op, op)
        inverse = op.endswith("inv") or op == "ndtri"
        head = ["msup", ["mi", name], ["mn", "−1"]] if inverse else ["mi", name]
        return ["mrow", head, self.fenced("(", inside)]


MARKS = _MathML()

_FENCES = {"(": "()", "|": "||", "floor": "⌊⌋", "ceil": "⌈⌉"}

_FUNCTIONS = {
    "larger": "max",
    "smaller": "min",
    "log": "ln",
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "ndtr": "Φ",
    "ndtri": "Φ",
    "erfinv": "erf",
    "erfcinv": "erfc",
    "gamma": "Γ",
    "digamma": "ψ",
}


def _greek(name: str) -> str:
    size = "CAPITAL" if name[0].isupper() else "SMALL"
    return lookup(f"GREEK {size} LETTER {name.upper().replace('LAMBDA', 'LAMDA')}")
