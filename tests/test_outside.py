"""Containers from earlier cells that a cell changes in place: a run again finds them as the first run did."""

from __future__ import annotations

import pytest
from shell import Shell
from test_questions import moved

from autograd_magic.cell import containers

CELL = "x = 2.0\nif x > 1:\n    L = x * x\nelse:\n    L = 3.0 * x\n{change}\nL"


@pytest.mark.parametrize(
    ("start", "change", "end"),
    [
        ("[1.0]", "held.append(L)", "[1.0, 1.5]"),
        ("[1.0]", "held.append(float(L))", "[1.0, 1.5]"),
        ("{'a': 1}", "held['b'] = L", "{'a': 1, 'b': 1.5}"),
        ("{3.0}", "held.add(float(L))", "{3.0, 1.5}"),
        ("__import__('types').SimpleNamespace(a=1)", "held.a = L", "__import__('types').SimpleNamespace(a=1.5)"),
        ("__import__('numpy').zeros(2)", "held[1] = L", "__import__('numpy').array([0.0, 1.5])"),
    ],
)
def test_a_container_is_put_back_before_the_cell_runs_again(shell: Shell, start: str, change: str, end: str) -> None:
    shell(f"held = {start}")
    widget = shell.autograd(CELL.format(change=change))
    assert "The cell changes held in place" in widget.trace.notes[0]
    widget.set(x=0.5)
    assert repr(shell.names["held"]) == repr(eval(end))
    widget.set(x=4.0)
    widget.set(x=0.5)
    assert repr(shell.names["held"]) == repr(eval(end))


def test_what_the_user_has_changed_since_is_left_alone(shell: Shell) -> None:
    shell("held = []")
    widget = shell.autograd(CELL.format(change="held.append(float(L))"))
    shell("held.append('mine')")
    widget.set(x=0.5)
    assert shell.names["held"] == [4.0, "mine", 1.5]


def test_a_run_that_raises_leaves_the_container_as_it_was(shell: Shell) -> None:
    shell("held = []")
    widget = shell.autograd(CELL.format(change="held.append(float(L))\nif x < 0:\n    raise ValueError('below')"))
    with pytest.raises(ValueError, match="below"):
        widget.set(x=-1.0)
    assert shell.names["held"] == [4.0]
    shell("held.append('mine')")
    with pytest.raises(ValueError, match="below"):
        widget.set(x=-1.0)
    assert shell.names["held"] == [4.0, "mine"]


def test_a_cell_that_changes_nothing_says_nothing(shell: Shell) -> None:
    shell("held = [1.0, 2.0]\nragged = [[1], [1, 2]]")
    assert not shell.autograd("x = 2.0\nx * held[0] * len(ragged)").trace.notes


NET = """
class Net:
    def __init__(self):
        self.steps, self.history, self.parts = 0, [], {"rows": [[0.0]]}
net = Net()
"""


@pytest.mark.parametrize(
    ("change", "names", "look", "end"),
    [
        ("net.steps += 1", "net", "net.steps", "1"),
        ("net.bias = L", "net", "net.bias", "1.5"),
        ("net.history.append(L)", "net.history", "net.history", "[1.5]"),
        ("net.parts['rows'][0].append(L)", "net.parts['rows'][0]", "net.parts", "{'rows': [[0.0, 1.5]]}"),
    ],
)
def test_an_object_of_the_notebook_is_put_back(shell: Shell, change: str, names: str, look: str, end: str) -> None:
    shell(NET)
    widget = shell.autograd(CELL.format(change=change))
    assert f"The cell changes {names} in place" in widget.trace.notes[0]
    widget.set(x=4.0)
    widget.set(x=0.5)
    assert repr(eval(look, shell.names)) == end


def test_a_path_that_changes_nothing_puts_back_what_another_has_changed(shell: Shell) -> None:
    shell("held = []")
    widget = shell.autograd("x = 2.0\nif x > 3:\n    held.append(x)\nx * 2.0")
    widget.set(x=4.0)
    assert len(shell.names["held"]) == 1
    widget.set(x=1.0)
    assert shell.names["held"] == []


def test_a_cell_that_appends_can_be_run_twice(shell: Shell) -> None:
    shell("losses = []")
    for count in range(1, 4):
        widget = shell.autograd("x = 2.0\nL = x * x\nlosses.append(L)\nL")
        assert [leaf.name for leaf in widget.tape.leaves] == ["x"]
        widget.set(x=3.0 + count)
        assert [loss.data for loss in shell.names["losses"]] == [(3.0 + k) ** 2 for k in range(1, count + 1)]


