"""Arrays of Values: what NumPy makes of numbers that remember.

NumPy keeps Values in arrays of objects, and its own loops over objects know neither how to mix Values with plain
floats nor how to take a sine. An ``Array`` is such an array that computes element by element with the op table, in
NumPy's order, and that prints as the array of floats would. It comes about while a cell is traced, where NumPy is
asked for an array of Values, and by arithmetic between a Value and an array.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import record
from .node import SAME
from .ops import TABLE
from .ufuncs import RELATIONS, TESTS, number_of, scalar
from .value import Value, constant, is_real, make, operate

Objects = np.ndarray[Any, np.dtype[np.object_]]
_add: Any = np.add
WIDE = (np.float64, np.int64)
"""What numbers of a graph are computed in."""


class Array(np.ndarray):
    """An array of objects with Values among them. ``dtype`` is object; ``shape`` as ever."""

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        return apply_ufunc(ufunc, method, inputs, options)

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        if function is np.where and len(args) == 3:
            return where(*args)
        if function in (np.dot, np.inner) and len(args) == 2:
            return (dot if function is np.dot else inner)(*args)
        if function is np.round:
            return np.asarray(args[0]).view(Array).round(*args[1:], **options)
        return lifted(super().__array_function__(function, types, args, options))

    def round(self, decimals: Any = 0, out: None = None) -> Any:  # type: ignore[override]
        """Each element rounded to so many decimals."""
        return _each(lambda item: round_to(item, decimals), self)

    def astype(self, dtype: Any, *options: Any, **named: Any) -> Any:
        """The same in another kind of number; in any but double precision the numbers leave the graph."""
        if np.dtype(dtype) == np.float64:
            return _floated(self.copy(), floats=True)
        plain = plain_array(self).astype(dtype, *options, **named)
        nodes = {id(item): item for item in self.flat if isinstance(item, Value)}
        for node in nodes.values():
            record.escape(node)
        if record.running is not None and plain.dtype.kind not in "iub":  # those decide
            record.running.touch(plain, nodes)
        return plain

    def mean(self, axis: Any = None, *_: Any, keepdims: bool = False, **__: Any) -> Any:  # type: ignore[override]
        """The mean along an axis, or of all elements."""
        total = _add.reduce(self, axis=axis, keepdims=keepdims)
        return np.true_divide(total, self.size // max(np.size(total), 1))

    def var(self, axis: Any = None, *_: Any, ddof: float = 0, keepdims: bool = False, **__: Any) -> Any:  # type: ignore[override]
        """The variance along an axis, or of all elements; ``ddof`` is taken off their number."""
        off = self - self.mean(axis, keepdims=True)
        total = _add.reduce(off * off, axis=axis, keepdims=keepdims)
        return np.true_divide(total, max(self.size // max(np.size(total), 1) - ddof, 0))

    def std(self, axis: Any = None, *_: Any, ddof: float = 0, keepdims: bool = False, **__: Any) -> Any:  # type: ignore[override]
        """The standard deviation along an axis, or of all elements."""
        return np.sqrt(self.var(axis, ddof=ddof, keepdims=keepdims))

    def dot(self, other: Any, out: Any = None) -> Any:
        """The product of two vectors or matrices."""
        return dot(self, other)

    def __repr__(self) -> str:
        return repr(_floats(self))

    def __str__(self) -> str:
        return str(_floats(self))

    def __format__(self, spec: str) -> str:
        return format(_floats(self), spec)


def _floats(array: Objects) -> Any:
    """The array of plain numbers, on its way into text."""
    if record.running is not None:
        record.running.say(next((item for item in reversed(np.ravel(array)) if isinstance(item, Value)), None))
    return plain_array(array)


def plain_array(array: Any) -> Any:
    """The same array with plain numbers, of the dtype that NumPy finds for them."""
    flat = [_number(item) for item in np.ravel(np.asarray(array))]
    return np.array(flat).reshape(np.shape(array))


def holds_values(found: Any) -> bool:
    """Whether there is a Value in an array, or in a list or a tuple, however deep."""
    if isinstance(found, np.ndarray):
        return found.dtype == object and any(isinstance(item, Value) for item in found.flat)
    return isinstance(found, (list, tuple)) and any(isinstance(item, Value) or holds_values(item) for item in found)


def lifted(result: Any) -> Any:
    """An array of objects that holds Values, as an Array; a lone element as itself; anything else as it is."""
    if isinstance(result, np.ndarray) and result.dtype == object:
        if result.ndim == 0:
            return result[()]
        return result.view(Array) if holds_values(result) else result.view(np.ndarray)
    if type(result) in (list, tuple):
        return type(result)(map(lifted, result))
    return result


def array_of(nested: Any) -> Any:
    """A list or a tuple with Values in it as an Array; anything else as it is. One float among them makes all of them
    floats, as in any array.
    """
    if not isinstance(nested, (list, tuple)) or not holds_values(nested):
        return nested
    return _floated(lifted(np.array(nested, dtype=object)))


def _number(item: Any) -> Any:
    return item.number if isinstance(item, Value) else item


def _floated(array: Objects, *, floats: bool = False) -> Objects:
    """Make the elements what they would be in an array of numbers: one float makes all of them floats, and they are
    NumPy's.
    """
    floats = floats or any(isinstance(_number(item), (float, np.floating)) for item in array.flat)
    if floats or all(
        isinstance(_number(item), (int, np.integer)) and abs(_number(item)) < 2**63 for item in array.flat
    ):
        array.flat[:] = [_as(item, np.float64 if floats else np.int64) for item in array.flat]
    return array


def _as(item: Any, kind: type[np.generic]) -> Any:
    if not isinstance(item, Value):
        return kind(item)
    return item if isinstance(item.number, kind) else make(type(item), SAME, kind(item.number), (item,))


def where(condition: Any, yes: Any, no: Any) -> Any:
    """``np.where`` with Values: the chosen elements themselves."""
    if not any(isinstance(choice, Value) or holds_values(choice) for choice in (yes, no)):
        return np.where(_objects(condition).astype(bool), yes, no)
    plainly = np.where(_objects(condition).astype(bool), *(settled(choice) for choice in (yes, no)))
    if plainly.dtype not in WIDE:  # single precision, complex, text: no graph goes through it
        record.escape(None)
        return plainly
    if isinstance(yes, (list, tuple, np.ndarray)) or isinstance(no, (list, tuple, np.ndarray)) or np.ndim(condition):
        both = np.broadcast_arrays(*map(_objects, (condition, yes, no)))
        result = np.empty(both[0].shape, dtype=object)
        result.flat[:] = [y if c else n for c, y, n in zip(*(each.flat for each in both), strict=True)]
        return _floated(lifted(result), floats=plainly.dtype == np.float64)
    return _floated(_objects(yes if condition else no), floats=plainly.dtype == np.float64)[()]


def clip(array: Any, low: Any, high: Any) -> Any:
    """``np.clip`` of an array with Values in it, or between such bounds: a bound of None is missing."""
    none = [bound is None for bound in (low, high)]
    items, lows, highs = np.broadcast_arrays(*map(_objects, (array, low, high)))
    result = np.empty(items.shape, dtype=object)
    for place in np.ndindex(*items.shape):
        bounds = [None if missing else each[place] for missing, each in zip(none, (lows, highs), strict=True)]
        item = items[place]
        if not isinstance(item, Value) and any(isinstance(bound, Value) for bound in bounds):
            item = constant(np.float64(item))
        held: Any = item
        result[place] = held.clip(*bounds) if isinstance(item, Value) else np.clip(item, *bounds)
    return _floated(lifted(result)) if result.ndim else result[()]


def dot(left: Any, right: Any) -> Any:
    """``left @ right`` for vectors and matrices; a product with a single number as well."""
    x, y = _objects(left), _objects(right)
    if x.ndim == 0 or y.ndim == 0:
        return np.multiply(left, right)
    if x.ndim > 2 or y.ndim > 2:
        return lifted(np.dot(x, y))
    if x.shape[-1] != y.shape[0]:
        raise ValueError(f"shapes {x.shape} and {y.shape} not aligned: {x.shape[-1]} != {y.shape[0]}")
    exact = np.dot(plain_array(x), plain_array(y))
    rows, columns = x.reshape(-1, x.shape[-1]), y.reshape(y.shape[0], -1)
    result = np.empty((len(rows), columns.shape[1]), dtype=object)
    for place in np.ndindex(*result.shape):
        pairs = zip(rows[place[0]], columns[:, place[1]], strict=True)
        result[place] = total = _folded(np.add, [scalar(np.multiply, pair) for pair in pairs], None, paired=False)
        if isinstance(total, Value):  # the machine's own order of summing may differ in the last place
            total.number = exact.reshape(result.shape)[place]
    return lifted(result.reshape(x.shape[:-1] + y.shape[1:]))


def inner(left: Any, right: Any) -> Any:
    """``np.inner``: the products of the last axes."""
    y = _objects(right)
    return dot(left, np.moveaxis(y, -1, -2) if y.ndim > 1 else right)


def round_to(item: Any, decimals: Any) -> Any:
    """``np.round`` of one element, in NumPy's way: scaled, rounded to a whole number, scaled back."""
    if not isinstance(item, Value):
        return np.round(item, decimals)
    kind = type(item.number) if isinstance(item.number, np.floating) else np.float64
    row, scale = TABLE["round"], kind(10.0 ** abs(int(decimals)))
    if isinstance(item.number, (int, np.integer)) and decimals >= 0:
        return item
    scaled = item if decimals == 0 else item * scale if decimals > 0 else item / scale
    rounded = operate(type(item), row, lambda x, _: np.rint(x), (scaled, constant(0)))
    return rounded if decimals == 0 else rounded / scale if decimals > 0 else rounded * scale


