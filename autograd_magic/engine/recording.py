"""The record of one run: what a cell's numbers are asked while it runs.

Arithmetic on Values remembers itself; what it cannot remember is a number that leaves the graph: a comparison, an
``int()``, a ``.data`` read by the cell's own code. Each of these is written down as a guard, in program order, so
that a replay with other numbers knows whether the same cell would still have taken the same path.
"""

from __future__ import annotations

import sys
import weakref
from collections import deque
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import IntEnum
from hashlib import blake2b
from itertools import islice
from types import CodeType, FrameType
from typing import Any, NamedTuple

import numpy as np

from . import numbering
from .node import Node, arguments
from .origins import Marks

TEXTS = 1_000
"""So many numbers that became text are remembered, in case the text becomes a number again."""


class Kind(IntEnum):
    """What a guard watches."""

    COMPARE = 0  # the outcome of a comparison of two nodes
    WHOLE = 1  # the whole number that a node was turned into
    RAISED = 2  # an operation that Python refused, and the cell went on
    ESCAPES = 3  # a number that left the graph: no leaf that reaches it may move


RELATIONS = ("<", "<=", "==", "!=", ">", ">=")
ROUNDINGS = ("trunc", "floor", "ceil", "round")


class Guard(NamedTuple):
    """One fact that must stay true for the trace to be what a fresh run would do.

    ``left`` and ``right`` are nodes (``left`` is None for an escape of every gradient), ``relation`` an index into
    RELATIONS or ROUNDINGS, ``outcome`` what came out (1 and 0 for a comparison), ``line`` the line in the cell,
    ``serial`` its place in the program. A comparison of arrays is one about ``many`` pairs (blocks.Compared).
    """

    kind: Kind
    relation: int
    left: Node | None
    right: Node | None
    outcome: Any
    line: int
    serial: int
    many: Any = None


