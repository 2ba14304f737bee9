"""The op table, checked from the table itself: every row against central differences, in Python and NumPy, first and
second order.
"""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import special

from autograd_magic.engine import formula
from autograd_magic.engine.ops import TABLE, Op

inf, nan = math.inf, math.nan

ROWS = list(TABLE.values())
STEPS = [row for row in ROWS if row.step and set(row.partials) == {"0"}]
SMOOTH = [row for row in ROWS if row not in STEPS]
DOMAIN = {
    "acosh": (1.2, 4.0),
    "log": (0.2, 4.0),
    "log2": (0.2, 4.0),
    "log10": (0.2, 4.0),
    "sqrt": (0.2, 4.0),
    "pow": (0.2, 3.0),
    "asin": (-0.9, 0.9),
    "acos": (-0.9, 0.9),
    "atanh": (-0.9, 0.9),
    "tan": (-1.2, 1.2),
    "cbrt": (0.2, 4.0),
    "log1p": (-0.7, 3.0),
    "lgamma": (0.3, 6.0),
    "digamma": (0.3, 6.0),
    "polygamma": (0.5, 6.0),
    "gamma": (0.3, 5.0),
    "xlogy": (0.2, 3.0),
    "xlog1py": (-0.7, 3.0),
    "erfinv": (-0.9, 0.9),
    "erfcinv": (0.1, 1.9),
    "ndtri": (0.05, 0.95),
}


CHOICE = ("where", "polygamma")
"""Rows whose first argument is a choice, and no number to move a little."""

PERIODIC = ("mod", "fmod", "remainder")
"""Rows that jump where the quotient of their arguments is whole, or half of it."""


def points(row: Op, count: int = 40) -> list[tuple[float, ...]]:
    """Ordinary arguments for a row: well inside its domain and away from kinks and jumps."""
    generator = np.random.default_rng(sum(map(ord, row.name)))
    low, high = DOMAIN.get(row.name, (-3.0, 3.0))
    found: list[tuple[float, ...]] = []
    while len(found) < count:
        arguments = tuple(generator.uniform(low, high, row.arity))
        if row.name in CHOICE:
            arguments = (float(generator.integers(2)), *arguments[1:])
        away = min(abs(x) for x in arguments) > 0.05 if row.name not in CHOICE else True
        apart = row.arity == 1 or abs(arguments[0] - arguments[-1]) > 0.05
        between = row.name not in PERIODIC or all(
            abs((arguments[0] / arguments[1]) % 1 - jump) > 0.05 for jump in (0.0, 0.5, 1.0)
        )
        if away and apart and between:
            found.append(arguments)
    return found


def central(function, arguments: tuple[float, ...], place: int, h: float = 1e-5) -> float:
    """The central difference of fourth order of a function by one argument."""

    def at(step: float) -> float:
        return function(*[x + step * (k == place) for k, x in enumerate(arguments)])

    return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)


def same(x: float, y: float) -> bool:
    return (x != x and y != y) or (x == y and math.copysign(1, x) == math.copysign(1, y))


@pytest.mark.parametrize("row", SMOOTH, ids=lambda row: row.name)
def test_first_derivatives_are_central_differences(row: Op) -> None:
    for arguments in points(row):
        z = row.ieee(*arguments)
        for place in range(row.arity):
            if row.name in CHOICE and place == 0:
                continue
            assert row.local[place](*arguments, z) == pytest.approx(
                central(row.ieee, arguments, place), rel=1e-7, abs=1e-7
            )


