"""The still picture of a graph, for every place where no widget runs.

It looks as the widget does, left to right: cards with data and gradient, the data's thin wires, and the gradient's
ribbons, as wide as what they bring back, with the local derivative on each. It stands on its own light ground, so that
it reads in a dark notebook too.
"""

from __future__ import annotations

import math

from autograd_magic.engine.readable import clean, short, told_apart
from autograd_magic.engine.tape import Tape

from .anatomy import Anatomy, anatomy
from .geometry import FIGURE, LETTER, PAD, ROUND, ROW, SMALL
from .layout import layout
from .phrases import Gradients
from .plan import Item, Plan
from .shapes import MARGIN, Drawing, Path, Rect, Shape, Steps, Text, joined, line
from .sketch import to_show
from .svg import svg
from .wires import Wires

INNER, GAP = 8.0, 4.0
"""Space before a caption, and behind it."""


def drawing(tape: Tape, root: int | None = None) -> Drawing:
    """The graph of ``root`` (a node number; the tape's own root, unless told otherwise).

    It shows the numbers and gradients that stand on the tape. A large graph is drawn as the groups that the
    widget has, and each says what it holds.
    """
    plan = Plan(tape, tape.root if root is None else root)
    found = [anatomy(plan, item) for item in plan.items]
    laid = layout([each.size for each in found], plan.args)
    width, height = (math.ceil(side + 2 * MARGIN) for side in (laid.width, laid.height))
    shapes, pills = Wires(plan, laid, found).drawn()
    for item, each, (x, y) in zip(plan.items, found, laid.places, strict=True):
        shapes += _drawn(plan, item, each, x, y)
    ground = Rect("a", -MARGIN, -MARGIN, width, height, 6)
    return Drawing(alt_text(tape, root), width, height, [ground, *shapes, *pills])


def picture(tape: Tape, root: int | None = None) -> str:
    """The same as an SVG."""
    return svg(drawing(tape, root))


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


def _drawn(plan: Plan, item: Item, found: Anatomy, x: float, y: float) -> list[Shape]:
    """What stands for an item, with its upper left corner at a place."""
    size = found.size
    middle, right = y + size.above, x + size.width
    parts = list[Shape]()
    if found.sign:
        parts.append(Rect("b", x, middle - ROUND, 2 * found.round, 2 * ROUND, ROUND))
        parts.append(Text("m n", x + found.round, middle + 5.2, found.sign))
    if found.kind == "op":
        return parts
    left = right - found.width
    data = f"{item.outputs}" if item.node < 0 else short(plan.tape.values[item.node])
    if found.kind == "constant":
        parts.append(Rect("c", left, y, found.width, found.height, 6))
        return [*parts, Text("m", left + found.width / 2, middle + 5, data)]
    box = (left, y, found.width, found.height, 8)
    most = plan.most(item)
    grad = plan.gradients.written(most)
    sign = _sign(plan, most, grad)
    inner, bottom = left + found.side, y + found.head + 2 * ROW
    if found.foot:
        parts += [Rect("b", left + shift, y + shift, *box[2:]) for shift in (4, 2)]
    parts.append(Rect("b", *box))
    if sign:
        parts.append(Path(f"t {sign}", _tint(found, inner, right, middle)))
    rules = [line((inner, middle), (right, middle))]
    if found.side:
        rules.append(line((inner, y), (inner, bottom)))
    if found.head:
        rules.append(line((left, y + found.head), (right, y + found.head)))
    if found.foot:
        rules.append(line((left, bottom), (right, bottom)))
    parts.append(Path("l", joined(*rules)))
    if plan.root in item.nodes:
        parts.append(Rect("r", *box))
    if found.head:
        parts.append(Text("n", left + PAD, y + 16, found.name))
    elif found.name:
        parts.append(Text("m n", left + found.side / 2, middle + 5.2, found.name))
    if found.foot:
        parts.append(Text("k", left + PAD, bottom + 14, f"{item.holds:,} values"))
    words = ("outputs", "most") if item.node < 0 else ("data", "grad")
    for word, text, level, kind in ((words[0], data, middle - ROW / 2, ""), (words[1], grad, middle + ROW / 2, sign)):
        if (len(word) * SMALL + len(text) * FIGURE) * LETTER <= found.width - found.side - PAD - INNER - GAP:
            parts.append(Text("k", inner + INNER, level + 4, word))
        parts.append(Text(f"e {kind}".strip(), right - PAD, level + 5, text))
    return parts


def _sign(plan: Plan, node: int, grad: str) -> str:
    number = float(plan.tape.grads[node])
    if grad == "?" or not number or math.isnan(number):
        return ""
    return "pos" if number > 0 else "neg"


def _tint(found: Anatomy, left: float, right: float, top: float) -> Steps:
    """The ground behind a gradient: a card's lowest row, round where the card is."""
    left, right, bottom = left + 0.5, right - 0.5, top + ROW - 0.5
    letters, numbers = "ML", [left, top, right, top]
    if found.foot:
        letters += "L"
        numbers += (right, bottom)
    else:
        letters += "LC"
        numbers += (right, bottom - 7.5, right, bottom - 3.3, right - 3.6, bottom, right - 8, bottom)
    if found.foot or found.side:
        letters += "L"
        numbers += (left, bottom)
    else:
        letters += "LC"
        numbers += (left + 8, bottom, left + 3.6, bottom, left, bottom - 3.3, left, bottom - 7.5)
    return letters + "Z", numbers
