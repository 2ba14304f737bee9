"""``%%autograd`` in a real IPython shell: what a cell does with it is what it does without, and there is a graph."""

from __future__ import annotations

import gc
import math
import sys
from typing import Any

import pytest
from IPython.core.error import UsageError
from shell import BRANCH, LECTURE, Shell

import autograd_magic
from autograd_magic import Value
from autograd_magic.engine.memory import remembered
from autograd_magic.export.text import tree
from autograd_magic.live.explorer import Explorer
from autograd_magic.live.lookup import find_leaf


def test_the_lecture_cell(shell: Shell) -> None:
    w = shell.autograd(LECTURE)
    assert w.values["L"] == -8.0
    assert {name: w.grads[name] for name in "abcdef"} == {"a": 6, "b": -4, "c": -2, "d": -2, "e": -2, "f": 4}
    w.set(a=3.0)
    assert (w.values["L"], shell("L.data"), shell("a.data"), shell("a.grad")) == (-2.0, -2.0, 3.0, 6.0)
    w.reset()
    assert shell("L.data") == -8.0


def test_micrograds_readme(shell: Shell) -> None:
    w = shell.autograd(
        "a = -4.0\nb = 2.0\nc = a + b\nd = a * b + b**3\nc += c + 1\nc += 1 + c + (-a)\nd += d * 2 + (b + a).relu()\n"
        "d += 3 * d + (b - a).relu()\ne = c - d\nf = e**2\ng = f / 2.0\ng += 10.0 / f\n"
    )
    assert [round(x, 4) for x in (w.values["g"], w.grads["a"], w.grads["b"])] == [24.7041, 138.8338, 645.5773]


def test_output_and_result_are_those_of_a_plain_run(shell: Shell) -> None:
    text = "import math\na = 2.0\nb = 3\nprint(a, b, [a, b], {'k': a}, f'{a:.3f} {b:>4}', '%.2f|%d' % (a, b))\nc = math.sqrt(a) * b\nc"
    plain = shell(text)
    printed = shell.output.stdout
    traced = shell("%%autograd\n" + text)
    assert shell.output.stdout.startswith(printed.splitlines()[0] + "\n")
    assert traced == plain and repr(traced) == repr(plain) and f"{traced:.9f}" == f"{plain:.9f}"
    assert isinstance(traced, float) and isinstance(shell.names["b"], int)


def test_names_land_and_stay_usable(shell: Shell) -> None:
    shell("%%autograd\na = 2.0\ndef double(x):\n    y = 2 * x\n    return y\nb = double(a)")
    assert shell("double(21)") == 42 and type(shell.names["double"](21)) is int
    assert type(shell("b + 1")) is float
    assert isinstance(shell("b"), float) and shell("b == 4.0 and float.__add__(b, 1.0) == 5.0")


def test_numbers_and_functions_from_earlier_cells(shell: Shell) -> None:
    shell(
        "from math import tanh\nimport math\nimport numpy as np\nk = 3.0\nn = 2\ndef f(x):\n    return tanh(x) * k + math.exp(-x)"
    )
    before = shell.names["k"]
    w = shell.autograd("x = 0.5\ny = f(x) * k**n + np.sin(x)\ny")
    assert {leaf.name for leaf in w.tape.leaves} == {"x", "k", "n"}
    assert shell.names["k"] is before and shell.names["math"] is math and shell.names["tanh"] is math.tanh
    x, k, h = 0.5, 3.0, 1e-6
    f = lambda x, k: (math.tanh(x) * k + math.exp(-x)) * k**2 + math.sin(x)  # noqa: E731
    assert w.grads["x"] == pytest.approx((f(x + h, k) - f(x - h, k)) / (2 * h), rel=1e-8)
    w.set(k=4.0)
    assert w.values["y"] == pytest.approx(f(0.5, 4.0)) and shell.names["k"] is before


def test_results_take_their_names_and_loops_count(shell: Shell) -> None:
    w = shell.autograd("x = 1.5\nlr = 0.1\nfor step in range(3):\n    g = 2 * x\n    x = x - lr * g\nx")
    labels = [node.label for node in w.tape.nodes if node.label]
    assert labels == ["x (start)", "lr", "g₁", "x₁", "g₂", "x₂", "g", "x"]
    assert w.values["x"] == pytest.approx(0.768)


