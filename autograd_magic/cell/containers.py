"""What a cell can change in place: lists, dicts, sets, deques, arrays, objects, classes and Values from earlier cells,
as ``losses.append(L)``, ``model.steps += 1`` and ``p.data -= 0.1 * p.grad`` do.

A name that is bound again is easily put back; a container has to be given its contents back, so that the next run finds
what a fresh run would find. So have the containers inside it, and the attributes of the user's own objects.
"""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from autograd_magic.engine.node import Node
from autograd_magic.engine.number import Number
from autograd_magic.engine.tape import key_of, like
from autograd_magic.engine.value import Value

LARGEST = 100_000
"""So many elements are looked at, those of containers inside containers counted; what is beyond is left alone."""

MODULES = ("__main__", "autograd_magic.engine.nn")
"""Whose objects' attributes are looked at: the notebook's own, and our networks."""

KINDS = (list, dict, set, np.ndarray, deque, defaultdict, OrderedDict, Counter)
SLOTS = ("number", "gradient", "row", "parents", "serial", "line", "strict", "past")


class Held(NamedTuple):
    """A container, and what was in it at one moment."""

    found: Any
    contents: Any


class Containers:
    """The containers that some names hold, with their contents at one moment. Those inside others are called as in
    Python: ``model.history``, ``rows[3]``. ``nodes`` are the numbers that remember among them, by such a name.
    """

    def __init__(self, namespace: Mapping[str, Any], names: Iterable[str]) -> None:
        self.held: dict[str, Held] = {}
        self.nodes: dict[str, Node] = {}
        left, seen = LARGEST, set[int]()
        stack: list[tuple[str, Any]] = [(name, namespace.get(name)) for name in names][::-1]
        while stack:
            name, found = stack.pop()
            while name in self.held or name in self.nodes:  # two keys of a dict may look alike
                name += "'"
            if id(found) in seen:
                continue
            if isinstance(found, Node):
                self.nodes[name] = found
                seen.add(id(found))
            box = box_of(found)
            if isinstance(found, tuple) and box is None:  # it stays what it is; what is in it may change
                box = found
            size = _size(box)
            if box is None or size > left:
                continue
            seen.add(id(found))
            left -= size
            if box is not found or not isinstance(found, tuple):
                self.held[name] = Held(box, _contents(box))
            stack += reversed([*_inside(name, found)])

    @property
    def wrapped(self) -> dict[int, str]:
        """What the numbers that remember are called, by identity."""
        return {id(node): name for name, node in self.nodes.items()}

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
        for name, node in numbers.items():
            node.number = at[name]
        try:
            yield
        finally:
            for node, number in stood:
                node.number = number

    def changed(self) -> list[str]:
        """The names of those whose contents are others now."""
        return [name for name, (found, contents) in self.held.items() if not _same(found, contents)]

    def now(self, names: Iterable[str]) -> dict[str, Held]:
        """Some of them with their present contents."""
        return {name: Held(self.held[name].found, _contents(self.held[name].found)) for name in names}

    def put_back(self, names: Iterable[str]) -> None:
        """Give containers their contents back."""
        give_back(self.held[name] for name in names)


def changed(held: Mapping[str, Held]) -> list[str]:
    """The names of those whose contents are others now."""
    return [name for name, (found, contents) in held.items() if not _same(found, contents)]


def give_back(held: Iterable[Held]) -> None:
    """Give containers their contents back."""
    for found, contents in held:
        if isinstance(found, Value):
            for slot, part in zip(SLOTS, contents, strict=True):
                setattr(found, slot, part)
        elif isinstance(found, np.ndarray):
            found[...] = contents
        elif isinstance(found, list):
            found[:] = contents
        elif isinstance(found, deque):
            found.clear()
            found.extend(contents)
        elif isinstance(found, type):
            for name in _attributes(found).keys() - contents:
                delattr(found, name)
            for name, part in contents.items():
                if vars(found).get(name) is not part:
                    setattr(found, name, part)
        else:
            found.clear()
            found.update(contents)


def box_of(found: Any) -> Any:
    """What holds the contents of a container, or the attributes of a class from the notebook or of an object of one."""
    if type(found) in KINDS or (isinstance(found, Value) and type(found) is not Number):
        return found
    if isinstance(found, type):
        return found if found.__module__ == "__main__" else None
    if type(found) is SimpleNamespace or type(found).__module__ in MODULES:
        return getattr(found, "__dict__", None)
    return None


def _size(box: Any) -> int:
    """How many elements there are to look at."""
    if box is None or isinstance(box, (Value, type)):
        return 0
    return box.size if type(box) is np.ndarray else len(box)


def _contents(box: Any) -> Any:
    if isinstance(box, type):
        return _attributes(box)
    return tuple(getattr(box, slot) for slot in SLOTS) if isinstance(box, Value) else box.copy()


def _attributes(kind: type) -> dict[str, Any]:
    """What a class holds, but for what Python itself keeps there."""
    return {name: part for name, part in vars(kind).items() if not name.startswith("__")}


def _inside(name: str, found: Any) -> Iterator[tuple[str, Any]]:
    """What a container holds, by the name that Python has for it."""
    if isinstance(found, (list, tuple, deque)):
        return ((f"{name}[{place}]", item) for place, item in enumerate(found))
    if isinstance(found, dict):
        return ((f"{name}[{key!r}]", item) for key, item in found.items())
    if isinstance(found, np.ndarray) and found.dtype == object:
        return ((f"{name}[{','.join(map(str, place))}]", found[place]) for place in np.ndindex(found.shape))
    if isinstance(found, (set, np.ndarray, Value)):
        return iter(())
    if isinstance(found, type):
        return ((f"{name}.{key}", item) for key, item in _attributes(found).items())
    own = [] if type(found) is SimpleNamespace else [(f"{name}.__class__", type(found))]
    return iter([*((f"{name}.{key}", item) for key, item in vars(found).items()), *own])


def _same(found: Any, contents: Any) -> bool:
    """Whether two containers hold the same objects, or two arrays the same bits. Of a Value it counts whether a run has
    written its ``data``: sliders move it as well.
    """
    if isinstance(found, Value):
        return found.past is contents[SLOTS.index("past")]
    if isinstance(found, np.ndarray):
        if found.dtype == object:
            return all(one is other for one, other in zip(found.flat, contents.flat, strict=True))
        return bool(found.tobytes() == contents.tobytes())
    found = _attributes(found) if isinstance(found, type) else found
    if len(found) != len(contents):
        return False
    if isinstance(found, dict):
        return all(
            key is other and value is contents[other]
            for (key, value), other in zip(found.items(), contents, strict=True)
        )
    if isinstance(found, set):
        return {id(item) for item in found} == {id(item) for item in contents}
    return all(one is other for one, other in zip(found, contents, strict=True))
