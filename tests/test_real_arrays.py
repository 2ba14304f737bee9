"""Programs with arrays: what they print, and what their gradients are, as without us, wherever a slider goes."""

from __future__ import annotations

import contextlib
import io
import math
import warnings
from typing import Any

import numpy as np
import pytest
from shell import Shell

PROGRAMS: dict[str, str] = {
    "kinds": "v = np.array([x, 1.0])\nprint(v.dtype == np.float64, type(v), isinstance(v, np.ndarray), v.dtype, repr(v))\nr = v.sum()",
    "a branch on the kind": "v = np.array([x, 1.0]) * 2\nr = (v * v).sum() if v.dtype == np.float64 else 0.0",
    "two results": "q, m = np.divmod(np.array([x * 7, 5.0]), 2.0)\nprint(q, m)\nr = (q * m).sum() + m[0]",
    "single precision": "v = np.array([x, 1.5], dtype=np.float32) * np.float32(3)\nprint(v.dtype, repr(v))\nr = float(v.sum())",
    "small whole numbers": "v = np.array([200, 100], dtype=np.uint8) + np.uint8(100)\nprint(v)\nr = x * v[0]",
    "whole numbers": "n = np.array([1, 2, 3])\nv = n * x\nprint(n.dtype, v.dtype, n // 2, n % 2)\nr = (v ** 2).sum()",
    "a view": "u = np.zeros(6)\nv = u[1:5:2]\nv[:] = [x, x * x]\nr = (u * np.arange(6)).sum()",
    "a view of a view": "u = np.ones((3, 4))\nw = u.T[1:3]\nw[0] *= x\nw[1, 2] = x * 3\nr = (u * u).sum()",
    "backwards": "u = np.array([x, 2.0, x * x])\nv = u[::-1]\nv[0] = 5.0\nr = (u * v).sum()",
    "reshaped": "u = np.zeros(6)\nu.reshape(2, 3)[1] = x\nr = (u ** 2).sum() + u.reshape(3, 2).sum(axis=0)[1]",
    "rows": "A = np.zeros((2, 3))\nfor i, row in enumerate(A):\n    row[i] = x * (i + 1)\nr = A.sum(axis=1) @ np.array([1.0, 2.0])",
    "a mask": "v = np.array([x, -1.0, x - 3])\nv[v < 0] = 0.0\nv[v > 0] *= x\nr = v.sum()",
    "wrapped indices": "i = 1\nv = np.array([1.0, x, x * x])\nr = v[i] + v[[i, i + 1]].sum() + v[-i]",
    "fancy": "v = np.array([x, 2.0, 3.0])\nw = v[[0, 0, 2]]\nw[0] = 9.0\nr = w.sum() * v[0]",
    "in place": "v = np.array([x, 2.0])\nw = v * 3\nv += w\nv *= v\nv -= 1\nv /= 2\nv **= 2\nr = (v * w).sum()",
    "plain arrays that change afterwards": "W = np.random.default_rng(0).normal(size=(2, 2))\nv = np.array([x, 1.0])\nz = W @ v\ny = np.dot(v, W[0]) + np.einsum('ij,j->', W, v) + np.inner(W, v)[1]\nW[:] = 0.0\nr = (z * z).sum() + y",
    "results that nobody keeps": "v = np.arange(1.0, 5.0) * x\ns = x\nfor k in range(300):\n    z = v * v\n    y = -(z / 3.0)\n    if k % 100 == 7:\n        s = s + y[2] + y[1:][0] + (z[[0, 0]] * y[:2]).sum()\nv[1] = 9.0\nr = s * y[3] * v[1]",
    "in place, then the old one": "v = np.array([x, 2.0])\ny = v * v\nv[0] = 100.0\nr = y.sum()",
    "out": "v = np.array([x, 2.0])\nz = np.empty(2)\nnp.multiply(v, v, out=z)\nnp.add(z, 1.0, z)\nr = z.sum()",
    "add.at": "z = np.zeros(3)\nnp.add.at(z, [0, 2, 0], np.array([x, x * x, 1.0]))\nr = (z * z).sum()",
    "fill and full": "z = np.empty(3)\nz.fill(x)\nr = z.sum() * np.full((2, 2), x).sum() + np.full_like(z, x * 2)[1]",
    "copyto": "z = np.zeros(2)\nnp.copyto(z, [x, x * x])\nr = z.sum()",
    "put": "z = np.zeros(3)\nnp.put(z, [0, 2], [x, x * x])\nr = z[0] * 2 + z[2]",
    "sums": "v = np.linspace(0.1, 1.0, 37) * x\nr = v.sum() + v.mean() + v.std() + v.var(ddof=1) + v.prod() * 1e20 + v.max() - v.min()",
    "along axes": "A = np.arange(12.0).reshape(3, 4) * x\nr = A.sum(axis=0)[1] + A.mean(axis=1, keepdims=True)[2, 0] + A.max(axis=(0, 1)) + A.T.std(axis=1)[0]",
    "running": "v = np.array([x, 2.0, x * x])\nr = v.cumsum()[2] + np.cumprod(v)[1] + np.diff(v, 2)[0] + np.cumsum(np.outer(v, v), axis=1)[0, 2]",
    "products": "A = np.array([[x, 1.0], [2.0, x * x]])\nv = np.array([1.0, x])\nr = (A @ A @ v) @ v + np.dot(A, v)[0] + np.inner(v, v) + np.vdot(A, A) + np.tensordot(A, A) + np.trace(A)",
    "einsum": "A = np.array([[x, 1.0], [2.0, x * x]])\nr = np.einsum('ij,jk->', A, A) + np.einsum('ii', A) + np.einsum('ij,j->i', A, [1.0, x])[0]",
    "stacks": "A = np.arange(12.0).reshape(2, 2, 3) * x\nB = np.ones((2, 3, 2)) + x\nr = (A @ B).sum()",
    "order": "v = np.array([x, 1.0, x * x, 0.5])\nr = np.sort(v)[1] * 2 + v[np.argsort(v)[0]] + v[v.argmax()] + np.median(v)\nv.sort()\nr = r + v[2]",
    "chosen": "v = np.array([x, 1.0, -x])\nr = np.where(v > 0, v, v * v).sum() + np.clip(v, -0.5, 1.5).sum() + np.maximum(v, 0.3).sum()",
    "put together": "v = np.array([x, 1.0])\nr = np.concatenate([v, v * 2])[2] + np.stack([v, v])[1, 0] + np.hstack([v, 3.0])[0] + np.append(v, x)[2] + np.tile(v, 2)[2] + np.repeat(v, 2)[1]",
    "broadcast": "A = np.ones((3, 1)) * np.array([x, 2.0])\nr = (A * np.array([[1.0], [2.0], [3.0]])).sum() + np.broadcast_to(A[0], (4, 2)).sum()",
    "norms": "v = np.array([x, 3.0, -x])\nr = np.linalg.norm(v) + np.linalg.norm(v, 1) + np.linalg.norm(v.reshape(1, 3), axis=1)[0] + np.trapezoid(v, dx=0.5)",
    "in NumPy's own code": "A = np.array([[x, 1.0], [1.0, 3.0]])\nr = np.linalg.det(A) + np.linalg.solve(A, [1.0, x])[0] + np.interp(x, [0.0, 9.0], [1.0, x])",
    "one among many": "v = np.ones(10_000)\nv[17] = x\nr = (v * v).sum()",
    "an array that is changed after use": "c = np.random.default_rng(0).normal(size=3)\ny = (c * x)\nc[:] = 0.0\nr = y.sum()",
    "infinite slopes not chosen": "v = np.array([0.0, x])\nwith np.errstate(all='ignore'):\n    r = np.where(v > 0, np.sqrt(v), 0.0).sum()",
    "text": "v = np.array([x, 1.0])\nprint(v, f'{v}', str(v), v.tolist(), v.shape, v.ndim, len(v), v.size)\nr = v[0] * 2",
    "lists": "v = np.array([x, 1.0])\nr = sum(v.tolist()) + v.item(0) + sum(e * e for e in v) + list(v)[1]",
    "copies": "import copy\nv = np.array([x, 1.0])\nw, u = v.copy(), copy.deepcopy(v)\nw[0] = 3.0\nu *= 2\nr = v.sum() * w.sum() + u.sum()",
    "truth": "v = np.array([x])\nr = x * 2 if v else 0.0\nr = r + x if (v > 0).all() and v.any() else r",
    "float": "v = np.array(x)\nr = float(v) * 2 + v[()] + np.array([x])[0]",
    "flat": "A = np.zeros((2, 2))\nA.flat[2] = x\nA.T.flat[2] = x * x\nr = (A * np.array([[1.0, 2.0], [3.0, 4.0]])).sum()",
    "a shape that is set": "A = np.array([x, 1.0, 2.0, x])\nA.shape = (2, 2)\nr = (A @ A)[0, 0]",
    "a matrix of lists": "A = np.array([[x, 1.0], [0.5, x * x]])\nr = A[1, 1] + A[:, 0].sum() + A[0] @ A[1] + A.T[0, 1]",
    "dot in place of a loop": "w = np.array([x, -0.5, 0.25])\nX = np.random.default_rng(1).normal(size=(5, 3))\nz = np.tanh(X @ w)\nr = ((z - 0.3) ** 2).mean()",
    "Euler": "u = np.zeros(50)\nu[0] = x\nfor i in range(49):\n    u[i + 1] = u[i] + 0.1 * u[i] * (3 - u[i])\nr = u[-1]",
    "convolution": "v = np.array([x, 1.0, 2.0])\nr = np.convolve(v, [1.0, x])[1]",
    "boolean arithmetic": "v = np.array([x, -1.0])\nr = ((v > 0) * v).sum() + (v > 0).sum() * x",
    "round": "v = np.array([x * 1.234, 2.0])\nr = v.round(1).sum() + np.floor(v).sum() + v[0]",
}


