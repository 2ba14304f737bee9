"""Learners' classes as they are found in the wild: explored, judged where that can be done, and left as they were."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from shell import Shell
from test_adopt import LEARNER, RIGHT, learner

from autograd_magic import check, explore
from autograd_magic.engine.foreign import Adopted, adopt
from autograd_magic.engine.verdicts import EARLY, NOT_CLEARED, OVERWRITTEN, PARTIAL, TWICE, UNVISITED

AGREE = "The gradients of your class agree with ours at every node."

UNSEEN = """
        order = []
        def build(v):
            for child in v._prev:
                build(child)
            order.append(v)
        build(self)
        self.grad = 1.0
        for v in reversed(order):
            v._backward()
"""
UNREVERSED = """
        order, seen = [], set()
        def build(v):
            if v not in seen:
                seen.add(v)
                for child in v._prev:
                    build(child)
                order.append(v)
        build(self)
        self.grad = 1.0
        for v in order:
            v._backward()
"""


def run(text: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(text, names)
    return names


def looked(names: dict[str, Any], root: str) -> Adopted:
    """Adopt, and hold that every attribute of every node is as it was."""
    before = {name: state(found) for name, found in names.items() if type(found).__name__ == "Value"}
    found = adopt(names[root], names)
    assert {name: state(names[name]) for name in before} == before
    return found


def state(node: Any) -> list[tuple[str, Any, str]]:
    slots = [name for kind in type(node).__mro__ for name in getattr(kind, "__slots__", ())]
    held = [*vars(node).items()] if hasattr(node, "__dict__") else []
    held += [(name, getattr(node, name, None)) for name in slots]
    return [(name, id(part), repr(part) if isinstance(part, (float, np.ndarray, list)) else "") for name, part in held]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"ASSIGN": "="}, OVERWRITTEN),
        ({"BACKWARD": UNSEEN}, TWICE),
        ({"BACKWARD": UNSEEN, "PARENTS": "tuple"}, TWICE),
        ({"BACKWARD": UNREVERSED}, EARLY),
        ({"TANH": "(1 + out.data ** 2)"}, "wrong local derivative of tanh"),
        ({"BACKWARD": "self._backward()"}, "the root's own gradient"),
    ],
)
@pytest.mark.parametrize("first", [False, True], ids=["ours to run", "has run"])
def test_bugs_are_told_apart(changes: dict[str, str], reason: str, first: bool) -> None:
    names = learner(**changes)
    if first:
        names["g"].backward()
    found = looked(names, "g")
    assert reason in found.notes[0], found.notes
    others = {OVERWRITTEN, TWICE, EARLY, NOT_CLEARED, UNVISITED} - {reason}
    assert not any(other in note for other in others for note in found.notes)


def test_a_rule_that_forgets_a_part_is_not_called_overwritten() -> None:
    names = learner()
    exec(
        "def forgets(self, other):\n"
        "    out = Value(self.data * other.data, (self, other), '*')\n"
        "    def _backward(): self.grad += other.data * out.grad\n"
        "    out._backward = _backward\n"
        "    return out\n"
        "x, y = Value(2.0, label='x'), Value(3.0, label='y')\n"
        "z = forgets(x, y) + y\n",
        names,
    )
    assert "wrong local derivative of *: it passes on 0, and should pass on 2" in looked(names, "z").notes[0]


def test_what_an_earlier_pass_left_is_said() -> None:
    names = learner()
    names["e"].backward()
    names["g"].backward()
    assert NOT_CLEARED in looked(names, "g").notes[0]


def test_a_pass_from_elsewhere_is_not_judged() -> None:
    names = learner()
    names["e"].backward()
    assert looked(names, "g").notes == [AGREE]


def test_a_pass_that_breaks_off_leaves_all_as_it_was() -> None:
    names = learner(BACKWARD="self.grad = 1.0; self._backward(); self.extra = 3; raise RuntimeError('later')")
    assert looked(names, "g").notes == ["Your backward() raised RuntimeError: later."]
    names = learner(BACKWARD="self.grad = 1.0; self._backward(); raise KeyboardInterrupt")
    before = state(names["g"])
    with pytest.raises(KeyboardInterrupt):
        adopt(names["g"])
    assert state(names["g"]) == before


def test_a_pass_that_breaks_off_the_second_time_decides_nothing() -> None:
    names = learner(
        ASSIGN="=", BACKWARD=RIGHT + "        self.done = getattr(self, 'done', 0) + 1\n        assert self.done < 2\n"
    )
    names["g"].backward()
    assert OVERWRITTEN in looked(names, "g").notes[0]
    assert names["g"].done == 1


def test_a_gradient_that_can_only_be_read() -> None:
    text = base(GRAD="_held", HEAD="grad = property(lambda self: self._held)")
    names = run(text)
    assert looked(names, "o").notes == [AGREE]
    names["o"].backward()
    assert looked(names, "o").notes == [AGREE]
    names = run(text.replace("(1 - t ** 2)", "(1 + t ** 2)"))
    names["o"].backward()
    assert "wrong local derivative of tanh" in looked(names, "o").notes[0]


def test_what_surrounds_the_nodes_stays_too(capsys: pytest.CaptureFixture[str]) -> None:
    names = learner(
        BACKWARD="""
        global count, new
        new = count = count + 1
        print('backward', len(topo))
        Value.calls += 1
        def build(v, seen=seen):
            if id(v) not in seen:
                seen.add(id(v))
                for child in v._prev:
                    build(child)
                topo.append(v)
        build(self)
        self.grad = 1.0
        for v in reversed(topo):
            v._backward()
