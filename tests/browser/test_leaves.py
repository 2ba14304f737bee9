"""Which numbers have a slider: starting values are folded away, and constants become sliders by a click."""

from __future__ import annotations

from playwright.sync_api import expect
from stage import Staged


def test_starting_values_are_folded_in_the_list_of_leaves(staged: Staged) -> None:
    stage = staged("a = 2.0\ntotal = 0.0\nfor k in (1.0, 2.0):\n    total += k * a\ntotal\n")
    start = stage.row("total (start)")
    expect(stage.row("a")).to_be_visible()
    expect(start).to_be_hidden()
    stage.page.get_by_text("Starting values (1)").click()
    expect(start).to_be_visible()
    stage.type("total (start)", "1")
    stage.reads("total", "7", "1")
    stage.slide("a", 3)
    expect(start).to_be_visible()
    stage.reads("total", "10", "1")
