"""The op table: one row an operation, from which everything that knows an operation follows.

Python's arithmetic on Values, the NumPy replay, the TypeScript replay (generated, see ``tools/generate_ts.py``), the
rule that the inspector shows, the guards for what Python would refuse, and the tests all read these rows. To add an
operation is to add a row here; where its forward formula is made of other rows, nothing else is needed.

A row's formulas are in the language of ``formula.py``. ``x``, ``y``, ``w`` are the arguments and ``z`` the result;
``partials`` holds one formula for each argument. Sources: the forward definitions are IEEE 754's and C99's (Annex F),
the derivatives are those of the NIST Handbook of Mathematical Functions (DLMF 4 and 7), and the values at kinks and
edges follow the order "differentiable, minimum-norm sub-gradient, continuity, nan".
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from . import formula, gamma
from .formula import ARGUMENTS, Call, Formula, Variable

Scalar = Callable[..., float]


@dataclass(frozen=True, eq=False)
class Op:
    """One row.

    ``name`` is the row's key, ``symbol`` what the picture shows, ``forward`` and ``partials`` the formulas.
    ``raises`` is the condition (``""`` for never) under which Python's own arithmetic refuses the operation or leaves
    the real line; ``kink`` the condition under which a partial is a convention rather than a derivative; ``step``
    says that the result jumps, so that its derivative is 0 wherever there is one. ``ulps`` bounds how far two good
    maths libraries differ, in units of 2**-53 of the result (0: every IEEE machine gives the same bits), or of
    ``floor`` where the result is smaller: near its zeros a function may have no more digits than elsewhere. ``python``,
    ``vector`` and ``ts`` name what computes a forward formula that only calls itself, where that is not ``math``'s,
    ``numpy``'s or ``Math``'s function of the row's name.
    """

    name: str
    symbol: str
    forward: str
    partials: tuple[str, ...]
    raises: str = ""
    kink: str = ""
    step: bool = False
    ulps: int = 0
    floor: float = 0.0
    python: Callable[..., Any] | None = None
    vector: Callable[..., Any] | None = None
    ts: str = ""

    @property
    def arity(self) -> int:
        """How many arguments the operation takes."""
        return len(self.partials)

    @cached_property
    def tree(self) -> Formula:
        """The forward formula, parsed."""
        return formula.parse(self.forward)

    @cached_property
    def partial_trees(self) -> tuple[Formula, ...]:
        """The partial formulas, parsed."""
        return tuple(map(formula.parse, self.partials))

    @cached_property
    def second_trees(self) -> tuple[tuple[Formula, ...], ...]:
        """Derivatives of each partial by each argument, from the same formulas: ``second_trees[i][j]`` is d(partial
        i)/d(argument j).
        """
        return tuple(
            tuple(
                formula.derive(partial, name, lambda op: TABLE[op].partial_trees, self.partial_trees[j])
                for j, name in enumerate(ARGUMENTS[: self.arity])
            )
            for partial in self.partial_trees
        )

    @property
    def primitive(self) -> bool:
        """Whether the forward formula only calls the row itself, so that each language brings its own function."""
        return self.tree == Call(self.name, tuple(Variable(name) for name in ARGUMENTS[: self.arity]))

    @cached_property
    def apply(self) -> Callable[..., Any]:
        """Python's own operation: raises where Python raises, keeps whole numbers exact."""
        if self.python is not None:
            return self.python
        return getattr(math, self.name) if self.primitive else self.ieee

    @cached_property
    def ieee(self) -> Scalar:
        """The same on two floats as IEEE arithmetic has it: never raises, gives inf and nan."""
        if not self.primitive:
            return _scalar_function(self, self.tree)
        if self.name in ("add", "sub", "mul", "neg", "abs"):
            return self.apply
        return _lenient(self.apply, self.array)

    @cached_property
    def array(self) -> Callable[..., Any]:
        """The same on NumPy arrays."""
        if self.vector is not None:
            return self.vector
        return getattr(np, self.name) if self.primitive else _array_function(self, self.tree)

    @cached_property
    def local(self) -> tuple[Scalar, ...]:
        """The partials as functions of the arguments and the result, on floats, in IEEE arithmetic."""
        return tuple(_scalar_function(self, tree, "z") for tree in self.partial_trees)

    @cached_property
    def local_array(self) -> tuple[Callable[..., Any], ...]:
        """The partials on NumPy arrays."""
        return tuple(_array_function(self, tree, "z") for tree in self.partial_trees)

    @cached_property
    def second(self) -> tuple[tuple[Scalar, ...], ...]:
        """The second derivatives on floats; same order as ``second_trees``."""
        return tuple(tuple(_scalar_function(self, tree, "z") for tree in row) for row in self.second_trees)

    @cached_property
    def refuses(self) -> Callable[..., bool] | None:
        """``raises`` as a function of the arguments and the result; None when Python never refuses."""
        return _scalar_function(self, formula.parse(self.raises), "z") if self.raises else None  # type: ignore[return-value]

    @cached_property
    def kinked(self) -> Callable[..., bool] | None:
        """``kink`` as a function of the arguments and the result; None when every partial is a derivative."""
        return _scalar_function(self, formula.parse(self.kink), "z") if self.kink else None  # type: ignore[return-value]

    @cached_property
    def refuses_array(self) -> Callable[..., Any] | None:
        """``raises`` on NumPy arrays."""
        return _array_function(self, formula.parse(self.raises), "z") if self.raises else None


