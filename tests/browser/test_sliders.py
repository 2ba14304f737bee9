"""The sliders, and what happens when a guard no longer holds."""

from __future__ import annotations

import re
from typing import Any

import pytest
from eight import BLACK_SCHOLES
from playwright.sync_api import Page, expect
from shell import BRANCH, Shell
from stage import Stage, Staged, choose


def test_a_drag_is_shown_before_the_kernel_hears_of_it(staged: Staged) -> None:
    stage = staged()
    before = stage.ribbon("f", "L")
    stage.slide("a", 3, done=False)
    stage.reads("L", "-2")
    stage.reads("f", "-2", "1")
    assert stage.ribbon("f", "L") != before
    assert stage.explorer is not None and stage.explorer.values["L"] == -8.0
    stage.slide("a", 3)
    stage.deliver()
    assert stage.explorer.values["L"] == -2.0 and stage.explorer.grads["b"] == -6.0
    stage.reads("L", "-2")


def test_every_input_event_is_shown(staged: Staged) -> None:
    stage = staged()
    shown = (
        stage.row("a")
        .locator(".slider")
        .evaluate(
            """slider => {
            const root = slider.getRootNode().querySelector("h2 output");
            const seen = [];
            for (let step = 0; step <= Number(slider.max); step += 40) {
                slider.valueAsNumber = step;
                slider.dispatchEvent(new Event("input"));
                seen.push(root.textContent);
            }
            return seen;
        }"""
        )
    )
    assert len(shown) == len(set(shown)) == 21  # L = 6a - 20 at 21 places
    assert shown[0] == "-32" and shown[-1] == "16"


def test_no_box_moves_while_dragging(staged: Staged) -> None:
    stage = staged()

    def places() -> list[Any]:
        return [box.bounding_box() for box in stage.page.locator(".card").all()]

    before = places()
    for number in (-1.99, 0.003, 5.5):
        stage.slide("a", number, done=False)
        assert places() == before
    expect(stage.trust).to_contain_text("the kernel has not answered yet")
    assert places() == before


def test_typed_numbers(staged: Staged) -> None:
    stage = staged()
    stage.type("a", "1e-10")
    stage.reads("a", "1e-10")
    expect(stage.row("a").locator("input.value")).to_have_value("1e-10")
    stage.type("a", "100")
    stage.reads("L", "580")
    expect(stage.row("a").locator("input.end").last).to_have_value("100")
    stage.type("a", "three")
    expect(stage.row("a").locator(".problem")).to_contain_text("“three” is no number")
    expect(stage.row("a").locator("input.value")).to_have_value("100")
    stage.reads("L", "580")
    for text, shown in (("nan", "nan"), ("inf", "inf"), ("-0.0", "-0")):
        stage.type("a", text)
        stage.reads("a", shown)


def test_ranges(staged: Staged) -> None:
    stage = staged()
    stage.select("a")
    low, high = stage.row("a").locator("input.end").all()
    expect(low).to_have_value("-2")
    expect(high).to_have_value("6")
    high.fill("20")
    high.press("Enter")
    stage.slide("a", 15)
    stage.reads("a", "15")
    for text, problem in (("-30", "smaller number to a larger"), ("x", "numbers"), ("nan", "finite")):
        high.fill(text)
        high.press("Enter")
        expect(stage.row("a").locator(".problem")).to_contain_text(problem)
        expect(high).to_have_value("20")
    stage.reads("a", "15")


def test_reset(staged: Staged) -> None:
    stage = staged()
    stage.slide("a", 3)
    stage.slide("f", 1)
    stage.select("a")
    stage.row("a").locator(".reset").click()
    stage.reads("a", "2")
    stage.reads("f", "1")
    stage.choose("Reset all")
    stage.reads("L", "-8")
    stage.deliver()
    assert stage.explorer is not None and stage.explorer.values["L"] == -8.0


def test_a_whole_number_has_a_whole_slider(staged: Staged) -> None:
    stage = staged("x = 3\ny = x * x\ny")
    slider = stage.row("x").locator(".slider")
    slider.focus()
    slider.press("ArrowRight")
    stage.reads("y", "16")


def test_a_small_number_has_a_logarithmic_slider(staged: Staged) -> None:
    stage = staged("h = 1e-10\ny = h * 2.0\ny")
    expect(stage.row("h").locator("input.value")).to_have_value("1e-10")
    stage.slide("h", 1e-8)
    number = float(stage.row("h").locator("input.value").input_value())
    assert number == pytest.approx(1e-8, rel=0.05)


def test_leaves_without_a_way_to_the_root_stand_apart(staged: Staged) -> None:
    stage = staged("a = 1.0\nunused = 5.0\ny = a * 2.0\ny")
    expect(stage.row("unused")).to_have_class(re.compile("unused"))
    expect(stage.page.locator(".leaves")).to_contain_text("does not depend on these")


def test_a_flipped_guard_greys_the_picture_until_the_kernel_has_run_the_cell(staged: Staged) -> None:
    stage = staged(BRANCH)
    stage.reads("y", "4", "1")
    stage.slide("x", -2)
    expect(stage.page.locator(".page")).to_have_attribute("data-mood", "asking")
    expect(stage.trust).to_contain_text("line 3: x > 1 is no longer true")
    stage.reads("y", "4")  # the last numbers that hold, greyed
    stage.deliver()
    expect(stage.page.locator(".page")).to_have_attribute("data-mood", "exact")
    stage.reads("z", "-6")
    stage.reads("y", "-5", "1")
    stage.reads("x", "-2", "3")
    expect(stage.trust).to_contain_text("run again")
    stage.choose("Reset all")
    stage.deliver()
    stage.reads("y", "4")
    expect(stage.row("x").locator("input.value")).to_have_value("2")


