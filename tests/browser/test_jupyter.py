"""The widget in real notebooks: JupyterLab and Notebook 7 in Chromium, with a real kernel."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from notebooks import Notebook, Served, save, serving
from playwright.sync_api import Browser, Locator, TimeoutError, expect
from shell import LECTURE
from stage import DRAG, leaf, open_tool, trust

ROOT = Path(__file__).parent.parent.parent
DEMO, EXPLORER = ROOT / "demo.ipynb", ROOT / "examples" / "explorer.ipynb"
LOAD = "%load_ext autograd_magic"
WAIT = 60_000


@pytest.fixture(scope="module")
def classic(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Notebook 7."""
    with serving(browser, tmp_path_factory.mktemp("notebook"), lab=False) as found:
        yield found


@pytest.fixture(params=["lab", "classic"])
def served(request: pytest.FixtureRequest) -> Served:
    found: Served = request.getfixturevalue(request.param)
    return found


def index_of(cells: list[Any], text: str) -> int:
    return next(k for k, cell in enumerate(cells) if cell.cell_type == "code" and text in cell.source)


def record(widget: Locator, label: str) -> Locator:
    return widget.locator(".node").filter(has=widget.page.locator(f".label:text-is({label!r})")).first


def slide(widget: Locator, name: str, number: float, *, done: bool = True) -> None:
    leaf(widget.page, widget, name).locator(".slider").evaluate(DRAG, [number, done])


def wait_for_output(notebook: Notebook, index: int, text: str) -> None:
    """Wait until a cell has put out ``text``; if it never does, say what it has put out."""
    try:
        notebook.page.wait_for_function(
            """([index, text]) => JSON.stringify(
                window.jupyterapp.shell.currentWidget.content.model.cells.get(index).outputs.toJSON()).includes(text)""",
            arg=[index, text],
            timeout=WAIT,
        )
    except TimeoutError:
        pytest.fail(f"cell {index} never showed {text!r}, but {notebook.outputs(index)}")


def test_the_demo_from_top_to_bottom(served: Served) -> None:
    shutil.copy(DEMO, served.folder / "demo.ipynb")
    cells = nbformat.read(DEMO, as_version=4).cells
    os.mkfifo(served.folder / "gate")
    try:
        with served.open("demo.ipynb") as notebook:
            notebook.command("notebook:clear-all-cell-outputs")
            notebook.run_all()
            wait_for_output(notebook, index_of(cells, "loss = squared_error()\nloss"), "widget-view")
            for k, cell in enumerate(cells):
                if cell.cell_type == "code":
                    assert not [o for o in notebook.outputs(k) if o["output_type"] == "error"], cell.source

            lecture = index_of(cells, "L = d * f\nL")
            notebook.show(lecture)
            widget = notebook.cell(lecture).locator(".autograd-magic")
            expect(widget.locator("h2")).to_have_text("L = -8", timeout=WAIT)
            record(widget, "a").locator(".face").click()
            expect(widget.locator(".strip output.grad")).to_have_text("6")

            # The kernel is kept busy, so that nothing that is seen now can come from it.
            notebook.append("open('gate').read()\nL.data, a.grad, f.grad")
            notebook.start(len(cells))
            notebook.page.wait_for_function(
                "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'busy'"
            )
            pills = widget.locator(".pill text")
            assert "×4" in pills.all_text_contents()
            slide(widget, "a", 3)
            expect(widget.locator("h2")).to_have_text("L = -2")
            expect(record(widget, "f").locator(".face")).to_have_attribute("aria-label", re.compile("data -2, grad 1"))
            assert "×4" not in pills.all_text_contents()
            (served.folder / "gate").write_text("go")
            wait_for_output(notebook, len(cells), "(-")
            notebook.append("L.data, a.grad, f.grad")
            notebook.run(len(cells) + 1)
            wait_for_output(notebook, len(cells) + 1, "(-2.0, 6.0, 1.0)")
    finally:
        (served.folder / "gate").unlink()


