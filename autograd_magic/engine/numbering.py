"""The order in which nodes, guards, calls and passes of loops come about in this process."""

from __future__ import annotations

import itertools

serials = itertools.count(1)
"""Numbers the nodes and the guards of this process in the order in which they come about."""


def reserve(count: int) -> tuple[int, int]:
    """So many serials for one call; gives the first, and the one after the last."""
    global serials
    first = next(serials)
    end = first + count
    serials = itertools.count(end)
    return first, end
