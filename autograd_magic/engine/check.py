"""Finite differences: the seed's ``slope``, and ``check``, which holds every gradient of a graph against one."""

from __future__ import annotations

import copy
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

import numpy as np

from . import record
from .foreign import adopt, is_foreign
from .memory import remembered
from .node import LEAF
from .number import node_of, plain
from .ops import TABLE
from .readable import clean, columns, short, told_apart
from .tape import Tape
from .value import Value

LEAVES = 50
"""As many leaves as a table has rows."""

TOLERANCE = 1e-5
"""Relative difference up to which a gradient and its central difference agree."""

STEP = float(np.finfo(float).eps ** (1 / 3))
"""The step of a central difference, relative to the number: it balances truncation, of order h**2, with rounding, of
order eps/h.
"""

FINER = (1.0, 1e-2, 1e-4)
"""Steps that are tried one after the other where none is asked for, as long as the coarser one does not agree or
leaves the path.
"""


def slope(f: Callable[[Any], Any], x: Any, h: float = 1e-6) -> Any:
    """The forward difference ``(f(x + h) - f(x)) / h``, the lecture's first derivative.

    ``f`` may take and give plain numbers, arrays or Values. The error is about ``h/2 * |f''(x)|`` by truncation and
    ``2 * eps * |f(x)| / h`` by rounding (eps = 2.2e-16), so that an ``h`` near ``1e-8 * |x|`` is best and a much
    smaller one is worse (Press et al., Numerical Recipes, section 5.7). Raises ValueError when ``h`` is 0, nan or
    infinite.

    >>> round(slope(lambda x: x**2, 3.0), 4)
    6.0
    """
    if plain(h) == 0 or not math.isfinite(plain(h)):
        raise ValueError(f"slope needs a small step that is not 0, not h={plain(h)}")
    ratio = (f(x + h) - f(x)) / h
    return ratio.data if type(ratio) is Value else ratio


@dataclass(frozen=True)
class Row:
    """One leaf: its gradient by the tape, the central difference (None where there is none to be had), and what is to
    say about it.

    ``ok`` is None where the two cannot be compared, and ``note`` says why.
    """

    name: str
    value: float
    gradient: float
    central: float | None
    difference: float | None
    ok: bool | None
    note: str = ""


