"""Numbers on the wire: text, since JSON has no nan and no infinity; every reader gets the same float64 from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NewType

NumberText = NewType("NumberText", str)
"""A float64 as text: ``NaN``, ``Infinity``, ``-Infinity``, or digits that give the same float64 again."""

At = dict[str, NumberText]
"""Leaves that somebody has moved, by their keys. Every other leaf stands where the code puts it."""


def encode_number(number: float) -> NumberText:
    """A float64 as text that every reader turns back into the same float64."""
    number = float(number)
    if number != number:
        return NumberText("NaN")
    if number in (float("inf"), float("-inf")):
        return NumberText("Infinity" if number > 0 else "-Infinity")
    return NumberText(repr(number))


def decode_number(text: object) -> float:
    """The number in such a text. Raises ValueError on anything else."""
    if not isinstance(text, str):
        raise ValueError(f"a number on the wire is text, not {type(text).__name__}")
    return float(text)


def encode_at(at: Mapping[str, float]) -> At:
    """Moved leaves by their keys."""
    return {key: encode_number(number) for key, number in at.items()}
