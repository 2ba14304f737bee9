"""Does what the widget shows agree with a fresh run? One cell, some moves, everything compared.

The fresh run knows nothing of this package: the cell's text with the new literals, executed by Python in a namespace of
its own. Gradients are compared with those of a fresh trace, and each fresh trace's numbers with the plain run's.
"""

from __future__ import annotations

import ast
import base64
import builtins
import io
import math
import random
import re
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from cells import Written
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config
from twin import ask

from autograd_magic.cell.run import OUTPUT, Cell
from autograd_magic.cell.traces import CannotExplore
from autograd_magic.engine.number import plain
from autograd_magic.engine.tape import RAISED, Tape
from autograd_magic.live.explorer import Explorer
from autograd_magic.live.protocol import encode_number

VALUES, GRADS = 1e-12, 1e-9
"""How far numbers and gradients may differ, relatively; wider only by the node's own error bound."""

IN_A_SHELL = 0.01
"""The share of fresh runs that are made in a new IPython shell, from the cell's text."""


class Mismatch(AssertionError):
    """What the widget shows is not what a fresh run gives."""


@dataclass
class Fresh:
    """What a plain run leaves: the namespace, what was printed, the last expression, what was raised."""

    names: dict[str, Any]
    printed: str
    result: Any
    error: BaseException | None


def namespace(written: Written) -> dict[str, Any]:
    """What stands in the notebook before the cell."""
    names: dict[str, Any] = {"__builtins__": builtins, "__name__": "__main__"}
    exec(written.before, names)
    names.update(written.numbers)
    return names


def with_literals(text: str, numbers: Mapping[tuple[int, int], float]) -> ast.Module:
    """The cell with other literals, by line and column."""

    class Replace(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            place = getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
            if place in numbers and isinstance(node, (ast.Constant, ast.UnaryOp)):
                return ast.copy_location(ast.Constant(numbers[place]), node)
            return self.generic_visit(node)

    return ast.fix_missing_locations(Replace().visit(ast.parse(text)))


def seeded() -> None:
    """The same chance for every run."""
    random.seed(7)
    np.random.seed(7)  # noqa: NPY002


def used(names: dict[str, Any], run: Callable[[], object]) -> dict[str, Any]:
    """The namespace after the cell has been run in it once; what it prints or raises is of no interest."""
    seeded()
    with redirect_stdout(io.StringIO()), np.errstate(all="ignore"), suppress(Exception):
        run()
    return names


def program(
    written: Written, positions: Mapping[str, float], names: dict[str, Any] | None = None
) -> tuple[ast.Module, dict[str, Any]]:
    """The cell with these numbers, and the namespace in which it shall run."""
    if names is None:
        names = namespace(written)
        if written.twice:
            used(names, lambda: exec(written.text, names))
    literals = {}
    for key, number in positions.items():
        if site := re.fullmatch(r"[0-9a-f]{24}:(\d+):(\d+)", key):
            literals[int(site[1]), int(site[2])] = number
        elif "[" in key:
            name, _, inner = key.partition("[")
            found, index = names[name], ast.literal_eval(f"({inner[:-1]},)")
            for part in () if isinstance(found, np.ndarray) else index[:-1]:
                found = found[part]
            found[index if isinstance(found, np.ndarray) else index[-1]] = number
        else:
            before = plain(names.get(key))
            names[key] = type(before)(number) if isinstance(before, np.generic) else number
    # Literals are put in by their place, so that leaves keep their keys.
    return with_literals(written.text, literals), names


def plainly(written: Written, positions: Mapping[str, float]) -> Fresh:
    """Run the cell with these numbers as Python does."""
    tree, names = program(written, positions)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    seeded()
    out, result, error = io.StringIO(), None, None
    with redirect_stdout(out), np.errstate(all="ignore"):
        try:
            exec(compile(tree, "<cell>", "exec"), names)
            if last is not None:
                result = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)  # type: ignore[attr-defined]
        except Exception as raised:
            error = raised
    return Fresh(names, out.getvalue(), result, error)


