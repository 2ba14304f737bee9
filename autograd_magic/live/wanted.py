"""Numbers that leaves are given, as literals in the text of the cell would have them."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

from autograd_magic.engine.guards import EXACT
from autograd_magic.engine.number import plain
from autograd_magic.engine.tape import Leaf
from autograd_magic.engine.value import is_real

WHOLE = (int, np.integer)


def wished(name: str, number: Any, leaf: Leaf, runs: bool) -> Any:
    """A number that somebody wants a leaf to have; ``runs`` says whether the code can be run again. A whole number that
    no float holds stays what it is, every other one is a float.

    Raises TypeError for what is no real number, and for such a whole number where only a run could have it.
    """
    number = plain(number)
    if isinstance(number, (bool, str)) or not is_real(number):
        raise TypeError(f"{name} can be set to one real number, not to {type(number).__name__} {number!r:.40}")
    if not float(number) != number == number:
        return float(number)
    if leaf.whole and runs:
        return number
    raise TypeError(f"{name} can be set to a number that is one of the floats too, not to {number!r:.40}")


def as_literal(number: Any, there: Any, whole: bool) -> Any:
    """A wanted number in Python's kind, for a leaf that is ``there`` now, and a ``whole`` number on its tape.

    A whole number stays one until it is given a fraction.
    """
    if between_floats(number):
        return number
    if between_floats(there) and float(there) == number:  # so it comes back from a page, which has floats alone
        return there
    return int(number) if whole and float(number).is_integer() and abs(number) <= EXACT else float(number)


def stands(number: Any, start: Any) -> bool:
    """Whether a leaf with this number is where the code puts it."""
    if isinstance(start, WHOLE) and number == start:  # no whole number is -0.0
        return True
    return not between_floats(number) and same(float(number), float(start))


def between_floats(number: Any) -> bool:
    """Whether it is a whole number that no float holds: a tape can't have it, only a run."""
    return isinstance(number, WHOLE) and float(number) != number


def same(x: float, y: float) -> bool:
    """Whether two float64 are the same number: nan is nan, and 0.0 is not -0.0."""
    return struct.pack("d", x) == struct.pack("d", y)
