"""The methods of an Array, and what NumPy's functions do when they are given one by other code."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from . import arrays, record
from .array_operators import OPERATORS
from .arrays import WIDE, Array, escape_all, nodes_in, plain_of
from .elementwise import node_or_block
from .flat import Flat
from .functions import FUNCTIONS
from .gathered import kept
from .ops import TABLE
from .reductions import sort
from .value import whole


def apply_function(function: Any, args: Any, options: Any) -> Any:
    """A function of NumPy's that was given an Array outside of the notebook's own code."""
    ours = FUNCTIONS.get(function) if record.running is not None else None
    made = ours(*args, **options) if ours is not None else NotImplemented
    if made is NotImplemented:
        for node in nodes_in([*args, *options.values()]):
            record.lose(node)
        return function(*map(plain_of, args), **{name: plain_of(one) for name, one in options.items()})
    return made


def _method(name: str, function: Any) -> Callable[..., Any]:
    def method(self: Array, *args: Any, **named: Any) -> Any:
        if record.running is None:
            own = getattr(plain_of(self), name)
            return own(*map(plain_of, args), **{key: plain_of(one) for key, one in named.items()})
        return apply_function(function, (self, *args), named)

    method.__name__, method.__doc__ = name, f"``np.{function.__name__}`` of the array."
    return method


for _name in (
    *("sum", "prod", "min", "max", "cumsum", "cumprod", "mean", "var", "std", "dot", "round", "argsort"),
    *("argmax", "argmin", "any", "all", "nonzero", "ravel", "squeeze", "swapaxes", "take", "repeat", "diagonal"),
    *("trace",),
):
    setattr(Array, _name, _method(_name, getattr(np, _name)))
    FUNCTIONS[getattr(np.ndarray, _name)] = FUNCTIONS[getattr(np, _name)]


def _clip(self: Array, min: Any = None, max: Any = None, out: Any = None, **options: Any) -> Any:
    """``np.clip`` of the array, where either bound may be left out."""
    return np.clip(self, min, max, out, **options)


def _reshape(self: Array, *shape: Any, **named: Any) -> Any:
    escape_all(shape)
    shape = plain_of(shape)
    return self.reshaped(lambda found: found.reshape(*shape, **named))


def _transpose(self: Array, *axes: Any) -> Any:
    return self.reshaped(lambda found: found.transpose(*axes))


def _flatten(self: Array, order: Any = "C") -> Any:
    return self.reshaped(lambda found: found.flatten(order))


def _sort(self: Array, axis: Any = -1, **options: Any) -> None:
    self.buffer.copy().sort(axis, **options)  # which refuses what NumPy refuses
    made = sort(self, axis)
    self.store(..., made, made.buffer)


def _astype(self: Array, dtype: Any, *options: Any, **named: Any) -> Any:
    """The same in another kind of number."""
    buffer = self.buffer.astype(dtype, *options, **named)
    return self if buffer is self.buffer else self.cast(buffer)


def _cast(self: Array, buffer: Any) -> Any:
    """What NumPy has made of it in another kind of number: a whole one decides, and in single precision only a run can
    tell.
    """
    if buffer.dtype.kind in "iu" and self.buffer.dtype.kind == "f":
        for node in self.nodes().values():
            whole(0, node)  # type: ignore[arg-type]
        return Array(buffer)
    if buffer.dtype not in WIDE and buffer.dtype != self.buffer.dtype and self.traced:
        return node_or_block(TABLE["mul"], buffer, (self, 1.0))  # they are rounded: other numbers
    return kept(buffer, None if self.ids is None else self.ids.copy("K"), self)


def _fill(self: Array, value: Any, /) -> None:
    """Every element becomes this one."""
    np.empty_like(self.buffer).fill(plain_of(arrays.array_of(value)))  # which refuses what NumPy refuses
    self.store(..., value)


def _resize(self: Array, *shape: Any, refcheck: Any = True) -> None:
    """More elements, or fewer, in its own memory, while no view shows that."""
    escape_all(shape)
    self.memory.written()
    ids, shape, alone = self.apart().copy("K"), plain_of(shape), sys.getrefcount(self.buffer) == ALONE
    self.buffer.resize(*shape, refcheck=bool(refcheck) and not alone)
    ids.resize(*shape, refcheck=False)
    self.ids, self.memory.whole = ids, False


ALONE = 2
"""So often an array is referred to where nobody but its Array holds it, and who counts that."""


def _tolist(self: Array) -> Any:
    """The elements in lists, as Python's numbers."""
    if not self.buffer.ndim:
        return self.item()
    if self.buffer.ndim > 1:
        return [row.tolist() for row in self]
    plain = self.buffer.tolist()
    if self.ids is None or self.blocks is None:
        return plain
    read = self.blocks.read
    return [read(serial, number) if serial else number for serial, number in zip(self.ids, plain, strict=True)]


