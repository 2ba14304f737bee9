"""What a cell can change, as it was at one moment: which rules an object has, and whether it is as it was."""

from __future__ import annotations

import io
import queue
import random
import threading
from array import array
from asyncio import AbstractEventLoop
from collections import OrderedDict, UserString, deque
from collections.abc import Iterator, Sequence
from contextvars import ContextVar
from functools import _lru_cache_wrapper
from types import AsyncGeneratorType, CellType, FunctionType, GeneratorType, ModuleType
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from autograd_magic.engine.arrays import Array
from autograd_magic.engine.number import Number
from autograd_magic.engine.value import Value

from .contents import (
    ARRAY,
    ATTRIBUTES,
    BYTES,
    CLASS,
    CLOSURE,
    DEQUE,
    DICT,
    FUNCTION,
    LIST,
    MODULE,
    NUMBERS,
    ORDERED,
    SET,
    SLOTS,
    TRACED,
    VALUE,
    Rule,
    slots,
)
from .library_objects import (
    CACHE,
    DATABASE,
    DICE,
    FILE,
    HIDDEN,
    LISTENERS,
    PLACE,
    PROTOCOL,
    QUEUE,
    TABLE,
    VARIABLE,
    marked,
)
from .notebook_code import own_class

MACHINERY = frozenset(
    (
        *("IPython", "ipykernel", "traitlets", "ipywidgets", "anywidget", "comm", "autograd_magic", "threading"),
        *("_thread", "logging", "matplotlib", "mpl_toolkits", "PIL", "zmq", "tornado", "debugpy", "_pytest"),
    )
)
"""Modules whose objects are not looked into. Those of Python's own that are have a rule above all others."""

TOLD = MACHINERY - {"logging", "threading", "_thread", "autograd_magic"}
"""Those whose objects a run changes for good. What is logged is put back (process.py); locks hold nothing of a run."""


class Kept:
    """An object reached by a cell, with what it held ``before`` its run and, as far as that has changed it, ``after``.
    ``name`` is what Python calls it, ``root`` the variable behind that, ``holder`` the object through which it was
    reached, if that is another one of these.
    """

    __slots__ = ("after", "before", "found", "holder", "name", "root", "rules")

    def __init__(self, found: Any, name: str, root: str, rules: Sequence[Rule], holder: Kept | None = None) -> None:
        self.found, self.name, self.root, self.rules, self.holder = found, name, root, rules, holder
        self.before = self.after = self.now()

    @property
    def quiet(self) -> bool:
        """Whether a change of it matters only to the next run."""
        return all(rule.quiet for rule in self.rules)

    @property
    def named(self) -> bool:
        """Whether people are told that it has changed."""
        return self.root != "" and not self.quiet

    @property
    def certain(self) -> bool:
        """Whether it can be put back in any case."""
        return all(rule.certain for rule in self.rules)

    def now(self) -> tuple[Any, ...]:
        """What it holds at present."""
        return tuple(rule.take(self.found) for rule in self.rules)

    def holds(self, held: tuple[Any, ...]) -> bool:
        """Whether it holds this at present."""
        try:
            return all(rule.same(self.found, part) for rule, part in zip(self.rules, held, strict=True))
        except Exception:  # what it is made of may have been closed or taken apart
            return False

    def give(self, held: tuple[Any, ...]) -> bool:
        """Make it hold this again; gives back whether it does."""
        if self.holds(held):
            return True
        try:
            for rule, part in zip(self.rules, held, strict=True):
                if not rule.same(self.found, part):
                    rule.give(self.found, part)
        except Exception:  # whatever it raises, it does not hold it
            return False
        return self.certain or self.holds(held)

    def settle(self) -> None:
        """Note how a run has left it."""
        self.after = self.before if self.holds(self.before) else self.now()

    @property
    def lost(self) -> bool:
        """Whether the last run has changed it so that it cannot be put back: that is tried, and undone."""
        if any(rule.hidden for rule in self.rules):
            return True
        if not self.changed or self.certain:
            return False
        if not self.holds(self.after):
            return True
        back = self.give(self.before)
        return not (self.give(self.after) and back)

    @property
    def changed(self) -> bool:
        """Whether the last run has changed it."""
        return self.after is not self.before

    @property
    def theirs(self) -> bool:
        """Whether somebody has changed it since."""
        return not self.holds(self.after)


