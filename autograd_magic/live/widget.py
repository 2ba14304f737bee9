"""The widget's model: what the kernel and the browser share, and nothing else.

The browser computes; the kernel is told. ``tape`` goes to the browser once a trace, ``leaves`` comes back with the
numbers that were moved (a trait and not a message, so that a busy kernel sees the last of a hundred changes and not
all of them), and ``answer`` says what the kernel made of them.
"""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets

BUNDLE = Path(__file__).parent.parent / "static" / "widget.js"


class Model(anywidget.AnyWidget):
    """State on the wire; see ``wire.py`` for the form of ``tape`` and ``explorer.py`` for who acts on ``leaves``."""

    _esm = BUNDLE

    tape = traitlets.Dict().tag(sync=True)
    leaves = traitlets.Dict().tag(sync=True)
    answer = traitlets.Dict().tag(sync=True)
    fallback = traitlets.Unicode().tag(sync=True)
    output = traitlets.Unicode().tag(sync=True)
    stale = traitlets.Unicode().tag(sync=True)
    cell = traitlets.Unicode().tag(sync=True)
