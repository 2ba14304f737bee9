"""NumPy and SciPy on Values: the same numbers as without, traced."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import special
from shell import Shell

from autograd_magic import Value
from autograd_magic.engine import record, recording
from autograd_magic.engine.arrays import plain_of
from autograd_magic.engine.gathered import gathered
from autograd_magic.engine.number import Number

RNG = np.random.default_rng(5)


@pytest.fixture
def running() -> Iterator[None]:
    """A cell runs."""
    with record.recording(recording.Recording()):
        yield


def values(numbers: NDArray[Any]) -> Any:
    return gathered([Number(number) for number in numbers.flat]).reshape(numbers.shape)


plainly = plain_of


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize("size", [*range(1, 40), 100, 127, 128, 129, 136, 200, 300, 1000])
def test_sums_have_numpys_last_digit(size: int) -> None:
    numbers = RNG.normal(size=size)
    array = values(numbers)
    for name in ("sum", "prod", "mean", "std", "var", "max", "min"):
        assert getattr(array, name)().data == getattr(numbers, name)(), name
    assert np.array_equal(plainly(np.cumsum(array)), np.cumsum(numbers))


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize("shape", [(3, 4), (20, 5), (5, 20), (4, 130), (3, 4, 9)])
@pytest.mark.parametrize("axis", [None, 0, 1, -1])
def test_sums_along_an_axis(shape: tuple[int, ...], axis: int | None) -> None:
    numbers = RNG.normal(size=shape)
    for keepdims in (False, True):
        assert np.array_equal(
            plainly(values(numbers).sum(axis=axis, keepdims=keepdims)), numbers.sum(axis=axis, keepdims=keepdims)
        )
        assert np.allclose(
            plainly(values(numbers).std(axis=axis, keepdims=keepdims)), numbers.std(axis=axis, keepdims=keepdims)
        )


CALLS: dict[str, Any] = {
    "median": np.median,
    "clip": lambda a: np.clip(a, -1, 1),
    "clip above": lambda a: np.clip(a, None, 0.5),
    "norm": lambda a: np.linalg.norm(a[0]),
    "matmul": lambda a: a @ a.T,
    "vector": lambda a: a[0] @ a[1],
    "sort": lambda a: np.sort(a[0]),
    "argmax": np.argmax,
    "diff": np.diff,
    "round": lambda a: np.round(a, 1),
    "average": np.average,
    "outer": lambda a: np.outer(a[0], a[1]),
    "concatenate": lambda a: np.concatenate([a, a]).sum(0),
    "linspace": lambda a: np.linspace(a[0, 0], a[0, 1], 4),
    "softmax": lambda a: np.exp(a) / np.exp(a).sum(),
    "polyval": lambda a: np.polyval([1.0, 2.0, 3.0], a[0]),
    "powers": lambda a: a**2 + 2**a,
    "mask": lambda a: a[a > 0].sum(),
    "where": lambda a: np.where(a > 0, a, 0.0),
    "convolve": lambda a: np.convolve(a[0], [1.0, 1.0]),
    "gradient": lambda a: np.gradient(a[0]),
    "einsum": lambda a: np.einsum("ij->i", a),
    "isfinite": lambda a: np.isfinite(a).sum(),
    "maximum.reduce": lambda a: np.maximum.reduce(a),
    "transposed": lambda a: a.T.reshape(-1)[3],
}


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_functions_of_arrays(call: Any) -> None:
    numbers = RNG.normal(size=(3, 5))
    assert np.allclose(np.asarray(plainly(call(values(numbers))), dtype=float), call(numbers), rtol=1e-13)


def test_an_array_prints_as_an_array_of_floats(shell: Shell) -> None:
    shell("import numpy as np")
    shell.autograd("a = 2.0\nb = 3.5\nv = np.array([a, 1, b])\nprint(v, f'{v}', repr(v))\nv.sum()")
    assert shell.output.stdout.startswith("[2.  1.  3.5] [2.  1.  3.5] array([2. , 1. , 3.5])")


def test_an_array_of_leaves_stays_in_the_graph(shell: Shell) -> None:
    shell("import numpy as np\nw = np.array([0.5, -1.0, 2.0])\nx = np.linspace(0, 1, 3)")
    widget = shell.autograd("z = np.tanh(w @ x)\nz", "--wrt w")
    slope = 1 - math.tanh(1.5) ** 2
    assert [widget.grads[f"w[{k}]"] for k in range(3)] == pytest.approx([0, slope / 2, slope])


def test_in_the_graph_an_element_is_the_number_itself(shell: Shell) -> None:
    """Though it is of NumPy's kind, and has a node of its own for that."""
    shell("import numpy as np")
    tape = shell.autograd("a = 2.0\nv = np.array([a, 1.0])\nz = v[0] * 3.0\nz").tape
    assert [row.name for row in tape.rows] == ["leaf", "const", "mul"]
    assert tape.args[2] == (0, 1)