class Check:
    """Every gradient beside its central difference: ``rows``, and ``ok`` when none contradicts. Shown as a small
    table, with ``notes`` on somebody else's class below.
    """

    def __init__(self, root: str, rows: Sequence[Row], left: int, notes: Sequence[str] = ()) -> None:
        self.root, self.rows, self.left, self.notes = root, list(rows), left, list(notes)

    @property
    def ok(self) -> bool:
        """Whether no gradient contradicts its central difference."""
        return all(row.ok is not False for row in self.rows)

    def __bool__(self) -> bool:
        return self.ok

    def __repr__(self) -> str:
        lines = [("leaf", "value", "gradient", "central", "rel. diff", ""), *self._cells()]
        widths = [max(columns(line[place]) for line in lines) for place in range(6)]
        text = [
            "  ".join(
                _padded(cell, width, place) for place, (cell, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
            for line in lines
        ]
        return "\n".join([*text, self._summary(), *self.notes])

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{name}</th>" for name in ("leaf", "value", "gradient", "central", "rel. diff", ""))
        rows = ["".join(f"<td>{escape(cell)}</td>" for cell in cells) for cells in self._cells()]
        body = "".join(f"<tr>{row}</tr>" for row in rows)
        said = "".join(f"<p>{escape(sentence)}</p>" for sentence in (self._summary(), *self.notes))
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{said}"

    def _cells(self) -> Iterator[tuple[str, ...]]:
        for row in self.rows:
            said = {True: "ok", False: "DIFFERS", None: "not compared"}[row.ok]
            numbers = (row.value, row.gradient, row.central)
            shown = ["–" if number is None else short(number) for number in numbers]
            shown.append("–" if row.difference is None else f"{row.difference:.0e}" if row.difference else "0")
            yield (row.name, *shown, f"{said}: {row.note}" if row.note else said)

    def _summary(self) -> str:
        if not self.rows:
            return f"{self.root} depends on no leaf: there is nothing to check."
        wrong = sum(row.ok is False for row in self.rows)
        silent = sum(row.ok is None for row in self.rows)
        good = len(self.rows) - wrong - silent
        parts = [f"{self.root}: {good} of {len(self.rows)} gradients agree with central differences"]
        if wrong:
            parts.append(f"{wrong} differ{'s' * (wrong == 1)}")
        if silent:
            parts.append(f"{silent} could not be compared")
        if self.left:
            parts.append(f"{self.left} more leaves were not checked")
        return "; ".join(parts) + "."


def check(root: Any, h: float | None = None) -> Check:
    """Hold the gradient of ``root`` by each leaf against ``(root(leaf + h) - root(leaf - h)) / 2h``.

    ``root`` is a Value, a Tape, or what ``%%autograd --as w`` bound: the last two know the guards of their code, and
    a step that would lead another way is said instead of compared. Of a graph of your own class its own gradients are
    held against the differences, and its notes say why they are wrong. Nothing is touched. Without ``h`` a step
    near ``6e-6 * max(1, |x|)`` is taken, and finer ones where that does not agree. A central difference errs by about
    ``h**2/6 * |f'''|`` by truncation and ``eps * |f| / h`` by rounding.

    >>> from autograd_magic import Value
    >>> a = Value(2.0, label="a")
    >>> print(str(check(a * a)).splitlines()[-1])
    root: 1 of 1 gradients agree with central differences.
    """
    if h is not None and not (math.isfinite(plain(h)) and plain(h) > 0):
        raise ValueError(f"check needs a step above 0, not h={plain(h)}")
    adopted = None
    if is_foreign(root):
        frame = sys._getframe(1)
        adopted = adopt(root, {**frame.f_globals, **frame.f_locals})
        root = adopted.root
    with record.paused():
        probe = _probe(root)
        gradients = probe.backward().copy()
        if adopted is not None:
            for place, node in enumerate(probe.nodes):
                gradients[place] = adopted.theirs.get(id(node), gradients[place])
        reaching = np.flatnonzero(probe.plan.towards(probe.root).reaches).tolist()
        names = told_apart({node: clean(probe.label(node)) for node in reaching})
        known = [(place, leaf) for place, leaf in enumerate(probe.leaves) if leaf.node in names]
        rows = []
        for place, leaf in known[:LEAVES]:
            steps = (
                [float(plain(h))]
                if h is not None
                else [STEP * max(1.0, abs(probe.traced[leaf.node])) * finer for finer in FINER]
            )
            name = names[leaf.node] or f"leaf {place + 1}"
            rows.append(_Probing(probe, place, steps, reaching).row(name, float(gradients[leaf.node])))
        notes = adopted.notes if adopted is not None else ()
        return Check(names[probe.root] or "root", rows, max(0, len(known) - LEAVES), notes)


def _probe(root: Any) -> Tape:
    """A tape of our own, at the present numbers, in which a whole number may take a step too."""
    root = remembered(root)
    found = root if isinstance(root, Tape) else getattr(root, "tape", None)
    if not isinstance(found, Tape):
        if not isinstance(root, Value):
            raise TypeError(f"check() takes a Value, a Tape or an explorer, not {type(root).__name__} {root!r:.40}")
        found = Tape(node_of(root))
    probe = copy.copy(found)
    vars(probe).pop("_guards", None)  # those of the original are about its own numbers
    probe.values = found.values.copy()
    probe.forward()
    probe.traced = probe.values.copy()
    probe.leaves = [leaf._replace(whole=False, start=float(leaf.start)) for leaf in found.leaves]
    return probe


class _Probing:
    """What happens to the root of a tape when one leaf takes a step to each side."""

    def __init__(self, tape: Tape, place: int, steps: Sequence[float], shown: Sequence[int]) -> None:
        self.tape, self.node, self.place, self.steps = tape, tape.leaves[place].node, place, steps
        self.start = tape.traced
        moved = tape.plan.moved(np.array([self.node]))
        self.path = [node for node in shown if moved[node] and tape.rows[node] is not LEAF]

    def row(self, name: str, gradient: float) -> Row:
        """The leaf's row; the tape stands as it stood afterwards."""
        value = float(self.start[self.node])
        notes = self._notes()
        unknown = self._unknown()
        if unknown:
            return Row(
                name, value, gradient, None, None, None, f"goes through {unknown}, whose derivative is not known"
            )
        if not math.isfinite(value) or not math.isfinite(self.start[self.tape.root]):
            return Row(name, value, gradient, None, None, None, "no finite number to step from")
        tried = [self._at(step, gradient) for step in self.steps[:1]]
        for step in self.steps[1:]:
            if tried[-1].ok:
                break
            tried.append(self._at(step, gradient))
        best = next((one for one in tried if one.ok), None) or next(
            (one for one in tried if one.central is not None), tried[0]
        )
        note = "; ".join(filter(None, [*notes, best.note]))
        return replace(best, name=name, value=value, note=note)

    def _at(self, step: float, gradient: float) -> Row:
        """One central difference, without a name yet."""
        tape, x = self.tape, float(self.start[self.node])
        silent = Row("", x, gradient, None, None, None)
        high, low = x + step, x - step
        if not (math.isfinite(high - low) and low < x < high):
            return replace(silent, note=f"a step of {short(step)} does not move {short(x)}")
        sides = []
        for position in (low, high):
            values, broken = self._move(position)
            if broken:
                return replace(silent, note=f"a step of {short(step)} leaves the path: {broken}")
            sides.append(values)
        below, above = sides
        if jump := self._jump(below, above):
            return replace(silent, note=f"{jump} jumps within {short(step)} of here")
        root = tape.root
        central = float((above[root] - below[root]) / (high - low))
        left, right = (self.start[root] - below[root]) / (x - low), (above[root] - self.start[root]) / (high - x)
        if not math.isfinite(central):
            return replace(silent, note=f"no finite number {short(step)} from here")
        noise = 4 * np.finfo(float).eps * self._largest(below, above) / step
        larger = max(abs(gradient), abs(central))
        difference = abs(gradient - central) / larger if larger else 0.0
        slack = max(TOLERANCE * larger, noise)
        ok = bool(abs(gradient - central) <= slack)
        if not ok and self._kinks():
            ok = bool(min(left, right) - slack <= gradient <= max(left, right) + slack)
        return Row("", x, gradient, central, difference, ok)

    def _move(self, position: float) -> tuple[Any, str]:
        """All numbers with the leaf elsewhere, and what the code would do differently there (``""``: nothing)."""
        tape = self.tape
        tape.values = self.start.copy()
        try:
            tape.forward({self.place: position})
            broken = tape.broken()
            where = f" (line {broken.line})" if broken is not None and broken.line else ""
            return tape.values, f"{broken.sentence}{where}" if broken is not None else ""
        finally:
            tape.values = self.start.copy()

    def _largest(self, below: Any, above: Any) -> float:
        """The largest number on the way, whose last bits are what the difference cannot see."""
        sizes = (
            np.abs(np.concatenate([below[self.path], above[self.path]])) if self.path else np.abs(above[[self.node]])
        )
        return float(np.max(sizes[np.isfinite(sizes)], initial=0.0))

    def _jump(self, below: Any, above: Any) -> str:
        """The first step function whose result did not follow its own slope between the two sides."""
        for node in self.path:
            row = self.tape.rows[node]
            if row.step:
                args = list(self.tape.args[node])
                local = [float(by(*self.start[args].tolist(), float(self.start[node]))) for by in row.local]
                expected = sum(slope * (above[arg] - below[arg]) for slope, arg in zip(local, args, strict=True))
                found = above[node] - below[node]
                if abs(found - expected) > 1e-3 * max(abs(found), abs(expected)) + 1e-12 * abs(self.start[node]):
                    return row.symbol
        return ""

    def _notes(self) -> list[str]:
        steps = {self.tape.rows[node].symbol: None for node in self.path if self.tape.rows[node].step}
        return [f"step: {', '.join(steps)}"] * bool(steps) + self._kinks()

    def _kinks(self) -> list[str]:
        """The conventions that the gradient rests on, in words."""
        found: dict[str, None] = {}
        for node in self.path:
            row, args = self.tape.rows[node], list(self.tape.args[node])
            inputs = [*self.start[args].tolist(), float(self.start[node])]
            if row.kinked is not None and row.kinked(*inputs):
                local = ", ".join(dict.fromkeys(short(by(*inputs)) for by in row.local))
                found[f"kink of {row.symbol}: convention {local}"] = None
        return list(found)

    def _unknown(self) -> str:
        """The first operation on the way that is not in the table."""
        return next(
            (
                self.tape.rows[node].symbol or "an operation"
                for node in self.path
                if self.tape.rows[node].name not in TABLE
            ),
            "",
        )


def _padded(cell: str, width: float, place: int) -> str:
    """Words to the left, numbers to the right."""
    space = " " * round(width - columns(cell))
    return cell + space if place in (0, 5) else space + cell
