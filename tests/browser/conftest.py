"""A real browser for the tests: on a plain page with the bundle and a played model, and on real notebooks
(``notebooks.py``).
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from notebooks import Served, serving
from plain import chromium
from playwright.sync_api import Browser, Page, expect
from shell import LECTURE, Shell
from stage import Stage, Staged

from autograd_magic.live.widget import FILES, STATIC

HERE = Path(__file__).parent
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'"
"""As strict as a page can be: no inline script or style, no eval, nothing from elsewhere."""


expect.set_options(timeout=60_000)
"""Milliseconds, after which something is taken not to come at all: a machine may be slow, and have other things to do."""

LONG = ("test_heap.py", "test_story.py", "test_owners.py", "test_jupyter.py")
"""Their few tests wait for JupyterLab more than they compute: they begin first, so that at the end no process is left
alone with them. On a slow machine each of them takes minutes.
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put these files first, and give them time."""
    items.sort(key=lambda item: item.path.name not in LONG)
    for item in items:
        if item.path.name in LONG:
            item.add_marker(pytest.mark.timeout(1200))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser of all tests."""
    with chromium() as launched:
        yield launched


@pytest.fixture(scope="module")
def lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """JupyterLab."""
    with serving(browser, tmp_path_factory.mktemp("lab"), lab=True) as found:
        yield found


class Handler(SimpleHTTPRequestHandler):
    """The files of this folder and the bundle, under a strict policy."""

    def translate_path(self, path: str) -> str:
        """The bundle under its own name, everything else from this folder."""
        return str(STATIC / path[1:]) if path[1:] in FILES else super().translate_path(path)

    def end_headers(self) -> None:
        """Adds the policy."""
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Where the plain page is served."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(HERE)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()


@pytest.fixture
def page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The plain page, on which nothing may go wrong unseen: no error, nor a graph that a view could not show (but in a
    test that is marked ``refused``).
    """
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    opened = context.new_page()
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    opened.goto(f"{address}/page.html")
    opened.wait_for_function("() => window.ready")
    yield opened
    if not (request.node.get_closest_marker("refused") or opened.is_closed()):
        problems += opened.locator(".broken").all_text_contents()
    context.close()
    assert not problems, problems


@pytest.fixture
def staged(page: Page, shell: Shell) -> Staged:
    """Run a cell and put its widget on the page."""

    def stage(text: str = LECTURE, options: str = "") -> Stage:
        return Stage(page, shell.autograd(text, options))

    return stage
