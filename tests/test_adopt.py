"""Somebody else's class: the lecture's, micrograd's, and five learners' with a bug each."""

from __future__ import annotations

import math
from typing import Any

import pytest
from shell import Shell

from autograd_magic import explore
from autograd_magic.engine.foreign import adopt, is_foreign
from autograd_magic.engine.verdicts import EARLY, NOT_CLEARED, OVERWRITTEN, TWICE
from autograd_magic.live.lookup import find

SEED = """
class Value:
    def __init__(self, data, _children=(), _op='', label=''):
        self.data = data
        self._prev = set(_children)
        self._op = _op
        self.label = label

    def __repr__(self):
        return f"Value(data={self.data})"

    def __add__(self, other):
        out = Value(self.data + other.data, (self, other), '+')
        return out

    def __mul__(self, other):
        out = Value(self.data * other.data, (self, other), '*')
        return out

a = Value(2.0, label='a')
b = Value(-3.0, label='b')
c = Value(10.0, label='c')
e = a*b; e.label = 'e'
d = e + c; d.label = 'd'
f = Value(-2.0, label='f')
L = d * f; L.label = 'L'
"""
"""The lecture's class as it stands halfway, without a gradient."""

LEARNER = """
import math

class Value:
    def __init__(self, data, _children=(), _op='', label=''):
        self.data, self.grad, self.label, self._op = data, 0.0, label, _op
        self._backward = lambda: None
        self._prev = {PARENTS}(_children)

    def _other(self, other):
        return other if isinstance(other, Value) else Value(other)

    def __add__(self, other):
        other = self._other(other)
        out = Value(self.data + other.data, (self, other), '+')
        def _backward():
            self.grad {ASSIGN} out.grad
            other.grad {ASSIGN} out.grad
        out._backward = _backward
        return out

    def __mul__(self, other):
        other = self._other(other)
        out = Value(self.data * other.data, (self, other), '*')
        def _backward():
            self.grad {ASSIGN} other.data * out.grad
            other.grad {ASSIGN} self.data * out.grad
        out._backward = _backward
        return out

    def __pow__(self, k):
        out = Value(self.data ** k, (self,), f'**{k}')
        def _backward():
            self.grad {ASSIGN} k * self.data ** (k - 1) * out.grad
        out._backward = _backward
        return out

    def __sub__(self, other):
        other = self._other(other)
        out = Value(self.data - other.data, (self, other), '-')
        def _backward():
            self.grad {ASSIGN} out.grad
            other.grad {ASSIGN} -out.grad
        out._backward = _backward
        return out

    def __truediv__(self, other):
        return self * other ** -1

    def tanh(self):
        out = Value(math.tanh(self.data), (self,), 'tanh')
        def _backward():
            self.grad {ASSIGN} {TANH} * out.grad
        out._backward = _backward
        return out

    def backward(self):
        {BACKWARD}
"""

RIGHT = """
        order, seen = [], set()
        def build(v):
            if v not in seen:
                seen.add(v)
                for child in v._prev:
                    build(child)
                order.append(v)
        build(self)
        self.grad = 1.0
        for v in reversed(order):
            v._backward()
"""
RECURSIVE = """
        self.grad = self.grad or 1.0
        self._backward()
        for child in self._prev:
            child.backward()
"""
BREADTH = """
        self.grad = 1.0
        queue, seen = [self], {self}
        for v in queue:
            v._backward()
            for child in v._prev:
                if child not in seen:
                    seen.add(child)
                    queue.append(child)
"""

GRAPH = (
    "a = Value(2.0, label='a')\nb = Value(-0.75, label='b')\nc = a * b; c.label = 'c'\nd = c.tanh(); d.label = 'd'\n"
)
GRAPH += (
    "e = d * c; e.label = 'e'\nh = e * 2.0; h.label = 'h'\nf = h + d; f.label = 'f'\ng = f - a / 4.0; g.label = 'g'\n"
)


def learner(**changes: str) -> dict[str, Any]:
    text = LEARNER
    for name, part in {
        "PARENTS": "set",
        "ASSIGN": "+=",
        "TANH": "(1 - out.data ** 2)",
        "BACKWARD": RIGHT,
        **changes,
    }.items():
        text = text.replace("{" + name + "}", part)
    names: dict[str, Any] = {}
    exec(text + GRAPH, names)
    return names


def test_the_lectures_class_gets_its_gradients_shown(shell: Shell) -> None:
    shell(SEED)
    shell("from autograd_magic import explore\nw = explore(L)")
    grads = shell.names["w"].grads
    assert {name: grads[name] for name in "abcdefL"} == {"a": 6, "b": -4, "c": -2, "d": -2, "e": -2, "f": 4, "L": 1}
    shell.names["w"].set(a=3.0)
    assert shell.names["w"].values["L"] == -2
    widget = shell.autograd("L")
    assert widget.grads["a"] == 6
    assert not widget.trace.theirs


