"""Takes the README's pictures from the real widget: ``python -m tools.screenshots`` (needs Chromium)."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Route, sync_playwright

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


def parabola() -> Explorer:
    """The lecture's function, whose slope it takes by finite differences."""

    def f(x: Any) -> Any:
        y = 3 * x**2 - 4 * x + 5
        y.label = "f"
        return y

    return explore(f, x=3.0)


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


def shoot(browser: Browser, name: str, act: Callable[[Page], None], *, dark: bool, width: int = 1160) -> None:
    """One picture: a graph of the lecture after somebody has done something."""
    context = browser.new_context(viewport={"width": width, "height": 700}, device_scale_factor=1.5)
    context.route("**/*", served)
    page = context.new_page()
    page.goto(HOME + "page.html")
    page.wait_for_function("() => window.ready")
    if dark:
        page.evaluate("() => document.documentElement.setAttribute('data-dark', '')")
    page.evaluate(
        "state => { window.start(state); window.show(); }", state(parabola() if name.startswith("slope") else lecture())
    )
    act(page)
    page.mouse.move(0, 0)
    page.locator(".autograd-magic").screenshot(path=TARGET / name)
    context.close()


def select(page: Page) -> None:
    """``e`` is selected."""
    page.locator(".record[aria-label^='e,']").click()


def tool(name: str, then: Callable[[Page], None] = lambda _: None) -> Callable[[Page], None]:
    """A tool is open, and used."""

    def act(page: Page) -> None:
        page.get_by_role("button", name=name, exact=True).click()
        then(page)

    return act


def two_steps(page: Page) -> None:
    """The backward pass after two steps."""
    for _ in range(2):
        page.get_by_role("button", name="One step on").click()


def six_steps(page: Page) -> None:
    """Six steps down."""
    for _ in range(6):
        page.get_by_role("button", name="Step", exact=True).click()


def lit(page: Page) -> None:
    """The paths of ``a``, the first of them lit."""
    page.locator(".record[aria-label^='a,']").click()
    page.locator(".path").first.focus()


def not_cleared(page: Page) -> None:
    """The backward pass that is run twice."""
    page.get_by_label("The pass").select_option("not cleared")


PICTURES: dict[str, Callable[[Page], None]] = {
    "widget": select,
    "steps": tool("Steps", two_steps),
    "slope": tool("Slope"),
    "paths": tool("Paths", lit),
    "descent": tool("Descent", six_steps),
    "compare": tool("Compare"),
    "quiz": tool("Quiz"),
    "bugs": tool("Bugs", not_cleared),
}


def main() -> None:
    """Write docs/*.png: each picture light and dark, and the widget and the steps on a narrow page."""
    TARGET.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for name, act in PICTURES.items():
            shoot(browser, f"{name}-light.png", act, dark=False)
            shoot(browser, f"{name}-dark.png", act, dark=True)
        shoot(browser, "widget-narrow.png", lambda _: None, dark=False, width=480)
        shoot(browser, "steps-narrow.png", PICTURES["steps"], dark=False, width=480)
        browser.close()


if __name__ == "__main__":
    main()
