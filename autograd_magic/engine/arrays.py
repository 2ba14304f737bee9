"""Array: what an array of numbers becomes while a cell is traced.

An Array holds a plain array of NumPy's own kind, and beside each number the serial of its node (blocks.py). NumPy
computes every number: dtype, text, warnings and exceptions are its own. We own the gradient rule alone: which row of
the op table made an element (elementwise.py, products.py), and where elements have gone (functions.py). It answers
``isinstance(v, np.ndarray)`` as Number answers for a float; code that was not made for it is given the plain array.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from . import record
from .blocks import Block, Memory, Source
from .laid import beside, laid
from .node import Node
from .number import Number
from .stretches import Blocks, Ids
from .value import Value

DOUBLE = np.dtype(np.float64)
WIDE = (np.float64, np.int64)
"""What numbers of a graph are computed in; of the others only a run knows what becomes of them."""


class Array:
    """An array that remembers. ``buffer`` is the plain array, ``ids`` are the serials of the nodes, in the same shape
    (None: all are constants); ``memory`` is what it shares with its views.
    """

    __slots__ = ("__weakref__", "_block", "_ids", "buffer", "memory")

    __hash__ = None  # type: ignore[assignment]
    __array_priority__ = 1_000.0

    def __init__(self, buffer: Any, ids: Ids | None = None, memory: Memory | None = None) -> None:
        if ids is not None and (ids.strides != buffer.strides or buffer.itemsize != ids.itemsize):
            ids = laid(ids, buffer)
        _set_buffer(self, buffer)
        _set_ids(self, ids)
        _set_block(self, None)
        _set_memory(self, memory or Memory())

    @classmethod
    def of(cls, block: Block, blocks: Blocks) -> Array:
        """The result of a call all of whose elements have nodes; their serials are written out when they are needed."""
        made: Array = _new(cls)
        _set_buffer(made, block.numbers)
        _set_ids(made, None)
        _set_block(made, block)
        _set_memory(made, Memory(blocks, True, block))
        return made

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return np.ndarray

    # What it is made of.

    @property
    def ids(self) -> Ids | None:
        """The serials of its nodes; None while all are constants."""
        if self.memory.changed is not None:
            self.memory.look()
        if self._block is not None:
            _set_ids(self, laid(self._block.ids, self.buffer))
            _set_block(self, None)
        return self._ids  # type: ignore[no-any-return]

    @ids.setter
    def ids(self, ids: Ids) -> None:
        _set_ids(self, ids)

    @property
    def blocks(self) -> Blocks | None:
        """Where its nodes are found; None while it has none."""
        return self.memory.blocks  # type: ignore[no-any-return]

    @property
    def traced(self) -> bool:
        """Whether an element has a node."""
        if self.memory.changed is not None:
            self.memory.look()
        return bool(self.whole and self.buffer.size) or (self._ids is not None and bool(self._ids.any()))

    @property
    def whole(self) -> bool:
        """Whether all elements have nodes, as far as that is known."""
        return self._block is not None or (self.memory.whole and self._ids is not None)

    def nodes(self) -> dict[tuple[int, ...], Node]:
        """The nodes of its elements, by place."""
        ids, blocks = self.ids, self.blocks
        if ids is None or blocks is None:
            return {}
        places = zip(*map(np.ndarray.tolist, np.nonzero(ids)), strict=True) if ids.ndim else iter([()])
        return {place: blocks.node(int(ids[place])) for place in places if ids[place]}

    def source(self) -> Source:
        """The array as an argument of a block."""
        return Source(self.buffer, self._block or self._ids, self.blocks)

    def view(self, buffer: Any, ids: Ids | None) -> Any:
        """Another array of elements of this one: a view of its memory, or a copy."""
        if buffer is self.buffer:
            return self
        shares = ids is not None and np.may_share_memory(buffer, self.buffer)
        return Array(buffer, ids, self.memory if shares else self.memory_like())

    def memory_like(self) -> Memory:
        """For a copy of its elements."""
        return Memory(self.blocks, whole=self.memory.whole)

    def apart(self) -> Ids:
        """Its serials, which views can share from now on."""
        ids = self.ids
        if ids is None:
            ids = beside(self.buffer)
            self.ids = ids
        return ids

    def reshaped(self, function: Callable[..., Any]) -> Any:
        """What moves elements and computes nothing, done with the numbers and with their serials."""
        buffer = function(self.buffer)
        return self.view(buffer, function(self.apart()))

    def renewed(self, made: Array) -> None:
        """An operator has changed its numbers in place, to those of another array that remembers."""
        blocks = self.memory.blocks = self.blocks or here()
        if made.blocks is not None:
            blocks.also(made.blocks)
        self.memory.whole = self.memory.whole and made.memory.whole
        self.memory.used.extend(made.memory.used)
        self.apart()[...] = made.apart()

    def same_as(self, other: Array) -> bool:
        """Whether another has the same numbers, to the bit, and the same nodes."""
        same = self.traced == other.traced and (not self.traced or np.array_equal(self.apart(), other.apart()))
        return bool(same and self.buffer.tobytes() == other.buffer.tobytes())

    # Elements.

    def __getitem__(self, index: Any) -> Any:
        if type(index) is not int:
            index = chosen(index)
        found = self.buffer[index]
        if not isinstance(found, np.ndarray):
            serial = 0 if self.ids is None else int(self.ids[index])
            return self.blocks.read(serial, found) if serial and self.blocks is not None else found
        return self.view(found, self.apart()[index])

    def __setitem__(self, index: Any, value: Any) -> None:
        buffer, run = self.buffer, record.running
        number = value.number if type(value) is Number else None
        other = type(index) is not int or type(number) not in _DOUBLE
        if other or run is None or buffer.dtype is not DOUBLE or buffer.ndim != 1:
            self.store(index, value)
        else:  # what loops do
            memory, blocks = self.memory, run.blocks or here()
            if memory.used or memory.changed is not None:
                memory.written()
            buffer[index] = number
            serial = value.serial
            blocks.nodes[serial] = value
            if memory.blocks is not blocks:
                memory.blocks = memory.blocks or blocks
                memory.blocks.also(blocks)
            ids = self._ids
            (self.apart() if ids is None else ids)[index] = serial

    def __delitem__(self, index: Any) -> None:
        del self.buffer[chosen(index)]  # which refuses it

    def store(self, index: Any, value: Any, numbers: Any = None) -> None:
        """Write elements, and where they came from; ``numbers`` are what is written when that is known already."""
        index, value = chosen(index), array_of(value)
        plain = plain_of(value) if numbers is None else numbers
        self.memory.written()
        self.buffer[index] = plain
        ids, blocks = self.ids_for(value)
        if ids is None and self.ids is None:
            return
        if blocks is not None:
            self.memory.blocks = self.blocks or here()
            self.memory.blocks.also(blocks)
        self.memory.whole = self.memory.whole and ids is not None and isinstance(value, Value)
        self.apart()[index] = 0 if ids is None else ids

    def ids_for(self, value: Any) -> tuple[Any, Blocks | None]:
        """The serials of what is written here, and where their nodes are: it becomes a number of this kind."""
        ids, blocks = ids_of(value)
        kind, numbers = self.buffer.dtype, np.asarray(plain_of(value))
        if ids is None or numbers.dtype == kind:
            return ids, blocks
        with np.errstate(all="ignore"):  # NumPy has warned
            made = Array(numbers, np.asarray(ids), Memory(blocks)).cast(numbers.astype(kind))
        return ids_of(made)

    def __iter__(self) -> Iterator[Any]:
        if not self.buffer.ndim:
            raise TypeError("iteration over a 0-d array")
        return (self[place] for place in range(len(self.buffer)))

    def __len__(self) -> int:
        return len(self.buffer)

    def __contains__(self, item: Any) -> bool:
        return bool((self == item).any())

    if TYPE_CHECKING:  # what methods.py gives it besides

        def __getattr__(self, name: str) -> Any: ...

    def plainly(self, name: str) -> Any:
        """What else an array has. A method that is not ours is called on the plain array, by way of the door."""
        found = getattr(self.buffer, name)
        if callable(found) and callable(getattr(np.ndarray, name, None)):
            return Method(self, name)
        if record.running is not None and name in _WINDOWS:
            record.running.touch(found, {}, self)
        for node in self.nodes().values() if name in _PROTOCOL else ():
            record.lose(node)
        return found

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _OWN:
            object.__setattr__(self, name, value)
        elif name in _LAID and (nodes := self.nodes()):
            self.memory.written()
            setattr(self.buffer, name, value)
            self.memory.whole = False
            for node in nodes.values():  # other numbers stand there now
                record.lose(node)
            _set_ids(self, None)
        else:
            setattr(self.buffer, name, value)

    # As text, as a number, as something else.

    def __repr__(self) -> str:
        self._say()
        return repr(self.buffer)

    def __str__(self) -> str:
        self._say()
        return str(self.buffer)

    def __format__(self, spec: str) -> str:
        self._say()
        return format(self.buffer, spec)

    def _say(self) -> None:
        if record.running is not None and self.traced:
            record.running.say([*self.nodes().values()][-1])

    def __bool__(self) -> bool:
        if self.buffer.size == 1:
            return bool(self.flat[0] != 0)
        return bool(self.buffer)

    def __index__(self) -> int:
        for node in self.nodes().values():
            record.escape(node)
        return self.buffer.__index__()  # type: ignore[no-any-return]

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        for node in self.nodes().values():
            record.lose(node)
        return np.array(self.buffer, dtype=dtype)

    def __copy__(self) -> Any:
        return self.copy()

    def __deepcopy__(self, _: Any) -> Any:
        return self.copy()

    def __reduce_ex__(self, protocol: Any) -> Any:
        for node in self.nodes().values():
            record.lose(node)
        return self.buffer.__reduce_ex__(protocol)

    def copy(self, order: Any = "C") -> Any:
        """The same elements in memory of their own."""
        ids = None if self.ids is None else self.ids.copy(order)
        return Array(self.buffer.copy(order), ids, self.memory_like())

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        return _dispatch["ufunc"](ufunc, method, inputs, options)

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        return _dispatch["function"](function, args, options)


Array.__name__ = Array.__qualname__ = "numpy.ndarray"  # in what Python says of it
_new: Any = object.__new__
_set_buffer, _set_ids, _set_block, _set_memory = (
    vars(Array)[slot].__set__ for slot in ("buffer", "_ids", "_block", "memory")
)
_DOUBLE = (float, np.float64)
_WINDOWS = frozenset(("data", "ctypes"))
"""Through these other code reads and writes the numbers."""
_PROTOCOL = frozenset(("__array_interface__", "__array_struct__"))
_LAID = frozenset(("data", "dtype", "strides"))
"""What says how the memory is read."""
_OWN = frozenset(("buffer", "ids", "memory", "shape", "flat", "real"))


class Method:
    """A method of the plain array. The door calls it with plain numbers; to other code the numbers are lost."""

    def __init__(self, array: Array, name: str) -> None:
        self.array, self.__name__, self.native = array, name, getattr(np.ndarray, name)

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Called by other code."""
        for node in nodes_in([self.array, *args, *named.values()]):
            record.lose(node)
        self.array.memory.written()
        return self.native(*map(plain_of, (self.array, *args)), **{name: plain_of(one) for name, one in named.items()})


