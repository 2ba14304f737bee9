"""Asks the TypeScript side of what exists twice: the replay, the layout, how numbers and labels are written."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

RUNNER = Path(__file__).parent.parent / "js" / "build" / "twin.mjs"


@cache
def _runner() -> subprocess.Popen[str]:
    """Answers line by line, for as long as this process lives: to start Node takes longer than most answers."""
    return subprocess.Popen(["node", str(RUNNER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")


def ask(questions: Iterable[dict[str, Any]]) -> list[Any]:
    """One answer of ``js/test/twin.ts`` for each question; bytes go as base64."""
    runner = _runner()
    assert runner.stdin is not None and runner.stdout is not None
    answers = []
    try:
        for question in questions:
            runner.stdin.write(json.dumps(question, default=_bytes) + "\n")
            runner.stdin.flush()
            answers.append(json.loads(runner.stdout.readline()))
    except BaseException:  # an answer may be on its way that nobody waits for
        _runner.cache_clear()
        runner.kill()
        raise
    return answers


def _bytes(found: Any) -> dict[str, str]:
    return {"bytes": base64.b64encode(found).decode()}