def plainly(program: str, x: float) -> tuple[float, str]:
    """What the program gives, and prints, without us."""
    names: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(f"import numpy as np\nx = {x!r}\n{program}", names)
    return float(names["r"]), printed.getvalue()


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_a_program_with_arrays(shell: Shell, program: str) -> None:
    shell("import numpy as np")
    w = shell.autograd(f"x = 1.7\n{program}\nr")
    wanted, printed = plainly(program, 1.7)
    assert shell.output.stdout.startswith(printed)
    assert w.values["r"] == wanted
    h = 1e-6 if "float32" not in program else 1e-2
    slope = (plainly(program, 1.7 + h)[0] - plainly(program, 1.7 - h)[0]) / (2 * h)
    if not (np.isnan(w.grads["x"]) and w.gaps):
        assert w.grads["x"] == pytest.approx(slope, rel=2e-3 if "float32" in program else 1e-6, abs=1e-6)
    for moved in (2.3, 0.4, 1.7):
        w.set(x=moved)
        assert w.values["r"] == pytest.approx(plainly(program, moved)[0], rel=1e-12)


GAPS = {"put"}


@pytest.mark.parametrize("name", sorted(PROGRAMS.keys() - GAPS))
def test_no_gradient_is_missing(shell: Shell, name: str) -> None:
    shell("import numpy as np")
    w = shell.autograd(f"x = 1.7\n{PROGRAMS[name]}\nr")
    assert not np.isnan(w.grads["x"])


