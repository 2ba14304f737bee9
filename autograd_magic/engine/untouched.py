"""Objects of somebody else that are made to compute, and are afterwards exactly as they were."""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from types import CodeType, FunctionType
from typing import Any

import numpy as np

from .anatomy import slots

_UNSET = object()


@contextmanager
def untouched(nodes: Iterable[Any], *, around: bool = True) -> Iterator[None]:
    """Whatever is done to these objects inside is undone, in place and however it ends; what is printed is dropped.

    ``around``: also what their classes and the functions of these change: attributes of the class, global names.
    """
    kept = [*nodes]
    undo: list[Callable[[], None]] = []
    seen: set[int] = set()
    for node in kept:
        undo += _object(node, seen)
    if around:
        for kind in dict.fromkeys(base for node in kept for base in type(node).__mro__ if base is not object):
            undo += _kind(kind, seen)
    try:
        with redirect_stdout(io.StringIO()):
            yield
    finally:
        for put_back in undo:
            put_back()


def _object(node: Any, seen: set[int]) -> Iterator[Callable[[], None]]:
    names = getattr(node, "__dict__", None)
    if isinstance(names, dict):
        before = dict(names)
        for held in before.values():
            yield from _contents(held, seen)

        yield lambda: _same(names, before)
    for _, slot in slots(type(node)):
        try:
            held = slot.__get__(node)
        except AttributeError:
            held = _UNSET
        yield from _contents(held, seen)
        yield lambda slot=slot, held=held: _put_slot(node, slot, held)  # type: ignore[misc]


def _same(names: dict[str, Any], before: dict[str, Any]) -> None:
    if [*names] != [*before] or any(names[name] is not held for name, held in before.items()):
        names.clear()
        names.update(before)


def _put_slot(node: Any, slot: Any, held: Any) -> None:
    if held is not _UNSET:
        slot.__set__(node, held)
    else:
        with suppress(AttributeError):
            slot.__delete__(node)


def _contents(held: Any, seen: set[int]) -> Iterator[Callable[[], None]]:
    """What puts a container's contents back, only if they have changed: a set filled again has another order."""
    if id(held) in seen:
        return
    if type(held) is np.ndarray and held.flags.writeable:
        seen.add(id(held))
        numbers = held.copy()
        yield lambda: np.copyto(held, numbers)
    elif type(held) in (list, deque, set):
        seen.add(id(held))
        items = [*held]

        def put_back() -> None:
            if [*map(id, held)] != [*map(id, items)]:
                held.clear()
                (held.update if isinstance(held, set) else held.extend)(items)

        yield put_back
    elif type(held) is dict:
        seen.add(id(held))
        pairs = dict(held)
        yield lambda: _same(held, pairs)


def _kind(kind: type, seen: set[int]) -> Iterator[Callable[[], None]]:
    for name, held in [*vars(kind).items()]:
        if isinstance(held, (property, staticmethod, classmethod, FunctionType)):
            parts = [getattr(held, part, None) for part in ("fget", "fset", "__func__")] + [held]
            for function in parts:
                if isinstance(function, FunctionType):
                    yield from _function(function, seen)
        elif not name.startswith("__") and not hasattr(held, "__get__"):
            yield from _contents(held, seen)
            yield lambda name=name, held=held: _put_name(kind, name, held)  # type: ignore[misc]


def _put_name(kind: type, name: str, held: Any) -> None:
    if vars(kind).get(name, _UNSET) is not held:
        setattr(kind, name, held)


def _function(function: FunctionType, seen: set[int]) -> Iterator[Callable[[], None]]:
    for held in (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()):
        yield from _contents(held, seen)
    names, places = set[str](), [function.__code__]
    for code in places:
        names |= {*code.co_names}
        places += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    space = function.__globals__
    absent = [*names - space.keys()]
    yield lambda: _without(space, absent)
    for name in names & space.keys():
        held = space[name]
        yield from _contents(held, seen)
        if held is None or isinstance(held, (int, float, list, set, dict, deque, tuple)):
            yield lambda name=name, held=held: space.__setitem__(name, held)  # type: ignore[misc]


def _without(space: dict[str, Any], names: Iterable[str]) -> None:
    """Take out names that were not there before."""
    for name in names:
        space.pop(name, None)
