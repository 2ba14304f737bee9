"""Large graphs: columns, and no Python object for an element of an array until somebody asks for it."""

from __future__ import annotations

import numpy as np
import pytest
from shell import Shell
from twin import ask

from autograd_magic.engine import gathering
from autograd_magic.engine.node import parents_of
from autograd_magic.live.tape_wire import encode

MANY = 3_000


@pytest.fixture(autouse=True)
def with_numpy(shell: Shell) -> None:
    shell("import numpy as np")


def test_elements_are_no_objects_and_their_gradients_are_true(shell: Shell) -> None:
    w = shell.autograd(f"a = 2.0\nx = np.linspace(0, 1, {MANY}) * a\nr = (x * x).sum()\nr")
    assert len(w.tape) == 4 * MANY and len(w.tape.nodes.there) < 20
    at = np.linspace(0, 1, MANY)
    assert w.grads["a"] == pytest.approx(4.0 * (at * at).sum(), rel=1e-12)
    w.set(a=3.0)
    assert w.values["r"] == float(((at * 3.0) * (at * 3.0)).sum())
    assert np.array_equal(shell.names["x"], at * 3.0)
    assert w.grads["a"] == pytest.approx(6.0 * (at * at).sum(), rel=1e-12)


def test_an_element_that_is_asked_for_later_stands_where_the_leaf_has_been_moved(shell: Shell) -> None:
    w = shell.autograd("a = 2.0\ny = np.array([1.0, 2.0, 3.0]) * a\nu = np.cumsum(y * y)\nu.sum()")
    w.set(a=0.5)
    for place, node in enumerate(w.tape.nodes):
        assert float(node.number) == w.tape.values[place]
        assert node.gradient == w.tape.grads[place]
        assert [w.tape.node(parent) for parent in parents_of(node)] == list(w.tape.args[place])
        assert w.tape.node(node) == place
    w.set(a=4.0)
    assert [float(node.number) for node in w.tape.nodes] == w.tape.values.tolist()


@pytest.mark.parametrize(
    "body",
    [
        "(x * y + 2.0).sum()",
        "x @ y",
        "np.outer(x, y) @ x @ [1.0, 2.0, 3.0]",
        "np.cumprod(np.stack([x, y]), axis=0)[1] @ y",
        "np.cumsum([0.5, 1.5, a, 2.5, a * a])[3:].prod()",
        "np.ones((3, 3)) @ x @ y",
        "np.array([1.0, a, 2.0, 3.0]).sum() * np.array([2.0, 3.0, 4.0, a]).prod()",
        "np.where(x > y, x, y * a).max()",
        "(np.array([x, y]).sum(axis=0) * x[:1]).sum()",
        "np.sum(x[:1]) * y[0]",
    ],
)
def test_the_columns_are_what_the_objects_are(shell: Shell, body: str) -> None:
    """Nodes one by one, as ``backward()`` walks them, and the tape agree on everything."""
    w = shell.autograd(f"a = 1.5\nx = np.array([a, 2.0, a * a])\ny = np.array([0.5, a, 1.0])\nr = {body}\nr")
    root = w.tape.nodes[w.tape.root]
    grads = w.tape.backward().copy()
    root.backward()
    for place, node in enumerate(w.tape.nodes):
        assert node.row is w.tape.rows[place] or node.row.name == w.tape.rows[place].name
        assert node.line == w.tape.made(place)[1]
        assert node.gradient == pytest.approx(grads[place], rel=1e-12)


def test_a_comparison_of_arrays_is_one_guard(shell: Shell) -> None:
    w = shell.autograd(
        "a = 2.0\nx = np.array([0.1, 0.2, 0.3, 0.4]) * a\nm = x > [0.5, 0.1, 0.5, 0.5]\nr = x[m].sum()\nr"
    )
    ((guard, left, right),) = w.tape.guards
    assert (len(left), len(right), guard.outcome.tolist()) == (4, 4, [False, True, True, True])
    positions = [1.9, 3.0, 0.4, 5.1]
    said = []
    for position in positions:
        w.tape.forward([position])
        broken = w.tape.broken()
        said.append("" if broken is None else f"line {broken.line}: {broken.sentence}")
    w.tape.forward([2.0])
    key = w.tape.leaves[0].key
    (answers,) = ask([{"tape": encode(w.tape), "at": [{key: str(position)} for position in positions]}])
    assert [answer["text"] for answer in answers] == said
    assert said[0] == "" and said[1] == "" and "is no longer true" in said[2] and "is true now" in said[3]
    for position in positions:
        w.set(a=position)
        x = np.array([0.1, 0.2, 0.3, 0.4]) * position
        assert w.values["r"] == float(x[x > [0.5, 0.1, 0.5, 0.5]].sum())


def test_a_number_that_all_elements_are_compared_with_is_one_node(shell: Shell) -> None:
    w = shell.autograd("a = 2.0\nx = np.array([0.1, 0.4]) * a\nr = np.where(x > 0.5, x, 0.0).sum()\nr")
    ((_, _, right),) = w.tape.guards
    assert len({*right.tolist()}) == 1 and w.tape.values[right[0]] == 0.5


def test_a_graph_that_is_too_large_ends_in_a_sentence_and_the_plain_result(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "LARGEST", 5_000)
    result = shell(f"%%autograd --as big\na = 2.0\nx = np.linspace(0, 1, {MANY}) * a\nx")
    assert np.array_equal(result, np.linspace(0, 1, MANY) * 2.0)
    said = " ".join(str(shown.data.get("text/plain", "")) for shown in shell.output.outputs)
    assert "no graph: it has more than 5,000 numbers" in said and "big" not in shell.names
    assert float(shell("float(x[-1])")) == 2.0


def test_a_line_is_that_of_the_cell_that_runs(shell: Shell) -> None:
    """Operators know their line from the text. That of another cell's function is where it was called."""
    shell.autograd("x = 2.0\n\n\ndef f(v):\n    return v * v + 1\nf(x)")
    w = shell.autograd("y = 3.0\n\nz = f(y) * (\n    2.0)\nz")
    assert {w.tape.rows[k].name: w.tape.made(k)[1] for k in range(len(w.tape)) if w.tape.args[k]} == {
        "mul": 4,
        "add": 4,
    }


def test_numbers_beyond_a_float_are_left_to_python_in_a_loop(shell: Shell) -> None:
    big = 10**308
    w = shell.autograd(f"x = 0.5\ny = x * 1.0\nz = [y - {big}, {big} * 2 if y > 1 else 0.0, y]\nz[2]")
    assert w.values["y"] == 0.5 and shell.names["z"][0] == 0.5 - big


def test_where_numpy_raises_the_next_operation_does(shell: Shell) -> None:
    shell("import numpy as np")
    cell = "x = np.float64(2.0)\nfor k in range(3):\n    x = x * 1.5\nwith np.errstate(all='raise'):\n    y = x * 1e200\n    try:\n        y = y * 1e200\n    except FloatingPointError:\n        y = x * 3.0\ny"
    w = shell.autograd(cell, "--wrt x")
    assert w.values["y"] == 2.0 * 1.5**3 * 3.0
