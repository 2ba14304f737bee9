"""The door between the notebook's own code and everybody else's: library code never sees a number that remembers.

A call ``f(a, k=b)`` in a cell is rewritten to ``after(before(at, f, a, k=b)())`` (rewrite.py), and an operator
``a | b`` to ``after(both(or_, a, b)())``; for the usual ones see quick.py. ``before`` looks at what is called. The
notebook's own functions, and what carries numbers without reading them, get the numbers as they are. All else gets
plain ones: it computes, prints, warns and raises as it would without us, with the user's frame above it. ``after``
looks at what came back: a number that was made of numbers that went in is a node above them.
"""

from __future__ import annotations

import ast
import builtins
import functools
import operator
import sys
from collections import deque
from collections.abc import Callable, Iterator, KeysView, ValuesView
from contextlib import suppress
from functools import partial
from itertools import accumulate, permutations
from types import BuiltinFunctionType, EllipsisType, FrameType, FunctionType, MethodType
from typing import Any

import numpy as np

from autograd_magic.engine import record, summed
from autograd_magic.engine.arrays import Array, Method, nodes_in, plain_of
from autograd_magic.engine.composed import extreme
from autograd_magic.engine.gathered import as_array
from autograd_magic.engine.methods import FUNCTIONS
from autograd_magic.engine.number import Number
from autograd_magic.engine.recording import Recording
from autograd_magic.engine.value import Value

from .cached import cached, keeps_results
from .came_back import ORDINARY, above, returned
from .copies import filled
from .looked_up import GIVES, looked_up
from .natively import At, at_once, natively, quickly, row_of, row_of_ufunc
from .notebook_code import CONTAINERS, carries, contains, holds, keeps_for_later, of_notebook, own_class
from .operators import OPERATORS
from .passing import TEXTS, already, eager, for_later, inside, kinds_told, through, told_natively
from .plainly import Passage, itself, name_of
from .rewrite import rewrite
from .stand_ins import foreign, into_another, of_a_number, of_another_kind, stand_in_for, touched
from .stores import given_to
from .storing import OWN
from .told import told


def before(at: At, function: Any, /, *args: Any, **named: Any) -> Any:
    """What the user's frame calls in the place of ``function``; it takes no arguments any more."""
    run = record.running
    if run is None and (record.door is None or (run := record.looked_at(sys._getframe(1))) is None):
        if record.used is not None and callable(function) and not carries(function):
            return inside(function, args, named, sys._getframe(1))
        return partial(function, *args, **named) if callable(function) else function
    kind, own = type(function), run.looking.own
    if kind is FunctionType and function in own:
        if len(args) == 1 and not named and args[0] is not None:
            return MethodType(function, args[0])  # which takes less time, to be made and to be called
        return partial(function, *args, **named)
    if kind is MethodType and type(function.__func__) is FunctionType and function.__func__ in own:
        return partial(function, *args, **named)
    line = at[1] if at is not None and at[0] == run.digest else -1
    if kind is np.ufunc and not named and not run.touched and (row := row_of_ufunc(function, len(args))) is not None:
        call = None
        if Array in map(type, args) and not run.passages:
            call = at_once(run, function, row, args, line if line >= 0 else run.line_of(sys._getframe(1)))
        if call is not None:
            return call
    while type(function) is partial:
        function, args, named = function.func, (*function.args, *args), {**function.keywords, **named}
    function = itself(function)
    kind = type(function)
    if kind is Method:
        function, args = function.native, (function.array, *args)
    if kind is MethodType and type(function.__self__) is Array:
        native = getattr(np.ndarray, function.__name__)
        args = tuple([[*one] if type(one) is range else one for one in args])  # which NumPy reads as a list
        if of_another_kind(*args, *named.values()) or into_another(native, (function.__self__, *args)):
            return through(run, native, (function.__self__, *args), named, sys._getframe(1))
        ours = FUNCTIONS.get(native, function.__func__)
        return eager(run, ours, native, (function.__self__, *args), named, sys._getframe(1), line)
    if not callable(function):  # the call raises as it would have
        return function.number if type(function) is Number else function
    if function is id or any(one is id for one in (*args, *named.values())):
        run.identities = True
    if kind is BuiltinFunctionType and function in OF_TEXT and not named and args:
        frame = sys._getframe(1)
        return _within(frame, *args) if function is operator.contains else at_door(frame, function, args)
    if carries(function):
        run.looking.at(function)
        if keeps_results(function):
            return cached(run, function, args, named, sys._getframe(1))
        if keeps_for_later(function) and (nodes := [*nodes_in([*args, *named.values()])]):
            return for_later(run, function, args, named, nodes)
        if kind in (FunctionType, MethodType):
            if not of_notebook(function):
                args, named = _waiting(function.__name__, args, named)
            return partial(function, *args, **named)
        if function is builtins.exec or not (run.touched and _touched(run, function, args, named)):
            made = _carried(run, function, args, named)
            return kinds_told(run, made, function, args, named, sys._getframe(1))
    stand_in = None if run.touched and _touched(run, function, args, named) else stand_in_for(function, args, named)
    if stand_in is not None:
        row = row_of(function, args) if not named else None
        if row is not None:
            return natively(run, function, row, args, sys._getframe(1), line)
        return eager(run, stand_in, function, args, named, sys._getframe(1), line)
    return through(run, function, args, named, sys._getframe(1))


