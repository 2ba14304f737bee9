"""How a page comes by the widget's code: once for all widgets, and the rest of it when somebody asks for it."""

from __future__ import annotations

import nbformat
from nbclient import NotebookClient
from nbformat.sign import NotebookNotary
from notebooks import Served, save
from playwright.sync_api import Page, Route, expect
from stage import Staged, choose, go

LOAD = "%load_ext autograd_magic"
SQUARE = "x = 2.0\ny = x * x\ny"
CELL = f"%%autograd\n{SQUARE}"

UNHEARD = """
from comm.base_comm import BaseComm
from autograd_magic.live.widget import Code

class Unheard(BaseComm):
    def publish_msg(self, *args, **kwargs):
        pass

def open(self):
    self.comm = Unheard(target_name="jupyter.widget")

Code.open = open
"""
"""What makes no page hear of the code: as when it was still loading while the first cell ran."""


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
    go(page, "Flow")
    expect(page.locator(".body .pass")).to_have_count(1)
    expect(page.locator(".plotted")).to_have_count(0)


def test_a_page_that_has_not_heard_of_the_code_asks_the_kernel(lab: Served) -> None:
    save(lab.folder / "unheard.ipynb", [LOAD, UNHEARD, CELL])
    with lab.alone("unheard.ipynb") as notebook:
        notebook.run_all()
        widget = notebook.cell(2).locator(".autograd-magic")
        expect(widget.locator("h2")).to_have_text("y = 4")
        go(widget, "Slope")


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
    with lab.alone("kept.ipynb") as opened:
        widget = opened.cell(2).locator(".autograd-magic")
        expect(widget.locator("h2")).to_have_text("y = 9")
        go(widget, "Slope")
        expect(widget.locator(".plotted")).to_be_visible()
