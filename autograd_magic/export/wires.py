"""The two lanes between the cards of the still picture: data goes to the right in a thin wire, the gradient comes back
in a ribbon as wide as what it brings, with the local derivative in a pill on it.

``js/src/view/wires.ts`` draws the live picture in the same way.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from autograd_magic.engine.readable import short

from .anatomy import Anatomy
from .geometry import DECADE, LANE, LETTER, MOST, RANGE, ROUND, ROW, STEM, THINNEST, WIDEST
from .layout import Edge, Layout, Point
from .sketch import Sketch

PILL = 12.0
"""Size of the letters in a pill."""

PILLS = 60
"""Of a graph with more ways none has a pill."""

BETWEEN = 5.0
"""How far the lanes stand apart where a way passes between others."""


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
    """The wires, ribbons and pills of a sketch that is laid out."""

    def __init__(self, shown: Sketch, plan: Layout, found: list[Anatomy]) -> None:
        self._shown, self._plan, self._found = shown, plan, found

    def drawn(self) -> list[str]:
        """As SVG."""
        ribbons, wires, pills = [], [], []
        parts = {edge: self._part(edge) for edge in self._plan.edges}
        widths = Widths(part for _, part in parts.values())
        wide = {
            edge: 0.0 if not part else widths.of(0 if math.isnan(part) else part) for edge, (_, part) in parts.items()
        }
        totals: dict[int, float] = defaultdict(float)
        taken: dict[int, float] = defaultdict(float)
        incoming: dict[int, list[Edge]] = defaultdict(list)
        for edge in self._plan.edges:
            totals[edge.source] += wide[edge]
            incoming[edge.target].append(edge)
        order = {
            edge: (nth, len(edges))
            for edges in incoming.values()
            for nth, edge in enumerate(sorted(edges, key=lambda edge: (edge.points[-3][1], edge.position)))
        }
        for edge in self._plan.edges:
            local, part = parts[edge]
            width, total = wide[edge], totals[edge.source]
            slot = (taken[edge.source] + width / 2 - total / 2) * min(1.0, (ROW - 3) / (total or 1.0))
            taken[edge.source] += width
            there, back = self._rims(edge.target, *order[edge])
            wires.append(f'<path class="w" d="{self._curve(edge, self._lane(edge.source, -1), there, -1, 0)[0]}"/>')
            if self._found[edge.source].kind == "constant":
                continue
            look = self._look(part)
            shown_width = 6.0 if look == "lost" else width or 1.4
            arrow = max(4.5, shown_width / 2 + 3)
            lane = self._lane(edge.source, 1) + slot
            way, middle = self._curve(edge, lane, back, 1, arrow + 1)
            ribbons.append(f'<path class="g {look}" stroke-width="{shown_width:.3g}" d="{way}"/>')
            x, y = edge.points[0]
            ribbons.append(
                f'<path class="h {look}" d="M{x + 2:.6g} {y + lane:.6g}l{arrow:.4g} {-arrow:.4g}v{2 * arrow:.4g}Z"/>'
            )
            if len(self._plan.edges) <= PILLS:
                pills.append(_pill(middle, f"×{'?' if math.isnan(local) else _bracketed(local)}"))
        for box, found in enumerate(self._found):
            if found.sign and found.kind != "op":
                data, home = self._stem(box)
                grad = float(self._shown.tape.grads[self._shown.nodes[box]])
                width = 6.0 if math.isnan(grad) else widths.of(grad) if grad else 1.4
                wires.append(f'<path class="w" d="{data}"/>')
                ribbons.append(f'<path class="g {self._look(grad)}" stroke-width="{width:.3g}" d="{home}"/>')
        return [*ribbons, *wires, *pills]

    def _part(self, edge: Edge) -> tuple[float, float]:
        """The local derivative along a way, and what it brings back."""
        tape, node = self._shown.tape, self._shown.nodes[edge.target]
        row, args = tape.rows[node], tape.args[node]
        if not row.partials:
            return math.nan, math.nan
        numbers = [float(tape.values[at]) for at in (*args, node)]
        grad = float(tape.grads[node])
        with np.errstate(all="ignore"):
            local = float(row.local[edge.position](*numbers))
            return local, grad * local if grad else 0.0

    def _look(self, part: float) -> str:
        if math.isnan(part):
            return "lost"
        return "pos" if part > 0 else "neg" if part < 0 else "dead"

    def _lane(self, box: int, side: int) -> float:
        kind = self._found[box].kind
        return 0.0 if kind == "constant" else side * (5.0 if kind == "op" else LANE)

    def _curve(self, edge: Edge, lane: float, rim: Point, side: int, start: float) -> tuple[str, Point]:
        """A way from the right of its source to the rim of its operation, and the point on it for the pill."""
        points = edge.points
        x, y = points[0]
        place = [(x + start, y + lane), (max(points[1][0], x + start), y + lane)]
        place += [(x, y + side * BETWEEN) for x, y in points[2:-2]]
        place += [(min(points[-2][0], rim[0]), rim[1]), rim]
        path, middle = f"M{_at(place[0])}", rim
        gaps = len(points) // 2
        for gap in range(gaps - 1):
            (left, _), begin, to = place[2 * gap : 2 * gap + 3]
            if begin[0] > left:
                path += f"L{_at(begin)}"
            # Going down, data turns late and the gradient early, and going up the other way round.
            down = to[1] > begin[1]
            share = 0.5 if gaps > 2 else (0.7 if down else 0.34) if side < 0 else (0.36 if down else 0.68)
            turn = begin[0] + (to[0] - begin[0]) * share
            path += f"C{_at((turn, begin[1]))} {_at((turn, to[1]))} {_at(to)}"
            if not gap:
                middle = (begin[0] + 6 * turn + to[0]) / 8, (begin[1] + to[1]) / 2
        if gaps > 2:  # a long way has its pill in its middle, where it is level
            (left, level), (right, _) = place[2 * (gaps // 2) : 2 * (gaps // 2) + 2]
            middle = (left + right) / 2, level
        return f"{path}L{_at(rim)}", middle

    def _rims(self, box: int, nth: int, count: int) -> tuple[Point, Point]:
        """Where data reaches an operation's rim, and where the gradient leaves it."""
        (left, top), found = self._plan.places[box], self._found[box]
        middle, share = top + found.size.above, 2 * nth / (count - 1) - 1 if count > 1 else 0.0

        def rim(across: float) -> Point:
            within = max(1 - ROUND, min(ROUND - 1, across))
            return left + ROUND - math.sqrt(ROUND**2 - within**2), middle + across

        return rim(share * 7 - 4), rim(share * 7 + 4)

    def _stem(self, box: int) -> tuple[str, str]:
        """From an operation to its card, and back."""
        (left, top), found = self._plan.places[box], self._found[box]
        middle, start = top + found.size.above, left + 2 * found.round
        end, lane = start + STEM, 0.0 if found.kind == "constant" else LANE
        half = (start + end) / 2

        def line(a: Point, b: Point) -> str:
            return f"M{_at(a)}C{_at((half, a[1]))} {_at((half, b[1]))} {_at(b)}"

        tip = end - 1, middle - lane
        arrow = f"M{_at((end - 6, tip[1] - 3.5))}L{_at(tip)}L{_at((end - 6, tip[1] + 3.5))}"
        return line((start - 2, middle - 7), tip) + arrow, line((start - 4, middle + 6), (end, middle + lane))


def _bracketed(number: float) -> str:
    return f"({short(number)})" if number < 0 or str(number) == "-0.0" else short(number)


def _pill(middle: Point, text: str) -> str:
    x, y = middle
    wide = len(text) * PILL * LETTER + PILL
    return (
        f'<rect class="q" x="{x - wide / 2:.6g}" y="{y - 10:.6g}" width="{wide:.4g}" height="20" rx="10"/>'
        f'<text class="p" x="{x:.6g}" y="{y + 4.2:.6g}">{text}</text>'
    )


def _at(point: Point) -> str:
    return f"{point[0]:.6g} {point[1]:.6g}"
