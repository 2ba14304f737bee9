"""``make fuzz``: random cells against fresh runs; see compare.py. ``--cells N --seed S`` choose them, ``--features
values,kinds`` what they may hold besides."""

from __future__ import annotations

import argparse
import sys
import traceback
import warnings

from cells import FEATURES, PROGRAMS, write
from compare import Mismatch, Moved, check, same_browser
from slopes import counted


def main() -> int:
    """Run the fuzzer; the exit code is 1 when there was a mismatch."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--moves", type=int, default=4)
    parser.add_argument("--show", type=int, default=5, help="how many mismatches are shown in full")
    parser.add_argument("--no-browser", action="store_true", help="leave the TypeScript replay out")
    parser.add_argument(
        "--features",
        default=",".join((*FEATURES, *PROGRAMS)),
        help="what cells may hold besides (default: %(default)s)",
    )
    options = parser.parse_args()
    features = [feature for feature in options.features.split(",") if feature]
    if unknown := {*features} - {*FEATURES, *PROGRAMS}:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join((*FEATURES, *PROGRAMS))}")
    warnings.simplefilter("ignore")
    pairs, found, replayed = 0, 0, 0
    moved: list[Moved] = []
    for number in range(options.cells):
        seed = options.seed * 1_000_000 + number
        written = write(seed, features)
        try:
            pairs += check(seed, written, options.moves, None if options.no_browser else moved)
            if len(moved) > 500 or number == options.cells - 1:
                replayed += same_browser(moved)
        except Exception as problem:
            found += 1
            if found <= options.show:
                print(f"--- seed {seed}: {type(problem).__name__}: {str(problem)[:500]}")
                if not isinstance(problem, Mismatch) or problem.__cause__:
                    traceback.print_exception(problem, limit=-6)
        if len(moved) > 500:
            moved.clear()
    print(
        f"{options.cells} cells, {pairs} cell-and-move pairs, of which TypeScript replayed {replayed} without asking; "
        f"{found} mismatches; gradients: {', '.join(f'{count} {kind}' for kind, count in sorted(counted.items()))}"
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
