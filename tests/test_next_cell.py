"""In a real kernel: a first run that is interrupted, and the cells that come after a traced one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager
from kernels import printed, run, started, value

ENDLESS = {
    "a loop": "print('begun')\nwhile True: b = a * 1.0",
    "a library's call": "import threading\nprint('begun')\nthreading.Event().wait(a * 1000)",
    "a callback": "from scipy.optimize import minimize\nminimize(endless, a)",
    "a function of another cell": "b = endless(a)",
}


@pytest.fixture(scope="module")
def kernel() -> Iterator[tuple[KernelManager, BlockingKernelClient]]:
    with started() as (manager, client):
        client.execute_interactive("%load_ext autograd_magic", timeout=60)
        yield manager, client


def interrupted(manager: KernelManager, client: BlockingKernelClient, text: str) -> dict[str, Any]:
    """Execute a cell that says when it has begun, and interrupt it after that; its error message."""
    while True:
        error = _interrupted(manager, client, text)
        if "iostream" not in "".join(error["traceback"]):  # else it was still about to say so: once more
            return error


def _interrupted(manager: KernelManager, client: BlockingKernelClient, text: str) -> dict[str, Any]:
    message = client.execute(text)
    error: dict[str, Any] = {}
    begun = False
    while True:
        found = client.get_iopub_msg(timeout=60)
        if found["parent_header"].get("msg_id") != message:
            continue
        if (
            found["msg_type"] == "stream" and not begun
        ):  # its text may come in two messages, and one interrupt is enough
            begun = True
            manager.interrupt_kernel()
        elif found["msg_type"] == "error":
            error = found["content"]
        elif found["msg_type"] == "status" and found["content"]["execution_state"] == "idle":
            client.get_shell_msg(timeout=60)
            return error


def frames(error: dict[str, Any]) -> list[str]:
    """The heads of a traceback's frames, without the numbers of the cells."""
    text = re.sub(r"\x1b\[[\d;]*m", "", "\n".join(error["traceback"]))
    return [re.sub(r"In\[\d+\]", "In", line) for line in text.split("\n") if line.startswith(("File", "Cell"))]


@pytest.mark.parametrize("text", ENDLESS.values(), ids=list(ENDLESS))
def test_an_interrupted_first_run_leaves_what_a_plain_one_leaves(
    kernel: tuple[KernelManager, BlockingKernelClient], text: str
) -> None:
    manager, client = kernel
    run(client, "def endless(t):\n    print('begun')\n    while True: t = t * 1.0\ncode = endless.__code__")
    run(client, "%%autograd --as w\np = 3.0\nq = p * p\nq")
    error = interrupted(manager, client, f"%%autograd --as other\na = 2.0\nc = a * 3.0\n{text}\nb")
    assert error["ename"] == "KeyboardInterrupt"
    told = "\n".join(error["traceback"])
    assert "autograd_magic" not in told and "__autograd__" not in told
    plain = interrupted(manager, client, f"# plain\na = 2.0\nc = a * 3.0\n{text}\nb")
    assert frames(error) == frames(plain)
    run(client, "a, c, p = 0, 0, p")
    interrupted(manager, client, f"%%autograd --as other\na = 2.0\nc = a * 3.0\n{text}\nb")
    assert value(client, "endless.__code__ is code")
    assert value(client, "type(a) is not int, isinstance(a, float), a + 0, c + 0") == (True, True, 2.0, 6.0)
    assert value(client, "__import__('json').dumps([a, c])") == "[2.0, 6.0]"
    assert value(client, "w.values['q'], w.grads['p'], q + 0") == (9.0, 6.0, 9.0)
    run(client, "w.set(p=5.0)")
    assert value(client, "w.values['q'], q + 0") == (25.0, 25.0)
    run(client, "%%autograd --as other\na = 2.0\nb = a * a\nb")
    assert value(client, "other.values['b'], other.grads['a']") == (4.0, 4.0)


TRACED = """
import math
import numpy as np
rate, years = 0.05, 10
growth = (1 + rate) ** years
bonds = [100.0 * rate, 100.0 * growth]
row = np.array([rate, growth, 3.0])
table = {"rate": rate, "growth": growth}
growth
"""

