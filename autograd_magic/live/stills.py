"""The still picture of a graph, which a live widget hides: it can wait until the cell has ended, and is made before any
number moves. So the widget is there earlier, and a saved notebook has its picture all the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from IPython import get_ipython
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.display import display

from autograd_magic.export.bundle import room


class Still:
    """What stands for a widget where none runs."""

    _due: Callable[[], None] | None = None

    def show(self, forms: Callable[[], Mapping[str, str]], identity: str) -> None:
        """Show what ``forms`` makes, below the widget of this name. Where nobody sits at the notebook that is done at
        once: what runs it to save it (nbclient) listens until the cell has ended, and no longer.
        """
        self.now()
        loop = _loop()
        if loop is None:
            display(forms(), raw=True)
            return
        shown = display(room(identity), raw=True, display_id=True)
        self._due = lambda: shown.update(forms(), raw=True)
        loop.call_soon(self.now)

    def now(self) -> None:
        """Make it, if it waits."""
        due, self._due = self._due, None
        if due is not None:
            due()


def _loop() -> asyncio.AbstractEventLoop | None:
    """The loop that goes on when a cell has ended, of a notebook in which somebody could be asked something; None where
    what is shown is captured, and cannot be changed any more.
    """
    shell = get_ipython()
    parent: Mapping[str, Any] = getattr(shell, "get_parent", dict)()
    if isinstance(getattr(shell, "display_pub", None), CapturingDisplayPublisher):
        return None
    if not parent.get("content", {}).get("allow_stdin"):
        return None
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
