"""One owner a number: what a widget takes from another cell it reads anew, and writes to the notebook only its own."""

from __future__ import annotations

import numpy as np
import pytest
from shell import Shell

from autograd_magic.cell.traces import CannotExplore

ONE = "k0 = 3.0\nm = [k0 * 2]\nr = k0 * 1.5\nr"
TWO = "b = 5.0\ny = b * m[0]\ny"


def two(shell: Shell) -> tuple:
    one = shell.autograd(ONE)
    return one, shell.autograd(TWO)


def test_a_number_of_another_cell_is_read_anew(shell: Shell) -> None:
    one, other = two(shell)
    assert {leaf.key for leaf in other.tape.leaves} == {
        *(leaf.key for leaf in other.tape.leaves if leaf.name == "b"),
        "m[0]",
    }
    one.set(k0=4.0)
    assert other.stale == "m[0] is 8 now, and this was run with 6" == other.model.stale
    other.set(b=6.0)
    assert (other.values["y"], other.values["m[0]"], other.stale) == (48.0, 8.0, "")
    assert (shell.names["k0"], one.values["k0"], one.values["r"], shell.names["r"]) == (4.0, 4.0, 6.0, 6.0)
    assert one.stale == ""


def test_a_widget_moves_what_it_took_and_gives_it_back(shell: Shell) -> None:
    one, other = two(shell)
    other.set({"m[0]": 10.0})
    assert (other.values["y"], other.grads["m[0]"]) == (50.0, 5.0)
    assert (float(shell.names["m"][0]), shell.names["k0"], one.values["k0"], one.stale, other.stale) == (
        6.0,
        3.0,
        3.0,
        "",
        "",
    )
    other.reset()
    assert other.values["y"] == 30.0


def test_what_was_moved_stays_moved_when_what_was_taken_changes(shell: Shell) -> None:
    one, other = two(shell)
    other.set({"m[0]": 10.0})
    one.set(k0=4.0)
    assert other.stale
    other.set(b=6.0)
    assert other.values["y"] == 60.0
    other.reset()
    assert other.values["y"] == 40.0


def test_moves_of_two_widgets_in_turn(shell: Shell) -> None:
    one, other = two(shell)
    for k0, b in ((4.0, 6.0), (-1.0, 2.0), (0.5, 0.25), (3.0, 5.0)):
        one.set(k0=k0)
        other.set(b=b)
        assert (other.values["y"], one.values["r"]) == (b * k0 * 2, k0 * 1.5)
        assert (float(shell.names["y"]), float(shell.names["r"])) == (b * k0 * 2, k0 * 1.5)
        assert one.stale == other.stale == ""


def test_a_list_of_parameters_in_two_other_cells(shell: Shell) -> None:
    made = shell.autograd("p = 2.0\nq = 3.0\nps = [p * 1.0, q * 1.0]\ns = p + q\ns")
    first = shell.autograd("x = 1.5\ny = x * ps[0]\ny")
    second = shell.autograd("x2 = 4.0\nz = x2 * ps[0] * ps[1]\nz")
    first.set({"ps[0]": 9.0})
    assert (second.stale, made.stale, second.values["z"]) == ("", "", 24.0)
    made.set(p=5.0)
    assert first.stale and second.stale
    second.set(x2=1.0)
    assert second.values["z"] == 15.0


def test_parameters_that_are_values_are_moved_for_everybody(shell: Shell) -> None:
    shell("from autograd_magic import Value\nps = [Value(2.0, label='p'), Value(3.0, label='q')]")
    first = shell.autograd("x = 1.5\ny = x * ps[0]\ny")
    second = shell.autograd("x2 = 4.0\nz = x2 * ps[0] * ps[1]\nz")
    first.set(p=9.0)
    assert shell.names["ps"][0].data == 9.0
    assert second.stale == "p is 9 now, and this was run with 2"
    second.set(x2=1.0)
    assert second.values["z"] == 27.0
    first.reset()
    assert shell.names["ps"][0].data == 2.0
    assert second.stale == "p is 2 now, and this was run with 9"


