"""Formulas as LaTeX."""

from __future__ import annotations

from .steps import Steps
from .typeset import GREEK, indexed, number, typeset


def latex(steps: Steps) -> str:
    """The steps, one below the other."""
    if not steps.made:
        return "\n".join(f"{MARKS.symbol(name)} = {number(value, MARKS)}" for name, value in steps.leaves)
    set_out = [(MARKS.symbol(name), typeset(tree, MARKS)) for name, tree in steps.made]
    if len(set_out) == 1:
        return " = ".join(set_out[0])
    lines = " \\\\\n".join(f"  {name} &= {text}" for name, text in set_out)
    return f"\\begin{{aligned}}\n{lines}\n\\end{{aligned}}"


class _Latex:
    def symbol(self, name: str) -> str:
        """Single letters and Greek ones as such, an index or a trailing number below the line."""
        base, index = indexed(name)
        if index:
            return f"{self.symbol(base)}_{{{index}}}"
        if GREEK.fullmatch(name):
            return f"\\{name}"
        if len(name) == 1 and name.isalpha():
            return name
        return f"\\mathrm{{{_escaped(name)}}}"

    def digits(self, text: str, exponent: str) -> str:
        return f"{text} \\cdot 10^{{{exponent}}}" if exponent else text

    def special(self, name: str) -> str:
        return "\\infty" if name == "inf" else "\\mathrm{nan}"

    def letter(self, text: str) -> str:
        return text

    def row(self, *parts: str) -> str:
        return " ".join(_SIGNS.get(part, part) for part in parts).replace(" ,", ",")

    def minus(self, part: str) -> str:
        return f"-{part}"

    def fraction(self, above: str, below: str) -> str:
        return f"\\frac{{{above}}}{{{below}}}"

    def power(self, base: str, exponent: str) -> str:
        return f"{base}^{{{exponent}}}"

    def root(self, inside: str, degree: int) -> str:
        return f"\\sqrt{{{inside}}}" if degree == 2 else f"\\sqrt[{degree}]{{{inside}}}"

    def fenced(self, fence: str, inside: str) -> str:
        opening, closing = _FENCES[fence]
        return f"\\left{opening}{inside}\\right{closing}"

    def function(self, op: str, inside: str) -> str:
        name = _FUNCTIONS.get(op) or f"\\operatorname{{{_escaped(op)}}}"
        return name + self.fenced("(", inside)


MARKS = _Latex()

_SIGNS = {"·": "\\cdot", "mod": "\\bmod"}

_FENCES = {"(": "()", "|": "||", "floor": ("\\lfloor ", "\\rfloor"), "ceil": ("\\lceil ", "\\rceil")}

_ESCAPES = {letter: f"\\{letter}" for letter in "#$%&_{}"} | {
    "\\": "\\backslash ",
    "~": "\\sim ",
    "^": "\\wedge ",
    " ": "\\ ",
}


def _escaped(text: str) -> str:
    return "".join(_ESCAPES.get(letter, letter) for letter in text)


_FUNCTIONS = {name: f"\\{name}" for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "min", "max")} | {
    "larger": "\\max",
    "smaller": "\\min",
    "log": "\\ln",
    "asin": "\\arcsin",
    "acos": "\\arccos",
    "atan": "\\arctan",
    "ndtr": "\\Phi",
    "ndtri": "\\Phi^{-1}",
    "erfinv": "\\operatorname{erf}^{-1}",
    "erfcinv": "\\operatorname{erfc}^{-1}",
    "gamma": "\\Gamma",
    "digamma": "\\psi",
}
