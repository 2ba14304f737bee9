"""The hooks of operators and elements where all is ordinary: numbers in double precision, arrays of them, an element of
an array at a whole number. Loops do little else, so there is no detour here. What is not ordinary goes to the door.

``a * b`` becomes ``mul(a, b)[0]``. What is computed already is given as ``(made,)``. What the user's frame is to call
is given as ``defaultdict(call)``: that makes the call, and no frame of Python's. What has been at the door goes through
``after`` as well.
"""

from __future__ import annotations

import operator
import sys
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from itertools import starmap
from typing import Any

import numpy as np

from autograd_magic.engine import numbering, record
from autograd_magic.engine.arrays import Array
from autograd_magic.engine.node import CONST
from autograd_magic.engine.number import Number
from autograd_magic.engine.ops import Op
from autograd_magic.engine.recording import Guard, Kind
from autograd_magic.engine.value import Value, is_real

from .door import after, at_door
from .natively import ALIKE, IN_PLACE, QUIET, At, at_once, lenient

_LEAST, _MOST = QUIET
_PYTHON = frozenset({float, int})
_SIMPLE = frozenset({int, str})
_PART = frozenset({int, type(None)})
_HOLDS = frozenset({list, dict})
_ONCE = ((),)
_float64 = np.float64
_ONE = _float64(1.0)
"""A number times this is the same one of NumPy's kind; to ask for that kind takes longer."""
_frame = sys._getframe
_new: Callable[[type[Value]], Any] = object.__new__
Found = tuple[Any] | defaultdict[int, Any]


def _over(call: Callable[[], Any]) -> Found:
    """A call and ``after``, with no frame of Python's between the user's and what is called."""
    return defaultdict(map(after, starmap(call, _ONCE)).__next__)


def binary(function: Any, row: Op) -> Callable[..., Found]:
    """The hook of an operator between two numbers. ``function`` is Python's own."""
    apply, refuses, power, alike = row.apply, bool(row.raises), row.name == "pow", function in ALIKE
    fresh = function not in IN_PLACE  # what it gives is a new array

    def hook(x: Any, y: Any, at: At = None) -> Found:
        run = record.running
        if run is None:
            return _over(at_door(_frame(1), function, (x, y)))
        of_x, of_y = type(x), type(y)
        if of_x is Number:
            a, b = x.number, y.number if of_y is Number else y
        elif of_y is Number:
            a, b = x, y.number
        elif (of_x is int or of_x is float) and (of_y is int or of_y is float):
            try:
                return (function(x, y),)
            except Exception:
                return defaultdict(partial(function, x, y))  # the user's frame meets it
        else:
            a = b = None
        kind, other, result = type(a), type(b), None
        strict = (kind is float or (kind is int and is_real(a))) and (other is float or (other is int and is_real(b)))
        if strict:
            if not power or kind is float:  # a whole number to the power of one may be of either kind
                try:
                    result = apply(a, b)
                except Exception:
                    return _over(at_door(_frame(1), function, (x, y)))
                if type(result) is not float:
                    result = None
        elif alike and (kind is _float64 or kind is float) and (other is _float64 or other is float) and b:
            result = function(float(a), float(b))
            quiet = (_LEAST < result < _MOST or _LEAST < -result < _MOST) and lenient()
            result = result * _ONE if quiet else None
        if result is not None:
            line = at[1] if at is not None and at[0] == run.digest else run.line_of(_frame(1))
            x = x if of_x is Number else _constant(x, line)
            y = y if of_y is Number else _constant(y, line)
            node = _new(Number)  # as ``_made`` does it: a call less
            node.number, node.gradient, node.label = result, 0.0, ""
            node.row, node.parents, node.past = row, (x, y), ()
            node.serial, node.line, node.strict = next(numbering.serials), line, strict
            if refuses and strict:
                run.refusable.append(node)
            return (node,)
        if fresh and (of_x is Array or of_y is Array):
            line = at[1] if at is not None and at[0] == run.digest else run.line_of(_frame(1))
            call = at_once(run, function, row, (x, y), line)
            if call is not None:
                return defaultdict(call)
        return _over(at_door(_frame(1), function, (x, y)))

    return hook


