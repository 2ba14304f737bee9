"""What numbers are called that were assigned to one name one after the other."""

from __future__ import annotations

from typing import Any

import pytest
from shell import Shell


def labels(w: Any) -> dict[str, float]:
    tape = w.tape
    return {tape.label(node): float(tape.values[node]) for node in range(len(tape)) if tape.label(node)}


def test_the_bare_name_means_the_last_number_it_held(shell: Shell) -> None:
    w = shell.autograd("a = 2.0\nloss = 0.0\nloss += a\nloss += a * 3\nloss += 1.0\nloss")
    assert labels(w) == {"a": 2.0, "loss (start)": 0.0, "loss₁": 2.0, "loss₂": 8.0, "loss": 9.0}
    assert (w.values["loss"], w.values["loss₁"], w.grads["loss (start)"]) == (9.0, 2.0, 1.0)
    assert {leaf.name: leaf.begins for leaf in w.tape.leaves} == {"a": False, "loss (start)": True}
    w.set(loss=1.0)
    assert w.values["loss"] == 10.0 == shell("loss")
    assert labels(w)["loss₁"] == 3.0


@pytest.mark.parametrize(
    ("cell", "begins"),
    [
        ("p = 1.0\nfor t in (2.0, 3.0):\n    p *= t * a\np", True),
        ("p = 1.0\nfor t in (2.0, 3.0):\n    p = p * a\np", True),
        ("p = 0.0\nfor t in (2.0, 3.0):\n    p = t * a + p\np", True),
        ("p = 0.0\nfor t in (2.0, 3.0):\n    p *= t * a\np", False),
        ("p = 1.0\np += a\np", False),
        ("p = 0.0\nq = p + a\nq", False),
        ("p = 0.0\np += a\np + a", True),
        ("p = 0.0\nq = p * a\np += q\np", False),
    ],
)
def test_what_a_sum_or_a_product_only_begins_with(shell: Shell, cell: str, begins: bool) -> None:
    w = shell.autograd(f"a = 2.0\n{cell}")
    found = {leaf.name: leaf.begins for leaf in w.tape.leaves}
    assert found == {"a": False, "p (start)" if "p (start)" in found else "p": begins}


def test_set_moves_what_was_written_and_lists_what_could_be_meant(shell: Shell) -> None:
    w = shell.autograd("x = 2.0\nx = x * 3\ny = x * x\ny")
    assert labels(w) == {"x (start)": 2.0, "x": 6.0, "y": 36.0}
    w.set(x=1.0)
    assert (w.values["x"], w.values["y"]) == (3.0, 9.0)
    w = shell.autograd("x = 2.0\nu = x * 3\nx = 5.0\ny = x * u\ny")
    assert labels(w) == {"x (start)": 2.0, "u": 6.0, "x": 5.0, "y": 30.0}
    with pytest.raises(KeyError, match=r"'x' was written 2 times: say which one, 'x \(line 2\)' or 'x \(line 4\)'"):
        w.set(x=1.0)
    w.set({"x (line 4)": 1.0})
    assert w.values["y"] == 6.0
    w.set({"x (start)": 1.0})
    assert w.values["y"] == 3.0


def test_names_of_functions_and_of_loops(shell: Shell) -> None:
    w = shell.autograd("a = 2.0\ndef f(t):\n    h = t * t\n    return h + 1\ny = f(a) * f(a + 1)\ny")
    assert labels(w) == {"a": 2.0, "h₁": 4.0, "h": 9.0, "y": 50.0}
    w = shell.autograd("x = 2.0\ny = 1.0\nfor k in range(2):\n    x = x * 3\n    y = y * x\n    x = 4.0\ny")
    assert labels(w)["x"] == 4.0 and w.values["x"] == 4.0


def test_a_name_that_holds_another_number_by_now_names_none_before(shell: Shell) -> None:
    w = shell.autograd("a = 2.0\nother = a * 5\nbest = a * 3\nkeep = best + other\nbest = other\nkeep")
    assert labels(w) == {"a": 2.0, "other": 10.0, "best₁": 6.0, "keep": 16.0} and w.values["best"] == 10.0


def test_labels_that_the_user_has_given_stay(shell: Shell) -> None:
    shell("from autograd_magic import Value")
    w = shell.autograd("x = Value(2.0, label='w')\nw = x * 3\nw = w * 2\ny = w + x\ny")
    assert [label for label in map(w.tape.label, range(len(w.tape))) if label] == ["w", "w₁", "w", "y"]


def test_a_number_of_another_cell_that_is_assigned_again(shell: Shell) -> None:
    shell("s = 2.0")
    w = shell.autograd("s = s * 3\ny = s + 1\ny")
    assert labels(w) == {"s (start)": 2.0, "s": 6.0, "y": 7.0}
    w.set(s=1.0)
    assert w.values["y"] == 4.0
