"""Going downhill: the leaves step along their gradients, by hand or played."""

from __future__ import annotations

import re

import pytest
from eight import MLP, OURS
from playwright.sync_api import Page, expect
from stage import Stage, Staged

PARABOLA = "x = 3.0\nf = 3*x**2 - 4*x + 5\nf"
BOWL = "x = -2.0\ny = 0.5\nz = x**2 + 8*y**2 + x*y\nz"


def opened(stage: Stage, rate: str = "") -> Page:
    """The page with Slope open, and a rate."""
    stage.open("Slope")
    if rate:
        stage.page.get_by_label("Rate").fill(rate)
    return stage.page


def stepped(page: Page, times: int = 1) -> None:
    """So many steps."""
    for _ in range(times):
        page.get_by_role("button", name="Step", exact=True).click()


def test_descent_finds_the_minimum_and_can_be_undone(staged: Staged) -> None:
    stage = staged(PARABOLA)
    page = opened(stage, "0.1")
    stepped(page, 20)
    stage.reads("f", "3.667", "1")
    words = page.locator(".run .words")
    expect(words).to_have_text(re.compile("^20 steps: f went from 20 to 3.667"))
    for _ in range(20):
        page.get_by_role("button", name="Undo").click()
    stage.reads("f", "20")
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    page.get_by_role("button", name="Redo").click()
    stage.reads("x", "1.6")
    page.get_by_label("Rate").fill("a lot")
    stepped(page)
    expect(words).to_contain_text("The rate is a positive number, like 0.01.")


def test_a_run_of_steps_ends_with_any_other_change(staged: Staged) -> None:
    stage = staged(PARABOLA)
    page = opened(stage, "0.01")
    words = page.locator(".run .words")
    stage.slide("x", 4)
    expect(words).to_contain_text("A step moves each ticked leaf")
    stepped(page, 2)
    expect(words).to_contain_text("2 steps: f went from 37 to")
    stage.choose("Reset all")
    expect(words).to_contain_text("A step moves each ticked leaf")
    assert not page.locator(".plot .trail").get_attribute("d")


def test_a_leaf_that_does_not_step_stays_out_on_another_way(staged: Staged) -> None:
    stage = staged("x = 2.0\nw = 3.0\ny = w * x * x if x > 1 else w * x\ny")
    page = opened(stage)
    page.get_by_role("checkbox", name="w").uncheck()
    stage.type("x", "0.5")
    stage.deliver()
    expect(page.get_by_role("checkbox", name="w")).not_to_be_checked()
    expect(page.get_by_role("checkbox", name="x")).to_be_checked()
    stepped(page)
    stage.reads("w", "3")


def test_descent_leaves_a_trail(staged: Staged) -> None:
    stage = staged(BOWL)
    page = opened(stage, "0.01")
    page.get_by_label("Second leaf").select_option("y")
    stepped(page, 3)
    trail = page.locator(".plot .trail")
    assert str(trail.get_attribute("d")).count("L") == 3
    page.get_by_role("button", name="Undo").click()
    assert str(trail.get_attribute("d")).count("L") == 2
    expect(page.locator(".run .words")).to_contain_text("2 steps: z went from 5 to")
    assert str(page.locator(".spark path").get_attribute("d")).count("L") == 2


def test_the_next_step_is_drawn(staged: Staged) -> None:
    stage = staged(BOWL)  # at (-2, 0.5) it falls to the right and downwards
    page = opened(stage)
    page.get_by_label("Second leaf").select_option("y")

    def way(line: str) -> tuple[bool, bool]:
        x, y, end_x, end_y = map(
            float, re.findall(r"-?[\d.]+", str(page.locator(f".plot .{line}").get_attribute("d")))[:4]
        )
        return end_x > x, end_y > y

    assert (way("next"), way("tangent")) == ((True, True), (False, False))
    page.get_by_label("Direction").select_option("up")
    assert (way("next"), way("tangent")) == ((False, False), (False, False))


@pytest.mark.parametrize(
    ("cell", "rate", "way", "sentence"),
    [
        (PARABOLA, "0.5", "down", r"Stopped: x runs away, and would be -?\d+ next; try a smaller rate\."),
        (PARABOLA, "1e308", "down", r"Stopped: a leaf would no longer be finite; try a smaller rate\."),
        ("import numpy as np\nx = 2.0\nf = np.exp(np.exp(x))\nf", "0.001", "up", "would make f inf"),
        (
            "import numpy as np\nx = 0.5\nf = np.log(x)\nf",
            "1",
            "down",
            "the next step would make f nan; try a smaller rate",
        ),
    ],
)
def test_steps_that_diverge_stop_with_a_sentence(staged: Staged, cell: str, rate: str, way: str, sentence: str) -> None:
    stage = staged(cell)
    page = opened(stage, rate)
    page.get_by_label("Direction").select_option(way)
    words = page.locator(".run .words")
    for _ in range(30):
        if "Stopped" in str(words.text_content()):
            break
        stepped(page)
    expect(words).to_contain_text(re.compile(sentence))


