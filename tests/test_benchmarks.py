"""What the benchmarks compare is the same work, and each of them is run by ``make bench``."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from shutil import which
from typing import Any

import micrograd.engine
import numpy as np
import pytest
from eight import LECTURE, MLP, NEURON
from plain import BROWSERS
from shell import Shell

from autograd_magic.engine.tape import Tape
from benchmarks import peers
from benchmarks.__main__ import ALL
from benchmarks.against_micrograd import recipe
from benchmarks.goals import GOALS, MARK, reached

FOLDER = Path(peers.__file__).parent


def test_each_benchmark_is_run_and_each_goal_is_told_by_one() -> None:
    texts = {path.stem: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py")}
    assert {name for name, text in texts.items() if "def main()" in text} - {"__main__"} == {*ALL}
    for key in GOALS:
        assert any(f'"{key.split(",")[0]}' in texts[name] for name in ALL), key


@pytest.mark.slow
@pytest.mark.parametrize("name", ALL)
def test_a_benchmark_ends_and_prints_its_table(name: str) -> None:
    if name == "frames" and not any(map(which, BROWSERS)):
        pytest.skip("there is no Chromium")
    if name == "browser_engine" and which("cc") is None:
        pytest.skip("there is no C compiler")
    command = [sys.executable, "-m", "benchmarks", "--once", name]
    done = subprocess.run(command, cwd=FOLDER.parent, capture_output=True, text=True, timeout=250)
    assert done.returncode == 0, done.stdout + done.stderr
    for row in ALL[name]:
        label = re.escape(row.removesuffix(" lines"))
        (figures,) = re.findall(rf"^ *{label}:? (.*)$", done.stdout, re.MULTILINE)
        assert re.search(r"\d", figures) and not re.search(r"nan|inf", figures), figures


@pytest.mark.parametrize(("key", "figure", "met"), [("loop", 20.0, True), ("loop", 20.1, False)])
def test_a_goal_says_whether_it_is_met(key: str, figure: float, met: bool) -> None:
    assert reached(key, figure).startswith(f"{MARK}{GOALS[key].name} | ≤ 20 | ")
    assert reached(key, figure).endswith("met" if met else "missed")


def test_a_goal_that_wants_much_is_missed_by_less() -> None:
    assert reached("descend", 99.0).endswith("missed")
    assert reached("descend", 100.0).endswith("met")


@pytest.mark.parametrize("cell", [LECTURE, MLP])
def test_micrograd_goes_through_the_same_graph(shell: Shell, cell: str) -> None:
    tape: Tape = shell.autograd(cell).tape
    leaves = [micrograd.engine.Value(float(leaf.start)) for leaf in tape.leaves]
    root = peers.nodes_of(tape, peers.MICROGRAD, micrograd.engine.Value, leaves)
    root.backward()
    assert root.data == pytest.approx(tape.values[tape.root], rel=1e-12)
    assert [leaf.grad for leaf in leaves] == pytest.approx([tape.grads[leaf.node] for leaf in tape.leaves], rel=1e-9)


@pytest.mark.parametrize("library", [peers.casadi, peers.jax])
@pytest.mark.parametrize("cell", [NEURON, MLP])
def test_a_library_that_is_here_goes_through_the_same_graph(shell: Shell, cell: str, library: Any) -> None:
    tape: Tape = shell.autograd(cell).tape
    both = library(tape)
    if both is None:
        pytest.skip(f"{library.__name__} is not installed")
    value, grads = both()
    assert float(value) == pytest.approx(tape.values[tape.root], rel=1e-12)
    found = np.array(grads).ravel()
    assert found == pytest.approx([tape.grads[leaf.node] for leaf in tape.leaves], rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("cell", [LECTURE, MLP])
def test_the_loop_in_c_goes_through_the_same_graph(shell: Shell, cell: str) -> None:
    tape: Tape = shell.autograd(cell).tape
    loop = peers.loop_in_c(tape)
    if loop is None:
        pytest.skip("there is no C compiler")
    values, grads = loop()
    assert values[tape.root] == pytest.approx(tape.values[tape.root], rel=1e-12)
    leaves = [leaf.node for leaf in tape.leaves]
    assert grads[leaves] == pytest.approx(tape.grads[leaves], rel=1e-9)


def test_the_random_graph_reaches_its_size() -> None:
    assert 2 * (len(recipe(300_000)) + 5) == 300_000
