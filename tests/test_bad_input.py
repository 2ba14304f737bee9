"""Bad input to the magic: one clear sentence, and nothing lost."""

from __future__ import annotations

import pytest
from IPython.core.error import UsageError
from shell import Shell


def shown_error(shell: Shell, text: str) -> str:
    result = shell.run(text)
    assert result.error_in_exec is not None
    return shell.output.stdout + shell.output.stderr


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("# nothing", "binds no number to a name"),
        ("print('x')", "binds no number to a name"),
        ("s = 'text'\nt = True\nz = 1j", "binds no number to a name"),
        ("%%capture shown\na = 2.0\na * 2", "%%capture runs what stands below it"),
        ("%%time\n%%capture\na = 2.0\na * 2", "%%capture runs what stands below it"),
        ("%%timeit -n1 -r1\na = 2.0\na * 2", "(%%capture, %%timeit go above it)"),
        ("%%python\na = 2.0", "%%python runs what stands below it"),
        ("x = -8.0\nx ** (1 / 3)", "is complex"),
        ("x = -8.0\nz = x ** (1 / 3)\nprint(z)", "nothing is computed"),
        ("data = [1.0, 2.0]\nsum(data)", "--wrt data"),
    ],
)
def test_a_cell_that_leaves_no_graph_says_why(shell: Shell, text: str, sentence: str) -> None:
    shell("%%autograd\n" + text)
    assert sentence in "".join(str(shown.data) for shown in shell.output.outputs)
    assert sentence not in shell.output.stdout


def test_what_complex_numbers_give_is_measured(shell: Shell) -> None:
    w = shell.autograd("x = -8.0\ny = abs(x ** (1 / 3))\ny")
    assert w.grads["x"] == pytest.approx(-1 / 12) and w.gaps == []
    w.set(x=-27.0)
    assert shell("y") == abs((-27.0) ** (1 / 3))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ("--foo", "unrecognized arguments: --foo"),
        ("--root", "expected one argument"),
        ("--root zz", "has no such number; it has a"),
        ("--wrt zz", "there is no such name; the cell has a"),
        ("--const zz", "there is no such name; the cell has a"),
        ("--wrt word", "str 'text' is no real number"),
        ("--wrt nothing", "NoneType None is no real number"),
        ("--as 3x", "no name for a variable"),
        ("a = 3", "is no option"),
        ("'unclosed", "cannot be read"),
    ],
)
def test_bad_options_are_one_line(shell: Shell, options: str, sentence: str) -> None:
    shell("word = 'text'\nnothing = None")
    with pytest.raises(UsageError) as raised:
        shell(f"%%autograd {options}\na = 2.0\nb = a")
    assert sentence in str(raised.value) and "\n" not in str(raised.value)


def test_exceptions_show_the_users_line_and_no_frame_of_ours(shell: Shell) -> None:
    shell("def broken(x):\n    return 1 / (x - 2)")
    shown = shown_error(shell, "%%autograd --as w\na = 2.0\nb = a * 3\nc = broken(a)")
    assert "----> 4 c = broken(a)" in shown and "----> 2     return 1 / (x - 2)" in shown
    assert "ZeroDivisionError: float division by zero" in shown and "autograd_magic" not in shown.replace(
        "%%autograd", ""
    )
    assert shell.names["w"].values["b"] == 6.0  # the graph up to there can be looked at
    assert "stale" not in shown_error(shell, "raise ValueError('fresh')")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a = 0.0\nb = 1 / a", "ZeroDivisionError: float division by zero"),
        ("import math\na = 0.0\nb = math.log(a)", "ValueError: math domain error"),
        ("a = 0.0\nb = a ** -1", "ZeroDivisionError"),
        ("from math import exp\na = 1000.0\nb = exp(a)", "OverflowError: math range error"),
        ("import math\na = -1.0\nb = math.sqrt(a)", "ValueError: math domain error"),
    ],
)
def test_what_python_refuses_looks_as_python_says_it(shell: Shell, text: str, message: str) -> None:
    shown = shown_error(shell, "%%autograd\n" + text)
    assert message.split(":", maxsplit=1)[0] in shown and f"----> {text.count(chr(10)) + 2} b = " in shown
    assert "value.py" not in shown and "magic.py" not in shown and "adapt.py" not in shown


def test_a_syntax_error_is_the_cells(shell: Shell) -> None:
    shown = shown_error(shell, "%%autograd\na = 1.0\nif:\n    pass")
    assert "line 3" in shown and "SyntaxError: invalid syntax" in shown and "magic.py" not in shown


def test_errors_can_be_caught_in_the_cell(shell: Shell) -> None:
    w = shell.autograd("a = 0.0\ntry:\n    y = 1 / a\nexcept ZeroDivisionError:\n    y = a + 5\ny")
    assert w.values["y"] == 5.0
    w.set(a=2.0)
    assert w.values["y"] == 0.5


def test_a_cell_that_stops_shows_the_graph_up_to_there(shell: Shell) -> None:
    shell.names["w"] = None
    result = shell.run("%%autograd --as w\na = 2.0\nb = a * 3\nc = b / 0\nd = c + 1")
    assert isinstance(result.error_in_exec, ZeroDivisionError)
    w = shell.names["w"]
    assert w.values["b"] == 6.0
    assert "stopped with ZeroDivisionError" in w.trace.notes[0]


def test_an_empty_cell_is_told_what_to_do(shell: Shell) -> None:
    with pytest.raises(UsageError, match="empty"):
        shell("%%autograd\n")
