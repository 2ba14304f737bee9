"""NumPy's functions that arrays go through: the table of all of them, and those that move elements or make arrays.

Whatever is not in the table gets plain numbers (cell/door.py).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from .arrays import Array, array_of, escape_all, here, ids_of, plain_of, traces
from .blocks import Memory
from .elementwise import fits
from .gathered import as_array, boxed, compared, holds_arrays, kept
from .number import Number
from .value import Value, compare

FUNCTIONS: dict[Any, Callable[..., Any]] = {}
"""By NumPy's function, ours: it is called with the same arguments, and gives NotImplemented for what it does not
know.
"""

MAKERS = frozenset[Any](
    getattr(np, name)
    for name in (
        *("zeros", "empty", "ones", "full", "linspace", "array", "asarray"),
        *("zeros_like", "empty_like", "ones_like", "full_like"),
    )
)
"""What makes a new array, in which numbers that remember may be written."""


def made_here(function: Any, *args: Any, **named: Any) -> Any:
    """A new array that can remember."""
    escape_all(*args, *named.values())
    made = function(*map(plain_of, args), **{name: plain_of(one) for name, one in named.items()})
    if type(made) is np.ndarray and made.dtype.kind not in "fiubc":  # text, for one, which may become numbers again
        return NotImplemented
    fits = type(made) is np.ndarray and made.dtype.kind in "fi"
    return Array(made) if fits and not any(made is one for one in args) else made


def stands_for(*functions: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Ours takes the place of these functions, where this NumPy has them."""

    def keep(ours: Callable[..., Any]) -> Callable[..., Any]:
        for name in functions:
            if (found := getattr(np, name, None)) is not None:
                FUNCTIONS[found] = ours
        return ours

    return keep


def _moves(function: Any, *args: Any, **named: Any) -> Any:
    """The function does with the serials what it does with the numbers. Its first argument is the elements, or holds
    them; with ``several`` all are.
    """
    if named.get("out") is not None:
        return NotImplemented
    if function in _IN_KIND and len(args) > 1:
        args, named = args[:1], {**named, "dtype": args[1]}
    if named.get("dtype") is not None:  # they become numbers of that kind where they have come to stand
        kind = function(*map(plain_of, args), **named).dtype
        made = _moves(function, *args, **{name: one for name, one in named.items() if name not in _OF_KINDS})
        return made.astype(kind) if type(made) is Array else NotImplemented
    several = function in _OF_SEVERAL
    data = args if several else args[:1]
    rest = () if several else args[1:]
    data = tuple(_parts(one) for one in data)
    escape_all(*rest, *named.values())
    rest, named = plain_of(rest), {name: plain_of(one) for name, one in named.items()}
    only = args[0] if len(data) == 1 else None
    if isinstance(only, Value) and type(function(only.number, *rest, **named)) is type(only.number):
        return only  # NumPy asks the number itself
    buffers = function(*map(plain_of, data), *rest, **named)
    serials = function(*map(_serials, data), *rest, **named)
    held = _held(data)
    if isinstance(buffers, (list, tuple)):
        return type(buffers)(_moved(*pair, held) for pair in zip(buffers, serials, strict=True))
    return _moved(buffers, serials, held)


def _parts(found: Any) -> Any:
    if isinstance(found, Value):
        return boxed(found)
    if type(found) in (list, tuple) and holds_arrays(*found):
        return type(found)(map(_parts, found))
    return array_of(found)


def _held(data: Any) -> list[Array]:
    if type(data) is Array:
        return [data]
    return [array for one in data for array in _held(one)] if isinstance(data, (list, tuple)) else []


def _serials(found: Any) -> Any:
    if type(found) is Array:
        return found.apart()
    if isinstance(found, (list, tuple)):
        return type(found)(map(_serials, found))
    return np.zeros(np.shape(found), np.int64) if isinstance(found, np.ndarray) else 0


def _moved(buffer: Any, serials: Any, held: list[Array]) -> Any:
    if not isinstance(buffer, np.ndarray):
        return held[0].blocks.read(int(serials), buffer) if serials and held and held[0].blocks else buffer
    for one in held:
        if np.may_share_memory(buffer, one.buffer):
            return one.view(buffer, serials)
    if not held:
        return Array(buffer, serials, Memory(here()))
    return kept(buffer, serials, *held)


for _name in (
    *("concatenate", "concat", "stack", "vstack", "hstack", "dstack", "column_stack", "reshape"),
    *("ravel", "transpose", "permute_dims", "matrix_transpose", "swapaxes", "moveaxis", "rollaxis", "squeeze"),
    *("expand_dims", "broadcast_to", "flip", "fliplr", "flipud", "rot90", "roll", "tile", "repeat", "take"),
    *("take_along_axis", "diag", "diagonal", "diagflat", "triu", "tril", "array_split", "split", "hsplit", "vsplit"),
    *("dsplit", "copy", "delete", "resize", "atleast_1d", "atleast_2d", "atleast_3d", "append", "meshgrid"),
    *("broadcast_arrays", "unstack", "block", "ascontiguousarray", "asfortranarray"),
):
    if (_function := getattr(np, _name, None)) is not None:
        FUNCTIONS[_function] = functools.partial(_moves, _function)
