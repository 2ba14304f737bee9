"""NumPy's functions and methods of arrays that are made of rows of the op table: sums and means, differences, bounds,
order, norms. The number is NumPy's own, to the last digit; the derivative is that of the steps.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from . import products
from .arrays import Array, array_of, escape_all, plain_of, traces
from .elementwise import accumulated, node_or_block, reduced
from .functions import FUNCTIONS, decided, made_here, stands_for
from .gathered import as_array, compared, kept
from .library_numbers import of_steps
from .ops import TABLE
from .ufuncs import round_to
from .value import Value

INFINITY = float("inf")


def _steps(*functions: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def keep(steps: Callable[..., Any]) -> Callable[..., Any]:
        call = of_steps(steps)
        for name in functions:
            if (found := getattr(np, name, None)) is not None:
                FUNCTIONS[found] = functools.partial(call, found)
        return steps

    return keep


def _reduction(name: str, ufunc: Any) -> Callable[..., Any]:
    def ours(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, **options: Any) -> Any:
        if out is not None:
            return NotImplemented
        if dtype is not None:
            options["dtype"] = dtype
        return reduced(ufunc, as_array(a), axis, **options)

    def bounded(a: Any, axis: Any = None, out: Any = None, **options: Any) -> Any:
        return ours(a, axis, None, out, **options)

    return ours if name in ("sum", "prod") else bounded


for _name, _ufunc in (("sum", np.add), ("prod", np.multiply), ("min", np.minimum), ("max", np.maximum)):
    stands_for(_name, f"a{_name}")(_reduction(_name, _ufunc))


def _running(ufunc: Any) -> Callable[..., Any]:
    def ours(a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
        if dtype is not None or out is not None:
            return NotImplemented
        found = as_array(a)
        return accumulated(ufunc, found.reshaped(np.ravel) if axis is None else found, 0 if axis is None else axis)

    return ours


stands_for("cumsum")(_running(np.add))
stands_for("cumprod")(_running(np.multiply))


@_steps("mean")
def mean(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, *, keepdims: Any = False) -> Any:
    """The mean along an axis, or of all elements."""
    found = as_array(a)
    if dtype is not None or out is not None or not found.buffer.size:
        return NotImplemented
    total = reduced(np.add, found, axis, keepdims=keepdims)
    return np.true_divide(total, found.buffer.size // max(_size(total), 1))


def _size(found: Any) -> int:
    return found.buffer.size if type(found) is Array else int(np.size(plain_of(found)))


def variance(a: Any, axis: Any, ddof: Any, keepdims: Any) -> Any:
    """The mean square distance from the mean; ``ddof`` is taken off the number of elements."""
    found = as_array(a)
    off: Any = found - mean(found, axis, keepdims=True)
    total = reduced(np.add, off * off, axis, keepdims=keepdims)
    return np.true_divide(total, max(found.buffer.size // max(_size(total), 1) - ddof, 0))


@_steps("var")
def var(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: Any = 0, keepdims: Any = False, **more: Any
) -> Any:
    """The variance along an axis, or of all elements."""
    if dtype is not None or out is not None or more or traces(ddof) or _size(as_array(a)) <= ddof:
        return NotImplemented
    return variance(a, axis, ddof, keepdims)


@_steps("std")
def std(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: Any = 0, keepdims: Any = False, **more: Any
) -> Any:
    """The standard deviation along an axis, or of all elements."""
    if dtype is not None or out is not None or more or traces(ddof) or _size(as_array(a)) <= ddof:
        return NotImplemented
    return np.sqrt(variance(a, axis, ddof, keepdims))


@_steps("average")
def average(a: Any, axis: Any = None, weights: Any = None) -> Any:
    """The mean, weighted."""
    if weights is None:
        return mean(a, axis)
    found, heavy = as_array(a), as_array(weights)
    if found.buffer.shape != heavy.buffer.shape:
        return NotImplemented
    return np.true_divide(reduced(np.add, found * heavy, axis), reduced(np.add, heavy, axis))


@_steps("ptp")
def ptp(a: Any, axis: Any = None) -> Any:
    """From the least to the greatest."""
    found = as_array(a)
    return reduced(np.maximum, found, axis) - reduced(np.minimum, found, axis)


@_steps("diff")
def diff(a: Any, n: Any = 1, axis: Any = -1) -> Any:
    """The differences of neighbours, ``n`` times."""
    made = as_array(a)
    for _ in range(plain_of(n)):
        last = made.reshaped(lambda found: np.moveaxis(found, axis, -1))
        made = (last[..., 1:] - last[..., :-1]).reshaped(lambda found: np.moveaxis(found, -1, axis))
    return made


@_steps("trapezoid", "trapz")
def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: Any = -1) -> Any:
    """The area under a line through points."""

    def turned(found: Any) -> Any:
        return found.reshaped(lambda one: np.moveaxis(one, axis, -1))

    found, points = turned(as_array(y)), None if x is None else as_array(x)
    width = dx if points is None else diff(points if points.buffer.ndim == 1 else turned(points))
    return reduced(np.add, width * (found[..., 1:] + found[..., :-1]) / 2.0, axis=-1)


@_steps("outer")
def outer(a: Any, b: Any) -> Any:
    """Each element of one times each of the other."""
    left, right = (as_array(one).reshaped(np.ravel) for one in (a, b))
    return left[:, None] * right


@_steps("trace")
def trace(a: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1) -> Any:
    """The sum of the diagonal."""
    diagonal = as_array(a).reshaped(lambda found: np.diagonal(found, offset, axis1, axis2))
    return reduced(np.add, diagonal.copy(), axis=-1)


@_steps("kron")
def kron(a: Any, b: Any) -> Any:
    """The product of Kronecker, of two vectors or two matrices."""
    left, right = as_array(a), as_array(b)
    if left.buffer.ndim != right.buffer.ndim or left.buffer.ndim not in (1, 2):
        return NotImplemented
    if left.buffer.ndim == 1:
        return (left[:, None] * right).reshaped(np.ravel)
    product = left[:, None, :, None] * right[None, :, None, :]
    rows, columns = np.multiply(left.buffer.shape, right.buffer.shape).tolist()
    return product.reshaped(lambda found: found.reshape(rows, columns))


@_steps("cross")
def cross(a: Any, b: Any) -> Any:
    """The cross product of vectors of three."""
    x, y = as_array(a), as_array(b)
    if x.buffer.shape[-1:] != (3,) or y.buffer.shape[-1:] != (3,):
        return NotImplemented

    def turned(found: Any, by: int) -> Any:
        return found.reshaped(lambda one: np.roll(one, by, axis=-1))

    return turned(x, -1) * turned(y, -2) - turned(x, -2) * turned(y, -1)


@_steps("clip")
def clip(a: Any, a_min: Any = None, a_max: Any = None, out: Any = None, *, min: Any = None, max: Any = None) -> Any:
    """Each element held between two bounds, of which one may be missing."""
    if out is not None:
        return NotImplemented
    bounds = (a_min if min is None else min, a_max if max is None else max)
    low, high = (
        none if bound is None else array_of(bound) for none, bound in zip((-INFINITY, INFINITY), bounds, strict=True)
    )
    found = array_of(a)
    if not any(isinstance(one, np.ndarray) for one in (found, low, high)):
        found = found if isinstance(found, Value) else np.float64(found)
    return _clipped(found, low, high)


def _clipped(found: Any, low: Any, high: Any) -> Any:
    return node_or_block(TABLE["clip"], np.clip(*map(plain_of, (found, low, high))), (found, low, high))


@_steps("round", "around")
def rounded(a: Any, decimals: Any = 0, out: None = None) -> Any:
    """Each element rounded, in NumPy's way: scaled, rounded to a whole number, scaled back."""
    found = array_of(a)
    if isinstance(found, Value):
        return round_to(found, decimals)
    if found.dtype.kind != "f":
        return found.copy() if plain_of(decimals) >= 0 else NotImplemented
    scale, places = found.dtype.type(10.0 ** abs(int(decimals))), int(decimals)
    scaled = found if not places else found * scale if places > 0 else found / scale
    whole = node_or_block(TABLE["round"], np.rint(scaled.buffer), (scaled, 0))
    return whole if not places else whole / scale if places > 0 else whole * scale


