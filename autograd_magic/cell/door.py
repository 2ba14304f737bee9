"""The door between the notebook's own code and everybody else's: library code never sees a number that remembers.

A call ``f(a, k=b)`` in a cell is rewritten to ``after(before(f, a, k=b)())`` (rewrite.py), and an operator
``a * b`` to ``after(both(mul, a, b)())``. ``before`` looks at what is called. The notebook's own functions, and what
carries numbers without reading them, get the numbers as they are. All else gets plain ones: it computes, prints, warns
and raises as it would without us, with the user's frame above it. ``after`` looks at what came back: a number that was
made of numbers that went in is a node above them.
"""

from __future__ import annotations

import ast
import builtins
import functools
import io
import operator
import random
import sys
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from types import BuiltinFunctionType, FrameType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from autograd_magic.engine import record
from autograd_magic.engine.arrays import Array, lifted
from autograd_magic.engine.number import Number
from autograd_magic.engine.outside import Again, Outside
from autograd_magic.engine.record import Recording
from autograd_magic.engine.ufuncs import TESTS
from autograd_magic.engine.value import Value, make

from .matched import boxed, matched, small
from .notebook_code import CONTAINERS, carries, own_class
from .plainly import LARGEST, Passage, copied, filled, plainly
from .rewrite import rewrite
from .stand_ins import beside, stand_in_for

PURE = ("numpy", "scipy", "math", "statistics", "builtins", "operator", "_operator")
"""Modules whose functions of numbers may be called once more to measure a derivative."""

ORDINARY = frozenset({int, float, bool, str, Number, Value, list, tuple, dict, type(None)})
"""What operators of Python's own, and ours, deal with."""


def before(function: Any, /, *args: Any, **named: Any) -> Any:
    """What the user's frame calls in the place of ``function``; it takes no arguments any more."""
    run = record.running
    if run is None and (record.door is None or (run := record.looked_at(sys._getframe(1))) is None):
        return partial(function, *args, **named) if callable(function) else function
    while type(function) is partial:
        function, args, named = function.func, (*function.args, *args), {**function.keywords, **named}
    if not callable(function):  # the call raises as it would have
        return function.number if type(function) is Number else function
    if carries(function):
        run.looking.at(function)
        if type(function) in (FunctionType, MethodType):
            return partial(function, *args, **named)
        if not (run.touched and any(id(found) in run.touched for found in (*args, *named.values()))):
            return _carried(run, function, args, named)
    stand_in = stand_in_for(function, args, named)
    if stand_in is not None:
        return _eager(run, partial(stand_in, *args, **named), function, args, named, sys._getframe(1))
    return _through(run, function, args, named, sys._getframe(1))


def _carried(run: Recording, function: Any, args: tuple[Any, ...], named: dict[str, Any]) -> Callable[[], Any]:
    """A call of what carries numbers without reading them."""
    if function is type and len(args) == 1 and type(args[0]) is Number:
        return partial(type, args[0].number)
    if function is deque and type(named.get("maxlen")) is Number:
        named["maxlen"] = named["maxlen"].__index__()
    if function in _EVALUATE:
        args = _evaluated(function, args)
    if run.texts and args and type(args[0]) is str and function in (int, eval):
        return _through(run, function, args, named, sys._getframe(2))
    if args and type(args[0]) is Number and getattr(function, "__objclass__", None) in (float, int):
        return partial(getattr(args[0], function.__name__), *args[1:], **named)  # float.__add__(x, 1)
    if _calls(function):
        args, named = tuple(map(_seen, args)), {name: _seen(found) for name, found in named.items()}
    return partial(function, *args, **named)


