"""Which run records just now, and what is noted while code outside of the graph is at work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any, NamedTuple

from .node import Node
from .recording import Recording

writings = 0
"""How often somebody has given numbers or gradients to nodes that were there."""


def note_writing() -> None:
    """Nodes that were there are given numbers or gradients: what was written to them before may not hold any more."""
    global writings
    writings += 1


running: Recording | None = None
"""The recording of the cell that runs now, or None."""


@contextmanager
def recording(run: Recording) -> Iterator[Recording]:
    """Make ``run`` the running recording. A run inside a run (a cell that calls ``explore``) stands alone while it
    lasts.
    """
    global running, door, used
    note_writing()
    outer, running = (running, door, used), run
    door, used = None, None
    try:
        yield run
    finally:
        running, door, used = outer


@contextmanager
def paused() -> Iterator[None]:
    """Our own looking at numbers while a cell runs (to show them) is not the cell's, and is not written down."""
    global running
    outer, running = running, None
    try:
        yield
    finally:
        running = outer


used: dict[int, Node] | None = None
"""The nodes that are used while code outside of the graph is at work, by identity; None else."""


class Door(NamedTuple):
    """A call of outside code from a frame of a run: while it lasts nothing is recorded, but what is used is noted.
    ``outer`` is the door that was open before.
    """

    run: Recording
    frame: FrameType
    outer: Door | None
    outer_used: dict[int, Node] | None


door: Door | None = None
"""The innermost call of outside code that is under way."""

ours = False
"""Whether it is we who ask for the frame of the notebook's code while a door is open."""


def open_door(run: Recording, frame: FrameType) -> None:
    """Outside code begins its work; called from a frame of the run."""
    global running, used, door
    door = Door(run, frame, door, used)
    running, used = None, {}


def close_door() -> dict[int, Node]:
    """It has ended; gives the nodes that were used meanwhile."""
    global running, used, door
    assert door is not None
    found = used or {}
    running, used, door = door.run, door.outer_used, door.outer
    return found


def looked_at(frame: FrameType) -> Recording | None:
    """The running recording for the code of a frame. A door that an exception has ended is closed: the code that had
    opened it goes on, or what had called that.
    """
    lost: dict[int, Node] = {}
    while running is None and door is not None:
        inside: FrameType | None = frame.f_back
        while inside is not None and inside is not door.frame:
            inside = inside.f_back
        if inside is not None:
            return None
        lost |= close_door()
    for node in lost.values():
        escape(node)
    return running


@contextmanager
def used_outside() -> Iterator[dict[int, Node]]:
    """While it lasts nothing is recorded; gives what nodes are used."""
    global running, used
    outer, running = running, None
    before, used = used, {}
    try:
        yield used
    finally:
        running, used = outer, before


def stored(nodes: Mapping[int, Any], *holders: Any) -> None:
    """Numbers, by identity, went into objects that do not remember them."""
    if running is not None and nodes:
        running.parted.update(nodes)
        for holder in holders:
            running.touch(holder, nodes)


def use(found: Any) -> None:
    """Something is used where nothing is recorded; if it is a node, that is noted."""
    if used is not None and isinstance(found, Node):
        used[id(found)] = found


def escape(node: Node | None) -> None:
    """The number of ``node`` leaves the graph here. None: something that depends on any leaf, a gradient or a number in
    single precision (replays compute in double).
    """
    if used is not None and node is not None:
        used[id(node)] = node
    if running is not None:
        running.escape(node)


def lose(node: Node) -> None:
    """The number of ``node`` leaves the graph where nobody looks at what becomes of it."""
    escape(node)
    if running is not None:
        running.loose[id(node)] = node
