"""A net is found in a graph by its arithmetic alone (``js/src/model/nets.ts``); where there is none nobody guesses."""

from __future__ import annotations

from typing import Any

import pytest
from eight import EIGHT, EXAMPLES, MLP, OURS, moons
from shell import Shell
from twin import ask

from autograd_magic.engine.tape import Tape
from autograd_magic.live.tape_wire import encode

PLAIN = f"""\
import math
{EXAMPLES}
w = [[0.1, 0.2, 0.3], [-0.3, 0.4, 0.5]]
b = [0.1, -0.1]
v = [0.7, -0.6]
loss = 0.0
for x, y in zip(xs, ys):
    h = []
    for row, shift in zip(w, b):
        act = shift
        for wi, xi in zip(row, x):
            act = act + wi * xi
        h.append(math.tanh(act))
    out = sum(vi * hi for vi, hi in zip(v, h))
    loss += (out - y)**2
loss"""

BY_HAND = f"""\
import math
from autograd_magic import Value
{EXAMPLES}
class Net:
    def __init__(self):
        self.w1 = [[Value(k / 10, label=f"net.w1[{{k}}]") for k in row] for row in ((1, 2, 3), (-3, 4, 5))]
        self.w2 = [[Value(0.7, label="net.w2[0]"), Value(-0.6, label="net.w2[1]")]]
    def __call__(self, x):
        for rows in (self.w1, self.w2):
            x = [sum(wi * xi for wi, xi in zip(row, x)).tanh() for row in rows]
        return x[0]
net = Net()
loss = sum((net(x) - y)**2 for x, y in zip(xs, ys))
loss"""

NETS = {
    "one object holds the weights of all layers": (
        BY_HAND,
        [(3, 2, "tanh"), (2, 1, "tanh")],
        4,
        ["layer 0", "layer 1"],
    ),
    "the lecture's classes": (
        MLP,
        [(3, 4, "tanh"), (4, 4, "tanh"), (4, 1, "tanh")],
        4,
        ["layer 0", "layer 1", "layer 2"],
    ),
    "ours": (OURS, [(3, 4, "tanh"), (4, 4, "tanh"), (4, 1, "tanh")], 4, ["l0", "l1", "l2"]),
    "moons": (moons(10), [(2, 16, "relu"), (16, 16, "relu"), (16, 1, "")], 10, ["l0", "l1", "l2"]),
    "one example, and no loss": (
        f"{EXAMPLES}from autograd_magic import nn\nmodel = nn.MLP(3, [2, 1])\ny = model(xs[0])\ny",
        [(3, 2, "relu"), (2, 1, "")],
        1,
        ["l0", "l1"],
    ),
    "without functions": (PLAIN, [(3, 2, "tanh"), (2, 1, "")], 4, ["layer 0", "layer 1"]),
}
OPTIONS = {"without functions": "--wrt w,b,v"}

NONE = {
    **{name: EIGHT[name] for name in ("lecture", "neuron", "Black-Scholes", "Newton", "logistic")},
    "a polynomial": "a = 1.0\nb = 2.0\nc = 3.0\nx = 0.5\ny = a * x**2 + b * x + c\ny",
    "inputs that are leaves too": (
        "x1 = 1.0\nx2 = 2.0\nw1 = 0.1\nw2 = 0.2\nw3 = 0.3\nw4 = 0.4\nu = 0.5\nv = 0.6\n"
        "h1 = w1 * x1 + w2 * x2\nh2 = w3 * x1 + w4 * x2\ny = u * h1 + v * h2\ny"
    ),
    "neurons one after another": (
        "import math\nx = 0.5\nu = 0.1\nv = 0.2\nw = 0.3\nb = 0.4\n"
        "h = math.tanh(u * x + b)\nk = math.tanh(v * h)\ny = math.tanh(w * k)\ny"
    ),
    "weights in two neurons": (
        "w1 = 0.1\nw2 = 0.2\nu = 0.5\nv = 0.6\n"
        "h1 = w1 * 3.0 + w2 * 4.0\nh2 = w2 * 3.0 + w1 * 4.0\ny = u * h1 + v * h2\ny"
    ),
    "a way around a layer": (
        "a = 0.1\nb = 0.2\nc = 0.3\nd = 0.4\nu = 0.5\nv = 0.6\nh1 = a * 3.0 + b * 4.0\nh2 = c * 3.0 + d * 4.0\n"
        "k = 0.7\nl = 0.8\nm = u * h1 + v * h2\ny = k * m + l * h1\ny"
    ),
}


