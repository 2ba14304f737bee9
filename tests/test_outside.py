"""Containers from earlier cells that a cell changes in place: a run again finds them as the first run did."""

from __future__ import annotations

from pathlib import Path

import pytest
from shell import Shell
from test_questions import asked, moved

from autograd_magic.cell import reach
from autograd_magic.cell.run_inputs import CannotRun
from autograd_magic.live.protocol import Status

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
        assert shell.names["losses"] == [(3.0 + k) ** 2 for k in range(1, count + 1)]


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


def test_what_is_very_large_is_only_named(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "BYTES", 100)
    shell("import numpy as np\nfirst, second, small = np.zeros(50), np.zeros(50), [0]")
    w = shell.autograd(CELL.format(change="second[7] = 1.0\nsmall.append(1)"))
    assert w.trace.lost == ["second"]
    with pytest.raises(CannotRun, match="The cell has changed second, which cannot be put back"):
        w.set(x=0.5)
    assert (shell.names["second"].sum(), shell.names["small"], w.values["L"]) == (1.0, [0, 1], 4.0)
    assert not shell.autograd(CELL.format(change="first[0] + second[0]")).trace.lost


USES = "x = 2.0\nk = next(it)\ny = x * k if x < 3 else x * k * 10\ny"


def test_a_cell_that_has_used_up_something_is_run_again_by_a_click_alone(shell: Shell) -> None:
    shell("it = (float(k) for k in range(1, 9))")
    w = shell.autograd(USES)
    assert w.trace.notes == ["The cell has changed it, which cannot be put back: by itself it is not run again."]
    moved(w, 1, 1, "5.0")
    assert w.model.answer["status"] == Status.ASKS.value
    assert w.model.answer["message"].endswith("which cannot be put back: Run again goes on from there")
    assert (w.values["y"], shell.names["k"]) == (2.0, 1.0)
    assert asked(w, ask="again") == {"error": ""}
    assert (w.values["x"], w.values["y"], shell.names["k"], shell("next(it)")) == (5.0, 100.0, 2.0, 3.0)


