"""Gradients of gradients, against published formulas and against differences of gradients."""

from __future__ import annotations

import base64
import math

import numpy as np
import pytest
from graphs import graph
from shell import Shell
from twin import ask

from autograd_magic import Value, explore, grad, hessian
from autograd_magic.engine.tape import Tape
from autograd_magic.live.tape_wire import encode


def rosenbrock(x: Value, y: Value) -> Value:
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def test_rosenbrocks_gradient_and_hessian() -> None:
    """Rosenbrock, Comput. J. 3 (1960); derivatives by hand, and H = [[802, -400], [-400, 200]] at the minimum."""
    x, y = Value(-1.2, label="x"), Value(1.0, label="y")
    by_x, by_y = grad(rosenbrock(x, y), x, y)
    assert (by_x.data, by_y.data) == pytest.approx((-215.6, -88.0))
    assert hessian(rosenbrock(x, y), [x, y]) == pytest.approx(np.array([[1330.0, 480.0], [480.0, 200.0]]))
    x, y = Value(1.0), Value(1.0)
    assert hessian(rosenbrock(x, y), [x, y]) == pytest.approx(np.array([[802.0, -400.0], [-400.0, 200.0]]))


@pytest.mark.parametrize("size", [2, 10, 1000, 10_000])
def test_speelpennings_product(size: int) -> None:
    """Speelpenning (1980): the gradient of x1 * x2 * ... is the product without the one."""
    leaves = [Value(1 + 1 / (k + 2)) for k in range(size)]
    product = leaves[0]
    for leaf in leaves[1:]:
        product = product * leaf
    product.backward()
    for leaf in leaves:
        assert leaf.grad == pytest.approx(product.data / leaf.data, rel=1e-9)


def test_a_gradient_is_a_graph() -> None:
    x = Value(0.7, label="x")
    y = x.tanh() * x
    first = grad(y, x)
    second = grad(first, x)
    third = grad(second, x)
    t = math.tanh(0.7)
    s = 1 - t * t
    assert first.data == pytest.approx(t + 0.7 * s)
    assert second.data == pytest.approx(2 * s - 1.4 * t * s)
    assert third.data == pytest.approx(-6 * t * s - 1.4 * (s * s - 2 * t * t * s))
    widget = explore(first)
    assert widget.grads["x"] == pytest.approx(second.data)
    widget.set(x=0.2)
    assert widget.values[first] == pytest.approx(math.tanh(0.2) + 0.2 * (1 - math.tanh(0.2) ** 2))


def test_grad_in_a_cell(shell: Shell) -> None:
    shell("from autograd_magic import grad")
    widget = shell.autograd("x = -2.0\ny = abs(x) * x**2\ng = grad(y, x)\ng")
    assert (widget.values["g"], widget.grads["x"]) == (-12.0, 12.0)
    widget.set(x=3.0)
    assert (widget.values["g"], widget.grads["x"]) == (27.0, 18.0)


@pytest.mark.parametrize("seed", range(6))
def test_the_hessian_is_the_gradients_slope(seed: int) -> None:
    root = graph(seed, 40, ("add", "mul", "sub", "tanh", "sin", "sigmoid"))
    tape = Tape(root)
    leaves = [tape.nodes[leaf.node] for leaf in tape.leaves][:4]
    exact = hessian(root, leaves)
    assert np.allclose(exact, exact.T, rtol=1e-9, atol=1e-9)
    for row, leaf in enumerate(leaves):
        by_leaf = grad(root, leaf)
        by_leaf.backward()
        wanted = [other.grad if any(other is node for node in Tape(by_leaf).nodes) else 0.0 for other in leaves]
        assert exact[row] == pytest.approx(wanted, rel=1e-9, abs=1e-9)


def bends(tape: Tape) -> list[tuple[np.ndarray, np.ndarray]]:
    """How all gradients change with each leaf: in a page without a notebook, and here."""
    wire, leaves = encode(tape), [leaf.node for leaf in tape.leaves]
    answers = ask({"tape": wire, "bend": leaf} for leaf in leaves)
    theirs = [np.frombuffer(base64.b64decode(answer)) for answer in answers]
    return [(found, tape.hvp(np.eye(len(tape))[leaf])) for leaf, found in zip(leaves, theirs, strict=True)]


@pytest.mark.parametrize("seed", range(6))
def test_a_page_without_a_notebook_knows_second_derivatives(seed: int) -> None:
    tape = Tape(graph(seed, 40, ("add", "mul", "sub", "tanh", "sin", "sigmoid", "div", "exp")))
    known = [leaf.node for leaf in tape.leaves if math.isfinite(tape.backward()[leaf.node])]
    for (page, exact), leaf in zip(bends(tape), tape.leaves, strict=True):
        if leaf.node in known:
            assert page[known] == pytest.approx(exact[known], rel=1e-5, abs=1e-9)


def test_what_it_does_not_depend_on_is_zero() -> None:
    x, y = Value(1.0), Value(2.0)
    assert grad(x * 3, y).data == 0.0
    assert hessian(x * x, [x, y]).tolist() == [[2.0, 0.0], [0.0, 0.0]]


def test_what_is_no_value_is_refused() -> None:
    with pytest.raises(TypeError, match=r"grad\(\) takes Values, not float 3.0"):
        grad(3.0, Value(1.0))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="by what"):
        grad(Value(1.0))


@pytest.mark.filterwarnings("error")
def test_curvature_at_numbers_that_are_none_warns_nobody() -> None:
    x = Value(math.inf, label="x")
    tape = Tape(x * x - x)
    direction = np.zeros(len(tape))
    direction[0] = 1.0
    assert math.isnan(tape.hvp(direction)[0])
