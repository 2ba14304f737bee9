"""Functions of NumPy's that are made of steps here, each of them traced, with the numbers that the library gives."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, ValuesView
from functools import partial
from typing import Any

import numpy as np

from . import numbering, record
from .arrays import WIDE, Array, escape_all, forgetful, plain_of, traces
from .blocks import Block
from .gathered import is_number
from .node import SAME
from .number import Number
from .value import Value, make


def of_steps(steps: Callable[..., Any]) -> Callable[..., Any]:
    """A function that is made of steps, with the numbers that the library's own gives, which is the first argument;
    NotImplemented for what the steps do not know.
    """

    @functools.wraps(steps)
    def call(real: Callable[..., Any], *args: Any, **named: Any) -> Any:
        if named.get("out") is not None:
            return NotImplemented
        args = tuple(tuple(one) if isinstance(one, (Iterator, ValuesView)) else one for one in args)
        plainly = partial(real, *map(plain_of, args), **{name: plain_of(one) for name, one in named.items()})
        if not traces(*args, *named.values()):
            made = plainly()
            return Array(made) if isinstance(made, np.ndarray) and made.dtype.kind in "fi" else made
        since = next(numbering.serials)
        try:
            with np.errstate(all="ignore"):  # the library warns
                made = steps(*args, **named)
        except Exception:  # it has been told what the steps do not know, or what the library refuses in its own words
            return NotImplemented
        if made is NotImplemented:
            return NotImplemented
        try:
            numbers = plainly()
        except Exception:
            escape_all(*args, *named.values())
            raise
        if isinstance(numbers, (np.ndarray, np.generic)) and numbers.dtype.kind not in "fiub":
            return forgetful(numbers, *args, *named.values())
        return with_numbers(made, numbers, since)

    return call


def with_numbers(made: Any, numbers: Any, since: int) -> Any:
    """A result of several steps with the library's numbers. Only a run can tell what that is in single precision, or
    where the steps have come to nothing. What is older than ``since`` was there before.
    """
    if type(made) is Array and isinstance(numbers, np.ndarray) and made.buffer.shape == numbers.shape:
        return _array_with_numbers(made, numbers, since)
    if type(made) is Array and made.buffer.ndim == 0:
        made = made[()]
    if not isinstance(made, Value):
        return numbers
    if not is_number(numbers):
        record.escape(made)
        return numbers
    if made.serial < since:
        return made if type(made.number) is type(numbers) else make(Number, SAME, numbers, (made,))
    if not isinstance(numbers, (float, int, np.int64)) or (numbers != numbers) != (made.number != made.number):
        record.escape(made)
    made.number = numbers
    if isinstance(made.parents, Block):
        made.parents.put(made.serial, numbers)
    return made


def _array_with_numbers(made: Array, numbers: Any, since: int) -> Any:
    if numbers.dtype.kind not in "fiu":
        return forgetful(numbers, made)
    if not made.traced:
        return Array(numbers)
    if np.may_share_memory(numbers, made.buffer):  # both are views of what went in
        return made.view(numbers, made.ids)
    if numbers.dtype not in WIDE or (np.isnan(numbers) != np.isnan(made.buffer)).any():
        record.escape(None)
    used = [block for found in made.memory.used if (block := found()) is not None]
    if numbers.dtype == made.buffer.dtype and all(block.first >= since for block in used):
        _told(made, numbers, since, used)
        made.buffer[...] = numbers
        return made
    return Array(numbers, made.ids, made.memory_like())


def _told(made: Array, numbers: Any, since: int, used: list[Block]) -> None:
    """The nodes of elements get the library's numbers, those too that a block is still to make."""
    ids = made.ids
    if made.blocks is None or ids is None:
        return
    other = made.buffer != numbers
    for block in used:
        inside = other & (ids >= block.first) & (ids < block.end)
        if inside.any() and not np.may_share_memory(block.numbers, made.buffer):
            block.put(ids[inside], numbers[inside])
    for serial, number in zip(ids[other].tolist(), numbers[other], strict=True):
        node = made.blocks.nodes.get(serial)
        if serial >= since and node is not None and node.serial == serial:
            node.number = number
