"""What the browser says, read: all of it is hostile until it was looked at. Its form is declared in protocol.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeVar, cast

from autograd_magic.engine.gathering import LARGEST

from .number_text import decode_number
from .protocol import MovesWire, QuestionWire


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
