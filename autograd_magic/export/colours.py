"""The colours, light and dark, the same in the still picture and in the browser (``view/colours.gen.css``)."""

from __future__ import annotations

from typing import NamedTuple


class Colour(NamedTuple):
    """A colour on light and on dark ground, and the property of the host's theme that comes before it."""

    light: str
    dark: str
    host: tuple[str, ...] = ()


GROUND = Colour("#ffffff", "#111418", ("--jp-layout-color1", "--vscode-editor-background"))
RAISED = Colour("#f6f7f9", "#1b1f25", ("--jp-layout-color2", "--vscode-sideBar-background"))
TEXT = Colour("#1b1f24", "#e9ebee", ("--jp-ui-font-color0", "--vscode-editor-foreground"))
POSITIVE = Colour("#4388d8", "#3f7fc7")
NEGATIVE = Colour("#d67b1d", "#c8761f")
"""Blue for a gradient above zero, orange for one below, and for nothing else: two hues that colour-blind people tell
apart. These fill areas: ribbons, bars.
"""

POSITIVE_TEXT, POSITIVE_TINT = Colour("#0a5bb0", "#8fc3fa"), Colour("#e4effb", "#15293f")
NEGATIVE_TEXT, NEGATIVE_TINT = Colour("#9a4600", "#f6b476"), Colour("#fdeedd", "#3a2512")
"""A gradient's number, and the ground behind it."""

STROKE, LINE, QUIET = "#7d8590", "#d8dde3", "#57606a"
"""Outlines, fine lines and small print of the still picture, which has no theme around it and a light ground."""
