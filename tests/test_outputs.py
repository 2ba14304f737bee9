"""What a cell shows follows its sliders, in the cell's own output: in a real kernel, as a front end hears of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from kernels import move, run, value

from autograd_magic.live.outputs import NOTHING

Messages = list[dict[str, Any]]

SHOWN = ("display_data", "execute_result", "stream", "error")
LOAD = "import numpy as np, pandas as pd\nimport matplotlib.pyplot as plt\nfrom IPython.display import *"


@pytest.fixture(autouse=True)
def loaded(kernel: BlockingKernelClient) -> None:
    run(kernel, LOAD)


class Cell:
    """What stands in the output of one cell: as JupyterLab has it."""

    def __init__(self, kernel: BlockingKernelClient, text: str, *, traced: bool = True) -> None:
        self.kernel, self.outputs = kernel, []  # type: ignore[var-annotated]
        head = "%%autograd --as w\n" if traced else ""
        self.hear(run(kernel, head + text, cellId="cell"))

    def hear(self, messages: Messages) -> None:
        """Take in what the kernel has published for the cell, or since."""
        for message in messages:
            kind, content = message["msg_type"], message["content"]
            name = content.get("transient", {}).get("display_id")
            if kind == "clear_output":
                self.outputs = [None] if content["wait"] else []
            elif kind == "update_display_data":
                for output in self.outputs:
                    if output["id"] == name:
                        output["data"] = content["data"]
            elif kind in SHOWN:
                self.outputs = [] if self.outputs == [None] else self.outputs
                for output in self.outputs:
                    if kind == "display_data" and output["id"] == name is not None:
                        output["data"] = dict(content["data"])
                data = content.get("data") or {"text/plain": content.get("text", content)}
                if kind == "stream" and self.outputs and self.outputs[-1]["kind"] == "stream":
                    self.outputs[-1]["data"]["text/plain"] += data["text/plain"]
                else:
                    self.outputs.append({"kind": kind, "id": name, "data": dict(data)})

    def moves(self, number: float) -> list[str]:
        """The first leaf is dragged there; gives back what stands in the output without the widget."""
        before = len(self.outputs)
        asked = "max(w.model.leaves.get('question', 0), w.model.answer.get('question', 0))"
        parts = f"w.model.comm.comm_id, w.model.tape['trace'], {asked}, w.tape.leaves[0].key"
        comm, trace, question, key = value(self.kernel, parts)
        leaves = {"trace": trace, "question": question + 1, "at": {key: repr(number)}, "done": False, "by": "a view"}
        message = self.kernel.session.msg(
            "comm_msg",
            content={"comm_id": comm, "data": {"method": "update", "state": {"leaves": leaves}, "buffer_paths": []}},
        )
        self.kernel.shell_channel.send(message)
        heard: Messages = []
        while not heard or heard[-1]["content"].get("execution_state") != "idle":
            found = self.kernel.get_iopub_msg(timeout=60)
            if found["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                heard.append(found)
        assert not [each for each in heard if each["msg_type"] in SHOWN], heard
        self.hear(heard)
        states = [each["content"].get("data", {}).get("state", {}).get("answer") for each in heard]
        assert [state["status"] for state in states if state][-1] == "ok", states
        assert len(self.outputs) == before
        return self.shown

    @property
    def shown(self) -> list[str]:
        """What stands there, without the widget and what is said of it as text."""
        best = ("image/png", "image/svg+xml", "text/html", "text/latex", "text/plain")
        own = ("application/vnd.jupyter.widget-view+json", "data-autograd-fallback", "Value(data=")
        return [
            next(output["data"][form] for form in best if form in output["data"])
            for output in self.outputs
            if not any(mark in str(output["data"]) for mark in own)
        ]


CELLS = {
    "plot": "xs = np.linspace(0, 1, 5)\nys = a * xs\nplt.plot(xs, ys)\nL = ys.sum()",
    "plot and show": "plt.plot([0.0, a, a*a])\nplt.show()\nplt.plot([a, 1.0])\nplt.show()\nL = a * a",
    "subplots": "fig, ax = plt.subplots()\nax.plot([a * k for k in range(5)])\nax.set_title(f'{a:.2f}')\nL = a * a",
    "a figure as the result": "fig, ax = plt.subplots()\nax.bar([0, 1], [a, a*a])\nplt.close(fig)\nL = a * a\nfig",
    "a title alone": "L = a * a\nplt.title(f'{L:.3f}');",
    "a table": "display(pd.DataFrame({'a': [a, 2 * a]}))\nL = a * a",
    "a table as the result": "L = a * a\npd.DataFrame({'L': [L, 2 * a]})",
    "text that is displayed": "L = a * a\ndisplay(Markdown(f'**{L:.3f}**'), Latex(f'${a}$'))",
    "an id of the user's own": "display(HTML(f'<b>{a}</b>'), display_id='mine')\ndisplay(HTML('<i>1</i>'))\nL = a * a",
    "a handle": "h = display(HTML('one'), display_id=True)\nL = a * a\nh.update(HTML(f'<b>{L}</b>'))",
    "two of one id": "display(HTML('1'), display_id='twice')\ndisplay(HTML(f'{a}'), display_id='twice')\nL = a * a",
    "cleared": "display(HTML('gone'))\nprint('gone')\nclear_output()\ndisplay(HTML(f'<b>{a}</b>'))\nL = a * a",
    "cleared when something comes": "for k in range(3):\n    clear_output(wait=True)\n    display(HTML(f'{k * a}'))\nL = a * a",
    "what is captured is not shown": "with capture() as c:\n    display(HTML('no'))\ndisplay(HTML(f'<b>{a}</b>'))\nL = a * a",
}


@pytest.mark.parametrize("text", CELLS.values(), ids=CELLS)
def test_what_a_cell_shows_is_what_a_fresh_run_shows(kernel: BlockingKernelClient, text: str) -> None:
    run(kernel, "from IPython.utils.capture import capture_output as capture")
    fresh: dict[float, list[str]] = {}
    for number in ("2.0", "3.5", "0.25"):
        plain = Cell(kernel, f"a = {number}\n{text}", traced=False)
        fresh[float(number)] = plain.shown
    assert len({*map(str, fresh.values())}) == 3
    cell = Cell(kernel, f"a = 2.0\n{text}")
    assert cell.shown == fresh[2.0]
    for number in (3.5, 0.25, 2.0):
        assert cell.moves(number) == fresh[number], number
    assert value(kernel, "plt.get_fignums()") == []


def test_a_figure_that_only_a_title_binds_to_the_leaf_follows_a_drag(kernel: BlockingKernelClient) -> None:
    cell = Cell(kernel, "a = 2.0\nL = a * a\nplt.title(f'{L:.3f}')\nL")
    first = cell.shown
    assert cell.moves(3.0) != first
    assert value(kernel, "w.values['L'], w.grads['a']") == (9.0, 6.0)


def test_more_displays_than_before_stand_in_the_widget_and_fewer_are_said(kernel: BlockingKernelClient) -> None:
    cell = Cell(kernel, "a = 2.0\nfor k in range(int(a)):\n    display(HTML(f'<b>{k * a}</b>'))\nL = a * a\nL")
    assert cell.shown == ["<b>0.0</b>", "<b>2.0</b>"]
    assert cell.moves(3.0) == ["<b>0.0</b>", "<b>3.0</b>"]
    output = value(kernel, "w.model.output")
    assert output["said"] == "The run with a = 3.0:" and len(output["shown"]) == 1
    assert cell.moves(1.5) == ["<b>0.0</b>", NOTHING["text/plain"]]
    assert value(kernel, "w.model.output") == {"said": "", "text": "", "shown": []}


def test_text_that_was_printed_first_is_marked_once_it_is_stale(kernel: BlockingKernelClient) -> None:
    Cell(kernel, "a = 2.0\nprint('a is', a) if a > 1 else None\nL = a * a\nL")
    assert not value(kernel, "w.model.output")
    move(kernel, 3.0)
    first = "The text in the cell's own output was printed by its first run"
    assert value(kernel, "w.model.output") == {
        "said": f"{first}. The run with a = 3.0:",
        "text": "a is 3.0\n",
        "shown": [],
    }
    move(kernel, 0.5)
    assert value(kernel, "w.model.output['said']") == f"{first}; the run with a = 0.5 prints nothing."
    move(kernel, 2.0)
    assert value(kernel, "w.model.output") == {"said": "", "text": "", "shown": []}


def test_what_a_cell_that_does_not_run_again_shows_is_said_to_be_old(kernel: BlockingKernelClient) -> None:
    run(kernel, "%%autograd --as w --no-rerun\na = 2.0\nL = a * a\ndisplay(HTML('<b>4</b>'))\nL", cellId="cell")
    move(kernel, 3.0)
    said = "What the cell shows is still that of the run with the numbers in the text."
    assert value(kernel, "w.values['L'], w.model.output['said']") == (9.0, said)


def test_a_display_of_another_cell_is_updated_as_a_fresh_run_does(kernel: BlockingKernelClient) -> None:
    other = Cell(kernel, "h = display(HTML('one'), display_id=True)", traced=False)
    cell = Cell(kernel, "a = 2.0\nL = a * a\nh.update(HTML(f'<b>{L}</b>'))\nL")
    messages = run(kernel, "w.set(a=3.0)")
    assert [m["content"]["data"]["text/html"] for m in messages if m["msg_type"] == "update_display_data"] == [
        "<b>9.0</b>"
    ]
    assert len(other.outputs) == 1 and cell.shown == []


def test_a_handle_of_a_second_run_is_one_of_what_stands_there(kernel: BlockingKernelClient) -> None:
    cell = Cell(kernel, "a = 2.0\nh = display(HTML(f'<b>{a}</b>'), display_id=True)\nL = a * a\nL")
    assert cell.moves(3.0) == ["<b>3.0</b>"]
    cell.hear([m for m in run(kernel, "h.update(HTML('new'))") if m["msg_type"] == "update_display_data"])
    assert cell.shown == ["new"]


@pytest.mark.slow
def test_two_hundred_drags_leave_one_figure_and_no_more_memory(kernel: BlockingKernelClient) -> None:
    run(kernel, "from collections import deque\nd = deque([1.0], 3)")
    cell = Cell(
        kernel,
        "a = 2.0\nd.append(a)\nfig, ax = plt.subplots(figsize=(2, 1))\nax.set(ylim=(0, 10), xticks=[], yticks=[])\n"
        "ax.plot([0.0, a])\nL = a * sum(d)\nL",
    )
    rss = "__import__('psutil').Process().memory_info().rss"
    alive = "(__import__('gc').collect(), sum(isinstance(o, plt.Figure) for o in __import__('gc').get_objects()))[1]"
    pictures = set()
    for k in range(200):
        pictures.add(*cell.moves(3.0 + k % 7))
        if k == 50:
            before, figures = value(kernel, rss), value(kernel, alive)
    assert len(pictures) == 7
    assert value(kernel, rss) - before < 15 * 2**20
    assert value(kernel, f"{alive}, plt.get_fignums(), list(d)") == (figures, [], [1.0, 3.0 + 199 % 7])


def test_figures_that_stay_open_are_those_of_a_fresh_run(kernel: BlockingKernelClient) -> None:
    run(kernel, "%config InlineBackend.close_figures = False\nplt.close('all')\nearlier = plt.figure()")
    try:
        text = "a = 2.0\nplt.figure()\nplt.plot([0.0, a])\nL = a * a\nL"
        Cell(kernel, text)
        for number in (3.0, 4.0):
            run(kernel, f"w.set(a={number})")
            found = value(
                kernel, "plt.get_fignums(), plt.gcf().axes[0].lines[0].get_ydata().tolist(), len(plt.gcf().axes)"
            )
            assert found == ([1, 2], [0.0, number], 1)
        value(kernel, "w.peek({w.tape.leaves[0].key: 9.0})")
        assert value(kernel, "plt.get_fignums(), plt.gcf().axes[0].lines[0].get_ydata().tolist()") == (
            [1, 2],
            [0.0, 4.0],
        )
    finally:
        run(kernel, "plt.close('all')\n%config InlineBackend.close_figures = True")


def test_a_move_in_a_cell_that_draws_leaves_its_figure_alone(kernel: BlockingKernelClient) -> None:
    Cell(kernel, "a = 2.0\nplt.plot([0.0, a])\nL = a * a\nL")
    messages = run(
        kernel, "plt.plot([1.0, 2.0, 3.0])\nw.set(a=3.0)\nassert len(plt.gca().lines) == 1\nplt.title('mine')"
    )
    kinds = [message["msg_type"] for message in messages]
    assert kinds.count("display_data") == 1 and kinds.count("update_display_data") == 1
    assert "error" not in kinds


def test_what_a_module_does_when_it_is_imported_is_nothing_that_the_cell_writes(
    kernel: BlockingKernelClient, tmp_path: Path
) -> None:
    (tmp_path / "makes_its_folder.py").write_text(f"import os\nos.makedirs({str(tmp_path / 'cache')!r})\nx = 1\n")
    run(kernel, f"import sys\nsys.path.insert(0, {str(tmp_path)!r})")
    cell = Cell(kernel, "import makes_its_folder\na = 2.0\nplt.plot([0.0, a])\nL = a * a")
    assert (tmp_path / "cache").is_dir() and not value(kernel, "w.trace.wrote")
    first = cell.shown
    assert cell.moves(3.0) != first


def test_a_run_that_fails_leaves_what_stands_there(kernel: BlockingKernelClient) -> None:
    cell = Cell(kernel, "a = 2.0\ndisplay(HTML(f'<b>{a}</b>'))\nL = 1 / (a - 3)\nL")
    before = cell.shown
    assert move(kernel, 3.0)["status"] == "error"
    assert cell.shown == before
    assert cell.moves(4.0) == ["<b>4.0</b>"]
