"""A node as text to take along: the steps that lead to it as Python that runs, or as LaTeX.

Each named number is a step of its own, and so is what is used more than once; everything else stands where it is used.
"""

from __future__ import annotations

import builtins
import keyword
import math
import re
import unicodedata
from collections import Counter

from autograd_magic.engine.formula import (
    ARGUMENTS,
    INFIX,
    Call,
    Constant,
    Formula,
    Variable,
    calls,
    python_call,
    render,
)
from autograd_magic.engine.node import CONST, LEAF
from autograd_magic.engine.ops import TABLE
from autograd_magic.engine.outside import Outside
from autograd_magic.engine.tape import Tape

from .draw import draw_dot

FORMS = ("latex", "python", "dot")

LARGEST = 500
"""A text with more steps than this is nobody's to read."""

DEEPEST = 12
"""How deep a formula may be nested before a part of it becomes a step of its own."""

BUILTIN = frozenset(("abs", "min", "max", "round"))
SINCE_3_11 = {"exp2": "math.pow(2.0, x)", "cbrt": "math.copysign(math.pow(abs(x), 1 / 3), x)"}
"""What ``math`` has only since Python 3.11, for an older one."""

SPECIAL = frozenset(
    name
    for name, row in TABLE.items()
    if row.primitive and not hasattr(math, name) and name not in {*INFIX, *BUILTIN, *SINCE_3_11, "neg", "where"}
)
"""What neither Python's ``math`` nor a formula has; SciPy does."""

GREEK = re.compile(
    "alpha|beta|gamma|delta|epsilon|zeta|eta|theta|iota|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|upsilon|phi|chi|psi|omega"
    "|Gamma|Delta|Theta|Lambda|Xi|Pi|Sigma|Upsilon|Phi|Psi|Omega"
)


def written(tape: Tape, node: int, form: str) -> str:
    """A node of a tape as text: ``"latex"``, ``"python"`` or ``"dot"``.

    Raises ValueError for another form, and for a node with more than ``LARGEST`` numbers behind it.
    """
    if form not in FORMS:
        raise ValueError(f"a formula is written as one of {', '.join(FORMS)}, not as {form!r:.40}")
    if form == "dot":
        return str(draw_dot(tape.nodes[node]).source)
    steps = Steps(tape, node)
    return _python(steps) if form == "python" else _latex(steps)


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
            name = row.name if row.name in TABLE else _identifier(row.symbol or "unknown")
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


def _identifier(name: str) -> str:
    name = unicodedata.normalize("NFKC", name)  # as Python itself reads names
    found = re.sub("_+", "_", "".join(letter if f"_{letter}".isidentifier() else "_" for letter in name)).strip("_")
    found = found if found.isidentifier() else f"n{found}"
    return f"{found}_" if keyword.iskeyword(found) or found == "math" else found


def _python(steps: Steps) -> str:
    names: dict[str, str] = {}
    for name, _ in (*steps.leaves, *steps.made):
        found = _identifier(name)
        while found in names.values() or found in TABLE or hasattr(builtins, found):
            found += "_"
        names[name] = found
    used = set[str]().union(*(calls(tree) for name, tree in steps.made if name not in steps.outside))
    waiting, own = sorted(used), dict[str, str]()
    special: set[str] = set()
    while waiting:
        op = waiting.pop()
        if op in own or op in INFIX or op == "neg" or op in BUILTIN or op not in TABLE or hasattr(math, op):
            continue
        if op in SPECIAL:
            special.add(op)
            continue
        arguments = ", ".join(ARGUMENTS[: TABLE[op].arity])
        text = SINCE_3_11.get(op) or render(TABLE[op].tree, _call, _number)
        own[op] = f"def {op}({arguments}):\n    return {text[1:-1] if text.startswith('(') else text}\n"
        waiting += sorted(calls(TABLE[op].tree) - {op, "where"})
    head = "import math\n" + (f"from scipy.special import {', '.join(sorted(special))}\n" if special else "")
    lines = [f"{names[name]} = {_number(Constant(number), exact=number)}" for name, number in steps.leaves]
    for name, tree in steps.made:
        text = render(_qualified(tree), number=_number, variable=names.__getitem__)
        # What outside code has made is no formula: the number that it gave stands here.
        text = f"{steps.outside[name]!r}  # {text}" if name in steps.outside else text
        lines.append(f"{names[name]} = {text}")
    functions = [f"\n{text}" for _, text in sorted(own.items())]
    return "\n".join([head, *functions, *([""] if functions else []), *lines]) + "\n"


def _qualified(tree: Formula) -> Formula:
    """The formula with the functions of ``math`` called by their full names."""
    if not isinstance(tree, Call):
        return tree
    args = tuple(map(_qualified, tree.args))
    return Call(tree.op if tree.op in INFIX or tree.op == "neg" else _by_full_name(tree.op), args)


