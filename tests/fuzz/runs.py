"""Fresh runs of a notebook: a plain cell, perhaps an earlier traced cell, and the cell, each with the numbers that its
leaves have been given. A plain run knows nothing of this package but for ``Value``.
"""

from __future__ import annotations

import ast
import builtins
import copy
import io
import linecache
import random
import re
import sys
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType
from typing import Any

import numpy as np
from cells import Written
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

from autograd_magic.cell.names import bindings
from autograd_magic.cell.run import Cell
from autograd_magic.cell.script import Script
from autograd_magic.cell.traces import CannotExplore
from autograd_magic.engine import record, recording
from autograd_magic.engine.number import Number, plain
from autograd_magic.engine.value import Value

At = Mapping[str, Any]
"""Where leaves stand, by key; those of a ``Value(...)`` are called by their ``Place`` here."""

Place = tuple[Any, ...]
NOWHERE: At = {}
LATER = "log seen data mean square soft Line Running statistics math np random"
"""Names of earlier cells that next_cell.py and compare.py use."""


@dataclass
class Fresh:
    """What a plain run leaves: the namespace, what was printed, the last expression, what was raised; and the numbers
    that stood in names before it.
    """

    names: dict[str, Any]
    printed: str
    result: Any
    error: BaseException | None
    lent: dict[str, Any]


