"""Serials that lie in memory as the numbers do beside which they stand. What NumPy makes a view of the numbers is then
a view of the serials too, and a copy is a copy.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.array_utils import byte_bounds
from numpy.lib.stride_tricks import as_strided

WIDTH = 8
"""Bytes of a serial."""


def beside(numbers: Any) -> Any:
    """A serial for each number, all 0."""
    ids = np.zeros_like(numbers, dtype=np.int64)
    if _alike(ids, numbers) or not numbers.size or any(step % numbers.itemsize for step in numbers.strides):
        return ids
    first, end = byte_bounds(numbers)
    whole = np.zeros((end - first) // numbers.itemsize, dtype=np.int64)
    return _strided(whole, numbers, first)


def laid(ids: Any, numbers: Any) -> Any:
    """These serials, in memory as the numbers are."""
    if _alike(ids, numbers):
        return ids
    made = beside(numbers)
    made[...] = ids
    return made


def shown(ids: Any, numbers: Any, view: Any) -> Any:
    """The serials that a view of the numbers shows; None where it shows more, or in another kind of number."""
    if view.dtype != numbers.dtype or not np.may_share_memory(view, numbers):
        return None
    (first, end), (low, high), size = byte_bounds(view), byte_bounds(numbers), numbers.itemsize
    if first < low or end > high or any(step % size for step in (first - low, *view.strides)):
        return None
    upwards = (..., *(slice(None, None, -1 if step < 0 else 1) for step in ids.strides))  # a view of no axes too
    lowest = ids[upwards]
    return _strided(as_strided(lowest, ((high - low) // size,), (ids.itemsize,)), view, low)


def owner_of(numbers: Any) -> Any:
    """The array that owns the memory of these."""
    owner = one = numbers
    while (one := getattr(one, "base", None)) is not None:
        owner = one if isinstance(one, np.ndarray) else owner
    return owner


def _alike(ids: Any, numbers: Any) -> bool:
    size = numbers.itemsize
    if size == WIDTH:
        return bool(ids.strides == numbers.strides)
    return all(own * size == step * WIDTH for own, step in zip(ids.strides, numbers.strides, strict=True))


def _strided(whole: Any, numbers: Any, first: int) -> Any:
    """Those of the serials for all memory from ``first`` on that stand beside these numbers."""
    size = numbers.itemsize
    start = (numbers.__array_interface__["data"][0] - first) // size
    return as_strided(whole[start:], numbers.shape, [step // size * whole.itemsize for step in numbers.strides])
