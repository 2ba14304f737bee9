"""Plain numbers with a memory: what the names of a traced cell hold while other code of the notebook runs.

They are floats and ints, to JSON, NumPy and everybody else, and so is what is computed of them. They also know the node
that they are the number of: ``a.grad``, ``L.backward()`` and ``draw_dot(L)`` work as in the lecture.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from . import record
from .number import Number
from .value import Value


class Memory:
    """What such a number has beside being one. It is a snapshot: ``data`` is the number itself, always."""

    __slots__ = ()

    node: Number

    @property
    def data(self) -> Any:
        """The number."""
        return self.node_kind(self)

    @data.setter
    def data(self, data: Any) -> None:
        name = self.node.label or "this"
        raise AttributeError(
            f"{name} is the number {self.node_kind(self)!r}: write {name} = ..., or make it a Value({self.data!r})"
        )

    @property
    def grad(self) -> float:
        """The gradient of the last root by this number; nan where that is not known."""
        return self.node.gradient

    @grad.setter
    def grad(self, grad: float) -> None:
        self.node.gradient = grad
        record.note_writing()

    @property
    def label(self) -> str:
        """The name that people call it by."""
        return self.node.label

    @label.setter
    def label(self, label: str) -> None:
        self.node.label = label

    @property
    def _prev(self) -> tuple[Any, ...]:
        return self.node._prev

    @property
    def _op(self) -> str:
        return self.node._op

    def backward(self) -> None:
        """Fill ``grad`` of every number that this one depends on, as a Value's ``backward`` does."""
        self.node.backward()

    @property
    def node_kind(self) -> type:
        """The plain kind: float or int."""
        return type(self).__mro__[2]

    def __copy__(self) -> Any:
        return self

    def __deepcopy__(self, _: Any) -> Any:
        return self

    def __reduce_ex__(self, _: Any) -> Any:
        return self.node_kind, (self.node_kind(self),)

    def __repr__(self) -> str:
        return repr(self.node_kind(self))

    def __str__(self) -> str:
        return str(self.node_kind(self))


class _Kind(type):
    """The class of such a number: it is called, compared and asked as the plain kind is (``statistics`` coerces by
    ``issubclass``).
    """

    plain: type

    def __call__(cls, *args: Any, **named: Any) -> Any:
        return cls.plain(*args, **named)

    def __instancecheck__(cls, found: Any) -> bool:
        return isinstance(found, cls.plain)

    def __subclasscheck__(cls, kind: type) -> bool:
        return issubclass(kind, cls.plain)

    def __eq__(cls, other: object) -> bool:
        return other is cls or other is cls.plain

    def __hash__(cls) -> int:
        return hash(cls.plain)


def _kind(kind: type) -> type:
    """The class for one kind of number, which prints as that kind does."""
    made = _Kind(kind.__name__, (Memory, kind), {"__module__": kind.__module__, "__doc__": kind.__doc__})
    made.__qualname__, made.plain = kind.__qualname__, kind
    return made


_KINDS: dict[type, Any] = {kind: _kind(kind) for kind in (float, int)}
"""None of NumPy's kinds: of a class that is not its own NumPy makes an array of objects."""


def with_memory(node: Number) -> Any:
    """The number of a node, as a plain one that remembers it; of a kind that none remembers, the number alone."""
    kind = _KINDS.get(type(node.number))
    if kind is None:
        return node.number
    made = kind.__new__(kind, node.number)
    made.node = node
    return made


def remembered(found: Any) -> Any:
    """The node that a plain number with a memory is the number of; anything else as it is."""
    return found.node if isinstance(found, Memory) else found


def alone(node: Value) -> Any:
    """The number of a node, as an object of its own, so that it can be told from others of the same number."""
    number = node.number
    if isinstance(number, np.generic):
        return number.copy()
    return float.fromhex(number.hex()) if type(number) is float else number
