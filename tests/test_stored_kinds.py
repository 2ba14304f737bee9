"""What is written into an array of another kind of number: in single precision it is rounded and keeps its gradient,
and where it becomes a whole number that decides.
"""

from __future__ import annotations

import math
import textwrap

import pytest
from shell import Shell

STORED = {
    "an element": "x[0] = 3*a",
    "several": "x[:2] = np.array([a, a*a])",
    "a list": "x[1:] = [a, 2*a]",
    "fill": "x.fill(a)",
    "copyto": "np.copyto(x[1:], a*a)",
    "put": "np.put(x, [0, 2], [a, 3*a])",
    "place": "np.place(x, x > 0.5, a)",
    "a loop": "for i in range(2):\n    x[i + 1] = x[i]*a + 1.0",
    "at": "np.add.at(x, [1, 1], a)",
    "out": "np.multiply(x, a, out=x)",
}


def _moved(shell: Shell, body: str) -> tuple[float, float]:
    """The gradient; the number and that after a move are the plain cell's."""
    shell("import numpy as np\ndef plainly(a):\n" + textwrap.indent(f"{body}\nreturn float(L)", "    "))
    w = shell.autograd(f"a = 1.3\n{body}\nL")
    assert w.values["L"] == shell("plainly(1.3)")
    slope = w.grads["a"]
    w.set(a=2.1)
    assert w.values["L"] == shell("plainly(2.1)")
    return slope, shell("(plainly(1.3 + 1e-2) - plainly(1.3 - 1e-2)) / 2e-2")


@pytest.mark.parametrize("stored", STORED.values(), ids=STORED)
@pytest.mark.parametrize("kind", ["f4", "f2"])
def test_what_is_rounded_keeps_its_gradient(shell: Shell, stored: str, kind: str) -> None:
    ours, slope = _moved(shell, f"x = np.ones(3, {kind!r})\n{stored}\nL = (x.astype(float)**2).sum()")
    assert ours == pytest.approx(slope, rel=5e-3 if kind == "f4" else 0.2)


def test_full(shell: Shell) -> None:
    ours, slope = _moved(shell, "x = np.full(3, a*a, np.float32)\nL = (x*x).sum()")
    assert ours == pytest.approx(slope, rel=1e-3)


@pytest.mark.parametrize("stored", ["x[0] = 2.9*a", "np.put(x, [0], 2.9*a)", "np.fill_diagonal(x.reshape(1, 3), a)"])
def test_what_becomes_a_whole_number_has_no_slope(shell: Shell, stored: str) -> None:
    ours, slope = _moved(shell, f"x = np.arange(3)\n{stored}\nL = float(x.sum()) * a")
    assert ours == pytest.approx(slope)


def test_an_element_that_has_left_an_array_of_whole_numbers(shell: Shell) -> None:
    shell("import numpy as np")
    w = shell.autograd("a = 1.3\nn = 3\nx = np.array([n, n + 1]) * 2\nx[0] = 2.9*a\nL = (x * 1.5).sum()\nL")
    assert (w.values["L"], w.grads["a"], w.grads["n"]) == (16.5, 0.0, 3.0)


@pytest.mark.parametrize("kind", ["f8", "f4", "f2", "i8"])
@pytest.mark.parametrize("value", ["v", "[v, v]", "np.array([v, 1.0])", "n", "k", "np.float32(v)"])
def test_ufunc_at_is_numpys_to_the_bit(shell: Shell, kind: str, value: str) -> None:
    """With its errors. A single number counts as NumPy's there, and not as Python's."""
    for name in ("add", "subtract", "multiply", "maximum"):
        for index in ("[0, 0]", "0", "(np.array([1, 1]),)"):
            text = (
                f"import numpy as np\nv = 1.22 * 1.0\nn = -2.81\nk = 3\nx = np.full(2, 1.7, {kind!r})\n"
                f"try:\n    np.{name}.at(x, {index}, {value})\nexcept Exception as error:\n    said = repr(error)\n"
                "else:\n    said = ''\ny = float(x.sum()) * v * n * k\ny"
            )
            shell(text.removesuffix("\ny"))
            plainly = shell("x.tobytes(), repr(x), said")
            shell.autograd(text)
            assert shell("x.tobytes(), repr(x), said") == plainly, (name, index)


FORGETFUL = {
    "astype": "x.astype(complex)",
    "array": "np.array(x, dtype=complex)",
    "full": "np.full(2, a, dtype=complex)",
    "product": "x * np.exp(1j * np.arange(2))",
    "scalar": "x * np.complex128(1j)",
    "matmul": "x @ np.array([1j, 2.0])",
    "dot": "np.dot(x, np.array([1j, 2.0]))",
    "outer": "np.outer(x, [1j, 2.0])",
    "einsum": "np.einsum('i,i->', x, np.array([1j, 2.0]))",
    "sum": "np.sum(x, dtype=complex)",
    "cumsum": "np.cumsum(x, dtype=complex)",
    "a list": "np.mean([a, 2j])",
    "joined": "np.concatenate([x, [1j]])",
    "chosen": "np.where([True, False], x, 1j)",
    "objects": "x.astype(object)",
    "text": "x.astype(str).astype(float)",
}


@pytest.mark.parametrize("made", FORGETFUL.values(), ids=FORGETFUL)
def test_what_cannot_remember_is_known_to_be_made_of_numbers_that_do(shell: Shell, made: str) -> None:
    """Their gradients were 0, or those of another way alone, and nothing said so."""
    ours, slope = _moved(shell, f"x = np.array([a, 0.7])\nz = {made}\nL = float(abs(z).sum()) + a")
    assert ours == pytest.approx(slope, rel=1e-3) or (ours != ours and shell("bool(w.gaps)"))


def test_a_mask_decides_and_leaves_gradients_whole(shell: Shell) -> None:
    w = shell.autograd("import numpy as np\na = 1.3\nx = np.array([a, 0.0])\nL = (x * x.astype(bool)).sum()\nL")
    assert w.grads["a"] == 1.0
    assert "≈" not in repr(w)


@pytest.mark.parametrize(
    "cell",
    [
        "h = 3\ntd = np.timedelta64(h, 'h') * 2\nr = td / np.timedelta64(1, 'D')\nr",
        "h = 3\nday = np.datetime64('2024-01-01') + np.timedelta64(h, 'D')\nr = float(day.astype(int)) * 2\nr",
    ],
)
def test_a_span_of_time_is_made_of_its_numbers(shell: Shell, cell: str) -> None:
    shell("import numpy as np")
    w = shell.autograd(cell)
    assert math.isnan(w.grads["h"]) and "gradient of h is not known" in w.gaps[0]
    w.set(h=5)
    assert w.values["r"] == shell(cell.replace("h = 3", "h = 5"))
