"""How a page comes by the widget's code: once for all widgets, and the rest of it when somebody asks for it."""

from __future__ import annotations

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.sign import NotebookNotary
from notebooks import Served, save
from plain import opened
from playwright.sync_api import Browser, Page, Route, expect
from shell import Shell
from stage import TRAITS, Staged, choose, go, packed

LOAD = "%load_ext autograd_magic"
SQUARE = "x = 2.0\ny = x * x\ny"
CELL = f"%%autograd\n{SQUARE}"

UNHEARD = """
from comm.base_comm import BaseComm
from autograd_magic.live import browser, widget

class Unheard(BaseComm):
    def publish_msg(self, *args, **kwargs):
        pass

def open(self):
    self.comm = Unheard(target_name="jupyter.widget")

heard, widget.Code.open = widget.Code.open, open
"""
"""What makes no page hear of the code: as when it was still loading while the first cell ran."""

MUTE = """
answered = browser.Browser.released
browser.Browser.released = lambda self, _, content, buffers: None
"""
"""Questions are lost, as when a kernel is ended before it answers."""

AGAIN = """
browser.Browser.released, widget.Code.open = answered, heard
widget._shared.clear()
"""

LOADER = """
async kind => {
    const packed = async name => {
        const stream = (await fetch(name)).body.pipeThrough(new CompressionStream("gzip"));
        return new DataView(await new Response(stream).arrayBuffer());
    };
    const names = ["widget.js", "core.js", "later.js"];
    const files = await Promise.all(names.map(packed));
    const listeners = [];
    let asked = 0;
    const { model } = window;
    const on = model.on.bind(model);
    model.on = (event, listener) => event === "msg:custom" ? listeners.push(listener) : on(event, listener);
    model.get = (get => name => name === "code" ? "IPY_MODEL_1" : get(name))(model.get.bind(model));
    model.send = content => {
        if (content.ask !== "code") return;
        asked++;
        for (const listener of listeners) listener({ files: names }, files);
    };
    model.widget_manager.get_model = {
        "finds": async () => ({ get: () => Object.fromEntries(names.map((name, k) => [name, files[k]])) }),
        "finds nothing in it": async () => ({ get: () => undefined }),
        "finds none": async () => { throw new Error("widget model not found"); },
        "never says": () => new Promise(() => {}),
    }[kind];
    const { default: loader } = await import("./loader.js");
    const views = Array.from({ length: 3 }, () => document.body.appendChild(document.createElement("div")));
    await Promise.all(views.map(el => loader.render({ model, el })));
    return asked;
}
"""
"""Three views by way of the loader; how often the kernel is asked."""


def test_what_the_first_picture_does_without_is_fetched_when_it_is_asked_for(page: Page, staged: Staged) -> None:
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url.rpartition("/")[2]))
    stage = staged(SQUARE)
    stage.page.locator(".node").first.click()
    expect(stage.page.locator(".strip")).to_contain_text("x")
    assert "later.js" not in fetched
    go(stage.page, "Slope")
    choose(stage.page, "Table")
    expect(stage.page.locator(".panel h3")).to_have_text("Table")
    assert fetched == ["later.js"]


def test_a_mode_that_is_left_before_it_has_come_does_not_show_up(page: Page, staged: Staged) -> None:
    held: list[Route] = []
    page.route("**/later.js", lambda route: held.append(route))
    staged(SQUARE)
    with page.expect_request("**/later.js"):
        page.get_by_role("tab", name="Slope").click()
    page.get_by_role("tab", name="Explore").click()
    with page.expect_response("**/later.js"):
        held[0].continue_()
    page.evaluate("async () => { await import('./later.js'); }")
    expect(page.locator(".plotted")).to_have_count(0)
    go(page, "Flow")
    expect(page.locator(".body .pass")).to_have_count(1)
    expect(page.locator(".plotted")).to_have_count(0)


def test_a_menu_that_comes_late_takes_no_focus(page: Page, staged: Staged) -> None:
    held: list[Route] = []
    page.route("**/later.js", lambda route: held.append(route))
    staged(SQUARE)
    page.evaluate("() => document.body.append(document.createElement('textarea'))")
    with page.expect_request("**/later.js"):
        page.get_by_role("button", name="More:").click()
    page.locator("textarea").click()
    with page.expect_response("**/later.js"):
        held[0].continue_()
    expect(page.locator(".menu")).to_be_hidden()
    expect(page.locator(".menu")).to_have_count(1)
    page.keyboard.type("x = 3")
    expect(page.locator("textarea")).to_have_value("x = 3")
    choose(page, "Table")


