"""The tools between the picture and the sliders."""

from __future__ import annotations

import re

from playwright.sync_api import expect
from shell import BRANCH
from stage import Staged

PARABOLA = "x = 3.0\nf = 3*x**2 - 4*x + 5\nf"


def test_the_backward_pass_step_by_step(staged: Staged) -> None:
    stage = staged()
    page = stage.page
    page.get_by_role("button", name="Steps").click()
    stage.reads("L", "-8", "1")
    stage.reads("d", "4", "·")
    page.get_by_role("button", name="One step on").click()
    stage.reads("d", "4", "-2")
    stage.reads("e", "-6", "·")
    expect(page.locator(".words")).to_contain_text("It gives 1 · (-2) = -2 to d, and 1 · 4 = 4 to f.")
    page.get_by_role("slider", name="Step", exact=True).press("End")
    stage.reads("a", "2", "6")
    expect(page.locator(".at")).to_have_text("3 of 3")
    page.get_by_role("button", name="One step back").click()
    stage.reads("a", "2", "·")
    page.get_by_label("Which pass").select_option("Forward")
    stage.reads("L", "·", "·")
    stage.reads("a", "2")
    page.get_by_role("button", name="Steps").click()
    stage.reads("L", "-8", "1")
    stage.reads("a", "2", "6")


def test_playing_ends_at_the_end(staged: Staged) -> None:
    stage = staged("a = 2.0\nb = a * 3.0\nb")
    page = stage.page
    page.get_by_role("button", name="Steps").click()
    page.get_by_role("button", name="Play").click()
    expect(page.locator(".at")).to_have_text("1 of 1", timeout=10_000)
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    stage.reads("a", "2", "3")


def test_a_node_that_is_used_twice_waits(staged: Staged) -> None:
    stage = staged("a = 3.0\nb = a * 2.0\nc = a * b\nc")
    page = stage.page
    page.get_by_role("button", name="Steps").click()
    page.get_by_role("button", name="One step on").click()
    expect(page.locator(".words")).to_contain_text("a waits: 1 of its 2 uses have been visited.")
    stage.reads("a", "3", "6")
    page.get_by_role("button", name="One step on").click()
    stage.reads("a", "3", "12")


def test_the_secant_goes_right_and_then_wrong(staged: Staged) -> None:
    stage = staged(PARABOLA)
    page = stage.page
    page.get_by_role("button", name="Slope").click()
    words = page.locator(".tool .words")
    expect(words).to_contain_text("Tangent: ∂f/∂x = 14.")
    h = page.get_by_role("slider", name="Step h of the secant")
    h.evaluate("slider => { slider.value = '0'; slider.dispatchEvent(new Event('input')); }")
    expect(words).to_contain_text("/ h = 17. It is off by 3, because the curve bends")
    h.evaluate("slider => { slider.value = '15'; slider.dispatchEvent(new Event('input')); }")
    expect(words).to_contain_text("mostly rounding")
    h.evaluate("slider => { slider.value = '16'; slider.dispatchEvent(new Event('input')); }")
    expect(words).to_contain_text("h is too small")


def test_the_point_can_be_dragged(staged: Staged) -> None:
    stage = staged(PARABOLA)
    page = stage.page
    page.get_by_role("button", name="Slope").click()
    point = page.locator(".plot .point").bounding_box()
    assert point is not None
    page.mouse.move(point["x"] + 4, point["y"] + 4)
    page.mouse.down()
    page.mouse.move(point["x"] + 60, point["y"] + 4, steps=4)
    page.mouse.up()
    expect(stage.row("x").locator("input.value")).not_to_have_value("3")
    stage.deliver()
    assert stage.explorer is not None
    x = stage.explorer.values["x"]
    assert x > 3.2 and stage.explorer.grads["x"] == 6 * x - 4


def test_the_plot_is_blank_beyond_a_guard(staged: Staged) -> None:
    stage = staged(BRANCH)
    page = stage.page
    page.get_by_role("button", name="Slope").click()
    assert page.locator(".plot .unknown").get_attribute("d")
    stage.type("x", "0.5")
    stage.deliver()
    stage.type("x", "2.0")
    expect(page.locator(".page")).to_have_attribute("data-mood", "exact")
    expect(page.locator(".plot .unknown")).to_have_attribute("d", "")  # both branches are known now


def test_paths_light_up(staged: Staged) -> None:
    stage = staged("a = 3.0\nb = a * 2.0\nc = a * b\nc")
    page = stage.page
    page.get_by_role("button", name="Paths").click()
    expect(page.locator(".tool")).to_contain_text("Select a node")
    stage.record("a").click()
    expect(page.locator(".path")).to_have_count(2)
    expect(page.locator(".tool .words")).to_have_text("∂c/∂a = 12: the sum over 2 paths.")
    page.locator(".path").filter(has_text="b").hover()
    expect(page.locator(".record.lit")).to_have_count(3)
    page.mouse.move(0, 0)
    expect(page.locator(".record.lit")).to_have_count(0)


def test_descent_finds_the_minimum_and_can_be_undone(staged: Staged) -> None:
    stage = staged(PARABOLA)
    page = stage.page
    page.get_by_role("button", name="Descent").click()
    page.get_by_label("Rate").fill("0.1")
    for _ in range(20):
        page.get_by_role("button", name="One step").click()
    stage.reads("f", "3.667", "1")
    expect(page.locator(".tool .words")).to_have_text(re.compile("^20 steps: f went from 20 to 3.667"))
    for _ in range(20):
        page.get_by_role("button", name="Undo").click()
    stage.reads("f", "20")
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    page.get_by_role("button", name="Redo").click()
    stage.reads("x", "1.6")
    page.get_by_label("Rate").fill("a lot")
    page.get_by_role("button", name="One step").click()
    expect(page.locator(".tool .words")).to_contain_text("The rate is a positive number, like 0.01.")


def test_undo_by_key(staged: Staged) -> None:
    stage = staged()
    stage.slide("a", 3)
    stage.reads("L", "-2")
    stage.record("a").press("Control+z")
    stage.reads("L", "-8")
    stage.record("a").press("Control+Shift+Z")
    stage.reads("L", "-2")
