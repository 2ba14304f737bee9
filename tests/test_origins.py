"""Each node knows which call of the notebook's functions made it, and which pass of which loop."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from eight import EXAMPLES, MLP, OURS
from shell import Shell

from autograd_magic.cell.hooks import mark
from autograd_magic.engine import numbering, record
from autograd_magic.engine.recording import Recording
from autograd_magic.live.tape_wire import encode

IN_ONE_CALL = {
    "arithmetic": ("y = a * 2.0", "y", ""),
    "a function": ("def f(x):\n    return x * 2.0\ny = f(a)", "y", "f 0"),
    "the second call": ("def f(x):\n    return x * 2.0\nf(a)\ny = f(a)", "y", "f 1"),
    "after a call": ("def f(x):\n    return x * 2.0\nu = f(a)\ny = u + 1.0", "y", ""),
    "a call in a call": ("def f(x):\n    return x * 2.0\ndef g(x):\n    return f(x)\ny = g(a)", "y", "g 0 > f 0"),
    "after the inner call": (
        "def f(x):\n    return x * 2.0\ndef g(x):\n    y = f(x)\n    return y + 1.0\ny = g(a)",
        "y",
        "g 0",
    ),
    "a method": (
        "class Neuron:\n    def __call__(self, x):\n        'what it does'\n        return x * 2.0\ny = Neuron()(a)",
        "y",
        "Neuron.__call__ 0",
    ),
    "an operator of their own": (
        "class P:\n    def __add__(self, x):\n        return x * 2.0\ny = P() + a",
        "y",
        "P.__add__ 0",
    ),
    "recursion": (
        "def f(x, n):\n    return f(x, n - 1) if n else x * 2.0\ny = f(a, 2)",
        "y",
        "f 0 > f 0 > f 0",
    ),
    "no return": ("def f(x):\n    global y\n    y = x * 2.0\nf(a)", "y", "f 0"),
    "by Python's own functions": ("def f(x):\n    return x * 2.0\ny = list(map(f, [a, a]))[-1]", "y", "f 1"),
    "after what was raised": (
        "def f(x):\n    for k in range(3):\n        x * 2.0 / k\ntry:\n    f(a)\nexcept ArithmeticError:\n    y = a * 2.0",
        "y",
        "",
    ),
    "after what code outside has raised": (
        "import math\ndef f(x):\n    return math.lgamma(-1.0 * x)\ntry:\n    f(a)\nexcept ValueError:\n    pass\ny = a * 2.0",
        "y",
        "",
    ),
    "a pass": ("y = a\nfor k in range(3):\n    y = y * 2.0", "y", "3 2"),
    "after a loop": ("y = a\nfor k in range(3):\n    y = y * 2.0\ny = y + 1.0", "y", ""),
    "after a break": ("y = a\nfor k in range(3):\n    y = y * 2.0\n    break\ny = y + 1.0", "y", ""),
    "the else of a loop": ("y = a\nfor k in range(3):\n    y * 2.0\nelse:\n    y = y + 1.0", "y", ""),
    "while": ("y = a\nk = 0\nwhile k < 2:\n    k += 1\n    y = y * 2.0", "y", "4 1"),
    "a loop in a loop": (
        "y = a\nfor j in range(2):\n    for k in range(3):\n        y = y * 2.0",
        "y",
        "3 1 > 4 2",
    ),
    "after the inner loop": (
        "y = a\nfor j in range(2):\n    for k in range(3):\n        y * 2.0\n    y = y + 1.0",
        "y",
        "3 1",
    ),
    "after continue": (
        "y = a\nfor j in range(2):\n    for k in range(3):\n        continue\n    y = y + 1.0",
        "y",
        "3 1",
    ),
    "a handler in a loop": (
        "y = a\nfor j in range(2):\n    try:\n        for k in range(3):\n            1 / k\n    except ZeroDivisionError:\n        y += 1.0",
        "y",
        "3 1",
    ),
    "a call in a pass": (
        "def f(x):\n    return x * 2.0\nfor k in range(2):\n    y = f(a)",
        "y",
        "4 1 > f 0",
    ),
    "a loop in a call": (
        "def f(x):\n    for k in range(2):\n        x = x * 2.0\n    return x\ny = f(a)",
        "y",
        "f 0 > 3 1 of f",
    ),
    "return from a loop": (
        "def f(x):\n    for k in range(2):\n        return x\nx = f(a)\ny = x * 2.0",
        "y",
        "",
    ),
    "a comprehension": ("def f(x):\n    return x * 2.0\ny = [f(a) for k in range(3)][-1]", "y", "4 2 > f 0"),
    "two loops of one": (
        "def f(x):\n    return x * 2.0\ny = [f(a) for j in range(2) for k in range(3)][-1]",
        "y",
        "4 1 > 4 2 > f 0",
    ),
    "after a comprehension": (
        "def f(x):\n    return x * 2.0\ny = [f(a) for k in range(3)][-1] + 1.0",
        "y",
        "",
    ),
    "into a function": ("def f(x):\n    return x * 2.0\ny = next(f(a) for k in range(3))", "y", "4 0 > f 0"),
    "that function, when all are there": ("def f(x):\n    return x * 2.0\ny = sum(f(a) for k in range(3))", "y", ""),
    "after that": ("def f(x):\n    return x * 2.0\ny = sum(f(a) for k in range(3)) * 2.0", "y", ""),
    "a generator is no call": (
        "def f(x):\n    for k in range(3):\n        yield x * 2.0\nfor y in f(a):\n    y = y + 1.0",
        "y",
        "5 2",
    ),
    "a lambda is no call": ("f = lambda x: x * 2.0\ny = f(a)", "y", ""),
    "a function of arrays": (
        "import numpy as np\ndef f(x):\n    return x * 2.0\nfor k in range(2):\n    y = f(np.array([a, 1.0]))[0]",
        "y",
        "5 1 > f 0",
    ),
}


def way(tape: Any, node: int) -> str:
    """The calls and passes that lead to a node, as text; a loop by its line in the text without the magic's."""
    return " > ".join(
        f"{site.place[0] - 1} {count}{site.name and f' of {site.name}'}" if site.loop else f"{site.name} {count}"
        for site, count in tape.origins.way(node)
    )


