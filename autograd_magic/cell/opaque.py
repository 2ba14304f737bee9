"""What Python's own objects hold where no code can write: iterators, generators that wait, the default of a variable of
a context, tasks that are done, frames that an exception keeps. They stay the objects that they are, whoever else has
them: what they hold is exchanged where it stands, in their memory. How that is laid out belongs to a version of Python:
where this has not been tried, numbers in them stay traced.
"""

from __future__ import annotations

import gc
import sys
from asyncio import Future, Task
from collections.abc import Iterator
from contextvars import Context, ContextVar, Token
from ctypes import c_size_t, py_object, pythonapi, sizeof
from inspect import CO_OPTIMIZED
from operator import methodcaller
from types import AsyncGeneratorType, CellType, CoroutineType, FrameType, GeneratorType, GenericAlias
from typing import Any

from .contents import MISSING

_TRIED = sys.implementation.name == "cpython" and sys.version_info[:2] == (3, 11)
_RUN = frozenset((GeneratorType, CoroutineType, AsyncGeneratorType))
_VIEWS: tuple[type, ...] = (type({}.keys()), type({}.values()), type({}.items()))
_KINDS = frozenset((*_RUN, *_VIEWS, FrameType, ContextVar, Token, Future, Task, methodcaller, super, GenericAlias))


def opaque(kind: type) -> bool:
    """Whether objects of a class hold others in their memory alone: iterators of Python's own do, and some more."""
    iterates = kind.__module__ in ("builtins", "itertools", "collections", "_collections") and hasattr(kind, "__next__")
    return (iterates or kind in _KINDS) and _TRIED


class Word:
    """A place in an object's memory, and what has been found there."""

    __slots__ = ("_holder", "found")

    def __init__(self, holder: Any, found: Any) -> None:
        self._holder, self.found = holder, found

    def read(self) -> Any:
        """What was found there, or put there, as long as it is there."""
        return self.found if self._places() else MISSING

    def write(self, other: Any) -> None:
        """Put something else in its place. Raises TypeError where it does not stand there any more."""
        memory, places = self._memory(), self._places()
        if not places:
            raise TypeError(f"{type(self._holder).__name__} holds it elsewhere")
        found, self.found = self.found, other
        for place in places:  # a place owns what stands there
            pythonapi.Py_IncRef(py_object(other))
            memory[place] = id(other)
            pythonapi.Py_DecRef(py_object(found))

    def _memory(self) -> Any:
        kind: Any = type(self._holder)  # what an alias of a class says of itself it says of the class
        return (c_size_t * (kind.__sizeof__(self._holder) // sizeof(c_size_t))).from_address(id(self._holder))

    def _places(self) -> list[int]:
        """Where it stands; nowhere, if that is not as often as the object says that it holds it. What a frame has done
        with stays in its memory, behind what it holds.
        """
        places = [place for place, word in enumerate(self._memory()) if word == id(self.found)]
        held = sum(part is self.found for part in gc.get_referents(self._holder))
        if type(self._holder) in _RUN or type(self._holder) is FrameType:
            places = places[:held]
        return places if len(places) == held else []


def words(found: Any) -> Iterator[Word]:
    """What an object holds, as it tells the garbage collector; of a frame its function's variables."""
    parts = gc.get_referents(found)
    if type(found) is FrameType:
        own = {*map(id, found.f_locals.values())} if found.f_code.co_flags & CO_OPTIMIZED else set()
        parts = [part for part in parts if id(part) in own or type(part) is CellType]
    for part in parts:
        if type(part) is tuple and len(gc.get_referents(part)) < len(part):
            yield from words(part)  # it has empty places, which nobody may read
        elif type(part) is not Context:
            yield Word(found, part)