def test_the_next_cell_has_plain_arrays(shell: Shell) -> None:
    shell("import numpy as np")
    w = shell.autograd("x = 2.0\nv = np.array([x, 1.0])\nu = v[:1]\nz = np.zeros(3)\ny = (v * v).sum()\ny")
    assert shell("type(v), v.dtype, v.tolist(), u.base is v or np.shares_memory(u, v), type(z)") == (
        np.ndarray,
        np.dtype(float),
        [2.0, 1.0],
        True,
        np.ndarray,
    )
    w.set(x=3.0)
    assert shell("v.tolist(), u.tolist()") == ([3.0, 1.0], [3.0])


@pytest.mark.parametrize(
    "text",
    [
        "np.array([1.0, 0.0]) / (x * 0)",
        "np.sqrt(np.array([x, -1.0]))",
        "np.array([x, 0.0]) ** -1.0",
        "np.log(np.array([x, 0.0]) - 5)",
        "np.exp(np.array([x, 1000.0]))",
        "np.array([x * 0]) % 0.0",
        "np.ones(3) * x * 1e308",
        "(np.ones((2, 2)) * x - x) / (np.ones((2, 2)) * x - x)",
        "-(x / (np.zeros(2) * x))",
    ],
)
def test_warnings_are_numpys_at_the_users_line_each_time(shell: Shell, text: str) -> None:
    shell("import numpy as np")
    said = []
    for magic in ("", "%%autograd\n"):
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            shell(f"{magic}x = 2.0\nfor k in range(2):\n    found = {text}\nx * 1.0")
        said.append([(one.category, str(one.message), one.lineno - bool(magic)) for one in told])
    assert said[0] == said[1] and len(said[0]) > 1


