"""Plain numbers in the notebook: what traced cells have left there is exchanged for plain numbers when they end, and
what is still in its place is exchanged back for as long as a slider is moved, or a widget looks at it.

So the code of a cell, and what runs between two (tasks, threads, callbacks of other widgets), never meets a number that
it does not know, and a slider that is moved between two cells, or by ``w.set`` in one, finds everything where it has
left it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakSet, finalize

from autograd_magic.cell import quiet
from autograd_magic.cell.exchange import Plain
from autograd_magic.cell.run import Cell
from autograd_magic.engine.number import Number

RESULTS = ("_", "__", "___")
"""What IPython calls the last results."""


class Notebook:
    """What the traced cells of one shell have left: under which ``names`` numbers that remember may be found.
    ``running`` is whether all is plain, since other code runs or may run. IPython holds the last results ``beside`` the
    namespace too, and binds ``_`` anew only where both hold the same.
    """

    def __init__(self, namespace: dict[str, Any], *beside: dict[str, Any]) -> None:
        self.namespace, self.beside = namespace, beside
        self.names: dict[str, None] = {}
        self.cells: WeakSet[Cell] = WeakSet()
        self.running = False
        self._plain = Plain()

    def left(self, names: Iterable[str], cell: Cell | None = None) -> None:
        """A traced cell has bound these names, or changed what they hold."""
        self.names.update(dict.fromkeys(names))
        if cell is not None:
            self.cells.add(cell)

    def plain(self, *, anew: bool = True) -> None:
        """Make everything plain: other code runs, or may run. It is looked for ``anew``, since code has run; else it is
        where it was.
        """
        self.running = True
        if not self.names:
            return
        if anew:
            self._plain.forget()
        results = [name for name in self.namespace if name[:1] == "_" and not name.strip("_0123456789")]
        self._plain.names(self.namespace, [*self.names, *results])
        for holder in self.beside:
            self._plain.names(holder, RESULTS)
        waiting = vars(finalize)["_registry"]  # what a finalizer is given stands there
        for cell in self.cells:
            boxes = [*cell.boxes.values()]
            boxes += [waiting[box] for box in boxes if type(box) is finalize and box in waiting]
            self._plain.for_good(boxes)
            cell.boxes.clear()
        out = self.namespace.get("Out")
        if isinstance(out, dict):
            self._plain.names(out, [key for key, found in out.items() if type(found) is Number])

    def back(self) -> None:
        """Exchange everything back: a traced cell begins, or we look at the numbers ourselves."""
        self.running = False
        self._plain.back()

    @contextmanager
    def ours(self) -> Iterator[None]:
        """For as long as this lasts the numbers stand where traced cells have left them."""
        running, runs = self.running, quiet.second_runs
        if running:
            self.back()
        try:
            yield
        finally:
            if running:
                self.plain(anew=quiet.second_runs != runs)