def test_the_lecture(served: Served) -> None:
    save(served.folder / "lecture.ipynb", [LOAD, f"%%autograd --as w\n{LECTURE}", "L.data, a.grad", "w.set(a=1.0)"])
    with served.open("lecture.ipynb") as notebook:
        notebook.run_all()
        widget = notebook.cell(1).locator(".autograd-magic")
        expect(widget.locator("h2")).to_have_text("L = -14", timeout=WAIT)  # w.set moved it
        first, second = notebook.outputs(1)[:2]
        assert second["data"]["text/plain"].startswith("L | * | data -8 | grad 1")
        assert 'alt="Expression graph of L = -8' in second["data"]["text/html"]
        assert {"image/svg+xml", "application/pdf"} <= second["data"].keys() and first["data"]["text/plain"] == ""
        expect(notebook.page.locator("[data-autograd-fallback]")).to_be_hidden()
        expect(notebook.cell(1).locator(".jp-OutputArea-output:visible")).to_have_count(1)
        slide(widget, "a", 3)
        expect(widget.locator("h2")).to_have_text("L = -2")
        notebook.run(2)
        wait_for_output(notebook, 2, "(-2.0, 6.0)")
        notebook.run(1)
        expect(widget.locator("h2")).to_have_text("L = -8", timeout=WAIT)
        expect(notebook.page.locator(".autograd-magic")).to_have_count(1)


def test_a_flipped_guard_runs_the_cell_again(lab: Served) -> None:
    save(
        lab.folder / "guard.ipynb",
        [LOAD, "%%autograd\nx = 2.0\nif x > 0:\n    y = x**2\nelse:\n    y = -3*x + 1\ny", "y.data"],
    )
    with lab.open("guard.ipynb") as notebook:
        notebook.run_all()
        widget = notebook.cell(1).locator(".autograd-magic")
        expect(widget.locator("h2")).to_have_text("y = 4", timeout=WAIT)
        slide(widget, "x", -1)
        expect(record(widget, "x").locator(".face")).to_have_attribute("aria-label", re.compile("data -1, grad -3"))
        expect(widget.locator("h2")).to_have_text("y = 4")  # -3 * -1 + 1
        slide(widget, "x", -2)
        expect(widget.locator("h2")).to_have_text("y = 7")
        notebook.run(2)
        wait_for_output(notebook, 2, "7.0")


def test_these_numbers_are_put_into_the_cell(served: Served) -> None:
    text = "x = 2.0  # wide\ny = 3.0\nL = x * y\nL"
    save(served.folder / "put.ipynb", [LOAD, f"%%autograd --as w\n{text}"])
    with served.open("put.ipynb") as notebook:
        notebook.run(0)
        notebook.run(1)
        widget = notebook.cell(1).locator(".autograd-magic")
        slide(widget, "x", -1.5)
        expect(widget.locator("h2")).to_have_text("L = -4.5", timeout=WAIT)
        tool = open_tool(widget, "Source")
        widget.get_by_role("button", name="Put these numbers into the cell").click()
        expect(tool.locator(".words")).to_have_text("The cell's text holds these numbers now.", timeout=WAIT)
        there = "window.jupyterapp.shell.currentWidget.content.model.cells.get(1).sharedModel.getSource()"
        assert notebook.page.evaluate(there) == f"%%autograd --as w\n{text}".replace("2.0", "-1.5")


DRAWS = """%%autograd --as w
a = 2.0
tail.append(a)
print("a is", a)
fig, ax = plt.subplots(figsize=(2, 1))
ax.plot([0.0, a, a * a])
L = a * sum(tail)
L"""

FIGURE = """index => window.jupyterapp.shell.currentWidget.content.model.cells.get(index).outputs.toJSON()
    .map(output => output.data?.['image/png'] ?? '').join('')"""


def test_a_figure_follows_its_slider_in_the_output_of_the_cell(lab: Served) -> None:
    setup = "import matplotlib.pyplot as plt\nfrom collections import deque\ntail = deque([1.0], 3)"
    rss = "__import__('psutil').Process().memory_info().rss"
    save(lab.folder / "draws.ipynb", [f"{LOAD}\n{setup}", DRAWS, "list(tail), len(ax.lines), plt.get_fignums()"])
    with lab.open("draws.ipynb") as notebook:
        notebook.run_all()
        wait_for_output(notebook, 1, "image/png")
        widget = notebook.cell(1).locator(".autograd-magic")
        expect(widget.locator("h2")).to_have_text("L = 6", timeout=WAIT)
        kinds = [output["output_type"] for output in notebook.outputs(1)]
        said = widget.get_by_label("Output of the last run")
        seen = [notebook.page.evaluate(FIGURE, 1)]
        memory = [0]
        for k in range(200):
            slide(widget, "a", 3 + k % 3, done=False)  # the browser does not wait for the kernel
            if k % 40 == 39:
                for number in (2.25 + k / 100, 5.25 + k / 400):
                    slide(widget, "a", number, done=False)
                    shown = str(leaf(notebook.page, widget, "a").locator("input.value").input_value())
                    expect(said).to_contain_text(f"a is {shown}")
                    seen.append(notebook.page.evaluate(FIGURE, 1))
                    assert seen[-1] not in seen[:-1]
                memory.append(int(notebook.python(rss)))
        slide(widget, "a", 6)
        expect(said).to_contain_text("a is 6.0")
        expect(said).to_contain_text("printed by its first run")
        assert [output["output_type"] for output in notebook.outputs(1)] == kinds
        assert memory[-1] - memory[2] < 25 * 2**20
        last = notebook.page.evaluate(FIGURE, 1)
        notebook.run(2)
        wait_for_output(notebook, 2, "([1.0, 6.0], 1, [])")
        assert notebook.page.evaluate(FIGURE, 1) == last


