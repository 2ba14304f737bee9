"""What the browser asks of the kernel because no replay could tell it (``ask`` in js/src/app/kernel.ts).

Questions and answers have the form that protocol.py declares.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from autograd_magic.cell.budget import OutOfTime, limited
from autograd_magic.cell.traces import CannotExplore
from autograd_magic.engine.tape import Tape
from autograd_magic.export.equations import typeset
from autograd_magic.export.equations import written as formula

from .messages import Question, read_question
from .motion import Motion
from .number_text import NumberText, encode_number
from .protocol import Ask, ReplyWire

SLICE = 0.25
"""Seconds after which an answer goes out with what there is, so that other messages have their turn."""

UNREADABLE = "This question cannot be read"


class Graph(Protocol):
    """What a question is asked of."""

    motion: Motion

    @property
    def tape(self) -> Tape:
        """The tape at the numbers in force."""
        ...

    def peek(self, moved: Mapping[str, float], roots: Sequence[str] = ()) -> float | None:
        """The root's number with some leaves elsewhere."""
        ...

    def written(self) -> tuple[str, str, list[str]]:
        """The cell's text, the same with the present numbers, and moved leaves that are not written in it."""
        ...


def answer(explorer: Graph, asked: object) -> dict[str, Any]:
    """The answer to a question, in the form of a ReplyWire without ``reply``; of one that is none, why."""
    question = read_question(asked)
    if question is None:
        return {"error": UNREADABLE}
    kind = KINDS.get(question.ask)
    if kind is None:
        return {"error": "This kernel's autograd_magic does not know this question"}
    try:
        with limited():
            return {**kind(explorer, question)}
    except OutOfTime as late:
        return {"error": str(late).capitalize()}
    except KeyboardInterrupt:
        return {"error": "Interrupted"}
    except CannotExplore as cannot:
        return {"error": str(cannot)}
    except (KeyError, TypeError, IndexError):
        return {"error": UNREADABLE}
    except ValueError as wrong:
        return {"error": str(wrong)}
    except BaseException as ended:  # sys.exit() ends the run that somebody asked for, and not the kernel
        return {"error": f"{type(ended).__name__}: {ended}".rstrip(": ")}


def _node(explorer: Graph, found: int | str) -> int:
    if not isinstance(found, int) or not 0 <= found < len(explorer.tape):
        raise IndexError(found)
    return found


def _formula(explorer: Graph, asked: Question) -> ReplyWire:
    """The node ``index``."""
    return formula_of(explorer.tape, _node(explorer, asked.index), asked.form)


def formula_of(tape: Tape, node: int, form: str) -> ReplyWire:
    """A node as LaTeX, Python or DOT, and typeset. Raises ValueError when it has too many steps."""
    text = formula(tape, node, form)
    try:
        return {"written": text, "typeset": json.dumps(typeset(tape, node))}
    except ValueError:  # too many steps to be set, but not to be drawn
        return {"written": text}


def _points(explorer: Graph, asked: Question) -> ReplyWire:
    """The sum of ``roots`` (labels; none for the graph's own) with the leaves of the keys ``moving`` at each of some
    points, as fresh runs give it; null where the code raises or such roots are not made. As many as there is time for.
    """
    known = {leaf.key for leaf in explorer.tape.leaves}
    if not known.issuperset(asked.moving):
        raise KeyError(asked.moving)
    found: list[NumberText | None] = []
    end = time.monotonic() + SLICE
    for point in asked.at:
        moved = dict(zip(asked.moving, point, strict=True))
        try:
            number = explorer.peek(moved, asked.roots)
        except (CannotExplore, OutOfTime, KeyboardInterrupt):
            raise
        except BaseException:
            number = None
        found.append(None if number is None else encode_number(number))
        if time.monotonic() > end:
            break
    explorer.motion.home()
    return {"found": found}


def _source(explorer: Graph, _: Question) -> ReplyWire:
    """The cell's text with the present numbers."""
    before, written, absent = explorer.written()
    return {"before": before, "written": written, "absent": absent}


KINDS: dict[str, Callable[[Graph, Question], ReplyWire]] = {
    Ask.FORMULA.value: _formula,
    Ask.POINTS.value: _points,
    Ask.SOURCE.value: _source,
}
