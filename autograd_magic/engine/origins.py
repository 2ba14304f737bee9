"""Origins: which call of the notebook's functions made a node, and which pass of which loop.

While a cell runs its rewritten code leaves marks: a call begins or ends, a pass begins, its loop is over. Each mark
takes a serial, as nodes do, so a node costs nothing: where it comes from follows from its serial. The way from the cell
down to a call or a pass (``MLP.__call__ > pass 2 of the loop in line 30 > Layer.__call__``) is an origin; they form a
tree.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np


class Site(NamedTuple):
    """A function or a loop of the text. ``name`` is the function's own (with its class: ``MLP.__call__``), or that in
    which the loop stands (empty: in none); ``place`` its line and column; ``depth`` how many loops are around it there;
    ``here`` whether its line is one of the cell's own text.
    """

    loop: bool
    name: str
    place: tuple[int, int] = (0, 0)
    depth: int = 0
    here: bool = False


Mark = Site | tuple[Any, ...] | int | None
"""A call or a pass begins at a site, the loops around are only so many from here on, or a call ends (None)."""


class Marks:
    """The marks of a run, in order. ``add`` takes a mark with its serial, both in one step, between which no interrupt
    comes: that is called at every call and pass.
    """

    __slots__ = ("_both", "add")

    def __init__(self) -> None:
        self._both: list[Any] = []
        self.add = self._both.extend

    @property
    def found(self) -> list[Mark]:
        """The marks."""
        return self._both[::2]

    @property
    def moments(self) -> list[int]:
        """When each was made."""
        return self._both[1::2]

    def since(self, moment: int) -> int:
        """How many serials later than ``moment`` were taken by marks."""
        both, place = self._both, len(self._both)
        while place and both[place - 1] > moment:
            place -= 2
        return (len(both) - place) // 2


class Origins:
    """The origins of some nodes: a tree, each after the one that it is inside of. The first is the cell itself.

    ``sites`` are the functions and loops, ``parent`` says inside of which origin one is, ``site`` what is called or
    passed through, and ``count`` the how manieth such call or pass it is there, from 0. ``of`` is the origin of each
    node.
    """

    def __init__(self, marks: Marks | None, serials: Any) -> None:
        sites: dict[Any, int] = {}
        parent, site, count, now = [-1], [-1], [0], [0]
        if marks is not None:
            _read(marks.found, sites, parent, site, count, now)
        moments = np.array(marks.moments if marks else [], np.int64)
        of = np.array(now, np.int32)[np.searchsorted(moments, serials)]
        used = np.zeros(len(parent), bool)
        used[of] = used[0] = True
        for origin in range(len(parent) - 1, 0, -1):
            if used[origin]:
                used[parent[origin]] = True
        place = np.cumsum(used, dtype=np.int32) - 1
        self.sites = [Site(*found) for found in sites]
        self.parent = np.where(np.array(parent) < 0, -1, place[np.array(parent)])[used]
        self.site, self.count, self.of = np.array(site, np.int32)[used], np.array(count, np.int32)[used], place[of]

    def way(self, node: int) -> list[tuple[Site, int]]:
        """The calls and passes that lead to a node, the outermost first."""
        found: list[tuple[Site, int]] = []
        origin = int(self.of[node])
        while origin:
            found.append((self.sites[self.site[origin]], int(self.count[origin])))
            origin = int(self.parent[origin])
        return found[::-1]


def _read(
    marks: Sequence[Mark], sites: dict[Any, int], parent: list[int], site: list[int], count: list[int], now: list[int]
) -> None:
    """Follow the marks: fills the tree, and ``now`` with the origin after each mark."""
    counts: dict[tuple[int, int], int] = {}
    inside = [0]  # the present call and the passes in it
    outer: list[list[int]] = []  # the same of the calls around it
    for mark in marks:
        if mark is None:
            inside = outer.pop() if outer else inside
        elif type(mark) is int:
            del inside[mark + 1 :]
        else:
            if mark[0]:  # type: ignore[index]
                del inside[mark[3] + 1 :]  # type: ignore[index]
            else:
                outer.append(inside)
            at = sites.setdefault(mark, len(sites))
            key = inside[-1], at
            times = counts[key] = counts.get(key, -1) + 1
            if mark[0]:  # type: ignore[index]
                inside.append(len(parent))
            else:
                inside = [len(parent)]
            parent.append(key[0])
            site.append(at)
            count.append(times)
        now.append(inside[-1])
