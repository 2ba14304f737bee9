"""What a run finds before it begins, kept so that the next run finds the same: what its names hold and what is in that,
the state of the random generators, and what the user typed when the cell asked for ``input()``. And what somebody else
has changed of it since: a run reads what a fresh run would read now.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np

from autograd_magic.engine import record
from autograd_magic.engine.node import Node
from autograd_magic.engine.number import Number, plain
from autograd_magic.engine.tape import key_of
from autograd_magic.engine.writing import given, like

from .alike import alike
from .contents import MISSING, Hashed, keys
from .kept import Kept
from .process import process
from .reach import Reach
from .traces import CannotExplore

SHELLS = frozenset(("_", "__", "___", "_i", "_ii", "_iii", "In", "Out", "_ih", "_oh"))
"""IPython's own names, which each cell changes: for a cell the last results and texts are those before it."""


class Answers:
    """What was typed when the cell ran first. A later run, which a slider asks for, has nobody to ask."""

    def __init__(self) -> None:
        self.given: list[str] | None = None

    @contextmanager
    def remembered(self) -> Iterator[None]:
        """The first time, let ``input()`` ask and remember the answers; after that, let it give the same ones. It
        raises RuntimeError where there is none.
        """
        real = builtins.input
        given: list[str] = []
        left = None if self.given is None else iter(self.given)

        def answer(prompt: object = "") -> str:
            if left is None:
                given.append(real(prompt))
                return given[-1]
            for before in left:
                return before
            raise RuntimeError(f"nobody can answer input({str(prompt)!r:.60}) here: run the cell itself again")

        builtins.input = answer
        try:
            yield
        finally:
            builtins.input = real
            if left is None:
                self.given = given


class Noted(NamedTuple):
    """A number that remembers, with the number and the gradient that it had at one moment."""

    node: Node
    number: Any
    gradient: float

    @property
    def moved(self) -> bool:
        """Whether it has another number now."""
        return repr(self.node.number) != repr(self.number)

    @property
    def swept(self) -> bool:
        """Whether it has another gradient now."""
        return repr(self.node.gradient) != repr(self.gradient)


