"""In JupyterLab: numbers that could once be wrong while the widget called them exact. Keys, owners, kinds, and what ends a run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from notebooks import Notebook, Served, save
from playwright.sync_api import Locator, expect
from stage import DRAG, choose, leaf, trust

LOAD = "%load_ext autograd_magic\nfrom autograd_magic import Value"
WAIT = 60_000


@pytest.fixture
def opened(lab: Served) -> Callable[..., Any]:
    """Opens a notebook with these cells."""

    def open_with(name: str, *cells: str) -> Any:
        save(lab.folder / f"{name}.ipynb", [LOAD, *cells])
        return lab.open(f"{name}.ipynb")

    return open_with


def widget(notebook: Notebook, index: int) -> Locator:
    notebook.show(index)
    return notebook.cell(index).locator(".autograd-magic")


def row(of: Locator, name: str) -> Locator:
    return leaf(of.page, of, name)


def slide(of: Locator, name: str, number: float) -> None:
    row(of, name).locator(".slider").evaluate(DRAG, [number, True])


def type_in(of: Locator, name: str, text: str) -> None:
    field = row(of, name).locator("input.value")
    field.fill(text)
    field.press("Enter")


def shows(of: Locator, text: str) -> None:
    expect(of.locator("h2")).to_have_text(text, timeout=WAIT)


def test_leaves_of_two_cells_at_the_same_place(opened: Callable[..., Any]) -> None:
    one = "%%autograd\ndef f(x):\n    k = 3.0\n    return k * x\nr = f(1.0)\nr"
    two = "%%autograd --as w\ndef g(x):\n    a = 2.0\n    return a * x\nb = 5.0\ny = f(b) + g(b)\ny"
    with opened("places", one, two) as notebook:
        notebook.run_all()
        there = widget(notebook, 2)
        shows(there, "y = 25")
        slide(there, "k", 4)
        shows(there, "y = 30")
        notebook.holds("(w.values['y'], w.grads['k'], w.grads['a'])", "(30.0, 5.0, 5.0)")


def test_a_value_on_the_other_branch(opened: Callable[..., Any]) -> None:
    cell = "%%autograd --as w\ns = 1.0\nif s > 0:\n    k = 2.0\n    p = Value(3.0 * k, label='v')\nelse:\n    p = Value(5.0, label='v')\ny = p * s\ny"
    with opened("branches", cell) as notebook:
        notebook.run_all()
        there = widget(notebook, 1)
        shows(there, "y = 6")
        slide(there, "v", 10)
        shows(there, "y = 10")
        slide(there, "s", -1)
        shows(there, "y = -5")
        notebook.holds("(w.values['v'], w.values['y'])", "(5.0, -5.0)")
        slide(there, "s", 2)
        shows(there, "y = 20")
        notebook.holds("(w.values['v'], w.values['y'])", "(10.0, 20.0)")


def test_two_widgets_that_share_a_number(opened: Callable[..., Any]) -> None:
    one = "%%autograd --as w\nk0 = 3.0\nm = [k0*2]\nr = k0*1.5\nr"
    two = "%%autograd --as u\nb = 5.0\ny = b*m[0]\ny"
    with opened("shared", one, two) as notebook:
        notebook.run_all()
        first, second = widget(notebook, 1), widget(notebook, 2)
        shows(second, "y = 30")
        slide(first, "k0", 4)
        shows(first, "r = 6")
        expect(trust(second)).to_contain_text("m[0] is 8 now, and this was run with 6", timeout=WAIT)
        slide(second, "b", 6)
        shows(second, "y = 48")
        expect(trust(second)).not_to_contain_text("m[0]")
        notebook.holds("(k0.data, w.values['k0'], u.values['y'])", "(4.0, 4.0, 48.0)")
        shows(first, "r = 6")
        slide(first, "k0", 5)
        expect(trust(second)).to_contain_text("m[0] is 10 now", timeout=WAIT)
        second.get_by_role("button", name="Run again").click()
        shows(second, "y = 60")


def test_a_whole_number_that_gets_a_fraction(opened: Callable[..., Any]) -> None:
    with opened("whole", "%%autograd --as w\nn = 3\ny = n * 2.0\ny", "w") as notebook:
        notebook.run_all()
        there, other = widget(notebook, 1), widget(notebook, 2)
        shows(other, "y = 6")
        steps = row(there, "n").locator(".slider").get_attribute("max")
        type_in(there, "n", "2.5")
        shows(there, "y = 5")
        shows(other, "y = 5")
        for view in (there, other):
            expect(row(view, "n").locator(".slider")).not_to_have_attribute("max", steps or "", timeout=WAIT)
        slide(other, "n", 2.8)
        shows(there, "y = 5.6")
        choose(there, "Reset all")
        shows(other, "y = 6")
        for view in (there, other):
            expect(row(view, "n").locator(".slider")).to_have_attribute("max", steps or "", timeout=WAIT)
        notebook.holds("w.tape.leaves[0].whole", "True")


def test_what_ends_a_second_run_ends_no_kernel(opened: Callable[..., Any]) -> None:
    cell = "%%autograd --as w\nimport sys\nx = 2.0\nif x > 3:\n    sys.exit()\ny = x * x\ny"
    with opened("exits", "mine = 7", cell) as notebook:
        notebook.run_all()
        there = widget(notebook, 2)
        shows(there, "y = 4")
        type_in(there, "x", "3.5")
        expect(trust(there)).to_contain_text("SystemExit (line 5)", timeout=WAIT)
        notebook.holds("(mine, y.data)", "(7, 4.0)")
        type_in(there, "x", "3")
        shows(there, "y = 9")
