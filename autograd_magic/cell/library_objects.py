"""How other objects are put back: those that say themselves how they are copied (``__reduce_ex__``, ``__setstate__``,
as ``copy`` and ``pickle`` use them), iterators, files, caches, the tables of pandas, and what is too large.

Whether putting back has worked is looked at afterwards: of many iterators the place cannot be set.
"""

from __future__ import annotations

import gc
import queue
import warnings
import zlib
from array import array
from contextlib import suppress
from contextvars import ContextVar
from itertools import islice
from types import BuiltinFunctionType
from typing import Any

import numpy as np

from .alike import alike
from .caches import Cache, State, keeps
from .contents import MISSING, Rule, bare, each_is

# What libraries say themselves of how their objects are copied.


def _reduced(found: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of itertools it will end
        _, args, *rest = found.__reduce_ex__(4)
    return args, rest[0] if rest else None


def _protocol(found: Any) -> Any:
    try:
        return _reduced(found)
    except Exception:  # it cannot be copied
        return _place(found)


def _fill_by_protocol(found: Any, held: Any) -> None:
    if held[1] is None:
        _stays(found, held)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found.__setstate__(held[1])


def _place(found: Any) -> Any:
    """Where an iterator stands, as far as that can be seen: what it holds. A generator's variables are among that, and
    of one that runs where it stands.
    """
    frame = getattr(found, "gi_frame", None) or getattr(found, "ag_frame", None)
    held = [] if isinstance(found, type(iter({}))) else gc.get_referents(found)
    return frame is None, frame and frame.f_lasti, held


def _same_place(found: Any, held: Any) -> bool:
    now = _place(found)
    return bool(now[:2] == held[:2] and each_is(now[2], held[2]))


def _stays(found: Any, _: Any) -> None:
    raise ValueError(f"{type(found).__name__} cannot be put back")


def _emptied(found: Any) -> list[Any]:
    items = []
    with suppress(queue.Empty):
        while True:
            items.append(found.get_nowait())
    return items


def _waiting(found: Any) -> list[Any]:
    """What stands in a queue, which can only be taken out and put in again."""
    items = _emptied(found)
    _fill_queue(found, items)
    return items


def _fill_queue(found: Any, held: list[Any]) -> None:
    _emptied(found)
    for item in held:
        found.put(item)


PROTOCOL = Rule(_protocol, lambda found, held: alike(_protocol(found), held), _fill_by_protocol, certain=False)
DICE = PROTOCOL._replace(certain=True, quiet=True)
PLACE = Rule(_place, _same_place, _stays, certain=False)
HIDDEN = PLACE._replace(hidden=True)
QUEUE = Rule(_waiting, lambda found, held: each_is(_waiting(found), held), _fill_queue)


def _at(file: Any) -> Any:
    try:
        return file.closed, None if file.closed or not file.seekable() else file.tell()
    except (OSError, ValueError):  # while somebody goes through its lines it does not tell
        return "somewhere"


def _seek(file: Any, held: Any) -> None:
    if held == "somewhere" or file.closed or file.writable() or held[1] is None:
        _stays(file, held)
    file.seek(held[1])


FILE = Rule(_at, lambda file, held: held != "somewhere" and _at(file) == held, _seek, certain=False)


# Who listens to a widget.


def _listeners(found: Any) -> dict[Any, list[Any]]:
    """The functions that are called when one of its traits changes, or when somebody clicks it."""
    by_trait = getattr(found, "_trait_notifiers", {}).items()
    heard = {(name, kind): called for name, kinds in by_trait for kind, called in kinds.items()}
    handlers = ((name, getattr(part, "callbacks", None)) for name, part in vars(found).items())
    return heard | {(name, None): called for name, called in handlers if type(called) is list}


def _same_listeners(found: Any, held: dict[Any, list[Any]]) -> bool:
    now = _listeners(found)
    return all(each_is(now.get(key, ()), held.get(key, ())) for key in now.keys() | held.keys())


def _listen(found: Any, held: dict[Any, list[Any]]) -> None:
    for key, called in _listeners(found).items():
        called[:] = held.get(key, ())


LISTENERS = Rule(
    lambda found: {key: [*called] for key, called in _listeners(found).items()}, _same_listeners, _listen, quiet=True
)


# Variables of a context, and data bases.


def _set_variable(variable: ContextVar[Any], held: Any) -> None:
    if held is MISSING:  # it cannot be made to hold nothing again
        _stays(variable, held)
    variable.set(held)


VARIABLE = Rule(
    lambda variable: variable.get(MISSING),
    lambda variable, held: variable.get(MISSING) is held,
    _set_variable,
    certain=False,
)
DATABASE = Rule(
    lambda base: base.total_changes, lambda base, held: bool(base.total_changes == held), _stays, certain=False
)


# Caches.


def _fill_cache(cache: Any, held: State) -> None:
    if keeps(cache, BuiltinFunctionType):
        Cache(cache).fill(held)
    else:
        cache.cache_clear()


CACHE = Rule(
    lambda cache: Cache(cache).state(),
    lambda cache, held: Cache(cache).state().same(held),
    _fill_cache,
    quiet=True,
)


# Tables of pandas.


def _fill_table(found: Any, held: Any) -> None:
    found.__setstate__(held.copy(deep=True).__getstate__())
    vars(found).get("_item_cache", {}).clear()


def _same_table(found: Any, held: Any) -> bool:
    axes = zip(found.axes, held.axes, strict=True)
    return bool(found.equals(held) and all(one.names == other.names for one, other in axes)) and getattr(
        found, "name", None
    ) == getattr(held, "name", None)


def _bytes_of_table(found: Any) -> int:
    return int(np.sum(found.memory_usage(index=True)))


TABLE = Rule(lambda found: found.copy(deep=True), _same_table, _fill_table, _bytes_of_table)


# What is too large.

SAMPLE = 1_000


def _mark(found: Any) -> Any:
    """A sign of what is too large to be copied, which shows whether it has changed."""
    if isinstance(found, np.ndarray) and found.dtype != object:
        return found.shape, zlib.adler32(np.ascontiguousarray(bare(found)).data.cast("B"))
    if isinstance(found, (bytearray, array)):
        return len(found), zlib.adler32(memoryview(found).cast("B"))
    if hasattr(found, "axes"):
        return tuple(map(len, found.axes)), [_mark(found[name].to_numpy()) for name in getattr(found, "columns", ())]
    step = max(1, len(found) // SAMPLE)
    if isinstance(found, dict):
        return len(found), _some(found, step), _some(found.values(), step)
    return len(found), _some(found.flat if isinstance(found, np.ndarray) else found, step)


def _some(items: Any, step: int) -> list[int]:
    return [id(item) for item in islice(items, 0, None, step)]


def marked(rule: Rule) -> Rule:
    """The rule in the place of this one where there is no room for a copy."""
    return Rule(_mark, lambda found, held: _mark(found) == held, _stays, rule.size, certain=False, quiet=rule.quiet)
