"""What a widget needs of something that can be run again: a traced cell (run.py) is one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Protocol

from autograd_magic.engine.node import Node

from .contents import Hashed
from .traces import Trace


class Program(Protocol):
    """Something that can be run again with other numbers. Its lines are those of ``filename``; what is older than the
    serial ``start`` is not its own.
    """

    source: str
    filename: str
    start: int

    def again(self, moved: Mapping[str, float], *, keeps: bool = True, onward: bool = False) -> Trace:
        """A fresh run, with the leaves that somebody has moved at these numbers, by their keys; one that does not count
        (``keeps``) leaves no trace of itself.

        Raises CannotRun where it would not find what a fresh run finds, unless it is to go ``onward`` from there.
        """
        ...

    def stale(self, told: Collection[int]) -> list[str]:
        """What a fresh run would find otherwise than the last run did, a sentence each; nothing of the nodes ``told``,
        by identity.
        """
        ...

    def follow(self) -> None:
        """The graph has written to the notebook's numbers."""
        ...

    def hashed(self, moved: Collection[Node]) -> Hashed:
        """The dicts and sets that find some of these nodes by their numbers."""
        ...

    def written(self, numbers: Mapping[str, Any], lines: Mapping[int, Any]) -> tuple[str, set[Any]]:
        """The source with numbers in the place of those that are written out, by the keys of their leaves, or in the
        one ``Value(...)`` on a line; and those keys and lines that are written there.
        """
        ...

    def resume(self, trace: Trace) -> None:
        """Make the variables hold what they held after an earlier run, whose Values have been moved."""
        ...
