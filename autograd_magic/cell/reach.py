"""Which global names code can come to read, and whether two things that it finds there are alike."""

from __future__ import annotations

import dis
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

from autograd_magic.engine.number import Number, plain
from autograd_magic.engine.value import Value

DEEP, MANY = 6, 10_000
"""How deep, and how many elements of a container, two things are compared; what is larger counts as changed."""

IMMUTABLE = (int, float, complex, bool, str, bytes, type(None), np.float64, np.int64)


def reachable(wanted: Iterable[str], namespace: Mapping[str, Any]) -> frozenset[str]:
    """These names, and the global names that the functions, classes and objects behind them read or bind."""
    found: set[str] = set()
    stack = list(wanted)
    while stack:
        name = stack.pop()
        if name not in found:
            found.add(name)
            for function in _functions(namespace.get(name)):
                if function.__globals__ is namespace:
                    stack.extend(read for read in global_names(function.__code__) if read in namespace)
    return frozenset(found)


def _functions(found: Any) -> Iterator[FunctionType]:
    """The functions behind a name: itself, what it wraps, the methods of a class or of an object's class."""
    seen: set[int] = set()
    # An attribute that is really there: an object may claim to have every attribute.
    while "__wrapped__" in getattr(found, "__dict__", ()) and id(found) not in seen:
        seen.add(id(found))
        if isinstance(found, FunctionType):
            yield found
        found = vars(found)["__wrapped__"]
    if isinstance(found, FunctionType):
        yield found
    elif found is not None and not isinstance(found, (Value, ModuleType)):
        for kind in (found if isinstance(found, type) else type(found)).__mro__[:-1]:
            yield from (method for method in vars(kind).values() if isinstance(method, FunctionType))


def bound_by_functions(wanted: Iterable[str], namespace: Mapping[str, Any]) -> frozenset[str]:
    """The global names that the functions behind these names bind (``global total``)."""
    functions = (function for name in wanted for function in _functions(namespace.get(name)))
    return frozenset(
        name for function in functions if function.__globals__ is namespace for name in stored(function.__code__)
    )


@lru_cache(maxsize=10_000)
def stored(code: CodeType) -> tuple[str, ...]:
    """The global names that a function's code binds."""
    names = {step.argval for step in dis.get_instructions(code) if step.opname == "STORE_GLOBAL"}
    inner = (stored(constant) for constant in code.co_consts if isinstance(constant, CodeType))
    return tuple(sorted(names.union(*inner)))


@lru_cache(maxsize=10_000)
def global_names(code: CodeType) -> tuple[str, ...]:
    """The global names that a function's code reads or binds, those of the functions inside it among them."""
    names = {
        step.argval
        for step in dis.get_instructions(code)
        if step.opname.endswith(("_GLOBAL", "_NAME", "_GLOBALS")) and isinstance(step.argval, str)
    }
    inner = (global_names(constant) for constant in code.co_consts if isinstance(constant, CodeType))
    return tuple(sorted(names.union(*inner)))


def alike(one: Any, other: Any, deep: int = DEEP) -> bool:
    """Whether code that reads ``other`` in the place of ``one`` finds the same: the object itself, the same number or
    text, a function with the same code, a container with the like in it.
    """
    if one is other:
        return True
    if isinstance(one, Number) or isinstance(other, Number):
        one, other = plain(one), plain(other)
    if type(one) is not type(other) or not deep:
        return False
    if isinstance(one, IMMUTABLE):
        return repr(one) == repr(other)
    if isinstance(one, FunctionType):
        parts = ("__code__", "__defaults__", "__kwdefaults__")
        return one.__closure__ is other.__closure__ and all(
            alike(getattr(one, part), getattr(other, part), deep - 1) for part in parts
        )
    if isinstance(one, CodeType):
        return bool(one == other)
    if isinstance(one, np.ndarray):
        return bool(
            one.dtype == other.dtype != object and one.shape == other.shape and one.tobytes() == other.tobytes()
        )
    if type(one) in (list, tuple) and len(one) == len(other) <= MANY:
        return all(alike(x, y, deep - 1) for x, y in zip(one, other, strict=True))
    if type(one) is dict and list(one) == list(other) and len(one) <= MANY:
        return all(alike(one[key], other[key], deep - 1) for key in one)
    if isinstance(one, type):
        own = [
            {name: found for name, found in vars(kind).items() if not name.startswith("__w")} for kind in (one, other)
        ]
        own = [{name: found for name, found in parts.items() if name != "__dict__"} for parts in own]
        return one.__bases__ == other.__bases__ and alike(own[0], own[1], deep - 1)
    return False