_IN_KIND = frozenset((np.ascontiguousarray, np.asfortranarray))
_OF_KINDS = frozenset(("dtype", "casting"))
_OF_SEVERAL = frozenset((np.atleast_1d, np.atleast_2d, np.atleast_3d, np.append, np.meshgrid, np.broadcast_arrays))


@stands_for("array")
def array(found: Any, dtype: Any = None, **options: Any) -> Any:
    """``np.array`` of numbers that remember, or of an Array."""
    if {*options} - {"copy", "ndmin"} or (type(found) is not Array and not isinstance(found, (list, tuple, Value))):
        return NotImplemented
    if dtype is not None and np.dtype(dtype).kind not in "fiu":
        return NotImplemented
    copy = options.get("copy", True)
    given = found if type(found) is Array else boxed(found) if type(found) is Number else array_of(found)
    if type(given) is not Array:
        return NotImplemented
    made = given.astype(given.dtype if dtype is None else dtype, copy=bool(copy) and given is found)
    if copy is False and made is not found:  # which is refused
        return NotImplemented
    short = options.get("ndmin", 0) - made.buffer.ndim
    return made.reshaped(lambda one: one[(None,) * short]) if short > 0 else made


@stands_for("asarray", "asanyarray")
def asarray(found: Any, dtype: Any = None, **options: Any) -> Any:
    """``np.asarray``: an Array itself, where it is of that kind."""
    return array(found, dtype, **{"copy": None, **options})


@stands_for("where")
def where(condition: Any, *choices: Any) -> Any:
    """``np.where``: the chosen elements themselves."""
    plain = decided(condition)
    if len(choices) != 2:
        return np.where(plain, *map(plain_of, choices))
    yes, no = map(array_of, choices)
    buffer = np.where(plain, plain_of(yes), plain_of(no))
    if not traces(yes, no):
        return Array(buffer) if buffer.ndim and buffer.dtype.kind in "fi" else buffer
    ids = np.where(plain, *(0 if (found := ids_of(one)[0]) is None else found for one in (yes, no)))
    held = [one if type(one) is Array else boxed(one) for one in (yes, no) if traces(one)]
    return kept(buffer, ids, *held)


def decided(condition: Any) -> Any:
    """Whether elements are true, which is what they decide."""
    condition = array_of(condition)
    if type(condition) is Array:
        return compared(3, condition.buffer != 0, condition, 0)
    return bool(compare(3, condition, 0)) if isinstance(condition, Value) else condition


@stands_for("full")
def full(shape: Any, value: Any, dtype: Any = None, **options: Any) -> Any:
    """``np.full``: the same element everywhere."""
    escape_all(shape)
    made = made_here(np.full, plain_of(shape), plain_of(value), dtype, **options)
    if type(made) is Array:
        made.store(..., value)
    return NotImplemented if type(made) is not Array and traces(value) else made


@stands_for("full_like")
def full_like(like: Any, value: Any, dtype: Any = None, **options: Any) -> Any:
    """``np.full_like``."""
    made = made_here(np.full_like, plain_of(like), plain_of(value), dtype, **options)
    if type(made) is Array:
        made.store(..., value)
    return NotImplemented if type(made) is not Array and traces(value) else made


@stands_for("zeros_like", "ones_like", "empty_like")
def _likes(*_: Any, **__: Any) -> Any:
    return NotImplemented


for _name in ("zeros_like", "ones_like", "empty_like"):
    FUNCTIONS[getattr(np, _name)] = functools.partial(made_here, getattr(np, _name))


@stands_for("copyto")
def copyto(to: Any, found: Any) -> Any:
    """``np.copyto``."""
    if type(to) is not Array:
        return NotImplemented
    fits(to, lambda numbers, out: np.copyto(out, numbers), plain_of(found))
    return to.store(..., found)


def _writes(function: Any, at: int, to: Any, *args: Any, **named: Any) -> Any:
    """The function writes the serials where it writes the numbers, which are its argument number ``at``."""
    if type(to) is not Array or len(args) < at:
        return NotImplemented
    values, others = array_of(args[at - 1]), [*args[: at - 1], *args[at:]]
    escape_all(others, [*named.values()])
    ids, blocks = to.ids_for(values)
    to.memory.written()
    function(to.buffer, *map(plain_of, args), **named)
    if ids is None and not to.traced:
        return None
    serials = [*map(plain_of, args)]
    serials[at - 1] = 0 if ids is None else ids
    function(to.apart(), *serials, **named)
    to.memory.blocks, to.memory.whole = to.blocks or here(), False
    if blocks is not None:
        to.memory.blocks.also(blocks)
    return None


for _name, _at in (("put", 2), ("place", 2), ("putmask", 2), ("fill_diagonal", 1), ("put_along_axis", 2)):
    FUNCTIONS[getattr(np, _name)] = functools.partial(_writes, getattr(np, _name), _at)


@stands_for("real")
def real(found: Any) -> Any:
    """Itself."""
    return found if isinstance(found, Value) else as_array(found)