def in_a_shell(written: Written, positions: Mapping[str, float]) -> Fresh:
    """Run the cell with these numbers as the text of a cell, in a new IPython shell that has never seen the magic."""
    tree, names = program(written, positions)
    shell = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
    shell.user_ns.update(names)
    seeded()
    with capture_output() as shown, np.errstate(all="ignore"):
        done = shell.run_cell(ast.unparse(tree))
    if shell.user_ns["_"] == "" or shell.user_ns["_"] is done.result:  # the shell's own, not the cell's
        del shell.user_ns["_"]
    return Fresh(shell.user_ns, shown.stdout, done.result, done.error_in_exec or done.error_before_exec)


def traced(written: Written, positions: Mapping[str, float] | None = None) -> tuple[Cell, Any, Any]:
    """Run the cell under the magic: the cell, its trace (None without a graph), and the exception if it raised."""
    names = namespace(written)
    if written.twice:
        earlier = Cell(ast.parse(written.text), "<earlier>", names, source=written.text, wrt=written.wrt)
        used(names, lambda: earlier.trace(earlier.first()))
    tree, names = program(written, positions or {}, names)
    seeded()
    cell = Cell(tree, "<cell>", names, source=written.text, wrt=written.wrt)
    with redirect_stdout(io.StringIO()) as out, np.errstate(all="ignore"):
        try:
            run = cell.first()
        except Exception as raised:
            return cell, None, raised
        try:
            trace = cell.trace(run)
        except CannotExplore as nothing:
            return cell, None, nothing
    trace.output = out.getvalue()
    return cell, trace, None


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
                    if error[arg]:
                        bound += abs(local(*args, z)) * error[arg]
                error[node] = bound
    return error


def close(ours: float, fresh: float, relative: float, bound: float = 0.0) -> bool:
    """Whether two numbers agree."""
    if math.isnan(ours) or math.isnan(fresh):
        return math.isnan(ours) and math.isnan(fresh)
    if ours == fresh:
        return True
    return abs(ours - fresh) <= max(relative * max(abs(ours), abs(fresh)), 4 * bound, 1e-300)


def same(where: str, ours: Any, fresh: Any, depth: int = 0) -> None:
    """Compare what a name holds under the magic with what it holds after a plain run."""
    ours = plain(ours)
    if isinstance(fresh, np.ndarray) and fresh.shape == () and not isinstance(ours, np.ndarray):
        fresh = fresh[()].item()  # np.where and np.clip of single numbers: with Values, the number itself
    if isinstance(ours, np.ndarray) and ours.dtype == object and isinstance(fresh, np.ndarray):
        ours = np.array([plain(item) for item in ours.flat]).reshape(ours.shape)
    if isinstance(fresh, (bool, np.bool_)) or isinstance(ours, (bool, np.bool_)):
        if bool(ours) != bool(fresh) or isinstance(ours, (bool, np.bool_)) != isinstance(fresh, (bool, np.bool_)):
            raise Mismatch(f"{where}: {ours!r}, fresh {fresh!r}")
    elif isinstance(fresh, (int, float, np.number)):
        whole = isinstance(fresh, (int, np.integer))
        if not isinstance(ours, (int, float, np.number)) or isinstance(ours, (int, np.integer)) != whole:
            raise Mismatch(f"{where}: {ours!r} ({type(ours).__name__}), fresh {fresh!r} ({type(fresh).__name__})")
        if not close(float(ours), float(fresh), VALUES * 100 if not whole else 0.0):
            raise Mismatch(f"{where}: {ours!r}, fresh {fresh!r}")
    elif isinstance(fresh, (list, tuple)):
        if type(ours) is not type(fresh) or len(ours) != len(fresh):
            raise Mismatch(f"{where}: {ours!r:.200}, fresh {fresh!r:.200}")
        for place, (one, other) in enumerate(zip(ours, fresh, strict=True)):
            same(f"{where}[{place}]", one, other, depth + 1)
    elif isinstance(fresh, dict):
        if [plain(key) for key in ours] != list(fresh):
            raise Mismatch(f"{where}: keys {list(ours)!r:.200}, fresh {list(fresh)!r:.200}")
        for (_, one), (key, other) in zip(ours.items(), fresh.items(), strict=True):
            same(f"{where}[{key!r}]", one, other, depth + 1)
    elif isinstance(fresh, np.ndarray):
        if not isinstance(ours, np.ndarray) or ours.shape != fresh.shape:
            raise Mismatch(f"{where}: {ours!r:.200}, fresh {fresh!r:.200}")
        for one, other in zip(ours.flat, fresh.flat, strict=True):
            if not close(float(one), float(other), VALUES * 100):
                raise Mismatch(f"{where}: {ours!r:.200}, fresh {fresh!r:.200}")
    elif isinstance(fresh, str):
        if ours != fresh:
            raise Mismatch(f"{where}: {ours!r}, fresh {fresh!r}")


