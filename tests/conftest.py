"""Fixtures that every test may use."""

from __future__ import annotations

import atexit
from collections.abc import Iterator

import IPython
import pytest
from hypothesis import settings
from IPython.core.interactiveshell import InteractiveShell
from jupyter_client.blocking.client import BlockingKernelClient
from kernels import started
from shell import Shell

import autograd_magic

# The same examples every time, so that a change is not stopped by what another one did; `--hypothesis-profile=search`
# looks for new ones.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("search", max_examples=5000, deadline=None)
settings.load_profile("same")


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
    _ended(fresh)


def _ended(used: InteractiveShell) -> None:
    """Let go of all that a shell keeps: it would do so itself, with a walk through the heap, when the process ends."""
    atexit.unregister(used.atexit_operations)
    if used.history_manager is not None:
        used.history_manager.end_session()


def _without_colours(fresh: InteractiveShell) -> None:
    if IPython.version_info[0] >= 9:
        fresh.colors = "nocolor"
    else:
        fresh.run_line_magic("colors", "NoColor")


@pytest.fixture(scope="module")
def kernel() -> Iterator[BlockingKernelClient]:
    with started() as (_, client):
        client.execute_interactive("%load_ext autograd_magic", timeout=60)
        yield client
