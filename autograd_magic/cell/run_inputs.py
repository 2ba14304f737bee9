"""What a run finds before it begins, kept so that the next run finds the same: what its names hold and what is in that,
the state of the random generators, and what the user typed when the cell asked for ``input()``. And what somebody else
has changed of it since: a run reads what a fresh run would read now.
"""

from __future__ import annotations

import builtins
import random
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np

from autograd_magic.engine.node import Node
from autograd_magic.engine.number import Number, plain

from .containers import Containers, changed, give_back
from .reach import alike, bound_by_functions, reachable

MISSING = object()


class Dice:
    """The state of Python's and NumPy's random generators, and of those that names hold, to be put back."""

    def __init__(self, namespace: Mapping[str, Any]) -> None:
        self.python = random.getstate()
        self.numpy = np.random.get_state()  # noqa: NPY002 - the one that user code may call
        self.own: list[tuple[Any, Any]] = []
        for found in namespace.values():
            if isinstance(found, np.random.Generator):
                self.own.append((found, found.bit_generator.state))
            elif isinstance(found, np.random.RandomState):
                self.own.append((found, found.get_state()))
            elif type(found) is random.Random:
                self.own.append((found, found.getstate()))

    def put_back(self) -> None:
        """Make the generators give again what they gave from here on."""
        random.setstate(self.python)
        np.random.set_state(self.numpy)  # noqa: NPY002
        for generator, state in self.own:
            if isinstance(generator, np.random.Generator):
                generator.bit_generator.state = state
            elif isinstance(generator, np.random.RandomState):
                generator.set_state(state)
            else:
                generator.setstate(state)


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
    """What a program finds in its namespace before a run: the objects that its names hold, and what is in those.

    ``names`` are those that the program's text reads or binds, and all that the functions behind them read; ``bound``
    those that it or one of these functions binds, ``own`` those of them that it does not read before. After a run
    ``settle`` notes how it left things; what somebody else has changed since stays theirs, and ``stale`` says what of
    that would matter. ``gradients`` is whether the run reads gradients that are there before it.
    """

    def __init__(self, namespace: dict[str, Any], read: Iterable[str], bound: Iterable[str] = ()) -> None:
        self.namespace, self.read, self.text = namespace, frozenset(read), frozenset(bound)
        self.names = reachable(self.read | self.text, namespace)
        self.bound = self.text | bound_by_functions(self.names, namespace)
        self.own = self.text - self.read
        self.before = {name: namespace.get(name, MISSING) for name in self.names}
        self.containers = Containers(namespace, sorted(self.names - self.own))
        self.dice = Dice(namespace)
        self.changes: tuple[str, ...] = ()
        self.emptied: list[str] = []
        self.gradients = False
        self.gradients_before = {name: node.gradient for name, node in self.containers.nodes.items()}
        self.settle()

    def settle(self) -> None:
        """Note how a run has left everything."""
        self.left = {name: _seen(self.namespace.get(name, MISSING)) for name in self.names - self.own}
        self.note()
        self.behind = self.containers.held | self.containers.now(self.changes)
        self.follow()

    def follow(self) -> None:
        """Note the numbers and gradients of others' nodes: the graph of the last run has written to them."""
        self.numbers = {name: Noted(node, node.number, node.gradient) for name, node in self.containers.nodes.items()}
        self.behind |= self.containers.now(name for name in self.changes if name in self.numbers)

    def note(self) -> None:
        """Note which containers a run has changed in place."""
        self.changes = tuple(sorted({*self.changes, *self.containers.changed()}))

    def put_back(self) -> Inputs:
        """Make everything what a fresh run would find, and give back what that is: others' changes are left alone."""
        rebound = {name for name, (found, _) in self.left.items() if self.namespace.get(name, MISSING) is not found}
        moved = (name for name, noted in self.numbers.items() if noted.moved and name in self.changes)
        theirs = rebound.union(changed(self.behind), moved)
        put(self.namespace, {name: found for name, found in self.before.items() if name not in theirs})
        self.emptied = [name for name in self.changes if name not in theirs]
        self.containers.put_back(self.emptied)
        swept = False
        for name, noted in self.numbers.items():
            if noted.swept:
                swept = True
            else:
                noted.node.gradient = self.gradients_before[name]
        self.dice.put_back()
        return Inputs(self.namespace, self.read, self.text) if theirs or swept else self

    def stale(self, told: Collection[int] = ()) -> list[str]:
        """What has changed since so that a fresh run would read something else, a sentence each; nothing of the nodes
        ``told``, by identity, whose numbers somebody else looks after.
        """
        said = []
        for name, (found, number) in sorted(self.left.items(), key=itemgetter(0)):
            now = self.namespace.get(name, MISSING)
            if now is found is MISSING:  # one of Python's own names
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
                verb = "left it at" if name in self.changes else "was run with"
                said.append(f"{name} is {node.number:.6g} now, and this {verb} {number:.6g}")
            elif self.numbers[name].swept and self.gradients:
                said.append(f"the gradient of {name} has changed since this was run")
        names = {sentence.split(" ", 1)[0] for sentence in said}
        within = [name for name in changed(self.behind) if name not in names]
        return said + [f"{name} has changed since this was run" for name in within]

    def give_back(self) -> None:
        """Gradients, and those containers that were put back, again as the last run has left them."""
        give_back(self.behind[name] for name in self.emptied)
        for node, _, gradient in self.numbers.values():
            node.gradient = gradient

    def undo(self) -> None:
        """Containers again as they were before a run that broke off."""
        self.containers.put_back(self.containers.changed())


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


def first(name: str) -> str:
    """The variable behind a container's name: ``rows`` of ``rows[3]``."""
    return name.partition("[")[0].partition(".")[0]
