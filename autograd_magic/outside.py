"""Lists, dicts, sets and arrays from earlier cells that a cell changes in place, as ``losses.append(L)`` does.

A name that is bound again is easily put back; a container has to be given its contents back, so that the next run finds
what a fresh run would find.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

LARGEST = 100_000
"""Containers with more elements are not looked at."""

KINDS = (list, dict, set, np.ndarray)


class Outside:
    """The containers that some names hold, with their contents at one moment."""

    def __init__(self, namespace: Mapping[str, Any], names: Iterable[str]) -> None:
        self.held: dict[str, tuple[Any, Any]] = {}
        for name in names:
            found: Any = namespace.get(name)
            if type(found) in KINDS and (found.size if isinstance(found, np.ndarray) else len(found)) <= LARGEST:
                self.held[name] = (found, found.copy())

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
