"""Copies of what goes into a call that outside code does, so that it can be done again with a number nudged."""

from __future__ import annotations

import numbers
from collections import deque
from datetime import timedelta
from typing import Any, Protocol

import numpy as np

from autograd_magic.engine.arrays import Array
from autograd_magic.engine.number import Number

from .notebook_code import own_class

LARGEST = 10_000
"""So many elements of what goes in or comes out are looked at."""


class Call(Protocol):
    """A call of which copies are made: whether the result depends on nothing besides, as far as can be seen."""

    pure: bool


def copied(found: Any, call: Call, deep: int = 5) -> Any:
    """A copy of an argument as it goes in, numbers and all, for a call with one of them nudged. What cannot be copied
    makes the call impure.
    """
    kind = type(found)
    if kind in (list, tuple, deque) and deep and len(found) <= LARGEST:
        return kind(copied(item, call, deep - 1) for item in found)
    if kind is dict and deep and len(found) <= LARGEST:
        return {key: copied(item, call, deep - 1) for key, item in found.items()}
    if (kind is Array or isinstance(found, np.ndarray)) and not own_class(kind) and found.nbytes < 1_000_000:
        return found.copy()
    if kind in (Number, float, int, complex, bool, str, bytes, type(None), slice, range) or isinstance(
        found, (np.generic, np.dtype, type, np.ufunc, set, frozenset, numbers.Number, timedelta)
    ):
        return found
    call.pure = False
    return found


def filled(found: Any, at: dict[int, float]) -> Any:
    """The copy of an argument with plain numbers in it, by the identity of what they stand for."""
    kind = type(found)
    if kind is Number:
        return at.get(id(found), found.number)
    if kind in (list, tuple, deque, set, frozenset):
        return kind(filled(item, at) for item in found)
    if kind is dict:
        return {key: filled(item, at) for key, item in found.items()}
    if kind is slice:
        return slice(*(filled(part, at) for part in (found.start, found.stop, found.step)))
    if kind is Array:
        plain = found.buffer.copy()
        for place, node in found.nodes().items():
            if id(node) in at:
                plain[place] = at[id(node)]
        return plain
    return found.copy() if isinstance(found, np.ndarray) else found
