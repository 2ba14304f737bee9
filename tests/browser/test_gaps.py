"""Gradients that are not known, and those that were measured, as the widget shows them."""

from __future__ import annotations

from playwright.sync_api import expect
from stage import Staged

MEASURED = "x = 3.0\ny = 2.0\nz = float(str(x))\nL = y * z\nL"
UNKNOWN = "x = 0.0\ny = 2.0\nz = float(str(abs(x)))\nL = y * z\nL"
ROOT = "from scipy.optimize import brentq\nx = 3.0\ny = 2.0\nz = brentq(lambda t: t * t - x, 0, 10)\nL = y * z\nL"
OUTSIDE = "import statistics\nx = 3.0\ny = 2.0\nz = statistics.median([x, 5.0, y])\nL = y * z\nL"
"""Its derivatives are measured."""


def test_a_gradient_that_is_not_known(staged: Staged) -> None:
    stage = staged(UNKNOWN)
    stage.reads("x", "0", "?")
    stage.reads("y", "2", "0")
    assert stage.sign("x") == ""
    assert "grad not known" in str(stage.face("x").get_attribute("aria-label"))
    stage.reads("x", grad="?")
    stage.select("x")
    expect(stage.strip.locator("output.grad")).to_have_text("?")
    expect(stage.strip).not_to_contain_text("nan")
    stage.select("z")
    expect(stage.strip).to_contain_text("float was called outside of the graph: its derivative is not known.")
    expect(stage.strip.locator(".made")).to_have_text("z = float(abs(x)) = float(0) = 0")
    expect(stage.strip.locator(".hands")).to_have_text("z hands on ×? to abs(x)")


def test_a_measured_gradient(staged: Staged) -> None:
    stage = staged(MEASURED)
    stage.reads("x", "3", "≈ 2")
    assert stage.sign("x") == "positive"
    assert "grad about 2, measured" in str(stage.face("x").get_attribute("aria-label"))
    stage.select("x")
    note = stage.strip.locator("p.note").filter(has_text="Measured")
    expect(note).to_contain_text("Measured by running the cell again with x nudged: ≈ 2, error about 3e-11.")
    expect(stage.strip).to_contain_text("Its plain number is taken in line 4.")
    expect(stage.strip).not_to_contain_text("gets no gradient")
    expect(stage.strip).not_to_contain_text("is lost")
    expect(stage.strip.locator(".eq")).to_have_text("∂L∂x≈ 2measured")
    expect(stage.strip).not_to_contain_text("nan")


def test_measured_derivatives_of_a_call(staged: Staged) -> None:
    stage = staged(OUTSIDE)
    stage.reads("x", "3", "2")
    stage.select("z")
    expect(stage.strip).to_contain_text("median was called outside of the graph: its derivative was measured")
    expect(stage.strip.locator(".made")).to_have_text("z = median(x, y) = median(3, 2) = 3")
    expect(stage.strip.locator(".hands")).to_have_text("z hands on ×≈1 to x, ×≈0 to y")
    stage.open("Flow")
    stage.page.get_by_role("slider", name="Step", exact=True).press("End")
    stage.reads("x", "3", "2")


def test_what_was_measured_holds_for_no_other_numbers(staged: Staged) -> None:
    stage = staged(ROOT)
    stage.reads("x", "3", "≈ 0.5774")
    stage.select("x")
    stage.type("y", "5")
    stage.reads("x", "3", "?")
    stage.reads("y", "5", "1.732")
    expect(stage.strip).to_contain_text("Measured for the numbers it was run with, and for no others.")
    stage.deliver()
    stage.reads("x", "3", "≈ 1.443")
    stage.type("y", "2")
    stage.reads("x", "3", "?")
    stage.deliver()
    stage.reads("x", "3", "≈ 0.5774")


def test_the_tools_know_what_is_not_known(staged: Staged) -> None:
    stage = staged(UNKNOWN)
    page = stage.page
    for tool in ("Flow", "Slope", "Source", "Table", "Practise"):
        words = stage.open(tool)
        for _ in range(4):
            stage.deliver()
        if tool == "Slope":
            page.get_by_role("button", name="Step", exact=True).click()
            expect(words).to_contain_text("Stopped: the gradient of x is not known.")
        if tool == "Flow":
            page.get_by_role("slider", name="Step", exact=True).press("End")
        if tool == "Practise":
            stage.reads("x", "0", "?")
            stage.select("x")
            expect(stage.record("x").locator(".guess")).to_have_count(0)
        expect(words).to_be_visible()
        assert "nan" not in page.locator(".autograd-magic").inner_text().lower(), tool


def test_what_is_lost_is_said_above_the_graph(staged: Staged) -> None:
    stage = staged(UNKNOWN)
    note = stage.page.locator(".notes .note")
    expect(note).to_have_text(
        "Line 4: a number that float gave is used, and this widget cannot see where it comes from: gradient of x is not known."
    )
    graph = stage.page.locator(".node").first.bounding_box()
    box = note.bounding_box()
    assert box is not None and graph is not None
    assert box["height"] > 0 and box["y"] + box["height"] <= graph["y"]


def test_a_gradient_is_measured_on_a_click(staged: Staged) -> None:
    stage = staged("import os\nx = 3.0\ny = 2.0\nz = float(str(x))\nopen(os.devnull, 'w').close()\nL = y * z\nL")
    stage.reads("x", "3", "?")
    offer = stage.page.locator("p.measures")
    expect(offer).to_contain_text("the cell runs again 5 times; what it writes to files")
    offer.get_by_role("button", name="Measure").click()
    stage.deliver()
    stage.reads("x", "3", "≈ 2")
    expect(offer).to_be_hidden()
    stage.slide("y", 5)  # which runs nothing: the cell writes to files
    stage.reads("x", "3", "?")
    stage.deliver()
    stage.page.get_by_role("button", name="Run again").click()
    stage.deliver()
    offer.get_by_role("button", name="Measure").click()
    stage.deliver()
    stage.reads("x", "3", "≈ 5")


def test_runs_that_do_not_agree_are_told(staged: Staged) -> None:
    stage = staged("import os\nopen(os.devnull, 'w').close()\n" + UNKNOWN)
    stage.page.get_by_role("button", name="Measure").click()
    stage.deliver()
    expect(stage.page.locator("p.measures")).to_contain_text("Runs with x nudged do not agree on a gradient.")
    stage.reads("x", "0", "?")
