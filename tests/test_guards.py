"""Guards: how near is too near. Kernel and browser have one rule, and it is true of other maths libraries, too."""

from __future__ import annotations

import base64
import math
import random
from collections import Counter
from typing import Any

import numpy as np
import pytest
from graphs import EXACT, graph
from shell import Shell
from traitlets.utils.bunch import Bunch
from twin import ask

from autograd_magic.engine import replay
from autograd_magic.engine.bounds import ALLOWANCE, TINY, UNIT
from autograd_magic.engine.groups import Chain
from autograd_magic.engine.guards import OFF, Guards
from autograd_magic.engine.ops import TABLE, Op
from autograd_magic.engine.recording import Guard, Kind
from autograd_magic.engine.tape import Tape
from autograd_magic.engine.value import Value, constant, operate
from autograd_magic.live.number_text import encode_number
from autograd_magic.live.tape_wire import encode

pytestmark = pytest.mark.filterwarnings("ignore")


def made(name: str, *args: Value, strict: bool = False) -> Value:
    """An operation as NumPy computes it; with ``strict`` Python might refuse it."""
    row = TABLE[name]
    node = operate(Value, row, row.ieee, args)
    node.strict = strict
    return node


def compared(x: float, relation: int, y: float) -> bool:
    return (x < y, x <= y, x == y, x != y, x > y, x >= y)[relation]


def beside(x: float, steps: int) -> float:
    """The float64 so many steps above ``x``."""
    for _ in range(abs(steps)):
        x = float(np.nextafter(x, math.copysign(math.inf, steps)))
    return x


def kind_and_text(tape: Tape) -> tuple[str, str]:
    """What the kernel says, as the browser says it."""
    broken = tape.broken()
    kind = "uncertain" if broken is not None and "too near" in broken.sentence else "flipped"
    if broken is None:
        broken, kind = tape.unconfirmed(), "unconfirmed"
    if broken is None:
        return "exact", ""
    text = f"line {broken.line}: {broken.sentence}" if broken.line else broken.sentence
    return kind, text