def test_a_value_that_a_later_cell_trains(shell: Shell) -> None:
    shell("from autograd_magic import Value\np = Value(2.0, label='p')")
    w = shell.autograd("x = 1.5\ny = x * p\ny")
    shell("p.data = 7.0")
    assert w.stale == "p is 7 now, and this was run with 2"
    w.set(x=2.0)
    assert (w.values["y"], w.stale, shell.names["p"].data) == (14.0, "", 7.0)


@pytest.mark.parametrize(
    ("before", "cell", "change", "stale", "end"),
    [
        ("c = 3.0", "x = 2.0\nx * c", "c = 10.0", "c is 10 now, and this was run with 3", 40.0),
        ("def f(x):\n    return 3 * x", "x = 2.0\nf(x)", "def f(x):\n    return x * x", "f has changed since", 16.0),
        ("data = [1.0, 2.0]", "x = 2.0\nsum(x * d for d in data)", "data.append(3.0)", "data has changed since", 24.0),
        ("data = [1.0, 2.0]", "x = 2.0\nsum(x * d for d in data)", "data = [5.0]", "data has changed since", 20.0),
        (
            "k = 3.0\ndef f(x):\n    return k * x",
            "x = 2.0\nf(x)",
            "k = 5.0",
            "k is 5 now, and this was run with 3",
            20.0,
        ),
        ("c = 3.0", "x = 2.0\nc = c * x\nc", "c = 10.0", "c is 10 now, and this left it at 6", 40.0),
        ("import numpy as np\nv = np.ones(2)", "x = 2.0\n(x * v).sum()", "v[0] = 4.0", "v has changed since", 20.0),
    ],
)
def test_a_run_reads_what_a_fresh_run_would_read(
    shell: Shell, before: str, cell: str, change: str, stale: str, end: float
) -> None:
    shell(before)
    w = shell.autograd(cell)
    shell("unrelated = 1")
    assert w.stale == ""
    shell(change)
    assert stale in w.stale
    w.set(x=4.0)
    assert (w.values[w.root], w.stale) == (end, "")
    w.motion.again()
    assert (w.values[w.root], w.stale) == (end, "")
    w.set(x=1.0)
    assert w.values[w.root] == (1.0 if "f(x)" in cell and "k" not in before else end / 4)


def test_a_name_of_another_cell_is_read_anew(shell: Shell) -> None:
    one = shell.autograd("k0 = 3.0\nr = k0 * 1.5\nr")
    other = shell.autograd("b = 5.0\ny = b * k0\ny")
    one.set(k0=4.0)
    assert other.stale == "k0 is 4 now, and this was run with 3"
    other.set(b=6.0)
    assert (other.values["y"], other.stale) == (24.0, "")


def test_what_a_cell_has_made_itself_makes_nothing_stale(shell: Shell) -> None:
    w = shell.autograd("x = 2.0\ny = x * 3.0\ny")
    shell("y = 'mine'")
    assert w.stale == ""
    shell("ys = [1.0]\nkept = ys")
    w = shell.autograd("x = 2.0\nys = [x]\ny = x * 3.0\ny")
    shell("kept.append(2.0)")
    assert w.stale == ""


def test_nan_is_still_nan_and_minus_nothing_is_another_number(shell: Shell) -> None:
    shell("c = float('nan')\nd = 0.0")
    w = shell.autograd("x = 2.0\ny = x * d if c != c else x\ny")
    shell("pass")
    assert w.stale == ""
    shell("d = -0.0")
    assert w.stale == "d is -0 now, and this was run with 0"


def test_a_name_that_is_gone_is_said(shell: Shell) -> None:
    shell("c = 3.0")
    w = shell.autograd("x = 2.0\ny = x * c\ny")
    shell("del c")
    assert w.stale == "c is gone since this was run"
    with pytest.raises(NameError):
        w.set(x=4.0)
    assert w.values["y"] == 6.0


