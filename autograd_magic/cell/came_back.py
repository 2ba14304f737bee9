"""What the notebook's code is given back by other code, and what it reads from where its numbers went: nodes.

A number that was made of numbers that went in is a node above them (engine/outside.py). Where else they went is
remembered by identity: the result, the receiver of a method, arrays that were changed.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import _lru_cache_wrapper
from types import ModuleType
from typing import Any

import numpy as np

from autograd_magic.engine import record
from autograd_magic.engine.arrays import Array, escape_all
from autograd_magic.engine.gathered import boxed, gathered, shown
from autograd_magic.engine.number import NAMES, Number
from autograd_magic.engine.outside import Again, Outside
from autograd_magic.engine.recording import Recording
from autograd_magic.engine.value import Value, is_real, make

from .contents import bare, same_array
from .copies import LARGEST, filled
from .handles import handle, reaches
from .notebook_code import own_class
from .plainly import SIMPLE, Passage, holders, itself, name_of

PURE = ("numpy", "scipy", "math", "statistics", "builtins", "operator", "_operator")
"""Modules whose functions of numbers may be called once more to measure a derivative."""

ORDINARY = frozenset({int, float, bool, str, Number, Value, list, tuple, dict, type(None)})
"""What operators of Python's own, and ours, deal with."""

DICE = (np.random.Generator, np.random.RandomState, np.random.BitGenerator, np.random.SeedSequence, random.Random)
"""What throws dice."""


def returned(run: Recording, passage: Passage, result: Any) -> Any:
    """What a call of outside code has given, as the notebook's code goes on with it."""
    passage.over()
    passage.handed_over(run)
    numbers, result = passage.numbers, itself(passage.back(result))
    _windows(run, passage, result)
    outside = passage.reached != run.reached or bool(passage.handles) or reaches(run, passage.function)
    passage.pure = passage.pure and not outside
    for number in numbers.values():
        record.escape(number)
    again = _again(passage)
    if again is None:
        run.parted.update(numbers)
    for each in passage.handles if numbers else ():
        run.touch(each, numbers)
    if outside and not isinstance(result, (int, type(None))):  # it may have been written by the run before
        numbers = {**run.parted, **numbers}
    receiver = getattr(passage.function, "__self__", None)
    run.stays |= id(receiver) in run.others
    if not numbers:
        return result
    if isinstance(result, DICE) or (isinstance(receiver, DICE) and name_of(passage.function) == "seed"):
        numbers = {key: number for key, number in numbers.items() if not isinstance(number.number, (int, np.integer))}
        if not numbers:
            return result
        run.touch(receiver, numbers)  # what it throws from now on is another number for each seed
    if receiver is not None and not isinstance(receiver, (ModuleType, type, *DICE)):
        run.touch(receiver, numbers)
    for array, copy in passage.arrays:
        if copy is array or not same_array(array, bare(copy)):
            run.touch(array, numbers)
            run.parted.update(numbers)
            if result is array:
                return result
    return above(run, name_of(passage.function), tuple(numbers.values()), result, again)


def _windows(run: Recording, passage: Passage, result: Any) -> None:
    """Other code holds the memory of an array after the call too (a matrix, a ``memoryview``): it reads what is written
    there, and may write.
    """
    owner = getattr(passage.function, "__self__", None)
    for array, plain, count in passage.lent if type(result) is not Array else ():
        if holders(plain) > count or _lies_there(result, plain):
            for found in (plain, result, owner):
                if type(found) not in SIMPLE and not isinstance(found, ModuleType):
                    run.touch(found, {}, array)


def _lies_there(found: Any, plain: np.ndarray[Any, Any]) -> bool:
    """Whether something shows the memory of an array, though it does not hold the array itself."""
    owner: Any = found.obj if type(found) is memoryview else None
    return owner is plain or (isinstance(found, np.ndarray) and np.may_share_memory(found, plain))


def settle(frame: Any = None) -> None:
    """Calls of a frame that an exception has ended give back what they had taken, and so do those of the frames that
    it came through: that they raised depends on what they were given.
    """
    frame = frame or sys._getframe(1)
    run = record.looked_at(frame)
    if run is None or not (run.passages or run.computing):
        return
    frames, trace = {id(frame)}, sys.exc_info()[2]
    while trace is not None:
        frames.add(id(trace.tb_frame))
        trace = trace.tb_next
    end(run, [passage for passage in run.passages if id(passage.frame) in frames])


def end(run: Recording, ended: Sequence[Passage]) -> None:
    """These calls have raised."""
    over = {id(passage) for passage in ended}
    run.passages, ended = [found for found in run.passages if id(found) not in over], [*ended]
    for passage in ended:
        passage.over()
        for number in () if passage.refused else passage.numbers.values():
            run.escape(number)
    for _, _, inputs, *_ in run.computing:
        escape_all(inputs)
    run.computing.clear()


