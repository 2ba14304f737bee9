"""What code can come to read: the global names, and all objects behind them that can be changed in place, through
functions, closures, defaults, methods, attributes and containers.
"""

from __future__ import annotations

import dis
import gc
import io
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextvars import Context, ContextVar
from functools import lru_cache, partial
from types import (
    BuiltinFunctionType,
    BuiltinMethodType,
    CellType,
    CodeType,
    FrameType,
    FunctionType,
    GetSetDescriptorType,
    MappingProxyType,
    MemberDescriptorType,
    MethodType,
    MethodWrapperType,
    ModuleType,
)
from typing import Any, NamedTuple
from weakref import ProxyTypes

import numpy as np

from autograd_magic.engine.arrays import Array
from autograd_magic.engine.node import Node
from autograd_magic.engine.number import Number
from autograd_magic.engine.value import Value

from .contents import attributes, of_slot, slots
from .kept import TOLD, Kept, rules_of
from .library_objects import LISTENERS
from .notebook_code import CONTAINERS, of_notebook, own_class, own_module, written_there
from .opaque import opaque, words

ELEMENTS, OBJECTS, BYTES = 200_000, 5_000, 20_000_000
"""So many elements and objects are looked at, and so many bytes are copied: some 10 ms, where there are not thousands
of objects. What is nearest to the code comes first.
"""

ATOMS = frozenset(
    (
        *(float, int, str, bool, type(None), bytes, complex, range, CodeType, type(...), type(NotImplemented)),
        *(np.float64, np.int64, np.float32, np.bool_, GetSetDescriptorType, MemberDescriptorType),
        *ProxyTypes,  # which pass for what they stand for, as long as that is there
    )
)


class Step(NamedTuple):
    """An object that was reached, from which other one (its place in the walk, -1: a variable), and by what."""

    found: Any
    source: int
    by: str


class Reach:
    """All that code which reads and binds some names can reach in a namespace: its global ``names``, those among them
    that functions bind (``bound``), the objects that can be ``kept``, and the ``nodes``, the numbers that remember, by
    what Python calls them (``rows[3].x``); ``others`` are, by identity, objects of the machinery around a notebook,
    which nobody keeps. What the names ``own`` hold is not looked at: the code makes it anew.
    ``also`` is what it uses besides, each by a name for people.
    """

    def __init__(
        self,
        namespace: Mapping[str, Any],
        names: Iterable[str],
        own: Iterable[str] = (),
        also: Mapping[str, Any] | None = None,
    ) -> None:
        self.namespace, self.own = namespace, frozenset(own)
        self.names: set[str] = set()
        self.bound: set[str] = set()
        self.kept: list[Kept] = []
        self.nodes: dict[str, Node] = {}
        self.others: set[int] = set()
        self._steps: list[Step] = []
        self._held: dict[int, Kept] = {}
        self._seen: set[int] = set()
        self._due: deque[Step] = deque()
        self._elements, self._room = ELEMENTS, BYTES
        for name in sorted(names):
            self._name(name)
        self._due.extend(Step(found, -1, name) for name, found in (also or {}).items())
        while self._due:
            self._visit(self._due.popleft())

    def _name(self, name: str) -> None:
        if name not in self.names:
            self.names.add(name)
            found = self.namespace.get(name)
            if name not in self.own and type(found) not in ATOMS:
                self._due.append(Step(found, -1, name))

    def _visit(self, step: Step) -> None:
        found = step.found
        if id(found) in self._seen:
            return
        if len(self._steps) >= OBJECTS or self._elements < 0:
            return
        self._seen.add(id(found))
        place = len(self._steps)
        self._steps.append(step)
        if isinstance(found, Node):
            name = self._path(place)
            while name in self.nodes:  # two keys of a dict may look alike
                name += "'"
            self.nodes[name] = found
            if type(found) is Number:
                return
        whole = True
        rules = rules_of(found, self._room) if _can_change(found) else ()
        if rules:
            size = sum(rule.size(found) for rule in rules)
            whole = size <= self._room
            self._room -= size if whole else 0
            kept = Kept(found, self._path(place), self._root(place), rules, self._held.get(step.source))
            self.kept.append(kept)
            self._held[place] = kept
        elif step.source in self._held:
            self._held[place] = self._held[step.source]
        if type(found).__module__.partition(".")[0] in TOLD:
            self.others.add(id(found))
        if whole:
            self._seen_in(found, place)

    def _seen_in(self, found: Any, place: int) -> None:
        if isinstance(found, FunctionType):
            self._globals(found)
        for by, part in inside(found):
            self._elements -= 1
            if type(part) not in ATOMS and id(part) not in self._seen:
                self._due.append(Step(part, place, by))
            if self._elements < 0 or len(self._due) + len(self._steps) > OBJECTS:
                break

    def _globals(self, function: FunctionType) -> None:
        space = function.__globals__
        if space is self.namespace:
            self.bound.update(stored(function.__code__))
            for name in global_names(function.__code__):
                if name in space or name in self.bound:
                    self._name(name)
        elif of_notebook(function):
            module = sys.modules.get(space.get("__name__", ""))
            if module is not None and vars(module) is space:
                self._due.append(Step(module, -1, module.__name__))

    def _path(self, place: int) -> str:
        """What Python calls an object that was reached."""
        parts = []
        while place >= 0:
            _, place, by = self._steps[place]
            parts.append(by)
        return "".join(reversed(parts))

    def _root(self, place: int) -> str:
        while self._steps[place].source >= 0:
            place = self._steps[place].source
        return self._steps[place].by


