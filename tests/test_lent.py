"""A container whose numbers are leaves is the same thing as ever: under its other names, in what holds it, in views."""

from __future__ import annotations

import pytest
from shell import Shell

HELD = """
import numpy as np
from collections import namedtuple
W, b = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0.5, -0.5])
V, params, named, both = W, [W, b], {"W": W}, (W, b)
class Layer:
    def __init__(self, W): self.W = W
    def __call__(self, x): return x @ self.W
layer, Net = Layer(W), namedtuple("Net", "W b")
net, flat, turned, row = Net(W, b), W.ravel(), W.T, W[0]
M = W
theta = np.arange(1.0, 5.0)
U = theta.reshape(2, 2)
w = [1.0, 2.0]
v, rows = w, [w, [3.0, 4.0]]
def close(w):
    return lambda x: w[0] * x + w[1]
line = close(w)
"""


@pytest.mark.parametrize(
    ("name", "leaf", "text"),
    [
        ("W", "W[0,1]", "W -= rate * W\nloss = (V ** 2).sum()"),
        ("W", "W[0,1]", "V -= rate * V\nloss = (W ** 2).sum()"),
        ("W", "W[0,1]", "for p in params: p -= rate * p\nloss = (W ** 2).sum()"),
        ("W", "W[0,1]", "for k in named: named[k] -= rate * named[k]\nloss = (W ** 2).sum()"),
        ("W", "W[0,1]", "for p in net: p -= rate * p\nloss = (both[0] ** 2).sum()"),
        ("W", "W[0,1]", "W[0] = rate * W[0]\nloss = (layer(b) ** 2).sum()"),
        ("W", "W[0,1]", "flat -= rate * flat\nloss = (turned ** 2).sum() + row[1]"),
        ("W", "W[0,1]", "W = named['W']\nW -= rate * W\nloss = (V ** 2).sum()"),
        ("M", "M[0,1]", "M = W\nM -= rate * M\nloss = (W ** 2).sum()"),
        ("U", "U[0,1]", "theta -= rate * theta\nloss = (U ** 2).sum()"),
        ("theta", "theta[1]", "U *= rate\nloss = (theta ** 2).sum()"),
        ("layer.W", "layer.W[0,1]", "for p in params: p -= rate * p\nloss = (layer(b) ** 2).sum()"),
        ("w", "w[0]", "w[0] = rate * w[0]\nloss = v[0] * v[1]"),
        ("w", "w[0]", "v[0] = rate * v[0]\nloss = rows[0][0] * line(3.0)"),
        ("rows", "rows[0,0]", "w[0] = rate * w[0]\nloss = rows[0][0] * line(3.0)"),
    ],
)
def test_what_is_lent_is_the_same_thing_wherever_it_stands(shell: Shell, name: str, leaf: str, text: str) -> None:
    """Its other names kept the numbers from before, and their part of the gradient was 0."""
    cell = f"rate = 0.1\n{text}\nloss"
    left = (
        "print(W is V is params[0] is named['W'] is both[0] is layer.W is net.W, w is v is rows[0])\nprint(W, theta, w)"
    )

    def plainly(nudge: str) -> tuple[float, str]:
        shell(f"{HELD}\n{nudge}")
        result = float(shell(cell))
        shell(left)
        return result, shell.output.stdout

    loss, printed = plainly("")
    place = leaf.removeprefix(name)
    (low, _), (high, _) = (plainly(f"{name}{place.replace('0,0', '0][0')} += {step}") for step in (-1e-6, 1e-6))
    shell(HELD)
    shell(f"%%autograd --as explorer --wrt {name}\n{cell}")
    explorer = shell.names["explorer"]
    assert explorer.values["loss"] == loss
    assert explorer.grads[leaf] == pytest.approx((high - low) / 2e-6, rel=1e-6)
    shell(left)
    assert shell.output.stdout == printed
    explorer.set({leaf: 1.25})
    assert explorer.values["loss"] == pytest.approx(plainly(f"{name}{place.replace('0,0', '0][0')} = 1.25")[0])


def test_an_array_that_the_cell_makes_follows_its_sliders(shell: Shell) -> None:
    shell("import numpy as np")
    w = shell.autograd("params = {'W': np.array([1.0, 2.0])}\nW = params['W']\nloss = (W ** 2).sum()\nloss", "--wrt W")
    w.set({"W[0]": 5.0})
    shell("print(params['W'], W is params['W'])")
    assert shell.output.stdout == "[5. 2.] True\n"
