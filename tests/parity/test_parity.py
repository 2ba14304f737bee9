"""Ours against PyTorch and JAX: every row of the op table, and whole graphs. ``make parity`` installs both."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from graphs import graph
from test_ops import CHOICE, SMOOTH, points

from autograd_magic.engine.ops import TABLE, Op
from autograd_magic.engine.tape import Tape
from autograd_magic.engine.value import CONST, LEAF

torch = pytest.importorskip("torch")
jax = pytest.importorskip("jax")
jnp = jax.numpy
jax.config.update("jax_enable_x64", True)

Functions = dict[str, Callable[..., Any]]
COMMON: Functions = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "neg": operator.neg,
    "pow": operator.pow,
}


def torchs() -> Functions:
    renamed = {
        "mod": torch.remainder,
        "floordiv": lambda x, y: torch.floor(x / y),
        "min": torch.minimum,
        "max": torch.maximum,
        "cbrt": lambda x: torch.sign(x) * torch.abs(x) ** (1 / 3),
        "softplus": torch.nn.functional.softplus,
        "ndtr": torch.special.ndtr,
        "log_ndtr": torch.special.log_ndtr,
        "where": lambda c, x, y: torch.where(c != 0, x, y),
        "round": lambda x, digits: torch.round(x * 10**digits) / 10**digits,
        "remainder": lambda x, y: x - torch.round(x / y) * y,
        "radians": torch.deg2rad,
        "degrees": torch.rad2deg,
        "gamma": lambda x: torch.exp(torch.lgamma(x)),
        "polygamma": lambda order, x: torch.polygamma(int(order), x),
        "erfcinv": lambda x: torch.erfinv(1 - x),
        "ndtri": torch.special.ndtri,
        "xlog1py": torch.special.xlog1py,
    } | {name: getattr(torch.nn.functional, name) for name in ("gelu", "silu", "leaky_relu")}
    return COMMON | renamed | {name: getattr(torch, name) for name in TABLE if name not in COMMON | renamed}


def jaxs() -> Functions:
    renamed = (
        {
            "mod": jnp.mod,
            "floordiv": jnp.floor_divide,
            "min": jnp.minimum,
            "max": jnp.maximum,
            "atan2": jnp.arctan2,
            "asin": jnp.arcsin,
            "acos": jnp.arccos,
            "atan": jnp.arctan,
            "asinh": jnp.arcsinh,
            "acosh": jnp.arccosh,
            "atanh": jnp.arctanh,
            "sigmoid": jax.nn.sigmoid,
            "relu": jax.nn.relu,
            "softplus": jax.nn.softplus,
            "erf": jax.scipy.special.erf,
            "erfc": jax.scipy.special.erfc,
            "ndtr": jax.scipy.special.ndtr,
            "log_ndtr": jax.scipy.special.log_ndtr,
            "where": lambda c, x, y: jnp.where(c != 0, x, y),
            "round": lambda x, digits: jnp.round(x * 10**digits) / 10**digits,
            "remainder": lambda x, y: x - jnp.round(x / y) * y,
            "lgamma": jax.scipy.special.gammaln,
            "polygamma": lambda order, x: jax.scipy.special.polygamma(order.astype(int), x),
            "erfcinv": lambda x: jax.scipy.special.erfinv(1 - x),
            "gelu": lambda x: jax.nn.gelu(x, approximate=False),
        }
        | {name: getattr(jax.nn, name) for name in ("silu", "leaky_relu")}
        | {
            name: getattr(jax.scipy.special, name)
            for name in ("gamma", "digamma", "erfinv", "ndtri", "xlogy", "xlog1py")
        }
    )
    return COMMON | renamed | {name: getattr(jnp, name) for name in TABLE if name not in COMMON | renamed}


def torch_gradient(function: Callable[..., Any], arguments: tuple[float, ...]) -> tuple[float, list[float]]:
    tensors = [torch.tensor(float(x), dtype=torch.float64, requires_grad=True) for x in arguments]
    result = function(*tensors)
    found = torch.autograd.grad(result, tensors, allow_unused=True)
    return float(result), [0.0 if grad is None else float(grad) for grad in found]


def jax_gradient(function: Callable[..., Any], arguments: tuple[float, ...]) -> tuple[float, list[float]]:
    floats = [jnp.float64(x) for x in arguments]
    value, grads = jax.value_and_grad(function, argnums=tuple(range(len(floats))))(*floats)
    return float(value), [float(grad) for grad in grads]


PEERS = {"torch": (torchs(), torch_gradient), "jax": (jaxs(), jax_gradient)}


@pytest.mark.parametrize("peer", PEERS)
@pytest.mark.parametrize("row", SMOOTH, ids=lambda row: row.name)
def test_every_row(row: Op, peer: str) -> None:
    functions, gradient = PEERS[peer]
    rel = 1e-9 if row.name in ("digamma", "polygamma") else 1e-12  # PyTorch's trigamma has no more digits
    for arguments in points(row, 12):
        value, grads = gradient(functions[row.name], arguments)
        ours = row.ieee(*arguments)
        assert ours == pytest.approx(value, rel=rel, abs=1e-14)
        for place in range(row.arity):
            if row.name not in CHOICE or place:
                assert row.local[place](*arguments, ours) == pytest.approx(grads[place], rel=max(rel, 1e-10), abs=1e-12)


# Points where the peers agree with one another and with our table; where they don't, test_ops.py holds ours to the table.
EDGES = [
    ("abs", (0.0,), [0.0], ["torch"]),
    ("relu", (0.0,), [0.0], ["torch", "jax"]),
    ("max", (1.0, 1.0), [0.5, 0.5], ["torch", "jax"]),
    ("min", (1.0, 1.0), [0.5, 0.5], ["torch", "jax"]),
    ("pow", (0.0, 2.0), [0.0, 0.0], ["torch", "jax"]),
    ("pow", (0.0, 0.0), [0.0, 0.0], ["torch"]),
    ("pow", (-2.0, 2.0), [-4.0, math.nan], ["torch", "jax"]),
    ("sqrt", (0.0,), [math.inf], ["torch", "jax"]),
    ("log", (0.0,), [math.inf], ["torch", "jax"]),
    ("reciprocal", (0.0,), [-math.inf], ["torch", "jax"]),
    ("mod", (-5.0, 3.0), [1.0, 2.0], ["torch", "jax"]),
    ("floor", (1.0,), [0.0], ["torch", "jax"]),
    ("sign", (0.0,), [0.0], ["torch", "jax"]),
    ("softplus", (1000.0,), [1.0], ["torch", "jax"]),
    ("sigmoid", (-1000.0,), [0.0], ["torch", "jax"]),
    ("leaky_relu", (0.0,), [0.01], ["torch"]),
    ("sinc", (0.0,), [0.0], ["torch", "jax"]),
    ("copysign", (0.0, -2.0), [0.0, 0.0], ["torch"]),
    ("fmax", (1.0, 1.0), [0.5, 0.5], ["torch"]),
    ("fmod", (-5.0, 3.0), [1.0, 1.0], ["torch", "jax"]),
    ("xlogy", (0.0, 2.0), [math.log(2), 0.0], ["torch", "jax"]),
    ("erfinv", (1.0,), [math.inf], ["torch", "jax"]),
    ("silu", (-1000.0,), [0.0], ["torch", "jax"]),
    ("logaddexp", (1000.0, -1000.0), [1.0, 0.0], ["torch", "jax"]),
]


@pytest.mark.parametrize(("name", "arguments", "wanted", "peers"), EDGES, ids=lambda found: str(found)[:30])
def test_edges(name: str, arguments: tuple[float, ...], wanted: list[float], peers: list[str]) -> None:
    row = TABLE[name]
    ours = [local(*arguments, row.ieee(*arguments)) for local in row.local]
    assert ours == pytest.approx(wanted, nan_ok=True)
    for peer in peers:
        functions, gradient = PEERS[peer]
        assert gradient(functions[name], arguments)[1] == pytest.approx(wanted, nan_ok=True)


@pytest.mark.parametrize("peer", PEERS)
@pytest.mark.parametrize("seed", range(6))
def test_whole_graphs(seed: int, peer: str) -> None:
    functions, gradient = PEERS[peer]
    smooth = ["add", "sub", "mul", "tanh", "sigmoid", "sin", "cos", "square", "relu", "max", "softplus", "atan2", "exp"]
    tape = Tape(graph(seed, 60, smooth))
    positions = tuple(np.random.default_rng(seed).uniform(-1, 1, len(tape.leaves)).tolist())
    ours = tape.forward(positions)
    grads = tape.backward()

    def program(*leaves: Any) -> Any:
        given = dict(zip((leaf.node for leaf in tape.leaves), leaves, strict=True))
        values: list[Any] = []
        for node, row in enumerate(tape.rows):
            if row is LEAF:
                values.append(given[node])
            elif row is CONST:
                values.append(float(tape.values[node]))
            else:
                values.append(functions[row.name](*[values[arg] for arg in tape.args[node]]))
        return values[tape.root]

    value, theirs = gradient(program, positions)
    assert ours == pytest.approx(value, rel=1e-9)
    assert [grads[leaf.node] for leaf in tape.leaves] == pytest.approx(theirs, rel=1e-7, abs=1e-9)
