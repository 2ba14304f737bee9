"""The door between the notebook's own code and everybody else's: library code never sees a number that remembers.

A call ``f(a, k=b)`` in a cell is rewritten to ``after(before(f, a, k=b)())`` (rewrite.py). ``before`` looks at what is
called. The notebook's own functions, and what carries numbers without reading them, get the numbers as they are. All
else gets plain ones: it computes, prints, warns and raises as it would without us, with the user's frame above it.
``after`` looks at what came back: a number that was made of numbers that went in is a node above them.
"""

from __future__ import annotations

import builtins
import sys
import sysconfig
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial, wraps
from pathlib import Path
from types import BuiltinFunctionType, BuiltinMethodType, FrameType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from autograd_magic.engine import record
from autograd_magic.engine.number import Number
from autograd_magic.engine.outside import Outside
from autograd_magic.engine.value import Value, make

from .stand_ins import StandIn, stand_in_for

LARGEST = 10_000
"""So many elements of what goes in or comes out are looked at."""

CARRIERS = frozenset(
    (
        "abc asyncio bisect builtins collections concurrent contextlib copy dataclasses enum functools heapq inspect"
        " itertools operator queue threading types typing weakref autograd_magic"
    ).split()
)
"""Modules whose functions and classes carry numbers without reading them, or ask the numbers themselves."""

CONTAINERS = (list, dict, set, frozenset, tuple, deque)
PACKAGE = str(Path(__file__).parent.parent)
LIBRARIES = tuple(
    str(Path(sysconfig.get_path(name)).resolve()) for name in ("stdlib", "platstdlib", "purelib", "platlib")
)


@dataclass
class Passage:
    """A call that is under way: who called, what for, the numbers that went in (by identity), and how to give mutable
    containers their numbers back.
    """

    frame: FrameType
    function: Any
    numbers: dict[int, Number] = field(default_factory=dict)
    exchanged: list[Callable[[], None]] = field(default_factory=list)


def before(function: Any, /, *args: Any, **named: Any) -> Any:
    """What the user's frame calls in the place of ``function``; it takes no arguments any more."""
    run = record.running
    if not callable(function):
        return function  # the call raises as it would have
    if run is None or _carries(function):
        return partial(function, *args, **named)
    stand_in = stand_in_for(function)
    if stand_in is not function or isinstance(function, StandIn):
        return partial(stand_in, *args, **named)
    frame = sys._getframe(1)
    if run.passages:  # one that an exception has ended
        run.passages[:] = [passage for passage in run.passages if passage.frame is not frame]
    passage = Passage(frame, function)
    plain_args = [_plain(found, passage) for found in args]
    plain_named = {name: _plain(found, passage) for name, found in named.items()}
    receiver = getattr(function, "__self__", None)
    for found in (receiver, *args, *named.values()):
        passage.numbers.update(run.touched.get(id(found), (None, {}))[1])
    if not passage.numbers and not passage.exchanged:
        return partial(function, *plain_args, **plain_named)
    run.passages.append(passage)
    return partial(function, *plain_args, **plain_named)


def after(result: Any) -> Any:
    """What a call has given back, as the notebook's code goes on with it."""
    run = record.running
    if run is None or not run.passages:
        return result
    frame = sys._getframe(1)
    for place in range(len(run.passages) - 1, -1, -1):
        if run.passages[place].frame is frame:
            passage = run.passages[place]
            del run.passages[place:]
            return _returned(passage, result)
    return result


def _returned(passage: Passage, result: Any) -> Any:
    run = record.running
    assert run is not None
    for give_back in passage.exchanged:
        give_back()
    for number in passage.numbers.values():
        record.escape(number)
    receiver = getattr(passage.function, "__self__", None)
    if passage.numbers and receiver is not None and not isinstance(receiver, ModuleType):
        _touch(receiver, passage.numbers)
    return _above(passage, result)


def _touch(found: Any, numbers: dict[int, Number]) -> None:
    """Remember that numbers went into an object, or that it was made of them."""
    run = record.running
    assert run is not None
    kept = run.touched.setdefault(id(found), (found, {}))
    kept[1].update(numbers)


def _above(passage: Passage, result: Any) -> Any:
    """The nodes for the numbers in what came back."""
    if isinstance(result, (bool, str, bytes, type(None), np.bool_, Value)) or not passage.numbers:
        return result
    parents = tuple(passage.numbers.values())
    if isinstance(result, (int, float, np.floating, np.integer)):
        return make(Number, Outside(name_of(passage.function), float(result), len(parents)), result, parents)
    if type(result) in (list, tuple) and len(result) <= LARGEST:
        return type(result)(_above(passage, item) for item in result)
    _touch(result, passage.numbers)
    return result


def read(found: Any, result: Any) -> Any:
    """What an attribute or an element of something is: a number that is read from where numbers went is a node above
    them.
    """
    run = record.running
    if run is None or id(found) not in run.touched:
        return result
    passage = Passage(sys._getframe(1), found, run.touched[id(found)][1])
    return _above(passage, result)


def attribute(found: Any, name: str) -> Any:
    """``found.name``."""
    return read(found, getattr(found, name))


