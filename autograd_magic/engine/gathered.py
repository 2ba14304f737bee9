"""Arrays that remember, made of numbers and of other arrays, and what is asked of their elements."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from . import laid, numbering, record, recording
from .arrays import WIDE, Array, array_of, forgetful, here, ids_of, plain_of, traces
from .blocks import Block, Memory, Source
from .element_blocks import Compared
from .node import CONST
from .recording import Kind
from .stretches import Blocks, Ids
from .value import Value, is_real


def kept(buffer: Any, ids: Ids | None, *held: Array) -> Any:
    """Elements that moved, in an array of their own. In another kind of number than ours they have left the graph."""
    if ids is None or not isinstance(buffer, np.ndarray):
        return Array(buffer) if isinstance(buffer, np.ndarray) else buffer
    if buffer.dtype not in WIDE and ids.any():
        if buffer.dtype.kind not in "fiu":
            return forgetful(buffer, *held)
        record.escape(None)
    blocks = here()
    for one in held:
        if one.blocks is not None:
            blocks.also(one.blocks)
    return Array(buffer, ids, Memory(blocks))


def gathered(cells: Any) -> Any:
    """An Array of numbers, some of which have nodes: nested lists of them, or an array of objects."""
    return array_of(cells.tolist() if isinstance(cells, np.ndarray) else cells)


def as_array(found: Any) -> Any:
    """Anything as an Array: a number has no axes, and a plain array is the user's, who may change it."""
    found = boxed(found) if isinstance(found, Value) else array_of(found)
    return found if type(found) is Array else Array(np.array(plain_of(found)))


def compared(relation: int, result: Any, x: Any, y: Any) -> Any:
    """The answers of a comparison, element by element, with one guard for all."""
    run = record.running
    if run is None or not isinstance(result, (np.ndarray, np.bool_)) or not traces(x, y):
        return result
    block = Compared(CONST, np.array(result), (source(x), source(y)), run.line())
    keep(block, x, y)
    run.guards.append(
        recording.Guard(Kind.COMPARE, relation, None, None, math.nan, block.line, next(numbering.serials), block)
    )
    return result


def keep(block: Block, *inputs: Any) -> Blocks:
    """Keep the block of a call, which was made of these."""
    blocks = here()
    blocks.add(block)
    for one in inputs:
        if type(one) is Array:
            one.memory.use(block)
            if one.blocks is not None and one.blocks is not blocks:
                blocks.also(one.blocks)
    return blocks


def source(found: Any) -> Source:
    """An argument as it is now. A plain array is the user's, who may change it."""
    if type(found) is Array:
        return found.source()
    if isinstance(found, Value):
        return Source(found.number, *ids_of(found))
    return Source(np.array(found) if isinstance(found, (np.ndarray, list, tuple)) else found, None, None)


def boxed(number: Any) -> Array:
    """A number as an array without axes."""
    ids, blocks = ids_of(number)
    return Array(np.array(plain_of(number)), np.array(ids or 0, dtype=np.int64), Memory(blocks))


def holds_arrays(*found: Any) -> bool:
    """Whether there is an Array among some things, or in one of them."""
    return any(type(one) is Array or (type(one) in (list, tuple) and holds_arrays(*one)) for one in found)


def is_number(found: Any) -> bool:
    """Whether something is one real number, of ours or plain."""
    return isinstance(found, Value) or is_real(found)


def shown(found: Array, view: Any) -> Any:
    """The Array that shows what a plain view of its memory shows; None where it is no such view, or one of another kind
    of number.
    """
    ids = laid.shown(found.apart(), found.buffer, view)
    return None if ids is None else found.view(view, ids)