def both(function: Any, *args: Any) -> Any:
    """The same for an operator."""
    run = record.running
    if run is None and (record.door is None or (run := record.looked_at(sys._getframe(1))) is None):
        return partial(function, *args)
    foreign = number = False
    for found in args:
        kind = type(found)
        if kind is Number or kind is Array:
            number = True
        elif kind not in ORDINARY:
            foreign |= id(found) in run.touched or not (own_class(kind) or issubclass(kind, (np.ndarray, np.generic)))
            if id(kind) not in run.looking.seen and own_class(kind):
                run.looking.at(found)
    if function is operator.getitem:
        if type(args[0]) in CONTAINERS:
            return partial(function, *args)
        if isinstance(args[0], np.ndarray):
            return partial(function, args[0], _index(args[1])) if not foreign else _through(
                run, function, args, {}, sys._getframe(1)
            )
    if foreign:
        return _through(run, function, args, {}, sys._getframe(1))
    if number:
        return _eager(run, partial(function, *args), function, args, {}, sys._getframe(1))
    return partial(function, *args)


def _index(index: Any) -> Any:
    """Where in an array: whole numbers that remember choose, and are not moved without a run."""
    for number in _numbers_in(index):
        record.escape(number)
    return filled(index, {})


def _eager(
    run: Recording, ours: Any, function: Any, args: tuple[Any, ...], named: dict[str, Any], frame: FrameType
) -> Callable[[], Any]:
    """What numbers that remember make of themselves. Where that raises or warns the function itself is called with plain
    numbers, in the user's frame: it says what it has to say as it would without us.
    """
    told: list[str] = []
    guards = len(run.guards)
    twice = beside(ours) and all(map(small, (*args, *named.values())))
    try:
        python = not twice and not isinstance(function, np.ufunc)
        if python and all(type(found) is not Array and _of_python(found) for found in args):
            result = ours()
        else:
            with np.errstate(all="call", call=lambda what, _: told.append(what)):
                result = ours()
    except Exception:
        result, told = None, ["raised"]
        if len(run.guards) == guards:
            for node in _numbers_in((*args, *named.values())):
                record.lose(node)
    if result is NotImplemented:
        return _through(run, function, args, named, frame)
    if told:
        if len(run.guards) == guards:  # else what was refused is written down
            for node in _numbers_in((*args, *named.values())):
                record.escape(node)
    elif not _lenient():  # what is not finite any more raises
        for node in _numbers_in(result):
            TESTS["isfinite"](node)
    if twice:
        call = _through(run, function, args, named, frame)
        run.passages[-1].instead = result
        return call
    if not told:
        return partial(_it, result)
    passage = Passage(frame, function)
    plain_args = [plainly(found, passage) for found in args]
    plain_named = {name: plainly(found, passage) for name, found in named.items()}
    passage.numbers.clear()
    passage.instead = result
    run.passages.append(passage)
    return partial(function, *plain_args, **plain_named)


def _it(result: Any) -> Any:
    return result


def _of_python(found: Any) -> bool:
    return type(found.number if isinstance(found, Value) else found) in (float, int, bool)


def _lenient() -> bool:
    """Whether NumPy only warns of what is no number, or says nothing."""
    errors = (found[2] for found in warnings.filters if found[0] == "error")
    return not {*np.geterr().values()} - {"warn", "ignore"} and not any(issubclass(RuntimeWarning, kind) for kind in errors)


def _numbers_in(found: Any) -> Iterator[Number]:
    if isinstance(found, Value):
        yield found  # type: ignore[misc]
    elif isinstance(found, (list, tuple)):
        for item in found:
            yield from _numbers_in(item)
    elif isinstance(found, slice):
        yield from _numbers_in((found.start, found.stop, found.step))
    elif isinstance(found, np.ndarray) and found.dtype == object:
        for item in found.flat:
            yield from _numbers_in(item)


_DICE = (np.random.Generator, np.random.RandomState, np.random.BitGenerator, np.random.SeedSequence, random.Random)


