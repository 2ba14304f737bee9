"""Objects of other code that show the memory of an array (``memoryview``, a matrix, a complex view, a Series): what is
written on one side is seen on the other, and a gradient that goes through one is measured or said to be unknown.
"""

from __future__ import annotations

import textwrap

import pytest
from shell import Shell

WINDOWS = {
    "memoryview": "z = memoryview(x)",
    "another's memoryview": "z = memoryview(memoryview(x))",
    "bytes": "z = memoryview(x).cast('B').cast('d')",
    "an array of bytes": "z = np.asarray(memoryview(x).cast('B')).view(float)",
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
        "import numpy as np\nimport pandas as pd\n"
        "def plainly(a):\n" + textwrap.indent(f"{body}\nreturn L, x.tolist()", "    ")
    )
    w = shell.autograd(f"a = 1.3\n{body}\nL")
    assert (w.values["L"], shell("x.tolist()")) == shell("plainly(1.3)")
    slope, grad = shell("(plainly(1.3 + 1e-4)[0] - plainly(1.3 - 1e-4)[0]) / 2e-4"), w.grads["a"]
    assert grad == pytest.approx(slope, rel=1e-3) or (grad != grad and w.gaps)
    w.set(a=1.7)
    assert (w.values["L"], shell("x.tolist()")) == shell("plainly(1.7)")


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


def test_what_an_iterator_over_an_array_hands_out_is_a_view_of_it(shell: Shell) -> None:
    shell("import numpy as np")
    loop = "x = np.ones((2, 2)) * a\nfor z in np.nditer(x, op_flags=['readwrite']):\n    z[...] = 2 * z\n"
    _follows(shell, f"{loop}L = x.sum()")
    w = shell.autograd(f"a = 1.5\n{loop}L = x.sum()\nL")
    assert shell("x.tolist()") == [[3.0, 3.0], [3.0, 3.0]]  # it was 1.5 again when the cell had ended
    w.set(a=2.0)
    assert shell("x.tolist(), float(z)") == ([[4.0, 4.0], [4.0, 4.0]], 4.0)


def test_an_array_is_lent_once_a_call_however_many_things_show_it(shell: Shell) -> None:
    shell("import numpy as np\nW = np.array([0.3, -0.5])\nV = np.array([0.1, 0.2])")
    calls: dict[int, int] = {}
    for epochs in (3, 6):
        shell(f"V[:] = W[:] = 0.5\nn = {epochs}")
        before = shell.names["calls"] = [0]
        loop = "for i in range(n):\n    g = W * V + W\n    W -= lr * g\n    V -= lr * g\n"
        shell(
            "import sys\ndef count(frame, event, arg):\n"
            "    calls[0] += event == 'call' and frame.f_code.co_name == '_array'\nsys.setprofile(count)"
        )
        try:
            shell.autograd(f"lr = 0.1\n{loop}L = (W * V).sum()\nL")
        finally:
            shell("sys.setprofile(None)")
        calls[epochs] = before[0]
    assert calls[6] < 5 * calls[3]
