"""From numbers that remember to plain ones, on their way into code that was not made for them."""

from __future__ import annotations

import ctypes
import functools
import gc
import re
import sys
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import FrameType, FunctionType, MethodType
from typing import Any

import numpy as np

from autograd_magic.engine import record
from autograd_magic.engine.arrays import Array, nodes_in
from autograd_magic.engine.flat import Flat
from autograd_magic.engine.gathered import shown
from autograd_magic.engine.laid import owner_of
from autograd_magic.engine.node import Node
from autograd_magic.engine.number import Number
from autograd_magic.engine.outside import Outside
from autograd_magic.engine.recording import Recording
from autograd_magic.engine.value import make

from .contents import base
from .copies import LARGEST, copied, filled
from .notebook_code import of_notebook, own_class

MOST = 1_000_000
"""So many elements of a container that goes in are exchanged."""

SIMPLE = frozenset({float, int, str, bool, type(None)})

_NAME = re.compile(r"[^\W\d]\w*")

_VIEWS: dict[type, Callable[[list[Any]], Any]] = {
    type({}.values()): lambda items: dict(enumerate(items)).values(),
    type({}.keys()): lambda items: dict.fromkeys(items).keys(),
    type({}.items()): lambda items: dict(items).items(),
}
"""How a view of a dict with these items is made."""


@dataclass
class Passage:
    """A call that is under way: who called, what for, the numbers that went in (by identity), and how to give mutable
    containers their numbers back. ``copies`` are the arguments as they went in, numbers and all, ``arrays`` the arrays
    among them with their copies, ``pure`` is whether they are all that the result depends on, as far as can be seen,
    and ``instead`` what is given back in the place of what the call gives. ``dice`` is the state of the generator of
    random numbers that is called, ``texts`` are the texts that went in, ``handles`` files and the like that take part,
    ``reached`` is how often something had come in from outside of the process before, ``handed`` are the arrays
    behind plain ones that were handed over, by identity, ``boxes`` the containers whose numbers were exchanged, and
    ``objects`` those of own classes that were looked into. ``lent`` are these arrays again, each with the plain one and
    how many held that when it was handed over. ``refused`` is whether it is written down already on what it hangs that
    the call raises.
    """

    frame: FrameType
    function: Any
    numbers: dict[int, Any] = field(default_factory=dict)
    give_back: list[Callable[[], None]] = field(default_factory=list)
    copies: tuple[tuple[Any, ...], dict[str, Any]] = ((), {})
    arrays: list[tuple[Any, Any]] = field(default_factory=list)
    pure: bool = True
    instead: Any = None
    dice: Any = None
    texts: list[str] = field(default_factory=list)
    handles: list[Any] = field(default_factory=list)
    reached: int = 0
    handed: dict[int, Any] = field(default_factory=dict)
    boxes: list[Any] = field(default_factory=list)
    objects: dict[int, Any] = field(default_factory=dict)
    lent: list[Any] = field(default_factory=list)
    refused: bool = False

    def handed_over(self, run: Recording) -> None:
        """Outside code may keep the containers that it was given: where numbers that stood in them take part in a call
        again, theirs are exchanged again.
        """
        for box in self.boxes:
            for number in box.values() if isinstance(box, dict) else box:
                if type(number) is Number:
                    run.boxes.setdefault(id(number), {})[id(box)] = box

    def kept_before(self, run: Recording) -> None:
        """Exchange what stands in the containers that outside code may have kept of these numbers."""
        if run.boxes:
            found = {key: box for number in self.numbers for key, box in run.boxes.get(number, {}).items()}
            for box in found.values():
                plainly(box, self)

    def back(self, result: Any) -> Any:
        """What the call gives, with arrays that went in as they were before."""
        if type(result) is tuple:
            return tuple(map(self.back, result)) if any(id(one) in self.handed for one in result) else result
        if id(result) in self.handed or type(result) is not np.ndarray:
            return self.handed.get(id(result), result)
        return next((seen for found in self.handed.values() if (seen := shown(found, result)) is not None), result)

    def looked_into(self) -> None:
        """The code that is called looks at the frame of the caller, where text names numbers (``df.eval('a * @x')``):
        it finds plain ones.
        """
        for names, name in self.named():
            self._lend(names, name)

    def named(self) -> list[tuple[Any, str]]:
        """Numbers of the caller's frame that are named in texts that went in: where they stand, and as what."""
        called = {name for text in self.texts if len(text) < LARGEST for name in _NAME.findall(text)}
        frame = self.frame
        places = [frame.f_globals] if frame.f_locals is frame.f_globals else [frame.f_globals, frame.f_locals]
        return [(names, name) for names in places for name in called if type(names.get(name)) in (Number, Array)]

    def _lend(self, names: Any, name: str) -> None:
        before, plain = names[name], plainly(names[name], self)

        def put(found: Any) -> None:
            names[name] = found
            if names is not self.frame.f_globals and sys.version_info < (3, 13):  # there it is a copy (PEP 667)
                ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(self.frame), 0)

        def give_back() -> None:
            if names.get(name) is plain:
                put(before)

        self.pure = False
        put(plain)
        self.give_back.append(give_back)

    def over(self) -> None:
        """The call has ended: containers get their numbers back."""
        for give_back in self.give_back:
            give_back()
        self.give_back.clear()


