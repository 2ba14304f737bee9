"""What a row of the op table knows: its formulas, and the functions that are made of them.

A row's formulas may call other rows by name. ``TABLE`` is where they are found; ``ops.py`` fills it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np

from . import formula
from .formula import ARGUMENTS, Call, Formula, Variable

Scalar = Callable[..., float]


_BY_NAME: dict[str, Op] = {}
"""Each row by its name: the first that was made."""


def _row(name: str) -> Op:
    return _BY_NAME[name]


@dataclass(frozen=True, eq=False)
class Op:
    """One row.

    ``name`` is the row's key, ``symbol`` what the picture shows, ``forward`` and ``partials`` the formulas.
    ``raises`` is the condition (``""`` for never) under which Python's own arithmetic refuses the operation or leaves
    the real line; ``kink`` the condition under which a partial is a convention rather than a derivative; ``step``
    says that the result jumps, so that its derivative is 0 wherever there is one. ``ulps`` bounds how far two good
    maths libraries differ, in units of 2**-53 of the result (0: every IEEE machine gives the same bits), or of
    ``floor`` where the result is smaller: near its zeros a function may have no more digits than elsewhere. ``python``,
    ``vector`` and ``ts`` name what computes a forward formula that only calls itself, where that is not ``math``'s,
    ``numpy``'s or ``Math``'s function of the row's name.
    """

    name: str
    symbol: str
    forward: str
    partials: tuple[str, ...]
    raises: str = ""
    kink: str = ""
    step: bool = False
    ulps: int = 0
    floor: float = 0.0
    python: Callable[..., Any] | None = None
    vector: Callable[..., Any] | None = None
    ts: str = ""

    def __post_init__(self) -> None:
        if type(self) is Op:
            _BY_NAME.setdefault(self.name, self)

    def __deepcopy__(self, _: Any) -> Op:
        """A row is there once; what a copied node was made by is the same row."""
        return self

    def __reduce__(self) -> Any:
        """So it is after pickling, in another process too; a row of an object of the user's own class is its formulas
        alone.
        """
        if _BY_NAME.get(self.name) is self:
            return _row, (self.name,)
        return Op, tuple(getattr(self, each.name) for each in fields(self))

    @property
    def arity(self) -> int:
        """How many arguments the operation takes."""
        return len(self.partials)

    @cached_property
    def tree(self) -> Formula:
        """The forward formula, parsed."""
        return formula.parse(self.forward)

    @cached_property
    def partial_trees(self) -> tuple[Formula, ...]:
        """The partial formulas, parsed."""
        return tuple(map(formula.parse, self.partials))

    @cached_property
    def reads(self) -> tuple[bool, ...]:
        """Of which arguments, and at the end whether of the result, the partials are made."""
        names = frozenset[str]().union(*map(formula.variables, self.partial_trees))
        return tuple(name in names for name in (*ARGUMENTS[: self.arity], "z"))

    @cached_property
    def exact(self) -> tuple[bool, ...]:
        """Whether each partial has the same bits on floats and on arrays."""
        return tuple(
            all(not TABLE[name].ulps for name in formula.calls(tree) if name in TABLE) for tree in self.partial_trees
        )

    @cached_property
    def second_trees(self) -> tuple[tuple[Formula, ...], ...]:
        """Derivatives of each partial by each argument, from the same formulas: ``second_trees[i][j]`` is d(partial
        i)/d(argument j).
        """
        return tuple(
            tuple(
                formula.derive(partial, name, lambda op: TABLE[op].partial_trees, self.partial_trees[j])
                for j, name in enumerate(ARGUMENTS[: self.arity])
            )
            for partial in self.partial_trees
        )

    @property
    def primitive(self) -> bool:
        """Whether the forward formula only calls the row itself, so that each language brings its own function."""
        return self.tree == Call(self.name, tuple(Variable(name) for name in ARGUMENTS[: self.arity]))

    @cached_property
    def apply(self) -> Callable[..., Any]:
        """Python's own operation: raises where Python raises, keeps whole numbers exact."""
        if self.python is not None:
            return self.python
        return getattr(math, self.name) if self.primitive else self.ieee

    @cached_property
    def ieee(self) -> Scalar:
        """The same on two floats as IEEE arithmetic has it: never raises, gives inf and nan."""
        if not self.primitive:
            return _scalar_function(self, self.tree)
        if self.name in ("add", "sub", "mul", "neg", "abs"):
            return self.apply
        return _lenient(self.apply, self.array)

    @cached_property
    def array(self) -> Callable[..., Any]:
        """The same on NumPy arrays."""
        if self.vector is not None:
            return self.vector
        return getattr(np, self.name) if self.primitive else _array_function(self, self.tree)

    @cached_property
    def local(self) -> tuple[Scalar, ...]:
        """The partials as functions of the arguments and the result, on floats, in IEEE arithmetic."""
        return tuple(_scalar_function(self, tree, "z") for tree in self.partial_trees)

    @cached_property
    def local_array(self) -> tuple[Callable[..., Any], ...]:
        """The partials on NumPy arrays."""
        return tuple(_array_function(self, tree, "z") for tree in self.partial_trees)

    @cached_property
    def second(self) -> tuple[tuple[Scalar, ...], ...]:
        """The second derivatives on floats; same order as ``second_trees``."""
        return tuple(tuple(_scalar_function(self, tree, "z") for tree in row) for row in self.second_trees)

    @cached_property
    def refuses(self) -> Callable[..., bool] | None:
        """``raises`` as a function of the arguments and the result; None when Python never refuses."""
        return _scalar_function(self, formula.parse(self.raises), "z") if self.raises else None  # type: ignore[return-value]

    @cached_property
    def kinked(self) -> Callable[..., bool] | None:
        """``kink`` as a function of the arguments and the result; None when every partial is a derivative."""
        return _scalar_function(self, formula.parse(self.kink), "z") if self.kink else None  # type: ignore[return-value]

    @cached_property
    def refuses_array(self) -> Callable[..., Any] | None:
        """``raises`` on NumPy arrays."""
        return _array_function(self, formula.parse(self.raises), "z") if self.raises else None