def apply_ufunc(ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """A NumPy function called on Values, or on arrays and Values: on each element, as NumPy computes it (inf and nan,
    no exceptions). Into an array of floats (``w *= x``) only the numbers go: there the Values leave the graph.
    """
    (out,) = options.get("out") or (None,)
    if out is not None and out.dtype != object:
        nodes = {id(item): item for found in inputs for item in _items(found) if isinstance(item, Value)}
        if record.running is not None:
            record.running.touch(out, nodes)
            record.running.parted.update(nodes)
        return getattr(ufunc, method)(*map(number_of, inputs), **options)
    if record.running is None and not any(type(item) is Value for argument in inputs for item in _items(argument)):
        return getattr(ufunc, method)(*map(settled, inputs), **options)
    inputs = tuple(map(_bare, inputs))
    if any(map(_narrow, inputs)) and np.result_type(*map(settled, inputs)) not in WIDE:
        return getattr(ufunc, method)(*map(number_of, inputs), **options)
    if ufunc is np.matmul and all(np.ndim(argument) in (1, 2) for argument in inputs):
        return dot(*inputs)
    if ufunc.signature is not None or method not in ("__call__", "reduce", "accumulate", "outer"):
        return lifted(getattr(ufunc, method)(*inputs, **options))
    if method in ("reduce", "accumulate"):
        return _over_axis(ufunc, method, inputs[0], **options)
    if method == "outer":
        left, right = map(_objects, inputs)
        inputs = (left.reshape(left.shape + (1,) * right.ndim), right)
    if not any(isinstance(argument, (np.ndarray, list, tuple)) for argument in inputs):
        return scalar(ufunc, inputs)
    cells = np.broadcast(*map(_objects, inputs))
    result = np.empty(cells.shape, dtype=object)
    result.flat[:] = [scalar(ufunc, arguments) for arguments in cells]
    if out is not None:
        out[...] = result
        return out
    if result.ndim == 0:
        return result[()]
    return result.astype(bool) if ufunc.__name__ in RELATIONS or ufunc.__name__ in TESTS else lifted(result)


def _over_axis(ufunc: np.ufunc, method: str, array: Any, axis: Any = 0, **options: Any) -> Any:
    """A reduction or a running one, element by element along one axis or over all."""
    keep, initial = options.get("keepdims", False), options.get("initial")
    cells = _objects(array)
    axes = range(cells.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    axes = tuple(one % cells.ndim for one in axes) if cells.ndim else ()
    if options.get("where", True) is not True:
        return getattr(ufunc, method)(cells, axis=axis, **options)
    if method == "accumulate":
        result = np.empty(cells.shape, dtype=object)
        for place in np.ndindex(*cells.shape[: axes[0]], *cells.shape[axes[0] + 1 :]):
            line = (*place[: axes[0]], slice(None), *place[axes[0] :])
            running: list[Any] = []
            for item in cells[line]:
                running.append(scalar(ufunc, (running[-1], item)) if running else item)
            result[line] = running
        return lifted(result)
    kept = [place for place in range(cells.ndim) if place not in axes]
    lines = cells.transpose([*kept, *axes]).reshape([*(cells.shape[place] for place in kept), -1])
    result = np.empty(lines.shape[:-1], dtype=object)
    # NumPy sums the elements that lie side by side in memory in pairs, and everything else one after the other.
    paired = ufunc is np.add and (cells.ndim - 1 in axes or not kept)
    for place in np.ndindex(*result.shape):
        result[place] = _folded(ufunc, list(lines[place]), initial, paired=paired)
    if keep:
        result = result.reshape([1 if place in axes else size for place, size in enumerate(cells.shape)])
    return lifted(result)


def _folded(ufunc: np.ufunc, items: list[Any], initial: Any, *, paired: bool) -> Any:
    def both(x: Any, y: Any) -> Any:
        return scalar(ufunc, (x, y))

    if initial is not None and is_real(initial):
        items = [initial, *items]
    if not items:
        return ufunc.reduce(np.array([], dtype=float))
    total = _in_pairs(items, both) if paired and len(items) >= _UNROLLED else _in_turn(items, both)
    if ufunc is np.add and len(items) > 1 and isinstance(total, Value):
        total.number = total.number + 0.0 if isinstance(total.number, float) else total.number  # a sum of -0.0 is 0.0
    return total


_UNROLLED, _BLOCK = 8, 128
"""How many running sums NumPy keeps, and how many elements it sums before it halves (``pairwise_sum`` in its
``loops_utils.h.src``): so the last digit of ``x.sum()`` is what it is without us.
"""


def _in_turn(items: list[Any], both: Callable[[Any, Any], Any]) -> Any:
    total = items[0]
    for item in items[1:]:
        total = both(total, item)
    return total


def _in_pairs(items: list[Any], both: Callable[[Any, Any], Any]) -> Any:
    count = len(items)
    if count < _UNROLLED:
        return _in_turn(items, both)
    if count > _BLOCK:
        half = count // 2
        half -= half % _UNROLLED
        return both(_in_pairs(items[:half], both), _in_pairs(items[half:], both))
    whole = count - count % _UNROLLED
    sums = [_in_turn(items[place:whole:_UNROLLED], both) for place in range(_UNROLLED)]
    while len(sums) > 1:
        sums = [both(sums[place], sums[place + 1]) for place in range(0, len(sums), 2)]
    return _in_turn([sums[0], *items[whole:]], both)


def _each(function: Callable[[Any], Any], array: Objects) -> Any:
    result = np.empty(array.shape, dtype=object)
    result.flat[:] = [function(item) for item in array.flat]
    return lifted(result)


def _bare(argument: Any) -> Any:
    return argument.view(np.ndarray) if isinstance(argument, Array) else argument


def settled(argument: Any) -> Any:
    """Outside of a traced cell wrapped numbers are just numbers."""
    if isinstance(argument, Value):
        record.use(argument)
        return argument.number
    if not holds_values(argument):
        return _bare(argument)
    for item in _items(argument):
        record.use(item)
    return plain_array(argument)


def _narrow(argument: Any) -> bool:
    """Whether an array's numbers are of a kind in which a sum or a product may come out otherwise than in ours. Those
    of single precision are taken one by one as they are.
    """
    return isinstance(argument, np.ndarray) and argument.dtype not in (*WIDE, np.float32, np.bool_, np.object_)


def _items(argument: Any) -> Any:
    if isinstance(argument, np.ndarray):
        return argument.flat if argument.dtype == object else ()
    return np.ravel(np.array(argument, dtype=object)) if isinstance(argument, (list, tuple)) else (argument,)


def _objects(argument: Any) -> Objects:
    if isinstance(argument, np.ndarray) and argument.dtype == np.float32:
        singles = np.empty(argument.shape, dtype=object)
        singles.flat[:] = list(argument.flat)
        return singles
    if isinstance(argument, (np.ndarray, list, tuple)):
        return np.asarray(argument, dtype=object)
    box = np.empty((), dtype=object)
    box[()] = argument
    return box


def _ufunc(_: Value, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
    return apply_ufunc(ufunc, method, inputs, options)


def _round(self: Value, decimals: Any = 0, out: None = None) -> Any:
    """The number rounded as ``np.round`` does."""
    return round_to(self, decimals)


setattr(Value, "__array_ufunc__", _ufunc)  # noqa: B010
setattr(Value, "round", _round)  # noqa: B010
