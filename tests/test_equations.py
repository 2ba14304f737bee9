"""A node's formula as text: Python that runs and gives the same number, LaTeX, DOT."""

from __future__ import annotations

import ast
import math

import pytest
from corpus import BEFORE, CELLS
from graphs import graph
from hypothesis import given
from hypothesis import strategies as st
from shell import LECTURE, Shell

from autograd_magic import Value, explore
from autograd_magic.engine.guards import refuses
from autograd_magic.engine.tape import Tape
from autograd_magic.export.equations import typeset, written


def ran(text: str) -> float:
    """What the last statement of a Python text gives its name."""
    names: dict[str, float] = {}
    exec(text, names)
    last = ast.parse(text).body[-1]
    assert isinstance(last, ast.Assign) and isinstance(last.targets[0], ast.Name)
    return names[last.targets[0].id]


def test_the_lecture(shell: Shell) -> None:
    w = shell.autograd(LECTURE)
    assert w.formula() == (
        "\\begin{aligned}\n  e &= a \\cdot b \\\\\n  d &= e + c \\\\\n  L &= d \\cdot f\n\\end{aligned}"
    )
    assert w.formula("L", "python") == (
        "import math\n\na = 2.0\nb = -3.0\nc = 10.0\nf = -2.0\ne = a * b\nd = e + c\nL = d * f\n"
    )
    assert w.formula("e") == "e = a \\cdot b"
    assert w.formula("a", "python") == "import math\n\na = 2.0\n"
    assert '"{ d | data 4.0000 | grad -2.0000 }"' in w.formula("d", "dot")
    w.set(a=3.0)
    assert ran(w.formula("L", "python")) == -2.0
    with pytest.raises(ValueError, match="one of latex, python, dot, not as 'word'"):
        w.formula("L", "word")
    with pytest.raises(KeyError, match="there are: a, b, c"):
        w.formula("nowhere")


@pytest.mark.parametrize("seed", range(60))
def test_python_gives_the_same_number(seed: int) -> None:
    tape = Tape(graph(seed, 12, reach=6))
    text = written(tape, tape.root, "python")
    wanted = float(tape.values[tape.root])
    try:
        found = ran(text)
    except (ValueError, ZeroDivisionError, OverflowError, TypeError):  # TypeError: of a complex number
        arguments = [[float(tape.values[arg]) for arg in args] for args in tape.args]
        assert any(map(refuses, tape.rows, arguments)) or not all(map(math.isfinite, tape.values))
        return
    assert found == pytest.approx(wanted, rel=1e-9, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS)
def test_the_formulas_of_teaching_notebooks(shell: Shell, cell: str) -> None:
    shell(BEFORE)
    shell(f"%%autograd --as w\n{cell}")
    w = shell.names.get("w")
    if w is None or len(w.tape) > 400:
        return
    wanted = float(w.tape.values[w.tape.root])
    if math.isfinite(wanted):
        assert ran(w.formula(form="python")) == pytest.approx(wanted, rel=1e-9)
    latex = w.formula()
    assert latex.count("{") - latex.count("\\{") == latex.count("}") - latex.count("\\}")
    assert latex.count("\\left") == latex.count("\\right")


def test_how_latex_is_set() -> None:
    a, b, w = Value(2.0, label="a"), Value(-3.0, label="b_1"), Value(1.5, label="alpha")
    y = ((a * b + 1) ** 2 / (w - 3) - (-a) ** 3) * (a.tanh() + a.exp() - (b - 1e-7))
    y.label = "y"
    assert written(Tape(y), Tape(y).root, "latex") == (
        "y = \\left(\\frac{\\left(a \\cdot b_{1} + 1\\right)^{2}}{\\alpha - 3} - \\left(-a\\right)^{3}\\right) \\cdot "
        "\\left(\\tanh\\left(a\\right) + e^{a} - \\left(b_{1} - 1e-07\\right)\\right)"
    ).replace("1e-07", "1 \\cdot 10^{-7}")


