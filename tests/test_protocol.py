"""What crosses between kernel and browser: filled as declared, read as if somebody wanted to do harm."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
import pytest
from shell import BRANCH, Shell

from autograd_magic.engine import guards, recording
from autograd_magic.engine.tape import Tape
from autograd_magic.engine.value import Value
from autograd_magic.live import messages, protocol
from autograd_magic.live.messages import Moves, read_moves, read_question
from autograd_magic.live.number_text import decode_number, encode_number
from autograd_magic.live.tape_wire import encode

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("number", [0.0, -0.0, 1.0, 0.1, -1e300, 5e-324, 2.0**53, math.inf, -math.inf, math.nan])
def test_a_number_comes_back_to_the_bit(number: float) -> None:
    text = json.loads(json.dumps(encode_number(number), allow_nan=False))
    assert np.float64(decode_number(text)).tobytes() == np.float64(number).tobytes()


@pytest.mark.parametrize("text", [None, 1, 1.5, True, "", "one", "0x10", b"1", ["1"]])
def test_what_is_no_number_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match=r"wire|float"):
        decode_number(text)


def test_a_tape_has_all_fields_that_are_declared_and_no_other(shell: Shell) -> None:
    w = shell.autograd(BRANCH)
    tape = w.model.tape
    assert tape.keys() == get_type_hints(protocol.TapeWire).keys()
    assert tape["guards"].keys() == get_type_hints(protocol.GuardsWire).keys()
    assert tape["leaves"].keys() == get_type_hints(protocol.LeavesWire).keys()
    assert encode(w.tape).keys() == tape.keys()
    w.set(x=0.5)
    assert w.model.leaves.keys() == get_type_hints(protocol.MovesWire).keys()
    assert w.model.answer.keys() == get_type_hints(protocol.AnswerWire).keys()
    assert set(w.model.keys) >= get_type_hints(protocol.TraitsWire).keys()


GOOD = {"trace": 1, "question": 2, "at": {"s": "3", "w[2]": "-0.0"}, "done": True, "by": "view-1"}


def test_moves_are_read() -> None:
    assert read_moves(GOOD) == Moves(1, 2, {"s": 3.0, "w[2]": -0.0}, done=True, by="view-1")


@pytest.mark.parametrize("field", ["at", "done", "by"])
@pytest.mark.parametrize("missing", [True, False])
def test_a_field_that_is_missing_or_null_is_empty(field: str, missing: bool) -> None:
    sent: dict[str, Any] = {name: found for name, found in GOOD.items() if name != field}
    read = read_moves(sent if missing else {**sent, field: None})
    assert read is not None
    assert getattr(read, field) == {"at": {}, "done": False, "by": ""}[field]


@pytest.mark.parametrize(
    "wrong",
    [
        {"trace": None},
        {"trace": "1"},
        {"trace": 1.0},
        {"trace": True},
        {"trace": -1},
        {"question": None},
        {"question": [2]},
        {"at": [["s", "3"]]},
        {"at": "s"},
        {"at": {"s": 3.0}},
        {"at": {"s": None}},
        {"at": {"s": "three"}},
        {"at": {7: "3"}},
        {"by": 7},
    ],
)
def test_moves_that_cannot_be_read_are_none(wrong: dict[str, Any]) -> None:
    assert read_moves({**GOOD, **wrong}) is None


@pytest.mark.parametrize("content", [None, 1, "moves", [], [("trace", 1)], {}])
def test_what_is_no_message_is_none(content: object) -> None:
    assert read_moves(content) is None
    assert content == {} or read_question(content) is None


def test_only_the_truth_is_done() -> None:
    for done in ("true", 1, [0], {}):
        read = read_moves({**GOOD, "done": done})
        assert read is not None and not read.done


@pytest.mark.parametrize(
    "wrong",
    [
        {"ask": 7},
        {"trace": "1"},
        {"roots": 0},
        {"roots": [1.5]},
        {"roots": [None]},
        {"roots": {"0": 1}},
        {"roots": [True]},
        {"index": "x"},
        {"index": [0]},
        {"form": 0},
        {"moving": "x"},
        {"moving": [0]},
        {"at": ["1"]},
        {"at": [[1.0]]},
    ],
)
def test_questions_that_cannot_be_read_are_none(wrong: dict[str, Any]) -> None:
    good = {"ask": "points", "id": "view-1", "trace": 1, "roots": ["y"], "moving": ["x"], "at": [["0.5"]]}
    read = read_question(good)
    assert read is not None and (read.roots, read.at, read.form, read.index) == (["y"], [[0.5]], "", -1)
    assert read_question({**good, **wrong}) is None


def test_labels_and_names_are_cut_on_the_wire() -> None:
    wire = encode(Tape(Value(1.0, label="x" * 10_001)))
    assert [len(label) for _, label in wire["labels"]] == [10_000]


def test_a_list_that_is_too_long_is_no_question(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "LARGEST", 3)
    assert read_question({"ask": "points", "trace": 1, "moving": ["x"] * 3}) is not None
    assert read_question({"ask": "points", "trace": 1, "moving": ["x"] * 4}) is None


def test_the_generated_files_are_what_python_declares() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.generate_ts", "--check"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout
    text = (ROOT / "js" / "src" / "engine" / "protocol.gen.ts").read_text(encoding="utf-8")
    for name in get_type_hints(protocol.TapeWire):
        assert f"  readonly {name}: " in text
    for name in ("STRICT", "WHOLE", "RAISED", "ESCAPES", "OFF"):
        assert f"export const {name} = {getattr(guards, name)};" in text
    for kind in recording.Kind:
        assert f"  {kind.name.capitalize()} = {kind.value}," in text
