"""What the root of a cell is: the number that it ends with, else the last computed one that it printed, else the last
computed one that it gave a name.

A number that depends on no leaf on the path that was taken (``n if n > 0 else 0.0``, n below 0) is plain by then. It is
the root all the same, as a constant, and a note says which line decided that. What left the graph (``.data``,
``float()``) means the number that left, where that can be told; what was computed from it outside of the graph is no
root, since its gradients are not known. But what came back from code that nobody could look into is a node above the
numbers that went there: runs of the cell can measure its gradients.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from autograd_magic.engine.arrays import Array
from autograd_magic.engine.node import CONST, LEAF, Node, ancestors, arguments, itself, version
from autograd_magic.engine.number import Number
from autograd_magic.engine.ops import TABLE
from autograd_magic.engine.outside import Outside
from autograd_magic.engine.readable import short
from autograd_magic.engine.recording import RELATIONS, ROUNDINGS, Guard, Kind, Recording
from autograd_magic.engine.value import Value, constant, is_plain, make

from .naming import base_of, give, tell_apart
from .outline import Outline, Part
from .traces import CannotExplore

MISSING = object()
NOTHING = Part(frozenset(), frozenset())
OTHERS = 12
"""How many other numbers of a last expression are offered: the last ones."""


LOOKED = 1_000
"""So many elements of an array are looked at, the last of them."""


class Root(NamedTuple):
    """The root's ``node``; the ``name`` that holds it as a plain number (empty: none); what is to be said; and the
    ``others`` that the last expression has as well.
    """

    node: Value
    name: str = ""
    notes: Sequence[str] = ()
    others: Sequence[Value] = ()


def find_root(run: Recording, result: Any, outline: Outline, holding: Mapping[str, Any], wanted: str = "") -> Root:
    """The root of a run that ended with ``result``; ``wanted`` is the name that ``--root`` gives. Raises CannotExplore
    when the cell computes no number from leaves.
    """
    finder = _Finder(run, outline)
    if wanted:
        return finder.by_name(wanted, holding)
    if isinstance(result, np.ndarray) and result.shape == ():
        finder.inside = run.inside(result)
        result = result[()]
    return finder.ending(result) or finder.elsewhere(result, holding)


def root_of_function(run: Recording, result: Any) -> Root:
    """The root of a function that gave ``result``. Raises CannotExplore when that does not depend on its arguments."""
    finder = _Finder(run, Outline(ast.Module([], [])))
    if isinstance(result, Value):
        return Root(result)
    escaped = run.text or any(guard.kind is Kind.ESCAPES for guard in run.guards)
    if is_plain(result) and run.guards and not escaped:
        return finder.fixed(result, NOTHING, run.guards[::-1], "The result")
    raise CannotExplore(
        f"the function gave {type(result).__name__} {result!r:.40}, not one number computed from its arguments"
    )


class _Finder:
    def __init__(self, run: Recording, outline: Outline) -> None:
        self.run, self.outline = run, outline
        self.upto = len(run.guards)
        """How many guards there were when the number came about that is looked at."""
        self.inside: Mapping[int, Any] = {}
        """The numbers that went into what the run ended with."""

    def by_name(self, wanted: str, holding: Mapping[str, Any]) -> Root:
        """What ``--root`` asks for."""
        found = holding.get(wanted, MISSING)
        if not isinstance(found, Value) and wanted in self.run.bound:
            found, self.upto = self.run.bound[wanted]
        if found is MISSING:
            nodes = ancestors([*self.run.assigned, *self.run.leaves.values()])
            tell_apart(nodes, self.run, holding)
            labelled = [node for node in nodes if node.label == wanted]
            if len(labelled) == 1:
                return Root(labelled[0])  # type: ignore[arg-type]
            known = [name for name, value in holding.items() if isinstance(value, Value)]
            raise CannotExplore(f"--root {wanted}: the cell has no such number; it has {', '.join(known) or 'none'}")
        if isinstance(found, Value):
            return self._at(found)
        if is_plain(found):
            part = self._named(wanted)
            meant = self._meant(found, part)
            if meant is not None:
                return Root(meant)
            guards, escaped = self._decided(part)
            if guards and not escaped:
                return self._fixed(found, part)
        raise CannotExplore(
            f"--root {wanted}: it holds {type(found).__name__} {found!r:.40}, not a number computed from leaves"
        )

    def ending(self, result: Any) -> Root | None:
        """The root that the last expression means; None when it means none."""
        run, last = self.run, self.outline.last
        if last is None:
            return None
        if isinstance(run.drawn, Value) and run.drawn.row is not LEAF:
            return Root(run.drawn)
        if self.outline.passes and result is None:
            return self._passed()
        if isinstance(result, Value):
            return self._at(result)
        if is_plain(result):
            return self._plain(result, last) if self._computes() else None
        return self._several(result, last)

    def elsewhere(self, result: Any, holding: Mapping[str, Any]) -> Root:
        """The last computed number that was printed or assigned. Raises CannotExplore when there is none."""
        root, how = self._printed(), "the last number that was printed"
        if root is None:
            root, how = self._assigned(), "the last result that has a name"
        if root is None:
            root = self._untouched(result, holding)
            if root is None:
                raise CannotExplore(_why_empty(self.run, result, self.outline))
            return root
        self.upto = len(self.run.guards)
        name = root.node.label
        if result is not None or not name:
            why = "" if result is None else self._why_not(result)
            line = f" (line {root.node.line})" if root.node.line else ""
            sentence = f"this is the graph of {f'{name}, ' if name else ''}{how}{line}."
            root = root._replace(notes=[why + sentence if why else sentence.capitalize(), *root.notes])
        return root

    def _why_not(self, result: Any) -> str:
        if not is_plain(result):
            return f"The last expression is no number ({type(result).__name__}): "
        last = self.outline.last or NOTHING
        lines = [guard.line for guard in self._asked(self.outline.lines([last], weak=True), escapes=True)]
        where = f" (line {lines[0]})" if lines else ""
        what = f"The last expression, {short(result)}, comes from outside of the graph{where}"
        return f"{what}, so its gradients are not known: "

    def _at(self, node: Value) -> Root:
        """A root that is a number of the graph. A leaf that stands on one branch of several is said to be one."""
        guards = self._branch(node) if node.row is LEAF and node.serial > self.run.start else []
        return Root(node, notes=[f"{node.label} depends on no other leaf on this path{_by(guards)}"] if guards else [])

    def _passed(self) -> Root | None:
        node = self.run.passed
        return Root(node) if isinstance(node, Value) and node.row is not LEAF else None

    def _plain(self, result: Any, last: Part) -> Root | None:
        meant = self._meant(result, last)
        if meant is not None:
            return Root(meant)
        if last.grad:
            return None
        return self._came_back(result, last) or (None if self._decided(last)[1] else self._fixed(result, last))

    def _came_back(self, number: Any, part: Part) -> Root | None:
        """A number that was made of others where nobody could look: in what a library has called, or kept."""
        hidden = self.run.called | self.run.loose
        asked = self._asked(self.outline.lines([part], weak=True), escapes=True) if hidden else []
        parents: dict[int, Any] = {id(guard.left): guard.left for guard in asked[::-1] if id(guard.left) in hidden}
        parents |= self.inside if part is self.outline.last else {}
        if not parents or not isinstance(number, float):
            return None
        node = make(Number, Outside("outside", float(number), len(parents)), number, tuple(parents.values()))
        node.line = part.line
        if part.name:
            give(self.run, node, part.name)
        return Root(node, part.name)

    def _several(self, result: Any, last: Part) -> Root | None:
        """The last number in a list, a tuple, a dict or an array."""
        parts = self.outline.elements
        items = list(result) if isinstance(result, (list, tuple)) else [result]
        if len(parts) != len(items):
            parts = [last] * len(items)
        found: list[Value] = []
        fixed: tuple[Any, Part] | None = None
        for item, part in zip(items, parts, strict=True):
            for number in _numbers(item):
                node = itself(number) if isinstance(number, Value) else self._meant(number, part)
                if node is not None:
                    found.append(node)
                    fixed = None
                    continue
                guards, escaped = self._decided(part)
                if guards and not escaped:
                    fixed = number, part
        if not (found or fixed):
            return None
        root = Root(found[-1]) if fixed is None else self._fixed(*fixed)
        nodes = {id(node): node for node in found if node is not root.node}
        if not nodes:
            return root
        which = root.node.label or short(root.node.number)
        count = max(len(nodes) + 1, _count(result))
        note = f"The last expression has {count} numbers, and this is the graph of the last, {which}."
        return root._replace(notes=[note, *root.notes], others=list(nodes.values())[-OTHERS:])

    def _printed(self) -> Root | None:
        for (place, _), (number, upto) in reversed(self.run.printed.items()):
            self.upto = upto
            part = self.outline.printed[place] if place >= 0 else NOTHING
            root = self._computed(number, part)
            if root is not None and (root.node.row is not LEAF or root.notes):
                return root
        return None

    def _assigned(self) -> Root | None:
        for name, (number, upto) in reversed(self.run.bound.items()):
            self.upto = upto
            root = self._computed(number, self._named(name), again=True)
            if root is not None:
                return root
        computed = [node for node in self.run.assigned if node.row is not LEAF]
        node = next(iter([*reversed(computed), *reversed(self.run.assigned)]), None)
        return Root(node) if isinstance(node, Value) else None

    def _computed(self, number: Any, part: Part, *, again: bool = False) -> Root | None:
        """The root that a number means which was printed, or bound to a name (``again``: also one from elsewhere)."""
        if isinstance(number, Value):
            while number.row is TABLE["round"] and not again:
                number = arguments(number)[0]
            if number.row is LEAF:
                own = self.run.bound.get(base_of(number.label), (None, 0))[0] is number
                return self._at(number) if own and self._branch(number) else None
            return Root(number) if again or number.serial > self.run.start else None
        if part.count or (part.name and self.outline.counter(part.name)):
            return None
        meant = self._meant(number, part)
        if meant is not None:
            return Root(meant) if meant.row is not LEAF and meant.serial > self.run.start else None
        if (came := self._came_back(number, part)) is not None:
            return came
        guards, escaped = self._decided(part)
        bound = self.outline.bound(part.name) if again else []
        if not guards or escaped or (bound and all(one.literal for one in bound)):
            return None
        return self._fixed(number, part)

    def _meant(self, found: Any, part: Part) -> Value | None:
        """The number of the graph that a plain number is: read from it (``x.data``, ``float(x)``), rounded, or a
        gradient.
        """
        if isinstance(found, float):
            for guard in self._asked(self.outline.lines([part], weak=True), escapes=True):
                node = version(guard.left, guard.serial) if guard.left is not None else None
                if isinstance(node, Value) and node.number is found:
                    return node
        if part.data or part.rounded:
            for guard in self._asked(part.lines, escapes=True) + self._asked(part.lines, escapes=False):
                whole = guard.kind is Kind.WHOLE and ROUNDINGS[guard.relation] == "round" and guard.outcome == found
                node = version(guard.left, guard.serial) if guard.left is not None else None
                left = whole or guard.kind is Kind.ESCAPES
                if left and isinstance(node, Value) and (part.rounded or node.number == found):
                    return node
        passed = self._passed()
        if passed is not None and (part.grad or (isinstance(found, float) and id(found) in self._gradients)):
            return passed.node
        return None

    @cached_property
    def _gradients(self) -> set[int]:
        """The gradients of the last ``backward()``, by identity."""
        return {id(node.gradient) for node in ancestors([self.run.passed])} if self.run.passed is not None else set()

    @cached_property
    def _by_line(self) -> dict[tuple[int, bool], list[int]]:
        """The places of the guards, by their line and whether a number left the graph there."""
        found: dict[tuple[int, bool], list[int]] = {}
        for place, guard in enumerate(self.run.guards):
            found.setdefault((guard.line, guard.kind is Kind.ESCAPES), []).append(place)
        return found

    def _asked(self, lines: Iterable[int], *, escapes: bool) -> list[Guard]:
        """The guards of some lines before the number came about that is looked at, the last first."""
        some = (self._by_line.get((line, escapes), []) for line in lines)
        places = sorted((place for found in some for place in found if place < self.upto), reverse=True)
        return [self.run.guards[place] for place in places]

    def _named(self, name: str) -> Part:
        keys = self.outline.keys(name)
        lines = [part.line for one in self.outline.bound(name) for part in one.parts]
        return Part(frozenset(), frozenset(keys), max(lines, default=0), name)

    def _decided(self, part: Part) -> tuple[list[Guard], bool]:
        """The guards that decided what a plain number is, and whether something left the graph on its way."""
        touched = self.outline.lines([part], weak=True)
        escaped = self.run.text in touched or bool(self._asked(touched, escapes=True))
        return self._asked(self.outline.lines([part]), escapes=False), escaped

    def _branch(self, leaf: Value) -> list[Guard]:
        """The guards that have chosen this number, written out, for a name that other branches compute."""
        some = self.outline.bound(base_of(leaf.label))
        if len(some) < 2 or all(one.literal or one.counts for one in some):
            return []
        return self._asked(self.outline.lines(part for one in some for part in one.around), escapes=False)

    def _untouched(self, result: Any, holding: Mapping[str, Any]) -> Root | None:
        """The last number that the cell's text binds to a name, where nothing is done with any of them."""
        run = self.run
        if result is not None or run.guards or run.loose or run.parted or run.blocks is not None:
            return None
        leaves = {id(leaf) for leaf in run.leaves.values()}
        for name, (number, _) in reversed(run.bound.items()):
            still = name in holding and holding[name] is number
            if still and isinstance(number, Value) and id(number) in leaves:
                told = f"Nothing is computed from the cell's numbers, so this is {name} alone"
                return Root(number, notes=[f"{told} (end it with an expression, or name a result)."])
        return None

    def _computes(self) -> bool:
        return bool(self.run.guards) or any(node.row is not LEAF for node in self.run.assigned)

    def _fixed(self, number: Any, part: Part) -> Root:
        called = "The last expression" if part is self.outline.last else ""
        return self.fixed(number, part, self._decided(part)[0], called)

    def fixed(self, number: Any, part: Part, guards: Sequence[Guard], called: str) -> Root:
        """A root that depends on no leaf on this path, as these guards have decided."""
        node = constant(number)
        node.line = part.line
        if part.name:
            give(self.run, node, part.name)
        what = node.label or called or short(number)
        path = " on this path" if guards else ""
        if self.run.parted or self.run.loose:  # it may, through what outside code keeps
            path += " in the graph"
        else:
            path += ", so every gradient is 0"
        return Root(node, part.name, [f"{what} depends on no leaf{path}{_by(guards)}"])


