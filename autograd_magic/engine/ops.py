"""The op table: one row an operation, from which everything that knows an operation follows.

Python's arithmetic on Values, the NumPy replay, the TypeScript replay (generated, see ``tools/generate_ts.py``), the
rule that the strip shows, the guards for what Python would refuse, and the tests all read these rows. To add an
operation is to add a row here; where its forward formula is made of other rows, nothing else is needed.

A row's formulas are in the language of ``formula.py``. ``x``, ``y``, ``w`` are the arguments and ``z`` the result;
``partials`` holds one formula for each argument. Sources: the forward definitions are IEEE 754's and C99's (Annex F),
the derivatives are those of the NIST Handbook of Mathematical Functions (DLMF 4 and 7), and the values at kinks and
edges follow the order "differentiable, minimum-norm sub-gradient, continuity, nan".
"""

from __future__ import annotations

import math
import operator

import numpy as np

from . import gamma, numeric
from .op import TABLE, Op

__all__ = ["BY_SYMBOL", "TABLE", "Op"]

_POW_LEAVES_REALS = "x == 0 and y < 0 or x < 0 and abs(x) < inf and y != floor(y) and abs(y) < inf"
_OVERFLOWS = "abs(z) == inf and abs(x) < inf"
_NO_REMAINDER = "y == 0 and x == x or abs(x) == inf and y == y"
_SHARE = "where(x == y and abs(x) == inf, 0.5, sigmoid({}))"
_SINC_SLOPE_NEAR_0 = "-pi*pi * x * (1/3 - square(pi * x) * (1/30 - square(pi * x) * (1/840 - square(pi * x) / 45360)))"
_WHOLE_QUOTIENT = "-floor((x - z) / y + 0.5)"

