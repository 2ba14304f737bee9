"""The two lanes between the cards of the still picture: data goes to the right in a thin wire, the gradient comes back
in a ribbon as wide as what it brings, with the local derivative in a pill on it.

``js/src/view/wires.ts`` draws the live picture in the same way.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from autograd_magic.engine.readable import short

from .anatomy import Anatomy
from .geometry import DECADE, LANE, LETTER, MOST, RANGE, ROUND, ROW, STEM, THINNEST, WIDEST
from .layout import Edge, Layout
from .plan import Plan
from .shapes import PILL, Path, Point, Rect, Shape, Steps, Text, joined, line

PILLS = 60
"""Of a graph with more ways none has a pill."""

BETWEEN = 5.0
"""How far the lanes stand apart where a way passes between others."""


Room = tuple[float, float, float, float]
Covered = tuple[float, float, float, float, int]
"""Where something begins and ends, along and across, and how bad it is to cover it."""


class Widths:
    """How wide a part of a gradient is drawn: in proportion, or by its logarithm where the parts differ much."""

    def __init__(self, parts: Iterable[float]) -> None:
        sizes = [abs(part) for part in parts if part and math.isfinite(part)]
        self._most = max(sizes, default=1.0)
        self._log = min(sizes, default=1.0) * RANGE < self._most

    def of(self, part: float) -> float:
        """In pixels."""
        share = min(abs(part) / self._most, 1e300)
        width = WIDEST + DECADE * math.log10(share or 1e-300) if self._log else WIDEST * share
        return max(THINNEST, min(MOST, width))


class Wires:
    """The wires, ribbons and pills of a plan that is laid out."""

    def __init__(self, plan: Plan, laid: Layout, found: list[Anatomy]) -> None:
        self._plan, self._laid, self._found = plan, laid, found

    def drawn(self) -> tuple[list[Shape], list[Shape]]:
        """What lies under the cards, and the pills over them."""
        ribbons, wires, pills = list[Shape](), list[Shape](), list[Shape]()
        covered: list[Covered] = [
            (x, y, x + each.size.width, y + each.size.above + each.size.below, 4)
            for each, (x, y) in zip(self._found, self._laid.places, strict=True)
        ]
        edges, brought = self._laid.edges, [way.brought for way in self._plan.ways]
        widths = Widths(found.part for found in brought if found)
        shares = [
            widths.of(0 if math.isnan(found.part) else found.part) if found and found.part else 0.0 for found in brought
        ]
        totals: dict[int, float] = defaultdict(float)
        taken: dict[int, float] = defaultdict(float)
        for edge, width in zip(edges, shares, strict=True):
            totals[edge.source] += width
        for edge, found, width, rims in zip(edges, brought, shares, self._rims(), strict=True):
            total = totals[edge.source]
            slot = (taken[edge.source] + width / 2 - total / 2) * min(1.0, (ROW - 3) / (total or 1.0))
            taken[edge.source] += width
            there, back = rims
            wires.append(Path("w", _curve(_turns(edge, self._lane(edge.source, -1), there, -1, 0), -1)))
            if not found:
                continue
            look = _look(found.part)
            shown = 6.0 if look == "lost" else width or 1.4
            arrow = max(4.5, shown / 2 + 3)
            lane = self._lane(edge.source, 1) + slot
            turns = _turns(edge, lane, back, 1, arrow + 1)
            ribbons.append(Path(f"g {look}", _curve(turns, 1), shown))
            x, y = edge.points[0][0] + 2, edge.points[0][1] + lane
            rim = x + arrow
            ribbons.append(Path(f"h {look}", ("MLLZ", [x, y, rim, y - arrow, rim, y + arrow])))
            if len(edges) <= PILLS and found.local is not None:
                text = f"×{'?' if math.isnan(found.local) else _bracketed(found.local)}"
                wide = len(text) * PILL * LETTER + PILL
                (x, y), room = _free(_spots(turns), wide, covered)
                covered.append((*room, 1))
                pills.append(Rect("q", x - wide / 2, y - 10, wide, 20, 10))
                pills.append(Text("p", x, y + 4.2, text))
        for box, each in enumerate(self._found):
            if each.sign and each.kind != "op":
                data, home = self._stem(box)
                grad = float(self._plan.tape.grads[self._plan.items[box].node])
                width = 6.0 if math.isnan(grad) else widths.of(grad) if grad else 1.4
                wires.append(Path("w", data))
                ribbons.append(Path(f"g {_look(grad)}", home, width))
        return [*ribbons, *wires], pills

    def _lane(self, box: int, side: int) -> float:
        kind = self._found[box].kind
        return 0.0 if kind == "constant" else side * (5.0 if kind == "op" else LANE)

    def _rims(self) -> list[tuple[Point, Point]]:
        """For each edge where data reaches its operation's rim, and where the gradient leaves it."""
        incoming: dict[int, list[int]] = defaultdict(list)
        edges = self._laid.edges
        for nth, edge in enumerate(edges):
            incoming[edge.target].append(nth)
        rims = {}
        for box, some in incoming.items():
            some.sort(key=lambda nth: (edges[nth].points[-3][1], edges[nth].position))
            for place, nth in enumerate(some):
                rims[nth] = self._rim(box, 2 * place / (len(some) - 1) - 1 if len(some) > 1 else 0.0)
        return [rims[nth] for nth in range(len(edges))]

    def _rim(self, box: int, share: float) -> tuple[Point, Point]:
        """The same for one edge, which comes so far from the middle."""
        (left, top), found = self._laid.places[box], self._found[box]
        middle = top + found.size.above
        if not found.sign:  # a group has none before it: ways end at its side
            reach = share * (min(found.size.above, found.size.below) - 12)
            return (left, middle + reach - 4), (left, middle + reach + 4)

        def rim(across: float) -> Point:
            within = max(1 - ROUND, min(ROUND - 1, across))
            return left + ROUND - math.sqrt(ROUND**2 - within**2), middle + across

        return rim(share * 7 - 4), rim(share * 7 + 4)

    def _stem(self, box: int) -> tuple[Steps, Steps]:
        """From an operation to its card, and back."""
        (left, top), found = self._laid.places[box], self._found[box]
        middle, start = top + found.size.above, left + 2 * found.round
        end, lane = start + STEM, 0.0 if found.kind == "constant" else LANE
        half = (start + end) / 2

        def bow(a: Point, b: Point) -> Steps:
            return "MC", [*a, half, a[1], half, b[1], *b]

        tip = end - 1, middle - lane
        arrow = line((end - 6, tip[1] - 3.5), tip, (end - 6, tip[1] + 3.5))
        return joined(bow((start - 2, middle - 7), tip), arrow), bow((start - 4, middle + 6), (end, middle + lane))


