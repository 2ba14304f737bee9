"""The small language in which the op table states its formulas, and what can be done with one.

A formula is text: numbers, the names ``pi``, ``inf``, ``nan``, the arguments ``x``, ``y``, ``w`` and the result
``z``, ``+ - * / // % **``, comparisons, ``and``, ``or``, ``not``, and calls of operations of the table (``where(c, a,
b)`` among them). It is parsed once into a tree; from the tree come the Python, the NumPy and the TypeScript code, the
text that the strip shows, and the formula of the next derivative. Nothing here knows a single operation: the
table is handed in where it is needed.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Constant:
    """A constant."""

    value: float
    name: str = ""


@dataclass(frozen=True)
class Variable:
    """An argument (``x``, ``y``, ``w``) or the result (``z``)."""

    name: str


@dataclass(frozen=True)
class Call:
    """An operation of the table, a comparison or a connective, applied to arguments."""

    op: str
    args: tuple[Formula, ...]


Formula = Constant | Variable | Call

ARGUMENTS = ("x", "y", "w")
COMPARISONS = {"less": "<", "less_equal": "<=", "equal": "==", "not_equal": "!=", "greater": ">", "greater_equal": ">="}
CONNECTIVES = ("and", "or", "not")
INFIX = {"add": "+", "sub": "-", "mul": "*", "div": "/", "floordiv": "//", "mod": "%", "pow": "**"}

_CONSTANTS = {"pi": math.pi, "inf": math.inf, "nan": math.nan}
_BINARY: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.FloorDiv: "floordiv",
    ast.Mod: "mod",
    ast.Pow: "pow",
}
_COMPARE: dict[type[ast.cmpop], str] = {
    ast.Lt: "less",
    ast.LtE: "less_equal",
    ast.Eq: "equal",
    ast.NotEq: "not_equal",
    ast.Gt: "greater",
    ast.GtE: "greater_equal",
}

ZERO, ONE = Constant(0.0), Constant(1.0)


def parse(text: str) -> Formula:
    """The tree of a formula's text. Raises ValueError on anything outside the language."""

    def build(node: ast.expr) -> Formula:
        match node:
            case ast.Constant(value=int() | float() as value):
                return Constant(float(value))
            case ast.Name(id=name):
                return Constant(_CONSTANTS[name], name) if name in _CONSTANTS else Variable(name)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                inner = build(operand)
                return (
                    Constant(-inner.value) if isinstance(inner, Constant) and not inner.name else Call("neg", (inner,))
                )
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Call("not", (build(operand),))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
                return Call(_BINARY[type(op)], (build(left), build(right)))
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARE:
                return Call(_COMPARE[type(op)], (build(left), build(right)))
            case ast.BoolOp(op=op, values=values):
                return Call("and" if isinstance(op, ast.And) else "or", tuple(map(build, values)))
            case ast.Call(func=ast.Name(id=name), args=args):
                return Call(name, tuple(map(build, args)))
        raise ValueError(f"{ast.unparse(node)!r} does not belong to the formula language (in {text!r})")

    return build(ast.parse(text, mode="eval").body)


def variables(formula: Formula) -> set[str]:
    """The names of the arguments and the result that a formula uses."""
    match formula:
        case Variable(name):
            return {name}
        case Call(_, args):
            return set().union(*map(variables, args))
    return set()


def calls(formula: Formula) -> set[str]:
    """The operations that a formula uses."""
    return {formula.op}.union(*map(calls, formula.args)) if isinstance(formula, Call) else set()


def substitute(formula: Formula, by: Mapping[str, Formula]) -> Formula:
    """The formula with its variables replaced."""
    match formula:
        case Variable(name):
            return by.get(name, formula)
        case Call(op, args):
            return Call(op, tuple(substitute(arg, by) for arg in args))
    return formula


def simplify(op: str, *args: Formula) -> Formula:
    """``op(*args)`` without the zeros and ones that differentiation leaves behind."""
    match op, args:
        case ("add", (a, b)) if a == ZERO:
            return b
        case ("add" | "sub", (a, b)) if b == ZERO:
            return a
        case ("mul", (a, b)) if ZERO in (a, b):
            return ZERO
        case ("mul", (a, b)) if a == ONE:
            return b
        case ("mul" | "div", (a, b)) if b == ONE:
            return a
        case ("neg", (Constant(value, ""),)):
            return Constant(0.0 if value == 0 else -value)
        case ("where", (_, a, b)) if a == b:
            return a
    return Call(op, args)


