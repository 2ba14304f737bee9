"""``math`` and its like for Values: stand-ins that a cell's names are bound to while it runs.

``math.tanh(v)`` reads ``float(v)`` in C and forgets where the number came from. While a cell is traced, the names in
the user's namespace that stand for ``math`` or for one of its functions stand for these instead; the module itself is
never touched. What a function of ``math`` has no row for takes the plain number, and leaves the graph the guarded
way. NumPy's functions are given Arrays for lists of Values, and give Arrays back. Modules that look at the type of a
number before they look at the number (``statistics``, ``decimal``, ``json``) are given plain numbers.
"""

from __future__ import annotations

import functools
import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import numpy as np

from autograd_magic.engine import record
from autograd_magic.engine.arrays import array_of, dot, holds_values, lifted, where
from autograd_magic.engine.composed import NORMAL, composed
from autograd_magic.engine.number import Number
from autograd_magic.engine.ops import TABLE
from autograd_magic.engine.ufuncs import TESTS
from autograd_magic.engine.value import Value, constant, is_real, operate

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

_MATH = ModuleType("math", math.__doc__)
_MATH.__dict__.update(
    {name: _FUNCTIONS.get(found, found) if callable(found) else found for name, found in vars(math).items()}
)
_ORIGINALS = {id(ours): original for original, ours in _FUNCTIONS.items()} | {id(_MATH): math}


PLAIN = ("cmath", "datetime", "decimal", "fractions", "json", "statistics", "time")
"""Modules of the standard library whose functions take plain numbers and nothing that only behaves like one."""


class _StandIn:
    """A function or a class that is called in another way; to ``isinstance``, a subclass and everything else it is what
    it stands for.
    """

    def __init__(self, real: Any) -> None:
        self._real = real
        self.__doc__, self.__module__ = real.__doc__, getattr(real, "__module__", None) or ""

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        return type(self)(found) if callable(found) and not isinstance(found, type) else found

    def __repr__(self) -> str:
        return repr(self._real)

    def __instancecheck__(self, found: object) -> bool:
        return isinstance(found, self._real)

    def __subclasscheck__(self, found: type) -> bool:
        return issubclass(found, self._real)

    def __mro_entries__(self, _: tuple[Any, ...]) -> tuple[Any, ...]:
        return (self._real,)


class _Plainly(_StandIn):
    """Called with plain numbers."""

    def __call__(self, *args: Any, **named: Any) -> Any:
        return self._real(*map(_leave, args), **{name: _leave(argument) for name, argument in named.items()})


class _OnArrays(_StandIn):
    """A function of NumPy, called with Arrays for lists of Values; an array of Values that comes out is an Array."""

    def __call__(self, *args: Any, **named: Any) -> Any:
        if not isinstance(self._real, np.ufunc) and any(map(_single, args)):
            return self._real(*map(_leave, args), **{name: _leave(argument) for name, argument in named.items()})
        args = tuple(map(array_of, args))
        if self._real is np.where and len(args) == 3:
            return where(*args)
        if self._real in (np.dot, np.inner) and len(args) == 2 and any(map(holds_values, args)):
            return dot(*args)
        named = {name: array_of(argument) for name, argument in named.items()}
        if named.get("dtype") in (float, np.float64, "float", "float64") and any(map(holds_values, args)):
            del named["dtype"]
        return lifted(self._real(*args, **named))


def _single(found: Any) -> bool:
    """Whether a number is of single precision, in which NumPy would give the whole result."""
    return isinstance(found.number if isinstance(found, Value) else found, (np.float32, np.float16))


def _leave(found: Any) -> Any:
    """The same with plain numbers; what was a Value leaves the graph here."""
    if isinstance(found, Value):
        record.escape(found)
        return found.number
    if type(found) in (list, tuple, set):
        return type(found)(map(_leave, found))
    if type(found) is dict:
        return {_leave(key): _leave(item) for key, item in found.items()}
    if isinstance(found, np.ndarray) and found.dtype == object:
        return np.array([_leave(item) for item in found.flat]).reshape(found.shape)
    if isinstance(found, Iterator):
        return map(_leave, found)
    return found


