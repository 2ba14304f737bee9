"""What Python's containers, arrays, attributes and slots hold at one moment, and how they are given that back in place:
a rule for each kind of object.
"""

from __future__ import annotations

import threading
from array import array
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from operator import is_
from types import FunctionType, MemberDescriptorType, ModuleType
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from autograd_magic.engine.arrays import Array

MISSING = object()


class Rule(NamedTuple):
    """How the contents of some kind of object are noted, compared and given back. ``certain`` is whether giving back
    always succeeds; ``quiet`` is whether a change matters to nobody but the next run (a generator of random numbers
    draws on, whoever draws); ``hidden`` is whether a change does not show; ``size`` is how many bytes it takes to note
    them.
    """

    take: Callable[[Any], Any]
    same: Callable[[Any, Any], bool]
    give: Callable[[Any, Any], None]
    size: Callable[[Any], int] = lambda _: 0
    certain: bool = True
    quiet: bool = False
    hidden: bool = False


def slots(kind: type) -> tuple[Any, ...]:
    """The attributes of a class's objects that do not stand in a dictionary."""
    found = _slots.get(kind)
    if found is None:
        members = (member for base in kind.__mro__ for member in vars(base).values())
        _slots[kind] = found = tuple(
            member
            for member in members
            if isinstance(member, MemberDescriptorType) and not member.__name__.startswith("__")
        )
    return found


_slots: WeakKeyDictionary[type, tuple[Any, ...]] = WeakKeyDictionary()


def of_slot(found: Any, slot: Any) -> Any:
    """What stands in such an attribute."""
    try:
        return slot.__get__(found)
    except AttributeError:
        return MISSING


def each_is(one: Any, other: Any) -> bool:
    """Whether two sequences hold the same objects."""
    return len(one) == len(other) and all(map(is_, one, other))


# Containers.


def _fill_list(found: Any, held: Any) -> None:
    list.__setitem__(found, slice(None), held)


def _fill_deque(found: Any, held: Any) -> None:
    deque.clear(found)
    deque.extend(found, held)


def _fill_set(found: Any, held: Any) -> None:
    set.clear(found)
    set.update(found, held)


def _fill_dict(found: Any, held: Any) -> None:
    dict.clear(found)
    dict.update(found, held)


def _fill_ordered(found: Any, held: Any) -> None:
    OrderedDict.clear(found)
    for key, item in held.items():
        OrderedDict.__setitem__(found, key, item)


def keys(found: Any) -> list[Any]:
    """What stands in a dict or a set by its hash."""
    if isinstance(found, set):
        return [*set.__iter__(found)]
    return [*dict.keys(found)] if isinstance(found, dict) else []


class Hashed:
    """Dicts and sets of which some keys are to have other numbers, and then those of before."""

    def __init__(self, found: Sequence[Any]) -> None:
        self.found = found
        self._held: list[Any] = [None] * len(found)
        self._there: list[Any] = [None] * len(found)

    @contextmanager
    def moving(self) -> Iterator[None]:
        """Move the keys in here: all is taken out before, and put in again where it is found then. Two that were equal
        for a while are two again.
        """
        held: list[Any] = []
        for found, before, there in zip(self.found, self._held, self._there, strict=True):
            held.append(before if there is not None and each_is(keys(found), there) else _items(found))
            base(found).clear(found)
        try:
            yield
        finally:
            for found, items in zip(self.found, held, strict=True):
                (_fill_set if isinstance(found, set) else _fill_items)(found, items)
            self._held, self._there = held, [keys(found) for found in self.found]


def _items(found: Any) -> Any:
    return keys(found) if isinstance(found, set) else [*base(found).items(found)]


def _fill_items(found: Any, held: Any) -> None:
    for key, item in held:
        base(found).__setitem__(found, key, item)


def base(found: Any) -> Any:
    """Python's own class behind a container: what a class of the user's does besides is done for the user alone."""
    return next(kind for kind in (list, deque, set, OrderedDict, dict) if isinstance(found, kind))


def _same_dict(found: Any, held: Any) -> bool:
    return (
        len(held) == dict.__len__(found)
        and all(map(is_, dict.__iter__(found), held))
        and all(map(is_, dict.values(found), held.values()))
    )


def _same_ordered(found: Any, held: Any) -> bool:
    """In its own order, which that of the dict below it does not follow."""
    return (
        len(held) == dict.__len__(found)
        and all(map(is_, OrderedDict.keys(found), held))
        and all(map(is_, OrderedDict.values(found), held.values()))
    )


def size_of(found: Any) -> int:
    """How many bytes it takes to copy an array; an element of a container, which is looked at too, counts for 100."""
    return int(found.nbytes) if isinstance(found, np.ndarray) else 100 * int(type(found).__len__(found))


def _length(found: Any) -> int:
    return int(type(found).__len__(found)) * int(getattr(found, "itemsize", 1))


LIST = Rule(list.copy, each_is, _fill_list, size_of)
DEQUE = Rule(
    lambda found: [*deque.__iter__(found)],
    lambda found, held: each_is([*deque.__iter__(found)], held),
    _fill_deque,
    size_of,
)
SET = Rule(
    lambda found: [*set.__iter__(found)],
    lambda found, held: each_is([*set.__iter__(found)], held),
    _fill_set,
    size_of,
    certain=False,  # filled again it may have another order
)
DICT = Rule(dict.copy, _same_dict, _fill_dict, size_of)
ORDERED = Rule(lambda found: dict(OrderedDict.items(found)), _same_ordered, _fill_ordered, size_of)
BYTES = Rule(
    bytes, lambda found, held: bytes(found) == held, lambda found, held: found.__setitem__(slice(None), held), _length
)
NUMBERS = Rule(
    lambda found: array(found.typecode, found),
    lambda found, held: found.tobytes() == held.tobytes(),
    lambda found, held: found.__setitem__(slice(None), held),
    _length,
)


