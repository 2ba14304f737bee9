"""Containers from earlier cells whose numbers are leaves: the cell works on a copy, which has leaves in the place of
the numbers, and what it has changed in that is changed in what stands in the notebook.
"""

from __future__ import annotations

from typing import Any

from autograd_magic.engine import record
from autograd_magic.engine.arrays import Array


class Copy:
    """A list, a dict or an array (``found``), and the one with leaves that is ``lent`` in its place."""

    def __init__(self, found: Any, lent: Any) -> None:
        self.found, self.lent = found, lent
        self.was: Any = lent.apart().copy() if type(lent) is Array else type(lent)(lent)

    def give_back(self) -> None:
        """What has changed is put into what stands in the notebook; leaves become the numbers again that they were."""
        found, lent, was = self.found, self.lent, self.was
        if type(lent) is Array:
            self._give_array_back()
        elif isinstance(lent, list) and not _same(lent, was):
            back = {id(one): before for one, before in zip(was, found, strict=True)}
            found[:] = [back.get(id(one), one) for one in lent]
        elif isinstance(lent, dict) and not ([*lent] == [*was] and _same([*lent.values()], [*was.values()])):
            back = {id(one): found[key] for key, one in was.items()}
            items = {key: back.get(id(one), one) for key, one in lent.items()}
            found.clear()
            found.update(items)

    def _give_array_back(self) -> None:
        found, lent = self.found, self.lent
        changed = lent.apart() != self.was
        if not changed.any():
            return
        if type(found) is Array:
            found[changed] = lent[changed]
            return
        for place, node in lent.nodes().items():
            if changed[place]:
                record.escape(node)
        found[changed] = lent.buffer[changed]


def _same(one: list[Any], other: list[Any]) -> bool:
    return len(one) == len(other) and all(a is b for a, b in zip(one, other, strict=True))