class WriteOut:
    """``Value`` in a notebook. It knows each Value by where it is written, by who called, and by the count: so a plain
    run, too, can be given another number for it.
    """

    __module__ = "autograd_magic"  # as Value's: no code of the notebook, which would be looked into, and put back

    def __init__(self) -> None:
        self.moved: Mapping[Place, Any] = {}
        self.made: dict[int, tuple[Value, Place]] = {}
        self.begin()

    def begin(self) -> None:
        self.times: dict[Place, int] = {}
        self.run = record.running

    def __call__(self, data: Any, label: str = "") -> Value:
        if record.running is not self.run:
            self.begin()
        calls, frame = [], sys._getframe(1)
        while frame is not None and frame.f_code.co_filename.startswith("<") and frame.f_code.co_name != "_run":
            calls.append((frame.f_code.co_name, *positions(frame.f_code)[frame.f_lasti // 2]))
            frame = frame.f_back
        place: Place = tuple(calls)
        count = self.times[place] = self.times.get(place, 0) + 1
        place = (*place, count)
        value = Value(data, label=label)
        if place in self.moved:
            value.number = of_kind(value.number, self.moved[place])
        self.made[id(value)] = value, place
        return value


def of_kind(before: Any, number: Any) -> Any:
    """A number as NumPy has it, where one stood that was NumPy's."""
    kept = isinstance(before, np.floating) or (isinstance(before, np.integer) and float(number).is_integer())
    return type(before)(number) if kept else number


@lru_cache(maxsize=1000)
def positions(code: CodeType) -> list[tuple[Any, ...]]:
    return list(code.co_positions())


@lru_cache(maxsize=10)
def compiled(before: str, text: str) -> CodeType:
    """What of the code before some text that may come to use: the rest would only take time."""
    name = f"<before {recording.digest(before)}>"
    linecache.cache[name] = (len(before), None, before.splitlines(keepends=True), name)  # as IPython does for a cell
    tree = ast.parse(before)
    parts = {part: (bindings(ast.Module([part], [])), words(ast.unparse(part))) for part in tree.body}
    asked, kept = words(text), set[ast.stmt]()
    while more := {part for part, (bound, _) in parts.items() if not bound or asked & bound.keys()} - kept:
        kept |= more
        asked = asked.union(*(parts[part][1] for part in more))
    tree.body = [part for part in tree.body if part in kept]
    return compile(tree, name, "exec")


def words(text: str) -> set[str]:
    return {*re.findall(r"\w+", text)}


def namespace(written: Written) -> dict[str, Any]:
    """What stands in the notebook before the traced cells."""
    names: dict[str, Any] = {"__builtins__": builtins, "__name__": "__main__"}
    exec(compiled(written.before, f"{written.text} {written.earlier} {LATER}"), names)
    names.update(written.numbers)
    names["Value"] = WriteOut()
    return names


def literals_in(text: str, numbers: At) -> dict[str, Any]:
    """The numbers that a cell's literals are to have, by where those stand in it."""
    digest = recording.digest(text)
    sites = [(key, re.fullmatch(r"([0-9a-f]{24}):([-:\d]+)", key)) for key in numbers if isinstance(key, str)]
    return {site[2]: numbers[key] for key, site in sites if site and site[1] == digest}


def with_literals(text: str, numbers: At) -> ast.Module:
    """A cell with other literals; their keys say which."""
    return replaced(text, {place: ast.Constant(number) for place, number in literals_in(text, numbers).items()})


class Literals:
    """Numbers by place, alike where they are written alike: -0.0 is another than 0.0, and nan the same."""

    def __init__(self, numbers: dict[str, Any]) -> None:
        self.numbers, self.written = numbers, repr(sorted(numbers.items()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Literals) and self.written == other.written

    def __hash__(self) -> int:
        return hash(self.written)


@lru_cache(maxsize=200)
def plain_code(text: str, places: tuple[str, ...]) -> tuple[CodeType, CodeType | None]:
    """A cell compiled once for all numbers at these places, which it takes from names; and its last expression."""
    tree = replaced(text, {place: ast.Name(f"at {place}", ast.Load()) for place in places})
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    result = None if last is None else compile(ast.Expression(last.value), "<cell>", "eval")  # type: ignore[attr-defined]
    return compile(tree, "<cell>", "exec"), result


@lru_cache(maxsize=200)
def earlier_code(text: str, literals: Literals, only: type[ast.stmt]) -> CodeType:
    """Of a cell with other literals the statements of one kind, compiled."""
    tree = replaced(text, {place: ast.Constant(number) for place, number in literals.numbers.items()})
    tree.body = [each for each in tree.body if isinstance(each, only)]
    return compile(tree, "<earlier>", "exec")


def kind_at(place: str) -> str:
    """What ``type`` is called at one place: a name that the cell has nowhere else, by which nothing hangs together."""
    return "type_" + re.sub(r"\W", "_", place)


def replaced(text: str, literals: dict[str, ast.expr]) -> ast.Module:
    """A cell with other expressions where literals stand."""

    class Replace(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            if not isinstance(node, (ast.Constant, ast.UnaryOp, ast.BinOp, ast.Call)):
                return self.generic_visit(node)
            place = f"{node.lineno}:{node.col_offset}"
            whole = f"{place}-{node.end_lineno}:{node.end_col_offset}"  # more than a number begins there
            if place in literals or whole in literals:
                number = ast.copy_location(copy.copy(literals.get(whole) or literals[place]), node)
                if not isinstance(node, ast.Call):
                    return number
                # The call is made all the same (it may throw dice), and the number stays of the kind that it gives.
                kind = ast.copy_location(ast.Name(kind_at(whole), ast.Load()), node)
                kind = ast.copy_location(ast.Call(kind, [self.generic_visit(node)], []), node)
                return ast.copy_location(ast.Call(kind, [number], []), node)
            return self.generic_visit(node)

    tree = ast.parse(text)
    return ast.fix_missing_locations(Replace().visit(tree)) if literals else tree


def seeded() -> None:
    """The same chance for every run."""
    random.seed(7)
    np.random.seed(7)  # noqa: NPY002


def used(names: dict[str, Any], run: Callable[[], object]) -> dict[str, Any]:
    """The namespace after something has been run in it; what it prints or raises is of no interest."""
    seeded()
    with redirect_stdout(io.StringIO()), np.errstate(all="ignore"), suppress(Exception):
        run()
    return names


def put_in(names: dict[str, Any], at: At, *, twice: bool) -> None:
    """Give numbers that the cell takes from the notebook others: those of names, and those inside containers. What the
    first run of the same cell has left in a name may stand elsewhere, too, and stays there.
    """
    for key, number in at.items():
        if not isinstance(key, str) or ":" in key:
            continue
        name, _, inner = key.partition("[")
        index: tuple[Any, ...] = ast.literal_eval(f"({inner[:-1]},)") if inner else ()
        found, last = (names, name) if not index else (names[name], index[-1])
        if isinstance(found, np.ndarray):
            last = index
        else:
            for part in index[:-1]:
                found = found[part]
        before = found.get(last) if isinstance(found, dict) else found[last]
        if type(before) is Number and not twice:
            before.number = of_kind(before.number, number)  # it stays the number that the earlier cell has made
        else:
            found[last] = of_kind(plain(before), number)


def begun(written: Written, at: At, earlier: At, *, trace: bool) -> dict[str, Any]:
    """The notebook as the cell finds it: the earlier cell has run where ``earlier`` puts its leaves. The functions that
    it has defined have the literals that ``at`` gives them.
    """
    names, text = namespace(written), written.earlier

    def run(numbers: At, only: type[ast.stmt]) -> None:
        if not trace:
            exec(earlier_code(text, Literals(literals_in(text, numbers)), only), names)
            return
        tree = with_literals(text, numbers)
        tree.body = [each for each in tree.body if isinstance(each, only)]
        Cell(Script(lambda: tree, "<earlier>", source=text), names).first()

    if text:
        names["Value"].moved = earlier
        used(names, lambda: run(earlier, ast.stmt))
        run(at, ast.FunctionDef)
    if written.twice:

        def under_the_magic() -> None:
            script = Script(lambda: ast.parse(written.text), "<earlier>", source=written.text)
            cell = Cell(script, names, wrt=written.wrt)
            cell.trace(cell.first())

        used(names, under_the_magic if trace else lambda: exec(written.text, names))
    put_in(names, at, twice=written.twice)
    names.update((kind_at(place), type) for place in literals_in(written.text, at))
    names["Value"].begin()
    names["Value"].moved = at
    seeded()
    return names


def plainly(written: Written, at: At, earlier: At = NOWHERE) -> Fresh:
    """Run the cell with these numbers as Python does."""
    names, literals = begun(written, at, earlier, trace=False), literals_in(written.text, at)
    lent = {name: names[name] for name in written.numbers}
    code, last = plain_code(written.text, tuple(sorted(literals)))
    names.update((f"at {place}", number) for place, number in literals.items())
    out, result, error = io.StringIO(), None, None
    with redirect_stdout(out), np.errstate(all="ignore"):
        try:
            exec(code, names)
            if last is not None:
                result = eval(last, names)
        except Exception as raised:
            error = raised
    return Fresh(names, out.getvalue(), result, error, lent)


def in_a_shell(written: Written, at: At, earlier: At = NOWHERE) -> Fresh:
    """Run the cell with these numbers as the text of a cell, in a new IPython shell that has never seen the magic."""
    if "Value(" in written.text:
        return plainly(written, at, earlier)  # Values are known by their place in the text, which is another there
    tree, names = with_literals(written.text, at), begun(written, at, earlier, trace=False)
    lent = {name: names[name] for name in written.numbers}
    shell = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
    shell.user_ns.update(names)
    seeded()
    with capture_output() as shown, np.errstate(all="ignore"):
        done = shell.run_cell(ast.unparse(tree))
    last = shell.user_ns["_"]
    if (isinstance(last, str) and last == "") or last is done.result:  # the shell's own, not the cell's
        del shell.user_ns["_"]
    return Fresh(shell.user_ns, shown.stdout, done.result, done.error_in_exec or done.error_before_exec, lent)


def traced(
    written: Written,
    at: At = NOWHERE,
    earlier: At = NOWHERE,
    names: dict[str, Any] | None = None,
) -> tuple[Cell, Any, Any]:
    """Run the cell under the magic: the cell, its trace (None without a graph), and the exception if it raised."""
    names = begun(written, at, earlier, trace=True) if names is None else names
    seeded()
    filename = f"<cell {recording.digest(written.text)}>"  # lines are told by it: no two cells of a notebook share one
    text = "" if literals_in(written.text, at) else written.text
    script = Script(lambda: with_literals(written.text, at), filename, source=written.text, text=text)
    cell = Cell(script, names, wrt=written.wrt)
    with redirect_stdout(io.StringIO()) as out:  # NumPy warns as it does in a notebook, and as in the runs that follow
        try:
            run = cell.first()
        except Exception as raised:
            return cell, None, raised
        try:
            trace = cell.trace(run)
        except CannotExplore as nothing:
            return cell, None, nothing
    trace.screen.write(out.getvalue())
    return cell, trace, None
