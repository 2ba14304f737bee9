"""Cells in the style of teaching notebooks: what people write under ``%%autograd``, each as (name, cell)."""

from __future__ import annotations

BEFORE = """
import math
import random
import functools
import itertools
import statistics
from math import exp, log, pi, sin, cos, sqrt, tanh
import numpy as np
from scipy.stats import norm

def sigmoid(t):
    return 1 / (1 + math.exp(-t))

def rosenbrock(x, y):
    return (1 - x)**2 + 100 * (y - x**2)**2

class Account:
    def __init__(self, balance, rate):
        self.balance = balance
        self.rate = rate
    def year(self):
        self.balance = self.balance * (1 + self.rate)
        return self.balance
"""

_TEXT = """
# lecture
a = 2.0
b = -3.0
c = 10.0
e = a*b
d = e + c
f = -2.0
L = d * f
L
# slope by finite differences
h = 0.0001
x = 3.0
f1 = 3*x**2 - 4*x + 5
f2 = 3*(x + h)**2 - 4*(x + h) + 5
print('slope', (f2 - f1)/h)
# tanh neuron
x1, x2 = 2.0, 0.0
w1, w2 = -3.0, 1.0
b = 6.8813735870195432
n = x1*w1 + x2*w2 + b
o = math.tanh(n)
o
# gradient descent with a counter
x = 5.0
rate = 0.1
i = 0
while i < 10:
    slope = 2*x - 4
    x = x - rate * slope
    i += 1
print(f"after {i} steps x = {x:.4f}")
x
# gradient descent until it stands
x = 5.0
rate = 0.2
steps = 0
while abs(2*x - 4) > 1e-3 and steps < 50:
    x -= rate * (2*x - 4)
    steps += 1
print(steps)
(x - 2)**2
# newton
target = 2.0
guess = 1.0
for step in range(6):
    guess = guess - (guess**2 - target) / (2 * guess)
    print(step, round(guess, 6))
guess
# secant
x0, x1 = 1.0, 2.0
for _ in range(5):
    f0, f1 = x0**3 - 2, x1**3 - 2
    x0, x1 = x1, x1 - f1 * (x1 - x0) / (f1 - f0)
x1
# bisection
low, high = 0.0, 2.0
target = 2.0
for _ in range(20):
    middle = (low + high) / 2
    if middle**2 < target:
        low = middle
    else:
        high = middle
middle
# black scholes
S, K, T, r, sigma = 42.0, 40.0, 0.5, 0.1, 0.2
d1 = (log(S/K) + (r + sigma**2/2)*T) / (sigma*sqrt(T))
d2 = d1 - sigma*sqrt(T)
call = S*norm.cdf(d1) - K*exp(-r*T)*norm.cdf(d2)
print(f"call: {call:.2f}")
call
# mean and variance by generators
data = [2.0, 4.0, 4.0, 5.0, 7.0]
shift = 0.5
m = sum(t + shift for t in data) / len(data)
var = sum((t + shift - m)**2 for t in data) / len(data)
scale = 2.0
sqrt(var) * scale
# celsius
celsius = 21.5
fahrenheit = celsius * 9/5 + 32
print(f"{celsius} C is {round(fahrenheit, 1)} F")
fahrenheit
# kilometres
miles = 26.2
factor = 1.609344
km = round(miles * factor, 2)
km
# pendulum
length = 1.5
g = 9.81
amplitude = 0.3
t = np.linspace(0, 2, 5)
angle = amplitude * np.cos(np.sqrt(g / length) * t)
(angle**2).sum()
# projectile
v0 = 20.0
angle = 45.0
g = 9.81
theta = math.radians(angle)
distance = v0**2 * math.sin(2*theta) / g
height = v0**2 * math.sin(theta)**2 / (2*g)
print(f"{distance:.1f} m far, {height:.1f} m high")
distance
# softmax over a list
logits = [1.0, 2.0, 0.5]
temperature = 0.8
exps = [math.exp(z / temperature) for z in logits]
probs = [e / sum(exps) for e in exps]
loss = -math.log(probs[1])
print(['%.3f' % p for p in probs])
loss
# softmax with the largest taken off
a, b, c = 1.0, 3.0, 0.2
top = max(a, b, c)
z = [exp(t - top) for t in (a, b, c)]
z[0] / sum(z)
# perceptron
w1, w2, bias = 0.4, -0.2, 0.1
x1, x2 = 1.0, 0.5
activation = w1*x1 + w2*x2 + bias
if activation > 0:
    label = 1
else:
    label = 0
print('label', label)
activation
# perceptron rule
w, bias, rate = 0.0, 0.0, 0.5
for x, y in [(1.0, 1), (2.0, 1), (-1.0, 0), (-2.0, 0)]:
    guess = 1 if w*x + bias > 0 else 0
    w += rate * (y - guess) * x
    bias += rate * (y - guess)
w * 3 + bias
# logistic regression
w, b = 0.5, -0.25
loss = 0.0
for x, y in [(0.5, 0), (1.5, 1), (2.5, 1)]:
    p = sigmoid(w*x + b)
    loss += -(y*log(p) + (1 - y)*log(1 - p))
loss / 3
# linear regression
w, b = 1.5, 0.2
xs = [1.0, 2.0, 3.0]
ys = [2.1, 3.9, 6.2]
residuals = [w*x + b - y for x, y in zip(xs, ys)]
mse = sum(r**2 for r in residuals) / len(residuals)
print(f'mse={mse:.4f}')
mse
# linear regression with arrays
w, b = 1.5, 0.2
x = np.array([1.0, 2.0, 3.0])
y = np.array([2.1, 3.9, 6.2])
loss = np.mean((w*x + b - y)**2)
loss
# rosenbrock
x, y = -1.2, 1.0
rosenbrock(x, y)
# speelpenning
a, b, c, d = 1.1, 1.2, 1.3, 1.4
math.prod([a, b, c, d])
# euler's method
k = 0.3
T = 20.0
y = 90.0
t, dt = 0.0, 0.5
while 0 < dt and t < 3.0 and t + dt > t + 0.01:
    y = y + dt * (-k * (y - T))
    t += dt
y
# compound interest
principal = 1000.0
rate = 0.05
years = 5
amount = principal
for year in range(years):
    amount *= 1 + rate
    print(f"year {year + 1}: {amount:.2f}")
amount
# account
balance, rate = 100.0, 0.1
account = Account(balance, rate)
for _ in range(3):
    account.year()
account.balance
# dict of values
prices = {'apple': 1.2, 'bread': 2.5}
tax = 0.07
basket = {'apple': 3, 'bread': 1}
total = sum(prices[name] * count for name, count in basket.items()) * (1 + tax)
print({name: round(price * (1 + tax), 2) for name, price in prices.items()})
total
# recursion
x = 1.5
def power(base, n):
    return 1 if n == 0 else base * power(base, n - 1)
power(x, 5)
# factorial series for exp
x = 0.7
term, total = 1.0, 1.0
for n in range(1, 10):
    term = term * x / n
    total += term
total - math.exp(x)
# fibonacci ratio
a, b = 1.0, 1.0
for _ in range(10):
    a, b = b, a + b
b / a
# golden section
phi = (1 + sqrt(5)) / 2
x = 1.0
phi * x
# trapezium rule
a, b = 0.0, 2.0
n = 10
h = (b - a) / n
area = 0.5 * (sin(a) + sin(b))
for k in range(1, n):
    area += sin(a + k*h)
area * h
# simpson with arrays
a, b = 0.0, 1.0
x = np.linspace(a, b, 5)
weights = np.array([1, 4, 2, 4, 1])
((b - a) / 12) * (weights * np.exp(x)).sum()
# quadratic formula
a, b, c = 1.0, -3.0, 2.0
disc = b**2 - 4*a*c
if disc < 0:
    print('no real root')
    root = 0.0
else:
    root = (-b + disc**0.5) / (2*a)
root
# triangle
a, b, c = 3.0, 4.0, 5.0
s = (a + b + c) / 2
area = math.sqrt(s * (s - a) * (s - b) * (s - c))
print("area: %.3f" % area)
area
# distance
lat1, lat2, dlon = 0.8, 0.9, 0.4
math.acos(sin(lat1)*sin(lat2) + cos(lat1)*cos(lat2)*cos(dlon)) * 6371
# body mass
weight = 70.0
height = 1.75
bmi = weight / height**2
if bmi < 18.5:
    word = 'low'
elif bmi < 25:
    word = 'normal'
else:
    word = 'high'
print(f"{bmi:.1f}: {word}")
bmi
# tax brackets
income = 45000.0
tax = 0.0
for low, high, rate in [(0, 10000, 0.1), (10000, 40000, 0.2), (40000, 1e9, 0.3)]:
    if income > low:
        tax += (min(income, high) - low) * rate
tax
# relu network
x = 0.5
w = [0.3, -0.8, 1.2]
hidden = [max(0.0, t * x) for t in w]
out = sum(hidden)
out
# leaky relu
x, slope = -0.5, 0.01
y = x if x > 0 else slope * x
y
# batch normalisation
a, b, c = 1.0, 2.0, 4.0
batch = np.array([a, b, c])
normal = (batch - batch.mean()) / np.sqrt(batch.var() + 1e-5)
(normal**3).sum()
# attention
q1, q2 = 0.2, 0.9
k = np.array([[1.0, 0.5], [0.3, -0.2]])
scores = k @ np.array([q1, q2])
weights = np.exp(scores) / np.exp(scores).sum()
weights[0]
# cross entropy
logit = 0.3
target = 1
p = sigmoid(logit)
-(target*math.log(p) + (1 - target)*math.log(1 - p))
# moving average
x = 4.0
series = [1.0, 2.0, x, 3.0]
window = 2
averages = [sum(series[i:i + window]) / window for i in range(len(series) - window + 1)]
print(averages)
max(averages)
# random walk
random.seed(3)
step = 0.5
position = 0.0
for _ in range(10):
    position += step if random.random() > 0.5 else -step
position
# monte carlo
random.seed(1)
radius = 1.0
inside = 0
for _ in range(50):
    x, y = random.uniform(-1, 1), random.uniform(-1, 1)
    if x*x + y*y < radius**2:
        inside += 1
4 * inside / 50 * radius
# noise
np.random.seed(0)
scale = 0.1
noise = np.random.normal(size=5)
(1 + scale * noise).mean()
# clipped
x = 1.7
np.clip(x, -1.0, 1.0) * x
# polynomial by horner
x = 1.3
coefficients = [2.0, -1.0, 0.5, 3.0]
functools.reduce(lambda total, c: total * x + c, coefficients)
# running totals
a, b, c = 1.0, 2.0, 3.0
totals = list(itertools.accumulate([a, b, c]))
print(totals)
totals[-1]
# median by sorting
a, b, c = 3.0, 1.0, 2.0
ordered = sorted([a, b, c])
ordered[1] ** 2
# standard deviation by statistics
a, b = 2.0, 5.0
s = statistics.pstdev([a, b, 3.0])
s * 2
# star of text
size = 3
x = 2.0
print('*' * size)
x * size
# grade
score = 83.0
bonus = 2.5
total = min(score + bonus, 100)
grade = 'A' if total >= 90 else 'B' if total >= 80 else 'C'
print('grade', grade)
total
# exception handled
x = 0.0
try:
    y = 1 / x
except ZeroDivisionError:
    y = 0.0
y + x
# divmod
seconds = 3725.0
hours, rest = divmod(seconds, 3600)
minutes, left = divmod(rest, 60)
print(f"{hours:.0f}h {minutes:.0f}m {left:.0f}s")
left
# logistic map
r, x = 3.2, 0.4
for _ in range(20):
    x = r * x * (1 - x)
x
# spring
m, k, c = 1.0, 4.0, 0.2
x, v, dt = 1.0, 0.0, 0.05
for _ in range(20):
    force = -k*x - c*v
    v += force / m * dt
    x += v * dt
x
# lens
f, object_distance = 0.05, 0.3
image_distance = 1 / (1/f - 1/object_distance)
image_distance
# resistors
r1, r2, r3 = 100.0, 220.0, 330.0
parallel = 1 / (1/r1 + 1/r2)
parallel + r3
# half life
half_life = 5730.0
fraction = 0.3
age = -half_life * math.log2(fraction)
print(f"{age:,.0f} years")
age
# entropy
p = 0.3
-(p*math.log2(p) + (1 - p)*math.log2(1 - p))
# bayes
prior, sensitivity, specificity = 0.01, 0.9, 0.95
evidence = sensitivity*prior + (1 - specificity)*(1 - prior)
posterior = sensitivity*prior / evidence
print(f"{posterior:.1%}")
posterior
# momentum
x, v = 3.0, 0.0
rate, beta = 0.1, 0.9
losses = []
for step in range(8):
    g = 2 * x
    v = beta*v + g
    x = x - rate*v
    losses.append(x**2)
print([round(l, 3) for l in losses])
losses[-1]
# adam
x, m, v = 2.0, 0.0, 0.0
rate = 0.1
for t in range(1, 4):
    g = 2 * x
    m = 0.9*m + 0.1*g
    v = 0.999*v + 0.001*g**2
    x -= rate * (m / (1 - 0.9**t)) / (math.sqrt(v / (1 - 0.999**t)) + 1e-8)
x
"""


def _cells() -> dict[str, str]:
    found: dict[str, str] = {}
    name = ""
    for line in _TEXT.strip().splitlines():
        if line.startswith("# "):
            name = line[2:]
            found[name] = ""
        else:
            found[name] += line + "\n"
    return found


CELLS = _cells()
