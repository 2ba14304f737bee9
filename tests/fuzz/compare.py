"""Does what the widget shows agree with a fresh run? One cell, some moves, everything compared.

The fresh run knows nothing of this package: the cell's text with the new literals, executed by Python in a namespace of
its own. Gradients are compared with those of a fresh trace, and each fresh trace's numbers with the plain run's.
"""

from __future__ import annotations

import ast
import base64
import math
import random
import re
from collections import deque
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import next_cell
import numpy as np
from cells import Written
from holders import NAMES
from outside import NAMES as OUTSIDE
from runs import Fresh, begun, in_a_shell, namespace, plainly, traced
from slopes import Wrong, same_gradients
from twin import ask

from autograd_magic.cell.run import Cell
from autograd_magic.cell.run_inputs import CannotRun
from autograd_magic.cell.screen import OUTPUT
from autograd_magic.cell.traces import CannotExplore
from autograd_magic.engine import scalar_block
from autograd_magic.engine.arrays import Array, plain_of
from autograd_magic.engine.number import Number, plain
from autograd_magic.engine.tape import RAISED, Tape
from autograd_magic.engine.value import Value, is_real
from autograd_magic.live.explorer import Explorer
from autograd_magic.live.lookup import find_leaf
from autograd_magic.live.number_text import encode_number
from autograd_magic.live.wanted import same as alike

VALUES, GRADS = 1e-12, 1e-9
"""How far numbers and gradients may differ, relatively; wider only by the node's own error bound."""

IN_A_SHELL = 0.01
"""The share of fresh runs that are made in a new IPython shell, from the cell's text."""


class Mismatch(AssertionError):
    """What the widget shows is not what a fresh run gives."""


def bounds(tape: Tape) -> np.ndarray:
    """A first-order bound on how far each number may be from that of another good maths library."""
    unit = 2.0**-52
    error = np.zeros(len(tape))
    with np.errstate(all="ignore"):
        for node, row in enumerate(tape.rows):
            if row.partials:
                args = [float(tape.values[arg]) for arg in tape.args[node]]
                z = float(tape.values[node])
                bound = (row.ulps + 1) * unit * max(abs(z), row.floor)
                for arg, local in zip(tape.args[node], row.local, strict=True):
                    slope = abs(local(*args, z)) if error[arg] else 0.0
                    bound += 0.0 if math.isnan(slope) else slope * error[arg]  # of outside code nobody knows it
                error[node] = bound
    return error


def close(ours: float, fresh: float, relative: float, bound: float = 0.0) -> bool:
    """Whether two numbers agree."""
    if math.isnan(ours) or math.isnan(fresh):
        return math.isnan(ours) and math.isnan(fresh)
    if ours == fresh:
        return True
    return abs(ours - fresh) <= max(relative * max(abs(ours), abs(fresh)), 4 * bound, 1e-300)