def found(tape: Tape) -> Any:
    """The net in a graph."""
    return ask([{"tape": encode(tape), "net": True}])[0]


@pytest.mark.parametrize("name", NETS)
def test_a_net_is_found(shell: Shell, name: str) -> None:
    text, shapes, examples, labels = NETS[name]
    tape = shell.autograd(text, OPTIONS.get(name, "")).tape
    net = found(tape)
    assert [layer["label"] for layer in net["layers"]] == labels
    leaves = {leaf.key: leaf.node for leaf in tape.leaves}
    seen: set[str] = set()
    for layer, (inputs, neurons, activation) in zip(net["layers"], shapes, strict=True):
        assert layer["activation"] == activation
        assert [len(row) for row in layer["weights"]] == [inputs] * neurons
        assert len(layer["bias"]) == neurons
        assert [len(row) for row in layer["inputs"]] == [inputs] * examples
        assert [len(row) for row in layer["activations"]] == [neurons] * examples
        for row, (xs, sums, outs) in enumerate(zip(layer["inputs"], layer["sums"], layer["activations"], strict=True)):
            for neuron in range(neurons):
                weights = [tape.values[leaves[key]] for key in layer["weights"][neuron]]
                bias = layer["bias"][neuron]
                total = sum(w * tape.values[x] for w, x in zip(weights, xs, strict=True))
                total += tape.values[leaves[bias]] if bias else 0
                assert tape.values[sums[neuron]] == pytest.approx(total), row
                assert tape.rows[outs[neuron]].name == (activation or "add")
        seen |= {key for row in layer["weights"] for key in row} | {key for key in layer["bias"] if key}
    numbers = sum((inputs + bool(net["layers"][at]["bias"][0])) * count for at, (inputs, count, _) in enumerate(shapes))
    assert len(seen) == numbers
    ends = [layer["activations"] for layer in net["layers"]]
    assert net["lengths"] == pytest.approx(
        [sum(tape.grads[at] ** 2 for row in end for at in row) ** 0.5 for end in ends]
    )


@pytest.mark.parametrize("name", ["the lecture's classes", "ours", "without functions"])
def test_each_example_has_its_part_of_the_loss_and_of_a_gradient(shell: Shell, name: str) -> None:
    tape = shell.autograd(NETS[name][0], OPTIONS.get(name, "")).tape
    net = found(tape)
    assert sum(tape.values[term] for term in net["terms"]) == pytest.approx(tape.values[tape.root])
    assert [tape.values[node] for node in net["wanted"]] == [1.0, -1.0, -1.0, 1.0]
    for (layer, neuron, at), given in net["parts"]:
        key = net["layers"][layer]["weights"][neuron][at] if at is not None else net["layers"][layer]["bias"][neuron]
        leaf = next(leaf.node for leaf in tape.leaves if leaf.key == key)
        assert len(given) == 4
        assert sum(given) == pytest.approx(tape.grads[leaf])


def test_a_penalty_on_the_weights_is_no_example(shell: Shell) -> None:
    tape = shell.autograd(moons(10)).tape
    net = found(tape)
    assert [tape.rows[term].name for term in net["terms"]] == ["relu"] * 10
    assert net["wanted"] is None, "a hinge is no difference"


@pytest.mark.parametrize("text", NONE.values(), ids=list(NONE))
def test_where_there_is_none_there_is_none(shell: Shell, text: str) -> None:
    assert found(shell.autograd(text).tape) is None
