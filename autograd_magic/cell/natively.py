"""Arithmetic that NumPy does, in the user's frame: on plain numbers and arrays, so that it warns and raises there. The
nodes come about when its result is there.
"""

from __future__ import annotations

import operator
import warnings
from collections.abc import Callable
from functools import cache, partial
from itertools import starmap
from types import FrameType
from typing import Any

import numpy as np

from autograd_magic.engine.arrays import Array, array_of, nodes_in, plain_of, traces
from autograd_magic.engine.elementwise import Taken, given, node_or_block, taken
from autograd_magic.engine.number import Number
from autograd_magic.engine.ops import TABLE, Op
from autograd_magic.engine.recording import Recording
from autograd_magic.engine.ufuncs import TESTS, UFUNCS
from autograd_magic.engine.value import OPERATORS, UNARY, constant, make

ROWS: dict[Any, Op] = {getattr(operator, dunder): TABLE[name] for dunder, name in (OPERATORS | UNARY).items()}
IN_PLACE: dict[Any, Op] = {getattr(operator, f"i{dunder}"): TABLE[name] for dunder, name in OPERATORS.items()}
"""The rows of Python's operators, and of those that change an array."""


class Native:
    """One such call, while it is under way; see door.Passage. ``inputs`` are its arguments as they were, ``into`` the
    array that it changes, and ``line`` the line where that is known (else -1).
    """

    __slots__ = ("frame", "inputs", "into", "line", "row")
    refused = False

    def __init__(
        self, frame: FrameType | None, row: Op, inputs: tuple[Any, ...], into: Array | None = None, line: int = -1
    ) -> None:
        self.frame, self.row, self.inputs, self.into, self.line = frame, row, inputs, into, line

    @property
    def numbers(self) -> dict[int, Any]:
        """The numbers that remember among its arguments, by identity."""
        return {id(node): node for node in nodes_in(list(self.inputs))}

    def over(self) -> None:
        """It has raised: there is nothing to give back."""

    def made(self, run: Recording, result: Any) -> Any:
        """The result, with its nodes."""
        run.frame, run.here = self.frame, self.line
        try:
            return self._made(result)
        finally:
            run.frame, run.here = None, -1

    def _made(self, result: Any) -> Any:
        if not traces(*self.inputs):
            made = Array(result) if type(result) is np.ndarray and result.dtype.kind in "fi" else result
        else:
            made = _watched(node_or_block(self.row, result, self.inputs))
        if self.into is None:
            return made
        if type(made) is Array and made.traced:
            self.into.renewed(made)
        return self.into


At = tuple[str, int] | None
"""Of which text a call or an operator is, by its digest, and in which of its lines; None in code of other cells. To ask
a frame for its line takes long, as Python tells everybody who listens (engine/audit.py).
"""


def at_once(run: Recording, function: Any, row: Op, inputs: tuple[Any, ...], line: int) -> Callable[[], Any] | None:
    """What the user's frame is to call where there are but arrays and ordinary numbers: NumPy computes, and it gives
    back the result with its nodes. None for all else.
    """
    of = taken(inputs)
    if of is None:
        return None
    call = run, row, inputs, of, line
    run.computing.append(call)
    return map(_computed, (call,), starmap(function, (of[0],))).__next__


def _computed(call: tuple[Recording, Op, tuple[Any, ...], Taken, int], result: Any) -> Any:
    """What NumPy gave, with its nodes."""
    run, row, inputs, of, line = call
    computing = run.computing
    if computing and computing[-1] is call:
        computing.pop()
    else:  # what has told of a warning has computed as well, and that has raised
        computing[:] = [one for one in computing if one is not call]
    made = given(row, result, of, line) if lenient() else None
    return Native(None, row, inputs, None, line).made(run, result) if made is None else made


@cache
def row_of_ufunc(ufunc: np.ufunc, count: int) -> Op | None:
    """The row of a universal function of so many numbers in double precision, if it gives one."""
    row = TABLE.get(UFUNCS.get(ufunc.__name__, ""))
    if row is None or row.arity != count or ufunc.signature is not None:
        return None
    return row if f"{'d' * count}->d" in ufunc.types else None