def same(where: str, ours: Any, fresh: Any, depth: int = 0, since: int = 0) -> None:
    """Compare what a name holds under the magic with what it holds after a plain run. A number in a container that is
    older than the serial ``since`` is another cell's, and stands where that cell has it.
    """
    if depth and type(ours) is Number and ours.serial < since:
        return
    if isinstance(fresh, Value) != (type(ours) is Value):
        raise Mismatch(f"{where}: {type(ours).__name__} {ours!r:.200}, fresh {type(fresh).__name__} {fresh!r:.200}")
    ours, fresh = plain(ours), plain(fresh)
    if isinstance(ours, np.float32) != isinstance(fresh, np.float32) and not isinstance(fresh, np.ndarray):
        raise Mismatch(f"{where}: {ours!r} ({type(ours).__name__}), fresh {fresh!r} ({type(fresh).__name__})")
    if isinstance(fresh, np.ndarray) and fresh.shape == () and not isinstance(ours, np.ndarray):
        fresh = fresh[()].item()  # np.where and np.clip of single numbers: with Values, the number itself
    if isinstance(fresh, (bool, np.bool_)) or isinstance(ours, (bool, np.bool_)):
        if bool(ours) != bool(fresh) or isinstance(ours, (bool, np.bool_)) != isinstance(fresh, (bool, np.bool_)):
            raise Mismatch(f"{where}: {ours!r}, fresh {fresh!r}")
    elif isinstance(fresh, (int, float, np.number)):
        whole = isinstance(fresh, (int, np.integer))
        if not isinstance(ours, (int, float, np.number)) or isinstance(ours, (int, np.integer)) != whole:
            raise Mismatch(f"{where}: {ours!r} ({type(ours).__name__}), fresh {fresh!r} ({type(fresh).__name__})")
        if ours != fresh if whole else not close(float(ours), float(fresh), VALUES * 100):
            raise Mismatch(f"{where}: {ours!r}, fresh {fresh!r}")
    elif isinstance(fresh, (list, tuple, deque, set, frozenset)):
        if type(ours).__name__ != type(fresh).__name__ or len(ours) != len(fresh):
            raise Mismatch(f"{where}: {ours!r:.200}, fresh {fresh!r:.200}")
        if isinstance(fresh, (set, frozenset)):
            if any(type(one) is Number and one.serial < since for one in ours):
                return
            ours, fresh = (sorted(map(plain, found), key=lambda x: (x != x, x)) for found in (ours, fresh))
        for place, (one, other) in enumerate(zip(ours, fresh, strict=True)):
            same(f"{where}[{place}]", one, other, depth + 1, since)
    elif isinstance(fresh, dict):
        mine, theirs = ([plain(key) for key in found] for found in (ours, fresh))
        if [repr(key) for key in mine if not is_real(key)] != [repr(key) for key in theirs if not is_real(key)]:
            raise Mismatch(f"{where}: keys {mine!r:.200}, fresh {theirs!r:.200}")
        same(f"{where}: keys", *([key for key in keys if is_real(key)] for keys in (mine, theirs)), depth + 1, since)
        for (_, one), (key, other) in zip(ours.items(), fresh.items(), strict=True):
            same(f"{where}[{key!r}]", one, other, depth + 1, since)
    elif isinstance(fresh, np.ndarray):
        if not isinstance(ours, np.ndarray) or ours.shape != fresh.shape or ours.dtype != fresh.dtype:
            raise Mismatch(f"{where}: {ours!r:.200}, fresh {fresh!r:.200}")
        for one, other in zip(ours.flat, fresh.flat, strict=True):
            if not close(float(one), float(other), VALUES * 100):
                raise Mismatch(f"{where}: {ours!r:.200}, fresh {fresh!r:.200}")
    elif isinstance(fresh, str):
        if ours != fresh:
            raise Mismatch(f"{where}: {ours!r}, fresh {fresh!r}")
    elif getattr(fresh, "__module__", "") == "__main__" and hasattr(fresh, "__dict__") and depth < 3:
        parts = [
            {name: part for name, part in vars(found).items() if name[:2] != "__" and not callable(part)}
            for found in (ours, fresh)
        ]
        same(where, *parts, depth + 1, since)


def same_bits(name: str, ours: Any, fresh: Any) -> None:
    """An array is that of a plain run to the bit, at the same numbers."""
    if type(fresh) is np.ndarray and fresh.dtype != object:
        ours = plain_of(ours) if type(ours) is Array else ours
        if type(ours) is not np.ndarray or (ours.dtype, ours.tobytes(), repr(ours)) != (
            fresh.dtype,
            fresh.tobytes(),
            repr(fresh),
        ):
            raise Mismatch(f"{name}: {ours!r:.200} {getattr(ours, 'dtype', '')}, plainly {fresh!r:.200} {fresh.dtype}")


