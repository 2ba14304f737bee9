"""The functions that are traced: what stands for a function of ``math``, NumPy or SciPy when numbers that remember are
given to it.

``math.tanh(v)`` reads ``float(v)`` in C and forgets where the number came from. A call in a cell (door.py) looks here
for what does the same with nodes. What is not found here gets plain numbers.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_magic.engine import record
from autograd_magic.engine.arrays import array_of, clip, dot, holds_values, inner, lifted, where
from autograd_magic.engine.composed import NORMAL, composed, traces
from autograd_magic.engine.node import SAME
from autograd_magic.engine.number import Number, plain
from autograd_magic.engine.ops import TABLE
from autograd_magic.engine.ufuncs import RELATIONS, TESTS, UFUNCS
from autograd_magic.engine.value import Value, constant, is_real, make, operate

ROWS = {name: name for name in TABLE if hasattr(math, name) and name not in ("floor", "ceil", "trunc")} | {
    "fabs": "abs"
}
"""The functions of ``math`` that are rows of the op table (``floor``, ``ceil``, ``trunc`` give an int, which leaves
the graph).
"""


def _traced(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    row = TABLE[name]

    @functools.wraps(function)
    def call(*args: Any) -> Any:
        values = [argument for argument in args if isinstance(argument, Value)]
        if (
            not values
            or len(args) != row.arity
            or not all(isinstance(argument, Value) or is_real(argument) for argument in args)
        ):
            return function(*args)
        return operate(Number, row, function, tuple(x if isinstance(x, Value) else constant(x) for x in args))

    return call


def _log(x: Any, *base: Any) -> Any:
    return _FUNCTIONS[math.log](x) / _FUNCTIONS[math.log](*base) if base else _log_natural(x)


def _prod(numbers: Any, *, start: Any = 1) -> Any:
    return functools.reduce(lambda product, number: product * number, numbers, start)


_log_natural = _traced(math.log, "log")

_FUNCTIONS: dict[Any, Callable[..., Any]] = {
    getattr(math, ours): _traced(getattr(math, ours), row) for ours, row in ROWS.items()
}
for _name, _test in TESTS.items():
    _FUNCTIONS[getattr(math, _name)] = functools.partial(
        lambda test, plainly, x: test(x) if isinstance(x, Value) else plainly(x), _test, getattr(math, _name)
    )
_FUNCTIONS |= {math.log: functools.wraps(math.log)(_log), math.prod: functools.wraps(math.prod)(_prod)}
_FUNCTIONS |= {found: ours for found in vars(math).values() if (ours := composed(found)) is not None}

NUMPY = {
    found
    for name in (
        *("where", "dot", "inner", "outer", "sum", "prod", "mean", "var", "std", "min", "max", "amin", "amax"),
        *("cumsum", "cumprod", "diff", "clip", "round", "around", "array", "asarray", "take", "concatenate", "stack"),
        *("vstack", "hstack", "column_stack", "append", "reshape", "transpose", "ravel", "squeeze", "expand_dims"),
        *("tile", "repeat", "flip", "roll", "atleast_1d", "atleast_2d", "broadcast_to", "sort", "argsort", "argmax"),
        *("argmin", "full", "copy", "meshgrid", "trapezoid", "average"),
    )
    if (found := getattr(np, name, None)) is not None
} | {np.linalg.norm}
"""NumPy's functions that arrays of numbers that remember go through (universal functions that have a row, too)."""

OPTIONS = frozenset(
    (
        "axis",
        "keepdims",
        "ddof",
        "a_min",
        "a_max",
        "min",
        "max",
        "decimals",
        "axes",
        "indices",
        "n",
        "x",
        "dx",
        "repeats",
    )
)
"""What else they may be told."""

FOLDS = ("reduce", "accumulate", "outer")


