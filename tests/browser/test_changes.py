"""After the graph, its root or its leaves have changed: nothing holds on to what was."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect
from shell import BRANCH
from stage import Stage, Staged

from autograd_magic.live import descent

OTHER = "x = 1.0\nif x > 0:\n    p = x * 2\n    q = p * 3\nelse:\n    o = x + 5\n    n = o**2\n    p = n * 7\n    q = p * 3\nq"


def open_tool(stage: Stage, name: str) -> None:
    """Open a tool, and let the kernel answer."""
    stage.open(name)
    for _ in range(3):
        stage.deliver()


def move(stage: Stage, name: str, text: str) -> None:
    """Type a leaf's number, and let the kernel do what follows."""
    stage.type(name, text)
    for _ in range(4):
        stage.deliver()


def test_the_same_graph_from_another_run(staged: Staged) -> None:
    stage = staged("x = 2.0\nz = x**3\nprint(z)\nz")
    page = stage.page
    stage.select("z")
    open_tool(stage, "Table")
    for x, z in (("1", "1"), ("3", "27"), ("4", "64")):
        move(stage, "x", x)
        expect(page.locator("h2")).to_have_text(f"z = {z}")
        expect(stage.strip.locator(".made")).to_have_text(re.compile(f"= {z}$"))
        expect(stage.tool.locator("tr").nth(1)).to_contain_text(z)


def test_another_branch_of_the_same_shape(staged: Staged) -> None:
    stage = staged("x = 2.0\nif x > 1.0:\n    y = x * 10\nelse:\n    y = x * 3\ny")
    stage.select("y")
    move(stage, "x", "0.5")
    expect(stage.page.locator("h2")).to_have_text("y = 1.5")
    expect(stage.strip.get_by_title("Line 6: y = x * 3")).to_be_visible()
    expect(stage.strip.locator(".made")).to_contain_text("0.5 · 3 = 1.5")
    expect(stage.trust).to_contain_text("The code was run again")
    move(stage, "x", "2")
    expect(stage.strip.get_by_title("Line 4: y = x * 10")).to_be_visible()


def test_a_constant_that_the_code_has_made_of_a_leaf(staged: Staged) -> None:
    stage = staged("x = 3.0\ny = 2.5\nz = int(x) * y\nz")
    stage.select("y")
    move(stage, "x", "7.34")
    expect(stage.page.locator("h2")).to_have_text("z = 17.5")
    expect(stage.strip.locator(".eq")).to_contain_text("=1·7=7")
    move(stage, "y", "3")
    expect(stage.page.locator("h2")).to_have_text("z = 21")


def test_a_root_is_the_same_number_on_another_way(staged: Staged) -> None:
    stage = staged(OTHER)
    page = stage.page
    stage.select("p")
    stage.make_root()
    move(stage, "x", "-1")
    expect(page.locator("h2")).to_have_text("p = 112")
    open_tool(stage, "Slope")
    expect(stage.tool.locator(".bends")).to_contain_text("∂²p/∂x² ≈ 14")
    stage.go("Explore")
    stage.select("n")
    page.get_by_role("button", name="Add to the root").click()
    expect(page.locator("h2")).to_have_text("(p + n) = 128")


def test_the_kernel_fills_the_curve_of_the_root_that_is_shown(staged: Staged) -> None:
    stage = staged(
        "x = 3.0\nif x > 0:\n    p = x * 2\n    q = p * 3\nelse:\n    o = x + 5\n"
        "    p = o * 7 if x > -2 else o * 100\n    q = p * 3\nq"
    )
    page = stage.page
    stage.select("p")
    stage.make_root()
    move(stage, "x", "-1")
    open_tool(stage, "Slope")
    page.get_by_role("button", name="Fill").click()
    for _ in range(4):
        stage.deliver()
    expect(page.get_by_role("button", name="Filled")).to_be_visible()
    assert stage.explorer is not None
    # At the left end p is 200, and o, which stands in p's place in the first graph, is 2.
    assert stage.explorer.peek({stage.explorer.tape.leaves[0].key: -3.0}, ["p"]) == 200.0
    ticks = [text for text in page.locator(".plot .tick").all_text_contents() if text]
    assert max(float(text) for text in ticks) >= 150


def test_a_root_without_a_name_is_not_mistaken_for_another(staged: Staged) -> None:
    stage = staged("x = 2.0\nif x > 1.0:\n    y = x * x\n    r = [y * 5.0 + 1]\nelse:\n    r = [(x + 3) * 100.0]\nr[0]")
    page = stage.page
    move(stage, "x", "0.5")
    move(stage, "x", "2")
    stage.page.get_by_role("button", name=re.compile("data 20")).click()
    stage.make_root()
    open_tool(stage, "Slope")
    expect(page.locator(".plot .unknown")).not_to_have_attribute("d", "")


def test_the_curve_is_that_of_the_root_also_when_names_begin_alike(staged: Staged) -> None:
    stage = staged(
        "first = 1.0\nalpha_weight_one = first * 2\nbeta_weight_two = first * 3\ngamma_weight = first * 100\n"
        "r = alpha_weight_one * beta_weight_two * gamma_weight\nr"
    )
    page = stage.page
    stage.select("alpha_weight_one")
    stage.make_root()
    for name, most in (("beta_weight_two", 15), ("gamma_weight", 300)):
        stage.open("View")
        page.get_by_placeholder("Find a label").fill(name)
        page.get_by_placeholder("Find a label").press("Enter")
        stage.go("Explore")
        page.get_by_role("button", name="Add to the root").click()
        stage.open("Slope")
        ticks = page.locator(".plot .tick").all_text_contents()
        assert max(map(float, ticks)) >= most