def part(start: Any, stop: Any, step: Any) -> slice:
    """``start:stop:step`` between brackets."""
    return slice(start, stop, step)


def element(found: Any, index: Any) -> Any:
    """``found[index]``."""
    run = record.running
    if run is None or type(found) in CONTAINERS or isinstance(found, type):
        return found[index]
    if isinstance(found, np.ndarray) or not (type(index) is Number or type(index) in (list, tuple)):
        return read(found, found[index])
    passage = Passage(sys._getframe(1), found)
    plain_index = _plain(index, passage)
    for number in passage.numbers.values():
        record.escape(number)
    return read(found, found[plain_index])


def _plain(found: Any, passage: Passage, deep: int = 4) -> Any:
    """The same without numbers that remember; which those were goes into the passage."""
    if type(found) is Number:
        passage.numbers[id(found)] = found
        return found.number
    if not deep:
        return found
    if type(found) in (list, dict, deque):
        return _exchanged(found, passage, deep)
    if type(found) in (tuple, set, frozenset):
        items = [_plain(item, passage, deep - 1) for item in found] if len(found) <= LARGEST else [*found]
        same = all(one is other for one, other in zip(items, found, strict=True))
        return found if same else type(found)(items)
    if isinstance(found, np.ndarray) and found.dtype == object and found.size <= LARGEST:
        items = [_plain(item, passage, deep - 1) for item in found.flat]
        same = all(one is other for one, other in zip(items, found.flat, strict=True))
        return found if same else np.array(items).reshape(found.shape)
    if isinstance(found, (FunctionType, MethodType)) and _of_notebook(found):
        return _called_back(found, passage)
    return found


def _exchanged(found: Any, passage: Passage, deep: int) -> Any:
    """A container that can be changed is handed over itself: its numbers are exchanged for plain ones, and those that
    are still in it afterwards are exchanged back.
    """
    places = [*found.items()] if type(found) is dict else [*enumerate(found)]
    if len(places) > LARGEST:
        return found
    put: dict[int, tuple[Any, Any]] = {}
    for place, item in places:
        inside = _plain(item, passage, deep - 1)
        if inside is not item:
            inside = _fresh(inside)
            put[id(inside)] = (inside, item)
            found[place] = inside
    if put:

        def give_back() -> None:
            for place, item in [*found.items()] if type(found) is dict else [*enumerate(found)]:
                if id(item) in put:
                    found[place] = put[id(item)][1]

        passage.exchanged.append(give_back)
    return found


def _fresh(number: Any) -> Any:
    """A float that is no other object, so that it can be found again."""
    return float.fromhex(number.hex()) if type(number) is float else number


def _called_back(function: Any, passage: Passage) -> Any:
    """A function of the notebook that library code calls: it computes with plain numbers, and gives a plain one. The
    numbers that it uses went through the door as well.
    """

    @wraps(function)
    def call(*args: Any, **named: Any) -> Any:
        with record.used_outside() as used:
            found = _plain(function(*args, **named), Passage(passage.frame, function))
        passage.numbers.update(used)
        return found

    return call


def name_of(function: Any) -> str:
    """What a function is called in the picture."""
    return str(getattr(function, "__name__", None) or type(function).__name__)


def _carries(function: Any) -> bool:
    """Whether what is called may have the numbers as they are."""
    if isinstance(function, MethodType):
        return isinstance(function.__self__, Value) or _carries(function.__func__)
    if isinstance(function, FunctionType):
        return function.__code__.co_filename.startswith(PACKAGE) or _home(function.__module__) in CARRIERS or _of_notebook(function)
    if isinstance(function, type):
        return (
            _home(function.__module__) in CARRIERS
            or issubclass(function, BaseException)
            or not _of_library(function.__module__)
        )
    if isinstance(function, (BuiltinFunctionType, BuiltinMethodType)):
        owner = function.__self__
        if isinstance(owner, ModuleType) or owner is None:
            return _home(function.__module__ or "") in CARRIERS
        if isinstance(owner, type):
            return _carries(owner)
        if isinstance(owner, np.ndarray):
            return owner.dtype == object
        return isinstance(owner, (*CONTAINERS, Iterator, str, Value))
    if isinstance(function, partial):
        return _carries(function.func)
    wrapped = getattr(function, "__dict__", {}).get("__wrapped__")
    if wrapped is not None and wrapped is not function:
        return _carries(wrapped)
    return _home(type(function).__module__) in CARRIERS or not _of_library(type(function).__module__)


def _home(module: Any) -> str:
    return str(module or "").partition(".")[0].removeprefix("_")


def _of_notebook(function: Any) -> bool:
    """Whether a function was written in the notebook, or in a module of the user's own."""
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    return code is not None and not code.co_filename.startswith(LIBRARIES) and not code.co_filename.startswith("<frozen")


def _of_library(module: Any) -> bool:
    """Whether a module is part of Python or installed."""
    if module == "__main__":
        return False
    if _home(module) in sys.stdlib_module_names:
        return True
    file = getattr(sys.modules.get(str(module)), "__file__", None)
    return file is None or str(Path(file).resolve()).startswith(LIBRARIES)
