"""Where numbers go into what libraries hold, and come out again."""

from __future__ import annotations

from statements import Statement, Statements

DOORS = (
    ("{n} = [{x}, {y}, 1.0]", "random.shuffle({n})", "{n}[0] - {n}[1]"),
    ("{n} = [{x}, {y}, 0.5]", "heapq.heapify({n})", "heapq.heappop({n}) + {n}[0]"),
    ("{n} = [-1.0, 0.5, 2.0]", "bisect.insort({n}, {x})", "{n}[1] * {n}[2]"),
    ("{n} = [{x}, {y}, 1.0]", "{n}.sort(key=lambda t: -t)", "{n}[0] + {n}.index({n}[-1])"),
    ("{n} = np.zeros(3)", "{n}[1] = {x}", "{n}.sum() + {n}[1]"),
    ("{n} = np.ones((2, 2))", "np.fill_diagonal({n}, {x})", "np.linalg.det({n})"),
    ("{n} = np.array([{x}, {y}, 1.0])", "{n}.sort()", "{n}[0]"),
    ("{n} = np.array([0.5, -1.0])", "{n} *= {x}", "{n}[0] - {n}[1]"),
    ("{n} = np.random.RandomState(3).rand(3)", "{n} -= 0.5 * {x}", "{n}[0] * {n}[1]"),
    ("{n} = np.eye(2)", "{n}[0][1] = {x}", "({n} @ {n}).sum()"),
    ("{n} = np.eye(2)", "{n}.T[1] += {x} * {n}[0]", "np.exp({n}[0])[1] + {n}.ravel()[1]"),
    ("{n} = np.diag([1.0, 2.0]).copy()", "{n}.flat[1] = {x}", "np.dot({n}[0], [1.0, {y}])"),
    ("{n} = np.arange(3.0)", "np.add.at({n}, [0, 2], {x})", "{n}[2]"),
    ("{n} = np.empty(2)", "np.multiply([1.0, 2.0], {x}, out={n})", "{n}.sum()"),
    ("{n} = pd.DataFrame({{'a': [1.0, 2.0, 3.0]}})", "{n}['b'] = {x}", "{n}['b'].mean() + {n}['a'].sum()"),
    ("{n} = pd.DataFrame({{'a': [1.0, 2.0]}})", "{n}.loc[1, 'a'] = {x}", "{n}['a'].sum()"),
    ("{n} = pd.Series([1.0, 2.0])", "{n}.iloc[0] = {x}", "{n}.prod()"),
    ("{n} = pd.Series([1.0, 2.0])", "{n} *= {x}", "{n}.sum()"),
    ("{n} = frame", "{n}.loc[0, 'a'] = {x}", "frame['a'].sum()"),
    ("{n} = series", "{n}[1] = {x}", "series.sum()"),
    ("{n} = io.StringIO()", "print({x}, file={n})", "float({n}.getvalue())"),
    ("{n} = io.StringIO()", "json.dump([{x}, {y}], {n})", "json.loads({n}.getvalue())[1]"),
    ("{n} = np.random.default_rng(5)", "{n}.shuffle([1, 2])", "{n}.normal({x}, 0.5) + {n}.uniform()"),
    ("{n} = random.Random(4)", "{n}.random()", "{n}.gauss({x}, 1.0)"),
    ("{n} = array.array('d', [1.0, 2.0])", "{n}.append({x})", "{n}[2] + sum({n})"),
    ("{n} = bytearray(8)", "struct.pack_into('d', {n}, 0, {x})", "struct.unpack('d', {n})[0]"),
    ("{n} = iter([{x}, {y}, 1.0])", "next({n})", "next({n}) + sum({n})"),
    ("{n} = (t * 2.0 for t in ({x}, {y}))", "next({n})", "sum({n})"),
    ("{n} = []", "list(map({n}.append, ({x}, {y})))", "sum({n})"),
    ("{n} = {{}}", "{n}.update(a={x}, b=np.sqrt(abs({y})))", "sum({n}.values())"),
    ("{n} = []", "integrate.quad(lambda t: {n}.append(t * {x}) or t, 0, 1)", "{n}[0] + len({n})"),
    ("{n} = Running()", "series.apply({n}.add)", "{n}.total * {x}"),
    ("{n} = interpolate.interp1d([0.0, 1.0], [{x}, {y}])", "pass", "{n}(0.25).item()"),
    ("{n} = stats.norm({x}, 1.5)", "pass", "{n}.cdf({a}) + {n}.mean()"),
    ("{n} = statistics.NormalDist({x}, 1.5)", "pass", "{n}.mean * 2.0 + {n}.cdf({a})"),
    ("{n} = np.poly1d([{x}, {y}])", "pass", "{n}(0.5)"),
    ("{n} = Decimal(str({a}))", "{n} += 1", "float({n}) * {x}"),
    ("{n} = complex({x}, {y})", "{n} *= 2.0", "{n}.imag + abs({n})"),
)
"""What holds them, how they go in, and what comes out."""

SAID = (
    "print(np.array([{x}, {y}]))",
    "print(json.dumps({{'x': {x}}}))",
    "print(pd.Series([{x}, {y}]).describe().loc['mean'])",
    "print(Decimal({a}))",
    "print(type({x}), repr({y}))",
    "log.append(json.dumps({x}))",
    "print(sorted([{x}, {y}], reverse=True))",
    "frame.describe()",
    "print({{'k': {x}}}, ({y},))",
    "print(str({x}).rjust(12), '{{0!r:>8}}'.format({y}))",
)
"""Where they go out, and nothing comes back."""

TRIED = (
    ("np.linalg.inv([[{a}, {a}], [{a}, {a}]])[0, 0]", "np.linalg.LinAlgError"),
    ("math.factorial({x})", "(TypeError, ValueError)"),
    ("[1.0, 2.0][{x}]", "(TypeError, IndexError)"),
    ("struct.unpack('i', struct.pack('i', {x}))[0]", "struct.error"),
    ("json.loads('{{')", "json.JSONDecodeError"),
    ("statistics.stdev([{x}])", "statistics.StatisticsError"),
    ("optimize.brentq(lambda t: t * t + 1.0 + abs({a}), -1.0, 1.0)", "ValueError"),
    ("float('one' + str({x}))", "ValueError"),
    ("math.sqrt({x} - 1.0)", "ValueError"),
    ("series.loc[{x}]", "KeyError"),
)
"""What may be refused, and with which exception."""


class Doors(Statements):
    """Writes statements with doors."""

    def of_doors(self) -> tuple[Statement, ...]:
        return (4, self.held), (2, self.said), (1, self.tried)

    def filled(self, text: str, name: str = "") -> str:
        a = f"math.tanh({self.atom()})"
        return text.format(n=name, x=self.formula(2), y=self.formula(2), a=a)

    def held(self, indent: int) -> None:
        name, result = self.new("h"), self.new()
        made, changed, number = self.dice.choice(DOORS)
        self.add(self.filled(made, name), indent)
        self.add(self.filled(changed, name), indent)
        self.add(f"{result} = {self.filled(number, name)}", indent)
        self.bound(result, indent)

    def said(self, indent: int) -> None:
        self.add(self.filled(self.pick([*SAID])), indent)

    def tried(self, indent: int) -> None:
        name, (text, error) = self.new(), self.dice.choice(TRIED)
        self.add("try:", indent)
        self.add(f"    {name} = {self.filled(text)}", indent)
        self.add(f"except {error} as problem:", indent)
        self.add("    print(type(problem).__name__, problem)", indent)
        self.add(f"    {name} = {self.formula(1)}", indent)
        self.bound(name, indent)
