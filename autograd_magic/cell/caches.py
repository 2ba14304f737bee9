"""Inside the caches of functions that keep their results (``functools.lru_cache``): what they hold, in its order, and
how that is put in, with nothing computed.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import _lru_cache_wrapper, lru_cache
from types import BuiltinFunctionType, CodeType, FunctionType
from typing import Any, NamedTuple

from .rewrite import HOOKS

Outcome = Callable[[], Any]

outcome: Outcome | None = None
"""What the function behind a cache does in the place of its own work: it gives, or raises, what is known already."""

MOST = 10_000
"""So many calls are made once more to let a cache count as it did."""


class State(NamedTuple):
    """What is in a cache, each with its key, the oldest first, and what it has counted."""

    hits: int
    misses: int
    held: list[tuple[Any, Any]]

    def same(self, other: State) -> bool:
        """Whether nothing has been asked of it in between."""
        return self[:2] == other[:2] and len(self.held) == len(other.held)


class Cache:
    """A cache: whether it is ``typed``, and the dict ``inside``."""

    def __init__(self, found: Any) -> None:
        self.found, self.typed = found, found.cache_parameters()["typed"]
        behind, size = gc.get_referents(found), found.cache_info().currsize
        dicts = [held for held in behind if type(held) is dict and held is not vars(found) and len(held) == size]
        self.inside: dict[Any, Any] = dicts[-1] if dicts else {}
        self._mark = next((held for held in reversed(behind) if type(held) is object), None)

    def key(self, args: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """Under what it keeps a result."""
        if not named and not self.typed:
            return args[0] if len(args) == 1 and type(args[0]) in (int, str) else args
        found = (*args, self._mark, *(part for item in named.items() for part in item)) if named else args
        return (*found, *map(type, args), *map(type, named.values())) if self.typed else found

    def _call(self, key: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """With what it has been called, by a key."""
        if type(key) is not tuple:
            return (key,), {}
        places = [place for place, part in enumerate(key) if part is self._mark]
        count = places[0] if places else len(key) // (1 + self.typed)
        rest = key[count + 1 :] if places else ()
        named = (len(rest) - count) // 3 * 2 if self.typed else len(rest)
        return key[:count], dict(zip(rest[:named:2], rest[1:named:2], strict=True))

    def put(self, args: tuple[Any, ...], named: dict[str, Any], known: Outcome) -> None:
        """A call of which the outcome is known. Where a function of C stands behind it, that is called."""
        global outcome
        function = self.found.__wrapped__
        if type(function) is BuiltinFunctionType:
            if known is not refused:
                self.found(*args, **named)
            return
        before, code, outcome = outcome, function.__code__, known
        function.__code__ = _giver(code.co_freevars)
        try:
            self.found(*args, **named)
        except Refused:
            pass
        finally:
            function.__code__, outcome = code, before

    def state(self) -> State:
        """What is in it."""
        info = self.found.cache_info()
        if info.maxsize is None:
            return State(info.hits, info.misses, [*self.inside.items()])
        behind = gc.get_referents(self.found)
        links = [place for place, part in enumerate(behind) if getattr(part, "__name__", "") == "_lru_list_elem"]
        return State(
            info.hits, info.misses, [(behind[place - 2], behind[place - 1]) for place in links[: info.currsize]]
        )

    def fill(self, state: State) -> None:
        """Make that be in it again."""
        self.found.cache_clear()
        for _ in range(min(state.misses - len(state.held), MOST)):
            self.put((), {}, refused)
        for key, held in state.held:
            args, named = self._call(key)
            self.put(args, named, lambda held=held: held)  # type: ignore[misc]
        if state.held:
            args, named = self._call(state.held[-1][0])
            for _ in range(min(state.hits, MOST)):
                self.found(*args, **named)


def keeps(found: Any, *kinds: type) -> bool:
    """Whether a function written in Python, or one of these ``kinds``, stands behind a cache."""
    return type(found) is _lru_cache_wrapper and type(getattr(found, "__wrapped__", None)) in (FunctionType, *kinds)


class Refused(Exception):
    """A call that is only counted."""


def refused() -> Any:
    """The outcome of such a call."""
    raise Refused


def given() -> Any:
    """What the function behind a cache gives in the place of its own work."""
    assert outcome is not None
    return outcome()


@lru_cache(maxsize=100)
def _giver(free: tuple[str, ...]) -> CodeType:
    """The code of a function that calls ``given``; it has these free variables, as the function's own code has."""
    uses = f"        if 0: {', '.join(free)}\n" if free else ""
    inner = f"    def inner(*args, **named):\n{uses}        return {HOOKS}.kept_result()\n"
    text = f"def outer({', '.join(free)}):\n{inner}"
    outer = next(part for part in compile(text, __file__, "exec").co_consts if isinstance(part, CodeType))
    return next(part for part in outer.co_consts if isinstance(part, CodeType))
