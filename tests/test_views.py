"""Arrays that show the memory of others: what is written in one is seen in all of them and in no copy, as without the
magic, gradients included.
"""

from __future__ import annotations

import textwrap

import pytest
from shell import Shell

SETUP = "x = np.array([a, 0.7, a*a, 2.0])\nm = np.array([[a, 0.7, 1.0], [0.5, a*a, 2.0], [0.2, 0.1, a]])"

WRITE = """
r = m.ravel()
r[1] = 9*a
s = m.T.reshape(-1)
s[2] = 4*a
L = float((m * np.arange(9.0).reshape(3, 3)).sum())
"""

LAID = """\
m.T.astype(float)
m.T.astype(np.float32)
np.array(m.T)
m.T * 0.7
m.T.copy()
m.T.copy("K")
np.sort(m.T, axis=0)
np.cumsum(m.T, axis=0)
np.einsum("ij->ji", m) * 1
np.einsum("ij->ji", m)
np.diff(np.vstack([m, m[0]]), axis=0)
np.clip(m.T, 0.2, 1.9)
np.where(m.T > 0.6, m.T, 0.7)
np.zeros((3, 3), order="F") + m
np.stack([m, m])[0].T[::-1]
(np.arange(27.0).reshape(3, 3, 3).transpose(2, 0, 1) * a).mean(axis=1)
(np.arange(27.0).reshape(3, 3, 3).transpose(2, 0, 1) * a).cumsum(axis=1)[:, 1]""".splitlines()

SHARED = """\
y = np.array(x, copy=None); y[0] = 5*a; L = (x**2).sum()
y = np.asarray(x, copy=None); y[0] = 5*a; L = (x**2).sum()
y = np.array(x, copy=False, ndmin=2); y[0, 1] = 5*a; L = (x**2).sum()
y = x.astype(float, copy=False); y[0] = 5*a; L = (x**2).sum()
y, z = np.atleast_2d(x, x*2); before = x*x; y[0, 0] = 100.0; L = before.sum() + x.sum()
y, z = np.broadcast_arrays(x, x*2); before = x*x; x[0] = 100.0; L = before.sum() + (y*z).sum()
before = m*m; np.einsum('ii->i', m)[:] = 2*a; L = before.sum() + m.sum()
before = m*m; np.einsum('ij->ji', m)[0, 1] = 3*a; L = before.sum() + m[1, 0]
y = np.lib.stride_tricks.as_strided(m.T, (3,), (32,)); y[1] = 50.0; y[2] = a**3; L = (m*m).sum()
y = np.lib.stride_tricks.sliding_window_view(m.T[::-1], 2, axis=0, writeable=True); y[0] = a; L = (m*m).sum()
x.real = x*2; L = (x**2).sum()
x.flat = [a, 3.0]; L = (x * [1, 2, 3, 4]).sum()
x.flat[1:] = [a, 3.0]; L = (x * [1, 2, 3, 4]).sum()
y = x.flat[1:3]; y[0] = 50.0; L = x.sum() + y.sum()
f = m.flat; next(f); L = next(f) + f.index + sum(f.coords) + f[[0, 4]].sum() + sum(f) + f.copy()[2]
y = x.copy(); y.resize(6); y[5] = a; L = (y * np.arange(6)).sum()
y = x * 2; z = y*y; y.resize((2, 3), refcheck=False); y[1] += a; L = (y * [[1, 2, 3], [4, 5, 6]]).sum() + z.sum()
y = m.copy(); y.resize(2, 2); L = y[1, 0] + y[0, 0] * y.size
f = m.flat; s = [v*i for i, v in enumerate(f) if not m.__setitem__((2, 2), 7.0)]; L = sum(s)""".splitlines()


def _follows(shell: Shell, body: str) -> None:
    """The cell's number, its gradient and what a move makes of it are those of the plain cell."""
    body = "\n".join(part.strip() for part in body.replace(";", "\n").strip().splitlines())
    shell("import numpy as np\ndef plainly(a):\n" + textwrap.indent(f"{SETUP}\n{body}\nreturn L", "    "))
    w = shell.autograd(f"a = 1.3\n{SETUP}\n{body}\nL")
    assert w.values["L"] == pytest.approx(shell("float(plainly(1.3))"), rel=1e-6)
    assert w.grads["a"] == pytest.approx(shell("float(plainly(1.3 + 1e-2) - plainly(1.3 - 1e-2)) / 2e-2"), rel=1e-3)
    w.set(a=1.7)
    assert w.values["L"] == pytest.approx(shell("float(plainly(1.7))"), rel=1e-6)