def test_where_python_would_refuse_the_error_is_shown_and_the_picture_kept(staged: Staged) -> None:
    stage = staged("x = 2.0\ny = 1 / x\ny")
    stage.type("x", "0")
    expect(stage.trust).to_contain_text("line 3: Python would refuse")
    stage.deliver()
    expect(stage.page.locator(".page")).to_have_attribute("data-mood", "stuck")
    expect(stage.trust).to_contain_text("ZeroDivisionError: float division by zero (line 3)")
    stage.reads("y", "0.5")
    stage.type("x", "4")
    expect(stage.page.locator(".page")).to_have_attribute("data-mood", "exact")
    stage.reads("y", "0.25")


def test_without_code_to_run_again_the_widget_says_so(page: Page, shell: Shell) -> None:
    stage = Stage(page, shell.autograd(BRANCH, "--no-rerun"))
    stage.slide("x", -2)
    stage.deliver()
    expect(stage.trust).to_contain_text("was not traced")
    stage.reads("y", "4")
    stage.slide("x", 3)
    stage.reads("y", "9")


def test_prints_of_a_second_run_stand_in_the_widget(staged: Staged) -> None:
    stage = staged("x = 2.0\ny = x * x\nprint('y is', y)\ny")
    expect(stage.page.locator(".output")).to_be_hidden()
    stage.slide("x", 3)
    stage.deliver()
    expect(stage.page.locator(".output")).to_contain_text("y is 9.0")
    stage.reads("y", "9")


def test_a_late_answer_is_dropped(staged: Staged) -> None:
    stage = staged(BRANCH)
    stage.slide("x", -2)
    late = stage.page.evaluate("() => window.model.drain()")
    stage.slide("x", 3)
    assert stage.explorer is not None
    for name, value in late:
        setattr(stage.explorer.model, name, value)
    stage.tell()
    stage.deliver()
    stage.reads("y", "9")
    assert stage.explorer.values["y"] == 9.0


def test_a_whole_number_that_is_given_a_fraction_has_a_fine_slider_in_every_view(staged: Staged) -> None:
    stage = staged("n = 3\ny = n * 2.0\ny")
    stage.show()
    sliders, fields = stage.page.locator(".slider"), stage.page.locator("input.value")
    for slider in sliders.all():
        expect(slider).to_have_attribute("max", "12")
    fields.first.fill("2.5")
    fields.first.press("Enter")
    stage.deliver()
    for slider, field in zip(sliders.all(), fields.all(), strict=True):
        expect(field).to_have_value("2.5")
        assert int(slider.get_attribute("max") or 0) > 500
    assert sliders.first.get_attribute("max") == sliders.last.get_attribute("max")
    fields.last.fill("4")
    fields.last.press("Enter")
    stage.deliver()
    for heading in stage.page.locator("h2").all():
        expect(heading).to_have_text("y = 8")
    choose(stage.page.locator(".autograd-magic").first, "Reset all")
    stage.deliver()
    for slider in sliders.all():
        expect(slider).to_have_attribute("max", "12")


@pytest.mark.parametrize("all_of_them", [False, True])
def test_a_reset_gives_the_range_back(staged: Staged, all_of_them: bool) -> None:
    stage = staged()
    stage.select("a")
    ends = stage.record("a").locator("input.end")
    expect(ends.nth(1)).to_have_value("6")
    stage.type("a", "100")
    expect(ends.nth(1)).to_have_value("100")
    if all_of_them:
        stage.choose("Reset all")
    else:
        stage.record("a").locator(".reset").click()
    expect(ends.nth(1)).to_have_value("6")


def test_a_click_on_a_number_begins_to_type(staged: Staged) -> None:
    stage = staged()
    stage.row("a").locator("input.value").click()
    stage.page.keyboard.type("1/4")
    stage.page.keyboard.press("Enter")
    stage.reads("a", "0.25")
    expect(stage.subject).to_have_text("a")  # its card is selected as well


def test_six_digits_of_a_leaf_are_seen_beside_their_caption(staged: Staged) -> None:
    stage = staged("x = 1/3\ny = x * 2\ny")
    stage.reads("x", "0.3333")
    cut = stage.row("x").locator("input.value").evaluate("field => field.scrollWidth > field.clientWidth")
    expect(stage.row("x").locator(".data-row .key")).to_be_visible()
    assert not cut


def test_a_range_stops_short_of_0_where_the_code_would_stop(staged: Staged) -> None:
    stage = staged(BLACK_SCHOLES)
    ends = {}
    for name in ("S", "K", "T", "r", "sigma"):
        stage.select(name)
        ends[name] = [float(end.input_value()) for end in stage.row(name).locator("input.end").all()]
    assert ends == {"S": [1, 300], "K": [1.05, 315], "T": [0.005, 1.5], "r": [-0.97, 1.03], "sigma": [0.002, 1.2]}
    stage.slide("S", -1000)
    while stage.deliver():
        pass
    stage.reads("S", "1")
    expect(stage.trust).to_have_text("same as a fresh run")
    # It may be typed all the same, and then the slider goes there.
    stage.type("r", "-2")
    stage.deliver()
    assert float(stage.row("r").locator("input.end").first.input_value()) <= -2


def test_a_range_goes_through_0_where_nothing_stops_there(staged: Staged) -> None:
    stage = staged("import math\nx = 2.0\nw = 0.5\ny = 1 / (1 + math.exp(-w * x)) if x > -1 else 0.0\ny")
    for name, low in (("x", -2.0), ("w", -0.5)):
        stage.select(name)
        assert float(stage.row(name).locator("input.end").first.input_value()) == low
