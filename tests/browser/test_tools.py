"""The tools between the picture and the sliders."""

from __future__ import annotations

import re

import pytest
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
    expect(stage.record("a").locator(".over")).to_have_text("+ 1 · 6 = 6 (1 of 2 uses)")
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
    said = page.locator(".tool .words")
    expect(said).to_have_text("∂c/∂a = 12: the sum over 2 paths. Select another node to see its paths.")
    stage.record("b").click()
    expect(said).to_have_text("∂c/∂b = 3: the sum over the one path.")
    stage.record("a").click()
    expect(page.locator(".path")).to_have_count(2)
    expect(said).to_have_text("∂c/∂a = 12: the sum over 2 paths.")
    page.locator(".path").filter(has_text="b").hover()
    expect(page.locator(".record.lit")).to_have_count(3)
    expect(stage.record("a").locator(".over")).to_have_text("· 2")
    expect(stage.record("b").locator(".over")).to_have_text("· 3")
    page.mouse.move(0, 0)
    expect(page.locator(".record.lit")).to_have_count(0)


def test_descent_finds_the_minimum_and_can_be_undone(staged: Staged) -> None:
    stage = staged(PARABOLA)
    page = stage.page
    page.get_by_role("button", name="Descent").click()
    page.get_by_label("Rate").fill("0.1")
    for _ in range(20):
        page.get_by_role("button", name="Step", exact=True).click()
    stage.reads("f", "3.667", "1")
    expect(page.locator(".tool .words")).to_have_text(re.compile("^20 steps: f went from 20 to 3.667"))
    for _ in range(20):
        page.get_by_role("button", name="Undo").click()
    stage.reads("f", "20")
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    page.get_by_role("button", name="Redo").click()
    stage.reads("x", "1.6")
    page.get_by_label("Rate").fill("a lot")
    page.get_by_role("button", name="Step", exact=True).click()
    expect(page.locator(".tool .words")).to_contain_text("The rate is a positive number, like 0.01.")


def test_undo_by_key(staged: Staged) -> None:
    stage = staged()
    stage.slide("a", 3)
    stage.reads("L", "-2")
    stage.record("a").press("Control+z")
    stage.reads("L", "-8")
    stage.record("a").press("Control+Shift+Z")
    stage.reads("L", "-2")


def test_the_source_and_the_graph_light_each_other(staged: Staged) -> None:
    stage = staged()
    page = stage.page
    page.get_by_role("button", name="Source").click()
    lines = page.locator(".line")
    expect(lines).to_have_count(8)
    lines.nth(4).hover()
    expect(page.locator(".record.lit")).to_have_count(1)
    lines.nth(4).click()
    expect(stage.inspector.locator("h3")).to_have_text("e")
    stage.record("a").click()
    expect(page.locator(".line[aria-current=true]")).to_contain_text("a = 2.0")
    expect(lines.nth(1)).to_contain_text("|grad| 6")
    stage.slide("b", 1)
    expect(lines.nth(1)).to_contain_text("|grad| 2")


def test_the_table_is_the_graph_and_pins_numbers(staged: Staged) -> None:
    stage = staged()
    page = stage.page
    page.get_by_role("button", name="Table").click()
    row = page.locator(".tool tr").filter(has=page.get_by_role("rowheader", name="L", exact=True))
    expect(row).to_have_text("Ld · f-81")
    expect(page.locator(".tool tr")).to_have_count(1 + 7)
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
    expect(stage.inspector.locator("h3")).to_have_text("e")