"""
    )
    names |= {"topo": [], "seen": set(), "count": 0}
    names["Value"].calls = 0
    assert adopt(names["g"]).notes == [AGREE]
    assert (names["topo"], names["seen"], names["count"], names["Value"].calls) == ([], set(), 0, 0)
    assert "new" not in names
    assert capsys.readouterr().out == ""


BASE = """
import math
import numpy as np
class Value:
    {HEAD}
    def __init__(self, data, {PREV}=(), {OP}='', label=''):
        self.data, self.{GRAD}, self.label, self.{OP}, self.{PREV} = data, {ZERO}, label, {OP}, {HOLD}({PREV})
        self._backward = lambda: None
    def __add__(self, other):
        out = Value(self.data + other.data, (self, other), '{ADD}')
        def _backward():
            self.{GRAD} += out.{GRAD}
            other.{GRAD} += out.{GRAD}
        out._backward = _backward
        return out
    def __mul__(self, other):
        out = Value(self.data * other.data, (self, other), '{MUL}')
        def _backward():
            self.{GRAD} += other.data * out.{GRAD}
            other.{GRAD} += self.data * out.{GRAD}
        out._backward = _backward
        return out
    def __pow__(self, k):
        out = Value(self.data ** k, (self,), {POW})
        def _backward():
            self.{GRAD} += k * self.data ** (k - 1) * out.{GRAD}
        out._backward = _backward
        return out
    def __neg__(self): return self * Value(-1.0)
    def __sub__(self, other): return self + -other
    def __truediv__(self, other): return self * other ** -1
    def relu(self):
        out = Value(self.data if self.data > 0 else 0.0, (self,), 'relu')
        def _backward():
            self.{GRAD} += (out.data > 0) * out.{GRAD}
        out._backward = _backward
        return out
    def tanh(self):
        t = (math.exp(2 * self.data) - 1) / (math.exp(2 * self.data) + 1)
        out = Value(t, (self,), 'tanh')
        def _backward():
            self.{GRAD} += (1 - t ** 2) * out.{GRAD}
        out._backward = _backward
        return out
    def backward(self):
        order, seen = [], set()
        def build(v):
            if id(v) not in seen:
                seen.add(id(v))
                for child in v.{PREV}:
                    build(child)
                order.append(v)
        build(self)
        for v in order: v.{GRAD} = {ZERO}
        self.{GRAD} = {ONE}
        for v in reversed(order):
            v._backward()

