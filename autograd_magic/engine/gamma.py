"""The gamma function's relatives that Python has no function for (formulas: NIST Digital Library of Mathematical
Functions, chapters 5 and 25). js/src/engine/gamma.ts is the same in TypeScript.
"""

from __future__ import annotations

import math

FAR = 15
"""From here on a few terms of the asymptotic series give all digits; smaller numbers are led there by recurrence."""

BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510)
"""The Bernoulli numbers B2, B4, ... (DLMF 24.2)."""


def gamma(x: float) -> float:
    """``math.gamma``, and infinity or nan where Python refuses it."""
    try:
        return math.gamma(x)
    except OverflowError:
        return math.copysign(math.inf, x)
    except ValueError:
        return math.copysign(math.inf, x) if x == 0 else math.nan


def lgamma(x: float) -> float:
    """``math.lgamma``, and infinity at the poles."""
    try:
        return math.lgamma(x)
    except (OverflowError, ValueError):
        return math.inf


def digamma(x: float) -> float:
    """The derivative of ``lgamma`` (DLMF 5.11.2, 5.5.2 and 5.5.4); nan at the negative poles."""
    if x <= 0:
        rest = x - math.floor(x) if math.isfinite(x) else 0.0
        if rest == 0:
            return -math.copysign(math.inf, x) if x == 0 else math.nan
        return digamma(1 - x) - math.pi / math.tan(math.pi * rest)
    if math.isinf(x):
        return x
    total = 0.0
    while x < FAR:
        total -= 1 / x
        x += 1
    total += math.log(x) - 1 / (2 * x)
    power = 1.0
    for k, bernoulli in enumerate(BERNOULLI, 1):
        power /= x * x
        total -= bernoulli / (2 * k) * power
    return total


def polygamma(order: float, x: float) -> float:
    """The derivative of ``digamma`` of a whole order: (-1)**(n + 1) n! zeta(n + 1, x) (DLMF 5.15.1; the tail of zeta by
    25.11.43). nan where the order is none, and far below zero.
    """
    if order == 0:
        return digamma(x)
    if not (0 < order <= 100 and order == math.floor(order) and x > -10_000):
        return math.nan
    if x <= 0 and x == math.floor(x):
        return math.inf if order % 2 else math.nan
    if math.isinf(x):
        return 0.0
    s, total = order + 1, 0.0
    if abs(x) < 1e-2:  # the first term of the sum, which is all there is when it is very large
        total += _over(x, s)
        x += 1
    while x < FAR + order:
        total += x**-s
        x += 1
    total += x ** (1 - s) / order + x**-s / 2
    term = s * x ** (-s - 1) / 2
    for k, bernoulli in enumerate(BERNOULLI, 1):
        total += bernoulli * term
        term *= (s + 2 * k - 1) * (s + 2 * k) / ((2 * k + 1) * (2 * k + 2) * x * x)
    return float(math.factorial(int(order)) * (total if order % 2 else -total))


def _over(x: float, s: float) -> float:
    """``x**-s``, infinite where Python would raise."""
    try:
        return float(x**-s)
    except OverflowError:
        return math.inf if s % 2 == 0 else math.copysign(math.inf, x)