def test_a_counter_stays_a_whole_number(shell: Shell) -> None:
    w = shell.autograd("i = 0\nx = 2.0\ny = x\nwhile i < 3:\n    y = y * x\n    i += 1\ny")
    assert type(shell.names["i"]) is int and [leaf.name for leaf in w.tape.leaves] == ["x"]


def test_an_alias_names_nothing_but_can_be_asked_for(shell: Shell) -> None:
    w = shell.autograd("a = 2.0\np = a * 3\ng = p\nr = g + 1")
    assert w.values["g"] == 6.0 and [node.label for node in w.tape.nodes].count("g") == 0


def test_root_wrt_and_const(shell: Shell) -> None:
    w = shell.autograd("a = 2.0\nb = 3.0\nc = a * b\nd = c + a", "--root c --const b")
    assert w.root is remembered(shell.names["c"]) and [leaf.name for leaf in w.tape.leaves] == ["a"]
    w = shell.autograd("w = [0.5, -1.0]\nx = 2.0\ny = w[0] * x + w[1]", "--wrt w")
    assert {name: w.grads[name] for name in ("w[0]", "w[1]", "x")} == {"w[0]": 2.0, "w[1]": 1.0, "x": 0.5}
    shell("import numpy as np\nm = np.array([[1.0, 2.0], [3.0, 4.0]])")
    w = shell.autograd("v = np.array([1.0, 1.0])\ns = (m @ v).sum()", "--wrt m")
    assert w.grads["m[1,0]"] == 1.0 and shell.names["m"].dtype == float


def test_values_written_out_keep_their_graph(shell: Shell) -> None:
    shell("from autograd_magic import Value\na = Value(2.0, label='a')\nb = a * 3")
    w = shell.autograd("c = b * b\nc")
    assert w.grads["a"] == 36.0 and type(shell.names["a"]) is Value
    w.set(a=1.0)
    assert (shell.names["a"].data, shell.names["b"].data, w.values["c"]) == (1.0, 3.0, 9.0)
    w = shell.autograd("x = Value(4.0, label='x')\ny = x * x\ny")
    w.set(x=5.0)
    assert (w.values["y"], shell.names["y"].data) == (25.0, 25.0)


def test_a_branch_that_flips_runs_the_cell_again(shell: Shell) -> None:
    w = shell.autograd("a = 2.0\nif a > 1:\n    y = a * a\nelse:\n    y = -a\nprint('y is', y)\ny")
    w.set(a=0.5)
    assert (w.values["y"], w.grads["a"], shell.names["y"]) == (-0.5, -1.0, -0.5)
    assert w.model.output["text"] == "y is -0.5\n" and "y is" not in shell.output.stdout.replace("y is 4.0", "")
    w.set(a=1.0)
    assert w.values["y"] == -1.0
    w.reset()
    assert (w.values["y"], w.grads["a"]) == (4.0, 4.0)


def test_a_second_run_is_a_fresh_run(shell: Shell) -> None:
    shell(
        "import random\nimport numpy as np\nrandom.seed(1)\nnp.random.seed(1)\nscale = 10.0\ndef noisy(x):\n    return x * scale + random.random() + np.random.rand()"
    )
    w = shell.autograd("a = 2.0\nn = int(a)\ny = noisy(a) + n")
    first = w.values["y"]
    shell("mine = random.random()")
    w.set(a=3.0)
    assert w.values["y"] == pytest.approx(first + 10 + 1)
    assert shell.names["n"] == 3
    w.reset()
    assert w.values["y"] == first
    shell("scale = -1.0")
    w.set(a=3.0)
    assert w.values["y"] == pytest.approx(first - 2 * 10 + 3 * -1 + 1)
    assert shell.names["scale"] == -1.0 and shell.names["n"] == 3