def test_the_cells_own_root_is_no_other_root(staged: Staged) -> None:
    stage = staged()
    page = stage.page
    stage.select("d")
    stage.make_root()
    stage.open("View")
    page.get_by_placeholder("Find a label").fill("L")
    page.get_by_placeholder("Find a label").press("Enter")
    stage.make_root()
    expect(page.locator("h2")).to_have_text("L = -8")
    expect(page.locator(".notes .note")).to_have_count(0)


def test_the_sum_of_roots_is_nobodys_node(staged: Staged) -> None:
    stage = staged()
    page = stage.page
    for name in ("d", "a"):
        stage.select(name)
        page.get_by_role("button", name="Add to the root").click()
    expect(page.locator("h2")).to_have_text("(L + d + a) = -2")
    page.get_by_role("button", name=re.compile("data -4")).last.click()
    expect(page.get_by_role("button", name="the root")).to_have_count(0)
    open_tool(stage, "Formula")
    expect(stage.tool.locator(".words")).to_contain_text("A sum of several roots has no formula")


@pytest.mark.parametrize("tool", ["Slope", "Formula"])
def test_what_python_moves_is_asked_anew(staged: Staged, tool: str) -> None:
    stage = staged("x = 2.0\ny = 3.0\nz = x**3 * y\nz")
    page = stage.page
    open_tool(stage, tool)
    if tool == "Formula":
        page.get_by_role("button", name="Python", exact=True).click()
        stage.deliver()
    assert stage.explorer is not None
    stage.explorer.set(x=-1)
    stage.tell()
    for _ in range(3):
        stage.deliver()
    if tool == "Slope":
        expect(stage.tool.locator(".bends")).to_contain_text("∂²z/∂x² ≈ -18")
    else:
        expect(page.locator("textarea")).to_have_value(re.compile(r"x = -1\.0"))


@pytest.mark.parametrize("cell", ["x = 2.0\nz = x**3\nprint(z)\nz", BRANCH], ids=["a print", "a branch"])
def test_what_was_asked_of_an_earlier_run_is_asked_anew(staged: Staged, cell: str) -> None:
    stage = staged(cell)
    move(stage, "x", "0.5")
    open_tool(stage, "Slope")
    move(stage, "x", "3")
    expect(stage.tool.locator(".bends")).to_contain_text("∂²")
    expect(stage.tool.locator(".bends")).not_to_have_attribute("data-stale", "true")


def test_undo_takes_back_nothing_that_others_did(staged: Staged) -> None:
    stage = staged()
    assert stage.explorer is not None
    stage.slide("a", 3)
    stage.deliver()
    stage.explorer.set(b=1)
    stage.tell()
    stage.slide("a", 4)
    for wanted in ("3", "2"):
        stage.page.get_by_role("button", name="Undo").click()
        expect(stage.row("a").locator("input.value")).to_have_value(wanted)
        expect(stage.row("b").locator("input.value")).to_have_value("1")
    for wanted in ("3", "4"):
        stage.page.get_by_role("button", name="Redo").click()
        expect(stage.row("a").locator("input.value")).to_have_value(wanted)
        expect(stage.row("b").locator("input.value")).to_have_value("1")


def test_a_plot_keeps_its_leaf_on_another_way(staged: Staged) -> None:
    stage = staged(
        "x = 2.0\nif x > 1:\n    k = 3.0\n    b = 4.0\n    y = x * k + b\nelse:\n    b = 4.0\n    y = x + b\ny"
    )
    page = stage.page
    open_tool(stage, "Slope")
    page.get_by_label("Leaf", exact=True).select_option("b")
    expect(stage.tool.locator(".equation").first).to_have_text("∂y∂b=1")
    move(stage, "x", "0.5")
    expect(stage.tool.locator(".equation").first).to_have_text("∂y∂b=1")


def test_a_plot_goes_as_far_as_the_slider(staged: Staged) -> None:
    stage = staged("import math\nx = 0.5\ny = math.exp(-x)\ny")
    page = stage.page
    stage.select("x")
    ends = stage.row("x").locator("input.end")
    for end, text in ((ends.first, "0"), (ends.last, "5")):
        end.fill(text)
        end.press("Enter")
    open_tool(stage, "Slope")
    ticks = page.locator(".plot .tick").all_text_contents()
    assert {"0", "1", "2", "3", "4", "5"} <= set(ticks) and "-1" not in ticks


def test_the_point_stays_where_the_numbers_hold(staged: Staged) -> None:
    stage = staged("x = 2.0\nif x < 0:\n    raise ValueError('no')\ny = x*3\ny")
    page = stage.page
    open_tool(stage, "Slope")
    before = page.locator(".plot .point").get_attribute("cx")
    move(stage, "x", "-0.5")
    expect(page.locator(".page")).to_have_attribute("data-mood", "stuck")
    assert page.locator(".plot .point").get_attribute("cx") == before
    assert "at x = 2 it is 6" in str(page.locator(".plot").get_attribute("aria-label"))


def test_the_view_follows_a_descent_in_the_kernel(staged: Staged, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(descent, "FRAME", 0.0)
    stage = staged("x = 3.0\nf = x * x\nf")
    seen: list[str] = []

    def follow(_: Any) -> None:
        stage.tell()
        seen.append(stage.page.locator("h2").inner_text())

    stage.explorer.model.observe(follow, "answer")
    stage.explorer.descend(2, 0.25)
    stage.tell()
    stage.reads("x", "0.75")
    expect(stage.page.locator("h2")).to_have_text("f = 0.5625")
    assert "f = 2.25" in seen
    assert not stage.sent()  # what it follows it does not send back