@pytest.mark.parametrize(("text", "name", "expected"), IN_ONE_CALL.values(), ids=list(IN_ONE_CALL))
def test_a_node_knows_its_call_and_its_pass(shell: Shell, text: str, name: str, expected: str) -> None:
    w = shell.autograd(f"a = 1.5\n{text}\n{name}")
    assert way(w.tape, w.tape.root) == expected
    w.set(a=2.5)
    assert way(w.tape, w.tape.root) == expected, "a second run"


@pytest.mark.parametrize("before", [True, False], ids=["in an earlier cell", "in the same cell"])
def test_the_neurons_of_a_net_are_told_apart(shell: Shell, before: bool) -> None:
    classes, _, rest = MLP.partition(EXAMPLES)
    if before:
        shell(classes)
        w = shell.autograd(EXAMPLES + rest)
    else:
        w = shell.autograd(MLP)
    tanh = [node for node, row in enumerate(w.tape.rows) if row.name == "tanh"]
    ways = [[site.name for site, _ in w.tape.origins.way(node) if not site.loop] for node in tanh]
    assert ways == [["MLP.__call__", "Layer.__call__", "Neuron.__call__"]] * 36
    assert len({int(w.tape.origins.of[node]) for node in tanh}) == 36
    lines = {site.place[0] * site.here for site in w.tape.origins.sites if site.name == "MLP.__call__" and site.loop}
    assert lines == ({0} if before else {3 + MLP.split("\n").index("        for layer in self.layers:") - 1})


def test_so_are_those_of_ours(shell: Shell) -> None:
    w = shell.autograd(OURS)
    tanh = [node for node, row in enumerate(w.tape.rows) if row.name == "tanh"]
    ways = [
        "".join(f"{site.name.split('.')[0]} {count} " for site, count in w.tape.origins.way(node)[1:]) for node in tanh
    ]
    assert ways[:9] == [
        f"MLP 0 Layer {layer} Neuron {neuron} " for layer in range(3) for neuron in range(1 if layer == 2 else 4)
    ]


def test_marks_leave_a_text_as_it_is(shell: Shell) -> None:
    """Python takes twenty blocks, one inside of the other, and a mark would be one more."""
    deep = "".join("    " * (depth + 1) + f"for i{depth} in range(1):\n" for depth in range(20))
    text = f"def f(x):\n    '''What f does.'''\n{deep}{'    ' * 21}return x * 2.0\n"
    w = shell.autograd(f"a = 1.5\n{text}y = f(a)\ny")
    assert w.root == 3.0
    assert shell.names["f"].__doc__ == "What f does."
    assert shell("f(2.0)") == 4.0


def test_a_call_that_gives_no_number_of_the_graph_is_a_leaf(shell: Shell) -> None:
    w = shell.autograd(
        "import random\ndef f():\n    for k in range(3):\n        pass\n    return random.random()\nx = f()\nx * x"
    )
    assert [leaf.name for leaf in w.tape.leaves] == ["x"]


def test_only_origins_of_the_graph_travel(shell: Shell) -> None:
    w = shell.autograd("a = 1.5\nfor k in range(50):\n    u = a * k\ny = u * 2.0\ny")
    wire = encode(w.tape)["origins"]
    assert len(wire["parent"]) == 8, "the cell and the last pass"
    assert wire["sites"] == [(True, "", 3)]


def test_an_interrupt_does_not_part_a_mark_from_its_serial(monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupted(itertools.count):  # type: ignore[type-arg]
        def __next__(self) -> int:
            raise KeyboardInterrupt

    run = Recording("cell", "digest")
    with record.recording(run):
        mark(1)
        with monkeypatch.context() as meanwhile, pytest.raises(KeyboardInterrupt):
            meanwhile.setattr(numbering, "serials", Interrupted())
            mark(2)
        mark(None)
    assert run.marks.found == [1, None]
    assert [*map(type, run.marks.moments)] == [int, int]
