"""Learners' classes as they are found in the wild: read, and not called wrong where they are right."""

from __future__ import annotations

import math

import pytest
from learners import AGREE, base, looked, run
from test_adopt import learner

from autograd_magic import check, explore
from autograd_magic.engine.foreign import adopt

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