@dataclass
class Recording:
    """One run of a cell, or of a function that is explored.

    ``filename`` is the file name of the cell's code: lines are those of the innermost frame that belongs to it;
    ``digest`` stands for its text. ``moved`` holds the numbers that somebody has given to leaves, by the leaf's key;
    every other leaf stands where the code puts it. ``constants`` and ``elements`` are the names that are kept out, and
    those whose elements are leaves (``stored``: the attributes among them that the cell's text writes).
    ``entry`` is the function of ours that calls the cell's code, and ``home`` the namespace in which that runs, if that
    is known.
    What the run leaves behind: its ``leaves`` by key, where the code itself puts each (``starts``), its ``guards``, the
    last numbers that were ``assigned`` to a name, the nodes that Python could have refused (``refusable``: also those
    whose results nobody kept), the labels that were ``given`` by name, the containers whose elements are leaves
    (``lent``; ``copies``, by the identity of what they were made of, and ``twins``, which puts them into its place),
    how often each key came (``times``), the ``places`` at which Values were written out, whether a number was turned
    into text (``spoke``), and the first line that did so for anything but to print it (``text``; 0 for none: nothing
    watches what such text decides), whether it read gradients
    that were there before it (``gradients``; ``swept`` once it has called ``backward`` itself, ``passed`` is where it
    did so last), and the Values whose ``data`` it has ``written``, by identity: what stands there is no leaf of this
    run, but of the next one. For the
    choice of the root there are the last number that each name was ``bound`` to, in the order of binding, the last
    numbers that were ``printed``, by the place of the expression and the kind of number, in that order (each with the
    count of guards until then), and what the last expression has ``drawn``. Nodes with a serial below ``start`` are
    older than the run.

    What numbers met outside of the graph: ``passages`` are calls of outside code that are under way, ``computing`` is
    what NumPy computes just now (cell/natively.py), ``touched`` the objects that numbers went into, by identity,
    ``texts`` what numbers became as text, ``loose`` those that left where nobody looked (C code that asks for a float),
    ``parted`` those that outside code was given and may have kept, ``called`` those of them that the notebook's own
    code has used while outside code called it; ``wrote`` is whether something was written to a file or sent elsewhere,
    ``added`` are files that were there and that it may have changed, ``files`` all that it has opened to write,
    ``others`` (by identity) what was there before it of what nobody puts back, ``stays`` whether it may have changed
    some of that (a figure, a widget of another cell, a module's attribute), and ``reached`` counts how often something
    may have come in from outside of the process, or gone out; ``forked`` is whether another process took the numbers
    along, ``identities`` whether the code has asked for the identity of something. ``caches`` are those of functions
    that keep their results, by identity, ``boxes`` the containers that outside code was given, by the numbers that
    stood in them. ``blocks`` are the nodes of arrays, ``marks`` where calls and passes of loops began and ended,
    ``looking`` holds the functions of other cells that were rewritten for this run, ``frame`` and ``here`` (its line)
    are where the notebook's code stands, while that is known, and ``seconds`` how long the run took.

    A leaf has one key, as text, for its whole life: ``digest:line:column`` for a number that the text of a cell binds
    to a name, the name and index by which it was lent (``s``, ``w[2]``), or the place of writing and the count at that
    place (``digest#2``) for a ``Value(...)``.
    """

    filename: str = ""
    digest: str = ""
    moved: Mapping[str, float] = field(default_factory=dict)
    constants: frozenset[str] = frozenset()
    elements: frozenset[str] = frozenset()
    stored: frozenset[str] = frozenset()
    entry: CodeType | None = None
    home: dict[str, Any] | None = None
    guards: list[Guard] = field(default_factory=list)
    leaves: dict[str, Node] = field(default_factory=dict)
    starts: dict[str, Any] = field(default_factory=dict)
    refusable: list[Node] = field(default_factory=list)
    assigned: deque[Node] = field(default_factory=lambda: deque(maxlen=100))
    given: dict[str, str] = field(default_factory=dict)
    lent: dict[str, Any] = field(default_factory=dict)
    copies: dict[int, Any] = field(default_factory=dict)
    twins: Any = None
    times: dict[str, int] = field(default_factory=dict)
    places: dict[Place, tuple[str, Path]] = field(default_factory=dict)
    spoke: bool = False
    text: int = 0
    gradients: bool = False
    swept: bool = False
    passed: Node | None = None
    bound: dict[str, tuple[Any, int]] = field(default_factory=dict)
    printed: dict[tuple[int, str], tuple[Any, int]] = field(default_factory=dict)
    drawn: Any = None
    written: dict[int, Node] = field(default_factory=dict)
    passages: list[Any] = field(default_factory=list)
    computing: list[Any] = field(default_factory=list)
    touched: dict[int, tuple[Any, dict[int, Any], list[Any]]] = field(default_factory=dict)
    texts: list[tuple[str, Any]] = field(default_factory=list)
    loose: dict[int, Any] = field(default_factory=dict)
    parted: dict[int, Any] = field(default_factory=dict)
    called: dict[int, Any] = field(default_factory=dict)
    caches: dict[int, Any] = field(default_factory=dict)
    boxes: dict[int, dict[int, Any]] = field(default_factory=dict)
    blocks: Any = None
    marks: Marks = field(default_factory=Marks)
    looking: Any = None
    frame: FrameType | None = None
    here: int = -1
    wrote: bool = False
    added: list[str] = field(default_factory=list)
    others: Collection[int] = frozenset()
    stays: bool = False
    files: set[str] = field(default_factory=set)
    reached: int = 0
    forked: bool = False
    identities: bool = False
    seconds: float = 0.0
    stdout: Any = field(default_factory=lambda: sys.stdout)
    start: int = field(default_factory=lambda: next(numbering.serials))
    _printing: int = 0
    _place: int = -1
    _told: Node | None = None

    def say(self, node: Node | None = None, text: str = "") -> None:
        """A number is turned into text."""
        self.spoke = True
        if self._printing:
            if node is not None:
                self.print(node, self._place)
            return
        self._told = node
        if not self.text:
            self.text = self.line() or 1
        if text and len(self.texts) < TEXTS:
            self.texts.append((text.strip(), node))

    @contextmanager
    def printing(self, place: int = -1) -> Iterator[None]:
        """What is turned into text meanwhile is printed and nothing else; ``place`` says by which expression."""
        self._printing += 1
        self._place = place
        try:
            yield
        finally:
            self._printing -= 1

    def touch(self, found: Any, nodes: Mapping[int, Any], *shows: Any) -> None:
        """Remember that numbers went into an object, or that it was made of them, or ``shows`` those of arrays. It is
        not kept alive by that, where Python can tell that it goes (a file is closed then). A view of an array is the
        array whose memory it shows.
        """
        found = _whole(found)
        key, touched = id(found), self.touched
        if key not in touched:
            held = found
            with suppress(TypeError):
                held = weakref.ref(found, lambda _: touched.pop(key, None))
            touched[key] = held, {}, []
        touched[key][1].update(nodes)
        touched[key][2].extend(shows)

    def inside(self, found: Any) -> Mapping[int, Any]:
        """The numbers that went into an object, by identity."""
        held = self.touched.get(id(_whole(found)), ({}, {}, []))
        return held[1] | {id(node): node for array in held[2] for node in array.nodes().values()}

    def shown_by(self, found: Any) -> list[Any]:
        """The arrays whose numbers an object shows, for others to read and to write."""
        return self.touched[id(_whole(found))][2] if self.went_into(found) else []

    def went_into(self, found: Any) -> bool:
        """Whether numbers went into an object."""
        return bool(self.touched) and id(_whole(found)) in self.touched

    def print(self, number: Any, place: int) -> None:
        """A number is printed."""
        kind = "plain" if not isinstance(number, Node) else "computed" if arguments(number) else "leaf"
        self.printed.pop((place, kind), None)
        self.printed[place, kind] = number, len(self.guards)

    def print_text(self, place: int) -> None:
        """A text is printed; a number that has become text since the last time was meant."""
        if self._told is not None:
            self.print(self._told, place)
            self._told = None

    def bind(self, name: str, number: Any) -> None:
        """A name is bound to a number."""
        self.bound.pop(name, None)
        self.bound[name] = number, len(self.guards)

    def line(self) -> int:
        """The line of the cell that is being executed, 0 if none is."""
        return self.here if self.here >= 0 else self.line_of(self.frame or sys._getframe(1))

    def line_of(self, frame: FrameType) -> int:
        """The same for code that a frame has called. To ask a frame for its code takes long, as Python tells everybody
        who listens (audit.py), so those that run elsewhere are not asked.
        """
        home = self.home
        while frame is not None:
            if (home is None or frame.f_globals is home) and frame.f_code.co_filename == self.filename:
                return frame.f_lineno
            frame = frame.f_back  # type: ignore[assignment]
        return 0

    def over(self) -> None:
        """Its tape knows by now what the nodes were for that only this has held."""
        for held in (self.guards, self.refusable, self.assigned):
            held.clear()
        self.marks = Marks()

    def guard(self, kind: Kind, relation: int, left: Node | None, right: Node | None, outcome: float) -> None:
        """Write a guard down."""
        self.guards.append(Guard(kind, relation, left, right, outcome, self.line(), next(numbering.serials)))

    def escape(self, node: Node | None) -> None:
        """The number of a node leaves the graph; see ``escape``."""
        self.guard(Kind.ESCAPES, 0, node, None, 0.0)

    def put(self, key: str, node: Node) -> None:
        """Make ``node`` the leaf ``key``; its number is where the code puts it, unless somebody has moved it.

        A key that comes again (a Value that a loop writes out) is told apart by how often it came.
        """
        number = node.number
        count = self.times[key] = self.times.get(key, 0) + 1
        key = key if count == 1 else f"{key}#{count}"
        self.leaves[key], self.starts[key] = node, number
        if key in self.moved:
            wanted = self.moved[key]
            keeps = isinstance(number, np.floating) or (isinstance(number, np.integer) and isinstance(wanted, int))
            node.number = type(number)(wanted) if keeps else wanted

    def place_of_writing(self, label: str) -> str:
        """The key of a leaf with this label that is written out where the cell's code is now: the calls that lead there
        from the cell's own text.
        """
        path: Path = []
        frame = sys._getframe(2)
        while frame is not None and frame.f_code is not self.entry:
            path.append((frame.f_code, frame.f_code.co_filename, frame.f_lasti))
            frame = frame.f_back  # type: ignore[assignment]
        place = (label, *((id(code), at) for code, _, at in path))  # to hash the code itself takes longer than the rest
        if place not in self.places:
            calls = [(*_text_of(code), file, _in_text(code, at)) for code, file, at in path]
            self.places[place] = digest(repr((label, calls))), path
        return self.places[place][0]


def _whole(found: Any) -> Any:
    """Of a view the array whose memory it shows; else the same."""
    while issubclass(type(found), (np.ndarray, np.flatiter)) and isinstance(found.base, np.ndarray):
        found = found.base
    return found


Path = list[tuple[CodeType, str, int]]
"""The calls that lead to a place in the code, the innermost first: each a function, its file and where in it."""

Place = tuple[Any, ...]
"""A label, and such a path by the identities of the functions, which the path keeps alive."""


def _text_of(code: CodeType) -> tuple[Any, ...]:
    """What tells a function from another one of the same file, in every process alike."""
    numbers = [constant for constant in code.co_consts if not isinstance(constant, CodeType)]
    return code.co_name, code.co_firstlineno, code.co_code, code.co_linetable, repr(numbers)


def _in_text(code: CodeType, at: int) -> Any:
    """Where in the text an instruction comes from. A call may stand at the instruction itself, or behind it."""
    positions = getattr(code, "co_positions", None)
    found = None if positions is None else next(islice(positions(), at // 2, None), None)
    return at if found is None or None in found else found


def digest(text: str) -> str:
    """A short name for a text, that no other text has."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