def same_names(cell: Cell, fresh: Fresh, written: Written, positions: Mapping[str, Any]) -> None:
    """Every name that the cell binds holds what a plain run leaves there. What was only lent to the cell has been given
    back as it was.
    """
    for name in ("log", "seen"):
        if name in fresh.names:
            same(name, cell.namespace[name], fresh.names[name])
    if "mean" in fresh.names:
        same("mean", vars(cell.namespace["mean"]), vars(fresh.names["mean"]))
    for name in cell.names.bound:
        if name in written.numbers and fresh.names[name] is positions.get(name):
            if plain(cell.namespace[name]) == plain(cell.inputs.before[name]):
                continue
        if (name in cell.namespace) != (name in fresh.names):
            raise Mismatch(f"{name}: bound {name in cell.namespace}, fresh {name in fresh.names}")
        if name in fresh.names:
            same(name, cell.namespace[name], fresh.names[name])


def same_tape(ours: Tape, fresh: Tape, values: Any = None, grads: Any = None) -> None:
    """Every node that is shown, its number and its gradient."""
    if (
        len(ours) != len(fresh)
        or ours.root != fresh.root
        or [r.name for r in ours.rows] != [r.name for r in fresh.rows]
    ):
        raise Mismatch(f"another graph: {len(ours)} nodes, fresh {len(fresh)}")
    values = ours.values if values is None else values
    grads = ours.grads if grads is None else grads
    error = bounds(fresh)
    for node in range(len(ours)):
        if fresh.flags[node] & RAISED:
            continue  # Python refused it: there is no number
        name = f"node {node} {fresh.name(node)!r:.30} ({fresh.rows[node].name})"
        if not close(float(values[node]), float(fresh.values[node]), VALUES, error[node]):
            raise Mismatch(f"{name}: {values[node]!r}, fresh {fresh.values[node]!r}, bound {error[node]:.1e}")
        if not close(float(grads[node]), float(fresh.grads[node]), GRADS):
            if not close(float(grads[node]), float(fresh.grads[node]), GRADS, 4 * conditioning(fresh, error, node)):
                raise Mismatch(f"gradient of {name}: {grads[node]!r}, fresh {fresh.grads[node]!r}")


def conditioning(fresh: Tape, error: np.ndarray, node: int) -> float:
    """How much a gradient changes when the values move by their error bounds: up, or here up and there down."""
    backward, places = fresh.plan.towards(fresh.root), np.arange(len(error)) + 1.0
    patterns = (np.ones(len(error)), np.sign(np.sin(places)), np.sign(np.cos(3 * places)))
    moved = [float(backward.run(fresh.values + 4 * error * signs)[node]) for signs in patterns]
    return max(abs(grad - float(fresh.grads[node])) for grad in moved)


