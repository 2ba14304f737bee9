"""A number that code outside of the graph has made of numbers in it: an operation that only that code can do.

Its number is known, and what it is made of. Its derivatives are not, unless somebody has measured them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from .ops import Op


@dataclass(frozen=True, eq=False)
class Outside(Op):
    """The operation of one such node. ``number`` is what it has given, ``slopes`` the derivatives by its arguments, nan
    where they are not known.
    """

    number: float = math.nan
    slopes: list[float] = field(default_factory=list)

    def __init__(self, name: str, number: float, arity: int) -> None:
        super().__init__("outside", name, "", ("nan",) * arity)
        object.__setattr__(self, "number", number)
        object.__setattr__(self, "slopes", [math.nan] * arity)

    @property
    def primitive(self) -> bool:
        """It has no formula."""
        return False

    @cached_property
    def ieee(self) -> Callable[..., float]:
        """The number: it is the same for as long as no argument moves, and then the code is run again."""
        return lambda *_: self.number

    @cached_property
    def array(self) -> Callable[..., Any]:
        """The same on arrays."""
        return lambda *args: np.full(np.shape(args[0]), self.number)

    @cached_property
    def local(self) -> tuple[Callable[..., float], ...]:
        """The slopes."""
        return tuple(self._slope(place) for place in range(self.arity))

    @cached_property
    def local_array(self) -> tuple[Callable[..., Any], ...]:
        """The slopes on arrays."""
        return tuple(self._slope(place) for place in range(self.arity))

    @cached_property
    def second(self) -> tuple[tuple[Callable[..., float], ...], ...]:
        """Nothing is known of how the slopes change."""
        return ((lambda *_: math.nan,) * self.arity,) * self.arity

    def _slope(self, place: int) -> Callable[..., float]:
        return lambda *_: self.slopes[place]
