"""In which order the elements of a row are taken together: one after the other, or in pairs as NumPy sums."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from .columns import Ints

_UNROLLED, _BLOCK = 8, 128
"""How many running sums NumPy keeps, and how many elements it sums before it halves (``pairwise_sum`` in its
``loops_utils.h.src``): so the steps of ``x.sum()`` are what they are without us.
"""


class Steps(NamedTuple):
    """The steps from so many items to one result, in order. An item has its place as its number, and so has the result
    of each step, after the items: ``left`` and ``right`` are what a step takes together, ``user`` is which one takes
    each item, and each result but the last. ``levels`` are steps that need not wait for each other.
    """

    left: Ints
    right: Ints
    user: Ints
    levels: list[Any]


@lru_cache(maxsize=64)
def steps_of(count: int, paired: bool) -> Steps:
    """The steps of so many items."""
    found: list[tuple[int, int]] = []
    depth = [0] * count

    def both(x: int, y: int) -> int:
        found.append((x, y))
        depth.append(1 + max(depth[x], depth[y]))
        return count + len(found) - 1

    (in_pairs if paired else in_turn)(range(count), both)
    left, right = np.array(found, dtype=np.int32).T
    user = np.zeros(2 * count - 2, dtype=np.int32)
    user[left] = user[right] = count + np.arange(count - 1)
    deep = np.array(depth[count:])
    order = np.argsort(deep, kind="stable")
    levels = np.split(order, np.flatnonzero(np.diff(deep[order])) + 1)
    return Steps(left, right, user, levels)


def in_turn(items: Sequence[Any], both: Callable[[Any, Any], Any]) -> Any:
    """One after the other."""
    total = items[0]
    for item in items[1:]:
        total = both(total, item)
    return total


def in_pairs(items: Sequence[Any], both: Callable[[Any, Any], Any]) -> Any:
    """As NumPy sums what lies side by side in memory."""
    count = len(items)
    if count < _UNROLLED:
        return in_turn(items, both)
    if count > _BLOCK:
        half = count // 2
        half -= half % _UNROLLED
        return both(in_pairs(items[:half], both), in_pairs(items[half:], both))
    whole = count - count % _UNROLLED
    sums = [in_turn(items[place:whole:_UNROLLED], both) for place in range(_UNROLLED)]
    while len(sums) > 1:
        sums = [both(sums[place], sums[place + 1]) for place in range(0, len(sums), 2)]
    return in_turn([sums[0], *items[whole:]], both)
