"""Value: the seed's class and micrograd's, seen from outside."""

from __future__ import annotations

import math
import subprocess
import sys

import micrograd.engine
import numpy as np
import pytest

from autograd_magic import Value


def test_the_lecture() -> None:
    a, b, c, f = (Value(x, label=label) for x, label in ((2.0, "a"), (-3.0, "b"), (10.0, "c"), (-2.0, "f")))
    e = a * b
    d = e + c
    L = d * f
    assert repr(L) == "Value(data=-8.0)"
    L.backward()
    assert [v.grad for v in (a, b, c, d, e, f, L)] == [6.0, -4.0, -2.0, -2.0, -2.0, 4.0, 1.0]
    assert (L._op, L._prev, a._op, a._prev) == ("*", (d, f), "", ())


def test_micrograds_readme() -> None:
    def graph(Value):
        a, b = Value(-4.0), Value(2.0)
        c = a + b
        d = a * b + b**3
        c += c + 1
        c += 1 + c + (-a)
        d += d * 2 + (b + a).relu()
        d += 3 * d + (b - a).relu()
        e = c - d
        f = e**2
        g = f / 2.0
        g += 10.0 / f
        g.backward()
        return g.data, a.grad, b.grad

    assert graph(Value) == pytest.approx(graph(micrograd.engine.Value), rel=1e-15)
    assert [round(x, 4) for x in graph(Value)] == [24.7041, 138.8338, 645.5773]


def test_backward_twice_gives_the_same_gradients() -> None:
    a = Value(3.0)
    y = a * a + a
    y.backward()
    y.backward()
    assert a.grad == 7.0


def test_every_use_counts_and_order_is_kept() -> None:
    a, b = Value(3.0), Value(2.0)
    assert (a * a)._prev == (a, a)
    assert (b - a)._prev == (b, a)
    y = a * a + a + a
    y.backward()
    assert a.grad == 8.0
    z = b - a
    z.backward()
    assert (b.grad, a.grad) == (1.0, -1.0)


def test_a_value_is_itself_alone() -> None:
    a, b = Value(2.0), Value(2.0)
    assert a != b and len({a, b}) == 2 and bool(Value(0.0))
    assert (a < Value(3.0), a <= 2, a > 1, a >= 3) == (True, True, True, False)


def test_operators_work_from_both_sides() -> None:
    a = Value(2.0)
    made = [
        a + 1,
        1 + a,
        a - 1,
        1 - a,
        a * 3,
        3 * a,
        a / 4,
        4 / a,
        a**3,
        3**a,
        a % 1.5,
        7 % a,
        a // 0.75,
        7 // a,
        -a,
        abs(-a),
        a**a,
    ]
    assert [v.data for v in made] == [3, 3, 1, -1, 6, 6, 0.5, 2, 8, 9, 0.5, 1, 2, 3, -2, 2, 4]
    assert sum([a, a, a]).data == 6.0
    assert all(type(v) is Value for v in made)


def test_functions_are_methods_and_numpys() -> None:
    x = Value(0.5)
    for name in ("exp", "tanh", "relu", "log", "sin", "sigmoid", "sqrt", "cbrt", "erf", "softplus"):
        assert isinstance(getattr(x, name)(), Value)
    assert np.tanh(x).data == pytest.approx(math.tanh(0.5))
    assert np.exp(Value(1000.0)).data == math.inf
    with pytest.raises(OverflowError):
        Value(1000.0).exp()
    assert np.maximum(x, Value(0.25)).data == 0.5
    row = np.array([1.0, 2.0]) * x
    assert row.dtype == object and [v.data for v in row] == [0.5, 1.0]
    assert [v.data for v in x * np.array([1.0, 2.0])] == [0.5, 1.0]
    assert (np.array([x, x]) @ np.array([x, x])).data == 0.5


def test_what_python_refuses_it_refuses() -> None:
    zero = Value(0.0)
    with pytest.raises(ZeroDivisionError):
        1 / zero
    with pytest.raises(ZeroDivisionError):
        zero**-1
    assert Value(-8.0) ** (1 / 3) == (-8.0) ** (1 / 3)


@pytest.mark.parametrize("data", ["2", None, 1j, True, [1.0], np.array([1.0]), 10**400])
def test_what_is_no_real_number_is_refused_in_a_sentence(data: object) -> None:
    with pytest.raises(TypeError, match="one real number"):
        Value(data)


def test_an_operation_of_somebody_elses_is_kept() -> None:
    a = Value(2.0, label="a")
    b = Value(9.0, (a,), "mystery")
    assert (b._op, b._prev) == ("mystery", (a,))
    (b * a).backward()
    assert math.isnan(a.grad)  # nobody knows what went through b
    assert Value(5.0, (a, b), "+")._op == "+"
    assert (Value(4.0, (a,), "**2")._op, (a**2)._op) == ("**2.0", "**2")


@pytest.mark.slow
def test_a_chain_of_a_million_builds_runs_and_is_freed() -> None:
    program = """
from autograd_magic import Value
from autograd_magic.engine.tape import Tape
x = leaf = Value(1.0)
for _ in range(1_000_000):
    x = -x
x.backward()
assert (x.data, leaf.grad) == (1.0, 1.0)
tape = Tape(x)
assert tape.forward([3.0]) == 3.0 and tape.backward()[0] == 1.0
del tape, x
print("freed")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout == "freed\n", done.stderr[-500:]