def _look(part: float) -> str:
    if math.isnan(part):
        return "lost"
    return "pos" if part > 0 else "neg" if part < 0 else "dead"


def _turns(edge: Edge, lane: float, rim: Point, side: int, start: float) -> list[Point]:
    """The points of a way from the right of its source to the rim of its operation: in pairs, as those of its edge."""
    first, second, *between, last, _ = edge.points
    y = first[1] + lane
    found = [(first[0] + start, y), (max(second[0], first[0] + start), y)]
    found += [(x, y + side * BETWEEN) for x, y in between]
    return [*found, (min(last[0], rim[0]), rim[1]), rim]


def _gaps(turns: Sequence[Point], side: int) -> Iterator[tuple[Point, Point, Point, float]]:
    """Of each gap between columns: where the level before it begins, and from where to where the way turns, and at
    which width.
    """
    for gap in range(0, len(turns) - 2, 2):
        left, begin, to = turns[gap : gap + 3]
        # Going down, data turns late and the gradient early, and going up the other way round.
        down = to[1] > begin[1]
        share = 0.5 if len(turns) > 4 else (0.7 if down else 0.34) if side < 0 else (0.36 if down else 0.68)
        yield left, begin, to, begin[0] + (to[0] - begin[0]) * share


def _curve(turns: Sequence[Point], side: int) -> Steps:
    letters, numbers = "M", [*turns[0]]
    for left, begin, to, turn in _gaps(turns, side):
        if begin[0] > left[0]:
            letters += "L"
            numbers += begin
        letters += "C"
        numbers += (turn, begin[1], turn, to[1], *to)
    return letters + "L", [*numbers, *turns[-1]]


def _spots(turns: Sequence[Point]) -> Iterator[Point]:
    """The spots on a ribbon for its pill, the best first."""
    # A long way has its pill in its middle, where it is level.
    level = [
        (left + (right - left) * share, y)
        for (left, _), (right, y) in zip(turns[2:-2:2], turns[3:-2:2], strict=True)
        if right > left
        for share in (0.5, 0.25, 0.75)
    ]
    middle = turns[2 * (len(turns) // 4)][0]
    yield from sorted(level, key=lambda spot: abs(spot[0] - middle))
    for _, begin, to, turn in _gaps(turns, 1):
        for t in (0.5, 0.35, 0.65, 0.2, 0.8):
            s, bend = 1 - t, 3 * (1 - t) * t
            first, last = s**3, t**3
            x = first * begin[0] + bend * turn + last * to[0]
            yield x, (first + bend * s) * begin[1] + (last + bend * t) * to[1]
    yield turns[-1]


def _free(spots: Iterable[Point], wide: float, covered: Sequence[Covered]) -> tuple[Point, Room]:
    """The first spot where a pill covers least, cards and other pills, and what it takes up there."""
    tried: list[tuple[float, Point, Room]] = []
    for x, y in spots:
        room = x - wide / 2, y - PILL + 1, x + wide / 2, y + PILL - 1
        tried.append((_cost(room, covered), (x, y), room))
        if not tried[-1][0]:
            break
    _, spot, room = min(tried, key=lambda one: one[0])
    return spot, room


def _bracketed(x: float) -> str:
    return f"({short(x)})" if x < 0 or str(x) == "-0.0" else short(x)


def _cost(room: Room, covered: Iterable[Covered]) -> float:
    """How much of a room is others', as it counts."""
    left, top, right, bottom = room
    cost = 0.0
    for x, y, end, low, bad in covered:
        if x < right and end > left and y < bottom and low > top:
            cost += (min(right, end) - max(left, x)) * (min(bottom, low) - max(top, y)) * bad
    return cost
