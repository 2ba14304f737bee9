"""What is written when a graph is saved as a page; how that lives is in browser/test_saved_pages.py."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import markdown
import numpy as np
import pytest
from IPython.core.error import UsageError
from IPython.utils.capture import capture_output
from shell import BRANCH, LECTURE, Shell

from autograd_magic import explore


def held(text: str) -> list[Any]:
    """The data of the widgets of a page."""
    return [json.loads(found) for found in re.findall(r"data-autograd-magic>(.*?)</script>", text)]


def _ends(page: dict[str, Any], side: str) -> list[float]:
    """The ends of its leaves' ranges."""
    return np.frombuffer(base64.b64decode(page["tape"]["leaves"][side]), "<f8").tolist()  # type: ignore[no-any-return]


def test_a_page_asks_for_nothing_from_elsewhere(shell: Shell) -> None:
    text = shell.autograd(LECTURE).html()
    assert "default-src 'none'" in text and "unsafe" not in text.partition("<script>")[0]
    assert not re.search(r"""(src|href)=["'](?!data:)""", text.partition("<script>")[0])


def test_a_fragment_goes_through_markdown_as_it_is(shell: Shell) -> None:
    """CommonMark ends a block of HTML at an empty line; Python's Markdown, which MkDocs has, looks for its last tag."""
    shell("from autograd_magic import Value")
    cell = "a = Value(2.0, label='one\\n\\ntwo')\nb = 3.0\n\n\nL = a * b\nL.label = 'three\\n\\nfour'\nL"
    text = shell.autograd(cell).html(fragment=True)
    assert re.search(r"^\s*$", text.strip(), re.MULTILINE) is None
    made = markdown.markdown(f"# Before\n\n{text}\n\n*after*")
    assert made.startswith("<h1>Before</h1>\n<div>") and made.endswith("<p><em>after</em></p>") and text.strip() in made


def test_exploring_leaves_the_notebook_and_the_widget_as_they_were(shell: Shell) -> None:
    shell("ran = []")
    w = shell.autograd("x = 2.0\nran.append(x)\nprint('ran')\nif x > 1.0:\n    y = x * x\nelse:\n    y = 3.0 * x\ny")
    before, tape = w.motion.number, w.model.tape
    with capture_output() as shown:
        (page,) = held(w.html(explore=True))
    assert shown.stdout == "" and len(page["paths"]) == 1 and _ends(page, "lo") == [-2.0]
    assert (w.motion.number, w.model.tape, w.values["y"]) == (before, tape, 4.0)
    assert shell("ran") == [2.0] and shell("y * 1") == 4.0


def test_a_cell_that_writes_is_not_run_for_a_page(shell: Shell, tmp_path: Path) -> None:
    shell.names["where"] = str(tmp_path / "log")
    w = shell.autograd("x = 2.0\nopen(where, 'a').write('ran ')\ny = x * x if x > 1 else x\ny")
    (page,) = held(w.html(explore=True))
    assert page["paths"] == [] and (tmp_path / "log").read_text() == "ran "


def test_nobody_can_run_the_code_in_a_page(shell: Shell) -> None:
    (page,) = held(shell.autograd(BRANCH).html())
    assert page["tape"]["rerun"] is False and page["tape"]["offer"] == "" and page["tape"]["offers"] == []


def test_the_line_saves_the_last_graph(shell: Shell, tmp_path: Path) -> None:
    shell.autograd(LECTURE)
    shell("%%autograd\nu = 3.0\nv = u * u\nv")
    file = tmp_path / "a page.html"
    shell(f"%autograd save '{file}'")
    (page,) = held(file.read_text(encoding="utf-8"))
    assert [label for _, label in page["tape"]["labels"]] == ["u", "v"]


def test_a_variable_called_save_is_still_explored(shell: Shell) -> None:
    shell("save, x = 2.0, 3.0")
    shell("%autograd --as v save * x")
    assert shell.names["v"].values["x"] == 3.0
    shell("%autograd save - x")
    shell("%autograd save")
    shell("%autograd save --x / x")
    assert not Path("x").exists()


def test_a_line_that_could_be_an_expression_saves_where_no_variable_is_called_so(shell: Shell, tmp_path: Path) -> None:
    shell.autograd(BRANCH)
    shell(f"%autograd save --all --explore {tmp_path}/page.html")
    (page,) = held((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert len(page["paths"]) == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("save", "write one file name"),
        ("save --every page.html", "--every is no option"),
        ("save page.html --every", "--every is no option. Options: --all, --explore."),
        ("save one.html two.html", "write one file name"),
        ("save no/such/folder/page.html", "cannot be written (No such file or directory)"),
    ],
)
def test_a_line_that_cannot_be_done_says_what_would_be_right(shell: Shell, line: str, said: str) -> None:
    shell.autograd(LECTURE)
    result = shell.run(f"%autograd {line}")
    assert isinstance(result.error_in_exec, UsageError) and said in str(result.error_in_exec)


def test_without_a_graph_there_is_nothing_to_save(shell: Shell) -> None:
    result = shell.run("%autograd save page.html")
    assert "run a cell with %%autograd first" in str(result.error_in_exec)
    assert not Path("page.html").exists()


def test_a_graph_without_a_notebook_is_saved_too(tmp_path: Path) -> None:
    w = explore(lambda x: x * x if x > 1 else x, x=2.0)
    w.save(tmp_path / "page.html", explore=True)
    (page,) = held((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert len(page["paths"]) == 1
    w.close()
