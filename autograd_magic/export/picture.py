"""The still picture of a graph: an SVG that needs nothing around it, for every place where no widget runs.

It looks as the widget does, left to right: cards with data and gradient, the data's thin wires, and the gradient's
ribbons, as wide as what they bring back, with the local derivative on each. It stands on its own light ground, so that
it reads in a dark notebook too.
"""

from __future__ import annotations

import math
from html import escape

from autograd_magic.engine.readable import clean, short, told_apart
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
from .geometry import FIGURE, LABEL, LETTER, PAD, ROUND, ROW, SMALL
from .layout import layout
from .phrases import Gradients
from .plan import Item, Plan
from .sketch import to_show
from .wires import Wires, at, number

MARGIN = 12.0
"""The rim."""

INNER, GAP = 8.0, 4.0
"""Space before a caption, and behind it."""

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


def picture(tape: Tape, root: int | None = None) -> str:
    """The graph of ``root`` (a node number; the tape's own root, unless told otherwise) as SVG text.

    It shows the numbers and gradients that stand on the tape. A large graph is drawn as the groups that the
    widget has, and each says what it holds.
    """
    plan = Plan(tape, tape.root if root is None else root)
    found = [anatomy(plan, item) for item in plan.items]
    laid = layout([each.size for each in found], plan.args)
    parts, pills = Wires(plan, laid, found).drawn()
    for item, each, (x, y) in zip(plan.items, found, laid.places, strict=True):
        parts += _drawn(plan, item, each, x, y)
    width, height = math.ceil(laid.width + 2 * MARGIN), math.ceil(laid.height + 2 * MARGIN)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img">'
        f"<title>{escape(alt_text(tape, root))}</title><style>{STYLE}</style>"
        f'<rect width="{width}" height="{height}" rx="6" fill="{GROUND.light}"/>'
        f'<g transform="translate({MARGIN:g} {MARGIN:g})">{"".join([*parts, *pills])}</g></svg>'
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


def _drawn(plan: Plan, item: Item, found: Anatomy, x: float, y: float) -> list[str]:
    """What stands for an item, with its upper left corner at a place."""
    size = found.size
    middle, right = y + size.above, x + size.width
    parts = []
    if found.sign:
        parts.append(_rect("b", x, middle - ROUND, 2 * found.round, 2 * ROUND, ROUND))
        parts.append(_text(x + found.round, middle + 5.2, found.sign, "m n"))
    if found.kind == "op":
        return parts
    left = right - found.width
    data = f"{item.outputs}" if item.node < 0 else short(plan.tape.values[item.node])
    if found.kind == "constant":
        parts.append(_rect("c", left, y, found.width, found.height, 6))
        return [*parts, _text(left + found.width / 2, middle + 5, data, "m")]
    box = (left, y, found.width, found.height, 8)
    most = plan.most(item)
    grad = plan.gradients.written(most)
    sign = _sign(plan, most, grad)
    inner, bottom = left + found.side, y + found.head + 2 * ROW
    if found.foot:
        parts += [_rect("b", left + shift, y + shift, *box[2:]) for shift in (4, 2)]
    parts.append(_rect("b", *box))
    if sign:
        around = f"v{ROW:g}" if found.foot else f"v{ROW - 8:g}c0 4.2 -3.6 7.5 -8 7.5"
        around += (
            f"H{number(inner + 0.5)}" if found.foot or found.side else f"H{number(inner + 8.5)}c-4.4 0 -8 -3.3 -8 -7.5"
        )
        parts.append(f'<path class="t {sign}" d="M{at((inner + 0.5, middle))}H{number(right - 0.5)}{around}Z"/>')
    rules = f"M{at((inner, middle))}H{number(right)}"
    if found.side:
        rules += f"M{at((inner, y))}v{2 * ROW:g}"
    levels = [y + found.head] * bool(found.head) + [bottom] * bool(found.foot)
    rules += "".join(f"M{at((left, level))}H{number(right)}" for level in levels)
    parts.append(f'<path class="l" d="{rules}"/>')
    if plan.root in item.nodes:
        parts.append(_rect("r", *box))
    if found.head:
        parts.append(_text(left + PAD, y + 16, found.name, "n"))
    elif found.name:
        parts.append(_text(left + found.side / 2, middle + 5.2, found.name, "m n"))
    if found.foot:
        parts.append(_text(left + PAD, bottom + 14, f"{item.holds:,} values", "k"))
    words = ("outputs", "most") if item.node < 0 else ("data", "grad")
    for word, text, level, kind in ((words[0], data, middle - ROW / 2, ""), (words[1], grad, middle + ROW / 2, sign)):
        if (len(word) * SMALL + len(text) * FIGURE) * LETTER <= found.width - found.side - PAD - INNER - GAP:
            parts.append(_text(inner + INNER, level + 4, word, "k"))
        parts.append(_text(right - PAD, level + 5, text, f"e {kind}".strip()))
    return parts


def _sign(plan: Plan, node: int, grad: str) -> str:
    number = float(plan.tape.grads[node])
    if grad == "?" or not number or math.isnan(number):
        return ""
    return "pos" if number > 0 else "neg"


def _rect(kind: str, x: float, y: float, width: float, height: float, round: float) -> str:
    return (
        f'<rect class="{kind}" x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}" '
        f'rx="{round:g}"/>'
    )


def _text(x: float, y: float, text: str, kind: str) -> str:
    return f'<text x="{number(x)}" y="{number(y)}" class="{kind}">{escape(text)}</text>'
