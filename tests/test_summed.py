"""``sum`` of floats, which compensates from Python 3.12 on: as this Python has it, and in every replay."""

from __future__ import annotations

import base64
import random

import numpy as np
import pytest
from shell import Shell
from twin import ask

from autograd_magic.engine import replay, summed
from autograd_magic.engine.tape import Tape
from autograd_magic.live.number_text import encode_number
from autograd_magic.live.tape_wire import encode

SUMS = {
    "cancels": "[1e16, x, -1e16]",
    "tenths": "[x] * 10 + [0.1, 0.2, 0.3]",
    "constants first": "[0.1, 0.2, 0.3, x, y, 0.7]",
    "a start": "(x * k for k in (0.1, 0.2, 0.3)), y",
    "whole numbers first": "[1, 2, x, y, 0.1, x]",
    "whole numbers later": "[x, 0.1, 10**15, y, 0.3]",
    "no numbers but one": "[0.1, 0.2, x]",
    "two": "[x, y]",
    "whole numbers": "[1, 2, n]",
    "infinite": "[x, 1e308, 1e308 * 10, y]",
    "NumPy's": "[x, np.float64(0.1), 0.2, y]",
    "of sums": "[sum([x, 0.1, 0.2]), sum([y, 0.7, x]), 0.1]",
}


@pytest.mark.parametrize("text", SUMS.values(), ids=list(SUMS))
def test_a_sum_is_that_of_this_python_wherever_a_slider_goes(shell: Shell, text: str) -> None:
    w = shell.autograd(f"import numpy as np\nx = 0.1\ny = 0.7\nn = 3\nL = sum({text}) + 0 * x\nL")
    dice = random.Random(1)
    for _ in range(20):
        at = {"x": dice.uniform(-2, 2), "y": dice.uniform(-2, 2)} if "y" in text else {"x": dice.uniform(-2, 2)}
        at = {name: number for name, number in at.items() if name in w.values.keys()}
        w.set(at)
        names = {"np": np, "x": 0.1, "y": 0.7, "n": 3} | at
        assert w.values["L"] == eval(f"sum({text})", names) or not np.isfinite(w.values["L"])


def test_what_map_and_functions_of_other_cells_sum(shell: Shell) -> None:
    shell("def total(row):\n    return sum(row)")
    w = shell.autograd("x = 0.1\nL = list(map(sum, [[x] * 10]))[0] + total([x] * 10)\nL")
    assert w.values["L"] == 2 * sum([0.1] * 10)
    assert w.grads["x"] == 20.0


@pytest.mark.parametrize("crowd", [1, 10**9], ids=["grouped", "one by one"])
def test_three_replays_keep_the_same_digits(shell: Shell, monkeypatch: pytest.MonkeyPatch, crowd: int) -> None:
    monkeypatch.setattr(summed, "compensates", True)
    w = shell.autograd("x, y = 0.1, 0.7\nL = sum([x * 1e15, y, -x * 1e15, 0.3]) + sum([x] * 10)\nL")
    tape = w.tape
    assert tape.values[tape.root] == summed.compensated([0.1 * 1e15, 0.7, -0.1 * 1e15, 0.3]) + 1.0
    monkeypatch.setattr(replay, "CROWD", crowd)
    tape = Tape(tape.nodes[tape.root], leaves={leaf.key: tape.nodes[leaf.node] for leaf in tape.leaves})
    at = [0.3, -1.1]
    ((browser,),) = ask(
        [
            {
                "tape": encode(tape),
                "at": [{leaf.key: encode_number(x) for leaf, x in zip(tape.leaves, at, strict=True)}],
            }
        ]
    )
    tape.forward(at)
    wanted = summed.compensated([0.3 * 1e15, -1.1, -0.3 * 1e15, 0.3]) + summed.compensated([0.3] * 10)
    assert tape.values[tape.root] == wanted
    assert np.frombuffer(base64.b64decode(browser["values"])).tolist() == tape.values.tolist()
    assert tape.plan.each(tape.values).tolist() == tape.values.tolist()
    assert tape.backward()[tape.leaves[1].node] == 1.0


def test_the_picture_is_a_row_of_additions(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summed, "compensates", True)
    w = shell.autograd("x, y, z = 1.0, 2.0, 3.0\nL = sum([x, y, z])\nL")
    assert [row.symbol for row in w.tape.rows].count("+") == 3
    assert w.tape.rows[w.tape.root].name == "add"


def test_it_is_what_this_python_does() -> None:
    if not summed.compensates:
        pytest.skip("sum() adds one by one here")
    dice = random.Random(2)
    for size in range(1, 200):
        row = [dice.uniform(-1, 1) * 10.0 ** dice.randrange(-20, 20) for _ in range(size)]
        assert summed.compensated(row) == sum(row)
