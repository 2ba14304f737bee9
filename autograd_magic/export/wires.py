"""The two lanes between the cards of the still picture: data goes to the right in a thin wire, the gradient comes back
in a ribbon as wide as what it brings, with the local derivative in a pill on it.

``js/src/view/wires.ts`` draws the live picture in the same way.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable

from autograd_magic.engine.readable import short

from .anatomy import Anatomy
from .geometry import DECADE, LANE, LETTER, MOST, RANGE, ROUND, ROW, STEM, THINNEST, WIDEST
from .layout import Edge, Layout, Point
from .plan import Plan

PILL = 12.0
"""Size of the letters in a pill."""

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

    def drawn(self) -> tuple[list[str], list[str]]:
        """As SVG: what lies under the cards, and the pills over them."""
        ribbons, wires, pills = [], [], []
        covered: list[Covered] = [
            (x, y, x + each.size.width, y + each.size.above + each.size.below, 4)
            for each, (x, y) in zip(self._found, self._laid.places, strict=True)
        ]
        edges = self._laid.edges
        brought = {edge: self._plan.brought(self._plan.into[edge.target][edge.position]) for edge in edges}
        widths = Widths(found.part for found in brought.values() if found)
        wide = {
            edge: widths.of(0 if math.isnan(found.part) else found.part) if found and found.part else 0.0
            for edge, found in brought.items()
        }
        totals: dict[int, float] = defaultdict(float)
        taken: dict[int, float] = defaultdict(float)
        incoming: dict[int, list[Edge]] = defaultdict(list)
        for edge in edges:
            totals[edge.source] += wide[edge]
            incoming[edge.target].append(edge)
        order = {
            edge: (nth, len(some))
            for some in incoming.values()
            for nth, edge in enumerate(sorted(some, key=lambda edge: (edge.points[-3][1], edge.position)))
        }
        for edge in edges:
            width, total = wide[edge], totals[edge.source]
            slot = (taken[edge.source] + width / 2 - total / 2) * min(1.0, (ROW - 3) / (total or 1.0))
            taken[edge.source] += width
            there, back = self._rims(edge.target, *order[edge])
            wires.append(f'<path class="w" d="{self._curve(edge, self._lane(edge.source, -1), there, -1, 0)[0]}"/>')
            found = brought[edge]
            if not found:
                continue
            look = self._look(found.part)
            shown = 6.0 if look == "lost" else width or 1.4
            arrow = max(4.5, shown / 2 + 3)
            lane = self._lane(edge.source, 1) + slot
            way, spots = self._curve(edge, lane, back, 1, arrow + 1)
            ribbons.append(f'<path class="g {look}" stroke-width="{shown:.3g}" d="{way}"/>')
            tip = at((edge.points[0][0] + 2, edge.points[0][1] + lane))
            ribbons.append(f'<path class="h {look}" d="M{tip}l{arrow:.3g} {-arrow:.3g}v{2 * arrow:.3g}Z"/>')
            if len(edges) <= PILLS and found.local is not None:
                text = f"×{'?' if math.isnan(found.local) else _bracketed(found.local)}"
                # The first spot where it covers least: cards and other pills.
                rooms = [_room(x, y, len(text)) for x, y in spots]
                costs = [_cost(room, covered) for room in rooms]
                spot = costs.index(min(costs))
                covered.append((*rooms[spot], 1))
                pills.append(_pill(spots[spot], text))
        for box, each in enumerate(self._found):
            if each.sign and each.kind != "op":
                data, home = self._stem(box)
                grad = float(self._plan.tape.grads[self._plan.items[box].node])
                width = 6.0 if math.isnan(grad) else widths.of(grad) if grad else 1.4
                wires.append(f'<path class="w" d="{data}"/>')
                ribbons.append(f'<path class="g {self._look(grad)}" stroke-width="{width:.3g}" d="{home}"/>')
        return [*ribbons, *wires], pills

    def _look(self, part: float) -> str:
        if math.isnan(part):
            return "lost"
        return "pos" if part > 0 else "neg" if part < 0 else "dead"

    def _lane(self, box: int, side: int) -> float:
        kind = self._found[box].kind
        return 0.0 if kind == "constant" else side * (5.0 if kind == "op" else LANE)

    def _curve(self, edge: Edge, lane: float, rim: Point, side: int, start: float) -> tuple[str, list[Point]]:
        """A way from the right of its source to the rim of its operation, and the spots on it for a pill, the best
        first.
        """
        points = edge.points
        x, y = points[0]
        place = [(x + start, y + lane), (max(points[1][0], x + start), y + lane)]
        place += [(x, y + side * BETWEEN) for x, y in points[2:-2]]
        place += [(min(points[-2][0], rim[0]), rim[1]), rim]
        path, level, bent = f"M{at(place[0])}", list[Point](), list[Point]()
        gaps = len(points) // 2
        for gap in range(gaps - 1):
            (left, _), begin, to = place[2 * gap : 2 * gap + 3]
            if begin[0] > left:
                path += f"L{at(begin)}"
                if gap:
                    level += [(left + (begin[0] - left) * share, begin[1]) for share in (0.5, 0.25, 0.75)]
            # Going down, data turns late and the gradient early, and going up the other way round.
            down = to[1] > begin[1]
            share = 0.5 if gaps > 2 else (0.7 if down else 0.34) if side < 0 else (0.36 if down else 0.68)
            turn = begin[0] + (to[0] - begin[0]) * share
            path += f"C{at((turn, begin[1]))} {at((turn, to[1]))} {at(to)}"
            for t in (0.5, 0.35, 0.65, 0.2, 0.8):
                s, bend = 1 - t, 3 * (1 - t) * t
                first, last = s**3, t**3
                bent.append(
                    (
                        first * begin[0] + bend * turn + last * to[0],
                        (first + bend * s) * begin[1] + (last + bend * t) * to[1],
                    )
                )
        # A long way has its pill in its middle, where it is level.
        level.sort(key=lambda spot: abs(spot[0] - place[2 * (gaps // 2)][0]))
        return f"{path}L{at(rim)}", [*level, *bent, rim]

    def _rims(self, box: int, nth: int, count: int) -> tuple[Point, Point]:
        """Where data reaches an operation's rim, and where the gradient leaves it."""
        (left, top), found = self._laid.places[box], self._found[box]
        middle, share = top + found.size.above, 2 * nth / (count - 1) - 1 if count > 1 else 0.0
        if not found.sign:  # a group has none before it: ways end at its side
            reach = share * (min(found.size.above, found.size.below) - 12)
            return (left, middle + reach - 4), (left, middle + reach + 4)

        def rim(across: float) -> Point:
            within = max(1 - ROUND, min(ROUND - 1, across))
            return left + ROUND - math.sqrt(ROUND**2 - within**2), middle + across

        return rim(share * 7 - 4), rim(share * 7 + 4)

    def _stem(self, box: int) -> tuple[str, str]:
        """From an operation to its card, and back."""
        (left, top), found = self._laid.places[box], self._found[box]
        middle, start = top + found.size.above, left + 2 * found.round
        end, lane = start + STEM, 0.0 if found.kind == "constant" else LANE
        half = (start + end) / 2

        def line(a: Point, b: Point) -> str:
            return f"M{at(a)}C{at((half, a[1]))} {at((half, b[1]))} {at(b)}"

        tip = end - 1, middle - lane
        arrow = f"M{at((end - 6, tip[1] - 3.5))}L{at(tip)}L{at((end - 6, tip[1] + 3.5))}"
        return line((start - 2, middle - 7), tip) + arrow, line((start - 4, middle + 6), (end, middle + lane))