_ROWS = (
    Op("add", "+", "x + y", ("1", "1"), python=operator.add),
    Op("sub", "-", "x - y", ("1", "-1"), python=operator.sub, vector=np.subtract),
    Op("mul", "*", "x * y", ("y", "x"), python=operator.mul, vector=np.multiply),
    Op("div", "/", "x / y", ("1 / y", "-z / y"), raises="y == 0", python=operator.truediv, vector=np.divide),
    Op(
        "pow",
        "**",
        "x ** y",
        ("where(y == 0, 0, y * x**(y - 1))", "where(x == 0 and y >= 0, 0, z * log(x))"),
        raises=f"{_POW_LEAVES_REALS} or {_OVERFLOWS} and abs(y) < inf",
        kink="x == 0 and y == 0",
        ulps=2,
        python=operator.pow,
        vector=np.power,
        ts="numeric.pow",
    ),
    Op(
        "mod",
        "%",
        "x % y",
        ("1", "-(x // y)"),
        raises="y == 0",
        step=True,
        python=operator.mod,
        vector=np.mod,
        ts="numeric.mod",
    ),
    Op(
        "floordiv",
        "//",
        "x // y",
        ("0", "0"),
        raises="y == 0",
        step=True,
        python=operator.floordiv,
        vector=np.floor_divide,
        ts="numeric.floordiv",
    ),
    Op(
        "fmod",
        "fmod",
        "fmod(x, y)",
        ("1", _WHOLE_QUOTIENT),
        raises=_NO_REMAINDER,
        step=True,
        ts="numeric.fmod",
    ),
    Op(
        "remainder",
        "remainder",
        "remainder(x, y)",
        ("1", _WHOLE_QUOTIENT),
        raises=_NO_REMAINDER,
        step=True,
        vector=np.vectorize(numeric.remainder, otypes=[float]),
        ts="numeric.remainder",
    ),
    Op("neg", "-", "-x", ("-1",), python=operator.neg, vector=np.negative),
    Op("abs", "abs", "abs(x)", ("sign(x)",), kink="x == 0", python=abs),
    Op(
        "copysign",
        "copysign",
        "copysign(x, y)",
        ("sign(x) * copysign(1, y)", "0"),
        kink="x == 0",
        step=True,
        ts="numeric.copysign",
    ),
    Op(
        "min",
        "min",
        "where(x < y, x, where(y <= x, y, x + y))",
        (
            "where(x < y, 1, where(x > y, 0, where(x == y, 0.5, nan)))",
            "where(y < x, 1, where(y > x, 0, where(x == y, 0.5, nan)))",
        ),
        kink="x == y",
    ),
    Op(
        "max",
        "max",
        "where(x > y, x, where(y >= x, y, x + y))",
        (
            "where(x > y, 1, where(x < y, 0, where(x == y, 0.5, nan)))",
            "where(y > x, 1, where(y < x, 0, where(x == y, 0.5, nan)))",
        ),
        kink="x == y",
    ),
    Op(
        "smaller",
        "min",
        "where(y < x, y, x)",
        ("where(y < x, 0, 1)", "where(y < x, 1, 0)"),
        kink="x == y",
        python=min,
    ),
    Op(
        "larger",
        "max",
        "where(y > x, y, x)",
        ("where(y > x, 0, 1)", "where(y > x, 1, 0)"),
        kink="x == y",
        python=max,
    ),
    Op(
        "fmin",
        "fmin",
        "where(x < y, x, where(y <= x, y, where(x == x, x, y)))",
        (
            "where(x < y, 1, where(x > y, 0, where(x == y, 0.5, where(x == x, 1, where(y == y, 0, nan)))))",
            "where(y < x, 1, where(y > x, 0, where(x == y, 0.5, where(y == y, 1, where(x == x, 0, nan)))))",
        ),
        kink="x == y",
    ),
    Op(
        "fmax",
        "fmax",
        "where(x > y, x, where(y >= x, y, where(x == x, x, y)))",
        (
            "where(x > y, 1, where(x < y, 0, where(x == y, 0.5, where(x == x, 1, where(y == y, 0, nan)))))",
            "where(y > x, 1, where(y < x, 0, where(x == y, 0.5, where(y == y, 1, where(x == x, 0, nan)))))",
        ),
        kink="x == y",
    ),
    Op("exp", "exp", "exp(x)", ("z",), raises=_OVERFLOWS, ulps=2),
    Op("exp2", "exp2", "exp2(x)", ("z * log(2)",), raises=_OVERFLOWS, ulps=2, python=numeric.exp2, ts="numeric.exp2"),
    Op("expm1", "expm1", "expm1(x)", ("exp(x)",), raises=_OVERFLOWS, ulps=3),
    Op("log", "log", "log(x)", ("1 / x",), raises="x <= 0", ulps=2),
    Op("log2", "log2", "log2(x)", ("1 / (x * log(2))",), raises="x <= 0", ulps=3),
    Op("log10", "log10", "log10(x)", ("1 / (x * log(10))",), raises="x <= 0", ulps=3),
    Op("log1p", "log1p", "log1p(x)", ("1 / (1 + x)",), raises="x <= -1", ulps=3),
    Op(
        "logaddexp",
        "logaddexp",
        "where(x == y, x + log(2), max(x, y) + log1p(exp(-abs(x - y))))",
        (_SHARE.format("x - y"), _SHARE.format("y - x")),
        ulps=8,
        floor=1.0,
    ),
    Op(
        "logaddexp2",
        "logaddexp2",
        "where(x == y, x + 1, max(x, y) + log1p(exp2(-abs(x - y))) / log(2))",
        (_SHARE.format("(x - y) * log(2)"), _SHARE.format("(y - x) * log(2)")),
        ulps=8,
        floor=1.0,
    ),
    Op(
        "xlogy",
        "x log y",
        "where(x == 0 and y == y, 0, x * log(y))",
        ("log(y)", "where(x == 0 and y == 0, 0, x / y)"),
        ulps=6,
    ),
    Op(
        "xlog1py",
        "x log(1 + y)",
        "where(x == 0 and y == y, 0, x * log1p(y))",
        ("log1p(y)", "where(x == 0 and y == -1, 0, x / (1 + y))"),
        ulps=6,
    ),
    Op("sqrt", "sqrt", "sqrt(x)", ("1 / (2 * z)",), raises="x < 0"),
    Op("cbrt", "cbrt", "cbrt(x)", ("1 / (3 * z*z)",), ulps=8, python=numeric.cbrt),
    Op("square", "square", "x * x", ("2 * x",)),
    Op("reciprocal", "1/x", "1 / x", ("-(z*z)",)),
    Op("sin", "sin", "sin(x)", ("cos(x)",), raises="abs(x) == inf", ulps=2),
    Op("cos", "cos", "cos(x)", ("-sin(x)",), raises="abs(x) == inf", ulps=2),
    Op("tan", "tan", "tan(x)", ("1 + z*z",), raises="abs(x) == inf", ulps=3),
    Op("asin", "asin", "asin(x)", ("1 / sqrt((1 - x) * (1 + x))",), raises="abs(x) > 1", ulps=3, vector=np.arcsin),
    Op("acos", "acos", "acos(x)", ("-1 / sqrt((1 - x) * (1 + x))",), raises="abs(x) > 1", ulps=3, vector=np.arccos),
    Op("atan", "atan", "atan(x)", ("1 / (1 + x*x)",), ulps=2, vector=np.arctan),
    Op(
        "atan2",
        "atan2",
        "atan2(x, y)",
        ("y / hypot(x, y) / hypot(x, y)", "-x / hypot(x, y) / hypot(x, y)"),
        kink="x == 0 and y == 0",
        ulps=3,
        vector=np.arctan2,
    ),
    Op("radians", "radians", "x * (pi / 180)", ("pi / 180",)),
    Op("degrees", "degrees", "x * (180 / pi)", ("180 / pi",)),
    Op(
        "sinc",
        "sinc",
        "where(x == 0, 1, sin(pi * x) / (pi * x))",
        (f"where(abs(x) < 0.03, {_SINC_SLOPE_NEAR_0}, (cos(pi * x) - z) / x)",),
        ulps=4,
    ),
    Op("sinh", "sinh", "sinh(x)", ("cosh(x)",), raises=_OVERFLOWS, ulps=4),
    Op("cosh", "cosh", "cosh(x)", ("sinh(x)",), raises=_OVERFLOWS, ulps=4),
    Op("tanh", "tanh", "tanh(x)", ("1 - z*z",), ulps=6),
    Op("asinh", "asinh", "asinh(x)", ("1 / hypot(x, 1)",), ulps=4, vector=np.arcsinh),
    Op("acosh", "acosh", "acosh(x)", ("1 / (sqrt(x - 1) * sqrt(x + 1))",), raises="x < 1", ulps=4, vector=np.arccosh),
    Op("atanh", "atanh", "atanh(x)", ("1 / ((1 - x) * (1 + x))",), raises="abs(x) >= 1", ulps=4, vector=np.arctanh),
    Op("hypot", "hypot", "hypot(x, y)", ("where(z == 0, 0, x / z)", "where(z == 0, 0, y / z)"), kink="z == 0", ulps=4),
    Op(
        "sigmoid",
        "sigmoid",
        "where(x >= 0, 1 / (1 + exp(-x)), exp(x) / (1 + exp(x)))",
        ("z * where(x >= 0, exp(-x) / (1 + exp(-x)), 1 / (1 + exp(x)))",),
        ulps=4,
    ),
    Op(
        "relu",
        "ReLU",
        "where(x < 0, 0, x)",
        ("where(x > 0, 1, where(x <= 0, 0, nan))",),
        kink="x == 0",
        python=lambda x: type(x)(0) if x < 0 else x,  # a whole number stays whole on both sides
    ),
    Op("softplus", "softplus", "where(x > 0, x + log1p(exp(-x)), log1p(exp(x)))", ("sigmoid(x)",), ulps=4),
    Op(
        "leaky_relu",
        "LeakyReLU",
        "where(x < 0, 0.01, 1.0) * x",
        ("where(x > 0, 1, where(x <= 0, 0.01, nan))",),
        kink="x == 0",
    ),
    Op("silu", "SiLU", "x * sigmoid(x)", ("sigmoid(x) * (1 + x * sigmoid(-x))",), ulps=6),
    Op("gelu", "GELU", "x * ndtr(x)", ("ndtr(x) + x * exp(-x * x / 2) / sqrt(2 * pi)",), ulps=16),
    Op(
        "erf",
        "erf",
        "erf(x)",
        ("2 / sqrt(pi) * exp(-x * x)",),
        ulps=16,
        vector=np.vectorize(math.erf, otypes=[float]),
        ts="numeric.erf",
    ),
    Op(
        "erfc",
        "erfc",
        "erfc(x)",
        ("-2 / sqrt(pi) * exp(-x * x)",),
        ulps=12,
        vector=np.vectorize(math.erfc, otypes=[float]),
        ts="numeric.erfc",
    ),
    Op(
        "erfinv",
        "erfinv",
        "erfinv(x)",
        ("sqrt(pi) / 2 * exp(z*z)",),
        ulps=32,
        python=numeric.erfinv,
        vector=np.vectorize(numeric.erfinv, otypes=[float]),
        ts="numeric.erfinv",
    ),
    Op(
        "erfcinv",
        "erfcinv",
        "erfcinv(x)",
        ("-sqrt(pi) / 2 * exp(z*z)",),
        ulps=32,
        python=numeric.erfcinv,
        vector=np.vectorize(numeric.erfcinv, otypes=[float]),
        ts="numeric.erfcinv",
    ),
    Op(
        "ndtr",
        "Φ",
        "where(x < 0, erfc(-x / sqrt(2)) / 2, 1 - erfc(x / sqrt(2)) / 2)",
        ("exp(-x * x / 2) / sqrt(2 * pi)",),
        ulps=12,
    ),
    Op(
        "log_ndtr",
        "log Φ",
        "where(x > 1, log1p(-erfc(x / sqrt(2)) / 2), where(x > -20, log(erfc(-x / sqrt(2)) / 2),"
        " -x * x / 2 - log(-x) - log(2 * pi) / 2"
        " + log1p((-1 + (3 - (15 - (105 - 945 / (x * x)) / (x * x)) / (x * x)) / (x * x)) / (x * x))))",
        ("exp(-x * x / 2 - z) / sqrt(2 * pi)",),
        ulps=24,
    ),
    Op(
        "ndtri",
        "Φ⁻¹",
        "sqrt(2) * where(x < 0.25, -erfcinv(2 * x), where(x > 0.75, erfcinv(2 * (1 - x)), erfinv(2 * x - 1)))",
        ("sqrt(2 * pi) * exp(z*z / 2)",),
        ulps=32,
    ),
    Op(
        "gamma",
        "Γ",
        "gamma(x)",
        ("z * digamma(x)",),
        raises=f"x <= 0 and x == floor(x) or {_OVERFLOWS}",
        ulps=64,
        vector=np.vectorize(gamma.gamma, otypes=[float]),
        ts="gamma.gamma",
    ),
    Op(
        "lgamma",
        "ln Γ",
        "lgamma(x)",
        ("digamma(x)",),
        raises=f"x <= 0 and x == floor(x) and abs(x) < inf or {_OVERFLOWS}",
        ulps=128,
        floor=1.0,
        vector=np.vectorize(gamma.lgamma, otypes=[float]),
        ts="gamma.lgamma",
    ),
    Op(
        "digamma",
        "ψ",
        "digamma(x)",
        ("polygamma(1, x)",),
        ulps=32,
        floor=1.0,
        python=gamma.digamma,
        vector=np.vectorize(gamma.digamma, otypes=[float]),
        ts="gamma.digamma",
    ),
    Op(
        "polygamma",
        "ψ",
        "polygamma(x, y)",
        ("0", "polygamma(x + 1, y)"),
        ulps=64,
        floor=1.0,
        python=gamma.polygamma,
        vector=np.vectorize(gamma.polygamma, otypes=[float]),
        ts="gamma.polygamma",
    ),
    Op("sign", "sign", "where(x > 0, 1, where(x < 0, -1, where(x == 0, 0, x)))", ("0",), kink="x == 0", step=True),
    Op("floor", "floor", "floor(x)", ("0",), step=True, python=numeric.floor),
    Op("ceil", "ceil", "ceil(x)", ("0",), step=True, python=numeric.ceil),
    Op("trunc", "trunc", "trunc(x)", ("0",), step=True, python=numeric.trunc),
    Op(
        "round",
        "round",
        "round(x, y)",
        ("0", "0"),
        step=True,
        python=numeric.round_to,
        vector=np.vectorize(numeric.round_to, otypes=[float]),
        ts="numeric.round",
    ),
    Op(
        "clip",
        "clip",
        "min(max(x, y), w)",
        (
            "where(x > y, where(x < w, 1, 0), where(x == x, 0, nan))",
            "where(x <= y, where(y < w, 1, 0), 0)",
            "where(x >= w, 1, where(y >= w, 1, 0))",
        ),
        kink="where(x == y, 1, where(x == w, 1, 0)) == 1",
    ),
    Op("where", "where", "where(x, y, w)", ("0", "where(x, 1, 0)", "where(x, 0, 1)"), python=numeric.where),
)

TABLE.update((op.name, op) for op in _ROWS)
BY_SYMBOL: dict[tuple[str, int], Op] = {(op.symbol, op.arity): op for op in _ROWS} | {
    (op.name, op.arity): op for op in _ROWS
}