_dispatch: dict[str, Callable[..., Any]] = {}
"""How a universal function, and another function of NumPy's, is applied to Arrays: elementwise.py and functions.py."""


def dispatch(kind: str, apply: Callable[..., Any]) -> None:
    """Arrays are applied to functions of a kind (``ufunc``, ``function``) by this."""
    _dispatch[kind] = apply


def here() -> Blocks:
    """The blocks of the running recording."""
    run = record.running
    if run is None:
        return Blocks()
    if run.blocks is None:
        run.blocks = Blocks()
    return run.blocks  # type: ignore[no-any-return]


def array_of(nested: Any) -> Any:
    """A list or a tuple with numbers that remember in it as an Array; anything else as it is."""
    if type(nested) not in (list, tuple) or not traces(nested) or _has_values(nested):
        return nested
    plain: Any = np.array(plain_of(nested))
    if plain.dtype.kind not in "fiu":
        return forgetful(plain, nested)
    blocks = here()
    ids: Any = np.array(_ids_inside(nested, blocks), dtype=np.int64)
    if plain.dtype not in WIDE:
        record.escape(None)
    return Array(plain, ids, Memory(blocks))


def _ids_inside(found: Any, blocks: Blocks) -> Any:
    if type(found) is Array:
        if found.blocks is not None:
            blocks.also(found.blocks)
        return found.apart()
    if isinstance(found, Value):
        return blocks.put(found)
    if isinstance(found, (list, tuple)):
        return [_ids_inside(item, blocks) for item in found]
    return np.zeros(np.shape(found), np.int64) if isinstance(found, np.ndarray) else 0