def _lenient(python: Callable[..., Any], vector: Callable[..., Any]) -> Scalar:
    """Python's operation, with NumPy's answer (inf, nan) wherever Python refuses or leaves the real line."""

    def ieee(*args: float) -> float:
        try:
            result = python(*args)
        except (ArithmeticError, ValueError):
            pass
        else:
            if not isinstance(result, complex):
                return float(result)
        with np.errstate(all="ignore"):
            return float(vector(*map(np.float64, args)))

    return ieee


def _scalar_call(op: str, args: tuple[str, ...]) -> str:
    return formula.python_call(op, args, ("add", "sub", "mul"))


def _array_call(op: str, args: tuple[str, ...]) -> str:
    if op in ("and", "or"):
        return f"({(' & ' if op == 'and' else ' | ').join(args)})"
    if op == "not":
        return f"(~{args[0]})"
    return (
        _scalar_call(op, args)
        if op in ("add", "sub", "mul", "neg") or op in formula.COMPARISONS
        else f"{op}({', '.join(args)})"
    )


def _constant(constant: formula.Constant) -> str:
    return repr(constant.value) if math.isfinite(constant.value) else f"float('{constant.value}')"


def _compile(
    op: Op, tree: Formula, extra: str, call: Callable[[str, tuple[str, ...]], str], functions: Any
) -> Callable[..., Any]:
    names = ", ".join((*ARGUMENTS[: op.arity], *extra))
    source = formula.render(tree, call, _constant)
    namespace = {name: functions(name) for name in formula.calls(tree) if name in TABLE}
    compiled: Callable[..., Any] = eval(f"lambda {names}: {source}", namespace)
    return compiled


def _scalar_function(op: Op, tree: Formula, extra: str = "") -> Scalar:
    return _compile(op, tree, extra, _scalar_call, lambda name: TABLE[name].ieee)


def _array_function(op: Op, tree: Formula, extra: str = "") -> Callable[..., Any]:
    return _compile(op, tree, extra, _array_call, lambda name: TABLE[name].array)


TABLE: dict[str, Op] = {}
"""The rows by name."""