def test_outside_of_a_cell_an_array_of_wrapped_numbers_is_plain(shell: Shell) -> None:
    shell("import numpy as np")
    shell.autograd("a = 2.0\nv = np.array([a, 1.0])\nv.sum()")
    found = shell("v * 2")
    assert type(found) is np.ndarray
    assert found.dtype == float


BLACK_SCHOLES = """
def black_scholes(S, K, T, r, sigma):
    d1 = (log(S / K) + (r + sigma**2 / 2) * T) / (sigma * sqrt(T))
    d2 = d1 - sigma * sqrt(T)
    return S * norm.cdf(d1) - K * exp(-r * T) * norm.cdf(d2)
"""


def test_black_scholes_has_hulls_price_and_greeks(shell: Shell) -> None:
    """Hull, Options, Futures, and Other Derivatives: S = 42, K = 40, r = 10 %, sigma = 20 %, T = 0.5 costs 4.76; and
    S = 49, K = 50, r = 5 %, sigma = 20 %, T = 0.3846 has delta 0.522, vega 12.1, rho 8.91, theta -4.31.
    """
    shell("from math import log, sqrt, exp\nfrom scipy.stats import norm")
    shell(BLACK_SCHOLES)
    call = "black_scholes(S, K, T, r, sigma)"
    widget = shell.autograd(f"S, K, T, r, sigma = 42.0, 40.0, 0.5, 0.1, 0.2\nprice = {call}\nprice")
    assert widget.values["price"] == pytest.approx(4.76, abs=0.005)
    widget = shell.autograd(f"S, K, T, r, sigma = 49.0, 50.0, 0.3846, 0.05, 0.2\nprice = {call}\nprice")
    assert widget.grads["S"] == pytest.approx(0.522, abs=0.0005)
    assert widget.grads["sigma"] == pytest.approx(12.1, abs=0.05)
    assert widget.grads["r"] == pytest.approx(8.91, abs=0.005)
    assert -widget.grads["T"] == pytest.approx(-4.31, abs=0.005)


@pytest.mark.parametrize(
    ("text", "slope"),
    [
        ("norm.pdf(x)", lambda x: -x * math.exp(-x * x / 2) / math.sqrt(2 * math.pi)),
        ("norm(0, 2).cdf(x)", lambda x: math.exp(-x * x / 8) / math.sqrt(8 * math.pi)),
        ("stats.norm.logpdf(x, 1.0, 2.0)", lambda x: -(x - 1) / 4),
        ("special.ndtr(x)", lambda x: math.exp(-x * x / 2) / math.sqrt(2 * math.pi)),
        ("special.expit(x)", lambda x: math.exp(-x) / (1 + math.exp(-x)) ** 2),
        ("special.gammaln(x)", lambda x: special.digamma(x)),
        ("special.psi(x)", lambda x: special.polygamma(1, x)),
        ("special.logsumexp([x, 1.0])", lambda x: 1 / (1 + math.exp(1 - x))),
    ],
)
def test_scipy(shell: Shell, text: str, slope: Any) -> None:
    shell("from scipy import special, stats\nfrom scipy.stats import norm\nfrom shell import Shell as unrelated")
    widget = shell.autograd(f"x = 0.7\nz = {text}\nz")
    assert widget.grads["x"] == pytest.approx(slope(0.7))
    names = {name: shell.names[name] for name in ("norm", "special", "stats")}
    assert widget.values["z"] == pytest.approx(float(eval(text, {**names, "x": 0.7})), rel=1e-14)


@pytest.mark.parametrize(
    "text", ["stats.t.cdf(x, 3)", "special.gammainc(x, 2.0)", "norm.interval(x)[1]", "statistics.mean([x, 1.0])"]
)
def test_what_is_not_traced_leaves_the_graph_and_is_marked(shell: Shell, text: str) -> None:
    shell("import statistics\nfrom scipy import special, stats\nfrom scipy.stats import norm")
    widget = shell.autograd(f"x = 0.7\nz = {text} * x\nz")
    assert [guard.kind.name for guard, _, _ in widget.tape.guards] == ["ESCAPES"]
    widget.set(x=0.6)
    names = {name: shell.names[name] for name in ("norm", "special", "stats", "statistics")}
    assert widget.values["z"] == float(eval(text, {**names, "x": 0.6})) * 0.6