class Case:
    """A random graph, and where its leaves go. What its nodes come to there is known, so guards can be put near it.

    A share of its numbers is ``off``, as those of a dot product may be.
    """

    def __init__(self, seed: int, names: list[str], off: float = 0.0) -> None:
        self.dice = dice = random.Random(seed)
        self.guards: list[Guard] = []
        self.leaves = [Value(dice.uniform(-2, 2), label=f"x{k}") for k in range(4)]
        self.leaves.append(Value(dice.randrange(-3, 4), label="n"))
        self.nodes = [*self.leaves]
        for _ in range(dice.choice([3, 8, 20, 40])):
            row = TABLE[dice.choice(names)]
            node = made(row.name, *[dice.choice(self.nodes[-12:]) for _ in range(row.arity)])
            if isinstance(node.number, float) and dice.random() < off:
                node.number *= 1 + dice.choice([1e-15, 1e-9])
            self.nodes.append(node)
        self.at = {leaf.label: dice.uniform(-2, 2) for leaf in self.leaves[:-1] if dice.random() < 0.8}
        if dice.random() < 0.3:
            self.at["n"] = dice.choice([-4.0, -1.0, 0.0, 5.0, 2.0**53, 2.0**53 + 2, 0.5])
        plainly = Tape(self.nodes[-1], [self.about(node, Kind.COMPARE, 0, node, 1.0) for node in self.nodes])
        values = self.moved(plainly).values
        bounds = plainly._guards.errors(values)
        places = {id(node): plainly.node(node) for node in self.nodes}
        self.known = {
            id(node): (float(values[place]), bounds[place])
            for node in self.nodes
            if (place := places[id(node)]) is not None
        }

    def moved(self, tape: Tape) -> Tape:
        tape.forward([self.at.get(leaf.name, float(leaf.start)) for leaf in tape.leaves])
        return tape

    def tape(self) -> Tape:
        return Tape(self.nodes[-1], sorted(self.guards, key=lambda guard: guard.serial), also=self.nodes)

    def about(self, left: Value | None, kind: Kind, relation: int, right: Value | None, outcome: float) -> Guard:
        """A guard right after its node was made."""
        serial = self.nodes[-1].serial if left is None else left.serial
        return Guard(kind, relation, left, right, outcome, self.dice.randrange(5), serial + 0.5)  # type: ignore[arg-type]

    def compare(self, node: Value, threshold: float) -> None:
        """A comparison with a constant; or, as far from equal, with a number that has an error of its own."""
        relation, right = self.dice.randrange(6), constant(threshold)
        others = [other for other in self.nodes[5:] if math.isfinite(sum(self.known.get(id(other), (math.nan,))))]
        if others and self.dice.random() < 0.3:
            other = self.dice.choice(others)
            right = made("sub", other, constant(self.known[id(other)][0] - threshold))
        truth = compared(float(node.number), relation, float(right.number))
        self.guards.append(self.about(node, Kind.COMPARE, relation, right, float(truth)))

    def watch(self, node: Value, threshold: float) -> None:
        """Another guard, which fails when a node crosses the threshold."""
        match self.dice.randrange(6):
            case 0:
                rounding = self.dice.randrange(4)
                beyond = made("sub", node, constant(threshold - (3.0 if rounding < 3 else 2.5)))
                self.nodes.insert(0, beyond)
                if math.isfinite(beyond.number):
                    outcome = float(self.dice.choice([2, 3, int(beyond.number)]))
                    self.guards.append(self.about(beyond, Kind.WHOLE, rounding, None, outcome))
            case 1:
                inner = made("sub", node, constant(threshold))
                one = constant(1.0)
                self.nodes.insert(
                    0,
                    made("sqrt", inner, strict=True)
                    if self.dice.random() < 0.5
                    else made("div", one, inner, strict=True),
                )
            case 2:
                refused = made("log", made("sub", node, constant(float(node.number) + 1)))
                self.nodes.insert(0, refused)
                self.guards.append(self.about(refused, Kind.RAISED, 0, None, 0.0))
            case 3:
                self.guards.append(self.about(self.dice.choice([node, None]), Kind.ESCAPES, 0, None, 0.0))
            case 4:
                step = made(self.dice.choice(["floor", "ceil", "trunc"]), made("sub", node, constant(threshold - 3)))
                hidden = made("relu", made("sub", step, constant(100.0)))
                self.nodes[:0] = [step, hidden]
                self.compare(self.dice.choice([step, hidden]), 50.0)
            case _:
                self.compare(node, threshold)


def told_by_both(cases: list[Case]) -> Counter[str]:
    """Both sides are asked, and must say the same; how often they say what."""
    questions, said = [], []
    for case in cases:
        tape = case.tape()
        wire = encode(tape)
        case.moved(tape)
        at = {leaf.key: encode_number(float(tape.values[leaf.node])) for leaf in tape.leaves}
        before = {leaf.key: encode_number(1.0 if leaf.whole else case.dice.uniform(-2, 2)) for leaf in tape.leaves}
        questions.append({"tape": wire, "at": [before, at]})
        said.append(kind_and_text(tape))
    for ours, (_, theirs) in zip(said, ask(questions), strict=True):
        assert (theirs["verdict"], theirs["text"]) == ours
    return Counter(kind for kind, _ in said)


def test_both_sides_say_the_same_at_the_edge() -> None:
    # Operations whose bits are the same everywhere; what is uncertain comes from numbers that are off.
    cases = [Case(seed, EXACT, off=0.3) for seed in range(600)]
    for case in cases:
        for node in case.dice.sample(case.nodes[5:], case.dice.choice([1, 1, 2])):
            if id(node) in case.known and math.isfinite(sum(case.known[id(node)])):
                x, bound = case.known[id(node)]
                edge = x + case.dice.choice([-1, 0, 1]) * bound
                case.watch(node, beside(edge, case.dice.randrange(-2, 3)))
    said = told_by_both(cases)
    assert min(said[kind] for kind in ("exact", "uncertain", "flipped")) > 40, said


