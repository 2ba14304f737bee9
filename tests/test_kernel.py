"""In a real kernel: a cell that is run again and again, notebooks executed and converted without a browser."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from kernels import managed, run, value
from nbclient import NotebookClient
from nbconvert import HTMLExporter, LatexExporter, MarkdownExporter
from shell import LECTURE

ROOT = Path(__file__).parent.parent
DEMO, EXPLORER = ROOT / "demo.ipynb", ROOT / "examples" / "explorer.ipynb"
MEGABYTE = 2**20


RSS = "__import__('psutil').Process().memory_info().rss"


STALE = "[o.stale for o in __import__('gc').get_objects() if type(o).__name__ == 'Explorer' and o.stale]"


def alive(kind: str) -> str:
    """An expression for how many objects of a class there are."""
    return f"(__import__('gc').collect(), sum(type(o).__name__ == {kind!r} for o in __import__('gc').get_objects()))[1]"


@pytest.mark.slow
def test_two_hundred_runs_of_a_cell_keep_no_memory(kernel: BlockingKernelClient) -> None:
    cell = f"%%autograd --as w\n{LECTURE}L"
    for _ in range(30):
        run(kernel, cell, cellId="the-cell")
    before = value(kernel, RSS)
    for _ in range(200):
        messages = run(kernel, cell, cellId="the-cell")
    assert value(kernel, RSS) - before < 20 * MEGABYTE
    kinds = [message["msg_type"] for message in messages]
    assert kinds.count("comm_close") == kinds.count("comm_open") >= 1
    assert value(kernel, alive("Explorer")) == 1


def test_live_values_stay_constant_when_a_cell_is_run_again(kernel: BlockingKernelClient) -> None:
    cell = "%%autograd\nx = 2.0\ny = x\nfor k in range(50):\n    y = y * 0.9 + x\ny"
    for _ in range(5):
        run(kernel, cell, cellId="loop")
    before = value(kernel, alive("Number"))
    for _ in range(20):
        run(kernel, cell, cellId="loop")
    assert value(kernel, alive("Number")) == before


def test_reload_ext_fifty_times_is_one_magic(kernel: BlockingKernelClient) -> None:
    for _ in range(50):
        run(kernel, "%reload_ext autograd_magic")
    shown = [m for m in run(kernel, f"%%autograd\n{LECTURE}L") if m["msg_type"] == "display_data"]
    assert len(shown) == 2


def test_unload_with_live_widgets_leaves_the_numbers(kernel: BlockingKernelClient) -> None:
    run(kernel, f"%%autograd\n{LECTURE}L")
    messages = run(kernel, "%unload_ext autograd_magic")
    assert "comm_close" in [message["msg_type"] for message in messages]
    assert value(kernel, "L.data, a.grad, a + 1") == (-8.0, 6.0, 3.0)
    run(kernel, "%load_ext autograd_magic")


@pytest.mark.parametrize("path", [DEMO, EXPLORER], ids=["demo", "explorer"])
def test_a_notebook_runs_without_a_browser_and_is_saved_with_its_outputs(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code" and "%%autograd" in cell.source:
            assert any("data-autograd-fallback" in str(output.get("data")) for output in cell.outputs), cell.source
    notebook.cells.append(nbformat.v4.new_code_cell(STALE))
    with managed() as manager:
        NotebookClient(notebook, km=manager, timeout=300, iopub_timeout=60).execute()
    assert notebook.cells[-1].outputs[0]["data"]["text/plain"] == "[]"  # no later cell has taken a graph's names away
    shown = [output.data for cell in notebook.cells for output in cell.get("outputs", ()) if "data" in output]
    pictures = [forms for forms in shown if "image/svg+xml" in forms]
    assert pictures and all("application/pdf" in forms for forms in pictures)  # else LaTeX needs Inkscape
    lecture = next(cell for cell in notebook.cells if cell.source.endswith("L = d * f\nL"))
    assert "L | * | data -8 | grad 1" in lecture.outputs[1]["data"]["text/plain"]


def test_the_still_picture_follows_when_the_cell_has_ended(kernel: BlockingKernelClient) -> None:
    """Where a user is there; it shows what the cell has left, whatever runs next."""
    messages = run(kernel, f"%%autograd --as w\n{LECTURE}L", watched=True, cellId="still")
    widget, held = (found["content"] for found in messages if found["msg_type"] == "display_data")
    assert "application/vnd.jupyter.widget-view+json" in widget["data"]
    assert held["data"].keys() == {"text/html", "text/plain"} and "<img" not in held["data"]["text/html"]
    kernel.execute("w.set(a=1.0)")
    while (found := kernel.get_iopub_msg(timeout=60))["msg_type"] != "update_display_data":
        pass
    made = found["content"]
    assert made["transient"] == held["transient"] and {"image/svg+xml", "application/pdf"} <= made["data"].keys()
    identity = re.search(r'data-autograd-fallback="[0-9a-f]+"', held["data"]["text/html"])
    assert identity and identity[0] in made["data"]["text/html"]
    assert made["data"]["text/plain"].startswith("L | * | data -8")
    assert value(kernel, "w.values['L']") == -14.0


def test_nbconvert_has_one_picture_of_each_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(text) for text in ("%load_ext autograd_magic", f"%%autograd\n{LECTURE}L")],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    with managed() as manager:
        NotebookClient(notebook, km=manager, timeout=60, iopub_timeout=60, store_widget_state=False).execute()
    html, _ = HTMLExporter().from_notebook_node(notebook)
    assert len(re.findall(r'<img [^>]*alt="Expression graph of L = -8', html)) == html.count("Expression graph") == 1
    text, _ = MarkdownExporter().from_notebook_node(notebook)
    assert text.count("Expression graph of L = -8") == 1
    monkeypatch.setenv("PATH", "")  # it must do without Inkscape
    latex, resources = LatexExporter().from_notebook_node(notebook)
    shown = [name for name in resources["outputs"] if name in latex]
    assert len(shown) == 1 and resources["outputs"][shown[0]].startswith(b"%PDF")
    for form in (html, text, latex):
        assert "data 2 | grad 6" not in form, "the picture says it"


def test_plain_ipython_shows_the_tree() -> None:
    lines = ["%load_ext autograd_magic", f"%%autograd\n{LECTURE}"]
    script = f"get_ipython().run_cell({lines[0]!r}); get_ipython().run_cell({lines[1]!r})"
    done = subprocess.run(
        [sys.executable, "-m", "IPython", "--no-banner", "--colors=NoColor", "-c", script],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert "L | * | data -8 | grad 1" in done.stdout
    assert "├─ d | + | data 4 | grad -2" in done.stdout
    assert done.stdout.count("a | data 2 | grad 6") == 1
    assert "Traceback" not in done.stdout + done.stderr


def subshell_of(kernel: BlockingKernelClient) -> str:
    """A new subshell. A kernel that does not say that it has some (ipykernel before 7) never answers when it is asked
    for one: it has one queue for all messages, so there is nothing to test.
    """
    about = kernel.kernel_info(reply=True, timeout=60)["content"]
    if "kernel subshells" not in about.get("supported_features", []):
        pytest.skip("this kernel has no subshells")
    kernel.control_channel.send(kernel.session.msg("create_subshell_request", content={}))
    created: str = kernel.get_control_msg(timeout=60)["content"]["subshell_id"]
    return created


def test_a_cell_reads_what_the_browser_sent_before_it(kernel: BlockingKernelClient) -> None:
    """JupyterLab sends a widget's messages to a subshell, a thread of its own; the cell goes to the main thread."""
    subshell = subshell_of(kernel)
    run(kernel, f"%%autograd --as w\n{LECTURE}L", cellId="moved")
    comm = value(kernel, "w.model.comm.comm_id")
    trace, key = value(kernel, "w.model.tape['trace'], w.tape.leaves[0].key")
    for question in range(1, 101):
        leaves = {"trace": trace, "question": question, "at": {key: str(question)}, "done": True, "by": "a view"}
        update = {"method": "update", "state": {"leaves": leaves}, "buffer_paths": []}
        data = update if question % 2 else {"method": "custom", "content": leaves}
        message = kernel.session.msg("comm_msg", content={"comm_id": comm, "data": data})
        message["header"]["subshell_id"] = subshell
        kernel.shell_channel.send(message)
        assert value(kernel, "w.values['a'], a.data") == (question, question)


