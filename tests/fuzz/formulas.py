"""What random cells compute: literals, formulas, conditions."""

from __future__ import annotations

import random
from collections.abc import Callable

Kinds = list[tuple[int, Callable[[], str]]]


class Formulas:
    """Writes expressions. ``floats`` are the names of numbers, ``lists`` those of lists of numbers, ``calls`` those of
    functions of one number; ``taken`` are names that earlier cells own. ``also`` are the formulas of the features that
    a cell has.
    """

    def __init__(self, dice: random.Random, used: int = 0) -> None:
        self.dice, self.used = dice, used
        self.floats: list[str] = []
        self.lists: list[str] = []
        self.calls: list[str] = []
        self.taken: set[str] = set()
        self.lines: list[str] = []
        self.also: Kinds = []

    def pick(self, options: list[str]) -> str:
        return self.dice.choice(options)

    def new(self, stem: str = "v") -> str:
        self.used += 1
        return f"{stem}{self.used}"

    def literal(self) -> str:
        return self.dice.choice(
            [
                f"{self.dice.uniform(-3, 3):.2f}",
                f"{self.dice.uniform(0.1, 2):.3f}",
                str(self.dice.randint(-3, 6)),
                f"{self.dice.randint(-2, 3)}.0",
            ]
        )

    def own(self) -> list[str]:
        """The names of numbers that the cell may bind again."""
        return [name for name in self.floats if name not in self.taken]

    def add(self, text: str, indent: int) -> None:
        self.lines.append("    " * indent + text)

    def atom(self) -> str:
        if self.floats and self.dice.random() < 0.8:
            return self.pick(self.floats)
        return self.pick(["2", "0.5", "3.0", "1", "10", "-1.5"])

    def formula(self, depth: int = 0) -> str:
        """An expression for a number."""
        if depth > 2 or self.dice.random() < 0.25:
            return self.atom()
        x, y = (lambda: self.formula(depth + 1)), (lambda: self.formula(depth + 1))
        kinds: Kinds = [
            (6, lambda: f"({x()} {self.pick(['+', '-', '*'])} {y()})"),
            (2, lambda: f"({x()} / {self.pick(['2.0', '(1 + square(' + y() + '))', y()])})"),
            (2, lambda: f"({x()})**{self.pick(['2', '3'])}"),
            (1, lambda: f"(abs({x()}) + 0.5)**{self.pick(['0.5', '-1', '1.7', '(-0.3)'])}"),
            (1, lambda: f"-{x()}" if depth else f"-({x()})"),
            (1, lambda: f"abs({x()})"),
            (
                2,
                lambda: (
                    f"{self.pick(['math.sin', 'math.cos', 'math.tanh', 'sin', 'np.sin', 'np.tanh', 'np.arctan'])}({x()})"
                ),
            ),
            (1, lambda: f"math.exp(-abs({x()}))"),
            (1, lambda: f"math.log(1.5 + {x()}**2)" if depth > 1 else f"np.log1p(abs({x()}))"),
            (1, lambda: f"math.sqrt(square({x()}) + 0.1)"),
            (1, lambda: f"math.lgamma({self.pick(['0.5 + ', ''])}abs({x()}))"),
            (1, lambda: f"math.hypot({x()}, {y()})"),
            (1, lambda: f"math.atan2({x()}, 2.0)"),
            (1, lambda: f"{self.pick(['max', 'min', 'np.maximum', 'np.minimum'])}({x()}, {y()})"),
            (1, lambda: f"({x()} if {self.condition(depth + 1)} else {y()})"),
            (1, lambda: f"{self.pick(['square', 'soft'])}({x()})"),
            (1, lambda: f"round({x()}, {self.pick(['1', '2', '3'])})"),
            (1, lambda: f"({x()} {self.pick(['//', '%'])} {self.pick(['2', '1.5', '0.7'])})"),
            (1, lambda: f"float({x()})"),
            (1, lambda: f"{self.pick(['int', 'round', 'math.floor', 'math.ceil', 'math.trunc'])}({x()})"),
            (1, lambda: f"power({x()}, {self.pick(['2', '3'])})"),
            (1, lambda: f"Line({x()})({y()})"),
            (1, lambda: f"np.clip({x()}, -1.5, 1.5)"),
            (1, lambda: f"(np.where({self.condition(depth + 1)}, {x()}, {y()}) * 1.0)"),
            (1, lambda: f"sum([{x()}, {y()}, {self.atom()}])"),
            (1, lambda: f"functools.reduce(lambda p, q: p * 0.5 + q, [{x()}, {y()}, {self.atom()}])"),
            (1, lambda: f"pow({x()}, 2)"),
            (1, lambda: f"divmod({x()}, 1.25)[{self.pick(['0', '1'])}]"),
            (1, lambda: f"math.fsum([{x()}, {y()}])"),
            (1, lambda: f"math.hypot({x()}, {y()}, {self.atom()})"),
            (1, lambda: f"math.gamma(0.5 + abs({x()}) % 3)"),
            (1, lambda: f"math.{self.pick(['fmod', 'remainder', 'copysign'])}({x()}, {self.pick(['2.0', '-0.7'])})"),
            (1, lambda: f"np.{self.pick(['logaddexp', 'logaddexp2', 'fmin', 'fmax', 'copysign'])}({x()}, {y()})"),
            (1, lambda: f"np.{self.pick(['sinc', 'radians', 'rad2deg'])}({x()})"),
            (1, lambda: f"np.interp({x()}, [-1.0, 0.0, 2.0], [0.5, {y()}, 1.0])"),
            (1, lambda: f"(lambda t, k=2.0: t * k)({x()})"),
            (
                1,
                lambda: (
                    f"np.array([{x()}, {y()}]).{self.pick(['sum()', 'mean()', 'max()', 'prod()', 'dot([1.0, 2.0])'])}"
                ),
            ),
            (1, lambda: f"statistics.{self.pick(['mean', 'median', 'pstdev'])}([{x()}, {y()}, 1.0])"),
            (1, lambda: f"len('%.1f' % {x()})"),
            (1, lambda: f"({x()} + random.random())"),
            (1, lambda: f"(np.random.rand() * {x()})"),
            (1, lambda: f"random.uniform({x()}, {y()})"),
            (1, lambda: f"({x()}).real"),
            (1, lambda: f"bool({x()})"),
            (1, lambda: f"len(str({x()}))"),
            (1, lambda: f"(not {self.condition(depth + 1)})"),
            (
                1,
                lambda: f"dict(a={x()}, b={y()})['b']",
            ),
        ]
        if self.also and self.dice.random() < 0.35:
            return self.chosen(self.also)
        if self.calls:
            kinds.append((4, lambda: f"{self.pick(self.calls)}({x()})"))
        if self.lists:
            name = self.pick(self.lists)
            kinds += [
                (2, lambda: f"sum({name})"),
                (1, lambda: f"max({name})"),
                (1, lambda: f"sorted({name})[{self.pick(['0', '-1', '1'])}]"),
                (1, lambda: f"{name}[{self.pick(['0', '1', '-1'])}]"),
                (1, lambda: f"{name}[abs(int({x()})) % len({name})]"),
                (2, lambda: f"sum(t * {self.atom()} for t in {name})"),
                (1, lambda: f"sum(p * q for p, q in zip({name}, {name}[::-1]))"),
                (1, lambda: f"np.mean({name})"),
                (1, lambda: f"np.dot({name}, {name})"),
                (1, lambda: f"(np.array({name}) * {self.atom()}).sum()"),
                (1, lambda: f"float(np.asarray({name}).max())"),
                (1, lambda: f"list(itertools.accumulate({name}))[-1]"),
                (1, lambda: f"math.prod({name})"),
                (1, lambda: f"np.linspace({x()}, {y()}, 4)[2]"),
                (1, lambda: f"float(sum(t > {self.atom()} for t in {name}))"),
                (1, lambda: f"sum(1 for t in {name} if t < {self.atom()})"),
            ]
        return self.chosen(kinds)

    def chosen(self, kinds: Kinds) -> str:
        """One of these, by weight."""
        return self.dice.choices([make for _, make in kinds], [weight for weight, _ in kinds])[0]()

    def condition(self, depth: int = 1) -> str:
        x = self.formula(depth + 1)
        relation = self.pick(["<", "<=", ">", ">=", "==", "!="])
        base = f"{x} {relation} {self.formula(depth + 2)}"
        return self.pick(
            [
                base,
                base,
                base,
                f"{base} and {self.atom()} > -1",
                f"{base} or {self.atom()} < 0.5",
                f"-1 < {x} <= {self.atom()}",
                f"not ({base})",
                f"{self.atom()}",
                f"{self.atom()} in (1.0, 2.0, {self.atom()})",
                f"math.isfinite({x})",
                f"isinstance({self.atom()}, float)",
            ]
        )