@pytest.mark.parametrize(
    "text",
    [
        "decimal.Decimal(x)",
        "fractions.Fraction(x)",
        "fractions.Fraction(1, 2) < x",
        "x == fractions.Fraction(1, 2)",
        "x == 0.5 + 0j",
        "complex(x)",
        "(x - 1) ** 0.5",
        "x.hex()",
        "x.as_integer_ratio()",
        "pickle.loads(pickle.dumps(x))",
        "json.dumps({'x': [x]})",
        "datetime.timedelta(seconds=x)",
        "cmath.exp(x)",
        "time.sleep(x / 1000)",
        "statistics.stdev([x, 2 * x])",
    ],
)
def test_modules_of_plain_numbers_work_as_without(shell: Shell, text: str) -> None:
    shell("import cmath, datetime, decimal, fractions, json, pickle, statistics, time")
    plain = {x: shell(f"x = {x}\nfound = {text}\nfound") for x in (0.7, 0.5)}
    w = shell.autograd(f"x = 0.7\nfound = {text}\nz = x * 2\nz")
    for x in (0.7, 0.5, 0.7):
        w.set(x=x)
        assert shell.names["found"] == plain[x]
        assert isinstance(shell("found"), type(plain[x]))
    assert shell("isinstance(decimal.Decimal(1), decimal.Decimal) and statistics.mean.__module__ == 'statistics'")


def test_a_result_of_numpys_kind_shows_as_a_value(shell: Shell) -> None:
    shell("import numpy as np")
    shell.autograd("x = 0.5\nnp.tanh(x)")
    assert f"Value(data={float(np.tanh(0.5))!r}, grad=1.0)" in shell.output.stdout
    shell("%precision 3")
    shell("np.float64(0.123456)")
    assert "0.123" in shell.output.stdout
    shell("%precision")


@pytest.mark.parametrize("kind", ["float16", "float32"])
def test_a_leaf_of_fewer_digits_gives_no_more(shell: Shell, kind: str) -> None:
    make = getattr(np, kind)
    shell.names["x"] = make(2)
    w = shell.autograd("y = x * x\ny")
    w.set(x=0.1)
    assert (w.values["y"], repr(shell.names["y"])) == (float(make(0.1) ** 2), repr(make(0.1) ** 2))


@pytest.mark.parametrize("to", [0, 3, 200])
@pytest.mark.parametrize("text", ["1 / x if x < 1 else x * 2", "x * x", "x - 1"])
@pytest.mark.parametrize("kind", ["float16", "float32", "float64", "uint8", "int16", "int32", "uint64", "int64"])
def test_a_leaf_of_numpys_kind_stays_one(shell: Shell, kind: str, text: str, to: int) -> None:
    make = getattr(np, kind)
    with np.errstate(all="ignore"):
        wanted = eval(text, {"x": make(to)})
        shell.names["x"] = make(2)
        w = shell.autograd(f"y = {text}\ny")
        for x in (to, 2, to):
            w.set(x=x)
    found = shell.names["y"]
    assert (type(found), repr(found)) == (type(wanted), repr(wanted))


@pytest.mark.parametrize(
    "kind", ["float16", "float32", "float64", "int8", "uint8", "int32", "int64", "bool", "complex128"]
)
@pytest.mark.parametrize(
    "text", ["(A * g).sum()", "np.tanh(A * g)[1, 2]", "(A * g).sum(axis=0)[3]", "np.mean(A * g)", "A[1, 2] * g"]
)
@pytest.mark.parametrize("g", ["-0.5", "3"])
def test_arrays_of_other_kinds_of_numbers(shell: Shell, kind: str, text: str, g: str) -> None:
    array = shell.names["A"] = np.arange(-6, 14).reshape(4, 5).astype(kind)
    wanted = eval(text, {"A": array, "np": np, "g": eval(g)})
    shell("import numpy as np")
    shell.run(f"%%autograd\ng = {g}\ny = {text}\ny")
    found = shell.names["y"]
    found = found.data if isinstance(found, Value) else found
    assert type(found) is type(wanted) and (found == wanted or wanted != wanted)


@pytest.mark.parametrize(
    "text",
    [
        "np.where(x > 1, np.float32(x), np.float32(3))",
        "np.where(x > 1, x, 1j)",
        "np.where(np.array([True, False]), x, np.array([1, 2], dtype='float32'))",
        "np.where(x > 1, 2, x)",
        "np.where(x > 1, 2, 3)",
        "np.where([x > 1, True], [2, 3], [x, x])",
        "np.array([x, 2.0], dtype=np.float32)",
        "np.array([x, 2.0]).astype(np.float32)",
        "np.array([x, 2.0]).astype(int)",
        "np.float32(x)",
        "np.int64(x)",
        "np.full(2, x)",
    ],
)
def test_what_goes_into_another_kind_is_made_again(shell: Shell, text: str) -> None:
    shell("import numpy as np")
    w = shell.autograd(f"x = 0.7\nfound = {text}\nz = x * 2\nz")
    for x in (1.7, 0.3, 2.6):
        w.set(x=x)
        found, wanted = plainly(shell.names["found"]), eval(text, {"np": np, "x": x})
        assert np.asarray(found).dtype == np.asarray(wanted).dtype
        assert np.array_equal(found, wanted)