def _module(module: ModuleType) -> ModuleType:
    """The stand-in for a module, made when a cell first meets it."""
    if module.__name__ not in _MODULES:
        ours = ModuleType(module.__name__, module.__doc__)
        ours.__dict__.update(vars(module))
        for name, found in vars(module).items():
            if callable(found) and not name.startswith("_") and not _stays(module, found):
                ours.__dict__[name] = _standing(found, _OnArrays if module is np else _Plainly)
        _MODULES[module.__name__] = ours
        _ORIGINALS[id(ours)] = module
    return _MODULES[module.__name__]


def _standing(found: Any, kind: type[_StandIn]) -> Any:
    """What stands for a function or a class."""
    if id(found) not in _STANDING:
        if type(found).__name__ == "norm_gen":
            stand_in: Any = _Norm(found)
        else:
            stand_in = composed(found) or (_OnArrays if isinstance(found, np.ufunc) else kind)(found)
        _STANDING[id(found)] = stand_in
        _ORIGINALS[id(stand_in)] = found
    return _STANDING[id(found)]


def _stays(module: ModuleType, found: object) -> bool:
    """What is no function of numbers: exceptions, and the classes of NumPy (dtypes among them) and SciPy."""
    return isinstance(found, type) and (module.__name__ not in PLAIN or issubclass(found, BaseException))


_MODULES: dict[str, ModuleType] = {}
_STANDING: dict[int, Any] = {}
"""What stands for the functions and classes of these modules, by identity."""


class _Norm(_StandIn):
    """``scipy.stats.norm``: its density and its distribution are rows of the op table; the rest takes plain numbers."""

    def __call__(self, loc: Any = 0, scale: Any = 1) -> Any:
        return _Frozen(self, loc, scale)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        if name in NORMAL:
            return functools.wraps(found)(functools.partial(NORMAL[name], found))
        return _Plainly(found) if callable(found) else found


class _Frozen:
    """``norm(loc, scale)``."""

    def __init__(self, norm: _Norm, loc: Any, scale: Any) -> None:
        self._norm, self._loc, self._scale = norm, loc, scale

    def __getattr__(self, name: str) -> Any:
        if name in NORMAL:
            return lambda x: getattr(self._norm, name)(x, self._loc, self._scale)
        return getattr(self._norm._real(_leave(self._loc), _leave(self._scale)), name)


def stand_in_for(found: Any) -> Any:
    """The stand-in for ``math``, for one of its functions and the like; anything else as it is."""
    if found is math:
        return _MATH
    if isinstance(found, ModuleType):
        ours = found is np or found.__name__ in PLAIN or found.__name__.startswith("scipy.")
        return _module(found) if ours and found is sys.modules.get(found.__name__) else found
    if type(found) is _BUILTIN and found in _FUNCTIONS:
        return _FUNCTIONS[found]
    home = getattr(found, "__module__", None) or ""
    if isinstance(found, np.ufunc) or (home in _NUMPY and not isinstance(found, type) and callable(found)):
        return _standing(found, _OnArrays)
    if home in _HOMES and callable(found) and not _is_exception(found):
        return _standing(found, _Plainly)
    if home.startswith("scipy.") and callable(found) and not isinstance(found, type):
        return _standing(found, _Plainly)
    return found


def _is_exception(found: object) -> bool:
    return isinstance(found, type) and issubclass(found, BaseException)


def original(found: Any) -> Any:
    """What a stand-in stands for; anything else as it is."""
    return _ORIGINALS.get(id(found), found)


_BUILTIN = type(math.exp)
_NUMPY = ("numpy", "numpy.linalg", "numpy.fft")
_HOMES = frozenset([*PLAIN, "json.decoder", "json.encoder", "_decimal", "_json"])
"""Where the functions and classes of these modules say that they come from."""


@contextmanager
def standing_in(namespace: dict[str, Any]) -> Iterator[None]:
    """While it lasts, the names of a namespace that mean ``math`` and its like mean their stand-ins."""
    for name, found in list(namespace.items()):
        if (stand_in := stand_in_for(found)) is not found:
            namespace[name] = stand_in
    try:
        yield
    finally:
        for name, found in list(namespace.items()):
            if (real := original(found)) is not found:
                namespace[name] = real