def traces(*found: Any) -> bool:
    """Whether there is a number that remembers among some things, or in one of them."""
    for one in found:
        kind = type(one)
        if kind is Array:
            if one.traced:
                return True
        elif isinstance(one, Value) or (kind in (list, tuple) and traces(*one)):
            return True
    return False


def _has_values(found: Any) -> bool:
    """Whether a list has Values that the user has made: an array of them is one of objects, as without us."""
    return type(found) is Value or (type(found) in (list, tuple) and any(map(_has_values, found)))


def plain_of(found: Any) -> Any:
    """The same with plain numbers and arrays. Outside of a traced cell they are just numbers, which are used."""
    kind = type(found)
    if kind is Array:
        if record.used is not None:
            for node in found.nodes().values():
                record.use(node)
        return found.buffer
    if isinstance(found, Value):
        record.use(found)
        return found.number
    if kind in (list, tuple):
        return kind(map(plain_of, found))
    return found


def chosen(index: Any) -> Any:
    """An index with plain numbers: those that remember choose elements, and are not moved without a run."""
    if type(index) in (Array, tuple, list) or isinstance(index, Value):
        escape_all(index)
        return plain_of(index)
    return index


def ids_of(found: Any) -> tuple[Any, Blocks | None]:
    """The serials beside a number or an array (None: constants), and where their nodes are."""
    if type(found) is Array:
        return (found.ids, found.blocks) if found.traced else (None, None)
    if isinstance(found, Value):
        blocks = here()
        return blocks.put(found), blocks
    return None, None


def nodes_in(found: Any) -> Iterator[Node]:
    """The nodes in a number, an array, a list, a slice."""
    if type(found) is Array:
        yield from found.nodes().values()
    elif isinstance(found, Value):
        yield found
    elif isinstance(found, (list, tuple)):
        for item in found:
            yield from nodes_in(item)
    elif isinstance(found, slice):
        yield from nodes_in((found.start, found.stop, found.step))


def escape_all(*found: Any) -> None:
    """All numbers in some things leave the graph here."""
    for node in nodes_in(found):
        record.escape(node)


def forgetful(made: Any, *found: Any) -> Any:
    """What was made of some things, in a kind of number that cannot remember (complex ones, objects, text)."""
    escape_all(*found)
    if made.dtype.kind != "b":  # which was decided
        record.stored({id(node): node for node in nodes_in(found)}, made)
    return made
