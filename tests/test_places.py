"""Elements at every kind of place, read, stored, changed in place and deleted: as without the magic, to the last word."""

from __future__ import annotations

import pytest
from shell import Shell

FOUND = {
    "numbers": "np.arange(6.0) * a",
    "a table": "np.arange(12.0).reshape(3, 4) * a",
    "a cube": "np.arange(8.0).reshape(2, 2, 2) * a",
    "by columns": "np.asfortranarray(np.arange(12.0).reshape(3, 4) * a)",
    "backwards": "(np.arange(6.0) * a)[::-1]",
    "whole numbers": "np.arange(6) * n",
    "constants": "np.arange(6)",
    "single precision": "np.arange(6).astype(np.float32)",
    "yes and no": "np.array([a > 1, False, True])",
    "without axes": "np.array(a)",
    "empty": "np.array([]) * a",
    "a list": "[a, 2.0, 3.0, a * 2, 5.0, 6.0]",
    "a tuple": "(a, 2.0, 3.0, n)",
}
PLACES = """
n, -n, 7, -9, True, False, 'k', None, ..., a, n * 1.0, np.float64(2.0), np.int64(n), np.array(n), 2**n - 3, n > 1, min(n, 1),
int(a), round(a), len([a, a]), (n, 1), (n, slice(None)), (slice(None), n), (..., n), (n, None), (None, n), (0, 0), (n, n, n),
(slice(None), None), (n > 1, 0), slice(n), slice(n, None), slice(None, None, n), slice(n, n + 2), slice(-n, None),
slice(None, None, -n), [], [0, n], [n, n], [True, False, True], ([0, n], [1, n]), (slice(n), [0, n]), range(n),
np.ix_([0, n], [1, n]), np.array([0, n]), np.array([n, 0], dtype=np.int8), np.array([], dtype=int),
np.array([True, False, True]), (np.array([0, n])[:, None], [0, 1]), np.s_[::n, 1]
"""
CELL = """
import numpy as np
a = 1.5
n = 2
def read(x, i):
    return x[i]
def read_twice(x, i):
    return x[i] * 2
def summed(x, i):
    return np.sum(x[i]) * a
def stored(x, i):
    x[i] = a * 3
    return x
def stored_plain(x, i):
    x[i] = 7
    return x
def stored_narrow(x, i):
    x[i] = np.float32(a)
    return x
def added(x, i):
    x[i] += a
    return x
def times(x, i):
    x[i] *= n
    return x
def doubled(x, i):
    x[i] = x[i] * 2
    return x
def deleted(x, i):
    del x[i]
    return x
for do in (read, read_twice, summed, stored, stored_plain, stored_narrow, added, times, doubled, deleted):
    for i in {places}:
        x = {found}
        try:
            q = do(x, i)
        except Exception as error:
            print(do.__name__, repr(i), type(error).__name__, error)
        else:
            print(do.__name__, repr(i), type(q).__name__, getattr(q, "dtype", ""), repr(q))
a * 2
"""


@pytest.mark.parametrize("found", FOUND.values(), ids=list(FOUND))
def test_every_place_is_that_of_a_plain_cell(shell: Shell, found: str) -> None:
    cell = CELL.format(found=found, places=f"({PLACES.strip()})".replace("\n", " "))
    told: list[list[str]] = []
    for magic in ("", "%%autograd\n"):
        shell(magic + cell)
        told.append(shell.output.stdout.partition("Out[")[0].splitlines())
    fresh, ours = told
    assert len(fresh) > 400
    assert ours == fresh


@pytest.mark.parametrize(
    "call", ["z.__float__()", "z.__int__()", "z.__complex__()", "x.__matmul__(x)", "x.__rmatmul__(x)", "x.__float__()"]
)
def test_an_operator_may_be_called_by_its_name(shell: Shell, call: str) -> None:
    cell = f"import numpy as np\na = 1.5\nx = np.arange(3.0) * a\nz = np.array(a)\ntry:\n    r = {call}\nexcept TypeError as e:\n    r = a\n    print(e)\nprint(type(r), r)\nr"
    told: list[str] = []
    for magic in ("", "%%autograd\n"):
        shell(magic + cell)
        told.append(shell.output.stdout.partition("Out[")[0].replace("Number", "float"))
    assert told[0] == told[1]
