"""Which numbers have a slider: starting values are folded away, and constants become sliders by a click."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect
from stage import Stage, Staged


def constants(stage: Stage, number: str) -> Any:
    """What is pressed to select a constant."""
    shown = stage.page.locator("[data-kind='constant']")
    return shown.filter(has=stage.page.locator(f".data:text-is({number!r})")).locator(".face")


def test_starting_values_are_folded_in_the_list_of_leaves(staged: Staged) -> None:
    stage = staged("a = 2.0\ntotal = 0.0\nfor k in (1.0, 2.0):\n    total += k * a\ntotal\n")
    start = stage.row("total (start)")
    expect(stage.row("a")).to_be_visible()
    expect(start).to_be_hidden()
    stage.page.get_by_text("Starting values (1)").click()
    expect(start).to_be_visible()
    stage.type("total (start)", "1")
    stage.reads("total", "7", "1")
    stage.slide("a", 3)
    expect(start).to_be_visible()
    stage.reads("total", "10", "1")


def test_a_constant_becomes_a_slider_by_a_click_and_a_constant_again(staged: Staged) -> None:
    stage = staged("a = 2.0\nb = 0.5\ny = 0.25*a + b*0.25 + a**2\ny\n")
    constant = constants(stage, "0.25")
    expect(constant).to_have_count(2)
    constant.last.click()
    stage.strip.get_by_role("button", name="Make it a slider").click()
    expect(stage.strip.locator(".asked")).to_contain_text("The kernel is asked")
    stage.deliver()
    label = stage.page.locator(".card .label").filter(has_text="line 4: 0.25")
    expect(label).to_have_count(1)
    stage.reads("y", "4.625", "1")
    name = str(label.text_content())
    stage.reads(name, "0.25", "2" if name.endswith("0.25") else "0.5")
    stage.type(name, "1")
    stage.deliver()
    stage.reads("y", "6.125" if name.endswith("0.25") else "5")
    stage.page.get_by_title(f"Make {name} constant again").click()
    stage.deliver()
    expect(label).to_have_count(0)
    stage.reads("y", "4.625", "1")


def test_a_constant_that_is_not_in_the_text_says_so(staged: Staged) -> None:
    stage = staged("import math\na = 2.0\ny = a * math.pi\ny\n")
    constants(stage, "3.142").click()
    stage.strip.get_by_role("button", name="Make it a slider").click()
    stage.deliver()
    expect(stage.strip.locator(".asked")).to_contain_text("is not written in the text of this cell")


def test_where_no_kernel_answers_the_button_says_so(staged: Staged) -> None:
    stage = staged("a = 2.0\ny = 0.25*a\ny\n")
    constants(stage, "0.25").click()
    stage.strip.get_by_role("button", name="Make it a slider").click()
    stage.page.evaluate("() => window.model.tell('comm_live_update')")
    expect(stage.strip.locator(".asked")).to_contain_text("The kernel is gone")


def test_a_list_is_offered_as_one(staged: Staged) -> None:
    stage = staged("ws = [0.5, -1.0]\nx = 2.0\ny = ws[0]*x + ws[1]\ny\n")
    offer = stage.page.get_by_role("button", name="ws: 2 numbers")
    offer.click()
    stage.deliver()
    expect(stage.row("ws[0]")).to_be_visible()
    stage.slide("ws[1]", 1)
    stage.reads("y", "2", "1")
    stage.reads("ws[0]", "0.5", "2")
    stage.page.get_by_title("Make ws constant again").click()
    stage.deliver()
    expect(stage.row("ws[0]")).to_have_count(0)
    expect(offer).to_be_visible()
