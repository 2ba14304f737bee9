"""A page that was saved: opened as a file, with no network, no kernel and a policy that forbids all else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from shell import BRANCH, LECTURE, Shell
from stage import Stage, leaf

Opened = Callable[..., "OnPage"]


class OnPage(Stage):
    """The one widget of a page that was saved."""

    def __init__(self, page: Page) -> None:
        self.page, self.explorer = page, None
        self.tool = page.locator(".panel .tool")


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Opened]:
    """Writes a page and opens it. Whatever it asks for, and whatever goes wrong in it, is noticed."""
    problems: list[str] = []

    def asked(route: Route) -> None:
        if route.request.url.startswith("file:"):
            return route.continue_()
        problems.append(route.request.url)
        return route.abort()

    context = browser.new_context(offline=True, viewport={"width": 1100, "height": 900})
    context.route("**/*", asked)

    def write(text: str) -> OnPage:
        file = tmp_path / "page.html"
        file.write_text(text, encoding="utf-8")
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.goto(file.as_uri())
        return OnPage(page)

    yield write
    context.close()
    assert not problems, problems


def test_the_lecture_lives_in_a_file(shell: Shell, opened: Opened) -> None:
    stage = opened(shell.autograd(LECTURE).html())
    stage.reads("L", "-8", "1")
    expect(stage.page.locator("img")).to_be_hidden()
    stage.slide("a", 4.0)
    fresh = shell.autograd(LECTURE.replace("a = 2.0", "a = 4.0"))
    stage.reads("L", "4", "1")
    stage.reads("b", "-3", "-8")
    assert fresh.values["L"] == 4.0 and fresh.grads["b"] == -8.0
    expect(stage.trust).to_have_text("same as a fresh run")
    stage.select("b")
    expect(stage.subject).to_contain_text("b")
    stage.page.get_by_role("button", name="Undo").click()
    stage.reads("L", "-8")
    for mode in ("Flow", "Slope", "Practise", "Explore"):
        stage.go(mode)
        expect(stage.page.get_by_role("tab", name=mode, exact=True)).to_have_attribute("aria-selected", "true")


def test_formulas_and_the_text_come_along(shell: Shell, opened: Opened) -> None:
    stage = opened(shell.autograd(LECTURE).html())
    expect(stage.open("Formula").locator("textarea")).to_have_value(shell.names["w"].formula())
    expect(stage.tool.locator("math")).to_be_visible()
    stage.tool.get_by_role("button", name="Python", exact=True).click()
    expect(stage.tool.locator("textarea")).to_have_value(shell.names["w"].formula(form="python"))
    expect(stage.open("Source")).to_contain_text("d = e + c")


def test_curvature_is_found_without_a_notebook(shell: Shell, opened: Opened) -> None:
    stage = opened(shell.autograd("x = 2.0\ny = 3.0\nz = x**3 * y\nz").html())
    stage.open("Slope")
    stage.page.get_by_text("Second derivatives by each pair").click()
    table = stage.tool.locator("table")
    expect(table.locator("tr").nth(1)).to_have_text("x3612")
    expect(table.locator("tr").nth(2)).to_have_text("y120")
    expect(stage.tool.locator(".bends")).to_contain_text("∂²z/∂x² ≈ 36: along x it bends upwards.")
    stage.slide("x", -1)
    expect(table.locator("tr").nth(1)).to_have_text("x-183")


def test_a_path_that_was_not_traced_is_said(shell: Shell, opened: Opened) -> None:
    stage = opened(shell.autograd(BRANCH).html())
    stage.slide("x", 0.5)
    expect(stage.trust).to_contain_text("x > 1 is no longer true")
    expect(stage.page.locator(".page")).to_have_attribute("data-mood", "stuck")
    stage.reads("y", "4")


@pytest.mark.parametrize("moved", ["by hand", "explore"])
def test_paths_that_were_traced_come_along(shell: Shell, opened: Opened, moved: str) -> None:
    w = shell.autograd(BRANCH)
    if moved == "by hand":
        w.set(x=0.5)
        w.set(x=2.0)
    stage = opened(w.html(explore=moved == "explore"))
    assert w.values["x"] == 2.0 and shell("x + 0.0") == 2.0
    stage.reads("y", "4", "1")
    stage.slide("x", 0.5)
    stage.reads("y", "2.5", "1")
    stage.reads("x", "0.5", "3")
    expect(stage.page.locator(".page")).to_have_attribute("data-mood", "exact")
    stage.slide("x", 3.0)
    stage.reads("y", "9", "1")


def test_what_only_a_run_could_tell_is_said_so(shell: Shell, opened: Opened) -> None:
    """The page promises no kernel that might come."""
    stage = opened(shell.autograd("x = 2.0\ns = str(x)\ny = x * len(s)\ny").html())
    stage.slide("x", 2.5)
    expect(stage.trust).to_contain_text("Only the notebook can run the code again")
    expect(stage.page.get_by_text("kernel")).to_have_count(0)
    stage.page.get_by_role("button", name="More:").click()
    expect(stage.page.get_by_role("menuitem", name="Run again")).to_be_disabled()


def test_numbers_where_the_leaves_stood_when_it_was_saved(shell: Shell, opened: Opened) -> None:
    w = shell.autograd(LECTURE)
    w.set(a=4.0, c=-1.5)
    stage = opened(w.html())
    stage.reads("L", str(w.values["L"]).removesuffix(".0"))
    stage.reads("a", "4")
    stage.page.get_by_role("button", name="More:").click()
    stage.page.get_by_role("menuitem", name="Reset all").click()
    stage.reads("L", "-8")


def test_all_graphs_of_a_notebook_in_one_page(shell: Shell, opened: Opened, tmp_path: Path) -> None:
    file = tmp_path / "all.html"
    for place, text in enumerate((LECTURE, BRANCH, "u = 3.0\nv = u ** 2\nv")):
        shell(f"%%autograd\n{text}", cell_id=f"cell {place}")
    shell(f"%autograd save --all '{file}'")
    assert shell.output.stdout.startswith(f"Saved {file}: 3 live graphs")
    text = file.read_text(encoding="utf-8")
    assert text.count("<script>") == 1
    stage = opened(text)
    pages = stage.page.locator(".autograd-magic")
    expect(pages).to_have_count(3)
    expect(stage.page.locator("pre")).to_have_count(3)
    expect(stage.page.locator("pre").nth(1)).to_contain_text("if x > 1.0:")
    third = pages.nth(2)
    leaf(stage.page, third, "u").locator("input.value").fill("5")
    leaf(stage.page, third, "u").locator("input.value").press("Enter")
    expect(third.locator("h2")).to_contain_text("25")
    expect(pages.nth(0).locator("h2")).to_contain_text("-8")


def test_names_and_texts_do_no_harm(shell: Shell, opened: Opened) -> None:
    bad = "</script><script>document.title = 'taken'</script><!-- <img src=x onerror=alert(1)>"
    shell("from autograd_magic import Value")
    w = shell.autograd(f"a = Value(2.0, label={bad!r})\nb = 3.0\nL = a * b\nL # {bad}")
    stage = opened(w.html())
    stage.reads("L", "6")
    assert stage.page.title().startswith("L ")
    shell(f"%%autograd --as v\nq = Value(2.0, label={bad!r})\nr = (q * q)\nr.label = {bad!r}\nr")
    stage = opened(shell.names["v"].html())
    assert bad in stage.page.title() and stage.page.locator("img").count() == 1


def test_a_fragment_lives_in_a_page_of_somebody_else(shell: Shell, opened: Opened) -> None:
    one, two = (shell.autograd(text).html(fragment=True) for text in (LECTURE, BRANCH))
    stage = opened(f"<!DOCTYPE html><title>A blog</title><h1>Backpropagation</h1>{one}<p>And:</p>{two}")
    expect(stage.page.locator(".autograd-magic")).to_have_count(2)
    expect(stage.page.locator(".autograd-magic h2").nth(1)).to_contain_text("4")


def test_without_scripts_the_still_picture_stands_there(shell: Shell, browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    shell.autograd(LECTURE).save(file)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    expect(page.get_by_role("img", name="L")).to_be_visible()
    context.close()
