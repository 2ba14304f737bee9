"""Numbers and names as people read them."""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Context
from functools import lru_cache

BIDI_CONTROLS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of the text around them, and with it of text that is not theirs."""


def short(number: float) -> str:
    """A number for the eye: four significant digits, all digits of a whole number below a million, and never 0.0000
    for what is not zero. A tie goes away from zero, as in the browser.
    """
    number = float(number)
    if math.isnan(number) or math.isinf(number):
        return str(number)
    if number == 0:
        return "-0" if math.copysign(1, number) < 0 else "0"
    return _rounded(number)


@lru_cache(10_000)
def _rounded(number: float) -> str:
    size = abs(number)
    digits = 4 if size < 1e3 or size >= 1e6 else 1 + math.floor(math.log10(size))
    rounded = Context(prec=digits, rounding=ROUND_HALF_UP).create_decimal_from_float(number)
    if size >= 1e6 or size < 1e-4:
        mantissa, exponent = f"{rounded:.3e}".split("e")
        return f"{_trimmed(mantissa)}e{int(exponent)}"
    return _trimmed(f"{rounded:f}")


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def decimals(number: float) -> str:
    """A number as the seed writes it, with four decimals; with four significant digits where that would lose more, or
    be very long.
    """
    number = float(number)
    size = abs(number)
    text = f"{number:.4f}"
    return text if size < 1e6 and (size >= 0.1 or float(text) == number) else f"{number:.4g}"


def clean(text: object, length: int = 40) -> str:
    """Somebody's label as harmless text in one line, no longer than ``length`` characters.

    Control characters, lone surrogates, what XML cannot hold and what would turn the direction of the text around it
    are written as escapes; emoji and right-to-left letters stay what they are.
    """
    text = str(text)[: length + 1]
    if not text.isprintable():
        text = "".join(map(_harmless, text))
    return text if len(text) <= length else text[: length - 1].rstrip("\u200d\ufe0f") + "…"


def _harmless(character: str) -> str:
    kind = unicodedata.category(character)
    odd = kind in ("Cc", "Cs", "Zl", "Zp") or character in BIDI_CONTROLS or ord(character) & 0xFFFE == 0xFFFE
    return character.encode("unicode_escape").decode("ascii") if odd else character


def columns(text: str) -> float:
    """How many columns wide text is, about: letters one, wide letters and emoji two, combining marks none."""
    if text.isascii():
        return len(text)
    width = 0.0
    for character in text:
        if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
            continue
        width += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return width


def told_apart(names: Mapping[int, str]) -> dict[int, str]:
    """Names in which duplicates are told apart: ``x (1)``, ``x (2)``; empty ones stay empty."""
    count, order, told = Counter(names.values()), Counter[str](), dict(names)
    for node, name in names.items():
        if name and count[name] > 1:
            order[name] += 1
            told[node] = f"{name} ({order[name]})"
    return told
