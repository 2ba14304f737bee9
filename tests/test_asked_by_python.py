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
