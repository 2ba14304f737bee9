"""Number: what a cell's plain number becomes while it is traced.

A Number is a Value that behaves as the number it holds: it compares, hashes, prints, formats and converts as a
``float`` or an ``int`` would, so that ordinary code does not notice. While a cell runs, whatever takes the number out
of the graph is written down as a guard. Outside of a traced cell its arithmetic gives plain numbers: nothing spreads
through the notebook.
"""

from __future__ import annotations

import math
import numbers
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from . import record
from .node import SAME, Node, itself
from .ops import TABLE, Op
from .ufuncs import METHODS, UFUNCS, round_to
from .value import OPERATORS, UNARY, Value, compare, constant, is_real, make, operate, whole


class Face(Value):
    """A Number seen as a node: equal to itself alone, as the seed's ``trace`` needs it when it collects nodes in a set.

    It has no state of its own: number, gradient and label are the Number's.
    """

    __slots__ = ("_of",)

    _of: Number

    def __init__(self, of: Number) -> None:
        self._of = of
        self.row, self.parents, self.serial, self.line, self.strict, self.past = (
            of.row,
            of.parents,
            of.serial,
            of.line,
            of.strict,
            (),
        )

    @property
    def _prev(self) -> tuple[Any, ...]:
        return self._of._prev


def _through(name: str) -> property:
    return property(lambda face: getattr(face._of, name), lambda face, number: setattr(face._of, name, number))


for _slot in ("number", "gradient", "label"):
    setattr(Face, _slot, _through(_slot))


class Number(Value):
    """A number that remembers; see the module's text. Made by the magic, not by hand."""

    __slots__ = ("_face",)

    _face: Face

    def __init__(self, data: float, label: str = "") -> None:
        leaf = make(Number, _LEAF, data, ())
        for slot in ("number", "gradient", "row", "parents", "serial", "line", "strict", "past"):
            setattr(self, slot, getattr(leaf, slot))
        self.label = label

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        """``isinstance(v, float)`` holds for a wrapped float (``type(v) is float`` does not)."""
        return type(self.number)

    @property
    def _prev(self) -> tuple[Any, ...]:
        return tuple(face(parent) for parent in super()._prev)

    def __eq__(self, other: object) -> Any:
        return NotImplemented if type(other) is Value else compare(2, self, other)

    def __ne__(self, other: object) -> Any:
        return NotImplemented if type(other) is Value else compare(3, self, other)

    def __hash__(self) -> int:
        record.escape(self)
        return hash(self.number)

    def __bool__(self) -> bool:
        return bool(compare(3, self, 0))

    def __repr__(self) -> str:
        return _text(self, repr)

    def __str__(self) -> str:
        return _text(self, str)

    def __format__(self, spec: str) -> str:
        return _text(self, format, spec)

    def __float__(self) -> float:
        record.lose(self)
        return float(self.number)

    def __int__(self) -> int:
        return whole(0, self)

    def __trunc__(self) -> int:
        math.trunc(self.number)  # not every kind of number that NumPy has knows this
        return whole(0, self)

    def __index__(self) -> int:
        if not isinstance(self.number, (int, np.integer)):
            raise TypeError(f"'{type(self.number).__name__}' object cannot be interpreted as an integer")
        return whole(0, self)

    def __floor__(self) -> int:
        return whole(1, self)

    def __ceil__(self) -> int:
        return whole(2, self)

    def __round__(self, digits: Any = None) -> Any:
        if digits is None:
            return whole(3, self)
        if record.running is None or not isinstance(digits, (int, np.integer)):
            record.use(self)
            return round(self.number, plain(digits))
        if isinstance(self.number, np.floating):
            return round_to(self, digits)
        return operate(Number, TABLE["round"], round, (self, digits if isinstance(digits, Value) else constant(digits)))

    def __divmod__(self, other: Any) -> Any:
        return _divided(self, other)

    def __rdivmod__(self, other: Any) -> Any:
        return _divided(other, self)

    def __complex__(self) -> complex:
        record.lose(self)
        return complex(self.number)

    @property
    def real(self) -> Number:
        """The number itself, as a float has it."""
        return self

    @property
    def imag(self) -> Any:
        """0, as a float has it."""
        return self.number.imag

    def conjugate(self) -> Number:
        """The number itself."""
        return self

    def __copy__(self) -> Number:
        return self

    def __deepcopy__(self, _: Any) -> Number:
        return self

    def __reduce__(self) -> Any:
        record.lose(self)
        return type(self.number), (self.number,)

    __reduce_ex__ = lambda self, _: self.__reduce__()  # noqa: E731

    if TYPE_CHECKING:  # what else a number has

        def __getattr__(self, name: str) -> Any: ...


