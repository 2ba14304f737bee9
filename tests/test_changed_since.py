"""What somebody changes between a run and the next move: in the same cell as the move, in a Value, in a gradient, behind a
name that the cell binds anew. A move gives what a fresh run gives now.
"""

from __future__ import annotations

from typing import Any

import pytest
from shell import Shell

from autograd_magic.cell.traces import CannotExplore
from autograd_magic.live.number_text import encode_at
from autograd_magic.live.protocol import Status

P = "p = Value(2.0, label='p')"


def ran(shell: Shell, before: str, cell: str, options: str = "") -> Any:
    """A plain cell and then a traced one; its widget."""
    shell("from autograd_magic import Value")
    shell(before)
    return shell.autograd(cell, options)


def test_changed_in_the_cell_that_moves(shell: Shell) -> None:
    shell.names["w"] = ran(shell, "c = 3.0", "x = 2.0\ny = x * c\ny")
    shell("c = 10.0\nw.set(x=4.0)\nfound = w.values['y']")
    assert shell.names["found"] == 40.0


def test_a_training_loop_beside_moves(shell: Shell) -> None:
    shell.names["w"] = ran(shell, P, "x = 2.0\nL = p * p * x\nL")
    shell("found = []\nfor k in range(3):\n    p.data = 5.0 + k\n    w.set(x=1.0 + k)\n    found.append(w.values['L'])")
    assert shell.names["found"] == [25.0, 72.0, 147.0]


def test_a_value_that_the_cell_and_another_one_have_changed(shell: Shell) -> None:
    widget = ran(shell, P, "x = 1.0\nL = p * x\np.data = p.data * 0.5\nL")
    assert shell("p.data") == 1.0
    shell("p.data = 10.0")
    assert widget.stale == "p is 10 now, and this left it at 1"
    widget.set(x=2.0)
    assert (widget.values["L"], shell("p.data")) == (20.0, 5.0)
    widget.set(x=3.0)
    assert (widget.values["L"], shell("p.data")) == (30.0, 5.0)


def test_a_value_that_the_cell_changes_can_be_moved(shell: Shell) -> None:
    widget = ran(shell, P, "x = 1.5\nL = p * x\np.data = p.data + 1.0\nL")
    widget.set(p=5.0)
    (p,) = (leaf for leaf in widget.tape.leaves if leaf.name == "p")
    assert (widget.values["L"], widget.tape.grads[p.node], shell("p.data")) == (7.5, 1.5, 6.0)
    widget.reset()
    assert (widget.values["L"], shell("p.data")) == (3.0, 3.0)


def test_a_result_of_another_cell_is_what_the_notebook_holds(shell: Shell) -> None:
    widget = ran(shell, P + "\nq = p * 3", "u = 1.0\nz = u * q\nz")
    shell("p.data = 5.0")
    widget.set(u=2.0)
    assert (widget.values["z"], shell("q.data")) == (12.0, 6.0)
    widget.set(u=3.0)
    assert (widget.values["z"], widget.grads["p"], shell("q.data")) == (18.0, 9.0, 6.0)
    widget.set(p=7.0)  # what is moved here takes along what is made of it
    assert (widget.values["z"], shell("q.data"), shell("p.data")) == (63.0, 21.0, 7.0)


def test_a_gradient_that_the_cell_reads_is_there_for_the_next_run(shell: Shell) -> None:
    widget = ran(shell, P + "\nL = p * p * 3\nL.backward()", "lr = 0.1\nq = p - lr * p.grad\nq")
    assert widget.values["q"] == pytest.approx(0.8)
    widget.set(lr=0.2)
    assert widget.values["q"] == pytest.approx(-0.4)
    shell("p.grad = 100.0")
    assert widget.stale == "the gradient of p has changed since this was run"
    widget.set(lr=0.1)
    assert widget.values["q"] == pytest.approx(-8.0)


def test_the_gradient_of_a_number_that_another_cell_wrapped(shell: Shell) -> None:
    shell.autograd("a = 2.0\nL = a * a * 3\nL")
    widget = shell.autograd("lr = 0.1\nq = a - lr * a.grad\nq")
    assert widget.values["q"] == pytest.approx(0.8)