def _lenient(python: Callable[..., Any], vector: Callable[..., Any]) -> Scalar:
    """Python's operation, with NumPy's answer (inf, nan) wherever Python refuses or leaves the real line."""

    def ieee(*args: float) -> float:
        try:
            result = python(*args)
        except (ArithmeticError, ValueError):
            pass
        else:
            if not isinstance(result, complex):
                return float(result)
        with np.errstate(all="ignore"):
            return float(vector(*map(np.float64, args)))

    return ieee


def _scalar_call(op: str, args: tuple[str, ...]) -> str:
    return formula.python_call(op, args, ("add", "sub", "mul"))


def _array_call(op: str, args: tuple[str, ...]) -> str:
    if op in ("and", "or"):
        return f"({(' & ' if op == 'and' else ' | ').join(args)})"
    if op == "not":
        return f"(~{args[0]})"
    return (
        _scalar_call(op, args)
        if op in ("add", "sub", "mul", "neg") or op in formula.COMPARISONS
        else f"{op}({', '.join(args)})"
    )


def _constant(constant: formula.Constant) -> str:
    return repr(constant.value) if math.isfinite(constant.value) else f"float('{constant.value}')"


def _compile(
    op: Op, tree: Formula, extra: str, call: Callable[[str, tuple[str, ...]], str], functions: Any
) -> Callable[..., Any]:
    names = ", ".join((*ARGUMENTS[: op.arity], *extra))
    source = formula.render(tree, call, _constant)
    namespace = {name: functions(name) for name in formula.calls(tree) if name in TABLE}
    compiled: Callable[..., Any] = eval(f"lambda {names}: {source}", namespace)
    return compiled


def _scalar_function(op: Op, tree: Formula, extra: str = "") -> Scalar:
    return _compile(op, tree, extra, _scalar_call, lambda name: TABLE[name].ieee)


def _array_function(op: Op, tree: Formula, extra: str = "") -> Callable[..., Any]:
    return _compile(op, tree, extra, _array_call, lambda name: TABLE[name].array)


def _exp2(x: float) -> float:
    return math.exp2(x) if hasattr(math, "exp2") else math.pow(2.0, x)


def _cbrt(x: float) -> float:
    return math.cbrt(x) if hasattr(math, "cbrt") else float(np.cbrt(x))


def _floor(x: float) -> float:
    return float(np.floor(x))


def _ceil(x: float) -> float:
    return float(np.ceil(x))


def _trunc(x: float) -> float:
    return float(np.trunc(x))


def _round(x: float, digits: float) -> float:
    """Python's ``round(x, digits)``; what is not finite stays itself, as IEEE arithmetic would have it."""
    return round(x, int(digits)) if math.isfinite(digits) else math.nan


def _where(condition: float, a: float, b: float) -> float:
    return a if condition else b


_POW_LEAVES_REALS = "x == 0 and y < 0 or x < 0 and abs(x) < inf and y != floor(y) and abs(y) < inf"
_OVERFLOWS = "abs(z) == inf and abs(x) < inf"

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
    Op("neg", "-", "-x", ("-1",), python=operator.neg, vector=np.negative),
    Op("abs", "abs", "abs(x)", ("sign(x)",), kink="x == 0", python=abs),
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
    Op("exp", "exp", "exp(x)", ("z",), raises=_OVERFLOWS, ulps=2),
    Op("exp2", "exp2", "exp2(x)", ("z * log(2)",), raises=_OVERFLOWS, ulps=2, python=_exp2, ts="numeric.exp2"),
    Op("expm1", "expm1", "expm1(x)", ("exp(x)",), raises=_OVERFLOWS, ulps=3),
    Op("log", "log", "log(x)", ("1 / x",), raises="x <= 0", ulps=2),
    Op("log2", "log2", "log2(x)", ("1 / (x * log(2))",), raises="x <= 0", ulps=3),
    Op("log10", "log10", "log10(x)", ("1 / (x * log(10))",), raises="x <= 0", ulps=3),
    Op("log1p", "log1p", "log1p(x)", ("1 / (1 + x)",), raises="x <= -1", ulps=3),
    Op("sqrt", "sqrt", "sqrt(x)", ("1 / (2 * z)",), raises="x < 0"),
    Op("cbrt", "cbrt", "cbrt(x)", ("1 / (3 * z*z)",), ulps=8, python=_cbrt),
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
    Op("relu", "ReLU", "where(x < 0, 0, x)", ("where(x > 0, 1, where(x <= 0, 0, nan))",), kink="x == 0"),
    Op("softplus", "softplus", "where(x > 0, x + log1p(exp(-x)), log1p(exp(x)))", ("sigmoid(x)",), ulps=4),
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
    Op("floor", "floor", "floor(x)", ("0",), step=True, python=_floor),
    Op("ceil", "ceil", "ceil(x)", ("0",), step=True, python=_ceil),
    Op("trunc", "trunc", "trunc(x)", ("0",), step=True, python=_trunc),
    Op(
        "round",
        "round",
        "round(x, y)",
        ("0", "0"),
        step=True,
        python=_round,
        vector=np.vectorize(_round, otypes=[float]),
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
    Op("where", "where", "where(x, y, w)", ("0", "where(x, 1, 0)", "where(x, 0, 1)"), python=_where),
)

TABLE: dict[str, Op] = {op.name: op for op in _ROWS}
BY_SYMBOL: dict[tuple[str, int], Op] = {(op.symbol, op.arity): op for op in _ROWS} | {
    (op.name, op.arity): op for op in _ROWS
}
