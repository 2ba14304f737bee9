"""The output of the notebook's cell when its code is run again: what is displayed takes the place of what was displayed
there before, and the rest goes to the widget.

While the code runs for the first time each display gets a ``display_id``, by which a kernel can tell a front end what
to show in its place (``update_display_data``). Text that was printed cannot be changed afterwards.
"""

from __future__ import annotations

import re
import sys
import uuid
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

from autograd_magic.cell.screen import TEXT, Display, Screen, Undo, instead, is_rich
from autograd_magic.engine.tape import Tape
from autograd_magic.engine.value import Value

from .number_text import encode_number
from .protocol import OutputWire

NOTHING = {TEXT: "(The run with the present numbers shows nothing here.)"}

FORMS = ("image/svg+xml", "image/png", "image/jpeg", TEXT)
"""What the widget can show of a display, the best first."""

ADDRESS = re.compile(r"\b0x[0-9a-f]+")
"""Where an object stands in memory, as Python writes it: another place in each run."""

MOST = 20
"""So many displays the widget shows."""


class FirstRun:
    """Notes on a ``screen`` what a cell puts out when it runs for the first time, from now on until ``end``."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell, self.screen = shell, Screen()
        self._running, self._result, self._shown = True, object(), False
        self._undo: list[Undo] = []
        if not can_update(shell):
            return
        publisher: Any = shell.display_pub
        hook: Any = shell.displayhook
        self._publish, self._write_result = publisher.publish, hook.write_format_data
        self._clear = publisher.clear_output
        self._undo = [
            instead(publisher, "publish", self._published),
            instead(publisher, "clear_output", self._cleared),
            instead(hook, "write_format_data", self._resulted),
        ]
        for stream in (sys.stdout, sys.stderr):
            self._undo.append(self._reading(stream))

    def _reading(self, stream: Any) -> Undo:
        write = stream.write

        def noted(text: str) -> Any:
            if self._running and isinstance(text, str):
                self.screen.write(text)
            return write(text)

        try:
            return instead(stream, "write", noted)
        except (AttributeError, TypeError):  # not a kernel's
            return lambda: None

    def _published(self, data: Any, metadata: Any = None, *rest: Any, **options: Any) -> None:
        if self._running or _of_figures():
            if not options.get("update"):
                transient = {"display_id": uuid.uuid4().hex, **(options.get("transient") or {})}
                options["transient"] = transient
            self.screen.show(data, metadata, **options)
        self._publish(data, metadata, *rest, **options)

    def _cleared(self, wait: bool = False) -> None:
        if self._running:
            self.screen.clear(wait)
        self._clear(wait)

    def _resulted(self, data: dict[str, Any], metadata: Any = None) -> None:
        """A result that is more than text goes out as a display: nothing else can be updated."""
        found = getattr(getattr(self.shell.displayhook, "exec_result", None), "result", None)
        if self._running or found is self._result:
            self._shown = self._shown or not self._running
            if is_rich(data):
                running, self._running = self._running, True
                publisher: Any = self.shell.display_pub
                publisher.publish(data, metadata)
                self._running = running
                return
            if not isinstance(found, Value):
                self.screen.write(f"{data.get(TEXT, '')}\n")
        self._write_result(data, metadata)

    def ended(self, result: Any) -> None:
        """The cell's code has ended: what is still to come of it are its ``result``, and figures."""
        self._running, self._result = False, object() if result is None else result

    def end(self) -> bool:
        """All of the cell is shown; gives back whether its result was."""
        for undo in reversed(self._undo):
            undo()
        self._undo.clear()
        return self._shown


def can_update(shell: Any) -> bool:
    """Whether what was displayed can be changed: a terminal prints it."""
    return shell is not None and type(shell.display_pub) is not DisplayPublisher


def _of_figures() -> bool:
    """Whether matplotlib shows what the cell has drawn."""
    frame = sys._getframe(2)
    while frame is not None:
        if frame.f_code.co_name == "flush_figures":
            return True
        frame = frame.f_back  # type: ignore[assignment]
    return False


class Outputs:
    """The cell's own output, and the widget's.

    ``first`` is what the first run has put out, ``last`` what is shown now, ``at`` where the leaves that somebody had
    moved stood in that run, by key.
    """

    def __init__(self, first: Screen) -> None:
        self.first = self.last = first
        self.at: Mapping[str, float] = {}
        self._run = _standing({})
        self._more: list[Display] = []
        self._there: dict[int, dict[str, Any]] = {}

    def follow(self, screen: Screen, at: Mapping[str, float], tape: Tape, shell: Any) -> bool:
        """Show what another run has put out; gives back whether it is another one."""
        if screen is self.last:
            return False
        self.last, self.at = screen, dict(at)
        self._run = _standing({leaf.name: at[leaf.key] for leaf in tape.leaves if leaf.key in at})
        found, self._more = _counterparts(self.first.displays, screen.displays)
        if not can_update(shell):
            return True
        for place, (slot, display) in enumerate(zip(self.first.displays, found, strict=True)):
            data = NOTHING if display is None else display.data
            if self._there.get(place, slot.data) != data:
                self._there[place] = data
                _update(shell, slot.id, data, {} if display is None else display.metadata)
        for name, display in screen.elsewhere.items():
            _update(shell, name, display.data, display.metadata)
        return True

    def wire(self, at: Mapping[str, float], *, spoke: bool) -> OutputWire:
        """What the widget shows of it, with the leaves at these numbers; ``spoke`` is whether numbers were printed."""
        first, last, said = self.first, self.last, []
        anew = ADDRESS.sub("", last.text) != ADDRESS.sub("", first.text)
        shown = [_best(display) for display in self._more[:MOST]]
        if anew and first.text:
            nothing = "" if last.text else f"; the run with {self._run} prints nothing"
            said.append(f"The text in the cell's own output was printed by its first run{nothing}.")
        if dict(at) != self.at and (last.displays or (spoke and last.text)):
            said.append(f"What the cell shows is still that of the run with {self._run}.")
        if (anew and last.text) or shown:
            said.append(f"The run with {self._run}:")
        return {"said": " ".join(said), "text": last.text if anew else "", "shown": shown}


def _counterparts(first: list[Display], last: list[Display]) -> tuple[list[Display | None], list[Display]]:
    """For each display of the first run that of the last one which takes its place: the one with the same id, the
    others in their order; and those that are left over.
    """
    named = {display.id for display in first}.intersection(display.id for display in last if display.id)
    by_id = {name: [display for display in last if display.id == name] for name in named}
    others = [display for display in last if display.id not in named]
    found: list[Display | None] = []
    for slot in first:
        rest = by_id[slot.id] if slot.id in named else others
        found.append(rest.pop(0) if rest else None)
    left = {id(display) for rest in (others, *by_id.values()) for display in rest}
    return found, [display for display in last if id(display) in left]


def _update(shell: Any, name: str, data: dict[str, Any], metadata: dict[str, Any]) -> None:
    shell.display_pub.publish(data, metadata, transient={"display_id": name}, update=True)


def _standing(at: Mapping[str, float]) -> str:
    """Where leaves stand, as words."""
    if not at:
        return "the numbers in the text"
    some = [f"{name or 'a leaf'} = {encode_number(number)}" for name, number in list(at.items())[:3]]
    return ", ".join(some) + (f" and {len(at) - 3} more" if len(at) > 3 else "")


def _best(display: Display) -> tuple[str, str]:
    form = next((form for form in FORMS if isinstance(display.data.get(form), (str, bytes))), TEXT)
    found = display.data.get(form, "")
    return form, b64encode(found).decode() if isinstance(found, bytes) else found
