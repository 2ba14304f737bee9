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
import sys
from array import array
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from types import BuiltinFunctionType, EllipsisType, FrameType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from autograd_magic.engine import record, summed
from autograd_magic.engine.arrays import Array, Method, nodes_in, plain_of
from autograd_magic.engine.composed import extreme
from autograd_magic.engine.methods import FUNCTIONS
from autograd_magic.engine.number import Number
from autograd_magic.engine.record import Recording
from autograd_magic.engine.ufuncs import TESTS
from autograd_magic.engine.value import Value

from .came_back import DICE, ORDINARY, returned, settle, state_of
from .natively import Native, lenient, natively, quickly, row_of
from .notebook_code import carries, contains, of_notebook, own_class
from .plainly import Passage, copied, filled, name_of, plainly
from .rewrite import rewrite
from .stand_ins import stand_in_for, touched
from .told import told


def before(function: Any, /, *args: Any, **named: Any) -> Any:
    """What the user's frame calls in the place of ``function``; it takes no arguments any more."""
    run = record.running
    if run is None and (record.door is None or (run := record.looked_at(sys._getframe(1))) is None):
        if record.used is not None and callable(function) and not carries(function):
            return _inside(function, args, named)
        return partial(function, *args, **named) if callable(function) else function
    while type(function) is partial:
        function, args, named = function.func, (*function.args, *args), {**function.keywords, **named}
    kind = type(function)
    if kind is Method:
        function, args = function.native, (function.array, *args)
    if kind is MethodType and type(function.__self__) is Array:
        native = getattr(np.ndarray, function.__name__)
        ours = FUNCTIONS.get(native, function.__func__)
        return _eager(run, ours, native, (function.__self__, *args), named, sys._getframe(1))
    if not callable(function):  # the call raises as it would have
        return function.number if type(function) is Number else function
    if carries(function):
        run.looking.at(function)
        if kind in (FunctionType, MethodType):
            if not of_notebook(function):
                args, named = _waiting(function.__name__, args, named)
            return partial(function, *args, **named)
        if not (run.touched and _touched(run, function, args, named)):
            return _carried(run, function, args, named)
    stand_in = stand_in_for(function, args, named)
    if stand_in is not None:
        row = row_of(function, args) if not named else None
        if row is not None:
            return natively(run, function, row, args, sys._getframe(1))
        return _eager(run, stand_in, function, args, named, sys._getframe(1))
    return _through(run, function, args, named, sys._getframe(1))


def _touched(run: Recording, function: Any, args: tuple[Any, ...], named: dict[str, Any]) -> bool:
    """Whether numbers have gone into something that takes part in a call."""
    every = (function, getattr(function, "__self__", None), *args, *named.values())
    return any(id(found) in run.touched for found in every)


WAITS = frozenset(("wait", "join", "acquire", "result", "sleep"))
"""What waits for as many seconds as its first argument says, in Python's own modules that carry numbers."""