@pytest.mark.parametrize("row", SMOOTH, ids=lambda row: row.name)
def test_second_derivatives_follow_from_the_same_formulas(row: Op) -> None:
    for arguments in points(row, 15):
        z = row.ieee(*arguments)
        for i, j in product(range(row.arity), repeat=2):
            if row.name in CHOICE and 0 in (i, j):
                continue

            def partial(*moved: float, i: int = i) -> float:
                return row.local[i](*moved, row.ieee(*moved))

            assert row.second[i][j](*arguments, z) == pytest.approx(central(partial, arguments, j), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("row", STEPS, ids=lambda row: row.name)
def test_steps_have_derivative_zero(row: Op) -> None:
    arguments = (1.3, 2.0)[: row.arity]
    assert [local(*arguments, row.ieee(*arguments)) for local in row.local] == [0.0] * row.arity


EDGES = [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 2.5, 1e-310, 1e300, -1e300, 700.0, 1000.0, -1000.0, inf, -inf, nan]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_numpy_gives_what_python_gives_also_at_the_edges(row: Op) -> None:
    grid = (
        list(product(EDGES, repeat=row.arity))
        if row.arity < 3
        else [(c, x, -x) for c in (0.0, 1.0, nan) for x in EDGES]
    )
    if row.name == "round":
        grid = [(x, digits) for x in [*EDGES, 2.675, 1234.5, 0.125] for digits in (0.0, 1.0, 2.0, -2.0)]
    columns = [np.array(column) for column in zip(*grid, strict=True)]
    with np.errstate(all="ignore"):
        vector = np.broadcast_to(row.array(*columns), len(grid))
        partials = [np.broadcast_to(local(*columns, vector), len(grid)) for local in row.local_array]
    for place, arguments in enumerate(grid):
        z = row.ieee(*arguments)
        tolerance = 16 * 2**-52 if row.ulps or "sigmoid" in row.name or "softplus" in row.name else 0.0
        assert _close(vector[place], z, tolerance), arguments
        for found, local in zip(partials, row.local, strict=True):
            assert _close(
                found[place],
                local(*arguments, float(vector[place])),
                1e-12 if tolerance or formula_is_rough(row) else 0.0,
            ), arguments


def formula_is_rough(row: Op) -> bool:
    """Whether a row's partials use functions that NumPy and the C library may round differently."""
    return any(TABLE[name].ulps for tree in row.partial_trees for name in formula.calls(tree) if name in TABLE)


def _close(found: float, wanted: float, tolerance: float) -> bool:
    if found != found or wanted != wanted:
        return found != found and wanted != wanted
    return found == wanted or abs(found - wanted) <= tolerance * abs(wanted)


CONVENTIONS = [
    ("abs", (0.0,), (0.0,)),
    ("relu", (0.0,), (0.0,)),
    ("relu", (nan,), (nan,)),
    ("max", (2.0, 2.0), (0.5, 0.5)),
    ("min", (2.0, 2.0), (0.5, 0.5)),
    ("pow", (0.0, 0.0), (0.0, 0.0)),
    ("pow", (0.0, 2.0), (0.0, 0.0)),
    ("pow", (-2.0, 2.0), (-4.0, nan)),
    ("pow", (0.0, 0.5), (inf, 0.0)),
    ("sqrt", (0.0,), (inf,)),
    ("log", (0.0,), (inf,)),
    ("reciprocal", (0.0,), (-inf,)),
    ("hypot", (0.0, 0.0), (0.0, 0.0)),
    ("atan2", (0.0, 0.0), (nan, nan)),
    ("mod", (-5.0, 3.0), (1.0, 2.0)),
    ("sign", (0.0,), (0.0,)),
    ("sigmoid", (1000.0,), (0.0,)),
    ("softplus", (-1000.0,), (0.0,)),
    ("softplus", (1000.0,), (1.0,)),
    ("fmod", (-5.0, 3.0), (1.0, 1.0)),
    ("fmod", (5.0, inf), (1.0, 0.0)),
    ("remainder", (5.0, 3.0), (1.0, -2.0)),
    ("remainder", (5.0, 2.0), (1.0, -2.0)),
    ("copysign", (0.0, -2.0), (0.0, 0.0)),
    ("copysign", (3.0, -0.0), (-1.0, 0.0)),
    ("fmax", (2.0, 2.0), (0.5, 0.5)),
    ("fmax", (nan, 2.0), (0.0, 1.0)),
    ("fmin", (2.0, nan), (1.0, 0.0)),
    ("fmin", (nan, nan), (nan, nan)),
    ("leaky_relu", (0.0,), (0.01,)),
    ("leaky_relu", (nan,), (nan,)),
    ("silu", (-1000.0,), (0.0,)),
    ("gelu", (0.0,), (0.5,)),
    ("sinc", (0.0,), (0.0,)),
    ("logaddexp", (inf, 0.0), (1.0, 0.0)),
    ("logaddexp", (-inf, -inf), (0.5, 0.5)),
    ("logaddexp2", (-1e300, 1e300), (0.0, 1.0)),
    ("xlogy", (0.0, 0.0), (-inf, 0.0)),
    ("xlogy", (0.0, 2.0), (math.log(2), 0.0)),
    ("xlog1py", (0.0, -1.0), (-inf, 0.0)),
    ("erfinv", (-1.0,), (inf,)),
    ("erfcinv", (0.0,), (-inf,)),
    ("ndtri", (0.0,), (inf,)),
    ("ndtri", (1.5,), (nan,)),
    ("gamma", (-2.0,), (nan,)),
]


@pytest.mark.parametrize(("name", "arguments", "gradient"), CONVENTIONS)
def test_gradients_at_kinks_and_edges(name: str, arguments: tuple[float, ...], gradient: tuple[float, ...]) -> None:
    row = TABLE[name]
    z = row.ieee(*arguments)
    for local, wanted in zip(row.local, gradient, strict=True):
        assert _close(local(*arguments, z), wanted, 0.0)


@pytest.mark.parametrize("name", ["relu", "leaky_relu"])
@pytest.mark.parametrize("kind", [int, float, np.float32])
def test_both_sides_of_a_bend_give_the_same_kind(name: str, kind: type) -> None:
    apply = TABLE[name].apply
    assert type(apply(kind(-3))) is type(apply(kind(3)))


def test_values_at_the_edges() -> None:
    assert math.copysign(1, TABLE["relu"].ieee(-0.0)) == -1
    assert math.isnan(TABLE["relu"].ieee(nan))
    assert TABLE["pow"].ieee(1.0, nan) == 1.0
    assert TABLE["sigmoid"].ieee(-1000.0) == 0.0
    assert TABLE["softplus"].ieee(1000.0) == 1000.0
    assert math.isnan(TABLE["pow"].ieee(-8.0, 1 / 3))
    assert TABLE["round"].ieee(2.675, 2.0) == round(2.675, 2)
    assert (TABLE["gamma"].ieee(-0.0), TABLE["gamma"].ieee(200.0)) == (-inf, inf)
    assert (TABLE["fmax"].ieee(nan, -1.0), TABLE["fmin"].ieee(-1.0, nan)) == (-1.0, -1.0)
    assert (TABLE["logaddexp"].ieee(-inf, -inf), TABLE["logaddexp2"].ieee(inf, inf)) == (-inf, inf)
    assert (TABLE["xlogy"].ieee(0.0, 0.0), TABLE["xlog1py"].ieee(0.0, -1.0)) == (0.0, 0.0)
    assert math.isnan(TABLE["xlogy"].ieee(0.0, nan))
    assert (TABLE["ndtri"].ieee(0.0), TABLE["ndtri"].ieee(1.0), TABLE["erfinv"].ieee(1.0)) == (-inf, inf, inf)


LIBRARY: dict[str, tuple[Any, ...]] = {
    "gamma": (special.gamma, math.gamma),
    "fmod": (np.fmod, math.fmod),
    "remainder": (math.remainder,),
    "copysign": (np.copysign, math.copysign),
    "fmin": (np.fmin,),
    "fmax": (np.fmax,),
    "logaddexp": (np.logaddexp,),
    "logaddexp2": (np.logaddexp2,),
    "xlogy": (special.xlogy,),
    "xlog1py": (special.xlog1py,),
    "radians": (np.radians, np.deg2rad, math.radians),
    "degrees": (np.degrees, np.rad2deg, math.degrees),
    "sinc": (np.sinc,),
    "erfinv": (special.erfinv,),
    "erfcinv": (special.erfcinv,),
    "ndtri": (special.ndtri,),
}


@pytest.mark.parametrize("name", LIBRARY)
def test_a_replay_gives_the_librarys_number_within_the_bound(name: str) -> None:
    row, generator = TABLE[name], np.random.default_rng(5)
    low, high = DOMAIN.get(name, (-3.0, 3.0))
    some = generator.uniform(low, high, (500, row.arity)).tolist()
    if row.arity == 1:
        some += [[x] for x in (0.0, -0.0, 1e-310, 1e-20, 1e-5, 0.999999, 1.0, -1.0, -2.5, 30.0, inf, nan)]
    else:
        some += [list(pair) for pair in product((0.0, 1.0, -2.5, 700.0, inf, -inf, nan), repeat=2)]
    for arguments in some:
        for function in LIBRARY[name]:
            try:
                with np.errstate(all="ignore"):
                    wanted = float(function(*arguments))
            except (ArithmeticError, ValueError):
                continue
            found = row.ieee(*arguments)
            assert found == pytest.approx(
                wanted, rel=row.ulps * 2**-53, abs=row.ulps * row.floor * 2**-53, nan_ok=True
            ), arguments


@given(x=st.floats(), y=st.floats())
@example(x=-inf, y=0.5)
@pytest.mark.parametrize("row", [row for row in ROWS if row.raises and row.name != "round"], ids=lambda row: row.name)
def test_the_raises_column_says_when_python_refuses(row: Op, x: float, y: float) -> None:
    arguments = (x, y)[: row.arity]
    try:
        refused = isinstance(row.apply(*arguments), complex)
    except (ArithmeticError, ValueError):
        refused = True
    assert row.refuses is not None
    assert bool(row.refuses(*arguments, row.ieee(*arguments))) == refused


@given(x=st.floats(), y=st.floats())
@pytest.mark.parametrize(
    "row", [row for row in ROWS if not row.raises and row.arity < 3 and row.name != "round"], ids=lambda row: row.name
)
def test_rows_without_a_raises_column_never_raise(row: Op, x: float, y: float) -> None:
    row.apply(*(x, y)[: row.arity])


def test_formulas_print_as_they_were_written() -> None:
    for row in ROWS:
        for text in (row.forward, *row.partials, *filter(None, (row.raises, row.kink))):
            tree = formula.parse(text)
            assert repr(formula.parse(formula.render(tree))) == repr(tree)  # nan is not equal to itself


def test_what_is_outside_the_language_is_refused() -> None:
    with pytest.raises(ValueError, match="formula language"):
        formula.parse("x if y else z")