class Spread(partial):  # type: ignore[type-arg]
    """``before`` and a function, for a call with ``*`` or ``**``: what Python refuses of it it says of the function."""

    def __str__(self) -> str:
        return str(self.args[1])


def spread(function: Any) -> Any:
    """What the user's frame calls with such arguments; what that gives it calls then."""
    looked: Any = Spread(before, None, function)
    for name in ("__qualname__", "__module__"):
        found = getattr(function, name, None)
        if isinstance(found, str):
            setattr(looked, name, found)
    return looked


def _touched(run: Recording, function: Any, args: tuple[Any, ...], named: dict[str, Any]) -> bool:
    """Whether numbers have gone into something that takes part in a call."""
    every = (function, getattr(function, "__self__", None), *args, *named.values())
    return any(run.went_into(found) for found in every)


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
    if (function is setattr or function is delattr) and type(args[0]) is Number and args[1] not in OWN:
        args = (args[0].number, *args[1:])
    if function is setattr and len(args) == 3:
        args = (*args[:2], given_to(*args, sys._getframe(2)))
    first = _COUNTS.get(id(function))
    if first is not None and (first or len(args) + len(named) == 3):
        args = (*args[:first], *map(_count, args[first:]))
        named = {name: found if name == "iterable" else _count(found) for name, found in named.items()}
    if (function is int or function is builtins.eval) and args and told(run, args[0]):
        return through(run, function, args, named, sys._getframe(2))
    if function is builtins.exec or function is builtins.eval:
        for node in (*told(run, args[:1]), *run.inside(args[0] if args else None).values()):
            record.lose(node)  # nobody sees what is bound to a number that stands in its text
        args = _evaluated(function, args)
    owner = getattr(function, "__self__", None)
    if isinstance(owner, dict) and args and not named and function.__name__ in GIVES:
        return looked_up(run, owner, function, args, args[0], sys._getframe(2))
    if (type(owner) in TEXTS or function is compile) and (nodes := told(run, [owner, *args])):
        return partial(_of_text, run, tuple(nodes), function, args, named)
    if (function is max or function is min) and ((args and not named) or (len(args) == 1 and {*named} == {"default"})):
        return partial(extreme, function, *args, **named)
    if function is sum and args:
        items = [*args[0]] if isinstance(args[0], Iterator) else args[0]
        args = (items, *args[1:])
        listed = [*items] if isinstance(items, _LISTED) else items
        # Decimals, for one, that were made of numbers that remember, or tables that are summed with such numbers.
        if touched(run, items) or foreign(listed, *args[1:], *named.values()):
            return through(run, function, args, named, sys._getframe(2))
    if function is pow or (function is accumulate and type(args[0] if args else None) in (list, tuple)):
        added = args if function is pow else args[:1]
        if foreign(*added, *named.values()):
            return through(run, function, args, named, sys._getframe(2))
    if function is sum and summed.compensates:
        return partial(summed.summed, *args, **named)
    if args and type(args[0]) in (Number, Array) and of_a_number(function):
        return partial(getattr(args[0], function.__name__), *args[1:], **named)  # float.__add__(x, 1)
    if _calls(function):
        args, named = tuple(map(_seen, args)), {name: _seen(found) for name, found in named.items()}
    return partial(function, *args, **named)