def _of_plain(number: Number, name: str) -> Any:
    """What else a float or an int can do (``is_integer``, ``bit_length``) is asked of the plain number, which leaves
    the graph; a whole number is guarded.
    """
    refused = None
    try:
        found = getattr(number.number, name)
    except AttributeError as error:
        refused = error.with_traceback(None)
    if refused is not None:  # raised here it stands behind what the cell handles
        raise refused
    if name in _ITSELF:
        return lambda *place: make(Number, SAME, found(*place), (number,))
    if name == "T":
        return number
    if name not in _OF_THE_KIND:
        if isinstance(number.number, (int, np.integer)):
            number.__index__()
        else:
            (record.escape if name == "is_integer" else record.lose)(number)
    return found


def _asked(name: str) -> property:
    """``__getattr__`` would do, but a class that has one is slower to give what is its own."""
    return property(lambda number: _of_plain(number, name))


for _name in {*dir(0.0), *dir(0), *dir(np.float64(0)), *dir(np.int64(0))} - {*dir(Number)}:
    if not _name.startswith("_"):
        setattr(Number, _name, _asked(_name))
NAMES = frozenset(dir(Number))
"""What a number may have."""
_OF_THE_KIND = frozenset(["shape", "ndim", "size", "dtype", "itemsize", "nbytes", "strides", "base", "flags"])
"""What is the same for all numbers of one kind."""
_ITSELF = frozenset(("item", "tolist"))
"""What gives the number itself, as one of Python's."""
_LEAF = Value(0.0).row


def face(node: Node) -> Node:
    """The node that stands for ``node`` where nodes are told apart by identity: itself, but for a Number."""
    if type(node) is not Number:
        return node
    try:
        return node._face
    except AttributeError:
        node._face = Face(node)
        return node._face


def node_of(value: Node) -> Node:
    """The node behind a face, or behind the same number in another kind."""
    return itself(value._of if type(value) is Face else value)


def plain(value: Any) -> Any:
    """The plain number in a Value, anything else as it is. What it passes for (``__class__``) is not asked."""
    return value.number if issubclass(type(value), Value) else value


def _text(number: Number, write: Callable[..., str], *spec: str) -> str:
    """The number as text, which may become a number again."""
    text = write(number.number, *spec)
    record.use(number)
    if record.running is not None:
        record.running.say(number, text)
    return text


def _divided(left: Any, right: Any) -> Any:
    """``divmod``, which refuses and warns in its own words."""
    if all(is_real(plain(one)) or not hasattr(type(one), "__rdivmod__") for one in (left, right)):
        divmod(plain(left), plain(right))
    with np.errstate(all="ignore"):
        return left // right, left % right


def _outside(row: Op, apply: Callable[..., Any], left: Any, right: Any) -> Any:
    """Arithmetic where no cell is traced: a graph that somebody writes out goes on, a Number is just its number."""
    record.use(left)
    record.use(right)
    if type(left) is Value or type(right) is Value:
        nodes = [side if type(side) is Value else constant(plain(side)) for side in (left, right)]
        return operate(Value, row, apply, (nodes[0], nodes[1]))
    return apply(plain(left), plain(right))


