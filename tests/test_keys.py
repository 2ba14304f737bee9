"""One key a leaf, for its whole life: places of writing in several cells, and Values that are written out."""

from __future__ import annotations

import pytest
from shell import Shell

from autograd_magic import explore


def test_places_of_two_cells_at_the_same_line_and_column_are_two_leaves(shell: Shell) -> None:
    shell("%%autograd\ndef f(x):\n    k = 3.0\n    return k * x\nr = f(1.0)\nr")
    w = shell.autograd("def g(x):\n    a = 2.0\n    return a * x\nb = 5.0\ny = f(b) + g(b)\ny")
    assert w.values["y"] == 25.0
    assert {leaf.name: leaf.start for leaf in w.tape.leaves} == {"k": 3.0, "a": 2.0, "b": 5.0}
    assert len({leaf.key for leaf in w.tape.leaves}) == 3
    w.set(k=4.0)
    assert (w.values["y"], w.grads["k"], w.grads["a"], w.grads["b"]) == (30.0, 5.0, 5.0, 6.0)


def test_a_value_on_another_branch_has_a_number_of_its_own(shell: Shell) -> None:
    w = shell.autograd("s = 1.0\nif s > 0:\n    p = Value(2.0)\nelse:\n    p = Value(5.0)\ny = p * s\ny", "--root y")
    assert w.values["y"] == 2.0
    w.set(s=-1.0)
    assert (w.values["y"], w.values["p"]) == (-5.0, 5.0)
    w.set(p=7.0)
    w.set(s=1.0)
    assert w.values["y"] == 2.0
    w.set(s=-1.0)
    assert w.values["y"] == -7.0


@pytest.fixture(autouse=True)
def _value(shell: Shell) -> None:
    shell("from autograd_magic import Value")


def test_values_of_one_function_are_told_apart_by_who_called_it(shell: Shell) -> None:
    """A call that only one branch makes shifts no other Value."""
    shell("def make(x):\n    return Value(x)")
    w = shell.autograd("s = 1.0\nq = 0.0\nif s > 0:\n    q = make(7.0)\np = make(2.0)\ny = p * s + q\ny")
    assert w.values["y"] == 9.0
    w.set(s=-1.0)
    assert w.values["y"] == -2.0


def test_what_a_loop_writes_out_is_told_apart_by_the_count(shell: Shell) -> None:
    w = shell.autograd("ps = [Value(x, label=f'p{x:.0f}') for x in (1.0, 2.0, 3.0)]\nsum(ps)")
    assert len({leaf.key for leaf in w.tape.leaves}) == 3
    w.set(p2=20.0)
    assert w.values[w.root] == 24.0


def test_a_value_that_nobody_moved_follows_the_code(shell: Shell) -> None:
    w = shell.autograd("a = 2.0\nb = Value(3 * a, label='v')\ny = a * b\ny")
    w.set(a=4.0)
    assert (w.values["v"], w.values["y"]) == (12.0, 48.0)
    w.set(v=1.0)
    w.set(a=5.0)
    assert (w.values["v"], w.values["y"]) == (1.0, 5.0)
    w.set(v=9.0)
    w.set(a=3.0)  # there the code itself puts it at 9
    assert list(w.model.tape["at"].values()) == ["3.0"]
    w.reset()
    assert (w.values["v"], w.values["y"]) == (6.0, 12.0)


def test_the_same_label_on_both_branches_is_two_leaves(shell: Shell) -> None:
    text = "s = 1.0\nif s > 0:\n    k = 2.0\n    v = Value(3.0 * k, label='v')\nelse:\n    v = Value(5.0, label='v')\ny = v * s\ny"
    w = shell.autograd(text)
    w.set(v=10.0)
    w.set(s=-1.0)
    assert (w.values["v"], w.values["y"]) == (5.0, -5.0)
    w.set(s=2.0)
    assert (w.values["v"], w.values["y"]) == (10.0, 20.0)


def test_a_number_that_is_off_the_path_keeps_its_kind(shell: Shell) -> None:
    w = shell.autograd("s = 1.0\ny = s\nif s > 0:\n    n = 2\n    y = n * s\ny")
    for number, kind in ((3.0, int), (2.5, float), (3.0, float)):
        w.set(n=number)
        w.set(s=-1.0)
        w.set(s=-2.0)
        w.set(s=1.0)
        assert (shell.names["n"].data, type(shell.names["n"].data)) == (number, kind)


def test_elements_that_look_alike_are_told_apart(shell: Shell) -> None:
    shell("class K:\n    def __repr__(self):\n        return 'k'\nd = {K(): 1.0, K(): 2.0}")
    w = shell.autograd("y = 0.0\nfor k in d:\n    y = 10 * y + d[k]\ny", "--wrt d")
    assert w.values["y"] == 12.0
    assert len({leaf.key for leaf in w.tape.leaves}) == len(w.tape.leaves)


def test_elements_that_a_loop_lends_anew_are_told_apart(shell: Shell) -> None:
    w = shell.autograd("y = 0.0\nfor k in range(3):\n    w_ = [1.0 * (k + 1)]\n    y = y + w_[0]\ny", "--wrt w_")
    assert w.values["y"] == 6.0
    assert len({leaf.key for leaf in w.tape.leaves}) == len(w.tape.leaves) == 4


def test_keys_of_an_explored_function_are_its_arguments(shell: Shell) -> None:
    w = explore(lambda x, y: x * y, x=3.0, y=2.0)
    assert [leaf.key for leaf in w.tape.leaves] == ["x", "y"]


@pytest.mark.parametrize(
    "ends", ["sys.exit()", "raise SystemExit(3)", "raise BaseException('mine')", "raise GeneratorExit"]
)
def test_whatever_ends_a_second_run_ends_no_more_than_that(shell: Shell, ends: str) -> None:
    shell("import sys")
    w = shell.autograd(f"x = 2.0\nif x > 3:\n    {ends}\ny = x * x\ny")
    key = w.tape.leaves[0].key
    w.model.leaves = {"trace": 1, "question": 1, "at": {key: "4.0"}, "done": True, "by": "view"}
    assert w.model.answer["status"] == "error"
    assert w.model.answer["line"] == 4
    assert (w.values["y"], shell.names["y"]) == (4.0, 4.0)
    w.set(x=3.0)
    assert w.values["y"] == 9.0


def test_a_whole_number_that_is_back_where_it_started_is_whole(shell: Shell) -> None:
    w = shell.autograd("n = 0\nx = 2.0\ny = n + x\ny")
    w.set(n=0.5)
    w.set(n=-0.0)
    assert repr(shell.names["n"]) == "0"
