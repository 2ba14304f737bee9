"""Numbers that a graph cannot hold: whole numbers beyond all floats, and complex ones. They are Python's own to the last
digit, and what they were made of has no gradient, unless runs with a leaf nudged show one.
"""

from __future__ import annotations

import math
from typing import Any

import pytest
from shell import Shell

WHOLE = {
    "a power and back": "big = n ** 400\nr = big / n ** 399 * x",
    "a loop": "big = 1\nfor i in range(400): big = big * n\nr = x * (big % 7)",
    "what a library gives": "r = x * (math.factorial(n * 20) // math.factorial(n * 20 - 1))",
    "a sum with it": "big = 10 ** 400\nr = (n + big - big) * x",
    "its digits": "r = x * sum(int(c) for c in str(n ** 400 - 1))",
    "its logarithm": "r = x * math.log(n ** 400)",
    "compared with it": "r = x * n if n < 10 ** 400 else -x",
    "refused": "try:\n    r = x * n ** 400\nexcept OverflowError as e:\n    r = x * len(str(e))",
    "a library's, refused": "try:\n    r = x * math.factorial(n * 20)\nexcept OverflowError as e:\n    r = x * len(str(e))",
    "modular": "m = 2 ** 521 - 1\nr = pow(n, m - 2, m) * n % m * x",
    "shifted": "r = (n << 2000 >> 1999) * x",
}
COMPLEX = {
    "a root of a negative number": "r = k * abs((-x) ** (1 / 3))",
    "both parts of it": "z = (-x) ** k\nr = z.real * x + z.imag ** 2",
    "its powers": "z = (-x) ** k\nr = (z * z.conjugate()).real + abs(z ** 2) * x",
}


def plainly(text: str) -> float:
    names: dict[str, Any] = {"math": math}
    exec(text, names)
    return float(names["r"])


@pytest.mark.parametrize("text", WHOLE.values(), ids=list(WHOLE))
def test_whole_numbers_of_any_size_are_pythons(shell: Shell, text: str) -> None:
    shell("import math")
    w = shell.autograd(f"n = 10\nx = 2.0\n{text}\nr")
    for n, x in ((10, 2.0), (11, 2.0), (11, 0.25), (10, 2.0)):
        w.set(n=n, x=x)
        assert w.values["r"] == plainly(f"n = {n}\nx = {x}\n{text}") == shell("r")
    slope = (plainly(f"n = 10\nx = 2.5\n{text}") - plainly(f"n = 10\nx = 1.5\n{text}")) / 1
    assert w.grads["x"] == pytest.approx(slope)
    assert w.gaps or not math.isnan(w.grads["n"])


@pytest.mark.parametrize("text", COMPLEX.values(), ids=list(COMPLEX))
def test_what_became_complex_has_a_measured_gradient(shell: Shell, text: str) -> None:
    w = shell.autograd(f"x = 8.0\nk = 0.5\n{text}\nr")
    for name, other, at in (("x", "k = 0.5", 8.0), ("k", "x = 8.0", 0.5)):
        lower, upper = (plainly(f"{name} = {at + h}\n{other}\n{text}") for h in (-1e-6, 1e-6))
        assert w.grads[name] == pytest.approx((upper - lower) / 2e-6, rel=1e-6)


def test_a_cell_whose_numbers_leave_is_told_where(shell: Shell) -> None:
    shell("%%autograd\nn = 10\nbig = n ** 400\nr = big // n ** 399\nr")
    said = "".join(str(shown.data) for shown in shell.output.outputs)
    assert "n left the graph in line 3, and nothing is computed from the cell's numbers beside that" in said


def test_rounding_a_whole_number_keeps_its_digits(shell: Shell) -> None:
    shell("import math")
    text = "n = 100000000000000001\nr = [math.floor(n), math.ceil(n), math.trunc(n), round(n), int(n), n.__floor__()]"
    shell.autograd(f"{text}\nk = 2.0\nk * 3")
    assert shell("r") == [10**17 + 1] * 6


def test_a_leaf_is_set_to_any_whole_number(shell: Shell) -> None:
    w = shell.autograd("n = 100000000000000001\nk = 2.0\nr = (n - 10**17) * k\nr")
    w.set(n=10**17 + 3)
    assert w.values["r"] == 6.0
    w.set(n=10**17 + 16, k=3.0)
    assert w.values["r"] == 48.0


@pytest.mark.parametrize("number", [1_700_000_000_123_456_790, 2**60 + 1])
def test_a_whole_number_that_no_float_holds_is_run(shell: Shell, number: int) -> None:
    text = "stamp = {}\nx = 2.0\ny = stamp % 1000 * x\ny"
    widget = shell.autograd(text.format(1_700_000_000_123_456_789))
    assert widget.values["y"] == 1578.0
    widget.set(stamp=number)
    assert shell("stamp") == number
    assert widget.values["y"] == number % 1000 * 2.0
    widget.set(x=3.0)
    assert shell("stamp") == number
    assert widget.values["y"] == number % 1000 * 3.0
    widget.reset()
    assert widget.values["y"] == 1578.0
    with pytest.raises(TypeError, match="one of the floats too"):
        widget.set(x=number)


def test_whole_numbers_that_are_one_float_are_told_apart(shell: Shell) -> None:
    text = "import random\nn = {}\nrandom.seed(n)\nr = random.random()\nk = 1.5\ny = r*k\ny"
    numbers = 12345678901234567890123, 12345678901234567890124
    shell(text.format(numbers[1]))
    there = shell("r")
    w = shell.autograd(text.format(numbers[0]))
    here = shell("r")
    assert here != there
    w.set(n=numbers[1])
    assert shell("r") == there
    w.set(k=2.0)
    assert (shell("n"), shell("r"), w.values["y"]) == (numbers[1], there, 2.0 * there)
    w.reset()
    assert (shell("n"), shell("r"), w.values["y"]) == (numbers[0], here, 1.5 * here)
    w.set(k=2.0)
    assert (shell("r"), w.values["y"]) == (here, 2.0 * here)
