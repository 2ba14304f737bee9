"""The elements of an array that remembers, one after the other: ``x.flat``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np


class Flat:
    """The elements of an Array, one after the other."""

    def __init__(self, array: Any) -> None:
        self.base = array

    def __len__(self) -> int:
        return self.base.buffer.size  # type: ignore[no-any-return]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.base.reshaped(np.ravel))

    def __getitem__(self, index: Any) -> Any:
        return self.base.reshaped(np.ravel)[index]

    def __setitem__(self, index: Any, value: Any) -> None:
        places = np.arange(len(self)).reshape(self.base.buffer.shape)
        self.base.store(np.unravel_index(places.ravel()[index], places.shape), value)
