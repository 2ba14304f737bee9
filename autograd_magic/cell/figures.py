"""Matplotlib's figures. A run finds those open that the first one has found, so that it draws into new ones as that has
done, and not into its own of before; those that others have opened since are not touched.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakSet

from IPython import get_ipython

INLINE = "matplotlib_inline.backend_inline"


def _open() -> dict[int, Any]:
    """The open figures by number, the one in use last."""
    helpers = sys.modules.get("matplotlib._pylab_helpers")
    return {} if helpers is None else helpers.Gcf.figs


class Figures:
    """The open figures that a cell's first run has ``found``, and those that its last one has left (``own``);
    ``drawn`` is whether the first run has drawn into one that it has found.
    """

    def __init__(self) -> None:
        self.found: WeakSet[Any] = WeakSet(_open().values())
        self.own: WeakSet[Any] = WeakSet()
        self.drawn, self._before = False, _inside(self.found)

    def settle(self) -> None:
        """The first run has ended."""
        self.own = WeakSet(manager for manager in _open().values() if manager not in self.found)
        self.drawn = self._before != _inside(self.found)

    @contextmanager
    def fresh(self, *, keeps: bool) -> Iterator[None]:
        """For as long as this lasts the open figures are those of a fresh run. At its end figures are shown as after a
        cell; then those that it leaves open take the place of the last run's, if the run counts (``keeps``).
        """
        stood, drawn, back = dict(_open()), _drawn(), _alone()
        begin = {number: manager for number, manager in stood.items() if manager in self.found}
        _put(begin)
        _draws(([], False))
        ended = False
        try:
            yield
            if keeps:
                _flush()
            ended = True
        finally:
            left = dict(_open())
            made = {number: manager for number, manager in left.items() if begin.get(number) is not manager}
            if ended and keeps:
                gone = [manager for manager in stood.values() if manager in self.own]
                closed = [manager for manager in begin.values() if manager not in left.values()]
                others = {number: it for number, it in stood.items() if it not in gone and it not in closed}
                self.own = WeakSet(made.values())
                _put(_beside(others, made))
            else:
                gone = [*made.values()]
                _put(stood)
            _draws(drawn)
            for manager in gone:
                manager.destroy()
            back()


def _inside(managers: Iterable[Any]) -> dict[int, list[int]]:
    """What is drawn in figures, by identity."""
    axes = [(id(manager), each) for manager in managers for each in manager.canvas.figure.axes]
    found: dict[int, list[int]] = {manager: [] for manager, _ in axes}
    for manager, each in axes:
        kinds = (each.lines, each.collections, each.patches, each.images, each.texts)
        found[manager] += [id(each), *(id(artist) for artists in kinds for artist in artists)]
    return found


def _put(figures: dict[int, Any]) -> None:
    there = _open()
    there.clear()
    there.update(figures)


def _beside(others: dict[int, Any], made: dict[int, Any]) -> dict[int, Any]:
    """Both, with a number of its own for each; what was made is in use."""
    both = dict(others)
    for number, manager in made.items():
        if number in both:
            number = manager.num = max(both) + 1
        both[number] = manager
    return both


def _alone() -> Callable[[], None]:
    """Matplotlib draws and shows all open figures after each message to a widget; in a kernel with subshells that is
    another thread, which would show a figure that this run has only begun. Gives back how to let it do so again.
    """
    shell: Any = get_ipython()
    hooks: list[Any] = [] if shell is None else shell.events.callbacks["post_execute"]
    held = [hook for hook in hooks if (getattr(hook, "__module__", None) or "").startswith("matplotlib")]
    for hook in held:
        hooks.remove(hook)

    def back() -> None:
        hooks.extend(hook for hook in held if hook not in hooks)

    return back


def _drawn() -> tuple[list[Any], bool] | None:
    """What the notebook's backend is about to show at the end of the cell."""
    backend = sys.modules.get(INLINE)
    return None if backend is None else (list(backend.show._to_draw), backend.show._draw_called)


def _draws(drawn: tuple[list[Any], bool] | None) -> None:
    backend = sys.modules.get(INLINE)
    if backend is not None:
        backend.show._to_draw, backend.show._draw_called = drawn or ([], False)


def _flush() -> None:
    """Show what was drawn, as the notebook's backend does after each cell."""
    backend = sys.modules.get(INLINE)
    if backend is not None:
        backend.flush_figures()
