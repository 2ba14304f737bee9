"""Ordinary notebook cells: the same output and the same numbers as without the magic, wherever the sliders go."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from shell import Shell

sys.path.insert(0, str(Path(__file__).parent / "fuzz"))
from cells import Written
from compare import Moved, check, same_browser
from corpus import BEFORE, CELLS

pytestmark = pytest.mark.filterwarnings("ignore")


def test_there_are_sixty() -> None:
    assert len(CELLS) >= 60


@pytest.mark.parametrize("text", CELLS.values(), ids=CELLS)
def test_a_cell_under_the_magic(text: str) -> None:
    moved: list[Moved] = []
    for seed in range(3):
        check(seed, Written({}, text, before=BEFORE), 5, moved)
    same_browser(moved)


@pytest.mark.parametrize("text", list(CELLS.values())[:6], ids=list(CELLS)[:6])
def test_a_cell_in_the_shell_prints_what_it_printed(shell: Shell, text: str) -> None:
    shell(BEFORE)
    shell(text.rsplit("\n", 2)[0] + "\n")
    plain = shell.output.stdout
    shell("%%autograd\n" + text)
    assert shell.output.stdout.startswith(plain)
