"""What numbers that remember have made of themselves, held against what the library gives for plain ones.

A function of NumPy that arrays of numbers that remember go through is called with plain numbers as well. The library
says of which kind the result is, and its numbers to the last digit; the graph comes from the traced result. Where the
two are not alike only the library's counts.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd_magic.engine.arrays import WIDE, Array, holds_values
from autograd_magic.engine.node import SAME
from autograd_magic.engine.value import Value, make

from .plainly import LARGEST

CLOSE = 1e-9
"""Numbers that differ by more than this part are not the same result."""


def matched(made: Any, real: Any) -> Any:
    """The traced result as the library gives it; None where the two are not alike."""
    if isinstance(real, np.ndarray):
        return _array(made, real)
    if type(real) in (list, tuple):
        if type(made) not in (list, tuple) or len(made) != len(real):
            return None
        items = [matched(*pair) for pair in zip(made, real, strict=True)]
        return None if any(item is None for item in items) else type(real)(items)
    if isinstance(made, Value):
        return _number(made, real)
    return None if holds_values(made) else real


def _array(made: Any, real: Any) -> Any:
    if isinstance(made, Value) and not real.ndim and real.dtype in WIDE:
        return boxed(_number(made, real[()]))
    if not isinstance(made, np.ndarray) or made.shape != real.shape:
        return None
    if not holds_values(made):
        return real
    if real.dtype not in WIDE:
        return None
    items = [_number(*pair) for pair in zip(made.flat, real.flat, strict=True)]
    if any(item is None for item in items):
        return None
    if all(one is other for one, other in zip(items, made.flat, strict=True)):
        return made
    result = np.empty(real.shape, dtype=object)
    result.flat[:] = items
    return result.view(Array)


def boxed(number: Any) -> Any:
    """A number as an array without axes."""
    if number is None:
        return None
    box = np.empty((), dtype=object)
    box[()] = number
    return box.view(Array)


def _number(made: Any, real: Any) -> Any:
    """A traced number with the library's; None where it is another one."""
    if not isinstance(made, Value):
        return real
    if not isinstance(real, (float, int, np.int64)) or isinstance(real, bool):
        return None
    number = made.number
    if not (number == real or (number != number and real != real) or math.isclose(number, real, rel_tol=CLOSE)):
        return None
    if type(number) is not type(real):
        return make(type(made), SAME, real, (made,))
    if number != real or (real == 0 and math.copysign(1.0, number) != math.copysign(1.0, real)):
        made.number = real
    return made


def small(found: Any) -> bool:
    """Whether what goes in is small enough to be computed with twice."""
    if isinstance(found, (list, tuple)):
        return len(found) <= LARGEST and all(map(small, found))
    return not isinstance(found, np.ndarray) or found.size <= LARGEST