def test_what_is_used_twice_is_a_step() -> None:
    a = Value(0.5, label="a")
    u = a.sin() + 1
    y = u * u
    assert written(Tape(y), Tape(y).root, "python") == ("import math\n\na = 0.5\nt1 = math.sin(a) + 1\nt2 = t1 * t1\n")


def test_what_math_does_not_have_is_defined() -> None:
    x = Value(-0.3, label="x")
    for made in (x.relu(), x.sigmoid(), x.softplus()):
        tape = Tape(made)
        text = written(tape, tape.root, "python")
        assert "def " in text and ran(text) == pytest.approx(made.data, rel=1e-15)


def test_a_long_sum_is_cut_into_steps_and_a_long_text_refused() -> None:
    x = Value(1.0, label="x")
    y = x
    for _ in range(200):
        y = y + x
    tape = Tape(y)
    assert ran(written(tape, tape.root, "python")) == 201.0
    for _ in range(400):
        y = y + x
    with pytest.raises(ValueError, match="is made of 601 numbers; formulas are written for up to 500"):
        explore(y).formula()


def test_numbers_keep_their_sign_and_their_place(shell: Shell) -> None:
    w = shell.autograd("x = 2.0\ny = 1e20 ** x\ny")
    assert w.formula() == "y = \\left(1 \\cdot 10^{20}\\right)^{x}"
    w = shell.autograd("x = 2.0\ny = x * -0.0\ny")
    assert math.copysign(1, ran(w.formula(form="python"))) == -1


@given(st.text(max_size=12), st.text(max_size=12))
def test_labels_become_names_and_nothing_else(one: str, other: str) -> None:
    x, y = Value(2.0, label=one), Value(3.0, label=other)
    root = x * y
    text = written(Tape(root), Tape(root).root, "python")
    assert ran(text) == 6.0
    assert all(isinstance(step, (ast.Import, ast.Assign)) for step in ast.parse(text).body)
    written(Tape(root), Tape(root).root, "latex")


def test_python_before_3_11(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("exp2", "cbrt"):
        monkeypatch.delattr(math, name, raising=False)
    w = shell.autograd("import numpy as np\nx = -8.5\ny = np.cbrt(x) + np.exp2(x / 4)\ny")
    assert ran(w.formula(form="python")) == pytest.approx(w.values["y"], rel=1e-12)


def test_how_mathml_is_set() -> None:
    a, b = Value(2.0, label="a"), Value(-3.0, label="b_1")
    y = (a * b + 1) ** 2 / a.sqrt() - a.exp() * 1e-7
    y.label = "y"
    ((_, line),) = [typeset(Tape(y), Tape(y).root)]
    assert line == ["mtr", ["mtd", ["mi", "y"]], ["mtd", ["mo", "="]], ["mtd", line[3][1]]]
    product = ["mrow", ["mi", "a"], ["mo", "·"], ["msub", ["mi", "b"], ["mn", "1"]]]
    squared = ["msup", ["mrow", ["mo", "("], ["mrow", product, ["mo", "+"], ["mn", "1"]], ["mo", ")"]], ["mn", "2"]]
    small = ["mrow", ["mn", "1"], ["mo", "·"], ["msup", ["mn", "10"], ["mn", "−7"]]]
    power = ["msup", ["mi", "e"], ["mi", "a"]]
    assert line[3][1] == [
        "mrow",
        ["mfrac", squared, ["msqrt", ["mi", "a"]]],
        ["mo", "−"],
        ["mrow", power, ["mo", "·"], ["mrow", ["mo", "("], small, ["mo", ")"]]],
    ]


def test_a_fraction_to_a_power_has_brackets() -> None:
    a = Value(2.0, label="a")
    y = a.reciprocal() ** 2
    y.label = "y"
    assert written(Tape(y), Tape(y).root, "latex") == "y = \\left(\\frac{1}{a}\\right)^{2}"