def _can_change(found: Any) -> bool:
    if isinstance(found, FunctionType):
        return of_notebook(found)
    return not isinstance(found, ModuleType) or own_module(found)


def inside(found: Any) -> Iterator[tuple[str, Any]]:
    """What an object holds, each with what Python writes behind its name."""
    kind = type(found)
    if isinstance(found, (list, tuple, deque)):
        if not ATOMS.issuperset(map(type, found)):
            yield from ((f"[{place}]", item) for place, item in enumerate(found) if type(item) not in ATOMS)
    elif (
        isinstance(found, dict)
        and ATOMS.issuperset(map(type, dict.values(found)))
        and ATOMS.issuperset(map(type, found))
    ):
        pass
    elif isinstance(found, dict):
        for key, item in dict.items(found):
            if type(item) not in ATOMS:
                yield f"[{key!r:.40}]", item
            if type(key) not in ATOMS:
                yield f"[{key!r:.40}]", key
    elif isinstance(found, (set, frozenset)):
        yield from (("{}", item) for item in found if type(item) not in ATOMS)
    elif kind is Array:
        yield from ((f"[{','.join(map(str, at))}]", node) for at, node in found.nodes().items())
        return
    elif isinstance(found, np.ndarray):
        if found.dtype == object:
            yield from ((f"[{','.join(map(str, at))}]", found[at]) for at in np.ndindex(found.shape))
        if isinstance(found.base, np.ndarray):
            yield ".base", found.base
    elif isinstance(found, Value):
        return
    elif isinstance(found, type):
        if own_class(found):
            yield from _of_class(found)
            yield from ((".__base__", base) for base in found.__bases__)
        return
    elif isinstance(found, FunctionType):
        yield from _of_function(found)
        return
    elif isinstance(found, ModuleType):
        if own_module(found):
            yield from ((f".{name}", part) for name, part in vars(found).items() if not name.startswith("__"))
        return
    elif isinstance(found, (MethodType, BuiltinMethodType, BuiltinFunctionType, MethodWrapperType)):
        yield "", getattr(found, "__self__", None)
        yield "", getattr(found, "__func__", None)
        return
    elif isinstance(found, memoryview):
        yield ".obj", found.obj
    elif kind is slice:
        yield from ((".start", found.start), (".stop", found.stop), (".step", found.step))
    elif isinstance(found, io.IOBase) or kind.__module__ == "sqlite3":  # what they keep for themselves
        return
    elif isinstance(found, partial):
        yield from ((".func", found.func), (".args", found.args), (".keywords", found.keywords))
    elif isinstance(found, (CellType, MappingProxyType)):
        yield from (("", part) for part in gc.get_referents(found))
        return
    elif isinstance(found, BaseException):
        yield ".args", found.args
    elif kind is Context:
        yield from ((f"[{variable.name}]", part) for variable, part in found.items())
    elif opaque(kind) or (not getattr(kind, "__dictoffset__", 0) and rules_of(found, 0)):
        yield from (("", word.found) for word in words(found) if not isinstance(word.found, (type, ModuleType)))
    if kind is ContextVar:
        yield ".get()", found.get(None)
    if any(rule is not LISTENERS for rule in rules_of(found, BYTES)):  # a widget's other parts are its own matter
        yield from _attributes(found)
        if own_class(kind):
            yield ".__class__", kind


