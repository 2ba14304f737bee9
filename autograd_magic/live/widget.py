"""The widget's model: what the kernel and the browser share, and nothing else.

The browser computes; the kernel is told. ``tape`` goes to the browser once a trace, ``leaves`` comes back with the
numbers that were moved (a trait and not a message, so that a busy kernel sees the last of a hundred changes and not
all of them), and ``answer`` says what the kernel made of them. Their form is declared in protocol.py.
"""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path
from typing import Any

import anywidget
import traitlets

STATIC = Path(__file__).parent.parent / "static"


BUNDLE = STATIC / "widget.js"


@cache
def code() -> bytes:
    """The browser's part, packed: as a text it would be written as JSON, and signed, with each widget."""
    return gzip.compress(BUNDLE.read_bytes(), mtime=0)


@cache
def _loader() -> str:
    return (STATIC / "loader.js").read_text(encoding="utf-8")


class Model(anywidget.AnyWidget):
    """State on the wire; see ``protocol.py`` for its form and ``browser.py`` for who acts on ``leaves``.

    Its module is a loader that takes in ``code`` once a page: pages never let go of a module.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    _anywidget_id = traitlets.Unicode(f"{__name__}.Model").tag(sync=True)

    code = traitlets.Bytes().tag(sync=True)
    tape = traitlets.Dict().tag(sync=True)
    leaves = traitlets.Dict().tag(sync=True)
    answer = traitlets.Dict().tag(sync=True)
    fallback = traitlets.Unicode().tag(sync=True)
    output = traitlets.Dict().tag(sync=True)
    stale = traitlets.Unicode().tag(sync=True)
    cell = traitlets.Unicode().tag(sync=True)

    @traitlets.default("code")
    def _code(self) -> bytes:
        return code()

    @traitlets.default("_esm")
    def _own_module(self) -> str:
        return _loader()

    def add_traits(self, **traits: traitlets.TraitType[Any, Any]) -> None:
        """None twice: anywidget gives a widget those that it has already, and traitlets makes a class for each then."""
        new = {name: trait for name, trait in traits.items() if not self.has_trait(name)}
        if new:
            super().add_traits(**new)