@pytest.mark.parametrize(
    "asked",
    [
        "x in {2.0, 3.0}",
        "x in {2.0: 'two'}",
        "{3.0: 0, 2.0: 1}.get(x)",
        "len({x, 2.0, 5.0}) == 2 and x < 3",
        "{x} == {2.0}",
        "x in [1.0, 2.0]",
        "[x, 1.0] == [2.0, 1.0]",
        "(1.0, x) < (1.0, 3.0)",
        "[2.0, 7.0].count(x)",
        "{'k': x} == {'k': 2.0}",
        "x in [7.0, 2]",
        "sorted([x, 3.0])[0] == 2",
        "[[x]] == [[2.0]]",
    ],
)
def test_a_number_in_a_list_or_a_set_decides_as_ever(shell: Shell, asked: str) -> None:
    for start, other in ((2.0, 5.0), (5.0, 2.0)):
        w = shell.autograd(f"x = {start}\ny = x * 10.0 if {asked} else x + 1.0\ny")
        for x in (start, other, start, other):
            w.set(x=x)
            assert w.values["y"] == {2.0: 20.0, 5.0: 6.0}[x]


def test_of_what_a_second_run_prints_the_end_is_kept(shell: Shell) -> None:
    w = shell.autograd("x = 2.0\nif x > 3:\n    print('first' + '.' * 99_999)\nx * x")
    w.set(x=4.0)
    assert w.model.output["text"] == "." * 99_999 + "\n"


def test_values_in_a_long_list_and_deep_inside_lists_follow(shell: Shell) -> None:
    w = shell.autograd("x = 2.0\nys = [x * k for k in range(1000)]\ndeep = [[[[[[x * 3.0]]]]]]\ny = x * x\ny")
    w.set(x=5.0)
    assert shell.names["ys"] == [5.0 * k for k in range(1000)]
    assert shell("deep[0][0][0][0][0][0]") == 15.0 and type(shell("deep[0][0][0][0][0][0]")) is float


DRAWS = ["random.random()", "np.random.rand()", "rng.random()", "old.rand()", "dice.random()"]


@pytest.mark.parametrize("draw", DRAWS)
def test_a_second_run_draws_what_the_first_drew_and_the_next_cell_draws_on(shell: Shell, draw: str) -> None:
    seeds = "random.seed(1)\nnp.random.seed(1)\nrng, old, dice = np.random.default_rng(1), np.random.RandomState(1), random.Random(1)"
    shell(f"import random\nimport numpy as np\nscale = 1.0\n{seeds}")
    drawn = [shell(draw) for _ in range(7)]
    shell(seeds)
    w = shell.autograd(
        f"x = 2.0\nr = {draw}\nif x > 3:\n    r = r + {draw}\nif x < 0:\n    1 / 0\ny = x * r * scale\ny"
    )
    assert (w.values["y"], shell(draw)) == (2 * drawn[0], drawn[1])
    w.set(x=4.0)
    assert (w.values["y"], shell(draw)) == (4 * (drawn[0] + drawn[1]), drawn[2])
    with pytest.raises(ZeroDivisionError):
        w.set(x=-1.0)
    assert shell(draw) == drawn[3]
    assert (w.peek({w.tape.leaves[find_leaf(w.trace, "x")].key: 1.0}), shell(draw)) == (drawn[0], drawn[4])
    shell("scale = 10.0")
    w.set(x=1.0)
    assert (w.values["y"], shell(draw)) == (10 * drawn[0], drawn[5])
    w.set(x=4.0)
    assert (w.values["y"], shell(draw)) == (4 * (drawn[0] + drawn[1]) * 10, drawn[6])


def test_what_another_path_has_left_is_no_part_of_a_new_run(shell: Shell) -> None:
    for _ in range(2):
        widget = shell.autograd(BRANCH)
        assert [leaf.name for leaf in widget.tape.leaves] == ["x"]
        widget.set(x=0.5)
        assert (shell.names["x"].data, shell.names["y"].data) == (0.5, 2.5)


def test_what_the_user_has_rebound_stays_theirs(shell: Shell) -> None:
    w = shell.autograd("a = 2.0\nif a > 1:\n    y = a * a\nelse:\n    y = -a\ny")
    shell("a = 'mine'")
    w.set(a=0.5)
    assert shell.names["a"] == "mine" and shell.names["y"] == -0.5


def test_a_second_run_that_raises_loses_nothing(shell: Shell) -> None:
    w = shell.autograd("a = 2.0\nb = 1 / (a - 1)\nb")
    with pytest.raises(ZeroDivisionError):
        w.set(a=1.0)
    assert (w.values["a"], w.values["b"], shell.names["b"], shell.names["a"]) == (2.0, 1.0, 1.0, 2.0)
    w.set(a=3.0)
    assert shell.names["b"] == 0.5


