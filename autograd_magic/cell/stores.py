"""``found[...] = value``, ``found.name = value``, and the same with ``+=``: what an array, or an object of outside
code, is given is plain. What is stored into is looked up once, where Python does so.

``a.b[i] = x`` in a cell becomes ``there()[i] = into(x, via(a).b)`` (rewrite.py), and ``a.b[i] += x`` becomes
``onto(via(a).b)[i] += given(x)``.
"""

from __future__ import annotations

import sys
from inspect import getattr_static
from threading import get_ident
from types import FrameType, MemberDescriptorType, ModuleType
from typing import Any

import numpy as np

from autograd_magic.engine import record
from autograd_magic.engine.arrays import Array, chosen
from autograd_magic.engine.flat import Flat
from autograd_magic.engine.number import Number

from .came_back import ORDINARY
from .copies import filled
from .notebook_code import keeps, own_class
from .plainly import Passage, plainly
from .told import told

_TAKES = ORDINARY | {Array, Flat}
"""What takes numbers as they are."""

_passed: dict[FrameType, list[Any]] = {}
"""Through what a frame is on its way to where it stores something (``df`` of ``df.loc``)."""

_found: dict[FrameType, list[Any]] = {}
"""What a frame is about to change in place, and through what that was reached."""

_held: dict[FrameType, Any] = {}
"""What a frame stores something in, or deletes it from, while it comes to where in that."""

_next: dict[int, Any] = {}
"""Where a thread stores something, as the very next that it does."""


def via(holder: Any) -> Any:
    """What an attribute is read from, on the way to where something is stored."""
    run = record.running
    if run is not None:
        _passed.setdefault(sys._getframe(1), []).append(holder)
        if own_class(type(holder)):  # its properties are the notebook's code
            run.looking.at(holder)
    return holder


def into(value: Any, found: Any, attribute: str = "") -> Any:
    """What shall be stored in ``found``, which the next ``there`` gives back: in an ``attribute``, or in an element."""
    value = going_into(value, found, attribute, 2)
    _next[get_ident()] = found
    return value


def going_into(value: Any, found: Any, attribute: str = "", depth: int = 1) -> Any:
    """What shall be stored in ``found``, which its name gives back. ``depth`` is how many calls away the user's frame
    is.
    """
    if type(found) in _TAKES:
        through = _passed.pop(sys._getframe(depth), ()) if _passed else ()
        if record.running is None:
            value = _plain(value, found)
        elif through and type(value) is Number and not all(map(keeps, through)):
            record.escape(value)  # a library's object has it (``df.attrs``)
            record.running.boxes.setdefault(id(value), {})[id(found)] = found
    else:
        frame = sys._getframe(depth)
        value = _given(value, [found, *_passed.pop(frame, ())], frame, attribute)
    return value


def there_itself() -> Any:
    """What ``into`` has been told."""
    return _next.pop(get_ident())


def there() -> Any:
    """The same; in a number nothing can be stored, and Python says so of the plain one."""
    found = _next.pop(get_ident())
    return found.number if type(found) is Number else found


def placing(found: Any) -> Any:
    """In what something is stored or deleted at the place that ``placed`` is told next. In a number nothing can be
    stored, and Python says so of the plain one.
    """
    if type(found) is Number:
        found = found.number
    if type(found) in _COUNTED or (type(found) not in _TAKES and not keeps(found)):
        _held[sys._getframe(1)] = found
    elif _held:
        _held.pop(sys._getframe(1), None)
    return found


def placed(index: Any) -> Any:
    """Where that is: a library's object gets a plain place, and numbers went into it with that; an array that is none
    of ours chooses elements by plain numbers. A list says itself what cannot be a place in it.
    """
    if not _held:
        return index
    frame = sys._getframe(1)
    found = _held.pop(frame, None)
    if found is None or type(index) in _PLACES:
        return index
    if type(found) in _COUNTED:
        return index.number if type(index) is Number and not isinstance(index.number, (int, np.integer)) else index
    if issubclass(type(found), np.ndarray):
        return chosen(index)
    passage = Passage(frame, found)
    plain = filled(plainly(index, passage), {})
    passage.over()
    for number in passage.numbers.values():
        record.escape(number)
    record.stored(passage.numbers, found)
    return plain


_PLACES = frozenset((int, str))
_COUNTED = frozenset((list, tuple))


def bare(found: Any) -> Any:
    """What is stored into, or deleted from, whatever stands beside it."""
    return found.number if type(found) is Number else found


def onto(found: Any) -> Any:
    """What is changed in place by what the next ``given`` is told. A number cannot be."""
    _noted(found, sys._getframe(1))
    return found.number if type(found) is Number else found


def onto_itself(found: Any) -> Any:
    """The same where a number can."""
    _noted(found, sys._getframe(1))
    return found


def _noted(found: Any, frame: FrameType) -> None:
    if record.running is not None:
        _found[frame] = [found, *_passed.pop(frame, ())]


def given(value: Any) -> Any:
    """By what something is changed in place."""
    frame = sys._getframe(1)
    held = _found.pop(frame, None)
    return value if held is None else _given(value, held, frame)


def given_to(found: Any, attribute: Any, value: Any, frame: FrameType) -> Any:
    """What ``setattr`` stores in ``found``."""
    return value if type(found) in _TAKES else _given(value, [found], frame, str(attribute))


def forget() -> None:
    """No run is under way: what exceptions have left on its way is nobody's."""
    _passed.clear()
    _found.clear()
    _held.clear()
    _next.clear()


def _plain(value: Any, found: Any) -> Any:
    """What is stored where no run is under way."""
    if type(value) is Number and not keeps(found):
        record.use(value)
        return value.number
    return value


def _has_it_then(found: Any, attribute: str) -> bool:
    """Whether an attribute that is set is the object that was given, and not what a property of its class, or the class
    itself, makes of that.
    """
    kind = type(found)
    if not attribute or kind.__setattr__ not in _SETTERS:
        return False
    there = type(getattr_static(kind, attribute, None))
    return there is MemberDescriptorType or not hasattr(there, "__set__")


_SETTERS: tuple[Any, ...] = (object.__setattr__, ModuleType.__setattr__, type.__setattr__)


def _given(value: Any, held: list[Any], frame: FrameType, attribute: str = "") -> Any:
    run, found = record.running, held[0]
    kind = type(found)
    if run is None:
        return _plain(value, found)
    if kind in _TAKES:
        return value
    if keeps(found):
        if own_class(kind):
            run.looking.at(found)
        return value
    if isinstance(found, np.ndarray) and found.dtype == object:
        return value
    run.stays |= any(id(holder) in run.others or type(holder) is ModuleType for holder in held)
    passage = Passage(frame, found)
    plain = plainly(value, passage)
    if passage.give_back and not _has_it_then(found, attribute):
        # Numbers come back into what is given, and it is read later.
        plain = filled(plain, {})
    passage.handed_over(run)
    passage.over()
    passage.numbers.update(run.inside(value))
    passage.numbers.update((id(node), node) for node in told(run, value))
    for number in passage.numbers.values():
        record.escape(number)
    for array in [array for holder in held for array in run.shown_by(holder)]:
        later = Passage(frame, found, dict(passage.numbers))
        plainly(array, later)
        array.memory.changed = later.over  # what is stored is not there yet
    record.stored(passage.numbers, *(holder for holder in held if not keeps(holder)))
    return plain