@pytest.mark.parametrize(
    "strict",
    ["with np.errstate(all='raise'):", "with warnings.catch_warnings():\n    warnings.simplefilter('error')"],
)
def test_what_numpy_raises_instead_of_warning_is_caught(shell: Shell, strict: str) -> None:
    shell("import numpy as np, warnings")
    tried = "    try:\n        s = v / (v - v)\n    except Exception as error:\n        told = repr(error)\n"
    cell = f"x = 2.0\nv = np.ones(3) * x\n{strict}\n    r = (v / (x - 2.5)).sum()\n{tried}r"
    plain = shell(cell), shell.names["told"]
    w = shell.autograd(cell)
    assert (w.values["r"], shell.names["told"]) == plain
    w.set(x=2.2)
    assert w.values["r"] == shell(cell.replace("2.0", "2.2", 1))


@pytest.mark.parametrize(
    "tried",
    [
        "try:\n    r = (v * w).sum()\nexcept ValueError:\n    r = x * 3.0",
        "r = x * 3.0\nwith suppress(ValueError):\n    r = (v * w).sum()",
        "r = x * 3.0\nwith suppress(ValueError):\n    r = np.hypot(v, w).sum()",
    ],
)
def test_arrays_that_do_not_fit_are_noted(shell: Shell, tried: str) -> None:
    shell("import numpy as np\nfrom contextlib import suppress")
    cell = f"x = 2.0\nv, w = np.ones(3) * x, np.ones(4) * x\n{tried}\nr = r + (v * v)[0]\nr"
    plain = shell(cell)
    widget = shell.autograd(cell)
    assert {guard.kind.name for guard, _, _ in widget.tape.guards} == {"ESCAPES"}
    assert widget.values["r"] == plain
    widget.set(x=3.0)
    assert widget.values["r"] == shell(cell.replace("2.0", "3.0", 1))


def test_a_traced_array_has_what_an_array_has(shell: Shell) -> None:
    shell("import numpy as np")
    shell.autograd(
        "x = 2.0\nv = np.ones((2, 3)) * x\nmissing = [name for name in dir(np.ndarray) if not hasattr(v, name)]\nx * 1.0"
    )
    assert {*shell.names["missing"]} <= {"__imatmul__"}
    asked = "(v.dtype, v.ndim, v.size, v.strides, v.nbytes, v.flags.c_contiguous, v.imag.sum(), v.conj()[0, 0], v.tobytes())"
    shell.autograd(f"x = 2.0\nv = np.ones((2, 3)) * x\nfound = {asked}\nx * 1.0")
    assert shell.names["found"] == shell(f"v = np.ones((2, 3)) * 2.0\n{asked}")
    refused = "try:\n    v.nothing\nexcept AttributeError as error:\n    said = str(error)\nx * 1.0"
    shell.autograd(f"x = 2.0\nv = np.ones(3) * x\n{refused}")
    said = shell.names["said"]
    shell(f"x = 2.0\nv = np.ones(3) * x\n{refused}")
    assert said == shell.names["said"]


