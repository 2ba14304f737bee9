"""What is kept quiet while a cell runs: what a second run shows, ``exit()``, and Python's collector of cycles."""

from __future__ import annotations

import gc
import io
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext, redirect_stderr, redirect_stdout
from types import FunctionType
from typing import Any

from IPython import get_ipython

from .figures import Figures
from .models import closed
from .screen import Ids, Screen, on_screen


@contextmanager
def fewer_collections() -> Iterator[None]:
    """Let Python's collector of cycles run less often while a graph is built: its objects all live, and looking at
    them is most of the cost.
    """
    before = gc.get_threshold()
    gc.set_threshold(max(before[0], 200_000), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


second_runs = 0
"""How many second runs of cells have begun."""


@contextmanager
def second_run() -> Iterator[ExitStack]:
    """Around a second run with all that puts things back after it. What it leaves behind goes at its end (``captured``
    sees to it that nobody hears of that); what was to go before speaks as ever.
    """
    with fewer_collections():
        _let_go()
        with ExitStack() as end:
            yield end


@contextmanager
def captured(figures: Figures, ids: Ids, end: ExitStack, *, keeps: bool) -> Iterator[Screen]:
    """Keep what a second run prints and shows away from whatever cell is being looked at: gives the screen on which it
    stands. Of a run that does not count (``keeps``) no figure is drawn that it does not show itself, and no widget is
    left. From there to the ``end`` (``second_run``), while things are put back, all is quiet.
    """
    global second_runs
    second_runs += 1
    screen, shell = Screen(), get_ipython()
    try:
        models = nullcontext() if keeps else closed()
        with on_screen(screen, shell), _no_exit(shell), ids.repeated(), figures.fresh(keeps=keeps), models:
            yield screen
    finally:
        end.enter_context(_unheard())


@contextmanager
def _unheard() -> Iterator[None]:
    """What a run leaves behind goes here, and says nothing of it (in its ``__del__``): nobody has asked for the run."""
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            _let_go()


def _let_go() -> None:
    """Free what has come about of late and stands in cycles that nobody holds, where somebody may notice that it is
    there: it has a ``__del__``, or is a class, which its bases know. Else that is left to Python: whatever lives when
    it is looked for is looked at seldom from then on.
    """
    young = {*map(type, gc.get_objects(0))}
    if any(issubclass(kind, type) or type(getattr(kind, "__del__", None)) is FunctionType for kind in young):
        gc.collect(0)


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
    """Keep Python's collector of cycles away while a text's tree is worked on, which has none and would be looked
    through again and again; and while a short time is measured, of which a large heap would take all.
    """
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()
