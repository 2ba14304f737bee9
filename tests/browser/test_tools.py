"""The tools between the picture and the sliders."""

from __future__ import annotations

from playwright.sync_api import expect
from shell import LECTURE
from stage import Staged, resized


def test_undo_by_key(staged: Staged) -> None:
    stage = staged()
    stage.slide("a", 3)
    stage.reads("L", "-2")
    stage.face("a").press("Control+z")
    stage.reads("L", "-8")
    stage.face("a").press("Control+Shift+Z")
    stage.reads("L", "-2")


def test_the_source_and_the_graph_light_each_other(staged: Staged) -> None:
    stage = staged()
    page = stage.page
    stage.open("Source")
    lines = page.locator(".line")
    expect(lines).to_have_count(8)
    lines.nth(4).hover()
    expect(page.locator(".node.lit")).to_have_count(1)
    lines.nth(4).click()
    expect(stage.subject).to_have_text("e")
    stage.select("a")
    expect(page.locator(".line[aria-current=true]")).to_contain_text("a = 2.0")
    expect(lines.nth(1)).to_contain_text("|grad| 6")
    stage.slide("b", 1)
    expect(lines.nth(1)).to_contain_text("|grad| 2")


def test_the_table_is_the_graph_and_pins_numbers(staged: Staged) -> None:
    stage = staged()
    page = stage.page
    stage.open("Table")
    row = stage.tool.locator("tr").filter(has=page.get_by_role("rowheader", name="L", exact=True))
    expect(row).to_have_text("Ld · f-81")
    expect(stage.tool.locator("tr")).to_have_count(1 + 7)
    stage.slide("a", 3)
    expect(row).to_have_text("Ld · f-21")
    page.get_by_role("button", name="Pin these numbers").click()
    expect(row).to_have_text("Ld · f-2-2·11·")
    expect(stage.record("L").locator(".over")).to_have_text("")
    stage.slide("a", 2)
    expect(row).to_have_text("Ld · f-2-8-611·")
    expect(stage.record("L").locator(".over")).to_have_text("data -6")
    expect(stage.record("f").locator(".over")).to_have_text("grad +3")
    expect(stage.record("c").locator(".over")).to_have_text("")
    page.get_by_role("rowheader", name="e", exact=True).get_by_role("button").click()
    expect(stage.subject).to_have_text("e")


def test_the_help_sheet_and_the_large_size(staged: Staged) -> None:
    stage = staged()
    page = stage.page
    stage.face("a").press("?")
    expect(page.locator("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_be_hidden()
    box = page.locator("h2").bounding_box()
    stage.choose("Larger")
    larger = page.locator("h2").bounding_box()
    assert box is not None and larger is not None and larger["height"] > 1.3 * box["height"]


def test_the_large_size_makes_a_large_graph_larger_too(staged: Staged) -> None:
    stage = staged("x = 1.5\n" + "".join(f"x = x * 1.{k}\n" for k in range(1, 10)) + "x\n")
    root = stage.page.locator(".node.root .label")
    before = root.bounding_box()
    stage.choose("Larger")
    after = root.bounding_box()
    assert before is not None and after is not None and after["height"] > 1.3 * before["height"]
    frame = stage.page.locator(".frame").bounding_box()
    assert frame is not None and frame["x"] < after["x"] < frame["x"] + frame["width"] - after["width"]


def test_a_pin_is_let_go(staged: Staged) -> None:
    stage = staged()
    page = stage.page
    stage.open("Table")
    pin = page.get_by_role("button", name="Pin these numbers")
    pin.click()
    stage.slide("a", 3)
    expect(stage.record("a").locator(".over")).to_have_text("data +1")
    pin.click()
    expect(stage.record("a").locator(".over")).to_have_text("")
    expect(page.get_by_role("columnheader", name="data was")).to_have_count(0)


def test_numbers_that_were_pinned_have_room_in_a_notebook_of_usual_width(staged: Staged) -> None:
    stage = staged("x = 2.0\ny = 1.0\nz = (1 - x)**2 + 10*(y - x**2)**2\nz")
    page = stage.page
    resized(page, 950, 900)
    stage.open("Table")
    page.get_by_role("button", name="Pin these numbers").click()
    stage.type("x", "3.05")
    expect(page.get_by_role("columnheader", name="change").last).to_be_visible()
    assert page.locator(".wide").evaluate("wide => wide.scrollWidth <= wide.clientWidth")


def test_what_a_field_asks_for_can_be_read_in_the_dark(staged: Staged) -> None:
    stage = staged()
    stage.page.evaluate("() => document.documentElement.setAttribute('data-dark', '')")
    stage.open("View")
    colour = "(each, part) => getComputedStyle(each, part).color"
    field, hint = stage.page.get_by_placeholder("Find a label"), stage.page.locator(".hint").first
    assert field.evaluate(colour, "::placeholder") == hint.evaluate(colour)


def test_an_infinite_gradient_is_the_largest_of_its_line(staged: Staged) -> None:
    stage = staged("import numpy as np\nx = 0.0\ny = np.sqrt(x)\ny")
    stage.open("Source")
    expect(stage.page.locator(".line").nth(2)).to_contain_text("|grad| inf")


def test_all_lines_of_a_short_cell_are_seen_in_its_source(staged: Staged) -> None:
    stage = staged("# the lecture's\n" + LECTURE + "L")
    stage.open("Source")
    assert stage.page.locator(".code").evaluate("code => code.scrollHeight <= code.clientHeight")
