"""Ratios against micrograd, in one process: ``make bench``.

Three things are compared on the same graphs: building a graph, running forward and backward again (micrograd has to
build the graph again for that), and memory a node. Machines are noisy, so each figure is the median over rounds that
take turns, and only the ratios mean something. Python's garbage collector is on, as it is in a notebook.
"""

from __future__ import annotations

import ast
import gc
import os
import platform
import random
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import micrograd.engine  # type: ignore[import-untyped]
import numpy as np

from autograd_magic import Value
from autograd_magic.cell.quiet import no_collections
from autograd_magic.cell.run import Cell
from autograd_magic.cell.script import Script
from autograd_magic.engine.tape import Tape

from .asked import rows, unless_once

SIZES = (7, 500, 10_000, 100_000, 1_000_000)
LINES = (80, 800, 8_000)
ROUNDS = unless_once(7, 1)
PATIENT = 100_000
"""A larger graph takes a minute a round, and has one."""
TIME = unless_once(0.2, 0.0)
"""Seconds that one measurement should take at least."""


def recipe(size: int) -> list[tuple[str, int, int]]:
    """A random graph of ``size`` nodes over five leaves, nowhere deeper than micrograd's recursion can go."""
    dice = random.Random(size)
    steps: list[tuple[str, int, int]] = []
    depth = [0] * 5
    while 2 * (len(steps) + 5) < size:  # the other half is the sum
        node = len(steps) + 5
        drawn = (dice.randrange(max(0, node - 3000), node) for _ in range(2))
        left, right = (each if depth[each] < 200 else each % 5 for each in drawn)
        steps.append((dice.choice(["add", "mul", "relu"]), left, right))
        depth.append(1 + max(depth[left], depth[right]))
    return steps


def build(make: Callable[[float], Any], steps: list[tuple[str, int, int]]) -> Any:
    """The recipe, cooked with one kind of number, and a root on which every node has an influence."""
    nodes = [make(0.3 + 0.1 * k) for k in range(5)]
    for name, left, right in steps:
        if name == "add":
            nodes.append(nodes[left] + nodes[right])
        elif name == "mul":
            nodes.append(nodes[left] * 0.5)
        else:
            nodes.append(nodes[left].relu())
    while len(nodes) > 1:
        nodes = [a + b for a, b in zip(nodes[::2], nodes[1::2], strict=False)] + nodes[len(nodes) // 2 * 2 :]
    return nodes[0]


def seconds(work: Callable[[], Any]) -> float:
    """How long ``work`` takes, once."""
    count = 1
    while True:
        start = time.perf_counter()
        for _ in range(count):
            work()
        taken = time.perf_counter() - start
        if taken >= TIME:
            return taken / count
        count = max(count * 2, int(count * TIME / max(taken, 1e-9)))


def in_turns(*works: Callable[[], Any], rounds: int = ROUNDS) -> list[float]:
    """The median of each, measured in turns."""
    gc.collect()
    found = [[seconds(work) for work in works] for _ in range(rounds)]
    return [statistics.median(column) for column in zip(*found, strict=True)]


def memory(make: Callable[[], Any]) -> int:
    """Bytes that a graph holds after it was built."""
    gc.collect()
    tracemalloc.start()
    kept = make()
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del kept
    return held


def against_micrograd(size: int) -> dict[str, float]:
    """The ratios for one size; above 1 means that ours is better."""
    steps = recipe(size)
    tape = Tape(build(Value, steps))
    positions = [float(tape.values[leaf.node]) for leaf in tape.leaves]

    def again() -> None:
        tape.forward(positions)
        tape.backward()

    def rebuild() -> None:
        build(micrograd.engine.Value, steps).backward()

    rounds = ROUNDS if size <= PATIENT else 1
    ours, theirs = in_turns(lambda: build(Value, steps), lambda: build(micrograd.engine.Value, steps), rounds=rounds)
    replay, rebuilt = in_turns(again, rebuild, rounds=rounds)
    held, kept = memory(lambda: build(Value, steps)), memory(lambda: build(micrograd.engine.Value, steps))
    return {"build": theirs / ours, "again": rebuilt / replay, "memory": kept / held}


def of_text(lines: int) -> float:
    """How many times what Python takes to compile a text we take to make a traced cell of it."""
    wave = "x{0} = math.sin(x{1}) * 2.0 + x{1} ** 2 - {0}.0"
    text = "\n".join((wave if k % 4 else "x{0} = {0}.0").format(k, k - 1) for k in range(lines))

    def ours() -> None:
        with no_collections():
            Cell(Script(lambda: ast.parse(text), "<cell>", source=text), {})

    rewritten, compiled = in_turns(ours, lambda: compile(text, "<cell>", "exec"))
    return rewritten / compiled


def main() -> None:
    """Print the tables."""
    sys.setrecursionlimit(10_000)
    python = platform.python_version()
    print(
        f"micrograd / autograd_magic, medians of {ROUNDS} turns, Python {python}, NumPy {np.__version__}, "
        f"{os.cpu_count()} cores; above 1: ours is better"
    )
    print(f"{'nodes':>8}  {'build':>7}  {'forward and backward again':>27}  {'memory a node':>14}")
    asked = rows([*map(str, SIZES), *(f"{lines} lines" for lines in LINES)])
    for size in SIZES:
        if str(size) not in asked:
            continue
        found = against_micrograd(size)
        print(f"{size:>8}  {found['build']:>7.2f}  {found['again']:>27.1f}  {found['memory']:>14.2f}")
    print("\na cell before its first run: its text parsed, looked at and rewritten / compiled by Python, by lines")
    for lines in LINES:
        if f"{lines} lines" in asked:
            print(f"{lines:>8}  {of_text(lines):>7.1f}")


if __name__ == "__main__":
    main()
