"""What stands for a graph where no widget runs, in every form that somebody asks for: each place shows one of them.

- ``text/html``: notebooks, trusted or not, VS Code, Colab, nbconvert's HTML and Markdown, and previews made with it;
- ``image/svg+xml``: editors and previews that show pictures and no HTML;
- ``application/pdf``: LaTeX, which takes no SVG;
- ``text/plain``: a terminal, a diff.
"""

from __future__ import annotations

import base64
from html import escape

from autograd_magic.engine.tape import Tape

from .pdf import pdf
from .picture import drawing
from .svg import svg
from .text import tree


def bundle(tape: Tape, identity: str) -> dict[str, str]:
    """The forms by their mimetypes.

    A live widget finds the HTML by ``identity`` and hides it. It is an ``<img>``, since that is what stays when a
    notebook is not trusted.
    """
    drawn = drawing(tape)
    picture = svg(drawn)
    return {
        "text/html": still(drawn.title, picture, identity),
        "image/svg+xml": picture,
        "application/pdf": in_base64(pdf(drawn)),
        "text/plain": tree(tape),
    }


def room(identity: str) -> dict[str, str]:
    """What keeps the place of all that until it is made."""
    return {"text/html": _held(identity, ""), "text/plain": ""}


def still(title: str, picture: str, identity: str) -> str:
    """A picture, an SVG, as an element of a page."""
    return _held(identity, image(title, picture))


def _held(identity: str, inner: str) -> str:
    return f'<div data-autograd-fallback="{escape(identity)}">{inner}</div>'


def image(title: str, picture: str) -> str:
    """The same as an ``<img>``, which notebooks make no wider than their page."""
    return f'<img src="data:image/svg+xml;base64,{in_base64(picture.encode())}" alt="{escape(title)}">'


def in_base64(data: bytes) -> str:
    """Bytes as notebooks hold them."""
    return base64.b64encode(data).decode("ascii")
