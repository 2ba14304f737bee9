"""What is kept quiet while a cell runs: what a second run shows, ``exit()``, and Python's collector of cycles."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from IPython import get_ipython
from IPython.utils.capture import capture_output

OUTPUT = 100_000
"""How many characters of a second run's output are kept: the last ones."""


@contextmanager
def fewer_collections() -> Iterator[None]:
    """Let Python's collector of cycles run less often while a graph is built: its objects all live, and looking at
    them is most of the cost.
    """
    before = gc.get_threshold()
    gc.set_threshold(max(before[0], 50_000), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def captured() -> Iterator[Callable[[], str]]:
    """Keep what a second run prints and shows away from whatever cell is being looked at; gives back how to read what
    was printed.
    """
    pyplot = sys.modules.get("matplotlib.pyplot")
    figures = set(pyplot.get_fignums()) if pyplot else set()
    shell = get_ipython()
    publisher: Any = shell.display_pub if shell is not None else None
    with capture_output() as shown, _no_exit(shell):
        if hasattr(publisher, "set_parent"):
            # A kernel's subshells go on, and tell each message to the publisher, which they take for the kernel's own.
            shell.display_pub.set_parent = publisher.set_parent
        yield lambda: (shown.stdout + shown.stderr)[-OUTPUT:]
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot:
        for figure in set(pyplot.get_fignums()) - figures:
            pyplot.close(figure)


@contextmanager
def _no_exit(shell: Any) -> Iterator[None]:
    """Let ``exit()`` end the run that a slider has asked for, and not the kernel."""
    if shell is None:
        yield
        return

    def ask_exit() -> None:
        raise SystemExit

    shell.ask_exit = ask_exit
    try:
        yield
    finally:
        del shell.ask_exit


@contextmanager
def no_collections() -> Iterator[None]:
    """Keep Python's collector of cycles away while a text's tree is worked on: it has none, and would be looked through
    again and again.
    """
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()
