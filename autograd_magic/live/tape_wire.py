"""A tape in the form in which it goes to the browser, which protocol.py declares."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from autograd_magic.engine.guards import OFF
from autograd_magic.engine.node import CONST, LEAF
from autograd_magic.engine.ops import TABLE
from autograd_magic.engine.tape import Tape
from autograd_magic.export.phrases import words

from .number_text import encode_at, encode_number
from .protocol import F8, I4, LABEL_LENGTH, U1, VERSION, LeavesWire, OriginsWire, TapeWire


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
    guards, off = [guard for guard, _, _ in tape.guards], tape.off
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
        "values": F8(_column(tape.traced if traced else _present(tape), "<f8")),
        "flags": U1(_column(tape.flags | OFF * off if off.any() else tape.flags, "<u1")),
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


def _present(tape: Tape) -> npt.ArrayLike:
    """The present numbers, in memory that stays as it is."""
    return tape.traced if tape.stands_as_traced else tape.values.copy()


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


def _column(numbers: npt.ArrayLike, kind: str) -> Any:
    """A column for the wire: the memory of the tape's own, where that has the same form, so that nothing writes there
    any more.
    """
    found = np.ascontiguousarray(numbers, dtype=kind)
    return found.data.cast("B") if found.size else b""