def _by(guards: Sequence[Guard]) -> str:
    """The first of some guards, as the end of a sentence."""
    if not guards:
        return "."
    guard = guards[0]
    names = [_name(node) for node in (guard.left, guard.right) if node is not None]
    what = ""
    if names and all(names) and guard.kind is Kind.COMPARE:
        what = f" ({names[0]} {RELATIONS[guard.relation]} {names[1]} is {'true' if guard.outcome else 'false'})"
    elif all(names) and guard.kind is Kind.WHOLE:
        what = f" ({ROUNDINGS[guard.relation]}({names[0]}) is {int(guard.outcome)})"
    elif guard.kind is Kind.RAISED:
        what = f" (Python refuses {guard.left.row.name} there)" if guard.left is not None else ""
    return f": line {guard.line} decided that{what}."


def _name(node: Node) -> str:
    return node.label or (short(node.number) if node.row is CONST else "")


def _numbers(found: Any, depth: int = 0) -> list[Any]:
    """The numbers in a list, a tuple, a dict or an array, in order."""
    if isinstance(found, Value) or is_plain(found):
        return [found]
    inner: Iterable[Any] = ()
    if isinstance(found, dict):
        inner = found.values()
    elif isinstance(found, (list, tuple)):
        inner = found
    elif isinstance(found, np.ndarray):
        inner = _last(found)
    return [number for item in inner for number in _numbers(item, depth + 1)] if depth < 6 else []