def same_names(cell: Cell, fresh: Fresh, written: Written) -> None:
    """Every name that the cell binds holds what a plain run leaves there. What was only lent to the cell has been given
    back as it was.
    """
    for name in ("log", "seen", "mean", *NAMES, *OUTSIDE):
        if name in fresh.names and re.search(rf"(?<!\.)\b{name}\b", written.text):
            same(name, cell.namespace[name], fresh.names[name], 0, cell.recording.start if written.earlier else 0)
    for name in cell.names.bound:
        if name in fresh.lent and fresh.names[name] is fresh.lent[name]:
            if plain(cell.namespace[name]) == plain(cell.inputs.before[name]):
                continue
        if (name in cell.namespace) != (name in fresh.names):
            raise Mismatch(f"{name}: bound {name in cell.namespace}, fresh {name in fresh.names}")
        if name in fresh.names:
            same(name, cell.namespace[name], fresh.names[name], 0, cell.recording.start if written.earlier else 0)


def same_tape(
    ours: Tape, fresh: Tape, values: Any = None, grads: Any = None, measured: Container[int] | None = None
) -> None:
    """Every node that is shown, its number and its gradient; ``measured`` are those whose gradient was found by running
    the cell (those of the tape, unless told otherwise).
    """
    if (
        len(ours) != len(fresh)
        or ours.root != fresh.root
        or [r.name for r in ours.rows] != [r.name for r in fresh.rows]
    ):
        raise Mismatch(f"another graph: {len(ours)} nodes, fresh {len(fresh)}")
    values = ours.values if values is None else values
    grads = ours.grads if grads is None else grads
    error = bounds(fresh)
    measured = ours.measured if measured is None else measured
    whole = not (measured or fresh.unknown())
    for node in range(len(ours)):
        if fresh.flags[node] & RAISED:
            continue  # Python refused it: there is no number
        name = f"node {node} {fresh.name(node)!r:.30} ({fresh.rows[node].name})"
        if not close(float(values[node]), float(fresh.values[node]), VALUES, error[node]):
            raise Mismatch(f"{name}: {values[node]!r}, fresh {fresh.values[node]!r}, bound {error[node]:.1e}")
        if not whole and (node in measured or math.isnan(grads[node]) or math.isnan(fresh.grads[node])):
            continue  # the cell was run for it, and slopes.py looks at what came of that
        if not close(float(grads[node]), float(fresh.grads[node]), GRADS):
            if not close(float(grads[node]), float(fresh.grads[node]), GRADS, 4 * conditioning(fresh, error, node)):
                raise Mismatch(f"gradient of {name}: {grads[node]!r}, fresh {fresh.grads[node]!r}")


def conditioning(fresh: Tape, error: np.ndarray, node: int) -> float:
    """How much a gradient changes when the values move by their error bounds: up, or here up and there down."""
    backward, places = fresh.plan.towards(fresh.root), np.arange(len(error)) + 1.0
    patterns = (np.ones(len(error)), np.sign(np.sin(places)), np.sign(np.cos(3 * places)))
    moved = [float(backward.run(fresh.values + 4 * error * signs)[node]) for signs in patterns]
    return max(abs(grad - float(fresh.grads[node])) for grad in moved)


@dataclass
class Shown:
    """A cell under the magic, and its widget. ``places`` tell where in the text a ``Value(...)`` is, by its key."""

    written: Written
    cell: Cell
    explorer: Explorer
    earlier: Shown | None = None
    places: dict[str, Any] = field(default_factory=dict)

    def at(self, keys: Mapping[str, Any] | None = None) -> dict[Any, Any]:
        """Where leaves stand (those that were moved, unless told otherwise), as a fresh run understands it."""
        tape, made = self.explorer.tape, self.cell.namespace["Value"].made
        self.places |= {
            leaf.key: made[id(node)][1] for leaf in tape.leaves if id(node := tape.nodes[leaf.node]) in made
        }
        if keys is None:  # what a call gives that depends on a leaf by now is none, and does not count any more
            leaves = {leaf.key for leaf in tape.leaves}
            keys = {key: x for key, x in self.explorer.motion.at.items() if "-" not in key or key in leaves}
        return {self.places.get(key, key): x for key, x in keys.items()}

    def before(self) -> dict[Any, Any]:
        """Where the leaves of the earlier cell stand."""
        return {} if self.earlier is None else self.earlier.at()