def _again(passage: Passage) -> Callable[[Sequence[float]], Any] | None:
    """How to make the call once more with other numbers; None where that must not be done."""
    function, numbers = passage.function, tuple(passage.numbers)
    owner, (args, named) = getattr(function, "__self__", None), passage.copies
    if not passage.pure or type(function) is _lru_cache_wrapper:  # it would keep what it is asked
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


def state_of(dice: Any) -> Any:
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
    now = state_of(dice)
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
    if result is None or kind in (bool, np.bool_) or isinstance(result, Value) or kind is Array:
        return result
    if kind is int and not is_real(result):
        for parent in parents:
            record.lose(parent)
        return result
    if kind in (int, float) or (isinstance(result, (np.floating, np.integer)) and kind is not np.timedelta64):
        whole = [isinstance(parent.number, (int, np.integer)) for parent in parents]
        if (
            kind is not float
            and isinstance(result, (int, np.integer))
            and not all(whole)
            and not any(is_whole and parent.number == result for is_whole, parent in zip(whole, parents, strict=True))
        ):
            return result  # every way to a whole number decides, but that of one which was chosen among the arguments
        return make(Number, Outside(name, float(result), len(parents), again), result, parents)
    if kind in (list, tuple) or (isinstance(result, tuple) and hasattr(kind, "_make")):
        if len(result) > LARGEST:
            return result
        items = [above(run, name, parents, item, _part(again, place)) for place, item in enumerate(result)]
        if all(one is other for one, other in zip(items, result, strict=True)):
            return result
        return kind(items) if kind in (list, tuple) else kind._make(items)
    if kind is dict:
        return {key: above(run, name, parents, item, _part(again, key)) for key, item in result.items()}
    if isinstance(result, np.ndarray) and not result.size:
        return result
    if kind is np.ndarray and again is not None and result.dtype == np.float64 and result.size <= LARGEST:
        cells = [above(run, name, parents, result[place], _part(again, place)) for place in np.ndindex(result.shape)]
        made = gathered(cells).reshape(result.shape) if result.ndim else boxed(cells[0])
        return Array(result, made.ids, made.memory)  # in memory it lies as the library laid it
    run.touch(result, {id(parent): parent for parent in parents})
    return result


def _part(again: Callable[[Sequence[float]], Any] | None, place: Any) -> Again | None:
    return None if again is None else lambda at: again(at)[place]


def read(run: Recording, found: Any, result: Any, name: str) -> Any:
    """What is read from where numbers went is made of them."""
    numbers, arrays = tuple(run.inside(found).values()), run.shown_by(found)
    for number in numbers if arrays else ():  # it was written there since
        record.escape(number)
    if type(result) is np.ndarray:  # a view is the array's own
        result = next((seen for array in arrays if (seen := shown(array, result)) is not None), result)
    return above(run, name, numbers, result, None) if numbers else result


def at(found: Any, name: str = "") -> Any:
    """What an element or the attribute of this ``name`` is read from: itself, or what notes that numbers went into it.
    What no number has Python says of the plain one.
    """
    if type(found) is Number and name not in NAMES:
        return found.number
    run = record.running
    if run is None and (record.door is None or (run := record.looked_at(sys._getframe(1))) is None):
        return found
    if run.forked and handle(run, found):
        run.touch(found, run.parted)
    if run.went_into(found):
        return _Touched(run, found)
    kind = type(found)
    if kind not in ORDINARY and id(kind) not in run.looking.seen and own_class(kind):
        run.looking.at(found)
    return found


def of(found: Any) -> Any:
    """What an element is read from. Of a number there is none, and Python says so of the plain one."""
    return found.number if type(found) is Number else at(found)


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


class _Entered:
    """An object that numbers went into, where it is entered and what that gives has a name."""

    __slots__ = ("_found", "_run")

    def __init__(self, run: Recording, found: Any) -> None:
        self._run, self._found = run, found

    def __enter__(self) -> Any:
        return read(self._run, self._found, type(self._found).__enter__(self._found), "with")

    def __exit__(self, *ended: object) -> Any:
        return type(self._found).__exit__(self._found, *ended)


def entered(found: Any) -> Any:
    """What ``with ... as name`` enters: itself, or what notes that numbers went into it."""
    run = record.running
    enters = run is not None and run.went_into(found) and {"__enter__", "__exit__"}.issubset(dir(type(found)))
    return _Entered(run, found) if run is not None and enters else found


def matched(found: Any, deep: int = 3) -> Any:
    """What a pattern takes apart: nobody sees what it gets from an object that numbers went into."""
    run = record.running
    if run is None or not run.touched:
        return found
    if type(found) in (list, tuple, dict) and deep:
        for item in found.values() if type(found) is dict else found:
            matched(item, deep - 1)
    elif type(found) not in ORDINARY:
        for number in run.inside(found).values():
            record.lose(number)
    return found


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
    if not run.went_into(found):
        return found
    return (read(run, found, item, "iter") for item in found)