def _through(
    run: Recording, function: Any, args: tuple[Any, ...], named: dict[str, Any], frame: FrameType
) -> Callable[[], Any]:
    """A call of outside code, with plain numbers; what went in is noted for ``after``."""
    settle(frame)
    passage = Passage(frame, function)
    receiver = getattr(function, "__self__", None)
    if isinstance(receiver, _DICE):
        passage.dice = _state(receiver)
    every = (*args, *named.values())
    for found in (receiver, *every):
        if id(found) in run.touched:
            passage.numbers.update(run.touched[id(found)][1])
            passage.pure = False
        if type(found) is str and run.texts:
            passage.numbers.update((id(node), node) for text, node in run.texts if text in found)
            passage.pure = False
    own = (run.world and isinstance(receiver, io.IOBase)) or function is open
    if own:
        passage.numbers.update(run.world)
    if not passage.numbers and all(map(_is_plain, every)):
        if type(function) in _PLAIN_CALLS and (receiver is None or isinstance(receiver, ModuleType)):
            return partial(function, *args, **named)
    passage.copies = (
        tuple(copied(found, passage) for found in args),
        {name: copied(found, passage) for name, found in named.items()},
    )
    passage.arrays = [
        (found, copy)
        for found, copy in zip(every, (*passage.copies[0], *passage.copies[1].values()), strict=True)
        if isinstance(found, np.ndarray) and found.dtype != object
    ]
    plain_args = [plainly(found, passage) for found in args]
    plain_named = {name: plainly(found, passage) for name, found in named.items()}
    run.passages.append(passage)
    if not any(type(found) is Value for found in every):  # that is what the user's own code has given to it
        record.open_door(run, frame)
    return partial(function, *plain_args, **plain_named)


_PLAIN_CALLS = (BuiltinFunctionType, np.ufunc, FunctionType, type)


def _is_plain(found: Any) -> bool:
    return type(found) in (float, int, str, bool, type(None), complex, bytes) or (
        isinstance(found, (np.ndarray, np.generic)) and found.dtype != object
    )


def settle(frame: Any = None) -> None:
    """Calls that an exception has ended give back what they had taken: those of one frame, or all."""
    frame = frame or sys._getframe(1)
    run = record.looked_at(frame)
    if run is None or not run.passages:
        return
    ended = [passage for passage in run.passages if passage.frame is frame]
    for passage in ended:
        passage.over()
    if ended:
        run.passages[:] = [passage for passage in run.passages if passage.frame is not frame]


def after(result: Any) -> Any:
    """What a call has given back, as the notebook's code goes on with it."""
    run, used, door = record.running, None, record.door
    if door is not None:
        frame = sys._getframe(1)
        if door.frame is frame:
            run, used = door.run, record.close_door()
        else:
            run = record.looked_at(frame)
    if run is None or not run.passages:
        return result
    frame = sys._getframe(1)
    for place in range(len(run.passages) - 1, -1, -1):
        if run.passages[place].frame is frame:
            passage = run.passages.pop(place)
            if used:
                passage.numbers.update((key, node) for key, node in used.items() if type(node) is Number)
                passage.pure = False
            if passage.instead is not None:
                passage.over()
                found = matched(passage.instead, result) if passage.numbers else passage.instead
                if found is not None:
                    return found
            return _returned(run, passage, result)
    return result


def _returned(run: Recording, passage: Passage, result: Any) -> Any:
    passage.over()
    numbers = passage.numbers
    if not numbers:
        return result
    for number in numbers.values():
        record.escape(number)
    receiver = getattr(passage.function, "__self__", None)
    if isinstance(result, _DICE) or (isinstance(receiver, _DICE) and name_of(passage.function) == "seed"):
        numbers = {key: number for key, number in numbers.items() if not isinstance(number.number, (int, np.integer))}
        if not numbers:
            return result
    if receiver is not None and not isinstance(receiver, (ModuleType, type, *_DICE)):
        run.touch(receiver, numbers)
        if isinstance(receiver, io.IOBase):
            run.world.update(numbers)
    for array, copy in passage.arrays:
        if copy is array or array.shape != copy.shape or not np.array_equal(array, copy, equal_nan=array.dtype.kind == "f"):
            run.touch(array, numbers)
            if result is array:
                return result
    return above(run, name_of(passage.function), tuple(numbers.values()), result, _again(passage))


