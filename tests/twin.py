"""Asks the TypeScript side of what exists twice: the replay, the layout, how numbers and labels are written."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

RUNNER = Path(__file__).parent.parent / "js" / "build" / "twin.mjs"


def ask(questions: Iterable[dict[str, Any]]) -> list[Any]:
    """One answer of ``js/test/twin.ts`` for each question; bytes go as base64."""
    lines = [
        json.dumps(question, default=lambda found: {"bytes": base64.b64encode(found).decode()})
        for question in questions
    ]
    done = subprocess.run(
        ["node", str(RUNNER)], input="\n".join(lines) + "\n", capture_output=True, text=True, check=True, timeout=300
    )
    return [json.loads(line) for line in done.stdout.splitlines()]
