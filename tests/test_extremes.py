"""Python's ``max`` and ``min`` of numbers: nodes with all their arguments; the gradient goes to the one that Python
returned, and a slider crosses the point where that changes without a run of the cell.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from shell import Shell
from test_replays import typescript


def plainly(text: str, **moved: float) -> float:
    """The cell's result, as Python has it; the first lines are the leaves."""
    namespace: dict[str, Any] = {"np": np}
    body, _, last = text.rpartition("\n")
    for name, number in moved.items():
        body = "\n".join(f"{name} = {number!r}" if line.startswith(f"{name} = ") else line for line in body.split("\n"))
    exec(body, namespace)
    return float(eval(last, namespace))


CELLS = [
    "a = 2.0\nb = -3.0\nmax(a, b) * a",
    "a = 2.0\nb = -3.0\nmin(a, b) * a",
    "a = 2.0\nb = -3.0\nmax(0.0, b) + max(a, 1.0) * b",
    "a = 2.0\nb = -3.0\nmax(0, b) + min(a, 1) * b",
    "a = 2.0\nb = -3.0\nmax([a, b, a * b, 0.5]) * a",
    "a = 2.0\nb = -3.0\nmin(t * t for t in (a, b, a + b)) * b",
    "a = 2.0\nb = -3.0\nmax([], default=a) * min([b], default=0.0)",
    "a = 2.0\nb = -3.0\nsum(map(max, [a, b], [b, a]))",
    "a = 2.0\nb = -3.0\nmax({a: 1, b: 2}) * a",
    "a = 2.0\nb = -3.0\nmax(a, b, key=abs) * a",
    "a = 2.0\nb = -3.0\nmax(np.float64(a), b) * a",
    "a = 2.0\nb = -3.0\nmax(a, float('nan')) * a + min(b, True)",
]


@pytest.mark.parametrize("text", CELLS)
def test_numbers_and_gradients_are_those_of_plain_runs(shell: Shell, text: str) -> None:
    shell("import numpy as np")
    w = shell.autograd(text)
    for b in (-3.0, 5.0, 0.25, 1.5):
        w.set(b=b)
        now = float(w.tape.values[w.tape.root])
        assert now == plainly(text, b=b)
        for name, at in {"a": 2.0, "b": b}.items():
            here = {"a": 2.0, "b": b}
            up, down = (plainly(text, **{**here, name: at + h}) for h in (1e-6, -1e-6))
            assert w.grads[name] == pytest.approx((up - down) / 2e-6, abs=1e-6)


def test_a_slider_crosses_without_a_run(shell: Shell) -> None:
    w = shell.autograd("a = 2.0\nb = -3.0\nm = max(a, b, -4.0)\nm * 2", "--no-rerun")
    assert (w.values["m"], w.grads["a"], w.grads["b"]) == (2.0, 2.0, 0.0)
    w.set(b=7.0)
    assert (w.values["m"], w.grads["a"], w.grads["b"]) == (7.0, 0.0, 2.0)
    at = [[4.0 if leaf.name == "a" else 3.0 for leaf in w.tape.leaves], [leaf.start for leaf in w.tape.leaves]]
    for row, answer in zip(at, typescript([(w.tape, at)])[0], strict=True):
        w.set({leaf.name: x for leaf, x in zip(w.tape.leaves, row, strict=True)})
        assert answer["verdict"] == "exact" and [*answer["grads"]] == [*w.tape.grads]


@pytest.mark.parametrize(("call", "first", "second"), [("max(a, b)", 1.0, 0.0), ("min(b, a)", 0.0, 1.0)])
def test_a_tie_goes_to_the_one_that_python_returned(shell: Shell, call: str, first: float, second: float) -> None:
    w = shell.autograd(f"a = 2.0\nb = 2.0\nm = {call}\nm")
    assert (w.grads["a"], w.grads["b"]) == (first, second)


def test_which_kind_of_number_it_is_decides(shell: Shell) -> None:
    w = shell.autograd("x = 2.0\nm = max(1, x)\nkind = type(m).__name__\nm * 1")
    assert shell.names["kind"] == "float"
    w.set(x=0.5)
    assert shell.names["kind"] == "int" and w.values["m"] == 1.0


def test_what_is_no_number_is_as_without_the_magic(shell: Shell) -> None:
    for call, error in (
        ("max(x, 'a')", TypeError),
        ("max([])", ValueError),
        ("max(x)", TypeError),
        ("max()", TypeError),
    ):
        texts = []
        for head in ("", "%%autograd\n"):
            with pytest.raises(error) as raised:
                shell(f"{head}x = 2.0\n{call}")
            texts.append(str(raised.value))
        assert texts[0] == texts[1] and "Number" not in texts[0]


def test_values_of_the_lectures_class_stay_themselves(shell: Shell) -> None:
    shell("from autograd_magic import Value")
    w = shell.autograd("a = Value(2.0, label='a')\nb = Value(3.0, label='b')\nm = max(a, b)\nsame = m is b\nm * 2")
    assert shell.names["same"] and w.grads["b"] == 2.0