def _item(self: Array, *place: Any) -> Any:
    """One element, as Python's number."""
    number = self.buffer.item(*place)
    serial = 0 if self.ids is None else self.ids.item(*place)
    return self.blocks.read(serial, number) if serial and self.blocks is not None else number


def _itself(self: Array, dtype: Any = None, *, copy: Any = None) -> Any:
    """What ``v.__array__()`` gives: the array itself, unless another kind or a copy is asked for."""
    made = self if dtype is None else _astype(self, dtype, copy=False)
    return made.copy() if copy and made is self else made


FUNCTIONS[np.ndarray.__array__] = _itself


def _size(self: Array) -> int:
    size: int = self.buffer.__sizeof__()
    return size


def _reduced(self: Array) -> Any:
    return self.__reduce_ex__(2)


for _name, _ours in (
    *(("clip", _clip), ("reshape", _reshape), ("transpose", _transpose), ("flatten", _flatten), ("sort", _sort)),
    *(("astype", _astype), ("cast", _cast), ("fill", _fill), ("resize", _resize), ("tolist", _tolist), ("item", _item)),
    *(("__sizeof__", _size), ("__reduce__", _reduced)),
    *OPERATORS.items(),
):
    _ours.__name__ = _name
    setattr(Array, _name, _ours)


def _base(self: Array) -> Any:
    """The array whose memory it shows, which is one of those that hold that."""
    base = self.buffer.base
    held = gc.get_referrers(base) if isinstance(base, np.ndarray) else ()
    return next((one for one in held if type(one) is Array and one.buffer is base), base)


def _fill_flat(self: Array, value: Any) -> None:
    Flat(self)[:] = value


def _put_all(self: Array, value: Any) -> None:
    self.store(..., value)


def _lie_so(self: Array, shape: Any) -> None:
    """In place: what was made of the array, or has made it, keeps what stood there as it lay."""
    self.memory.written()
    ids = self.ids
    self.buffer.shape = shape
    if ids is not None:
        ids.shape = shape


for _name, _property in (
    ("shape", property(lambda self: self.buffer.shape, _lie_so)),
    *(("base", property(_base)), ("flat", property(Flat, _fill_flat)), ("real", property(lambda self: self, _put_all))),
    ("T", property(lambda self: self.reshaped(np.transpose))),
    (
        "mT",
        property(lambda self: self.reshaped(lambda found: np.swapaxes(found, -1, -2) if found.ndim > 1 else found.mT)),
    ),
):
    setattr(Array, _name, _property)


def _other(name: str) -> property:
    """What else an array has. ``__getattr__`` would do, but a class that has one is slower to give what is its own."""
    return property(lambda self: self.plainly(name))


for _name in {*dir(np.ndarray)} - {*dir(Array)}:
    setattr(Array, _name, _other(_name))
arrays.dispatch("function", apply_function)

__all__ = ["FUNCTIONS", "apply_function"]
