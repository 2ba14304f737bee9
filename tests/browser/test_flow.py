"""Flow: a pass goes through the picture, and its broken twins are never taken for the truth."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from shell import Shell
from stage import Stage, Staged
from test_steady import geometry

TWICE = "a = 3.0\nb = a * 2.0\nc = a * b\nc"
MLP = (
    "import random\nfrom autograd_magic import nn\nrandom.seed(1337)\nn = nn.MLP(3, [4, 4, 1])\n"
    "xs = [[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]]\nys = [1.0, -1.0, -1.0, 1.0]\n"
    "loss = sum((n(x) - y)**2 for x, y in zip(xs, ys))\nloss"
)
UNKNOWN = "x = 3.0\ny = 2.0\nz = float(str(x))\nL = y * z + x\nL"
MOVING = "() => document.querySelector('.autograd-magic').shadowRoot.getAnimations().length"
"""How much moves."""


def press(stage: Stage, name: str) -> None:
    """Press one of the buttons of the pass."""
    stage.page.get_by_role("button", name=name).click()


def press_and_look(stage: Stage, name: str, look: str, at: Any = None) -> Any:
    """Press a button and look at once: what moves then may have come to its end when the next question reaches the page."""
    button = stage.page.get_by_role("button", name=name)
    return button.evaluate(f"(button, at) => {{ button.click(); return ({look})(at); }}", at)


def scrubber(stage: Stage) -> Any:
    """The range over the steps."""
    return stage.page.get_by_role("slider", name="Step", exact=True)


def at(stage: Stage, where: str) -> None:
    """Expect the pass to be there."""
    expect(stage.tool.locator(".at")).to_have_text(where)


def ribbons(stage: Stage) -> int:
    """How many ribbons are seen."""
    return int(
        stage.page.evaluate(
            "() => [...document.querySelector('.autograd-magic').shadowRoot.querySelectorAll('.ribbon:not(.none)')]"
            ".filter((ribbon) => ribbon.getAttribute('d')).length"
        )
    )


def test_back_step_by_step(staged: Staged) -> None:
    stage = staged()
    words = stage.open("Flow").locator(".words")
    stage.reads("L", "-8", "1")
    stage.reads("d", "4", "·")
    assert ribbons(stage) == 0
    press(stage, "One step on")
    stage.reads("d", "4", "-2")
    stage.reads("e", "-6", "·")
    expect(words).to_have_text("L gives 1 · (-2) = -2 to d, 1 · 4 = 4 to f.")
    assert ribbons(stage) == 3  # from L to its sign, and on to d and f
    scrubber(stage).press("End")
    stage.reads("a", "2", "6")
    at(stage, "3 of 3")
    press(stage, "One step back")
    stage.reads("a", "2", "·")
    scrubber(stage).press("Home")
    assert ribbons(stage) == 0
    stage.go("Explore")
    stage.reads("L", "-8", "1")
    stage.reads("a", "2", "6")


def test_on_step_by_step(staged: Staged) -> None:
    stage = staged()
    words = stage.open("Flow").locator(".words")
    stage.page.get_by_label("Which pass").select_option("forward")
    stage.reads("L", "·", "·")
    stage.reads("a", "2", "·")
    expect(stage.page.get_by_label("Break it")).to_be_disabled()
    press(stage, "One step on")
    expect(words).to_have_text("e = a · b = 2 · (-3) = -6.")
    stage.reads("e", "-6", "·")
    stage.reads("d", "·")
    scrubber(stage).press("End")
    stage.reads("L", "-8", "·")
    assert ribbons(stage) == 0


def test_a_node_that_is_used_twice_waits_for_both_and_their_sum_is_seen(staged: Staged) -> None:
    stage = staged(TWICE)
    words = stage.open("Flow").locator(".words")
    over = stage.record("a").locator(".over")
    press(stage, "One step on")
    expect(words).to_have_text("c gives 1 · 6 = 6 to a, 1 · 3 = 3 to b. a waits: 1 of its 2 uses is in.")
    expect(over).to_have_text("6 + …")
    stage.reads("a", "3", "6")
    expect(stage.face("a")).to_have_attribute("aria-label", re.compile(r"grad 6; 6 \+ …$"))
    assert stage.ribbon("a", "c")[0] == "positive"
    press(stage, "One step on")
    expect(words).to_have_text("b gives 3 · 2 = 6 to a. Both uses of a are in: a.grad = 6 + 6 = 12.")
    expect(over).to_have_text("6 + 6")
    stage.reads("a", "3", "12")


def test_play_goes_to_the_end_and_begins_anew(staged: Staged) -> None:
    stage = staged(TWICE)
    stage.open("Flow")
    for _ in range(2):
        press(stage, "Play")
        at(stage, "2 of 2")
        expect(stage.page.get_by_role("button", name="Play")).to_be_visible()
        stage.reads("a", "3", "12")
    expect(stage.tool.locator(".words")).to_have_attribute("aria-live", "polite")


def test_a_long_pass_pauses_where_it_is_and_goes_on(staged: Staged) -> None:
    stage = staged("x = 1.0\n" + "".join(f"x = x * 1.0{k}\n" for k in range(30)) + "x")
    page = stage.page
    shown = stage.open("Flow").locator(".at")
    press(stage, "Play")
    expect(shown).not_to_have_text(re.compile("^0 of"))
    expect(stage.tool.locator(".words")).to_have_attribute("aria-live", "off")
    press(stage, "Pause")
    paused = str(shown.text_content())
    press(stage, "One step on")
    before, all_ = paused.split(" of ")
    at(stage, f"{int(before) + 1} of {all_}")
    scrubber(stage).press("ArrowLeft")
    at(stage, paused)
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def test_watch_backward_plays_at_once(staged: Staged) -> None:
    stage = staged(TWICE)
    stage.strip.get_by_role("button", name="watch backward").click()
    expect(stage.page.locator(".body .at")).to_have_text("2 of 2")
    stage.reads("a", "3", "12")


def test_a_step_moves_along_its_ribbons(staged: Staged) -> None:
    stage = staged(TWICE)
    stage.open("Flow")
    where = geometry(stage.page)
    assert press_and_look(stage, "One step on", MOVING) >= 3
    stage.page.wait_for_function(f"{MOVING} === 0")
    scrubber(stage).press("End")
    scrubber(stage).press("Home")
    now = geometry(stage.page)
    assert now == where


TOGETHER = """
(label) => {
  const page = document.querySelector('.autograd-magic').shadowRoot;
  const card = [...page.querySelectorAll('.card')].find((each) => each.querySelector('.label')?.textContent === label);
  const row = card.querySelector('.grad-row');
  const coming = [row, row.querySelector('.grad')].flatMap((each) => each.getAnimations());
  const { delay, duration } = coming[0].effect.getTiming();
  return [delay / 2, delay + duration / 2, delay + duration].map((time) => {
    for (const each of coming) { each.pause(); each.currentTime = time; }
    const tint = getComputedStyle(row).backgroundColor;
    const seen = [Number(getComputedStyle(row.querySelector('.grad')).opacity), /, 0\\)$/.test(tint) ? 0 : 1];
    return seen.map((share) => share > 0);
  });
}
"""


def test_a_jump_ends_what_still_moves(staged: Staged) -> None:
    stage = staged()
    stage.open("Flow")
    jump = (
        f"(button) => {{ button.click(); const moving = ({MOVING})(); const at = document.querySelector('.autograd-magic')"
        ".shadowRoot.querySelector('.pass .slider'); at.value = at.max; at.dispatchEvent(new Event('input'));"
        f" return [moving > 0, ({MOVING})()]; }}"
    )
    assert stage.page.get_by_role("button", name="One step on").evaluate(jump) == [True, 0]
    at(stage, "3 of 3")
    stage.reads("a", "2", "6")


def test_a_number_and_its_tint_come_in_one_frame(staged: Staged) -> None:
    stage = staged(TWICE)
    stage.open("Flow")
    assert press_and_look(stage, "One step on", TOGETHER, "b") == [[False, False], [True, True], [True, True]]


def test_whoever_wants_less_motion_sees_ribbons_come_one_by_one(browser: Browser, address: str, shell: Shell) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{address}/page.html")
    page.wait_for_function("() => window.ready")
    stage = Stage(page, shell.autograd(TWICE))
    stage.open("Flow")
    assert press_and_look(stage, "One step on", MOVING) == 0
    assert ribbons(stage) == 3
    press(stage, "Play")
    at(stage, "2 of 2")
    context.close()


def test_by_keyboard_alone(staged: Staged) -> None:
    stage = staged()
    page = stage.page
    stage.open("Flow")
    focused = "() => { const at = document.querySelector('.autograd-magic').shadowRoot.activeElement; return at.getAttribute('aria-label') ?? at.textContent; }"
    page.get_by_role("tab", name="Flow").focus()
    stops = []
    while "Break it" not in str(stops[-1:]) and len(stops) < 30:
        page.keyboard.press("Tab")
        stops.append(str(page.evaluate(focused)))
        if stops[-1] == "One step on":
            page.keyboard.press("Enter")
            at(stage, "1 of 3")
        if stops[-1] == "Step":
            page.keyboard.press("ArrowRight")
            at(stage, "2 of 3")
            page.keyboard.press("End")
            at(stage, "3 of 3")
            break
    stage.reads("a", "2", "6")
    assert len(stops) <= 16, stops


def test_the_ways_of_the_selected_node_stay_full(staged: Staged) -> None:
    stage = staged()
    stage.open("Flow")
    scrubber(stage).press("End")
    nodes = [stage.record(name).get_attribute("data-node") for name in "abdfL"]
    a, b, d, f, root = nodes
    assert stage.page.locator(".ribbon.pale").count() == 0
    stage.select("b")
    for source, target, pale in ((d, root, 0), (f, root, 1)):
        ribbon = stage.page.locator(f".ribbon[data-source='{source}'][data-target='{target}']")
        expect(ribbon).to_have_class(re.compile(r"\bpale\b" if pale else r"^((?!pale).)*$"))
    # The step that is done now is seen whatever is selected.
    for source in (a, b):
        expect(stage.page.locator(f".ribbon.pale[data-source='{source}']")).to_have_count(0)


def test_a_slider_moves_under_a_pass_that_stands(staged: Staged) -> None:
    stage = staged(TWICE)
    stage.open("Flow")
    press(stage, "One step on")
    box = stage.row("a").locator(".slider").bounding_box()
    assert box is not None
    stage.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    stage.page.mouse.down()
    stage.page.mouse.move(box["x"] + box["width"] - 6, box["y"] + box["height"] / 2, steps=5)
    stage.page.mouse.up()
    stage.reads("a", "9", "18")
    at(stage, "1 of 2")
    expect(stage.tool.locator(".words")).to_have_text(
        "c gives 1 · 18 = 18 to a, 1 · 9 = 9 to b. a waits: 1 of its 2 uses is in."
    )
    expect(stage.record("a").locator(".over")).to_have_text("18 + …")


@pytest.mark.parametrize(
    ("bug", "grads"),
    [
        ("grad = in place of +=", {"a": "6", "b": "3"}),
        ("× hands on the own value", {"a": "21", "b": "6"}),
        ("no zero_grad", {"a": "30", "b": "6"}),
        ("an op without backward", {"a": "6", "b": "3"}),
        ("no topological order", {"a": "12", "b": "3"}),
    ],
)
def test_a_broken_pass_is_seen_to_be_broken(staged: Staged, bug: str, grads: dict[str, str]) -> None:
    stage = staged(TWICE)
    right = {"a": "12", "b": "3"}
    stage.open("Flow")
    stage.page.get_by_label("Break it").select_option(bug)
    at(stage, "2 of 2")  # it has run
    expect(stage.trust).to_have_text("This backward pass is broken on purpose. The data: same as a fresh run")
    expect(stage.tool.locator(".note")).to_contain_text(bug)
    for name, grad in grads.items():
        stage.reads(name, None, grad)
        wrong = grad != right[name]
        assert stage.record(name).locator(".grad-row.wrong").count() == wrong
        line = stage.record(name).locator(".grad").evaluate("made => getComputedStyle(made).textDecorationLine")
        assert line == ("line-through" if wrong else "none")
        over = stage.record(name).locator(".over")
        if wrong:
            expect(over).to_have_text(f"right: {right[name]}")
            expect(stage.face(name)).to_have_attribute(
                "aria-label", re.compile(f"wrong on purpose; right: {right[name]}$")
            )
    if grads == right:
        expect(stage.tool.locator(".note")).to_contain_text("In this graph it changes nothing.")
    stage.page.get_by_label("Break it").select_option("nothing")
    stage.reads("a", "3", "12")
    expect(stage.trust).to_have_text("same as a fresh run")
    expect(stage.tool.locator(".note")).to_be_hidden()
    stage.page.get_by_label("Break it").select_option(bug)
    stage.go("Explore")
    stage.reads("a", "3", "12")
    expect(stage.trust).to_have_text("same as a fresh run")
    expect(stage.page.locator(".wrong")).to_have_count(0)


def test_the_list_of_leaves_marks_what_is_wrong_too(staged: Staged) -> None:
    stage = staged(TWICE)
    stage.open("Flow")
    stage.page.get_by_label("Break it").select_option("no zero_grad")
    at(stage, "2 of 2")
    row = stage.open("Leaves").locator(".row")
    expect(row.locator("output.grad")).to_have_text("wrong grad 30")
    expect(row).to_have_class(re.compile(r"\bwrong\b"))
    stage.go("Explore")
    expect(row.locator("output.grad")).to_have_text("grad 12")
    expect(row).not_to_have_class(re.compile(r"\bwrong\b"))


def test_a_pass_without_an_order_does_not_wait(staged: Staged) -> None:
    stage = staged("a = 2.0\nc = 10.0\ne = a * a\nd = e + c\nL = e * d\nL")
    stage.open("Flow")
    stage.page.get_by_label("Break it").select_option("no topological order")
    at(stage, "3 of 3")
    stage.reads("a", "2", "56")
    expect(stage.record("a").locator(".over")).to_have_text("right: 72")
    stage.reads("e", "4", "18")
    press(stage, "One step back")
    expect(stage.tool.locator(".words")).to_contain_text("to a too early.")


def test_the_op_that_stops_is_the_selected_one(staged: Staged) -> None:
    stage = staged()
    note = stage.open("Flow").locator(".note")
    stage.page.get_by_label("Break it").select_option("an op without backward")
    expect(note).to_contain_text("(d; select another)")
    at(stage, "3 of 3")
    stage.reads("c", "10", "0")
    stage.select("e")
    expect(note).to_contain_text("(e; select another)")
    stage.reads("c", "10", "-2")
    stage.reads("a", "2", "0")
    expect(stage.record("a").locator(".over")).to_have_text("right: 6")


def test_what_is_not_known_stays_so(staged: Staged) -> None:
    stage = staged(UNKNOWN)
    stage.open("Flow")
    scrubber(stage).press("End")
    for bug in range(-1, 5):
        stage.page.get_by_label("Break it").select_option(str(bug))
        grad = stage.record("x").locator(".grad")
        expect(grad).to_have_text(re.compile(r"^(\?|≈ .*)$") if bug < 0 else re.compile(r"^[^n]*$"))
        assert stage.record("x").locator(".wrong").count() == 0
        assert "nan" not in stage.page.locator(".autograd-magic").inner_text().lower()


def test_a_net_is_passed_group_by_group_and_opened_in_the_middle(staged: Staged) -> None:
    stage = staged(MLP)
    page = stage.page
    words = stage.open("Flow").locator(".words")
    page.get_by_role("button", name=re.compile(r"^all \d+ as cards$")).click()
    expect(stage.tool.locator(".at")).to_have_text(re.compile(r"^0 of ([1-5]?\d)$"))
    press(stage, "One step on")
    press(stage, "One step on")
    expect(words).to_have_text(re.compile(r"\S+ gives .* to "))
    known = page.locator(".grad-row[data-sign=positive], .grad-row[data-sign=negative]").count()
    assert known >= 1
    scrubber(stage).press("End")
    expect(page.locator(".node:not([data-kind=constant]) .grad").filter(has_text="·")).to_have_count(0)
    group = page.locator(".node[data-kind=group]").first
    group.locator(".face").press("+")
    expect(stage.tool.locator(".at")).to_have_text(re.compile(r"^(\d+) of \1$"))  # still at its end


def test_a_pass_fills_the_grids_of_a_net_and_marks_what_is_wrong_there(staged: Staged) -> None:
    stage = staged(MLP)
    page = stage.page
    stage.open("Flow")
    cell = page.get_by_role("grid", name="Weights of l0").get_by_role("gridcell").first
    expect(cell).to_have_text("·")
    expect(cell).to_have_attribute("aria-label", "l0.w[0,0], grad not known yet")
    scrubber(stage).press("End")
    right = "20"  # a cell has room for two digits
    expect(cell).to_have_text(right)
    expect(cell).not_to_have_class(re.compile("wrong"))
    page.get_by_label("Break it").select_option("no zero_grad")
    expect(cell).to_have_class(re.compile("wrong"))
    expect(cell).not_to_have_text(right)
    expect(cell).to_have_attribute("aria-label", re.compile(r"grad \d+; wrong on purpose; right: 19\.7$"))
    cell.hover()
    expect(cell).to_have_attribute("title", re.compile(r"right: 19\.7$"))
    assert cell.evaluate("cell => getComputedStyle(cell).textDecorationLine") == "line-through"
    page.get_by_label("Break it").select_option("nothing")
    expect(cell).to_have_text(right)
    expect(cell).not_to_have_class(re.compile("wrong"))


COMING = """() => {
    const page = document.querySelector('.autograd-magic').shadowRoot;
    return [...page.querySelectorAll('.cell-row')].map((row) => [...row.querySelectorAll('.cell')]
        .flatMap((each) => each.getAnimations()).map((each) => each.effect.getTiming().delay)).filter((each) => each[1]);
}"""


def test_a_gradient_comes_into_the_grids_of_a_net_from_the_right(staged: Staged) -> None:
    stage = staged(MLP)
    page = stage.page
    stage.open("Flow")
    scrubber(stage).press("End")
    assert press_and_look(stage, "One step back", COMING) == []
    rows = press_and_look(stage, "One step on", COMING)
    assert rows and all(row == sorted(row, reverse=True) and row[0] > row[-1] for row in rows)
    page.wait_for_function(f"{MOVING} === 0")
    page.emulate_media(reduced_motion="reduce")
    press(stage, "One step back")
    assert press_and_look(stage, "One step on", MOVING) == 0


def test_the_picture_that_is_saved_says_what_is_wrong(staged: Staged, page: Page) -> None:
    stage = staged(TWICE)
    stage.open("Flow")
    page.get_by_label("Break it").select_option("no zero_grad")
    at(stage, "2 of 2")
    with page.expect_download() as saved:
        stage.choose("Save as SVG")
    text = saved.value.path().read_text(encoding="utf-8")
    assert "right: 12" in text and "line-through" in text
