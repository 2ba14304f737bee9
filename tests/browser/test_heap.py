"""What a page keeps of a cell that is run again and again."""

from __future__ import annotations

from notebooks import Served, save
from playwright.sync_api import CDPSession
from shell import LECTURE

LOAD = "%load_ext autograd_magic"
RUNS, ROUND = 200, 20
MOST = 60_000
"""Bytes that one run may leave behind; a bare anywidget leaves 30,000."""

RERUN = """
async count => {
    const { commands, shell } = window.jupyterapp;
    const panel = shell.currentWidget;
    panel.content.activeCellIndex = 1;
    const views = () => [...panel.node.querySelectorAll('.autograd-magic')];
    for (let k = 0; k < count; k++) {
        for (const view of views()) view.dataset.old = 'true';
        await commands.execute('notebook:run-cell');
        while (!views().some(view => !view.dataset.old && view.shadowRoot.querySelector('h2')) ||
            views().some(view => view.dataset.old)) await new Promise(resolve => setTimeout(resolve, 10));
    }
}
"""


def _used(session: CDPSession) -> int:
    """The bytes that are in use after everything that can go has gone."""
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
    return int(session.send("Runtime.getHeapUsage")["usedSize"])


def test_a_page_does_not_grow_with_the_runs_of_a_cell(lab: Served) -> None:
    save(lab.folder / "again.ipynb", [LOAD, f"%%autograd\n{LECTURE}"])
    with lab.open("again.ipynb") as notebook:
        session = notebook.page.context.new_cdp_session(notebook.page)
        notebook.run(0)
        notebook.ask(RERUN, ROUND)
        before = _used(session)
        for _ in range(RUNS // ROUND):
            notebook.ask(RERUN, ROUND)
        assert (_used(session) - before) / RUNS < MOST
