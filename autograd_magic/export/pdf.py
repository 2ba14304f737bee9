"""The still picture as a PDF, which LaTeX takes as it is: of an SVG alone nbconvert would ask Inkscape to make one, and
stop where that is not installed.

It reads what ``picture`` has written and no other SVG: rectangles, paths and texts, styled by classes. The letters are
those of the fonts that every reader of PDFs has.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import groupby
from xml.etree import ElementTree as ET

POINTS = 0.75
"""Of a pixel."""

CURVE = 0.5523
"""How far the handles of a quarter of a circle reach."""

FONTS = ("Courier-Bold", "Courier", "Symbol")
BOLD, PLAIN, SYMBOL = range(len(FONTS))
ADVANCE = 0.6
"""Width of a letter of Courier, as a share of its size."""

SYMBOLS = dict(zip("αβχδεφγηικλμνοπθρστυωξψζ", b"abcdefghiklmnopqrstuwxyz", strict=True))
SYMBOLS |= {letter.upper(): code - 32 for letter, code in SYMBOLS.items()}
SYMBOLS |= {"−": 0x2D, "≈": 0xBB, "∂": 0xB6, "√": 0xD6, "∞": 0xA5, "≤": 0xA3, "≥": 0xB3}
"""What Courier does not have, as the font Symbol counts it."""

Style = Mapping[str, str]


def pdf(svg: str) -> bytes:
    """A picture of one page."""
    root = ET.fromstring(svg)
    width, height = (float(root.attrib[side]) * POINTS for side in ("width", "height"))
    drawn = [f"{POINTS} 0 0 {-POINTS} 0 {height:g} cm", *_drawn(root)]
    stream = zlib.compress("\n".join(drawn).encode("latin-1"), 9)
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


class Sheet(dict[tuple[str, str], Style]):
    """What the rules of a style sheet say of an element with these classes, the weaker rules first."""

    def __init__(self, css: str) -> None:
        rules = [
            (selector.split(".")[0], set(selector.split(".")[1:]), dict(one.split(":") for one in text.split(";")))
            for selectors, text in re.findall(r"([^{}]+)\{([^}]*)\}", css)
            for selector in selectors.split(",")
        ]
        self._rules = sorted(rules, key=lambda rule: len(rule[1]))

    def __missing__(self, element: tuple[str, str]) -> Style:
        tag, classes = element[0], set(element[1].split())
        found: dict[str, str] = {}
        for wanted, some, style in self._rules:
            if wanted in ("", tag) and some <= classes:
                found |= style
        self[element] = found
        return found


def _drawn(root: ET.Element) -> Iterator[str]:
    """An element and what is in it."""
    sheet = Sheet(next(found.text or "" for found in root if found.tag.endswith("style")))
    for element in root.iter():
        tag = element.tag.rpartition("}")[2]
        style = {**element.attrib, **sheet[tag, element.get("class", "")]}
        if tag == "g" and (moved := element.get("transform")):
            x, y = re.findall(r"[\d.]+", moved)
            yield f"1 0 0 1 {x} {y} cm"
        elif tag == "rect":
            place = (float(style.get(side, 0)) for side in ("x", "y", "width", "height", "rx"))
            yield from _painted(_rect(*place), style)
        elif tag == "path":
            yield from _painted(_path(style["d"]), style)
        elif tag == "text":
            yield from _text(element.text or "", style)


def _painted(path: str, style: Style) -> Iterator[str]:
    fill, stroke = style.get("fill", "none"), style.get("stroke", "none")
    if fill != "none":
        yield f"{_colour(fill)} rg"
    if stroke != "none":
        yield f"{_colour(stroke)} RG {style.get('stroke-width', '1')} w [{style.get('stroke-dasharray', '')}] 0 d"
    yield f"{path} {'n' if fill == stroke == 'none' else 'S' if fill == 'none' else 'f' if stroke == 'none' else 'B'}"


@cache
def _colour(text: str) -> str:
    return " ".join(f"{int(text[at : at + 2], 16) / 255:.3g}" for at in (1, 3, 5))


def _rect(x: float, y: float, width: float, height: float, round: float) -> str:
    right, bottom, inner = x + width, y + height, round * (1 - CURVE)
    if not round:
        return f"{x:g} {y:g} {width:g} {height:g} re"
    return (
        f"{x + round:g} {y:g} m {right - round:g} {y:g} l "
        f"{right - inner:g} {y:g} {right:g} {y + inner:g} {right:g} {y + round:g} c "
        f"{right:g} {bottom - round:g} l "
        f"{right:g} {bottom - inner:g} {right - inner:g} {bottom:g} {right - round:g} {bottom:g} c "
        f"{x + round:g} {bottom:g} l "
        f"{x + inner:g} {bottom:g} {x:g} {bottom - inner:g} {x:g} {bottom - round:g} c "
        f"{x:g} {y + round:g} l "
        f"{x:g} {y + inner:g} {x + inner:g} {y:g} {x + round:g} {y:g} c h"
    )


_STEP, _NUMBER = re.compile(r"([A-Za-z])([^A-Za-z]*)"), re.compile(r"-?[\d.]+")


def _path(text: str) -> str:
    """A path whose curves are cubic."""
    parts, x, y = [], 0.0, 0.0
    for letter, rest in _STEP.findall(text):
        numbers = [float(number) for number in _NUMBER.findall(rest)]
        kind = letter.upper()
        if kind == "Z":
            parts.append("h")
            continue
        points: list[tuple[float | None, float | None]]
        if kind in "HV":
            points = [(number, None) if kind == "H" else (None, number) for number in numbers]
        else:
            points = list(zip(numbers[::2], numbers[1::2], strict=True))
        left, top = (x, y) if letter.islower() else (0.0, 0.0)
        placed = [(x if dx is None else left + dx, y if dy is None else top + dy) for dx, dy in points]
        x, y = placed[-1]
        parts.append(
            " ".join(f"{across:.6g} {down:.6g}" for across, down in placed) + {"M": " m", "C": " c"}.get(kind, " l")
        )
    return " ".join(parts)


def _text(text: str, style: Style) -> Iterator[str]:
    """A text, run by run: each in one font, at the place that its column has."""
    size, bold = float(style["font-size"].removesuffix("px")), style.get("font-weight") == "600"
    share = {"middle": 0.5, "end": 1.0}.get(style.get("text-anchor", ""), 0.0)
    x, y = float(style["x"]) - share * len(text) * size * ADVANCE, float(style["y"])
    yield f"BT {_colour(style['fill'])} rg"
    for (font, low), letters in groupby(map(_letter, text), key=lambda found: found[:2]):
        codes = b"".join(code for _, _, code in letters)
        scale, down = (0.7, 0.2 * size) if low else (1.0, 0.0)
        face = font if bold or font else PLAIN
        yield f"/F{face} {size * scale:g} Tf 1 0 0 -1 {x:.6g} {y + down:.6g} Tm <{codes.hex()}> Tj"
        x += len(codes) * size * ADVANCE
    yield "ET"


@cache
def _letter(letter: str) -> tuple[int, bool, bytes]:
    """Of which font a letter is, whether it stands low, and its code there."""
    if letter in SYMBOLS:
        return SYMBOL, False, bytes([SYMBOLS[letter]])
    low = unicodedata.decomposition(letter).startswith("<sub>")
    plain = unicodedata.normalize("NFKD", letter) if low else letter
    return BOLD, low, plain.encode("cp1252", "replace")[:1]
