"""IPython's last results (``_``, ``__``, ``_3``, ``Out[3]``): with traced cells they are what they are without."""

from __future__ import annotations

import pytest
from shell import Shell

RESULTS = {
    "a number": "x * 3",
    "a tuple": "(x * 3, x)",
    "a list": "[x * 3, x]",
    "a dict": "{'y': x * 3}",
    "text": "x.__repr__()",
}


@pytest.mark.parametrize("result", RESULTS.values(), ids=list(RESULTS))
def test_the_last_results_go_on_after_a_traced_cell(shell: Shell, result: str) -> None:
    found = []
    for magic in ("", "%%autograd\n"):
        shell("_ = __ = ___ = ''\ndel _, __, ___")
        shell(f"{magic}x = 2.0\n{result}")
        found.append([repr(shell(cell)) for cell in ("_", "5.5", "_, __", "_[0], ___", "1 + 1", "__, _", "_ * 2")])
    assert found[1] == found[0]


@pytest.mark.parametrize("held", ["_", "_1", "Out[1]"])
def test_a_second_run_reads_the_results_that_the_first_one_read(shell: Shell, held: str) -> None:
    shell("5.5")
    shell.autograd(f"a = 2.0\nprint(a)\nb = {held} * a if a < 2.5 else 2 * {held} * a\nb")
    for a, b, slope in ((3.0, 33.0, 11.0), (2.25, 12.375, 5.5), (4.0, 44.0, 11.0)):
        shell(f"w.set(a={a})")
        assert shell("b, w.values['b'], w.grads['a'], w.stale") == (b, b, slope, "")


def test_a_result_of_another_traced_cell_is_read_as_it_is_now(shell: Shell) -> None:
    shell("%%autograd --as other\nk = 3.0\nk * 2")
    shell.autograd("a = 2.0\nb = _ * a if a < 2.5 else _ * 2 * a\nb")
    shell("other.set(k=5.0)")
    assert shell("w.set(a=3.0)\nb") == 60.0
    assert shell("w.set(a=2.0)\nb") == 20.0


@pytest.mark.parametrize("result", ["b", "(b, a)", "{'b': [b]}"])
def test_the_results_follow_a_slider(shell: Shell, result: str) -> None:
    shell.autograd(f"a = 2.0\nb = a * 3 if a < 3 else a + 1\n{result}")
    for a in (5.0, 2.5, 4.0, 2.0):
        shell(f"w.set(a={a}); None")
        b = a * 3 if a < 3 else a + 1
        expected = eval(result, {"a": a, "b": b})
        assert shell("_1") == expected
        assert shell("Out[1]") == expected
    shell("7")
    shell("w.set(a=5.0)")
    assert shell("_") == 7
