"""What crosses between the kernel and the browser.

A tape travels as one dict: arrays as little-endian bytes, numbers that stand in JSON as strings (JSON has no nan, no
infinity and no -0.0). ``js/src/engine/wire.ts`` is the other side and checks every field. ``VERSION``
changes when the form does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from autograd_magic.engine.node import CONST, LEAF
from autograd_magic.engine.ops import TABLE
from autograd_magic.engine.tape import Tape

VERSION = 3

LABEL_LENGTH = 10_000
"""Longer labels are cut: they are for people."""


def encode_number(number: float) -> str:
    """A float64 as text that every reader turns back into the same float64."""
    if number != number:
        return "NaN"
    if number in (float("inf"), float("-inf")):
        return "Infinity" if number > 0 else "-Infinity"
    return repr(float(number))


def decode_number(text: object) -> float:
    """The number in such a text. Raises ValueError on anything else."""
    if not isinstance(text, str):
        raise ValueError(f"a number on the wire is text, not {type(text).__name__}")
    return float(text)


class Moves(NamedTuple):
    """Leaves that the browser has moved: all that are not where the code puts them, by key."""

    trace: int
    question: int
    at: dict[str, float]
    done: bool
    by: str


def read_moves(content: object) -> Moves | None:
    """What the browser says of its leaves; None when it cannot be read."""
    if not isinstance(content, Mapping):
        return None
    trace, question, at = content.get("trace"), content.get("question"), content.get("at")
    if not isinstance(trace, int) or not isinstance(question, int) or not isinstance(at, Mapping):
        return None
    try:
        numbers = {str(key): decode_number(text) for key, text in at.items()}
    except ValueError:
        return None
    return Moves(trace, question, numbers, bool(content.get("done")), str(content.get("by") or ""))


def encode(
    tape: Tape,
    *,
    trace: int = 1,
    question: int = 0,
    source: str = "",
    rerun: bool = False,
    quiz: bool = False,
    notes: Sequence[str] = (),
    text: int = 0,
    theirs: Mapping[int, tuple[float, str]] | None = None,
    at: Mapping[str, float] | None = None,
    again: bool = True,
) -> dict[str, Any]:
    """A tape as the widget's ``tape`` trait; the arguments are the trace's number, the question it answers and what
    surrounds it (``text``: the line that makes text of numbers, see record.py).
    """
    kinds = [row.name if row in (LEAF, CONST) or row.name in TABLE else "opaque" for row in tape.rows]
    ops = sorted(set(kinds))
    code = {name: position for position, name in enumerate(ops)}
    starts = np.cumsum([0, *map(len, tape.args)])
    guards = tape.guards
    serials = np.array([node.serial for node in tape.nodes])

    def column(numbers: npt.ArrayLike, kind: str) -> bytes:
        return np.array(numbers, dtype=kind).tobytes()

    return {
        "version": VERSION,
        "trace": trace,
        "question": question,
        "ops": ops,
        "words": {name: TABLE[name].words for name in ops if name in TABLE},
        "codes": column([code[kind] for kind in kinds], "<u1"),
        "starts": column(starts, "<i4"),
        "args": column([arg for args in tape.args for arg in args], "<i4"),
        "values": tape.values.astype("<f8").tobytes(),
        "flags": tape.flags.astype("<u1").tobytes(),
        "lines": column([node.line for node in tape.nodes], "<i4"),
        "labels": [[node, tape.label(node)[:LABEL_LENGTH]] for node in range(len(tape)) if tape.label(node)],
        "symbols": [[position, tape.rows[position].symbol] for position, kind in enumerate(kinds) if kind == "opaque"],
        "root": tape.root,
        "leaves": [
            {
                "node": leaf.node,
                "name": leaf.name[:LABEL_LENGTH],
                "key": leaf.key,
                "start": encode_number(leaf.start),
                "whole": leaf.whole,
                "lo": None if leaf.low is None else encode_number(leaf.low),
                "hi": None if leaf.high is None else encode_number(leaf.high),
            }
            for leaf in tape.leaves
        ],
        "guards": {
            "kind": column([guard.kind for guard, _, _ in guards], "<u1"),
            "relation": column([guard.relation for guard, _, _ in guards], "<u1"),
            "left": column([left for _, left, _ in guards], "<i4"),
            "right": column([right for _, _, right in guards], "<i4"),
            "outcome": column([guard.outcome for guard, _, _ in guards], "<f8"),
            "line": column([guard.line for guard, _, _ in guards], "<i4"),
            "after": column(np.searchsorted(serials, [guard.serial for guard, _, _ in guards]), "<i4"),
        },
        "at": {key: encode_number(number) for key, number in (at or {}).items()},
        "again": again,
        "source": source,
        "rerun": rerun,
        "quiz": quiz,
        "notes": list(notes),
        "text": text,
        "theirs": [[node, encode_number(grad), why] for node, (grad, why) in (theirs or {}).items()],
    }
