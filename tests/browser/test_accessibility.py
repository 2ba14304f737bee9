"""The widget for everyone: axe-core finds nothing, and the keyboard is enough."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from shell import BRANCH, LECTURE, Shell
from stage import Stage, Staged

AXE = Path(__file__).parents[2] / "js" / "node_modules" / "axe-core" / "axe.min.js"
TOOLS = ["", "Steps", "Slope", "Curvature", "Paths", "Descent", "Source", "Table", "View", "Formula", "Quiz", "Bugs"]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("tool", TOOLS)
def test_axe_finds_nothing(staged: Staged, tool: str, dark: bool) -> None:
    stage = staged()
    page = stage.page
    if dark:
        page.evaluate("() => document.documentElement.setAttribute('data-dark', '')")
    stage.record("e").click()
    if tool:
        page.get_by_role("button", name=tool, exact=True).click()
        stage.deliver()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        """async () => (await axe.run(document.querySelector('.autograd-magic'), {
            runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
        })).violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => target + ' ' + failureSummary).join('; ')}`)"""
    )
    assert not found, "\n".join(found)


def test_the_lecture_by_keyboard_alone(staged: Staged) -> None:
    stage = staged()
    page = stage.page
    stage.record("L").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(stage.inspector.locator("h3")).to_have_text("e")
    page.keyboard.press("Escape")
    expect(stage.inspector).to_contain_text("Click a node")
    for _ in range(40):
        page.keyboard.press("Tab")
        if (
            page.evaluate("() => document.querySelector('.autograd-magic').shadowRoot.activeElement?.textContent")
            == "Steps"
        ):
            break
    page.keyboard.press("Enter")
    for _ in range(4):
        page.keyboard.press("Tab")
    focused = "() => document.querySelector('.autograd-magic').shadowRoot.activeElement?.getAttribute('aria-label')"
    while page.evaluate(focused) != "Step":
        page.keyboard.press("Tab")
    page.keyboard.press("End")
    stage.reads("a", "2", "6")
    while page.evaluate(focused) != "a":
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    expect(stage.row("a").locator("input.value")).not_to_have_value("2")
    page.keyboard.press("Control+z")
    expect(stage.row("a").locator("input.value")).to_have_value("2")


@pytest.mark.parametrize("width", [480, 600], ids=["narrow", "zoomed to 200 % of 1200"])
@pytest.mark.parametrize("tool", TOOLS)
def test_nothing_sticks_out(page: Page, shell: Shell, tool: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    stage = Stage(page, shell.autograd(LECTURE))
    stage.record("L").click()
    if tool:
        page.get_by_role("button", name=tool, exact=True).click()
        stage.deliver()
    out = page.evaluate(
        """() => {
            const root = document.querySelector('.autograd-magic').shadowRoot;
            const right = root.querySelector('.page').getBoundingClientRect().right;
            return [...root.querySelectorAll('button, input, select, textarea, p, table, .plot')]
                .filter((part) => !part.closest('.wide, .code, .spoken, .paths') && part.getBoundingClientRect().right > right)
                .map((part) => part.outerHTML.slice(0, 80));
        }"""
    )
    assert not out
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_a_slider_by_touch(browser: Browser, address: str, shell: Shell) -> None:
    context = browser.new_context(viewport={"width": 480, "height": 900}, has_touch=True)
    page = context.new_page()
    page.goto(f"{address}/page.html")
    page.wait_for_function("() => window.ready")
    stage = Stage(page, shell.autograd(LECTURE))
    slider = stage.row("a").locator(".slider").bounding_box()
    assert slider is not None and slider["height"] >= 24
    page.touchscreen.tap(slider["x"] + slider["width"] * 0.9, slider["y"] + slider["height"] / 2)
    expect(stage.row("a").locator("input.value")).not_to_have_value("2")
    stage.record("L").tap()
    expect(stage.inspector.locator("h3")).to_have_text("L")
    context.close()


def test_who_asks_for_less_motion_gets_none(staged: Staged) -> None:
    stage = staged(BRANCH)
    stage.page.emulate_media(reduced_motion="reduce")
    stage.slide("x", 0.5)
    expect(stage.page.get_by_role("button", name="Cancel")).to_be_visible()
    expect(stage.page.get_by_role("progressbar")).to_be_hidden()
    moving = "() => document.getAnimations({ subtree: true }).length"
    assert stage.page.evaluate(moving) == 0