def test_keys_in_the_widget_are_no_commands_of_the_notebook(lab: Served) -> None:
    save(lab.folder / "keys.ipynb", [LOAD, f"%%autograd\n{LECTURE}"])
    with lab.open("keys.ipynb") as notebook:
        notebook.run_all()
        widget = notebook.cell(1).locator(".autograd-magic")
        expect(widget.locator("h2")).to_have_text("L = -8", timeout=WAIT)
        record(widget, "L").locator(".face").click()
        for key in ("a", "b", "x", "d", "d", "m"):
            notebook.page.keyboard.press(key)
        field = widget.locator("input.value").first
        field.dblclick()
        field.press_sequentially("abxddm")
        assert notebook.page.evaluate("() => window.jupyterapp.shell.currentWidget.content.model.cells.length") == 2
        expect(field).to_have_value(re.compile("abxddm"))


def test_dark_follows_the_theme(lab: Served) -> None:
    save(lab.folder / "dark.ipynb", [LOAD, f"%%autograd\n{LECTURE}"])
    change = "async theme => { await window.jupyterapp.commands.execute('apputils:change-theme', { theme }); }"
    with lab.open("dark.ipynb") as notebook:
        notebook.run_all()
        widget = notebook.cell(1).locator(".autograd-magic .page")
        expect(widget).to_be_visible(timeout=WAIT)
        light = widget.evaluate("page => getComputedStyle(page).backgroundColor")
        notebook.ask(change, "JupyterLab Dark")
        notebook.page.wait_for_selector("body[data-jp-theme-light=false]", state="attached")
        notebook.page.wait_for_function(
            """light => {
                const page = document.querySelector('.autograd-magic').shadowRoot.querySelector('.page');
                return getComputedStyle(page).backgroundColor !== light;
            }""",
            arg=light,
        )
        notebook.ask(change, "JupyterLab Light")  # as it was: the page is there for others, too
        notebook.page.wait_for_selector("body[data-jp-theme-light=true]", state="attached")


def test_a_reopened_notebook_shows_the_still_picture(lab: Served) -> None:
    save(lab.folder / "again.ipynb", [LOAD, f"%%autograd --as w\n{LECTURE}", "w"])
    with lab.open("again.ipynb") as notebook:
        notebook.run_all()
        for cell in (notebook.cell(1), notebook.cell(2)):  # of all the forms the widget itself is shown
            expect(cell.locator(".autograd-magic h2")).to_have_text("L = -8", timeout=WAIT)
            expect(cell.locator("[data-autograd-fallback] img")).to_have_count(1)
            expect(cell.locator(".jp-OutputArea-output img:visible")).to_have_count(0)
        notebook.command("docmanager:save")
    saved = (lab.folder / "again.ipynb").read_text(encoding="utf-8")
    assert "data-autograd-fallback" in saved
    (lab.folder / "copy.ipynb").write_text(saved, encoding="utf-8")  # a copy has no kernel that knows its widget
    with lab.alone("copy.ipynb") as notebook:
        for cell in (notebook.cell(1), notebook.cell(2)):
            still = cell.locator(".jp-OutputArea-output img")
            expect(still).to_have_count(1)
            expect(still).to_have_attribute("alt", re.compile("^Expression graph of L = -8"))
            expect(cell).not_to_contain_text("grad 6")
            expect(still).to_be_visible(timeout=WAIT)
            assert still.evaluate("async image => { await image.decode(); return image.naturalWidth; }") > 100