def plainly(found: Any, passage: Passage, deep: int = 8) -> Any:
    """The same without numbers that remember; which those were goes into the passage."""
    kind = type(found)
    if kind is Number:
        passage.numbers[id(found)] = found
        return found.number
    if kind in SIMPLE or not deep:
        return found
    run = record.running
    if run is not None and run.went_into(found):
        note(run, found, passage)
    if kind is dict and any(type(key) is Number for key in found):
        return {plainly(key, passage): plainly(item, passage, deep - 1) for key, item in found.items()}
    if isinstance(found, (list, dict, deque)):
        return _exchanged(found, passage, deep)
    if kind in (tuple, set, frozenset):
        items = [plainly(item, passage, deep - 1) for item in found] if len(found) <= MOST else [*found]
        same = all(one is other for one, other in zip(items, found, strict=True))
        return found if same else kind(items)
    if kind is slice:
        return slice(*(plainly(part, passage) for part in (found.start, found.stop, found.step)))
    if isinstance(found, tuple):  # a named tuple
        items = [plainly(item, passage, deep - 1) for item in found]
        same = all(one is other for one, other in zip(items, found, strict=True))
        return found if same or not hasattr(kind, "_make") else kind._make(items)
    if kind is Array:
        return _array(found, passage)
    if kind is Flat:
        _array(found.base, passage)
        return found.plain
    if kind in (FunctionType, MethodType, functools.partial):
        for number in _carried(found):  # it may be kept, and called when this run is over
            record.escape(number)
        if kind is not functools.partial and of_notebook(found):
            passage.pure = False
            return _called_back(found, passage)
        return found
    if kind in _VIEWS:
        items = list(found)
        inside = [plainly(item, passage, deep - 1) for item in items]
        same = all(one is other for one, other in zip(items, inside, strict=True))
        return found if same else _VIEWS[kind](inside)
    if isinstance(found, Iterator):
        passage.pure = False
        if kind.__module__ in {"builtins", "itertools"}:
            return _one_by_one(found, passage)
    elif own_class(kind) and not isinstance(found, (Node, type)):
        _own_object(found, passage, deep)
    return found


def note(run: Recording, found: Any, passage: Passage) -> None:
    """Numbers went into something that takes part in a call, or it shows those of arrays, and may write there."""
    passage.numbers.update(run.inside(found))
    passage.pure = False
    for array in run.shown_by(found):
        _array(array, passage)


def _one_by_one(found: Iterator[Any], passage: Passage) -> Iterator[Any]:
    return (plainly(item, passage) for item in found)


def _array(found: Any, passage: Passage) -> Any:
    """The plain array itself; what is written there has gone another way."""
    plain = found.buffer
    if id(plain) in passage.handed:  # in another place of the same call
        return plain
    numbers = {id(node): node for node in found.nodes().values()} if found.traced else {}
    passage.numbers.update(numbers)
    passage.handed[id(plain)] = found
    before = plain.copy()
    found.memory.written()

    def give_back() -> None:
        changed = np.atleast_1d((before != plain) & ~((before != before) & (plain != plain)))
        parents = tuple(passage.numbers.values())
        if not parents or not changed.any():
            return
        if changed.sum() > LARGEST:
            record.running.touch(found, passage.numbers)  # type: ignore[union-attr]
            return
        for place in map(tuple, np.argwhere(changed)[:, : plain.ndim].tolist()):
            number = plain[place]
            row = Outside(name_of(passage.function), float(number), len(parents))
            found.store(place, make(Number, row, number, parents), number)

    passage.give_back.append(give_back)
    passage.lent.append([found, plain])
    passage.lent[-1].append(holders(plain))
    return plain


def holders(plain: np.ndarray[Any, Any]) -> int:
    """From how many places an array, and the one that owns its memory, can be reached."""
    return sys.getrefcount(plain) + sys.getrefcount(owner_of(plain))