def test_the_quiz_marks_what_is_said(staged: Staged) -> None:
    stage = staged(options="--quiz")
    page = stage.page
    expect(page.get_by_role("button", name="Quiz")).to_have_attribute("aria-expanded", "true")
    stage.reads("a", "2", "·")
    expect(stage.row("a").locator(".grad")).to_have_text("grad ·")
    said = page.locator(".tool .words")
    expect(said).to_contain_text("What is the gradient of the lit node?")
    guess = page.get_by_label("∂L/∂f =")
    for text, words in (
        ("-4", "Not the sign: when it grows, the root grows."),
        ("100", "too large"),
        ("5", "Close"),
        ("six", "A guess is a number"),
        ("-", "Not the sign"),
        ("+", "The sign is right. And the size?"),
    ):
        guess.fill(text)
        guess.press("Enter")
        expect(said).to_contain_text(words)
    guess.fill("4")
    guess.press("Enter")
    expect(said).to_have_text("Right. f has grad 4 = 1 · 4.")
    stage.reads("f", "-2", "4")
    stage.reads("b", "-3", "·")
    stage.slide("a", 3)
    expect(said).to_have_text("")  # it spoke of other numbers
    page.get_by_role("button", name="Quiz").click()
    stage.reads("b", "-3", "-6")


def test_the_quiz_asks_only_what_can_be_answered(staged: Staged) -> None:
    stage = staged("a = 3.0\nb = 2.0\nc = (a * b + a) * b\nc", options="--quiz")
    page = stage.page
    stage.record("a").click()  # it has two uses, whose gradients nobody knows yet
    asked = page.locator(".tool label")
    expect(asked).to_have_text("∂c/∂(a*b+a) = ")
    seen = []
    for _ in range(4):
        seen.append(str(asked.text_content()))
        page.get_by_role("button", name="Reveal").click()
    assert seen == ["∂c/∂(a*b+a) = ", "∂c/∂(a*b) = ", "∂c/∂b = ", "∂c/∂a = "]
    expect(asked).to_have_text("All gradients are known: 0 right, in 0 tries.")
    expect(page.locator(".graph").get_by_text("grad ·", exact=True)).to_have_count(0)


def test_the_inspector_tells_no_answer(staged: Staged) -> None:
    stage = staged(options="--quiz")
    stage.record("b").click()
    expect(stage.inspector).not_to_contain_text("-4")
    expect(stage.inspector).to_contain_text("hidden")


def test_bugs_break_the_gradients_that_they_break(staged: Staged) -> None:
    stage = staged("a = 3.0\nb = a * 2.0\nc = a * b\nc")
    page = stage.page
    page.get_by_role("button", name="Bugs").click()
    row = page.locator(".tool tr").filter(has=page.get_by_role("rowheader", name="a", exact=True))
    expect(row.locator("td")).to_have_text(["6", "12"])
    stage.reads("a", "3", "6")
    expect(stage.record("a").locator(".over")).to_have_text("should be 12")
    expect(stage.record("b").locator(".over")).to_have_text("")
    page.get_by_label("The pass").select_option("not cleared")
    expect(row.locator("td")).to_have_text(["30", "12"])
    expect(page.get_by_role("rowheader", name="2", exact=True)).to_have_count(0)  # a constant is nobody's to mend
    page.get_by_label("The pass").select_option("stops")
    stage.record("b").click()
    expect(row.locator("td")).to_have_text(["6", "12"])
    page.get_by_role("button", name="Bugs").click()
    stage.reads("a", "3", "12")
    expect(stage.record("a").locator(".over")).to_have_text("")


