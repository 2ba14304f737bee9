"""What the kernel answers: formulas, the curve beyond a guard; how long one waits for it; and curvature, which needs
none."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from shell import BRANCH, Shell
from stage import Stage, Staged

BOWL = "x = -2.0\ny = 0.5\nz = x**2 + 8*y**2 + x*y\nz"


def answered(stage: Stage, times: int = 1) -> None:
    """Let questions and answers go to and fro."""
    for _ in range(times):
        stage.deliver()


def filled(stage: Stage) -> None:
    """Let them go to and fro until the picture is filled: how often depends on how busy the machine is."""
    done = stage.page.get_by_role("button", name="Filled")
    for _ in range(500):
        stage.deliver()
        if done.is_visible():
            break
    expect(done).to_be_visible()


def open_curvature(stage: Stage) -> None:
    """Slope, with the second derivatives by each pair of leaves."""
    stage.open("Slope")
    stage.page.get_by_text("Second derivatives by each pair").click()


def test_curvature_follows_the_leaves(staged: Staged) -> None:
    stage = staged("x = 2.0\ny = 3.0\nz = x**3 * y\nz")
    open_curvature(stage)
    table = stage.tool.locator("table")
    expect(table.locator("tr").nth(1)).to_have_text("x3612")
    expect(table.locator("tr").nth(2)).to_have_text("y120")
    expect(stage.tool.locator(".bends")).to_contain_text("∂²z/∂x² ≈ 36: along x it bends upwards.")
    stage.slide("x", -1, done=False)
    expect(table).to_have_attribute("data-stale", "true")
    stage.slide("x", -1)
    expect(table).not_to_have_attribute("data-stale", "true")
    expect(table.locator("tr").nth(1)).to_have_text("x-183")
    stage.page.get_by_label("Leaf", exact=True).select_option("y")
    expect(stage.tool.locator(".bends")).to_contain_text("∂²z/∂y² ≈ 0: along y it is straight there.")


def test_formulas_to_take_along(staged: Staged) -> None:
    stage = staged()
    page = stage.page
    stage.open("Formula")
    answered(stage)
    text = page.locator("textarea")
    expect(text).to_have_value(re.compile(r"L &= d \\cdot f"))
    stage.select("e")
    answered(stage)
    expect(text).to_have_value("e = a \\cdot b")
    page.get_by_role("button", name="Python", exact=True).click()
    answered(stage)
    expect(text).to_have_value(re.compile("^import math\n\na = 2.0\n"))
    stage.slide("a", 3)
    answered(stage)
    expect(text).to_have_value(re.compile("a = 3.0"))
    page.get_by_role("button", name="DOT", exact=True).click()
    answered(stage)
    expect(text).to_have_value(re.compile("digraph"))
    page.get_by_role("button", name="Copy").click()
    expect(stage.tool.locator(".words")).to_have_text(re.compile("^Copied|press Ctrl"))


def test_the_cells_text_with_these_numbers_to_take_along(staged: Staged, shell: Shell) -> None:
    shell("s = 3.0")
    stage = staged("x = 2.0  # wide\ny = x * s\ny")
    page = stage.page
    stage.open("Source")
    put = page.get_by_role("button", name="Put these numbers into the cell")
    put.click()
    answered(stage)
    expect(stage.tool.locator(".words")).to_have_text("The cell's text holds these numbers already.")
    stage.slide("x", -1.5)
    stage.slide("s", 4)
    put.click()
    answered(stage)
    expect(stage.tool.locator(".words")).to_have_text(
        re.compile("This page cannot change the cell: .* with these numbers.* Not written in it: s\\.")
    )
    expect(stage.tool.locator("textarea")).to_have_value("%%autograd --as w\nx = -1.5  # wide\ny = x * s\ny")


def test_a_kernel_that_is_gone_says_so(staged: Staged) -> None:
    stage = staged()
    page = stage.page
    stage.open("Slope")
    page.evaluate("() => window.model.tell('comm_live_update')")
    expect(stage.tool.locator(".bends")).to_have_text("∂²L/∂a² ≈ 0: along a it is straight there.")
    stage.open("Formula")
    expect(stage.tool.locator(".words")).to_have_text("The kernel is gone: run the cell again.")


def test_the_curve_beyond_a_guard_comes_from_the_kernel(staged: Staged) -> None:
    stage = staged(BRANCH)
    page = stage.page
    stage.open("Slope")
    unknown = page.locator(".plot .unknown")
    assert unknown.get_attribute("d")
    points = str(page.locator(".plot .curve").get_attribute("d")).count("L")
    page.get_by_role("button", name="Fill").click()
    expect(page.get_by_role("button", name=re.compile("Stop: 0 of"))).to_be_visible()
    filled(stage)
    expect(unknown).to_have_attribute("d", "")
    expect(page.get_by_role("button", name="Filled")).to_be_visible()
    # What lies between the points that the kernel gave is nobody's to draw.
    assert str(page.locator(".plot .curve").get_attribute("d")).count("L") == points
    expect(page.locator(".plot .dots")).not_to_have_attribute("d", "")
    expect(page.locator(".page")).to_have_attribute("data-mood", "exact")
    stage.reads("x", "2", "4")


def test_filling_is_stopped(staged: Staged) -> None:
    stage = staged(BRANCH)
    page = stage.page
    stage.open("Slope")
    page.get_by_role("button", name="Fill").click()
    page.get_by_role("button", name=re.compile("Stop: 0 of")).click()
    answered(stage, 2)
    assert page.locator(".plot .unknown").get_attribute("d")
    expect(page.get_by_role("button", name="Fill")).to_have_attribute("aria-pressed", "false")


def test_filling_begins_anew_when_another_leaf_has_moved(staged: Staged) -> None:
    stage = staged("x = 2.0\nk = 3.0\ny = k * x if x > 1 else k - x\ny")
    page = stage.page
    stage.open("Slope")
    page.get_by_role("button", name="Fill").click()
    filled(stage)
    unknown = page.locator(".plot .unknown")
    expect(unknown).to_have_attribute("d", "")
    stage.slide("k", 5)
    expect(unknown).not_to_have_attribute("d", "")
    expect(page.get_by_role("button", name=re.compile("Stop: 0 of"))).to_be_visible()
    filled(stage)
    expect(unknown).to_have_attribute("d", "")


def test_a_list_from_outside_is_not_touched_for_a_picture(staged: Staged, shell: Shell) -> None:
    shell("seen = []")
    stage = staged("x = 2.0\ny = x if x > 1 else -x\nseen.append(y)\ny")
    page = stage.page
    stage.open("Slope")
    page.get_by_role("button", name="Fill").click()
    filled(stage)
    expect(page.locator(".plot .unknown")).to_have_attribute("d", "")
    assert len(shell.names["seen"]) == 1


def test_two_leaves_are_a_map_with_an_arrow(staged: Staged) -> None:
    stage = staged(BOWL)
    page = stage.page
    stage.open("Slope")
    page.get_by_label("Second leaf").select_option("y")
    expect(page.locator(".plot image")).to_have_attribute("href", re.compile("^data:image/png"))
    expect(stage.tool.locator(".side .equations output")).to_have_text(["-3.5", "6"])
    expect(page.locator(".rider[role] .name")).to_have_text(["x", "y"])
    arrow = page.locator(".plot .tangent")
    before = arrow.get_attribute("d")
    assert before
    expect(page.get_by_label("Step h of the secant")).to_be_hidden()
    box = page.locator(".plot").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.3)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.4, steps=3)
    page.mouse.up()
    assert arrow.get_attribute("d") != before
    expect(stage.row("x").locator("input.value")).not_to_have_value("-2")
    expect(stage.row("y").locator("input.value")).not_to_have_value("0.5")
    page.get_by_role("button", name="Undo").click()
    expect(stage.row("x").locator("input.value")).to_have_value("-2")
    expect(stage.row("y").locator("input.value")).to_have_value("0.5")


def test_a_map_is_blank_where_only_the_kernel_can_tell(staged: Staged) -> None:
    stage = staged("x = 2.0\nk = 3.0\ny = k * x if x > 1 else k - x\ny")
    page = stage.page
    stage.open("Slope")
    page.get_by_label("Second leaf").select_option("k")
    image = page.locator(".plot image")
    before = image.get_attribute("href")
    page.get_by_role("button", name="Fill").click()
    filled(stage)
    assert image.get_attribute("href") != before


def test_a_question_that_takes_long_can_be_cancelled(staged: Staged) -> None:
    stage = staged(BRANCH)
    page = stage.page
    stage.slide("x", 0.5)
    expect(page.locator(".page")).to_have_attribute("data-mood", "asking")
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(".page")).to_have_attribute("data-mood", "exact")
    expect(page.get_by_role("progressbar")).to_be_hidden()
    expect(stage.row("x").locator("input.value")).to_have_value("2")
    assert page.evaluate("() => window.model.asked().map(({ ask }) => ask)") == ["cancel"]
    answered(stage, 2)
    assert stage.explorer is not None and stage.explorer.values["y"] == 4.0


def test_what_a_move_came_to_is_said(staged: Staged) -> None:
    stage = staged()
    stage.slide("a", 3, done=False)
    spoken = stage.page.locator("p.spoken")
    expect(spoken).to_have_text("")
    stage.slide("a", 3)
    expect(spoken).to_have_text("L = -2; a: grad 6")


def test_curvature_of_many_leaves_says_what_it_leaves_out(staged: Staged) -> None:
    names = [f"a{k}" for k in range(15)]
    text = "".join(f"{name} = {k}.5\n" for k, name in enumerate(names)) + "y = " + " * ".join(names) + "\ny"
    stage = staged(text)
    stage.select("a14")
    open_curvature(stage)
    expect(stage.tool.locator("tr")).to_have_count(1 + 12)
    expect(stage.tool.locator(".bends")).to_contain_text("3 more leaves are left out")
    expect(stage.tool.locator(".bends")).to_contain_text("∂²y/∂a14² ≈ 0")


@pytest.mark.parametrize("tool", ["Slope", "Table", "Source", "Flow", "Practise"])
def test_a_leaf_that_is_no_number_breaks_no_tool(staged: Staged, tool: str) -> None:
    stage = staged(BOWL)
    stage.select("x")
    stage.open(tool)
    for text in ("nan", "inf", "-inf", "1e308", "-2"):
        stage.type("x", text)
        stage.deliver()
    if tool != "Practise":
        stage.reads("z", "5")


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("x = 0.0\ny = np.sqrt(x) * np.sqrt(x) * x\ny", "∂²y/∂x² is not known there."),
        ("x = 0.0\ny = abs(x)\ny", "There is a kink, of which second derivatives say nothing."),
    ],
)
def test_curvature_where_there_is_none(staged: Staged, cell: str, sentence: str) -> None:
    stage = staged(f"import numpy as np\n{cell}")
    stage.open("Slope")
    expect(stage.tool.locator(".bends")).to_contain_text(sentence)
