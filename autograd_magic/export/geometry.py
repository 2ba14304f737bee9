"""The picture's measures in pixels, the same in the still picture and in the browser (``model/geometry.gen.ts``)."""

from __future__ import annotations

BOXES = 300
"""As many values as a person can look at."""

LETTER = 7.3
"""Width of a letter."""

ROW = 28.0
"""Height of a record."""

PAD = 8.0
"""Space beside a text."""

ROUND = 15.0
"""Radius of an operation."""

STEM = 12.0
"""From an operation to its record."""

BESIDE = 5.0
"""Space beside the sign of an operation."""

NAME_LENGTH, SIGN_LENGTH = 28, 10
"""Letters of a name, and of the sign of an operation; longer ones are cut."""

APART = 7.0
"""Space between two edges that join the same two boxes."""

ACROSS, DOWN = 32.0, 14.0
"""Space between columns, and between the boxes of one column."""

SWEEPS, PLACINGS = 8, 8
"""Rounds of ordering the layers (left to right and back), and of placing the boxes."""

LARGE = 4000
"""Beyond so many units (boxes and bends) the rounds are cut down, so that the time stays in proportion."""
