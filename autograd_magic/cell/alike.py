"""Whether two things are alike for the code that reads them."""

from __future__ import annotations

from types import CodeType, FunctionType
from typing import Any

import numpy as np

from autograd_magic.engine.number import Number, plain

DEEP, MANY = 6, 10_000
"""How deep, and how many elements of a container, two things are compared; what is larger counts as changed."""

IMMUTABLE = (int, float, complex, bool, str, bytes, range, type(None), np.float64, np.int64)


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
