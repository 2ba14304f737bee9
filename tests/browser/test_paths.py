"""What the view does where the code goes another way: asks, remembers, marks what it cannot vouch for."""

from __future__ import annotations

from playwright.sync_api import expect
from shell import BRANCH
from stage import Staged

SAME = "(element, other) => element === other"


def test_a_path_that_was_traced_before_needs_no_kernel(staged: Staged) -> None:
    stage = staged(BRANCH)
    stage.type("x", "0")
    stage.deliver()
    stage.reads("y", "1")
    expect(stage.trust).to_contain_text("new: z")
    stage.slide("x", 3)
    stage.reads("y", "9")
    status = stage.trust
    expect(status).to_contain_text("line 3: x > 1 is true now. This path was traced before (gone: z)")
    stage.slide("x", -1)
    stage.reads("y", "-2")
    stage.slide("x", 4)
    stage.reads("y", "16", "1")
    while stage.deliver():  # what was sent for a path that the kernel has left meanwhile is sent again
        pass
    assert stage.explorer is not None
    assert stage.explorer.values["y"] == 16.0
    stage.slide("x", 3)
    stage.reads("y", "9")


def test_a_slider_stays_when_the_graph_changes_under_it(staged: Staged) -> None:
    stage = staged(BRANCH)
    slider = stage.row("x").locator(".slider").element_handle()
    slider.focus()
    stage.slide("x", 0, done=False)
    stage.page.wait_for_function("() => Object.keys(window.model.sent.at(-1)[1].at).length")
    stage.deliver()
    expect(stage.record("z")).to_be_visible()
    assert stage.row("x").locator(".slider").evaluate(SAME, slider)
    assert slider.evaluate("element => element.getRootNode().activeElement === element")


def test_text_that_may_decide_is_not_vouched_for(staged: Staged) -> None:
    stage = staged("x = 9.5\ny = x * len(str(x))\ny\n")
    stage.reads("y", "28.5")
    stage.slide("x", 10.25, done=False)
    status = stage.trust
    expect(status).to_contain_text("Not confirmed: line 3 makes text of numbers, which may decide something")
    stage.slide("x", 10.25)
    stage.deliver()
    stage.reads("y", "51.25")
    expect(status).to_contain_text("The code was run again, and this is its graph now.")


def test_text_that_is_printed_decides_nothing(staged: Staged) -> None:
    stage = staged("x = 2.5\nprint(f'{x:.2f}', x, '%.1f' % x, [x])\ny = x * x\ny\n")
    stage.slide("x", 3, done=False)
    stage.reads("y", "9")
    expect(stage.page.locator(".page")).to_have_attribute("data-mood", "exact")
    stage.deliver()  # what is said of a kernel that has not answered yet does not belong here
    expect(stage.trust).to_have_text("same as a fresh run")
    stage.type("x", "3.5")
    stage.deliver()
    expect(stage.page.locator(".output")).to_contain_text("3.50 3.5 3.5 [3.5]")


def test_leaves_that_only_decide_stand_apart(staged: Staged) -> None:
    stage = staged("x = 2.0\nn = 3\nunused = 7.0\ny = x\nfor k in range(n):\n    y = y * x\ny\n")
    expect(stage.row("n")).to_be_visible()
    expect(stage.row("unused")).to_have_class("row unused")
    expect(stage.page.get_by_text("These reach y only by what the code decides")).to_be_visible()
    stage.type("n", "2")
    stage.deliver()
    expect(stage.page.locator("h2")).to_have_text("y = 8")