a = Value({A}, label='a')
b = Value({B}, label='b')
c = (a * b + a ** 3).tanh()
d = (c - b) / (a ** 2 + b ** 2)
o = (d * d + c).relu() * a ** -1
"""
DEFAULTS = {
    "HEAD": "",
    "PREV": "_prev",
    "OP": "_op",
    "GRAD": "grad",
    "ZERO": "0.0",
    "ONE": "1.0",
    "HOLD": "set",
    "ADD": "+",
    "MUL": "*",
    "POW": "f'**{k}'",
    "A": "0.7",
    "B": "-0.4",
}


def base(**changes: str) -> str:
    text = BASE
    for name, part in {**DEFAULTS, **changes}.items():
        text = text.replace("{" + name + "}", part)
    return text


VARIANTS: dict[str, dict[str, str]] = {
    "as in the lecture": {},
    "list of parents": {"HOLD": "list"},
    "prev and op": {"PREV": "prev", "OP": "op"},
    "parents": {"PREV": "parents", "OP": "operation", "HOLD": "tuple"},
    "children": {"PREV": "children", "HOLD": "list"},
    "words for operations": {"ADD": "add", "MUL": "__mul__", "POW": "'pow'"},
    "other words": {"ADD": "Add", "MUL": "mul", "POW": "'^'"},
    "power without exponent": {"POW": "'**'"},
    "power in brackets": {"POW": "f'pow({k})'"},
    "no operation, only the rules": {"OP": "nothing", "ADD": "", "MUL": "", "POW": "''"},
    "hidden gradient": {"GRAD": "_grad"},
    "gradient is an array": {"ZERO": "np.array(0.0)", "ONE": "np.array(1.0)"},
    "gradient is NumPy's": {"ZERO": "np.float64(0)", "ONE": "np.float64(1)"},
    "all is NumPy's": {"A": "np.float64(0.7)", "B": "np.float64(-0.4)"},
    "single precision": {"A": "np.float32(0.7)", "B": "np.float32(-0.4)"},
    "slots": {"HEAD": "__slots__ = ('data', 'grad', 'label', '_op', '_prev', '_backward')"},
    "property": {
        "HEAD": "grad = property(lambda self: self._held, lambda self, x: setattr(self, '_held', x))",
    },
    "equal by number": {
        "HEAD": "__eq__ = lambda self, other: self.data == other.data",
        "HOLD": "list",
    },
    "saturated": {"A": "2.3", "B": "-1.7"},
    "at zero": {"A": "1.0", "B": "0.0"},
    "equal leaves": {"A": "0.5", "B": "0.5"},
    "dictionary of parents": {"HOLD": "(lambda found: dict(enumerate(found)))", "PREV": "_prev"},
}


@pytest.mark.parametrize("changes", VARIANTS.values(), ids=VARIANTS)
@pytest.mark.parametrize("first", [False, True], ids=["ours to run", "has run"])
def test_a_right_class_is_never_called_wrong(changes: dict[str, str], first: bool) -> None:
    text = base(**changes)
    if "dict" in changes.get("HOLD", ""):
        text = text.replace("for child in v._prev:", "for child in v._prev.values():")
    names = run(text)
    if first:
        names["o"].backward()
    found = looked(names, "o")
    kept = "" if changes.get("GRAD", "grad") == "grad" else " (in _grad)"
    assert found.notes == [AGREE.replace(" agree", f"{kept} agree")], found.notes
    a = found.ours[id(names["a"])].gradient
    assert a == a and found.theirs[id(found.ours[id(names["a"])])] == pytest.approx(a, rel=1e-4, abs=1e-12)
    explore(names["o"])
    assert check(names["o"]).ok


def test_no_gradient_at_all_is_one_sentence() -> None:
    names = run("class V:\n    def __init__(s, d, p=(), o='', l=''): s.data, s._prev, s._op, s.label = d, p, o, l\n")
    exec("x = V(3.0, l='x')\ny = V(9.0, (x, x), '*')", names)
    sentence = "Your class keeps no gradient: its values are explored, and the gradients shown are ours."
    assert adopt(names["y"], names).notes == [sentence]
    assert explore(names["y"]).grads["x"] == 6.0
    assert sentence in repr(check(names["y"]))


MICROGPT = """
class Value:
    __slots__ = ('data', 'grad', '_children', '_local_grads')
    def __init__(self, data, children=(), local_grads=()):
        self.data, self.grad, self._children, self._local_grads = data, 0, children, local_grads
    def __add__(self, other): return Value(self.data + other.data, (self, other), (1, 1))
    def __mul__(self, other): return Value(self.data * other.data, (self, other), (other.data, self.data))
    def relu(self): return Value(max(0, self.data), (self,), (float(self.data > 0),))
    def backward(self):
        topo, visited = [], set()
        def build(v):
            if v not in visited:
                visited.add(v)
                for child in v._children:
                    build(child)
                topo.append(v)
        build(self)
        self.grad = 1
        for v in reversed(topo):
            for child, local in zip(v._children, v._local_grads):
                child.grad += local * v.grad
