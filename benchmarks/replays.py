"""What it costs to move numbers of a graph that is there: ``python -m benchmarks.replays``.

For graphs from seven nodes to a million are printed, as medians of CPU time with the spread of the middle half:

- ``w.set`` of one leaf, and of all at once: milliseconds, all that is done in the kernel;
- a replay of the tape, forward and backward: milliseconds, and nanoseconds a node;
- ``w.descend``: steps a second;
- how many times as long micrograd takes to build the same graph again and go backward;
- how many times as long CasADi's function takes for the same, and JAX's, which is compiled (where they are installed);
- how many times as long as a loop in C over the same tape the replay takes (``cc -O2``, where there is a compiler).

Only the ratios, which are measured in turns, mean something on another machine.
"""

from __future__ import annotations

import gc
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

from IPython.core.interactiveshell import InteractiveShell

from autograd_magic.engine.tape import Tape

from . import peers
from .asked import rows, unless_once
from .goals import reached

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from eight import EIGHT, MOONS_TANH
from shell import Shell

GRAPHS = {
    **{name: EIGHT[name] for name in ("lecture", "neuron", "MLP", "moons")},
    "moons, tanh": MOONS_TANH,
    "a chain": "x = 0.5\na = 0.9\nfor k in range(10_000):\n    x = x + 0.001 * (a - x)\nx",
    "12,800 guards": "a = 0.5\nr = 0.0\nfor k in range(12_800):\n    if a * k > -1.0:\n        r = r + a\nr",
    "a million": "import numpy as np\na = 1.5\nx = np.linspace(0, 1, 250_000) * a\n(x * x + x).sum()",
}
ROUNDS, PATIENCE = unless_once(15, 1), 4.0
"""So many rounds, but no more than fit into so many seconds."""


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


def measured(w: Any) -> tuple[list[str], dict[str, float]]:
    """A line of the table, and its figures by the names of their goals."""
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
    ours, *theirs, c = in_turns(
        replay, peers.micrograd(tape), peers.casadi(tape), peers.jax(tape), peers.loop_in_c(tape)
    )
    w.reset()
    (steps,) = in_turns(lambda: w.descend(20, 1e-12))
    w.reset()
    times = {"one": single, "all": every, "replay": ours}
    figures = {name: statistics.median(found) * 1e3 for name, found in times.items()}
    figures["descend"] = 20 / statistics.median(steps)
    return [
        f"{len(tape):,}",
        *map(told, times.values()),
        f"{statistics.median(ours) / len(tape) * 1e9:.3g}",
        f"{figures['descend']:.3g}",
        *(ratio(found, ours) for found in theirs),
        ratio(ours, c),
    ], figures


WIDTHS = {"nodes": 10, "set one, ms": 25, "set all, ms": 25, "replay, ms": 25, "ns a node": 10, "steps/s": 9}
WIDTHS |= {"micrograd /": 12, "CasADi /": 9, "JAX /": 9, "/ C": 7}


def main() -> None:
    """Print the table."""
    sys.setrecursionlimit(10_000)
    shell = Shell(InteractiveShell.instance())
    shell("%load_ext autograd_magic")
    print(f"{'':>14}" + "".join(f"{head:>{width}}" for head, width in WIDTHS.items()))
    goals: list[str] = []
    for name in rows(GRAPHS):
        line, figures = measured(shell.autograd(GRAPHS[name]))
        print(
            f"{name:>14}" + "".join(f"{each:>{width}}" for each, width in zip(line, WIDTHS.values(), strict=True)),
            flush=True,
        )
        if name == "moons":
            goals = [reached(key, figure) for key, figure in figures.items()]
    print("\n".join(goals))


if __name__ == "__main__":
    main()
