"""The table in docs/second_runs.md: of each kind of object that a cell has changed, that it is put back before the cell is
run again, or that this is said.
"""

from __future__ import annotations

import array
import collections
import io
import itertools
import math
import queue
import random
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from shell import Shell

from autograd_magic.cell.run_inputs import CannotRun

PAGE = Path(__file__).parent.parent / "docs" / "second_runs.md"
ROWS = [
    [part.strip().strip("`") for part in line.strip("|").split(" | ")]
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if line.endswith((" put back |", " said |"))
]
IMPORTS = "import array, collections, functools, io, itertools, queue, random\nimport numpy as np\nimport pandas as pd"
CELL = "x = {x}\nseen = repr({change})\ny = x * x if x < 3 else x * 3\ny"


def plainly(shell: Shell, start: str, change: str, x: float) -> tuple[Any, Any]:
    """What a fresh plain run sees, and what the next cell sees."""
    shell(f"d = {start}\n{CELL.format(x=x, change=change)}")
    return shell.names["seen"], after(shell, change)


def after(shell: Shell, change: str) -> Any:
    try:
        return shell(f"repr({change})")
    except (StopIteration, ValueError) as error:
        return type(error)


@pytest.fixture(autouse=True)
def _lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("lines.txt").write_text("1\n2\n3\n4\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("start", "change", "then"), [row[1:] for row in ROWS], ids=[f"{row[0]}-{k}" for k, row in enumerate(ROWS)]
)
def test_a_row_of_the_table(shell: Shell, start: str, change: str, then: str) -> None:
    shell(IMPORTS)
    first, second = [plainly(shell, start, change, x) for x in (2.0, 7.0)]
    shell(f"d = {start}")
    w = shell.autograd(CELL.format(x=2.0, change=change))
    assert shell.names["seen"] == first[0]
    if then == "said":
        with pytest.raises(CannotRun, match=r"The cell has changed (d|\w+\.txt)\b.*, which cannot be put back"):
            w.set(x=7.0)
        assert (shell.names["seen"], shell.names["x"], after(shell, change)) == (first[0], 2.0, first[1])
        return
    for x in (5.0, 1.0, 7.0):
        w.set(x=x)
    assert (shell.names["seen"], after(shell, change)) == second


def of(module: ModuleType) -> set[str]:
    """The public classes of a module that make objects to work with."""
    found = {name: part for name, part in vars(module).items() if isinstance(part, type) and name[0] != "_"}
    public = getattr(module, "__all__", found)
    return {
        f"{module.__name__}.{name}"
        for name, part in found.items()
        if name in public and not issubclass(part, BaseException)
    }


ABSTRACT = {"io.IOBase", "io.RawIOBase", "io.BufferedIOBase", "io.TextIOBase"}
NO_STATE = {"io.IncrementalNewlineDecoder", "io.BufferedRWPair", "random.SystemRandom"}
NEW = {"itertools.batched"}  # not in all versions of Python; as islice


@pytest.mark.parametrize(
    "module", [collections, queue, random, io, array, itertools], ids=lambda module: module.__name__
)
def test_every_class_of_these_modules_has_a_row(module: ModuleType) -> None:
    assert of(module) - {row[0] for row in ROWS} - ABSTRACT - NO_STATE - NEW - {"array.ArrayType"} == set()


def test_a_run_that_comes_to_nothing_is_undone_whole(shell: Shell) -> None:
    """Also what was noted of it: the next run begins where the first one began."""
    shell("from collections import Counter\ntally = Counter(a=1.0)")
    w = shell.autograd("x = 2.0\ntally['a'] += x\nz = tally['a'] * int(x) if x < 1e9 else 1j * tally['a']\nz")
    w.set(x=-2.5)
    with pytest.raises(Exception, match="no graph"):
        w.set(x=1e308)
    w.set(x=-3.5)
    assert shell("tally['a']") == -2.5


def test_a_number_that_is_too_large_to_be_followed_is_there_and_put_back(shell: Shell) -> None:
    shell("from collections import Counter\ntally = Counter(a=1.0)")
    w = shell.autograd("x = 2.0\ntally['a'] += x\nz = tally['a'] * int(x)\nz")
    w.set(x=1e308)
    assert w.values["z"] == math.inf and math.isnan(w.grads["x"]) and w.gaps
    w.set(x=-3.5)
    assert (w.values["z"], shell("tally['a']")) == (7.5, -2.5)


@pytest.mark.parametrize(
    ("start", "change", "size"),
    [("{1.0}", "d.add(g)", 2), ("{1.0: 0}", "d[g] = 1", 2), ("collections.OrderedDict({1.0: 0})", "d[g] = 1", 2)],
)
def test_numbers_of_an_earlier_run_are_found_by_their_hash(shell: Shell, start: str, change: str, size: int) -> None:
    """Also after they stood elsewhere for a while, to measure a gradient."""
    shell(f"import collections, math\nfrom autograd_magic import Value\nd = {start}")
    text = (
        f"n = 3.0\ns = Value(5, label='s')\ng = math.gamma(n)\n{change}\ny = (sum(d) + len(d)) * (n if s > 3 else s)\ny"
    )
    for _ in range(2):
        w = shell.autograd(text)
        assert len(shell.names["d"]) == size and all(key in shell.names["d"] for key in [*shell.names["d"]])
    for s, y in ((-1.5, -7.5), (5.0, 15.0), (2.0, 10.0)):
        w.set(s=s)
        assert (w.values["y"], len(shell.names["d"])) == (y, size)
        assert all(key in shell.names["d"] for key in [*shell.names["d"]])


@pytest.mark.parametrize(
    ("made", "text"),
    [
        ("Loud(a)", "y = float(json.dumps(a)) * 2.0\ny"),
        ("Round(a)", "y = float(json.dumps(a)) * 2.0\ny"),
        ("Round(a)", "y = a * 2.0 if a < 2.0 else a\ny"),
    ],
)
def test_what_a_second_run_leaves_behind_goes_without_a_word(shell: Shell, made: str, text: str) -> None:
    """A plain cell drops nothing, and so nothing of it speaks."""
    shell(
        "import json, gc, warnings\n"
        "class Loud:\n"
        "    def __init__(self, n):\n        self.n = n\n"
        "    def __del__(self):\n        print('gone', self.n)\n        warnings.warn('gone')\n        1 / 0\n"
        "class Round(Loud):\n    def __init__(self, n):\n        self.n, self.me = n, self\n"
    )
    w = shell.autograd(f"a = 1.5\nkept = {made}\n{text}")
    said = shell.output.stdout + shell.output.stderr
    for step in ("w.set(a=2.5)", "w.measure()", "w.reset()", "gc.collect()"):
        shell(step)
        said += shell.output.stdout + shell.output.stderr
    assert "gone" not in said and "ZeroDivisionError" not in said
    assert shell.names["kept"].n == 1.5 and w.grads["a"] == pytest.approx(2.0)