"""


def test_a_class_without_operations_is_read_from_its_local_gradients() -> None:
    names = run(MICROGPT + "x = Value(2.0)\ny = Value(2.0)\nz = (x + y) * (x * y)\nr = z.relu()\n")
    found = looked(names, "r")
    assert found.notes == [AGREE]
    assert found.ours[id(names["x"])].gradient == 12.0


def test_constants_that_stand_beside_the_nodes() -> None:
    names = learner()
    exec(
        "def times(self, k):\n"
        "    out = Value(self.data * k, (self,), '*')\n"
        "    def _backward(): self.grad += k * out.grad\n"
        "    out._backward = _backward\n"
        "    return out\n"
        "x = Value(3.0, label='x')\n"
        "y = times(x, 3.0) + times(x, 5.0)\n"
        "u = Value(6.0, (), '')\nu._prev, u._op = (x, 2.0), '*'\n",
        names,
    )
    assert looked(names, "y").notes == [AGREE]
    assert adopt(names["u"], names).ours[id(names["x"])].gradient == 2.0


@pytest.mark.parametrize(
    ("x", "k", "op", "held", "slope"),
    [
        (2.0, 3, "**", False, 12.0),
        (2.0, 0.5, "pow", False, 0.5 / math.sqrt(2)),
        (0.3, -2, "**", False, -2 * 0.3**-3),
        (-2.0, 3, "**", False, 12.0),
        (-2.0, -1, "power", False, -0.25),
        (1.0, 3, "**", False, None),
        (0.0, 3, "**", False, None),
        (-1.0, 3, "**", False, None),
        (1.0, 3, "**", True, 3.0),
        (0.0, 1, "**", True, 1.0),
        (-1.0, 2, "**", True, -2.0),
        (2.0, 2, "**", False, 4.0),
        (1.0, 3, "**3", False, 3.0),
    ],
)
def test_an_exponent_comes_back_from_the_number(x: float, k: float, op: str, held: bool, slope: float | None) -> None:
    names = learner(PARENTS="tuple")
    exec(f"x = Value({x}, label='x')\ny = Value({x**k}, (x,), {op!r}, label='y')\nz = y * 2.0", names)
    if held:
        names["y"].k = k
    found = adopt(names["z"], names)
    ours = found.ours[id(names["x"])]
    if slope is None:
        assert f"How y ({op})" in found.notes[0]
        assert id(ours) in found.unknown and id(ours) not in found.theirs
    else:
        assert ours.gradient == pytest.approx(2 * slope)


def test_an_order_that_a_set_has_lost_is_not_guessed() -> None:
    names = learner()
    exec("x, y = Value(3.0, label='x'), Value(3.0, label='y')\nz = x - y\nz.label = 'z'", names)
    assert looked(names, "z").notes == [AGREE]
    names["z"]._backward = lambda: None
    assert "How z (-) came about cannot be told" in adopt(names["z"], names).notes[0]


def test_below_an_unknown_operation_there_is_no_verdict() -> None:
    names = learner()
    exec(
        "x = Value(3.0, label='x')\n"
        "def wild(self):\n"
        "    out = Value(7.0, (self,), 'wild', label='y')\n"
        "    def _backward(): self.grad += 5.0 * out.grad\n"
        "    out._backward = _backward\n"
        "    return out\n"
        "v = x * 2.0\nw = wild(v) * x + Value(1.0, label='c')\n",
        names,
    )
    found = looked(names, "w")
    assert "How y (wild) came about cannot be told" in found.notes[0]
    assert found.notes[1] == "The gradients of your class agree with ours at every node where ours are known."
    judged = {ours.label for ours in found.ours.values() if id(ours) in found.theirs}
    assert "c" in judged and "y" in judged and "x" not in judged
    widget = explore(names["w"])
    assert math.isnan(widget.grads["x"]) and widget.grads["c"] == 1.0
    assert "goes through wild, whose derivative is not known" in repr(check(names["w"]))


def test_a_class_without_backward_is_run_by_its_rules() -> None:
    names = learner(TANH="(1 - out.data)")
    del names["Value"].backward
    assert "wrong local derivative of tanh" in looked(names, "g").notes[0]


def test_a_backward_that_wants_the_gradient_and_gives_it_back() -> None:
    names = run(
        """
