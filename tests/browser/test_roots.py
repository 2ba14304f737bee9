"""Which number the picture is of: one that depends on no leaf now, and the others that a cell ends with."""

from __future__ import annotations

from playwright.sync_api import expect
from stage import Staged

DEAD = "a = 2.0\nb = -3.0\nn = a * b\nout = n if n > 0 else 0.0\nout"


def test_a_dead_relu_comes_alive(staged: Staged) -> None:
    stage = staged(DEAD)
    page = stage.page
    expect(page.locator("h2")).to_have_text("out = 0")
    expect(page.locator(".notes .note")).to_have_text(
        "out depends on no leaf on this path, so every gradient is 0: line 5 decided that (n > 0 is false)."
    )
    stage.reads("out", "0", "1")
    expect(
        page.get_by_text(
            "These reach out only by what the code decides in line 5 (n > 0 is false), so their gradient is 0:"
        )
    ).to_be_visible()
    expect(stage.row("a")).to_be_visible()
    stage.slide("b", -1)
    while stage.deliver():
        pass
    expect(page.locator("h2")).to_have_text("out = 0")
    assert stage.explorer is not None
    assert (stage.explorer.values["n"], stage.explorer.grads["a"]) == (-2.0, 0.0)
    stage.slide("b", 1.5)
    while stage.deliver():
        pass
    expect(page.locator("h2")).to_have_text("n = 3")
    stage.reads("a", "2", "1.5")
    stage.reads("b", "1.5", "2")
    expect(page.locator(".notes .note")).to_have_count(0)
    stage.slide("b", -2)
    expect(page.locator("h2")).to_have_text("out = 0")


def test_what_a_dead_part_of_a_graph_hangs_on_is_told(staged: Staged) -> None:
    dead = (
        "z = x * w\nh = z if z > 0 else 0.0\nhs = [t if t > 0 else 0.0 for t in (x * u, x + u)]\ny = h + sum(hs) + v\ny"
    )
    page = staged(f"x = 2.0\nw = -1.5\nu = -4.0\nv = 3.0\n{dead}").page
    expect(page.locator(".rows .hint")).to_have_text(
        "These reach y only by what the code decides in line 7 (z > 0 is false), 8, so their gradient is 0:"
    )


def test_tools_open_on_a_root_without_leaves(staged: Staged) -> None:
    stage = staged(DEAD)
    page = stage.page
    for tool in (
        "Flow",
        "Slope",
        "Practise",
        "Table",
        "Source",
        "Formula",
        "View",
    ):
        stage.open(tool)
        stage.shut(tool)
    stage.select("out")
    expect(stage.strip).to_contain_text("out")
    expect(page.locator("h2")).to_have_text("out = 0")


def test_the_other_numbers_of_a_tuple_are_roots_by_a_click(staged: Staged) -> None:
    stage = staged("a = 2.0\nb = 3.0\np = a * b\nq = a + b\np, a * 7, q")
    page = stage.page
    expect(page.locator("h2")).to_have_text("q = 5")
    expect(page.locator(".notes .note").first).to_contain_text("has 3 numbers, and this is the graph of the last, q.")
    page.locator(".notes").get_by_role("button", name="The graph of p instead").click()
    expect(page.locator("h2")).to_have_text("p = 6")
    stage.reads("a", "2", "3")
    page.get_by_role("button", name="Back to q").click()
    expect(page.locator("h2")).to_have_text("q = 5")
    page.locator(".notes").get_by_role("button", name="The graph of a*7 instead").click()
    expect(page.locator("h2")).to_have_text("a*7 = 14")