def test_results_that_nobody_keeps_take_no_memory(shell: Shell) -> None:
    shell("import numpy as np, tracemalloc\ntracemalloc.start()")
    try:
        shell.autograd(
            "x = 1.5\nv = np.ones(10_000) * x\nbefore = tracemalloc.get_traced_memory()[0]\nfor k in range(500):\n    z = v * v - 1.0\nafter = tracemalloc.get_traced_memory()[0]\nz[0]"
        )
        assert shell.names["after"] - shell.names["before"] < 4_000_000
    finally:
        shell("tracemalloc.stop()")


@pytest.mark.parametrize(
    "text",
    [
        "np.array([x, 1.0]) + np.ones(3)",
        "np.array([x, 1.0])[5]",
        "np.zeros(2) @ np.array([x])",
        "np.array([x, 1.0]).reshape(3)",
        "np.array([1, 2]).__iadd__(np.array([x, 1.0]))",
        "np.concatenate([np.array([x]), np.ones((2, 2))])",
        "bool(np.array([x, 1.0]))",
        "float(np.array([x, 1.0]))",
    ],
)
def test_exceptions_are_numpys(shell: Shell, text: str) -> None:
    shell("import numpy as np")
    told = []
    for magic in ("", "%%autograd\n"):
        shell.run(f"{magic}x = 2.0\ntry:\n    {text}\nexcept Exception as e:\n    told = repr(e)\nx * 1.0")
        told.append(shell.names["told"])
    assert told[0] == told[1]


@pytest.mark.parametrize(
    "text",
    [
        "np.argmax(np.array([a, b, 1.0]))",
        "np.argmin(np.array([-a, b, -2.0]))",
        "np.argmax(np.array([[b, 1.0], [a, b]]))",
        "np.argmax(np.array([[b, 1.0], [a, b]]), axis=0)[0]",
        "np.argmax(np.array([[b, 1.0], [2.0, a]]), axis=1)[1]",
        "np.argmax(np.array([a]))",
        "np.argmin([b, a])",
        "np.argmax([b, a - a, a])",
    ],
)
def test_the_largest_element_may_move_as_long_as_it_stays_that(shell: Shell, text: str) -> None:
    shell("import numpy as np")
    w = shell.autograd(f"a, b = 3.0, 2.0\nk = {text}\nL = a * b + k\nL")
    places = {a: eval(text, {"np": np, "a": a, "b": 2.0}) for a in (3.0, 2.5, 4.0, 1.5, math.nan)}
    for a, place in places.items():
        w.tape.forward([a, 2.0])
        if a == a:
            assert (w.tape.broken() is None) == (place == places[3.0])
    for a, place in reversed(places.items()):
        w.set(a=a)
        assert w.values["L"] == pytest.approx(a * 2.0 + place, nan_ok=True, rel=1e-15)


@pytest.mark.parametrize(
    "text",
    [
        *("np.sort(np.array([b, a]))[1]", "np.sort([a, b])[0]", "np.median([b, a, 1.0])"),
        *("np.argsort([b, a])[0]", "np.argsort([a, b, 1.0])[1]", "np.argmax([a, b])", "np.argmin([b, a])"),
        "np.argmax([[b, 1.0], [a, b]], axis=0)[0]",
    ],
)
def test_order_follows_through_what_is_equal_and_what_is_no_number(shell: Shell, text: str) -> None:
    shell("import numpy as np")
    w = shell.autograd(f"a, b = 3.0, 2.0\nL = b * 7 + {text}\nL")
    for a in (math.nan, 1.5, math.nan, 2.5, 2.0, 2.5, 1.5, 2.0, 1.5, math.inf, math.nan, -0.0, 0.0):
        w.set(a=a)
        assert w.values["L"] == pytest.approx(14 + eval(text, {"np": np, "a": a, "b": 2.0}), nan_ok=True, rel=1e-15)
    w.set(a=math.nan, b=5.0)
    assert w.values["L"] == pytest.approx(35 + eval(text, {"np": np, "a": math.nan, "b": 5.0}), nan_ok=True)