@lru_cache(maxsize=10)
def has_set(text: str) -> bool:
    """Whether a cell makes a set."""
    tree = ast.parse(text)
    return "set(" in ast.unparse(tree) or any(isinstance(node, ast.Set) for node in ast.walk(tree))


def moves(dice: random.Random, shown: Shown) -> dict[str, float]:
    """Some leaves, by their keys, and other numbers for them."""
    tape = shown.explorer.tape

    def fits(key: str) -> bool:
        # A leaf of an earlier run, in what an object still holds, is no number of this cell that a fresh run could be
        # given; nor is one that has no name.
        return bool(shown.written.earlier and re.fullmatch(r"\w+(\[\d\])?", key))

    usable = [leaf for leaf in tape.leaves if leaf.node not in tape.taken or fits(leaf.key)]
    far = [math.inf, -math.inf, math.nan, 1e308, 1e-308, 5e-324]
    if has_set(shown.written.text):
        far = [1e-308, 5e-324]  # where nan, which the others lead to, stands in a set hangs on its address
    if not usable:
        return {}
    chosen = dice.sample(usable, min(len(usable), dice.choice([1, 1, 1, 2, 3])))
    wanted: dict[str, float] = {}
    for leaf in chosen:
        present = float(tape.values[leaf.node])
        kind = dice.random()
        if leaf.whole and kind < 0.85:
            number = float(int(present) + dice.randint(-3, 3)) if math.isfinite(present) else 1.0
        elif kind < 0.5:
            number = dice.uniform(-4, 4)
        elif kind < 0.7:
            number = present + dice.uniform(-0.3, 0.3)
        elif kind < 0.85:
            number = dice.choice(
                [0.0, -0.0, 1.0, -1.0, 2.0, 0.5, 1.5, 2.5, 3.0, 1e-9, 100.0, float(dice.choice(tape.values))]
            )
        elif kind < 0.98:
            number = round(dice.uniform(-3, 3), 1)
        else:
            number = dice.choice(far)
        wanted[leaf.key] = number
    return wanted


@dataclass
class Moved:
    """One comparison that the browser shall make too: a tape as it was sent, where its leaves go, what must come out:
    nothing but a question to the kernel where there is no ``fresh``.
    """

    seed: int
    tape: Tape
    wire: dict[str, Any]
    at: dict[str, float]
    fresh: Tape | None


def opened(written: Written, names: dict[str, Any], earlier: Shown | None = None) -> Shown | None:
    """Run a cell in a notebook under the magic, and compare; None when it has no widget."""
    first = plainly(written, {})
    cell, trace, error = traced(written, names=names)
    if first.error is not None:
        if type(error) is not type(first.error) and not isinstance(error, CannotExplore):
            raise Mismatch(f"the plain run raises {first.error!r}, the magic {error!r}")
        return None
    if error is not None and not isinstance(error, CannotExplore):
        raise Mismatch(f"the magic raises {error!r}, the plain run does not") from error
    same_names(cell, first, written)
    for name in cell.names.bound:
        same_bits(name, cell.namespace.get(name), first.names.get(name))
    if trace is None:
        return None
    same("the last expression", trace.result, first.result)
    if trace.output != first.printed:
        raise Mismatch(f"printed {trace.output!r}, fresh {first.printed!r}")
    shown = Shown(written, cell, Explorer(trace, cell), earlier)
    text = next_cell.text(random.Random(written.text), first.names, [*cell.names.bound])
    if "Value(" not in written.text + written.earlier and (
        told := next_cell.differs(text, [*cell.touches], names, first.names)
    ):
        raise Mismatch(told)
    same_slopes(shown, first)
    return shown