@pytest.mark.parametrize("parents", ["set", "tuple", "list"])
def test_a_right_class_agrees(parents: str) -> None:
    names = learner(PARENTS=parents)
    found = adopt(names["g"], names)
    assert found.notes == ["The gradients of your class agree with ours at every node."]
    assert not found.reasons
    widget = explore(names["g"])
    assert widget.trace.theirs[find(widget.trace, "a")][0] == widget.grads["a"]


BUGS = {
    "overwritten": ({"ASSIGN": "="}, {"c", "d", "a"}, OVERWRITTEN),
    "recursion": ({"BACKWARD": RECURSIVE, "PARENTS": "tuple"}, None, TWICE),
    "breadth first": ({"BACKWARD": BREADTH, "PARENTS": "tuple"}, None, EARLY),
    "wrong derivative": ({"TANH": "(1 - out.data)"}, None, "wrong local derivative of tanh"),
}


@pytest.mark.parametrize(("changes", "at", "reason"), BUGS.values(), ids=BUGS)
def test_a_planted_bug_is_found(changes: dict[str, str], at: set[str] | None, reason: str) -> None:
    names = learner(**changes)
    found = adopt(names["g"], names)
    labels = {id(ours): ours.label for ours in found.ours.values()}
    causes = {labels[key] for key, why in found.reasons.items() if why.startswith(reason)}
    assert causes, found.notes
    if at is not None:
        assert causes <= at
    assert any(reason in note for note in found.notes), found.notes


def test_gradients_that_were_not_cleared() -> None:
    names = learner()
    names["g"].backward()
    names["g"].backward()
    found = adopt(names["g"], names)
    assert set(found.reasons.values()) == {NOT_CLEARED}


def test_a_wrong_derivative_is_found_where_it_is() -> None:
    names = learner(TANH="1.0")
    exec("x = Value(0.5, label='x')\ny = (x * 3.0).tanh(); y.label = 'y'\nz = y * 2.0", names)
    found = adopt(names["z"], names)
    (cause,) = [key for key, why in found.reasons.items() if why.startswith("wrong local")]
    (ours,) = [node for node in found.ours.values() if id(node) == cause]
    assert ours.row.name == "mul"
    assert "passes on 1, and should pass on 0.180" in found.reasons[cause]


def test_rounding_is_no_bug_and_a_millionth_is_one() -> None:
    names = learner(TANH="4 / (math.exp(self.data) + math.exp(-self.data)) ** 2")
    assert adopt(names["g"], names).notes == ["The gradients of your class agree with ours at every node."]
    names = learner(TANH="(1 - out.data ** 2) * 1.000001")
    assert "wrong local derivative of tanh" in adopt(names["g"], names).notes[0]
    exec(
        "x = Value(3.0, label='x')\ny = Value(9.00001, (x,), '*', label='y')\nz = Value(9 * (1 + 1e-15), (x,), '*')",
        names,
    )
    assert "How y (" in adopt(names["y"], names).notes[0]
    assert adopt(names["z"], names).ours[id(names["x"])].gradient == 6.0


def test_order_and_multiplicity_come_back_from_the_numbers() -> None:
    names = learner()
    exec("x = Value(3.0)\np = x * x\nq = x - Value(5.0)\nr = p / q", names)
    found = adopt(names["r"], names)
    assert found.root.data == names["r"].data
    by_label = {node.label: node for node in found.ours.values() if node.label}
    assert by_label["x"].gradient == pytest.approx(-5.25)


@pytest.mark.parametrize(("op", "data"), [("mystery", 7.0), ("*", 7.0)])
def test_an_operation_that_cannot_be_followed_is_said(op: str, data: float) -> None:
    names = learner()
    exec(f"x = Value(3.0, label='x')\ny = Value({data}, (x,), {op!r}, label='y')\nz = y * 2.0", names)
    found = adopt(names["z"], names)
    assert any("How y (" in note for note in found.notes)
    by_label = {node.label: node for node in found.ours.values() if node.label}
    assert by_label["y"].gradient == 2.0 and math.isnan(by_label["x"].gradient)


def test_a_broken_backward_is_said() -> None:
    names = learner(BACKWARD="raise RuntimeError('later')")
    assert adopt(names["g"]).notes == ["Your backward() raised RuntimeError: later."]


def test_what_is_no_graph_is_refused() -> None:
    names = learner()
    exec("x = Value('text')\ny = Value(1.0)\ny._prev = {y}", names)
    with pytest.raises(TypeError, match="data is str 'text', not one real number"):
        adopt(names["x"])
    with pytest.raises(ValueError, match="cycle"):
        adopt(names["y"])
    assert not is_foreign(3.0)


def test_a_chain_of_foreign_nodes_is_no_recursion() -> None:
    names = learner()
    exec("x = Value(1.0, label='x')\ny = x\nfor _ in range(20_000): y = y + 0.0", names)
    found = adopt(names["y"])
    assert found.ours[id(names["x"])].gradient == 1.0


def test_micrograds_class() -> None:
    engine = pytest.importorskip("micrograd.engine")
    a, b = engine.Value(-4.0), engine.Value(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    widget = explore(g)
    assert widget.values["a"] == -4.0
    assert widget.grads["a"] == pytest.approx(138.8338, abs=5e-5)
    assert "agree with ours at every node" in widget.trace.notes[0]
