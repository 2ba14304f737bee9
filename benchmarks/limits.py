"""What limits the goals that are missed: where the time goes from the cell to the end of it, by Python's profiler, and
where the memory is that a graph takes, by the line that has asked for it.

Shares of the time by who takes it, the functions that take most by themselves below. A profiler makes calls dearer than
they are, so that this says where to look, not how long it takes.
"""

from __future__ import annotations

import cProfile
import gc
import io
import pstats
import re
import sys
import tracemalloc
from collections import Counter
from contextlib import redirect_stdout
from linecache import getline
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
from IPython.core.interactiveshell import InteractiveShell

from .arrays import CELL, PROGRAMS
from .asked import rows, unless_once
from .cell_to_picture import CELLS, Publisher, cell

PACKAGE = f"{Path(__file__).parent.parent / 'autograd_magic'}/"
ROUNDS = {
    "MLP of the lecture": (CELLS["MLP of the lecture"][0], 20),
    "moons, 100 points": (CELLS["moons, 100 points"][0], 3),
    **{name: (CELL.format(*PROGRAMS[name]), 1) for name in ("x * y, 1,000 elements", "u[i + 1] = u[i] + dt * f(u[i])")},
}
"""The cells, and how many rounds each has."""
MOVED = "w.set of all leaves at once, moons"
MOVES = """starts = {leaf.key: float(leaf.start) for leaf in w.tape.leaves if not leaf.whole}
for turn in range(1, 21):
    w.move({key: start + 1e-7 * turn for key, start in starts.items()})"""
"""What is profiled besides: moves of a graph that is there."""
HELD = unless_once("moons, 100 points", "MLP of the lecture")
"""Of this one memory is looked at."""
MOST = 8
"""So many functions, or lines, are listed."""

Spent = dict[tuple[str, int, str], tuple[int, int, float, float, Any]]


def profiled(shell: Any, text: str, rounds: int, before: str) -> Spent:
    """What each function has taken; a cell has run ``before``."""
    profile = cProfile.Profile()
    cell(shell, before)
    for _ in range(rounds):
        with redirect_stdout(io.StringIO()), profile:
            shell.run_cell(text)
    spent: Spent = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    return spent


def whose(place: tuple[str, int, str]) -> str:
    """Who takes the time: one of our rooms, the cell's own code, a library, or Python itself."""
    file = place[0]
    if file.startswith(PACKAGE):
        return f"our {file.removeprefix(PACKAGE).split('/')[0].removesuffix('.py')}"
    if "<" in file or "ipykernel" in file:
        return "the cell's own code"
    if "site-packages" not in file:
        return "Python"
    return "NumPy" if "/numpy/" in file else "other libraries"


def held(shell: Any) -> None:
    """Print by whom the memory is held that a graph takes, in bytes a node."""
    text = f"%%autograd --as w\n{ROUNDS[HELD][0]}"
    tracemalloc.start()
    gc.collect()
    before = tracemalloc.take_snapshot()
    cell(shell, text)
    gc.collect()
    after = tracemalloc.take_snapshot()
    tracemalloc.stop()
    nodes = len(shell.user_ns["w"].tape)
    lines = {
        (found.traceback[0].filename, found.traceback[0].lineno): found for found in after.compare_to(before, "lineno")
    }
    shares: Counter[str] = Counter()
    for (file, _), found in lines.items():
        shares[whose((file, 0, ""))] += found.size_diff / nodes  # type: ignore[assignment]
    told = ", ".join(f"{who} {each:.0f}" for who, each in shares.most_common() if each > 1)
    print(f"bytes a node, {HELD}: {told}")
    for (file, line), found in sorted(lines.items(), key=lambda one: -one[1].size_diff)[:MOST]:
        code = getline(file, line).strip()
        print(f"{found.size_diff / nodes:>6.1f} {found.count_diff:>9,.0f} objects  {Path(file).name}: {code:.70}")


def main() -> None:
    """Print a table for each cell."""
    shell: Any = InteractiveShell.instance()
    shell.user_ns.update(np=np, clock=process_time)
    shell.display_pub = Publisher(parent=shell)  # type: ignore[no-untyped-call]
    cell(shell, "%load_ext autograd_magic")
    asked = rows([*ROUNDS, MOVED])
    for name in asked:
        (text, rounds), before = ROUNDS.get(name, (MOVES, 1)), ROUNDS[HELD][0] if name == MOVED else ""
        rounds, traced = unless_once(rounds, 1), f"%%autograd --as w\n{before or text}"
        spent = profiled(shell, text if before else traced, rounds, traced)
        whole = sum(own for _, _, own, _, _ in spent.values())
        shares: Counter[str] = Counter()
        for place, (_, _, own, _, _) in spent.items():
            shares[whose(place)] += own / whole  # type: ignore[assignment]
        print(f"{name}: {', '.join(f'{who} {share:.0%}' for who, share in shares.most_common() if share > 0.01)}")
        for place in sorted(spent, key=lambda place: -spent[place][2])[:MOST]:
            calls, _, own, _, _ = spent[place]
            what = re.sub(" of type object at 0x.*", "", place[2].strip("<>"))
            file = "" if place[0] == "~" else Path(place[0]).name
            print(f"{own / whole:>6.1%} {calls / rounds:>9,.0f} calls  {what} {file}".rstrip())
        sys.stdout.flush()
    if HELD in asked:
        held(shell)


if __name__ == "__main__":
    main()
