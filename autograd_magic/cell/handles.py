"""Ways out of the process, and back in: files, sockets, pipes, other processes. What the run has written there may be
what it reads there later.
"""

from __future__ import annotations

import io
import os
from typing import Any

from autograd_magic.engine.audit import place_of
from autograd_magic.engine.recording import Recording


def handle(run: Recording, found: Any) -> bool:
    """Whether this is a way out and in: whatever has a ``fileno``, and what other processes share, but for a file that
    is only read, and that the run has not written itself.
    """
    kind = type(found)
    if kind in _NONE:
        return False
    if not hasattr(kind, "fileno"):
        return kind.__module__.startswith("multiprocessing.")
    if not isinstance(found, io.IOBase) or found.closed or found.writable():
        return True
    name = getattr(found, "name", None)
    return not isinstance(name, (str, bytes)) or place_of(name) in run.files


def reaches(run: Recording, function: Any) -> bool:
    """Whether a function asks the operating system itself."""
    return bool(run.parted) and getattr(function, "__module__", None) == os.name


_NONE = frozenset({float, int, str, bool, list, tuple, dict, type(None), type})