def test_of_one_name_one_change_is_said(shell: Shell) -> None:
    shell("data = [1.0, 2.0]")
    w = shell.autograd("x = 2.0\nsum(x * d for d in data)")
    shell("data.append(3.0)\ndata = [5.0]")
    assert w.stale == "data has changed since this was run"


@pytest.mark.parametrize(
    "again",
    [
        "c = 3.0",
        "def f(x):\n    return 3 * x",
        "data = [1.0, 2.0]",
        "class Net:\n    rate = 2.0\n    def go(self, x):\n        return x",
    ],
)
def test_a_cell_that_is_run_again_unchanged_makes_nothing_stale(shell: Shell, again: str) -> None:
    shell(again)
    name = {"c": "c", "def": "f", "data": "data", "class": "Net"}[again.split(maxsplit=1)[0]]
    w = shell.autograd(f"x = 2.0\nunused = {name}\nx * 2.0")
    shell(again)
    assert w.stale == ""


def test_cells_that_are_run_again_in_another_order(shell: Shell) -> None:
    two(shell)
    shell(f"%%autograd --as w\n{TWO}", cell_id="two")
    other = shell.names["w"]
    shell(f"%%autograd --as u\n{ONE.replace('3.0', '7.0')}", cell_id="one")
    assert "m" in other.stale
    other.set(b=1.0)
    assert other.values["y"] == 14.0


def test_without_code_to_run_again_a_change_is_said_and_nothing_is_moved(shell: Shell) -> None:
    shell("c = 3.0")
    w = shell.autograd("x = 2.0\nx * c", "--no-rerun")
    w.set(x=3.0)
    assert w.values[w.root] == 9.0
    shell("c = 5.0")
    assert w.stale == "c is 5 now, and this was run with 3"
    with pytest.raises(CannotExplore, match="c is 5 now"):
        w.set(x=4.0)
    assert (w.values[w.root], w.values["x"]) == (9.0, 3.0)
    shell("c = 3.0")
    w.set(x=4.0)
    assert w.values[w.root] == 12.0


def test_an_explored_graph_of_a_traced_cell_writes_nothing_to_it(shell: Shell) -> None:
    one = shell.autograd("a = 2.0\nb = 3.0\nL = a * b\nL")
    shell("import autograd_magic\nu = autograd_magic.explore(L)")
    other = shell.names["u"]
    other.set(a=5.0)
    assert (other.values["L"], float(shell.names["a"]), one.values["a"], one.stale) == (15.0, 2.0, 2.0, "")
    one.set(b=4.0)
    assert "b is 4 now" in other.stale
    other.set(a=6.0)
    assert (other.values["L"], other.stale) == (24.0, "")
    assert (float(shell.names["L"]), one.values["L"]) == (8.0, 8.0)


def test_explored_values_follow_what_others_make_of_them(shell: Shell) -> None:
    shell("from autograd_magic import Value\na = Value(2.0, label='a')\nL = a * 3.0")
    shell("import autograd_magic\nu = autograd_magic.explore(L)")
    other = shell.names["u"]
    other.set(a=5.0)
    assert (shell.names["a"].data, shell.names["L"].data) == (5.0, 15.0)
    shell("a.data = 7.0")
    assert other.stale == "a is 7 now, and this graph has 5"


def test_what_a_finished_graph_has_taken_is_read_anew(shell: Shell) -> None:
    shell("from autograd_magic import Value, explore\na, b = Value(2.0, label='a'), Value(3.0, label='b')")
    w = shell("L = a * b\nexplore(L)")
    shell("a.data = 7.0")
    w.set(b=4.0)
    assert (w.values[w.root], w.model.tape["trace"]) == (28.0, w.motion.number)
    assert w.motion.number > 1
    assert [leaf.name for leaf in w.tape.leaves] == ["a", "b"]
    assert np.frombuffer(w.model.tape["leaves"]["start"], "<f8").tolist() == [7.0, 3.0]
    w.set(a=5.0)
    shell("a.data = 9.0")
    w.set(b=1.0)
    assert w.values[w.root] == 9.0  # who has moved it last
    w.reset()
    assert (w.values[w.root], shell.names["a"].data) == (21.0, 7.0)


