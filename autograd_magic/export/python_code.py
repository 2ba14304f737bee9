"""Steps as Python that runs."""

from __future__ import annotations

import builtins
import math

from autograd_magic.engine.formula import ARGUMENTS, INFIX, Call, Constant, Formula, calls, python_call, render
from autograd_magic.engine.ops import TABLE

from .steps import Steps, identifier
from .typeset import short_number

BUILTIN = frozenset(("abs", "min", "max", "round"))
SINCE_3_11 = {"exp2": "math.pow(2.0, x)", "cbrt": "math.copysign(math.pow(abs(x), 1 / 3), x)"}
"""What ``math`` has only since Python 3.11, for an older one."""

SPECIAL = frozenset(
    name
    for name, row in TABLE.items()
    if row.primitive and not hasattr(math, name) and name not in {*INFIX, *BUILTIN, *SINCE_3_11, "neg", "where"}
)
"""What neither Python's ``math`` nor a formula has; SciPy does."""


def python(steps: Steps) -> str:
    """The steps as a program: ``math``, and SciPy for what ``math`` does not have."""
    names: dict[str, str] = {}
    for name, _ in (*steps.leaves, *steps.made):
        found = identifier(name)
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
    return short_number(value) if exact is None else repr(value)