def _last(array: Any) -> list[Any]:
    """The elements of an array; of a large one the last, and the last of those that remember."""
    flat, places = array.reshape(-1), np.arange(array.size)
    if array.size > LOOKED:
        places = places[-LOOKED:]
        if type(array) is Array and array.traced:
            places = np.union1d(np.flatnonzero(flat.apart())[-LOOKED:], places)
    return [flat[place] for place in places.tolist()]


def _count(found: Any) -> int:
    """How many numbers that remember there are in what has more of them than are looked at."""
    if isinstance(found, (list, tuple, dict)):
        return sum(map(_count, found.values() if isinstance(found, dict) else found))
    if type(found) is not Array or found.size <= LOOKED or not found.traced:
        return 0
    return int(np.count_nonzero(np.diff(np.sort(found.apart(), axis=None), prepend=0)))


def _why_empty(run: Recording, result: Any, outline: Outline) -> str:
    if isinstance(result, complex):
        return f"no graph: the result {result:.4g} is complex, and a gradient needs a real number"
    if not run.leaves:
        counted = [name for name in outline.names if any(one.literal for one in outline.bound(name))]
        if counted and not run.constants:
            which = "is a whole number that counts, so by itself it is no leaf"
            return f"no graph: {counted[0]} {which} (--wrt {counted[0]} makes it one)"
        return "no graph: the cell binds no number to a name (write a = 2.0, or name a list or an array with --wrt)"
    for guard in run.guards:
        if guard.left is not None and (id(guard.left) in run.loose or id(guard.left) in run.parted):
            name, line = guard.left.label or "a number", f" in line {guard.line}" if guard.line else ""
            return f"no graph: {name} left the graph{line}, and nothing is computed from the cell's numbers beside that"
    return "no graph: nothing is computed from the cell's numbers (end it with an expression, or name a result)"
