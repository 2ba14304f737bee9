"""What Python does while a cell runs that other processes can see, as it tells it itself (PEP 578)."""

from __future__ import annotations

import os
import sys
from types import FrameType
from typing import Any

from . import record


def _noticed(event: str, args: tuple[Any, ...]) -> None:
    """What Python does that other processes can see, while a cell runs, or what it calls (PEP 578)."""
    if event in _OFTEN:
        return
    door, running = record.door, record.running
    if event == "sys._getframe":
        if door is not None and running is None and args[0] is door.frame and not record.ours and door.run.passages:
            door.run.passages[-1].looked_into()
        return
    run = door.run if running is None and door is not None else running
    if run is None:
        return
    if event == "open":
        path, mode, flags = (*args, None, None)[:3]
        text, bits = mode if isinstance(mode, str) else "", flags or 0
        place = place_of(path)
        run.reached += place in run.files
        if any(letter in text for letter in "wax+") or (not text and bits & _WRITING):
            if _importing():
                return
            run.wrote = True
            run.reached += 1
            run.files.add(place)
            if not (any(letter in text for letter in "wx") or (not text and bits & _ANEW)):
                run.added.append(str(path))
    elif event == "sqlite3.connect" and args[0] != ":memory:":
        place = place_of(args[0])
        run.reached += place in run.files
        run.files.add(place)
    elif event == "os.fork":  # the other process takes all numbers with it
        run.wrote = run.forked = True
        for leaf in run.leaves.values():
            run.escape(leaf)
            run.parted[id(leaf)] = leaf
    elif (event in _REACHING or event.startswith(_REACHING_ALL)) and not _importing():
        run.wrote = True
        run.reached += 1


def place_of(path: Any) -> str:
    """Where a file stands, however it is named."""
    try:
        return os.path.abspath(os.fsdecode(path))  # noqa: PTH100 (it follows no links, and asks nobody)
    except (TypeError, OSError):  # it is a number already, or there is no place to begin from
        return str(path)


def _importing() -> bool:
    """Whether a module is being imported: what it does for that it does once, and no run does it again."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        if frame.f_code.co_filename == "<frozen importlib._bootstrap>" and frame.f_code.co_name == "_find_and_load":
            return True
        frame = frame.f_back
    return False


_OFTEN = frozenset(("builtins.id", "object.__getattr__"))
"""What Python tells of most often, and nobody else sees: each ``id()``, and each look at a frame's code."""

_ANEW = os.O_TRUNC | os.O_EXCL
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_REACHING_ALL = ("socket.", "subprocess.", "shutil.", "ftplib.", "smtplib.", "urllib.")
_REACHING = frozenset(
    f"os.{name}"
    for name in (
        *("chmod", "chown", "exec", "kill", "link", "mkdir", "posix_spawn", "remove", "rename"),
        *("rmdir", "spawn", "symlink", "system", "truncate"),
    )
)
sys.addaudithook(_noticed)
