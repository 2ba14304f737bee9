"""``found[...] = value``, ``found.name = value``, and the same with ``+=``: what an array, or an object of outside
code, is given is plain. What is stored into is looked up once, where Python does so.

``a.b[i] = x`` in a cell becomes ``there()[i] = into(x, via(a).b)`` (rewrite.py), and ``a.b[i] += x`` becomes
``onto(via(a).b)[i] += given(x)``.
"""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import numpy as np

from autograd_magic.engine import record
from autograd_magic.engine.arrays import Array
from autograd_magic.engine.number import Number

from .came_back import ORDINARY
from .notebook_code import keeps, own_class
from .plainly import Passage, plainly

_passed: dict[FrameType, list[Any]] = {}
"""Through what a frame is on its way to where it stores something (``df`` of ``df.loc``)."""

_found: dict[FrameType, list[Any]] = {}
"""Where a frame is about to store something, and through what that was reached."""


def via(holder: Any) -> Any:
    """What an attribute is read from, on the way to where something is stored."""
    run = record.running
    if run is not None:
        _passed.setdefault(sys._getframe(1), []).append(holder)
        if own_class(type(holder)):  # its properties are the notebook's code
            run.looking.at(holder)
    return holder


def into(value: Any, found: Any) -> Any:
    """What shall be stored in ``found``; which the next ``there`` gives back."""
    frame = sys._getframe(1)
    held = _found[frame] = [found, *_passed.pop(frame, ())]
    return _given(value, held, frame)


def there() -> Any:
    """What ``into`` has been told."""
    return _found.pop(sys._getframe(1))[0]


def onto(found: Any) -> Any:
    """What is changed in place by what the next ``given`` is told."""
    frame = sys._getframe(1)
    if record.running is not None:
        _found[frame] = [found, *_passed.pop(frame, ())]
    return found


def given(value: Any) -> Any:
    """By what something is changed in place."""
    frame = sys._getframe(1)
    held = _found.pop(frame, None)
    return value if held is None else _given(value, held, frame)


def forget() -> None:
    """No run is under way: what exceptions have left on its way is nobody's."""
    _passed.clear()
    _found.clear()


def _given(value: Any, held: list[Any], frame: FrameType) -> Any:
    run, found = record.running, held[0]
    kind = type(found)
    if run is None and type(value) is Number and not keeps(found):
        record.use(value)
        return value.number
    if run is None or kind in ORDINARY or kind is Array:
        return value
    if keeps(found):
        if own_class(kind):
            run.looking.at(found)
        return value
    if isinstance(found, np.ndarray) and found.dtype == object:
        return value
    passage = Passage(frame, found)
    plain = plainly(value, passage)
    passage.over()
    passage.numbers.update(run.inside(value))
    if passage.numbers:
        run.parted.update(passage.numbers)
        for number in passage.numbers.values():
            record.escape(number)
        for holder in held:
            if not keeps(holder):
                run.touch(holder, passage.numbers)
    return plain