def test_a_whole_number_given_a_fraction_becomes_a_float(shell: Shell) -> None:
    w = shell.autograd("n = 3\nx = 0.5\ny = n * x")
    w.set(n=4)
    assert type(shell("n.data")) is int
    w.set(n=2.5)
    assert (w.values["y"], shell("n.data")) == (1.25, 2.5)
    w = shell.autograd("n = 3\nx = 0.5\ny = n * x", "--no-rerun")
    with pytest.raises(ValueError, match="n was a whole number"):
        w.set(n=2.5)


def test_a_whole_number_beyond_two_to_the_53_is_a_float(shell: Shell) -> None:
    w = shell.autograd("n = 3\ny = n * 2\ny")
    w.set(n=2.0**60)
    assert repr(shell("y.data")) == repr(2.0**61)


def test_no_rerun_says_where_it_cannot_know(shell: Shell) -> None:
    w = shell.autograd("a = 2.0\ny = a * a if a > 1 else -a\ny", "--no-rerun")
    with pytest.raises(ValueError, match="a > 1 is no longer true"):
        w.set(a=0.0)
    assert w.values["y"] == 4.0


def test_names_that_are_also_builtins(shell: Shell) -> None:
    w = shell.autograd("input = 2.0\nmax = 3.0\nw = input * max\nw")
    assert shell("del input, max") is None and isinstance(w, Explorer)


@pytest.mark.parametrize("start", [math.nan, math.inf, -0.0, 5e-324])
def test_unusual_numbers_stay_what_they_are(shell: Shell, start: float) -> None:
    w = shell.autograd(f"x = {1.0 if start else 0.0}\ny = x * 1")
    w.set(x=start)
    assert repr(w.values["y"]) == repr(start) and repr(shell("x.data")) == repr(start)


def test_line_magic_and_help(shell: Shell) -> None:
    shell("x = 3.0")
    assert shell("%autograd 3*x**2 - 4*x + 5") == 20.0
    shell("%autograd --as e x*x")
    assert shell.names["e"].grads["x"] == 6.0
    shell("%autograd --help")
    assert "--root NAME" in shell.output.stdout and "--wrt NAMES" in shell.output.stdout


def test_time_and_capture_compose(shell: Shell) -> None:
    shell("%%time\n%%autograd\na = 2.0\nb = a * a")
    assert shell.names["b"] == 4.0
    shell("%%capture caught\n%%autograd\na = 2.0\nb = a * a")
    assert len(shell.names["caught"].outputs) == 2


def test_load_reload_and_unload_leave_nothing_behind(shell: Shell) -> None:
    before = set(shell.names)
    for _ in range(50):
        shell("%reload_ext autograd_magic")
    shell("%%autograd\na = 2.0\ndef f(x):\n    y = x * 2\n    return y\nb = f(a)")
    assert sum(1 for found in shell.shell.events.callbacks["pre_run_cell"] if "autograd" in str(found.__module__)) == 1
    shell("%unload_ext autograd_magic")
    assert shell("f(4)") == 8
    assert set(shell.names) - before - {"a", "b", "f"} <= {name for name in shell.names if name.startswith(("_i", "_"))}
    with pytest.raises(UsageError):
        shell("%%autograd\na = 1")


def test_two_widgets_on_one_root(shell: Shell) -> None:
    first = shell.autograd(LECTURE)
    second = shell("from autograd_magic import explore\nexplore(L)")
    second.set(a=3.0)
    # What the first one has made is the first one's to write.
    assert second.values["L"] == -2.0 and shell("L.data") == -8.0 and first.stale == ""
    first.set(b=1.0)
    assert first.values["L"] == -2.0 * (2.0 * 1.0 + 10.0)


def test_a_cell_run_again_closes_its_old_widget(shell: Shell) -> None:
    def again() -> Explorer:
        shell("%%autograd --as w\n" + LECTURE, cell_id="one")
        return shell.names["w"]

    first = again()
    again()
    assert first.model.comm is None or first.model._comm is None
    gc.collect()
    count = sum(type(found) is Explorer for found in gc.get_objects())
    for _ in range(30):
        again()
    shell.output = None
    gc.collect()
    assert sum(type(found) is Explorer for found in gc.get_objects()) <= count + 1


