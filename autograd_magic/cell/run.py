"""Running a cell, for the first time and again.

A ``Cell`` is the text of one ``%%autograd`` cell, ready to run in a namespace. Each run gives a ``Trace``: the tape
of what was computed, what the variables hold, and what there is to say. Running again is a fresh run: the names that
the cell reads or binds and the state of the random generators are put back as they stood before the first run, and
the leaves enter with their new numbers where their names are bound.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from time import process_time
from typing import Any
from weakref import ProxyTypes

import numpy as np

from autograd_magic.engine import numbering, record
from autograd_magic.engine.anatomy import is_foreign
from autograd_magic.engine.node import Node
from autograd_magic.engine.number import Number
from autograd_magic.engine.recording import Recording
from autograd_magic.engine.value import Value, is_real

from . import hooks, stores
from .asked import Asked, Mark, Written
from .came_back import end
from .contents import MISSING, Hashed
from .could import could_be_leaves
from .figures import Figures
from .lent import Twins
from .notebook_code import Looking
from .quiet import captured, fewer_collections, second_run
from .root import find_root
from .run_inputs import Answers, Inputs, cannot, put
from .screen import Ids
from .script import Script, compiled
from .subject import last_made, their_root
from .traces import CannotExplore, NoLeaf, Trace, make_trace, used_by
from .written import elements, place_of, with_numbers


class Cell:
    """A traced cell.

    ``script`` is its text, ``namespace`` where it runs. ``root`` names the variable to differentiate, ``wrt`` names
    whose numbers (or elements) are leaves in any case, ``const`` names that are none; ``asked`` and ``marks`` are what
    was asked for as leaves when it was run before. ``shows`` is whether the notebook shows what the last expression
    gives.
    """

    def __init__(
        self,
        script: Script,
        namespace: dict[str, Any],
        *,
        root: str = "",
        wrt: Sequence[str] = (),
        const: Sequence[str] = (),
        asked: Sequence[str] = (),
        marks: Sequence[Mark] = (),
    ) -> None:
        self.script, self.namespace, self.start = script, namespace, next(numbering.serials)
        self.text, self.digest, self.filename, self.source = script.text, script.digest, script.filename, script.source
        self.names, self.stores, self.outline, self.awaits = script.names, script.stores, script.outline, script.awaits
        self.root, self.const = root, frozenset(const)
        self.given = tuple(name for name in wrt if _is_path(name))
        self.wrt = tuple(dict.fromkeys((*self.given, *asked)))
        self.asked = Asked(script.parse, self.source, [name for name in wrt if not _is_path(name)], marks)
        self.inputs = Inputs(namespace, {*self.names.read, *map(_variable, self.wrt)}, self.names.bound)
        self.answers, self.figures, self.ids = Answers(), Figures(), Ids()
        self.shows = False
        self.left: dict[str, Any] = {}
        self.boxes: dict[int, Any] = {}
        self.result: Any = None
        self.recording = Recording()

    def ask(self, name: object, leaves: Collection[str], *, on: bool) -> Callable[[], None]:
        """From the next run on the numbers of this name, or the number of the text that is called so, are leaves
        (``on``) or no longer; gives back how to take that back. ``leaves`` are the keys of those that are leaves now.
        Raises NoLeaf for what can be neither.
        """
        wrt, places = self.wrt, dict(self.asked.places)
        if isinstance(name, str) and _is_path(name):
            if _variable(name) not in (*self.names.read, *self.names.bound) if on else name not in wrt:
                could = ", ".join(self.offers if on else wrt) or "none"
                raise NoLeaf(f"{name}: the cell has no such name {'' if on else 'as sliders '}(there are: {could})")
            self.wrt = tuple(dict.fromkeys((*wrt, name))) if on else tuple(each for each in wrt if each != name)
        else:
            self.asked.put(name, leaves, self.digest, on=on)
        return lambda: self._ask_for(wrt, places)

    @property
    def kept(self) -> tuple[tuple[str, ...], list[Mark]]:
        """What was asked for beside what the options give: names, and marks of numbers in the text."""
        return tuple(name for name in self.wrt if name not in self.given), self.asked.marks

    def ask_all(self, numbers: Sequence[Written]) -> Callable[[], None]:
        """The same for several numbers of the text."""
        places = self.asked.places
        self._ask_for(self.wrt, {**places, **{(one.line, one.column): one.name for one in numbers}})
        return lambda: self._ask_for(self.wrt, places)

    def _ask_for(self, wrt: tuple[str, ...], places: dict[tuple[int, int], str]) -> None:
        self.wrt, self.asked.places = wrt, places

    @property
    def offers(self) -> dict[str, int]:
        """What else could be leaves, each as one, by name, with the count of its numbers."""
        # Where the text does not say what the result is, it may be anything.
        told = self.root or (self.outline.last is not None and self.result is not None)
        hang = self.outline.hang(self.root) if told else None
        names = dict.fromkeys((*self.names.read, *self.names.bound))
        found = {name: self.namespace.get(name) for name in names if hang is None or name in hang}
        return {path: count for path, count in could_be_leaves(found).items() if path not in self.wrt}

    def first(self) -> Recording:
        """Run the cell for the first time. What it raises goes through; the recording up to there is in
        ``recording``.
        """
        try:
            with self.ids.repeated():
                return self._run({})
        finally:
            self._settle()

    async def first_awaiting(self) -> Recording:
        """The same for a cell with ``await`` in it."""
        try:
            with self.ids.repeated(), self._running({}) as run:
                run.entry = Cell.first_awaiting.__code__
                for code in self.script.code(self.asked.places):
                    if code is not None:
                        self.result = eval(code, self.namespace)
                        if code.co_flags & inspect.CO_COROUTINE:
                            self.result = await self.result
        finally:
            self._settle()
        return run

    def again(self, moved: Mapping[str, float], *, keeps: bool = True, onward: bool = False) -> Trace:
        """A fresh run with the leaves that somebody has moved elsewhere; afterwards the names that still hold what the
        last run left hold what this one left. One that is not to count (``keeps``) leaves all as it was.
        """
        with second_run() as end:
            return self._again(moved, keeps, onward, end)

    def _again(self, moved: Mapping[str, float], keeps: bool, onward: bool, end: ExitStack) -> Trace:
        namespace, before = self.namespace, (self.inputs, self.result, self.left, self.recording)
        present = {name: namespace.get(name, MISSING) for name in self.inputs.names}
        lent = {*self.names.read, *self.wrt}  # those are lent with their own numbers
        taken = {name: x for name, x in moved.items() if name not in lent and not self._lends(name)}
        ended = False
        try:
            with self.inputs.fresh(keeps=keeps, onward=onward) as self.inputs:
                with self.inputs.moved(taken):
                    with captured(self.figures, self.ids, end, keeps=keeps) as screen:
                        run = self._run(moved)
                        if self.shows and keeps:
                            sys.displayhook(self.result)
                    if keeps:
                        self.inputs.note()
                    trace = self.trace(run)
                trace.screen = screen
                trace.left = {name: namespace.get(name, MISSING) for name in self.inputs.bound}
            ended = True
        finally:
            if not (ended and keeps):
                self.inputs, self.result, self.left, self.recording = before
        if keeps:
            put(namespace, present)
            self.resume(trace)
        else:  # nobody takes it up, and what it has made goes
            trace.left, trace.result = {}, trace.result if isinstance(trace.result, Value) else None
        return trace

    def _lends(self, name: str) -> bool:
        return any(name.startswith((f"{path}[", f"{path}.")) for path in self.wrt)

    def _settle(self) -> None:
        self.figures.settle()
        self.inputs.note()
        self.inputs.settle()
        self.left = {name: self.namespace.get(name, MISSING) for name in self.inputs.bound}

    def stale(self, told: Collection[int] = ()) -> list[str]:
        """What the cell would find otherwise now than when it was run last, a sentence each."""
        return self.inputs.stale(told)

    def follow(self) -> None:
        """The graph has written to the notebook's numbers."""
        self.inputs.follow()

    def hashed(self, moved: Collection[Node]) -> Hashed:
        """The dicts and sets that find some of these nodes by their numbers."""
        return self.inputs.hashed(moved)

    def resume(self, trace: Trace) -> None:
        """Names that still hold what the last run left hold what the run of this trace left."""
        self._put(trace)
        self.inputs.settle()

    def written(self, numbers: Mapping[str, Any], lines: Mapping[int, Any]) -> tuple[str, set[Any]]:
        """The cell's text with other numbers, and which of them have a place in it."""
        within = elements(self.text)
        places = {place: key for key in numbers if (place := place_of(key, self.digest) or within.get(key)) is not None}
        text, found = with_numbers(
            self.source, self.text, {place: numbers[key] for place, key in places.items()}, lines
        )
        return text, {places.get(place, place) for place in found}

    def _put(self, trace: Trace) -> None:
        namespace = self.namespace
        still = [name for name, left in self.left.items() if namespace.get(name, MISSING) is left]
        put(namespace, {name: trace.left[name] for name in still if name in trace.left})
        self.left = trace.left

    def theirs(self, *, otherwise: bool = False) -> Any:
        """The object of somebody else's class that the cell is about, if it is about one; ``otherwise`` the last one
        that it has made.
        """
        if self.root:
            found = self.namespace.get(self.root)
            return found if is_foreign(found) else None
        if isinstance(self.result, Value):
            return None
        if is_foreign(self.result):
            return self.result
        found = their_root(self.script.about, self.names.bound, self.namespace)
        return last_made(self.names.bound, self.namespace) if found is None and otherwise else found

    def trace(self, run: Recording, notes: Sequence[str] = ()) -> Trace:
        """The trace of a run that has just ended (or broken off). Raises CannotExplore where there is nothing to
        show.
        """
        holding = {name: self.namespace[name] for name in self._bound if self._has_bound(name)}
        for kept in self.inputs.changed:  # its name may hold something else by now
            holding[f"{kept.name} (start)" if kept.name in holding else kept.name] = kept.found
        lent = {name: run.leaves[name] for name in self.lent if name in run.leaves}
        rebound = [name for name in lent if name in self.names.bound]
        if rebound:  # a number from before that the cell binds anew without having used it is no leaf of this cell
            used = used_by(run, {**holding, "": self.result})
            for name in rebound:
                if lent[name].serial not in used:
                    del run.leaves[name], lent[name]
        holding = {**{name: leaf for name, leaf in lent.items() if name not in holding}, **holding}
        try:
            root = find_root(run, self.result, self.outline, holding, self.root)
            holding |= {root.name: root.node} if root.name else {}
            known = self.inputs.wrapped
            said = [*notes, *root.notes]
            trace = make_trace(run, self.result, holding, root.node, others=root.others, notes=said, known=known)
        except CannotExplore as nothing:
            could = next(iter(self.offers), "")
            if run.leaves or not could:
                raise
            raise CannotExplore(f"{nothing}; here, for one: --wrt {could}") from None
        trace.left = self.left
        changes = [kept.name for kept in self.inputs.changed]
        trace.alone, trace.lost = bool(changes), [*self.inputs.lost, *run.added]
        trace.stays = run.stays or self.figures.drawn
        if changes and not trace.lost:
            some = ", ".join(changes[:3]) + (f" and {len(changes) - 3} more" if changes[3:] else "")
            trace.notes.append(f"The cell changes {some} in place: a run again begins with what was in it.")
        if trace.lost:
            trace.notes.append(f"{cannot(trace.lost)}: by itself it is not run again.")
        self.inputs.follow()  # the trace has written its gradients
        return trace

    @property
    def touches(self) -> list[str]:
        """The names that the cell binds, and those whose contents it changes."""
        return list(dict.fromkeys([*self._bound, *(kept.root for kept in self.inputs.changed)]))

    @property
    def _bound(self) -> list[str]:
        """The names that the cell's text binds, in its order, and then those that functions bind for it."""
        return [*self.names.bound, *sorted(self.inputs.bound.difference(self.names.bound))]

    def _has_bound(self, name: str) -> bool:
        """Whether a name holds something of this run, and not what an earlier run left there on another path. Values
        that the user has made are nobody's leavings.
        """
        found = self.namespace.get(name, MISSING)
        return found is not MISSING and (found is not self.inputs.before.get(name) or type(found) is Value)

    def _run(self, moved: Mapping[str, float]) -> Recording:
        body, last = self.script.code(self.asked.places)
        with self._running(moved) as run:
            run.entry = Cell._run.__code__
            exec(body, self.namespace)
            if last is not None:
                self.result = hooks.once_more(eval(last, self.namespace))
        return run

    @contextmanager
    def _running(self, moved: Mapping[str, float]) -> Iterator[Recording]:
        """A new recording, and the namespace as the cell's code shall find it."""
        namespace = self.namespace
        run = Recording(
            self.filename, self.digest, dict(moved), self.const, frozenset(self.wrt), self.stores.intersection(self.wrt)
        )
        self.recording, self.result, run.home, run.others = run, None, namespace, self.inputs.others
        with record.recording(run), fewer_collections(), self.answers.remembered():
            lent = self.lent = self._lend(run)
            known = {id(kept.found) for kept in self.inputs.kept} if self.wrt else ()
            run.twins = Twins(namespace, {*self.inputs.names, *self.inputs.bound}, known)
            run.twins.stand_in(run.copies.values())
            run.looking, begun = Looking(), process_time()
            try:
                yield run
                run.seconds = process_time() - begun
                for name in self.inputs.bound:
                    if self._has_bound(name):
                        namespace[name] = hooks.once_more(namespace[name])
            finally:
                end(run, run.passages)
                run.looking.over()
                self.inputs.gradients = run.gradients
                for boxes in run.boxes.values():
                    self.boxes |= boxes
                for copy in run.copies.values():
                    copy.give_back()
                run.twins.over()
                for name, (before, leaf) in lent.items():
                    if namespace.get(name) is leaf:
                        namespace[name] = before
                for holder, name, before, leaves in self.attributes:
                    if holder.get(name) is leaves:
                        holder[name] = before
        if record.running is None:
            stores.forget()

    def _lend(self, run: Recording) -> dict[str, tuple[Any, Any]]:
        """Bind the numbers from earlier cells that this one reads to leaves; gives back what stood there."""
        lent: dict[str, tuple[Any, Any]] = {}
        inside = {*self.names.bound, *self.stores}
        outside = [path for path in self.wrt if "." in path and inside.isdisjoint((path, _variable(path)))]
        self.attributes = [hooks.lend_attribute(self.namespace, path) for path in outside]
        for name in dict.fromkeys([*self.names.read, *self.wrt]):
            found = self.namespace.get(name, MISSING)
            if found is MISSING or name in self.const or type(found) in ProxyTypes:
                continue
            if name in self.wrt and (name in self.names.over or name not in self.names.bound):
                leaf = hooks.lend_elements(found, name) if type(found) is not Value else found
            elif type(found) is Number or (is_real(found) and not isinstance(found, (bool, np.bool_))):
                number = found.number if isinstance(found, Value) else found
                if isinstance(number, int) and name in self.names.bound:
                    self.namespace[name] = number
                    lent[name] = (found, number)
                    continue
                leaf = hooks.lend(run, number, name, name)
                leaf.gradient = found.gradient if isinstance(found, Node) else 0.0
            else:
                continue
            lent[name] = (found, leaf)
            self.namespace[name] = leaf
        return lent


def _variable(name: str) -> str:
    """The variable behind a leaf's name: ``rows`` of ``rows[3]``."""
    return name.partition("[")[0].partition(".")[0]


def _is_path(name: str) -> bool:
    """Whether a name is one, or that of an attribute, and no number of the text."""
    return all(part.isidentifier() for part in name.split("."))


def awaits(text: str) -> bool:
    """Whether a cell's text has an ``await`` of its own."""
    if "await" not in text and "async" not in text:
        return False
    try:
        code = compiled(ast.parse(text), "<cell>", "exec")
    except (SyntaxError, ValueError):
        return False
    return bool(code.co_flags & inspect.CO_COROUTINE)
