"""Value: a number that remembers how it was made.

This is the seed's and micrograd's class: ``data``, ``grad``, ``label``, ``_prev``, ``_op`` and ``backward()``. A node
holds its parents in order and the row of the op table that made it, and no closures, so that a graph can be
flattened, replayed and sent. Operators and functions are made from the table. A Value is equal to itself alone: two
Values of the same number are two nodes.
"""

from __future__ import annotations

import math
import numbers
import operator
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from . import numbering, record
from .node import CONST, LEAF, Node, ancestors, parents_of
from .ops import BY_SYMBOL, TABLE, Op
from .recording import Kind

_BIGGEST = 2**1000
"""Whole numbers beyond this do not go through a float at all, so they are left to Python."""


NARROW = frozenset({np.int8, np.int16, np.int32, np.uint8, np.uint16, np.uint32, np.uint64})
"""NumPy's whole numbers that end, above or below, where those of a float64 go on."""


class Value(Node):
    """A scalar that remembers how it was made.

    ``data`` is the number, ``grad`` the derivative of the last root on which ``backward()`` was called with respect
    to this node (0.0 before), ``label`` a name for people, ``_prev`` the tuple of its arguments, in order, and
    ``_op`` the symbol of the operation.

    Raises TypeError when ``data`` is no real number.

    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> c = a*b + 10
    >>> c.backward()
    >>> c.data, a.grad, b.grad, c._op
    (4.0, -3.0, 2.0, '+')
    """

    __slots__ = ()

    def __init__(self, data: Any, _children: Iterable[Value] = (), _op: str = "", label: str = "") -> None:
        if isinstance(data, Value):
            data = data.data
        if isinstance(data, (bool, np.bool_)) or not is_real(data):
            raise TypeError(f"a Value holds one real number, not {type(data).__name__} {data!r:.40}")
        parents = tuple(_children)
        self.number = data
        self.gradient = 0.0
        self.label = label
        self.row, self.parents = _row_of(_op, parents)
        self.serial = next(numbering.serials)
        self.strict = True
        self.past = ()
        run = record.running
        self.line = 0 if run is None else run.line()
        if run is not None and not parents:
            run.put(run.place_of_writing(label if isinstance(label, str) else ""), self)

    @property
    def data(self) -> Any:
        """The number. Read by a running cell it leaves the graph, and that is written down as a guard."""
        if record.running is not None:
            record.escape(self)
        return self.number

    @data.setter
    def data(self, data: Any) -> None:
        """Give the node another number. What was made before keeps the old one, what is made from now on sees the new
        one.
        """
        if isinstance(data, Value):
            data = data.data
        if not is_real(data):
            raise TypeError(f"a Value holds one real number, not {type(data).__name__} {data!r:.40}")
        if record.running is not None:
            before, run = self._copy(), record.running
            if id(self) in run.written:
                run.written[id(before)] = before
            run.written[id(self)] = self
            self.past += ((next(numbering.serials), before),)
            self.row, self.parents, self.serial = LEAF, (), next(numbering.serials)
            self.line = run.line()
            for key, leaf in run.leaves.items():
                if leaf is self:
                    run.leaves[key] = before
        self.number = data
        record.note_writing()

    @property
    def grad(self) -> float:
        """The gradient of the last root with respect to this node."""
        if record.running is not None:
            record.escape(None)
            record.running.gradients |= not record.running.swept
        return self.gradient

    @grad.setter
    def grad(self, grad: float) -> None:
        self.gradient = grad.number if isinstance(grad, Value) else grad
        record.note_writing()

    @property
    def _op(self) -> str:
        if self.row is TABLE["pow"] and (power := parents_of(self)[1]).row is CONST:
            return f"**{power.number}"
        return self.row.symbol

    @property
    def _prev(self) -> tuple[Value, ...]:
        parents = parents_of(self)
        return parents[:1] if self._op[2:] and self.row is TABLE["pow"] else parents

    def __repr__(self) -> str:
        if record.running is not None:
            record.running.say(self)
        return f"Value(data={self.number})"

    def backward(self) -> None:
        """Fill ``grad`` of every node that this one depends on with the derivative of this one by it.

        The gradients are cleared first, so calling it twice gives the same numbers.
        """
        if record.running is not None:
            record.running.swept, record.running.passed = True, self
        record.note_writing()
        order = ancestors([self])
        for node in order:
            node.gradient = 0.0
        self.gradient = 1.0
        for node in reversed(order):
            row = node.row
            if not row.partials:
                for parent in parents_of(node):  # made by an operation that nobody knows
                    parent.gradient = math.nan
                continue
            parents, grad, z = parents_of(node), node.gradient, float(node.number)
            if not grad and row.name == "outside":  # whatever its slopes are, nothing comes down here
                continue
            if len(parents) == 2:
                x, y = parents
                a, b = float(x.number), float(y.number)
                by_x, by_y = row.local
                x.gradient += grad * by_x(a, b, z)
                y.gradient += grad * by_y(a, b, z)
            else:
                arguments = [float(parent.number) for parent in parents]
                for parent, local in zip(parents, row.local, strict=True):
                    parent.gradient += grad * local(*arguments, z)

    def _copy(self) -> Value:
        """The same node once more: same number, same arguments, same place in the program."""
        twin: Value = object.__new__(type(self))
        for slot in ("number", "gradient", "label", "row", "parents", "serial", "line", "strict", "past"):
            setattr(twin, slot, getattr(self, slot))
        return twin

    def __reduce_ex__(self, protocol: Any) -> Any:
        """What ``copy`` asks for. The number of a leaf leaves the graph: its copy is a leaf of its own."""
        if self.row is LEAF:
            record.escape(self)
        found: Any = super().__reduce_ex__(protocol)
        found[2][1]["parents"] = parents_of(self)
        return found

    def __setstate__(self, state: Any) -> None:
        own, slots = state
        if own:  # of a class that somebody has made from this one
            vars(self).update(own)
        for slot, found in slots.items():
            setattr(self, slot, found)
        self.serial, self.past = next(numbering.serials), ()
        run = record.running
        if run is not None and self.row is LEAF:
            run.put(run.place_of_writing(self.label if isinstance(self.label, str) else ""), self)

    def __lt__(self, other: Any) -> Any:
        return compare(0, self, other)

    def __le__(self, other: Any) -> Any:
        return compare(1, self, other)

    def __gt__(self, other: Any) -> Any:
        return compare(4, self, other)

    def __ge__(self, other: Any) -> Any:
        return compare(5, self, other)

    def __float__(self) -> float:
        record.escape(self)
        return float(self.number)

    def __int__(self) -> int:
        return whole(0, self)

    def __pos__(self) -> Value:
        return self

    if TYPE_CHECKING:  # what is made from the op table, for type checkers

        def _with(self, other: Any) -> Value: ...

        def _function(self) -> Value: ...

        __add__ = __sub__ = __mul__ = __truediv__ = __floordiv__ = __mod__ = __pow__ = _with
        __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __rfloordiv__ = __rmod__ = __rpow__ = _with
        __neg__ = __abs__ = relu = exp = exp2 = expm1 = log = log2 = log10 = log1p = sqrt = cbrt = square = _function
        sin = cos = tan = asin = acos = atan = sinh = cosh = tanh = asinh = acosh = atanh = _function
        gelu = silu = leaky_relu = gamma = lgamma = sinc = radians = degrees = erfinv = ndtr = ndtri = _function
        sigmoid = softplus = erf = erfc = reciprocal = sign = floor = ceil = trunc = _function
        atan2 = hypot = maximum = minimum = fmax = fmin = fmod = copysign = logaddexp = xlogy = _with