def test_a_cell_that_writes_a_file_is_run_again_by_a_click_or_by_hand(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "f"
    write = f"with open({str(path)!r}, 'w') as file:\n    print(x, file=file)"
    w = shell.autograd(f"x = 2.0\n{write}\ny = x if x < 3 else x * 10\ny")
    moved(w, 1, 1, "5.0")
    assert (w.model.answer["status"], path.read_text()) == (Status.ASKS.value, "2.0\n")
    asked(w, ask="again")
    assert (w.values["y"], path.read_text()) == (50.0, "5.0\n")
    w.set(x=1.0)
    assert (w.values["y"], path.read_text()) == (1.0, "1.0\n")


@pytest.mark.parametrize("ends", ["raise SystemExit", "raise KeyboardInterrupt", "raise GeneratorExit", "exit()"])
def test_whatever_ends_a_run_ends_nothing_else(shell: Shell, ends: str) -> None:
    shell("held = []")
    w = shell.autograd(f"x = 2.0\nheld.append(float(x))\nif x > 3:\n    {ends}\ny = x * x\ny")
    moved(w, 1, 1, "5.0")
    assert w.model.answer["status"] == Status.ERROR.value
    assert (shell.names["held"], shell.names["x"], w.values["y"]) == ([2.0], 2.0, 4.0)
    moved(w, 1, 2, "1.0")
    assert (shell.names["held"], w.values["y"]) == ([1.0], 1.0)


def test_a_measured_gradient_leaves_what_the_cell_changes_as_the_run_has_left_it(shell: Shell) -> None:
    shell("import json, random\ndice, held = random.Random(1), []")
    cell = "x = 2.0\nheld.append(dice.random())\ny = json.loads(json.dumps(x)) * held[-1]\ny"
    w = shell.autograd(cell)
    first = [*shell.names["held"]]
    assert len(first) == 1 and w.grads["x"] == pytest.approx(first[0])
    assert shell("dice.random()") != first[0]
    w.set(x=3.0)
    assert shell.names["held"] == first and w.grads["x"] == pytest.approx(first[0])


def test_what_a_cache_was_given_by_the_last_run_is_no_part_of_the_next(shell: Shell) -> None:
    shell("import functools\n@functools.lru_cache\ndef f(t):\n    return t * t\nmemo = {}")
    cell = "a = 3.0\nx = 2.0\nif a not in memo:\n    memo[a] = a * a\ny = f(a) * memo[a] * x if x < 5 else f(a) * x\ny"
    w = shell.autograd(cell)
    assert (w.grads["a"], w.grads["x"]) == (4 * 27 * 2, 81.0)
    w.set(x=6.0)
    assert (w.grads["a"], w.grads["x"]) == (36.0, 9.0)
    w.set(x=1.0)
    assert (w.grads["a"], w.grads["x"], list(shell.names["memo"])) == (4 * 27, 81.0, [3.0])


def test_what_another_cell_has_done_to_an_object_stays(shell: Shell) -> None:
    shell("import collections, pandas as pd\nd, t = collections.deque([1.0], 9), pd.DataFrame({'a': [1.0]})")
    w = shell.autograd("x = 2.0\nd.append(float(x))\nt.loc[len(t)] = [5.0]\ny = sum(d) * x if x < 3 else sum(d)\ny")
    shell("d.append('mine')\nd.remove('mine')\nd.append(10.0)\nt.loc[len(t)] = [7.0]")
    assert w.stale
    w.set(x=4.0)
    assert (list(shell.names["d"]), shell.names["t"]["a"].tolist()) == ([1.0, 2.0, 10.0, 4.0], [1.0, 5.0, 7.0, 5.0])
    w.set(x=5.0)
    assert (list(shell.names["d"]), shell.names["t"]["a"].tolist()) == ([1.0, 2.0, 10.0, 5.0], [1.0, 5.0, 7.0, 5.0])


def test_a_cell_that_prints_and_is_not_run_again_follows_for_as_long_as_its_guards_hold(shell: Shell) -> None:
    shell("it = iter({1.0: 0, 2.0: 0})")
    w = shell.autograd("x = 2.0\nk = next(it)\nprint(x)\ny = x * k if x < 3 else x\ny")
    w.set(x=1.5)
    assert (w.values["y"], w.grads["x"]) == (1.5, 1.0)
    with pytest.raises(CannotRun):
        w.set(x=5.0)


BRANCH = "a = 1.5\nif a > 1: b = 2.0\nelse: b = 3.0\n"


def test_a_queue_that_is_as_long_as_before_is_put_back(shell: Shell) -> None:
    shell("import queue\nsq = queue.SimpleQueue()\nsq.put(7)")
    w = shell.autograd(BRANCH + "sq.put(a)\nr = sq.get()\nL = r*a*b\nL")
    assert w.values["L"] == 21.0
    w.set(a=0.5)
    assert w.values["L"] == 10.5
    w.set(a=3.0)
    assert w.values["L"] == 42.0
    assert shell("sq.qsize(), sq.get()") == (1, 3.0)


def test_an_ordered_dict_whose_order_has_changed_is_put_back(shell: Shell) -> None:
    shell("from collections import OrderedDict\nod = OrderedDict(x=1, y=2)")
    w = shell.autograd(BRANCH + "od.move_to_end('x')\nod['w'] = 1\nL = od['x']*a*b\nL")
    for a in (0.5, 3.0, 0.5):
        w.set(a=a)
        assert shell("list(od)") == ["y", "x", "w"]


def test_what_a_cell_binds_follows_where_it_has_changed_what_the_name_held(shell: Shell) -> None:
    shell("held = [1.0]")
    w = shell.autograd("x = 2.0\nheld.append(x * x)\nheld = [x * 3]\nL = x * x\nL")
    w.set(x=3.0)
    assert shell("held") == [9.0]
