"""Runs in which nothing is traced: they give the number that a fresh run gives, and leave everything as it was."""

from __future__ import annotations

import math
from typing import Any

import pytest
from shell import Shell

from autograd_magic.cell.plain_run import root_number
from autograd_magic.live.session import ours

BEFORE = """
import numpy as np, random, statistics, json
held, seen = [1.0], {}
def scale(v, k=3.0):
    seen[len(seen)] = v
    return v * k
dice = np.random.default_rng(4)
"""


def peeked(w: Any, key: str, number: float, name: str = "") -> float | None:
    """The root's number with a leaf elsewhere, by a plain run."""
    (leaf,) = (leaf for leaf in w.tape.leaves if leaf.name == key)
    with ours():
        return root_number(w.program, {leaf.key: number}, name)


@pytest.mark.parametrize(
    ("text", "leaf"),
    [
        ("x = 2.0\ny = json.loads(json.dumps(x)) * x\ny", "x"),
        ("x = 2.0\nheld.append(x)\ny = sum(held) * dice.normal()\ny", "x"),
        ("x = 2\ny = scale(x) + statistics.mean([x, held[0]])\ny", "x"),
        ("x = 2.0\nnp.random.seed(3)\nW = np.random.randn(2, 2)\nW -= 0.1 * x * W\nprint(W)\nfloat(W.sum())", "x"),
        ("x = -2.0\ny = 0.0\nfor k in range(3):\n    y += abs(float(str(x))) ** k\ny", "x"),
    ],
)
def test_it_gives_what_a_fresh_run_gives_and_leaves_all_as_it_was(shell: Shell, text: str, leaf: str) -> None:
    shell(BEFORE)
    w = shell.autograd(text)
    before = shell("[*held], dict(seen), random.getstate(), dice.bit_generator.state, float(y) if 'y' in dir() else 0")
    number = peeked(w, leaf, 1.25)
    assert (
        shell("[*held], dict(seen), random.getstate(), dice.bit_generator.state, float(y) if 'y' in dir() else 0")
        == before
    )
    assert shell.output.stdout.count("Out[") == 1
    fresh = Shell(shell.shell)
    shell(BEFORE)
    start = "-2.0" if "-2.0" in text else "2.0" if "2.0" in text else "2"
    assert number == float(fresh(text.replace(f"x = {start}", "x = 1.25")))


def test_numbers_of_other_cells_stand_where_they_were_moved(shell: Shell) -> None:
    shell("k = 4.0")
    first = shell.autograd("a = 3.0\nb = a * 2.0\nb")
    w = shell.autograd("x = 2.0\ny = float(str(b)) * x * k\ny")
    assert peeked(w, "x", 3.0) == 6.0 * 3.0 * 4.0
    assert peeked(w, "k", 5.0) == 6.0 * 2.0 * 5.0 and shell.names["k"] == 4.0
    assert w.grads["b"] == pytest.approx(8.0) and first.grads["a"] == 2.0


def test_a_name_may_be_the_root(shell: Shell) -> None:
    w = shell.autograd("x = 2.0\ny = float(str(x)) * x\nz = 'done'", "--root y")
    assert peeked(w, "x", 3.0, "y") == 9.0 and w.grads["x"] == pytest.approx(4.0)


@pytest.mark.parametrize(
    ("text", "options", "leaf", "name"),
    [
        ("w = [1.0, 2.0]\ny = w[0] * w[1]\ny", "--wrt w", "w[0]", ""),
        ("x = 2.0\ny = x * x", "", "x", "z"),
        ("x = 2.0\ny = x * x\n'text'", "--root y", "x", ""),
    ],
)
def test_what_cannot_be_run_so_is_no_number(shell: Shell, text: str, options: str, leaf: str, name: str) -> None:
    w = shell.autograd(text, options)
    assert peeked(w, leaf, 3.0, name) is None


def test_what_the_cell_raises_goes_through(shell: Shell) -> None:
    w = shell.autograd("x = 2.0\ny = 1 / float(str(x))\ny")
    with pytest.raises(ZeroDivisionError):
        peeked(w, "x", 0.0)
    assert w.values["y"] == 0.5 and shell("y * 1") == 0.5


def test_where_a_plain_run_ends_elsewhere_the_traced_one_is_taken(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It counts only if it gives the graph's own number where the leaves stand."""
    monkeypatch.setattr("autograd_magic.live.runs.root_number", lambda *_: 7.0)
    w = shell.autograd("x = 2.0\ny = float(str(x)) ** 2\ny")
    assert w.grads["x"] == pytest.approx(4.0) and not math.isnan(w.grads["x"])
