"""Cells that change what stands outside of them: containers, classes, closures, defaults of functions, generators of
random numbers, iterators, tables, caches. A second run shall find what the first one found.
"""

from __future__ import annotations

from statements import Statement, Statements

OUTSIDE = """
import array
import copy
import functools
import heapq
import io
import itertools
import queue as queues
import random
from collections import ChainMap, Counter, OrderedDict, UserDict, UserList, defaultdict, deque
import pandas as pd

tail = deque([0.5, 1.0], maxlen=3)
votes = Counter(a=2)
layers = ChainMap({}, {"k": 1.0})
own_dict, own_list = UserDict(a=1.0), UserList([1.0])
heap = [0.5, 1.5]
line = queues.Queue()
typed = array.array("d", [1.0, 2.0])
paper = io.StringIO()
box = np.array([0.5, -1.0, 2.0])
view = box[1:]
sheet = pd.DataFrame({"a": [1.0, 2.0]})
column = pd.Series([1.0, 2.0])
chance = random.Random(3)
chances = np.random.default_rng(3)
walk = iter([0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0])

class Meter:
    total = 0.0
    marks = []
    def __init__(self):
        self.count = 0
    def add(self, t):
        self.count += 1
        Meter.total = Meter.total + t
        self.marks.append(t)
        return self.total * self.count

class Slotted:
    __slots__ = ("value", "next")
    def __init__(self, value, next=None):
        self.value, self.next = value, next

meter = Meter()
slotted = Slotted(1.0, Slotted(2.0))

def keeping(t, held=[]):
    held.append(t)
    return sum(held)

def counting():
    held = [0.0]
    count = 0
    def step(t):
        nonlocal count
        count += 1
        held[0] = held[0] + t
        return held[0] * count
    return step

step = counting()

@functools.lru_cache
def cached(t):
    votes["called"] += 1
    return t * 2.0

def marked(t):
    marked.calls = getattr(marked, "calls", 0) + 1
    return t * marked.calls

memo = {}
def fib(n):
    if n not in memo:
        memo[n] = 1.0 if n < 2 else fib(n - 1) + fib(n - 2)
    return memo[n]
"""
"""What earlier cells have left."""

NAMES = ("tail", "votes", "layers", "heap", "typed", "box", "view", "memo", "Meter", "meter")
"""What is compared afterwards."""

CHANGES = (
    ("tail.append({x})", "sum(tail)"),
    ("tail.extend([{x}, {y}])", "tail[0] + len(tail)"),
    ("votes['a'] += 1", "votes['a'] * {x}"),
    ("votes.update('ab')", "sum(votes.values()) * {x}"),
    ("layers['k'] = layers['k'] + {x}", "layers['k']"),
    ("own_dict['b'] = {x}", "sum(own_dict.values())"),
    ("own_list.append({x})", "sum(own_list)"),
    ("heapq.heappush(heap, {x})", "heap[0] + len(heap)"),
    ("line.put({x})", "line.qsize() + line.get()"),
    ("line.put(1.5)", "line.qsize() * {x}"),
    ("typed.append({x})", "sum(typed)"),
    ("typed[0] += {x}", "typed[0]"),
    ("paper.write('a')", "len(paper.getvalue()) * {x}"),
    ("box[0] = {x}", "box.sum()"),
    ("view[0] *= {x}", "box.sum()"),
    ("box += {x}", "view[1]"),
    ("np.add.at(box, [0, 0], {x})", "box[0]"),
    ("box.sort()", "box[0] * {x}"),
    ("sheet['b'] = {x}", "sheet['b'].sum()"),
    ("sheet.loc[len(sheet), 'a'] = 1.0", "len(sheet) * {x}"),
    ("column += {x}", "column.sum()"),
    ("column.iloc[0] = {x}", "column.sum()"),
    ("pass", "chance.random() * {x}"),
    ("chance.shuffle([1, 2])", "chance.gauss({x}, 1.0)"),
    ("pass", "chances.normal({x}, 0.5)"),
    ("pass", "chances.random() + {x}"),
    ("pass", "next(walk) * {x}"),
    ("next(walk)", "next(walk) + {x}"),
    ("Meter.total = Meter.total + {x}", "Meter.total * 2.0"),
    ("Meter.marks.append({x})", "sum(Meter.marks)"),
    ("meter.count += 1", "meter.count * {x}"),
    ("pass", "meter.add({x})"),
    ("slotted.next.value = {x}", "slotted.value + slotted.next.value"),
    ("slotted.value += 1", "slotted.value * {x}"),
    ("pass", "keeping({x})"),
    ("keeping(1.0)", "keeping({x})"),
    ("pass", "step({x})"),
    ("step({x})", "step(1.0)"),
    ("pass", "cached(1.5) * {x}"),
    ("cached({x})", "votes['called'] + {y}"),
    ("pass", "marked({x})"),
    ("pass", "fib(4) * {x}"),
    ("fib({x})  if False else fib(5)", "len(memo) * {x}"),
    ("memo[{x}] = {y}", "sum(memo.values())"),
    ("random.seed(5)", "random.random() * {x}"),
    ("pass", "np.random.rand() + {x}"),
    ("seen['new'] = {x}", "sum(seen.values())"),
    ("seen.setdefault('many', [])", "len(seen) * {x}"),
    ("log.insert(0, {x})", "log[0] * 2.0"),
    ("del log[:]", "len(log) + {x}"),
    ("global_n = len(log)", "global_n + {x}"),
    ("mean.total = {x}", "mean.total + mean.count"),
    ("grid[0] = {x}", "grid.sum()"),
    ("data[2].append({x})", "data[2][-1]"),
    ("data[0], data[1] = data[1], {x}", "data[0] + data[1]"),
)
"""What a cell does to it, and a number that depends on it."""


class Outside(Statements):
    """Writes cells that change what stands outside of them."""

    def of_outside(self) -> tuple[Statement, ...]:
        return ((4, self.outside_changed),)

    def outside_changed(self, indent: int) -> None:
        name = self.new()
        change, number = self.dice.choice(CHANGES)
        x, y = self.formula(2), self.atom()
        self.add(change.format(x=x, y=y), indent)
        self.add(f"{name} = {number.format(x=x, y=y)}", indent)
        self.bound(name, indent)
