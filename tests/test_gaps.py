"""Gradients that the graph does not know, and those that were measured, where they are written."""

from __future__ import annotations

import gc
import math
import signal
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from shell import Shell

from autograd_magic.cell.budget import OutOfTime, limited
from autograd_magic.cell.traces import CannotExplore
from autograd_magic.engine import deadline
from autograd_magic.engine.outside import Slope, measured
from autograd_magic.engine.value import Value
from autograd_magic.export.draw import draw_dot
from autograd_magic.export.phrases import Gradients
from autograd_magic.export.picture import alt_text, picture
from autograd_magic.export.text import tree
from autograd_magic.live import gaps

MEASURED = "x = 3.0\ny = 2.0\nz = float(str(x))\nL = y * z\nL"
"""z comes back, and the cell may be run again."""
UNKNOWN = "x = 0.0\ny = 2.0\nz = float(str(abs(x)))\nL = y * z\nL"
"""The same at a kink."""
LOOSE = "x = 3.0\ny = 2.0\na = x * 2.0\nL = y * a + complex(a).real\nL"
"""Nobody sees that a comes back."""
ROOT = "from scipy.optimize import brentq\nx = 3.0\ny = 2.0\nz = brentq(lambda t: t * t - x, 0, 10)\nL = y * z\nL"
"""The root that a library has found: y may move without a run."""


def line(text: str, name: str) -> str:
    """What a tree says of a node."""
    return next(found for found in text.split("\n") if found.lstrip("│├└─ ").startswith(f"{name} | "))


def test_a_measured_gradient_is_written_as_about(shell: Shell) -> None:
    w = shell.autograd(MEASURED)
    text = tree(w.tape)
    assert line(text, "x").endswith("| data 3 | grad ≈ 2")
    assert line(text, "y").endswith("| data 2 | grad 3")
    assert ">≈ 2</text>" in picture(w.tape)
    assert "x = 3 (≈ 2), y = 2 (3)" in alt_text(w.tape)
    (note,) = w.model.tape["notes"]
    assert note.startswith(
        "Line 4: float, which this widget cannot look into, was given x, and what it gave is used; gradient of x is measured by "
    )
    assert note.endswith("running the cell again with it nudged.")


def test_a_gradient_that_is_not_known_is_a_question_mark(shell: Shell) -> None:
    w = shell.autograd(UNKNOWN)
    assert line(tree(w.tape), "x").endswith("| grad ?")
    assert "nan" not in tree(w.tape) and "nan" not in picture(w.tape)
    assert ">?</text>" in picture(w.tape)
    assert "x = 0 (?)" in alt_text(w.tape)
    assert w.model.tape["notes"] == [
        "Line 4: a number that float gave is used, and this widget cannot see where it comes from: gradient of x is not known."
    ]


def test_each_gradient_is_said_to_be_lost_where_it_is(shell: Shell) -> None:
    w = shell.autograd("k = 0.0\nx = 3.0\nu = float(str(abs(k)))\nz = float(str(x))\nL = x * z + u * x\nL")
    lost, found = w.model.tape["notes"]
    assert (
        lost
        == "Line 4: a number that float gave is used, and this widget cannot see where it comes from: gradient of k is not known."
    )
    assert found.startswith(
        "Line 5: float, which this widget cannot look into, was given x, and what it gave is used; gradient of x is measured by "
    )


def test_a_true_nan_stays_one(shell: Shell) -> None:
    w = shell.autograd("import math\nx = 3.0\nL = x * math.nan\nL")
    assert line(tree(w.tape), "x").endswith("| grad nan")
    assert ">nan</text>" in picture(w.tape)


@pytest.mark.parametrize(("text", "inner", "found"), [(UNKNOWN, "?", "?"), (LOOSE, "?", "≈ 6")])
def test_what_stands_between_a_leaf_and_where_it_left_is_not_known(
    shell: Shell, text: str, inner: str, found: str
) -> None:
    w = shell.autograd(text)
    tape = w.tape
    gradients = Gradients(tape, tape.root)
    x = next(leaf.node for leaf in tape.leaves if leaf.name == "x")
    assert gradients.written(x) == found
    user = next(node for node, args in enumerate(tape.args) if x in args)
    assert gradients.written(user) == inner
    assert gradients.written(tape.root) == "1"


