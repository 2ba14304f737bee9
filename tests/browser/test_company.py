"""The company in which a view is: a kernel that answers, that drops None, that is late, that dies, and none at all. No sentence is untrue."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from shell import BRANCH, LECTURE, Shell
from stage import Stage, Staged


class Pyodide(Stage):
    """A kernel side whose messages lose their fields that are None, as Pyodide's do."""

    def _state(self) -> dict[str, Any]:
        return {name: without_none(value) for name, value in super()._state().items()}


def without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_none(inner) for name, inner in value.items() if inner is not None}
    return [without_none(inner) for inner in value] if isinstance(value, list) else value


def company(stage: Stage, wanted: str) -> None:
    expect(stage.page.locator(".page")).to_have_attribute("data-company", wanted)


def test_nobody_answers(staged: Staged) -> None:
    stage = staged()
    stage.alone()
    expect(stage.trust).to_have_text("same as a fresh run")
    stage.slide("a", 3)
    stage.reads("L", "-2")
    company(stage, "none")
    expect(stage.trust).to_have_text("same as a fresh run; no kernel has answered, and nothing in the notebook follows")
    expect(stage.page.get_by_role("button", name="Cancel")).to_have_count(0)
    stage.open("Formula")
    expect(stage.tool.locator(".words")).to_have_text("Only a kernel can tell, and none has answered: run the cell.")
    stage.page.get_by_role("button", name="More:").click()
    expect(stage.page.get_by_role("menuitem", name="Run again")).to_be_disabled()


def test_nobody_answers_what_only_a_kernel_could_tell(staged: Staged) -> None:
    stage = staged(BRANCH)
    stage.alone()
    stage.type("x", "0")
    company(stage, "none")
    expect(stage.trust).to_have_text(
        "line 3: x > 1 is no longer true. Only a kernel could tell, and none has answered. Greyed: the last numbers that hold."
    )
    expect(stage.page.get_by_role("progressbar")).to_be_hidden()
    stage.page.get_by_role("button", name="Go back").click()
    expect(stage.page.locator(".page")).to_have_attribute("data-mood", "exact")
    expect(stage.row("x").locator("input.value")).to_have_value("2")
    assert stage.page.evaluate("() => window.model.asked()") == []
    stage.page.get_by_role("tab", name="Slope").click()
    stage.page.get_by_role("button", name="Fill").click()
    expect(stage.page.locator(".body")).to_contain_text("none has answered")
    expect(stage.page.locator(".bends")).to_contain_text("∂²y/∂x² ≈ 2: along x it bends upwards.")


def test_an_answer_that_is_late(staged: Staged) -> None:
    stage = staged(BRANCH)
    stage.alone()
    stage.type("x", "0")
    company(stage, "none")
    stage.deliver()
    company(stage, "kernel")
    stage.reads("y", "1")
    expect(stage.trust).to_contain_text("The code was run again, and this is its graph now")
    stage.type("x", "-1")
    company(stage, "busy")  # it has been heard of: it is late, and not absent
    expect(stage.trust).to_contain_text("The kernel has not answered yet, and nothing in the notebook has followed.")
    stage.deliver()
    company(stage, "kernel")


def test_a_kernel_that_dies(staged: Staged) -> None:
    stage = staged()
    stage.slide("a", 3)
    stage.deliver()
    expect(stage.trust).to_have_text("same as a fresh run")
    stage.page.evaluate("() => window.model.tell('comm_live_update')")
    expect(stage.trust).to_have_text(
        "same as a fresh run; the kernel is gone, and nothing in the notebook follows: run the cell again"
    )
    stage.slide("a", 4)
    stage.reads("L", "4")
    stage.open("Formula")
    expect(stage.tool.locator(".words")).to_have_text("The kernel is gone: run the cell again.")
    expect(stage.page.get_by_role("progressbar")).to_be_hidden()


@pytest.mark.parametrize("cell", [LECTURE, BRANCH], ids=["lecture", "branch"])
def test_a_kernel_that_drops_what_is_none(page: Page, shell: Shell, cell: str) -> None:
    stage = Pyodide(page, shell.autograd(cell))
    expect(stage.trust).to_have_text("same as a fresh run")
    name = "a" if cell == LECTURE else "x"
    stage.type(name, "0")
    stage.deliver()
    company(stage, "kernel")
    stage.reads(name, "0")
    stage.open("Formula")
    stage.deliver()
    expect(stage.tool.locator("textarea")).not_to_have_value("")
