"""A real IPython shell, driven as a notebook drives it."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import CapturedIO, capture_output

LECTURE = "a = 2.0\nb = -3.0\nc = 10.0\ne = a*b\nd = e + c\nf = -2.0\nL = d * f\n"
"""The lecture's cell."""

BRANCH = "x = 2.0\nif x > 1.0:\n    y = x * x\nelse:\n    z = 3.0 * x\n    y = z + 1.0\ny\n"
"""A cell that decides."""


class Shell:
    """A real IPython shell with the extension loaded, driven as a notebook drives it."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell = shell
        self.names = shell.user_ns
        self.output: CapturedIO | Any = None

    def __call__(self, text: str, *, cell_id: str | None = None) -> Any:
        """Run a cell and give back its result; what it raises goes through."""
        result = self.run(text, cell_id=cell_id)
        result.raise_error()
        return result.result

    def run(self, text: str, *, cell_id: str | None = None) -> Any:
        """Run a cell; what it prints and shows is kept in ``output``."""
        with capture_output() as self.output:
            return self.shell.run_cell(text, store_history=True, cell_id=cell_id)

    def autograd(self, text: str, options: str = "") -> Any:
        """Run ``%%autograd --as w`` on a cell and give back the widget."""
        self(f"%%autograd --as w {options}\n{text}")
        return self.names["w"]


class Seen(NamedTuple):
    """What a cell printed, on both streams, how it ended, and its result."""

    said: str
    warned: str
    error: str
    result: Any


def seen(shell: Shell, text: str) -> Seen:
    """Run a cell; the numbers of cells and lines are left out, as the magic's own line moves them."""
    done = shell.run(text)
    error = done.error_before_exec or done.error_in_exec
    said = "" if error else re.sub(r"^Out\[\d+\]:.*\n?", "", shell.output.stdout, flags=re.MULTILINE)
    arrows = [re.sub(r"\d+", "#", line) for line in shell.output.stdout.split("\n") if "-> " in line and error]
    warned = re.sub(
        r"<ipython-input-[^>]*>(:\d+)?|Cell In *\[\d+\](, line \d+)?|\S*ipykernel_\S*", "", shell.output.stderr
    )
    return Seen(said, warned, "\n".join([repr(error), *arrows]) if error else "", None if error else done.result)
