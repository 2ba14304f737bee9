"""Functions of the notebook that keep their results (``functools.lru_cache``): the cache holds what it would hold
without us, plain numbers by plain numbers, and counts as it would; what a call gives is still the number of the graph.
"""

from __future__ import annotations

from collections import deque
from functools import partial
from types import FrameType, MethodType
from typing import Any

from autograd_magic.engine import record
from autograd_magic.engine.arrays import Array
from autograd_magic.engine.number import Number
from autograd_magic.engine.recording import Recording

from .caches import Cache, Outcome, keeps, refused
from .came_back import above
from .copies import filled
from .plainly import name_of

Made = dict[Any, tuple[list[Number], Any]]
"""What a run has computed, by the keys of a cache, each with the numbers that the call was given."""


def keeps_results(function: Any) -> bool:
    """Whether a function of the notebook, or a method, stands behind a cache."""
    return keeps(function.__func__ if type(function) is MethodType else function)


def cached(run: Recording, function: Any, args: tuple[Any, ...], named: dict[str, Any], frame: FrameType) -> Outcome:
    """What the user's frame calls in the place of such a function: the cache, where it knows the result, else the
    function behind it.
    """
    if type(function) is MethodType:
        function, args = function.__func__, (function.__self__, *args)
    if id(function) not in run.caches:
        run.caches[id(function)] = Cache(function), {}
    cache, made = run.caches[id(function)]
    call = Called(frame, cache, made, args, named)
    try:
        call.known = call.key in cache.inside
    except TypeError:  # it has no hash, and Python says so
        return partial(function, *args, **named)
    for number in call.given:
        record.escape(number)
    run.passages.append(call)
    return partial(function, *call.args, **call.named) if call.known else partial(function.__wrapped__, *args, **named)


class Called:
    """One such call, while it is under way; see plainly.Passage. ``known`` is whether the cache has the result,
    ``before`` are those of this run.
    """

    refused = False

    def __init__(
        self, frame: FrameType, cache: Cache, made: Made, args: tuple[Any, ...], named: dict[str, Any]
    ) -> None:
        self.frame, self.cache, self.before, self.known = frame, cache, made, False
        self.given = _numbers((*args, *named.values()))
        self.args = tuple(map(_hashable, args))
        self.named = {name: _hashable(found) for name, found in named.items()}
        self.key = cache.key(self.args, self.named)
        self.numbers: dict[int, Any] = {}

    def over(self) -> None:
        """It has raised: the cache has counted that, and keeps nothing."""
        if not self.known:
            self.cache.put(self.args, self.named, refused)

    def made(self, run: Recording, result: Any) -> Any:
        """The result, with its nodes."""
        if not self.known:
            for node in _numbers(result):
                record.escape(node)  # what is kept is another number once it has moved
            kept = filled(result, {}) if _numbers(result) else result
            self.cache.put(self.args, self.named, lambda: kept)
            self.before[self.key] = self.given, result
            return result
        then, known = self.before.get(self.key, ([], result))
        if self.key in self.before and [*map(id, then)] == [*map(id, self.given)]:
            return known
        kept = _numbers(known)
        for node in kept:
            record.escape(node)
        parents = {id(node): node for node in (*self.given, *kept)}
        return above(run, name_of(self.cache.found), tuple(parents.values()), result, None) if parents else known


def _numbers(found: Any, deep: int = 5) -> list[Number]:
    """The numbers that remember in something that is given, or given back."""
    if type(found) is Number:
        return [found]
    if type(found) is Array:
        return [node for node in found.nodes().values() if type(node) is Number]
    held = found.values() if type(found) is dict else found if type(found) in _HOLDERS and deep else ()
    return [number for item in held for number in _numbers(item, deep - 1)]


_HOLDERS = (list, tuple, set, frozenset, deque)


def _hashable(found: Any) -> Any:
    """The plain number, or what is made of such and may be a key."""
    return filled(found, {}) if _numbers(found) else found
