"""Real notebooks in a real browser: a server of JupyterLab or Notebook 7, and notebooks that are open in it."""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
from playwright.sync_api import Browser, Locator, Page, expect

FOLDERS = (
    "JUPYTER_CONFIG_DIR",
    "JUPYTER_DATA_DIR",
    "JUPYTERLAB_SETTINGS_DIR",
    "JUPYTERLAB_WORKSPACES_DIR",
    "IPYTHONDIR",
)
PATIENCE = 180_000
"""Milliseconds for what takes seconds on a machine that has nothing else to do: to load JupyterLab, to run a notebook."""
LAB = ("lab", "--LabApp.news_url=None", "--LabApp.expose_app_in_browser=True")
NOTEBOOK = ("notebook", "--JupyterNotebookApp.expose_app_in_browser=True")


@contextmanager
def server(folder: Path, kind: Sequence[str]) -> Iterator[tuple[str, str]]:
    """A Jupyter server over ``folder``: its address and its token. It is ended by its process id. Its kernels have
    sockets that are files (as in ``kernels.py``), whose paths must be short.
    """
    with TemporaryDirectory(prefix="j") as short:
        yield from _serving(folder, kind, short)


def _serving(folder: Path, kind: Sequence[str], short: str) -> Iterator[tuple[str, str]]:
    token = secrets.token_hex(16)
    settings = {name: str(folder / ".settings" / name.lower()) for name in FOLDERS}
    settings["JUPYTER_RUNTIME_DIR"] = short
    for path in settings.values():
        Path(path).mkdir(parents=True, exist_ok=True)
    command = [
        sys.executable,
        "-m",
        "jupyter",
        kind[0],
        "--no-browser",
        "--allow-root",
        f"--ServerApp.root_dir={folder}",
    ]
    command += ["--ServerApp.ip=127.0.0.1", "--ServerApp.port=0", "--ServerApp.port_retries=0"]
    command += [f"--IdentityProvider.token={token}", "--KernelManager.transport=ipc", *kind[1:]]
    process = subprocess.Popen(
        command, env=os.environ | settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=folder
    )
    assert process.stdout is not None
    said: list[str] = []
    try:
        address = ""
        for line in process.stdout:
            said.append(line)
            if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                address = found[0]
                break
        assert address, "the server did not start:\n" + "".join(said)
        # Nobody reads what it says from here on, and a full pipe would stop it.
        threading.Thread(target=lambda: process.stdout.read(), daemon=True).start()  # type: ignore[union-attr]
        yield address, token
    finally:
        _shut_down(address, token)
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _shut_down(address: str, token: str) -> None:
    """End the kernels, which would else outlive a server that is killed."""
    if not address:
        return
    headers = {"Authorization": f"token {token}"}
    with urllib.request.urlopen(
        urllib.request.Request(f"{address}/api/kernels", headers=headers), timeout=60
    ) as answer:
        kernels = json.load(answer)
    for kernel in kernels:
        request = urllib.request.Request(f"{address}/api/kernels/{kernel['id']}", headers=headers, method="DELETE")
        urllib.request.urlopen(request, timeout=60).close()


