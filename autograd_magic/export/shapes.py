"""What a still picture is made of, rectangles, paths and texts, and how each kind of them looks. Two write it down:
``svg`` and ``pdf``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import NamedTuple, TypeAlias

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
from .geometry import FIGURE, LABEL, SMALL

PILL = 12.0
"""Size of the letters in a pill."""

MARGIN = 12.0
"""The rim."""


Point: TypeAlias = tuple[float, float]
Steps: TypeAlias = tuple[str, Sequence[float]]
"""A letter of SVG's for each step, ``M``, ``L``, ``C`` or ``Z``, and the numbers that belong to all of them."""


class Rect(NamedTuple):
    """A rectangle: its kind, upper left corner and size, and how round its corners are."""

    kind: str
    x: float
    y: float
    width: float
    height: float
    round: float


class Path(NamedTuple):
    """A path, whose stroke is ``width`` wide, unless its kind says so."""

    kind: str
    steps: Steps
    width: float | None = None


class Text(NamedTuple):
    """A text, and the place at which its line begins, ends or has its middle."""

    kind: str
    x: float
    y: float
    text: str


Shape: TypeAlias = Rect | Path | Text


class Drawing(NamedTuple):
    """A picture: what it is called, how large it is with its rim, outside of which nothing has a place below 0, and its
    shapes, the lower ones first.
    """

    title: str
    width: float
    height: float
    shapes: Sequence[Shape]


def _filled(colour: str) -> dict[str, str]:
    return {"fill": colour}


def _stroked(colour: str) -> dict[str, str]:
    return {"stroke": colour}


RULES: dict[str, dict[str, str]] = {
    "text": {
        "font-family": "ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace",
        "fill": TEXT.light,
        "font-weight": "600",
        "font-size": f"{FIGURE:g}px",
    },
    ".n": {"font-size": f"{LABEL:g}px"},
    ".k": {"font-size": f"{SMALL:g}px", "font-weight": "400", "fill": QUIET},
    ".m": {"text-anchor": "middle"},
    ".e": {"text-anchor": "end"},
    ".p": {"font-size": f"{PILL:g}px", "text-anchor": "middle"},
    ".a": _filled(GROUND.light),
    ".b": {"fill": GROUND.light, "stroke": STROKE},
    ".r": {"fill": "none", "stroke": TEXT.light, "stroke-width": "2"},
    ".c": {"fill": RAISED.light, "stroke": LINE},
    ".l": {"fill": "none", "stroke": LINE},
    ".q": {"fill": GROUND.light, "stroke": LINE},
    ".w": {"fill": "none", "stroke": STROKE, "stroke-width": "1.2"},
    ".g": {"fill": "none", "stroke": STROKE},
    ".g.pos": _stroked(POSITIVE.light),
    ".g.neg": _stroked(NEGATIVE.light),
    ".g.dead": {"stroke-dasharray": "3 4"},
    ".g.lost": {"stroke-dasharray": "2 2.5"},
    ".h": _filled(STROKE),
    ".h.pos": _filled(POSITIVE.light),
    ".h.neg": _filled(NEGATIVE.light),
    ".t.pos": _filled(POSITIVE_TINT.light),
    ".t.neg": _filled(NEGATIVE_TINT.light),
    "text.pos": _filled(POSITIVE_TEXT.light),
    "text.neg": _filled(NEGATIVE_TEXT.light),
}
"""How shapes look, by an element's name and its kind's words; the later rules are the stronger ones."""


@cache
def look(tag: str, kind: str) -> dict[str, str]:
    """All that the rules say of a kind."""
    found: dict[str, str] = {}
    for selector, rule in RULES.items():
        element, *words = selector.split(".")
        if element in ("", tag) and {*words} <= {*kind.split()}:
            found |= rule
    return found


NUMBERS = {"M": 2, "L": 2, "C": 6, "Z": 0}
"""How many numbers belong to a step."""


def placed(form: str, numbers: Sequence[float]) -> str:
    """Numbers at their places in a form (``%.1f``), which has no fractions of its own: to a tenth of a pixel, which is
    as fine as one sees.
    """
    return (form % (*numbers,)).replace(".0", "")


def line(begin: Point, *points: Point) -> Steps:
    """Straight from point to point."""
    return "M" + "L" * len(points), [*chain(begin, *points)]


def joined(*some: Steps) -> Steps:
    """Steps after steps."""
    return "".join([letters for letters, _ in some]), [*chain(*[numbers for _, numbers in some])]