def _order(found: Array, axis: int, order: Any) -> None:
    """That elements stand in this order is what they decide."""
    in_order = found.reshaped(lambda one: np.take_along_axis(one, order, axis))
    last = in_order.reshaped(lambda one: np.moveaxis(one, axis, -1))
    low, high = last[..., :-1], last[..., 1:]
    _before(low, high)
    _numbers(found)


def _before(low: Array, high: Array) -> None:
    """That some elements are below others is decided; where two are equal, which of them comes first is NumPy's."""
    below = low.buffer < high.buffer
    compared(0, below, low, high)
    if not below.all():
        compared(1, low.buffer <= high.buffer, low, high)


def _numbers(found: Array) -> None:
    """Where some elements are no numbers, which these are decides too: whatever else they become is not compared."""
    if np.isnan(found.buffer).any():
        compared(5, found.buffer >= found.buffer, found, found)


def _axis(found: Any, axis: Any) -> tuple[Any, int]:
    found = as_array(found)
    return (found.reshaped(np.ravel), 0) if axis is None else (found, int(plain_of(axis)))


@stands_for("sort")
def sort(a: Any, axis: Any = -1, **options: Any) -> Any:
    """The elements in order."""
    if options:
        return NotImplemented
    found, at = _axis(a, axis)
    order = np.argsort(found.buffer, axis=at, kind="stable")
    if found.traced:
        _order(found, at, order)
    return kept(np.sort(found.buffer, axis=at), np.take_along_axis(found.apart(), order, at), found)


