"""Pages without a notebook: live widgets in one file, which asks for nothing from elsewhere."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from html import escape
from typing import NamedTuple

from .protocol import PageWire
from .widget import STATIC

STYLE = """\
:root { color-scheme: light dark; }
body { max-width: 78rem; margin: 1.5rem auto; padding: 0 1rem; background: Canvas; color: CanvasText; }
body, h1 { font: 16px/1.5 system-ui, sans-serif; }
section { margin: 0 0 2.5rem; }
pre { padding: 0.75rem 1rem; overflow-x: auto; border: 1px solid GrayText; border-radius: 6px; }
pre { font: 14px/1.5 ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
img { max-width: 100%; height: auto; }
"""


class Saved(NamedTuple):
    """One widget as it goes into a page: its root's name, its state, what stands for it where no script runs, and the
    text of its cell.
    """

    name: str
    wire: PageWire
    picture: str
    source: str

    def html(self, *, source: bool) -> str:
        """Its part of a page; with the cell's text above it where that is wanted."""
        text = f"<pre><code>{escape(self.source)}</code></pre>\n" if source and self.source else ""
        data = json.dumps(self.wire, default=_base64, allow_nan=False).replace("<", "\\u003c")
        name = escape(" ".join(self.name.split()))  # no empty line: a block of HTML in Markdown would end there
        return (
            f'<section aria-label="{name}">\n{text}{self.picture}\n'
            f'<script type="application/json" data-autograd-magic>{data}</script>\n</section>'
        )


def page(widgets: Sequence[Saved], *, sources: bool = False) -> str:
    """A whole page, as text: the widgets one below the other. It allows itself its own script and style, and nothing
    else.
    """
    title = escape(", ".join(dict.fromkeys(saved.name for saved in widgets)))
    policy = f"default-src 'none'; script-src {_hash(code())}; style-src {_hash(STYLE)}; img-src data: blob:"
    parts = "\n".join(saved.html(source=sources) for saved in widgets)
    return f"""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{title} – autograd_magic</title>
<style>{STYLE}</style>
</head>
<body>
<main>
{parts}
</main>
<script>{code()}</script>
</body>
</html>
"""


def fragment(widgets: Sequence[Saved]) -> str:
    """The same to be put into a page that is there already: one element."""
    parts = "\n".join(saved.html(source=False) for saved in widgets)
    return f"<div>\n{parts}\n<script>{code()}</script>\n</div>\n"


@cache
def code() -> str:
    """The browser's part as one script. Tabs, all in strings, are escaped: Markdown makes spaces of them."""
    return (STATIC / "page.js").read_text(encoding="utf-8").replace("\t", r"\t")


def _base64(data: object) -> str:
    if not isinstance(data, (bytes, memoryview)):
        raise TypeError(f"{type(data).__name__} does not go into a page")
    return base64.b64encode(data).decode("ascii")


def _hash(text: str) -> str:
    return f"'sha256-{_base64(sha256(text.encode()).digest())}'"
