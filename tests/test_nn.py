"""Neurons, layers and networks."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import micrograd.engine
import micrograd.nn
import pytest

from autograd_magic import Value, check, nn


def test_the_same_network_as_micrograds() -> None:
    random.seed(7)
    ours = nn.MLP(3, [4, 4, 1])
    random.seed(7)
    theirs = micrograd.nn.MLP(3, [4, 4, 1])
    assert [p.data for p in ours.parameters()] == [p.data for p in theirs.parameters()]
    x = [2.0, 3.0, -1.0]
    y, z = ours(x), theirs(x)
    assert y.data == pytest.approx(z.data, rel=1e-14)
    y.backward()
    z.backward()
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert p.grad == pytest.approx(q.grad, rel=1e-12, abs=1e-15)
    ours.zero_grad()
    assert all(p.grad == 0 for p in ours.parameters())


def test_the_lectures_network_learns() -> None:
    random.seed(1)
    model = nn.MLP(3, [4, 4, 1], nonlin="tanh", last="tanh")
    assert len(model.parameters()) == 41
    xs = [[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]]
    ys = [1.0, -1.0, -1.0, 1.0]
    losses = []
    for _ in range(60):
        loss = sum((model(x) - y) ** 2 for x, y in zip(xs, ys, strict=True))
        loss.backward()
        for p in model.parameters():
            p.data -= 0.05 * p.grad
        losses.append(loss.data)
    assert losses[-1] < 0.1 * losses[0]
    assert check(sum((model(x) - y) ** 2 for x, y in zip(xs, ys, strict=True))).ok


def test_parameters_have_telling_labels() -> None:
    labels = [p.label for p in nn.MLP(2, [2, 1]).parameters()]
    assert labels == [
        "l0.w[0,0]",
        "l0.w[0,1]",
        "l0.b[0]",
        "l0.w[1,0]",
        "l0.w[1,1]",
        "l0.b[1]",
        "l1.w[0,0]",
        "l1.w[0,1]",
        "l1.b[0]",
    ]


def test_shapes() -> None:
    assert isinstance(nn.Layer(2, 1)([1.0, 2.0]), Value)
    assert len(nn.Layer(2, 3)([1.0, 2.0])) == 3
    assert isinstance(nn.MLP(2, [1, 3, 1])([1.0, 2.0]), Value)
    assert repr(nn.MLP(2, [2, 1])) == ("MLP of [Layer of [ReLUNeuron(2), ReLUNeuron(2)], Layer of [LinearNeuron(2)]]")


def test_any_function_of_the_table_is_a_non_linearity() -> None:
    neuron = nn.Neuron(1, nonlin="sigmoid")
    neuron.w[0].data, neuron.b.data = 2.0, 1.0
    assert neuron([0.5]).data == pytest.approx(1 / (1 + math.exp(-2)))


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("gelu", lambda x: x * (1 + math.erf(x / math.sqrt(2))) / 2),
        ("silu", lambda x: x / (1 + math.exp(-x))),
        ("leaky_relu", lambda x: x if x > 0 else 0.01 * x),
    ],
)
def test_the_non_linearities_of_today(name: str, wanted: Callable[[float], float]) -> None:
    random.seed(3)
    model = nn.MLP(1, [3, 1], nonlin=name)
    layer, last = model.layers
    y = model([-0.7])
    hidden = [wanted(n.w[0].data * -0.7) for n in layer.neurons]
    assert y.data == pytest.approx(sum(w.data * h for w, h in zip(last.neurons[0].w, hidden, strict=True)), rel=1e-14)
    assert check(y).ok
    assert repr(nn.Neuron(2, nonlin=name)) == {"gelu": "GELU", "silu": "SiLU"}.get(name, "LeakyReLU") + "Neuron(2)"


def test_bad_input_is_said() -> None:
    with pytest.raises(ValueError, match="takes 2 inputs, and was given 3"):
        nn.Neuron(2)([1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match=r"nonlin='wiggle' is unknown; there are: .*tanh"):
        nn.Neuron(2, nonlin="wiggle")
