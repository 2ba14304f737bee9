"""Plain numbers in the place of those that remember, for as long as plain code runs: under names, and in all that these
hold. What is still in its place afterwards is exchanged back.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator
from contextvars import Context, ContextVar
from functools import partial
from itertools import cycle
from operator import is_
from types import CellType, FunctionType
from typing import Any

import numpy as np

from autograd_magic.engine.arrays import Array, plain_of
from autograd_magic.engine.flat import Flat
from autograd_magic.engine.memory import alone, with_memory
from autograd_magic.engine.number import Number

from .contents import CLOSURE, DICT, MISSING, ORDERED, attributes, bare, of_slot, slots
from .library_objects import VARIABLE
from .notebook_code import CONTAINERS, holds
from .opaque import opaque, words
from .reach import ATOMS, held_in

DEEP = 100
"""So deep tuples in tuples are made anew."""


class Plain:
    """The numbers that are exchanged at present."""

    def __init__(self) -> None:
        self.exchanged: list[Callable[[], None]] = []
        self.seen: dict[int, Any] = {}
        """What has been met, by identity; while more is met it is kept alive, so that nothing else has its place."""
        self.due: deque[Any] = deque()
        self.changed: list[Any] = []
        """In what something was exchanged: there it is to be looked for, as long as no other code has run."""
        self.made: dict[int, tuple[Any, Any]] = {}
        """What has been made plain, by the identity of what it was made from: two names for it are two for this."""
        self.numbers: dict[int, tuple[float, Number]] = {}
        """The floats that stand in the place of numbers now, by identity: no other object is one of them."""

    def names(self, namespace: dict[str, Any], names: Iterable[str]) -> None:
        """Exchange what these names hold, and what is in that."""
        for name in names:
            found = namespace.get(name)
            plain = self._named(found)
            if plain is not found:
                namespace[name] = plain
                self._note(namespace, name, plain, found)
        self._within()

    def _named(self, found: Any) -> Any:
        return self._once(found, with_memory) if type(found) is Number else self._of(found)

    def for_good(self, boxes: Iterable[Any]) -> None:
        """Exchange what is in containers that no name leads to (outside code holds them), and never back."""
        count, changed = len(self.exchanged), len(self.changed)
        for box in boxes:
            self._of(box)
        self._within()
        del self.exchanged[count:], self.changed[changed:]

    def back(self) -> None:
        """Exchange everything back that still stands where it was put."""
        for back in reversed(self.exchanged):
            back()
        self.exchanged.clear()
        self.made.clear()
        self.numbers.clear()
        self.due.extend(self.changed)
        self.changed.clear()

    def forget(self) -> None:
        """Other code has run: what has been met may hold anything."""
        self.seen.clear()
        self.due.clear()

    def _once(self, found: Any, make: Callable[[Any], Any]) -> Any:
        if id(found) not in self.made:
            self.made[id(found)] = found, make(found)
        return self.made[id(found)][1]

    def _note(self, holder: Any, key: Any, plain: Any, found: Any) -> None:
        if issubclass(type(plain), np.ndarray):
            then = plain.tobytes()

            def whole() -> bool:
                return bool(plain.tobytes() == then)
        else:

            def whole() -> bool:
                return True

        def back() -> None:
            try:
                if holder[key] is plain and whole():
                    holder[key] = found
            except (KeyError, IndexError, TypeError):
                pass  # it is not there any more

        self.exchanged.append(back)

    def _of(self, found: Any, deep: int = 0) -> Any:
        """The same without numbers that remember: itself, where that can be changed; what it holds has its turn."""
        kind = type(found)
        if kind is Number:
            plain = alone(found)
            if type(plain) is float:
                self.numbers[id(plain)] = plain, found
            return plain
        if kind is slice:
            return self._anew(found, (found.start, found.stop, found.step), lambda parts: slice(*parts), deep)
        if kind in ATOMS or _simple(found, kind):
            return found
        if kind is frozenset:
            return self._anew(found, found, frozenset, deep)
        if issubclass(kind, tuple):
            found = self._anew(found, tuple.__iter__(found), lambda items: _tuple(found, items), deep)
            if kind is tuple:
                return found
        if kind is Array:
            return self._once(found, plain_of)
        if kind is Flat:
            return found.plain
        if id(found) not in self.seen and holds(found):
            self.seen[id(found)] = found
            self.due.append(found)
        return found

    def _anew(self, found: Any, parts: Iterable[Any], make: Callable[[Any], Any], deep: int) -> Any:
        """What cannot be changed is made anew where there are numbers in it that remember."""
        parts = [*parts]
        if deep > DEEP or ATOMS.issuperset(map(type, parts)):
            return found
        plain = [self._of(part, deep + 1) for part in parts]
        return found if all(map(is_, plain, parts)) else self._once(found, lambda _: make(plain))

    def _within(self) -> None:
        """Look into everything that has been met."""
        while self.due:
            found, count = self.due.popleft(), len(self.exchanged)
            self._inside(found)
            if len(self.exchanged) > count:
                self.changed.append(found)
        self.seen = dict.fromkeys(self.seen)

    def _inside(self, found: Any) -> None:
        kind = type(found)
        if issubclass(kind, (list, deque)):
            self._listed(found)
        elif issubclass(kind, dict):
            self._keyed(found)
        elif issubclass(kind, set):
            self._set(found)
        elif issubclass(kind, np.ndarray) and found.dtype == object and found.flags.c_contiguous:
            self._listed(bare(found).reshape(-1))
        if kind in CONTAINERS:
            return
        if kind is cycle and opaque(kind):
            lists = [word.found for word in words(found) if type(word.found) is list]
            self.exchanged += [partial(self._round_again, items) for items in lists]
        self._keyed(attributes(found))
        for read, write in _places(found):
            self._place(read, write)
        for part in held_in(found):
            self._of(part)

    def _round_again(self, taken: list[Any]) -> None:
        """What was taken out of a cycle comes again: it is what stood there."""
        taken[:] = [self.numbers.get(id(item), (None, item))[1] for item in taken]

    def _place(self, read: Callable[[], Any], write: Callable[[Any], None]) -> None:
        found = read()
        plain = self._of(found)
        if plain is not found:
            try:
                write(plain)
            except (AttributeError, TypeError, RuntimeError):  # it can only be read
                return

            def back() -> None:
                if read() is plain:
                    write(found)

            self.exchanged.append(back)

    def _listed(self, box: Any) -> None:
        base = next(base for base in (list, deque, np.ndarray) if isinstance(box, base))
        put: dict[int, tuple[Any, Any]] = {}
        shared: list[tuple[int, Any, Any]] = []
        if ATOMS.issuperset(map(type, base.__iter__(box))):
            return
        for place, item in enumerate(base.__iter__(box)):
            plain = self._of(item)
            if plain is not item:
                base.__setitem__(box, place, plain)
                if type(plain) is int:  # which may stand elsewhere too
                    shared.append((place, plain, item))
                else:
                    put[id(plain)] = (plain, item)
        if put or shared:

            def back() -> None:  # they may have been sorted, or have others beside them
                for place, plain, item in shared:
                    if place < base.__len__(box) and base.__getitem__(box, place) is plain:
                        base.__setitem__(box, place, item)
                for place, item in enumerate(base.__iter__(box)):
                    if id(item) in put:
                        base.__setitem__(box, place, put[id(item)][1])

            self.exchanged.append(back)

    def _keyed(self, box: dict[Any, Any]) -> None:
        keys = [] if ATOMS.issuperset(map(type, dict.keys(box))) else [*dict.keys(box)]
        plain = [*map(self._of, keys)]
        if not all(map(is_, plain, keys)):
            rule = ORDERED if isinstance(box, OrderedDict) else DICT
            before = rule.take(box)
            rule.give(box, dict(zip(plain, before.values(), strict=True)))
            after = rule.take(box)

            def back() -> None:
                if rule.same(box, after):
                    rule.give(box, before)

            self.exchanged.append(back)
        if ATOMS.issuperset(map(type, dict.values(box))):
            return
        for key, item in list(dict.items(box)):
            instead = self._of(item)
            if instead is not item:
                dict.__setitem__(box, key, instead)
                self._note(box, key, instead, item)

    def _set(self, box: set[Any]) -> None:
        for item in [item for item in set.__iter__(box) if type(item) not in ATOMS]:
            plain = self._of(item)
            if plain is item:
                continue
            set.remove(box, item)
            set.add(box, plain)

            def back(plain: Any = plain, item: Any = item) -> None:
                if plain in box:
                    set.remove(box, plain)
                    set.add(box, item)

            self.exchanged.append(back)


def _simple(found: Any, kind: type) -> bool:
    """Whether nothing can be in a list or a dict that remembers: notebooks are full of these."""
    if kind is dict:
        return ATOMS.issuperset(map(type, found)) and ATOMS.issuperset(map(type, found.values()))
    return kind is list and ATOMS.issuperset(map(type, found))


def _tuple(found: Any, items: list[Any]) -> Any:
    """A tuple with other items, of the same class."""
    made = tuple.__new__(type(found), items)
    attributes(made).update(attributes(found))
    return made


def _places(found: Any) -> Iterator[tuple[Callable[[], Any], Callable[[Any], None]]]:
    """Where something keeps single things that no container holds: how to read them, and how to write."""
    kind = type(found)
    if kind is CellType or kind is ContextVar:
        rule = CLOSURE if kind is CellType else VARIABLE
        yield partial(rule.take, found), partial(rule.give, found)
    elif kind is FunctionType or issubclass(kind, BaseException):
        for name in ("__defaults__", "__kwdefaults__") if kind is FunctionType else ("args",):
            yield partial(getattr, found, name), partial(setattr, found, name)
    elif kind is partial:
        held = found.func, found.keywords, found.__dict__
        yield lambda: found.args, lambda args: found.__setstate__((held[0], args, *held[1:]))
    elif issubclass(kind, type):
        for name in list(vars(found)):
            yield partial(vars(found).get, name, MISSING), partial(type.__setattr__, found, name)
    elif kind is Context:
        for variable in found:
            yield partial(found.get, variable), partial(found.run, variable.set)
    for slot in slots(kind):
        yield partial(of_slot, found, slot), partial(slot.__set__, found)
    if opaque(kind):
        for word in words(found):
            yield word.read, word.write
