"""Slope: the root over a leaf, where it may be drawn, the tangent, the finite difference, and the cards on the axes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from shell import BRANCH
from stage import Stage, Staged, resized

PARABOLA = "x = 3.0\nf = 3*x**2 - 4*x + 5\nf"
BOWL = "x = -2.0\ny = 0.5\nz = x**2 + 8*y**2 + x*y\nz"


def opened(stage: Stage) -> Page:
    """The page with Slope open."""
    stage.open("Slope")
    return stage.page


def pressed(slider: Any, *keys: str) -> None:
    """Keys are pressed at a slider."""
    for key in keys:
        slider.press(key)


def pulled(page: Page, made: Any, right: float, down: float = 0) -> None:
    """Something is dragged by the mouse, so many pixels."""
    box = made.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right, y + down, steps=4)
    page.mouse.up()


def step_of(page: Page) -> Any:
    """The handle of the secant in the plot."""
    return page.get_by_role("slider", name="Step h of the secant")


def card(page: Page, name: str) -> Any:
    """The card of a leaf on its axis."""
    return page.locator(".plotted").get_by_role("slider", name=name, exact=True)


def test_the_secant_goes_right_and_then_wrong(staged: Staged) -> None:
    page = opened(staged(PARABOLA))
    side, numbers = page.locator(".side"), page.locator(".equation output")
    expect(numbers).to_have_text(["14", "17"])
    expect(side).to_contain_text("Move x by 1 along the line, and f moves by 14.")
    expect(side).to_contain_text("It is off by 3, because the curve bends")
    expect(side).to_contain_text(re.compile(r"It is closest at h = \S+e-[789], off by \S+e-[6789]\."))
    h = step_of(page)
    expect(h).to_have_attribute("aria-valuetext", "h = 1")
    pressed(h, *["PageDown"] * 15)
    expect(h).to_have_attribute("aria-valuetext", "h = 1e-15")
    expect(side).to_contain_text("mostly rounding")
    pressed(h, "Home")
    expect(side).to_contain_text("h is too small")
    pressed(h, "End", "ArrowRight")
    expect(h).to_have_attribute("aria-valuetext", "h = 12")  # as wide as the slider's range
    assert "∂f∂x" in str(page.locator(".equation math").first.text_content())


def test_the_step_is_dragged_in_the_plot_and_at_the_error(staged: Staged) -> None:
    stage = staged(PARABOLA)
    page = opened(stage)
    h = step_of(page)
    pulled(page, h, 80)
    grown = float(str(h.get_attribute("aria-valuetext")).removeprefix("h = "))
    assert 1.5 < grown < 6
    pulled(page, page.get_by_role("slider", name="Step h, on the axis of the error"), -100)
    small = float(str(h.get_attribute("aria-valuetext")).removeprefix("h = "))
    assert 0 < small < 1e-4 * grown
    expect(page.locator(".equation output").nth(1)).to_have_text(re.compile(r"^(14|14\.00\d*|13\.99\d*)$"))
    stage.reads("x", "3")


def test_a_step_beyond_the_range_waits_at_the_border(staged: Staged) -> None:
    page = opened(staged(PARABOLA))
    h, plot = step_of(page), page.locator(".plot").bounding_box()
    pressed(h, "End")
    box = h.bounding_box()
    assert box is not None and plot is not None
    assert plot["x"] < box["x"] and box["x"] + box["width"] / 2 <= plot["x"] + plot["width"]
    assert plot["y"] <= box["y"] + box["height"] / 2 <= plot["y"] + plot["height"]


def test_the_error_is_a_v(staged: Staged) -> None:
    page = opened(staged(PARABOLA))
    chart = page.locator(".errors svg")
    points = re.findall(r"([\d.]+) ([\d.]+)", str(chart.locator(".curve").get_attribute("d")))
    heights = [float(y) for _, y in points]
    lowest = max(range(len(heights)), key=heights.__getitem__)
    assert len(points) > 60 and 0.3 * len(points) < lowest < 0.7 * len(points)
    right = heights[lowest + 4 :]
    assert right == sorted(right, reverse=True)  # where the curve bends, it only grows
    expect(chart.get_by_text("too few digits")).to_be_visible()
    expect(chart.get_by_text("curve bends")).to_be_visible()
    expect(chart).to_have_attribute("aria-label", re.compile("closest at h = "))


def test_a_straight_line_bends_nowhere(staged: Staged) -> None:
    page = opened(staged("x = 3.0\nf = 3*x - 4\nf"))
    expect(page.locator(".errors").get_by_text("curve bends")).to_be_hidden()
    expect(page.locator(".side")).to_contain_text("It is the gradient.")


def test_rise_over_run_is_drawn(staged: Staged) -> None:
    stage = staged(PARABOLA)
    page = opened(stage)
    rise = page.locator(".plot .rise")
    expect(rise).to_have_text("14")
    expect(rise).to_have_class("rise positive")
    expect(page.locator(".plot .tangent")).to_have_class("tangent positive")
    pressed(card(page, "x"), "Home")
    expect(rise).to_have_text("-22")
    expect(page.locator(".plot .triangle")).to_have_class("triangle negative")
    pressed(card(page, "x"), "End")  # no room to the right: it stands to the left
    expect(rise).to_have_text("50")
    x = [float(number) for number in re.findall(r"-?[\d.]+", str(page.locator(".plot .triangle").get_attribute("d")))]
    assert x[0] < x[2] <= float(str(page.locator(".plot .point").get_attribute("cx"))) + 0.01


@pytest.mark.parametrize(
    ("cell", "run"),
    [("x = 1000.0\ny = x * 2\ny", 500), ("x = 0.0005\ny = x * 2\ny", 0.0625), ("x = 5.0\ny = x * 2\ny", 1)],
)
def test_the_run_is_1_where_that_can_be_seen(staged: Staged, cell: str, run: float) -> None:
    page = opened(staged(cell))
    words = str(page.locator(".side .words").first.text_content())
    found = re.fullmatch(r"Move x by (\S+) along the line, and y moves by (\S+)\.", words)
    assert found is not None and float(found[2]) == pytest.approx(2 * float(found[1]), rel=1e-3)
    assert float(found[1]) == pytest.approx(run, rel=0.7)


def test_the_card_is_the_handle(staged: Staged) -> None:
    stage = staged(PARABOLA)
    page = opened(stage)
    handle = card(page, "x")
    before = handle.bounding_box()
    pulled(page, handle, 80)
    after = handle.bounding_box()
    assert before is not None and after is not None and after["x"] - before["x"] == pytest.approx(80, abs=2)
    stage.deliver()
    assert stage.explorer is not None
    x = stage.explorer.values["x"]
    assert 4 < x < 6 and stage.explorer.grads["x"] == 6 * x - 4
    page.get_by_role("button", name="Undo").click()
    stage.reads("x", "3")
    pressed(handle, "ArrowRight")
    stage.reads("x", "3.02")
    pressed(handle, "Shift+ArrowLeft")
    stage.reads("x", "2.82")
    pressed(handle, "End")
    stage.reads("x", "9")
    expect(handle).to_have_attribute("aria-valuetext", "9, grad 50")
    expect(page.locator(".rider:not([role]):visible")).to_have_text("fdata212grad1")


def test_a_card_that_is_only_pressed_stays(staged: Staged) -> None:
    stage = staged("x = 2/3\ny = x * x\ny")
    page = opened(stage)
    card(page, "x").click()
    stage.deliver()
    assert stage.explorer is not None and stage.explorer.values["x"] == 2 / 3
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()


def test_the_point_can_be_dragged(staged: Staged) -> None:
    stage = staged(PARABOLA)
    page = opened(stage)
    pulled(page, page.locator(".plot .point"), 60)
    expect(stage.row("x").locator("input.value")).not_to_have_value("3")
    stage.deliver()
    assert stage.explorer is not None
    x = stage.explorer.values["x"]
    assert x > 3.2 and stage.explorer.grads["x"] == 6 * x - 4


def test_the_plot_is_blank_beyond_a_guard(staged: Staged) -> None:
    stage = staged(BRANCH)
    page = opened(stage)
    assert page.locator(".plot .unknown").get_attribute("d")
    stage.type("x", "0.5")
    stage.deliver()
    stage.type("x", "2.0")
    expect(page.locator(".page")).to_have_attribute("data-mood", "exact")
    expect(page.locator(".plot .unknown")).to_have_attribute("d", "")  # both branches are known now


@pytest.mark.parametrize(
    ("cell", "keys", "sentence"),
    [
        ("x = 3.0\nf = x - 3.0\nf", ["PageDown"] * 10, "mostly rounding"),
        ("x = 1.0\nf = (x + 1e8) - 1e8\nf", ["PageDown"] * 8, "mostly rounding"),
        (
            "import numpy as np\nx = 2.9\nf = np.floor(x)\nf",
            ["ArrowLeft"] * 5,
            "because the curve bends, or jumps, between",
        ),
        ("x = 2.0\nf = x * 8e307\nf", [], "=inf"),
    ],
)
def test_why_a_secant_is_off(staged: Staged, cell: str, keys: list[str], sentence: str) -> None:
    page = opened(staged(cell))
    pressed(step_of(page), *keys)
    expect(page.locator(".difference")).to_contain_text(sentence)


def test_a_secant_over_a_jump_goes_another_way(staged: Staged) -> None:
    stage = staged("x = 2.0\ny = x * x if x > 1 else -x - 10\ny")
    stage.type("x", "0.9")
    stage.deliver()
    page = opened(stage)
    expect(page.locator(".side")).to_contain_text("because the code goes another way there")
    expect(page.locator(".plot").get_by_text("h = 1")).to_be_visible()


def test_no_secant_where_only_the_kernel_could_tell(staged: Staged) -> None:
    stage = staged("x = 2.0\ny = x * x if x < 2.5 else -x\ny")
    page = opened(stage)
    expect(page.locator(".side")).to_contain_text("No secant: x + h lies where only the kernel could tell.")
    expect(page.locator(".equation output").nth(1)).to_have_text("?")
    pressed(step_of(page), "PageDown")
    expect(page.locator(".equation output").nth(1)).to_have_text("4.1")


def test_whole_numbers_have_whole_steps(staged: Staged) -> None:
    page = opened(staged("n = 3\nx = 2.0\ny = n * n * x\ny"))
    expect(page.locator(".equation output")).to_have_text(["12", "14"])
    pressed(step_of(page), "Home")
    expect(step_of(page)).to_have_attribute("aria-valuetext", "h = 1")
    assert page.locator(".plot .dots").get_attribute("d")
    assert not page.locator(".plot .curve").get_attribute("d")


def test_a_plot_is_dragged_by_the_first_button_inside_its_axes(staged: Staged) -> None:
    stage = staged(PARABOLA)
    page = opened(stage)
    box = page.locator(".plot").bounding_box()
    assert box is not None
    x, y = box["x"] + 0.8 * box["width"], box["y"] + box["height"] / 3
    page.mouse.click(x, y, button="right")
    page.mouse.click(box["x"] + 5, y)
    expect(stage.row("x").locator("input.value")).to_have_value("3")
    page.mouse.click(x, y)
    expect(stage.row("x").locator("input.value")).not_to_have_value("3")


def test_a_drag_of_the_point_goes_on_over_a_guard(staged: Staged) -> None:
    stage = staged("x = 2.0\ny = x * x if x > 1 else -x\ny")
    for number in ("0.5", "2"):
        stage.type("x", number)
        stage.deliver()
    page = opened(stage)
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


def test_a_map_has_contours_and_two_cards(staged: Staged) -> None:
    stage = staged(BOWL)
    page = opened(stage)
    page.get_by_label("Second leaf").select_option("y")
    assert page.locator(".plot .contours").get_attribute("d")
    heights = [float(text) for text in page.locator(".plot .heights text").all_text_contents()]
    assert len(heights) >= 4 and all(height % 5 == 0 for height in heights)
    pulled(page, card(page, "y"), 0, -60)
    stage.reads("x", "-2")
    stage.deliver()
    assert stage.explorer is not None
    y = stage.explorer.values["y"]
    assert y > 0.6 and stage.explorer.grads["y"] == 16 * y - 2
    pressed(card(page, "y"), "Home")
    stage.reads("y", "-0.5")


@pytest.mark.parametrize("width", [320, 480, 700, 968, 1440, 2560])
def test_letters_are_never_below_11_pixels(staged: Staged, width: int) -> None:
    stage = staged(PARABOLA)
    resized(stage.page, width, 900)
    page = opened(stage)
    small = page.locator(".slope").evaluate(
        """slope => [...slope.querySelectorAll('*')].filter((each) => {
            const owner = each.ownerSVGElement;
            const scale = owner ? owner.getBoundingClientRect().width / (owner.viewBox.baseVal?.width || Infinity) : 1;
            const words = [...each.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
            return words && each.checkVisibility() && !each.closest('math') &&
                parseFloat(getComputedStyle(each).fontSize) * (owner?.viewBox.baseVal?.width ? scale : 1) < 10.99;
        }).map((each) => each.outerHTML.slice(0, 80))"""
    )
    assert small == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    box = card(page, "x").bounding_box()
    plot = page.locator(".plotted").bounding_box()
    assert box is not None and plot is not None
    assert plot["x"] <= box["x"] and box["x"] + box["width"] <= plot["x"] + plot["width"]


def test_a_long_name_leaves_its_numbers_free(staged: Staged) -> None:
    stage = staged("w = {'layer one': 0.5}\nloss = w['layer one'] ** 2\nloss", "--wrt w")
    page = opened(stage)
    rider = card(page, "w['layer one']")
    name, numbers = rider.locator(".name"), rider.locator("div").all()
    expect(name).to_have_text("w['layer one']")
    stands = name.bounding_box()
    for number in numbers:
        box = number.bounding_box()
        assert stands["x"] + stands["width"] <= box["x"] + 1 or stands["y"] + stands["height"] <= box["y"] + 1
    assert name.evaluate("each => each.scrollWidth <= each.clientWidth")
    assert page.locator(".plotted").evaluate(INSIDE)
    # So does its finite difference.
    side = page.locator(".side").bounding_box()
    for made in (page.locator(".difference math"), page.locator(".difference output")):
        box = made.bounding_box()
        assert side["x"] <= box["x"] and box["x"] + box["width"] <= side["x"] + side["width"]


INSIDE = """made => {
    const { bottom, left } = made.getBoundingClientRect();
    return [...made.querySelectorAll('.rider')].filter((each) => !each.hidden).every((each) => {
        const box = each.getBoundingClientRect();
        return box.bottom <= bottom && box.left >= left;
    });
}"""
