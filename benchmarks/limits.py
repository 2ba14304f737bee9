"""What limits the goals that are missed: where the time goes from the cell to the end of it, by Python's profiler.

Shares of the time by who takes it, the functions that take most by themselves below. A profiler makes calls dearer than
they are, so that this says where to look, not how long it takes.
"""

from __future__ import annotations

import cProfile
import io
import pstats
import re
import sys
from collections import Counter
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from IPython.core.interactiveshell import InteractiveShell

from .asked import rows, unless_once
from .cell_to_picture import CELLS, Publisher, cell

PACKAGE = f"{Path(__file__).parent.parent / 'autograd_magic'}/"
ROUNDS = {"MLP of the lecture": 20, "moons, 100 points": 3}
MOST = 8
"""So many functions are listed."""

Spent = dict[tuple[str, int, str], tuple[int, int, float, float, Any]]


def profiled(shell: Any, text: str, rounds: int) -> Spent:
    """What each function has taken."""
    profile = cProfile.Profile()
    cell(shell, text)
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


def main() -> None:
    """Print a table for each cell."""
    shell: Any = InteractiveShell.instance()
    shell.display_pub = Publisher(parent=shell)  # type: ignore[no-untyped-call]
    cell(shell, "%load_ext autograd_magic")
    for name in rows(ROUNDS):
        rounds = unless_once(ROUNDS[name], 1)
        spent = profiled(shell, f"%%autograd\n{CELLS[name][0]}", rounds)
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


if __name__ == "__main__":
    main()
