"""NumPy's functions on Values: which row of the op table each of them is, and what it does with arrays of Values."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import record
from .ops import TABLE
from .value import Value, compare, function_of, is_real, operand, operate

UFUNCS: dict[str, str] = {
    "absolute": "abs",
    "add": "add",
    "arccos": "acos",
    "arccosh": "acosh",
    "arcsin": "asin",
    "arcsinh": "asinh",
    "arctan": "atan",
    "arctan2": "atan2",
    "arctanh": "atanh",
    "divide": "div",
    "expit": "sigmoid",
    "fabs": "abs",
    "float_power": "pow",
    "floor_divide": "floordiv",
    "maximum": "max",
    "minimum": "min",
    "multiply": "mul",
    "negative": "neg",
    "power": "pow",
    "remainder": "mod",
    "subtract": "sub",
    "true_divide": "div",
} | {
    name: name
    for name in TABLE
    if name not in ("add", "mul", "sub", "div", "pow", "mod", "neg", "abs", "min", "max", "where", "round")
}
"""NumPy's and SciPy's names of the rows."""

_UFUNC_RELATIONS = {"less": 0, "less_equal": 1, "equal": 2, "not_equal": 3, "greater": 4, "greater_equal": 5}

METHODS = sorted(
    {name for name in UFUNCS if name not in ("add", "subtract", "multiply", "divide", "true_divide", "negative")}
)
"""The functions that a Value has as methods, under the table's names and NumPy's (on object arrays)."""


def apply_ufunc(ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """A NumPy function called on Values, or on arrays and Values: on each element, as NumPy computes it (inf and nan,
    no exceptions). Into an array of floats (``w *= x``) only the numbers go: there the Values leave the graph.
    """
    (out,) = options.get("out") or (None,)
    if method != "__call__" or (out is not None and out.dtype != object):
        return getattr(ufunc, method)(*map(_number, inputs), **options)
    if not any(isinstance(argument, (np.ndarray, list, tuple)) for argument in inputs):
        return _ufunc_scalar(ufunc, inputs)
    cells = np.broadcast(*map(_as_objects, inputs))
    result = np.empty(cells.shape, dtype=object)
    result.flat[:] = [_ufunc_scalar(ufunc, arguments) for arguments in cells]
    if out is not None:
        out[...] = result
        return out
    if result.ndim == 0:
        return result[()]
    return result.astype(bool) if ufunc.__name__ in _UFUNC_RELATIONS else result


def _number(argument: Any) -> Any:
    """The number of a Value that leaves the graph, alone or in an array."""
    if isinstance(argument, Value):
        record.escape(argument)
        return argument._data
    if isinstance(argument, np.ndarray) and argument.dtype == object:
        return np.array([_number(item) for item in argument.flat]).reshape(argument.shape)
    return argument


def _as_objects(argument: Any) -> np.ndarray[Any, np.dtype[np.object_]]:
    if isinstance(argument, (np.ndarray, list, tuple)):
        return np.asarray(argument, dtype=object)
    box = np.empty((), dtype=object)
    box[()] = argument
    return box


def _ufunc_scalar(ufunc: np.ufunc, args: tuple[Any, ...]) -> Any:
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
    if name in _UFUNC_RELATIONS:
        left, right = args
        if isinstance(left, Value):
            return compare(_UFUNC_RELATIONS[name], left, right)
        return compare({0: 4, 1: 5, 2: 2, 3: 3, 4: 0, 5: 1}[_UFUNC_RELATIONS[name]], right, left)
    return ufunc(*map(_number, args))


def _ufunc(_: Value, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
    return apply_ufunc(ufunc, method, inputs, options)


setattr(Value, "__array_ufunc__", _ufunc)  # noqa: B010
for _name in METHODS:
    setattr(Value, _name, function_of(TABLE[UFUNCS[_name]]))
