"""What a run of a cell puts out: what it prints, and its displays (figures, tables, ``display(...)``). Of a first run
that goes to the notebook as ever, and is noted here; of a second one it is kept away from whatever cell is being looked
at, and stands here.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from IPython import display as displays
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

from autograd_magic.engine.value import Value

OUTPUT = 100_000
"""How many characters of what a run prints are kept: the last ones."""

TEXT = "text/plain"

_GIVING: Any = sys.modules[displays.display.__module__]
"""Where ``display`` finds what gives it an id; another module in IPython 7."""


@dataclass
class Display:
    """One display: its forms by mime type, what is said of them, and the ``display_id`` by which it can be updated."""

    data: dict[str, Any]
    metadata: dict[str, Any]
    id: str = ""


class Screen:
    """What stands in a cell's output: its ``displays`` in their order, and the ``text`` that was printed. ``elsewhere``
    are displays of other cells that the run has updated.
    """

    def __init__(self) -> None:
        self.displays: list[Display] = []
        self.elsewhere: dict[str, Display] = {}
        self._text, self._clears = "", False

    @property
    def text(self) -> str:
        """What was printed, standard error too."""
        return self._text[-OUTPUT:]

    def write(self, text: str) -> None:
        """Something is printed."""
        self._begin()
        self._text = text if not self._text else self._text + text
        if len(self._text) > 10 * OUTPUT:
            self._text = self._text[-OUTPUT:]

    def show(
        self,
        data: Mapping[str, Any],
        metadata: Mapping[str, Any] | None = None,
        *,
        transient: Mapping[str, Any] | None = None,
        update: bool = False,
        **_: Any,
    ) -> None:
        """Something is displayed, or put in the place of what has the same id."""
        name = str((transient or {}).get("display_id") or "")
        shown = Display(dict(data), dict(metadata or {}), name)
        known = [display for display in self.displays if display.id == name != ""]
        for display in known:
            display.data, display.metadata = shown.data, shown.metadata
        if not update:
            self._begin()
            self.displays.append(shown)
        elif not known:
            self.elsewhere[name] = shown

    def clear(self, wait: bool = False) -> None:
        """The output is cleared, at once or when something comes in its place."""
        self._clears = True
        if not wait:
            self._begin()

    def _begin(self) -> None:
        if self._clears:
            self._clears, self._text = False, ""
            self.displays.clear()

    def result(self, found: Any, shell: InteractiveShell) -> None:
        """What an expression gives is shown, as IPython does it. A number is not: the widget has it."""
        if found is None or isinstance(found, Value):
            return
        formatter: Any = shell.display_formatter
        data, metadata = formatter.format(found)
        if is_rich(data):
            self.show(data, metadata)
        elif data:
            self.write(f"{data[TEXT]}\n")


def is_rich(data: Mapping[str, Any]) -> bool:
    """Whether a display is more than text."""
    return any(form != TEXT for form in data)


class Ids:
    """The ids that ``display(..., display_id=True)`` has given in the order of asking: every run gets the same, so that
    whoever has kept one can go on with it.
    """

    def __init__(self) -> None:
        self._given: list[str] = []

    @contextmanager
    def repeated(self) -> Iterator[None]:
        """For as long as this lasts the first ones are given again."""
        real: Any = _GIVING._new_id
        count = 0

        def new() -> str:
            nonlocal count
            if count == len(self._given):
                self._given.append(real())
            count += 1
            return self._given[count - 1]

        _GIVING._new_id = new
        try:
            yield
        finally:
            _GIVING._new_id = real


class _Pen(io.TextIOBase):
    """Standard output of a second run."""

    encoding = "utf-8"

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._screen.write(text)
        return len(text)


class _Publisher(DisplayPublisher):
    """The display publisher of a second run."""

    def __init__(self, screen: Screen, real: Any) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        vars(self).update(publish=screen.show, clear_output=screen.clear)
        if hasattr(real, "set_parent"):
            # A kernel's subshells go on, and tell each message to the publisher, which they take for the kernel's own.
            self.set_parent = real.set_parent


@contextmanager
def on_screen(screen: Screen, shell: Any) -> Iterator[None]:
    """For as long as this lasts what is printed and displayed goes to this screen alone."""
    stood = sys.stdout, sys.stderr, sys.displayhook
    sys.stdout = sys.stderr = _Pen(screen)
    if shell is None:
        try:
            yield
        finally:
            sys.stdout, sys.stderr, sys.displayhook = stood
        return
    publisher = shell.display_pub
    shell.display_pub = _Publisher(screen, publisher)
    sys.displayhook = lambda found: screen.result(found, shell)
    # A kernel sends tracebacks on their own way; this is how IPython prints them.
    shell._showtraceback = lambda *error: InteractiveShell._showtraceback(shell, *error)
    try:
        yield
    finally:
        del shell._showtraceback
        shell.display_pub = publisher
        sys.stdout, sys.stderr, sys.displayhook = stood


Undo = Callable[[], None]


def instead(owner: Any, name: str, function: Any) -> Undo:
    """Put a function in the place of a method of this one object; gives back how to take it away again."""
    own = vars(owner)
    before = own.get(name)
    setattr(owner, name, function)

    def back() -> None:
        if before is None:
            own.pop(name, None)
        else:
            setattr(owner, name, before)

    return back
