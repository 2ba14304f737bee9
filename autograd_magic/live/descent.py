"""Gradient descent in the kernel: leaves step along their gradients, and the widget follows.

Each step is what ``set`` would do with the same numbers, but that a replay is not written to the notebook before the
last one. Where a guard breaks the cell is run again, and the way goes on; that of the widget (js/src/modes/descent.ts)
ends there, since somebody looks at the graph.
"""

from __future__ import annotations

import math
import numbers
import warnings
from collections.abc import Iterable, Iterator, Mapping
from time import monotonic
from typing import Any, Protocol

import numpy as np

from autograd_magic.cell.traces import CannotExplore, Trace
from autograd_magic.engine.groups import Bools, Floats
from autograd_magic.engine.number import Number
from autograd_magic.engine.value import Value

from .lookup import find, find_leaf
from .motion import Motion

FRAME = 0.05
"""So many seconds the browser is given for a picture of the way."""

SMALLER = "try a smaller rate"


class Graph(Protocol):
    """What goes downhill: a widget."""

    motion: Motion

    @property
    def gaps(self) -> list[str]:
        """Where gradients are lost, a sentence each."""
        ...

    def move(self, wanted: Mapping[str, float] | None) -> None:
        """Move leaves, by their keys, and let everybody know."""
        ...

    def follow(self, at: Mapping[str, Any]) -> None:
        """Show the browser where the leaves are meanwhile."""
        ...


def descend(graph: Graph, steps: int, rate: float, leaves: Any = None) -> Floats:
    """Take steps downhill; see ``Explorer.descend``."""
    if isinstance(steps, bool) or not isinstance(steps, numbers.Integral) or steps < 0:
        raise ValueError(f"the count of steps is a whole number, like 100, and not {steps!r:.40}")
    if isinstance(rate, bool) or not isinstance(rate, numbers.Real) or not 0 < rate < math.inf:
        raise ValueError(f"the rate is a positive number, like 0.01, and not {rate!r:.40}")
    graph.move(graph.motion.at)  # what others have changed comes first
    keys = chosen(graph.motion.trace, leaves)
    way = Way(graph, keys, float(rate))
    try:
        way.go(int(steps))
    finally:
        way.rest()
    if way.why:
        count = len(way.roots) - 1
        warnings.warn(f"Stopped after {count} step{'' if count == 1 else 's'}: {way.why}", stacklevel=3)
    return np.array(way.roots)


def chosen(trace: Trace, leaves: Any) -> list[str]:
    """The keys of the leaves that step. Raises KeyError for a name that is no leaf, TypeError for a whole number,
    ValueError where none is left.
    """
    tape = trace.tape
    if leaves is not None:
        some = [leaves] if isinstance(leaves, (str, Value)) or not isinstance(leaves, Iterable) else [*leaves]
        if strange := [name for name in some if not isinstance(name, (str, Value))]:
            raise TypeError(f"leaves are names, like ['w', 'b'], and not {strange[0]!r:.40}")
        found = [tape.leaves[place] for name in some for place in _places(trace, name)]
        whole = next((leaf for leaf in found if leaf.whole), None)
        if whole is not None:
            raise TypeError(f"{whole.name} is a whole number: it has no place between two steps")
    else:
        reaches = tape.above(tape.root)
        usable = [leaf for leaf in tape.leaves if not leaf.whole and reaches[leaf.node]]
        found = [leaf for leaf in usable if "[" in leaf.key or type(tape.nodes[leaf.node]) is not Number]
        found = found or [leaf for leaf in usable if not leaf.begins]
    if not found:
        raise ValueError("there is no leaf that could step: name some floats that the root depends on")
    return list(dict.fromkeys(leaf.key for leaf in found))


def _places(trace: Trace, name: Any) -> Iterator[int]:
    """The places among the leaves that a name means: of a leaf, or of a container of leaves; or a Value."""
    tape = trace.tape
    if isinstance(name, str) and name not in trace.lent:
        yield find_leaf(trace, name)
        return
    by_node = {leaf.node: place for place, leaf in enumerate(tape.leaves)}
    for value in _inside(trace.lent[name]) if isinstance(name, str) else [name]:
        node = find(trace, value)
        if node not in by_node:
            raise KeyError(f"{tape.name(node)} is no leaf: it is computed from others")
        yield by_node[node]