def test_set_is_refused_inside_a_traced_cell_and_for_nonsense(shell: Shell) -> None:
    w = shell.autograd(LECTURE)
    with pytest.raises(RuntimeError, match="inside a traced cell"):
        shell("%%autograd --as other\nz = 1.0\nw.set(a=z)")
    with pytest.raises(KeyError, match="there are: a, b, c, f"):
        w.set(nope=1.0)
    for nonsense in ("3", None, 1j, True):
        with pytest.raises(TypeError, match="one real number"):
            w.set(a=nonsense)
    with pytest.raises(KeyError, match="'zz'"):
        w.values["zz"]
    assert dict(w.values)["L"] == -8.0 and len(w.grads) == 7


def test_explore_a_function_and_a_value() -> None:
    w = autograd_magic.explore(lambda x, y: x * y if x > 1 else y, x=3.0, y=(0, 5))
    assert (w.values["y"], w.grads["x"], w.tape.leaves[1].low, w.tape.leaves[1].high) == (2.5, 2.5, 0.0, 5.0)
    w.set(x=0.5)
    assert w.grads["y"] == 1.0
    for wrong, sentence in (((3,), "Value or a function"), ((len,), "start for each argument")):
        with pytest.raises(TypeError, match=sentence):
            autograd_magic.explore(*wrong)
    with pytest.raises(TypeError, match="no range"):
        autograd_magic.explore(lambda x: x, x=(5, 0))
    with pytest.raises(ValueError, match="not one number"):
        autograd_magic.explore(lambda x: "no", x=1.0)


def test_explore_a_function_that_uses_math(shell: Shell) -> None:
    shell("import math\nfrom math import tanh\nfrom autograd_magic import explore")
    shell("def g(x, y):\n    return math.sin(x) * y + tanh(x)\nw = explore(g, x=3.0, y=(0, 5))")
    w = shell.names["w"]
    assert w.values["x"] == 3.0
    assert w.grads["x"] == pytest.approx(math.cos(3) * 2.5 + 1 - math.tanh(3) ** 2)
    w.set(x=0.0)
    assert w.grads["x"] == 3.5
    assert shell.names["math"] is math and shell.names["tanh"] is math.tanh


HOSTILE = [
    "<script>alert(1)</script>",
    '"quotes" {braces} | pipes \\',
    "new\nline",
    "x" * 10_000,
    "🙂🙃",
    "__proto__",
    "\u202eright to left",
    "<img onerror=alert(1)>",
]


@pytest.mark.parametrize("label", HOSTILE, ids=range(len(HOSTILE)))
def test_labels_are_only_text(shell: Shell, label: str) -> None:
    shell.names["label"] = label
    w = shell.autograd("from autograd_magic import Value\na = Value(2.0, label=label)\nb = a * a\nb.label = label\nb")
    text = tree(w.tape)
    assert "Value" in text or "2" in text
    html = "".join(shown.data.get("text/html", "") for shown in shell.output.outputs)
    assert "<script" not in html and "<img onerror" not in html


def test_a_widget_is_shown_and_beside_it_a_picture_that_stays(shell: Shell) -> None:
    w = shell.autograd("a = 2.0\nb = a * a\nb")
    shell("w")
    widget, picture = shell.output.outputs
    assert "application/vnd.jupyter.widget-view+json" in widget.data and "text/html" not in widget.data
    assert "data-autograd-fallback" in picture.data["text/html"]
    assert w._display_() is w.model  # marimo shows an anywidget, and nothing of IPython's


def test_a_cell_that_is_run_twice_names_its_numbers_the_same(shell: Shell) -> None:
    text = "x = 2.0\nfor k in range(1, 4):\n    y = x * k\ny\n"
    once = list(shell.autograd(text).values)
    assert {"x", "y"} <= set(once)
    labels = [node.label for node in shell.autograd(text).tape.nodes]
    assert [label for label in labels if label.startswith("y")] == ["y"]
    assert list(shell.autograd(text).values) == once
    w = shell.autograd("x = 2.0\nif x > 0:\n    y = x**2\nelse:\n    y = -x\ny\n")
    assert w.tape.nodes[w.tape.root].label == "y"