def test_of_messages_that_overtake_each_other_the_last_counts(kernel: BlockingKernelClient) -> None:
    """ipykernel sends each message of a widget to the thread that has spoken last, so that two can change places."""
    run(kernel, f"%%autograd --as w\n{LECTURE}L", cellId="overtaken")
    trace, key = value(kernel, "w.model.tape['trace'], w.tape.leaves[0].key")
    first, last = (
        {"trace": trace, "question": k, "at": {key: f"{k}.5"}, "done": k == 2, "by": "a view"} for k in (1, 2)
    )
    run(kernel, "from threading import Thread")
    run(
        kernel,
        f"t = Thread(target=w.browser.released, args=(None, {last}, None)); t.start(); t.join()\nw.browser.released(None, {first}, None)",
    )
    assert value(kernel, "w.values['a'], a.data") == (2.5, 2.5)
    question = {"ask": "points", "id": "1", "trace": trace, "moving": [key], "at": [], "moves": {**last, "question": 3}}
    run(kernel, f"w.browser.released(None, {question}, None)")
    assert value(kernel, "w.browser.question") == 3


def test_a_subshell_cancels_what_the_main_thread_runs(kernel: BlockingKernelClient) -> None:
    subshell = subshell_of(kernel)
    run(kernel, "%%autograd --as w\nx = 2.0\nwhile x < 1:\n    pass\ny = x * x\ny", cellId="endless")
    comm, key = value(kernel, "w.model.comm.comm_id, w.tape.leaves[0].key")
    leaves = {"trace": 1, "question": 1, "at": {key: "0.5"}, "done": True, "by": "a view"}
    for content in (leaves, {"ask": "cancel", "id": "1", "trace": 1}):
        data = {"method": "custom", "content": content}
        message = kernel.session.msg("comm_msg", content={"comm_id": comm, "data": data})
        message["header"]["subshell_id"] = subshell
        kernel.shell_channel.send(message)
        if content is leaves:
            wait_for_answer(kernel, "running")
    said, replied = "", False
    while not (said and replied):  # the subshell says that it has heard, and the main thread that the run has ended
        data = kernel.get_iopub_msg(timeout=60)["content"].get("data", {})
        answer = data.get("state", {}).get("answer", {})
        said = answer["message"] if answer.get("status") == "error" else said
        replied = replied or data.get("content") == {"reply": "1"}
    assert said == "The run was cancelled"
    assert value(kernel, "x.data, y.data") == (2.0, 4.0)


def wait_for_answer(kernel: BlockingKernelClient, status: str) -> dict[str, Any]:
    """Wait until the widget says so to the browser."""
    while True:
        found = kernel.get_iopub_msg(timeout=60)
        state = found["content"].get("data", {}).get("state", {}) if found["msg_type"] == "comm_msg" else {}
        answer: dict[str, Any] = state.get("answer", {})
        if answer.get("status") == status:
            return answer
