"""The picture's geometry in TypeScript, and its colours in CSS."""

from __future__ import annotations

from autograd_magic.export import colours as palette
from autograd_magic.export import geometry as measures
from autograd_magic.export.colours import Colour

HEAD = "Generated from autograd_magic/export/{name}.py by `python -m tools.generate_ts`; do not edit."


def geometry() -> str:
    """``export const ROW = 28;`` for each measure."""
    found = {name: value for name, value in vars(measures).items() if name.isupper()}
    lines = "\n".join(f"export const {name} = {value:g};" for name, value in found.items())
    return f"// {HEAD.format(name='geometry')}\n{lines}\n"


def colours() -> str:
    """A property of the page for each colour: the host's theme first, then ours."""
    found = {name: value for name, value in vars(palette).items() if isinstance(value, Colour)}
    lines = "\n".join(f"  --{name.lower().replace('_', '-')}: {_css(colour)};" for name, colour in found.items())
    return f"/* {HEAD.format(name='colours')} */\n.page {{\n{lines}\n}}\n"


def _css(colour: Colour) -> str:
    own = colour.light if colour.light == colour.dark else f"light-dark({colour.light}, {colour.dark})"
    for host in reversed(colour.host):
        own = f"var({host}, {own})"
    return own
