"""The models of ipywidgets' widgets, each of which a front end keeps as well until it is closed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


def _there() -> dict[str, Any]:
    """All that are there, by their ids."""
    module: Any = sys.modules.get("ipywidgets.widgets.widget")
    if module is None:
        return {}
    found: dict[str, Any] | None = getattr(module, "_instances", None)
    return {**module.Widget.widgets} if found is None else found  # as they were called before ipywidgets 8


@contextmanager
def closed() -> Iterator[None]:
    """Those that come about meanwhile are closed at the end."""
    before = {*_there()}
    try:
        yield
    finally:
        for name in _there().keys() - before:
            _there()[name].close()
