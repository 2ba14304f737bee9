"""The functions that are traced: what stands for a function of ``math``, NumPy or SciPy when numbers that remember are
given to it.

``math.tanh(v)`` reads ``float(v)`` in C and forgets where the number came from. A call in a cell (door.py) looks here
for what does the same with nodes. What is not found here gets plain numbers.
"""

from __future__ import annotations

import functools
import math
import sys
from collections import deque
from collections.abc import Callable, Iterator, KeysView, ValuesView
from inspect import Parameter, signature
from types import EllipsisType, MethodDescriptorType, WrapperDescriptorType
from typing import Any

import numpy as np

from autograd_magic.engine import record
from autograd_magic.engine.arrays import Array, traces
from autograd_magic.engine.composed import NORMAL, composed
from autograd_magic.engine.elementwise import traced_ufunc
from autograd_magic.engine.functions import MAKERS, made_here
from autograd_magic.engine.gathered import holds_arrays
from autograd_magic.engine.methods import FUNCTIONS
from autograd_magic.engine.node import SAME
from autograd_magic.engine.number import Number, plain
from autograd_magic.engine.ops import TABLE
from autograd_magic.engine.ufuncs import RELATIONS, TESTS, UFUNCS
from autograd_magic.engine.value import Value, constant, is_real, make, operate

from .came_back import ORDINARY
from .notebook_code import own_class

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

FOLDS = ("reduce", "accumulate", "outer", "at")


