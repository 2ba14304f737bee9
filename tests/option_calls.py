"""How NumPy's functions, and the methods of its arrays, are called with each of their options."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from autograd_magic.engine.methods import FUNCTIONS
from autograd_magic.engine.ufuncs import UFUNCS


class Start(NamedTuple):
    """What a call finds: the lines that make ``v`` and ``w``, and ``p`` a list of plain numbers, an array for the result, a view
    of ``v`` that lies over it, and a mask.
    """

    lines: str
    out: str
    over: str
    mask: str


LEAVES = {"a": 0.625, "b": 1.5, "n": 3}
STARTS = {
    "one axis": Start(
        "v, w, p = np.array([a, 1.25, 0.5]), np.array([0.75, a * b, 2.0]), [0.5, 2.0, 0.25]",
        "np.zeros(3)",
        "v[::-1]",
        "[True, False, True]",
    ),
    "two axes": Start(
        "v, w = np.array([[a, 1.25], [0.5, a * b]]), np.array([[0.75, b], [2.0, 1.0]])\np = [[0.5, 2.0], [0.25, 1.0]]",
        "np.zeros((2, 2))",
        "v.T",
        "np.array([[True, False], [True, True]])",
    ),
    "what NumPy warns of": Start(
        "v, w, p = np.array([a, 0.0, -2.0]), np.array([0.0, a * b, -1.0]), [0.0, -2.0, 1.0]",
        "np.zeros(3)",
        "v[::-1]",
        "[True, False, True]",
    ),
    "whole numbers": Start(
        "v, w, p = np.array([n, 4, 2]), np.array([5, n * n, 1]), [3, 1, 2]",
        "np.zeros(3, dtype=int)",
        "v[::-1]",
        "[True, False, True]",
    ),
}

OF_UFUNCS = (
    *("", "out={out}", "out=({out},)", "{out}", "out={out}, where={mask}", "dtype=np.float32", "dtype=np.float64"),
    *("casting='unsafe'", "order='F'", "subok=False", "out=v", "out={over}"),
)
INTO = ("v", "out=v", "out=v[::-1]", "out=v, where={mask}", "v, dtype=np.float64")
"""How what is computed of plain numbers is written over numbers that remember."""
PLACED = tuple(
    f"np.{name}({args})"
    for name, args in (
        *(("stack", "p, 0, v"), ("concatenate", "(p[:1], p[1:]), 0, v"), ("take", "p, [0, 1, 2], 0, v")),
        *(
            ("sum", "[p, p], 0, None, v"),
            ("cumsum", "p, None, None, v"),
            ("clip", "p, 0.3, 0.6, v"),
            ("dot", "p, w, v"),
        ),
        *(
            ("round", "v, 0, v"),
            ("around", "p, 1, v"),
            ("mean", "[p, w], 0, None, v"),
            ("choose", "[0, 1, 0], [p, w], v"),
            ("max", "[p, w], 0, v"),
        ),
    )
)
"""Where the array for the result has no name."""
OF_REDUCTIONS = (
    *("", "axis=0", "axis=-1", "axis=None", "dtype=np.float32", "initial=0.5", "keepdims=True", "where={mask}"),
    *("out={out}", "dtype=int"),
)
OF_OTHERS = (
    *("", "axis=0", "axis=-1", "axis=(0,)", "axis=None", "out={out}", "keepdims=True", "dtype=np.float32"),
    *("dtype=int", "ddof=1", "initial=1.0", "order='F'", "mode='clip'", "k=1", "n=2", "weights=w", "decimals=1"),
    *("kind='stable'", "return_index=True", "axes=0", "offset=1", "ord=1"),
)
SECOND = (
    *("", "w", "0", "1", "[1, 0]", "-1", "0.5", "w, w", "0, 1", "[0], [1]", "w, 0", "None", "(-1,)", "{mask}", "2"),
    *("3, 1", "range(3)", "Fraction(1, 2)"),
)
METHODS = (
    *("sum", "prod", "mean", "var", "std", "min", "max", "cumsum", "cumprod", "argmax", "argmin", "clip", "round"),
    *("dot", "take", "repeat", "reshape", "ravel", "flatten", "transpose", "squeeze", "swapaxes", "diagonal"),
    *("trace", "copy", "astype", "sort", "argsort", "partition", "searchsorted", "compress", "choose", "nonzero"),
    *("fill", "put", "conj", "tolist", "item", "all", "any", "view", "byteswap", "resize"),
)
UNSET = frozenset(("empty", "empty_like"))
"""These give memory that nobody has set."""


def calls() -> Iterator[str]:
    """All of them, with the words of a Start in braces."""
    for name in sorted(UFUNCS):
        if isinstance(ufunc := getattr(np, name, None), np.ufunc):
            yield from _of_ufunc(name, ufunc)
    homes: tuple[tuple[str, Any], ...] = (("np", np), ("np.linalg", np.linalg))
    named = {f"{home}.{name}" for home, module in homes for name, found in vars(module).items() if _ours(found)}
    for function in sorted(named):
        yield from _of_function(f"{function}(", "v")
        yield from (f"{function}({args})" for args in ("[v, w]", "(v, w), axis=0", "[v, w], axis=1", "a, v", "a"))
        yield from (f"{function}({', '.join(filter(None, ('p', second)))}, out=v)" for second in SECOND)
        yield from (f"{function}({args}, out=v)" for args in ("[p, p]", "[p, p], axis=0", "p[:1], p[1:]"))
    for name in METHODS:
        yield from _of_function(f"v.{name}(", "")
    yield from PLACED


def _ours(found: Any) -> bool:
    return callable(found) and not isinstance(found, type) and found in FUNCTIONS and found.__name__ not in UNSET


def _of_ufunc(name: str, ufunc: np.ufunc) -> Iterator[str]:
    for args in ("v",) if ufunc.nin == 1 else ("v, w", "v, 0.5", "0.5, v", "v, range(3)", "Fraction(1, 2), v"):
        yield from (f"np.{name}({', '.join(filter(None, (args, option)))})" for option in OF_UFUNCS)
    yield from (f"np.{name}({', '.join(['p'] * ufunc.nin)}, {option})" for option in INTO)
    if ufunc.nin == 2 and ufunc.nout == 1:
        for method in ("reduce", "accumulate"):
            yield from (f"np.{name}.{method}({', '.join(filter(None, ('v', option)))})" for option in OF_REDUCTIONS)
            yield f"np.{name}.{method}(p, out=v)"
        for rest in ("outer(v, w)", "reduceat(v, [0, 1])", "at(v, [0, 0], 0.5)", "at(v, [1, 0], w[:2])"):
            yield f"np.{name}.{rest}"


def _of_function(begin: str, first: str) -> Iterator[str]:
    for second in SECOND:
        for option in OF_OTHERS if second in ("", "w", "0", "1") else ("",):
            yield f"{begin}{', '.join(filter(None, (first, second, option)))})"
