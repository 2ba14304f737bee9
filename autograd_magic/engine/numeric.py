"""What Python's ``math`` lacks, or does in another way than the op table needs. js/src/engine/numeric.ts is the same in
TypeScript.
"""

from __future__ import annotations

import math

import numpy as np


def exp2(x: float) -> float:
    """``math.exp2``, which Python has since 3.11."""
    return math.exp2(x) if hasattr(math, "exp2") else math.pow(2.0, x)


def cbrt(x: float) -> float:
    """``math.cbrt``, which Python has since 3.11."""
    return math.cbrt(x) if hasattr(math, "cbrt") else float(np.cbrt(x))


def floor(x: float) -> float:
    """The whole number below, as a float."""
    return float(np.floor(x))


def ceil(x: float) -> float:
    """The whole number above, as a float."""
    return float(np.ceil(x))


def trunc(x: float) -> float:
    """The whole number towards zero, as a float."""
    return float(np.trunc(x))


def round_to(x: float, digits: float) -> float:
    """Python's ``round(x, digits)``; what is not finite stays itself, as IEEE arithmetic would have it."""
    return round(x, int(digits)) if math.isfinite(digits) else math.nan


def where(condition: float, a: float, b: float) -> float:
    """One of two numbers."""
    return a if condition else b


def remainder(x: float, y: float) -> float:
    """``math.remainder``, and nan where Python refuses it."""
    try:
        return math.remainder(x, y)
    except ValueError:
        return math.nan


def erfinv(x: float) -> float:
    """The number whose ``erf`` is ``x``: from the first terms of its series (DLMF 7.17.2), by Halley's method. Beyond
    one half it is ``erfcinv``, which has more digits there.
    """
    if abs(x) > 0.5:
        return math.copysign(erfcinv(1 - abs(x)), x)
    t = x * (1 + math.pi / 12 * x * x) * ROOT_PI / 2
    for _ in range(3):
        off = (math.erf(t) - x) * ROOT_PI / 2 / math.exp(-t * t)
        t -= off / (1 + t * off)
    return t


def erfcinv(x: float) -> float:
    """The number whose ``erfc`` is ``x``: from Hastings' fraction (Abramowitz and Stegun 26.2.22), by Halley's
    method.
    """
    if not 0 < x < 2:
        return {0.0: math.inf, 2.0: -math.inf}.get(x, math.nan)
    if x > 0.5:
        return -erfcinv(2 - x) if x > 1.5 else erfinv(1 - x)
    root = math.sqrt(2 * (math.log(2) - math.log(x)))
    t = (root - (2.30753 + 0.27061 * root) / (1 + (0.99229 + 0.04481 * root) * root)) / math.sqrt(2)
    for _ in range(3):
        off = (x - math.erfc(t)) * ROOT_PI / 2 / math.exp(-t * t)
        t -= off / (1 + t * off)
    return t


ROOT_PI = math.sqrt(math.pi)