def row_of(function: Any, args: tuple[Any, ...]) -> Op | None:
    """The row of an operator, or of a universal function, that NumPy computes; None for what is done otherwise."""
    row = ROWS.get(function) or IN_PLACE.get(function)
    if row is not None and _of_python(function, args):
        return None
    if row is None and type(function) is np.ufunc and function.nout == 1:
        row = TABLE.get(UFUNCS.get(function.__name__, ""))
    if row is None or row.arity != len(args):
        return None
    return row if all(type(one) in _NUMBERS or isinstance(one, np.generic) for one in args) else None


def _of_python(function: Any, args: tuple[Any, ...]) -> bool:
    """Whether one of the operands is a list or a tuple, and the other no number or array of NumPy's: Python repeats the
    one, or refuses. It repeats it as often as a whole number of NumPy's says, too.
    """
    others = [plain_of(one) for one in args if type(one) is not list and type(one) is not tuple]
    repeats = function is operator.mul or function is operator.imul
    numpys = (np.ndarray, np.inexact) if repeats else (np.ndarray, np.generic)
    return len(others) < len(args) and not any(isinstance(one, numpys) for one in others)


_NUMBERS = frozenset({Number, Array, np.ndarray, float, int, bool, complex, list, tuple})


ALIKE = frozenset(
    {
        *(operator.add, operator.sub, operator.mul, operator.truediv, operator.neg),
        *(operator.iadd, operator.isub, operator.imul, operator.itruediv),
    }
)
"""What gives the same bits in Python's arithmetic and in NumPy's double precision."""
QUIET = (1e-300, 1e300)
"""Between these, and between their negatives, a result gives NumPy no reason to say anything."""
DOUBLE = frozenset({float, np.float64})


def quickly(function: Any, row: Op, args: tuple[Any, ...]) -> Any:
    """A single number in double precision, of which NumPy has nothing to say; NotImplemented for all else."""
    if function not in ALIKE:
        return NotImplemented
    numbers = [one.number if type(one) is Number else one for one in args]
    if not DOUBLE.issuperset(map(type, numbers)):
        return NotImplemented
    try:
        result = function(*map(float, numbers))
    except ZeroDivisionError:
        return NotImplemented
    if not QUIET[0] < abs(result) < QUIET[1]:
        return NotImplemented
    parents = tuple([one if type(one) is Number else constant(one) for one in args])
    return _watched(make(Number, row, np.float64(result), parents))


def natively(run: Recording, function: Any, row: Op, args: tuple[Any, ...], frame: FrameType, line: int = -1) -> Any:
    """What the user's frame is to call."""
    if any(type(one) is np.ndarray and one.dtype == object for one in args):  # NumPy asks each object in turn
        return partial(function, *args)
    into = args[0] if function in IN_PLACE and type(args[0]) is Array else None
    if into is not None:
        into.memory.written()
        other = array_of(args[1])
        shared = type(other) is Array and other.memory is into.memory
        inputs: tuple[Any, ...] = (into.copy("K"), other.copy("K") if shared else other)
    else:
        inputs = tuple([one if type(one) is Array else array_of(one) for one in args])
    run.passages.append(Native(frame, row, inputs, into, line))
    return partial(function, *[plain_of(one) for one in args])


def _watched(made: Any) -> Any:
    """What is not finite any more may raise."""
    if not lenient():
        for node in nodes_in(made):
            TESTS["isfinite"](node)
    return made


def lenient() -> bool:
    """Whether NumPy only warns of what is no number, or says nothing."""
    global _seen
    filters = warnings.filters
    errors, list_then, count, first, answer = _seen
    if list_then is filters and count == len(filters) and first is filters[0] and errors is _errors():
        return answer
    errs = any(what == "error" and issubclass(RuntimeWarning, kind) for what, _, kind, *_ in filters)
    answer = not errs and {"warn", "ignore"}.issuperset(np.geterr().values())
    if filters:  # a list of filters grows at its front
        _seen = _errors(), filters, len(filters), filters[0], answer
    return answer


_errors: Any = getattr(getattr(getattr(np, "_core", None), "umath", None), "_extobj_contextvar", None)
_errors = object if _errors is None else _errors.get
"""Gives what NumPy shall do about what is no number: another object wherever that is another, or may be."""
_seen: tuple[Any, Any, int, Any, bool] = (None, None, 0, None, True)
"""That object and the filters of warnings when they were looked at last: their list, its length and its first; and the
answer then.
"""
