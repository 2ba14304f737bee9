"""Formulas as they are set on paper, told once for LaTeX and for MathML: what holds together, what is a fraction, a
power, a root, and where brackets are needed.
"""

from __future__ import annotations

import re
from typing import Protocol, TypeVar

from autograd_magic.engine.formula import Call, Constant, Formula, Variable

T = TypeVar("T")

GREEK = re.compile(
    "alpha|beta|gamma|delta|epsilon|zeta|eta|theta|iota|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|upsilon|phi|chi|psi|omega"
    "|Gamma|Delta|Theta|Lambda|Xi|Pi|Sigma|Upsilon|Phi|Psi|Omega"
)

_SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(5)
"""How strongly a formula holds together."""


class Marks(Protocol[T]):
    """What formulas are put together of, in one language. Signs are ``+ - · mod ,``."""

    def symbol(self, name: str) -> T:
        """A name."""

    def digits(self, text: str, exponent: str) -> T:
        """A number, not negative, times 10 to an exponent (empty: none)."""

    def special(self, name: str) -> T:
        """``"nan"`` or ``"inf"``."""

    def letter(self, text: str) -> T:
        """A single letter or digit."""

    def row(self, *parts: T | str) -> T:
        """Parts and the signs between them."""

    def minus(self, part: T) -> T:
        """A part with the other sign."""

    def fraction(self, above: T, below: T) -> T:
        """One over the other."""

    def power(self, base: T, exponent: T) -> T:
        """One to the other."""

    def root(self, inside: T, degree: int) -> T:
        """A square or another root."""

    def fenced(self, fence: str, inside: T) -> T:
        """Something between round brackets, bars, floors or ceilings: ``fence`` is one of ``( | floor ceil``."""

    def function(self, op: str, inside: T) -> T:
        """A function of what stands between brackets."""


def typeset(tree: Formula, marks: Marks[T]) -> T:
    """A formula in the language of some marks."""
    return _set(tree, marks)[0]


def number(value: float, marks: Marks[T]) -> T:
    """A number in the language of some marks."""
    return _number(value, marks)[0]


def _set(tree: Formula, marks: Marks[T]) -> tuple[T, int]:
    """A formula, and how strongly it holds together."""
    if isinstance(tree, Variable):
        return marks.symbol(tree.name), _ATOM
    if isinstance(tree, Constant):
        return _number(tree.value, marks)
    assert isinstance(tree, Call)
    op, args = tree.op, tree.args

    def side(place: int, least: int = _SUM) -> T:
        part, level = _set(args[place], marks)
        return part if level >= least else marks.fenced("(", part)

    match op:
        case "add" | "sub":
            return marks.row(side(0), "+" if op == "add" else "-", side(1, _PRODUCT)), _SUM
        case "mul" | "mod":
            return marks.row(side(0, _PRODUCT), "·" if op == "mul" else "mod", side(1, _POWER)), _PRODUCT
        case "div":
            return marks.fraction(side(0), side(1)), _POWER
        case "reciprocal":
            return marks.fraction(marks.letter("1"), side(0)), _POWER
        case "floordiv":
            return marks.fenced("floor", marks.fraction(side(0), side(1))), _ATOM
        case "floor" | "ceil" | "abs":
            return marks.fenced("|" if op == "abs" else op, side(0)), _ATOM
        case "neg":
            return marks.minus(side(0, _POWER)), _SIGN
        case "pow" | "square":
            return marks.power(side(0, _ATOM), side(1) if op == "pow" else marks.letter("2")), _POWER
        case "exp" | "exp2":
            return marks.power(marks.letter("e" if op == "exp" else "2"), side(0)), _POWER
        case "sqrt" | "cbrt":
            return marks.root(side(0), 2 if op == "sqrt" else 3), _ATOM
    parts: list[T | str] = []
    for place in range(len(args)):
        parts += [",", side(place)] if place else [side(place)]
    return marks.function(op, marks.row(*parts)), _ATOM


def _number(value: float, marks: Marks[T]) -> tuple[T, int]:
    if value != value:
        return marks.special("nan"), _ATOM
    text = "inf" if abs(value) == float("inf") else short_number(abs(value))
    mantissa, _, exponent = text.partition("e")
    made = marks.special("inf") if text == "inf" else marks.digits(mantissa, exponent and str(int(exponent)))
    if str(value).startswith("-"):
        return marks.minus(made), _SIGN
    return made, _PRODUCT if exponent else _ATOM


def indexed(name: str) -> tuple[str, str]:
    """A name without its index or trailing number, and that."""
    found = re.fullmatch(r"([A-Za-z]+?)_?(?:\[([\d, ]+)\]|(\d+))", name)
    return (found[1], found[2] or found[3]) if found else (name, "")


def short_number(value: float) -> str:
    """A small whole number without its point; -0.0 is none."""
    return repr(int(value)) if float(value).is_integer() and abs(value) < 1e6 and str(value) != "-0.0" else repr(value)
