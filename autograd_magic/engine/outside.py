"""A number that code outside of the graph has made of numbers in it: an operation that only that code can do.

Its number is known, and what it is made of. Its derivatives are not, unless that code may be called again with one of
the numbers nudged: then they are measured.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from . import record
from .deadline import Deadline
from .node import Node, arguments, version
from .ops import Op

CALLS = 2_000
"""So often what made the numbers of one trace is called again to measure its derivatives."""
STEP = 1e-3
"""The larger of the two steps of a central difference, as a part of the number (at least of 1): with one step of
Richardson's the error is of the order of the step to the fourth, and rounding stays below it.
"""
EPSILON = float(np.finfo(float).eps)
AGREE = 1e-5
"""Two steps that differ by more than this part have met a kink or a jump: nothing is known then."""
CLEAR = 1e-4
"""Two steps that differ by more than this part leave unclear whether the number has a slope."""
OFF = 0.01
"""Slopes that are off by more than this part, in a closer look or all together, were measured where there is none."""
SEEN = 1e-3
"""A small step is one where rounding is less than this part of what it shows."""
LOST = 1e-3
"""Where the last digit of a number alone makes a slope of more than this, small ones are lost beside it."""

Again = Callable[[Sequence[float]], float]


class Slope(NamedTuple):
    """A measured derivative, with an estimate of its error."""

    slope: float
    error: float


UNKNOWN = Slope(math.nan, math.nan)


class Outside(Op):
    """The operation of one such node. ``number`` is what it has given, ``slopes`` the derivatives by its arguments, nan
    where they are not known; ``again`` calls what made it with other arguments, None where that must not be done.
    """

    number: float
    again: Again | None
    slopes: list[float]
    errors: list[float]

    def __init__(self, name: str, number: float, arity: int, again: Again | None = None) -> None:
        super().__init__("outside", name, "", ("nan",) * arity)
        nothing = [math.nan] * arity
        for field, found in (("number", number), ("again", again), ("slopes", nothing), ("errors", [*nothing])):
            object.__setattr__(self, field, found)

    __eq__, __hash__ = object.__eq__, object.__hash__

    def __reduce__(self) -> Any:
        """Elsewhere nobody can call what made the number."""
        return Outside, (self.symbol, self.number, self.arity)

    @property
    def primitive(self) -> bool:
        """It has no formula."""
        return False

    @cached_property
    def reads(self) -> tuple[bool, ...]:
        """Its slopes are numbers."""
        return (False,) * (self.arity + 1)

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

    @property
    def known(self) -> bool:
        """Whether all its slopes are known."""
        return not any(map(math.isnan, self.slopes))

    def _slope(self, place: int) -> Callable[..., float]:
        return lambda *_: self.slopes[place]

    def measure(self, at: Sequence[float]) -> int:
        """Measure the slopes by calling what made the number again; gives how often it was called."""
        again = self.again
        if again is None or self.known:
            return 0
        try:
            same = again(at)
        except Exception:  # whatever it raises, it cannot be called again
            return 1
        if not _same(same, self.number):  # it depends on more than its arguments
            return 1
        digits = np.finfo(same).eps if isinstance(same, np.floating) else EPSILON
        for place, x in enumerate(at):
            along = _along(again, at, place)
            self.slopes[place], self.errors[place] = measured(along, float(x), float(self.number), float(digits))
        if len(at) > 1 and self.known and not all(self._adds_up(again, at, turn) for turn in (1, -1)):
            self.slopes[:] = self.errors[:] = [math.nan] * len(at)
        return 1 + RUNS * len(at) + 4 * (len(at) > 1)

    def _adds_up(self, again: Again, at: Sequence[float], turn: int) -> bool:
        """Whether the number changes by what the slopes say when all arguments move at once, each by another part of
        its step. Where several are equal, as in a median, it may bend between the axes, and each slope by itself is 0.
        """
        parts = [STEP * max(1.0, abs(x)) * turn**place * (0.5 + 0.5 / (1 + place)) for place, x in enumerate(at)]
        try:
            high, low = (float(again([x + by * part for x, part in zip(at, parts, strict=True)])) for by in (1, -1))
        except Exception:  # arguments that do not go together tell nothing
            return True
        each = [slope * part for slope, part in zip(self.slopes, parts, strict=True)]
        off: float = sum(error * part for error, part in zip(self.errors, map(abs, parts), strict=True))
        size = max(sum(map(abs, each)), abs(high - low) / 2)
        return bool(abs((high - low) / 2 - sum(each)) <= OFF * size + 2 * off)


RUNS = 5
"""How often ``measured`` calls the function, where the first steps leave nothing unclear."""
CLOSER = 16
"""So many times smaller is the step with which a slope is looked at that the first two have left unclear."""


def measured(function: Callable[[float], float], x: float, here: float, epsilon: float = EPSILON) -> Slope:
    """The derivative of a function of one number at ``x``, where it gives ``here``: central differences at two steps
    and one step of Richardson's (L. F. Richardson, 1911); UNKNOWN at a kink, at a jump and where it raises.
    ``epsilon`` is the distance from 1 to the next number of the kind that the function computes in.
    """
    h = STEP * max(1.0, abs(x)) if abs(x) > STEP or x == 0 else STEP * abs(x)
    h = ((x + h) - x) or STEP  # a step that is no step beside the smallest numbers
    found = _stepped(function, x, here, h, epsilon)
    if found is None and h < STEP:  # beside other numbers such a step was lost
        found = _stepped(function, x, here, STEP, epsilon)
    return found or UNKNOWN


def _stepped(function: Callable[[float], float], x: float, here: float, h: float, epsilon: float) -> Slope | None:
    """The same with these steps, ``h`` and half of it; None where rounding is all that can be seen."""
    try:
        far, near = [(function(x + step), function(x - step)) for step in (h, h / 2)]
    except Exception:
        return UNKNOWN
    wide, narrow = (far[0] - far[1]) / (2 * h), (near[0] - near[1]) / h
    bent_wide, bent_narrow = (far[0] - 2 * here + far[1]) / h, (near[0] - 2 * here + near[1]) / (h / 2)
    slope, error = (4 * narrow - wide) / 3, abs(narrow - wide)
    size = max(abs(slope), abs(here) / max(1.0, abs(x)), 1e-8)
    rounding = 64 * abs(here) * epsilon / h
    if h < STEP and not rounding < SEEN * size:
        return None
    seen, digit = max(abs(wide), abs(narrow)), abs(here) * epsilon / h
    if digit > LOST and seen < 100 * digit:
        return UNKNOWN
    # The two steps agree, but for rounding; where a function is flat, the slope over half of the step is a quarter.
    flat = abs(slope) < 0.05 * seen
    if not math.isfinite(slope) or (error > 0.1 * seen + rounding and not flat):
        return UNKNOWN
    # Where the function is smooth, the second difference over the step halves with the step; at a kink it stays.
    # Where it falls to much less, the far points lie behind jumps, which can be alike on both sides.
    bent = AGREE * size + rounding
    if abs(bent_narrow) > max(bent, 0.8 * abs(bent_wide)) or abs(bent_wide) > bent + 16 * abs(bent_narrow):
        return UNKNOWN
    found = Slope(slope, (error * error / seen if seen else 0.0) + rounding)
    if error > CLEAR * seen + rounding and not flat:
        # Of a smooth function it is the curvature of the slope, of which a smaller step leaves next to nothing; of one
        # that is partly stairs it is chance.
        try:
            high, low = function(x + h / CLOSER), function(x - h / CLOSER)
        except Exception:
            return UNKNOWN
        off = abs((high - low) / (2 * h / CLOSER) - slope)
        if off > OFF * seen + CLOSER * rounding:
            return UNKNOWN
        found = found._replace(error=found.error + off / CLOSER)
    # Over many stairs (a number that was cut to some digits) differences look like a slope, but not those over a step
    # of which so much more would be seen; the stairs of single precision are no larger.
    small = max(1024 * epsilon * abs(here) / abs(slope), h / 4096) if slope else h
    if small > h / 4:
        return found
    try:
        there = function(x + small)
    except Exception:
        return UNKNOWN
    apart = abs((there - here) / small - slope)
    return UNKNOWN if there == here or apart > 0.3 * size + (2 * error + rounding) * h / small else found


def measure_all(nodes: Iterable[Node]) -> None:
    """Measure the slopes of all nodes that outside code has made, as long as that does not cost much."""
    calls, end = 0, Deadline()
    with record.paused(), warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for node in nodes:
            if isinstance(node.row, Outside) and calls < CALLS and not end.over:
                calls += node.row.measure([version(parent, node.serial).number for parent in arguments(node)])


def _along(again: Again, at: Sequence[float], place: int) -> Callable[[float], float]:
    return lambda x: float(again([*at[:place], x, *at[place + 1 :]]))


def _same(one: float, other: float) -> bool:
    return one == other or (one != one and other != other)