def rules_of(found: Any, room: int) -> tuple[Rule, ...]:
    """The rules for an object; none for what cannot change. What does not fit into so many bytes is only marked."""
    kind = type(found)
    if kind not in _known:
        _known[kind] = tuple(_rules(kind))
    rules = _known[kind]
    if kind is type or isinstance(found, type):
        return (CLASS,) if own_class(found) else ()
    return tuple(marked(rule) if rule.size(found) > room else rule for rule in rules)


_known: WeakKeyDictionary[type, tuple[Rule, ...]] = WeakKeyDictionary()


def _rules(kind: type) -> Iterator[Rule]:
    own = next((rule for base, rule in _OWN if issubclass(kind, base)), None)
    if own is not None:
        yield own
    if issubclass(kind, _WHOLE):
        return
    if any(parent.__module__.startswith("pandas.") for parent in kind.__mro__):
        if hasattr(kind, "__finalize__"):  # a table or a column; what else pandas has does not change
            yield TABLE
        return
    if kind.__module__ == "sqlite3" and hasattr(kind, "total_changes"):
        yield DATABASE
    if issubclass(kind, threading.local):
        yield ATTRIBUTES
    if any(parent.__module__.startswith("ipywidgets.") for parent in kind.__mro__):
        yield LISTENERS
    if not _watched(kind) or issubclass(kind, AbstractEventLoop):  # which goes round by itself
        return
    if issubclass(kind, _DICE):
        yield DICE
        if not own_class(kind):
            return
    if kind.__dictoffset__:
        yield ATTRIBUTES
    if slots(kind):
        yield SLOTS
    if issubclass(kind, (io.StringIO, io.BytesIO)):
        yield PROTOCOL
    elif issubclass(kind, io.IOBase):
        yield FILE
    elif own is None and not kind.__dictoffset__ and _has_protocol(kind):
        yield PROTOCOL
    elif own is None and hasattr(kind, "__next__") and not own_class(kind):
        yield PLACE if kind.__module__ in ("builtins", "itertools") else HIDDEN


def _watched(kind: type) -> bool:
    """Whether objects of a class are looked into: not those of the machinery around a notebook, nor those that equal by
    value, which do not change.
    """
    if own_class(kind) or issubclass(kind, (list, dict, set, deque, np.ndarray, UserString)):
        return True
    if kind.__module__ == "autograd_magic.engine.nn":
        return True
    return kind.__hash__ in (None, object.__hash__) and kind.__module__.partition(".")[0] not in MACHINERY


_DICE = (random.Random, np.random.RandomState, np.random.BitGenerator)


def _has_protocol(kind: type) -> bool:
    """Whether a library's class says how its objects are copied. What a user's class says of that is code of theirs,
    which nobody has asked to run.
    """
    for base in kind.__mro__[:-1]:
        if vars(base).keys() & {"__reduce__", "__reduce_ex__", "__getstate__"}:
            return not own_class(base)
    return False


_OWN: tuple[tuple[Any, Rule], ...] = (
    (Value, VALUE),
    (OrderedDict, ORDERED),
    (dict, DICT),
    (list, LIST),
    (deque, DEQUE),
    (set, SET),
    (bytearray, BYTES),
    (array, NUMBERS),
    (Array, TRACED),
    (np.ndarray, ARRAY),
    (FunctionType, FUNCTION),
    (CellType, CLOSURE),
    (ModuleType, MODULE),
    (_lru_cache_wrapper, CACHE),
    (ContextVar, VARIABLE),
    ((GeneratorType, AsyncGeneratorType), PLACE),
    (queue.SimpleQueue, QUEUE),
)
_WHOLE = (
    *(Value, Array, ContextVar, bytearray, array, FunctionType, CellType, ModuleType, _lru_cache_wrapper),
    *(GeneratorType, AsyncGeneratorType, queue.SimpleQueue, Number),
)