def test_output_cleared_in_the_middle_of_a_drag(lab: Served) -> None:
    save(lab.folder / "clear.ipynb", [LOAD, f"%%autograd\n{LECTURE}", "a.data"])
    with lab.open("clear.ipynb") as notebook:
        problems: list[str] = []
        notebook.page.on("pageerror", lambda error: problems.append(str(error)))
        notebook.run_all()
        widget = notebook.cell(1).locator(".autograd-magic")
        expect(widget.locator("h2")).to_have_text("L = -8", timeout=WAIT)
        slide(widget, "a", 3, done=False)
        notebook.command("notebook:clear-all-cell-outputs")
        expect(notebook.page.locator(".autograd-magic")).to_have_count(0)
        notebook.run(2)
        wait_for_output(notebook, 2, ".")
        assert not problems


def test_a_restarted_kernel_is_said_and_the_replay_goes_on(lab: Served) -> None:
    save(lab.folder / "restart.ipynb", [LOAD, f"%%autograd\n{LECTURE}"])
    with lab.open("restart.ipynb") as notebook:
        notebook.run_all()
        widget = notebook.cell(1).locator(".autograd-magic")
        expect(widget.locator("h2")).to_have_text("L = -8", timeout=WAIT)
        notebook.page.evaluate(
            "async () => { await window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart(); }"
        )
        expect(trust(widget)).to_contain_text(re.compile("the kernel is gone", re.IGNORECASE), timeout=WAIT)
        slide(widget, "a", 3)
        expect(widget.locator("h2")).to_have_text("L = -2")
        notebook.run_all()
        expect(notebook.cell(1).locator(".autograd-magic h2")).to_have_text("L = -8", timeout=WAIT)
        expect(trust(notebook.cell(1))).to_have_text("same as a fresh run")


def test_what_a_tool_moves_reaches_the_kernel(lab: Served) -> None:
    cell = "%%autograd --as w\nx = 3.0\nf = 3*x**2 - 4*x + 5\nf"
    save(lab.folder / "tools.ipynb", [LOAD, cell, "round(x.data, 6), round(x.grad, 6)"])
    with lab.open("tools.ipynb") as notebook:
        notebook.run_all()
        widget = notebook.cell(1).locator(".autograd-magic")
        expect(widget.locator("h2")).to_have_text("f = 20", timeout=WAIT)
        open_tool(widget, "Flow")
        widget.get_by_role("button", name="One step on").click()
        expect(record(widget, "x").locator(".face")).to_have_attribute("aria-label", re.compile("not known yet"))
        open_tool(widget, "Slope")
        widget.get_by_label("Rate").fill("0.1")
        for root in ("6.28", "4.085"):
            widget.get_by_role("button", name="Step", exact=True).click()
            expect(widget.locator("h2")).to_have_text(f"f = {root}")
        notebook.run(2)
        wait_for_output(notebook, 2, "(1.04, 2.24)")
        widget.get_by_role("button", name="Undo").click()
        notebook.run(2)
        wait_for_output(notebook, 2, "(1.6, 5.6)")


def test_what_a_tool_asks_the_kernel_answers(lab: Served) -> None:
    cell = "%%autograd --as w\nx = 2.0\nif x > 1:\n    y = x**3\nelse:\n    y = 2 - x\ny"
    save(lab.folder / "asking.ipynb", [LOAD, cell, "x.data, y.data, w.motion.number"])
    with lab.open("asking.ipynb") as notebook:
        notebook.run_all()
        widget = notebook.cell(1).locator(".autograd-magic")
        expect(widget.locator("h2")).to_have_text("y = 8", timeout=WAIT)
        words = open_tool(widget, "Slope").locator(".bends")
        expect(words).to_contain_text("∂²y/∂x² ≈ 12", timeout=WAIT)
        open_tool(widget, "Formula")
        expect(widget.locator("textarea")).to_have_value("y = x^{3}", timeout=WAIT)
        open_tool(widget, "Slope")
        unknown = widget.locator(".plot .unknown")
        assert unknown.get_attribute("d")
        widget.get_by_role("button", name="Fill", exact=True).click()
        expect(unknown).to_have_attribute("d", "", timeout=WAIT)
        notebook.run(2)
        wait_for_output(notebook, 2, "(2.0, 8.0, 1)")


