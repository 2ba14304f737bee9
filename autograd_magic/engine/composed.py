"""Functions of ``math``, NumPy and SciPy that are no rows of the op table, made of rows.

They take any number of arguments, or work along an axis, or choose among their arguments, so that a picture of them is
a picture of their steps. The number is the library's own, to the last digit; the derivative is that of the steps, and
so are the numbers of a replay.
"""

from __future__ import annotations

import functools
import math
import operator
from bisect import bisect_right
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import numpy as np

from . import record
from .arrays import Array, array_of, plain_of, traces
from .bounds import ALLOWANCE
from .elementwise import node_or_block
from .functions import where
from .gathered import gathered
from .library_numbers import of_steps
from .number import Number, plain
from .ops import TABLE
from .ufuncs import TESTS
from .value import Value, constant, operand, operate

_logaddexp: Any = np.logaddexp

SEQUENCE = (np.ndarray, list, tuple)

Composed = Callable[..., Any]
"""Is called with the library's function and then its arguments."""


def _folded(name: str, numbers: Iterable[Any]) -> Any:
    """A row of two arguments over many numbers, as Python computes it."""
    nodes = list(map(operand, numbers))
    if None in nodes:
        return NotImplemented
    row = TABLE[name]
    return functools.reduce(lambda x, y: operate(Number, row, row.apply, (x, y)), nodes)


@of_steps
def hypot(*sides: Any) -> Any:
    """``math.hypot`` of any number of sides, two at a time: at the origin each derivative is 0."""
    return _folded("hypot", sides if len(sides) > 1 else (*sides, 0.0))


@of_steps
def dist(p: Any, q: Any) -> Any:
    """``math.dist``."""
    sides = [x - y for x, y in zip(p, q, strict=True)]
    return _folded("hypot", sides if len(sides) > 1 else (*sides, 0.0))


@of_steps
def fsum(numbers: Iterable[Any]) -> Any:
    """``math.fsum``. Where a plain sum loses digits that this one keeps, or has no end, only a run can tell."""
    numbers = tuple(numbers)
    made, number = _folded("add", (0.0, *numbers)), math.fsum(plain_of(numbers))
    if isinstance(made, Value) and not (
        TESTS["isfinite"](made) and math.isclose(made.number, number, rel_tol=ALLOWANCE)
    ):
        record.escape(made)
    return made


def extreme(function: Any, *args: Any, **named: Any) -> Any:
    """Python's ``max`` or ``min``: one after the other is compared with the best until then."""
    if type(args[0]) is Number and len(args) == 1:
        args = (args[0].number,)
    try:
        items = iter(args if len(args) > 1 else args[0])
    except TypeError:
        return function(*args, **named)
    best = next(items, items)
    if best is items:
        return function((), **named)
    for item in items:
        best = _better(function, best, item)
    return best


def _better(function: Any, best: Any, item: Any) -> Any:
    """The one that Python keeps; of numbers that remember a node of both. Where the two are of different kinds, which
    of them it is decides.
    """
    parts = [operand(one) for one in (best, item) if type(one) not in (Value, bool)]
    nodes = len(parts) == 2 and None not in parts and Number in (type(best), type(item))
    if not nodes or type(parts[0].number) is not type(parts[1].number):
        compare = operator.gt if function is max else operator.lt
        better = None
        with suppress(TypeError):
            better = bool(compare(item, best))
        if better is None:  # Python says of plain numbers what it has against them
            better = bool(compare(plain(item), plain(best)))
        if not nodes:
            return item if better else best
    row = TABLE["larger" if function is max else "smaller"]
    return operate(Number, row, row.apply, tuple(parts))


def row_of(name: str, x: Any) -> Any:
    """A row of one argument on a number, or on each element of an array."""
    row = TABLE[name]
    if isinstance(x, Value):
        return operate(type(x), row, lambda number: np.float64(row.ieee(float(number))), (x,))
    return node_or_block(row, row.array(x.buffer), (x,)) if type(x) is Array else row.ieee(float(x))


@of_steps
def sinc(x: Any) -> Any:
    """``np.sinc``."""
    return row_of("sinc", array_of(x))


@of_steps
def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    """``np.interp``: which two points a number lies between is a guard."""
    points = _Points(list(xp), list(fp), left, right)
    if period is not None or None in map(operand, (*points.xs, *points.ys, points.left, points.right)):
        return NotImplemented
    if points.plain != sorted(points.plain):  # what NumPy gives then only it knows
        return NotImplemented
    x = array_of(x)
    if not isinstance(x, SEQUENCE):
        return points.at(x)
    x = x if type(x) is Array else np.asarray(x)
    made = gathered([points.at(one) for one in x.flat])
    return made.reshape(x.shape)