@stands_for("argsort")
def argsort(a: Any, axis: Any = -1, **options: Any) -> Any:
    """The places of the elements in order."""
    found, at = _axis(a, axis)
    order = np.argsort(found.buffer, axis=at, **options)
    if found.traced:
        _order(found, at, order)
    return order


@stands_for("median")
def median(a: Any, axis: Any = None, **options: Any) -> Any:
    """The middle element, or the mean of the two in the middle."""
    found = as_array(a)
    if options or not traces(a) or not _size(found) or np.isnan(found.buffer).any():
        return NotImplemented
    return _median(np.median, a, axis)


@of_steps
def _median(a: Any, axis: Any) -> Any:
    found, at = _axis(a, axis)
    count = found.buffer.shape[at]
    last = sort(found, at).reshaped(lambda one: np.moveaxis(one, at, -1))
    return mean(last[..., (count - 1) // 2 : count // 2 + 1], -1)


def _extreme(name: str, *, largest: bool) -> None:
    function = getattr(np, name)

    @stands_for(name)
    def ours(a: Any, axis: Any = None, **options: Any) -> Any:
        if options:
            return NotImplemented
        found, at = _axis(a, axis)
        place = function(found.buffer, axis=at)
        if found.traced and found.buffer.shape[at] > 1:
            best = found.reshaped(lambda one: np.take_along_axis(one, np.expand_dims(place, at), at))
            beside = np.arange(found.buffer.shape[at] - 1)
            beside = np.moveaxis(beside + (beside >= np.expand_dims(np.asarray(place), -1)), -1, at)
            others = found.reshaped(lambda one: np.take_along_axis(one, beside, at))
            _before(*(others, best) if largest else (best, others))
            _numbers(found)
        return place


_extreme("argmax", largest=True)
_extreme("argmin", largest=False)


def _truth(name: str) -> None:
    function = getattr(np, name)

    @stands_for(name)
    def ours(a: Any, *args: Any, **options: Any) -> Any:
        return function(decided(as_array(a)), *args, **options)


for _name in ("any", "all", "nonzero", "count_nonzero", "flatnonzero", "argwhere"):
    _truth(_name)


@stands_for("linspace")
def linspace(start: Any, stop: Any, num: Any = 50, endpoint: Any = True, **options: Any) -> Any:
    """``num`` numbers from one to another."""
    escape_all(num)
    if options or not traces(start, stop):
        return NotImplemented if options else made_here(np.linspace, start, stop, num, endpoint)
    return _linspace(np.linspace, start, stop, plain_of(num), endpoint)


@of_steps
def _linspace(start: Any, stop: Any, num: Any, endpoint: Any) -> Any:
    parts = num - 1 if endpoint else num
    ends = plain_of(start), plain_of(stop)
    if parts < 1 or any(map(np.ndim, ends)) or np.result_type(*ends, 1.0) != np.float64:
        return NotImplemented
    made = Array(np.arange(num, dtype=float)) * np.true_divide(np.subtract(stop, start), parts) + start
    if endpoint and traces(stop):
        made.store(-1, stop)
    return made


for _name in ("dot", "inner", "vdot", "tensordot", "einsum"):
    FUNCTIONS[getattr(np, _name)] = getattr(products, _name)


@of_steps
def _norm(x: Any, ord: Any = None, axis: Any = None, keepdims: Any = False) -> Any:
    found = as_array(x)
    if axis is None and (ord is None or (ord == 2 and found.buffer.ndim == 1) or ord == "fro"):
        flat = found.reshaped(np.ravel)
        made = np.sqrt(products.dot(flat, flat))
        return np.reshape(made, (1,) * found.buffer.ndim) if keepdims else made
    if isinstance(axis, int) or (axis is None and found.buffer.ndim == 1):
        if ord in (None, 2):
            return np.sqrt(reduced(np.add, found * found, axis, keepdims=keepdims))
        if ord == 1:
            return reduced(np.add, abs(found), axis, keepdims=keepdims)
        if ord in (INFINITY, -INFINITY):
            return reduced(np.maximum if ord > 0 else np.minimum, abs(found), axis, keepdims=keepdims)
    return NotImplemented


FUNCTIONS[np.linalg.norm] = functools.partial(_norm, np.linalg.norm)
