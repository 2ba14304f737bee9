"""Containers from earlier cells whose numbers are leaves: the cell works on a copy, which has leaves in the place of
the numbers, and what it has changed in that is changed in what stands in the notebook. While the cell runs, the copy
stands wherever that stood (``params`` holds ``W``), and views of an array show what the cell writes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import numpy as np

from autograd_magic.engine import laid, record
from autograd_magic.engine.arrays import Array
from autograd_magic.engine.flat import Flat
from autograd_magic.engine.number import Number

from .exchange import Plain


class Copy:
    """A list, a dict or an array (``found``), and the one with leaves that is ``lent`` in its place. That of an array
    lies in the same memory, where leaves fit in there: ``before`` is what was in that, and ``owner`` the array that has
    the memory (found among those of ``others``), with serials for all of it. What the cell itself has made
    (``own``) keeps the numbers of its leaves.
    """

    def __init__(self, found: Any, lent: Any, others: Iterable[Copy], *, own: bool) -> None:
        self.found, self.lent, self.before, self.own = found, lent, None, own
        self.owner: Array | None = None
        if type(lent) is Array and _takes(found, lent.buffer):
            self._lie_over(found, lent, others)
        self.was: Any = self.lent.apart().copy() if type(lent) is Array else type(lent)(lent)
        self.given = self.lent.buffer.copy() if type(lent) is Array else None

    def _lie_over(self, found: Any, lent: Array, others: Iterable[Copy]) -> None:
        owner = laid.owner_of(found)
        whole = Array(owner, laid.beside(owner), lent.memory_like())
        if owner is not found:
            owners = [one.owner for one in others if one.owner is not None]
            whole = next((one for one in owners if one.buffer is owner), whole)
            whole.memory.whole = False
        ids = laid.shown(whole.apart(), owner, found)
        if ids is not None:
            self.before, self.owner = found.copy(), whole
            ids[...] = lent.apart()
            found[...] = lent.buffer
            self.lent = Array(found, ids, whole.memory)

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
        if self.before is not None:
            lent.memory.written()
        if self.before is not None and not self.own:
            still = ~changed & ((found == self.given) | ((found != found) & (self.given != self.given)))
            found[still] = self.before[still]
        if not changed.any():
            return
        if type(found) is Array:
            found[changed] = lent[changed]
            return
        for place, node in lent.nodes().items():
            if changed[place]:
                record.escape(node)
        if self.before is None:
            found[changed] = lent.buffer[changed]


def _takes(found: Any, numbers: Any) -> bool:
    """Whether an array can hold these numbers, each in a place of its own."""
    own = type(found) is np.ndarray and found.flags.writeable and 0 not in found.strides
    return own and found.dtype == numbers.dtype


class Twins(Plain):
    """What is lent, for as long as the cell runs, wherever that stands which it was made of: under the names ``where``,
    and in all that these hold. ``known`` is what was there before the run, by identity.
    """

    def __init__(self, namespace: dict[str, Any], where: Iterable[str], known: Collection[int] = ()) -> None:
        super().__init__()
        self.namespace, self.where, self.known = namespace, where, known
        self.pairs: dict[int, tuple[Any, Any]] = {}
        self.owners: dict[int, Array] = {}

    def knows(self, found: Any) -> bool:
        """Whether something was there before the run."""
        return id(found) in self.known

    def stand_in(self, copies: Iterable[Copy]) -> None:
        """These stand in the place of what they were made of; that of the cell's own making never comes back."""
        made = Twins(self.namespace, self.where)
        for copy in copies:
            twins = made if copy.own else self
            twins.pairs[id(copy.found)] = copy.found, copy.lent
            if copy.owner is not None:
                twins.owners[id(copy.owner.buffer)] = copy.owner
        self.exchange()
        made.exchange()

    def exchange(self) -> None:
        """Exchange all of them that are found."""
        self.forget()
        if self.pairs:
            self.names(self.namespace, self.where)

    def over(self) -> None:
        """The cell has ended: also where it has put them itself stands again what they were made of."""
        self.back()
        others = Twins(self.namespace, self.where)
        others.pairs = {id(lent): (lent, found) for found, lent in self.pairs.values()}
        others.exchange()

    def _named(self, found: Any) -> Any:
        return self._of(found)

    def _of(self, found: Any, deep: int = 0) -> Any:
        kind = type(found)
        if id(found) in self.pairs:
            return self.pairs[id(found)][1]
        if kind in (Number, Array, Flat):
            return found
        if kind is np.ndarray and self.owners:
            return self._view(found)
        return super()._of(found, deep)

    def _view(self, found: Any) -> Any:
        """What has the memory of something lent, or shows it, shows the same leaves."""
        whole = self.owners.get(id(laid.owner_of(found)))
        ids = None if whole is None else laid.shown(whole.apart(), whole.buffer, found)
        if whole is None or ids is None:
            return found
        self.pairs[id(found)] = found, Array(found, ids, whole.memory)
        return self.pairs[id(found)][1]


def _same(one: list[Any], other: list[Any]) -> bool:
    return len(one) == len(other) and all(a is b for a, b in zip(one, other, strict=True))
