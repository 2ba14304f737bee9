"""Takes the README's pictures from the real widget: ``python -m tools.screenshots`` (needs Chromium)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from autograd_magic import Value, explore
from autograd_magic.explorer import Explorer

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "docs"

sys.path.insert(0, str(ROOT / "tests" / "browser"))
from plain import chromium, opened  # noqa: E402
from stage import Stage  # noqa: E402


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


def bowl() -> Explorer:
    """A long bowl, down which descent zigzags."""

    def f(x: Any, y: Any) -> Any:
        z = x**2 + 8 * y**2 + x * y
        z.label = "z"
        return z

    return explore(f, x=(-5.0, 1.0), y=(-1.0, 2.0))


def decision() -> Explorer:
    """A function that decides."""

    def f(x: Any) -> Any:
        y = x**2 if x > 1 else 3 - 2 * x
        y.label = "y"
        return y

    return explore(f, x=2.0)


def long_sum() -> Explorer:
    """A neuron with many inputs."""

    def f(w: Any, b: Any) -> Any:
        n = sum((w * k / 10 for k in range(1, 7)), b)
        o = n.tanh()
        n.label, o.label = "n", "o"
        return o

    return explore(f, w=0.2, b=-0.5)


Act = Callable[[Stage], None]


def shoot(browser: Browser, name: str, graph: Callable[[], Explorer], act: Act, *, dark: bool, width: int) -> None:
    """One picture: a graph after somebody has done something."""
    with opened(browser, viewport={"width": width, "height": 700}, device_scale_factor=1.5) as page:
        if dark:
            page.evaluate("() => document.documentElement.setAttribute('data-dark', '')")
        act(Stage(page, graph()))
        page.mouse.move(0, 0)
        page.locator(".autograd-magic").screenshot(path=TARGET / name)


def tool(name: str, then: Act = lambda _: None) -> Act:
    """A tool is open, and used."""

    def act(stage: Stage) -> None:
        stage.page.get_by_role("button", name=name, exact=True).click()
        for _ in range(4):
            stage.deliver()
        then(stage)

    return act


def press(name: str, times: int = 1) -> Act:
    """A button is pressed, and the kernel has answered what that asks."""

    def act(stage: Stage) -> None:
        for _ in range(times):
            stage.page.get_by_role("button", name=name, exact=True).click()
            for _ in range(4):
                stage.deliver()

    return act


def select(name: str) -> Act:
    """A node is selected."""

    def act(stage: Stage) -> None:
        stage.record(name).dispatch_event("click")
        stage.deliver()

    return act


def zigzag(stage: Stage) -> None:
    """Steps that are a little too large for the steep side of the bowl."""
    stage.page.get_by_label("Rate").fill("0.11")
    press("Step", 10)(stage)


def lit(stage: Stage) -> None:
    """The paths of ``a``, the first of them lit."""
    stage.record("a").click()
    stage.page.locator(".path").first.focus()


def pinned(stage: Stage) -> None:
    """Numbers are pinned, and a leaf moves on."""
    press("Pin these numbers")(stage)
    stage.slide("a", 3)


def other_root(stage: Stage) -> None:
    """The sum of two nodes as the root."""
    stage.record("d").click()
    stage.page.get_by_role("button", name="As root").click()
    stage.record("e").click()


def choose(label: str, option: str) -> Act:
    """Something is chosen from a list."""

    def act(stage: Stage) -> None:
        stage.page.get_by_label(label).select_option(option)

    return act


def tick(label: str) -> Act:
    """A box is ticked."""

    def act(stage: Stage) -> None:
        stage.page.get_by_label(label).check()

    return act


PICTURES: dict[str, tuple[Callable[[], Explorer], Act]] = {
    "widget": (lecture, select("e")),
    "steps": (lecture, tool("Steps", press("One step on", 2))),
    "slope": (parabola, tool("Slope")),
    "fill": (decision, tool("Slope", press("Fill"))),
    "map": (bowl, tool("Slope", choose("Second leaf", "y"))),
    "curvature": (bowl, tool("Curvature")),
    "paths": (lecture, tool("Paths", lit)),
    "descent": (bowl, tool("Descent", zigzag)),
    "table": (lecture, tool("Table", pinned)),
    "view": (long_sum, tool("View", tick("fold long sums"))),
    "root": (lecture, other_root),
    "formula": (lecture, tool("Formula")),
    "quiz": (lecture, tool("Quiz")),
    "bugs": (lecture, tool("Bugs", choose("The pass", "not cleared"))),
}
NARROW = ("widget", "steps", "descent", "table")


def main() -> None:
    """Write docs/*.png: each picture light and dark, and some on a narrow page."""
    TARGET.mkdir(exist_ok=True)
    with chromium() as browser:
        for name, (graph, act) in PICTURES.items():
            shoot(browser, f"{name}-light.png", graph, act, dark=False, width=1160)
            shoot(browser, f"{name}-dark.png", graph, act, dark=True, width=1160)
            if name in NARROW:
                shoot(browser, f"{name}-narrow.png", graph, act, dark=False, width=480)


if __name__ == "__main__":
    main()
