"""Python's operators on Arrays, which are made of NumPy's universal functions (elementwise.py)."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from . import record
from .arrays import Array, array_of, escape_all, plain_of, traces
from .elementwise import answered, apply_ufunc, elementwise, in_its_place, node_or_block
from .number import Number
from .ops import TABLE
from .ufuncs import RELATIONS, UFUNCS
from .value import Value


def _operator(ufunc: Any, compute: Callable[..., Any], *, reflected: bool = False) -> Callable[..., Any]:
    name = ufunc.__name__

    def method(self: Array, *others: Any) -> Any:
        if any(isinstance(other, (list, tuple)) for other in others):
            others = tuple(map(array_of, others))
        if not reflected and not _KNOWN.issuperset(map(type, others)) and any(map(_asks_to_be_asked, others)):
            return NotImplemented
        inputs = (*others, self) if reflected else (self, *others)
        if record.running is None or any(type(other) is Value for other in others):
            return apply_ufunc(ufunc, "__call__", inputs, {})
        if name in RELATIONS or name not in UFUNCS:
            numbers = compute(*map(plain_of, inputs))
            return answered(name, numbers, inputs) if isinstance(numbers, (np.ndarray, np.generic)) else numbers
        return elementwise(ufunc, inputs, compute)

    return method


_KNOWN = frozenset({Array, Number, Value, np.ndarray, np.float64, float, int, bool})


def _asks_to_be_asked(other: Any) -> bool:
    """Whether an object wants to do itself what an array does with it, as its class says to NumPy."""
    kind = type(other)
    if issubclass(kind, (np.ndarray, np.generic, Value)):
        return False
    if hasattr(kind, "__array_ufunc__"):
        return kind.__array_ufunc__ is None
    return getattr(kind, "__array_priority__", 0) > 0


def _in_place(ufunc: Any) -> Callable[..., Any]:
    def method(self: Array, other: Any) -> Any:
        numbers, other = self.buffer, array_of(other)
        if not (self.traced or traces(other)) or ufunc.__name__ not in UFUNCS:
            self.memory.written()
            escape_all(self, other)
            ufunc(numbers, plain_of(other), out=(numbers,))
            return self
        result = in_its_place(numbers, ufunc, numbers, plain_of(other))
        made = node_or_block(TABLE[UFUNCS[ufunc.__name__]], result, (self, other))
        self.store(..., made, result)
        return self

    return method


_BINARY: dict[str, Any] = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "truediv": np.true_divide,
    "floordiv": np.floor_divide,
    "mod": np.remainder,
    "pow": np.power,
    "and": np.bitwise_and,
    "or": np.bitwise_or,
    "xor": np.bitwise_xor,
    "lshift": np.left_shift,
    "rshift": np.right_shift,
}


def _divided(left: Any, right: Any) -> Any:
    """``divmod``, which refuses and warns in its own words."""
    divmod(plain_of(left), plain_of(right))
    with np.errstate(all="ignore"):
        return left // right, left % right


def _divmod(self: Array, other: Any) -> Any:
    return _divided(self, other)


def _rdivmod(self: Array, other: Any) -> Any:
    return _divided(other, self)


def _matmul(self: Array, other: Any) -> Any:
    return apply_ufunc(np.matmul, "__call__", (self, other), {})


def _rmatmul(self: Array, other: Any) -> Any:
    return apply_ufunc(np.matmul, "__call__", (other, self), {})


def _imatmul(self: Array, other: Any) -> Any:
    numbers, other = self.buffer, array_of(other)
    result = numbers.copy(order="K")
    result @= plain_of(other)  # raises as in place
    if self.traced or traces(other):
        self.store(..., apply_ufunc(np.matmul, "__call__", (self, other), {}), result)
    else:
        self.memory.written()
        numbers[...] = result
    return self


def _converted(kind: Any) -> Callable[..., Any]:
    def method(self: Array) -> Any:
        if self.buffer.size == 1 and not self.buffer.ndim:
            return kind(self[()])
        for node in self.nodes().values():
            record.lose(node)
        return kind(self.buffer)

    return method


OPERATORS: dict[str, Callable[..., Any]] = {
    "__divmod__": _divmod,
    "__rdivmod__": _rdivmod,
    "__matmul__": _matmul,
    "__rmatmul__": _rmatmul,
    "__imatmul__": _imatmul,
    "__float__": _converted(float),
    "__int__": _converted(int),
    "__complex__": _converted(complex),
}
"""The methods of an Array that Python's operators call, by name."""

for _name, _ufunc in _BINARY.items():
    _plain = getattr(operator, f"{_name}_" if _name in ("and", "or") else _name)
    OPERATORS[f"__{_name}__"] = _operator(_ufunc, _plain)
    OPERATORS[f"__r{_name}__"] = _operator(_ufunc, _plain, reflected=True)
    OPERATORS[f"__i{_name}__"] = _in_place(_ufunc)
for _name, _ufunc in (
    *(("neg", np.negative), ("pos", np.positive), ("abs", np.absolute), ("invert", np.invert)),
    *(("lt", np.less), ("le", np.less_equal), ("eq", np.equal), ("ne", np.not_equal)),
    *(("gt", np.greater), ("ge", np.greater_equal)),
):
    OPERATORS[f"__{_name}__"] = _operator(_ufunc, getattr(operator, _name))
