"""Lists, dicts, sets, arrays and objects from earlier cells that a cell changes in place, as ``losses.append(L)`` and
``model.steps += 1`` do.

A name that is bound again is easily put back; a container has to be given its contents back, so that the next run finds
what a fresh run would find. So have the containers inside it, and the attributes of the user's own objects.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np

LARGEST = 100_000
"""So many elements are looked at, those of containers inside containers counted; what is beyond is left alone."""

KINDS = (list, dict, set, np.ndarray)


class Outside:
    """The containers that some names hold, with their contents at one moment. Those inside others are called as in
    Python: ``model.history``, ``rows[3]``.
    """

    def __init__(self, namespace: Mapping[str, Any], names: Iterable[str], *, deep: bool = True) -> None:
        self.held: dict[str, tuple[Any, Any]] = {}
        left, seen = LARGEST, set()
        stack: list[tuple[str, Any]] = [(name, namespace.get(name)) for name in names]
        while stack:
            name, found = stack.pop()
            box = _box(found)
            size = 0 if box is None else box.size if isinstance(box, np.ndarray) else len(box)
            if box is None or id(box) in seen or size > left:
                continue
            seen.add(id(box))
            left -= size
            self.held[name] = (box, box.copy())
            if deep:
                stack += _inside(name, found)

    def changed(self) -> list[str]:
        """The names of those whose contents are others now."""
        return [name for name, (found, contents) in self.held.items() if not _same(found, contents)]

    def put_back(self, names: Iterable[str]) -> None:
        """Give containers their contents back."""
        for name in names:
            found, contents = self.held[name]
            if isinstance(found, np.ndarray):
                found[...] = contents
            elif isinstance(found, list):
                found[:] = contents
            else:
                found.clear()
                found.update(contents)


def _box(found: Any) -> Any:
    """What holds the contents of a container, or the attributes of an object of a class from the notebook."""
    if type(found) in KINDS:
        return found
    if type(found) is SimpleNamespace or (type(found).__module__ == "__main__" and not isinstance(found, type)):
        return getattr(found, "__dict__", None)
    return None


def _inside(name: str, found: Any) -> Iterator[tuple[str, Any]]:
    """What a container holds, by the name that Python has for it."""
    if isinstance(found, list):
        return ((f"{name}[{place}]", item) for place, item in enumerate(found))
    if isinstance(found, dict):
        return ((f"{name}[{key!r:.40}]", item) for key, item in found.items())
    if isinstance(found, (set, np.ndarray)):
        return iter(())
    return ((f"{name}.{key}", item) for key, item in vars(found).items())


def _same(found: Any, contents: Any) -> bool:
    """Whether two containers hold the same objects, or two arrays the same bits."""
    if isinstance(found, np.ndarray):
        if found.dtype == object:
            return all(one is other for one, other in zip(found.flat, contents.flat, strict=True))
        return bool(found.tobytes() == contents.tobytes())
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
