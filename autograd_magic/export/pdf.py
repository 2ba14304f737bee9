"""A still picture as a PDF, which LaTeX takes as it is: of an SVG alone nbconvert would ask Inkscape to make one, and
stop where that is not installed. The letters are those of the fonts that every reader of PDFs has.
"""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Callable
from functools import cache, lru_cache
from itertools import groupby

from .shapes import MARGIN, NUMBERS, Drawing, Path, Rect, Steps, Text, look, placed

POINTS = 0.75
"""Of a pixel."""

CURVE = 0.5523
"""How far the handles of a quarter of a circle reach."""

OPERATORS = {"M": "m", "L": "l", "C": "c", "Z": "h"}
"""What the steps of a path are called."""

FONTS = ("Courier-Bold", "Courier", "Symbol")
BOLD, PLAIN, SYMBOL = range(len(FONTS))
ADVANCE = 0.6
"""Width of a letter of Courier, as a share of its size."""

SYMBOLS = dict(zip("αβχδεφγηικλμνοπθρστυωξψζ", b"abcdefghiklmnopqrstuwxyz", strict=True))
SYMBOLS |= {letter.upper(): code - 32 for letter, code in SYMBOLS.items()}
SYMBOLS |= {"−": 0x2D, "≈": 0xBB, "∂": 0xB6, "√": 0xD6, "∞": 0xA5, "≤": 0xA3, "≥": 0xB3}
"""What Courier does not have, as the font Symbol counts it."""


def pdf(drawing: Drawing) -> bytes:
    """A picture of one page."""
    width, height = drawing.width * POINTS, drawing.height * POINTS
    rim = MARGIN * POINTS
    drawn = [WRITTEN[type(shape)](*shape) for shape in drawing.shapes]
    page = "\n".join([f"{POINTS} 0 0 {-POINTS} {rim:g} {height - rim:g} cm", *drawn])
    stream = zlib.compress(page.encode("ascii"), 1)
    fonts = " ".join(f"/F{k} {5 + k} 0 R" for k in range(len(FONTS)))
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %g %g]/Contents 4 0 R/Resources<</Font<<%s>>>>>>"
        % (width, height, fonts.encode()),
        b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        *(b"<</Type/Font/Subtype/Type1/BaseFont/%s%s>>" % (name.encode(), _encoding(name)) for name in FONTS),
    ]
    made, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(made))
        made += b"%d 0 obj%s endobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(parts) + 1
    return made + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        count,
        table,
        count,
        len(made),
    )


def _encoding(font: str) -> bytes:
    return b"" if font == "Symbol" else b"/Encoding/WinAnsiEncoding"


@cache
def _colour(text: str) -> str:
    return " ".join(f"{int(text[at : at + 2], 16) / 255:.3g}" for at in (1, 3, 5))


@cache
def _paint(tag: str, kind: str) -> tuple[str, str]:
    """What stands before a shape of this kind, and what paints it."""
    style = look(tag, kind)
    fill, stroke = style.get("fill", "none"), style.get("stroke", "none")
    before = "" if fill == "none" else f"{_colour(fill)} rg "
    if stroke == "none":
        return before, "f"
    before += f"{_colour(stroke)} RG {style.get('stroke-width', '1')} w [{style.get('stroke-dasharray', '')}] 0 d "
    return before, "S" if fill == "none" else "B"


def _rect(kind: str, x: float, y: float, *size: float) -> str:
    return placed("q 1 0 0 1 %.1f %.1f cm ", (x, y)) + _round(kind, *size)


@lru_cache(1_000)
def _round(kind: str, width: float, height: float, round: float) -> str:
    """A rectangle with its upper left corner at 0: there are few sizes."""
    inner = round * (1 - CURVE)
    right, bottom, far, low = width - round, height - round, width - inner, height - inner
    corners = [right, 0, far, 0, width, inner, width, round, width, bottom, width, low, far, height, right, height]
    corners += [round, height, inner, height, 0, low, 0, bottom, 0, round, 0, inner, inner, 0, round, 0]
    return f"{_path(kind, ('MLCLCLCLCZ', [round, 0, *corners]), None, 'rect')} Q"


def _path(kind: str, steps: Steps, width: float | None, tag: str = "path") -> str:
    before, paints = _paint(tag, kind)
    stroke = "" if width is None else f"{width:.3g} w "
    return before + stroke + placed(_form(steps[0]), steps[1]) + paints


@lru_cache(1_000)
def _form(letters: str) -> str:
    return "".join([f"{'%.1f ' * NUMBERS[letter]}{OPERATORS[letter]} " for letter in letters])


@cache
def _letters(kind: str) -> tuple[str, float, bool, float]:
    """What stands before a text of this kind, the size of its letters, whether they are bold, and which share of it is
    left of its place.
    """
    style = look("text", kind)
    share = {"middle": 0.5, "end": 1.0}.get(style.get("text-anchor", ""), 0.0)
    size = float(style["font-size"].removesuffix("px"))
    return f"BT {_colour(style['fill'])} rg", size, style["font-weight"] == "600", share


def _text(kind: str, x: float, y: float, text: str) -> str:
    before, form, places = _set(kind, text)
    return before + placed(form, [at for size, right, down in places for at in (size, x + right, y + down)])


@lru_cache(1_000)
def _set(kind: str, text: str) -> tuple[str, str, list[tuple[float, float, float]]]:
    """A text, run by run: each in one font, its size, and how far it stands from the text's place."""
    before, size, bold, share = _letters(kind)
    found, places, right = list[str](), list[tuple[float, float, float]](), -share * len(text) * size * ADVANCE
    for font, low, count, codes in _runs(text):
        scale, down = (0.7, 0.2 * size) if low else (1.0, 0.0)
        face = font if bold or font else PLAIN
        found.append(f" /F{face} %.1f Tf 1 0 0 -1 %.1f %.1f Tm <{codes}> Tj")
        places.append((size * scale, right, down))
        right += count * size * ADVANCE
    return before, "".join([*found, " ET"]), places


def _runs(text: str) -> list[tuple[int, bool, int, str]]:
    """The runs of a text: each of one font, low or not, so many letters long, with their codes."""
    return [
        (font, low, len(some := [code for _, _, code in letters]), b"".join(some).hex())
        for (font, low), letters in groupby(map(_letter, text), key=lambda found: found[:2])
    ]


@cache
def _letter(letter: str) -> tuple[int, bool, bytes]:
    """Of which font a letter is, whether it stands low, and its code there."""
    if letter in SYMBOLS:
        return SYMBOL, False, bytes([SYMBOLS[letter]])
    low = unicodedata.decomposition(letter).startswith("<sub>")
    plain = unicodedata.normalize("NFKD", letter) if low else letter
    return BOLD, low, plain.encode("cp1252", "replace")[:1]


WRITTEN: dict[type, Callable[..., str]] = {Rect: _rect, Path: _path, Text: _text}
