"""Notebooks of several cells: what the last cell prints is what it prints where no cell has the magic, also after a move."""

from __future__ import annotations

import pytest
from shell import Shell

VALUES = "import random\nimport numpy as np\nfrom autograd_magic import Value, nn"
NET = """
random.seed(1)
net = nn.MLP(2, [3, 1])
data = [([1.0, 2.0], 1.0), ([0.5, -1.0], -1.0)]
"""
TRAIN = """
{a}
for _ in range(3):
    loss = sum((net(x) - y) ** 2 for x, y in data)
    net.zero_grad()
    loss.backward()
    for p in net.parameters():
        p.data -= a * p.grad
loss
"""
LEFT = "p, q = Value(2.0), Value(-1.0)"
STEP = "L = (p * q + a) ** 2\nL.backward()\n"
GRADS = "print(p.data, p.grad, q.grad, L.data)"

NOTEBOOKS = {
    "gradients of a step": ([LEFT], "{a}\n" + STEP + "p.data -= 0.1 * p.grad\nL", GRADS),
    "gradients of a step back": ([LEFT], "{a}\n" + STEP + "q.grad = 7.0\nL", GRADS),
    "gradients of another root": ([LEFT], "{a}\n" + STEP + "p * 3.0 + a", GRADS),
    "gradients after a training": ([NET], TRAIN, "print([round(p.grad, 9) for p in net.parameters()])"),
    "settings": (
        ["import sys, matplotlib as mpl\nstart, width = len(sys.path), mpl.rcParams['lines.linewidth']"],
        (
            "{a}\nsys.path.append('nowhere')\nmpl.rcParams['lines.linewidth'] += a\n"
            "shown = str(np.array([1 / 3]))\nnp.set_printoptions(precision=3)\ny = a * float(shown[1:-1])\ny"
        ),
        (
            "print(len(sys.path) - start, mpl.rcParams['lines.linewidth'] - width, np.array([1 / 3]), shown, y)\n"
            "np.set_printoptions(precision=8)\nsys.path.remove('nowhere')\nmpl.rcParams['lines.linewidth'] = width"
        ),
    ),
    "what is logged": (
        [
            (
                "import io, logging\nclass Kept(logging.Handler):\n    def __init__(self):\n"
                "        super().__init__()\n        self.rows = []\n"
                "    def emit(self, record): self.rows.append(record.getMessage())\n"
                "text = io.StringIO()\nhandlers = [logging.StreamHandler(text), Kept()]\n"
                "logging.getLogger('noted').handlers[:] = handlers"
            )
        ],
        "{a}\nlogging.getLogger('noted').error('a is %s', a)\ny = a * 3\ny",
        "print(text.getvalue(), handlers[1].rows, y)\ntext.seek(0), text.truncate(), handlers[1].rows.clear();",
    ),
}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_last_cell_never_notices(shell: Shell, plain: Shell, name: str) -> None:
    before, cell, after = NOTEBOOKS[name]
    shell(VALUES)
    for text in before:
        shell(text)
    w = shell.autograd(cell.format(a="a = 0.25"))
    shell(after)
    found = [shell.output.stdout]
    w.set(a=0.5)
    shell(after)
    found.append(shell.output.stdout)
    w.reset()
    shell(after)
    found.append(shell.output.stdout)
    fresh = {}
    for a in (0.25, 0.5):
        for text in (VALUES, *before, cell.format(a=f"a = {a}"), after):
            plain(text)
        fresh[a] = plain.output.stdout
    assert found == [fresh[0.25], fresh[0.5], fresh[0.25]]


WATCHED = "widget = ipywidgets.FloatSlider(max=50.0)\nseen = []\nwidget.observe(lambda change: seen.append(change.new), 'value')"
SHOWN = {
    "a widget": (WATCHED, "widget.value = a * 3", "print(seen)"),
    "a plot": (
        "figure, axes = plt.subplots(1, 2)\nplt.close(figure)",
        "axes[1].plot([0.0, a])",
        "print(len(axes[1].lines))",
    ),
    "an open figure": ("plt.plot([1.0, 2.0])", "plt.plot([0.0, a])", "print(len(plt.gca().lines))\nplt.close('all')"),
    "a module": ("import sys\nsys.noted = 0", "sys.noted += a", "print(sys.noted)\ndel sys.noted"),
}