def test_a_measured_gradient_is_measured_anew_where_the_leaves_come_to_rest(shell: Shell) -> None:
    w = shell.autograd(ROOT)
    assert line(tree(w.tape), "x").endswith("grad ≈ 0.5774")
    y = next(leaf.key for leaf in w.tape.leaves if leaf.name == "y")
    w.motion.move({y: 5.0}, done=False, number=w.motion.number)  # the slider is on its way
    assert line(tree(w.tape), "x").endswith("grad ?") and "gradient of x is not known" in w.gaps[0]
    w.motion.move({y: 5.0}, done=True, number=w.motion.number)
    text = tree(w.tape)
    assert line(text, "x").endswith("grad ≈ 1.443") and w.gaps == []
    assert line(text, "y").endswith("data 5 | grad 1.732")
    w.reset()
    assert line(tree(w.tape), "x").endswith("grad ≈ 0.5774")


KEPT = """
import math
import signal
import numpy as np
y, x = 3.0, 2.0
out = y * y
%s
out
"""
"""Where y goes on its way is in no picture: outside code has kept it."""


@pytest.mark.parametrize(
    "text",
    [
        "box += math.sin(x)\nout = view[1]",
        "np.copyto(box, math.sin(x))\nout = view[1]",
        "view.fill(math.sin(x))\nout = float(memoryview(box)[2])",
        "told.append(x)\nsorted(told, key=told.append)\nout = float(len(told)) + sum(map(float, told[1:]))",
    ],
)
def test_what_outside_code_has_kept_is_said_to_be_unknown_while_a_slider_moves(shell: Shell, text: str) -> None:
    shell("import numpy as np\nbox = np.array([0.5, -1.0, 2.0])\nview = box[1:]\ntold = []")
    w = shell.autograd(KEPT % text)
    x, y = w.grads["x"], next(leaf.key for leaf in w.tape.leaves if leaf.name == "y")
    assert not math.isnan(x)
    w.motion.move({y: 5.0}, done=False, number=w.motion.number)
    assert w.grads["x"] == x or "gradient of x is not known" in " ".join(w.gaps)
    w.motion.move({y: 5.0}, done=True, number=w.motion.number)
    assert w.grads["x"] == pytest.approx(x) and w.gaps == []
    assert w.grads["y"] == 0.0


def test_a_number_from_outside_of_the_graph_is_not_said_to_depend_on_nothing(shell: Shell) -> None:
    shell("import numpy as np\nbox = np.array([0.5, -1.0, 2.0])\nview = memoryview(box)")
    w = shell.autograd("x, y = 3.0, 2.0\nbox += x * x\nout = view[1]\nout")
    assert w.grads["x"] == pytest.approx(6.0) and w.grads["y"] == 0.0
    assert tree(w.tape).split("\n")[1:] == [
        "It depends on none of: y = 2",
        "It depends, not in the graph, on: x = 3 (grad ≈ 6)",
    ]
    assert not any("every gradient is 0" in note for note in w.model.tape["notes"])


def test_a_wrong_gradient_does_not_come_back_when_another_leaf_moves(shell: Shell) -> None:
    w = shell.autograd(LOOSE)
    w.tape.forward({next(k for k, leaf in enumerate(w.tape.leaves) if leaf.name == "y"): 5.0})
    x = next(leaf.node for leaf in w.tape.leaves if leaf.name == "x")
    assert math.isnan(w.tape.backward()[x])  # the graph alone says 10, and it is 12
    w.tape.forward([3.0, 2.0])
    assert w.tape.backward()[x] == pytest.approx(6.0)


def test_another_root_has_its_own_gradients(shell: Shell) -> None:
    w = shell.autograd(LOOSE)
    tape = w.tape
    a = next(node for node in range(len(tape)) if tape.label(node) == "a")
    tape.backward(a)
    try:
        assert line(tree(tape, a), "x").endswith("grad 2")
    finally:
        tape.backward()