def test_gradients_stay_when_a_run_fails(shell: Shell) -> None:
    widget = ran(
        shell, P, "s = 1.0\nM = p * 10 * s\nif s > 2:\n    M.backward()\n    raise RuntimeError('no')\nM.backward()\nM"
    )
    assert shell("p.grad") == 10.0
    with pytest.raises(RuntimeError, match="no"):
        widget.set(s=5.0)
    assert shell("p.grad") == 10.0


ONE = "k0 = 3.0\nm = [k0 * 2]\nr = k0 * 1.5\nr"


def test_elements_of_a_list_of_another_traced_cell(shell: Shell) -> None:
    one = shell.autograd(ONE)
    two = shell.autograd("b = 5.0\ny = b * m[0]\ny", "--wrt m")
    one.set(k0=4.0)
    assert two.stale == "m[0] is 8 now, and this was run with 6"
    two.set(b=6.0)
    assert two.values["y"] == 48.0


def test_text_of_a_number_of_another_traced_cell(shell: Shell) -> None:
    one = shell.autograd(ONE)
    two = shell.autograd("b = 5.0\nt = f'{m[0]:.0f}'\ny = b * len(t)\ny")
    one.set(k0=6.0)
    assert two.stale
    two.set(b=6.0)
    assert two.values["y"] == 12.0


def test_a_name_that_the_cell_reads_and_then_binds(shell: Shell) -> None:
    one = shell.autograd("a = 2.0\ntot = a * 10\ntot")
    two = shell.autograd("x = 1.0\ntot = tot + x\ntot")
    one.set(a=3.0)
    assert two.stale
    two.set(x=2.0)
    assert two.values["tot"] == 32.0


@pytest.mark.parametrize(
    "cell",
    [
        "x = 2.0\nys = [c * x for c in data]\ny = sum(ys) * c\ny",
        "x = 2.0\ny = sum(c * x for c in data) * c\ny",
        "x = 2.0\nc: float\ny = sum([1.0 * x, 2.0 * x]) * c\ny",
        "x = 2.0\nt = x > 9 and (c := 5.0)\ny = x * 3.0 * c\ny",
    ],
)
def test_what_only_looks_as_if_the_cell_bound_it(shell: Shell, cell: str) -> None:
    widget = ran(shell, "c = 3.0\ndata = [1.0, 2.0]", cell)
    assert widget.grads["c"] == 6.0
    shell("c = 10.0")
    assert widget.stale in {f"c is 10 now, and this {verb} 3" for verb in ("was run with", "left it at")}
    widget.set(x=4.0)
    assert widget.values["y"] == 120.0


def moved_in_a_view(widget: Any, at: dict[str, float], trace: int) -> None:
    """What a browser sends that stands on this trace."""
    keys = {leaf.name: leaf.key for leaf in widget.tape.leaves}
    question = widget.model.leaves.get("question", 0) + 1
    widget.model.leaves = {
        "trace": trace,
        "question": question,
        "at": encode_at({keys[name]: number for name, number in at.items()}),
        "done": True,
        "by": "view",
    }
    widget.flush()
    assert widget.model.answer["status"] == Status.OK.value


def test_paths_from_before_a_change_are_gone(shell: Shell) -> None:
    widget = ran(shell, "c = 3.0", "x = 2.0\nif x > 0:\n    y = x * c\nelse:\n    y = -x * c * 100\ny")
    shell("c = 10.0")
    moved_in_a_view(widget, {"x": -2.0}, 1)
    assert widget.values["y"] == 2000.0
    assert widget.model.tape["oldest"] == widget.model.tape["trace"]
    moved_in_a_view(widget, {"x": 4.0}, 1)
    assert widget.values["y"] == 40.0


def test_a_path_that_is_taken_up_again_has_its_own_starts(shell: Shell) -> None:
    widget = ran(shell, "c = 3.0", "a = 2.0\nb = Value(3 * a, label='v')\ny = a * b\ny")
    moved_in_a_view(widget, {"a": 4.0}, 1)
    assert widget.values["v"] == 12.0
    moved_in_a_view(widget, {"a": 2.0}, 1)
    assert widget.values["v"] == 6.0
    moved_in_a_view(widget, {"v": 12.0}, widget.motion.number)
    assert (widget.values["v"], widget.values["y"]) == (12.0, 24.0)