def _again(passage: Passage) -> Callable[[Sequence[float]], Any] | None:
    """How to make the call once more with other numbers; None where that must not be done."""
    function, numbers = passage.function, tuple(passage.numbers)
    owner, (args, named) = getattr(function, "__self__", None), passage.copies
    if not passage.pure:
        return None
    if passage.dice is None:
        home = str(getattr(function, "__module__", None) or type(owner).__module__ or "")
        if home.partition(".")[0] not in PURE or "random" in home:
            return None
        if owner is not None and not isinstance(owner, (ModuleType, float, int, np.generic)):
            return None

    def again(at: Sequence[float]) -> Any:
        numbers_at = dict(zip(numbers, at, strict=True))
        with _thrown_again(owner, passage.dice):
            return function(
                *[filled(found, numbers_at) for found in args],
                **{name: filled(found, numbers_at) for name, found in named.items()},
            )

    return again


def _state(dice: Any) -> Any:
    """The state of a generator of random numbers; None for what is none."""
    if isinstance(dice, random.Random):
        return dice.getstate()
    if isinstance(dice, np.random.Generator):
        return dice.bit_generator.state
    return dice.get_state() if isinstance(dice, np.random.RandomState) else None


def _set_state(dice: Any, state: Any) -> None:
    if isinstance(dice, random.Random):
        dice.setstate(state)
    elif isinstance(dice, np.random.Generator):
        dice.bit_generator.state = state
    elif isinstance(dice, np.random.RandomState):
        dice.set_state(state)


@contextmanager
def _thrown_again(dice: Any, state: Any) -> Iterator[None]:
    """A generator gives what it gave from that state on, and goes on afterwards as if nothing had been."""
    now = _state(dice)
    if state is not None:
        _set_state(dice, state)
    try:
        yield
    finally:
        _set_state(dice, now)


def above(
    run: Recording, name: str, parents: tuple[Number, ...], result: Any, again: Callable[[Sequence[float]], Any] | None
) -> Any:
    """The nodes for the numbers in what came back."""
    kind = type(result)
    if result is None or kind in (bool, np.bool_, np.timedelta64) or isinstance(result, (Value, Array)):
        return result
    if kind in (int, float) or isinstance(result, (np.floating, np.integer)):
        if kind is not float and isinstance(result, (int, np.integer)) and not all(
            isinstance(parent.number, (int, np.integer)) for parent in parents
        ):
            return result  # every way to a whole number decides
        return make(Number, Outside(name, float(result), len(parents), again), result, parents)
    if isinstance(result, tuple) or kind is list:
        if len(result) > LARGEST:
            return result
        items = [above(run, name, parents, item, _part(again, place)) for place, item in enumerate(result)]
        if all(one is other for one, other in zip(items, result, strict=True)):
            return result
        return kind._make(items) if hasattr(kind, "_make") else kind(items) if kind in (list, tuple) else result
    if kind is dict:
        return {key: above(run, name, parents, item, _part(again, key)) for key, item in result.items()}
    if isinstance(result, np.ndarray) and not result.size:
        return result
    if isinstance(result, np.ndarray) and again is not None and result.dtype == np.float64 and result.size <= LARGEST:
        cells = np.empty(result.shape, dtype=object)
        for place in np.ndindex(result.shape):
            cells[place] = above(run, name, parents, result[place], _part(again, place))
        return lifted(cells) if result.ndim else boxed(cells[()])
    run.touch(result, {id(parent): parent for parent in parents})
    return result


def _part(again: Callable[[Sequence[float]], Any] | None, place: Any) -> Again | None:
    return None if again is None else lambda at: again(at)[place]


def read(run: Recording, found: Any, result: Any, name: str) -> Any:
    """What is read from where numbers went is made of them."""
    return above(run, name, tuple(run.touched[id(found)][1].values()), result, None)


def at(found: Any) -> Any:
    """What an attribute or an element is read from: itself, or what notes that numbers went into it."""
    run = record.running
    if run is None and (record.door is None or (run := record.looked_at(sys._getframe(1))) is None):
        return found
    if id(found) in run.touched:
        return _Touched(run, found)
    kind = type(found)
    if kind not in ORDINARY and id(kind) not in run.looking.seen and own_class(kind):
        run.looking.at(found)
    return found


