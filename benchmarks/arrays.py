"""What loops and NumPy's programs cost while they are traced, as ratios against the same program plainly, in the same
process: the program's own time (without building the tape), the time of the whole cell, and the memory that an element
takes while the cell runs, and a node of its graph afterwards. Beside them stands HIPS autograd, where it is installed,
recording the same program; it has no guards and no lines, and can't store into an array.

``python -m benchmarks.arrays``
"""

from __future__ import annotations

import gc
import importlib
import math
import tracemalloc
from time import process_time
from typing import Any

import numpy as np
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from .asked import rows, unless_once
from .goals import reached

PROGRAMS = {
    "x * y, 10 elements": ("x = np.ones(10) * a\ny = x + 1.0", "z = x * y", 1_000),
    "x * y, 1,000 elements": ("x = np.ones(1_000) * a\ny = x + 1.0", "z = x * y", 1_000),
    "x * y, 100,000 elements": ("x = np.ones(100_000) * a\ny = x + 1.0", "z = x * y", 100),
    "x.sum(), 100,000 elements": ("x = np.ones(100_000) * a", "z = x.sum()", 100),
    "u[i + 1] = u[i] + dt * f(u[i])": (
        "u = np.zeros(10_001)\nu[0] = a\ndef f(v):\n    return -v * v",
        "u[k + 1] = u[k] + 0.001 * f(u[k])",
        10_000,
    ),
    "x = x + 0.001 * (a - x)": ("x = 0.5", "x = x + 0.001 * (a - x)", 10_000),
    "tanh(X @ w), 200 x 50": ("X = np.ones((200, 50)) * 0.01\nw = np.ones(50) * a", "z = np.tanh(X @ w)", 100),
}
"""What comes before, the statement, and how often it runs."""

CELL = "a = 1.5\n{0}\nbegin = clock()\nfor k in range({2}):\n    {1}\nend = clock()\na * 2.0"
ROUNDS = unless_once(5, 1)


def seconds(shell: Any, program: tuple[str, str, int], magic: str) -> float:
    """CPU seconds of the loop alone."""
    with capture_output():
        shell.run_cell(magic + CELL.format(*program)).raise_error()
    return float(shell.user_ns["end"]) - float(shell.user_ns["begin"])


def in_hips(body: str) -> dict[str, Any] | None:
    """The names of a program after HIPS autograd has recorded it; None where it is not installed, or can't."""
    try:
        hips, numpy = (importlib.import_module(f"autograd{part}") for part in ("", ".numpy"))
    except ImportError:
        return None
    text = "\n    ".join(["def program(a):", *body.splitlines(), "found.update(locals())", "return a * 2.0"])
    names: dict[str, Any] = {"np": numpy, "clock": process_time, "held": held, "found": {}}
    exec(text, names)  # the programs above
    try:
        hips.make_vjp(names["program"])(1.5)
    except (TypeError, ValueError):
        return None
    return dict(names["found"])


def held() -> int:
    """Bytes that are in use."""
    return tracemalloc.get_traced_memory()[0]


KEEPS = "x = np.ones(1_000) * a\nbefore = held()\nkept = [x * x for k in range(100)]\nafter = held()"


KEPT = "bytes an element, all results kept"
TOLD = {"elements": "x * y, 1,000 elements", "loop": "u[i + 1] = u[i] + dt * f(u[i])", "element bytes": KEPT}
"""The rows that tell of a goal."""


def bytes_an_element(shell: Any) -> tuple[float, float]:
    """What an element of a result takes while its cell runs, its number included; and with HIPS autograd."""
    names: dict[str, Any] = shell.user_ns
    names["held"] = held
    tracemalloc.start()
    theirs = in_hips(KEEPS)
    with capture_output():
        shell.run_cell(f"%%autograd\na = 1.5\n{KEEPS}\na * 2.0").raise_error()
    tracemalloc.stop()
    sizes = [(found["after"] - found["before"]) / 100_000 if found else math.nan for found in (names, theirs)]
    return float(sizes[0]), float(sizes[1])


def figure(number: float) -> str:
    """A number in its column; a dash where there is none: no HIPS autograd, or a graph too large for a widget."""
    return f"{'-' if math.isnan(number) else f'{number:.1f}':>7}"


LARGE = {
    "np.linspace(0, 1, 10**6) * a": "a = 1.5\nnp.linspace(0, 1, 10**6) * a",
    "np.linspace(0, 1, 3 * 10**5) * a": "a = 1.5\nnp.linspace(0, 1, 3 * 10**5) * a",
    "(x * x + x).sum(), 10**5": "a = 1.5\nx = np.linspace(0, 1, 10**5) * a\n(x * x + x).sum()",
    "10,000 steps of a loop": "a = 1.5\nx = 0.5\nfor k in range(10_000):\n    x = x + 0.001 * (a - x)\nx",
    "175,000 steps of a loop": "a = 1.5\nx = 0.5\nfor k in range(175_000):\n    x = x + 0.001 * (a - x)\nx",
}
"""Cells whose graphs are large."""


def whole(shell: Any, cell: str) -> tuple[float, float]:
    """CPU seconds of a traced cell with its graph, and of a plain loop of a million steps."""
    begin = process_time()
    for _ in range(1_000_000):
        pass
    middle = process_time()
    with capture_output():
        shell.run_cell(f"%%autograd --as w\n{cell}").raise_error()
    return process_time() - middle, middle - begin


def bytes_a_node(shell: Any, cell: str) -> float:
    """What is left of a traced cell, its widget included, for each node of its graph."""
    with capture_output():
        shell.run_cell(f"%%autograd\n{cell}").raise_error()
    shell.user_ns.pop("w", None)
    gc.collect()
    tracemalloc.start()
    with capture_output():
        shell.run_cell(f"%%autograd --as w\n{cell}").raise_error()
    gc.collect()
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return held / len(shell.user_ns["w"].tape) if "w" in shell.user_ns else float("nan")


def main() -> None:
    """Print the table."""
    shell: Any = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "autograd_magic")
    shell.user_ns.update(np=np, clock=process_time)
    print(f"traced / plain, and HIPS autograd / plain; best of {ROUNDS} turns, CPU time, NumPy {np.__version__}")
    asked = rows([*PROGRAMS, KEPT, *LARGE])
    figures = {}
    for name in filter(PROGRAMS.__contains__, asked):
        program = PROGRAMS[name]
        plain, traced, theirs = [], [], []
        for _ in range(ROUNDS):
            plain.append(seconds(shell, program, ""))
            traced.append(seconds(shell, program, "%%autograd\n"))
            found = in_hips("\n".join(CELL.format(*program).splitlines()[1:-1]))
            theirs.append(found["end"] - found["begin"] if found else math.nan)
            gc.collect()
        figures[name] = min(traced) / min(plain)
        print(f"{name:>34}  {figure(figures[name])}  {figure(min(theirs) / min(plain))}", flush=True)
    if KEPT in asked:
        figures[KEPT], hips = bytes_an_element(shell)
        print(f"{KEPT:>34}  {figure(figures[KEPT])}  {figure(hips)}")
    print(f"{'':>34}  whole cell / a million plain steps, and bytes a node of what is left")
    for name in filter(LARGE.__contains__, asked):
        traced_cell, plain_loop = whole(shell, LARGE[name])
        each = bytes_a_node(shell, LARGE[name])
        print(f"{name:>34}  {figure(traced_cell / plain_loop)}  {figure(each)}", flush=True)
    print("\n".join(reached(key, figures[name]) for key, name in TOLD.items() if name in figures))


if __name__ == "__main__":
    main()
