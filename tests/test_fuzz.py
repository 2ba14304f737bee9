"""A share of the fuzzer (``make fuzz`` runs the whole): random cells against fresh runs, and what each guard is for."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent / "fuzz"))
from cells import BEFORE, PROGRAMS, Written, write
from compare import Mismatch, Moved, check, same_browser
from holders import HOLDERS

from autograd_magic.engine import guards, record
from autograd_magic.engine.recording import Kind, Recording

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.mark.parametrize("share", [0, *(pytest.param(share, marks=pytest.mark.slow) for share in (1, 2, 3))])
def test_what_is_shown_is_what_a_fresh_run_gives(share: int) -> None:
    moved: list[Moved] = []
    pairs = sum(check(seed, write(seed), 4, moved) for seed in range(share * 75, share * 75 + 75))
    assert pairs > 100
    assert same_browser(moved) > 20


@pytest.mark.parametrize("feature", PROGRAMS)
@pytest.mark.parametrize("first", [1, *(pytest.param(first, marks=pytest.mark.slow) for first in (2, 3))])
def test_programs_of_arrays_and_what_stands_outside(feature: str, first: int) -> None:
    assert sum(check(seed, write(seed, [feature]), 4) for seed in range(first * 1000, first * 1000 + 15)) > 20


def fails() -> bool:
    """Whether the fuzzer finds a mismatch: among the cells that it has found before, or else among many others."""
    moved: list[Moved] = []
    known = (found for found in FOUND_CELLS.values() for _ in range(4))
    try:
        for seed, written in enumerate(itertools.chain(known, map(write, range(300)))):
            check(seed, written, 4, moved)
        same_browser(moved)
    except Mismatch:
        return True
    return False


@pytest.mark.parametrize("kind", list(Kind))
def test_without_one_kind_of_guard_the_fuzzer_fails(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    guard = Recording.guard

    def forgetful(run: Recording, seen: Kind, *rest: Any) -> None:
        if seen is not kind:
            guard(run, seen, *rest)

    monkeypatch.setattr(Recording, "guard", forgetful)
    assert fails()


def _deaf(run: Recording) -> None:
    run.spoke = False


@pytest.mark.parametrize(
    ("owner", "name", "broken"),
    [
        (guards.Asked, "refused", lambda _: iter(())),
        (Recording, "say", _deaf),
    ],
)
def test_without_what_stands_beside_the_guards_the_fuzzer_fails(
    owner: Any, name: str, broken: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner, name, broken)
    assert fails()


FOUND = {
    "an element of an array divides as NumPy's numbers do": "x = 0.0\ny = np.array([x, 1.0])\nz = y[1] / y[0]\nz",
    "floats in an array make floats of whole numbers": "n = 2\ny = np.array([n, 0.5])\nz = y[0] * 1.5\nz",
    "half precision": "x = 1.5\nv = np.tanh(bool(x)) + x\nz = v * x\nz",
    "an array in half precision": "x = 1.5\nv = (np.array([0.785, 1.2], dtype='float16') * x).sum()\nv",
    "an array in single precision": "x = 1.5\nv = (np.array([0.785, 1.2], dtype='float32') * x).sum() + x\nv",
    "what NumPy's whole numbers refuse": "n = 3\nv = np.array([n, 4])[0]\ntry:\n    z = math.trunc(v) * n\nexcept TypeError:\n    z = n * 2\nz",
    "a result that nobody keeps can be refused": "x = 2.0\nmath.sqrt(x)\nz = x * 3\nz",
    "two signs before a number": "n = --2\nn += 1\nx = 2.0\nz = x * n\nz",
    "a mean of whole numbers": "n = 3\nx = 0.5\nz = np.array([n, 10]).mean() * x\nz",
    "the sum of zeros": "x = -0.0\nz = np.array([x, x]).sum()\nprint(z)\nz",
    "a whole number that was given a fraction": "n = 2\nx = 0.5\nz = n * x\nz",
    "statistics": "x = 2.0\ny = 3.5\nz = statistics.mean([x, y]) + x\nz",
    "text that decides": "x = 9.5\nz = x * len(str(x))\nz",
    "a result that only a list from outside keeps": "x = 2.0\nlog.append(x * x)\nz = x * 3\nz",
    "a Value and a number make a Value": "x = 2.0\nq = x * Value(3.0)\nz = q - x\nprint(z)\nz",
    "a Value is itself alone": "x = 2.0\nq = Value(2.0)\nz = x * 3.0 if x == q else x * 5.0\nz",
    "math makes a number of a Value": "x = 2.0\nq = Value(0.5)\nz = round(math.sin(q), 1) * x\nz",
    "degrees of a Value": "x = 2.0\nq = Value(0.5)\nz = round(math.degrees(q), 1) * x\nz",
    "a logarithm that a Value refuses": "x = 2.0\nq = Value(-0.5)\ntry:\n    z = q.log() * x\nexcept ValueError:\n    z = q * x\nz",
    "a number divided by a Value of 0": "x = 2.0\nq = Value(0.0)\ntry:\n    z = x / q\nexcept ZeroDivisionError:\n    z = q + x\nz",
    "the text of a Value": "x = 2.0\nq = Value(0.5) * x\ntext = repr(q)\nprint(q)\nq",
    "text of a number in a function that NumPy calls": "x = 0.5\nint(np.fromfunction(lambda i: i * len(str(x)), (3,)).sum())",
    "a whole number in a function that NumPy calls": "x = 0.5\nn = 2\nz = x * np.fromfunction(lambda i: i * int(x * 4), (3,)).sum()\nz",
    "rounded in a function that NumPy calls": "x = 0.5\nz = np.fromfunction(lambda i: i * round(x, 1), (3,)).sum() + x\nz",
    "a number that the cell binds to itself": "g = g\nz = g * 2.0\nz",
    "a masked array": "x = 0.5\nm = np.ma.masked_less(np.array([x, -1.0, 2.0]), 0.0)\nv = m.filled(x)\nz = v.sum() * x\nz",
    "what outside code gives back of what it was given": "x = 2.25\nw = np.array([x, -1.0])\nu, _ = np.modf(w, out=(w, None))\nw[...] = w * 0.5 + x\nz = u.sum() * x\nz",
    "a maximum from some number on": "x = 2.0\nz = np.max(np.array([x, 0.5]), initial=-1.5) * 2.0\nz",
    "single precision in lists": "x = -0.19\nv = np.array([x]).astype(np.float32).tolist()[0]\nz = v * x\nz",
    "a whole number that is chosen among others": "n = 2\nx = 3.5\nz = statistics.median([n, x, 1.0]) * x\nz",
}
"""What the fuzzer has found, one cell each."""

EARLIER = "k = 2.0\nm = [k * 2, k + 0.5]\ne = m[int(k) % 2] + 1.0\ne"

FOUND_CELLS = {
    **{name: Written({"g": 1.5}, text) for name, text in FOUND.items()},
    **{
        name: Written({}, text, before=BEFORE + HOLDERS)
        for name, text in {
            "a deque from outside": "x = 2.0\nqueue.append(x)\nz = sum(queue) * int(x)\nz",
            "a defaultdict from outside": "x = 2.0\ngroups['n'].append(x)\nz = sum(groups['n']) * int(x)\nz",
            "a Counter from outside": "x = 2.0\ntally['a'] += x\nz = tally['a'] * int(x)\nz",
            "an OrderedDict from outside": "x = 2.0\nordered['b'] += x\nz = ordered['b'] * int(x)\nz",
            "an attribute of a class": "x = 2.0\nConfig.rate += x\nz = Config().scaled(x) * int(x)\nz",
            "a list in a class": "x = 2.0\nConfig.steps.append(x)\nz = sum(Config.steps) * int(x)\nz",
            "a list in a tuple": "x = 2.0\nfixed[1].append(x)\nz = sum(fixed[1]) * int(x)\nz",
            "what a class of the cell holds": "x = 2.0\nOwn = type('Own', (), {'rate': x * 3})\nz = x * 2\nz",
        }.items()
    },
    **{
        name: Written({}, text, wrt=("data", "grid"))
        for name, text in {
            "a list with leaves is changed": "x = 3.0\ndata[0], data[1] = data[1], x\ndata[2].append(x)\nz = (data[0] + data[1]) * x\nz",
            "an array with leaves is changed": "x = 3.0\ngrid[0] = grid[1] * x\nz = grid.sum() * x\nz",
        }.items()
    },
    "what was moved stays moved when the other cell has run again": Written(
        {}, "x = 1.0\nout = sum(m) * x\nout", earlier=EARLIER
    ),
    "a name for another cell's number": Written({}, "x = 1.0\nv = m[0]\nout = v * x\nm[1]", earlier=EARLIER),
}
"""The same, and those that need more than a cell: containers that were there before, an earlier traced cell."""


@pytest.mark.parametrize("seeds", [range(10), pytest.param(range(10, 40), marks=pytest.mark.slow)], ids=str)
@pytest.mark.parametrize("written", FOUND_CELLS.values(), ids=FOUND_CELLS)
def test_what_the_fuzzer_has_found(written: Written, seeds: range) -> None:
    moved: list[Moved] = []
    for seed in seeds:
        check(seed, written, 4, moved)
    same_browser(moved)


def test_nothing_runs_after_the_fuzzer() -> None:
    assert record.running is None