def test_the_help_sheet_and_the_large_size(staged: Staged) -> None:
    stage = staged()
    page = stage.page
    stage.record("a").press("?")
    expect(page.locator("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_be_hidden()
    box = page.locator("h2").bounding_box()
    page.get_by_role("button", name="A larger size").click()
    larger = page.locator("h2").bounding_box()
    assert box is not None and larger is not None and larger["height"] > 1.3 * box["height"]


def test_the_large_size_makes_a_large_graph_larger_too(staged: Staged) -> None:
    stage = staged("x = 1.5\n" + "".join(f"x = x * 1.{k}\n" for k in range(1, 10)) + "x\n")
    root = stage.page.locator(".record.root text.label")
    before = root.bounding_box()
    stage.page.get_by_role("button", name="A larger size").click()
    after = root.bounding_box()
    assert before is not None and after is not None and after["height"] > 1.3 * before["height"]
    frame = stage.page.locator(".frame").bounding_box()
    assert frame is not None and frame["x"] < after["x"] < frame["x"] + frame["width"] - after["width"]


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
    page.get_by_role("button", name="Slope").click()
    slider = page.get_by_role("slider", name="Step h of the secant")
    slider.evaluate("(slider, h) => { slider.value = h; slider.dispatchEvent(new Event('input')); }", h)
    expect(page.locator(".tool .words")).to_contain_text(sentence)


def test_a_secant_over_a_jump_goes_another_way(staged: Staged) -> None:
    stage = staged("x = 2.0\ny = x * x if x > 1 else -x - 10\ny")
    stage.type("x", "0.9")
    stage.deliver()
    stage.page.get_by_role("button", name="Slope").click()
    expect(stage.page.locator(".tool .words")).to_contain_text("because the code goes another way there")
    expect(stage.page.locator(".at")).to_have_text("h = 0.32")


def test_a_run_of_steps_ends_with_any_other_change(staged: Staged) -> None:
    stage = staged(PARABOLA)
    page = stage.page
    page.get_by_role("button", name="Descent").click()
    words = page.locator(".tool .words")
    stage.slide("x", 4)
    expect(words).to_contain_text("A step moves each chosen leaf")
    for _ in range(2):
        page.get_by_role("button", name="Step", exact=True).click()
    expect(words).to_contain_text("2 steps: f went from 37 to")
    page.get_by_role("button", name="Reset").click()
    expect(words).to_contain_text("A step moves each chosen leaf")
    assert not page.locator(".plot .trail").get_attribute("d")


def test_a_leaf_that_does_not_step_stays_out_on_another_way(staged: Staged) -> None:
    stage = staged("x = 2.0\nw = 3.0\ny = w * x * x if x > 1 else w * x\ny")
    page = stage.page
    page.get_by_role("button", name="Descent").click()
    page.get_by_role("checkbox", name="w").uncheck()
    stage.type("x", "0.5")
    stage.deliver()
    expect(page.get_by_role("checkbox", name="w")).not_to_be_checked()
    expect(page.get_by_role("checkbox", name="x")).to_be_checked()
    page.get_by_role("button", name="Step", exact=True).click()
    stage.reads("w", "3")


def test_a_pin_is_let_go(staged: Staged) -> None:
    stage = staged()
    page = stage.page
    page.get_by_role("button", name="Table").click()
    pin = page.get_by_role("button", name="Pin these numbers")
    pin.click()
    stage.slide("a", 3)
    expect(stage.record("a").locator(".over")).to_have_text("data +1")
    pin.click()
    expect(stage.record("a").locator(".over")).to_have_text("")
    expect(page.get_by_role("columnheader", name="data was")).to_have_count(0)


def test_an_infinite_gradient_is_the_largest_of_its_line(staged: Staged) -> None:
    stage = staged("import numpy as np\nx = 0.0\ny = np.sqrt(x)\ny")
    stage.page.get_by_role("button", name="Source").click()
    expect(stage.page.locator(".line").nth(2)).to_contain_text("|grad| inf")


def test_what_the_picture_shows_in_the_place_of_a_gradient_is_said(staged: Staged) -> None:
    stage = staged("a = 3.0\nb = a * 2.0\nc = a * b\nc")
    stage.record("a").click()
    expect(stage.inspector).not_to_contain_text("The picture shows")
    stage.page.get_by_role("button", name="Bugs").click()
    expect(stage.inspector).to_contain_text("The picture shows 6.")


def test_a_plot_is_dragged_by_the_first_button_inside_its_axes(staged: Staged) -> None:
    stage = staged(PARABOLA)
    page = stage.page
    page.get_by_role("button", name="Slope").click()
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
    page.get_by_role("button", name="Slope").click()
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
