"""How large what stands for a node is: its operation's sign, and the card of its name, number and gradient.

``js/src/model/anatomy.ts`` measures in the same way, and adds the slider of a leaf; here a group, which nobody can
open, has a foot that says what it holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from autograd_magic.engine.readable import clean, columns, short

from .geometry import (
    BESIDE,
    BESIDE_NAME,
    CARD,
    CONSTANT,
    FIGURE,
    HEAD,
    LABEL,
    LETTER,
    LONG_NAME,
    NAME,
    PAD,
    ROUND,
    ROW,
    SIGN_LENGTH,
    STEM,
)
from .layout import Size
from .plan import Item, Plan

FOOT = 20.0
"""Height of what is said of a group."""

SIGNS = {"*": "×", "-": "−"}
"""Signs that are printed otherwise than they are typed."""


@dataclass
class Anatomy:
    """What stands for an item: ``round`` is half the width of the sign's circle (0: there is none), ``head`` the height
    of a long name above the numbers, ``side`` the width of a short one beside them, ``foot`` the height of what is said
    of a group below them.
    """

    kind: str
    name: str
    sign: str
    round: float
    width: float = 0.0
    height: float = 0.0
    head: float = 0.0
    side: float = 0.0
    foot: float = 0.0

    @cached_property
    def size(self) -> Size:
        """The box that it takes up in the layout."""
        stem = 2 * self.round + STEM if self.sign and self.kind != "op" else 0.0
        if self.kind == "op":
            return Size(2 * self.round, ROUND, ROUND)
        middle = self.height / 2 if self.kind == "constant" else self.head + ROW
        return Size(stem + self.width, middle, self.height - middle)


def anatomy(plan: Plan, item: Item) -> Anatomy:
    """How large what stands for ``item`` is."""
    kind, name, symbol = item.kind, item.name, plan.symbol(item)
    sign = SIGNS.get(symbol, clean(symbol, SIGN_LENGTH))
    radius = max(ROUND, columns(sign) * LABEL * LETTER / 2 + BESIDE) if sign else 0.0
    if kind == "op":
        return Anatomy(kind, "", sign, radius)
    if kind == "constant":
        width = columns(short(plan.tape.values[item.node])) * FIGURE * LETTER + 2 * PAD
        return Anatomy(kind, "", sign, radius, max(CONSTANT + 8, width), CONSTANT)
    letters = columns(name)
    long = letters > LONG_NAME
    side = 0.0 if long or not name else max(NAME, letters * LABEL * LETTER + PAD)
    width = max(CARD, letters * LABEL * LETTER + 2 * PAD) if long else side + BESIDE_NAME
    head, foot = HEAD if long else 0.0, FOOT if kind == "group" else 0.0
    return Anatomy(kind, name, sign, radius, width, head + 2 * ROW + foot, head, side, foot)