def _traced(row: Op, apply: Callable[..., Any], left: Any, right: Any, other: Any) -> Any:
    if isinstance(other, Value):  # a number and a Value that somebody writes out make a Value, as without us
        return operate(Number if type(other) in (Number, Face) else Value, row, apply, (left, right))
    if type(other) is np.bool_:  # which counts as 0 or 1, of the number's own kind
        mine = (right if left is other else left).number
        node = constant((type(mine) if isinstance(mine, np.generic) else np.int64)(other))
        return operate(Number, row, apply, (node, right) if left is other else (left, node))
    if type(other) is float or is_real(other):
        node = constant(other)
        return operate(Number, row, apply, (node, right) if left is other else (left, node))
    if isinstance(other, numbers.Number):
        record.lose(right if left is other else left)
        return apply(plain(left), plain(right))
    return NotImplemented


def _binary(row: Op) -> tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]:
    apply = row.apply

    def forward(self: Number, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            return NotImplemented
        return _outside(row, apply, self, other) if record.running is None else _traced(row, apply, self, other, other)

    def reflected(self: Number, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            return NotImplemented
        return _outside(row, apply, other, self) if record.running is None else _traced(row, apply, other, self, other)

    return forward, reflected


def _function(row: Op) -> Callable[..., Any]:
    inherited = getattr(Value, row.name if row.name not in UNARY.values() else f"__{row.name}__")

    def method(self: Number, *others: Any) -> Any:
        if record.running is not None:
            return inherited(self, *others)
        for each in (self, *others):
            record.use(each)
        return row.apply(*map(plain, (self, *others)))

    method.__doc__ = inherited.__doc__
    return method


def _of_whole(name: str) -> Callable[..., Any]:
    """An operator of whole numbers alone (``&``, ``<<``, ``~``): computed on the ints, which are guarded."""

    def method(self: Number, *others: Any) -> Any:
        if not isinstance(self.number, int):
            return NotImplemented if others else getattr(operator, name)(self.number)  # which refuses it
        return getattr(int, name)(
            self.__index__(), *[other.__index__() if isinstance(other, Number) else other for other in others]
        )

    return method


def _power_modulo(power: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """``pow(x, y, m)`` is of whole numbers alone, and computed on the ints, which are guarded."""

    def forward(self: Number, other: Any, modulo: Any = None) -> Any:
        if modulo is None:
            _stays_whole(self, other)
            return power(self, other)
        return pow(*(each.__index__() if isinstance(each, Number) else each for each in (self, other, modulo)))

    return forward


# What Python itself says of a number that it refuses names the class; there is but one name for ints and floats.
Number.__name__ = Number.__qualname__ = "float"
setattr(Number, "__doc__", property(lambda number: type(number.number).__doc__))  # noqa: B010
for _dunder, _name in OPERATORS.items():
    _forward, _reflected = _binary(TABLE[_name])
    setattr(Number, f"__{_dunder}__", _forward)
    setattr(Number, f"__r{_dunder}__", _reflected)


def _power_of(power: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def reflected(self: Number, other: Any) -> Any:
        _stays_whole(other, self)
        return power(self, other)

    return reflected


def _stays_whole(base: Any, exponent: Any) -> None:
    """A whole number to the power of one below 0 is a float: that is another kind, which code may ask for."""
    if type(exponent) is Number and isinstance(exponent.number, int) and isinstance(plain(base), int):
        compare(5, exponent, 0)


setattr(Number, "__pow__", _power_modulo(Number.__pow__))  # noqa: B010
setattr(Number, "__rpow__", _power_of(Number.__rpow__))  # noqa: B010
for _dunder, _name in UNARY.items():
    setattr(Number, f"__{_dunder}__", _function(TABLE[_name]))
for _name in METHODS:
    if UFUNCS[_name] == _name:
        setattr(Number, _name, _function(TABLE[_name]))
for _name in ("and", "or", "xor", "lshift", "rshift"):
    setattr(Number, f"__{_name}__", _of_whole(f"__{_name}__"))
    setattr(Number, f"__r{_name}__", _of_whole(f"__r{_name}__"))
setattr(Number, "__invert__", _of_whole("__invert__"))  # noqa: B010
