"""Products of arrays: ``@``, ``dot``, ``inner``, ``vdot``, ``tensordot``, ``einsum``. Each element is a sum of products
whose number is NumPy's, to the last digit: the machine's own order of summing may differ from that of the nodes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from . import elementwise, numbering, record
from .arrays import WIDE, Array, forgetful, plain_of, traces
from .elementwise import lanes_of, line, node_or_block, recorded, reduced
from .gathered import as_array, boxed, keep
from .lanes import Fold
from .library_numbers import with_numbers
from .ops import TABLE
from .value import Value


def matmul(left: Any, right: Any) -> Any:
    """``left @ right``."""
    result = np.matmul(plain_of(left), plain_of(right))
    if not traces(left, right):
        return Array(result) if isinstance(result, np.ndarray) else result
    x, y = as_array(left), as_array(right)
    if x.buffer.ndim > 2 or y.buffer.ndim > 2:
        return _stacked(x, y, result)
    return _dotted(x, y, result)


def _stacked(x: Array, y: Array, result: Any) -> Any:
    """Stacks of matrices, as one sum over the axis that they share."""
    left = x.reshaped(lambda found: (found if found.ndim > 1 else found[None])[..., :, :, None])
    right = y.reshaped(lambda found: (found if found.ndim > 1 else found[:, None])[..., None, :, :])
    since = next(numbering.serials)
    made = reduced(np.add, left * right, axis=-2)
    return with_numbers(made.reshaped(lambda found: found.reshape(np.shape(result))), result, since)


def dot(left: Any, right: Any, out: Any = None) -> Any:
    """``np.dot``."""
    if out is not None:
        return NotImplemented
    result = np.dot(plain_of(left), plain_of(right))
    if not traces(left, right):
        return Array(result) if isinstance(result, np.ndarray) else result
    x, y = as_array(left), as_array(right)
    if not x.buffer.ndim or not y.buffer.ndim:
        return node_or_block(TABLE["mul"], result, tuple(one if one.buffer.ndim else one[()] for one in (x, y)))
    if x.buffer.ndim > 2 or y.buffer.ndim > 2:
        return tensordot(x, y, (-1, max(y.buffer.ndim - 2, 0)))
    return _dotted(x, y, result)


def inner(left: Any, right: Any) -> Any:
    """``np.inner``: the products of the last axes."""
    y = as_array(right)
    if not np.ndim(plain_of(left)):
        return dot(left, y)
    last = y.reshaped(lambda found: np.moveaxis(found, -1, -2)) if y.buffer.ndim > 1 else y
    return _as(np.inner(plain_of(left), plain_of(right)), dot, left, last)


def vdot(left: Any, right: Any) -> Any:
    """``np.vdot``: of everything, flat."""
    return _as(
        np.vdot(plain_of(left), plain_of(right)), dot, *(as_array(one).reshaped(np.ravel) for one in (left, right))
    )


def tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    """``np.tensordot``, as a product of two matrices."""
    result = np.tensordot(plain_of(a), plain_of(b), axes)
    x, y = as_array(a), as_array(b)
    if isinstance(axes, int):
        of_x, of_y = list(range(x.buffer.ndim - axes, x.buffer.ndim)), list(range(axes))
    else:
        of_x, of_y = ([one] if isinstance(one, int) else list(one) for one in axes)
    of_x, of_y = [at % x.buffer.ndim for at in of_x], [at % y.buffer.ndim for at in of_y]
    keeps_x, keeps_y = ([at for at in range(one.buffer.ndim) if at not in of] for one, of in ((x, of_x), (y, of_y)))
    count = int(np.prod([x.buffer.shape[at] for at in of_x]))
    left = x.reshaped(lambda found: found.transpose([*keeps_x, *of_x]).reshape(-1, count))
    right = y.reshaped(lambda found: found.transpose([*of_y, *keeps_y]).reshape(count, -1))
    return _as(result, lambda: matmul(left, right).reshaped(lambda found: found.reshape(np.shape(result))))


def _dotted(x: Array, y: Array, result: Any) -> Any:
    """Vectors and matrices."""
    if np.asarray(result).dtype.kind not in "fiu" or not np.size(result) or not x.buffer.size:
        return forgetful(np.asarray(result)[()], x, y)
    if np.asarray(result).dtype not in WIDE:
        record.escape(None)
    lanes = tuple(lanes_of(one, (axis,)) for one, axis in ((x, x.buffer.ndim - 1), (y, max(y.buffer.ndim - 2, 0))))
    block = Fold(TABLE["add"], np.asarray(result), lanes, line())
    if not isinstance(result, np.ndarray):
        return keep(block, x, y).node(block.end - 1)
    mask: Any = None
    if not (x.whole or y.whole):
        traced = [np.zeros(len(one.numbers), bool) if one.ids is None else one.ids.any(axis=1) for one in lanes]
        mask = (traced[0][:, None] | traced[1]).reshape(result.shape)
    return recorded(block, mask, x, y)


def einsum(subscripts: Any, *operands: Any, **options: Any) -> Any:
    """``np.einsum``: the operands side by side over all letters, multiplied, and summed over those that go."""
    if not isinstance(subscripts, str) or {*options} - {"optimize"} or "." in subscripts:
        return NotImplemented
    result = np.einsum(subscripts, *map(plain_of, operands), **options)
    given, arrow, kept = subscripts.replace(" ", "").partition("->")
    terms = given.split(",")
    letters = sorted({letter for term in terms for letter in term})
    if not arrow:
        kept = "".join(letter for letter in letters if given.count(letter) == 1)
    spread = [_spread(as_array(one), term, kept, letters) for one, term in zip(operands, terms, strict=True)]

    def steps() -> Any:
        product: Any = spread[0]
        for one in spread[1:]:
            product = product * one
        gone = [letter for letter in letters if letter not in kept]
        axes = tuple(range(len(kept), len(kept) + len(gone)))
        return reduced(np.add, product, axis=axes) if axes else product

    return _as(result, steps)


def _spread(array: Array, term: str, kept: str, letters: list[str]) -> Array:
    """An operand with an axis for each letter: those that stay, in the result's order, and then the others. A letter
    that comes twice is the diagonal.
    """
    order = [*kept, *(letter for letter in letters if letter not in kept)]

    own = "".join(letter for letter in order if letter in term)

    def laid(found: Any) -> Any:
        found = np.einsum(f"{term}->{own}", found)  # a view
        return found[tuple(slice(None) if letter in own else None for letter in order)]

    return array.reshaped(laid)  # type: ignore[no-any-return]


def _as(numbers: Any, steps: Any, *inputs: Any) -> Any:
    """The steps, with NumPy's numbers."""
    since = next(numbering.serials)
    with np.errstate(all="ignore"):
        made = steps(*inputs)
    if type(made) is Array and isinstance(numbers, np.ndarray) and made.buffer.shape != numbers.shape:
        made = made.reshaped(lambda found: found.reshape(numbers.shape))
    if isinstance(made, Value) and isinstance(numbers, np.ndarray):
        return boxed(with_numbers(made, numbers[()], since))
    return with_numbers(made, numbers, since)


elementwise._matmul.append(matmul)
