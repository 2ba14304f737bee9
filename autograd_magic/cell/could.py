"""Which lists, arrays and attributes could be leaves, each as one."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

import numpy as np

from autograd_magic.engine.value import Value, is_real

from .reach import ATOMS


def could_be_leaves(held: Mapping[str, Any]) -> dict[str, int]:
    """Lists, dicts and arrays of numbers among what some names hold, and those in attributes, by name, with the count
    of their numbers, the longest first. Where some hold floats, those of whole numbers, which mostly count and index,
    are left out.
    """
    found: dict[str, tuple[int, bool]] = {}
    for name, item in held.items():
        if type(item) in ATOMS:
            continue
        parts = {name: item}
        if type(item).__module__ == "__main__" and type(getattr(item, "__dict__", None)) is dict:
            parts = {f"{name}.{part}": [inner] for part, inner in vars(item).items()}
        found |= {path: numbers_inside(part) for path, part in parts.items()}
    found = {path: inside for path, inside in found.items() if inside[0]}
    wholes = all(whole for _, whole in found.values())
    some = {path: count for path, (count, whole) in found.items() if wholes or not whole}
    return dict(sorted(some.items(), key=lambda item: -item[1]))


def numbers_inside(found: Any, most: int = 1_000) -> tuple[int, bool]:
    """How many numbers that could be leaves a list, a tuple, a dict or an array holds, and whether all are whole; of
    more than ``most`` elements no more are looked at.
    """
    count, looked, whole, stack = 0, 0, True, [found]
    while stack and looked <= most:
        item = stack.pop()
        if isinstance(item, np.ndarray):
            count += item.size if item.dtype.kind in "fiu" else 0
            whole &= item.dtype.kind != "f"
        elif type(item) in (list, tuple, dict):
            stack += islice(item.values() if type(item) is dict else item, most + 1)
        elif item is not found and is_real(item) and not isinstance(item, (bool, np.bool_, Value)):
            count += 1
            whole &= isinstance(item, (int, np.integer))
        looked += 1
    return count, whole
