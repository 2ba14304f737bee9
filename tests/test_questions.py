"""What the browser asks the kernel: formulas, the root elsewhere; and what must stay as it was."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from shell import BRANCH, LECTURE, Shell

from autograd_magic import Value, explore
from autograd_magic.cell.budget import OutOfTime, cancel, limited
from autograd_magic.live.lookup import find, find_leaf
from autograd_magic.live.number_text import decode_number
from autograd_magic.live.paths import KEPT


def asked(w: Any, **question: Any) -> dict[str, Any]:
    """The answer to one question."""
    sent: list[dict[str, Any]] = []
    w.model.send = sent.append
    w.browser.released(w.model, {"id": 1, "trace": w.motion.number, **question}, None)
    w.flush()
    assert len(sent) == 1 and sent[0].pop("reply") == 1
    return sent[0]


def points(w: Any, name: str, at: list[float], roots: tuple[str, ...] = ()) -> list[float | None]:
    """The root with a leaf at these places."""
    found: list[float | None] = []
    while len(found) < len(at):
        rest = [[repr(x)] for x in at[len(found) :]]
        answer = asked(w, ask="points", moving=[w.tape.leaves[find_leaf(w.trace, name)].key], at=rest, roots=roots)
        found += [None if number is None else decode_number(number) for number in answer["found"]]
    return found


def test_points_beyond_a_guard_leave_everything_as_it_is(shell: Shell) -> None:
    w = shell.autograd(BRANCH)
    before = {name: found for name, found in shell.names.items() if not name.startswith("_")}
    assert points(w, "x", [0.5, 1.0, 1.5, 3.0]) == [2.5, 4.0, 2.25, 9.0]
    assert {name: found for name, found in shell.names.items() if not name.startswith("_")} == before
    assert (w.values["x"], w.values["y"], w.grads["x"]) == (2.0, 4.0, 4.0)
    assert (shell.names["x"].data, shell.names["y"].data) == (2.0, 4.0)
    assert "z" not in shell.names
    assert points(w, "x", [0.5, 3.0], roots=("z",)) == [1.5, None]
    w.set(x=0.5)
    assert points(w, "x", [3.0]) == [9.0]
    assert shell.names["y"].data == 2.5 and shell.names["z"].data == 1.5


def test_points_where_the_code_raises(shell: Shell) -> None:
    w = shell.autograd("x = 2.0\nif x < 0:\n    raise ValueError('no')\nx * x")
    assert points(w, "x", [-1.0, 1.0]) == [None, 1.0]


def test_points_of_a_value_from_an_earlier_cell(shell: Shell) -> None:
    shell("from autograd_magic import Value\nv = Value(2.0, label='v')")
    w = shell.autograd("y = v * 3.0 if v > 1 else v * 5.0\ny")
    assert points(w, "v", [0.5, 3.0]) == [2.5, 9.0]
    assert shell.names["v"].data == 2.0 and shell.names["y"].data == 6.0


def test_a_cell_that_changes_a_list_is_run_for_a_picture_and_the_list_stays(shell: Shell) -> None:
    shell("losses = []")
    w = shell.autograd("x = 2.0\ny = x if x > 1 else -x\nlosses.append(y)\ny")
    before = [*shell.names["losses"]]
    at = [["0.5"], ["0.25"]]
    assert asked(w, ask="points", moving=[w.tape.leaves[0].key], at=at, roots=[])["found"] == ["-0.5", "-0.25"]
    assert len(before) == len(shell.names["losses"]) == 1 and before == shell.names["losses"]


def test_a_cell_that_uses_up_an_iterator_or_writes_a_file_is_not_run_for_a_picture(
    shell: Shell, tmp_path: Path
) -> None:
    shell("it = (k for k in range(9))")
    for line in ("next(it)", f"open({str(tmp_path / 'f')!r}, 'w').close()"):
        w = shell.autograd(f"x = 2.0\n{line}\ny = x if x > 1 else -x\ny")
        error = asked(w, ask="points", moving=[w.tape.leaves[0].key], at=[["0.5"]], roots=[])["error"]
        assert "The cell has changed it, which cannot be put back" in error or "The cell writes to a file" in error
    assert shell("next(it)") == 1


def test_a_picture_changes_no_list_on_a_path_that_nobody_has_seen(shell: Shell) -> None:
    shell("held = []")
    w = shell.autograd("x = 2.0\nif x > 3:\n    held.append(float(x))\nif x < 0:\n    1 / 0\nx * 2.0")
    assert points(w, "x", [5.0, 1.0]) == [10.0, 2.0]
    assert shell.names["held"] == []
    shell("held.append('mine')")
    assert points(w, "x", [-1.0, 5.0]) == [None, 10.0]
    assert shell.names["held"] == ["mine"]
    w.set(x=4.0)
    assert shell.names["held"] == ["mine", 4.0]
    w.set(x=1.0)
    assert shell.names["held"] == ["mine"]
    assert points(w, "x", [5.0]) == [10.0]
    assert shell.names["held"] == ["mine"]


def test_a_picture_of_what_others_have_changed_leaves_the_graph_stale(shell: Shell) -> None:
    shell("data = [1.0, 2.0]")
    w = shell.autograd("x = 2.0\nif x < 0:\n    1 / 0\nsum(x * d for d in data)")
    shell("data.append(3.0)")
    stale = w.stale
    assert "data has changed" in stale
    assert points(w, "x", [4.0, -1.0]) == [24.0, None]
    shell("pass")
    assert (w.stale, w.values[w.root]) == (stale, 6.0)
    w.set(x=4.0)
    assert (w.stale, w.values[w.root], shell.names["data"]) == ("", 24.0, [1.0, 2.0, 3.0])


def test_a_function_is_called_again_as_it_was_called_first(shell: Shell) -> None:
    shell("import numpy as np\nfrom autograd_magic import explore\nrng, held = np.random.default_rng(1), []")
    drawn = np.random.default_rng(1).random(2)
    shell("def f(x):\n    r = rng.random()\n    if x > 3:\n        held.append(1)\n    return x * r")
    w = shell("explore(f, x=2.0)")
    assert shell("rng.random()") == drawn[0]
    assert points(w, "x", [5.0]) == [5 * drawn[0]]
    w.set(x=4.0)
    assert (w.values[w.root], shell.names["held"], shell("rng.random()")) == (4 * drawn[0], [1], drawn[1])
    assert points(w, "x", [1.0, 5.0]) == [drawn[0], 5 * drawn[0]]
    assert shell.names["held"] == [1]


def test_a_finished_graph_cannot_be_run_again() -> None:
    x = Value(2.0, label="x")
    w = explore(x.log())
    assert points(w, "x", [1.0]) == [0.0]
    answer = asked(w, ask="points", moving=[w.tape.leaves[0].key], at=[["-1.0"]], roots=[])
    assert answer == {"error": "There is no code to run again"}
    assert w.values["x"] == 2.0


def test_cancel_ends_what_runs_and_nothing_else() -> None:
    with pytest.raises(OutOfTime, match="the run was cancelled"), limited(60):
        threading.Thread(target=cancel).start()
        while True:
            pass
    other = threading.Thread(target=cancel)
    other.start()
    other.join()


def test_formulas(shell: Shell) -> None:
    w = shell.autograd(LECTURE)
    answer = asked(w, ask="formula", index=find(w.trace, "e"), form="latex")
    product = ["mrow", ["mi", "a"], ["mo", "·"], ["mi", "b"]]
    assert answer["written"] == "e = a \\cdot b"
    assert json.loads(answer["typeset"]) == [
        "mtable",
        ["mtr", ["mtd", ["mi", "e"]], ["mtd", ["mo", "="]], ["mtd", product]],
    ]
    w = shell.autograd("x = 0.5\nfor k in range(600):\n    x = x * 0.999\nx")
    answer = asked(w, ask="formula", index=w.tape.root, form="dot")
    assert answer["written"].startswith("digraph") and "typeset" not in answer and "error" not in answer
    assert "formula is written as one of" in asked(w, ask="formula", index=0, form="exe")["error"]


@pytest.mark.parametrize(
    "question",
    [
        {"ask": "everything"},
        {"ask": "formula"},
        {"ask": "formula", "index": 99, "form": "dot"},
        {"ask": "formula", "index": "x", "form": "dot"},
        {"ask": "points", "moving": ["x"], "at": [["1"]], "roots": 7},
        {"ask": "points", "moving": ["x"], "at": [["1"]], "roots": [7]},
        {"ask": "points", "moving": ["7"], "at": [["1"]], "roots": []},
        {"ask": "points", "moving": ["x"], "at": [["1", "2"]], "roots": []},
        {"ask": "points", "moving": ["x"], "at": [[None]], "roots": []},
        {"ask": "formula", "index": -1, "form": "dot"},
        {"ask": ["formula"]},
    ],
)
def test_a_question_that_is_none(shell: Shell, question: dict[str, Any]) -> None:
    w = shell.autograd(LECTURE)
    assert list(asked(w, **question)) == ["error"]
    assert w.values["L"] == -8.0


def test_a_question_about_an_earlier_graph(shell: Shell) -> None:
    w = shell.autograd(BRANCH)
    earlier = w.motion.number
    w.set(x=0.5)
    assert asked(w, ask="formula", index=0, form="latex", trace=earlier) == {"error": "The graph is another one now"}


def moved(w: Any, trace: int, question: int, number: str | None, *, done: bool = True) -> None:
    """Move the first leaf as the browser would; None: nowhere."""
    at = {} if number is None else {w.tape.leaves[0].key: number}
    w.model.leaves = {"trace": trace, "question": question, "at": at, "done": done, "by": "a view"}


def test_a_drag_that_speaks_of_an_earlier_trace_is_understood(shell: Shell) -> None:
    """The end of a drag over a threshold leaves the browser before the tape of the other side has come to it."""
    w = shell.autograd(BRANCH)
    moved(w, 1, 1, "0.5", done=False)
    assert (w.motion.number, shell.names["y"].data) == (2, 2.5)
    moved(w, 1, 2, "3.0")
    assert (w.motion.number, shell.names["y"].data) == (1, 9.0)
    moved(w, 2, 3, "0.25")
    assert (w.motion.number, shell.names["y"].data) == (2, 1.75)
    moved(w, 77, 4, None)
    assert shell.names["y"].data == 4.0


def test_a_view_on_another_path_is_sent_the_graph_in_force(shell: Shell) -> None:
    w = shell.autograd(BRANCH)
    moved(w, 1, 1, "0.5")
    moved(w, 1, 2, "0.25")
    assert (w.motion.number, w.model.tape["trace"], w.model.answer["trace"]) == (3, 3, 3)
    assert shell.names["y"].data == 1.75


def test_the_browser_hears_that_the_code_runs(shell: Shell) -> None:
    w = shell.autograd(BRANCH)
    told: list[str] = []
    w.model.observe(lambda change: told.append(change.new["status"]), "answer")
    moved(w, 1, 1, "3.0")
    assert told == ["ok"]
    moved(w, 1, 2, "0.5")
    assert told == ["ok", "running", "ok"]
    w.set(x=0.25)
    assert told[3:] in ([], ["ok"])


def test_a_look_elsewhere_leaves_the_gradients_as_they_were(shell: Shell) -> None:
    w = shell.autograd("x = 2.0\nq = x * 100.0\ny = x * x if x > 1 else -x\ny")
    shell("q.backward()")
    assert shell.names["x"].grad == 100.0
    assert w.peek({w.tape.leaves[0].key: 0.5}) == -0.5
    assert shell.names["x"].grad == 100.0


def test_a_path_that_prints_is_run_again_when_the_drag_ends(shell: Shell) -> None:
    w = shell.autograd(f"{BRANCH[:-2]}print(y)\ny")
    moved(w, 1, 1, "0.5")
    assert (w.motion.number, w.model.output["text"]) == (2, "2.5\n")
    moved(w, 2, 2, "0.25", done=False)
    moved(w, 1, 3, "3.0", done=False)
    assert (w.motion.number, shell.names["y"].data) == (1, 9.0)
    moved(w, 1, 4, "4.0")
    assert w.model.output["text"] == "16.0\n"
    moved(w, w.motion.number, 5, "5.0")
    assert w.model.output["text"] == "25.0\n"
    moved(w, 2, 6, "0.5")
    assert w.model.output["text"] == "2.5\n"


def test_a_path_whose_text_decides_is_not_taken_up_again(shell: Shell) -> None:
    w = shell.autograd("x = 2.0\nif x > 1:\n    y = x * len(str(x))\nelse:\n    y = -x\ny")
    moved(w, 1, 1, "0.5")
    moved(w, 1, 2, "3.25", done=False)
    assert shell.names["y"].data == 3.25 * 4
    assert points(w, "x", [3.125, 0.5]) == [3.125 * 5, -0.5]
    assert shell.names["y"].data == 3.25 * 4


def test_a_path_of_whole_numbers_is_none_of_floats(shell: Shell) -> None:
    w = shell.autograd("n = 2\nx = 0.5\ny = n * 3\nz = y * x\nz")
    moved(w, 1, 1, "2.5")
    moved(w, 1, 2, "3.0")
    assert repr(shell.names["y"].data) == "9.0"
    moved(w, 1, 3, None)
    moved(w, w.motion.number, 4, "3.0")
    assert repr(shell.names["y"].data) == "9"


def test_of_many_paths_the_last_are_kept(shell: Shell) -> None:
    w = shell.autograd("n = 1\ny = 0.5\nfor _ in range(n):\n    y = y * 2\ny")
    for n in range(2, KEPT + 5):
        w.set(n=n)
        assert w.values["y"] == 0.5 * 2**n
    number, ran = w.motion.number, []
    w.model.observe(lambda change: ran.append(change.new["status"]), "answer")
    moved(w, number - KEPT + 1, 100, str(n - KEPT + 1))
    assert (w.motion.number, ran) == (number - KEPT + 1, ["ok"])
    moved(w, number - KEPT, 101, str(n - KEPT))
    assert (w.motion.number, ran) == (number + 1, ["ok", "running", "ok"])
    assert shell.names["y"].data == 0.5 * 2 ** (n - KEPT)


def test_a_look_elsewhere_leaves_the_gradients_of_others_as_they_were(shell: Shell) -> None:
    shell("from autograd_magic import Value\np = Value(2.0, label='p')")
    w = shell.autograd("y = p * p if p > 1 else -p\ny")
    shell("q = p * 100.0\nq.backward()")
    assert points(w, "p", [0.5]) == [-0.5]
    assert shell.names["p"].grad == 100.0