class Inputs:
    """What a program finds before a run: the objects that its names hold, what is in everything that it can reach from
    them, and the state of the process.

    ``names`` are those that the program's text reads or binds, and all that the functions behind them read; ``bound``
    those that it or one of these functions binds, ``own`` those of them that it does not read before, and ``also``
    what it uses without a name. After a run
    ``settle`` notes how it left things; what somebody else has changed since stays theirs, and ``stale`` says what of
    that would matter. ``gradients`` is whether the run reads gradients that are there before it.
    """

    def __init__(
        self,
        namespace: dict[str, Any],
        read: Iterable[str],
        bound: Iterable[str] = (),
        also: Mapping[str, Any] | None = None,
    ) -> None:
        self.namespace, self.read, self.text, self.also = namespace, frozenset(read), frozenset(bound), also or {}
        self.own = self.text - self.read
        reach = self._reach()
        self.names, self.bound, self.nodes = frozenset(reach.names), self.text | reach.bound, reach.nodes
        self.others = reach.others
        self.before = {name: namespace.get(name, MISSING) for name in self.names}
        self.everything: dict[str, Any] | None = {**namespace}
        self.kept = [*process(), *reach.kept]
        self.changes: dict[int, Kept] = {}
        self.lost: list[str] = []
        self.gradients = False
        self.gradients_before = {name: node.gradient for name, node in self.nodes.items()}
        self.settle()

    @property
    def wrapped(self) -> dict[int, str]:
        """What the numbers that remember are called, by identity."""
        return {id(node): name for name, node in self.nodes.items()}

    @property
    def changed(self) -> list[Kept]:
        """What runs have changed in place, by name."""
        return sorted(self.changes.values(), key=lambda kept: kept.name)

    def settle(self) -> None:
        """Note what a run has left under the names."""
        self.left = {name: _seen(self.namespace.get(name, MISSING)) for name in self.names - self.own}
        self.follow()

    def note(self) -> None:
        """Note how a run has left everything that it could reach, and what of that cannot be put back; names that it
        has bound though its text does not say so (``globals()["a"] = b``) are its own as well.
        """
        before, self.everything = self.everything, None
        if before is not None:
            more = {name for name, found in self.namespace.items() if before.get(name, MISSING) is not found}
            more = {name for name in more - self.bound if not name.startswith("_")}
            self.names, self.bound = self.names | more, self.bound | more
            self.before |= {name: before.get(name, MISSING) for name in more}
        for kept in self.kept:
            kept.settle()
            if kept.changed and kept.named:
                self.changes[id(kept.found)] = kept
        self.lost = [kept.name for kept in self.kept if kept.lost]

    def follow(self) -> None:
        """Note the numbers and gradients of others' nodes: the graph of the last run has written to them."""
        self.numbers = {name: Noted(node, node.number, node.gradient) for name, node in self.nodes.items()}
        for kept in self.changes.values():
            if isinstance(kept.found, Node):
                kept.settle()

    @contextmanager
    def fresh(self, *, keeps: bool, onward: bool = False, draws: bool = True) -> Iterator[Inputs]:
        """For as long as this lasts everything is what a fresh run would find: gives what that is. Afterwards it stays
        as the run has left it, if that run counts (``keeps``) and ends well; else all is as it was.

        Raises CannotRun where something cannot be put back; a run that goes ``onward`` takes that as it is.
        ``draws`` is whether what the run draws at random counts as drawn.
        """
        # A run that repeats what the first one drew is no draw: who has drawn since draws on from there.
        drawn = [(kept, kept.now()) for kept in self.kept if kept.quiet and (kept.theirs or not draws)]
        back, gradients, ended = [self._present()], self.gradients, False
        try:
            found = self._put_back(onward)
            if found is not self:
                back.insert(0, found._present())
            yield found
            ended = True
        finally:
            if ended and keeps:
                for kept, contents in drawn:
                    kept.give(contents)
            else:
                for undo in back:
                    undo()
                self.gradients = gradients
            self.everything = None

    def _present(self) -> Callable[[], None]:
        """Note how everything stands now; gives back how to make it stand so again."""
        names = {name: self.namespace.get(name, MISSING) for name in self.names}
        held = [(kept, kept.before if kept.holds(kept.before) else kept.now(), kept.after) for kept in self.kept]
        gradients = [(node, node.gradient) for node in self.nodes.values()]
        changes, lost = {**self.changes}, self.lost

        def back() -> None:
            put(self.namespace, names)
            self.changes, self.lost = changes, lost
            for kept, contents, after in held:
                kept.give(contents)
                kept.after = after
            for node, gradient in gradients:
                node.gradient = gradient

        return back

    def _put_back(self, onward: bool) -> Inputs:
        """Make everything what a fresh run would find, and give back what that is: others' changes are left alone."""
        record.note_writing()
        rebound = {name for name, (found, _) in self.left.items() if self.namespace.get(name, MISSING) is not found}
        rebound.difference_update(SHELLS)
        moved = {id(noted.node) for noted in self.numbers.values() if noted.moved} & self.changes.keys()
        theirs = {id(kept.found) for kept in self.kept if not kept.quiet and kept.theirs} | moved
        put(self.namespace, {name: found for name, found in self.before.items() if name not in rebound})
        self.everything = {**self.namespace}
        mine = [kept for kept in self.kept if id(kept.found) not in theirs]
        if rebound:  # what nothing leads to any more is nobody's business
            there = {id(kept.found) for kept in self._reach().kept}
            mine = [kept for kept in mine if kept.root == "" or id(kept.found) in there]
        failed: dict[Kept | None, str] = {}
        for kept in mine:  # what is in something that stays as it is stays with it
            if kept.holder in failed or not kept.give(kept.before):
                failed[kept] = kept.name
        if failed and not onward:
            raise CannotRun(cannot([*failed.values()]))
        swept = False
        for name, noted in self.numbers.items():
            if noted.swept:
                swept = True
            else:
                noted.node.gradient = self.gradients_before[name]
        anew = theirs or rebound or swept or failed
        return Inputs(self.namespace, self.read, self.text, self.also) if anew else self

    def _reach(self) -> Reach:
        return Reach(self.namespace, self.read | self.text, self.own, self.also)

    @contextmanager
    def moved(self, at: Mapping[str, Any]) -> Iterator[None]:
        """Values stand from now on where somebody has moved them, by key; numbers of other traced cells, by name, do so
        for as long as this lasts.
        """
        for node in self.nodes.values():
            if type(node) is not Number and (key := key_of(node)) in at:
                node.number = like(node.number, at[key])
        numbers = {name: node for name, node in self.nodes.items() if type(node) is Number and name in at}
        stood = [(node, node.number) for node in numbers.values()]
        hashed = self.hashed(numbers.values())
        with hashed.moving():
            for name, node in numbers.items():
                node.number = given(node.number, at[name])
        try:
            yield
        finally:
            with hashed.moving():
                for node, number in stood:
                    node.number = number

    def hashed(self, moved: Collection[Node]) -> Hashed:
        """The dicts and sets that find some of these nodes by their numbers."""
        nodes = {*map(id, moved)}
        return Hashed([kept.found for kept in self.kept if nodes and not nodes.isdisjoint(map(id, keys(kept.found)))])

    def stale(self, told: Collection[int] = ()) -> list[str]:
        """What has changed since so that a fresh run would read something else, a sentence each; nothing of the nodes
        ``told``, by identity, whose numbers somebody else looks after.
        """
        said = []
        for name, (found, number) in sorted(self.left.items(), key=itemgetter(0)):
            now = self.namespace.get(name, MISSING)
            if now is found is MISSING or name in SHELLS:  # one of Python's own names, or of IPython's
                continue
            if name in self.bound:  # what stands there is the run's own, and follows its sliders
                if now is found:
                    continue
                number = plain(found)
            if type(plain(now)) is type(number) and type(number) in (int, float, np.float64, np.int64):
                if repr(plain(now)) != repr(number):
                    verb = "left it at" if name in self.bound else "was run with"
                    said.append(f"{name} is {plain(now):.6g} now, and this {verb} {number:.6g}")
            elif now is MISSING:
                said.append(f"{name} is gone since this was run")
            elif not alike(found, now):
                said.append(f"{name} has changed since this was run")
        for name, (node, number, _) in self.numbers.items():
            if self.numbers[name].moved and id(node) not in told:
                verb = "left it at" if id(node) in self.changes else "was run with"
                said.append(f"{name} is {node.number:.6g} now, and this {verb} {number:.6g}")
            elif self.numbers[name].swept and self.gradients:
                said.append(f"the gradient of {name} has changed since this was run")
        names = {sentence.split(" ", 1)[0] for sentence in said}
        within = [
            kept.name
            for kept in self.kept
            if kept.named and kept.root not in SHELLS and kept.name not in names and kept.theirs
        ]
        return said + [f"{name} has changed since this was run" for name in within]


class CannotRun(CannotExplore):
    """A run would not find what the first one found."""


def cannot(names: Sequence[str]) -> str:
    """A sentence that says what cannot be put back."""
    names = list(dict.fromkeys(names))
    some = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if names[3:] else "")
    return f"The cell has changed {some}, which cannot be put back"


def put(namespace: dict[str, Any], state: Mapping[str, Any]) -> None:
    """Make names hold what they held; names that did not exist go away."""
    for name, value in state.items():
        if value is MISSING:
            namespace.pop(name, None)
        else:
            namespace[name] = value


def _seen(found: Any) -> tuple[Any, Any]:
    """Something, and its number if it is one that a slider can move."""
    return found, plain(found) if type(found) is Number else found