@pytest.mark.parametrize(
    "cell", ["x = 1.0\ny = x * p if p < 5 else x * 1000\ny", "x = 1.0\nn = int(p.data)\ny = x * n\ny"]
)
def test_without_runs_a_change_that_leads_elsewhere_is_refused(shell: Shell, cell: str) -> None:
    widget = ran(shell, P, cell, "--no-rerun")
    before = widget.values["y"]
    shell("p.data = 7.0")
    with pytest.raises(CannotExplore):
        widget.set(x=2.0)
    assert widget.values["y"] == before
    shell("p.data = 2.0")
    widget.set(x=2.0)
    assert widget.values["y"] == 2 * before


def test_a_plain_number_is_not_moved_by_its_data(shell: Shell) -> None:
    widget = ran(shell, "c = 1.0", "p = 2.0\nx = 1.5\ny = x * p\ny")
    with pytest.raises(AttributeError, match=r"p is the number 2.0: write p = ..., or make it a Value\(2.0\)"):
        shell("p.data -= 0.1 * p.grad")
    assert (shell("p.data"), shell("p.grad"), widget.values["y"], widget.stale) == (2.0, 1.5, 3.0, "")


def test_what_the_user_does_to_a_leaf_of_the_cell_is_a_move_of_it(shell: Shell) -> None:
    widget = ran(shell, "c = 1.0", "p = Value(2.0, label='p')\nx = 1.5\ny = x * p\ny")
    shell("p.data -= 0.1 * p.grad")
    assert widget.stale == "p is 1.85 now, and this graph has 2"
    widget.set(x=2.0)
    assert (widget.values["p"], widget.values["y"], shell("p.data"), widget.stale) == (1.85, 3.7, 1.85, "")
    shell("p.data = 4.0")
    widget.set(p=3.0)
    assert (widget.values["y"], shell("p.data")) == (6.0, 3.0)
    shell("p.data = 4.0")
    widget.reset()
    assert (widget.values["y"], shell("p.data")) == (3.0, 2.0)


def test_what_was_moved_here_and_is_then_changed_elsewhere(shell: Shell) -> None:
    widget = ran(shell, P, "x = 1.0\ny = x * p\ny")
    widget.set(p=9.0)
    shell("p.data = 8.4")
    widget.set(x=2.0)
    assert (widget.values["y"], shell("p.data")) == (16.8, 8.4)


def test_one_number_of_numpys_in_two_places_is_nobodys_change(shell: Shell) -> None:
    shell("import numpy as np\ns = np.float64(2.5)\nlog = []")
    for _ in range(2):
        w = shell.autograd("x = 3.0\nlog.append(s)\nL = x * s\nL")
    shell("log.append(s)")
    shell("log.pop()")
    w.set(x=4.0)
    assert (w.stale, w.values["L"], shell("len(log)")) == ("", 10.0, 2)


def test_positions_that_shift(shell: Shell) -> None:
    shell.autograd("k0 = 3.0\nm = [k0 * 2]\nr = k0 * 1.5\nr")
    shell.names["w"] = shell.autograd("b = 5.0\ny = b * m[-1]\ny")
    shell("m.insert(0, 1.0)\nw.set(b=6)\nfound = w.values['y']")
    assert shell.names["found"] == 36.0


def test_keys_that_look_alike(shell: Shell) -> None:
    class Same:
        def __repr__(self) -> str:
            return "same"

    shell.names["keys"] = [Same(), Same(), "x" * 60 + "1", "x" * 60 + "2"]
    shell.autograd("k = 2.0\nd = {key: k * n for n, key in enumerate(keys, 1)}\nk")
    widget = shell.autograd("a = 1.0\ny = a * (d[keys[0]] + d[keys[1]] * 10 + d[keys[2]] * 100 + d[keys[3]] * 1000)\ny")
    assert len({leaf.key for leaf in widget.tape.leaves}) == 5
    assert widget.values["y"] == 2 + 40 + 600 + 8000


def test_lambdas_of_one_line(shell: Shell) -> None:
    widget = ran(
        shell,
        "f, g = (lambda: Value(2.0, label='p')), (lambda: Value(5.0, label='p'))",
        "s = 1.0\np = (f if s > 0 else g)()\ny = p * s\ny",
    )
    widget.set(p=7.0)
    widget.set(s=-1.0)
    assert widget.values["y"] == -5.0