class Value:
    def __init__(self, data, prev=(), op=''):
        self.data, self.prev, self.op, self.grad = data, prev, op, None
    def __add__(self, other): return Value(self.data + other.data, [self, other], '+')
    def __mul__(self, other): return Value(self.data * other.data, [self, other], '*')
    def backward(self, up):
        self.grad = up + (self.grad or 0.0)
        parts = [1.0, 1.0] if self.op == '+' else [node.data for node in reversed(self.prev)]
        for node, part in zip(self.prev, parts):
            node.backward(up * part)
        return self.grad
x, y = Value(2.0), Value(-3.0)
z = x * y + x * x
"""
    )
    assert looked(names, "z").notes == [AGREE]


def test_a_dataclass() -> None:
    names = run(
        """
from dataclasses import dataclass, field
@dataclass
class Value:
    data: float
    _prev: tuple = ()
    _op: str = ''
    grad: float = 0.0
    _backward: object = field(default=lambda: None, repr=False)
    def __sub__(self, other):
        out = Value(self.data - other.data, (self, other), '-')
        def _backward():
            self.grad += out.grad
            other.grad += out.grad
        out._backward = _backward
        return out
    def backward(self):
        self.grad = 1.0
        self._backward()
x, y = Value(2.0), Value(2.0)
z = x - y
"""
    )
    assert "wrong local derivative of -: it passes on 1, and should pass on -1" in looked(names, "z").notes[0]


def test_check_takes_somebody_elses_class() -> None:
    names = learner(ASSIGN="=")
    found = check(names["g"])
    assert not found.ok
    assert OVERWRITTEN in repr(found)
    assert check(learner()["g"]).ok
    names = learner(TANH="(1 + out.data ** 2)")
    assert "wrong local derivative of tanh" in repr(check(names["g"]))


SHAPES = {
    "rules that give their parts back": """
import math
class N:
    def __init__(self, value, parents=(), op='', fn=None):
        self.value, self.parents, self.op, self.grad_fn, self.grad = value, list(parents), op, fn, 0
    def __sub__(self, other): return N(self.value - other.value, (self, other), 'sub', lambda up: (up, -up))
    def exp(self):
        e = math.exp(self.value)
        return N(e, (self,), 'exp', lambda up: (up * e,))
    def backward(self, up=1.0):
        self.grad += up
        if self.grad_fn:
            for node, part in zip(self.parents, self.grad_fn(up)): node.backward(part)
x, y = N(1.0), N(2.0)
z = (x - y).exp() - x
""",
    "a class for each operation": """
class Leaf:
    def __init__(self, data): self.data, self.grad, self._prev, self._op = data, 0.0, (), ''
class Mul(Leaf):
    def __init__(self, a, b): self.data, self.grad, self._prev, self._op = a.data * b.data, 0.0, (a, b), '*'
    def backward(self):
        self.grad = 1.0
        for node, other in (self._prev, self._prev[::-1]): node.grad += other.data * self.grad
x, y = Leaf(3.0), Leaf(4.0)
z = Mul(x, y)
""",
    "gradients are nodes": """
