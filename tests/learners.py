"""Learners' classes for the tests, and how to look at one and hold that it stays as it was."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_magic.engine.foreign import Adopted, adopt

AGREE = "The gradients of your class agree with ours at every node."


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
