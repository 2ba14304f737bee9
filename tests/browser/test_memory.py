"""What is set in a view is there again when the cell is run again."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect
from shell import LECTURE, Shell
from stage import Stage


def run(page: Page, shell: Shell, text: str, cell: str = "one", options: str = "") -> Stage:
    """Run a cell, as the notebook does it: the view of its last widget goes, and that of the new one comes."""
    shell(f"%%autograd --as w {options}\n{text}", cell_id=cell)
    page.evaluate("() => { for (const end of window.views ?? []) end(); }")
    return Stage(page, shell.names["w"])


def standing(page: Page) -> Any:
    """Where the picture stands in its frame."""
    return page.locator(".stage").evaluate("stage => stage.style.transform")


def test_ranges_selection_tool_zoom_and_size_stay(page: Page, shell: Shell) -> None:
    stage = run(page, shell, LECTURE)
    stage.select("a")
    low, high = stage.row("a").locator("input.end").all()
    low.fill("-20")
    low.press("Enter")
    stage.slide("b", 1)
    stage.select("d")
    page.get_by_role("button", name="Zoom in (or Ctrl and wheel)").click()
    stage.choose("Larger")
    page.get_by_role("button", name="Zoom in (or Ctrl and wheel)").click()
    stage.open("Flow")
    before = standing(page)

    stage = run(page, shell, LECTURE.replace("-3.0", "-4.0"))
    expect(page.locator("h2")).to_have_text("L = -4")  # the text's numbers count
    low, high = stage.row("a").locator("input.end").all()
    expect(low).to_have_value("-20")
    expect(high).to_have_value("6")
    expect(stage.face("d")).to_have_attribute("aria-pressed", "true")
    expect(stage.face("d")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("tab", name="Flow")).to_have_attribute("aria-selected", "true")
    expect(page.locator(".page")).to_have_class("page present")
    assert standing(page) == before


def test_another_graph_takes_up_what_it_has(page: Page, shell: Shell) -> None:
    stage = run(page, shell, LECTURE)
    stage.slide("a", 5)
    stage.select("a")
    high = stage.row("a").locator("input.end").nth(1)
    high.fill("50")
    high.press("Enter")
    stage.select("e")
    page.get_by_role("button", name="Zoom in (or Ctrl and wheel)").click()
    scale = standing(page).split("scale")[1]
    stage = run(page, shell, "a = 60.0\ng = 2.0\nM = a * g + 1\nM")
    expect(page.locator("h2")).to_have_text("M = 121")
    expect(stage.row("a").locator("input.end").nth(1)).to_have_value("60")  # as far as its leaf is
    expect(stage.strip).to_contain_text("Click a node")
    assert standing(page).split("scale")[1] == scale


def test_what_is_pinned_stays_by_name(page: Page, shell: Shell) -> None:
    run(page, shell, LECTURE).open("Table")
    page.get_by_role("button", name="Pin these numbers").click()
    run(page, shell, LECTURE.replace("a = 2.0", "k = 1.0\na = 3.0"))
    expect(page.get_by_role("button", name="Pin these numbers")).to_have_attribute("aria-pressed", "true")
    row = page.locator("table.values tr").filter(has=page.locator("button.link:text-is('L')"))
    assert row.locator("td").all_text_contents()[1:4] == ["-8", "-2", "+6"]
    row = page.locator("table.values tr").filter(has=page.locator("button.link:text-is('a')"))
    assert row.locator("td").all_text_contents()[1:4] == ["2", "3", "+1"]


def test_each_cell_has_its_own(page: Page, shell: Shell) -> None:
    run(page, shell, LECTURE).go("Flow")
    other = run(page, shell, LECTURE, "two")
    expect(page.get_by_role("tab", name="Explore")).to_have_attribute("aria-selected", "true")
    other.open("Table")
    run(page, shell, LECTURE)
    expect(page.get_by_role("tab", name="Flow")).to_have_attribute("aria-selected", "true")
    expect(page.locator(".panel")).to_be_hidden()
    run(page, shell, LECTURE, "two")
    expect(page.locator(".panel h3")).to_have_text("Table")


def test_a_quiz_is_a_quiz_again(page: Page, shell: Shell) -> None:
    run(page, shell, LECTURE).go("Flow")
    run(page, shell, LECTURE, options="--quiz")
    expect(page.get_by_role("tab", name="Practise")).to_have_attribute("aria-selected", "true")
