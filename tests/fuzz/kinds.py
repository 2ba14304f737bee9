"""NumPy's scalars as names: ``np.float32(0.5)``, ``np.float64(0.5)``."""

from __future__ import annotations

from typing import Any

import numpy as np
from formulas import Kinds
from statements import Statement, Statements


class Singles(Statements):
    """Writes arithmetic with them. ``singles`` are names that may hold np.float32.

    They meet operators, ``math``, ufuncs and Python's own functions alone. What library code (statistics, pandas,
    np.linalg, np.mean, arrays) makes of a Number in single precision is another matter: "don't know how to coerce
    float32 and float".
    """

    @property
    def singles(self) -> list[str]:
        return self.__dict__.setdefault("_singles", [])

    def scalars(self) -> dict[str, Any]:
        """Names that an earlier cell has bound to such numbers."""
        numbers: dict[str, Any] = {}
        for _ in range(self.dice.randint(1, 2)):
            name = self.new("s")
            kind = self.dice.choice([np.float32, np.float64])
            numbers[name] = kind(float(self.literal()))
            (self.singles if kind is np.float32 or self.dice.random() < 0.5 else self.floats).append(name)
        return numbers

    def single(self, depth: int = 0) -> str:
        """An expression whose number may be an np.float32."""
        if depth > 2 or self.dice.random() < 0.25:
            return self.pick(self.singles) if self.singles and self.dice.random() < 0.8 else "np.float32(0.75)"

        def s() -> str:
            return self.single(depth + 1)

        kinds: Kinds = [
            (4, lambda: f"({s()} {self.pick(['+', '-', '*'])} {self.atom()})"),
            (4, lambda: f"({self.atom()} {self.pick(['+', '-', '*'])} {s()})"),
            (3, lambda: f"({s()} {self.pick(['+', '-', '*', '/'])} {s()})"),
            (1, lambda: f"({s()} {self.pick(['/', '//', '%'])} {self.pick(['2', '1.5', self.atom()])})"),
            (1, lambda: f"({s()})**{self.pick(['2', '2.0', '3'])}"),
            (1, lambda: f"-({s()})"),
            (1, lambda: f"abs({s()})"),
            (
                2,
                lambda: f"{self.pick(['np.sin', 'np.tanh', 'np.arctan', 'np.square', 'math.sin', 'math.tanh'])}({s()})",
            ),
            (1, lambda: f"{self.pick(['max', 'min', 'np.maximum', 'np.minimum'])}({s()}, {self.atom()})"),
            (1, lambda: f"({s()} if {s()} > {self.atom()} else {self.atom()})"),
            (1, lambda: f"np.float32({self.atom()})"),
            (1, lambda: f"np.float64({s()})"),
            (1, lambda: f"math.hypot({s()}, {self.atom()})"),
            (1, lambda: f"sum([{s()}, {s()}])"),
        ]
        return self.chosen(kinds)

    def of_kinds(self) -> tuple[Statement, ...]:
        return (3, self.single_bound), (2, self.single_number), (1, self.single_branch), (1, self.single_said)

    def single_bound(self, indent: int) -> None:
        name = self.new("s")
        self.add(f"{name} = {self.pick([self.single(), 'np.float32(0.5)', 'np.float64(1.25)'])}", indent)
        if indent == 0:
            self.singles.append(name)

    def single_number(self, indent: int) -> None:
        name = self.new()
        s = self.single(1)
        text = self.pick(
            [f"float({s})", f"int({s})", f"({s}).item()", f"len(str({s}))", f"float(round({s}, 1))", f"bool({s})"]
        )
        self.add(f"{name} = {text}", indent)
        self.bound(name, indent)

    def single_branch(self, indent: int) -> None:
        name = self.new()
        self.add(f"if {self.single(1)} {self.pick(['<', '>=', '==', '!='])} {self.atom()}:", indent)
        self.add(f"    {name} = {self.formula(1)}", indent)
        self.add("else:", indent)
        self.add(f"    {name} = float({self.single(1)})", indent)
        self.bound(name, indent)

    def single_said(self, indent: int) -> None:
        s, named = self.single(1), self.pick(self.singles or [self.atom()])
        self.add(
            self.pick([f"print({s})", f"print(f'{{{named}:.3f}}')", f"text = f'{{{named}}}'", f"log.append({s})"]),
            indent,
        )
