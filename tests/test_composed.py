"""Functions that are made of rows: the library's number to the last digit, our derivative, in every replay."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import special, stats
from shell import Shell
from test_replays import typescript

BEFORE = """
import math
import numpy as np
from math import fsum
from scipy import special, stats
from scipy.stats import norm
"""

SMOOTH = [
    "math.hypot(x)",
    "math.hypot(x, 2, y)",
    "math.hypot(x, y, x * y, 0.1, -3.0)",
    "math.dist([x, 1.0, 2], (0.3, y, 5.0))",
    "math.dist((x,), (y,))",
    "math.fsum([x, y, 0.1, 0.2, 0.3])",
    "fsum(x * k for k in range(7))",
    "math.fsum({'a': x, 'b': y}.values())",
    "math.prod([x, y, 3])",
    "math.gamma(x) + math.gamma(-y)",
    "math.fmod(-x, 0.3) + math.remainder(y, x)",
    "math.copysign(x, -y)",
    "math.degrees(math.radians(x) + y)",
    "np.deg2rad(x) + np.rad2deg(y) + np.radians(y) + np.degrees(x)",
    "np.sinc(x) + np.sinc(np.array([x, y, 0.0])).sum()",
    "np.fmin(x, y) + np.fmax(x, y) + np.fmod(y, x) + np.copysign(y, -x)",
    "np.logaddexp(x, y) + np.logaddexp2(x, -y)",
    "np.interp(x, [0.0, 0.5, 2.0], [1.0, y, 4.0])",
    "np.interp([x, -1.0, y, 9.0], [0, 1, 3], np.array([x, 2.0, 5.0])).sum()",
    "np.interp(x, [0.0, y], [1, 3])",
    "special.erfinv(x) + special.erfcinv(y)",
    "special.ndtri(x)",
    "special.gamma(x) * special.gamma(-y)",
    "special.xlogy(x, y) + special.xlog1py(x, y)",
    "special.softmax([x, y, 1.0])[1]",
    "special.softmax(np.array([[x, y], [1.0, x]]), axis=0)[0, 1]",
    "special.log_softmax([x, y, 1.0])[0]",
    "special.logsumexp([x, y, 0.5])",
    "special.logsumexp(np.array([[x, 1.0], [2.0, y]]), axis=1)[0]",
    "special.logsumexp([x])",
    "norm.cdf(x, y, 2.0)",
    "norm.sf(x, y, x)",
    "norm.logcdf(x, 1, y)",
    "norm.logsf(x, 1, y)",
    "norm.pdf(x, y, 1.7)",
    "norm.logpdf(x, y, x)",
    "norm.ppf(x, y, 2)",
    "norm.isf(x, loc=y, scale=x)",
    "norm(y, 2.0).ppf(x)",
    "norm.ppf(np.array([x, 0.9]))[0]",
]


def at(shell: Shell, text: str, x: float, y: float) -> Any:
    """What the text gives without us."""
    libraries = {name: shell.names[name] for name in ("math", "np", "fsum", "special", "stats", "norm")}
    return eval(text, {**libraries, "x": x, "y": y})


def central(shell: Shell, text: str, dx: float, dy: float) -> float:
    def moved(step: float) -> float:
        return float(at(shell, text, 0.7 + step * dx, 1.3 + step * dy))

    h = 1e-4
    return (8 * (moved(h) - moved(-h)) - (moved(2 * h) - moved(-2 * h))) / (12 * h)


@pytest.mark.parametrize("text", SMOOTH)
def test_the_librarys_number_and_our_derivative(shell: Shell, text: str) -> None:
    shell(BEFORE)
    w = shell.autograd(f"x, y = 0.7, 1.3\nz = {text}\nz")
    found, wanted = shell.names["z"], at(shell, text, 0.7, 1.3)
    assert (type(found), repr(found)) == (type(wanted), repr(wanted))
    assert "ESCAPES" not in {guard.kind.name for guard, _, _ in w.tape.guards}
    for leaf in w.tape.leaves:
        slope = central(shell, text, leaf.name == "x", leaf.name == "y")
        assert w.grads[leaf.name] == pytest.approx(slope, rel=1e-8, abs=1e-9)


@pytest.mark.parametrize("x", [0.1, -0.7, 1.3])
def test_an_element_has_the_librarys_number_where_the_steps_are_in_single_precision(shell: Shell, x: float) -> None:
    """NumPy computes this in double precision whatever it is given."""
    text = "z = np.interp(np.array([x, 1.5]).astype(np.float32), [-1.0, 0.3, 2.0], [0.5, 8.0 + x, 1.0])[0]"
    shell(BEFORE)
    shell.autograd(f"x = {x}\n{text}\nz")
    names = {"np": shell.names["np"], "x": x}
    exec(text, names)
    assert shell.names["z"] == names["z"]


def test_replays_follow_the_library(shell: Shell) -> None:
    shell(BEFORE)
    cases, wanted = [], []
    for text in SMOOTH:
        tape = shell.autograd(f"x, y = 0.7, 1.3\nz = {text}\nz").tape
        at_x_y = [(0.72, 1.28), (0.61, 1.37)]
        cases.append((tape, [[x if leaf.name == "x" else y for leaf in tape.leaves] for x, y in at_x_y]))
        wanted.append([float(at(shell, text, x, y)) for x, y in at_x_y])
    for text, (tape, rows), numbers, answers in zip(SMOOTH, cases, wanted, typescript(cases), strict=True):
        for row, number, answer in zip(rows, numbers, answers, strict=True):
            assert tape.forward(row) == pytest.approx(number, rel=1e-13), text
            assert tape.broken() is None, text
            assert answer["verdict"] == "exact", text
            assert answer["values"][tape.root] == pytest.approx(number, rel=1e-13), text
            assert answer["grads"] == pytest.approx(tape.backward(), rel=1e-12, abs=1e-300), text


@pytest.mark.parametrize(
    ("text", "gradient"),
    [
        ("math.hypot(x, y, z)", [0.0, 0.0, 0.0]),
        ("math.hypot(x)", [0.0]),
        ("math.dist([x, y, z], [0.0, 0.0, 0.0])", [0.0, 0.0, 0.0]),
        ("math.fsum([x, y, x])", [2.0, 1.0]),
        ("np.interp(x, [-1, 0, 1], [-1, 0, 2])", [1.0]),
        ("np.interp(x, [-1, 0, 1], [-3, 0, 2])", [2.0]),
        ("np.interp(x, [-1, 0, 1], [3, 0, 2])", [0.0]),
        ("np.interp(x, [-1, 0, 1], [3, y, 2])", [0.0, 1.0]),
        ("np.interp(x, [0, 1], [y, 2])", [0.0, 1.0]),
        ("np.interp(x, [-1, 0], [1, y])", [0.0, 1.0]),
        ("special.logsumexp([-math.inf, -math.inf, x])", [1.0]),
        ("special.softmax([x, y])[0]", [0.25, -0.25]),
        ("special.xlogy(x, y)", [-math.inf, 0.0]),
        ("special.erfinv(x)", [math.sqrt(math.pi) / 2]),
        ("norm.cdf(x, 0, -1)", [math.nan]),
    ],
)
def test_at_the_origin_and_on_points(shell: Shell, text: str, gradient: list[float]) -> None:
    shell(BEFORE)
    w = shell.autograd(f"x, y, z = 0.0, 0.0, 0.0\nfound = {text}\nfound")
    assert [w.grads.get(name, 0.0) for name in "xyz"[: len(gradient)]] == pytest.approx(gradient, nan_ok=True)


def test_which_segment_is_a_guard(shell: Shell) -> None:
    shell(BEFORE)
    w = shell.autograd("x, y = 0.5, 3.0\nz = np.interp(x, [0, 1, 2], [0.0, y, 4.0], right=7.0)\nz")
    for x in (0.9, 1.0, 1.5, 2.0, 2.5, -1.0, math.nan, -1.0, 0.0, math.nan, 0.5):
        w.set(x=x)
        assert w.values["z"] == pytest.approx(np.interp(x, [0, 1, 2], [0, 3, 4], right=7.0), rel=0, nan_ok=True)
    w.set(x=1.5, y=2.0)
    assert (w.values["z"], w.grads["x"], w.grads["y"]) == (3.0, 2.0, 0.5)


def test_a_line_that_rises_without_bound_is_numpys(shell: Shell) -> None:
    shell(BEFORE)
    for x in (-0.5, 0.0, 0.5, 2.0, 3.0):
        w = shell.autograd(f"y, x = 2.0, {x}\nz = np.interp(x, [-1.0, 0.0, 2.0], [0.5, y * y, y])\nz")
        for y in (1e200, math.inf, -math.inf, math.nan, math.inf, 3.0):
            w.set(y=y)
            wanted = np.interp(x, [-1.0, 0.0, 2.0], [0.5, y * y, y])
            assert w.values["z"] == pytest.approx(wanted, rel=1e-14, nan_ok=True), (x, y)


def test_points_that_meet_are_numpys(shell: Shell) -> None:
    shell(BEFORE)
    w = shell.autograd("x, y = -1.0, 0.0\nz = np.interp(x, [-1.0, y, 3.0], [0.5, 1.5, 1.0])\nz")
    for y in (-1.0, 0.5, -1.0, -math.inf, -1.0, -math.inf, -0.5):
        w.set(y=y)
        assert w.values["z"] == np.interp(-1.0, [-1.0, y, 3.0], [0.5, 1.5, 1.0])


def test_fsum_refuses_what_it_refuses_wherever_a_slider_goes(shell: Shell) -> None:
    shell(BEFORE)
    w = shell.autograd("x, y = 0.5, 2.0\nz = math.fsum([x, y])\nz")
    w.set(y=math.inf)
    assert w.values["z"] == math.inf
    with pytest.raises(ValueError, match="inf"):
        w.set(x=-math.inf)
    w.set(y=1.0, x=3.0)
    assert w.values["z"] == 4.0
    with pytest.raises(OverflowError):
        w.set(x=1.7e308, y=1.7e308)


def test_a_scale_that_is_not_above_0_gives_nan_and_is_watched(shell: Shell) -> None:
    shell(BEFORE)
    for name in ("cdf", "sf", "logcdf", "logsf", "pdf", "logpdf", "ppf", "isf"):
        w = shell.autograd(f"x, s = 0.7, 2.0\nz = norm.{name}(x, 0.1, s)\nz")
        for scale in (-1.0, 0.0, 3.0, -2.0, 2.0):
            w.set(s=scale)
            assert w.values["z"] == pytest.approx(
                float(getattr(stats.norm, name)(0.7, 0.1, scale)), nan_ok=True, rel=1e-14
            )


def test_a_sum_that_only_fsum_gets_right_is_run_again(shell: Shell) -> None:
    shell(BEFORE)
    w = shell.autograd("x = 0.5\nz = math.fsum([1e16, x, -1e16])\nz")
    for x in (0.5, 0.25, 0.125):
        w.set(x=x)
        assert w.values["z"] == x


def test_in_single_precision_only_a_run_can_tell(shell: Shell) -> None:
    shell(BEFORE)
    for text in ("np.sinc(x)", "np.fmod(x, x)", "special.softmax([x, x])[0]", "norm.cdf(x)"):
        for start in ("float32", "float64"):
            kind = getattr(np, start)
            shell.names["x"] = kind(0.0)
            w = shell.autograd(f"z = {text}\nz")
            w.set(x=0.3)
            wanted = at(shell, text, kind(0.3), 0.0)
            found = shell.names["z"]
            assert type(found) is type(wanted), text
            assert found == (wanted if kind is np.float32 else pytest.approx(wanted, rel=1e-14)), text


def test_softmax_stays_stable_wherever_a_slider_goes(shell: Shell) -> None:
    shell(BEFORE)
    tape = shell.autograd("x = 0.7\nz = special.softmax([x, 1.0])[0]\nz").tape
    for x in (1000.0, -1000.0):
        assert tape.forward([x]) == special.softmax([x, 1.0])[0]
        assert np.isfinite(tape.backward()).all()


@pytest.mark.parametrize(
    "text",
    [
        "np.interp(x, [0, 1], [1, 2], period=3.0)",
        "special.logsumexp([x, 1.0], b=[0.5, 2.0])",
        "math.hypot(x, fractions.Fraction(1, 2))",
    ],
)
def test_what_the_steps_do_not_know_leaves_the_graph(shell: Shell, text: str) -> None:
    shell(BEFORE + "import fractions")
    w = shell.autograd(f"x = 0.7\nz = {text} * x\nz")
    assert {guard.kind.name for guard, _, _ in w.tape.guards} == {"ESCAPES"}
    w.set(x=0.6)
    names = {name: shell.names[name] for name in ("np", "special", "math", "fractions")}
    assert w.values["z"] == float(eval(text, {**names, "x": 0.6})) * 0.6


@pytest.mark.parametrize(
    "text", ["math.dist([x], [1.0, 2.0])", "math.fsum([x, 'a'])", "math.fsum([x, math.inf, -math.inf])"]
)
def test_what_the_library_refuses_is_refused_with_its_words(shell: Shell, text: str) -> None:
    shell(BEFORE)
    with pytest.raises((TypeError, ValueError)) as plain:
        at(shell, text, 0.7, 1.3)
    shell.run(f"%%autograd\nx = 0.7\nz = {text}\nz")
    assert str(plain.value) in shell.output.stdout + shell.output.stderr


@pytest.mark.parametrize(
    "text", ["math.hypot(3.0, 4.0, 0.1)", "math.fsum(iter([0.1] * 10))", "np.sinc(0.5)", "norm.ppf(0.3)"]
)
def test_without_a_traced_number_nothing_changes(shell: Shell, text: str) -> None:
    shell(BEFORE)
    shell.autograd(f"x = 0.7\nfound = {text}\nx * 2")
    wanted = at(shell, text, 0.7, 1.3)
    assert (shell("repr(found)"), shell("isinstance(found, float)")) == (repr(wanted), True)


@pytest.mark.parametrize("kind", ["float32", "float16"])
def test_a_number_in_less_precision_has_slope_1(shell: Shell, kind: str) -> None:
    """It goes up by steps, of which a difference would tell more than of the slope."""
    shell(BEFORE)
    w = shell.autograd(f"x = 0.139\ny = np.{kind}(x)\nz = x - y\nz")
    assert w.grads["x"] == 0.0 and w.gaps == []
    w.set(x=0.7)
    assert shell.names["y"] == getattr(np, kind)(0.7) and type(shell.names["y"]) is getattr(np, kind)
    assert w.values["z"] == float(0.7 - getattr(np, kind)(0.7))
