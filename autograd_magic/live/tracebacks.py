"""How an exception that ends a traced cell is shown: as it would be without the magic."""

from __future__ import annotations

import contextlib
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from IPython.core.interactiveshell import InteractiveShell

from autograd_magic.cell.screen import Undo, instead

PACKAGE = str(Path(__file__).parent.parent)


def shown_plainly(shell: InteractiveShell, error: BaseException, filename: str) -> Undo:
    """From now on IPython shows this exception with the frames of its own and of the cell, which is called
    ``filename``, and no frame of ours; gives back how to end that.
    """
    error.__traceback__ = _from(error.__traceback__, filename)
    for each in _chain(error, set()):
        each.__traceback__ = _without_ours(each.__traceback__, interrupted=isinstance(each, KeyboardInterrupt))
    frames, show = error.__traceback__, shell.showtraceback

    def showing(exc_tuple: Any = None, *rest: Any, **named: Any) -> None:
        kind, raised, tb = sys.exc_info() if exc_tuple is None else exc_tuple
        if raised is error:
            if tb is not None:  # it begins where IPython runs cells
                tb = error.__traceback__ = types.TracebackType(frames, tb.tb_frame, tb.tb_lasti, tb.tb_lineno)
            exc_tuple = kind, raised, tb
            if frames is None:  # a text that does not compile
                named.pop("running_compiled_code", None)
        show(exc_tuple, *rest, **named)

    return instead(shell, "showtraceback", showing)


def _from(tb: types.TracebackType | None, filename: str) -> types.TracebackType | None:
    """A traceback from the frame of the cell on; all of it where that is not in it."""
    begin = tb
    while begin is not None and begin.tb_frame.f_code.co_filename != filename:
        begin = begin.tb_next
    return tb if begin is None else begin


def _chain(error: BaseException, seen: set[int]) -> Iterator[BaseException]:
    """An exception, those behind it, and those of a group."""
    if id(error) not in seen:
        seen.add(id(error))
        yield error
        for other in (error.__cause__, error.__context__, *getattr(error, "exceptions", ())):
            if isinstance(other, BaseException):
                yield from _chain(other, seen)


def _without_ours(tb: types.TracebackType | None, *, interrupted: bool) -> types.TracebackType | None:
    """A traceback without the frames of this package, and of what Python runs for its ``with``: an interrupt may come
    there too.
    """
    kept, ours = [], False
    while tb is not None:
        file = tb.tb_frame.f_code.co_filename
        ours = file.startswith(PACKAGE) or (ours and interrupted and file == contextlib.__file__)
        if not ours:
            kept.append(tb)
        tb = tb.tb_next
    clean: types.TracebackType | None = None
    for frame in reversed(kept):
        line = frame.tb_lineno or frame.tb_frame.f_code.co_firstlineno  # an interrupt may come where no line is
        clean = types.TracebackType(clean, frame.tb_frame, frame.tb_lasti, line)
    return clean


def line_of(error: BaseException, filename: str) -> int:
    """The line of a file in which an exception was raised last, 0 when it is not known."""
    line, tb = 0, error.__traceback__
    while tb is not None:
        if tb.tb_frame.f_code.co_filename == filename:
            line = tb.tb_lineno
        tb = tb.tb_next
    return line