NEXT = {
    "a frame": "import pandas as pd\nprint(pd.DataFrame({'x': [rate, growth], 'n': [years, 2]}).describe().to_string())",
    "a frame of a dict": "import pandas as pd\nprint(pd.Series(table), pd.Series(bonds).apply(lambda b: b * rate).dtype)",
    "a frame as text": "import pandas as pd\nprint(pd.DataFrame({'x': [growth, rate]}).to_json(), pd.DataFrame([table]))",
    "a frame's kinds": "import pandas as pd\nf = pd.DataFrame({'x': [rate, growth], 'n': years})\nprint(f.dtypes, f.x.mean())",
    "grouped": "import pandas as pd\nf = pd.DataFrame({'k': [1, 1, 2], 'x': row})\nprint(f.groupby('k').x.agg(['sum', max]))",
    "json": "import json\nprint(json.dumps([rate, growth, years, table, bonds]), json.loads(json.dumps(growth)) == growth)",
    "linear algebra": "print(np.linalg.solve([[growth, 1.0], [rate, 2.0]], bonds), np.linalg.norm(row), np.outer(row, row))",
    "arrays": "print(row.dtype, np.exp(np.array([rate, 1.0])), np.array(bonds).dtype, np.full(2, growth), years * row)",
    "sqlite": "import sqlite3\nc = sqlite3.connect(':memory:')\nprint(c.execute('select ?, ?, typeof(?)', (growth, years, rate)).fetchall())",
    "pickle": "import pickle\nback = pickle.loads(pickle.dumps([growth, years, table]))\nprint(back, type(back[0]), type(back[1]))",
    "copies": "import copy\nprint(copy.deepcopy([growth, table]), copy.copy(rate))",
    "text": "print(f'{growth:.4f} {growth} {rate!r:>8} {years:03d} {rate:%}', '%s %.3f %d' % (rate, growth, years), str(growth))",
    "kinds": "print(isinstance(rate, float), isinstance(years, int), type(bonds[0]) is float, type(table['rate']) is float)",
    "standard library": "import statistics, decimal, fractions\nprint(statistics.mean(bonds), decimal.Decimal(rate), fractions.Fraction(rate))",
    "looking up": "print({rate: 1}[0.05], sorted([growth, rate]), rate in [0.05], years == 10, hash(rate) == hash(0.05), round(growth, 2))",
    "whole numbers": "print(list(range(years))[-1], 'ab' * years, 2 ** (years * 10), years // 3, bin(years), math.comb(years, 2))",
    "a plot": (
        "import io, matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt\nfigure, axes = plt.subplots()\n"
        "axes.plot([rate, growth], bonds)\naxes.hist(row, bins=years)\naxes.axhline(growth)\naxes.set_title(f'{rate}')\n"
        "buffer = io.BytesIO()\nfigure.savefig(buffer, format='raw')\nplt.close(figure)\n"
        "import hashlib\nprint(hashlib.sha256(buffer.getvalue()).hexdigest(), axes.get_xlim())"
    ),
}
"""Cells that print what they have found."""


def test_the_next_cell_prints_what_it_prints_without_the_magic(
    kernel: tuple[KernelManager, BlockingKernelClient],
) -> None:
    _, client = kernel
    seen: list[dict[str, str]] = []
    for first in (TRACED.strip(), f"%%autograd\n{TRACED.strip()}"):
        run(client, "%reset -f")
        run(client, "%reload_ext autograd_magic")
        run(client, first)
        seen.append({name: printed(run(client, text)) for name, text in NEXT.items()})
    assert all(seen[0].values()), seen[0]
    assert seen[1] == seen[0]


def test_a_callback_between_two_cells_finds_plain_numbers(
    kernel: tuple[KernelManager, BlockingKernelClient],
) -> None:
    _, client = kernel
    run(client, "%reset -f")
    run(client, "%reload_ext autograd_magic")
    run(client, "%%autograd --as w\nx = 1.5\nxs = [x, x * 3]\nr = x * x\nr")
    run(client, "import asyncio, json\ngot, loop = [], asyncio.get_running_loop()")
    for k in (1, 2):
        run(client, f"w.set(x={k}.5)\n_ = loop.call_soon(lambda: got.append(json.dumps([x, xs, r])))")
        while value(client, "len(got)") < k:
            pass
    assert value(client, "got") == ["[1.5, [1.5, 4.5], 2.25]", "[2.5, [2.5, 7.5], 6.25]"]
