"""What crosses between the kernel and the browser: its form, declared once.

``tools/generate_ts.py`` writes these declarations to ``js/src/engine/protocol.gen.ts``; js/src/engine/wire.ts checks
every field against them, since all state is hostile until it was looked at. To add a field: declare it here, fill it in
``encode`` (or where its message is made), run the tool, read it in the browser. ``VERSION`` changes when the form does.

Arrays travel as little-endian bytes, numbers that stand in JSON as text (JSON has no nan, no infinity and no -0.0). Any
field may be null or missing (Pyodide drops None): that is its empty value.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, NewType, TypedDict, TypeVar, cast

import numpy as np
import numpy.typing as npt

from autograd_magic.engine.gathering import LARGEST
from autograd_magic.engine.guards import OFF
from autograd_magic.engine.node import CONST, LEAF
from autograd_magic.engine.ops import TABLE
from autograd_magic.engine.tape import Tape
from autograd_magic.export.phrases import words

from .number_text import At, NumberText, decode_number, encode_at, encode_number

VERSION = 9

LABEL_LENGTH = 10_000
"""Longer labels are cut: they are for people."""

U1 = NewType("U1", bytes)
I4 = NewType("I4", bytes)
F8 = NewType("F8", bytes)
"""Columns: bytes, int32 and float64, little-endian."""


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


class Moves(NamedTuple):
    """Leaves that somebody has moved: all that are not where the code puts them, by key; ``by`` is who says so."""

    trace: int
    question: int
    at: dict[str, float]
    done: bool
    by: str


@dataclass(frozen=True)
class Question:
    """What the browser asks. ``ask`` is the kind; of what that does not need lists are empty and numbers -1.

    ``roots`` are labels, ``moving`` keys of leaves and ``at`` points, with a number for each of these leaves.
    """

    ask: str
    id: str
    trace: int
    roots: list[str]
    index: int
    form: str
    moving: list[str]
    at: list[list[float]]


NO_MOVES: MovesWire = {"trace": -1, "question": -1, "at": {}, "done": False, "by": ""}
NO_QUESTION: QuestionWire = {
    "ask": "",
    "id": "",
    "trace": -1,
    "roots": [],
    "index": -1,
    "form": "",
    "moving": [],
    "at": [],
}

Form = TypeVar("Form", MovesWire, QuestionWire)
One = TypeVar("One")


def read_moves(content: object) -> Moves | None:
    """What the browser says of its leaves; None when it cannot be read."""
    try:
        wire = _filled(content, NO_MOVES)
        trace, question = _one(wire["trace"], int), _one(wire["question"], int)
        if not isinstance(wire["at"], Mapping) or min(trace, question) < 0:
            return None
        at = {_one(key, str): decode_number(text) for key, text in wire["at"].items()}
        return Moves(trace, question, at, wire["done"] is True, _one(wire["by"], str))
    except ValueError:
        return None


def read_question(content: object) -> Question | None:
    """What the browser asks; None when it cannot be read."""
    try:
        wire = _filled(content, NO_QUESTION)
        return Question(
            _one(wire["ask"], str),
            str(wire["id"]),
            _one(wire["trace"], int),
            [_one(root, str) for root in _some(wire["roots"])],
            _one(wire["index"], int),
            _one(wire["form"], str),
            [_one(key, str) for key in _some(wire["moving"])],
            [[decode_number(text) for text in _some(point)] for point in _some(wire["at"])],
        )
    except ValueError:
        return None


def _filled(content: object, empty: Form) -> Form:
    """A message in which missing and null fields have their empty values. Nobody has looked at the others yet."""
    if not isinstance(content, Mapping):
        raise ValueError("a message is a mapping")
    return cast("Form", {**empty, **{name: found for name, found in content.items() if found is not None}})


def _one(found: object, kind: type[One]) -> One:
    if type(found) is not kind:
        raise ValueError(f"not {kind.__name__} but {type(found).__name__}")
    return found


def _some(found: object) -> list[object]:
    if not isinstance(found, (list, tuple)) or len(found) > LARGEST:
        raise ValueError(f"not a list but {type(found).__name__}")
    return list(found)


def encode(
    tape: Tape,
    *,
    trace: int = 1,
    oldest: int = 1,
    question: int = 0,
    at: Mapping[str, float] | None = None,
    again: bool = True,
    source: str = "",
    rerun: bool = False,
    quiz: bool = False,
    notes: Sequence[str] = (),
    offers: Sequence[tuple[str, int, bool]] = (),
    offer: str = "",
    tried: bool = False,
    text: int = 0,
    theirs: Mapping[int, tuple[float, str]] | None = None,
    others: Sequence[int] = (),
    traced: bool = False,
) -> TapeWire:
    """A tape as the widget's ``tape`` trait, with its present numbers or those at which it was ``traced``; the other
    arguments are what surrounds it, see TapeWire.
    """
    kinds = [row.name if row in (LEAF, CONST) or row.name in TABLE else "opaque" for row in tape.rows.table]
    ops = sorted({kinds[code] for code in np.flatnonzero(np.bincount(tape.rows.codes)).tolist()})
    position = {name: place for place, name in enumerate(ops)}
    codes = tape.rows.each(position.get(kind, 0) for kind in kinds)
    opaque = np.flatnonzero(codes == position.get("opaque", -1)).tolist()
    guards = [guard for guard, _, _ in tape.guards]
    return {
        "version": VERSION,
        "trace": trace,
        "oldest": oldest,
        "question": question,
        "ops": ops,
        "words": {name: list(words(TABLE[name])) for name in ops if name in TABLE},
        "codes": U1(_column(codes, "<u1")),
        "starts": I4(_column(tape.args.starts, "<i4")),
        "args": I4(_column(tape.args.flat, "<i4")),
        "values": F8(_column(tape.traced if traced else tape.values, "<f8")),
        "flags": U1(_column(tape.flags | OFF * tape.off, "<u1")),
        "lines": I4(_column(tape.columns.lines, "<i4")),
        "origins": _origins(tape),
        "labels": [(node, label[:LABEL_LENGTH]) for node, label in tape.labels.items()],
        "symbols": [(node, tape.rows[node].symbol) for node in opaque],
        "slopes": [(node, [encode_number(slope) for slope in row.slopes]) for node, row in tape.outside],
        "measured": [(node, encode_number(x), encode_number(off)) for node, (x, off) in tape.measured.items()],
        "root": tape.root,
        "others": list(others),
        "leaves": _leaves(tape),
        "guards": {
            "kind": U1(_column([guard.kind for guard in guards], "<u1")),
            "relation": U1(_column([guard.relation for guard in guards], "<u1")),
            "pairs": I4(_column([np.size(guard.outcome) for guard in guards], "<i4")),
            "left": I4(_column(np.hstack([(), *(left for _, left, _ in tape.guards)]), "<i4")),
            "right": I4(_column(np.hstack([(), *(right for _, _, right in tape.guards)]), "<i4")),
            "outcome": F8(_column(np.hstack([(), *(guard.outcome for guard in guards)]), "<f8")),
            "line": I4(_column([guard.line for guard in guards], "<i4")),
            "after": I4(_column(np.searchsorted(tape.columns.serials, [guard.serial for guard in guards]), "<i4")),
        },
        "at": encode_at(at or {}),
        "again": again,
        "source": source,
        "rerun": rerun,
        "quiz": quiz,
        "notes": list(notes),
        "offers": list(offers),
        "offer": offer,
        "tried": tried,
        "text": text,
        "theirs": [(node, encode_number(grad), why) for node, (grad, why) in (theirs or {}).items()],
    }


def _leaves(tape: Tape) -> LeavesWire:
    found = tape.leaves
    return {
        "node": I4(_column([leaf.node for leaf in found], "<i4")),
        "key": [leaf.key for leaf in found],
        "kind": U1(_column([leaf.whole + 2 * leaf.starts_whole + 4 * leaf.begins for leaf in found], "<u1")),
        "start": F8(_column([float(leaf.start) for leaf in found], "<f8")),
        "lo": column_of_ends([leaf.low for leaf in found]),
        "hi": column_of_ends([leaf.high for leaf in found]),
    }


def column_of_ends(ends: Sequence[float | None]) -> F8:
    """Ends of leaves' ranges."""
    return F8(_column([math.nan if end is None else end for end in ends], "<f8"))


def _origins(tape: Tape) -> OriginsWire:
    found = tape.origins
    return {
        "sites": [(site.loop, site.name[:LABEL_LENGTH], site.place[0] * site.here) for site in found.sites],
        "parent": I4(_column(found.parent, "<i4")),
        "site": I4(_column(found.site, "<i4")),
        "count": I4(_column(found.count, "<i4")),
        "of": I4(_column(found.of, "<i4")),
    }


def _column(numbers: npt.ArrayLike, kind: str) -> bytes:
    return np.array(numbers, dtype=kind).tobytes()
