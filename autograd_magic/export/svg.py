"""A still picture as an SVG that needs nothing around it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from html import escape

from .shapes import MARGIN, NUMBERS, RULES, Drawing, Path, Rect, Steps, Text, placed

STYLE = "".join(f"{name}{{{';'.join(f'{what}:{how}' for what, how in rule.items())}}}" for name, rule in RULES.items())


def svg(drawing: Drawing) -> str:
    """A picture as text."""
    shapes = "".join([WRITTEN[type(shape)](*shape) for shape in drawing.shapes])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{drawing.width:g}" height="{drawing.height:g}" '
        f'viewBox="{-MARGIN:g} {-MARGIN:g} {drawing.width:g} {drawing.height:g}" role="img">'
        f"<title>{escape(drawing.title)}</title><style>{STYLE}</style>{shapes}</svg>"
    )


def _rect(kind: str, *numbers: float) -> str:
    form = f'<rect class="{kind}" x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="%.1f"/>'
    return placed(form, numbers)


def _path(kind: str, steps: Steps, width: float | None) -> str:
    stroke = "" if width is None else f' stroke-width="{width:.3g}"'
    return f'<path class="{kind}"{stroke} d="{placed(_form(steps[0]), steps[1])}"/>'


@lru_cache(1_000)
def _form(letters: str) -> str:
    return "".join([letter + " ".join(["%.1f"] * NUMBERS[letter]) for letter in letters])


def _text(kind: str, x: float, y: float, text: str) -> str:
    return placed(f'<text class="{kind}" x="%.1f" y="%.1f">', (x, y)) + f"{escape(text)}</text>"


WRITTEN: dict[type, Callable[..., str]] = {Rect: _rect, Path: _path, Text: _text}