numbers.Real.register(Value)


def is_real(number: object) -> bool:
    """Whether something is a plain real number that a Value can hold (a NumPy scalar is one, an array, a Fraction and
    a span of time, which NumPy counts among whole numbers, are not).
    """
    if isinstance(number, int):
        return -_BIGGEST < number < _BIGGEST
    return isinstance(number, (float, np.floating, np.integer)) and not isinstance(number, np.timedelta64)


def is_plain(found: object) -> bool:
    """Whether something is such a number, and no truth value."""
    return is_real(found) and not isinstance(found, bool)


def make(cls: type[Value], row: Op, data: Any, parents: tuple[Value, ...]) -> Any:
    """The node for ``data``, made by ``row`` from ``parents``; or ``data`` itself where it cannot be in a graph (a
    complex result, a whole number beyond all floats).
    """
    kind = type(data)
    strict = kind is float or kind is int
    if kind is not float and not is_real(data):
        for parent in parents:
            record.lose(parent)
        return data
    node = object.__new__(cls)
    node.number = data
    node.gradient = 0.0
    node.label = ""
    node.row = row
    node.parents = parents
    node.serial = next(numbering.serials)
    node.strict = strict
    node.past = ()
    run = record.running
    node.line = 0 if run is None else run.line()
    if kind is np.float32 or kind is np.float16:  # replays compute in float64, so only a run can tell
        record.escape(None)
    elif not strict and kind in NARROW:  # beyond its largest number it begins again, and a replay does not
        for parent in parents:
            record.escape(parent)
    return node


def constant(number: Any) -> Value:
    """A number that an expression mentions: part of the picture, but nothing to move."""
    return make(Value, CONST, number, ())  # type: ignore[no-any-return]


SEVERAL = frozenset(("pow", "gamma", "lgamma"))
"""The operations that Python refuses in more than one way: only a run can tell with which exception."""


def operate(cls: type[Value], row: Op, apply: Callable[..., Any], parents: tuple[Value, ...]) -> Any:
    """Run one operation on nodes. What Python refuses is written down before it is raised: the cell may catch it."""
    try:
        data = apply(*[parent.number for parent in parents])
    except (ArithmeticError, ValueError):
        run = record.running
        if run is not None:
            run.guard(Kind.RAISED, 0, make(cls, row, float("nan"), parents), None, 1.0)
            if row.name in SEVERAL:
                for parent in parents:
                    record.escape(parent)
        raise
    node = make(cls, row, data, parents)
    if row.raises and record.running is not None and type(node) is cls:
        record.running.refusable.append(node)
    return node