def _by_full_name(op: str) -> str:
    return f"math.{op}" if op not in BUILTIN and hasattr(math, op) else op


def _call(op: str, args: tuple[str, ...]) -> str:
    """A call within a definition."""
    return python_call(op, args, INFIX, _by_full_name)


def _number(constant: Constant, exact: float | None = None) -> str:
    value = constant.value if exact is None else exact
    if not math.isfinite(value):
        return f'float("{value}")'
    return _short(value) if exact is None else repr(value)


def _short(value: float) -> str:
    """A small whole number without its point; -0.0 is none."""
    return repr(int(value)) if float(value).is_integer() and abs(value) < 1e6 and str(value) != "-0.0" else repr(value)


def _latex(steps: Steps) -> str:
    if not steps.made:
        return "\n".join(f"{_symbol(name)} = {_tex_number(number)}" for name, number in steps.leaves)
    if len(steps.made) == 1:
        ((name, tree),) = steps.made
        return f"{_symbol(name)} = {_tex(tree)[0]}"
    lines = [f"  {_symbol(name)} &= {_tex(tree)[0]}" for name, tree in steps.made]
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"


def _symbol(name: str) -> str:
    """A name as LaTeX: single letters and Greek ones as such, an index or a trailing number below the line."""
    found = re.fullmatch(r"([A-Za-z]+?)_?(?:\[([\d, ]+)\]|(\d+))", name)
    if found:
        return f"{_symbol(found[1])}_{{{found[2] or found[3]}}}"
    if GREEK.fullmatch(name):
        return f"\\{name}"
    if len(name) == 1 and name.isalpha():
        return name
    return f"\\mathrm{{{''.join(_ESCAPES.get(letter, letter) for letter in name)}}}"


_ESCAPES = {letter: f"\\{letter}" for letter in "#$%&_{}"} | {
    "\\": "\\backslash ",
    "~": "\\sim ",
    "^": "\\wedge ",
    " ": "\\ ",
}

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

_AROUND = {
    "sqrt": "\\sqrt{{{}}}",
    "cbrt": "\\sqrt[3]{{{}}}",
    "exp": "e^{{{}}}",
    "exp2": "2^{{{}}}",
    "abs": "\\left|{}\\right|",
    "floor": "\\left\\lfloor {}\\right\\rfloor",
    "ceil": "\\left\\lceil {}\\right\\rceil",
    "reciprocal": "\\frac{{1}}{{{}}}",
}

_SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(5)
"""How strongly a formula holds together."""


def _tex(tree: Formula) -> tuple[str, int]:
    """A formula as LaTeX, and how strongly it holds together."""
    if isinstance(tree, Variable):
        return _symbol(tree.name), _ATOM
    if isinstance(tree, Constant):
        text = _tex_number(tree.value)
        return text, _SIGN if tree.value < 0 else _PRODUCT if "^" in text else _ATOM
    assert isinstance(tree, Call)
    op, args = tree.op, tree.args

    def side(place: int, least: int) -> str:
        return _held(args[place], least)

    if op in ("add", "sub"):
        return f"{side(0, _SUM)} {INFIX[op]} {side(1, _PRODUCT)}", _SUM
    if op == "mul":
        return f"{side(0, _PRODUCT)} \\cdot {side(1, _POWER)}", _PRODUCT
    if op == "mod":
        return f"{side(0, _PRODUCT)} \\bmod {side(1, _POWER)}", _PRODUCT
    if op == "div":
        return f"\\frac{{{side(0, _SUM)}}}{{{side(1, _SUM)}}}", _POWER
    if op == "floordiv":
        return f"\\left\\lfloor \\frac{{{side(0, _SUM)}}}{{{side(1, _SUM)}}}\\right\\rfloor", _ATOM
    if op == "neg":
        return f"-{side(0, _POWER)}", _SIGN
    if op in ("pow", "square"):
        return f"{side(0, _ATOM)}^{{{side(1, _SUM) if op == 'pow' else 2}}}", _POWER
    if op in _AROUND:
        return _AROUND[op].format(side(0, _SUM)), _POWER if "^" in _AROUND[op] else _ATOM
    inner = ", ".join(_held(arg, _SUM) for arg in args)
    return f"{_FUNCTIONS.get(op) or _named(op)}\\left({inner}\\right)", _ATOM


def _named(op: str) -> str:
    return f"\\operatorname{{{''.join(_ESCAPES.get(letter, letter) for letter in op)}}}"


def _held(tree: Formula, least: int) -> str:
    text, level = _tex(tree)
    return text if level >= least else f"\\left({text}\\right)"


def _tex_number(value: float) -> str:
    if not math.isfinite(value):
        return "\\mathrm{nan}" if math.isnan(value) else "\\infty" if value > 0 else "-\\infty"
    text = _short(value)
    mantissa, _, exponent = text.partition("e")
    return f"{mantissa} \\cdot 10^{{{int(exponent)}}}" if exponent else text
