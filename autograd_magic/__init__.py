"""autograd_magic: numbers that remember how they were made, live in a notebook.

``%load_ext autograd_magic`` teaches IPython one word: ``%%autograd``. The cell below it runs as ordinary Python; its
named numbers become leaves of a graph, and the graph stands below the cell, with sliders. The same without the magic:
``explore(root)``, ``explore(f, x=3.0)``.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from .engine import nn
from .engine.check import check, slope
from .engine.higher import grad, hessian
from .engine.value import Value
from .export.draw import draw_dot, trace
from .live.explore import explore

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["Value", "check", "draw_dot", "explore", "grad", "hessian", "nn", "slope", "trace"]

try:
    __version__ = version("autograd_magic")
except PackageNotFoundError:  # run from a tree that was not installed
    __version__ = "0"


def load_ipython_extension(shell: InteractiveShell) -> None:
    """``%load_ext autograd_magic``."""
    from .magic import load

    load(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """``%unload_ext autograd_magic``: nothing is left behind."""
    from .magic import unload

    unload(shell)