def test_both_sides_say_the_same_of_every_operation() -> None:
    # Two maths libraries: at the edge they may differ, in the middle and outside they may not.
    cases = [Case(seed, list(TABLE)) for seed in range(600)]
    for case in cases:
        for node in case.dice.sample(case.nodes[5:], case.dice.choice([1, 1, 2])):
            if id(node) in case.known and math.isfinite(sum(case.known[id(node)])):
                x, bound = case.known[id(node)]
                away = case.dice.choice([-1, 0, 0, 1])
                case.compare(node, beside(x + 3 * away * bound, 2 * away))
    said = told_by_both(cases)
    assert min(said[kind] for kind in ("exact", "uncertain", "flipped")) > 40, said


def test_a_verdict_is_true_of_another_maths_library() -> None:
    # The other library rounds each result anywhere within the rows' bounds. Where the kernel is sure that all is as
    # it was, the code must decide the same with it.
    sure = 0
    for seed in range(400):
        case = Case(seed, list(TABLE))
        usable = [node for node in case.nodes[5:] if math.isfinite(case.known.get(id(node), (math.nan,))[0])]
        for node in case.dice.sample(usable, min(2, len(usable))):
            case.compare(node, beside(case.known[id(node)][0], case.dice.randrange(-4, 5)))
        tape = case.moved(case.tape())
        if tape.broken() is not None:
            continue
        for _ in range(4):
            found = elsewhere(tape, case.dice)
            for guard, left, right in tape.guards:
                sure += 1
                truth = compared(float(found[left]), guard.relation, float(found[right]))
                assert truth == bool(guard.outcome) or not tape.moved()[left], (seed, tape.rows[left].name)
    assert sure > 400


def elsewhere(tape: Tape, dice: random.Random) -> np.ndarray:
    """What another maths library makes of the leaves as they are."""
    values = tape.values.copy()
    for node in tape.plan.computed:
        row = tape.rows[node]
        z = row.ieee(*[float(values[arg]) for arg in tape.args[node]])
        if row.ulps and math.isfinite(z):
            bound = row.ulps * UNIT * max(abs(z), row.floor)
            other = z + dice.choice([-1, 1, dice.uniform(-1, 1)]) * bound
            z = other if abs(other - z) <= bound else float(np.nextafter(other, z))
        values[node] = z
    return values


def spot(row: Op, dice: random.Random) -> list[float]:
    """Somewhere where a row has a result."""
    size = dice.choice([0.01, 1, 1, 3, 10, 30, 300])
    x, y = dice.uniform(-size, size), dice.uniform(-size, size)
    match row.name:
        case "asin" | "acos" | "atanh":
            x = dice.uniform(-1, 1)
        case "log" | "log2" | "log10" | "pow":
            x = abs(x)
        case "acosh":
            x = abs(x) + 1
        case "polygamma":
            x, y = float(dice.randint(1, 4)), dice.uniform(0.01, 20)
    return [x, y][: row.arity]


def test_python_numpy_and_the_browser_differ_by_no_more_than_the_rows_say() -> None:
    dice = random.Random(8)
    cases = []
    for row in TABLE.values():
        if row.ulps:
            tape = Tape(made(row.name, *[Value(1.5) for _ in range(row.arity)]))
            cases.append((row, tape, [spot(row, dice) for _ in range(1000)]))
    asked = (
        {"tape": encode(tape), "at": [dict(zip(keys(tape), map(encode_number, spot), strict=True)) for spot in spots]}
        for _, tape, spots in cases
    )
    for (row, tape, spots), answers in zip(cases, ask(asked), strict=True):
        for place, answer in zip(spots, answers, strict=True):
            browser = float(np.frombuffer(base64.b64decode(answer["values"]))[tape.root])
            numpy = float(row.array(*map(np.float64, place)))
            python = row.ieee(*place)
            allowed = row.ulps * UNIT * max(abs(python), row.floor, TINY)
            for other in (browser, numpy):
                assert same(other, python) or abs(other - python) <= allowed, (row.name, place, python, other)