def save(path: Path, cells: Sequence[str]) -> None:
    """A notebook of code cells."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(text) for text in cells],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    nbformat.write(notebook, path)


class Notebook:
    """One open notebook."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def ask(self, function: str, argument: Any = None) -> Any:
        """What an asynchronous function in the page gives. A promise that nobody keeps ends the test, not the run."""
        late = "new Error('the page does not answer')"
        soon = f"new Promise((_, refuse) => setTimeout(() => refuse({late}), {PATIENCE}))"
        return self.page.evaluate(f"argument => Promise.race([({function})(argument), {soon}])", argument)

    @classmethod
    @contextmanager
    def opened(cls, browser: Browser, address: str, token: str, path: str, *, lab: bool = True) -> Iterator[Notebook]:
        """Open ``path`` and wait until its kernel is ready."""
        context = browser.new_context(viewport={"width": 1400, "height": 1000})
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        where = f"lab/tree/{path}?reset" if lab else f"notebooks/{path}?"
        try:
            page.goto(f"{address}/{where}&token={token}")
            notebook = cls(page)
            notebook.wait_until_ready()
            yield notebook
        finally:
            context.close()

    def go(self, path: str) -> None:
        """Open another notebook of the folder in JupyterLab."""
        self.ask("async path => { await window.jupyterapp.commands.execute('docmanager:open', { path }); }", path)
        self.wait_until_ready()

    def close(self) -> None:
        """Close all that is open in JupyterLab, and end its kernels."""
        self.ask(
            """async () => {
                for (const widget of [...window.jupyterapp.shell.widgets('main')]) {
                    if (widget.sessionContext) {
                        await widget.sessionContext.shutdown();
                        widget.context.model.dirty = false;
                    }
                    widget.close();
                }
            }"""
        )
        expect(self.page.locator(".jp-Notebook, .jp-LinkedOutputView, .jp-Dialog")).to_have_count(0)

    def wait_until_ready(self) -> None:
        """Wait until the application stands and the notebook's kernel is connected."""
        page = self.page
        page.wait_for_function("() => window.jupyterapp")
        page.evaluate("async () => { await window.jupyterapp.restored; }")
        page.wait_for_function(
            "() => window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.connectionStatus === 'connected'"
        )
        page.evaluate(
            """async () => {
                const panel = window.jupyterapp.shell.currentWidget;
                await panel.context.ready; await panel.revealed; await panel.sessionContext.ready;
            }"""
        )

    def reload(self) -> None:
        """Load the page again; the kernel goes on."""
        self.page.reload()
        self.wait_until_ready()

    def command(self, name: str) -> None:
        """Run one of the application's commands."""
        self.ask("async name => { await window.jupyterapp.commands.execute(name); }", name)

    def run_all(self) -> None:
        """Run every cell, and wait until the kernel is idle again."""
        self.command("notebook:run-all-cells")

    def run(self, index: int) -> None:
        """Run one cell, as somebody who clicks into it and presses Shift+Enter."""
        self.ask(
            """async index => {
                const panel = window.jupyterapp.shell.currentWidget;
                panel.content.activeCellIndex = index;
                await window.jupyterapp.commands.execute('notebook:run-cell');
            }""",
            index,
        )

    def start(self, index: int) -> None:
        """Run one cell and don't wait for it."""
        self.page.evaluate(
            """index => {
                window.jupyterapp.shell.currentWidget.content.activeCellIndex = index;
                window.jupyterapp.commands.execute('notebook:run-cell');
            }""",
            index,
        )

    def show(self, index: int) -> None:
        """Scroll to a cell: those far away are not in the page."""
        self.page.evaluate(
            "async index => { await window.jupyterapp.shell.currentWidget.content.scrollToItem(index, 'center'); }",
            index,
        )

    def append(self, text: str) -> None:
        """Another code cell at the end."""
        self.page.evaluate(
            """text => window.jupyterapp.shell.currentWidget.content.model.sharedModel.addCell(
                { cell_type: 'code', source: text })""",
            text,
        )

    def cell(self, index: int) -> Locator:
        """The cell at a place."""
        return self.page.locator(f".jp-Cell[data-windowed-list-index='{index}']")

    def outputs(self, index: int) -> list[dict[str, Any]]:
        """What a cell has put out."""
        found: list[dict[str, Any]] = self.page.evaluate(
            "index => window.jupyterapp.shell.currentWidget.content.model.cells.get(index).outputs.toJSON()", index
        )
        return found

    def python(self, expression: str) -> str:
        """The repr of an expression in the kernel."""
        reply = self.ask(
            """async expression => {
                const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
                const future = kernel.requestExecute({
                    code: '', silent: true, store_history: false, user_expressions: { answer: `repr(${expression})` },
                });
                return (await future.done).content.user_expressions.answer;
            }""",
            expression,
        )
        assert reply["status"] == "ok", reply
        return str(reply["data"]["text/plain"]).strip("'\"")

    def holds(self, expression: str, answer: str) -> None:
        """Wait until an expression in the kernel has this repr: what a view sends takes a moment to get there."""
        end = time.monotonic() + 30
        while (found := self.python(expression)) != answer and time.monotonic() < end:
            pass
        assert found == answer


class Served:
    """One application, and the folder that it serves."""

    def __init__(self, browser: Browser, folder: Path, address: str, token: str, *, lab: bool) -> None:
        self.browser, self.folder, self.address, self.token, self.lab = browser, folder, address, token, lab
        self._lab = ExitStack()
        self._standing: Notebook | None = None

    def alone(self, path: str) -> Any:
        """A notebook of the folder, in a browser of its own."""
        return Notebook.opened(self.browser, self.address, self.token, path, lab=self.lab)

    @contextmanager
    def open(self, path: str) -> Iterator[Notebook]:
        """A notebook of the folder. JupyterLab is loaded once, which takes longer than most tests: a notebook is opened
        where the one before has been closed, unless that has ended in an error.
        """
        if not self.lab:
            with self.alone(path) as notebook:
                yield notebook
            return
        if self._standing is None:
            self._standing = self._lab.enter_context(self.alone(path))
        else:
            self._standing.go(path)
        notebook, self._standing = self._standing, None
        try:
            yield notebook
            notebook.close()
        except BaseException:
            self.end()
            raise
        self._standing = notebook

    def end(self) -> None:
        """Close the browser in which JupyterLab stands."""
        self._standing = None
        self._lab.close()


@contextmanager
def serving(browser: Browser, folder: Path, *, lab: bool) -> Iterator[Served]:
    """JupyterLab or Notebook 7 over a folder."""
    with server(folder, LAB if lab else NOTEBOOK) as (address, token):
        found = Served(browser, folder, address, token, lab=lab)
        try:
            yield found
        finally:
            found.end()
