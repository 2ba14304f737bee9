"""``w.source()``: the cell's text with the present numbers, and nothing else changed."""

from __future__ import annotations

import pytest
from shell import Shell
from test_questions import asked

from autograd_magic import Value, explore
from autograd_magic.cell.traces import CannotExplore


@pytest.mark.parametrize(
    ("cell", "moves", "end"),
    [
        ("x = 2.0  # wide\ny = x*x\ny", {"x": 3.5}, "x = 3.5  # wide\ny = x*x\ny"),
        ("x  =  -2.0\ny = x*x", {"x": -1e-07}, "x  =  -1e-07\ny = x*x"),
        ("x, y = 1.0, 2.0\nx*y", {"y": 7.0}, "x, y = 1.0, 7.0\nx*y"),
        ("x, y = 1.0, 2.0\nx*y", {"x": -0.5, "y": 7.0}, "x, y = -0.5, 7.0\nx*y"),
        ("n = 3\ny = n*2.0\ny", {"n": 5}, "n = 5\ny = n*2.0\ny"),
        ("n = 3\ny = n*2.0\ny", {"n": 5.25}, "n = 5.25\ny = n*2.0\ny"),
        ("rate = 5/100 # five\ny = rate*3.0\ny", {"rate": 0.07}, "rate = 0.07 # five\ny = rate*3.0\ny"),
        (
            "import math\na = (math.pi\n     / 4)\ny = math.sin(a)\ny",
            {"a": 0.5},
            "import math\na = (0.5)\ny = math.sin(a)\ny",
        ),
        ("é = 2.0; ß = 3.0 # üü\ny = é*ß\ny", {"ß": 4.0}, "é = 2.0; ß = 4.0 # üü\ny = é*ß\ny"),
        ("x: float = 1_0.0\ny = x*2\ny", {"x": 20.0}, "x: float = 20.0\ny = x*2\ny"),
        ("if True:\n\tx = 2.0\ny = (k := 3.0)*x\ny", {"x": 1.0, "k": 9.0}, "if True:\n\tx = 1.0\ny = (k := 9.0)*x\ny"),
        ("\n\nx = 2.0\n\ny = x*x\n\ny", {"x": 3.0}, "\n\nx = 3.0\n\ny = x*x\n\ny"),
        (
            "def f(t):\n    c = 2.0\n    return c*t\nx = 3.0\nf(x)",
            {"c": 5.0},
            "def f(t):\n    c = 5.0\n    return c*t\nx = 3.0\nf(x)",
        ),
        ("!true\nx = 2.0\nx*x", {"x": 3.0}, "!true\nx = 3.0\nx*x"),
        ("%%time\nx = 2.0\nx*x", {"x": 3.0}, "%%time\nx = 3.0\nx*x"),
        ("text = '''\nx = 2.0'''\nx = 2.0\nx*x", {"x": 3.0}, "text = '''\nx = 2.0'''\nx = 3.0\nx*x"),
        ("x = 2.0\nx = 5.0\nx*x", {}, "x = 2.0\nx = 5.0\nx*x"),
        (
            "from autograd_magic import Value\na = Value(2.0, label='a'); b = 3.0\na*b",
            {"a": -1.5, "b": 4.0},
            "from autograd_magic import Value\na = Value(-1.5, label='a'); b = 4.0\na*b",
        ),
        (
            "from autograd_magic import Value\na = Value(data=-2.0)\na*a",
            {"a": 1.0},
            "from autograd_magic import Value\na = Value(data=1.0)\na*a",
        ),
    ],
)
def test_the_text_with_other_numbers(shell: Shell, cell: str, moves: dict[str, float], end: str) -> None:
    w = shell.autograd(cell)
    assert w.source() == f"%%autograd --as w\n{cell}"
    if moves:
        w.set(moves)
    there = w.values[w.root]
    assert w.source() == f"%%autograd --as w\n{end}"
    shell(w.source())
    again = shell.names["w"]
    assert again.values[again.root] == there and again.source() == f"%%autograd --as w\n{end}"
    w.reset()
    assert w.source() == f"%%autograd --as w\n{cell}"


def test_what_is_not_written_in_the_cell_stays(shell: Shell) -> None:
    shell("s = 3.0\nw_ = [1.0, 2.0]\nfrom autograd_magic import Value\nv = Value(2.0, label='v')")
    cell = "x = 2.0\nps = [Value(1.0, label='p') for _ in range(2)]\ny = x*s*w_[0]*v*ps[0]*ps[1]\ny"
    w = shell.autograd(cell, "--wrt w_")
    w.set({"s": 4.0, "w_[0]": 5.0, "v": 6.0, "x": 1.0})
    assert w.source() == f"%%autograd --as w --wrt w_\n{cell.replace('2.0', '1.0', 1)}"
    reply = asked(w, ask="source")
    assert (
        (reply["error"], reply["before"]) == ("", f"%%autograd --as w --wrt w_\n{cell}") if "error" in reply else True
    )
    assert (reply["written"], sorted(reply["absent"])) == (w.source(), ["s", "v", "w_[0]"])


def test_where_no_text_is_known() -> None:
    with pytest.raises(CannotExplore, match="The code that made this graph is not known here"):
        explore(Value(2.0, label="x") * 3).source()


@pytest.mark.parametrize(
    ("written", "moved", "wanted"),
    [
        ("w = [1.0, -2.0]", {"w[1]": 7.0}, "w = [1.0, 7.0]"),
        ("w = (0.5,\n     1/4)", {"w[0]": -1.5, "w[1]": 0.5}, "w = (-1.5,\n     0.5)"),
        ("w = [[1.0, 2.0], [3.0, 4.0]]", {"w[1,0]": 0.0}, "w = [[1.0, 2.0], [0.0, 4.0]]"),
        ("w = {'a': 1.0, 'b': [2.0]}", {"w['b'][0]": 5.0}, "w = {'a': 1.0, 'b': [5.0]}"),
        ("w = np.array([1.0, 2.0])", {"w[1]": 3.5}, "w = np.array([1.0, 3.5])"),
    ],
)
def test_elements_that_the_text_writes_out(shell: Shell, written: str, moved: dict[str, float], wanted: str) -> None:
    shell("import numpy as np")
    shell(
        "def total(w):\n    return sum(map(total, getattr(w, 'values', lambda: w)())) if hasattr(w, '__len__') else w"
    )
    w = shell.autograd(f"x = 2.0\n{written}\ny = x*total(w)\ny", "--wrt w")
    w.set(moved)
    assert w.source().partition("\n")[2] == f"x = 2.0\n{wanted}\ny = x*total(w)\ny"
    assert w.written()[2] == []
    there = w.values["y"]
    shell(w.source())
    assert shell("y") == pytest.approx(there)


def test_elements_of_a_name_that_is_bound_twice_stay_as_they_are(shell: Shell) -> None:
    text = "x = 2.0\nw = [1.0, 2.0]\nif x > 5: w = [4.0, 5.0]\ny = x*sum(w)\ny"
    w = shell.autograd(text, "--wrt w")
    w.set({"w[1]": 5.0})
    assert w.source().partition("\n")[2] == text and w.written()[2] == ["w[1]"]
