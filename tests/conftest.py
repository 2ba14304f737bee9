"""Fixtures that every test may use."""

from __future__ import annotations

import atexit
import sys
from collections.abc import Iterator

import IPython
import pytest
from hypothesis import settings
from IPython.core.interactiveshell import InteractiveShell
from ipywidgets import Widget
from jupyter_client.blocking.client import BlockingKernelClient
from kernels import started
from shell import Shell
from traitlets.config import Config

import autograd_magic
from autograd_magic.engine import deadline, record
from autograd_magic.live import gaps, questions

# The same examples every time, so that a change is not stopped by what another one did; `--hypothesis-profile=search`
# looks for new ones.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("search", max_examples=5000, deadline=None)
settings.load_profile("same")


@pytest.fixture(scope="session", autouse=True)
def _own_profile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """IPython keeps the history of all kernels in one file, and says so in a cell's output when that is locked: each
    process has its own, and nobody's settings count.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IPYTHONDIR", str(tmp_path_factory.mktemp("ipython")))
        yield


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Iterator[None]:
    """A test leaves no open widget and no recording behind."""
    widgets = _open_widgets()
    yield
    for name, widget in _open_widgets().items():
        if name not in widgets:
            widget.close()
    assert record.running is None


@pytest.fixture(autouse=True)
def _time_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test sees does not depend on how busy the machine is."""
    monkeypatch.setattr(deadline, "SECONDS", 60.0)
    monkeypatch.setattr(deadline, "PATIENCE", 600.0)
    monkeypatch.setattr(gaps, "SLOW", 600.0)
    monkeypatch.setattr(questions, "SLICE", 60.0)


def _open_widgets() -> dict[str, Widget]:
    """The open widgets of this process, by id."""
    kept = vars(sys.modules[Widget.__module__]).get("_instances")
    return dict(Widget.widgets if kept is None else kept)  # ipywidgets 7 has them there


@pytest.fixture
def shell() -> Iterator[Shell]:
    """A fresh shell for one test. Its history goes to no file, and it does nothing more when the process ends."""
    InteractiveShell.clear_instance()
    fresh = InteractiveShell.instance(config=Config({"HistoryManager": {"hist_file": ":memory:"}}))
    # IPython would walk through the heap at the end, once for every shell that there has been.
    atexit.unregister(fresh.atexit_operations)
    _without_colours(fresh)
    fresh.run_line_magic("load_ext", "autograd_magic")
    yield Shell(fresh)
    autograd_magic.unload_ipython_extension(fresh)
    fresh.history_manager.end_session()
    InteractiveShell.clear_instance()


@pytest.fixture
def plain(shell: Shell) -> Iterator[Shell]:
    """A shell that has never seen the magic."""
    fresh = InteractiveShell(config=Config({"HistoryManager": {"hist_file": ":memory:"}}))
    atexit.unregister(fresh.atexit_operations)
    _without_colours(fresh)
    yield Shell(fresh)
    fresh.history_manager.end_session()


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
