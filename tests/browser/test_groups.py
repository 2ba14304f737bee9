"""Large graphs: they open as groups that say what they hold, and a group opens where it stands."""

from __future__ import annotations

import re
from typing import Any

import pytest
from eight import BLACK_SCHOLES, LOGISTIC, NEWTON
from playwright.sync_api import expect
from stage import Staged, resized

MLP = """\
import random
from autograd_magic import nn
random.seed(1337)
n = nn.MLP(3, [4, 4, 1])
xs = [[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]]
ys = [1.0, -1.0, -1.0, 1.0]
loss = sum((n(x) - y) ** 2 for x, y in zip(xs, ys))
loss"""


@pytest.mark.parametrize("cell", [BLACK_SCHOLES, NEWTON, LOGISTIC, MLP], ids=["options", "newton", "logistic", "net"])
def test_a_graph_opens_with_no_more_cards_than_one_can_look_at(staged: Staged, cell: str) -> None:
    stage = staged(cell)
    if cell == MLP:  # it opens as grids
        stage.page.get_by_role("button", name=re.compile(r"^all \d+ as cards$")).click()
    expect(stage.page.locator(".node").first).to_be_visible()
    assert 2 <= stage.page.locator(".node").count() <= 60
    assert stage.page.locator(".count").is_hidden() or "not drawn" not in stage.page.locator(".count").inner_text()


def test_the_first_rung_is_the_names(staged: Staged) -> None:
    stage = staged(BLACK_SCHOLES)
    names = stage.page.locator(".card .label").all_text_contents()
    assert set(names) == {"S", "K", "T", "r", "sigma", "d1", "d2", "call"}
    stage.slide("S", 110)
    stage.deliver()
    expect(stage.page.locator("h2")).to_have_text(re.compile(r"call = [\d.]+"))
    # What comes back from a group is the derivative of its result along all that is in it.
    assert stage.ribbon("sigma", "d2")[0] in ("positive", "negative")


def test_a_group_opens_where_it_stands_and_shuts_again(staged: Staged) -> None:
    stage = staged(BLACK_SCHOLES)
    page = stage.page
    few = page.locator(".node").count()
    stage.record("d1").locator(".face").dblclick()
    expect(page.locator(".node")).not_to_have_count(few)
    page.get_by_role("button", name="Shut d1").click()
    expect(page.locator(".node")).to_have_count(few)
    stage.face("d1").press("+")
    expect(page.locator(".node")).not_to_have_count(few)


def test_every_leaf_of_a_net_can_be_moved(staged: Staged) -> None:
    stage = staged(MLP)
    before = stage.page.locator("h2 output").inner_text()
    stage.open("Leaves")
    stage.slide("l0.w[0,0]", 1)
    expect(stage.page.locator("h2 output")).not_to_have_text(before)


LOOP = """\
rate = 5/100
money = 100.0
for year in range(5):
    money = money*(1+rate)
money"""


def _whole(stage: Any) -> None:
    """Every card is in the frame, and the frame is no higher than the picture needs."""
    frame, cards = stage.page.locator(".frame"), stage.page.locator(".card")
    [box, *boxes] = stage.at_rest([frame, *cards.all()])
    for each in boxes:
        assert box["x"] <= each["x"] and each["x"] + each["width"] <= box["x"] + box["width"]
        assert box["y"] <= each["y"] and each["y"] + each["height"] <= box["y"] + box["height"]
    tall = max(each["y"] + each["height"] for each in boxes) - min(each["y"] for each in boxes)
    assert box["height"] <= max(124, tall + 90)


def test_a_click_on_the_plus_of_a_group_opens_it_and_the_picture_stays_whole(staged: Staged) -> None:
    stage = staged(LOOP)
    page = stage.page
    resized(page, 1000, 900)
    few = page.locator(".node").count()
    stage.record("money₁").locator(".opens").click()
    expect(page.locator(".node")).not_to_have_count(few)
    _whole(stage)
    stage.select("rate")  # its way back stays, whatever is selected
    page.locator(".crumbs button").click()
    expect(page.locator(".node")).to_have_count(few)
    _whole(stage)


def test_the_frame_follows_the_width_and_the_graph(staged: Staged) -> None:
    stage = staged("x = 2.0\nif x > 0:\n    y = x**2 + 3*x\n    z = y * x\nelse:\n    z = -x\nz")
    _whole(stage)
    resized(stage.page, 500, 900)
    _whole(stage)
    resized(stage.page, 1200, 900)
    _whole(stage)
    slider = stage.row("x").locator(".slider")
    slider.focus()
    stage.slide("x", -1, done=False)
    stage.deliver()
    slider.dispatch_event("change")
    stage.deliver()
    expect(stage.page.locator("h2")).to_have_text("z = 1")
    _whole(stage)
    stage.page.locator(".frame").evaluate("frame => { frame.style.height = '500px' }")  # as somebody drags its corner
    stage.slide("x", 2)
    stage.deliver()
    expect(stage.page.locator("h2")).to_have_text("z = 20")
    assert stage.page.locator(".frame").bounding_box()["height"] == 500