def _of_text(run: Recording, nodes: tuple[Number, ...], function: Any, args: Any, named: Any) -> Any:
    """What is made of text in which these numbers stand."""
    return above(run, function.__name__, nodes, function(*args, **named), None)


_LISTED = (dict, set, frozenset, deque, KeysView, ValuesView)
"""What holds the items of a sum, but for lists."""

_COUNTS = {id(deque): 1, id(permutations): 1, id(pow): 0}
"""What takes a count for none where its class is not ``int`` itself, and its first argument that is one; ``pow`` does
so where it has a modulus.
"""


def _count(found: Any) -> Any:
    """A whole number that decides; what is none is refused as the plain one."""
    if type(found) is not Number:
        return found
    if type(found.number) is int:
        return found.__index__()
    record.escape(found)
    return found.number


def both(function: Any, *args: Any) -> Any:
    """The same for an operator."""
    return at_door(sys._getframe(1), function, args)


def within(item: Any, holder: Any) -> Any:
    """The same for ``item in holder``."""
    return _within(sys._getframe(1), holder, item)


def _within(frame: FrameType, holder: Any, item: Any) -> Callable[[], Any]:
    run, kind = record.running, type(holder)
    if kind in CONTAINERS:
        return partial(operator.contains, holder, item)
    if run is None and (record.door is None or (run := record.looked_at(frame)) is None):
        if record.used is None or holds(holder):
            return partial(operator.contains, holder, item)
        return inside(operator.contains, (holder, item), {}, frame)
    if own_class(kind):
        run.looking.at(holder)
    if kind is Number:  # which Python refuses
        return partial(operator.contains, holder.number, item)
    given = type(item) in _GIVEN or run.went_into(holder) or run.went_into(item)
    if not given or kind is Array or (holds(holder) and kind is not range):  # a range counts as far as a plain one
        return partial(operator.contains, holder, item)
    return through(run, operator.contains, (holder, item), {}, frame)


_GIVEN = frozenset((Number, Array, tuple, list))
"""In what numbers that remember may be given."""


def at_door(frame: FrameType, function: Any, args: tuple[Any, ...]) -> Any:
    """The same for an operator in a frame."""
    run = record.running
    if run is None and (record.door is None or (run := record.looked_at(frame)) is None):
        if record.used is None or all(type(found) in PYTHON or type(found) is Number for found in args):
            return partial(function, *args)
        return partial(function, *args) if contains(type(args[0])) else inside(function, args, {}, frame)
    if function is operator.getitem:
        kind = type(args[0])
        if issubclass(kind, dict) and id(args[0]) not in run.touched and type(args[1]) in (Number, tuple):
            return looked_up(run, args[0], function, args, args[1], frame)
        if contains(kind) and _chooses(args[1]):
            return partial(function, *args)
        if (kind is Array or issubclass(kind, np.ndarray)) and not run.went_into(args[0]) and _is_place(args[1]):
            return partial(function, args[0], args[1] if type(args[1]) is int else _index(args[1]))
        if kind is Number and isinstance(args[0].number, np.generic) and _is_place(args[1]):
            with suppress(Exception):  # as one of NumPy's numbers refuses it
                operator.getitem(args[0].number, plain_of(filled(args[1], {})))
                return partial(function, as_array(args[0]), _index(args[1]))
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
                known = kind is np.ndarray or issubclass(kind, np.generic)
                known = known or (not issubclass(kind, np.ndarray) and (contains(kind) or own_class(kind)))
                foreign |= not known or run.went_into(found)
                if id(kind) not in run.looking.seen and own_class(kind):
                    run.looking.at(found)
            elif kind is str:
                foreign = foreign or run.went_into(found)
    first = type(args[0])
    if function in _CHANGING and first is not Array and issubclass(first, np.ndarray):
        foreign = foreign or number
    if foreign:
        return through(run, function, args, {}, frame)
    if number:
        if python:
            return _python(run, function, args, frame)
        row = row_of(function, args)
        if row is not None:
            run.frame = frame
            made = quickly(function, row, args)
            run.frame = None
            return partial(already, made) if made is not NotImplemented else natively(run, function, row, args, frame)
        return eager(run, function, function, args, {}, frame)
    return partial(function, *args)