def derive(formula: Formula, name: str, partials: Callable[[str], tuple[Formula, ...]], result: Formula) -> Formula:
    """The derivative of a formula with respect to one of its arguments, by the chain rule over the table itself.

    ``partials(op)`` gives the table's partial formulas of an operation, ``result`` is the derivative of ``z`` by that
    argument (partials may be stated in terms of the result, so the chain goes through it too).
    """
    match formula:
        case Variable(found):
            return ONE if found == name else result if found == "z" else ZERO
        case Call("where", (condition, a, b)):
            return simplify("where", condition, derive(a, name, partials, result), derive(b, name, partials, result))
        case Call(op, args) if op not in COMPARISONS and op not in CONNECTIVES:
            total: Formula = ZERO
            bound = dict(zip(ARGUMENTS, args, strict=False)) | {"z": formula}
            for arg, partial in zip(args, partials(op), strict=True):
                inner = derive(arg, name, partials, result)
                if inner != ZERO:
                    total = simplify("add", total, simplify("mul", substitute(partial, bound), inner))
            return total
    return ZERO


_PRECEDENCE = {"or": 1, "and": 2, "not": 3, **dict.fromkeys(COMPARISONS, 4), "add": 5, "sub": 5}
_PRECEDENCE |= {"mul": 6, "div": 6, "floordiv": 6, "mod": 6, "neg": 7, "pow": 8}


def render(
    formula: Formula,
    call: Callable[[str, tuple[str, ...]], str] | None = None,
    number: Callable[[Constant], str] | None = None,
    variable: Callable[[str], str] = str,
) -> str:
    """Source text of a formula.

    ``call(op, rendered arguments)`` renders an operation of a target language, each argument safe to stand anywhere;
    without it the operators are written as Python writes them, with no more brackets than needed.
    """
    if isinstance(formula, Constant):
        return (number or plain_number)(formula)
    if isinstance(formula, Variable):
        return variable(formula.name)
    if call is not None:
        return call(formula.op, tuple(render(arg, call, number, variable) for arg in formula.args))
    level = _PRECEDENCE.get(formula.op)
    if level is None:
        return f"{formula.op}({', '.join(render(arg, None, number, variable) for arg in formula.args)})"

    def side(arg: Formula, needed: int) -> str:
        text = render(arg, None, number, variable)
        inner = _PRECEDENCE.get(arg.op, 9) if isinstance(arg, Call) else 7 if text.startswith("-") else 9
        return f"({text})" if inner < needed else text

    if formula.op in CONNECTIVES:
        if formula.op == "not":
            return f"not {side(formula.args[0], level)}"
        return f" {formula.op} ".join(side(arg, level + 1) for arg in formula.args)
    if formula.op == "neg":
        return f"-{side(formula.args[0], level)}"
    left, right = formula.args
    sign = COMPARISONS.get(formula.op) or INFIX[formula.op]
    if formula.op == "pow":
        return f"{side(left, level + 1)}**{side(right, level)}"
    return f"{side(left, level)} {sign} {side(right, level + 1)}"


def python_call(op: str, args: tuple[str, ...], operators: Collection[str], name: Callable[[str], str] = str) -> str:
    """A call as Python writes it, for ``render``: the ``operators`` between their arguments, other operations by
    ``name``.
    """
    if op == "neg":
        return f"(-{args[0]})"
    if op in operators or op in COMPARISONS:
        return f"({args[0]} {COMPARISONS.get(op) or INFIX[op]} {args[1]})"
    if op in ("and", "or"):
        return f"({f' {op} '.join(args)})"
    if op == "not":
        return f"(not {args[0]})"
    if op == "where":
        return f"({args[1]} if {args[0]} else {args[2]})"
    return f"{name(op)}({', '.join(args)})"


def plain_number(number: Constant) -> str:
    """A constant as the formulas write it: ``2``, ``0.5``, ``pi``."""
    if number.name:
        return number.name
    return str(int(number.value)) if number.value.is_integer() else repr(number.value)
