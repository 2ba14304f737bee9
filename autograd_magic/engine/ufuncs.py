"""NumPy's functions on single Values: which row of the op table each of them is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import record
from .node import SAME
from .ops import TABLE
from .value import Value, compare, constant, function_of, is_real, make, operand, operate

UFUNCS: dict[str, str] = {
    name: name
    for name in TABLE
    if name
    not in ("add", "mul", "sub", "div", "pow", "mod", "neg", "abs", "min", "max", "where", "round", "clip", "polygamma")
} | {
    "absolute": "abs",
    "add": "add",
    "arccos": "acos",
    "arccosh": "acosh",
    "arcsin": "asin",
    "arcsinh": "asinh",
    "arctan": "atan",
    "arctan2": "atan2",
    "arctanh": "atanh",
    "deg2rad": "radians",
    "divide": "div",
    "expit": "sigmoid",
    "fabs": "abs",
    "float_power": "pow",
    "floor_divide": "floordiv",
    "gammaln": "lgamma",
    "maximum": "max",
    "minimum": "min",
    "multiply": "mul",
    "negative": "neg",
    "power": "pow",
    "psi": "digamma",
    "rad2deg": "degrees",
    "remainder": "mod",
    "subtract": "sub",
    "true_divide": "div",
}
"""NumPy's and SciPy's names of the rows."""

INFINITY = float("inf")

TESTS: dict[str, Callable[[Any], bool]] = {
    "isnan": lambda x: bool(compare(3, x, x)),
    "isfinite": lambda x: bool(compare(4, x, -INFINITY)) and bool(compare(0, x, INFINITY)),
    "isinf": lambda x: bool(compare(2, x, INFINITY)) or bool(compare(2, x, -INFINITY)),
}
"""What is asked of one number, as comparisons: a guard says when the answer changes."""

RELATIONS = {"less": 0, "less_equal": 1, "equal": 2, "not_equal": 3, "greater": 4, "greater_equal": 5}

METHODS = sorted(
    {name for name in UFUNCS if name not in ("add", "subtract", "multiply", "divide", "true_divide", "negative")}
)
"""The functions that a Value has as methods, under the table's names and NumPy's."""


def scalar(ufunc: np.ufunc, args: tuple[Any, ...]) -> Any:
    """A NumPy function on single numbers, as NumPy computes it."""
    values = [argument for argument in args if isinstance(argument, Value)]
    if not values:
        return ufunc(*args)
    name = ufunc.__name__
    row = TABLE.get(UFUNCS.get(name, ""))
    if (
        row is not None
        and row.arity == len(args)
        and all(isinstance(argument, Value) or is_real(argument) for argument in args)
    ):
        cls = max((type(value) for value in values), key=lambda kind: len(kind.__mro__))
        return operate(cls, row, ufunc, tuple(map(operand, args)))
    if name in ("positive", "conjugate", "real"):
        number = ufunc(args[0].number)
        return args[0] if type(number) is type(args[0].number) else make(type(args[0]), SAME, number, args)
    if name in TESTS:
        return np.bool_(TESTS[name](args[0]))
    if name in RELATIONS:
        left, right = args
        if isinstance(left, Value):
            return _decided(compare(RELATIONS[name], left, right))
        return _decided(compare({0: 4, 1: 5, 2: 2, 3: 3, 4: 0, 5: 1}[RELATIONS[name]], right, left))
    for value in values:
        record.escape(value)
    return ufunc(*(argument.number if isinstance(argument, Value) else argument for argument in args))


def _decided(answer: Any) -> Any:
    return np.bool_(answer) if isinstance(answer, bool) else answer


def round_to(item: Value, decimals: Any) -> Any:
    """``np.round`` of one number, in NumPy's way: scaled, rounded to a whole number, scaled back."""
    kind = type(item.number) if isinstance(item.number, np.floating) else np.float64
    row, scale = TABLE["round"], kind(10.0 ** abs(int(decimals)))
    if isinstance(item.number, (int, np.integer)) and decimals >= 0:
        return item
    scaled: Any = item if decimals == 0 else item * scale if decimals > 0 else item / scale
    rounded: Any = operate(type(item), row, lambda x, _: np.rint(x), (scaled, constant(0)))
    return rounded if decimals == 0 else rounded / scale if decimals > 0 else rounded * scale


def _round(self: Value, decimals: Any = 0, out: None = None) -> Any:
    """The number rounded as ``np.round`` does."""
    return round_to(self, decimals)


def _clip(self: Value, min: Any = None, max: Any = None, out: None = None) -> Any:
    """The number held between two bounds, of which one may be missing: ``np.clip(v, low, high)``."""
    bounds = (-INFINITY if min is None else min, INFINITY if max is None else max)

    def apply(number: Any, low: Any, high: Any) -> Any:
        return np.clip(number, None if min is None else low, None if max is None else high)

    return operate(type(self), TABLE["clip"], apply, (self, *map(operand, bounds)))


setattr(Value, "clip", _clip)  # noqa: B010
setattr(Value, "round", _round)  # noqa: B010
for _name in METHODS:
    setattr(Value, _name, function_of(TABLE[UFUNCS[_name]]))
