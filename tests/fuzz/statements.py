"""What random cells do: bind, branch, loop, define, collect, print."""

from __future__ import annotations

from collections.abc import Callable

from formulas import Formulas

Statement = tuple[int, Callable[[int], None]]


class Statements(Formulas):
    """Writes statements. What is bound at the outermost level may be read by all that comes later. ``extra`` are the
    statements of the features that a cell has.
    """

    extra: tuple[Statement, ...] = ()

    def statement(self, indent: int) -> None:
        kinds: list[Statement] = [
            *self.extra,
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
            kinds = kinds[len(self.extra) :][:3]
        weights = [weight for weight, _ in kinds]
        self.dice.choices([make for _, make in kinds], weights)[0](indent)

    def assign(self, indent: int) -> None:
        name = self.new() if not self.own() or self.dice.random() < 0.7 else self.pick(self.own())
        self.add(f"{name} = {self.formula()}", indent)
        self.bound(name, indent)

    def bound(self, name: str, indent: int) -> None:
        # What is bound in a branch may not be bound after it.
        if name not in self.floats and indent == 0:
            self.floats.append(name)

    def number(self, indent: int) -> None:
        name = self.new("n") if not self.own() or self.dice.random() < 0.8 else self.pick(self.own())
        self.add(self.pick([f"{name} = {self.literal()}", f"{name}: float = {self.literal()}"]), indent)
        self.bound(name, indent)

    def augment(self, indent: int) -> None:
        if self.own():
            name = self.pick(self.own())
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
        turn = self.new("t")
        self.add(f"for {turn} in (0.5, 1.5, -1.0):", indent)
        self.add(f"    {name}.append({self.formula(1)} * {turn})", indent)
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
        turn = self.new("t")
        self.add(f"for {turn} in ({self.atom()}, {self.formula(1)}):", indent)
        self.add(f"    {name}.add({turn})", indent)
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
                # What library code (statistics, arrays) makes of a Number in single precision is another matter.
                f"float((singles * {self.formula(1)}).sum() + {self.atom()})",
                f"float(np.tanh(singles)[1] * {self.formula(1)})",
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
