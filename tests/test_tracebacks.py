"""What ends a traced cell is shown as IPython shows it without the magic: its frames, its text, and none of ours."""

from __future__ import annotations

import contextlib
import re
import signal
import sys
import traceback
from functools import partial
from itertools import chain
from pathlib import Path

import pytest
from shell import Shell

from autograd_magic.engine import record

ENDS = {
    "an exception": "1 / (a - 2)",
    "one in a function": "def f(x):\n    return 1 / (x - 2)\nb = f(a)",
    "one behind another": "try:\n    1 / (a - 2)\nexcept ZeroDivisionError as e:\n    raise ValueError('v') from e",
    "one while another is handled": "try:\n    np.linalg.inv([[a, a], [a, a]])\nexcept Exception:\n    a.nothing",
    "in a library": "np.linalg.inv([[a, a], [a, a]])",
    "in a callback of a library": "sorted([a, 3.0], key=lambda x: 1 / (x - a))",
    "a group": "raise ExceptionGroup('g', [ValueError(a), TypeError('t')])",
    "a group of what a library raised": (
        "try:\n    np.linalg.inv([[a, a], [a, a]])\nexcept Exception as e:\n    raise ExceptionGroup('g', [e])"
    ),
    "before a group": (
        "try:\n    raise ExceptionGroup('g', [ValueError(a)])\nexcept ExceptionGroup:\n    raise ValueError('v')"
    ),
    "text that exec cannot compile": "exec('x = = 3')",
    "text that eval cannot compile": "b = a * 2\neval('a +')",
    "text that a library cannot compile": "import ast\nast.parse('a a')",
    "a cell that does not compile": "b = = a",
    "a cell that cannot be read": "for i in range(3):\n    continue\n  print(i)",
    "a string without an end": "s = 'abc",
    "return at top level": "return a",
    "an exit": "import sys\nsys.exit(int(a))",
    "an assertion": "assert a == 3, a",
}
if sys.version_info < (3, 11):
    ENDS = {name: text for name, text in ENDS.items() if "group" not in name}


def shown(shell: Shell, text: str) -> list[str]:
    """What a cell shows and writes when it fails, without cells' numbers."""
    shell.run(text)
    told = shell.output.stdout + shell.output.stderr
    return re.sub(r"<ipython-input-[^>]*>|In ?\[\d+\]", "<cell>", told).split("\n")


@pytest.mark.parametrize("text", ENDS.values(), ids=list(ENDS))
def test_what_ends_a_cell_is_shown_as_without_the_magic(shell: Shell, text: str) -> None:
    shell("import numpy as np")
    found = []
    for first in ("# plain", "%%autograd"):
        error = shown(shell, f"{first}\na = 2.0\nb = 1.0\nb = 2.0\n{text}")
        frames = "".join(traceback.format_tb(sys.last_traceback)[1:])
        assert "autograd_magic" not in frames
        found.append([error, shown(shell, "%tb")])
    assert found[1] == found[0]


def test_an_interrupt_in_what_python_runs_for_ours_shows_the_users_frames_alone(shell: Shell) -> None:
    """As when it comes at the end of one of our ``with`` blocks."""
    interrupt = iter(partial(signal.default_int_handler, signal.SIGINT, None), object())
    manager = contextlib.contextmanager(lambda: chain([None], interrupt))()
    names = {"manager": manager}
    ours = Path(record.__file__).with_name("made.py")
    exec(compile("def door(x):\n    with manager:\n        return x", str(ours), "exec"), names)
    shell.names["door"] = names["door"]
    shell.run("%%autograd\na = 2.0\ndef f(x):\n    return door(x)\nb = f(a)\nb")
    frames = [frame.name for frame in traceback.extract_tb(sys.last_traceback)]
    assert sys.last_type is KeyboardInterrupt and frames[-2:] == ["<module>", "f"], frames


def test_the_next_exception_is_shown_as_it_is(shell: Shell) -> None:
    shell.run("%%autograd\na = 2.0\n1 / (a - 2)")
    before = vars(shell.shell).get("showtraceback")
    told = "\n".join(shown(shell, "import sys\nraise sys.last_value"))
    assert "raise sys.last_value" in told and "1 / (a - 2)" in told
    assert before is None


@pytest.mark.parametrize("first", ["", "%%autograd\n", "%%autograd\n%%time\n"])
def test_a_cell_is_called_by_the_number_in_its_prompt(shell: Shell, first: str) -> None:
    result = shell.run(f"{first}a = 2.0\n1 / (a - 2)")
    told = shell.output.stdout + shell.output.stderr
    assert set(re.findall(r"In ?\[(\d+)\]", told)) == {str(result.execution_count)}


def test_silent_cells_leave_no_way_of_showing_behind(shell: Shell) -> None:
    before = shell.shell.showtraceback
    for _ in range(3):
        shell.shell.run_cell("%%autograd\na = 1.0\na / 0", silent=True)
    assert shell.shell.showtraceback == before
