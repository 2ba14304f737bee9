"""Objects of other code that show the memory of an array (``memoryview``, a matrix, a complex view, a Series): what is
written on one side is seen on the other, and a gradient that goes through one is measured or said to be unknown.
"""

from __future__ import annotations

import textwrap

import pytest
from shell import Shell

WINDOWS = {
    "memoryview": "z = memoryview(x)",
    "data": "z = x.data",
    "matrix": "z = np.asmatrix(x)[0]",
    "masked": "z = np.ma.array(x, copy=False)",
    "complex": "z = x.view(complex)",
    "bits": "z = x.view(np.int64)",
    "operand": "z = np.nditer(x, op_flags=['readwrite']).operands[0]",
    "series": "z = pd.Series(x, copy=False)",
}
READ = "float(np.abs(np.asarray(z).astype(complex)).sum())"


def _follows(shell: Shell, body: str) -> None:
    shell(
        "import numpy as np\nimport pandas as pd\n" + "def plainly(a):\n" + textwrap.indent(f"{body}\nreturn L", "    ")
    )
    w = shell.autograd(f"a = 1.3\n{body}\nL")
    assert w.values["L"] == shell("float(plainly(1.3))")
    slope, grad = shell("(plainly(1.3 + 1e-4) - plainly(1.3 - 1e-4)) / 2e-4"), w.grads["a"]
    assert grad == pytest.approx(slope, rel=1e-3) or (grad != grad and w.gaps)
    w.set(a=1.7)
    assert w.values["L"] == shell("float(plainly(1.7))")


@pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS)
@pytest.mark.parametrize("start", ["np.zeros(4)", "np.array([a, 0.7, a*a, 2.0])"])
def test_what_is_written_in_the_array_is_read_there(shell: Shell, window: str, start: str) -> None:
    _follows(shell, f"x = {start}\n{window}\nx[1] = 3*a\nL = {READ} + a")


@pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS)
def test_what_is_written_there_is_in_the_array(shell: Shell, window: str) -> None:
    number = 4621819117588971520 if "int64" in window else 7.0
    _follows(
        shell, f"x = np.array([a, 0.7, a*a, 2.0])\n{window}\nbefore = x*x\nz[0] = {number}\nL = (x*x).sum() + before[0]"
    )


def test_what_a_method_writes_there(shell: Shell) -> None:
    _follows(shell, "x = np.array([a, 0.7])\nz = np.asmatrix(x)\nz *= 2.0\nz.fill(a*3)\nL = (x*x).sum()")


def test_what_was_read_before_stays(shell: Shell) -> None:
    _follows(shell, "x = np.array([a, 0.7])\nL = (x*x).sum()\nmemoryview(x)[0] = 7.0")