def negative(function: Any, row: Op) -> Callable[..., Found]:
    """The hook of the minus before a number."""

    def hook(x: Any, at: At = None) -> Found:
        run = record.running
        if run is not None:
            of = type(x)
            if of is Number:
                number = x.number
                strict = type(number) is float
                if strict or (type(number) is _float64 and number):  # NumPy has nothing to say of it
                    line = at[1] if at is not None and at[0] == run.digest else run.line_of(_frame(1))
                    return (_made(row, (x,), -number, line, strict),)
            elif of is Array:
                line = at[1] if at is not None and at[0] == run.digest else run.line_of(_frame(1))
                call = at_once(run, function, row, (x,), line)
                if call is not None:
                    return defaultdict(call)
        return _over(at_door(_frame(1), function, (x,)))

    return hook


def comparison(function: Any, relation: int) -> Callable[..., Found]:
    """The hook of a comparison. ``relation`` is its place in RELATIONS."""

    def hook(x: Any, y: Any, at: At = None) -> Found:
        run = record.running
        if run is not None and type(x) is Number and at is not None and at[0] == run.digest:
            a, b = x.number, y.number if type(y) is Number else y
            if type(a) in _PYTHON and type(b) in _PYTHON and is_real(a) and is_real(b):
                outcome, line = function(a, b), at[1]
                other = y if type(y) is Number else _constant(y, line)
                serial = next(numbering.serials)
                run.guards.append(Guard(Kind.COMPARE, relation, x, other, float(outcome), line, serial))
                return (outcome,)
        return _over(at_door(_frame(1), function, (x, y)))

    return hook


def _made(row: Op, parents: tuple[Any, ...], number: Any, line: int, strict: bool) -> Number:
    """The node of an operator, as ``value.make`` makes it."""
    node: Number = _new(Number)
    node.number, node.gradient, node.label = number, 0.0, ""
    node.row, node.parents, node.past = row, parents, ()
    node.serial, node.line, node.strict = next(numbering.serials), line, strict
    return node


def _constant(number: Any, line: int) -> Any:
    """The node of a number that is written out."""
    node = _new(Value)
    node.number, node.gradient, node.label = number, 0.0, ""
    node.row, node.parents, node.past = CONST, (), ()
    node.serial, node.line, node.strict = next(numbering.serials), line, type(number) in _PYTHON
    return node


def getitem(found: Any, index: Any) -> Found:
    """The hook of an element."""
    run, kind, of = record.running, type(found), type(index)
    if run is None or (run.touched and id(found) in run.touched):
        return _over(at_door(_frame(1), operator.getitem, (found, index)))
    if kind is Array and of is int:
        try:
            number = found.buffer[index]
        except Exception:
            number = None  # the user's frame meets it
        memory = found.memory
        if type(number) is _float64 and memory.changed is None:
            ids = found._ids
            if ids is None:
                ids = found.ids
            if ids is not None and (serial := ids.item(index)):
                node = memory.blocks.nodes.get(serial)
                if node is None or node.serial != serial or type(node.number) is not _float64:
                    node = memory.blocks.read(serial, number)
                return (node,)
            return (number,)
    elif kind in _HOLDS and of in _SIMPLE:
        try:
            return (found[index],)
        except Exception:
            return defaultdict(partial(operator.getitem, found, index))
    elif of is slice and kind is Array and _PART.issuperset(map(type, (index.start, index.stop, index.step))):
        try:
            some = found.buffer[index]
        except Exception:
            some = None
        if some is not None:
            return (Array(some, found.apart()[index], found.memory),)
    return _over(at_door(_frame(1), operator.getitem, (found, index)))