def test_where_a_guard_breaks_nothing_is_read_anew(shell: Shell) -> None:
    shell("from autograd_magic import Value\np = Value(2.0, label='p')")
    w = shell.autograd("x = 1.5\ny = x * p if p > 1 else -p\ny", "--no-rerun")
    shell("p.data = 0.5")
    with pytest.raises(CannotExplore, match="p > 1 is no longer true"):
        w.set(x=3.0)
    assert (w.values["y"], w.values["x"]) == (3.0, 1.5)
    shell("p.data = 4.0")
    w.set(x=3.0)
    assert (w.values["y"], w.stale) == (12.0, "")


def test_what_another_widget_has_made_is_its_own_to_write(shell: Shell) -> None:
    shell("from autograd_magic import Value\np = Value(2.0, label='p')")
    one = shell.autograd("L = p * 3.0\nL")
    other = shell.autograd("x = 1.5\ny = x * L if x > 1 else -L\ny")
    for x, y in ((2.0, 30.0), (0.5, -15.0), (1.5, 22.5)):
        other.set(p=5.0, x=x)
        assert (other.values["y"], shell.names["L"].data, one.values["L"]) == (y, 6.0, 6.0)
    assert one.stale == "p is 5 now, and this was run with 2"


def test_an_array_with_another_cells_number_shows_it_where_its_own_graph_has_it(shell: Shell) -> None:
    """Also to code that no cell runs: a callback of a button."""
    shell.autograd("n = 3.0\ne = [7.0, n * 2.0]\nsum(e) * n")
    w = shell.autograd("import numpy as np\na = 0.5\nh = np.array([e[1], a])\nL = (h * h).sum()\nL")
    w.set({"e[1]": 0.75})
    h = shell.names["h"]
    assert h.tolist() == [*h] == [h.item(0), h[1]] == [0.75, 0.5]


def test_of_several_changes_the_first_is_said(shell: Shell) -> None:
    shell("c, d = 3.0, 4.0")
    w = shell.autograd("x = 2.0\nx * c * d")
    shell("c, d = 5.0, 6.0")
    assert w.stale == "c is 5 now, and this was run with 3 (and 1 more)"


def test_the_graph_of_one_cell_does_not_reach_into_another(shell: Shell) -> None:
    _, other = two(shell)
    assert sorted(other.tape.label(place) for place in range(len(other.tape))) == ["b", "m[0]", "y"]


def test_what_is_closed_owns_nothing(shell: Shell) -> None:
    one, other = two(shell)
    one.close()
    other.set(b=6.0)
    assert other.values["y"] == 36.0


@pytest.mark.parametrize(
    "binding",
    [
        "v = m[0]",
        "v, u = m[0], 1.0",
        "v, u = m",
        "for v in m[:1]:\n    pass",
        "(v := m[0])",
        "[v] = m[:1]",
        "with nullcontext(m[0]) as v:\n    pass",
        "match m:\n    case [v, _]:\n        pass",
        "def put():\n    global v\n    v = m[0]\nput()",
    ],
)
def test_a_name_that_the_cell_gives_to_another_cells_number_is_its_own(shell: Shell, binding: str) -> None:
    shell("from contextlib import nullcontext")
    one = shell.autograd("k0 = 3.0\nm = [k0 * 2, k0]\nr = k0 * 1.5\nr")
    other = shell.autograd(f"b = 5.0\n{binding}\ny = b * m[0]\ny")
    other.set({"m[0]": 10.0})
    assert (float(shell("v")), float(shell("m[0]")), float(shell("y")), other.stale) == (10.0, 6.0, 50.0, "")
    one.set(k0=4.0)
    other.set(b=6.0)
    assert (float(shell("v")), float(shell("m[0]")), float(shell("y"))) == (10.0, 8.0, 60.0)
    other.reset()
    assert (float(shell("v")), float(shell("y"))) == (8.0, 40.0)
