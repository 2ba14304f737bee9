"""What a cell stores in elements and attributes: what stands there is plain where outside code looks at it, and it is
looked up as often, and in the order, as without the magic.
"""

from __future__ import annotations

from typing import Any

import pytest
from shell import Shell

BEFORE = """
import types
import numpy as np
import pandas as pd

def get(what):
    told.append(type(what).__name__)
    return what

class Box:
    def __init__(self):
        self.array, self.inner = np.zeros(3), types.SimpleNamespace(w=0.0)

    @property
    def held(self):
        told.append('held')
        return self.array

    @property
    def deep(self):
        told.append('deep')
        return self.inner

    def __setitem__(self, index, value):
        told.append(index)
        self.array[index] = value * 2
"""

HEAD = "told = []\nframes = {'df': pd.DataFrame({'a': [1.0, 2.0]})}"

STORED = {
    "an array behind a property": "box = Box()\nbox.held[0] = x\nbox.held[1] += x * x\nr = box.array.sum() * x\nr",
    "an attribute behind a property": "box = Box()\nbox.deep.w = x\nbox.deep.w *= x\nr = box.inner.w * 3\nr",
    "an element of the user's own": "box = Box()\nbox[get(1)] = x\nr = box.array.sum() * x\nr",
    "a table in a dict": "frames['df'].loc[0, 'a'] = x\nframes['df'].iloc[1, 0] = x * 3\nr = frames['df']['a'].sum() * x\nr",
    "a table that a call gives": "get(frames)['df']['b'] = [x, x * x]\nr = frames['df']['b'].sum() * x\nr",
    "in order": "arrays = [np.zeros(2)]\nget(arrays)[get(0)][get(1)] = get(x)\nget(arrays)[0][get(0)] += get(x)\nr = arrays[0].sum() * x\nr",
    "after one that fails": "box = Box()\ntry:\n    box.nothing.w = x\nexcept AttributeError:\n    told.append('no')\nbox.held[2] = x\nr = box.array[2] * x\nr",
}


@pytest.mark.parametrize("cell", STORED.values(), ids=STORED)
def test_what_is_stored_is_looked_up_once(shell: Shell, cell: str) -> None:
    def plainly(x: float) -> tuple[Any, list[str]]:
        *lines, last = cell.splitlines()
        names: dict[str, Any] = {}
        exec("\n".join([BEFORE, HEAD, f"x = {x!r}", *lines]), names)
        return names[last], names["told"]

    shell(BEFORE)
    w = shell.autograd(f"{HEAD}\nx = 2.5\n{cell}")
    told = list(map(str, shell("told")))
    assert (shell("r"), told) == (plainly(2.5)[0], list(map(str, plainly(2.5)[1])))
    slope = (plainly(2.5 + 1e-6)[0] - plainly(2.5 - 1e-6)[0]) / 2e-6
    assert w.grads["x"] == pytest.approx(slope, rel=1e-5) and w.gaps == []
    w.set(x=1.5)
    assert shell("r") == plainly(1.5)[0]
