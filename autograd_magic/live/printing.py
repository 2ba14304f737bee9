"""How IPython shows a number that was asked for by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from IPython.core.interactiveshell import InteractiveShell

from autograd_magic.engine.number import Number

KINDS: tuple[type, ...] = (float, int, np.float64, np.int64)
"""What a wrapped number passes for."""


def teach(shell: InteractiveShell) -> None:
    """Teach a shell to show wrapped numbers as Values. Twice is harmless."""
    formatter = _formatter(shell)
    known = {kind: formatter.type_printers.get(kind) for kind in KINDS}
    for kind, before in known.items():
        if not hasattr(before, "before"):
            otherwise = known[float] if issubclass(kind, float) else known[int] if issubclass(kind, int) else None
            formatter.for_type(kind, _printer(before or getattr(otherwise, "before", otherwise)))


def forget(shell: InteractiveShell) -> None:
    """Take that back."""
    formatter = _formatter(shell)
    for number in KINDS:
        ours = formatter.type_printers.get(number)
        if hasattr(ours, "before"):
            formatter.type_printers.pop(number)
            if ours.before is not None and number in (float, int):
                formatter.for_type(number, ours.before)


def _printer(before: Callable[..., Any] | None) -> Callable[..., Any]:
    """How IPython shows a number that was asked for by itself: a wrapped one as a Value, every other as before.

    IPython takes a wrapped float for a float and would not ask it.
    """

    def show(number: Any, printer: Any, cycle: bool) -> None:
        if type(number) is Number and len(printer.stack) == 1:
            data, grad = (
                found.item() if isinstance(found, np.generic) else found for found in (number.number, number.gradient)
            )
            printer.text(f"Value(data={data!r}, grad={grad!r})")
        elif before is None:
            printer.text(repr(number))
        else:
            before(number, printer, cycle)

    show.before = before  # type: ignore[attr-defined]
    return show


def _formatter(shell: InteractiveShell) -> Any:
    assert shell.display_formatter is not None
    return shell.display_formatter.formatters["text/plain"]