def test_a_loop_that_leaves_one_out(shell: Shell) -> None:
    cell = (
        "s = 1.0\nps = []\nfor i in range(3):\n    if i != 1 or s > 0:\n"
        "        ps.append(Value(float(i), label=f'p{i}'))\ny = sum(ps) * 2 * abs(s)\ny"
    )
    widget = ran(shell, "", cell)
    widget.set(p1=10.0)
    assert widget.values["y"] == 24.0
    widget.set(s=-1.0)
    assert widget.values["y"] == 4.0


def test_exit_in_a_later_run(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []
    monkeypatch.setattr(type(shell.shell), "ask_exit", lambda _: ended.append(1), raising=False)
    widget = ran(shell, "", "x = 2.0\nif x > 3:\n    exit()\ny = x * x\ny")
    with pytest.raises(SystemExit):
        widget.set(x=4.0)
    assert (ended, widget.values["y"]) == ([], 4.0)
    shell("exit()")
    assert ended == [1]


def test_an_object_that_has_every_attribute(shell: Shell) -> None:
    class Everything:
        def __getattr__(self, name: str) -> Any:
            return Everything()

    shell.names["o"] = Everything()
    assert shell.autograd("x = 2.0\no\ny = x * 2\ny").values["y"] == 4.0


def test_a_global_name_that_a_function_binds(shell: Shell) -> None:
    widget = ran(
        shell, "total = 0.0\ndef add(x):\n    global total\n    total = total + x", "a = 2.0\nadd(a)\ny = a * 3\ny"
    )
    widget.set(a=5.0)
    assert float(shell("total")) == 5.0
    widget.set(a=7.0)
    assert float(shell("total")) == 7.0


def test_a_network_that_a_cell_trains(shell: Shell) -> None:
    shell("from autograd_magic import nn\nimport random\nrandom.seed(1)\nnet = nn.Neuron(2)")
    cell = "lr = 0.1\nL = net([1.0, 2.0])\nL.backward()\nfor p in net.parameters():\n    p.data -= lr * p.grad\nM = net([1.0, 2.0])\nM"
    widget = shell.autograd(cell)
    first = float(widget.root.number)
    widget.set(lr=0.2)
    assert float(widget.root.number) != first
    widget.set(lr=0.1)
    assert float(widget.root.number) == first


def test_a_parameter_that_one_cell_trains_is_a_leaf_of_the_next(shell: Shell) -> None:
    one = ran(shell, P, "x = 1.5\nL = p * x\nfor k in range(3):\n    p.data = p.data - 0.5\nM = p * p\nL = L + M\nL")
    assert [leaf.name for leaf in one.tape.leaves if leaf.node in one.tape.taken] == ["p"]
    two = shell.autograd("y = 3.0\nM = p * y\nM")
    two.set(p=4.0)
    assert (two.values["M"], shell("p.data")) == (12.0, 4.0)


@pytest.mark.parametrize(
    "cell",
    [
        "x = 2.0\nif x > 1:\n    y = x * x\nelse:\n    y = 3 - x\ny",
        "x = 2.0\nif x > 1:\n    t = x * x\n    y = t + x\nelse:\n    y = x\ny",
        "x = 2.0\ns = 0.0\nfor k in range(3):\n    t = k * x\n    s = s + t\ns",
    ],
)
def test_names_that_a_cell_binds_before_it_reads_them_are_anybodys_afterwards(shell: Shell, cell: str) -> None:
    widget = shell.autograd(cell)
    shell("x = y = t = k = 0.5")
    assert widget.stale == ""
    widget.set(x=3.0)
    assert (widget.values["x"], shell("x, y")) == (3.0, (0.5, 0.5))


@pytest.mark.parametrize(
    "cell",
    [
        "x = 2.0\nif x > 1:\n    y = x * x\nz = x * y\nz",
        "x = 2.0\nfor k in range(3):\n    y = x * k\nz = y * x\nz",
        "x = 2.0\nz = 0.0\nwhile z < 3:\n    z = z + y * x\nz",
    ],
)
def test_names_that_it_may_not_have_bound_are_looked_at(shell: Shell, cell: str) -> None:
    shell("y = 7.0")
    widget = shell.autograd(cell)
    shell("y = 0.5")
    assert "y is 0.5 now" in widget.stale