def stand_in_for(function: Any, args: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """What does the same with nodes as a function does with numbers, where these arguments have nodes among them; None
    where there is nothing.
    """
    if len(args) == 1 and type(args[0]) is Number:
        if function is float or function is np.float64:
            return functools.partial(_a_float, function)
        if function is np.float32 or function is np.float16:
            return functools.partial(_rounded, function)
    try:
        found = _FUNCTIONS.get(function)
    except TypeError:  # it has no hash
        return None
    if found is not None:
        alone = len(args) == 1 and type(args[0]) is Number
        return None if not alone and foreign(*args, *named.values()) else found
    every = (*args, *named.values())
    if _of_another_class(*every):
        return None
    if isinstance(function, np.ufunc):
        if function.__name__ not in _UFUNCS or {*named} - {"out"} or not _ours(args, named) or of_another_kind(*every):
            return None
        return functools.partial(_ufunc, function, "__call__")
    owner: Any = getattr(function, "__self__", None)
    if isinstance(owner, np.ufunc) and owner.__name__ in _UFUNCS and function.__name__ in FOLDS:
        reads = _ours(args, named) and not of_another_kind(*every)
        return functools.partial(_ufunc, owner, function.__name__) if reads else None
    if type(function).__name__ == "norm_gen":
        return functools.partial(_Frozen, function) if traces(*args, *named.values()) else None
    if type(owner).__name__ == "norm_gen":
        return _of_normal(function) if function.__name__ in NORMAL else None
    if type(owner).__name__ == "rv_continuous_frozen" and type(owner.dist).__name__ == "norm_gen":
        if function.__name__ not in NORMAL or not traces(*args):
            return None
        return functools.partial(getattr(_Frozen(owner.dist, *owner.args, **owner.kwds), function.__name__))
    if (found := composed(function)) is not None:
        return found if traces(*every) else None
    if function not in MAKERS and of_another_kind(*every):
        return None
    found = FUNCTIONS.get(function)
    if found is not None and _ours(args, named):
        return None if into_another(function, args) else found
    if function in MAKERS and not touched(record.running, args):
        return functools.partial(made_here, function)
    return None


def touched(run: Any, found: Any) -> bool:
    """Whether numbers went into something, or into what a list or a tuple holds."""
    if run is None or not run.touched:
        return False
    return run.went_into(found) or (type(found) in (list, tuple) and any(touched(run, item) for item in found))


def foreign(*found: Any) -> bool:
    """Whether there is an object of another library among some things, or in a list of them: what arithmetic with it
    gives only that library knows.
    """
    return not _NUMBERS.issuperset(map(type, found)) and any(
        foreign(*one) if type(one) in (list, tuple) else not _known(type(one)) for one in found
    )


def _known(kind: type) -> bool:
    plain = kind in ORDINARY or kind is np.ndarray or issubclass(kind, (np.generic, Value, Array))
    return plain or issubclass(kind, _GIVING) or own_class(kind)


_GIVING = (Iterator, KeysView, ValuesView, range, set, frozenset, deque)
"""What gives numbers one by one."""


_NUMBERS = frozenset({Number, Array, float, int})


def of_a_number(function: Any) -> bool:
    """Whether a function is a method of numbers or arrays, without one: it does with it what its operators do."""
    return type(function) in _UNBOUND and issubclass(function.__objclass__, (float, int, np.generic, np.ndarray))


_UNBOUND = frozenset({MethodDescriptorType, WrapperDescriptorType})


def into_another(function: Any, args: tuple[Any, ...]) -> bool:
    """Whether an argument without a name says where a function of NumPy's, or a method, writes its result."""
    place = _out_at(function)
    return len(args) > place and args[place] is not None


@functools.cache
def _out_at(function: Any) -> int:
    """Which argument does so."""
    try:
        found = signature(getattr(np, function.__name__, function)).parameters
    except ValueError:  # it does not say
        return 2 if function is np.concatenate else sys.maxsize
    named = "out" not in found or found["out"].kind is Parameter.KEYWORD_ONLY
    return sys.maxsize if named else [*found].index("out")


def _of_another_class(*found: Any) -> bool:
    """Whether there is an array of a class of its own among some things, or in one of them: a matrix, a masked array,
    one of the user's. What its operators and NumPy's functions do with it only it knows.
    """
    return any(
        (issubclass(type(one), np.ndarray) and type(one) is not np.ndarray)
        or (type(one) in (list, tuple) and _of_another_class(*one))
        for one in found
    )


def of_another_kind(*found: Any) -> bool:
    """Whether there is such an array among some things, what NumPy makes an array of in its own way (a range, bytes, a
    table), or what is an object to it (a Fraction).
    """
    return not _READ.issuperset(map(type, found)) and any(
        of_another_kind(*one) if type(one) in (list, tuple) else not _read(one) for one in found
    )


def _read(one: Any) -> bool:
    kind = type(one)
    if kind in _READ or issubclass(kind, (Value, np.generic, np.dtype, type, slice)):
        return True
    return callable(one) and not issubclass(kind, np.ndarray)


_READ = frozenset({Number, Array, np.ndarray, float, int, bool, complex, str, type(None), EllipsisType})


def _ours(args: tuple[Any, ...], named: dict[str, Any]) -> bool:
    every = (*args, *named.values())
    return holds_arrays(*every) or traces(*every)


def _ufunc(ufunc: np.ufunc, method: str, *args: Any, **named: Any) -> Any:
    if method == "at" and type(args[0]) is not Array:
        return NotImplemented  # it writes into a plain array
    if "out" in named:
        named["out"] = named["out"] if isinstance(named["out"], tuple) else (named["out"],)
        if not all(type(one) is Array or one is None for one in named["out"]):
            return NotImplemented
    elif method == "__call__" and len(args) == ufunc.nin + 1:
        return _ufunc(ufunc, method, *args[:-1], out=args[-1])
    return traced_ufunc(ufunc, method, args, named)


def _a_float(kind: type, number: Number) -> Any:
    """``float(number)``: the number itself, of this kind."""
    return make(Number, SAME, kind(number.number), (number,))


def _rounded(kind: type, number: Number) -> Any:
    """``np.float32(number)``: the nearest one that there is, which only a run can tell; on the whole its slope is 1."""
    return make(Number, TABLE["mul"], kind(number.number), (number, constant(1.0)))


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
