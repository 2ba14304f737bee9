"""What NumPy's programs cost while they are traced, as ratios against the same program plainly, in the same process:
the program's own time (without building the tape), and the memory that an element takes.

``python -m benchmarks.arrays``
"""

from __future__ import annotations

import gc
import tracemalloc
from time import process_time
from typing import Any

import numpy as np
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

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
    "tanh(X @ w), 200 x 50": ("X = np.ones((200, 50)) * 0.01\nw = np.ones(50) * a", "z = np.tanh(X @ w)", 100),
}
"""What comes before, the statement, and how often it runs."""

CELL = "a = 1.5\n{0}\nbegin = clock()\nfor k in range({2}):\n    {1}\nend = clock()\na * 2.0"
ROUNDS = 5


def seconds(shell: Any, program: tuple[str, str, int], magic: str) -> float:
    """CPU seconds of the loop alone."""
    with capture_output():
        shell.run_cell(magic + CELL.format(*program)).raise_error()
    return float(shell.user_ns["end"]) - float(shell.user_ns["begin"])


def bytes_an_element(shell: Any) -> float:
    """What an element of a result takes while its cell runs, its number included."""
    names: dict[str, Any] = shell.user_ns
    names["held"] = lambda: tracemalloc.get_traced_memory()[0]
    body = "x = np.ones(1_000) * a\nbefore = held()\nkept = [x * x for k in range(100)]\nafter = held()"
    tracemalloc.start()
    with capture_output():
        shell.run_cell(f"%%autograd\na = 1.5\n{body}\na * 2.0").raise_error()
    tracemalloc.stop()
    return float(names["after"] - names["before"]) / 100_000


def main() -> None:
    """Print the table."""
    shell: Any = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "autograd_magic")
    shell.user_ns.update(np=np, clock=process_time)
    print(f"traced / plain, best of {ROUNDS} turns, CPU time, NumPy {np.__version__}")
    for name, program in PROGRAMS.items():
        plain, traced = [], []
        for _ in range(ROUNDS):
            plain.append(seconds(shell, program, ""))
            traced.append(seconds(shell, program, "%%autograd\n"))
            gc.collect()
        print(f"{name:>34}  {min(traced) / min(plain):>7.1f}")
    print(f"{'bytes an element, all results kept':>34}  {bytes_an_element(shell):>7.1f}")


if __name__ == "__main__":
    main()