def same_slopes(shown: Shown, fresh: Fresh) -> None:
    """Every gradient is true, or said to be unknown."""
    if "Value(" in shown.written.text + shown.written.earlier:
        return  # their gradients are what backward() gives, also where .data was read
    try:
        same_gradients(shown.explorer, shown.written, fresh, shown.at(), shown.places, shown.before())
    except Wrong as wrong:
        raise Mismatch(str(wrong)) from None


@contextmanager
def all_go() -> Iterator[None]:
    """The cells are small: of their nodes all are let go that can be."""
    before = scalar_block.FEW, scalar_block.MOST
    scalar_block.FEW, scalar_block.MOST = 1, 0.0
    try:
        yield
    finally:
        scalar_block.FEW, scalar_block.MOST = before


@all_go()
def check(seed: int, written: Written, count: int = 4, browser: list[Moved] | None = None) -> int:
    """Trace a cell, move its leaves ``count`` times, and compare everything with a fresh run after each move. Where an
    earlier cell has a widget too, they are moved in any order.

    Gives back how many moves were compared. Raises Mismatch.
    """
    dice = random.Random(seed)
    one = None
    if written.earlier:
        names = namespace(written)
        early = Written(written.numbers, written.earlier, before=written.before)
        one = opened(early, names)
        if plainly(early, {}).error is not None:
            return 0
    else:
        names = begun(written, {}, {}, trace=True)
    two = opened(written, names, one)
    both = [shown for shown in (one, two) if shown is not None]
    try:
        done = 0
        for _ in range(count if two is not None else 0):
            shown = dice.choice([*both, both[-1]])
            done += move(dice, seed, shown, browser)
            for other in both:
                if other is not shown and not other.explorer.stale:
                    told = f"{'the cell' if shown is two else 'the earlier one'} moves, and the other"
                    compare(other, told, plainly(other.written, other.at(), other.before()), other.at())
        return done
    finally:
        for shown in both:
            shown.explorer.close()


def compare(shown: Shown, told: str, fresh: Fresh, at: dict[Any, Any], again: Tape | None = None) -> None:
    """What a widget shows, and what the notebook holds, against a fresh run."""
    explorer = shown.explorer
    if again is None:
        again = traced(shown.written, at, shown.before())[1].tape
    try:
        same_names(shown.cell, fresh, shown.written)
        same("the last expression", explorer.trace.result, fresh.result)
        same_tape(explorer.tape, again)
        same_slopes(shown, fresh)
        printed = fresh.printed.partition("Out[")[0]
        if (explorer.trace.output or printed) and explorer.trace.output[-OUTPUT:] != printed[-OUTPUT:]:
            ours, theirs = explorer.trace.output, printed
            raise Mismatch(f"the output pane has {ours[:200]!r} ({len(ours)}), fresh {theirs[:200]!r} ({len(theirs)})")
    except Mismatch as found:
        raise Mismatch(f"{told}: {found}") from None