def test_a_drawing_of_values_says_the_same(shell: Shell) -> None:
    shell.autograd(UNKNOWN)
    assert "grad ?" in draw_dot(shell.names["L"]).source
    x = Value(1.0, label="x")
    y = x * math.nan
    y.backward()
    assert "grad nan" in draw_dot(y).source


ASKED = """
import pathlib
x, y = 3.0, 2.0
z = float(str(x))
L = y * z
pathlib.Path(where).write_text("run")
print(L)
L
"""
"""It writes a file, so that it is not run again by itself."""


def test_a_cell_that_writes_is_measured_when_somebody_asks(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "ran"
    shell.names["where"] = str(file)
    w = shell.autograd(ASKED)
    assert math.isnan(w.grads["x"]) and w.grads["y"] == 3.0
    offer = w.model.tape["offer"]
    assert "runs again 5 times" in offer and "what it writes to files" in offer and "prints is not shown" in offer
    file.unlink()
    w.measure()
    assert file.exists()
    assert w.grads["x"] == pytest.approx(2.0) and w.grads["y"] == 3.0
    assert w.gaps == [] and line(tree(w.tape), "x").endswith("| grad ≈ 2")
    assert w.model.tape["tried"] and w.model.tape["offer"] == offer
    assert shell.names["L"] == 6.0 and shell.names["x"].grad == pytest.approx(2.0)


def test_what_there_is_no_time_for_is_said_and_measured_when_somebody_asks(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadline, "SECONDS", 0.0)
    w = shell.autograd(MEASURED)
    assert math.isnan(w.grads["x"]) and w.grads["y"] == 3.0
    assert "gradient of x is not known" in w.gaps[0] and not w.model.tape["tried"]
    w.measure()
    assert w.grads["x"] == pytest.approx(2.0) and w.gaps == []


def test_the_collector_takes_no_time_from_what_is_measured_by_itself(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = []

    def watched(at: Callable[[float], float], here: float, there: float) -> Slope:
        ran.append(gc.isenabled())
        return measured(at, here, there)

    monkeypatch.setattr(gaps, "measured", watched)
    w = shell.autograd(MEASURED)
    w.measure()
    assert ran == [False, True] and gc.isenabled()


def test_what_is_measured_elsewhere_holds_there(shell: Shell, tmp_path: Path) -> None:
    shell.names["where"] = str(tmp_path / "ran")
    w = shell.autograd(ASKED)
    w.set(y=5.0)
    assert math.isnan(w.grads["x"])
    w.measure()
    assert w.grads["x"] == pytest.approx(5.0)
    w.reset()
    assert math.isnan(w.grads["x"]) or w.grads["x"] == pytest.approx(2.0)
    w.measure()
    assert w.grads["x"] == pytest.approx(2.0)
    w.set(x=7.0)
    assert shell.names["L"] == 14.0
    w.measure()
    assert w.grads["x"] == pytest.approx(2.0) and w.grads["y"] == 7.0


def test_the_root_that_came_back_is_measured(shell: Shell, tmp_path: Path) -> None:
    shell.names["where"] = str(tmp_path / "ran")
    w = shell.autograd("x = 3.0\nopen(where, 'w').close()\nL = float(str(x * x))\nL")
    assert math.isnan(w.grads["x"])
    w.measure()
    assert w.grads["x"] == pytest.approx(6.0)


def test_a_kink_is_not_offered_twice(shell: Shell, tmp_path: Path) -> None:
    shell.names["where"] = str(tmp_path / "ran")
    w = shell.autograd("open(where, 'w').close()\n" + UNKNOWN)
    assert not w.model.tape["tried"]
    w.measure()
    assert w.model.tape["tried"] and math.isnan(w.grads["x"])
    assert w.gaps == [
        "line 5: a number that float gave is used, and this widget cannot see where it comes from: gradient of x is not known"
    ]


def test_what_cannot_be_measured_is_said_in_one_sentence(shell: Shell) -> None:
    kept = shell.autograd(UNKNOWN, "--no-rerun")
    with pytest.raises(CannotExplore, match="no code to run again"):
        kept.measure()
    shell.names["told"] = (k for k in range(9))
    w = shell.autograd("x = 3.0\nz = float(str(x))\nnext(told)\nL = z * x\nL")
    with pytest.raises(CannotExplore, match="has changed told, which cannot be put back"):
        w.measure()
    assert shell("next(told)") == 1


def test_a_measurement_that_is_interrupted_changes_nothing(shell: Shell, tmp_path: Path) -> None:
    shell.names["where"] = str(tmp_path / "ran")
    text = "x = 3.0\nopen(where, 'w').close()\nz = float(str(x))\nstop(x)\nL = z * x\nL"

    def stop(x: float) -> None:
        if x != 3.0:
            raise KeyboardInterrupt

    shell.names["stop"] = stop
    w = shell.autograd(text)
    with pytest.raises(KeyboardInterrupt):
        w.measure()
    assert w.values["L"] == 9.0 and math.isnan(w.grads["x"]) and not w.model.tape["tried"]
    assert shell.names["L"] == 9.0


def test_the_browser_asks_for_it(shell: Shell, tmp_path: Path) -> None:
    shell.names["where"] = str(tmp_path / "ran")
    w = shell.autograd(ASKED)
    sent: list[dict[str, object]] = []
    w.model.send = lambda content, *_: sent.append(content)
    w.browser.released(None, {"ask": "measure", "id": "1", "trace": w.model.tape["trace"]}, None)
    assert sent == [{"reply": "1", "error": ""}]
    assert w.grads["x"] == pytest.approx(2.0) and w.model.answer["status"] == "ok"
    assert w.model.tape["measured"] and w.model.tape["tried"]


@pytest.mark.parametrize(
    "call", ["pathlib.Path(where).write_text('1')", "np.savetxt(where, [x])", "os.rename(a, where)"]
)
def test_a_cell_that_writes_through_a_library_is_not_run_again_by_itself(
    shell: Shell, tmp_path: Path, call: str
) -> None:
    shell.names |= {"where": str(tmp_path / "ran"), "a": str(tmp_path / "a")}
    (tmp_path / "a").touch()
    w = shell.autograd(f"import os, pathlib\nimport numpy as np\nx = 3.0\n{call}\nL = float(str(x))\nL")
    assert w.trace.wrote and math.isnan(w.grads["x"])


@pytest.mark.parametrize(
    ("function", "x", "slope"),
    [
        (lambda x: math.sqrt((x - 1.0) ** 2), 1e-17, -1.0),  # beside 1, a part of the number is no step
        (lambda x: math.sqrt((x - 1.0) ** 2), 1e-308, -1.0),
        (lambda x: x * x + 3.0 * x, 1e-12, 3.0),
        (math.log, 1e-9, 1e9),
        (lambda x: 5.0, 1e-17, 0.0),
        (lambda x: x, 5e-324, 1.0),
    ],
)
def test_a_derivative_is_measured_at_a_small_number(function: Callable[[float], float], x: float, slope: float) -> None:
    assert measured(function, x, function(x)).slope == pytest.approx(slope, rel=1e-6)


@pytest.mark.parametrize("x", [-2.5778118570748267, -2.57795])
def test_a_number_that_is_partly_stairs_has_its_own_slope_or_none(x: float) -> None:
    def function(x: float) -> float:
        return max(x, round(x, 3))

    slope = measured(function, x, function(x)).slope
    assert math.isnan(slope) or slope == pytest.approx(1.0, rel=1e-6)


@pytest.mark.parametrize(("function", "slope"), [(lambda x: math.sin(100 * x), 100.0), (math.tan, 1.0)])
def test_a_curve_that_bends_much_within_a_step_is_measured(function: Callable[[float], float], slope: float) -> None:
    found = measured(lambda x: function(x - 0.3), 0.3, 0.0)
    assert found.slope == pytest.approx(slope, rel=1e-4)


@pytest.mark.parametrize("x", ["1", "1.0"])
@pytest.mark.parametrize(
    "call", ["statistics.median([x, x * x, 1.0])", "statistics.quantiles([x, x * x, 1.0], n=2)[0]"]
)
def test_a_number_that_bends_between_its_arguments_is_measured_by_running_the_cell(
    shell: Shell, x: str, call: str
) -> None:
    """Nudged one by one none of three equal arguments changes their median."""
    w = shell.autograd(f"import statistics\nx = {x}\nr = {call} * 1.5\nr")
    assert w.grads["x"] == pytest.approx(1.5) or (math.isnan(w.grads["x"]) and w.gaps)


TIED = {
    "a cache": (
        "import functools\nf = functools.cache(lambda v: v * v)\nx = 2.0\ny = 2.0\nr = f(x) + 3 * f(y) + f(2.0)\nr",
        {"x": 4.0, "y": 12.0},
    ),
    "a dict of what was computed": (
        "d = {}\ndef f(v):\n    if v not in d: d[v] = v * v\n    return d[v]\nx = 2.0\ny = 2.0\nr = f(x) + 3 * f(y)\nr",
        {"x": 4.0, "y": 12.0},
    ),
    "a place in a list": ("x = 2.0\ny = 2.0\nfound = [x, y]\nr = found[found.index(y)] * 3\nr", {"x": 0.0, "y": 3.0}),
    "a limit": ("import math\nx = 0.0\nr = 1.0 if x == 0 else (math.exp(x) - 1) / x\nr", {"x": 0.5}),
    "a limit, asked the other way": (
        "import math\nx = 0.0\nr = math.sin(x) / x - x / 4 if x else 1.0\nr",
        {"x": -0.25},
    ),
    "a jump": ("x = 2.0\nr = x * 10 if x == 2.0 else x + 1\nr", {"x": 10.0}),
    "whole numbers": ("n = 3\nx = 2.0\nr = x * 10 if n == 3 else x + 1\nr", {"x": 10.0}),
    "arrays": (
        "import numpy as np\nx = 2.0\ny = 2.0\nv = np.array([x, y])\nr = sum(v * 5) if (v == 2).all() else sum(v * 2) + 12\nr",
        {"x": 2.0, "y": 2.0},
    ),
}


@pytest.mark.parametrize(("text", "grads"), TIED.values(), ids=list(TIED))
def test_where_numbers_are_equal_the_gradient_is_that_of_the_plain_cell(
    shell: Shell, text: str, grads: dict[str, float]
) -> None:
    w = shell.autograd(text)
    assert {name: w.grads[name] for name in grads} == pytest.approx(grads)
    measured = [note for note in w.model.tape["notes"] if "measured by running the cell again" in note]
    assert len(measured) == bool(w.tape.measured)
    came_back = "cannot look into" if "functools" in text else "cannot see" if "d[v]" in text else "no such words"
    assert all("two numbers are equal here, and not beside" in note or came_back in note for note in measured)
    assert w.gaps == []


@pytest.mark.parametrize(
    "text",
    [
        "P[0][1] = a * 3\ny = P[0].sum()",
        "row = P[0]\nrow[1] = a * 3\ny = float(P[0] @ P[1])",
        "P.T[1, 0] = a * 3\ny = float(P.reshape(4)[1])",
        "P.reshape(4)[1:3][0] = a * 3\ny = np.dot(P[0], np.array([1.0, a]))",
        "for row in P:\n    row[0] = row[1] * a\ny = sum(P[0])",
        "P[0] += a\nq = P[0]\ny = np.exp(q)[1] * 2.0",
        "P.flat[1] = a * 3\ny = P.sum()",
        *(f"row = P[0]\nrow {op}= a\ny = (P @ P).sum()" for op in ("+", "-", "*", "/", "//", "**")),
        "P -= 0.1 * a * (P @ P)\ny = float(P[0, 1])",
        "held = {'W': P}\nheld['W'] -= a * held['W']\ny = (P @ P).sum()",
        "class Net:\n    W = P\nNet.W *= a * P\ny = Net.W.sum()",
        "np.subtract(P, np.array([a, 1.0]), out=P)\ny = P.prod()",
    ],
)
def test_a_number_in_a_view_is_one_in_the_array_whose_memory_it_shows(
    shell: Shell, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell("import numpy as np")
    cell = f"a = 2.0\nP = np.random.RandomState(3).rand(2, 2)\n{text}\ny"
    monkeypatch.setattr(deadline, "SECONDS", 0.0)
    w = shell.autograd(cell)
    assert math.isnan(w.grads["a"]) and "a" in " ".join(w.gaps), (w.grads["a"], w.gaps)
    w.measure()
    high, low = (float(shell(cell.replace("a = 2.0", f"a = {at}"))) for at in (2.0 + 1e-5, 2.0 - 1e-5))
    assert w.grads["a"] == pytest.approx((high - low) / 2e-5, rel=1e-5) and w.gaps == []


def test_an_array_of_ones_own_is_changed_in_place_by_every_operator(shell: Shell) -> None:
    """The step of a training loop on an array that NumPy has drawn."""
    shell("import numpy as np")
    cell = "lr = 0.1\nW = np.random.RandomState(1).randn(3)\nfor step in range(4):\n    W -= lr * 2 * W\nloss = (W**2).sum()\nloss"
    w = shell.autograd(cell)
    w.set(lr=0.2)
    fresh = float(shell(cell.replace("lr = 0.1", "lr = 0.2")))
    assert w.values["loss"] == fresh and shell("float(W[0])") == pytest.approx(-(0.6**4) * -1.6243453636632417)


@pytest.mark.parametrize(
    "text",
    [
        "a = 100.0\nb = 0.7\nq = float(str(b))\nr = a + (0.01 if q > 0.7006 else 0.0)\nr",
        "a = 100.0\nb = 0.7\nm = np.ma.masked_greater(np.array([0.5, 0.7, 0.9]) * b, 0.4901)\nr = a + 0.001 * float(m.count())\nr",
    ],
)
def test_a_jump_beside_a_large_number_has_no_slope(shell: Shell, text: str) -> None:
    shell("import numpy as np")
    w = shell.autograd(text)
    assert w.grads["a"] == 1.0 and (math.isnan(w.grads["b"]) or w.grads["b"] == 0.0)


@pytest.mark.parametrize(("power", "slope"), [(3, 0.0), (2, 0.0), (1, 1.0)])
def test_where_a_curve_is_flat_its_slope_is_measured_as_0(shell: Shell, power: int, slope: float) -> None:
    w = shell.autograd(f"b = 0.0\nq = float(str(b))\nr = 5.0 + q ** {power}\nr")
    assert w.grads["b"] == pytest.approx(slope, abs=1e-5)


HIDDEN = "a = 2.0\nheld = []\ndef f(t):\n    held.append(t * a)\nseries.apply(f)\n"


@pytest.mark.parametrize("end", ["sum(held)", "y = sum(held)\ny", "y = held[0] + held[1]\ny * 1.0"])
def test_what_a_library_calls_back_with_is_measured_where_the_cell_ends_with_it(shell: Shell, end: str) -> None:
    shell("import pandas as pd\nseries = pd.Series([0.25, 1.0])")
    w = shell.autograd(HIDDEN + end)
    assert w.grads["a"] == pytest.approx(1.25) and w.gaps == []
    assert "y" not in {leaf.name for leaf in w.tape.leaves}
    w.set(a=4.0)
    assert w.tape.values[w.tape.root] == 5.0
    w = shell.autograd(HIDDEN + end, "--no-rerun")
    assert math.isnan(w.grads["a"]) and len(w.gaps) == 1


def test_what_a_library_calls_back_with_is_why_there_is_no_graph(shell: Shell) -> None:
    shell("import pandas as pd\nseries = pd.Series([0.25, 1.0])")
    shell(f"%%autograd\n{HIDDEN}print(sum(held))")
    assert "a left the graph in line 6" in str([shown.data for shown in shell.output.outputs])


def test_what_code_does_that_a_library_calls_is_not_known_until_it_is_measured(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell("from scipy import integrate")
    monkeypatch.setattr(deadline, "SECONDS", 0.0)
    cell = "a = 2.0\nout = []\nintegrate.quad(lambda t: out.append(t * a) or t, 0, 1)\ny = out[0] * a\ny"
    for options in ("--no-rerun", ""):
        w = shell.autograd(cell, options)
        assert math.isnan(w.grads["a"]) and len(w.gaps) == 1
        assert w.gaps[0].startswith("line 4: a went into code that this widget cannot look into, ")
    w.measure()
    assert w.grads["a"] == pytest.approx(2.0) and w.gaps == []


def test_what_is_lost_in_one_line_is_one_sentence(shell: Shell) -> None:
    text = "import json\na = 2.0\nb = 3.0\ny = sum(json.loads(json.dumps(x)) for x in (a, b, a * b))\ny"
    w = shell.autograd(text, "--no-rerun")
    assert len(w.gaps) == 1
    assert w.gaps[0].startswith("line 5: loads, which this widget cannot look into, was given a, b, ")
    assert w.gaps[0].endswith(": gradients of a, b are not known")


@pytest.mark.parametrize(
    ("function", "x"),
    [
        (lambda x: float(f"{x:.3f}"), 2.25),
        (lambda x: round(x * 1.0725, 2), 100.0),
        (lambda x: float("%g" % x) + x, 7.9),  # noqa: UP031
        (lambda x: float(f"{x:.6f}"), 2.25),
        (lambda x: x**2 - 27 * (abs(x - 54.0234375) > 0.03), 54.0234375),  # beyond some distance, on both sides
    ],
)
def test_many_stairs_and_jumps_are_no_slope(function: Callable[[float], float], x: float) -> None:
    assert math.isnan(measured(function, x, function(x)).slope)


@pytest.mark.parametrize(
    ("function", "x", "slope"),
    [
        (lambda x: 1e6 + x, 1.0, 1.0),
        (lambda x: struct.unpack("f", struct.pack("f", x))[0], 2.25, 1.0),  # single precision
        (math.sqrt, 1e-12, 5e5),
    ],
)
def test_what_rises_slowly_or_in_single_precision_has_a_slope(
    function: Callable[[float], float], x: float, slope: float
) -> None:
    assert measured(function, x, function(x)).slope == pytest.approx(slope, rel=1e-3)


def test_a_slope_that_is_lost_beside_a_large_number_is_not_known(shell: Shell) -> None:
    w = shell.autograd("x = 3.0\nL = float(str(x)) + 1e150\nL")
    assert math.isnan(w.grads["x"]) and w.gaps[0].endswith("gradient of x is not known")
    for slope in (0.0, 3.0):
        assert math.isnan(measured(lambda x: 1e12 + slope * x, 1.0, 1e12 + slope).slope)  # noqa: B023
    assert measured(lambda _: 1e6, 1.0, 1e6).slope == 0


@pytest.mark.parametrize("end", ["np.linalg.det(W[:4].reshape(2, 2))", "statistics.stdev(W[:5].tolist())"])
def test_a_measured_number_of_many_has_its_gradient_in_a_large_graph(shell: Shell, end: str) -> None:
    shell("import statistics\nimport numpy as np")
    w = shell.autograd(f"a = 2.0\nW = np.exp(a*np.arange(400.0)/400)\ny = {end} + (W**2).sum()\ny")
    shell(f"def f(a):\n    W = np.exp(a*np.arange(400.0)/400)\n    return {end} + (W**2).sum()")
    assert w.grads["a"] == pytest.approx(shell("(f(2.0 + 1e-5) - f(2.0 - 1e-5)) / 2e-5"), rel=1e-6)
    w.set(a=1.5)
    assert w.values["y"] == pytest.approx(shell("float(f(1.5))"))


@pytest.mark.parametrize("text", ["a != 1.5", "float(json.dumps(a)) != 1.5"])
def test_a_run_that_nobody_asked_for_does_not_go_on_for_ever(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    """Beside the place where the cell has ended at once it need not end at all."""
    monkeypatch.setattr(deadline, "PATIENCE", 0.3)
    shell("import json")
    with limited(60):
        w = shell.autograd(f"a = 1.5\nwhile {text}:\n    pass\ny = float(json.dumps(a)) * 2.0\ny")
        assert math.isnan(w.grads["a"]) and w.gaps
    with limited(0.5), pytest.raises(OutOfTime):
        with limited(60):
            while True:
                pass


def test_an_alarm_of_the_notebook_rings_after_a_limited_block() -> None:
    rung: list[int] = []
    before = signal.signal(signal.SIGALRM, lambda *_: rung.append(1))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with limited(60):
            assert signal.getitimer(signal.ITIMER_REAL)[0] > 1
        assert 0 < signal.getitimer(signal.ITIMER_REAL)[0] <= 0.2
        signal.pause()
        assert rung == [1]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