def stand_in_for(function: Any, args: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """What does the same with nodes as a function does with numbers, where these arguments have nodes among them; None
    where there is nothing.
    """
    if (function is float or function is np.float64) and len(args) == 1 and type(args[0]) is Number:
        return functools.partial(_a_float, function)
    try:
        found = _FUNCTIONS.get(function)
    except TypeError:  # it has no hash
        return None
    if found is not None:
        return found
    if isinstance(function, np.ufunc):
        if function.__name__ not in _UFUNCS or named or len(args) != function.nin:
            return None
        return functools.partial(_on_arrays, function) if traces(*args) else None
    owner: Any = getattr(function, "__self__", None)
    if isinstance(owner, np.ufunc) and owner.__name__ in _UFUNCS and function.__name__ in FOLDS:
        return functools.partial(_on_arrays, function) if traces(*args) and not {*named} - OPTIONS else None
    if type(function).__name__ == "norm_gen":
        return functools.partial(_Frozen, function) if traces(*args, *named.values()) else None
    if type(owner).__name__ == "norm_gen":
        return _of_normal(function) if function.__name__ in NORMAL else None
    if type(owner).__name__ == "rv_continuous_frozen" and type(owner.dist).__name__ == "norm_gen":
        if function.__name__ not in NORMAL or not traces(*args):
            return None
        return functools.partial(getattr(_Frozen(owner.dist, *owner.args, **owner.kwds), function.__name__))
    if (found := composed(function)) is not None:
        return found if traces(*args, *named.values()) else None
    if function in NUMPY and traces(*args, *named.values()):
        options = {*named} - OPTIONS
        if options == {"dtype"} and named["dtype"] in (float, np.float64, "float", "float64"):
            options = set()
        if options or any(map(_narrow, (*args, *named.values()))):
            return None
        return functools.partial(_on_arrays, function)
    return None


def beside(ours: Any) -> bool:
    """Whether a stand-in says nothing of the kind of its result: the library is asked as well."""
    stand_in = getattr(ours, "func", None)
    return stand_in is _on_arrays and not isinstance(getattr(ours.args[0], "__self__", ours.args[0]), np.ufunc)


def _a_float(kind: type, number: Number) -> Any:
    """``float(number)``: the number itself, of this kind."""
    return make(Number, SAME, kind(number.number), (number,))


def _on_arrays(function: Any, *args: Any, **named: Any) -> Any:
    """A function of NumPy, called with Arrays for lists of Values; an array of Values that comes out is an Array."""
    args = tuple(map(array_of, args))
    if function is np.where and len(args) == 3:
        return where(*args)
    if function in (np.dot, np.inner) and len(args) == 2 and any(map(holds_values, args)):
        return (dot if function is np.dot else inner)(*args)
    named = {name: array_of(argument) for name, argument in named.items()}
    if function is np.clip and any(isinstance(found, np.ndarray) for found in args):
        return _clip(*args, **named)
    if any(map(holds_values, args)):
        named.pop("dtype", None)
    return lifted(function(*args, **named))


def _clip(a: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None) -> Any:
    return clip(a, a_min if min is None else min, a_max if max is None else max)


def _narrow(found: Any) -> bool:
    """Whether a number, or one in a list, is of single precision, in which NumPy would give the whole result."""
    if isinstance(found, (list, tuple)):
        return any(map(_narrow, found))
    if isinstance(found, np.ndarray):
        return found.dtype.kind in "fc" and found.dtype != np.float64
    return isinstance(found.number if isinstance(found, Value) else found, (np.float32, np.float16))


_UFUNCS = frozenset({*UFUNCS, *TESTS, *RELATIONS, "matmul", "positive", "conjugate"})


class _Frozen:
    """``norm(loc, scale)`` where one of them remembers."""

    def __init__(self, norm: Any, loc: Any = 0, scale: Any = 1) -> None:
        self._norm, self._loc, self._scale = norm, loc, scale

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._norm, name, None)
        if record.running is None or not callable(found):
            return getattr(self._norm(plain(self._loc), plain(self._scale)), name)
        method = _of_normal(found) if name in NORMAL else found
        return functools.partial(method, loc=self._loc, scale=self._scale)


def _of_normal(method: Any) -> Any:
    return functools.wraps(method)(functools.partial(NORMAL[method.__name__], method))
