"""The colours, light and dark, the same in the still picture and in the browser (``view/colours.gen.css``)."""

from __future__ import annotations

from typing import NamedTuple


class Colour(NamedTuple):
    """A colour on light and on dark ground, and the property of the host's theme that comes before it."""

    light: str
    dark: str
    host: tuple[str, ...] = ()


GROUND = Colour("#ffffff", "#111418", ("--jp-layout-color1", "--vscode-editor-background"))
RAISED = Colour("#f3f4f6", "#1d2127", ("--jp-layout-color2", "--vscode-sideBar-background"))
TEXT = Colour("#1b1f24", "#e8eaed", ("--jp-ui-font-color0", "--vscode-editor-foreground"))
POSITIVE = Colour("#3b82d8", "#3b82d8")
NEGATIVE = Colour("#ee8a1d", "#ee8a1d")
"""Blue for a gradient above zero, orange for one below: two hues that colour-blind people tell apart."""

OTHER = Colour("#b86200", "#ee8a1d")
ACCENT = Colour("#1d5fb4", "#79b0f2")
"""What is beside the graph's own colours: secants and trails; what is selected or has the focus."""

STROKE, EDGE, CUT, QUIET, FAINT = "#6b7480", "#8b939e", "#c3c8cf", "#59616b", "#b4bac2"
"""Lines and small print of the still picture, which has no theme around it."""

PAPER, ROUND_FILL = "#fbfbfc", "#eef0f3"
"""The still picture's ground, and that of its operations."""