def test_a_path_that_changes_a_list_is_not_taken_up_again(shell: Shell) -> None:
    shell("held = []")
    w = shell.autograd(CELL.format(change="held.append(L)"))
    moved(w, 1, 1, "0.5")
    moved(w, 1, 2, "4.0")
    assert [float(found) for found in shell.names["held"]] == [16.0]


def test_what_one_path_has_changed_is_put_back_when_another_is_taken_up_again(shell: Shell) -> None:
    shell("held = []")
    w = shell.autograd("x = 2.0\nif x > 3:\n    held.append(float(x))\nx * 2.0")
    moved(w, 1, 1, "4.0")
    assert shell.names["held"] == [4.0]
    moved(w, 1, 2, "1.0")
    assert (shell.names["held"], w.values[w.root]) == ([], 2.0)
    moved(w, 2, 3, "5.0")
    moved(w, 3, 4, "1.0")
    assert (shell.names["held"], w.values[w.root]) == ([], 2.0)


def test_what_only_a_run_that_raises_has_changed_is_put_back(shell: Shell) -> None:
    shell("held = []")
    w = shell.autograd("x = 2.0\nif x < 0:\n    held.append(1)\n    1 / 0\nx * 2.0")
    with pytest.raises(ZeroDivisionError):
        w.set(x=-1.0)
    assert shell.names["held"] == []


def test_what_was_in_a_list_that_the_user_has_replaced_is_left_alone(shell: Shell) -> None:
    shell("held = [[0.0]]\nold = held")
    w = shell.autograd(CELL.format(change="held[0].append(float(L))"))
    shell("held[0].append('mine')\nheld = [[1.0]]")
    w.set(x=0.5)
    assert (shell.names["old"], shell.names["held"]) == ([[0.0, 4.0, "mine"]], [[1.0, 1.5]])


def test_what_the_user_has_set_of_an_object_is_left_alone_and_what_is_in_it_is_put_back(shell: Shell) -> None:
    shell(NET)
    w = shell.autograd(CELL.format(change="net.history.append(float(L))"))
    shell("net.steps = 7")
    w.set(x=0.5)
    assert (shell.names["net"].steps, shell.names["net"].history) == (7, [1.5])


@pytest.mark.parametrize(
    ("start", "change", "look", "end"),
    [
        ("{'a': 0, 'b': 0}", "key = next(iter(held))\nheld[key] = held.pop(key)", "list(held)", "['b', 'a']"),
        ("{3.0}", "held.add(float(L) + held.pop())", "held", "{4.5}"),
        ("[3.0]", "held[0] += float(L)", "held", "[4.5]"),
        ("{'a': 3.0}", "held['a'] += float(L)", "held", "{'a': 4.5}"),
        ("np.array([[3.0], None], dtype=object)", "held[0].append(float(L))", "held[0]", "[3.0, 1.5]"),
        ("np.array([3.0, None], dtype=object)", "held[0] += float(L)", "held[0]", "4.5"),
        ("np.array([3.0])", "held[0] += float(L)", "held.tolist()", "[4.5]"),
        ("Value(3.0)", "held.data += float(L)", "held.data", "4.5"),
    ],
)
def test_a_change_that_keeps_the_size_is_put_back(shell: Shell, start: str, change: str, look: str, end: str) -> None:
    shell(f"import numpy as np\nfrom autograd_magic import Value\nheld = {start}")
    w = shell.autograd(CELL.format(change=change))
    for x in (0.5, 4.0, 0.5):
        w.set(x=x)
    assert repr(eval(look, shell.names)) == end


def test_a_list_inside_itself_is_one(shell: Shell) -> None:
    shell("held = [1.0]\nheld.append(held)")
    w = shell.autograd(CELL.format(change="held.append(float(L))"))
    assert "The cell changes held in place" in w.trace.notes[0]
    w.set(x=0.5)
    assert (len(shell.names["held"]), shell.names["held"][2]) == (3, 1.5)


def test_what_is_very_large_is_left_alone(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "LARGEST", 10)
    shell("first, second, third = [0] * 6, [0] * 6, [0] * 4")
    w = shell.autograd(CELL.format(change="for held in (first, second, third):\n    held.append(1)"))
    assert "The cell changes first, third in place" in w.trace.notes[0]
    w.set(x=0.5)
    assert [len(shell.names[name]) for name in ("first", "second", "third")] == [7, 8, 5]
