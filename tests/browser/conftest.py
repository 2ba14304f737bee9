"""A real browser for the tests: on a plain page with the bundle and a played model, and on real notebooks
(``notebooks.py``).
"""

from __future__ import annotations

import base64
import functools
import shutil
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from autograd_magic.explorer import Explorer
from autograd_magic.widget import BUNDLE

HERE = Path(__file__).parent
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'"
"""As strict as a page can be: no inline script or style, no eval, nothing from elsewhere."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.fail("the browser tests need Chromium; `make test` installs it on Debian when it runs as root")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield launched
        launched.close()


class Handler(SimpleHTTPRequestHandler):
    """The files of this folder and the bundle, under a strict policy."""

    def translate_path(self, path: str) -> str:
        """The bundle under its own name, everything else from this folder."""
        return str(BUNDLE) if path == "/widget.js" else super().translate_path(path)

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


def packed(value: Any) -> Any:
    """State as JSON that page.js can read: bytes in base64."""
    if isinstance(value, (bytes, memoryview)):
        return {"$bytes": base64.b64encode(bytes(value)).decode("ascii")}
    if isinstance(value, dict):
        return {name: packed(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [packed(inner) for inner in value]
    return value


TRAITS = ("tape", "leaves", "answer", "fallback", "output")


class Stage:
    """One widget on a plain page. Its kernel side is a real Explorer, which hears of the page only in ``deliver()``."""

    def __init__(self, page: Page, explorer: Explorer | None, state: dict[str, Any] | None = None) -> None:
        self.page, self.explorer = page, explorer
        self.known = self._state() if state is None else state
        page.evaluate("state => window.start(state)", packed(self.known))
        self.show()

    def _state(self) -> dict[str, Any]:
        assert self.explorer is not None
        return {name: getattr(self.explorer.model, name) for name in TRAITS}

    def show(self) -> None:
        """Another view of the same model."""
        self.page.evaluate("() => window.show()")

    def sent(self) -> list[Any]:
        """What the view has saved and nobody has delivered."""
        return list(self.page.evaluate("() => window.model.sent"))

    def deliver(self) -> int:
        """Hand what the view has saved to the kernel side, and its answers to the view; how many messages there were."""
        assert self.explorer is not None
        messages = self.page.evaluate("() => window.model.drain()")
        for name, value in messages:
            setattr(self.explorer.model, name, value)
            self.known[name] = value
        self.tell()
        return len(messages)

    def tell(self) -> None:
        """Show the view what has changed on the kernel side."""
        found = self._state()
        news = {name: value for name, value in found.items() if value != self.known[name]}
        self.known = found
        if news:
            self.page.evaluate("state => window.model.receive(state)", packed(news))

    # What a person sees and does.

    def record(self, label: str) -> Any:
        """The box of a label."""
        return self.page.locator(".record").filter(has=self.page.locator(f"text.label:text-is({label!r})")).first

    def reads(self, label: str, data: str | None = None, grad: str | None = None) -> None:
        """Expect a record's numbers."""
        for word, wanted in (("data", data), ("grad", grad)):
            if wanted is not None:
                expect(self.record(label).get_by_text(f"{word} {wanted}", exact=True)).to_have_count(1)

    def row(self, name: str) -> Any:
        """The slider's row of a leaf."""
        return self.page.locator(".row").filter(has=self.page.locator(f"button.name:text-is({name!r})")).first

    def slide(self, name: str, number: float, *, done: bool = True) -> None:
        """Drag a slider to where it means ``number``: one input event, and a change event when ``done``."""
        self.row(name).locator(".slider").evaluate(DRAG, [number, done])

    def type(self, name: str, text: str) -> None:
        """Type a number for a leaf."""
        field = self.row(name).locator("input.value")
        field.fill(text)
        field.press("Enter")


DRAG = """
(slider, [number, done]) => {
  const row = slider.closest(".row");
  const shown = () => Number(slider.getAttribute("aria-valuetext"));
  const go = (step) => { slider.valueAsNumber = step; slider.dispatchEvent(new Event("input", { bubbles: true })); };
  // The steps are in order of their numbers, so the wanted one is found by halving.
  let low = 0, high = Number(slider.max);
  while (low < high) {
    const half = (low + high) >> 1;
    go(half);
    if (shown() < number - 1e-9 * Math.abs(number)) low = half + 1; else high = half;
  }
  go(low);
  if (done) slider.dispatchEvent(new Event("change", { bubbles: true }));
}
"""


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The plain page, on which nothing may go wrong unseen."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    opened = context.new_page()
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    opened.goto(f"{address}/page.html")
    opened.wait_for_function("() => window.ready")
    yield opened
    context.close()
    assert not problems, problems
