"""Takes the README's pictures from the real widget: ``python -m tools.screenshots`` (needs Chromium)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from IPython.core.interactiveshell import InteractiveShell
from playwright.sync_api import Browser

from autograd_magic.live.explorer import Explorer

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "docs"

sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "browser")]
from eight import BLACK_SCHOLES, OURS  # noqa: E402
from plain import chromium, opened  # noqa: E402
from shell import Shell  # noqa: E402
from stage import Stage  # noqa: E402

TWICE = "a = 3.0\nb = a*2\nc = a*b\nc"
LECTURE = "a = 2.0\nb = -3.0\nc = 10.0\ne = a*b\nd = e + c\nf = -2.0\nL = d * f\nL"
PARABOLA = "x = 3.0\nf = 3*x**2 - 4*x + 5\nf"
BOWL = "x = -2.0\ny = 0.5\nz = x**2 + 8*y**2 + x*y\nz"  # a long one, down which descent zigzags
DECISION = "x = 2.0\nif x > 1:\n    y = x**2\nelse:\n    y = 3 - 2*x\ny"
LONG_SUM = "w = 0.2\nb = -0.5\nn = sum((w * k / 10 for k in range(1, 7)), b)\no = np.tanh(n)\no"


WIDTHS = (1160, 480)

AT_REST = """() => !document.querySelector('.autograd-magic').shadowRoot.getAnimations()
    .some((each) => Number.isFinite(each.effect.getComputedTiming().endTime))"""
"""Whether nothing moves but what always does."""

Act = Callable[[Stage], None]


def shoot(browser: Browser, name: str, explorer: Explorer, act: Act, *, dark: bool, width: int) -> None:
    """One picture: a graph after somebody has done something."""
    with opened(browser, viewport={"width": width, "height": 700}, device_scale_factor=1.5) as page:
        if dark:
            page.evaluate("() => document.documentElement.setAttribute('data-dark', '')")
        act(Stage(page, explorer))
        page.mouse.move(0, 0)
        page.wait_for_function(AT_REST)
        page.locator(".autograd-magic").screenshot(path=TARGET / name)


def tool(name: str, then: Act = lambda _: None) -> Act:
    """A tool is open, and used."""

    def act(stage: Stage) -> None:
        stage.open(name)
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


def say(*answers: str) -> Act:
    """Gradients are said, one after the other, each in its card."""

    def act(stage: Stage) -> None:
        for answer in answers:
            stage.page.locator(".guess").fill(answer)
            stage.page.locator(".guess").press("Enter")

    return act


def select(name: str) -> Act:
    """A node is selected."""

    def act(stage: Stage) -> None:
        stage.record(name).dispatch_event("click")
        stage.deliver()

    return act


def weight(name: str) -> Act:
    """A cell of a grid is selected."""

    def act(stage: Stage) -> None:
        stage.page.locator(f".cell.leaf[aria-label^='{name},']").click()

    return act


def zigzag(stage: Stage) -> None:
    """Steps that are a little too large for the steep side of the bowl."""
    choose("Second leaf", "y")(stage)
    stage.page.get_by_label("Rate").fill("0.11")
    press("Step", 10)(stage)


def pairs(stage: Stage) -> None:
    """The second derivatives by each pair of leaves."""
    stage.page.get_by_text("Second derivatives by each pair").click()
    for _ in range(4):
        stage.deliver()


def done(stage: Stage) -> None:
    """A pass has come to its end, and nothing moves."""
    stage.page.get_by_role("slider", name="Step", exact=True).press("End")
    stage.page.get_by_role("slider", name="Step", exact=True).blur()


def broken(stage: Stage) -> None:
    """It is broken."""
    choose("Break it", "no zero_grad")(stage)
    done(stage)


def pinned(stage: Stage) -> None:
    """Numbers are pinned, and a leaf moves on."""
    press("Pin these numbers")(stage)
    stage.slide("a", 3)


def other_root(stage: Stage) -> None:
    """The sum of two nodes as the root."""
    select("d")(stage)
    stage.make_root()
    select("e")(stage)


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


PICTURES: dict[str, tuple[str, Act]] = {
    "widget": (LECTURE, select("e")),
    "names": (BLACK_SCHOLES, select("sigma")),
    "net": (OURS, weight("l0.w[0,0]")),
    "flow": (TWICE, tool("Flow", done)),
    "broken": (LECTURE, tool("Flow", broken)),
    "slope": (PARABOLA, tool("Slope")),
    "fill": (DECISION, tool("Slope", press("Fill"))),
    "map": (BOWL, tool("Slope", choose("Second leaf", "y"))),
    "curvature": (BOWL, tool("Slope", pairs)),
    "descent": (BOWL, tool("Slope", zigzag)),
    "source": (BOWL, tool("Source", select("z"))),
    "table": (LECTURE, tool("Table", pinned)),
    "view": (LONG_SUM, tool("View", tick("names only"))),
    "root": (LECTURE, other_root),
    "formula": (LECTURE, tool("Formula")),
    "practise": (LECTURE, tool("Practise", say("4", "-2", "-2", "-2", "2"))),
}


def main() -> None:
    """Write docs/*.png: each picture light and dark, wide and narrow."""
    TARGET.mkdir(exist_ok=True)
    shell = Shell(InteractiveShell.instance())
    shell("%load_ext autograd_magic\nimport numpy as np")
    with chromium() as browser:
        for name, (cell, act) in PICTURES.items():
            for dark in (False, True):
                for width in WIDTHS:
                    ending = ("-narrow" if width < 600 else "") + ("-dark" if dark else "-light")
                    shoot(browser, f"{name}{ending}.png", shell.autograd(cell), act, dark=dark, width=width)


if __name__ == "__main__":
    main()
