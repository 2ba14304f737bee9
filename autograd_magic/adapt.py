"""``math`` for Values: stand-ins that a cell's names are bound to while it runs.

``math.tanh(v)`` reads ``float(v)`` in C and forgets where the number came from. While a cell is traced, the names in
the user's namespace that stand for ``math`` or for one of its functions stand for these instead; the module itself is
never touched. What a function of ``math`` has no row for takes the plain number, and leaves the graph the guarded
way. NumPy needs no stand-in: its functions ask a Value themselves (``Value.__array_ufunc__``).
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from types import ModuleType
from typing import Any

from .number import Number
from .ops import TABLE
from .value import Value, constant, is_real, operate

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
        cls = Number if any(type(value) is Number for value in values) else Value
        return operate(cls, row, function, tuple(x if isinstance(x, Value) else constant(x) for x in args))

    return call


def _log(x: Any, *base: Any) -> Any:
    return _FUNCTIONS[math.log](x) / _FUNCTIONS[math.log](*base) if base else _log_natural(x)


def _degrees(x: Any) -> Any:
    return x * (180.0 / math.pi) if isinstance(x, Value) else math.degrees(x)


def _radians(x: Any) -> Any:
    return x * (math.pi / 180.0) if isinstance(x, Value) else math.radians(x)


def _prod(numbers: Any, *, start: Any = 1) -> Any:
    return functools.reduce(lambda product, number: product * number, numbers, start)


_log_natural = _traced(math.log, "log")

_FUNCTIONS: dict[Any, Callable[..., Any]] = {
    getattr(math, ours): _traced(getattr(math, ours), row) for ours, row in ROWS.items()
}
for _original, _ours in ((math.log, _log), (math.degrees, _degrees), (math.radians, _radians), (math.prod, _prod)):
    _FUNCTIONS[_original] = functools.wraps(_original)(_ours)

_MATH = ModuleType("math", math.__doc__)
_MATH.__dict__.update(
    {name: _FUNCTIONS.get(found, found) if callable(found) else found for name, found in vars(math).items()}
)
_ORIGINALS = {id(ours): original for original, ours in _FUNCTIONS.items()} | {id(_MATH): math}


def adapt(found: Any) -> Any:
    """The stand-in for ``math`` or one of its functions; anything else as it is."""
    if found is math:
        return _MATH
    return _FUNCTIONS[found] if type(found) is _BUILTIN and found in _FUNCTIONS else found


def original(found: Any) -> Any:
    """What a stand-in stands for; anything else as it is."""
    return _ORIGINALS.get(id(found), found)


_BUILTIN = type(math.exp)
