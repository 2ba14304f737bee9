"""``Value(...)`` written out: on branches, in loops, in functions, in comprehensions; with and without a label."""

from __future__ import annotations

from formulas import Kinds
from statements import Statement, Statements


class Values(Statements):
    """Writes Values. ``values`` are the names of numbers that are Values in a plain run too."""

    @property
    def values(self) -> list[str]:
        return self.__dict__.setdefault("_values", [])

    def fresh_value(self, data: str = "") -> str:
        """A Value written out."""
        data = data or self.pick([self.literal(), self.literal(), self.atom(), self.formula(2)])
        label = self.pick(["", "", f", label='{self.new('q')}'", ", label='q'"])
        return f"Value({data}{label})"

    def value_formula(self, depth: int = 0) -> str:
        """An expression that is a Value in a plain run too."""
        if depth > 2 or self.dice.random() < 0.3:
            return self.pick(self.values) if self.values and self.dice.random() < 0.85 else self.fresh_value()

        def v() -> str:
            return self.value_formula(depth + 1)

        kinds: Kinds = [
            (4, lambda: f"({v()} {self.pick(['+', '-', '*'])} {self.atom()})"),
            (4, lambda: f"({self.atom()} {self.pick(['+', '-', '*'])} {v()})"),
            (3, lambda: f"({v()} {self.pick(['+', '-', '*'])} {v()})"),
            (1, lambda: f"({v()} {self.pick(['/', '//', '%'])} {self.pick(['2.0', '1.5', self.atom()])})"),
            (1, lambda: f"({self.atom()} / (1.5 + {v()}**2))"),
            (1, lambda: f"{v()}**2"),
            (1, lambda: f"-{v()}" if depth else f"-({v()})"),
            (1, lambda: f"abs({v()})"),
            (1, lambda: f"({v()}).{self.pick(['tanh', 'relu', 'sin', 'sigmoid', 'square'])}()"),
            (1, lambda: f"np.{self.pick(['sin', 'tanh', 'arctan'])}({v()})"),
            (1, lambda: f"({v()} if {v()} > {self.atom()} else {v()})"),
            (1, lambda: f"{self.pick(['max', 'min'])}({v()}, {v()})"),
            (1, lambda: f"sum([{v()}, {v()}])"),
            (1, lambda: f"sum([{self.fresh_value('t')} * {self.atom()} for t in (0.5, {self.atom()})])"),
        ]
        return self.chosen(kinds)

    def number_of_value(self) -> str:
        """An expression that makes a plain number of Values."""
        v = self.value_formula
        kinds: Kinds = [
            (2, lambda: f"float({v(1)})"),
            (2, lambda: f"({v(1)}).data"),
            (2, lambda: f"math.{self.pick(['sin', 'tanh', 'atan', 'cos'])}({v(1)})"),
            (1, lambda: f"math.hypot({v(1)}, {self.atom()})"),
            (1, lambda: f"int({v(1)})"),
            (1, lambda: f"math.floor({v(1)})"),
            (2, lambda: f"(1.5 if {v(1)} {self.pick(['<', '>=', '=='])} {self.atom()} else {self.atom()})"),
            (1, lambda: f"math.fsum([{v(1)}, {self.atom()}])"),
            (1, lambda: f"sum(t.data for t in [{v(1)}, {v(2)}])"),
        ]
        return self.chosen(kinds)

    def of_values(self) -> tuple[Statement, ...]:
        return (
            (3, self.value),
            (2, self.value_branch),
            (2, self.value_loop),
            (2, self.value_function),
            (2, self.value_listing),
            (3, self.value_number),
            (1, self.value_said),
        )

    def kept(self, name: str, indent: int) -> None:
        if indent == 0:
            self.values.append(name)

    def value(self, indent: int) -> None:
        name = self.new("q")
        self.add(f"{name} = {self.pick([self.fresh_value(), self.value_formula()])}", indent)
        self.kept(name, indent)

    def value_branch(self, indent: int) -> None:
        name = self.new("q")
        self.add(f"if {self.condition()}:", indent)
        self.add(f"    {name} = {self.fresh_value()}", indent)
        self.add("else:", indent)
        self.add(f"    {name} = {self.pick([self.fresh_value(), self.value_formula(1)])}", indent)
        self.kept(name, indent)

    def value_loop(self, indent: int) -> None:
        name, turn = self.new("q"), self.new("k")
        over = self.pick(["(0.5, 1.5)", "range(3)", f"range(abs(int({self.atom()})) % 4)"])
        self.add(f"{name} = Value({self.pick(['0.0', '1', self.atom()])})", indent)
        self.add(f"for {turn} in {over}:", indent)
        self.add(f"    {name} = {name} * 0.5 + {self.fresh_value(turn)} * {self.atom()}", indent)
        self.kept(name, indent)

    def value_function(self, indent: int) -> None:
        make, name, some = self.new("make"), self.new("q"), self.new("q")
        self.add(f"def {make}(t):", indent)
        self.add(f"    k = {self.literal()}", indent)
        self.add(f"    return {self.fresh_value('t')} * {self.pick(['k', '2.0', self.fresh_value('k')])}", indent)
        self.add(f"{some} = {self.value_formula(2)}", indent)
        self.add(f"if {self.condition()}:", indent)
        self.add(f"    {some} = {make}({self.atom()})", indent)
        self.add(f"{name} = {make}({self.atom()}) + {some}", indent)
        self.kept(name, indent)

    def value_listing(self, indent: int) -> None:
        name, many = self.new("q"), self.new("qs")
        self.add(f"{many} = [{self.fresh_value('t')} for t in (1.0, {self.atom()}, 2.5)]", indent)
        self.add(f"{name} = {self.pick(['sum', 'max', 'min'])}({many}) * {self.atom()}", indent)
        self.add(f"{many}[0] = {many}[1] + {self.atom()}", indent)
        self.kept(name, indent)

    def value_number(self, indent: int) -> None:
        name = self.new()
        self.add(f"{name} = {self.number_of_value()}", indent)
        self.bound(name, indent)

    def value_said(self, indent: int) -> None:
        v = self.value_formula(1)
        named = self.pick(self.values or [self.atom()])
        self.add(self.pick([f"print({v})", f"print(f'{{{named}}}')", f"text = repr({v})", f"log.append({v})"]), indent)
