"""Other roots, other wishes for the picture, and the picture as a file."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import Download, expect
from shell import BRANCH
from stage import Stage, Staged

DOT = "x = 0.5\ny = x*1 + x*2 + x*3 + x*4 + x*5\ny"


def open_view(stage: Stage) -> None:
    """Open the panel."""
    stage.open("View")


def test_any_node_is_a_root(staged: Staged) -> None:
    stage = staged()
    page = stage.page
    stage.select("d")
    stage.make_root()
    expect(page.locator("h2")).to_have_text("d = 4")
    stage.reads("a", "2", "-3")
    stage.reads("d", "4", "1")
    expect(page.locator(".node")).to_have_count(5)
    expect(page.locator(".notes .note")).to_contain_text("those of d. In the notebook the Values keep those of L.")
    expect(page.locator(".leaves")).to_contain_text("d does not depend on these")
    stage.slide("b", 1)
    expect(page.locator("h2")).to_have_text("d = 12")
    stage.reads("a", "2", "1")
    stage.deliver()
    assert stage.explorer is not None
    assert stage.explorer.grads["a"] == -2.0
    page.get_by_role("button", name="Back to L").click()
    expect(page.locator("h2")).to_have_text("L = -24")
    stage.reads("a", "2", "-2")


def test_the_sum_of_several_roots(staged: Staged) -> None:
    stage = staged()
    page = stage.page
    stage.select("d")
    page.get_by_role("button", name="Add to the root").click()
    expect(page.locator("h2")).to_have_text("(L + d) = -4")
    stage.reads("a", "2", "3")
    stage.reads("f", "-2", "4")
    expect(page.locator(".node")).to_have_count(8)
    stage.slide("a", 3)
    expect(page.locator("h2")).to_have_text("(L + d) = -1")
    stage.open("Slope")
    expect(stage.tool.locator(".equation").first).to_have_text("∂(L+d)∂a=3")


def test_a_root_stays_when_the_code_runs_again(staged: Staged) -> None:
    stage = staged("x = 2.0\nu = x * 3\ny = u + 1 if x > 1 else u - 1\ny")
    page = stage.page
    stage.select("u")
    stage.make_root()
    stage.slide("x", 0.5)
    stage.deliver()
    expect(page.locator("h2")).to_have_text("u = 1.5")
    expect(page.locator(".page")).to_have_attribute("data-mood", "exact")
    stage.slide("x", 3)
    expect(page.locator("h2")).to_have_text("u = 9")


def test_a_root_that_the_other_path_does_not_have(staged: Staged) -> None:
    stage = staged(BRANCH)
    page = stage.page
    stage.slide("x", 0.5)
    stage.deliver()
    stage.select("z")
    stage.make_root()
    expect(page.locator("h2")).to_have_text("z = 1.5")
    stage.slide("x", 2)
    expect(page.locator("h2")).to_have_text("y = 4")
    stage.slide("x", 0.5)
    expect(page.locator("h2")).to_have_text("z = 1.5")


def test_find_a_label(staged: Staged) -> None:
    stage = staged("w1 = 1.0\nw2 = 2.0\nbias = 3.0\nunused = 4.0\ny = w1 * w2 + bias\ny")
    open_view(stage)
    search = stage.page.get_by_role("searchbox", name="Find a label")
    words = stage.tool.locator(".words")
    search.fill("W")
    search.press("Enter")
    expect(stage.subject).to_have_text("w1")
    expect(words).to_contain_text("1 of 2: w1.")
    search.press("Enter")
    expect(words).to_contain_text("2 of 2: w2.")
    search.press("Enter")
    expect(words).to_contain_text("1 of 2: w1.")
    search.fill("unu")
    search.press("Enter")
    expect(words).to_contain_text("not drawn: y does not depend on it")
    search.fill("nowhere")
    search.press("Enter")
    expect(words).to_have_text("No label has “nowhere” in it.")


def test_constants_are_hidden(staged: Staged) -> None:
    stage = staged(DOT)
    open_view(stage)
    expect(stage.page.locator(".node")).to_have_count(15)
    stage.page.get_by_label("hide constants").check()
    expect(stage.page.locator(".node")).to_have_count(10)
    stage.reads("x", "0.5", "15")
    stage.page.get_by_label("hide constants").uncheck()
    expect(stage.page.locator(".node")).to_have_count(15)


def test_names_only(staged: Staged) -> None:
    stage = staged(DOT)
    page = stage.page
    open_view(stage)
    page.get_by_label("names only").check()
    expect(page.locator(".node")).to_have_count(2)
    stage.reads("y", "7.5", "1")
    stage.slide("x", 1)
    stage.reads("y", "15", "1")
    assert stage.ribbon("x", "y")[0] == "positive"
    stage.record("y").locator(".face").dblclick()
    expect(page.locator(".node")).to_have_count(15)
    page.get_by_role("button", name="Shut y").click()
    expect(page.locator(".node")).to_have_count(2)
    page.get_by_label("names only").uncheck()
    expect(page.locator(".node")).to_have_count(15)


def saved(stage: Stage, kind: str, target: Path) -> Download:
    """Save the picture as a file."""
    with stage.page.expect_download() as waiting:
        stage.choose(f"Save as {kind}")
    waiting.value.save_as(target)
    return waiting.value


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_picture_as_svg(staged: Staged, tmp_path: Path, dark: bool) -> None:
    stage = staged()
    if dark:
        stage.page.evaluate("() => document.documentElement.setAttribute('data-dark', '')")
    file = tmp_path / "L.svg"
    assert saved(stage, "SVG", file).suggested_filename == "L.svg"
    text = file.read_text(encoding="utf-8")
    root = ET.fromstring(text)
    words = [found.text for found in root.iter("{http://www.w3.org/2000/svg}text")]
    assert words.count("data") == words.count("grad") == 7
    assert {"L", "-8", "a", "2", "6", "×", "×(-3)"} <= set(words)  # names, numbers, gradients, signs, local derivatives
    assert len(list(root.iter("{http://www.w3.org/2000/svg}circle"))) == 4  # the thumbs of the sliders
    assert not re.search(r"var\(|color\(|class=|light-dark", text)
    ground = next(iter(root.iter("{http://www.w3.org/2000/svg}rect"))).get("fill")
    assert (ground == "rgb(255,255,255)") is not dark


def test_the_picture_as_png(staged: Staged, tmp_path: Path) -> None:
    stage = staged()
    file = tmp_path / "L.png"
    saved(stage, "PNG", file)
    data = file.read_bytes()
    width, height = (int.from_bytes(data[at : at + 4], "big") for at in (16, 20))
    assert data.startswith(b"\x89PNG") and width > 1500 and height > 200


def test_what_is_in_a_group_is_said_to_be(staged: Staged) -> None:
    stage = staged("x = 2.0\ny = x**2 + 3*x\nz = y * 2\nw = [z * 3][0]\nz + w\n")
    open_view(stage)
    stage.page.get_by_label("names only").check()
    search = stage.page.get_by_placeholder("Find a label")
    search.fill("z")
    search.press("Enter")
    expect(stage.tool.locator(".words")).to_contain_text("1 of 1: z")


def test_names_are_made_of_what_computes_a_node(staged: Staged) -> None:
    stage = staged("x = 3.0\nx**2 + 3*x\n")
    expect(stage.page.locator("h2")).to_have_text("x**2+3*x = 18")
    stage.open("Slope")
    expect(stage.tool.locator(".equation").first).to_have_text("∂(x**2+3*x)∂x=9")
