"""Slope and Descent: the root over a leaf, where it may be drawn, and the steps along its gradient."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from shell import BRANCH
from stage import Staged

PARABOLA = "x = 3.0\nf = 3*x**2 - 4*x + 5\nf"


def test_the_secant_goes_right_and_then_wrong(staged: Staged) -> None:
    stage = staged(PARABOLA)
    page = stage.page
    stage.open("Slope")
    words = stage.tool.locator(".words")
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
    stage.open("Slope")
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
    stage.open("Slope")
    assert page.locator(".plot .unknown").get_attribute("d")
    stage.type("x", "0.5")
    stage.deliver()
    stage.type("x", "2.0")
    expect(page.locator(".page")).to_have_attribute("data-mood", "exact")
    expect(page.locator(".plot .unknown")).to_have_attribute("d", "")  # both branches are known now


def test_descent_finds_the_minimum_and_can_be_undone(staged: Staged) -> None:
    stage = staged(PARABOLA)
    page = stage.page
    stage.open("Descent")
    page.get_by_label("Rate").fill("0.1")
    for _ in range(20):
        page.get_by_role("button", name="Step", exact=True).click()
    stage.reads("f", "3.667", "1")
    expect(stage.tool.locator(".words")).to_have_text(re.compile("^20 steps: f went from 20 to 3.667"))
    for _ in range(20):
        page.get_by_role("button", name="Undo").click()
    stage.reads("f", "20")
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    page.get_by_role("button", name="Redo").click()
    stage.reads("x", "1.6")
    page.get_by_label("Rate").fill("a lot")
    page.get_by_role("button", name="Step", exact=True).click()
    expect(stage.tool.locator(".words")).to_contain_text("The rate is a positive number, like 0.01.")


@pytest.mark.parametrize(
    ("cell", "h", "sentence"),
    [
        ("x = 3.0\nf = x - 3.0\nf", 10, "mostly rounding"),
        ("x = 1.0\nf = (x + 1e8) - 1e8\nf", 8, "mostly rounding"),
        ("import numpy as np\nx = 2.9\nf = np.floor(x)\nf", 0.5, "because the curve bends, or jumps, between"),
        ("x = 2.0\nf = x * 8e307\nf", 0, "/ h = inf."),
    ],
)
def test_why_a_secant_is_off(staged: Staged, cell: str, h: float, sentence: str) -> None:
    stage = staged(cell)
    page = stage.page
    stage.open("Slope")
    slider = page.get_by_role("slider", name="Step h of the secant")
    slider.evaluate("(slider, h) => { slider.value = h; slider.dispatchEvent(new Event('input')); }", h)
    expect(stage.tool.locator(".words")).to_contain_text(sentence)


def test_a_secant_over_a_jump_goes_another_way(staged: Staged) -> None:
    stage = staged("x = 2.0\ny = x * x if x > 1 else -x - 10\ny")
    stage.type("x", "0.9")
    stage.deliver()
    stage.open("Slope")
    expect(stage.tool.locator(".words")).to_contain_text("because the code goes another way there")
    expect(stage.page.locator(".at")).to_have_text("h = 0.32")


def test_a_run_of_steps_ends_with_any_other_change(staged: Staged) -> None:
    stage = staged(PARABOLA)
    page = stage.page
    stage.open("Descent")
    words = stage.tool.locator(".words")
    stage.slide("x", 4)
    expect(words).to_contain_text("A step moves each chosen leaf")
    for _ in range(2):
        page.get_by_role("button", name="Step", exact=True).click()
    expect(words).to_contain_text("2 steps: f went from 37 to")
    stage.choose("Reset all")
    expect(words).to_contain_text("A step moves each chosen leaf")
    assert not page.locator(".plot .trail").get_attribute("d")


def test_a_leaf_that_does_not_step_stays_out_on_another_way(staged: Staged) -> None:
    stage = staged("x = 2.0\nw = 3.0\ny = w * x * x if x > 1 else w * x\ny")
    page = stage.page
    stage.open("Descent")
    page.get_by_role("checkbox", name="w").uncheck()
    stage.type("x", "0.5")
    stage.deliver()
    expect(page.get_by_role("checkbox", name="w")).not_to_be_checked()
    expect(page.get_by_role("checkbox", name="x")).to_be_checked()
    page.get_by_role("button", name="Step", exact=True).click()
    stage.reads("w", "3")


def test_a_plot_is_dragged_by_the_first_button_inside_its_axes(staged: Staged) -> None:
    stage = staged(PARABOLA)
    page = stage.page
    stage.open("Slope")
    box = page.locator(".plot").bounding_box()
    assert box is not None
    x, y = box["x"] + 0.8 * box["width"], box["y"] + box["height"] / 2
    page.mouse.click(x, y, button="right")
    page.mouse.click(box["x"] + 5, y)
    expect(stage.row("x").locator("input.value")).to_have_value("3")
    page.mouse.click(x, y)
    expect(stage.row("x").locator("input.value")).not_to_have_value("3")


def test_a_drag_of_the_point_goes_on_over_a_guard(staged: Staged) -> None:
    stage = staged("x = 2.0\ny = x * x if x > 1 else -x\ny")
    page = stage.page
    for number in ("0.5", "2"):
        stage.type("x", number)
        stage.deliver()
    stage.open("Slope")
    box = page.locator(".plot").bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.5 * box["width"], y)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.2 * box["width"], y, steps=5)
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 400)
    page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 400, steps=5)
    page.mouse.up()
    assert float(stage.row("x").locator("input.value").input_value()) > 3
    expect(page.get_by_role("button", name="Undo")).not_to_be_disabled()