class _Touched:
    """An object that numbers went into, where one attribute or element of it is read."""

    __slots__ = ("_found", "_run")

    def __init__(self, run: Recording, found: Any) -> None:
        object.__setattr__(self, "_run", run)
        object.__setattr__(self, "_found", found)

    def __getattribute__(self, name: str) -> Any:
        run, found = object.__getattribute__(self, "_run"), object.__getattribute__(self, "_found")
        return read(run, found, getattr(found, name), name)

    def __getitem__(self, index: Any) -> Any:
        run, found = object.__getattribute__(self, "_run"), object.__getattribute__(self, "_found")
        return read(run, found, found[index], "[]")


def part(start: Any, stop: Any, step: Any) -> slice:
    """``start:stop:step`` between brackets."""
    return slice(start, stop, step)


def each(found: Any) -> Any:
    """What is unpacked or looped over."""
    run = record.running
    if run is None and (record.door is None or (run := record.looked_at(sys._getframe(1))) is None):
        return found
    if type(found) is Number:
        return found.number  # Python says that it cannot be iterated over
    if id(found) not in run.touched:
        return found
    return (read(run, found, item, "iter") for item in found)


def into(value: Any, found: Any, *holders: Any) -> Any:
    """``found[...] = value``, and the like: what an array, or an object of outside code, is given. ``holders`` are what
    it was reached through (``df`` of ``df.loc``).
    """
    run = record.running
    kind = type(found)
    if run is None or kind in CONTAINERS or kind in ORDINARY or own_class(kind) or kind is Array:
        return value
    if isinstance(found, np.ndarray) and found.dtype == object:
        return value
    passage = Passage(sys._getframe(1), found)
    plain = plainly(value, passage)
    passage.over()
    if passage.numbers:
        for number in passage.numbers.values():
            record.escape(number)
        for held in (found, *holders):
            if type(held) not in CONTAINERS and not own_class(type(held)):
                run.touch(held, passage.numbers)
    return plain


def name_of(function: Any) -> str:
    """What a function is called in the picture."""
    return str(getattr(function, "__name__", None) or type(function).__name__)


_CALLERS = frozenset({map, filter, sorted, min, max, functools.reduce})


def _calls(function: Any) -> bool:
    """Whether what carries calls functions that it is given."""
    try:
        if function in _CALLERS:
            return True
    except TypeError:
        return False
    home = getattr(function, "__module__", "") or ""
    return home.startswith(("itertools", "concurrent")) or getattr(function, "__name__", "") == "sort"


def _seen(found: Any) -> Any:
    """A function that is given to what carries numbers, which will call it."""
    if not callable(found) or isinstance(found, Value):
        return found
    run = record.running
    assert run is not None
    if getattr(found, "__objclass__", None) in (float, int):
        return _Traced(found)
    if carries(found):
        run.looking.at(found)
        return found
    return found if isinstance(found, type) and found is not float else _Traced(found)


class _Traced:
    """A function that is given to another one, which will call it (``map(math.sin, xs)``)."""

    def __init__(self, function: Any) -> None:
        self.function = function
        self.__name__, self.__doc__ = name_of(function), function.__doc__

    def __call__(self, *args: Any, **named: Any) -> Any:
        return after(before(self.function, *args, **named)())


_EVALUATE: Mapping[Any, str] = {builtins.exec: "exec", builtins.eval: "eval"}


def _evaluated(function: Any, args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Text that is run has hooks as the cell's own."""
    if not args or not isinstance(args[0], str):
        return args
    try:
        mode = _EVALUATE[function]
        tree: Any = ast.parse(args[0].strip() if mode == "eval" else args[0], mode=mode)
        if mode == "eval":
            _, tree = rewrite(ast.Module([ast.copy_location(ast.Expr(tree.body), tree.body)], []), "", leaves=False)
        else:
            tree, _ = rewrite(tree, "", leaves=False, last=False)
        return compile(tree, "<string>", mode, dont_inherit=True), *args[1:]
    except (SyntaxError, ValueError, RecursionError):
        return args