def _waiting(name: str, args: tuple[Any, ...], named: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The same arguments, but for how long to wait, which C code asks of plain numbers alone."""
    if name in WAITS and args and type(args[0]) is Number:
        args = (_seconds(args[0]), *args[1:])
    if type(named.get("timeout")) is Number:
        named = {**named, "timeout": _seconds(named["timeout"])}
    return args, named


def _seconds(number: Number) -> Any:
    record.escape(number)
    return number.number


def _carried(run: Recording, function: Any, args: tuple[Any, ...], named: dict[str, Any]) -> Callable[[], Any]:
    """A call of what carries numbers without reading them."""
    if function is type and len(args) == 1 and type(args[0]) in (Number, Array):
        return partial(type, plain_of(args[0]))
    if function is deque and type(named.get("maxlen")) is Number:
        named["maxlen"] = named["maxlen"].__index__()
    if function is deque and len(args) == 2 and type(args[1]) is Number:
        args = (args[0], args[1].__index__())
    if (function is int or function is builtins.eval) and args and told(run, args[0]):
        return _through(run, function, args, named, sys._getframe(2))
    if function is builtins.exec or function is builtins.eval:
        args = _evaluated(function, args)
    if (function is max or function is min) and ((args and not named) or (len(args) == 1 and {*named} == {"default"})):
        return partial(extreme, function, *args, **named)
    if function is sum and args:
        items = [*args[0]] if isinstance(args[0], Iterator) else args[0]
        args = (items, *args[1:])
        if touched(run, items):  # Decimals, for one, that were made of numbers that remember
            return _through(run, function, args, named, sys._getframe(2))
    if function is sum and summed.compensates:
        return partial(summed.summed, *args, **named)
    if args and type(args[0]) is Number and getattr(function, "__objclass__", None) in (float, int):
        return partial(getattr(args[0], function.__name__), *args[1:], **named)  # float.__add__(x, 1)
    if _calls(function):
        args, named = tuple(map(_seen, args)), {name: _seen(found) for name, found in named.items()}
    return partial(function, *args, **named)


def both(function: Any, *args: Any) -> Any:
    """The same for an operator."""
    run = record.running
    if run is None and (record.door is None or (run := record.looked_at(sys._getframe(1))) is None):
        if record.used is None or all(type(found) in PYTHON or type(found) is Number for found in args):
            return partial(function, *args)
        return partial(function, *args) if contains(type(args[0])) else _inside(function, args, {})
    if function is operator.getitem:
        kind = type(args[0])
        if contains(kind) and _chooses(args[1]):
            return partial(function, *args)
        if (kind is Array or issubclass(kind, np.ndarray)) and id(args[0]) not in run.touched and _is_place(args[1]):
            return partial(function, args[0], args[1] if type(args[1]) is int else _index(args[1]))
    foreign = number = False
    python = True
    for found in args:
        kind = type(found)
        if kind is Number:
            number = True
            python = python and type(found.number) in PYTHON
        elif kind not in PYTHON:
            python = False
            if kind is Array:
                number = True
            elif kind not in ORDINARY:
                known = contains(kind) or own_class(kind) or issubclass(kind, _NUMPYS)
                foreign |= not known or id(found) in run.touched
                if id(kind) not in run.looking.seen and own_class(kind):
                    run.looking.at(found)
    frame = sys._getframe(1)
    first = type(args[0])
    if function in _CHANGING and first is not Array and issubclass(first, np.ndarray):
        foreign = foreign or number
    if foreign:
        return _through(run, function, args, {}, frame)
    if number:
        if python:
            return _python(run, function, args, frame)
        row = row_of(function, args)
        if row is not None:
            run.frame = frame
            made = quickly(function, row, args)
            run.frame = None
            return partial(_it, made) if made is not NotImplemented else natively(run, function, row, args, frame)
        return _eager(run, function, function, args, {}, frame)
    return partial(function, *args)


_NUMPYS = (np.ndarray, np.generic)
_CHANGING = frozenset(getattr(operator, name) for name in dir(operator) if name[0] == "i" and name[:2] != "is")
PYTHON = frozenset({float, int, bool})
_PLACES = frozenset({int, slice, list, str, Number, Array, np.ndarray, np.int64, type(None), EllipsisType})


def _python(run: Recording, function: Any, args: tuple[Any, ...], frame: FrameType) -> Callable[[], Any]:
    """An operator between numbers of Python's own kinds: it raises, or gives a number."""
    guards, run.frame = len(run.guards), frame
    try:
        return partial(_it, function(*args))
    except Exception:
        return _told_natively(run, function, args, {}, frame, None, refused=len(run.guards) > guards)
    finally:
        run.frame = None


def _chooses(index: Any) -> bool:
    """Whether a list takes this for an index; of what it refuses it says which kind it is."""
    if type(index) is slice:
        return all(map(_chooses, (index.start, index.stop, index.step)))
    return type(index) is not Number or isinstance(index.number, (int, np.integer))


def _is_place(index: Any) -> bool:
    """Whether this is an index that NumPy and we know."""
    return type(index) in _PLACES or (type(index) is tuple and all(type(part) in _PLACES for part in index))


def _index(index: Any) -> Any:
    """Where in an array: whole numbers that remember choose, and are not moved without a run."""
    for number in nodes_in(index):
        record.escape(number)
    return plain_of(filled(index, {}))


def _eager(
    run: Recording, ours: Any, function: Any, args: tuple[Any, ...], named: dict[str, Any], frame: FrameType
) -> Callable[[], Any]:
    """What numbers that remember make of themselves by a function of ours."""
    warned: list[str] = []
    guards, run.frame = len(run.guards), frame
    try:
        with np.errstate(all="call", call=lambda what, _: warned.append(what)):
            result = ours(*args, **named)
    except Exception:
        if len(run.guards) > guards:
            return _told_natively(run, function, args, named, frame, None, refused=True)
        return _through(run, function, args, named, frame)  # which raises as well, or knows more than we do
    finally:
        run.frame = None
    if result is NotImplemented:
        return _through(run, function, args, named, frame)
    if warned:
        return _told_natively(run, function, args, named, frame, result, refused=len(run.guards) > guards)
    if not lenient():  # what is not finite any more raises
        for node in nodes_in(result):
            TESTS["isfinite"](node)
    return partial(_it, result)


def _told_natively(
    run: Recording,
    function: Any,
    args: tuple[Any, ...],
    named: dict[str, Any],
    frame: FrameType,
    result: Any,
    *,
    refused: bool,
) -> Callable[[], Any]:
    """Where we have met an exception or a warning, the function itself is called with plain numbers, in the user's
    frame: it says what it has to say as it would without us. ``refused`` is whether that is written down already.
    """
    if not refused:
        for node in nodes_in([*args, *named.values()]):
            (record.lose if result is None else record.escape)(node)
    passage = Passage(frame, function)
    plain_args = [plainly(found, passage) for found in args]
    plain_named = {name: plainly(found, passage) for name, found in named.items()}
    passage.numbers.clear()
    passage.instead = result
    run.passages.append(passage)
    return partial(function, *plain_args, **plain_named)


def _it(result: Any) -> Any:
    return result


def _through(
    run: Recording, function: Any, args: tuple[Any, ...], named: dict[str, Any], frame: FrameType
) -> Callable[[], Any]:
    """A call of outside code, with plain numbers; what went in is noted for ``after``."""
    settle(frame)
    passage = Passage(frame, function)
    receiver = getattr(function, "__self__", None)
    if isinstance(receiver, DICE):
        passage.dice = state_of(receiver)
    every = (*args, *named.values())
    for found in (function, receiver, *every):
        if id(found) in run.touched:
            passage.numbers.update(run.touched[id(found)][1])
            passage.pure = False
        if texts := told(run, found):
            passage.numbers.update((id(node), node) for node in texts)
            passage.pure = False
    own = (run.world and isinstance(receiver, io.IOBase)) or function is open
    if own:
        passage.numbers.update(run.world)
    simple = type(function) in _PLAIN_CALLS and (receiver is None or isinstance(receiver, ModuleType))
    if simple and not passage.numbers and all(map(_is_plain, every)):
        return partial(function, *args, **named)
    passage.copies = (
        tuple(copied(found, passage) for found in args),
        {name: copied(found, passage) for name, found in named.items()},
    )
    passage.arrays = [
        (found, copy)
        for found, copy in zip(every, (*passage.copies[0], *passage.copies[1].values()), strict=True)
        if _is_array(found)
    ]
    for found in _written(function, args, named):  # what is written there may be what stood there
        passage.arrays += [(each, each) for each in (found if type(found) is tuple else (found,)) if _is_array(each)]
    plain_args = [plainly(found, passage) for found in args]
    plain_named = {name: plainly(found, passage) for name, found in named.items()}
    run.passages.append(passage)
    if not any(type(found) is Value for found in every):  # that is what the user's own code has given to it
        record.open_door(run, frame)
    return partial(function, *plain_args, **plain_named)


def _inside(function: Any, args: tuple[Any, ...], named: dict[str, Any]) -> Callable[[], Any]:
    """A call by code that outside code has called back: it gets plain numbers too, and which is noted."""
    passage = Passage(sys._getframe(2), function)
    args = tuple(plainly(found, passage) for found in args)
    named = {name: plainly(found, passage) for name, found in named.items()}
    for number in passage.numbers.values():
        record.use(number)
    if not passage.give_back:
        return partial(function, *args, **named)

    def call() -> Any:
        try:
            return function(*args, **named)
        finally:
            passage.over()

    return call


WRITES = frozenset(("put", "copyto", "place", "putmask", "fill_diagonal", "put_along_axis", "at"))
"""NumPy's functions that write into their first argument."""


def _written(function: Any, args: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
    """What a call is told to write its result into."""
    if isinstance(function, np.ufunc):
        return (*args[function.nin :], named.get("out"))
    return (*args[: name_of(function) in WRITES], named.get("out"))


def _is_array(found: Any) -> bool:
    return type(found) in (bytearray, array) or issubclass(type(found), np.ndarray)


_PLAIN_CALLS = (BuiltinFunctionType, np.ufunc, FunctionType, type)


def _is_plain(found: Any) -> bool:
    kind = type(found)  # not its __class__: a number that remembers passes for the one that it holds
    return kind in (float, int, str, bool, type(None), complex, bytes) or issubclass(kind, _NUMPYS)


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
            if type(passage) is Native:
                return passage.made(run, result)
            if used:
                passage.numbers.update((key, node) for key, node in used.items() if type(node) is Number)
                passage.pure = False
            if passage.instead is not None:
                passage.over()
                return passage.instead
            return returned(run, passage, result)
    return result


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
    if getattr(found, "__objclass__", None) in (float, int) or any(found is each for each in (type, max, min, sum)):
        return _Traced(found)
    if carries(found):
        run.looking.at(found)
        return found
    return _Traced(found)


class _Traced:
    """A function that is given to another one, which will call it (``map(math.sin, xs)``)."""

    def __init__(self, function: Any) -> None:
        self.function = function
        self.__name__, self.__doc__ = name_of(function), function.__doc__

    def __call__(self, *args: Any, **named: Any) -> Any:
        return after(before(self.function, *args, **named)())


def _evaluated(function: Any, args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Text that is run has hooks as the cell's own."""
    if not args or not isinstance(args[0], str):
        return args
    try:
        mode = function.__name__
        tree: Any = ast.parse(args[0].strip() if mode == "eval" else args[0], mode=mode)
        if mode == "eval":
            _, tree = rewrite(ast.Module([ast.copy_location(ast.Expr(tree.body), tree.body)], []), "", leaves=False)
        else:
            tree, _ = rewrite(tree, "", leaves=False, last=False)
        return compile(tree, "<string>", mode, dont_inherit=True), *args[1:]
    except (SyntaxError, ValueError, RecursionError):
        return args
