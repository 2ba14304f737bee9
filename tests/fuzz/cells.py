"""Random cells, as people write them: named numbers, formulas, loops, branches, functions, containers, text, chance.

``write(seed)`` gives the same cell for the same seed. A cell ends on every path that finite numbers can take.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

BEFORE = """
import math
import random
import functools
import itertools
import statistics
import numpy as np
from math import sin, exp as e_to

log = []
seen = {"first": 0.0}

def square(t):
    return t * t

def soft(t):
    if t > 0:
        return t + math.log(1 + math.exp(-t))
    return math.log(1 + math.exp(t))

def power(t, n):
    return 1.0 if n <= 0 else t * power(t, n - 1)

class Line:
    def __init__(self, slope, offset=0.5):
        self.slope = slope
        self.offset = offset
    def __call__(self, t):
        return self.slope * t + self.offset

class Running:
    def __init__(self):
        self.total, self.count, self.past = 0.0, 0, []
    def add(self, t):
        self.total = self.total + t
        self.count += 1
        self.past.append(t)
        return self.total / self.count

mean = Running()
data = [0.5, 3, [-1.25]]
grid = np.array([[0.5, -1.0], [2.0, 0.25]])
singles = np.array([0.1, 0.7, -2.5], dtype=np.float32)
"""
"""What earlier cells have left: modules, functions, classes, a list, a dict and an object that cells change in place,
containers whose numbers ``--wrt`` makes leaves of, and the numbers of ``Written.numbers``.
"""


@dataclass(frozen=True)
class Written:
    """A cell: the numbers that an earlier cell has bound, the text, what ``--wrt`` names, whether it has
    been run before in the same notebook, what earlier cells have left."""

    numbers: dict[str, float]
    text: str
    wrt: tuple[str, ...] = ()
    twice: bool = False
    before: str = BEFORE


class Writer:
    """Writes one cell. ``floats`` are the names of numbers, ``lists`` those of lists of numbers."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.floats: list[str] = []
        self.lists: list[str] = []
        self.lines: list[str] = []
        self.used = 0
        self.depth = 0

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
        kinds: list[tuple[int, Callable[[], str]]] = [
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
        weights = [weight for weight, _ in kinds]
        return self.dice.choices([make for _, make in kinds], weights)[0]()

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

    def statement(self, indent: int) -> None:
        kinds: list[tuple[int, Callable[[int], None]]] = [
            (6, self.assign),
            (2, self.number),
            (2, self.augment),
            (2, self.branch),
            (2, self.loop),
            (1, self.until),
            (1, self.function),
            (2, self.listing),
            (2, self.say),
            (1, self.attempt),
            (1, self.pair),
            (1, self.collect),
            (1, self.table),
            (1, self.array),
            (1, self.chain),
            (1, self.walrus),
            (1, self.object),
            (1, self.container),
        ]
        if indent > 2:
            kinds = kinds[:3]
        weights = [weight for weight, _ in kinds]
        self.dice.choices([make for _, make in kinds], weights)[0](indent)

    def assign(self, indent: int) -> None:
        name = self.new() if not self.floats or self.dice.random() < 0.7 else self.pick(self.floats)
        self.add(f"{name} = {self.formula()}", indent)
        self.bound(name, indent)

    def bound(self, name: str, indent: int) -> None:
        # What is bound in a branch may not be bound after it.
        if name not in self.floats and indent == 0:
            self.floats.append(name)

    def number(self, indent: int) -> None:
        name = self.new("n") if not self.floats or self.dice.random() < 0.8 else self.pick(self.floats)
        self.add(self.pick([f"{name} = {self.literal()}", f"{name}: float = {self.literal()}"]), indent)
        self.bound(name, indent)

    def augment(self, indent: int) -> None:
        if self.floats:
            name = self.pick(self.floats)
            self.add(f"{name} {self.pick(['+=', '-=', '*='])} {self.formula(1)}", indent)

    def chain(self, indent: int) -> None:
        one, other = self.new(), self.new()
        self.add(f"{one} = {other} = {self.pick([self.literal(), self.formula(1)])}", indent)
        self.bound(one, indent)
        self.bound(other, indent)

    def pair(self, indent: int) -> None:
        one, other = self.new(), self.new()
        self.add(f"{one}, {other} = {self.formula(1)}, {self.literal()}", indent)
        self.bound(one, indent)
        self.bound(other, indent)

    def walrus(self, indent: int) -> None:
        one, other = self.new(), self.new()
        self.add(f"{one} = ({other} := {self.formula(1)}) + 1.0", indent)
        self.bound(one, indent)
        self.bound(other, indent)

    def block(self, indent: int) -> None:
        known = len(self.floats), len(self.lists)
        for _ in range(self.dice.randint(1, 2)):
            self.statement(indent)
        del self.floats[known[0] :], self.lists[known[1] :]
        self.add("pass", indent)

    def branch(self, indent: int) -> None:
        self.add(f"if {self.condition()}:", indent)
        self.block(indent + 1)
        if self.dice.random() < 0.7:
            self.add("else:", indent)
            self.block(indent + 1)

    def loop(self, indent: int) -> None:
        turn = self.new("k")
        over = self.pick(["range(3)", "range(abs(round({})) % 5)", "[0.1, 0.2, 0.7]", "(1.0, {}, 2.5)", "range(1, 4)"])
        self.add(f"for {turn} in {over.format(self.atom())}:", indent)
        self.floats.append(turn)
        self.block(indent + 1)
        self.floats.remove(turn)

    def until(self, indent: int) -> None:
        turn, name = self.new("i"), self.new("w")
        self.add(f"{turn} = 0", indent)
        self.add(f"{name} = {self.pick([self.literal(), self.formula(1)])}", indent)
        self.add(f"while {name} < {self.pick(['2', '5.5', self.atom()])} and {turn} < 12:", indent)
        self.add(f"    {name} = {name} + 0.25 + abs({self.pick([name, self.atom()])}) * 0.1", indent)
        self.add(f"    {turn} += 1", indent)
        self.bound(name, indent)
        self.bound(turn, indent)

    def function(self, indent: int) -> None:
        name, inner = self.new("f"), self.new("p")
        kept = self.floats, self.lists
        self.add(f"def {name}({inner}, scale={self.literal()}):", indent)
        self.floats, self.lists = [inner, "scale", *kept[0][:2]], []
        if self.dice.random() < 0.4:
            self.add(f"    if {self.condition()}:", indent)
            self.add(f"        return {self.formula(1)}", indent)
        self.add(f"    h = {self.literal()}", indent)
        self.floats.append("h")
        self.add(f"    return {self.formula(1)}", indent)
        self.floats, self.lists = kept
        result = self.new()
        self.add(f"{result} = {name}({self.formula(1)}) + {name}({self.atom()}, {self.atom()})", indent)
        self.bound(result, indent)

    def listing(self, indent: int) -> None:
        name = self.new("xs")
        text = self.pick(
            [
                f"[{self.formula(1)}, {self.formula(1)}, {self.atom()}]",
                f"[t * {self.atom()} for t in (1.0, 2.0, 3.0)]",
                f"[{self.formula(2)} for _ in range(3)]",
                f"list(map(square, [{self.atom()}, {self.atom()}]))",
                f"[t for t in ({self.atom()}, {self.formula(1)}, 1.0) if t > 0] + [1.0, 2.0]",
                f"[random.gauss(0, 1) * {self.atom()} for _ in range(3)]",
            ]
        )
        self.add(f"{name} = {text}", indent)
        if indent == 0:
            self.lists.append(name)

    def array(self, indent: int) -> None:
        name, result = self.new("ar"), self.new()
        self.add(
            f"{name} = np.array([{self.formula(1)}, {self.formula(1)}, {self.pick(['1.0', self.atom()])}])", indent
        )
        text = self.pick(
            [
                f"({name} ** 2).sum()",
                f"np.sum(np.sin({name}))",
                f"({name} @ np.array([1.0, -2.0, 0.5]))",
                f"np.exp(-np.abs({name})).mean()",
                f"{name}[{name} > 0].sum()",
                f"np.maximum({name}, 0.5).sum()",
                f"np.cumsum({name})[-1]",
                f"np.where({name} > 0, {name}, 0.0).sum()",
                f"({name} * {name}).max()",
                f"np.clip({name}, -1.0, 1.0).sum()",
                f"np.round({name}, 1)[0]",
                f"{name}.astype(float).sum()",
            ]
        )
        self.add(f"{result} = {text}", indent)
        self.bound(result, indent)

    def collect(self, indent: int) -> None:
        name = self.new("ys")
        self.add(f"{name} = []", indent)
        self.add("for t in (0.5, 1.5, -1.0):", indent)
        self.add(f"    {name}.append({self.formula(1)} * t)", indent)
        if indent == 0:
            self.lists.append(name)

    def table(self, indent: int) -> None:
        name, result = self.new("d"), self.new()
        self.add(f"{name} = {{'a': {self.formula(1)}, 'b': {self.atom()}}}", indent)
        self.add(f"{name}['c'] = {name}['a'] * {name}['b']", indent)
        self.add(f"{result} = sum({name}.values())", indent)
        self.bound(result, indent)

    def object(self, indent: int) -> None:
        name, result = self.new("o"), self.new()
        self.add(f"{name} = {self.pick(['Running()', 'mean'])}", indent)
        self.add(f"for t in ({self.atom()}, {self.formula(1)}):", indent)
        self.add(f"    {name}.add(t)", indent)
        self.add(f"{name}.total *= {self.atom()}", indent)
        self.add(f"{result} = {name}.add({self.formula(1)}) + {name}.past[0] * {name}.count", indent)
        self.bound(result, indent)

    def container(self, indent: int) -> None:
        name = self.new()
        text = self.pick(
            [
                f"data[0] * {self.formula(1)} + data[1] / (1 + data[2][0] ** 2)",
                f"sum(data[:2]) - {self.atom()} * data[2][0]",
                f"(grid * {self.formula(1)}).sum()",
                f"(grid @ np.array([{self.atom()}, data[0]]))[1]",
                f"grid[0, 1] * {self.formula(1)} - grid.max()",
                f"(singles * {self.formula(1)}).sum() + {self.atom()}",
                f"np.tanh(singles)[1] * {self.formula(1)}",
            ]
        )
        self.add(f"{name} = {text}", indent)
        self.bound(name, indent)

    def attempt(self, indent: int) -> None:
        name = self.new()
        text = self.pick(
            [
                f"1.0 / {self.atom()}",
                f"math.log({self.formula(1)})",
                f"math.sqrt({self.formula(1)})",
                f"{self.atom()} / ({self.atom()} - {self.atom()})",
                f"[1.0, 2.0][int({self.formula(1)})]",
                f"math.acos({self.atom()})",
            ]
        )
        self.add("try:", indent)
        self.add(f"    {name} = {text}", indent)
        self.add("except (ArithmeticError, ValueError, IndexError):", indent)
        self.add(f"    {name} = {self.formula(1)}", indent)
        self.bound(name, indent)

    def say(self, indent: int) -> None:
        x = self.formula(1)
        self.add(
            self.pick(
                [
                    f"print({x})",
                    f"print(f'{{{self.atom()}:.3f}}', {self.atom()})",
                    f"print('value: %.2f' % ({x}))",
                    f"print('{{}} and {{:.1e}}'.format({self.atom()}, {self.atom()}))",
                    f"print([{self.atom()}, {self.atom()}])",
                    f"print('x' * min(int(abs({self.atom()})), 50))",
                    f"text = f'{{{self.atom()}}}'",
                    f"log.append({x})",
                    f"seen[len(seen)] = {self.atom()}",
                ]
            ),
            indent,
        )

    def cell(self) -> Written:
        numbers: dict[str, float] = {}
        for _ in range(self.dice.randint(0, 2)):
            name = self.new("g")
            numbers[name] = float(self.literal()) if self.dice.random() < 0.8 else self.dice.randint(1, 4)
            self.floats.append(name)
        for _ in range(self.dice.randint(1, 3)):
            self.number(0)
        for _ in range(self.dice.randint(2, 8)):
            self.statement(0)
        if self.dice.random() < 0.6:
            self.add(self.formula(), 0)
        else:
            self.add(f"out = {self.formula()}", 0)
        text = "\n".join(self.lines) + "\n"
        wrt = tuple(name for name in ("data", "grid") if name in text and self.dice.random() < 0.7)
        return Written(numbers, text, wrt, self.dice.random() < 0.2)


def write(seed: int) -> Written:
    """The cell of a seed."""
    return Writer(seed).cell()