def move(dice: random.Random, seed: int, shown: Shown, browser: list[Moved] | None) -> int:
    """One move, compared."""
    written, cell, explorer = shown.written, shown.cell, shown.explorer
    wanted = moves(dice, shown)
    if not wanted:
        return 0
    tape, stale = explorer.tape, explorer.stale
    target = dict(explorer.motion.at)
    for leaf in tape.leaves:
        if leaf.key in wanted:
            number = wanted[leaf.key]
            whole = leaf.whole or (isinstance(leaf.start, int) and number == leaf.start)
            target[leaf.key] = int(number) if whole and number.is_integer() and abs(number) <= 2**53 else number
            if alike(number, float(explorer.motion.starts[leaf.key])):
                del target[leaf.key]
    at, earlier = shown.at(target), shown.before()
    sent = dict(explorer.model.tape)
    before = {name: cell.namespace.get(name) for name in cell.names.bound}
    raised: Exception | None = None
    try:
        by_name(explorer, wanted)
    except Exception as error:
        raised = error
    calls = {key for key in target if "-" in key}
    if calls - {leaf.key for leaf in explorer.tape.leaves}:
        return 1  # what this call gives depends on a leaf now, so it is none: where it was moved to no longer counts
    root = explorer.tape.root
    if any(leaf.node == root and "-" in leaf.key for leaf in explorer.tape.leaves if leaf.key in target):
        return 1  # what a call gave is all there is: written out in its place, it is a number alone, and no graph
    fresh = (in_a_shell if dice.random() < IN_A_SHELL else plainly)(written, at, earlier)
    _, again, error = traced(written, at, earlier)
    told = f"{'the earlier cell, ' if written.text.startswith('n101') else ''}after {wanted}"
    if browser is not None and not stale:
        browser.append(Moved(seed, tape, sent, target, None if fresh.error or error else again.tape))
    if fresh.error is not None:
        if type(raised) is not type(fresh.error):
            raise Mismatch(f"{told}: raised {raised!r}, fresh {fresh.error!r}")
        kept = {name: cell.namespace.get(name) for name in cell.names.bound}
        if any(kept[name] is not before[name] for name in kept):
            raise Mismatch(f"{told}: an exception has changed the namespace")
        return 1
    if isinstance(error, CannotExplore):
        if not isinstance(raised, CannotExplore):
            raise Mismatch(f"{told}: shown, but a fresh run has no graph: {error}")
        return 1
    if error is not None:
        raise Mismatch(f"{told}: the magic raises {error!r}, a plain run does not") from error
    if isinstance(raised, CannotRun) and "known" in str(raised):
        return 1  # a set that is filled again may have another order: that is said, and the cell is not run by itself
    if raised is not None:
        raise Mismatch(f"{told}: raised {raised!r}, a fresh run does not") from raised
    compare(shown, told, fresh, at, again.tape)
    return 1


def by_name(explorer: Explorer, wanted: Mapping[str, float]) -> None:
    """Move leaves as ``w.set`` does; by their keys where names do not tell them apart."""
    names = {leaf.key: leaf.name for leaf in explorer.tape.leaves if leaf.key in wanted}
    if all(name and called(explorer, name) == key for key, name in names.items()):
        explorer.set({names[key]: number for key, number in wanted.items()})
    else:
        explorer.move({**explorer.motion.at, **wanted})


def called(explorer: Explorer, name: str) -> str:
    """The key of the leaf of a name; empty where several are called so."""
    try:
        return explorer.tape.leaves[find_leaf(explorer.trace, name)].key
    except KeyError:
        return ""


def same_browser(moved: list[Moved]) -> int:
    """Replay the moves in Node, all at once, and compare where TypeScript does not ask the kernel; how many those were."""
    questions = ({"tape": each.wire, "at": [{key: encode_number(x) for key, x in each.at.items()}]} for each in moved)
    if not moved:
        return 0
    told = 0
    for each, answer in zip(moved, ask(questions), strict=True):
        if isinstance(answer, dict):
            raise Mismatch(f"seed {each.seed}: TypeScript cannot read the tape: {answer}")
        (found,) = answer
        if found["verdict"] == "exact":
            if each.fresh is None:
                raise Mismatch(f"TypeScript, seed {each.seed}, at {each.at}: exact, where a fresh run raises")
            values, grads = (np.frombuffer(base64.b64decode(found[key])) for key in ("values", "grads"))
            try:
                same_tape(each.tape, each.fresh, values, grads, [node for node, *_ in each.wire["measured"]])
            except Mismatch as problem:
                raise Mismatch(f"TypeScript, seed {each.seed}, at {each.at}: {problem}") from None
            told += 1
    return told
