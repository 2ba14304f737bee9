"""NumPy's functions with each of their options do under the magic what they do without: each element of the result, what
they change in place, and gradients, which are true or said to be unknown.
"""

from __future__ import annotations

import contextlib
import io
import math
import os
import warnings
from typing import Any, NamedTuple

import pytest
from option_calls import LEAVES, STARTS, calls
from shell import Shell
from sweep import bits, plain_of, run

SUM = """
import numpy as np
from fractions import Fraction
def total(found):
    if isinstance(found, (tuple, list)):
        return sum([total(part) for part in found])
    if isinstance(found, np.ndarray):
        if found.dtype.kind not in 'fi' or not found.size:
            return 0.0
        return sum([part * (place + 1.0) for place, part in enumerate(found.ravel()[:6])]) + found.sum()
    return found * 1.5 if isinstance(found, (float, int)) and not isinstance(found, (bool, np.bool_)) else 0.0
"""
"""A number that each element of a result has a part in."""
BATCH, PARTS = 10, 16
SOME = range(PARTS) if os.environ.get("WHOLE_SWEEP") else range(3)
"""The parts that are looked at: a few, or with ``WHOLE_SWEEP=1`` all."""
STEP = 1e-5


class Plain(NamedTuple):
    """What a call does without us: its result, what stands in ``v`` then, and the sum of both."""

    result: Any
    v: Any
    total: float


class Case(NamedTuple):
    """A call, what it does, and how the sum changes with each leaf, where that is a slope."""

    text: str
    plain: Plain
    slopes: dict[str, float]


def plainly(text: str, **at: float) -> Plain | None:
    """What a call does without us; None where it raises."""
    names: dict[str, Any] = {**LEAVES, **at}
    exec(SUM, names)
    try:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exec(text, names)
            return Plain(names["r"], names["v"], float(names["total"](names["r"]) + names["total"](names["v"])))
    except Exception:
        return None


def slope(text: str, leaf: str) -> float | None:
    """How the sum changes with a leaf, by differences at two steps that agree."""
    ends = [plainly(text, **{leaf: LEAVES[leaf] + by * STEP}) for by in (-2, -1, 1, 2)]
    if not all(ends):
        return None
    far, near = ((ends[3].total - ends[0].total) / (4 * STEP), (ends[2].total - ends[1].total) / (2 * STEP))  # type: ignore[union-attr]
    agree = math.isfinite(far) and math.isfinite(near) and abs(far - near) <= 1e-4 * max(1.0, abs(near))
    return near if agree else None


def cases(part: int) -> list[Case]:
    """The calls of one part that work without us."""
    found = []
    for place, (call, start) in enumerate((call, start) for call in calls() for start in STARTS.values()):
        if place % PARTS != part:
            continue
        text = f"{start.lines}\nr = {call.format(out=start.out, over=start.over, mask=start.mask)}"
        plain = plainly(text)
        if plain is None:
            continue
        slopes = {leaf: by for leaf in "ab" if "float32" not in call and (by := slope(text, leaf)) is not None}
        found.append(Case(text, plain, slopes if len(slopes) == 2 and math.isfinite(plain.total) else {}))
    return found


def wrong(shell: Shell, some: list[Case]) -> list[str]:
    """What is otherwise under the magic; several calls are made in one cell, and if something is wrong each alone."""
    lines = [SUM, *(f"{name} = {number}" for name, number in LEAVES.items()), "found, z = [], a * 0.0"]
    for case in some:
        lines += [case.text, "found.append((r, v))", "z = z + total(r) + total(v)" if case.slopes else ""]
    shell.names.pop("w", None)
    shell.names.pop("found", None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ended = run(shell, "\n".join([*lines, "z"]))
    said = []
    if ended.error_in_exec is not None:
        said.append(f"raises {ended.error_in_exec!r}")
    else:
        for case, both in zip(some, shell.names["found"], strict=True):
            for name, ours, theirs in zip("rv", both, case.plain, strict=False):
                if _told(ours) != _told(theirs):
                    said.append(f"{name} is {plain_of(ours)!r:.80}, not {theirs!r:.80}")
        w = shell.names.get("w")
        for leaf in "ab":
            slopes = [case.slopes.get(leaf, 0.0) for case in some]
            given = 0.0 if w is None else w.grads.get(leaf, 0.0)
            if math.isnan(given) and w.gaps:
                continue
            if not abs(given - sum(slopes)) <= 1e-4 * max(1.0, sum(map(abs, slopes))):
                said.append(f"the gradient of {leaf} is {given}, not {sum(slopes)}")
    if said and len(some) > 1:
        return [one for case in some for one in wrong(shell, [case])]
    return [f"{some[0].text.splitlines()[-1]}: {one}" for one in said]


def _told(found: Any) -> Any:
    found = plain_of(found)
    return bits(found), str(getattr(found, "dtype", type(found).__name__))


@pytest.mark.parametrize("part", [SOME[0], *(pytest.param(part, marks=pytest.mark.slow) for part in SOME[1:])])
def test_functions_with_their_options(shell: Shell, part: int) -> None:
    shell("import numpy as np")
    some = cases(part)
    assert len(some) > 300
    said = [one for place in range(0, len(some), BATCH) for one in wrong(shell, some[place : place + BATCH])]
    assert not said, "\n".join([f"{len(some)} calls", *said])
