"""From Shift-Enter to the picture: what ``%%autograd`` costs on top of the plain cell, in a real IPython shell, and how
much memory a node of its graph takes in the kernel.

All times are CPU times of this process, medians (with the quartiles) over rounds that take turns; in each the same cell
plainly, and micrograd making a graph of the same shape. Python's garbage collector is on, and has just run before each,
so that none pays for what the one before has left.
``picture`` is all up to the message that shows the widget, ``end`` all until the cell has ended, the still picture of a
saved notebook included (where somebody sits at the notebook, that is made afterwards).

The last cell, a million nodes, takes minutes; ``python -m benchmarks.cell_to_picture lecture`` measures the first.
"""

from __future__ import annotations

import gc
import io
import platform
import statistics
import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from time import process_time
from typing import Any

import micrograd.engine  # type: ignore[import-untyped]
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

from autograd_magic.engine.tape import Tape

from .against_micrograd import memory
from .asked import rows, unless_once
from .goals import GOALS, reached

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from eight import LECTURE, MLP, moons

CELLS: dict[str, tuple[str, int]] = {
    "lecture": (LECTURE, 101),
    "MLP of the lecture": (MLP, 51),
    "moons, 100 points": (moons(100), 11),
    "moons, 1,450 points": (moons(1_450), 2),
}
"""The cells, and how many rounds each has."""

WIDGET = "application/vnd.jupyter.widget-view+json"


class Publisher(DisplayPublisher):
    """Notes when a widget is shown."""

    shown = 0.0

    def publish(self, data: dict[str, Any], *_: Any, **__: Any) -> None:
        """Show something."""
        if WIDGET in data:
            self.shown = process_time()


def cell(shell: Any, text: str) -> tuple[float, float]:
    """CPU seconds until the widget was shown, and until the cell has ended."""
    gc.collect()
    begin = process_time()
    with redirect_stdout(io.StringIO()):
        result = shell.run_cell(text)
    end = process_time()
    result.raise_error()
    return shell.display_pub.shown - begin, end - begin


def seconds(work: Callable[[], Any]) -> float:
    """CPU seconds that something takes."""
    gc.collect()
    begin = process_time()
    work()
    return process_time() - begin


def built(tape: Tape) -> Any:
    """The tape's graph once more, of micrograd's numbers: each node of one number is its ``relu``, each of two their
    sum or product.
    """
    nodes: list[Any] = []
    for row, args, number in zip(tape.rows, tape.args, tape.values.tolist(), strict=True):
        if not args:
            nodes.append(micrograd.engine.Value(number))
        elif len(args) == 1:
            nodes.append(nodes[args[0]].relu())
        else:
            x, y = nodes[args[0]], nodes[args[1]]
            nodes.append(x + y if row.name in ("add", "sub") else x * y)
    return nodes


def spread(times: Sequence[float]) -> str:
    """The median in milliseconds, with the quartiles."""
    low, middle, high = statistics.quantiles(times, n=4, method="inclusive")
    return f"{middle * 1e3:.1f} ({low * 1e3:.1f}-{high * 1e3:.1f})"


def measured(shell: Any, name: str, text: str, rounds: int) -> tuple[float, float]:
    """Print the line of one cell; our own milliseconds, and bytes a node."""
    traced = f"%%autograd --as w\n{text}"
    plain = f"from autograd_magic import Value\n{text}"
    cell(shell, traced)
    tape: Tape = shell.user_ns["w"].tape
    turns = [(cell(shell, plain)[1], *cell(shell, traced), seconds(lambda: built(tape))) for _ in range(rounds)]
    alone, picture, end, theirs = (list(column) for column in zip(*turns, strict=True))
    own = statistics.median(picture) - statistics.median(alone)
    middle = statistics.median(alone)
    ratios = [statistics.median(column) / middle for column in (picture, end, theirs)]
    del shell.user_ns["w"]
    cell(shell, "%reset -f out\n%reload_ext autograd_magic")
    each = memory(lambda: cell(shell, traced)) / len(tape), memory(lambda: built(tape)) / len(tape)
    print(
        f"{name:>20} {len(tape):>9,} {spread(alone):>26} {spread(picture):>26} {spread(end):>26}"
        f" {ratios[0]:>8.2f} {ratios[1]:>6.2f} {ratios[2]:>10.2f} {own * 1e3:>9.1f} {each[0]:>9.0f} {each[1]:>10.0f}",
        flush=True,
    )
    return own * 1e3, each[0]


def main() -> None:
    """Print the table."""
    shell: Any = InteractiveShell.instance()
    shell.display_pub = Publisher(parent=shell)  # type: ignore[no-untyped-call]
    cell(shell, "%load_ext autograd_magic")
    cell(shell, f"%%autograd\n{LECTURE}")
    print(
        f"CPU milliseconds, medians (quartiles); Python {platform.python_version()}. / plain: ratios to the plain cell"
    )
    titles = f"{'plain':>26} {'picture':>26} {'end':>26} {'/ plain':>8} {'end':>6} {'micrograd':>10} {'own, ms':>9}"
    print(f"{'cell':>20} {'nodes':>9} {titles} {'bytes a':>9} {'micrograd':>10}")
    goals: list[str] = []
    for name in rows(CELLS):
        text, rounds = CELLS[name]
        own, bytes_a_node = measured(shell, name, text, unless_once(rounds, 2))
        if f"own, {name}" in GOALS:
            goals.append(reached(f"own, {name}", own))
        if name == "moons, 100 points":
            goals.append(reached("node bytes", bytes_a_node))
    print("\n".join(goals))


if __name__ == "__main__":
    main()
