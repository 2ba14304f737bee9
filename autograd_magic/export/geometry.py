"""The picture's measures in pixels, the same in the still picture and in the browser (``model/geometry.gen.ts``)."""

from __future__ import annotations

LETTER = 0.602
"""Width of a letter, as a share of its size."""

LABEL, FIGURE, SMALL = 15.0, 14.0, 11.0
"""Size of the letters of a name, of a number, and of what stands beside them."""

CARD, ROW, TRACK, HEAD = 132.0, 25.0, 24.0, 22.0
"""Width of a card at least; heights of its rows *data* and *grad*, of a leaf's slider, and of a long name."""

NAME, BESIDE_NAME, LONG_NAME = 32.0, 100.0, 5
"""Width of a short name's column at least, and of the numbers beside it; a longer name has a row of its own."""

LESS = 26.0
"""By how much a card is narrower where there is no room for captions."""

CONSTANT = 26.0
"""Height of a constant; its width at least is a little more."""

ROUND = 15.0
"""Radius of an operation."""

STEM = 35.0
"""From an operation to the card of its result."""

PAD, BESIDE = 10.0, 5.0
"""Space beside a text, and beside the sign of an operation."""

LANE = 12.5
"""How far data leaves a card above its middle, and the gradient comes back below it."""

NAME_LENGTH, SIGN_LENGTH = 28, 10
"""Letters of a name, and of the sign of an operation; longer ones are cut."""

ACROSS, DOWN = 73.0, 30.0
"""Space between columns, with room for a ribbon and its pill, and between the boxes of one column."""

WIDEST, THINNEST, MOST = 13.0, 1.6, 16.0
"""Width of a ribbon: of the largest part of a gradient when the graph is new; the least; and the most."""

RANGE, DECADE = 30.0, 2.0
"""Parts that differ by more than this factor are drawn by their logarithm: so many pixels a power of ten."""

SWEEPS, PLACINGS = 8, 8
"""Rounds of ordering the layers (left to right and back), and of placing the boxes."""

LARGE = 4000
"""Beyond so many units (boxes and bends) the rounds are cut down, so that the time stays in proportion."""
