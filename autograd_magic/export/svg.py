"""A still picture as an SVG that needs nothing around it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from .shapes import MARGIN, RULES, Drawing, Path, Rect, Step, Text, number

STYLE = "".join(f"{name}{{{';'.join(f'{what}:{how}' for what, how in rule.items())}}}" for name, rule in RULES.items())


def svg(drawing: Drawing) -> str:
    """A picture as text."""
    shapes = "".join([WRITTEN[type(shape)](*shape) for shape in drawing.shapes])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{drawing.width:g}" height="{drawing.height:g}" '
        f'viewBox="{-MARGIN:g} {-MARGIN:g} {drawing.width:g} {drawing.height:g}" role="img">'
        f"<title>{escape(drawing.title)}</title><style>{STYLE}</style>{shapes}</svg>"
    )


def _rect(kind: str, x: float, y: float, width: float, height: float, round: float) -> str:
    return (
        f'<rect class="{kind}" x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}" '
        f'rx="{round:g}"/>'
    )


def _path(kind: str, steps: Sequence[Step], width: float | None) -> str:
    stroke = "" if width is None else f' stroke-width="{width:.3g}"'
    return f'<path class="{kind}"{stroke} d="{"".join([f"{letter}{points}" for letter, points in steps])}"/>'


def _text(kind: str, x: float, y: float, text: str) -> str:
    return f'<text class="{kind}" x="{number(x)}" y="{number(y)}">{escape(text)}</text>'


WRITTEN: dict[type, Callable[..., str]] = {Rect: _rect, Path: _path, Text: _text}