def moves(dice: random.Random, explorer: Explorer) -> dict[str, float]:
    """Some leaves, and other numbers for them."""
    tape = explorer.tape
    # A leaf of an earlier run, in what an object still holds, is no number of this cell that a fresh run could be given.
    # A name that was bound twice means what it holds now: the labels of such leaves do not reach the first of them.
    held = {name: tape.node(value) for name, value in explorer.trace.names.items()}
    names = [leaf.name for leaf in tape.leaves]
    usable = [
        leaf
        for leaf in tape.leaves
        if names.count(leaf.name) == 1 and held.get(leaf.name, leaf.node) == leaf.node and leaf.node not in tape.taken
    ]
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
            number = dice.choice([math.inf, -math.inf, math.nan, 1e308, 1e-308, 5e-324])
        wanted[leaf.name] = number
    return wanted


@dataclass
class Moved:
    """One comparison that the browser shall make too: a tape as it was sent, where its leaves go, what must come out."""

    seed: int
    tape: Tape
    wire: dict[str, Any]
    at: dict[str, float]
    fresh: Tape


def check(seed: int, written: Written, count: int = 4, browser: list[Moved] | None = None) -> int:
    """Trace a cell, move its leaves ``count`` times, and compare everything with a fresh run after each move.

    Gives back how many moves were compared. Raises Mismatch.
    """
    dice = random.Random(seed)
    first = plainly(written, {})
    cell, trace, error = traced(written)
    if first.error is not None:
        if type(error) is not type(first.error) and not isinstance(error, CannotExplore):
            raise Mismatch(f"the plain run raises {first.error!r}, the magic {error!r}")
        return 0
    if error is not None and not isinstance(error, CannotExplore):
        raise Mismatch(f"the magic raises {error!r}, the plain run does not") from error
    same_names(cell, first, written, {})
    if trace is None:
        return 0
    same("the last expression", trace.result, first.result)
    if trace.output != first.printed:
        raise Mismatch(f"printed {trace.output!r}, fresh {first.printed!r}")
    explorer = Explorer(trace, cell)
    try:
        return sum(move(dice, seed, written, cell, explorer, browser) for _ in range(count))
    finally:
        explorer.close()


def move(
    dice: random.Random, seed: int, written: Written, cell: Cell, explorer: Explorer, browser: list[Moved] | None
) -> int:
    """One move, compared."""
    wanted = moves(dice, explorer)
    if not wanted:
        return 0
    tape = explorer.tape
    target = dict(explorer.motion.at)
    for leaf in tape.leaves:
        if leaf.name in wanted:
            number = wanted[leaf.name]
            whole = leaf.whole or (isinstance(leaf.start, int) and number == leaf.start)
            target[leaf.key] = int(number) if whole and number.is_integer() and abs(number) <= 2**53 else number
    sent = dict(explorer.model.tape)
    before = {name: cell.namespace.get(name) for name in cell.names.bound}
    raised: Exception | None = None
    try:
        with np.errstate(all="ignore"):
            explorer.set(wanted)
    except Exception as error:
        raised = error
    fresh = (in_a_shell if dice.random() < IN_A_SHELL else plainly)(written, target)
    _, again, error = traced(written, target)
    told = f"after {wanted}"
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
    if raised is not None:
        raise Mismatch(f"{told}: raised {raised!r}, a fresh run does not") from raised
    try:
        same_names(cell, fresh, written, target)
        same("the last expression", explorer.trace.result, fresh.result)
        same_tape(explorer.tape, again.tape)
        printed = fresh.printed.partition("Out[")[0]
        if (explorer.trace.output or printed) and explorer.trace.output[-OUTPUT:] != printed[-OUTPUT:]:
            ours, theirs = explorer.trace.output, printed
            raise Mismatch(f"the output pane has {ours[:200]!r} ({len(ours)}), fresh {theirs[:200]!r} ({len(theirs)})")
    except Mismatch as found:
        raise Mismatch(f"{told}: {found}") from None
    if browser is not None:
        browser.append(Moved(seed, tape, sent, target, again.tape))
    return 1


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
            values, grads = (np.frombuffer(base64.b64decode(found[key])) for key in ("values", "grads"))
            try:
                same_tape(each.tape, each.fresh, values, grads)
            except Mismatch as problem:
                raise Mismatch(f"TypeScript, seed {each.seed}, at {each.at}: {problem}") from None
            told += 1
    return told
