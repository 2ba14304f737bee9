"""Fixtures that every test may use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from IPython.core.interactiveshell import InteractiveShell
from shell import Shell

import autograd_magic


@pytest.fixture
def shell() -> Iterator[Shell]:
    """A fresh shell for one test."""
    InteractiveShell.clear_instance()
    fresh = InteractiveShell.instance()
    _without_colours(fresh)
    fresh.run_line_magic("load_ext", "autograd_magic")
    yield Shell(fresh)
    autograd_magic.unload_ipython_extension(fresh)
    InteractiveShell.clear_instance()


def _without_colours(fresh: InteractiveShell) -> None:
    try:
        fresh.colors = "nocolor"
    except Exception:  # IPython 8 spells it so
        fresh.colors = "NoColor"