class Value:
    def __init__(self, data, prev=(), op=''): self.data, self._prev, self._op, self.grad = data, prev, op, None
    def __mul__(self, other): return Value(self.data * other.data, (self, other), '*')
    def backward(self):
        self.grad = Value(1.0)
        a, b = self._prev
        a.grad, b.grad = self.grad * b, self.grad * a
x, y = Value(3.0), Value(4.0)
z = x * y
""",
    "numbers in arrays": """
import numpy as np
class Value:
    def __init__(self, data, prev=(), op=''):
        self.data, self._prev, self._op, self.grad = np.array(data), prev, op, np.zeros(())
    def __mul__(self, other): return Value(self.data * other.data, (self, other), '*')
    def backward(self):
        self.grad += 1.0
        a, b = self._prev
        a.grad += self.grad * b.data
        b.grad += self.grad * a.data
x = Value(3.0)
z = x * x
""",
}


@pytest.mark.parametrize("text", SHAPES.values(), ids=SHAPES)
def test_other_shapes_of_classes(text: str) -> None:
    assert looked(run(text), "z").notes == [AGREE]


def test_a_rule_without_the_gradient_above_is_said() -> None:
    names = run(base().replace("(1 - t ** 2) * out.grad", "(1 - t ** 2)"))
    assert "the rule of tanh passes on the same whatever" in looked(names, "o").notes[0]


def test_a_pass_by_hand_that_has_not_come_far_is_not_called_uncleared() -> None:
    names = run(base())
    exec("o.grad = 1.0\no._backward()", names)
    assert PARTIAL in looked(names, "o").notes[0]


def test_large_parts_and_infinite_ones_overwrite_nothing() -> None:
    names = learner(PARENTS="tuple")
    exec("x = Value(1e15, label='x')\nz = x * x + x * 2.0", names)
    assert looked(names, "z").notes == [AGREE]


CELL = (
    LEARNER.replace("{PARENTS}", "tuple")
    .replace("{ASSIGN}", "+=")
    .replace("{TANH}", "(1 - out.data ** 2)")
    .replace("{BACKWARD}", RIGHT)
    + "a = Value(2.0, label='a')\nb = Value(-3.0, label='b')\n"
)


@pytest.mark.parametrize(
    "ending",
    [
        "o = (a * b).tanh()\no.backward()",
        "o = (a * b).tanh()",
        "o = (a * b).tanh()\no",
        "o: Value = (a * b).tanh()",
        "n = a * b\no = n.tanh()\no.backward()\nprint(a.grad)",
        "o = (a * b).tanh()\no.backward()\na.grad, b.grad",
        "for _ in range(3):\n    o = (a * b).tanh()\n    o.backward()",
        "class Net: pass\nnet = Net()\no = net.loss = (a * b).tanh()\nnet.loss.backward()",
        "seen = []\no = (a * b).tanh()\nseen.append(o)",
        "def f(v):\n    v.backward()\no = (a * b).tanh()\nf(o)",
        "o = (a * b).tanh()\no.backward()\ndef later():\n    pass",
    ],
)
def test_a_cell_explores_what_it_is_about(shell: Shell, ending: str) -> None:
    widget = shell.autograd(CELL + ending)
    assert widget.values["o"] == shell.names["o"].data
    assert widget.trace.result is shell.names["o"]
    assert widget.grads["a"] == pytest.approx(-3.0 * (1 - math.tanh(-6.0) ** 2))


def test_a_cell_of_two_and_one_that_is_none(shell: Shell) -> None:
    shell(CELL)
    widget = shell.autograd("o = a * b\np = o.tanh()\no.backward()")
    assert widget.values["o"] == -6.0 and not any("differ" in note for note in widget.trace.notes)
    widget = shell.autograd("o = a * b\np = o.tanh()\np.backward()", "--root o")
    assert widget.values["o"] == -6.0
    widget = shell.autograd("u = 3.0\nv = u * u\nv")
    assert widget.grads["u"] == 6.0
    shell("%%autograd\nq = Value('text')")
    assert "not one real number" in shell.output.outputs[0].data["text/plain"]
