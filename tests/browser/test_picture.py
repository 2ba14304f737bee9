"""The picture and the strip below it, on a plain page under a policy that forbids eval and inline code."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from shell import LECTURE
from stage import Staged, resized

QUOTIENT = "k = 2.0\nm = 4.0\nq = m / k\nq\n"
WIDE = "ways => ways.map(way => way.getAttribute('stroke-width'))"


def test_the_lecture(staged: Staged) -> None:
    stage = staged()
    wanted = {"a": (2, 6), "b": (-3, -4), "c": (10, -2), "e": (-6, -2), "d": (4, -2), "f": (-2, 4), "L": (-8, 1)}
    for label, (data, grad) in wanted.items():
        stage.reads(label, f"{data}", f"{grad}")
    expect(stage.page.locator("h2")).to_have_text("L = -8")
    expect(stage.page.locator(".node")).to_have_count(7)
    assert stage.page.locator(".op").all_text_contents() == ["×", "+", "×"]


def test_a_ribbon_is_as_wide_as_the_gradient_and_has_the_hue_of_its_sign(staged: Staged) -> None:
    stage = staged()
    assert stage.sign("a") == "positive" and stage.sign("c") == "negative"
    (hue, wide), (other, narrow) = stage.ribbon("a", "e"), stage.ribbon("c", "d")
    assert (hue, other) == ("positive", "negative")
    assert wide == pytest.approx(13) and narrow == pytest.approx(13 / 3, abs=0.05)  # to a tenth of a pixel


def test_the_local_derivative_stands_on_each_way(staged: Staged) -> None:
    stage = staged()
    assert sorted(stage.page.locator(".pill text").all_text_contents()) == ["×(-2)", "×(-3)", "×1", "×1", "×2", "×4"]
    stage.slide("a", 3)
    assert sorted(stage.page.locator(".pill text").all_text_contents()) == ["×(-2)", "×(-3)", "×1", "×1", "×1", "×3"]


def test_two_streams_come_together_where_a_number_is_used_twice(staged: Staged) -> None:
    stage = staged("a = 3.0\nb = a * 2\nc = a * b\nc")
    (_, one), (_, other) = stage.ribbon("a", "b"), stage.ribbon("a", "c")
    (_, once) = stage.ribbon("b", "c")
    assert one == other == pytest.approx(2 * once)  # 6 and 6 come back to a, and 3 to b


def test_a_dead_way_is_dashed_and_says_so_in_no_colour(staged: Staged) -> None:
    stage = staged("w = 3.0\nx = 0.0\ny = x * w\ny")
    assert stage.ribbon("w", "y")[0] == "dead"
    assert stage.sign("w") == ""


def test_a_nudge_ripples_to_the_root(staged: Staged) -> None:
    stage = staged()
    stage.select("a")
    for label, moved in {"a": "+0.1", "e": "-0.3", "d": "-0.3", "L": "+0.6", "b": "", "f": ""}.items():
        expect(stage.record(label).locator(".over")).to_have_text(moved)
    assert stage.page.locator(".ribbon.pale").count() == 3  # those of b, c and f


@pytest.mark.parametrize(("cell", "name", "far"), [(LECTURE, "a", 100), (QUOTIENT, "k", 0.5)])
def test_at_rest_ribbons_are_as_wide_as_those_of_a_fresh_run(staged: Staged, cell: str, name: str, far: float) -> None:
    stage = staged(cell)
    ribbons = stage.page.locator(".ribbon")
    before = ribbons.evaluate_all(WIDE)
    stage.type(name, str(far))
    moved, legend = ribbons.evaluate_all(WIDE), stage.page.locator(".legend").inner_text()
    start = stage.explorer.tape.leaves[[leaf.name for leaf in stage.explorer.tape.leaves].index(name)].start
    stage.type(name, str(start))
    assert ribbons.evaluate_all(WIDE) == before != moved
    stage.page.locator(".autograd-magic").evaluate("view => view.remove()")
    fresh = staged(cell.replace(f"{name} = {start}", f"{name} = {far}"))
    assert moved == fresh.page.locator(".ribbon").evaluate_all(WIDE)
    assert legend == fresh.page.locator(".legend").inner_text()


def test_a_nudge_shows_what_a_run_at_the_nudged_number_gives(staged: Staged) -> None:
    stage = staged(QUOTIENT.replace("k = 2.0", "k = 0.5"))
    stage.select("k")
    by, to = (float(stage.record(label).locator(".over").inner_text()) for label in ("k", "q"))
    assert to == pytest.approx(4 / (0.5 + by) - 8, rel=1e-3)
    expect(stage.strip.locator(".check .hint")).to_have_text(f"Check it: nudge k by {by}")
    stage.explorer.model.stale = "m has changed since this was run"
    stage.tell()
    expect(stage.page.locator(".over").filter(has_text="0")).to_have_count(0)  # what is shown is of before


def test_a_number_that_has_no_room_in_its_card_has_fewer_digits(staged: Staged, page: Page) -> None:
    stage = staged(
        "import math\nw = 0.2\nb = -0.5\nhidden = b\nfor k in range(1, 7):\n    hidden = hidden + w * (k / 10)\n"
        "output = math.tanh(hidden)\noutput"
    )
    resized(page, 968, 900)
    expect(page.locator(".stage.compact")).to_be_attached()
    expect(page.locator("h2 output")).to_have_text("-0.07983")
    stage.reads("output", "-0.0798")


def test_the_graph_runs_from_left_to_right(staged: Staged) -> None:
    stage = staged()
    lefts = [stage.record(label).bounding_box()["x"] for label in ("a", "e", "d", "L")]
    assert lefts == sorted(lefts)


def test_the_records_are_ordered_as_the_still_picture(staged: Staged) -> None:
    stage = staged("x = 3.0\ny = x * x\ny")
    ways = [(way.get_attribute("d"), way.get_attribute("stroke-width")) for way in stage.page.locator(".ribbon").all()]
    assert len(set(ways)) == 3  # x*x: two ways, side by side, and the one from the sign to its card


def test_click_a_node(staged: Staged) -> None:
    stage = staged()
    stage.select("e")
    page = stage.strip
    expect(page.locator("h3")).to_have_text("Why is e.grad -2? e is used once, by d.")
    expect(page.locator(".eq")).to_have_text("∂L∂e=∂L∂d·∂(e+c)∂e=-2·1=-2")
    expect(page.locator(".rule")).to_have_text("A sum hands its gradient on to each input unchanged.")
    expect(page.locator(".codeline").first).to_have_text("e.grad += 1 * d.grad → 1 * (-2)")
    expect(page.locator(".made")).to_have_text("e = a · b = 2 · (-3) = -6")
    expect(page.locator(".hands")).to_have_text("e hands on ×(-3) to a, ×2 to b")
    expect(page.locator(".digits")).to_have_text("data -6, grad -2")
    expect(page.locator(".check dl")).to_have_text("L goes from-8to-8.2change ÷ 0.1-2")
    line = page.get_by_role("button", name="line 5")
    expect(line).to_have_attribute("title", "Line 5: e = a*b")
    line.click()
    expect(stage.page.locator(".line[aria-current=true]")).to_contain_text("e = a*b")
    page.get_by_role("button", name="d", exact=True).click()
    expect(stage.subject).to_have_text("d")


@pytest.mark.parametrize("width", [1000, 1060, 1200])
def test_a_click_on_what_can_be_seen_moves_nothing(staged: Staged, width: int) -> None:
    stage = staged()
    resized(stage.page, width, 800)
    records = [stage.record(label) for label in "abcedfL"]
    labels = [record.locator(".label") for record in records]
    before = stage.at_rest(labels)
    for record in records:
        record.locator(".face").click()
        assert [label.bounding_box() for label in labels] == before


def test_the_chain_rule_sums_over_uses(staged: Staged) -> None:
    stage = staged("x = 3.0\ny = x * x + x\ny")
    stage.select("x")
    page = stage.strip
    expect(page.locator("h3")).to_have_text(
        "Why is x.grad 7? x is used 3 times, by y and x*x: what comes back adds up."
    )
    expect(page.locator(".eq")).to_have_text("∂y∂x=∂y∂y·∂((x*x)+x)∂x+∂y∂(x*x)·∂(x·x)∂x+∂y∂(x*x)·∂(x·x)∂x=1·1+1·3+1·3=7")
    expect(page.locator(".codeline:has(strong)")).to_have_text(
        ["x.grad += 1 * y.grad → 1 * 1", *2 * ["x.grad += x.data * (x*x).grad → 3 * 1"]]
    )


def test_the_strip_follows_the_sliders(staged: Staged) -> None:
    stage = staged()
    stage.select("b")
    stage.slide("a", 3)
    expect(stage.strip.locator("output.grad")).to_have_text("-6")
    expect(stage.strip.locator(".eq")).to_have_text("∂L∂b=∂L∂e·∂(a·b)∂b=-2·3=-6")


def test_kinks_steps_and_births_are_said(staged: Staged) -> None:
    stage = staged("x = 0.0\nr = abs(x)\nfrom math import floor\ns = r // 2.0\nt = s + r\nt")
    stage.select("r")
    expect(stage.strip).to_contain_text("convention it is 0")
    stage.select("s")
    expect(stage.strip).to_contain_text("A step")


def test_the_first_nan_is_named(staged: Staged) -> None:
    stage = staged("import numpy as np\nx = -1.0\ny = np.log(x)\nz = y * 2.0\nz")
    stage.reads("z", "nan")
    stage.select("z")
    expect(stage.strip).to_contain_text("nan comes from y (line 4)")
    stage.select("y")
    expect(stage.strip).to_contain_text("nan was born here")


def test_keyboard(staged: Staged) -> None:
    stage = staged()
    stage.page.locator(".face[tabindex='0']").focus()
    assert stage.page.locator(".face:focus").get_attribute("aria-label") == "L, data -8, grad 1, made by d times f"
    for key, label in (
        ("ArrowLeft", "d"),
        ("ArrowLeft", "e"),
        ("ArrowLeft", "a"),
        ("ArrowDown", "b"),
        ("ArrowRight", "e"),
    ):
        stage.page.keyboard.press(key)
        expect(stage.page.locator(".face:focus + .label")).to_have_text(label)
    stage.page.keyboard.press("Enter")
    expect(stage.subject).to_have_text("e")
    stage.page.keyboard.press("Escape")
    expect(stage.strip).to_contain_text("Click a node")
    stage.page.keyboard.press("Home")
    expect(stage.page.locator(".face:focus + .label")).to_have_text("L")


def test_every_control_has_a_name(staged: Staged) -> None:
    stage = staged()
    stage.select("a")
    for control in stage.page.locator("button, input, [role=button]").all():
        name = control.get_attribute("aria-label") or control.text_content() or control.get_attribute("placeholder")
        assert name and name.strip()


def test_zoom_pan_and_fit(staged: Staged) -> None:
    stage = staged()

    def box() -> Any:
        return stage.record("e").bounding_box()

    before = box()
    stage.page.get_by_role("button", name="Zoom in").click()
    assert box()["width"] > before["width"]
    stage.page.get_by_role("button", name="Fit").click()
    fitted = box()
    middle = stage.page.locator(".frame").bounding_box()
    x, y = middle["x"] + middle["width"] / 2, middle["y"] + 8
    stage.page.mouse.move(x, y)
    stage.page.mouse.down()
    stage.page.mouse.move(x + 60, y + 20, steps=4)
    stage.page.mouse.up()
    assert box()["x"] == pytest.approx(fitted["x"] + 60, abs=1)
    assert box()["y"] == pytest.approx(fitted["y"] + 20, abs=1)
    stage.page.mouse.wheel(0, -200)
    assert box()["width"] == pytest.approx(fitted["width"])  # the wheel alone scrolls the notebook
    at = box()["x"]
    stage.page.mouse.wheel(-30, 5)  # sidewards it moves the picture
    stage.page.wait_for_function(
        "wanted => Math.abs(document.querySelector('.autograd-magic').shadowRoot"
        ".querySelector('.face[aria-label^=e]').closest('.node').getBoundingClientRect().x - wanted) < 1",
        arg=at + 30,
    )
    stage.page.keyboard.down("Control")
    stage.page.mouse.wheel(0, -200)
    stage.page.keyboard.up("Control")
    stage.page.wait_for_function(
        "before => document.querySelector('.autograd-magic').shadowRoot"
        ".querySelector('.node').getBoundingClientRect().width > before",
        arg=fitted["width"],
    )


def test_a_picture_that_goes_on_to_the_left_fades_there(staged: Staged) -> None:
    stage = staged("x = 1.5\n" + "".join(f"x = x * 1.{k}\n" for k in range(1, 20)) + "x\n")
    frame = stage.page.locator(".frame")
    expect(frame).to_have_class("frame more")
    stage.page.get_by_role("button", name="Fit").click()
    expect(frame).to_have_class("frame")


@pytest.mark.parametrize(
    ("text", "node", "sentence"),
    [
        ("x = -2.0\nx_dead = x.relu()\ny = x_dead + 1\ny\n", "x_dead", "Dead: the argument is below 0"),
        ("import math\nx = 9.0\nt = math.tanh(x)\ny = t * 2\ny\n", "t", "Saturated: the curve is all but flat"),
        ("x = 1.0\nh = 1e-9\nd = (x + h) - x\ny = d / h\ny\n", "d", "Cancellation: two nearly equal numbers leave"),
    ],
)
def test_why_little_comes_through(staged: Staged, text: str, node: str, sentence: str) -> None:
    stage = staged(text)
    stage.select(node)
    expect(stage.strip).to_contain_text(sentence)