def test_what_a_run_has_stretched_goes_back_with_it(staged: Staged) -> None:
    stage = staged(PARABOLA)
    page = opened(stage, "0.5")
    before = page.locator(".plot .tick").all_text_contents()
    stepped(page, 6)
    assert page.locator(".plot .tick").all_text_contents() != before
    for _ in range(6):
        page.get_by_role("button", name="Undo").click()
    assert page.locator(".plot .tick").all_text_contents() == before


def test_a_run_is_played_a_frame_a_step_and_undone_as_one(staged: Staged) -> None:
    stage = staged(PARABOLA)
    page = stage.page
    page.clock.install(time=0)
    page.clock.pause_at(60_000)
    opened(stage, "0.0001")
    page.get_by_label("Speed").select_option("60")
    page.get_by_role("button", name="Play").click()
    page.clock.run_for(2000)
    page.get_by_role("button", name="Pause").click()
    found = re.match(r"(\d+) steps", str(page.locator(".run .words").text_content()))
    assert found is not None and 100 < int(found[1]) <= 122
    stage.deliver()
    assert stage.explorer is not None and 2.8 < stage.explorer.values["x"] < 3
    page.get_by_role("button", name="Undo").click()
    stage.reads("x", "3")
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()


def test_as_many_steps_as_fit_into_a_frame_are_the_same_steps(staged: Staged) -> None:
    stage = staged(PARABOLA)
    page = opened(stage, "0.00001")
    page.get_by_label("Speed").select_option("as many as fit")
    page.get_by_role("button", name="Play").click()
    words = page.locator(".run .words")
    expect(words).to_have_text(re.compile(r"^\d{3,} steps"))
    page.get_by_role("button", name="Pause").click()
    stage.deliver()
    found = re.match(r"(\d+) steps", str(words.text_content()))
    assert found is not None
    x = 3.0
    for _ in range(int(found[1])):
        x -= 0.00001 * (6 * x - 4)
    assert stage.explorer is not None and stage.explorer.values["x"] == pytest.approx(x, rel=1e-9)
    page.get_by_role("button", name="Undo").click()
    stage.reads("x", "3")
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()


def test_playing_slowly_and_to_the_end(staged: Staged) -> None:
    stage = staged(PARABOLA)
    page = stage.page
    page.clock.install(time=0)
    page.clock.pause_at(60_000)
    opened(stage, "0.1")
    page.get_by_label("Speed").select_option("4")
    page.get_by_role("button", name="Play").click()
    page.clock.run_for(1100)
    expect(page.locator(".run .words")).to_contain_text(re.compile("^5 steps"))
    page.clock.run_for(60_000)
    expect(page.locator(".run .words")).to_contain_text("Stopped: no leaf moves any more.")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    stage.reads("f", "3.667")


def test_values_are_what_steps_where_there_are_some(staged: Staged) -> None:
    stage = staged("from autograd_magic import Value\nx = 2.0\nw = Value(3.0, label='w')\ny = w * x\ny")
    page = opened(stage)
    expect(page.get_by_role("checkbox", name="w")).to_be_checked()
    expect(page.get_by_role("checkbox", name="x")).not_to_be_checked()


def test_many_leaves_are_ticked_by_the_list(staged: Staged) -> None:
    names = [f"a{k}" for k in range(6)] + [f"b{k}" for k in range(6)]
    text = "".join(f"{name} = {k}.5\n" for k, name in enumerate(names)) + "y = " + " + ".join(names) + "\ny"
    stage = staged(text)
    page = opened(stage)
    boxes = page.get_by_role("group", name="Leaves that step").get_by_role("checkbox")
    expect(boxes).to_have_count(2)
    page.get_by_role("checkbox", name="b: 6 leaves").uncheck()
    page.get_by_text("a (6)", exact=True).click()
    page.get_by_role("checkbox", name="a1", exact=True).uncheck()
    assert page.get_by_role("checkbox", name="a: 6 leaves").evaluate("box => box.indeterminate")
    stepped(page)
    stage.reads("a0", "0.45")
    stage.reads("a1", "1.5")
    stage.reads("b0", "6.5")


@pytest.mark.parametrize(("text", "first"), [(OURS, "l0"), (MLP, "layer 0")], ids=["ours", "the lecture's classes"])
def test_the_weights_of_a_net_are_ticked_layer_by_layer(staged: Staged, text: str, first: str) -> None:
    stage = staged(text)
    stage.open("Slope")
    names = [box.get_attribute("aria-label") for box in stage.page.locator(".family > input").all()]
    assert names[:2] == [f"{first}.w: 12 leaves", f"{first}.b: 4 leaves"]
    stage.page.get_by_role("checkbox", name=f"{first}.w: 12 leaves").uncheck()
    before = dict(stage.explorer.values)  # type: ignore[union-attr]
    stage.page.get_by_role("button", name="Step", exact=True).click()
    stage.deliver()
    after = dict(stage.explorer.values)  # type: ignore[union-attr]
    assert before["loss"] > after["loss"]
    if text is OURS:
        assert after["l0.w[0,0]"] == before["l0.w[0,0]"] and after["l1.w[0,0]"] != before["l1.w[0,0]"]
