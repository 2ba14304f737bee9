"""Gradients that the graph does not know, and those that were measured, where they are written."""

from __future__ import annotations

import math

import pytest
from shell import Shell

from autograd_magic.engine.value import Value
from autograd_magic.export.draw import draw_dot
from autograd_magic.export.phrases import Gradients
from autograd_magic.export.picture import alt_text, picture
from autograd_magic.export.text import tree

MEASURED = "x = 3.0\ny = 2.0\nz = float(str(x))\nL = y * z\nL"
"""z comes back, and the cell may be run again."""
UNKNOWN = "x = 0.0\ny = 2.0\nz = float(str(abs(x)))\nL = y * z\nL"
"""The same at a kink."""
LOOSE = "x = 3.0\ny = 2.0\na = x * 2.0\nL = y * a + complex(a).real\nL"
"""Nobody sees that a comes back."""
ROOT = "from scipy.optimize import brentq\nx = 3.0\ny = 2.0\nz = brentq(lambda t: t * t - x, 0, 10)\nL = y * z\nL"
"""The root that a library has found: y may move without a run."""


def line(text: str, name: str) -> str:
    """What a tree says of a node."""
    return next(found for found in text.split("\n") if found.lstrip("│├└─ ").startswith(f"{name} | "))


def test_a_measured_gradient_is_written_as_about(shell: Shell) -> None:
    w = shell.autograd(MEASURED)
    text = tree(w.tape)
    assert line(text, "x").endswith("| data 3 | grad ≈ 2")
    assert line(text, "y").endswith("| data 2 | grad 3")
    assert ">grad ≈ 2</text>" in picture(w.tape)
    assert "x = 3 (≈ 2), y = 2 (3)" in alt_text(w.tape)
    (note,) = w.model.tape["notes"]
    assert note.startswith("Line 4: float(x) left the graph, and came back; gradient of x is measured by ")
    assert note.endswith("running the cell again with it nudged.")


def test_a_gradient_that_is_not_known_is_a_question_mark(shell: Shell) -> None:
    w = shell.autograd(UNKNOWN)
    assert line(tree(w.tape), "x").endswith("| grad ?")
    assert "nan" not in tree(w.tape) and "nan" not in picture(w.tape)
    assert ">grad ?</text>" in picture(w.tape)
    assert "x = 0 (?)" in alt_text(w.tape)
    assert w.model.tape["notes"] == ["Line 4: float(0) left the graph, and came back: gradient of x is not known."]


def test_each_gradient_is_said_to_be_lost_where_it_is(shell: Shell) -> None:
    w = shell.autograd("k = 0.0\nx = 3.0\nu = float(str(abs(k)))\nz = float(str(x))\nL = x * z + u * x\nL")
    lost, found = w.model.tape["notes"]
    assert lost == "Line 4: float(0) left the graph, and came back: gradient of k is not known."
    assert found.startswith("Line 5: float(x) left the graph, and came back; gradient of x is measured by ")


def test_a_true_nan_stays_one(shell: Shell) -> None:
    w = shell.autograd("import math\nx = 3.0\nL = x * math.nan\nL")
    assert line(tree(w.tape), "x").endswith("| grad nan")
    assert ">grad nan</text>" in picture(w.tape)


@pytest.mark.parametrize(("text", "inner", "found"), [(UNKNOWN, "?", "?"), (LOOSE, "?", "≈ 6")])
def test_what_stands_between_a_leaf_and_where_it_left_is_not_known(
    shell: Shell, text: str, inner: str, found: str
) -> None:
    w = shell.autograd(text)
    tape = w.tape
    gradients = Gradients(tape, tape.root)
    x = next(leaf.node for leaf in tape.leaves if leaf.name == "x")
    assert gradients.written(x) == found
    user = next(node for node, args in enumerate(tape.args) if x in args)
    assert gradients.written(user) == inner
    assert gradients.written(tape.root) == "1"


def test_a_measured_gradient_is_not_known_elsewhere(shell: Shell) -> None:
    w = shell.autograd(ROOT)
    assert line(tree(w.tape), "x").endswith("grad ≈ 0.5774")
    w.set(y=5.0)
    text = tree(w.tape)
    assert line(text, "x").endswith("grad ?")
    assert line(text, "y").endswith("data 5 | grad 1.732")
    w.reset()
    assert line(tree(w.tape), "x").endswith("grad ≈ 0.5774")


def test_a_wrong_gradient_does_not_come_back_when_another_leaf_moves(shell: Shell) -> None:
    w = shell.autograd(LOOSE)
    w.tape.forward({next(k for k, leaf in enumerate(w.tape.leaves) if leaf.name == "y"): 5.0})
    x = next(leaf.node for leaf in w.tape.leaves if leaf.name == "x")
    assert math.isnan(w.tape.backward()[x])  # the graph alone says 10, and it is 12
    w.tape.forward([3.0, 2.0])
    assert w.tape.backward()[x] == pytest.approx(6.0)


def test_another_root_has_its_own_gradients(shell: Shell) -> None:
    w = shell.autograd(LOOSE)
    tape = w.tape
    a = next(node for node in range(len(tape)) if tape.label(node) == "a")
    tape.backward(a)
    try:
        assert line(tree(tape, a), "x").endswith("grad 2")
    finally:
        tape.backward()


def test_a_drawing_of_values_says_the_same(shell: Shell) -> None:
    shell.autograd(UNKNOWN)
    assert "grad ?" in draw_dot(shell.names["L"]).source
    x = Value(1.0, label="x")
    y = x * math.nan
    y.backward()
    assert "grad nan" in draw_dot(y).source
