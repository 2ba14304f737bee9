"""The still picture of a graph: an SVG that needs nothing around it, for every place where no widget runs.

It looks as the widget does: a record for each value (label, data, gradient), a round node for the operation that made
it, left to right, the gradient coloured by its sign and size. It stands on its own light ground, so that it reads in
a dark notebook too.
"""

from __future__ import annotations

import base64
import math
from html import escape

from autograd_magic.engine.readable import clean, columns, short, told_apart
from autograd_magic.engine.tape import Tape

from .colours import CUT, EDGE, FAINT, GROUND, NEGATIVE, PAPER, POSITIVE, QUIET, RAISED, ROUND_FILL, STROKE, TEXT
from .geometry import APART, BESIDE, BOXES, LETTER, NAME_LENGTH, PAD, ROUND, ROW, SIGN_LENGTH, STEM
from .layout import Edge, layout
from .phrases import Gradients
from .sketch import Sketch, sketch, to_show

MARGIN = 12.0
"""The rim."""

STYLE = (
    f"text{{font:12px ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:{TEXT.light}}}"
    f".b{{fill:{GROUND.light};stroke:{STROKE}}}.k{{fill:{RAISED.light};stroke:{FAINT}}}"
    f".o{{fill:{ROUND_FILL};stroke:{STROKE}}}.e{{fill:none;stroke:{EDGE};stroke-width:1.2}}.c{{stroke:{CUT}}}"
    f".s{{fill:{QUIET}}}.m{{text-anchor:middle}}.d{{stroke-dasharray:2 3}}.r{{stroke-width:2}}"
)


def picture(tape: Tape, root: int | None = None, limit: int = BOXES) -> str:
    """The graph of ``root`` (a node number; the tape's own root, unless told otherwise) as SVG text.

    It shows the numbers and gradients that stand on the tape. Of a graph with more than ``limit`` values the part
    nearest to the root is drawn, and the picture says how many are not.
    """
    shown = sketch(tape, root, limit)
    place = {node: box for box, node in enumerate(shown.nodes)}
    records = [_Record(shown, node) for node in shown.nodes]
    args = [[place[arg] for arg in shown.args[node] if arg in place] for node in shown.nodes]
    plan = layout([(record.width, 2 * ROUND) for record in records], args)
    strongest = max((abs(record.grad) for record in records if math.isfinite(record.grad)), default=0.0)
    parts = [
        _edge(edge, args[edge.target].count(edge.source), args[edge.target][: edge.position].count(edge.source))
        for edge in plan.edges
    ]
    for record, (x, y), found in zip(records, plan.places, args, strict=True):
        parts.append(record.drawn(x, y + ROUND, strongest, cut=len(found) < len(shown.args[record.node])))
    height, width = plan.height, plan.width
    if shown.hidden:
        text = f"{shown.hidden:,} more values, farther from the root, are not drawn"
        height, width = height + ROW, max(width, columns(text) * LETTER)
        parts.append(_text(0, height - 6, text, "s"))
    width, height = math.ceil(width + 2 * MARGIN), math.ceil(height + 2 * MARGIN)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img">'
        f"<title>{escape(alt_text(tape, root))}</title><style>{STYLE}</style>"
        f'<rect width="{width}" height="{height}" rx="6" fill="{PAPER}"/>'
        f'<g transform="translate({MARGIN:g} {MARGIN:g})">{"".join(parts)}</g></svg>'
    )


def alt_text(tape: Tape, root: int | None = None, leaves: int = 8) -> str:
    """The graph in one or two sentences: what the root is, and how it depends on its leaves."""
    top = tape.root if root is None else root
    there = to_show(tape, top)
    total, grads = int(there.sum()), Gradients(tape, top)
    named = [leaf.node for leaf in tape.leaves if there[leaf.node]]
    told = {tape.label(node) for node in (top, *named[:leaves])}
    names = told_apart({node: clean(label) for node, label in tape.labels.items() if label in told and there[node]})
    first = f"Expression graph of {names.get(top) or 'the root'} = {short(tape.values[top])}"
    first += f", {total:,} value{'s' * (total != 1)}."
    if not named or named == [top]:
        return first
    words = [
        f"{names.get(node) or 'an unnamed leaf'} = {short(tape.values[node])} ({grads.written(node)})"
        for node in named[:leaves]
    ]
    if len(named) > leaves:
        words.append(f"and {len(named) - leaves:,} more")
    return f"{first} Leaves and gradients: {', '.join(words)}."


