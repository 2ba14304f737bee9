"""A small layered layout: boxes of given sizes, left to right, and the paths of the edges between them.

Sugiyama's four steps, kept short: give each box a layer (as near to its users as it can stand), lead long edges
through the layers that they pass, order the layers so that few edges cross (barycenter sweeps, then swaps of
neighbours), and place the boxes so that edges run straight. Pure and deterministic: the same graph gives the same
picture. ``js/src/model/layout.ts`` draws the live graph in the same way.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise, starmap
from operator import add
from typing import NamedTuple

from .geometry import ACROSS, DOWN, LARGE, PLACINGS, SWEEPS
from .shapes import Point


class Edge(NamedTuple):
    """The way from ``source`` to argument ``position`` of ``target``.

    ``points`` come in pairs: within a column the way is level, and between two columns it is free to curve.
    """

    source: int
    target: int
    position: int
    points: tuple[Point, ...]


class Layout(NamedTuple):
    """Where everything stands: the upper left corner of each box, the edges, and the size of the whole."""

    places: list[Point]
    edges: list[Edge]
    width: float
    height: float


class _Units:
    """The boxes and, after them, the bends: one in each layer that an edge only passes. Edges from one box share
    their bends.
    """

    def __init__(self, args: Sequence[Sequence[int]]) -> None:
        boxes = len(args)
        away = [0] * boxes
        for box in range(boxes - 1, -1, -1):
            for arg in args[box]:
                away[arg] = max(away[arg], away[box] + 1)
        last = max(away, default=0)
        self.layer = [last - steps for steps in away]
        self.left: list[list[int]] = [[] for _ in range(boxes)]
        self.right: list[list[int]] = [[] for _ in range(boxes)]
        self.way: list[list[int]] = [[box] for box in range(boxes)]  # the units from a box towards its farthest user
        for target in range(boxes):
            for arg in args[target]:
                way = self.way[arg]
                while len(way) < self.layer[target] - self.layer[arg]:
                    self._bend(way)
                self._link(way[self.layer[target] - self.layer[arg] - 1], target)
        self.layers: list[list[int]] = [[] for _ in range(last + 1)] if boxes else []

    def _bend(self, way: list[int]) -> None:
        unit = len(self.layer)
        self.layer.append(self.layer[way[-1]] + 1)
        self.left.append([])
        self.right.append([])
        self._link(way[-1], unit)
        way.append(unit)

    def _link(self, left: int, right: int) -> None:
        if right not in self.right[left]:
            self.right[left].append(right)
            self.left[right].append(left)


class Size(NamedTuple):
    """A box: its width, and how far it reaches above and below the height at which its edges come and go."""

    width: float
    above: float
    below: float


def layout(
    sizes: Sequence[Size], args: Sequence[Sequence[int]], *, across: float = ACROSS, down: float = DOWN
) -> Layout:
    """Place boxes of the given ``sizes``; those of one column end at its right side.

    ``args[k]`` are the boxes from which an edge leads to box ``k``, each less than ``k``. ``across`` is the space
    between columns and ``down`` the space between the boxes of one column.
    """
    units = _Units(args)
    _first_order(units, len(sizes))
    _fewer_crossings(units)
    reaches = [(above, below) for _, above, below in sizes] + [(0.0, 0.0)] * (len(units.layer) - len(sizes))
    middle = _placed(units, reaches, len(sizes), down)
    columns, right = [], 0.0
    for members in units.layers:
        width = max((sizes[unit].width for unit in members if unit < len(sizes)), default=0.0)
        columns.append((right, right + width))
        right += width + across
    places = []
    for box, (width, above, _) in enumerate(sizes):
        _, stop = columns[units.layer[box]]
        places.append((stop - width, middle[box] - above))
    edges = [
        Edge(arg, box, position, _points(units, arg, box, columns, places, sizes, middle))
        for box in range(len(sizes))
        for position, arg in enumerate(args[box])
    ]
    height = max((y + size.above + size.below for (_, y), size in zip(places, sizes, strict=True)), default=0.0)
    return Layout(places, edges, max(0.0, right - across), max(height, max(middle, default=0.0)))


def _first_order(units: _Units, boxes: int) -> None:
    """Fill the layers in the order in which a walk from the last box meets the units, so that a tree has no crossing
    at all.
    """
    met = [False] * len(units.layer)
    for start in range(boxes - 1, -1, -1):
        stack = [start]
        while stack:
            unit = stack.pop()
            if not met[unit]:
                met[unit] = True
                units.layers[units.layer[unit]].append(unit)
                stack.extend(reversed(units.left[unit]))


def _fewer_crossings(units: _Units) -> None:
    layers = units.layers
    place = [0] * len(units.layer)
    for members in layers:
        _number(members, place)
    best, fewest = [list(members) for members in layers], _crossings(units, place)
    large = len(units.layer) > LARGE
    before = [list[int](), list[int]()]
    for sweep in range(2 if large else SWEEPS):
        if fewest == 0:
            break
        leftwards = sweep % 2 == 0
        for index in range(len(layers) - 2, -1, -1) if leftwards else range(1, len(layers)):
            _by_barycenter(layers[index], units.right if leftwards else units.left, place)
        if not large:
            _swap(units, place)
        if place == before[leftwards]:  # from here on all comes again
            break
        before[leftwards] = place[:]
        count = _crossings(units, place)
        if count < fewest:
            best, fewest = [list(members) for members in layers], count
    units.layers = best


def _number(members: list[int], place: list[int]) -> None:
    for index, unit in enumerate(members):
        place[unit] = index


def _by_barycenter(members: list[int], neighbours: list[list[int]], place: list[int]) -> None:
    """Sort a layer by where each unit's neighbours stand; a unit without neighbours keeps its place."""
    if len(members) < 2:
        return
    tied = [unit for unit in members if neighbours[unit]]
    tied.sort(key=lambda unit: sum([place[other] for other in neighbours[unit]]) / len(neighbours[unit]))
    following = iter(tied)
    members[:] = [next(following) if neighbours[unit] else unit for unit in members]
    _number(members, place)