# Arrays.


def bare(found: Any) -> Any:
    """An array without its class."""
    return found.buffer if type(found) is Array else np.ndarray.view(found, np.ndarray)


def same_array(found: Any, held: Any) -> bool:
    """Whether an array holds what another one does, bit by bit; of objects whether they are the same ones."""
    there = bare(found)
    if there.shape != held.shape or there.dtype != held.dtype:
        return False
    if there.dtype == object:
        return all(map(is_, there.flat, held.flat))
    if there.flags.c_contiguous and there.nbytes % 8 == 0:  # in one go, and without a copy
        return bool((there.reshape(-1).view(np.uint64) == held.reshape(-1).view(np.uint64)).all())
    return bool(there.tobytes() == held.tobytes())


def _fill_array(found: Any, held: Any) -> None:
    if found.shape != held.shape or found.dtype != held.dtype:
        raise ValueError("an array that has another shape")
    locked = not found.flags.writeable
    if locked:
        found.flags.writeable = True
    bare(found)[...] = held
    if locked:
        found.flags.writeable = False


TRACED = Rule(
    lambda found: found.copy("K"),
    lambda found, held: found.same_as(held),
    lambda found, held: found.store(..., held),
    size_of,
)
ARRAY = Rule(lambda found: bare(found).copy(), same_array, _fill_array, size_of)


# Attributes.


def attributes(found: Any) -> Any:
    """The dictionary of an object's attributes; an empty one where it has none."""
    try:
        # Those of a thread are another dictionary in each.
        local = isinstance(found, threading.local)
        names = found.__dict__ if local else object.__getattribute__(found, "__dict__")
    except AttributeError:
        return {}
    return names if isinstance(names, dict) else {}


def _take_slots(found: Any) -> dict[Any, Any]:
    return {slot: of_slot(found, slot) for slot in slots(type(found))}


def _same_slots(found: Any, held: dict[Any, Any]) -> bool:
    now = _take_slots(found)
    return all(now[slot] is part or (type(part) in (int, str) and now[slot] == part) for slot, part in held.items())


def _fill_slots(found: Any, held: dict[Any, Any]) -> None:
    for slot, there in _take_slots(found).items():
        if there is not held[slot]:
            if held[slot] is MISSING:
                slot.__delete__(found)
            else:
                slot.__set__(found, held[slot])


def _of_class(kind: type) -> dict[str, Any]:
    """What a class holds, but for what Python itself keeps there."""
    return {name: part for name, part in vars(kind).items() if not name.startswith("__")}


def _fill_class(kind: type, held: dict[str, Any]) -> None:
    for name in _of_class(kind).keys() - held:
        type.__delattr__(kind, name)
    for name, part in held.items():
        if vars(kind).get(name, MISSING) is not part:
            type.__setattr__(kind, name, part)


def _of_module(module: ModuleType) -> dict[str, Any]:
    return {name: part for name, part in vars(module).items() if not name.startswith("__")}


def _fill_module(module: ModuleType, held: dict[str, Any]) -> None:
    for name in _of_module(module).keys() - held:
        delattr(module, name)
    vars(module).update(held)


def _of_function(function: FunctionType) -> tuple[Any, ...]:
    return function.__defaults__, function.__kwdefaults__, {**function.__dict__}


def _fill_function(function: FunctionType, held: tuple[Any, ...]) -> None:
    function.__defaults__, function.__kwdefaults__ = held[:2]
    _fill_dict(function.__dict__, held[2])


def _of_cell(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return MISSING


def _fill_cell(cell: Any, held: Any) -> None:
    if held is MISSING:
        del cell.cell_contents
    else:
        cell.cell_contents = held


VALUE_SLOTS = ("number", "gradient", "row", "parents", "serial", "line", "strict", "past")


def _fill_value(found: Any, held: Any) -> None:
    for slot, part in zip(VALUE_SLOTS, held, strict=True):
        setattr(found, slot, part)


ATTRIBUTES = Rule(
    lambda found: {**attributes(found)},
    lambda found, held: _same_dict(attributes(found), held),
    lambda found, held: _fill_dict(attributes(found), held),
)
SLOTS = Rule(_take_slots, _same_slots, _fill_slots, certain=False)
CLASS = Rule(_of_class, lambda found, held: _same_dict(_of_class(found), held), _fill_class)
MODULE = Rule(_of_module, lambda found, held: _same_dict(_of_module(found), held), _fill_module)
FUNCTION = Rule(
    _of_function,
    lambda found, held: (
        found.__defaults__ is held[0] and found.__kwdefaults__ is held[1] and _same_dict(found.__dict__, held[2])
    ),
    _fill_function,
)
CLOSURE = Rule(_of_cell, lambda found, held: _of_cell(found) is held, _fill_cell)
VALUE = Rule(
    lambda found: tuple(getattr(found, slot) for slot in VALUE_SLOTS),
    # Sliders move its number as well: it counts whether a run has written its ``data``.
    lambda found, held: found.past is held[VALUE_SLOTS.index("past")],
    _fill_value,
)