def still(tape: Tape, identity: str) -> str:
    """The picture as HTML for a saved notebook.

    A live widget finds it by ``identity`` and hides it. It is an ``<img>``, since that is what stays when a notebook
    is not trusted.
    """
    data = base64.b64encode(picture(tape).encode()).decode("ascii")
    return (
        f'<div data-autograd-fallback="{escape(identity)}">'
        f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(alt_text(tape))}"></div>'
    )


class _Record:
    """One value: its operation in a circle, and the cells of its record."""

    def __init__(self, shown: Sketch, node: int) -> None:
        self.node = node
        self.root = node == shown.root
        self.constant = shown.constant(node) and not shown.names[node]
        self.grad = float(shown.tape.grads[node])
        self.symbol = clean(shown.symbol(node), SIGN_LENGTH)
        number = short(shown.tape.values[node])
        grad = f"grad {shown.grad(node)}"
        self.cells = [number] if self.constant else [clean(shown.names[node], NAME_LENGTH), f"data {number}", grad]
        if not self.cells[0]:
            del self.cells[0]
        self.widths = [columns(cell) * LETTER + 2 * PAD for cell in self.cells]
        self.circle = max(ROUND, columns(self.symbol) * LETTER / 2 + BESIDE) if self.symbol else 0.0
        self.stem = 2 * self.circle + STEM if self.symbol else 0.0

    @property
    def width(self) -> float:
        """Of the operation and the record together."""
        return self.stem + sum(self.widths)

    def drawn(self, x: float, y: float, strongest: float, cut: bool) -> str:
        """As SVG, around the height ``y``; ``cut`` says that some of its arguments are not in the picture."""
        parts = []
        if self.symbol:
            if cut:
                parts.append(f'<path class="e d" d="M{x - 16:.5g} {y:.5g}h16"/>')
            parts.append(f'<path class="e" d="M{x + 2 * self.circle:.7g} {y:.7g}h{STEM:g}"/>')
            parts.append(
                f'<rect class="o" x="{x:.7g}" y="{y - ROUND:.7g}" width="{2 * self.circle:.5g}" '
                f'height="{2 * ROUND:g}" rx="{ROUND:g}"/>'
            )
            parts.append(_text(x + self.circle, y + 4, self.symbol, "m"))
        left, top = x + self.stem, y - ROW / 2
        kind = "k" if self.constant else "b r" if self.root else "b"
        parts.append(
            f'<rect class="{kind}" x="{left:.7g}" y="{top:.7g}" width="{sum(self.widths):.5g}" '
            f'height="{ROW:g}" rx="4"/>'
        )
        for index, (cell, width) in enumerate(zip(self.cells, self.widths, strict=True)):
            if index:
                parts.append(f'<path class="e c" d="M{left:.7g} {top + 1:.7g}v{ROW - 2:g}"/>')
            if not self.constant and index == len(self.cells) - 1:
                parts.append(_tint(self.grad, strongest, left, top, width))
            parts.append(_text(left + width / 2, y + 4, cell, "m s" if self.constant else "m"))
            left += width
        return "".join(parts)


def _tint(grad: float, strongest: float, x: float, y: float, width: float) -> str:
    """The ground of a gradient's cell: its sign as a hue, its size, next to the largest one, as strength."""
    if grad == 0 or math.isnan(grad):
        return ""
    strength = 0.7 if math.isinf(grad) else 0.1 + 0.6 * math.sqrt(abs(grad) / strongest)
    fill = POSITIVE.light if grad > 0 else NEGATIVE.light
    return (
        f'<rect x="{x + 1:.7g}" y="{y + 1:.7g}" width="{width - 2:.5g}" height="{ROW - 2:g}" rx="3" '
        f'fill="{fill}" fill-opacity="{strength:.2f}"/>'
    )


def _edge(edge: Edge, uses: int, before: int) -> str:
    """An edge as a line, level through columns and curved between them; several edges between the same two run side
    by side.
    """
    shift = (before - (uses - 1) / 2) * APART
    (x, y), *rest = [(x, y + shift) for x, y in edge.points]
    words = [f"M{x:.7g} {y:.7g}"]
    for index, (right, level) in enumerate(rest):
        if index % 2 == 0 or abs(level - y) < 0.05:
            words.append(f"H{right:.7g}")
        else:
            half = (x + right) / 2
            words.append(f"C{half:.7g} {y:.7g} {half:.7g} {level:.7g} {right:.7g} {level:.7g}")
        x, y = right, level
    return f'<path class="e" d="{"".join(words)}"/>'


def _text(x: float, y: float, text: str, kind: str) -> str:
    return f'<text x="{x:.7g}" y="{y:.7g}" class="{kind}">{escape(text)}</text>'
