"""The plain page with the bundle, without a server: for pictures and for measuring."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Route, sync_playwright

from autograd_magic.live.widget import FILES, STATIC

HERE = Path(__file__).parent
HOME = "http://widget.invalid/"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first that is there is taken. Debian's Chromium without a window draws the same with half of the work."""
KINDS = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}


@contextmanager
def chromium() -> Iterator[Browser]:
    """A Chromium of this machine."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        raise FileNotFoundError("there is no Chromium; `make browser` installs it on Debian when it runs as root")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def opened(browser: Browser, **context: Any) -> Iterator[Page]:
    """The page in a context of its own."""
    made = browser.new_context(**context)
    made.route("**/*", _served)
    page = made.new_page()
    page.goto(HOME + "page.html")
    page.wait_for_function("() => window.ready")
    yield page
    made.close()


def _served(route: Route) -> None:
    name = route.request.url.removeprefix(HOME)
    path = STATIC / name if name in (*FILES, "loader.js") else HERE / name
    if path.is_file():
        route.fulfill(body=path.read_bytes(), content_type=KINDS.get(path.suffix, "text/plain"))
    else:
        route.fulfill(status=404)