def _attributes(found: Any) -> Iterator[tuple[str, Any]]:
    yield from ((f".{name}", part) for name, part in list(attributes(found).items()))
    yield from ((f".{slot.__name__}", of_slot(found, slot)) for slot in slots(type(found)))


def held_in(found: Any) -> Iterable[Any]:
    """The same by no names; of what most notebooks are full of in no time."""
    kind = type(found)
    if kind in CONTAINERS:
        both = (found, found.values()) if kind is dict else (found,)
        return [part for some in both if not ATOMS.issuperset(map(type, some)) for part in some]
    if own_class(kind) and not issubclass(kind, (*CONTAINERS, type, BaseException)) and not slots(kind):
        return [*attributes(found).values(), kind]
    parts = [part for _, part in inside(found)]
    if not isinstance(found, (Value, type, ModuleType, FunctionType)) and not rules_of(found, BYTES):
        parts += [part for _, part in _attributes(found)]  # a run does not put them back
    if isinstance(found, BaseException):
        parts += [found.__cause__, found.__context__, *_frames(found)]
    elif kind is FunctionType:
        parts += [found.__annotations__]
        if "__name__" not in found.__globals__:  # no module's, but a dict that text was evaluated in
            parts.append(found.__globals__)
    return parts


def _frames(found: BaseException) -> Iterator[FrameType]:
    """The frames of the notebook's functions that an exception has come through."""
    trace = found.__traceback__
    while trace is not None:
        if written_there(trace.tb_frame.f_code.co_filename):
            yield trace.tb_frame
        trace = trace.tb_next


def _of_class(kind: type) -> Iterator[tuple[str, Any]]:
    for name, part in list(vars(kind).items()):
        if isinstance(part, (staticmethod, classmethod)):
            part = part.__func__
        if isinstance(part, property):
            yield from ((f".{name}", getter) for getter in (part.fget, part.fset, part.fdel))
        else:
            yield f".{name}", part


def _of_function(function: FunctionType) -> Iterator[tuple[str, Any]]:
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        yield f"'s {name}", cell
    code = function.__code__
    names = code.co_varnames[: code.co_argcount]
    defaults = function.__defaults__ or ()
    yield from zip((f"'s {name}" for name in names[len(names) - len(defaults) :]), defaults, strict=True)
    yield from ((f"'s {name}", part) for name, part in (function.__kwdefaults__ or {}).items())
    yield from ((f".{name}" if name != "__wrapped__" else "", part) for name, part in function.__dict__.items())


@lru_cache(maxsize=10_000)
def stored(code: CodeType) -> tuple[str, ...]:
    """The global names that a function's code binds."""
    names = {step.argval for step in dis.get_instructions(code) if step.opname == "STORE_GLOBAL"}
    inner = (stored(constant) for constant in code.co_consts if isinstance(constant, CodeType))
    return tuple(sorted(names.union(*inner)))


@lru_cache(maxsize=10_000)
def global_names(code: CodeType) -> tuple[str, ...]:
    """The global names that a function's code reads or binds, those of the functions inside it among them."""
    names = {
        step.argval
        for step in dis.get_instructions(code)
        if step.opname.endswith(("_GLOBAL", "_NAME", "_GLOBALS")) and isinstance(step.argval, str)
    }
    inner = (global_names(constant) for constant in code.co_consts if isinstance(constant, CodeType))
    return tuple(sorted(names.union(*inner)))
