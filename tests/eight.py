"""Cells whose graphs must open readable: from seven nodes to tens of thousands."""

from __future__ import annotations

LECTURE = "a = 2.0\nb = -3.0\nc = 10.0\ne = a*b\nd = e + c\nf = -2.0\nL = d * f\nL"
NEURON = """\
import math
x1 = 2.0
x2 = 0.0
w1 = -3.0
w2 = 1.0
b = 6.8813735870195432
x1w1 = x1*w1
x2w2 = x2*w2
x1w1x2w2 = x1w1 + x2w2
n = x1w1x2w2 + b
e = math.exp(2*n)
o = (e - 1) / (e + 1)
o"""
BLACK_SCHOLES = """\
from math import log, sqrt, exp, erf

def Phi(x):
    return 0.5 * (1 + erf(x / sqrt(2)))

S = 100.0
K = 105.0
T = 0.5
r = 0.03
sigma = 0.2
d1 = (log(S / K) + (r + sigma**2 / 2) * T) / (sigma * sqrt(T))
d2 = d1 - sigma * sqrt(T)
call = S * Phi(d1) - K * exp(-r * T) * Phi(d2)
call"""
NEWTON = """\
a = 2.0
x = 1.0
for step in range(6):
    x = x - (x*x - a) / (2*x)
x"""
LOGISTIC = """\
import math
w1 = 0.5
w2 = -0.3
b = 0.1
points = [((1.0, 2.0), 1), ((2.0, -1.0), 0), ((-1.0, 1.5), 1), ((0.5, -0.5), 0)]

def predict(x):
    z = w1 * x[0] + w2 * x[1] + b
    return 1 / (1 + math.exp(-z))

loss = 0.0
for x, y in points:
    p = predict(x)
    loss = loss - (y * math.log(p) + (1 - y) * math.log(1 - p))
loss"""
CLASSES = """\
import math, random
random.seed(7)

class Neuron:
    def __init__(self, nin):
        self.w = [Value(random.uniform(-1, 1)) for _ in range(nin)]
        self.b = Value(random.uniform(-1, 1))

    def __call__(self, x):
        act = sum((wi * xi for wi, xi in zip(self.w, x)), self.b)
        return act.tanh()

    def parameters(self):
        return self.w + [self.b]

class Layer:
    def __init__(self, nin, nout):
        self.neurons = [Neuron(nin) for _ in range(nout)]

    def __call__(self, x):
        outs = [n(x) for n in self.neurons]
        return outs[0] if len(outs) == 1 else outs

    def parameters(self):
        return [p for neuron in self.neurons for p in neuron.parameters()]

class MLP:
    def __init__(self, nin, nouts):
        sz = [nin] + nouts
        self.layers = [Layer(sz[i], sz[i + 1]) for i in range(len(nouts))]

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters()]
"""
"""The lecture's classes."""
EXAMPLES = """\
xs = [[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]]
ys = [1.0, -1.0, -1.0, 1.0]
"""
MLP = f"""\
from autograd_magic import Value
{CLASSES}
{EXAMPLES}
n = MLP(3, [4, 4, 1])
ypred = [n(x) for x in xs]
loss = sum((yout - ygt)**2 for ygt, yout in zip(ys, ypred))
loss"""
OURS = f"""\
import random
from autograd_magic import nn
random.seed(7)
{EXAMPLES}
model = nn.MLP(3, [4, 4, 1], nonlin="tanh", last="tanh")
loss = sum((model(x) - y)**2 for x, y in zip(xs, ys))
loss"""


def moons(points: int) -> str:
    """micrograd's demo on so many points: hinge loss and a penalty on the weights."""
    return f"""\
import math, random
from autograd_magic import nn
random.seed(7)
X, y = [], []
for k in range({points}):
    turn = math.pi * (k // 2) / {points // 2}
    X.append([math.cos(turn), math.sin(turn)] if k % 2 else [1 - math.cos(turn), 0.5 - math.sin(turn)])
    y.append(1 if k % 2 else -1)
model = nn.MLP(2, [16, 16, 1])
scores = [model(x) for x in X]
losses = [(1 + -yi * score).relu() for yi, score in zip(y, scores)]
data_loss = sum(losses) * (1.0 / len(losses))
reg_loss = 1e-4 * sum((p * p for p in model.parameters()))
total_loss = data_loss + reg_loss
total_loss"""


MOONS_TANH = (
    moons(100)
    .replace("[16, 16, 1]", '[16, 16, 1], nonlin="tanh", last="tanh"')
    .replace("(1 + -yi * score).relu()", "(score - yi)**2")
)
"""The same with tanh and the squared error."""

EIGHT = {
    "lecture": LECTURE,
    "neuron": NEURON,
    "Black-Scholes": BLACK_SCHOLES,
    "Newton": NEWTON,
    "logistic": LOGISTIC,
    "MLP": MLP,
    "MLP of ours": OURS,
    "20 points": moons(20),
    "moons": moons(100),
}
