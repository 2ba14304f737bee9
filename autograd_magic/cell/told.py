"""Which numbers stand in a text, because the run has written them there: it may become a number again."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Any

from autograd_magic.engine.number import Number
from autograd_magic.engine.recording import Recording

MOST = 1_000
"""So many elements of a container are looked at."""


def told(run: Recording, found: Any) -> list[Number]:
    """The numbers that stand in a text, or in those in a container, and were written there by the run."""
    if not run.texts:
        return []
    texts = [*_texts(found)]
    return [node for written, node in run.texts if any(written in text for text in texts)]


def _texts(found: Any, deep: int = 3) -> Iterator[str]:
    kind = type(found)
    if kind is str:
        yield found
    elif kind in (bytes, bytearray):
        yield found.decode("latin-1")
    elif deep and kind in (list, tuple, set, frozenset, dict, deque):
        for item in islice(found.values() if kind is dict else found, MOST):
            yield from _texts(item, deep - 1)