def _swap(units: _Units, place: list[int]) -> None:
    """Swap neighbours of a layer as long as edges cross less for it."""
    due = {*range(len(units.layers))}
    for _ in range(4):
        nearby = set[int]()  # a layer has nothing to gain until it, or one beside it, has changed
        for at, members in enumerate(units.layers):
            if at not in due or len(members) < 2:
                continue
            ends = [[[place[one] for one in side[unit]] for side in (units.left, units.right)] for unit in members]
            for index in range(len(members) - 1):
                if sum(map(_gain, ends[index], ends[index + 1])) > 0:
                    members[index : index + 2] = members[index + 1], members[index]
                    ends[index : index + 2] = ends[index + 1], ends[index]
                    place[members[index]], place[members[index + 1]] = index, index + 1
                    nearby.update((at - 1, at, at + 1))
                    due.add(at + 1)
        due = nearby
        if not due:
            return


def _gain(upper: list[int], lower: list[int]) -> int:
    """How many crossings fewer there are when what leads to these places, and to those below, changes places."""
    gain = 0
    for at in upper:
        for other in lower:
            gain += (at > other) - (at < other)
    return gain


def _crossings(units: _Units, place: list[int]) -> int:
    """How many pairs of edges cross, with the layers numbered as ``place`` says."""
    count = 0
    for members in units.layers:
        ends: list[int] = []
        for unit in members:
            reached = sorted([place[other] for other in units.right[unit]])
            for end in reached:
                count += len(ends) - bisect_left(ends, end + 1)
            for end in reached:
                insort(ends, end)
    return count


def _placed(units: _Units, reaches: list[tuple[float, float]], boxes: int, down: float) -> list[float]:
    """The middle of each unit: as near to its neighbours' mean as order and distance allow. Bends weigh more, so that
    long edges are straight.
    """

    def distance(upper: int, lower: int) -> float:
        return reaches[upper][1] + reaches[lower][0] + (down if upper < boxes or lower < boxes else down / 2)

    def pulls(sides: Iterable[Iterable[int]]) -> list[tuple[float, list[tuple[float, int]]]]:
        """How strongly the neighbours pull at each unit, altogether and each."""
        each = [
            [(4.0 if unit >= boxes and other >= boxes else 1.0, other) for other in side]
            for unit, side in enumerate(sides)
        ]
        return [(sum([pull for pull, _ in some]), some) for some in each]

    middle = [0.0] * len(reaches)
    layers = [
        (members, list(accumulate(starmap(distance, pairwise(members)), initial=0.0))) for members in units.layers
    ]
    for members, tight in layers:
        for unit, y in zip(members, tight, strict=True):
            middle[unit] = y - tight[-1] / 2
    rounds = 2 if len(reaches) > LARGE else PLACINGS
    left, right = pulls(units.left), pulls(units.right)
    both = pulls(map(add, units.left, units.right))
    for turn in range(rounds):
        found = both if turn >= rounds - 2 else left if turn % 2 else right
        for members, tight in layers if turn % 2 else reversed(layers):
            wanted, weights = [], []
            for unit in members:
                weight, some = found[unit]
                wanted.append(sum([pull * middle[other] for pull, other in some]) / weight if weight else middle[unit])
                weights.append(weight or 0.1)
            _settle(members, wanted, weights, middle, tight)
    top = min((y - above for y, (above, _) in zip(middle, reaches, strict=True)), default=0.0)
    return [y - top for y in middle]


def _settle(
    members: list[int], wanted: list[float], weights: list[float], middle: list[float], tight: list[float]
) -> None:
    """The places nearest to the wanted ones, in order and no closer than where units stand ``tight``: least squares, by
    pooling what would overlap.
    """
    pools: list[tuple[float, float, int]] = []  # mean, weight, how many units
    for y, weight, offset in zip(wanted, weights, tight, strict=True):
        mean, total, count = y - offset, weight, 1
        while pools and pools[-1][0] >= mean:
            other, heavy, more = pools.pop()
            mean, total, count = (mean * total + other * heavy) / (total + heavy), total + heavy, count + more
        pools.append((mean, total, count))
    means = [mean for mean, _, count in pools for _ in range(count)]
    for unit, mean, offset in zip(members, means, tight, strict=True):
        middle[unit] = mean + offset


def _points(
    units: _Units,
    source: int,
    target: int,
    columns: list[tuple[float, float]],
    places: list[Point],
    sizes: Sequence[Size],
    middle: list[float],
) -> tuple[Point, ...]:
    """From the right side of ``source`` to the left side of ``target``, level through every column between."""
    first, last = units.layer[source], units.layer[target]
    points = [(places[source][0] + sizes[source].width, middle[source]), (columns[first][1], middle[source])]
    for unit in units.way[source][1 : last - first]:
        start, stop = columns[units.layer[unit]]
        points += [(start, middle[unit]), (stop, middle[unit])]
    points += [(columns[last][0], middle[target]), (places[target][0], middle[target])]
    return tuple(points)
