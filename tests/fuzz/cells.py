"""Random cells, as people write them: named numbers, formulas, loops, branches, functions, containers, text, chance.

``write(seed)`` gives the same cell for the same seed. A cell ends on every path that finite numbers can take.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from arrays import Arrays
from callbacks import CALLBACKS
from doors import Doors
from earlier import Earlier, of_functions, of_numbers
from holders import HOLDERS, Holders
from kinds import Singles
from libraries import CALLS, LIBRARIES, Libraries
from outside import OUTSIDE, Outside
from texts import TEXTS
from written_out import Values

FEATURES = ("values", "functions", "widgets", "kinds", "containers", "libraries", "callbacks", "texts", "doors")
"""What a cell may hold besides: ``Value(...)`` written out, functions of an earlier traced cell, numbers of an earlier
traced cell whose widget moves too, NumPy's scalars, containers beyond list and dict; calls of libraries, functions that
libraries call, text that becomes numbers, and what libraries hold.
"""

PROGRAMS = ("numpy", "outside")
"""What ``make fuzz`` has too: programs of arrays, and what stands outside of a cell and is changed by it."""

OF_LIBRARIES = ("libraries", "callbacks", "texts", "doors")
"""The features that need libraries."""

BEFORE = """
import math
import random
import functools
import itertools
import statistics
import numpy as np
from math import sin, exp as e_to
from autograd_magic import Value

log = []
seen = {"first": 0.0}

def square(t):
    return t * t

def soft(t):
    if t > 0:
        return t + math.log(1 + math.exp(-t))
    return math.log(1 + math.exp(t))

def power(t, n):
    return 1.0 if n <= 0 else t * power(t, n - 1)

class Line:
    def __init__(self, slope, offset=0.5):
        self.slope = slope
        self.offset = offset
    def __call__(self, t):
        return self.slope * t + self.offset

class Running:
    def __init__(self):
        self.total, self.count, self.past = 0.0, 0, []
    def add(self, t):
        self.total = self.total + t
        self.count += 1
        self.past.append(t)
        return self.total / self.count

mean = Running()
data = [0.5, 3, [-1.25]]
grid = np.array([[0.5, -1.0], [2.0, 0.25]])
singles = np.array([0.1, 0.7, -2.5], dtype=np.float32)
"""
"""What earlier cells have left: modules, functions, classes, a list, a dict and an object that cells change in place,
containers whose numbers ``--wrt`` makes leaves of, and the numbers of ``Written.numbers``.
"""


@dataclass(frozen=True)
class Written:
    """A cell: the numbers that stand in the notebook, the text, what ``--wrt`` names, whether it has been run before in
    the same notebook, what plain cells have left, and the text of a traced cell that has been run before it.
    """

    numbers: dict[str, Any]
    text: str
    wrt: tuple[str, ...] = ()
    twice: bool = False
    before: str = BEFORE
    earlier: str = ""


class Writer(Values, Singles, Holders, Libraries, Doors, Arrays, Outside):
    """Writes one cell with some features."""

    def cell(self, features: Sequence[str]) -> Written:
        numbers: dict[str, Any] = {}
        earlier = Earlier()
        if "widgets" in features:
            earlier = of_numbers(self.dice)
        elif "functions" in features:
            earlier = of_functions(self.dice)
            self.twin(0)
        self.calls, self.lists = [*earlier.calls], [*earlier.lists]
        self.floats += earlier.floats
        self.taken = {*earlier.floats, *earlier.lists}
        for _ in range(self.dice.randint(0, 2)):
            name = self.new("g")
            numbers[name] = float(self.literal()) if self.dice.random() < 0.8 else self.dice.randint(1, 4)
            self.floats.append(name)
        if "kinds" in features:
            numbers |= self.scalars()
        for feature, calls in (("libraries", CALLS), ("callbacks", CALLBACKS), ("texts", TEXTS)):
            self.also += self.kinds_of(calls) if feature in features else []
        for _ in range(self.dice.randint(1, 3)):
            self.number(0)
        if "numpy" in features:
            self.array_made(0)
        own = (
            *(self.of_values() if "values" in features else ()),
            *(self.of_kinds() if "kinds" in features else ()),
            *(self.of_holders() if "containers" in features else ()),
            *(self.of_doors() if "doors" in features else ()),
            *(self.of_arrays() if "numpy" in features else ()),
            *(self.of_outside() if "outside" in features else ()),
        )
        self.extra = tuple((weight * 3, make) for weight, make in own)
        if own:
            self.dice.choice(own)[1](0)
        for _ in range(self.dice.randint(2, 6 if features else 8)):
            self.statement(0)
        last = self.value_formula() if self.values and self.dice.random() < 0.4 else self.formula()
        if self.singles and self.dice.random() < 0.3:
            last = self.single()
        self.add(last if self.dice.random() < 0.6 else f"out = {last}", 0)
        text = "\n".join(self.lines) + "\n"
        wrt = tuple(name for name in ("data", "grid") if name in text and self.dice.random() < 0.7)
        before = BEFORE + HOLDERS * ("containers" in features)
        before += OUTSIDE * ("outside" in features)
        before += LIBRARIES * (not {*OF_LIBRARIES}.isdisjoint(features))
        return Written(numbers, text, wrt, not earlier.text and self.dice.random() < 0.2, before, earlier.text)

    def twin(self, indent: int) -> None:
        """A function whose numbers stand at the same lines and columns as those of the earlier cell's first one."""
        name = self.new("f")
        self.add(f"def {name}(t):", indent)
        self.add(f"    k = {self.literal()}", indent)
        self.add("    return t * k - 0.5", indent)
        result = self.new()
        self.add(f"{result} = {name}({self.atom()})", indent)
        self.floats.append(result)


def write(seed: int, features: Sequence[str] = FEATURES) -> Written:
    """The cell of a seed, with some of these features."""
    dice = random.Random(seed)
    share = 0.9 if len(features) == 1 else 0.3
    return Writer(dice).cell([feature for feature in features if dice.random() < share])
