"""NumPy's universal functions on Arrays: each row of the op table on every element, sums and products along an axis,
and comparisons.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from . import arrays, record
from .arrays import DOUBLE, WIDE, Array, array_of, escape_all, forgetful, here, nodes_in, plain_of, traces
from .blocks import Argument, Block, Memory, Source
from .element_blocks import Elementwise
from .gathered import compared, keep, source
from .lanes import Fold, Running
from .node import CONST, SAME
from .number import Number
from .ops import TABLE, Op
from .stretches import fresh
from .ufuncs import RELATIONS, TESTS, UFUNCS, scalar
from .value import Value, make

Inputs = tuple[Any, ...]
_DOUBLE = frozenset({float, np.float64})


def apply_ufunc(ufunc: np.ufunc, method: str, inputs: Inputs, options: dict[str, Any]) -> Any:
    """A universal function called on Arrays, or on numbers that remember and arrays, as NumPy computes it."""
    made = traced_ufunc(ufunc, method, inputs, options)
    return _untraced(getattr(ufunc, method), inputs, options) if made is NotImplemented else made


def traced_ufunc(ufunc: np.ufunc, method: str, inputs: Inputs, options: dict[str, Any]) -> Any:
    """The same with nodes; NotImplemented for what has none of ours."""
    if any(type(one) is Value or _holds_objects(one) for one in inputs):
        return _on_objects(ufunc, method, inputs, options)
    arrays = Array in map(type, (*inputs, *(options.get("out") or ())))
    if record.running is None or not (arrays or traces(*inputs)):
        return getattr(ufunc, method)(*map(plain_of, inputs), **{k: plain_of(one) for k, one in options.items()})
    inputs = tuple(map(array_of, inputs))
    if method == "__call__" and ufunc is np.matmul and not options:
        return _matmul[0](*inputs)
    if method == "__call__" and ufunc.nout == 1 and ufunc.signature is None:
        (out,) = options.pop("out", None) or (None,)
        if not options and (out is None or type(out) is Array):
            return elementwise(ufunc, inputs, out=out)
        options["out"] = (out,)
    if method == "outer" and len(inputs) == 2 and not options:
        left, right = (one if type(one) is Array else Array(np.asarray(plain_of(one))) for one in inputs)
        apart = left.reshaped(lambda found: found.reshape(found.shape + (1,) * right.buffer.ndim))
        return elementwise(ufunc, (apart, right))
    if method in ("reduce", "accumulate") and ufunc.__name__ in UFUNCS and type(inputs[0]) is Array:
        return (reduced if method == "reduce" else accumulated)(ufunc, *inputs, **options)
    if method == "at" and ufunc.__name__ in UFUNCS and type(inputs[0]) is Array and len(inputs) == 3:
        return _at(ufunc, *inputs)
    return NotImplemented


_matmul: list[Callable[[Any, Any], Any]] = []
"""The product of two arrays (products.py)."""


def _untraced(function: Any, inputs: Inputs, options: dict[str, Any]) -> Any:
    escape_all(inputs, [*options.values()])
    out = {id(one.buffer): one for one in options.get("out") or () if type(one) is Array}
    for one in out.values():
        one.memory.written()
    made = function(*map(plain_of, inputs), **{name: plain_of(one) for name, one in options.items()})
    for array in options.get("out") or ():
        if type(array) is np.ndarray:  # an attribute or an element that holds it is changed in place
            record.stored({id(node): node for node in nodes_in(inputs)}, array)
    return tuple(out.get(id(one), one) for one in made) if type(made) is tuple else out.get(id(made), made)


def _holds_objects(found: Any) -> bool:
    return record.running is not None and type(found) is np.ndarray and found.dtype == object


def _on_objects(ufunc: np.ufunc, method: str, inputs: Inputs, options: dict[str, Any]) -> Any:
    """With a Value that the user has made, or an array of objects, an array is one of objects, as without us."""
    if not any(isinstance(one, (np.ndarray, list, tuple)) for one in inputs):
        return scalar(ufunc, inputs)
    return getattr(ufunc, method)(*map(_objects, inputs), **options)


def _objects(found: Any) -> Any:
    if isinstance(found, Value):
        box = np.empty((), dtype=object)
        of_numpy = isinstance(found.number, np.generic)  # which an array of objects does not hold
        box[()] = make(Number, SAME, found.number.item(), (found,)) if of_numpy else found
        return box
    if type(found) is Array and found.traced:
        box = found.buffer.astype(object)
        nodes: dict[Any, Any] = found.nodes()
        for place, node in nodes.items():
            box[place] = make(Number, SAME, box[place], (node,))
        return box
    return np.array(plain_of(found), dtype=object)


def elementwise(ufunc: np.ufunc, inputs: Inputs, compute: Callable[..., Any] | None = None, out: Any = None) -> Any:
    """A function of numbers on each element. ``compute`` is what NumPy is asked for, where that is an operator."""
    numbers = [plain_of(one) for one in inputs]
    if out is None:
        result = (compute or ufunc)(*numbers)
    elif out.buffer.dtype == np.float64 and np.broadcast_shapes(*map(np.shape, numbers)) == out.buffer.shape:
        result = in_its_place(out.buffer, ufunc, *numbers)
    else:
        fits(out, ufunc, *numbers)
        result = ufunc(*numbers)
    if result is NotImplemented:
        return result
    name = ufunc.__name__
    row = TABLE.get(UFUNCS.get(name, ""))
    if row is None or not traces(*inputs):
        made: Any = answered(name, result, inputs) if row is None else result
        made = Array(made) if type(made) is np.ndarray and made.dtype.kind in "fiu" else made
        return made if out is None else _into(out, made)
    made = node_or_block(row, result, inputs)
    return made if out is None else _into(out, made)


def in_its_place(box: Any, ufunc: np.ufunc, *numbers: Any) -> Any:
    """What NumPy computes into an array: the last digits may depend on how its memory lies. The old numbers are put
    back; nobody else may use the array meanwhile.
    """
    before = box.copy()
    try:
        ufunc(*numbers, out=(box,))
        return box.copy()
    finally:
        if box.flags.writeable:
            box[...] = before


def fits(out: Array, function: Callable[..., Any], *numbers: Any) -> None:
    """Let NumPy refuse what does not go into an array of this kind and shape (a float into whole numbers)."""
    box = out.buffer
    if box.dtype != np.float64 or any(np.shape(one) not in ((), box.shape) for one in numbers):
        with np.errstate(all="ignore"):  # it warns when it is done
            function(*numbers, out=np.empty_like(box))


def _into(out: Array, made: Any) -> Array:
    out.store(..., made)
    return out


def answered(name: str, result: Any, inputs: Inputs) -> Any:
    """What is no row: a question, the same number, or a number that leaves the graph."""
    if not traces(*inputs):
        return result
    if name in RELATIONS and all(np.asarray(plain_of(one)).dtype.kind in "biuf" for one in inputs):
        return compared(RELATIONS[name], result, *inputs)
    if name in TESTS:
        for node in arrays.nodes_in(inputs[0]):
            TESTS[name](node)
        return result
    if name in ("positive", "conjugate"):
        return inputs[0].copy()
    escape_all(*inputs)
    return result


def node_or_block(row: Op, result: Any, inputs: Inputs) -> Any:
    """What a row gave: a number, or an array of them."""
    kind = result.dtype if isinstance(result, (np.ndarray, np.generic)) else np.dtype(type(result))
    if kind not in WIDE:
        if kind.kind not in "fiu":
            return forgetful(result, *inputs)
        record.escape(None)
    if not isinstance(result, np.ndarray):
        return make(Number, row, result, tuple(map(_node, inputs)))
    sources = tuple(map(source, inputs))
    block = Elementwise(row, result, sources, line())
    for one in inputs:
        if one.whole if type(one) is Array else isinstance(one, Value):
            return recorded(block, None, *inputs)
    mask = np.logical_or.reduce([np.broadcast_to(0 if one.ids is None else one.ids, result.shape) for one in sources])
    return recorded(block, mask, *inputs)


Taken = tuple[list[Any], list[Argument], list[Memory], bool]
"""What a call is given: the plain numbers and arrays, what a block keeps of them, the memory of the arrays, and whether
all that it gives is sure to have nodes.
"""


def taken(inputs: Inputs) -> Taken | None:
    """What a call is given, where that is arrays and ordinary numbers only; None for all else."""
    numbers: list[Any] = []
    args: list[Argument] = []
    used: list[Memory] = []
    whole, known = False, True
    for one in inputs:
        kind = type(one)
        if kind is Array:
            number, ids, memory = one.buffer, one._block, one.memory
            if ids is not None or ((ids := one._ids) is not None and memory.whole):
                whole = True
            if memory.changed is not None:
                known = False
            args.append((number, ids, memory.blocks))
            used.append(memory)
        elif kind is float or kind is int or kind is np.float64:
            number = one
            args.append((number, None, None))
        elif kind is Number and type(number := one.number) in _DOUBLE:
            blocks, whole = here(), True
            args.append((number, blocks.put(one), blocks))
        else:
            return None
        numbers.append(number)
    return numbers, args, used, whole and known


def given(row: Op, result: Any, of: Taken, line: int) -> Array | None:
    """What a row gave of these, with its nodes, if that is an array in double precision; None for all else."""
    _, args, used, whole = of
    if not whole or type(result) is not np.ndarray or result.dtype is not DOUBLE:
        return None
    block, blocks = Elementwise(row, result, tuple(args), line), here()
    blocks.add(block)
    for memory in used:
        memory.use(block)
        if memory.blocks is not blocks and memory.blocks is not None:
            blocks.also(memory.blocks)
    return Array.of(block, blocks)


def line() -> int:
    """The line of the cell that computes."""
    return record.running.line() if record.running is not None else 0


def recorded(block: Block, mask: Any, *inputs: Any) -> Array:
    """The array of a block. Only where ``mask`` says so its elements have nodes (None: everywhere)."""
    blocks = keep(block, *inputs)
    if mask is None or mask.all():
        return Array.of(block, blocks)
    made = Array(block.numbers, np.where(mask, block.ids, 0), Memory(blocks))
    made.memory.use(block)
    return made


def _node(found: Any) -> Any:
    if type(found) is Array:
        found = found[()]
    if isinstance(found, Value):
        return found
    number = np.asarray(found)[()]
    return make(Value, CONST, int(number) if isinstance(number, np.bool_) else number, ())


def lanes_of(array: Array, axes: tuple[int, ...]) -> Source:
    """The elements of an array along some axes, as rows. Their serials stay with their block while they are in its
    order.
    """
    buffer = array.buffer
    keeps = [place for place in range(buffer.ndim) if place not in axes]
    count = math.prod([buffer.shape[place] for place in axes])

    def rows(found: Any) -> Any:
        return found.transpose([*keeps, *axes]).reshape(-1, count)

    if not array.traced:
        return Source(rows(buffer), None, None)
    in_order = [*keeps, *axes] == [*range(buffer.ndim)]
    ids = array._block if in_order and array._block is not None else rows(array.apart())
    return Source(rows(buffer), ids, array.blocks)


def _axes(array: Array, axis: Any) -> tuple[int, ...]:
    ndim = array.buffer.ndim
    axes = tuple(range(ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    return tuple(operator.index(one) % ndim for one in axes) if ndim else ()


def reduced(ufunc: np.ufunc, array: Array, axis: Any = 0, **options: Any) -> Any:
    """A row over all elements along an axis, as ``x.sum(axis)``."""
    options = {name: one for name, one in options.items() if one is not None and one is not np._NoValue}
    if {*options} - {"keepdims", "dtype"} and traces(array, *options.values()):
        return NotImplemented
    array = _in_kind(array, options.get("dtype"))
    result = ufunc.reduce(array.buffer, axis=plain_of(axis), **{name: plain_of(one) for name, one in options.items()})
    row = TABLE[UFUNCS[ufunc.__name__]]
    if not array.traced or not np.size(result) or not array.buffer.size:
        return Array(result) if isinstance(result, np.ndarray) else result
    if "dtype" in options and np.asarray(result).dtype not in WIDE:
        return NotImplemented
    return folded(row, result, array, axis, paired=ufunc is np.add)


def _in_kind(array: Array, dtype: Any) -> Array:
    """The numbers that a reduction takes when it is to compute in whole ones: what they are then decides."""
    whole = dtype is not None and np.dtype(dtype).kind in "iu"
    return array.astype(dtype) if whole and array.buffer.dtype.kind == "f" else array


def folded(row: Op, result: Any, array: Array, axis: Any, *, paired: bool) -> Any:
    """The nodes of a reduction that NumPy gave."""
    if np.asarray(result).dtype.kind not in "fiu":
        return forgetful(result, array)
    if np.asarray(result).dtype not in WIDE:
        record.escape(None)
    axes = _axes(array, axis)
    lanes = lanes_of(array, axes)
    if lanes.numbers.shape[1] == 1:  # an element that is alone is the result
        alone = Array(np.asarray(result), array.apart().reshape(np.shape(result)).copy(), array.memory_like())
        return alone if isinstance(result, np.ndarray) else alone[()]
    beside = array.buffer.ndim - 1 in axes or len(axes) == array.buffer.ndim
    block = Fold(row, np.asarray(result), (lanes,), line(), paired=paired and beside)
    if not isinstance(result, np.ndarray):
        return keep(block, array).node(block.end - 1)
    return recorded(block, None if array.whole else lanes.ids.any(axis=1).reshape(result.shape), array)


def accumulated(ufunc: np.ufunc, array: Array, axis: Any = 0, **options: Any) -> Any:
    """A row over all elements up to each, as ``np.cumsum(x)``."""
    if {name for name, one in options.items() if one is not None} - {"dtype"}:
        return NotImplemented
    array = _in_kind(array, options.get("dtype"))
    result = ufunc.accumulate(array.buffer, axis=plain_of(axis), **options)
    if result.dtype.kind not in "fiu":
        return forgetful(result, array)
    if not array.traced:
        return Array(result)
    if result.dtype not in WIDE:
        record.escape(None)
    (at,) = _axes(array, int(plain_of(axis)))
    numbers, ids, blocks = lanes_of(array, (at,))
    ids = ids.ids.reshape(numbers.shape) if isinstance(ids, Block) else ids
    lanes = np.moveaxis(result, at, -1)
    block = Running(TABLE[UFUNCS[ufunc.__name__]], lanes.reshape(ids.shape), (Source(numbers, ids, blocks),), line())
    made = recorded(block, np.logical_or.accumulate(ids != 0, axis=1), array)
    made.apart()[:, 0] = ids[:, 0]
    return Array(result, np.moveaxis(made.apart().reshape(lanes.shape), -1, at), made.memory)


def _at(ufunc: np.ufunc, array: Array, index: Any, value: Any) -> None:
    """``ufunc.at``: unbuffered, one place after the other. A single number counts as NumPy's there."""
    places = np.arange(array.buffer.size).reshape(array.buffer.shape)[plain_of(index)]
    shape = np.shape(plain_of(value))
    ufunc.at(array.buffer.copy(), plain_of(index), plain_of(value))  # it raises what it raises
    flat, wanted = array.flat, np.broadcast_shapes(places.shape, shape)
    value = array_of([value] if isinstance(value, Value) else value)

    def each(found: Any) -> Any:
        return np.broadcast_to(np.reshape(found, shape), wanted).ravel()

    values = iter(value.reshaped(each) if type(value) is Array else each(value))
    for place, one in zip(np.broadcast_to(places, wanted).ravel().tolist(), values, strict=True):
        flat[place] = scalar(ufunc, (flat[place], one))


def _ufunc_of_value(_: Value, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
    return apply_ufunc(ufunc, method, inputs, options) if _arrays(inputs, options) else _alone(ufunc, method, inputs)


def _arrays(inputs: Inputs, options: dict[str, Any]) -> bool:
    return bool(options) or any(isinstance(one, (np.ndarray, list, tuple)) for one in inputs)


def _alone(ufunc: np.ufunc, method: str, inputs: Inputs) -> Any:
    if record.running is None and not any(type(one) is Value for one in inputs):
        return getattr(ufunc, method)(*map(plain_of, inputs))
    return scalar(ufunc, inputs) if method == "__call__" else _untraced(getattr(ufunc, method), inputs, {})


setattr(Value, "__array_ufunc__", _ufunc_of_value)  # noqa: B010
arrays.dispatch("ufunc", apply_ufunc)

__all__ = ["apply_ufunc", "elementwise", "fresh", "reduced"]
