"""The line above the graph: the root, what there is to say, the modes, and the menu."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from shell import LECTURE, Shell
from stage import Stage, Staged, resized

FOCUSED = "() => document.querySelector('.autograd-magic').shadowRoot.activeElement?.textContent"
LONG = "the_sum_of_all_the_squares_of_all_the_errors_of_the_second_model"


def test_modes_by_key_and_by_pointer(staged: Staged) -> None:
    stage = staged()
    page = stage.page
    tabs = page.get_by_role("tab")
    expect(tabs).to_have_text(["Explore", "Flow", "Slope", "Practise"])
    expect(page.get_by_role("tab", selected=True)).to_have_text("Explore")
    tabs.first.focus()
    for key, mode in (
        ("ArrowRight", "Flow"),
        ("End", "Practise"),
        ("ArrowRight", "Explore"),
        ("ArrowLeft", "Practise"),
    ):
        page.keyboard.press(key)
        assert page.evaluate(FOCUSED) == mode
        expect(page.get_by_role("tab", selected=True)).to_have_text(mode)
    stage.reads("a", "2", "?")
    stage.go("Explore")
    stage.reads("a", "2", "6")
    assert page.locator("[role=tab][tabindex='0']").count() == 1


def test_the_menu_by_key(staged: Staged) -> None:
    stage = staged()
    page = stage.page
    more, menu = page.get_by_role("button", name="More:"), page.get_by_role("menu")
    more.focus()
    page.keyboard.press("ArrowDown")
    expect(menu).to_be_visible()
    assert page.evaluate(FOCUSED) == "Leaves"
    for key, item in (
        ("ArrowDown", "Table"),
        ("ArrowUp", "Leaves"),
        ("ArrowUp", "Save as PNG"),
        ("Home", "Leaves"),
        ("t", "Table"),
        ("f", "Formula"),
    ):
        page.keyboard.press(key)
        assert page.evaluate(FOCUSED) == item
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(more).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Every number in a table, and beside what it was")).to_be_visible()
    more.click()
    expect(page.get_by_role("menuitemcheckbox", name="Table")).to_have_attribute("aria-checked", "true")
    page.keyboard.press("Tab")
    expect(menu).to_be_hidden()
    more.click()
    page.mouse.click(5, 5)
    expect(menu).to_be_hidden()


def test_the_menu_is_seen_whole_over_what_is_below_it(staged: Staged) -> None:
    stage = staged()
    page = stage.page
    page.get_by_role("button", name="More:").click()
    for item in page.locator(".menu button").all():
        item.click(trial=True)  # nothing lies over it


@pytest.mark.parametrize("width", [320, 480, 968, 2560])
def test_a_long_name_is_whole(page: Page, shell: Shell, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    Stage(page, shell.autograd(f"x = 2.0\n{LONG} = x * x\n{LONG}"))
    heading = page.locator("h2")
    expect(heading).to_have_text(f"{LONG} = 4")
    cut = "h2 => h2.scrollWidth > h2.clientWidth || getComputedStyle(h2).textOverflow === 'ellipsis'"
    assert not heading.evaluate(cut)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [320, 480, 968])
def test_a_long_sentence_moves_nothing_and_is_whole(page: Page, shell: Shell, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    stage = Stage(page, shell.autograd("x = 2.0\nif x > 1 and x < 1e9:\n    y = x * x\nelse:\n    y = -x\ny"))
    before = stage.at_rest([page.locator(".frame"), page.locator(".modes"), page.locator(".body")])
    stage.type("x", "0")
    expect(stage.trust).to_contain_text("Greyed: the last numbers that hold.")
    assert stage.at_rest([page.locator(".frame"), page.locator(".modes"), page.locator(".body")]) == before
    assert page.locator(".says").evaluate("made => made.scrollWidth <= made.clientWidth + 1")


def test_an_alarm_jumps_to_where_it_is(staged: Staged) -> None:
    stage = staged("import numpy as np\nx = 4.0\ny = np.log(x)\nz = y * 2\nz")
    alarm = stage.page.locator("button.alarm")
    expect(alarm).to_be_hidden()
    stage.type("x", "0")
    expect(alarm).to_have_text("-inf was born at y (line 4)")
    alarm.click()
    expect(stage.face("y")).to_have_attribute("aria-pressed", "true")
    stage.type("x", "1")
    expect(alarm).to_be_hidden()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "from autograd_magic import Value\nx = Value(-1.0)\n"
            + "".join(f"h{k} = (x * {k + 3}).relu()\n" for k in range(12))
            + "first_hidden_unit_of_all = (x * 2).relu()\n"
            + f"total_loss = {' + '.join(f'h{k}' for k in range(12))} + first_hidden_unit_of_all + 0.1234\ntotal_loss",
            "dead: first_hidde… and 12 more",
        ),
        (
            "from autograd_magic import Value\nx = Value(-1.0)\ny = sum((x * k).relu() for k in range(1, 9)) + 1.0\ny",
            "dead: ReLU and 7 more",
        ),
        (
            "learning_rate_of_all = 2.0\ntotal_loss = learning_rate_of_all * 1.234e8\ntotal_loss",
            "exploding: learning_ra….grad 1.234e8",
        ),
    ],
    ids=["dead", "dead without names", "exploding"],
)
def test_an_alarm_takes_one_line(staged: Staged, text: str, said: str) -> None:
    stage = staged(text)
    resized(stage.page, 968 + 16, 900)
    alarm = stage.page.locator("button.alarm")
    expect(alarm).to_have_text(said)
    assert alarm.evaluate("made => made.getBoundingClientRect().height") <= 24.5
    head = stage.page.locator("header.head").evaluate("made => made.getBoundingClientRect().bottom")
    assert stage.page.locator(".says").evaluate("made => made.getBoundingClientRect().bottom") <= head + 1


def test_an_alarm_gives_no_answer_away(staged: Staged) -> None:
    stage = staged("x = 2.0\ny = x * 1e7\ny", options="--quiz")
    alarm = stage.page.locator("button.alarm")
    expect(alarm).to_be_hidden()
    stage.go("Explore")
    expect(alarm).to_have_text("exploding: x.grad 1e7")


def test_what_looks_at_the_picture_for_a_while_gives_it_back(staged: Staged) -> None:
    stage = staged(LECTURE)
    stage.open("Flow")
    stage.reads("a", "2", "·")
    lines = stage.open("Source").locator(".line")
    lines.nth(4).hover()
    expect(stage.page.locator(".node.lit")).to_have_count(1)
    stage.reads("a", "2", "·")
    stage.page.mouse.move(0, 0)
    expect(stage.page.locator(".node.lit")).to_have_count(1)  # where the pass stands
    stage.reads("a", "2", "·")
