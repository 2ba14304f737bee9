"""What it costs to move numbers of a graph that is there: ``python -m benchmarks.replays``.

For graphs from seven nodes to a million are printed, as medians of CPU time with the spread of the middle half:

- ``w.set`` of one leaf, and of all at once: milliseconds, all that is done in the kernel;
- a replay of the tape, forward and backward: milliseconds, and nanoseconds a node;
- ``w.descend``: steps a second;
- how many times as long micrograd takes to build the same graph again and go backward;
- how many times as long as a loop in C over the same tape the replay takes (``cc -O2``, where there is a compiler).

Only the ratios, which are measured in turns, mean something on another machine.
"""

from __future__ import annotations

import gc
import math
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from shutil import which
from time import process_time
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from micrograd.engine import Value as Micro  # type: ignore[import-untyped]

from autograd_magic.engine.tape import Tape
from autograd_magic.live.protocol import encode

from .browser_engine import in_c

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from eight import EIGHT, moons
from shell import Shell

GRAPHS = {
    **{name: EIGHT[name] for name in ("lecture", "neuron", "MLP", "moons")},
    "moons, tanh": moons(100)
    .replace("[16, 16, 1]", '[16, 16, 1], nonlin="tanh", last="tanh"')
    .replace("(1 + -yi * score).relu()", "(score - yi)**2"),
    "a chain": "x = 0.5\na = 0.9\nfor k in range(10_000):\n    x = x + 0.001 * (a - x)\nx",
    "12,800 guards": "a = 0.5\nr = 0.0\nfor k in range(12_800):\n    if a * k > -1.0:\n        r = r + a\nr",
    "a million": "import numpy as np\na = 1.5\nx = np.linspace(0, 1, 250_000) * a\n(x * x + x).sum()",
}
ROUNDS, PATIENCE = 15, 4.0
"""So many rounds, but no more than fit into so many seconds."""

LARGEST = 200_000
"""micrograd builds no larger graph."""


def loop_in_c(tape: Tape, folder: Path) -> Callable[[], None] | None:
    """Forward and backward over a tape in C; None where there is no compiler."""
    if which("cc") is None:
        return None
    run = in_c(dict(encode(tape)), folder, f"loop{id(tape)}")
    return lambda: run(1)


def tanh(x: Any) -> Any:
    """Micrograd's Value has none."""
    out = Micro(math.tanh(x.data), (x,), "tanh")

    def backward() -> None:
        x.grad += (1 - out.data**2) * out.grad

    out._backward = backward
    return out


def rebuilt(tape: Tape) -> Callable[[], None] | None:
    """The same graph built with micrograd's Value, and its backward pass; None where it has no such operation, or takes
    minutes.
    """
    if len(tape) > LARGEST:
        return None
    rules: dict[str, Callable[..., Any]] = {
        "add": lambda x, y: x + y,
        "sub": lambda x, y: x - y,
        "mul": lambda x, y: x * y,
        "div": lambda x, y: x / y,
        "pow": lambda x, y: x**y.data,
        "neg": lambda x: -x,
        "relu": lambda x: x.relu(),
        "tanh": tanh,
    }
    if any(tape.rows.table[code].name not in rules for code in set(tape.rows.codes[tape.plan.computed].tolist())):
        return None
    steps = [(rules.get(row.name), args) for row, args in zip(tape.rows, tape.args, strict=True)]
    numbers = tape.values.tolist()

    def build() -> None:
        nodes: list[Any] = []
        for (make, args), number in zip(steps, numbers, strict=True):
            nodes.append(Micro(number) if make is None or not args else make(*[nodes[arg] for arg in args]))
        nodes[tape.root].backward()

    try:
        build()
    except RecursionError:  # its backward pass calls itself
        return None
    return build


def in_turns(*works: Callable[[], Any] | None) -> list[list[float]]:
    """CPU seconds of each, measured in turns."""
    times: list[list[float]] = [[] for _ in works]
    gc.collect()
    begin = process_time()
    while len(times[0]) < ROUNDS and (process_time() - begin < PATIENCE or not times[0]):
        for work, taken in zip(works, times, strict=True):
            if work is not None:
                start, count = process_time(), 0
                while not count or process_time() - start < 0.002:  # shorter than that the clock does not see
                    work()
                    count += 1
                taken.append((process_time() - start) / count)
    return times


def told(times: list[float], scale: float = 1e3) -> str:
    """The median, and the spread of the middle half."""
    ordered = sorted(times)
    low, high = ordered[len(ordered) // 4], ordered[-1 - len(ordered) // 4]
    return f"{statistics.median(times) * scale:8.3g} ({low * scale:.3g}-{high * scale:.3g})"


def ratio(times: list[float], others: list[float]) -> str:
    """How many times as long, turn by turn."""
    found = [one / other for one, other in zip(times, others, strict=False)]
    return f"{statistics.median(found):.3g}" if found else "-"


def measured(w: Any, folder: Path) -> list[str]:
    """A line of the table."""
    tape: Tape = w.tape
    starts = {leaf.key: float(leaf.start) for leaf in tape.leaves if not leaf.whole}
    slopes = {leaf.key: abs(float(tape.grads[leaf.node])) for leaf in tape.leaves if leaf.key in starts}
    one = sorted(slopes, key=lambda key: slopes[key])[3 * len(slopes) // 4]
    turn = 0

    def moved(keys: list[str]) -> dict[str, float]:
        nonlocal turn
        turn += 1
        return {key: starts[key] + 1e-7 * turn for key in keys}

    def replay() -> None:
        at = moved([one])
        tape.forward([at.get(leaf.key, leaf.start) for leaf in tape.leaves])
        tape.backward()

    w.move(moved([one]))
    (single,) = in_turns(lambda: w.move(moved([one])))
    (every,) = in_turns(lambda: w.move(moved([*starts])))
    w.reset()
    replay()
    ours, theirs, c = in_turns(replay, rebuilt(tape), loop_in_c(tape, folder))
    w.reset()
    (steps,) = in_turns(lambda: w.descend(20, 1e-12))
    w.reset()
    each = statistics.median(ours) / len(tape) * 1e9
    return [
        f"{len(tape):,}",
        told(single),
        told(every),
        told(ours),
        f"{each:.3g}",
        f"{20 / statistics.median(steps):.3g}",
        ratio(theirs, ours),
        ratio(ours, c),
    ]


HEADS = ("nodes", "set one, ms", "set all, ms", "replay, ms", "ns a node", "steps/s", "micrograd /", "/ C")
WIDTHS = (10, 25, 25, 25, 10, 9, 12, 7)


def main() -> None:
    """Print the table; of the graphs that are named, or of all."""
    sys.setrecursionlimit(10_000)
    shell = Shell(InteractiveShell.instance())
    shell("%load_ext autograd_magic")
    print(f"{'':>14}" + "".join(f"{head:>{width}}" for head, width in zip(HEADS, WIDTHS, strict=True)))
    with tempfile.TemporaryDirectory() as folder:
        for name, cell in GRAPHS.items():
            if sys.argv[1:] and name not in sys.argv[1:]:
                continue
            figures = measured(shell.autograd(cell), Path(folder))
            line = "".join(f"{figure:>{width}}" for figure, width in zip(figures, WIDTHS, strict=True))
            print(f"{name:>14}{line}", flush=True)


if __name__ == "__main__":
    main()