def test_a_whole_number_of_400_digits_stays_exact(shell: Shell) -> None:
    digits = "9" * 400
    assert shell(f"%%autograd\nn = {digits}\nm = n * 2\nm") == int(digits) * 2
    assert shell(f"%%autograd\nn = 3\nm = n * {digits}\nm") == int(digits) * 3
    with pytest.raises(OverflowError, match="too large"):
        shell(f"%%autograd\nx = 2.0\ny = x * {digits}")


def test_data_written_in_the_cell_means_what_it_says(shell: Shell) -> None:
    w = shell.autograd("x = 3.0\nbefore = x * 2\nx.data += 1\nafter = x * 2\ny = before + after\ny")
    assert w.values["y"] == 14.0 and shell("x.data") == 4.0


def test_rebinding_leaves_the_other_name_alone(shell: Shell) -> None:
    w = shell.autograd("x = 3.0\ny = x\nx += 1\nz = x * y\nz")
    assert (w.values["x"], w.values["y"], w.values["z"]) == (4.0, 3.0, 12.0)
    w.set(x=5.0)
    assert w.values["z"] == 30.0


def test_numpy_operands_work_or_leave_the_graph(shell: Shell) -> None:
    shell("import numpy as np")
    assert shell.autograd("a = 2.0\nv = np.arange(3) * a\nv.sum()").grads["a"] == 3.0
    assert shell.autograd("a = 2.0\nv = a * np.arange(3)\nnp.dot(v, v)").grads["a"] == 20.0
    w = shell.autograd("a = 2.0\nv = np.array([1.0, 2.0])\nv *= a\ny = v.sum() * a\ny")
    assert w.values["y"] == 12.0 and w.grads["a"] == pytest.approx(12.0)  # measured: it went into an array of floats
    w.set(a=3.0)
    assert w.values["y"] == 27.0
    shell("%%autograd\na = 2.0\nb = np.where(a > 1, a, 0.0) * 3\nb")
    assert shell("a.grad") == 3.0


def test_a_cell_that_awaits(shell: Shell) -> None:
    shell("import asyncio\nasync def squared(x):\n    await asyncio.sleep(0)\n    return x * x")
    widget = shell.autograd("x = 3.0\ny = await squared(x)\ny + 1")
    assert (widget.root.data, widget.grads["x"]) == (10.0, 6.0)
    assert "cannot be run again" in widget.trace.notes[0]
    failed = shell.run("%%autograd\nx = 3.0\nawait squared(x)\n1 / 0")
    assert isinstance(failed.error_in_exec, ZeroDivisionError)
    assert "autograd_magic" not in shell.output.stdout


@pytest.mark.skipif(sys.version_info < (3, 11), reason="there each instruction has a line")
def test_what_is_raised_where_no_line_is_stays_what_it_is(shell: Shell) -> None:
    names: dict[str, Any] = {}
    exec(compile("def stops(x):\n    raise KeyboardInterrupt", "elsewhere.py", "exec"), names)
    code = names["stops"].__code__
    left = len(code.co_code) // 2 - 1
    # The first instruction has a line, and the others none (Objects/locations.md of CPython).
    table = bytes([0x80 | 13 << 3, 0, *(0xF8 | min(8, left - k) - 1 for k in range(0, left, 8))])
    names["stops"].__code__ = code.replace(co_linetable=table)
    shell.names["stops"] = names["stops"]
    result = shell.run("%%autograd\na = 2.0\nb = a * stops(a)\nb")
    assert type(result.error_in_exec) is KeyboardInterrupt


def test_widgets_share_their_code_until_somebody_closes_it(shell: Shell) -> None:
    first, second = shell.autograd("x = 2.0\nx * x"), shell.autograd("x = 3.0\nx * x")
    assert first.model.code is second.model.code
    state = second.model.get_state()
    assert state["code"] == f"IPY_MODEL_{first.model.code.model_id}" and len(state["_esm"]) < 2_000
    first.model.code.close()
    third = shell.autograd("x = 4.0\nx * x")
    assert third.model.code is not first.model.code and third.model.code.files == first.model.code.files
    third.model.code.comm._closed = True  # as a front end that closes it leaves it
    assert shell.autograd("x = 5.0\nx * x").model.code is not third.model.code
