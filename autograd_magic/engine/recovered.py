"""Which operation made a number, from what it is called, its parents and the number itself.

Parents in a set have lost their order, and ``a*a`` one of its two; a constant operand often stands only in the closure
of the backward rule. All three are recovered where numbers and closures leave no choice. Where they leave one that
matters to a gradient, nothing is recovered.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations

from .ops import BY_SYMBOL, TABLE, Op
from .value import Value, constant

CLOSE = 1e-9
"""Numbers that differ by no more than this, relatively, are the same here."""

Made = tuple[Op, tuple[Value, ...]]

_SAME = {
    "pow": ("^", "power", "pow"),
    "add": ("plus", "sum", "iadd"),
    "sub": ("minus", "subtract", "−", "isub"),
    "mul": ("times", "multiply", "×", "·", "prod", "imul"),
    "div": ("truediv", "divide", "÷", "division"),
    "neg": ("negate", "negative", "negation", "unary-"),
    "log": ("ln",),
    "sigmoid": ("logistic", "σ", "sigma"),
    "reciprocal": ("inv", "inverse"),
    "abs": ("absolute",),
}
_NAMES = {other: name for name, others in _SAME.items() for other in others}
_NUMBER = re.compile(r"^(.*?)[\s(_=]*([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)\)*$", re.IGNORECASE)
_USUAL = (
    "add",
    "mul",
    "sub",
    "div",
    "neg",
    "pow",
    "tanh",
    "exp",
    "log",
    "relu",
    "sigmoid",
    "sqrt",
    "sin",
    "cos",
    "abs",
)


@dataclass
class Seen:
    """What is known of how a number came about: the word for the operation, the parents and whether they stand in
    order, the number, the numbers that its backward rule remembers, the parents that it remembers (None: unknown; in
    order if ``sure``), and local derivatives that the node holds.
    """

    word: str
    parents: Sequence[Value]
    ordered: bool
    number: float
    numbers: Sequence[float] = ()
    operands: Sequence[Value] | None = None
    sure: bool = False
    slopes: tuple[float, ...] | None = None


def recovered(seen: Seen, close: float = CLOSE) -> Made | None:
    """The row and its arguments, with their multiplicity; None where it cannot be told."""
    for tier in _tiers(seen):
        fitting = [made for made in tier if _fits(made, seen.number, close)]
        exact = [made for made in fitting if _fits(made, seen.number, 0.0)]
        if seen.slopes is not None and len(seen.slopes) == len(seen.parents):
            agreeing = [made for made in fitting if _sends(made, seen, close)]
            exact, fitting = [made for made in exact if made in agreeing], agreeing or fitting
        found = exact or fitting
        if found:
            return found[0] if all(_alike(found[0], other) for other in found[1:]) else None
    return None


def contradicted(word: str, parents: Sequence[Value], number: float, close: float = CLOSE) -> bool:
    """Whether it is known what the word should have given, and that is another number in whatever order."""
    word, count = _split(word.strip())[0], len(parents)
    if not word or count > 3 or (count == 1 and rows(word, 2)):  # of a constant that nobody remembers
        return False
    made = [(row, order) for row in rows(word, count) for order in permutations(parents)]
    return bool(made) and not any(_fits(one, number, close) for one in made)


def same(one: float, other: float, close: float = CLOSE) -> bool:
    """Whether two numbers are the same but for rounding."""
    return (
        one == other
        or (math.isnan(one) and math.isnan(other))
        or abs(one - other) <= close * max(abs(one), abs(other), 1e-12)
    )


def rows(word: str, arity: int) -> list[Op]:
    """The rows that a word can mean."""
    if not word:
        return [TABLE[name] for name in _USUAL if TABLE[name].arity == arity]
    bare = word.strip("_ ").lower()
    for name in (word, bare, bare.removesuffix("backward"), bare.removeprefix("r")):
        row = BY_SYMBOL.get((_NAMES.get(name, name), arity)) or BY_SYMBOL.get((name, arity))
        if row is not None:
            return [row]
    return []


def _split(word: str) -> tuple[str, float | None]:
    """A word and the constant in it: ``**3``, ``pow(3)``, ``*2.0``."""
    found = _NUMBER.match(word)
    if found and found[1].strip() and rows(found[1].strip(), 2) and not rows(word, 1):
        return found[1].strip(), float(found[2])
    return word, None


def _tiers(seen: Seen) -> Iterator[list[Made]]:
    word, written = _split(seen.word.strip())
    parents, count = [*seen.parents], len(seen.parents)
    operands = seen.operands
    if operands is not None and seen.sure and {*map(id, operands)} == {*map(id, parents)} and len(operands) > 1:
        yield [(row, tuple(operands)) for row in rows(word, len(operands))]
    if seen.ordered:
        yield [(row, tuple(parents)) for row in rows(word, count)]
    made: list[Made] = []
    if 1 < count <= 3:
        made += [(row, order) for row in rows(word, count) for order in permutations(parents)]
    if count == 1:
        (x,) = parents
        twice = not seen.ordered and (operands is None or len(operands) > 1)
        if operands is None or len(operands) < 2 or seen.ordered:
            made += [(row, (x,)) for row in rows(word, 1)]
            made += _with_constant(word, x, seen.numbers if written is None else [written])
        if twice:
            made += [(row, (x, x)) for row in rows(word, 2)]
        known = any(_fits(one, seen.number, CLOSE) and one[1][-1] is not x for one in made)
        if TABLE["pow"] in rows(word, 2) and word and written is None and not known:
            made += [(TABLE["pow"], (x, constant(k))) for k in _exponents(float(x.number), seen.number)]
    yield made


def _with_constant(word: str, x: Value, numbers: Sequence[float]) -> list[Made]:
    if not word:
        return []
    held = [constant(number) for number in dict.fromkeys(numbers)]
    return [(row, pair) for row in rows(word, 2) for c in held for pair in ((x, c), (c, x))]


def _exponents(x: float, z: float) -> list[float]:
    """The constant k with ``x**k == z``, where only one does it."""
    if not (math.isfinite(x) and math.isfinite(z)) or abs(x) in (0.0, 1.0):
        return []
    if z == 0 or (x < 0 and not z):
        return []
    size = math.log(abs(x))
    if abs(size) < 1e-7 or (x > 0 and z < 0):
        return []
    k = math.log(abs(z)) / size
    near = float(round(k))
    if x < 0:  # a whole number, or Python would have given a complex one
        return [near] if abs(k - near) < 1e-6 and same(_power(x, near), z) else []
    nice = [near, *(float(Fraction(k).limit_denominator(most)) for most in (4, 12, 1000)), k]
    return next(([guess] for guess in nice if same(_power(x, guess), z, 1e-13 if abs(size) < 0.1 else 1e-11)), [k])


def _power(x: float, k: float) -> float:
    return float(TABLE["pow"].ieee(x, k))


def _arguments(made: Made) -> list[float]:
    return [float(argument.number) for argument in made[1]]


def _fits(made: Made, number: float, close: float) -> bool:
    found = math.nan
    with suppress(ArithmeticError, ValueError):
        found = float(made[0].ieee(*_arguments(made)))
    if same(found, number, close):
        return True
    # A formula such as (exp(2x) - 1) / (exp(2x) + 1) loses what cancels.
    return bool(close and made[0].ulps and abs(found - number) <= 1e-15)


def _sent(made: Made) -> dict[int, float]:
    """What a made number passes on to each of its arguments, those that are constants not among them."""
    row, arguments = made
    numbers = _arguments(made)
    z = float(row.ieee(*numbers))
    sums: dict[int, float] = {}
    for argument, local in zip(arguments, row.local, strict=True):
        if argument.row.name != "const":
            sums[id(argument)] = sums.get(id(argument), 0.0) + float(local(*numbers, z))
    return sums


def _alike(one: Made, other: Made) -> bool:
    first, second = _sent(one), _sent(other)
    return first.keys() == second.keys() and all(same(first[key], second[key]) for key in first)


def _sends(made: Made, seen: Seen, close: float) -> bool:
    sums: dict[int, float] = {}
    for parent, slope in zip(seen.parents, seen.slopes or (), strict=True):
        sums[id(parent)] = sums.get(id(parent), 0.0) + slope
    sent = _sent(made)
    return all(same(sums[key], sent.get(key, 0.0), close) for key in sums)
