"""The panel Formula: the steps that lead to a node, typeset and as text."""

from __future__ import annotations

from playwright.sync_api import expect
from stage import Staged

CELL = "import numpy as np\na = 2.0\nw_1 = -3.0\nalpha = 0.5\ne = (a * w_1 - 1) ** 2 / np.sqrt(alpha)\nL = np.tanh(e) * a\nL"


def test_the_formula_is_typeset(staged: Staged) -> None:
    stage = staged(CELL)
    stage.open("Formula")
    stage.deliver()
    paper = stage.page.get_by_role("group", name="The formula, typeset")
    expect(paper.locator("mtr")).to_have_count(2)
    expect(paper.locator("mtr").first.locator("mfrac msqrt mi")).to_have_text("α")
    expect(paper.locator("mtr").first.locator("msub")).to_have_text("w1")
    expect(paper.locator("mtr").last).to_have_text("L=tanh(e)·a")
    # It is drawn, not only there: the fraction is taller than a line.
    fraction = paper.locator("mfrac").bounding_box()
    line = paper.locator("mtr").last.bounding_box()
    assert fraction is not None and line is not None and fraction["height"] > 1.2 * line["height"]
    expect(stage.page.get_by_role("textbox", name="L as LaTeX")).to_have_value("""\\begin{aligned}
  e &= \\frac{\\left(a \\cdot w_{1} - 1\\right)^{2}}{\\sqrt{\\alpha}} \\\\
  L &= \\tanh\\left(e\\right) \\cdot a
\\end{aligned}""")


def test_another_node_has_another_formula(staged: Staged) -> None:
    stage = staged()
    stage.open("Formula")
    stage.deliver()
    paper = stage.page.locator(".paper")
    expect(paper).to_have_text("e=a·bd=e+cL=d·f")
    stage.select("d")
    stage.deliver()
    expect(paper).to_have_text("e=a·bd=e+c")
