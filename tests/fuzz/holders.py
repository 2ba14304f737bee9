"""Containers beyond list and dict: those that earlier cells have left and the cell changes, and those of its own."""

from __future__ import annotations

from statements import Statement, Statements

HOLDERS = """
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from dataclasses import dataclass, field

Point = namedtuple("Point", "x y")

@dataclass
class State:
    speed: float
    past: list = field(default_factory=list)

class Config:
    rate = 0.5
    steps = [1.0]
    def scaled(self, t):
        return t * self.rate

queue = deque([0.5, 1.0, -2.0], maxlen=4)
tally = Counter(a=1)
groups = defaultdict(list, a=[0.5])
ordered = OrderedDict(b=1.0, a=2.0)
known = {1.0, 2.5}
tree = {"w": [0.5, -1.0], "inner": {"b": [1.5]}}
state = State(0.25)
fixed = (0.5, [1.0])
"""
"""What earlier cells have left."""

NAMES = ("queue", "tally", "groups", "ordered", "known", "tree", "state", "fixed", "Config")


class Holders(Statements):
    """Writes containers."""

    def of_holders(self) -> tuple[Statement, ...]:
        return (4, self.made), (4, self.changed)

    def made(self, indent: int) -> None:
        """A container of the cell's own, and a number out of it."""
        name, result = self.new("c"), self.new()
        x, y, z = self.formula(1), self.formula(2), self.atom()
        text, number = self.dice.choice(
            [
                (f"({x}, {y}, {z})", "{0}[0] * {0}[-1] + max({0})"),
                (f"({x}, [{y}, {z}])", "{0}[0] + sum({0}[1])"),
                (f"{{{x}, {y}, 1.0}}", "sum({0}) + len({0})"),
                (f"frozenset([{z}, {y}])", "max({0}) - min({0})"),
                (f"deque([{x}, {y}, {z}, 1.0], maxlen={self.pick(['2', '3'])})", "sum({0}) * {0}[0]"),
                (f"Point({x}, y={y})", "{0}.x - {0}.y * {0}[1]"),
                (f"Point({x}, y={y})._replace(x={z})", "sum({0})"),
                (f"State({x}, [{y}])", "{0}.speed + {0}.past[0]"),
                (f"{{'w': [{x}, {y}], 'in': {{'b': [{z}, 1.0]}}}}", "sum(map(sum, [{0}['w'], {0}['in']['b']]))"),
                (f"defaultdict(float, a={x})", "{0}['b'] + {0}['a']"),
                (f"Counter({{'a': {x}, 'b': {y}}})", "sum({0}.values()) + {0}['none']"),
                (f"OrderedDict([('a', {x}), ('b', {y})])", "{0}.popitem()[1] + len({0})"),
                (f"type('Own', (), {{'rate': {x}}})", "{0}.rate * 2.0"),
                (f"dict(zip('ab', ({x}, {y})))", "sum(v * 0.5 for v in {0}.values())"),
                (f"[[{x}], [{y}, {z}]]", "sum(t for row in {0} for t in row)"),
            ]
        )
        self.add(f"{name} = {text}", indent)
        self.add(f"{result} = {number.format(name)}", indent)
        self.bound(result, indent)

    def changed(self, indent: int) -> None:
        """A container from an earlier cell is changed in place and read."""
        result = self.new()
        x, y = self.formula(1), self.atom()
        change, number = self.dice.choice(
            [
                (f"queue.append({x})", "queue[-1] + sum(queue)"),
                (f"queue[0] *= {y}", "queue[0] - queue[1]"),
                (f"queue.rotate({self.pick(['1', '-1'])})", f"queue[0] * {x}"),
                (f"tally['a'] += {x}", "tally['a'] + tally['new']"),
                (f"tally.update({{'b': {x}}})", "sum(tally.values())"),
                (f"groups['a'].append({x})", "sum(groups['a']) + len(groups)"),
                (f"groups['n'].append({x})", "sum(map(sum, groups.values()))"),
                (f"ordered['a'] = {x}", "sum(ordered.values())"),
                ("ordered.move_to_end('b')", f"list(ordered.values())[0] * {x}"),
                (f"known.add({x})", "sum(known) + len(known)"),
                (f"tree['w'][0] = {x}", "sum(tree['w'])"),
                (f"tree['inner']['b'].append({x})", "sum(tree['inner']['b'])"),
                (f"tree['inner']['new'] = [{x}]", f"len(tree['inner']) * {y}"),
                (f"state.speed += {x}", "state.speed * 2.0"),
                (f"state.past.append({x})", "sum(state.past) + state.speed"),
                (f"fixed[1].append({x})", "fixed[0] * sum(fixed[1])"),
                (f"Config.rate = {x}", f"Config.rate + Config().scaled({y})"),
                (f"Config.rate += {y}", f"Config().scaled({x})"),
                (f"Config.steps.append({x})", "sum(Config.steps) * Config.rate"),
                (f"Config.extra = {x}", f"Config.extra * {y}"),
            ]
        )
        self.add(change, indent)
        self.add(f"{result} = {number}", indent)
        self.bound(result, indent)
