"""What Python asks of the notebook's own objects (``__float__``, ``__index__``, ``__len__``) it gets as plain numbers,
and what it refuses of numbers it refuses in the same words.
"""

from __future__ import annotations

from typing import Any

import pytest
from shell import Shell

CLASSES = """
import math
import numpy as np
class Own:
    def __init__(self, v): self.v = v
    def __float__(self): return self.v
    def __int__(self): return self.v
    def __index__(self): return self.v
    def __len__(self): return self.v
    def __bool__(self): return self.v > 1
    def __hash__(self): return self.v
"""


def both(shell: Shell, text: str) -> tuple[Any, Any]:
    """What a cell gives without the magic, and with it: its result, or what it raises."""
    found = []
    for magic in ("", "%%autograd --as w\n"):
        result = shell.run(magic + text)
        error = result.error_before_exec or result.error_in_exec
        found.append((type(error).__name__, getattr(error, "msg", str(error))) if error else float(result.result))
    return found[0], found[1]


@pytest.mark.parametrize(
    ("text", "gradient"),
    [
        ("x = 2.0\nx * float(Own(x))", 4.0),
        ("x = 4.0\nx * math.sqrt(Own(x))", 3.0),
        ("x = 2.0\nn = 2\nx * [1.0, 2.0, 3.0][Own(n)]", 3.0),
        ("x = 2.0\nn = 2\nx * np.array([1.0, 2.0, 3.0])[Own(n)]", 3.0),
        ("x = 2.0\nn = 3\nx * sum(range(Own(n)))", 3.0),
        ("x = 2.0\nn = 3\nx * (int(Own(n)) + len(Own(n))) if Own(n) else -x", 6.0),
        ("x = 2.0\nn = 3\nx * {Own(n): 5.0, Own(4): 6.0}.get(1, 2.0)", 2.0),
    ],
)
def test_an_own_object_is_asked_for_a_number(shell: Shell, text: str, gradient: float) -> None:
    shell(CLASSES)
    plain, ours = both(shell, text)
    assert ours == plain
    assert shell.names["w"].grads["x"] == pytest.approx(gradient, rel=1e-6)


@pytest.mark.parametrize(
    "text",
    [
        "x = 2.0\nlen(Own(x))",
        "x = 2.0\n[1, 2, 3][Own(x)]",
        "n = 2\nfloat(Own(n))",
        "x = 2.0\nx[0]",
        "n = 2\nn[0]",
        "x = 2.0\nlen(x)",
        "x = 2.0\nlist(x)",
        "n = 2\nsorted(n)",
        "x = 2.0\nround(x, 'a')",
        "x = 2.0\nround(x, 1.5)",
    ],
)
def test_a_number_is_refused_in_the_same_words(shell: Shell, text: str) -> None:
    shell(CLASSES)
    plain, ours = both(shell, text)
    assert isinstance(plain, tuple)
    assert ours == plain


def test_what_python_cannot_read_is_said_as_without_the_magic(shell: Shell) -> None:
    plain, ours = both(shell, "x = 2.0\nx = = 3")
    assert ours == plain == ("SyntaxError", "invalid syntax")


def test_a_whole_number_that_only_chooses_is_a_leaf(shell: Shell) -> None:
    shell("import numpy as np")
    w = shell.autograd("n = 1\nv = np.array([1.0, 2.0, 3.0])[n]\nv")
    assert w.grads["n"] == 0.0
    w.set(n=2)
    assert shell.names["v"] == 3.0


VECTOR = """
import numpy as np
class Vector:
    def __init__(self, v): self.v = np.asarray(v, float)
    def __array__(self, dtype=None, copy=None): return self.v
class Shown:
    def __init__(self, v): self.v = np.asarray(v, float)
    @property
    def __array_interface__(self): return self.v.__array_interface__
"""


@pytest.mark.parametrize("own", ["Vector", "Shown"])
@pytest.mark.parametrize(
    "text",
    [
        "np.linalg.norm(p) + a",
        "np.exp(p).sum()",
        "(np.ones(2) * np.asarray(p))[1]",
        "np.concatenate([p, [a]]).sum()",
    ],
)
def test_numpy_asks_an_object_for_its_array(shell: Shell, own: str, text: str) -> None:
    shell(f"{VECTOR}\ndef plainly(a):\n    p = {own}([1.5, a])\n    return float({text})")
    w = shell.autograd(f"a = 2.0\np = {own}([1.5, a])\nL = {text}\nL")
    assert w.values["L"] == shell("plainly(2.0)")
    slope = shell("(plainly(2.0 + 1e-5) - plainly(2.0 - 1e-5)) / 2e-5")
    assert w.grads["a"] == pytest.approx(slope) or (w.grads["a"] != w.grads["a"] and w.gaps)
    w.set(a=3.0)
    assert w.values["L"] == shell("plainly(3.0)")


@pytest.mark.parametrize(
    "text", ["np.float64.__mul__(x[0], 2.0)", "np.ndarray.__add__(x, 1.0).sum()", "np.ndarray.mean(x)", "{x: 1}"]
)
def test_methods_by_their_class(shell: Shell, text: str) -> None:
    shell("import numpy as np")
    plain, ours = both(shell, f"a = 2.0\nx = np.array([a, 0.5])\n{text}")
    assert ours == plain


@pytest.mark.parametrize("text", ["np.maximum(z, 1.5)", "np.minimum(z, x)", "np.fmax(z, x)"])
def test_numpy_warns_of_nothing_that_the_cell_has_not_asked(shell: Shell, text: str) -> None:
    shell("import numpy as np, warnings\nwarnings.simplefilter('always')")
    w = shell.autograd(f"a = 2.0\nx = np.array([a, a*a])\nz = x * 2\nL = {text}.sum()\nL")
    assert (shell.output.stderr, w.grads["a"] > 0) == ("", True)
