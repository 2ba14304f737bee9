"""``slope`` and ``check``: finite differences."""

from __future__ import annotations

import math

import numpy as np
import pytest
from graphs import graph
from shell import LECTURE, Shell

from autograd_magic import Value, check, slope
from autograd_magic.engine.ops import BY_SYMBOL, TABLE, Op
from autograd_magic.engine.value import operate


def f(x: float) -> float:
    return 3 * x**2 - 4 * x + 5


def test_slope_is_the_seeds_finite_difference() -> None:
    h = 0.0000000001
    assert slope(f, 2 / 3, h=h) == (f(2 / 3 + h) - f(2 / 3)) / h
    assert slope(f, 3.0) == pytest.approx(14, abs=1e-4)
    assert slope(f, -3.0) == pytest.approx(-22, abs=1e-4)


def test_slope_takes_arrays_and_values() -> None:
    xs = np.array([-3.0, 0.0, 3.0])
    assert slope(f, xs) == pytest.approx(6 * xs - 4, abs=1e-4)
    assert slope(f, Value(3.0)) == pytest.approx(14, abs=1e-4)  # type: ignore[arg-type]


@pytest.mark.parametrize("h", [0, 0.0, math.nan, math.inf])
def test_slope_refuses_a_step_that_is_none(h: float) -> None:
    with pytest.raises(ValueError, match="needs a small step"):
        slope(f, 3.0, h=h)


def test_check_agrees_with_the_lecture(shell: Shell) -> None:
    w = shell.autograd(LECTURE)
    found = check(w)
    assert found.ok and bool(found)
    assert [(row.name, row.gradient) for row in found.rows] == [("a", 6.0), ("b", -4.0), ("c", -2.0), ("f", 4.0)]
    assert all(row.central == pytest.approx(row.gradient, rel=1e-6) for row in found.rows)
    assert "4 of 4 gradients agree" in repr(found)
    assert "<table>" in found._repr_html_()
    assert w.values["a"] == 2.0 and w.grads["a"] == 6.0  # nothing was touched


def test_check_takes_a_value_a_tape_and_a_widget(shell: Shell) -> None:
    w = shell.autograd(LECTURE)
    assert repr(check(w)) == repr(check(w.tape)) == repr(check(w.root))


def test_check_finds_a_wrong_gradient(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = Op("double", "double", "x * 2", ("3",))
    monkeypatch.setitem(TABLE, "double", wrong)
    monkeypatch.setitem(BY_SYMBOL, ("double", 1), wrong)
    a = Value(2.0, label="a")
    found = check(operate(Value, wrong, wrong.ieee, (a,)))
    assert not found.ok
    assert found.rows[0].gradient == 3.0 and found.rows[0].central == pytest.approx(2.0)
    assert "DIFFERS" in repr(found) and "1 differs" in repr(found)


def test_check_of_random_graphs() -> None:
    smooth = ["add", "sub", "mul", "tanh", "sigmoid", "sin", "square", "exp"]
    for seed in range(8):
        assert check(graph(seed, 30, smooth)).ok


def test_check_says_what_cannot_be_compared(shell: Shell) -> None:
    text = repr(check(shell.autograd("x = 0.0\ny = abs(x)\ny")))
    assert "kink of abs: convention 0" in text
    text = repr(check(shell.autograd("x = 2.0\ny = x // 1.0 + x\ny")))
    assert "step: //" in text
    text = repr(check(shell.autograd("x = 1.0\nif x >= 1.0:\n    y = x * 2\nelse:\n    y = x * 3\ny")))
    assert "leaves the path" in text and "1 could not be compared" in text
    text = repr(check(shell.autograd("x = 1e999\ny = x * 2\ny")))
    assert "no finite number" in text


def test_check_refuses_nonsense() -> None:
    with pytest.raises(TypeError, match="takes a Value, a Tape or an explorer, not float 3"):
        check(3.0)
    for h in (0.0, -1.0, math.nan, math.inf):
        with pytest.raises(ValueError, match="needs a step above 0"):
            check(Value(1.0), h=h)


def test_check_of_a_graph_without_leaves_and_of_a_leaf() -> None:
    assert "1 of 1" in repr(check(Value(2.0, label="a")))


def test_a_table_has_no_more_rows_than_one_reads() -> None:
    total = Value(0.0, label="start")
    for k in range(80):
        total = total + Value(float(k), label=f"v{k}")
    found = check(total)
    assert len(found.rows) == 50 and "31 more leaves were not checked" in repr(found)
