"""Which function of Python's module ``operator`` stands for which operator in a text."""

import ast

OPERATORS = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "truediv",
    ast.Mod: "mod",
    ast.Pow: "pow",
    ast.FloorDiv: "floordiv",
    ast.MatMult: "matmul",
    ast.LShift: "lshift",
    ast.RShift: "rshift",
    ast.BitOr: "or_",
    ast.BitAnd: "and_",
    ast.BitXor: "xor",
    ast.USub: "neg",
    ast.UAdd: "pos",
    ast.Invert: "invert",
    ast.Eq: "eq",
    ast.NotEq: "ne",
    ast.Lt: "lt",
    ast.LtE: "le",
    ast.Gt: "gt",
    ast.GtE: "ge",
}
"""The functions of Python's module ``operator`` that stand for operators."""

RELATIONS = ("lt", "le", "eq", "ne", "gt", "ge")
"""The comparisons, in the order of the engine's."""

QUICK = frozenset({"add", "sub", "mul", "truediv", "mod", "pow", "floordiv", "neg", *RELATIONS})
"""Those whose hooks are told in which line they stand."""