_CHANGING = frozenset(
    getattr(operator, own) for name in OPERATORS.values() if hasattr(operator, own := f"i{name.rstrip('_')}")
)
"""The operators that change what stands before them."""
OF_TEXT = (
    frozenset(
        getattr(operator, name) for name in (*OPERATORS.values(), "getitem", "contains") if hasattr(operator, name)
    )
    | _CHANGING
    | {divmod}
)
"""The functions that do what a text does by operators, or what two of them do."""
PYTHON = frozenset({float, int, bool})
_PLACES = frozenset({int, bool, slice, list, str, Number, Array, np.ndarray, np.int64, type(None), EllipsisType})


def _python(run: Recording, function: Any, args: tuple[Any, ...], frame: FrameType) -> Callable[[], Any]:
    """An operator between numbers of Python's own kinds: it raises, or gives a number."""
    guards, run.frame = len(run.guards), frame
    try:
        return partial(already, function(*args))
    except Exception as error:
        return told_natively(run, function, args, {}, frame, None, refused=len(run.guards) > guards, error=error)
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
        if type(number) is Number and isinstance(number.number, int):
            number.__index__()  # which decides
        else:
            record.escape(number)
    return plain_of(filled(index, {}))


def after(result: Any) -> Any:
    """What a call has given back, as the notebook's code goes on with it."""
    run, used, door = record.running, None, record.door
    if door is None:
        if run is None or not run.passages:
            return result
    else:
        record.ours = True
        frame = sys._getframe(1)
        record.ours = False
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
            if type(passage) is not Passage:
                return passage.made(run, result)
            if used:
                used = {key: node for key, node in used.items() if type(node) is Number}
                passage.numbers.update(used)
                run.called.update(used)
                passage.pure = False
            if passage.instead is not None:
                passage.over()
                return passage.instead
            return returned(run, passage, result)
    return result


_CALLERS = {id(each) for each in (map, filter, sorted, min, max, functools.reduce)}
"""By identity."""


def _calls(function: Any) -> bool:
    """Whether what carries calls functions that it is given. An object of the user's is not asked whether it is one."""
    if id(function) in _CALLERS:
        return True
    home = getattr(function, "__module__", "") or ""
    return home.startswith(("itertools", "concurrent")) or getattr(function, "__name__", "") == "sort"


def _seen(found: Any) -> Any:
    """A function that is given to what carries numbers, which will call it."""
    if not callable(found) or isinstance(found, Value):
        return found
    run, found = record.running, itself(found)
    assert run is not None
    if getattr(found, "__objclass__", None) in (float, int) or any(found is each for each in (type, max, min, sum)):
        return _Traced(found)
    if type(found) is BuiltinFunctionType and found in OF_TEXT:
        return _Traced(found)
    if carries(found) and not keeps_results(found):
        run.looking.at(found)
        return found
    return _Traced(found)


class _Traced:
    """A function that is given to another one, which will call it (``map(math.sin, xs)``)."""

    def __init__(self, function: Any) -> None:
        self.function = function
        self.__name__, self.__doc__ = name_of(function), function.__doc__

    def __call__(self, *args: Any, **named: Any) -> Any:
        return after(before(None, self.function, *args, **named)())


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
