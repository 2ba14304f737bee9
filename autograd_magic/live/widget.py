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
import ipywidgets
import traitlets

STATIC = Path(__file__).parent.parent / "static"
FILES = ("widget.js", "core.js", "later.js")
"""The browser's part: what is imported first, all that this needs, and what is imported when it is needed."""


@cache
def packed() -> dict[str, bytes]:
    """The browser's part, packed: what shows the first picture, and what is run when it is needed."""
    return {name: gzip.compress((STATIC / name).read_bytes(), mtime=0) for name in FILES}


@cache
def _loader() -> str:
    return (STATIC / "loader.js").read_text(encoding="utf-8")


class Code(ipywidgets.Widget):  # type: ignore[misc]
    """The browser's part, once for all widgets of a kernel: so it crosses once, and a notebook saves it once. It stands
    as bytes: as a text it would be written as JSON, and signed.
    """

    files = traitlets.Dict().tag(sync=True)

    @traitlets.default("files")
    def _packed(self) -> dict[str, bytes]:
        return packed()


_shared: list[Code] = []


def shared() -> Code:
    """The code of all widgets; another one when somebody has closed it, as ``Widget.close_all`` and front ends do."""
    if not _shared or getattr(_shared[0].comm, "_closed", True):
        _shared[:] = [Code()]
    return _shared[0]


class Model(anywidget.AnyWidget):
    """State on the wire; see ``protocol.py`` for its form and ``browser.py`` for who acts on ``leaves``.

    Its module is a loader that takes in ``code`` once a page: pages never let go of a module.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    _anywidget_id = traitlets.Unicode(f"{__name__}.Model").tag(sync=True)

    code = traitlets.Instance(Code).tag(sync=True, **ipywidgets.widget_serialization)
    tape = traitlets.Dict().tag(sync=True)
    leaves = traitlets.Dict().tag(sync=True)
    answer = traitlets.Dict().tag(sync=True)
    fallback = traitlets.Unicode().tag(sync=True)
    output = traitlets.Dict().tag(sync=True)
    stale = traitlets.Unicode().tag(sync=True)
    cell = traitlets.Unicode().tag(sync=True)

    @traitlets.default("code")
    def _code(self) -> Code:
        return shared()

    @traitlets.default("_esm")
    def _own_module(self) -> str:
        return _loader()

    def add_traits(self, **traits: traitlets.TraitType[Any, Any]) -> None:
        """None twice: anywidget gives a widget those that it has already, and traitlets makes a class for each then."""
        new = {name: trait for name, trait in traits.items() if not self.has_trait(name)}
        if new:
            super().add_traits(**new)