def _inside(found: Any) -> Iterator[Value]:
    """The Values of a list, a tuple, a dict or an array."""
    if isinstance(found, Value):
        yield found
    elif isinstance(found, (dict, list, tuple, np.ndarray)):
        for item in found.values() if isinstance(found, dict) else found:
            yield from _inside(item)


class Way:
    """The way downhill: where the leaves are (``at``), the root's numbers until there, and why it ends."""

    def __init__(self, graph: Graph, keys: list[str], rate: float) -> None:
        self.graph, self.keys, self.rate = graph, keys, rate
        self.why = ""
        self._hold()
        self.roots = [self._root]

    @property
    def _root(self) -> float:
        return float(self.tape.values[self.tape.root])

    def _hold(self) -> None:
        """The notebook has what stands on the tape."""
        self.trace = self.graph.motion.trace
        self.tape, self.at = self.trace.tape, dict(self.graph.motion.at)
        here = {leaf.key: leaf.node for leaf in self.tape.leaves}
        self.stepping = [key for key in self.keys if key in here]  # others play no part on this way through the code
        self.nodes = np.array([here[key] for key in self.stepping], dtype=np.intp)
        self.held = self.tape.values.copy(), self.tape.grads
        self.replayed = False

    def go(self, steps: int) -> None:
        """Take so many steps, or as many as there are."""
        shown = monotonic()
        for _ in range(steps):
            self.why = self._step()
            if self.why:
                return
            self.roots.append(self._root)
            if monotonic() - shown > FRAME:
                self.graph.follow(self.at)
                shown = monotonic()

    def rest(self) -> None:
        """The notebook gets what stands at the end of the way."""
        if self.replayed or self.at != self.graph.motion.at:
            self._move(self.at)
            self.roots[-1] = self._root

    def _move(self, at: Mapping[str, Any]) -> None:
        """Move the leaves as ``set`` does it, from where they were last moved so."""
        values, grads = self.held
        self.tape.stand(values)
        self.tape.grads, self.replayed = grads, False
        self.graph.move(at)
        self._hold()

    def _step(self) -> str:
        """Take a step; gives back why not."""
        slopes = self.tape.grads[self.nodes]
        with np.errstate(all="ignore"):
            there = self.tape.values[self.nodes] - self.rate * slopes
        if np.isnan(slopes).any():
            known = "not known" if self.graph.gaps else "nan"
            return f"the gradient of {self._first(np.isnan(slopes))} is {known}"
        if not np.isfinite(there).all():
            return f"{self._first(~np.isfinite(there))} would no longer be finite; {SMALLER}"
        at = {**self.at, **dict(zip(self.stepping, there.tolist(), strict=True))}
        if not self._replay(at):
            before = self.at
            try:
                self._move(at)
            except CannotExplore as cannot:
                return str(cannot)
            except Exception as error:  # as numbers that are too large for Python's powers end it
                return f"the next step would raise {type(error).__name__}: {error}".rstrip(": ")
            if math.isfinite(self._root):
                return ""
            number = self._root
            self._move(before)
            return self._diverges(number)
        if math.isfinite(self._root):
            self.tape.backward()
            self.at = at
            return ""
        number = self._root
        self.tape.forward([float(self.at.get(leaf.key, leaf.start)) for leaf in self.tape.leaves])
        return self._diverges(number)

    def _replay(self, at: Mapping[str, Any]) -> bool:
        """Replay the graph there, if that is what a fresh run would give."""
        if self.tape.measured or (self.trace.text and self.graph.motion.program is not None):
            return False  # only a run can tell
        self.replayed = True
        return self.graph.motion.replay(self.trace, at, sure=True) is None

    def _first(self, wrong: Bools) -> str:
        """What the first of these leaves is called."""
        return self.tape.label(int(self.nodes[wrong.argmax()])) or "a leaf"

    def _diverges(self, number: float) -> str:
        return f"the next step would make {self.tape.name(self.tape.root)} {number:.6g}; {SMALLER}"
