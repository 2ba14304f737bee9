"""``python tests/fuzz [--cells N] [--seed S]``: random cells against fresh runs; see compare.py."""

from __future__ import annotations

import argparse
import sys
import traceback
import warnings
from collections import Counter

from cells import write
from compare import Mismatch, check


def main() -> int:
    """Run the fuzzer; the exit code is 1 when there was a mismatch."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--moves", type=int, default=4)
    parser.add_argument("--show", type=int, default=5, help="how many mismatches are shown in full")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    pairs, found, kinds = 0, 0, Counter()
    for number in range(options.cells):
        seed = options.seed * 1_000_000 + number
        written = write(seed)
        try:
            pairs += check(seed, written, options.moves)
        except Exception as problem:
            found += 1
            kinds[str(problem).split(":")[0] if not isinstance(problem, Mismatch) else "mismatch"] += 1
            if found <= options.show:
                print(f"--- seed {seed}: {type(problem).__name__}: {problem}\n{written.numbers}\n{written.text}")
                if not isinstance(problem, Mismatch) or problem.__cause__:
                    traceback.print_exception(problem, limit=-6)
    print(f"{options.cells} cells, {pairs} cell-and-move pairs, {found} mismatches")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
