"""The same graph in other libraries: what ``benchmarks.replays`` compares a replay of the tape with. Each function here
gives something to call for one forward and backward pass, or None where the library is not installed or can't do it.
"""

from __future__ import annotations

import importlib
import math
import tempfile
from collections.abc import Callable
from pathlib import Path
from shutil import which
from typing import Any

from micrograd.engine import Value as Micro  # type: ignore[import-untyped]

from autograd_magic.engine.tape import Tape
from autograd_magic.live.tape_wire import encode

from .browser_engine import in_c

Pass = Callable[[], Any]

LARGEST = {"micrograd": 200_000, "casadi": 200_000, "jax": 1_000}
"""Larger graphs take these minutes to build or to compile."""


def tanh(x: Any) -> Any:
    """Micrograd's Value has none."""
    out = Micro(math.tanh(x.data), (x,), "tanh")

    def backward() -> None:
        x.grad += (1 - out.data**2) * out.grad

    out._backward = backward
    return out


RULES: dict[str, Callable[..., Any]] = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "neg": lambda x: -x,
}
"""The operations that all of them write alike."""

MICROGRAD = RULES | {"pow": lambda x, y: x**y.data, "relu": lambda x: x.relu(), "tanh": tanh}


def known(tape: Tape, rules: dict[str, Callable[..., Any]], library: str) -> bool:
    """Whether a library has all that the tape needs, in bearable time."""
    if len(tape) > LARGEST[library]:
        return False
    return all(tape.rows.table[code].name in rules for code in set(tape.rows.codes[tape.plan.computed].tolist()))


def nodes_of(tape: Tape, rules: dict[str, Callable[..., Any]], start: Callable[[float], Any], leaves: Any = ()) -> Any:
    """The root of the same graph, of another library's numbers; those of the leaves can be given."""
    given = {leaf.node: number for leaf, number in zip(tape.leaves, leaves, strict=False)}
    nodes: list[Any] = []
    for k, (row, args, number) in enumerate(zip(tape.rows, tape.args, tape.values.tolist(), strict=True)):
        if k in given:
            nodes.append(given[k])
        else:
            nodes.append(rules[row.name](*[nodes[arg] for arg in args]) if args else start(number))
    return nodes[tape.root]


def micrograd(tape: Tape) -> Pass | None:
    """The graph built again, which micrograd has to do, and its backward pass."""
    if not known(tape, MICROGRAD, "micrograd"):
        return None

    def build() -> None:
        nodes_of(tape, MICROGRAD, Micro).backward()

    try:
        build()
    except RecursionError:  # its backward pass calls itself
        return None
    return build


def casadi(tape: Tape) -> Pass | None:
    """CasADi's function of value and gradient, run by its virtual machine."""
    try:
        library = importlib.import_module("casadi")
    except ImportError:
        return None
    rules = RULES | {"pow": lambda x, y: x**y, "relu": lambda x: library.fmax(x, 0)}
    rules |= {name: getattr(library, name) for name in ("exp", "log", "sqrt", "tanh")}
    if not known(tape, rules, "casadi"):
        return None
    symbols = library.SX.sym("leaves", len(tape.leaves))
    root = nodes_of(tape, rules, library.SX, library.vertsplit(symbols))
    function = library.Function("both", [symbols], [root, library.gradient(root, symbols)])
    numbers = [float(leaf.start) for leaf in tape.leaves]
    return lambda: function(numbers)


def jax(tape: Tape) -> Pass | None:
    """JAX's value and gradient, compiled; in float64."""
    try:
        library = importlib.import_module("jax")
    except ImportError:
        return None
    numpy = library.numpy
    rules = RULES | {"pow": lambda x, y: x**y, "relu": lambda x: numpy.maximum(x, 0)}
    rules |= {name: getattr(numpy, name) for name in ("exp", "log", "sqrt", "tanh")}
    if not known(tape, rules, "jax"):
        return None
    library.config.update("jax_enable_x64", True)
    both = library.jit(library.value_and_grad(lambda leaves: nodes_of(tape, rules, float, leaves)))
    numbers = [float(leaf.start) for leaf in tape.leaves]
    both(numbers)
    return lambda: library.block_until_ready(both(numbers))


def loop_in_c(tape: Tape) -> Pass | None:
    """Forward and backward over a tape in C (``cc -O2``)."""
    if which("cc") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:  # a library that is loaded stays so without its file
        run = in_c(dict(encode(tape)), Path(folder), f"loop{id(tape)}")
    return lambda: run(1)