class _Points:
    """A line through points, in NumPy's arithmetic."""

    def __init__(self, xs: list[Any], ys: list[Any], left: Any, right: Any) -> None:
        self.xs, self.ys, self.plain = xs, ys, list(map(plain_of, xs))
        self.left, self.right = ys[0] if left is None else left, ys[-1] if right is None else right

    def at(self, x: Any) -> Any:
        """The line's height at one number, in the graph of that number also where it is flat."""
        place, last = bisect_right(self.plain, plain_of(x)) - 1, len(self.xs) - 1
        if place < 0 and x < self.xs[0]:
            return _flat(x, self.left)
        if 0 <= place < last and self.xs[place] < x < self.xs[place + 1]:
            return self._line(x, place, self._slope(place))
        if x == self.xs[place] and (place == last or x < self.xs[place + 1]):
            return self._bend(x, place) if 0 < place < last else _flat(x, self.ys[place])
        if x > self.xs[-1]:
            return _flat(x, self.right)
        return x if x != x else _flat(x, math.nan)  # no number, or points that are in no order

    def _slope(self, place: int) -> Any:
        return np.true_divide(self.ys[place + 1] - self.ys[place], self.xs[place + 1] - self.xs[place])

    def _line(self, x: Any, place: int, slope: Any) -> Any:
        made = slope * (x - self.xs[place]) + self.ys[place]
        if isinstance(made, Value) and not TESTS["isfinite"](made):  # NumPy takes another way there
            record.escape(made)
        return made

    def _bend(self, x: Any, place: int) -> Any:
        """At a point: the least of the slopes between those of both sides, as everywhere in the op table."""
        before, after = self._slope(place - 1), self._slope(place)
        if before * after <= 0:
            return _flat(x, self.ys[place])
        return self._line(x, place, before if abs(before) < abs(after) else after)


def _flat(x: Any, y: Any) -> Any:
    """``y``, which is made of ``x`` all the same: it is so as long as ``x`` stays where it is."""
    if not isinstance(x, Value):
        return y
    return operate(type(x), TABLE["where"], lambda _, chosen, __: chosen, (constant(1.0), operand(y), x))


@of_steps
def logsumexp(a: Any, axis: Any = None, b: Any = None, keepdims: bool = False, return_sign: bool = False) -> Any:
    """``scipy.special.logsumexp``, two at a time: stable wherever a slider goes."""
    a = array_of(a)
    if not isinstance(a, SEQUENCE) or b is not None or return_sign:
        return NotImplemented
    return _logaddexp.reduce(a, axis=axis, keepdims=keepdims)


@of_steps
def log_softmax(x: Any, axis: Any = None) -> Any:
    """``scipy.special.log_softmax``."""
    x = array_of(x)
    return x - _logaddexp.reduce(x, axis=axis, keepdims=True) if isinstance(x, SEQUENCE) else NotImplemented


@of_steps
def softmax(x: Any, axis: Any = None) -> Any:
    """``scipy.special.softmax``."""
    x = array_of(x)
    return np.exp(x - _logaddexp.reduce(x, axis=axis, keepdims=True)) if isinstance(x, SEQUENCE) else NotImplemented


def _normal(steps: Callable[[Any, Any], Any], *, inverse: bool = False) -> Composed:
    """A function of the normal distribution, from that of the standard one and the scale; nan for a scale that is not
    above 0.
    """

    @of_steps
    def call(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
        x, loc, scale = map(array_of, (x, loc, scale))
        scale = (
            where(scale > 0, scale, math.nan) if traces(scale) else np.where(np.greater(scale, 0), scale, math.nan)[()]
        )
        # Nothing is shifted by 0 or scaled by 1: steps that nobody wrote would only stand in the picture.
        moved, scaled = (traces(given) or np.any(np.not_equal(given, idle)) for given, idle in ((loc, 0), (scale, 1)))
        if inverse:
            found = steps(x, scale)
            found = found * scale if scaled else found
            return found + loc if moved else found
        z = x - loc if moved else x
        return steps(z / scale if scaled else z, scale)

    return call


NORMAL: dict[str, Composed] = {
    "cdf": _normal(lambda z, _: row_of("ndtr", z)),
    "sf": _normal(lambda z, _: row_of("ndtr", -z)),
    "logcdf": _normal(lambda z, _: row_of("log_ndtr", z)),
    "logsf": _normal(lambda z, _: row_of("log_ndtr", -z)),
    "pdf": _normal(lambda z, scale: np.exp(-np.square(z) / 2.0) / math.sqrt(2 * math.pi) / scale),
    "logpdf": _normal(lambda z, scale: -np.square(z) / 2.0 - math.log(math.sqrt(2 * math.pi)) - np.log(scale)),
    "ppf": _normal(lambda q, _: row_of("ndtri", q), inverse=True),
    "isf": _normal(lambda q, _: -row_of("ndtri", q), inverse=True),
}
"""Methods of ``scipy.stats.norm`` (NIST Digital Library of Mathematical Functions 7.18; SciPy's conventions)."""

_TABLE: dict[str, Composed] = {
    "math.hypot": hypot,
    "math.dist": dist,
    "math.fsum": fsum,
    "numpy.sinc": sinc,
    "numpy.interp": interp,
    "scipy.logsumexp": logsumexp,
    "scipy.log_softmax": log_softmax,
    "scipy.softmax": softmax,
}


def composed(function: Any) -> Callable[..., Any] | None:
    """The function that takes the place of one of a library, if it is one of those made of rows."""
    home = (getattr(function, "__module__", None) or "").partition(".")[0]
    found = _TABLE.get(f"{home}.{getattr(function, '__name__', '')}")
    return None if found is None else functools.wraps(function)(functools.partial(found, function))