def test_an_endless_run_is_cancelled(lab: Served) -> None:
    cell = "%%autograd --as w\nx = 2.0\nwhile x < 1:\n    pass\ny = x * x\ny"
    # With this budget the run would go on for longer than the test waits for anything.
    patience = "import autograd_magic.cell.budget as budget\nbudget.SECONDS = 3600"
    save(lab.folder / "endless.ipynb", [f"{LOAD}\n{patience}", cell, "x.data, y.data, 'went on'"])
    with lab.open("endless.ipynb") as notebook:
        notebook.run_all()
        widget = notebook.cell(1).locator(".autograd-magic")
        expect(widget.locator("h2")).to_have_text("y = 4", timeout=WAIT)
        widget.locator("input.value").first.fill("0.5")
        widget.locator("input.value").first.press("Enter")
        expect(widget.get_by_role("progressbar")).to_be_visible()
        widget.get_by_role("button", name="Cancel").click()
        expect(widget.locator(".page")).to_have_attribute("data-mood", "exact")
        expect(widget.locator("h2")).to_have_text("y = 4")
        notebook.run(2)
        wait_for_output(notebook, 2, "(2.0, 4.0, 'went on')")


def test_the_explorer_notebook_tool_by_tool(lab: Served) -> None:
    shutil.copy(EXPLORER, lab.folder / "explorer.ipynb")
    cells = nbformat.read(EXPLORER, as_version=4).cells
    problems: list[str] = []
    opened: list[str] = []
    with lab.open("explorer.ipynb") as notebook:
        notebook.page.on("pageerror", lambda error: problems.append(str(error)))
        notebook.command("notebook:clear-all-cell-outputs")
        notebook.run_all()
        wait_for_output(notebook, len(cells) - 1, "widget-view")
        for k, cell in enumerate(cells):
            if cell.cell_type != "code" or "%%autograd" not in cell.source:
                continue
            found = re.search(r"\*\*(Flow|Slope|Source|Table|View|Formula)\*\*", cells[k - 1].source)
            name = found[1] if found else "Practise"
            notebook.show(k)
            widget = notebook.cell(k).locator(".autograd-magic")
            expect(widget.locator("h2")).to_be_visible(timeout=WAIT)
            tool = open_tool(widget, name)
            expect(tool).to_be_visible()
            expect(tool.locator("> *").first).to_be_visible()
            opened.append(name)
    assert set(opened) >= {
        "Flow",
        "Slope",
        "Source",
        "Table",
        "View",
        "Formula",
        "Practise",
    }
    assert not problems


SIMULATION = """
import math
rate, years = 0.05, 4
sums = [100.0 * (1 + rate) ** year for year in range(years)]
last = sums[-1] * math.exp(-rate)
last
"""

AFTER = [
    "import json, sqlite3\nimport numpy as np, pandas as pd, matplotlib.pyplot as plt",
    "frame = pd.DataFrame({'sum': sums, 'rate': rate, 'year': range(years)})\nframe",
    "frame.describe()",
    "frame['sum'].apply(lambda total: total - last).to_json()",
    "plt.plot(sums); plt.hist([last, rate, *sums], bins=years); plt.title(f'{last:.3f}'); plt.show()",
    "json.dumps({'last': last, 'years': years, 'sums': sums})",
    "np.linalg.lstsq(np.vander([1.0, 2.0, 3.0, 4.0], 2), np.array(sums), rcond=None)[0], np.array([last, 1.0]).dtype",
    "sqlite3.connect(':memory:').execute('select typeof(?), ? * 2', (years, last)).fetchall()",
    "last",
]


def test_the_cells_after_a_traced_one_show_what_they_show_without_the_magic(lab: Served) -> None:
    shown = []
    for name, first in (("plain", SIMULATION.strip()), ("traced", f"%%autograd\n{SIMULATION.strip()}")):
        save(lab.folder / f"{name}.ipynb", [LOAD, first, *AFTER])
        with lab.open(f"{name}.ipynb") as notebook:
            notebook.run_all()
            wait_for_output(notebook, 1 + len(AFTER), "execute_result")
            outputs = [notebook.outputs(2 + k) for k in range(len(AFTER))]
            shown.append([[(one["output_type"], one.get("data")) for one in found] for found in outputs])
            if name == "traced":
                expect(notebook.page.locator(".autograd-magic h2").first).to_contain_text("last = ", timeout=WAIT)
    plain, traced = shown
    assert "image/png" in str(plain[4]) and "<table" in str(plain[1])
    assert traced == plain
