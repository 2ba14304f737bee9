"""What stands in a text as it is written: numbers, arithmetic of numbers, templates, questions about the time."""

from __future__ import annotations

import ast

from .operators import OPERATORS


def is_number(node: ast.expr | None) -> bool:
    """Whether an expression is a number literal, with or without a sign. Bools and complex numbers are not numbers
    here.
    """
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        return is_number(node.operand)
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def place(node: ast.expr) -> str:
    """Where an expression stands, as text; that of arithmetic is not the one of the number it begins with."""
    end = "" if is_number(node) else f"-{node.end_lineno}:{node.end_col_offset}"
    return f"{node.lineno}:{node.col_offset}{end}"


CONSTANTS = frozenset(("pi", "e", "tau"))


def is_arithmetic(node: ast.expr) -> bool:
    """Whether an expression is arithmetic of written numbers alone: ``5/100``, ``math.pi/4``."""
    row = [node]
    while row:
        match row.pop():
            case ast.BinOp(left=left, right=right, op=op) if type(op) in OPERATORS:
                row += [left, right]
            case ast.UnaryOp(operand=operand, op=ast.USub() | ast.UAdd()):
                row.append(operand)
            case ast.Constant(value=value) if type(value) in (int, float):
                pass
            case ast.Attribute(value=ast.Name(id="math" | "np" | "numpy"), attr=name) if name in CONSTANTS:
                pass
            case _:
                return False
    return True


def is_clock(function: ast.expr) -> bool:
    """Whether a call asks what time it is, which no other run gives again."""
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return "time" in name or name in ("perf_counter", "monotonic", "now")


def is_whole(node: ast.expr) -> bool:
    """Whether a number that is written out is a whole one."""
    while isinstance(node, ast.UnaryOp):
        node = node.operand
    return isinstance(node, ast.Constant) and type(node.value) is int


def is_template(node: ast.BinOp) -> bool:
    """``'...' % numbers``."""
    text = isinstance(node.left, ast.Constant) and isinstance(node.left.value, str)
    return isinstance(node.op, ast.Mod) and (text or isinstance(node.left, ast.JoinedStr))