def compare(relation: int, left: Any, right: Any) -> Any:
    """``left`` RELATION ``right`` on the numbers, with a guard for the outcome when a cell runs."""
    if isinstance(right, np.ndarray) or own(right):
        return NotImplemented
    x = left.number
    y = right.number if isinstance(right, Value) else right
    if record.used is not None:
        record.use(left)
        record.use(right)
    outcome = (x < y, x <= y, x == y, x != y, x > y, x >= y)[relation] if is_real(y) else _COMPARE[relation](x, y)
    if outcome is NotImplemented and isinstance(y, numbers.Number):  # which knows the plain one, and not its memory
        outcome = _RELATIONS[relation](x, y)
    if record.running is not None and outcome is not NotImplemented:
        if is_real(y):
            other = right if isinstance(right, Value) else constant(right)
            record.running.guard(Kind.COMPARE, relation, left, other, float(bool(outcome)))
        elif isinstance(y, numbers.Number):
            record.escape(left)
    return outcome


def own(found: Any) -> bool:
    """Whether something is of a class that somebody has written in Python, and no number: it says itself what an
    operator with it gives, and is given the number that remembers.
    """
    kind = type(found)
    return bool(kind.__flags__ & _HEAP) and not isinstance(found, (numbers.Number, np.generic))


_HEAP = 1 << 9
"""Py_TPFLAGS_HEAPTYPE: a class that was made while Python ran."""


_COMPARE: tuple[Callable[[Any, Any], Any], ...] = (
    lambda x, y: x.__lt__(y),
    lambda x, y: x.__le__(y),
    lambda x, y: x == y,
    lambda x, y: x != y,
    lambda x, y: x.__gt__(y),
    lambda x, y: x.__ge__(y),
)


_RELATIONS: tuple[Callable[[Any, Any], Any], ...] = (
    *(operator.lt, operator.le, operator.eq, operator.ne, operator.gt, operator.ge),
)


def whole(rounding: int, node: Value) -> int:
    """The whole number that ``node`` is turned into, with a guard that it stays the same."""
    data = node.number
    record.use(node)
    whole_already = isinstance(data, int)  # of any size, which NumPy does not know
    if not whole_already and not np.isfinite(data):  # Python refuses it, and a run elsewhere need not
        record.escape(node)
        return int(data)
    number = data if whole_already else (int, np.floor, np.ceil, round)[rounding](data)
    if record.running is not None:
        record.running.guard(Kind.WHOLE, rounding, node, None, float(number))
    return int(number)


def _row_of(symbol: str, parents: tuple[Value, ...]) -> tuple[Op, tuple[Value, ...]]:
    """The row for a symbol that somebody wrote; an operation that the table does not know is kept as text, and has no
    gradient.
    """
    if not symbol:
        return (LEAF if not parents else Op("opaque", "", "", ())), parents
    if symbol.startswith("**") and len(parents) == 1:
        try:
            return TABLE["pow"], (parents[0], constant(float(symbol[2:])))
        except ValueError:
            pass
    return BY_SYMBOL.get((symbol, len(parents))) or Op("opaque", symbol, "", ()), parents


def operand(other: Any) -> Any:
    """The other side of an operator as a node; None when it is no number that can be in a graph."""
    if isinstance(other, Value):
        return other
    return constant(other) if is_real(other) else None


def _binary(row: Op) -> tuple[Callable[[Value, Any], Any], Callable[[Value, Any], Any]]:
    apply = row.apply

    def forward(self: Value, other: Any) -> Any:
        node = operand(other)
        return NotImplemented if node is None else operate(Value, row, apply, (self, node))

    def reflected(self: Value, other: Any) -> Any:
        node = operand(other)
        return NotImplemented if node is None else operate(Value, row, apply, (node, self))

    return forward, reflected


def function_of(row: Op) -> Callable[..., Any]:
    """A row of the op table as a method of Values."""

    def method(self: Value, *others: Any) -> Any:
        nodes = (self, *map(operand, others))
        if len(nodes) != row.arity or None in nodes:
            raise TypeError(f"{row.name}() takes {row.arity} numbers: {row.forward}")
        return operate(type(self), row, row.apply, nodes)

    method.__doc__ = f"``{row.forward}``; derivative by each argument: ``{'``, ``'.join(row.partials)}``."
    return method


OPERATORS = {
    "add": "add",
    "sub": "sub",
    "mul": "mul",
    "truediv": "div",
    "pow": "pow",
    "mod": "mod",
    "floordiv": "floordiv",
}
UNARY = {"neg": "neg", "abs": "abs"}

for _dunder, _name in OPERATORS.items():
    _forward, _reflected = _binary(TABLE[_name])
    setattr(Value, f"__{_dunder}__", _forward)
    setattr(Value, f"__r{_dunder}__", _reflected)
for _dunder, _name in UNARY.items():
    setattr(Value, f"__{_dunder}__", function_of(TABLE[_name]))
