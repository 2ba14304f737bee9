"""The hooks of operators and elements where all is ordinary: numbers in double precision, an element of an array at a
whole number. Loops do little else, so there is no detour here. What is not ordinary goes to the door.
"""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from autograd_magic.engine import record
from autograd_magic.engine.arrays import Array
from autograd_magic.engine.node import CONST
from autograd_magic.engine.number import Number
from autograd_magic.engine.ops import Op
from autograd_magic.engine.value import Value, is_real

from .door import at_door
from .natively import ALIKE, DOUBLE, QUIET, lenient, natively

_LEAST, _MOST = QUIET
_PYTHON = frozenset({float, int})
_BESIDE = frozenset({Array, float, int, np.float64})
_SIMPLE = frozenset({int, str})
_frame = sys._getframe
_new: Callable[[type[Value]], Any] = object.__new__


At = tuple[str, int] | None
"""Of which text an operator is, by its digest, and in which of its lines; None in code of other cells. To ask a frame
for its line takes longer than all else here.
"""


def binary(function: Any, row: Op) -> Callable[..., Any]:
    """The hook of an operator between two numbers. ``function`` is Python's own."""
    apply, refuses, power, alike = row.apply, bool(row.raises), row.name == "pow", function in ALIKE

    def hook(x: Any, y: Any, at: At = None) -> Any:
        run = record.running
        if run is None:
            return at_door(_frame(1), function, (x, y))
        if type(x) is Number:
            a, b = x.number, y.number if type(y) is Number else y
        elif type(y) is Number:
            a, b = x, y.number
        elif type(x) in _PYTHON and type(y) in _PYTHON:
            return partial(function, x, y)
        else:
            if type(x) in _BESIDE and type(y) in _BESIDE and (type(x) is Array or type(y) is Array):
                line = at[1] if at is not None and at[0] == run.digest else -1
                return natively(run, function, row, (x, y), _frame(1), line)
            return at_door(_frame(1), function, (x, y))
        kind, other = type(a), type(b)
        if (kind is float or (kind is int and is_real(a))) and (other is float or (other is int and is_real(b))):
            if not power or kind is float:  # a whole number to the power of one may be of either kind
                try:
                    result = apply(a, b)
                except Exception:
                    return at_door(_frame(1), function, (x, y))
                if type(result) is float:
                    line = at[1] if at is not None and at[0] == run.digest else run.line_of(_frame(1))
                    made = _made(row, _node(x, line), _node(y, line), result, line)
                    if refuses:
                        run.refusable.append(made)
                    return partial(_it, made)
        elif alike and kind in DOUBLE and other in DOUBLE and b:
            result = function(float(a), float(b))
            if _LEAST < abs(result) < _MOST and lenient():
                line = at[1] if at is not None and at[0] == run.digest else run.line_of(_frame(1))
                made = _made(row, _node(x, line), _node(y, line), np.float64(result), line)
                made.strict = False
                return partial(_it, made)
        return at_door(_frame(1), function, (x, y))

    return hook


def negative(function: Any, row: Op) -> Callable[..., Any]:
    """The hook of the minus before a number."""

    def hook(x: Any, at: At = None) -> Any:
        run = record.running
        if run is not None and type(x) is Number:
            kind = type(x.number)
            if kind is float or (kind is np.float64 and x.number and lenient()):
                line = at[1] if at is not None and at[0] == run.digest else run.line_of(_frame(1))
                made = _made(row, x, None, -x.number, line)
                made.strict = kind is float
                return partial(_it, made)
        return at_door(_frame(1), function, (x,))

    return hook


def _node(side: Any, line: int) -> Any:
    """A number of an operator as a node: one that is written out is a constant."""
    if type(side) is Number:
        return side
    node = _new(Value)
    node.number, node.gradient, node.label = side, 0.0, ""
    node.row, node.parents, node.past = CONST, (), ()
    node.serial, node.line, node.strict = next(record.serials), line, type(side) in _PYTHON
    return node


def _made(row: Op, x: Any, y: Any, number: Any, line: int) -> Number:
    """The node of an operator, as ``value.make`` makes it."""
    node: Number = _new(Number)
    node.number, node.gradient, node.label = number, 0.0, ""
    node.row, node.parents, node.past = row, (x,) if y is None else (x, y), ()
    node.serial, node.line, node.strict = next(record.serials), line, True
    return node


def getitem(found: Any, index: Any) -> Any:
    """The hook of an element."""
    run = record.running
    if run is None or type(index) not in _SIMPLE or id(found) in run.touched:
        return at_door(_frame(1), operator.getitem, (found, index))
    if type(found) is not Array:
        if type(found) is list or type(found) is dict:
            return partial(operator.getitem, found, index)
        return at_door(_frame(1), operator.getitem, (found, index))
    try:
        number = found.buffer[index]
    except Exception:
        return at_door(_frame(1), operator.getitem, (found, index))
    if type(number) is not np.float64:
        return at_door(_frame(1), operator.getitem, (found, index))
    ids = found.ids
    serial = 0 if ids is None else ids.item(index)
    return partial(_it, found.memory.blocks.read(serial, number) if serial else number)


def _it(result: Any) -> Any:
    return result