def same(x: float, y: float) -> bool:
    return x == y or (math.isnan(x) and math.isnan(y))


def keys(tape: Tape) -> list[str]:
    return [leaf.key for leaf in tape.leaves]


@pytest.mark.parametrize("off", [0.0, 0.3])
def test_one_by_one_and_by_groups_the_bounds_are_the_same(off: float, monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in range(100):
        case = Case(seed, EXACT if off else list(TABLE), off)
        for node in case.nodes[5:]:
            case.compare(node, 0.0)
        tape = case.moved(case.tape())
        one_by_one = tape._guards.errors(tape.values)
        monkeypatch.setattr(replay, "CROWD", 0)
        again = case.tape()
        assert again.plan.grouped and not tape.plan.grouped
        monkeypatch.undo()
        assert again._guards.errors(tape.values) == pytest.approx(one_by_one, rel=1e-6, abs=1e-300)


@pytest.mark.parametrize("off", [0.0, 0.2])
def test_along_chains_the_bounds_are_the_same(off: float, monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in range(20):
        dice = random.Random(seed)
        leaves = [Value(dice.uniform(0.5, 2)) for _ in range(4)]
        total = leaves[0]
        for _ in range(20):
            total = total + dice.choice(
                [made("exp", dice.choice(leaves)), dice.choice(leaves), made("mul", *leaves[:2])]
            )
            if dice.random() < off:
                total.number *= 1 + 1e-13
        tape = Tape(total * total)
        assert not tape.plan.grouped
        monkeypatch.setattr(replay, "CROWD", 0)
        again = Tape(total * total)
        assert any(isinstance(group, Chain) for group in again.plan.groups)
        monkeypatch.undo()
        assert again._guards.errors(again.values)[:-1] == pytest.approx(
            tape._guards.errors(tape.values)[:-1], rel=1e-12
        )


def test_bounds_are_not_worked_out_where_no_guard_needs_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: Any) -> None:
        raise AssertionError("asked for")

    monkeypatch.setattr(Guards, "errors", none)
    x, y = Value(1.0, label="x"), Value(2.0, label="y")
    rounded, exact = made("exp", x), made("mul", y, y)
    root = made("add", rounded, exact)
    tape = Tape(root, [guard(exact, 4, 1.0), guard(rounded, 4, 0.0)])
    tape.forward({1: 3.0})
    assert tape.broken() is None  # x, and so what is rounded, stays where it was
    tape.forward({1: 0.5})
    assert tape.broken().sentence == "4 > 1 is no longer true"
    tape.forward([1.5, 2.0])
    with pytest.raises(AssertionError, match="asked for"):
        tape.broken()


def guard(left: Value, relation: int, threshold: float) -> Guard:
    truth = compared(float(left.number), relation, threshold)
    return Guard(Kind.COMPARE, relation, left, constant(threshold), float(truth), 0, left.serial + 0.5)  # type: ignore[arg-type]


def test_nothing_is_worked_out_of_a_graph_without_guards() -> None:
    tape = Tape(graph(1, 30))
    tape.forward([0.5] * len(tape.leaves))
    assert tape.broken() is None
    assert "uncertain" not in vars(tape._guards)
    assert not tape.off.any()


@pytest.mark.parametrize(("away", "said"), [(0.5, "uncertain"), (-0.5, "uncertain"), (2.0, "exact"), (-2.0, "flipped")])
def test_how_near_is_too_near_to_a_rounded_number(away: float, said: str) -> None:
    x = Value(0.5, label="x")
    y = made("exp", x)
    bound = TABLE["exp"].ulps * UNIT * math.e
    tape = Tape(y, [guard(y, 4, 0.0)._replace(right=constant(math.e - away * bound))])
    tape.forward([1.0])
    assert kind_and_text(tape)[0] == said


@pytest.mark.parametrize(
    ("away", "said"),
    [(0.0, "uncertain"), (1e-16, "uncertain"), (-1e-16, "uncertain"), (1e-14, "exact"), (-1e-14, "flipped")],
)
def test_of_fifteen_digits_a_replay_is_sure(away: float, said: str) -> None:
    x = Value(0.5, label="x")
    y = made("exp", x)
    tape = Tape(y, [guard(y, 4, 0.0)._replace(right=constant(math.e * (1 - away)))])
    tape.forward([1.0])
    assert kind_and_text(tape)[0] == said


def test_of_ten_digits_a_replay_of_a_dot_product_is_sure(shell: Shell) -> None:
    """The machine sums in an order of its own: what it may come to is told from what it may not."""
    shell("import numpy as np\nv = np.random.default_rng(3).uniform(1, 2, 3000)")
    tape = shell.autograd("s = 2.0\nt = 0.0\ny = np.dot(v * s, v)\nabove = y > t\ny").tape
    v, differ = shell.names["v"], 0.0
    for s in np.linspace(1.0, 3.0, 20):
        fresh = float(np.dot(v * s, v))
        for t, said in ((fresh, "uncertain"), (fresh * (1 - 1e-10), "exact"), (fresh * (1 + 1e-10), "flipped")):
            tape.forward([{"s": s, "t": t}[leaf.name] for leaf in tape.leaves])
            assert kind_and_text(tape)[0] == said
        differ = max(differ, abs(float(tape.values[tape.root]) - fresh) / fresh)
    assert differ > 2.5e-15, "the order makes no difference here"


@pytest.mark.parametrize(("away", "said"), [(0.5, "uncertain"), (-0.5, "uncertain"), (2.0, "exact"), (-2.0, "flipped")])
def test_a_number_that_the_run_got_in_its_own_order_has_an_allowance(away: float, said: str) -> None:
    x = Value(1e3, label="x")
    total = made("sub", x, constant(1e3 - 1))
    total.number = beside(1.0, 3)
    tape = Tape(total, [guard(total, 4, 0.0)])
    assert tape.off.tolist() == [node is total for node in tape.nodes]
    assert np.frombuffer(encode(tape)["flags"], np.uint8)[tape.root] & OFF
    bound = ALLOWANCE * (2.0 + 1001 + 999)  # the result and, as it may have cancelled, what it is made of
    tape = Tape(total, [guard(total, 4, 0.0)._replace(right=constant(2.0 - away * bound))])
    tape.forward([1001.0])
    assert kind_and_text(tape)[0] == said


def test_what_libraries_may_round_otherwise_is_not_off() -> None:
    x = Value(0.7, label="x")
    y = made("exp", x)
    y.number = beside(y.number, 1)
    z = made("mul", y, y)
    assert not Tape(z, [guard(z, 4, 0.0)]).off.any()
    none = made("log", Value(-1.0))
    assert math.isnan(none.number) and not Tape(none, [guard(none, 4, 0.0)]).off.any()
    y.number = beside(y.number, 10)
    z = made("mul", y, y)
    tape = Tape(z, [guard(z, 4, 0.0)])
    assert [node is y for node in tape.nodes] == tape.off.tolist()


def test_a_jump_and_what_follows_it_can_be_anything() -> None:
    x = Value(0.3, label="x")
    step = made("floor", made("exp", x))
    z = made("relu", made("sub", step, constant(100.0)))
    tape = Tape(z, [guard(z, 1, 50.0)])
    tape.forward([math.log(2.0)])
    assert kind_and_text(tape)[0] == "uncertain"
    tape.forward([0.5])
    assert tape.broken() is None


def test_a_leaf_that_is_whole_again() -> None:
    n = Value(2.5, label="n")
    tape = Tape(made("mul", n, n), [], {"n": n}, starts={"n": 2})
    tape.forward([3.0])
    assert tape.broken() is None
    tape.forward([2.0])
    assert tape.broken().sentence == "n is a whole number again"


@pytest.mark.parametrize("first", ["whole", "refused"])
def test_what_comes_first_in_the_program_is_told(first: str) -> None:
    n, x = Value(3, label="n"), Value(2.0, label="x")
    if first == "whole":
        whole = made("mul", n, n)
    refused = made("log", x, strict=True)
    if first == "refused":
        whole = made("mul", n, n)
    tape = Tape(made("mul", refused, whole))
    tape.forward([2.0**30, -1.0])
    assert tape.broken().sentence == {
        "whole": "9 is a whole number beyond 2**53",
        "refused": "Python would refuse log(x) here",
    }.get(first)
    (answer,) = ask(
        [{"tape": encode(Tape(tape.nodes[tape.root])), "at": [dict(zip(keys(tape), ["1e10", "-1.0"], strict=True))]}]
    )
    assert answer[0]["text"] == tape.broken().sentence


SURE = {
    "exact arithmetic cancels": "(1e16 + x) - 1e16",
    "a root": "math.sqrt(x) - 1.2",
    "a sine": "math.sin(x) + x",
}
UNSURE = {
    "a sine cancels": "(1e16 + math.sin(x)) - 1e16",
    "large powers": "(x ** 40 - 1.5 ** 40 * (x / 1.5) ** 40) + 1.0e-6",
    "a large argument": "math.sin(math.exp(25.0 * x))",
    "near nothing": "math.exp(x) - math.exp(x)",
}


@pytest.mark.parametrize("text", [*SURE.values(), *UNSURE.values()], ids=[*SURE, *UNSURE])
def test_a_number_of_which_no_digit_is_sure_is_confirmed_by_a_run(shell: Shell, text: str) -> None:
    w = shell.autograd(f"import math\nx = 1.25\nL = {text}\nL")
    at = {leaf.key: encode_number(1.7 if leaf.name == "x" else leaf.start) for leaf in w.tape.leaves}
    ((browser,),) = ask([{"tape": encode(w.tape, rerun=True), "at": [at]}])
    number = w.model.tape["trace"]
    w.browser._moved(Bunch(new={"trace": number, "question": 1, "at": at, "done": False, "by": "view"}))
    assert w.model.tape["trace"] == number  # while a slider moves nothing is run for this
    unsure = text in UNSURE.values()
    assert (browser["verdict"], browser["text"]) == kind_and_text(w.tape)
    assert browser["verdict"] == ("unconfirmed" if unsure else "exact")
    w.browser._moved(Bunch(new={"trace": number, "question": 2, "at": at, "done": True, "by": "view"}))
    assert (w.model.tape["trace"] > number) == unsure
    assert w.values["L"] == eval(text, {"math": math, "x": 1.7})
    assert kind_and_text(w.tape)[0] == "exact"


@pytest.mark.parametrize("text", ["x**2", "1 + 8*x**3", "math.sin(x) * 3", "math.tanh(x) + x"])
def test_a_zero_of_a_function_is_as_sure_as_any_number(shell: Shell, text: str) -> None:
    w = shell.autograd(f"import math\nx = 1.25\nL = {text}\nL")
    at = {leaf.key: encode_number(0.0 if leaf.name == "x" else leaf.start) for leaf in w.tape.leaves}
    ((browser,),) = ask([{"tape": encode(w.tape, rerun=True), "at": [at]}])
    w.set(x=0.0)
    assert browser["verdict"] == kind_and_text(w.tape)[0] == "exact"
    assert w.values["L"] == eval(text, {"math": math, "x": 0.0})


def test_without_code_such_a_number_stays_unconfirmed(shell: Shell) -> None:
    w = shell.autograd("import math\nx = 1.25\nL = (1e16 + math.sin(x)) - 1e16\nL", "--no-rerun")
    w.set(x=1.7)
    kind, text = kind_and_text(w.tape)
    assert kind == "unconfirmed" and "may come out with other digits" in text
