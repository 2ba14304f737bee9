"""The still picture of a graph: an SVG that needs nothing around it, for every place where no widget runs.

It looks as the widget does, left to right: cards with data and gradient, the data's thin wires, and the gradient's
ribbons, as wide as what they bring back, with the local derivative on each. It stands on its own light ground, so that
it reads in a dark notebook too.
"""

from __future__ import annotations

import base64
import math
from html import escape

from autograd_magic.engine.readable import clean, columns, short, told_apart
from autograd_magic.engine.tape import Tape

from .anatomy import Anatomy, anatomy
from .colours import (
    GROUND,
    LINE,
    NEGATIVE,
    NEGATIVE_TEXT,
    NEGATIVE_TINT,
    POSITIVE,
    POSITIVE_TEXT,
    POSITIVE_TINT,
    QUIET,
    RAISED,
    STROKE,
    TEXT,
)
from .geometry import BOXES, FIGURE, LABEL, LETTER, PAD, ROUND, ROW, SMALL
from .layout import layout
from .phrases import Gradients
from .sketch import Sketch, sketch, to_show
from .wires import Wires

MARGIN = 12.0
"""The rim."""

ROOM = 6
"""Digits and signs for which there is room beside a caption."""

STYLE = (
    "text{font-family:ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;"
    f"fill:{TEXT.light};font-weight:600;font-size:{FIGURE:g}px}}"
    f".n{{font-size:{LABEL:g}px}}.k{{font-size:{SMALL:g}px;font-weight:400;fill:{QUIET}}}.m{{text-anchor:middle}}"
    f".e{{text-anchor:end}}.p{{font-size:12px;text-anchor:middle}}"
    f".b{{fill:{GROUND.light};stroke:{STROKE}}}.r{{fill:none;stroke:{TEXT.light};stroke-width:2}}"
    f".c{{fill:{RAISED.light};stroke:{LINE}}}.l{{fill:none;stroke:{LINE}}}"
    f".q{{fill:{GROUND.light};stroke:{LINE}}}"
    f".w{{fill:none;stroke:{STROKE};stroke-width:1.2}}.g{{fill:none}}"
    f".g.pos{{stroke:{POSITIVE.light}}}.g.neg{{stroke:{NEGATIVE.light}}}.g.dead,.g.lost{{stroke:{STROKE}}}"
    ".g.dead{stroke-dasharray:3 4}.g.lost{stroke-dasharray:2 2.5}"
    f".h.pos{{fill:{POSITIVE.light}}}.h.neg{{fill:{NEGATIVE.light}}}.h.dead,.h.lost{{fill:{STROKE}}}"
    f".t.pos{{fill:{POSITIVE_TINT.light}}}.t.neg{{fill:{NEGATIVE_TINT.light}}}"
    f"text.pos{{fill:{POSITIVE_TEXT.light}}}text.neg{{fill:{NEGATIVE_TEXT.light}}}"
)


def picture(tape: Tape, root: int | None = None, limit: int = BOXES) -> str:
    """The graph of ``root`` (a node number; the tape's own root, unless told otherwise) as SVG text.

    It shows the numbers and gradients that stand on the tape. Of a graph with more than ``limit`` values the part
    nearest to the root is drawn, and the picture says how many are not.
    """
    shown = sketch(tape, root, limit)
    place = {node: box for box, node in enumerate(shown.nodes)}
    found = [anatomy(shown, node) for node in shown.nodes]
    args = [[place[arg] for arg in shown.args[node] if arg in place] for node in shown.nodes]
    plan = layout([each.size for each in found], args)
    parts = Wires(shown, plan, found).drawn()
    for node, each, (x, y) in zip(shown.nodes, found, plan.places, strict=True):
        parts += _drawn(shown, node, each, x, y)
    height, width = plan.height, plan.width
    if shown.hidden:
        text = f"{shown.hidden:,} more values, farther from the root, are not drawn"
        height, width = height + ROW, max(width, columns(text) * SMALL * LETTER)
        parts.append(_text(0, height - 6, text, "k"))
    width, height = math.ceil(width + 2 * MARGIN), math.ceil(height + 2 * MARGIN)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img">'
        f"<title>{escape(alt_text(tape, root))}</title><style>{STYLE}</style>"
        f'<rect width="{width}" height="{height}" rx="6" fill="{GROUND.light}"/>'
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


def _drawn(shown: Sketch, node: int, found: Anatomy, x: float, y: float) -> list[str]:
    """What stands for a node, with its upper left corner at a place."""
    size = found.size
    middle, right = y + size.above, x + size.width
    parts = []
    if found.sign:
        parts.append(
            f'<rect class="b" x="{x:.7g}" y="{middle - ROUND:.7g}" width="{2 * found.round:.5g}" '
            f'height="{2 * ROUND:g}" rx="{ROUND:g}"/>'
        )
        parts.append(_text(x + found.round, middle + 5.2, found.sign, "m n"))
    if found.kind == "op":
        return parts
    left, number = right - found.width, short(shown.tape.values[node])
    box = f'x="{left:.7g}" y="{y:.7g}" width="{found.width:.5g}" height="{found.height:g}"'
    if found.kind == "constant":
        parts.append(f'<rect class="c" {box} rx="6"/>')
        return [*parts, _text(left + found.width / 2, middle + 5, number, "m")]
    grad = shown.grad(node)
    sign = _sign(shown, node, grad)
    inner = left + found.side
    parts.append(f'<rect class="b" {box} rx="8"/>')
    if sign:
        path = f"M{inner:.7g} {middle:.7g}H{right - 0.5:.7g}v{ROW - 8:g}a8 8 0 0 1 -8 7.5H{inner + 0.5:.7g}Z"
        parts.append(f'<path class="t {sign}" d="{path}"/>')
    rules = f"M{inner:.7g} {middle:.7g}H{right:.7g}"
    if found.side:
        rules += f"M{inner:.7g} {y:.7g}v{2 * ROW:g}"
    if found.head:
        rules += f"M{left:.7g} {y + found.head:.7g}H{right:.7g}"
    parts.append(f'<path class="l" d="{rules}"/>')
    if node == shown.root:
        parts.append(f'<rect class="r" {box} rx="8"/>')
    if found.head:
        parts.append(_text(left + PAD, y + 16, found.name, "n"))
    elif found.name:
        parts.append(_text(left + found.side / 2, middle + 5.2, found.name, "m n"))
    for word, text, level, kind in (("data", number, middle - ROW / 2, ""), ("grad", grad, middle + ROW / 2, sign)):
        if len(text) <= ROOM:
            parts.append(_text(inner + 8, level + 4, word, "k"))
        parts.append(_text(right - PAD, level + 5, text, f"e {kind}".strip()))
    return parts


def _sign(shown: Sketch, node: int, grad: str) -> str:
    number = float(shown.tape.grads[node])
    if grad == "?" or not number or math.isnan(number):
        return ""
    return "pos" if number > 0 else "neg"


def _text(x: float, y: float, text: str, kind: str) -> str:
    return f'<text x="{x:.7g}" y="{y:.7g}" class="{kind}">{escape(text)}</text>'
