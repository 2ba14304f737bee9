"""What crosses between the kernel and the browser: its form, declared once.

``tools/generate_ts.py`` writes these declarations to ``js/src/engine/protocol.gen.ts``; js/src/engine/wire.ts checks
every field against them, since all state is hostile until it was looked at. To add a field: declare it here, fill it in
(a graph's in tape_wire.py, others where their message is made), run the tool, read it in the browser. ``VERSION``
changes when the form does.

Arrays travel as little-endian bytes, numbers that stand in JSON as text (JSON has no nan, no infinity and no -0.0). Any
field may be null or missing (Pyodide drops None): that is its empty value.
"""

from __future__ import annotations

from enum import Enum
from typing import NewType, TypedDict

from .number_text import At, NumberText

VERSION = 9

LABEL_LENGTH = 10_000
"""Longer labels are cut: they are for people."""

U1 = NewType("U1", bytes)
I4 = NewType("I4", bytes)
F8 = NewType("F8", bytes)
"""Columns: bytes, int32 and float64, little-endian; also as memory that others own and nobody writes to."""


class Status(Enum):
    """What the kernel says of the last move."""

    OK = "ok"
    RUNNING = "running"
    ERROR = "error"
    REFUSED = "refused"
    ASKS = "asks"


class Ask(Enum):
    """What the browser asks, because no replay could tell it."""

    FORMULA = "formula"
    POINTS = "points"
    SOURCE = "source"
    CANCEL = "cancel"
    AGAIN = "again"
    MEASURE = "measure"
    SLIDER = "slider"
    CONSTANT = "constant"
    CODE = "code"


class LeavesWire(TypedDict):
    """The leaves, a column for each part of them: an array has many. They are called by their labels. ``start`` is
    where the code itself puts one, ``lo`` and ``hi`` are the ends of its range, nan where nobody has asked for one.
    ``kind`` is the sum of 1 for a whole number, 2 where the code puts an int, and 4 where a sum or a product only
    starts from it.
    """

    node: I4
    key: list[str]
    kind: U1
    start: F8
    lo: F8
    hi: F8


class GuardsWire(TypedDict):
    """The guards, a column for each part of them; ``after`` is the first node that was made later. ``left``, ``right``
    and ``outcome`` have an entry for each of a guard's ``pairs``: a comparison of arrays has many, all others one.
    """

    kind: U1
    relation: U1
    pairs: I4
    left: I4
    right: I4
    outcome: F8
    line: I4
    after: I4


class OriginsWire(TypedDict):
    """Which call and which pass of a loop made each node: a tree of origins, each after its ``parent``, inside of which
    it is; the first is the cell itself (-1). ``site`` is what is called or passed through, ``count`` the how manieth
    time there, ``of`` each node's origin. A site is a function (by its name) or a loop (by its function and its line).
    """

    sites: list[tuple[bool, str, int]]
    parent: I4
    site: I4
    count: I4
    of: I4


class TapeWire(TypedDict):
    """A tape: the trait ``tape``, sent once a trace.

    Traces below the number ``oldest`` hold no more: what they took from elsewhere has changed. ``question`` is the one
    that this one answers, ``at`` what was moved when it was traced, ``again`` whether it may be taken up again without
    the kernel, ``text`` the line that makes text of numbers (0: none). ``slopes`` are the derivatives of what outside
    code has made, by its arguments, and ``measured`` the gradients that runs with a leaf nudged have shown, with their
    errors: both hold for the traced numbers alone. ``offer`` says what measuring the others would do, and ``tried`` is
    whether that was done at the traced numbers. ``others`` are the nodes that the cell offers as roots besides its own.
    ``offers`` are lists of numbers and the like that could be sliders, and what is because it was asked for (true), by
    name and with the count of their numbers.
    """

    version: int
    trace: int
    oldest: int
    question: int
    ops: list[str]
    words: dict[str, list[str]]
    codes: U1
    starts: I4
    args: I4
    values: F8
    flags: U1
    lines: I4
    origins: OriginsWire
    labels: list[tuple[int, str]]
    symbols: list[tuple[int, str]]
    slopes: list[tuple[int, list[NumberText]]]
    measured: list[tuple[int, NumberText, NumberText]]
    root: int
    others: list[int]
    leaves: LeavesWire
    guards: GuardsWire
    at: At
    again: bool
    source: str
    rerun: bool
    quiz: bool
    notes: list[str]
    offers: list[tuple[str, int, bool]]
    offer: str
    tried: bool
    text: int
    theirs: list[tuple[int, NumberText, str]]


class MovesWire(TypedDict):
    """The trait ``leaves``, and the message that a drag has ended: all leaves that are moved, seen from ``trace``.
    ``by`` is the view that says so, or ``kernel``.
    """

    trace: int
    question: int
    at: At
    done: bool
    by: str


class AnswerWire(TypedDict):
    """The trait ``answer``: what became of a move."""

    trace: int
    question: int
    status: str
    message: str
    line: int


class OutputWire(TypedDict):
    """What a run has put out beside the cell's own output: words on that, what was printed, and displays by form."""

    said: str
    text: str
    shown: list[tuple[str, str]]


class TraitsWire(TypedDict):
    """The state of a widget. ``stale`` is one sentence when what the graph took from elsewhere has changed since."""

    tape: TapeWire
    leaves: MovesWire
    answer: AnswerWire
    fallback: str
    output: OutputWire
    stale: str
    cell: str
    code: str


class QuestionWire(TypedDict, total=False):
    """A question: its kind, what the answer is called by, the trace that it is about, and what its kind needs.
    ``moves`` is where the leaves are, if the kernel has not answered that yet: two messages could overtake each other.
    """

    ask: str
    id: str
    trace: int
    roots: list[str]
    index: int
    form: str
    moving: list[str]
    at: list[list[NumberText]]
    moves: MovesWire


class ReplyWire(TypedDict, total=False):
    """The answer to a question; ``error`` is empty or one sentence. Of the cell's text ``before`` is how it stands in
    the notebook, ``written`` how it is with the present numbers, and ``absent`` are moved leaves that it does not hold.
    ``typeset`` is a formula as MathML, in JSON: an element is a list of its tag and what it holds.
    """

    reply: str
    error: str
    before: str
    absent: list[str]
    written: str
    typeset: str
    found: list[NumberText | None]


class PageWire(TypedDict):
    """What a page without a notebook holds of one widget: its graph, the other paths that were traced, the name of the
    still picture that it hides, ``stale`` as in TraitsWire, and formulas, by their form and the node's place. Bytes are
    text in base 64 there.
    """

    tape: TapeWire
    paths: list[TapeWire]
    fallback: str
    stale: str
    formulas: dict[str, dict[str, ReplyWire]]
