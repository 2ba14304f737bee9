"""In a real kernel: a cell that is run again and again, notebooks executed and converted without a browser."""

from __future__ import annotations

import ast
import queue
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel
from nbclient import NotebookClient
from nbconvert import HTMLExporter, MarkdownExporter
from shell import LECTURE

DEMO = Path(__file__).parent.parent / "demo.ipynb"
MEGABYTE = 2**20


@pytest.fixture(scope="module")
def kernel() -> Iterator[BlockingKernelClient]:
    manager, client = start_new_kernel()
    client.execute_interactive("%load_ext autograd_magic", timeout=60)
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def run(client: BlockingKernelClient, text: str, **metadata: Any) -> list[dict[str, Any]]:
    """Execute a cell; the messages that it published."""
    seen: list[dict[str, Any]] = []
    message = client.session.msg(
        "execute_request",
        content={
            "code": text,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": True,
        },
        metadata=metadata,
    )
    client.shell_channel.send(message)
    while True:
        found = client.get_iopub_msg(timeout=60)
        if found["parent_header"].get("msg_id") != message["header"]["msg_id"]:
            continue
        seen.append(found)
        if found["msg_type"] == "status" and found["content"]["execution_state"] == "idle":
            client.get_shell_msg(timeout=60)
            return seen


def value(client: BlockingKernelClient, expression: str) -> Any:
    for message in run(client, f"print(repr(({expression})))"):
        if message["msg_type"] == "stream":
            return ast.literal_eval(message["content"]["text"])
    raise AssertionError(expression)


RSS = "__import__('psutil').Process().memory_info().rss"


def alive(kind: str) -> str:
    """An expression for how many objects of a class there are."""
    return f"(__import__('gc').collect(), sum(type(o).__name__ == {kind!r} for o in __import__('gc').get_objects()))[1]"


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


def test_the_demo_runs_without_a_browser_and_is_saved_with_its_outputs() -> None:
    notebook = nbformat.read(DEMO, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code" and "%%autograd" in cell.source:
            assert any("data-autograd-fallback" in str(output.get("data")) for output in cell.outputs), cell.source
    NotebookClient(notebook, timeout=300).execute()
    lecture = next(cell for cell in notebook.cells if "%%autograd --as w" in cell.source)
    assert "L | * | data -8 | grad 1" in lecture.outputs[0]["data"]["text/plain"]


def test_nbconvert_has_the_picture_and_the_text() -> None:
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(text) for text in ("%load_ext autograd_magic", f"%%autograd\n{LECTURE}L")],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    NotebookClient(notebook, timeout=60, store_widget_state=False).execute()
    html, _ = HTMLExporter().from_notebook_node(notebook)
    assert re.search(r'<img [^>]*alt="Expression graph of L = -8', html)
    text, _ = MarkdownExporter().from_notebook_node(notebook)
    assert "Expression graph of L = -8" in text


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


def test_a_cell_reads_what_the_browser_sent_before_it(kernel: BlockingKernelClient) -> None:
    """JupyterLab sends a widget's messages to a subshell, a thread of its own; the cell goes to the main thread."""
    kernel.control_channel.send(kernel.session.msg("create_subshell_request", content={}))
    subshell = kernel.get_control_msg(timeout=60)["content"]["subshell_id"]
    run(kernel, f"%%autograd --as w\n{LECTURE}L", cellId="moved")
    comm = value(kernel, "w.model.comm.comm_id")
    trace = value(kernel, "w.model.tape['trace']")
    for question in range(1, 101):
        leaves = {"trace": trace, "question": question, "moved": [[0, str(question)]], "done": True, "by": "a view"}
        update = {"method": "update", "state": {"leaves": leaves}, "buffer_paths": []}
        data = update if question % 2 else {"method": "custom", "content": leaves}
        message = kernel.session.msg("comm_msg", content={"comm_id": comm, "data": data})
        message["header"]["subshell_id"] = subshell
        kernel.shell_channel.send(message)
        assert value(kernel, "w.values['a'], a.data") == (question, question)


ENDLESS = "x = 5.0\nturns = 0\nwhile x > 1.0:\n    turns += 1\n    if x < 4.0:\n        continue\n    x = x * 0.5\n    x = x - x + 0.5\ny = x * 2.0\ny"
"""Ends where x is 4 or more, and loops for ever between 1 and 4."""


def asked(client: BlockingKernelClient, number: float, question: int) -> str:
    """Move the first leaf as the browser would, and don't wait; the id of the message."""
    comm = value(client, "w.model.comm.comm_id")
    leaves = {
        "trace": value(client, "w.model.tape['trace']"),
        "question": question,
        "moved": [[0, repr(number)]],
        "done": True,
        "by": "a view",
    }
    data = {"method": "update", "state": {"leaves": leaves}, "buffer_paths": []}
    message = client.session.msg("comm_msg", content={"comm_id": comm, "data": data})
    client.shell_channel.send(message)
    return str(message["header"]["msg_id"])


def wait_until_idle(client: BlockingKernelClient, message: str, state: str = "idle") -> None:
    while True:
        found = client.get_iopub_msg(timeout=60)
        if found["parent_header"].get("msg_id") == message and found["content"].get("execution_state") == state:
            return


def test_an_endless_second_run_is_stopped_by_its_budget(kernel: BlockingKernelClient) -> None:
    run(kernel, "import autograd_magic.budget; autograd_magic.budget.SECONDS = 0.5")
    run(kernel, f"%%autograd --as w\n{ENDLESS}", cellId="endless")
    wait_until_idle(kernel, asked(kernel, 2.0, 1))
    answer = value(kernel, "w.model.answer")
    assert answer["status"] == "error"
    assert answer["message"] == "The run took longer than 0.5 s and was stopped"
    assert answer["line"] in (4, 5, 6, 7)
    assert value(kernel, "(w.values['y'], y.data, turns)") == (1.0, 1.0, 1)
    wait_until_idle(kernel, asked(kernel, 6.0, 2))
    assert value(kernel, "w.model.answer['status'], float(w.tape.values[w.tape.leaves[0].node])") == ("ok", 6.0)


def test_interrupting_the_kernel_ends_a_second_run() -> None:
    manager, client = start_new_kernel()
    try:
        run(client, "%load_ext autograd_magic")
        run(client, f"%%autograd --as w\n{ENDLESS}", cellId="endless")
        message = asked(client, 2.0, 1)
        wait_until_idle(client, message, "busy")
        while client.is_alive() and not _interrupted(manager, client, message):
            pass
        answer = value(client, "w.model.answer")
        assert (answer["status"], answer["message"]) == ("error", "KeyboardInterrupt")
        assert value(client, "(w.values['y'], y.data)") == (1.0, 1.0)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def _interrupted(manager: Any, client: BlockingKernelClient, message: str) -> bool:
    """Interrupt the kernel, and see whether it has handled the message: it may not have begun the run before."""
    manager.interrupt_kernel()
    try:
        while True:
            found = client.get_iopub_msg(timeout=2)
            if found["parent_header"].get("msg_id") == message and found["content"].get("execution_state") == "idle":
                return True
    except queue.Empty:
        return False