@pytest.mark.parametrize("name", SHOWN)
def test_what_a_cell_does_to_what_was_shown_before_it_does_once(shell: Shell, plain: Shell, name: str) -> None:
    """No gradient is measured by runs that would do it again; where somebody asks for that, it is said before."""
    before, line, after = SHOWN[name]
    found = []
    for each, magic in ((plain, ""), (shell, "%%autograd --as w\n")):
        each("import ipywidgets\nimport matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt")
        each(before)
        each(f"{magic}a = 2.0\n{line}\ny = a * 3\ny")
        each(after)
        found.append(each.output.stdout)
    assert found[0] == found[1]
    assert shell.names["w"].grads["a"] == 3.0


ONCE = {
    "an option of pandas": (
        "pd.set_option('display.width', pd.get_option('display.width') + 1)",
        "pd.options.display.width",
    ),
    "what the collector calls": ("gc.callbacks.append(lambda *_: None)", "len(gc.callbacks)"),
    "what IPython calls": (
        "get_ipython().events.register('pre_run_cell', lambda *_: None)",
        "len(get_ipython().events.callbacks['pre_run_cell'])",
    ),
    "what reads a cell": (
        "get_ipython().input_transformers_post.append(list)",
        "len(get_ipython().input_transformers_post)",
    ),
    "who finds modules": ("sys.meta_path.append(type('F', (), {'find_spec': lambda *_: None}))", "len(sys.meta_path)"),
    "how long sockets wait": (
        "socket.setdefaulttimeout((socket.getdefaulttimeout() or 0) + 1)",
        "socket.getdefaulttimeout() or 0",
    ),
    "who shows warnings": (
        "warnings.formatwarning = partial(called, warnings.formatwarning)",
        "repr(warnings.formatwarning).count('partial')",
    ),
    "who listens to a slider": (
        "slider.observe(lambda change: None, 'value')",
        "len(heard())",
    ),
    "who listens to a button": ("button.on_click(lambda button: None)", "len(button._click_handlers.callbacks)"),
    "the widgets that are there": ("also = ipywidgets.IntSlider(3)", "sliders()"),
    "the classes that are there": ("class Sub(Base):\n    pass", "len(Base.__subclasses__())"),
}
"""What a cell does to what stands around the notebook, and what shows how often."""
BEGIN = """
import gc, json, socket, sys, warnings
from functools import partial
import ipywidgets
import pandas as pd
from ipywidgets.widgets import widget as models
def called(before, *args, **named):
    return before(*args, **named)
def heard():
    return slider._trait_notifiers.get('value', {}).get('change', [])
def sliders():
    there = getattr(models, '_instances', None) or models.Widget.widgets
    return sum(type(found) is ipywidgets.IntSlider for found in there.values())
class Base:
    pass
slider, button = ipywidgets.IntSlider(), ipywidgets.Button()
"""


@pytest.mark.parametrize("name", ONCE)
def test_what_a_cell_does_to_what_stands_around_it_it_does_once(shell: Shell, name: str) -> None:
    """Runs that only measure do not do it again, and a slider does not do it twice."""
    line, count = ONCE[name]
    shell(BEGIN)
    start = shell(count)
    shell(line)
    step = shell(count) - start
    w = shell.autograd(f"a = 1.5\n{line}\ny = float(json.dumps(a)) * 3.0\ny")
    w.measure()
    assert (shell(count) - start, w.grads["a"]) == (2 * step, pytest.approx(3.0))
    if "that are there" not in name:  # what the names held before is kept, to go back to
        w.set(a=2.5)
        assert shell(count) - start == 2 * step


def test_a_widget_that_is_closed_keeps_nothing(shell: Shell) -> None:
    shell("import weakref\nclass R:\n    def __init__(self, v): self.v = v")
    w = shell.autograd("a = 2.0\nr = R(a)\ny = r.v * 3\ny")
    shell("there = weakref.ref(r)\ndel r")
    w.close()
    del w
    shell("del w\nimport gc\ngc.collect();")
    assert shell("there() is None")
    assert shell("(a, y, type(a))")[:2] == (2.0, 6.0)
