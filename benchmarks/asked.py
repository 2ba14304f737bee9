"""What a benchmark is asked for: ``python -m benchmarks.replays lecture neuron`` measures these two rows of its table.

``--once`` does so without patience, one turn or two of each: that tells whether the benchmark still runs, and nothing
about times.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TypeVar

ONCE = "--once"
Amount = TypeVar("Amount")


def rows(names: Iterable[str]) -> list[str]:
    """Those that are asked for, or all."""
    known, words = [*names], [word for word in sys.argv[1:] if word != ONCE]
    if unknown := {*words} - {*known}:
        sys.exit(f"There is no {', '.join(sorted(unknown))}; there are: {'; '.join(known)}.")
    return [name for name in known if not words or name in words]


def unless_once(usual: Amount, least: Amount) -> Amount:
    """How much of something is measured, or how it is told."""
    return least if ONCE in sys.argv else usual
