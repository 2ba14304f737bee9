"""Plain numbers in the place of those that remember, for as long as plain code runs: under names, and in what these
hold. What is still in its place afterwards is exchanged back.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from autograd_magic.engine.arrays import Array, plain_of
from autograd_magic.engine.memory import alone, with_memory
from autograd_magic.engine.number import Number

from .containers import box_of

DEEP = 8
"""So deep it is looked into containers."""
SIMPLE = frozenset({float, int, str, bool, type(None)})


class Plain:
    """The numbers that are exchanged at present."""

    def __init__(self) -> None:
        self.exchanged: list[Callable[[], None]] = []
        self.seen: set[int] = set()
        self.made: dict[int, tuple[Any, Any]] = {}
        """What has been made plain, by the identity of what it was made from: two names for it are two for this."""

    def names(self, namespace: dict[str, Any], names: Iterable[str]) -> None:
        """Exchange what these names hold, and what is in that."""
        for name in names:
            found = namespace.get(name)
            plain = self._once(found, with_memory) if type(found) is Number else self._of(found, 0)
            if plain is not found:
                namespace[name] = plain
                self._note(namespace, name, plain, found)

    def for_good(self, boxes: Iterable[Any]) -> None:
        """Exchange what is in containers that no name leads to (outside code holds them), and never back."""
        count = len(self.exchanged)
        for box in boxes:
            self._of(box, 0)
        del self.exchanged[count:]

    def back(self) -> None:
        """Exchange everything back that still stands where it was put."""
        for back in reversed(self.exchanged):
            back()
        self.exchanged.clear()
        self.seen.clear()
        self.made.clear()

    def _once(self, found: Any, make: Callable[[Any], Any]) -> Any:
        if id(found) not in self.made:
            self.made[id(found)] = found, make(found)
        return self.made[id(found)][1]

    def _note(self, holder: Any, key: Any, plain: Any, found: Any) -> None:
        if isinstance(plain, np.ndarray):
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

    def _of(self, found: Any, deep: int) -> Any:
        """The same without numbers that remember: itself, where that can be changed."""
        kind = type(found)
        if kind is Number:
            return alone(found)
        if kind in SIMPLE or deep > DEEP:
            return found
        if kind in (tuple, frozenset):
            items = [self._of(item, deep + 1) for item in found]
            same = all(one is other for one, other in zip(items, found, strict=True))
            return found if same else self._once(found, lambda _: kind(items))
        if isinstance(found, tuple) and hasattr(kind, "_make"):
            items = [self._of(item, deep + 1) for item in found]
            same = all(one is other for one, other in zip(items, found, strict=True))
            return found if same else self._once(found, lambda _: kind._make(items))
        if kind is Array:
            return self._once(found, plain_of)
        box = box_of(found)
        if box is None or id(box) in self.seen:
            return found
        self.seen.add(id(box))
        if isinstance(box, (list, deque)):
            self._listed(box, deep)
        elif isinstance(box, np.ndarray) and box.dtype == object and box.flags.c_contiguous:
            self._listed(box.reshape(-1), deep)
        elif isinstance(box, dict):
            self._keyed(box, deep)
        elif isinstance(box, set):
            self._set(box)
        elif isinstance(box, type):
            self._class(box, deep)
        return found

    def _listed(self, box: Any, deep: int) -> None:
        put: dict[int, tuple[Any, Any]] = {}
        shared: list[tuple[int, Any, Any]] = []
        if SIMPLE.issuperset(map(type, box)):
            return
        for place, item in enumerate(box):
            plain = self._of(item, deep + 1)
            if plain is not item:
                box[place] = plain
                if type(plain) is int:  # which may stand elsewhere too
                    shared.append((place, plain, item))
                else:
                    put[id(plain)] = (plain, item)
        if put or shared:

            def back() -> None:  # they may have been sorted, or have others beside them
                for place, plain, item in shared:
                    if place < len(box) and box[place] is plain:
                        box[place] = item
                for place, item in enumerate(box):
                    if id(item) in put:
                        box[place] = put[id(item)][1]

            self.exchanged.append(back)

    def _keyed(self, box: dict[Any, Any], deep: int) -> None:
        if any(type(key) is Number for key in box):
            before = dict(box)
            plain = {self._of(key, deep + 1): item for key, item in box.items()}
            box.clear()
            box.update(plain)
            after = dict(box)

            def back() -> None:
                if list(box.items()) == list(after.items()):
                    box.clear()
                    box.update(before)

            self.exchanged.append(back)
        for key, item in list(box.items()):
            plain = self._of(item, deep + 1)
            if plain is not item:
                box[key] = plain
                self._note(box, key, plain, item)

    def _set(self, box: set[Any]) -> None:
        for item in [item for item in box if type(item) is Number]:
            plain = alone(item)
            box.remove(item)
            box.add(plain)

            def back(plain: Any = plain, item: Any = item) -> None:
                if plain in box:
                    box.remove(plain)
                    box.add(item)

            self.exchanged.append(back)

    def _class(self, box: type, deep: int) -> None:
        for name, item in list(vars(box).items()):
            plain = item if name.startswith("__") else self._of(item, deep + 1)
            if plain is not item:
                setattr(box, name, plain)

                def back(name: str = name, plain: Any = plain, item: Any = item) -> None:
                    if vars(box).get(name) is plain:
                        setattr(box, name, item)

                self.exchanged.append(back)