def _bracketed(x: float) -> str:
    return f"({short(x)})" if x < 0 or str(x) == "-0.0" else short(x)


def _room(x: float, y: float, letters: int) -> Room:
    """What a pill takes up."""
    half = _wide(letters) / 2
    return x - half, y - PILL + 1, x + half, y + PILL - 1


def _cost(room: Room, covered: Iterable[Covered]) -> float:
    """How much of a room is others', as it counts."""
    left, top, right, bottom = room
    cost = 0.0
    for x, y, end, low, bad in covered:
        if x < right and end > left and y < bottom and low > top:
            cost += (min(right, end) - max(left, x)) * (min(bottom, low) - max(top, y)) * bad
    return cost


def _wide(letters: int) -> float:
    return letters * PILL * LETTER + PILL


def _pill(middle: Point, text: str) -> str:
    x, y = middle
    wide = _wide(len(text))
    return (
        f'<rect class="q" x="{number(x - wide / 2)}" y="{number(y - 10)}" width="{number(wide)}" height="20" rx="10"/>'
        f'<text class="p" x="{number(x)}" y="{number(y + 4.2)}">{text}</text>'
    )


def at(point: Point) -> str:
    """A point in a path."""
    return f"{number(point[0])} {number(point[1])}"


def number(x: float) -> str:
    """To a tenth of a pixel, which is as fine as one sees."""
    return f"{x:.1f}".removesuffix(".0")
