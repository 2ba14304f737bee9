"""What a run takes from outside its namespace, kept so that the next run finds the same: the state of the random
generators, and what the user typed when the cell asked for ``input()``.
"""

from __future__ import annotations

import builtins
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np


class Dice:
    """The state of Python's and NumPy's random generators, to be put back."""

    def __init__(self, namespace: Mapping[str, Any]) -> None:
        self.python = random.getstate()
        self.numpy = np.random.get_state()  # noqa: NPY002 - the one that user code may call
        self.generators = [
            (found, found.bit_generator.state) for found in namespace.values() if isinstance(found, np.random.Generator)
        ]

    def put_back(self) -> None:
        """Make the generators give again what they gave from here on."""
        random.setstate(self.python)
        np.random.set_state(self.numpy)  # noqa: NPY002
        for generator, state in self.generators:
            generator.bit_generator.state = state


class Answers:
    """What was typed when the cell ran first. A later run, which a slider asks for, has nobody to ask."""

    def __init__(self) -> None:
        self.given: list[str] | None = None

    @contextmanager
    def remembered(self) -> Iterator[None]:
        """The first time, let ``input()`` ask and remember the answers; after that, let it give the same ones. It
        raises RuntimeError where there is none.
        """
        real = builtins.input
        given: list[str] = []
        left = None if self.given is None else iter(self.given)

        def answer(prompt: object = "") -> str:
            if left is None:
                given.append(real(prompt))
                return given[-1]
            for before in left:
                return before
            raise RuntimeError(f"nobody can answer input({str(prompt)!r:.60}) here: run the cell itself again")

        builtins.input = answer
        try:
            yield
        finally:
            builtins.input = real
            if left is None:
                self.given = given
