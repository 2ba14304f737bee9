"""The elements of an array that remembers, one after the other: ``x.flat``."""

from __future__ import annotations

from typing import Any

import numpy as np

from .arrays import Array, array_of, chosen, plain_of


class Flat:
    """The elements of an Array, one after the other. Where it stands, and what it chooses, a plain one knows."""

    __slots__ = ("base", "plain")

    def __init__(self, array: Any) -> None:
        self.base, self.plain = array, array.buffer.flat

    def __len__(self) -> int:
        return len(self.plain)

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Any:
        place = self.plain.coords
        next(self.plain)
        return self.base[place]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.plain, name)

    def __getitem__(self, index: Any) -> Any:
        index = chosen(index)
        found, serials = self.plain[index], self.base.apart().flat[index]
        if isinstance(found, np.ndarray):
            return self.base.view(found, serials)
        return self.base.blocks.read(int(serials), found) if serials else found

    def __setitem__(self, index: Any, value: Any) -> None:
        size, value, index = len(self), array_of(value), chosen(index)
        self.base.buffer.copy().flat[index] = plain_of(value)  # which refuses what NumPy refuses
        self.plain[:0] = ()  # which brings it back to where it began
        if type(value) is Array and value.memory is self.base.memory:  # one after the other, what is written is read
            self.base.memory.written()
            ids, read = self.base.apart(), value.apart()
            self.base.buffer.flat[index], ids.flat[index] = value.buffer, read
            return
        places: Any = np.arange(size).flat[index]
        given = np.size(plain_of(value))
        if type(value) is Array:
            value = value.reshaped(lambda found: np.resize(found, np.shape(places)))
        elif np.ndim(value):
            value = np.resize(value, np.shape(places))
        if given and np.size(places):
            self.base.store(np.unravel_index(places, self.base.buffer.shape), value)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return np.ravel(self.base.__array__(dtype))

    def copy(self) -> Any:
        """The elements in an array of their own."""
        return self.base.flatten()