def test_what_does_not_come_is_said(browser: Browser, shell: Shell) -> None:
    state = {name: getattr(shell.autograd(SQUARE).model, name) for name in TRAITS}
    with opened(browser) as page:
        page.route("**/later.js", lambda route: route.abort())
        page.evaluate("state => window.start(state)", packed(state))
        page.evaluate("() => window.show()")
        page.get_by_role("tab", name="Slope").click()
        expect(page.locator(".broken")).to_have_text("A part of autograd_magic did not load: load the page again.")


def test_leaves_that_come_back_find_their_list_as_it_was(staged: Staged) -> None:
    many = "".join(f"w{k} = {k}.0\n" for k in range(15))
    stage = staged(f"s = 1.0\n{many}y = s * 2 if s > 0 else s + {' + '.join(f'w{k}' for k in range(15))}\ny")
    rows = stage.page.locator(".leaves .row")
    stage.page.locator(".leaves .filter").fill("w1")
    expect(rows).to_have_count(6)
    for number, listed in (("-1.0", 0), ("1.0", 6)):
        stage.type("s", number)
        stage.deliver()
        expect(stage.page.locator(".leaves .row:visible")).to_have_count(listed)


def test_a_page_that_has_not_heard_of_the_code_asks_the_kernel(lab: Served) -> None:
    save(lab.folder / "unheard.ipynb", [LOAD, UNHEARD, CELL])
    with lab.alone("unheard.ipynb") as notebook:
        notebook.run_all()
        widget = notebook.cell(2).locator(".autograd-magic")
        expect(widget.locator("h2")).to_have_text("y = 4")
        go(widget, "Slope")


def test_a_page_does_not_wait_for_an_answer_that_was_lost(lab: Served) -> None:
    save(lab.folder / "lost.ipynb", [LOAD, UNHEARD + MUTE, CELL, AGAIN, CELL])
    with lab.alone("lost.ipynb") as notebook:
        for index in range(5):
            notebook.run(index)
            expect(notebook.cell(index).locator(".autograd-magic")).to_have_count(0 if index < 4 else 1)
        for index in (2, 4):
            expect(notebook.cell(index).locator(".autograd-magic h2")).to_have_text("y = 4")


@pytest.mark.parametrize("kind", ["finds", "finds nothing in it", "finds none", "never says"])
def test_how_a_front_end_looks_for_the_shared_model(browser: Browser, shell: Shell, kind: str) -> None:
    state = {name: getattr(shell.autograd(SQUARE).model, name) for name in TRAITS}
    with opened(browser) as page:
        page.evaluate("state => window.start(state)", packed(state))
        assert page.evaluate(LOADER, kind) == (0 if kind == "finds" else 1)
        expect(page.locator("h2")).to_have_text(["y = 4"] * 3)
        page.get_by_role("tab", name="Slope").last.click()
        expect(page.locator(".plotted")).to_have_count(1)


def test_a_notebook_holds_the_code_once_and_shows_all_of_it_without_a_kernel(lab: Served) -> None:
    cells = [LOAD, *[CELL.replace("2.0", f"{k}.0") for k in (2, 3, 4)]]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in cells])
    NotebookClient(notebook, timeout=60, store_widget_state=True).execute()
    (states,) = (
        metadata["state"] for kind, metadata in notebook.metadata.widgets.items() if kind.endswith("widget-state+json")
    )
    sizes = sorted(sum(len(buffer["data"]) for buffer in state.get("buffers", [])) for state in states.values())
    assert sizes[-1] > 50_000 and sum(sizes[:-1]) < 20_000
    NotebookNotary(data_dir=str(lab.folder / ".settings" / "jupyter_data_dir")).sign(notebook)
    nbformat.write(notebook, lab.folder / "kept.ipynb")
    with lab.alone("kept.ipynb") as reopened:
        widget = reopened.cell(2).locator(".autograd-magic")
        expect(widget.locator("h2")).to_have_text("y = 9")
        go(widget, "Slope")
        expect(widget.locator(".plotted")).to_be_visible()
