"""Somebody else's class in the view: our gradients, theirs beside them, and why they differ."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect
from stage import Stage
from test_adopt import RIGHT, learner

from autograd_magic import explore
from autograd_magic.engine.verdicts import OVERWRITTEN


def test_their_gradients_stand_beside_ours(page: Page) -> None:
    names = learner(ASSIGN="=")
    stage = Stage(page, explore(names["g"]))
    page.get_by_role("button", name="Fit").click()
    record = stage.record("c")
    expect(record).to_have_class(re.compile("differs"))
    mark, number = stage.at_rest([record.locator(".mark"), record.locator(".data-row > :last-child")])
    assert mark["x"] >= number["x"] + number["width"]
    expect(stage.face("c")).to_have_attribute("aria-label", re.compile("your class gives"))
    expect(page.locator(".note").filter(has_text=OVERWRITTEN)).to_be_visible()
    stage.select("c")
    expect(stage.strip).to_contain_text(f"{OVERWRITTEN}.")
    stage.slide("a", 3)
    expect(stage.strip).to_contain_text("known for the numbers it was run with")
    stage.select("h")
    stage.type("a", "2")
    expect(stage.strip).to_contain_text("Your class gives 1 as well.")


def test_a_right_class_has_no_mark(page: Page) -> None:
    Stage(page, explore(learner(BACKWARD=RIGHT)["g"]))
    expect(page.locator(".differs")).to_have_count(0)
    expect(page.locator(".note").first).to_contain_text("agree with ours at every node")