def _exchanged(found: Any, passage: Passage, deep: int) -> Any:
    """A container that can be changed is handed over itself: its numbers are exchanged for plain ones, and those that
    are still in it afterwards are exchanged back.
    """
    places, kind = _places(found), base(found)
    if len(places) > MOST or SIMPLE.issuperset(type(item) for _, item in places):
        return found
    put: dict[int, tuple[Any, Any]] = {}
    several: set[int] = set()
    for place, item in places:
        inside = plainly(item, passage, deep - 1)
        if inside is not item:
            inside = _fresh(inside)
            if id(inside) in put and put[id(inside)][1] is not item:
                several.add(id(inside))
            put[id(inside)] = inside, item
            kind.__setitem__(found, place, inside)
    if put:
        passage.boxes.append(found)
        given = _places(found)
        several.update(id(one) for (_, one), (_, item) in zip(given, places, strict=True) if one is item)

        def give_back() -> None:
            now = _places(found)
            if len(now) >= len(given) and all(one is other for (_, one), (_, other) in zip(now, given, strict=False)):
                for (place, _), (_, item) in zip(now, places, strict=False):
                    kind.__setitem__(found, place, item)
                del now[: len(given)]  # what stands there has stayed, and others may have come behind it
            for place, inside in now:
                if id(inside) not in put:
                    continue
                if id(inside) not in several:
                    kind.__setitem__(found, place, put[id(inside)][1])
                elif type(inside) is int:  # Python has one object for all that are equal: which has come here?
                    parents = tuple(passage.numbers.values())
                    row = Outside(name_of(passage.function), float(inside), len(parents))
                    kind.__setitem__(found, place, make(Number, row, inside, parents))

        passage.give_back.append(give_back)
    return found


def _own_object(found: Any, passage: Passage, deep: int) -> None:
    """An object of the notebook's own is handed over itself as well: library code may read its attributes, or call a
    method that does. Those that have other numbers afterwards keep them.
    """
    held = getattr(found, "__dict__", None)
    if type(held) is not dict or id(found) in passage.objects or len(held) > MOST or len(passage.objects) > MOST:
        return
    passage.objects[id(found)] = found
    put: list[tuple[str, Any, Any]] = []
    for name, item in [*held.items()]:
        if type(item) not in SIMPLE and type(item) is not FunctionType:
            inside = plainly(item, passage, deep - 1)
            if inside is not item:
                held[name] = inside
                put.append((name, inside, item))
    if not put:
        return

    def give_back() -> None:
        for name, inside, item in put:
            if held.get(name) is inside:
                held[name] = item

    passage.pure = False
    passage.give_back.append(give_back)


def _places(found: Any) -> list[tuple[Any, Any]]:
    return [*base(found).items(found)] if isinstance(found, dict) else [*enumerate(base(found).__iter__(found))]


def _fresh(number: Any) -> Any:
    """A number that is no other object, so that it can be found again; Python does not do so for whole numbers."""
    if type(number) is float:
        return float.fromhex(number.hex())
    return number.copy() if isinstance(number, np.generic) else number


def _carried(found: Any) -> Iterator[Node]:
    """The numbers that a function brings along: in its closure, in its defaults, in a partial's arguments."""
    if type(found) is functools.partial:
        yield from nodes_in([*found.args, *found.keywords.values()])
        yield from _carried(found.func)
    elif type(found) is MethodType:
        yield from _carried(found.__func__)
    elif type(found) is FunctionType and of_notebook(found):
        held = [*(found.__defaults__ or ()), *(found.__kwdefaults__ or {}).values()]
        held += [part for cell in found.__closure__ or () for part in gc.get_referents(cell)]
        yield from (each for each in held if type(each) is Number)


def _called_back(function: Any, passage: Passage) -> Any:
    """A function of the notebook that library code calls: it computes with plain numbers, and gives a plain one. The
    numbers that it uses went through the door as well.
    """
    run = record.running

    @functools.wraps(function)
    def call(*args: Any, **named: Any) -> Any:
        if record.running is not run and (record.door is None or record.door.run is not run):
            return function(*args, **named)
        inner = Passage(passage.frame, function)
        if record.running is run:
            with record.used_outside() as used:
                found = function(*args, **named)
        else:  # the door is open, and notes what is used
            used, found = {}, function(*args, **named)
        given = plainly(found, inner)
        given = filled(copied(given, inner), {}) if inner.give_back else given
        inner.over()
        for key, node in {**used, **inner.numbers}.items():
            record.use(node)
            if type(node) is Number:
                passage.numbers[key] = node
        return given

    call.__called_back__ = function  # type: ignore[attr-defined]
    return call


_CALL = next(part for part in _called_back.__code__.co_consts if getattr(part, "co_name", "") == "call")


def itself(function: Any) -> Any:
    """A function of the notebook that library code was given, and that the notebook's own code has again."""
    if type(function) is MethodType and type(function.__func__) is FunctionType:
        inner = itself(function.__func__)
        return function if inner is function.__func__ else MethodType(inner, function.__self__)
    if type(function) is not FunctionType or function.__code__ is not _CALL:
        return function  # what has taken over the attributes of one of ours (functools.wraps) is another function
    return function.__dict__["__called_back__"]


def name_of(function: Any) -> str:
    """What a function is called in the picture."""
    return str(getattr(function, "__name__", None) or type(function).__name__)