@pytest.mark.parametrize("made", LAID)
def test_what_is_a_view_and_what_a_copy(shell: Shell, made: str) -> None:
    _follows(shell, f"m = {made}\n{WRITE}")


@pytest.mark.parametrize("body", SHARED)
def test_what_is_written_in_one_is_seen_in_the_other(shell: Shell, body: str) -> None:
    _follows(shell, body)


SAME = (
    "[np.atleast_1d(x) is x, np.ascontiguousarray(x) is x, np.asarray(x, dtype=float) is x, np.require(x) is x, "
    "x.real is x, np.array(x, copy=False) is x, np.broadcast_arrays(x, x)[0] is x, x.astype(float, copy=False) is x, "
    "x[1:].base is x, x.reshape(2, 2).T.base is x, x.copy().base is None, np.array(m.T).flags.f_contiguous]"
)


def test_which_arrays_are_the_same(shell: Shell) -> None:
    shell("import numpy as np")
    shell.autograd(f"a = 1.3\n{SETUP}\nsame = {SAME}\nx.sum()")
    assert all(shell("same"))


@pytest.mark.parametrize("asked", ["np.array(x, 'f4', copy=False)", "np.array([a, 1.0], copy=False)"])
def test_a_copy_that_must_not_be_made_is_refused(shell: Shell, asked: str) -> None:
    shell("import numpy as np")
    with pytest.raises(ValueError, match="Unable to avoid copy"):
        shell.autograd(f"a = 1.3\n{SETUP}\n{asked}\na")


def test_read_only_views_follow_a_slider_and_stay_views(shell: Shell) -> None:
    shell("import numpy as np, warnings\nwarnings.simplefilter('error')")
    views = "d = np.diagonal(m)\ns = np.broadcast_to(x, (2, 4))\np, q = np.broadcast_arrays(x, m[:, :1])\nf = m.flat"
    w = shell.autograd(f"a = 1.3\n{SETUP}\n{views}\nlocked = m * 2\nlocked.flags.writeable = False\nm.sum()")
    w.set(a=2.0)
    assert shell("(d[0], s[1, 0], p[2, 0], q[0, 3], locked[0, 0])") == (2.0, 2.0, 2.0, 2.0, 4.0)
    assert shell("[one.flags.writeable for one in (d, s, locked)]") == [False] * 3
    shell("m[0, 0] = x[0] = 9.0")
    assert shell("(d[0], s[1, 0], p[2, 0], q[0, 0], f[0], type(f) is np.flatiter)") == (9.0, 9.0, 9.0, 9.0, 9.0, True)


@pytest.mark.parametrize(
    "made",
    ["np.atleast_1d(v)", "np.ravel(v)", "np.expand_dims(v, 0)", "np.broadcast_to(v, (1,))", "np.reshape(v, (1, 1))"],
)
def test_a_view_of_one_number_follows_a_slider(shell: Shell, made: str) -> None:
    shell("import numpy as np")
    w = shell.autograd(f"a = 2.0\nv = a * 3.0\ny = {made}\na")
    w.set(a=5.0)
    assert shell("y.tolist(), y.item()") == shell(f"v = 15.0\ny = {made}\ny.tolist(), y.item()")


def test_what_a_view_shows_is_not_resized(shell: Shell) -> None:
    shell("import numpy as np")
    with pytest.raises(ValueError, match="references or is referenced"):
        shell.autograd(f"a = 1.3\n{SETUP}\ny = x[1:]\nx.resize(6)\na")


def test_what_a_library_gives_lies_in_memory_as_it_laid_it(shell: Shell) -> None:
    """A reshaped view or a copy, and what is written through it, hang on that."""
    shell("import numpy as np\nfrom scipy import linalg")
    made = "lu, _ = linalg.lu_factor(np.array([[a, 1.0], [2.0, 3.0]]))\nflat = lu.ravel()"
    w = shell.autograd(f"a = 1.3\n{made}\nlu[0, 1] * a")
    assert shell("lu.flags.f_contiguous, np.shares_memory(flat, lu)") == (True, False)
    w.set(a=2.5)
    assert shell("lu.tolist() == linalg.lu_factor(np.array([[2.5, 1.0], [2.0, 3.0]]))[0].tolist()")
