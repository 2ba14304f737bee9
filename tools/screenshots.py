"""Takes the README's pictures from the real widget: ``python -m tools.screenshots`` (needs Chromium)."""

from __future__ import annotations

import base64
import json
import shutil
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Route, sync_playwright

from autograd_magic import Value, explore
from autograd_magic.explorer import Explorer
from autograd_magic.widget import BUNDLE

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "tests" / "browser"
TARGET = ROOT / "docs"
HOME = "http://widget.invalid/"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def lecture() -> Explorer:
    """The lecture's expression."""
    a, b, c, f = (Value(x, label=name) for x, name in ((2.0, "a"), (-3.0, "b"), (10.0, "c"), (-2.0, "f")))
    e = a * b
    e.label = "e"
    d = e + c
    d.label = "d"
    root = d * f
    root.label = "L"
    explorer = explore(root)
    explorer.model.tape = {**explorer.model.tape, "notes": []}
    return explorer


def served(route: Route) -> None:
    """The test's page and the bundle, without a server."""
    name = route.request.url.removeprefix(HOME)
    path = BUNDLE if name == "widget.js" else PAGE / name
    kinds = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}
    if path.is_file():
        route.fulfill(body=path.read_bytes(), content_type=kinds.get(path.suffix, "text/plain"))
    else:
        route.fulfill(status=404)


def state(explorer: Explorer) -> Any:
    """What the browser is sent, with bytes in base64."""
    names = ("tape", "leaves", "answer", "fallback", "output")
    found = {name: getattr(explorer.model, name) for name in names}
    return json.loads(json.dumps(found, default=lambda raw: {"$bytes": base64.b64encode(raw).decode()}))


def shoot(browser: Browser, name: str, *, dark: bool) -> None:
    """One picture: the lecture's graph with ``e`` selected."""
    context = browser.new_context(viewport={"width": 1160, "height": 700}, device_scale_factor=1.5)
    context.route("**/*", served)
    page = context.new_page()
    page.goto(HOME + "page.html")
    page.wait_for_function("() => window.ready")
    if dark:
        page.evaluate("() => document.documentElement.setAttribute('data-dark', '')")
    page.evaluate("state => { window.start(state); window.show(); }", state(lecture()))
    page.locator(".record[aria-label^='e,']").click()
    page.mouse.move(0, 0)
    page.locator(".autograd-magic").screenshot(path=TARGET / name)
    context.close()


def main() -> None:
    """Write docs/*.png."""
    TARGET.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        shoot(browser, "widget-light.png", dark=False)
        shoot(browser, "widget-dark.png", dark=True)
        browser.close()


if __name__ == "__main__":
    main()
