"""NumPy's functions with options that the traced ones do not know, results that go into a given array, and views of
memory that library code makes: numbers and gradients as without the magic, or said to be unknown.
"""

from __future__ import annotations

import numpy as np
import pytest
from shell import Shell

OPTIONS = """\
np.diff([1.0, a], prepend=0).sum()
np.diff([1.0, a], prepend=a).sum()
np.add.reduce([1.0, a], initial=5.0)
np.add.reduce([1.0, a], where=[True, True])
np.add.reduce([1.0, a], out=np.zeros(()))
np.multiply.reduce(np.array([a, 2.0]), initial=1.0)
np.maximum.reduce([a, 1.0], initial=0)
np.subtract.reduce([a, 1.0], initial=2.0)
np.hypot.reduce([a, 1.0], initial=2.0)
np.mean([a, 9.0], out=np.zeros(())) * 1
np.mean([a, 9.0], where=[True, False])
np.array([a, 9.0]).mean(where=[True, False])
np.average([a, 1.0], keepdims=True)[0]
np.average([a, 1.0], weights=[a, 1.0], returned=True)[1]
np.ptp([a, 1.0], keepdims=True)[0]
np.clip([a, 9.0], 0, 2, dtype=float).sum()
np.clip([a, 9.0], 0, 2, out=np.zeros(2)).sum()
np.take([a, 1.0], [0], out=np.zeros(1)).sum()
np.matmul(np.array([[a, 1.0]]), np.eye(2), out=np.zeros((1, 2)))[0, 0]
np.outer([a, 1.0], [1.0, a], out=np.zeros((2, 2))).sum()
np.cross([a, 1.0, 2.0], [1.0, a, 0.0], axis=0).sum()
np.concatenate([[a], [1.0]], out=np.zeros(2)).sum()
np.add.accumulate([1.0, a], out=np.zeros(2)).sum()
np.add.reduceat(np.array([a, 2.0, 3.0]), [0, 2]).sum()
np.modf(np.array([a, 2.5]))[0].sum()
np.divmod(np.array([a, 2.5]), 1.0)[1].sum()
np.add(np.array([a, 2.0]), 1.0, where=[True, False], out=np.zeros(2)).sum()""".splitlines()


@pytest.mark.parametrize("text", OPTIONS)
def test_an_option_that_is_not_known_takes_no_gradient_away(shell: Shell, text: str) -> None:
    shell(f"import numpy as np\ndef f(a):\n    return a + {text}")
    w = shell.autograd(f"a = 1.3\nL = a + {text}\nL")
    assert w.values["L"] == shell("float(f(1.3))")
    assert w.grads["a"] == pytest.approx(shell("float(f(1.3 + 1e-6) - f(1.3 - 1e-6)) / 2e-6"), rel=1e-5)
    w.set(a=1.7)
    assert w.values["L"] == shell("float(f(1.7))")


def test_what_is_computed_so_may_be_the_root(shell: Shell) -> None:
    shell("import numpy as np")
    w = shell.autograd("a = 1.3\nv = np.add.reduce([a, 9.0], initial=1.0)\nL = v*v\nL")
    assert w.grads["a"] == pytest.approx(22.6)


@pytest.mark.parametrize(
    "made",
    [
        *(
            "round([a, 1.0], 9, o)",
            "stack([a, 1.0], out=o)",
            "concatenate([[a], [1.0]], out=o)",
            "stack([a, 1.0], 0, o)",
        ),
        *("concatenate([[a], [1.0]], 0, o)", "take([a, 1.0], [0, 1], 0, o)"),
    ],
)
def test_a_given_array_has_numbers_and_nothing_else(shell: Shell, made: str) -> None:
    shell("import numpy as np")
    w = shell.autograd(f"a = 1.3\no = np.zeros(2)\nnp.{made}\nL = a + o.sum()\nL")
    assert w.values["L"] == pytest.approx(3.6)
    assert w.grads["a"] == pytest.approx(2.0)
    assert shell("o.tolist()") == [1.3, 1.0]
    w.set(a=2.0)
    assert w.values["L"] == 5.0
    assert shell("o.tolist()") == [2.0, 1.0]


@pytest.mark.parametrize("start", ["np.array([a, 2.0])", "np.zeros(2)"])
@pytest.mark.parametrize(
    "view",
    [
        "np.lib.stride_tricks.as_strided(x, (2,), (8,))",
        "np.lib.stride_tricks.sliding_window_view(x, 2)[0]",
        "np.frombuffer(x)",
        "np.ndarray((2,), buffer=x)",
    ],
)
def test_a_view_that_library_code_makes_shows_what_is_written_later(shell: Shell, start: str, view: str) -> None:
    shell("import numpy as np")
    w = shell.autograd(f"a = 2.5\nx = {start}\ny = {view}\nx[0] = 3*a\nL = y[0] + a\nL")
    assert (w.values["L"], w.grads["a"]) == (10.0, 4.0)
    w.set(a=3.0)
    assert w.values["L"] == 12.0


def test_what_is_written_into_such_a_view_is_in_the_array(shell: Shell) -> None:
    shell("import numpy as np")
    make = "np.lib.stride_tricks.as_strided(x[1:], (2, 2), (16, 8), writeable=True)"
    w = shell.autograd(f"a = 2.0\nx = np.arange(6.0)*a\nw = {make}\nw[0, 1] = a**3\nL = x.sum()\nL")
    assert (w.values["L"], w.grads["a"]) == (34.0, 25.0)


WRITTEN = [
    *(f"np.{name}(v, out=v)" for name in ("log", "sqrt", "exp", "reciprocal", "arccos", "log1p")),
    "np.arccos(v, v[::-1])",
    "np.log(v[:-1], out=v[1:])",
    "np.divide(v, v[::-1], out=v)",
    "np.power(v, v, out=v)",
    "np.exp(v, out=v, where=v > 0.5)",
    "np.add.at(v, [1, 1], [1e308, 1.5e308])",
    "np.cumprod(v * 1e300, out=v)",
    "np.divmod(v, v[::-1], out=(v, w))",
    "v.flat.__setitem__(slice(1, None), v[:-1])",
    "v.flat.__setitem__(slice(None), v[::-1])",
    "v.flat.__setitem__(slice(None), v[:2])",
]


@pytest.mark.parametrize("text", WRITTEN)
def test_a_result_that_goes_into_what_is_read_is_computed_once(shell: Shell, text: str) -> None:
    """Also where NumPy warns of it, and reads what it has just written."""
    cell = f"a = 0.7\nv, w = np.array([a, -1.0, 0.0, 800.0, 2.0 * a]), np.zeros(5)\nr = {text}"
    shell("import numpy as np")
    found = []
    for magic in ("", "%%autograd\n"):
        shell(f"{magic}{cell}\na * 2.0")
        found.append([shell(f"np.asarray({name}, dtype=float).tobytes()") for name in "vw"])
    assert found[0] == found[1]
    root = "np.where(np.isfinite(v), v * [1.0, 2.0, 3.0, 0.0, 4.0], 0.0).sum()"
    with np.errstate(all="ignore"):
        ends = []
        for a in (0.7 - 1e-6, 0.7 + 1e-6):
            names = {"np": np}
            exec(f"{cell}\nz = {root}".replace("a = 0.7", f"a = {a!r}"), names)
            ends.append(float(names["z"]))
        w = shell.autograd(f"{cell}\nz = {root}\nz")
    assert w.grads["a"] == pytest.approx((ends[1] - ends[0]) / 2e-6, rel=1e-5, abs=1e-5)


@pytest.mark.parametrize(
    "text",
    [
        "np.concatenate([v, u], dtype=np.float64)",
        "np.concatenate([v, v], dtype=np.int64, casting='unsafe')",
        "np.stack([v, u], dtype=np.float32)",
        "np.vstack([v, v], dtype=np.float32, casting='same_kind')",
        "np.ascontiguousarray(v, np.int8)",
        "np.ascontiguousarray(v, dtype=np.int64)",
        "np.asfortranarray(v, np.float16)",
    ],
)
def test_what_moves_and_becomes_another_kind_of_number(shell: Shell, text: str) -> None:
    """The nodes move, and their numbers are turned into that kind then."""

    def cell(a: float) -> str:
        return f"a = {a}\nv = np.array([a, 4.25])\nu = v.astype(np.float32)\nr = {text}\nz = (r * r).sum() * 1.0 + a"

    def fresh(a: float) -> tuple[float, bytes]:
        names = {"np": np}
        exec(cell(a), names)
        return float(names["z"]), np.asarray(names["r"]).tobytes()

    shell("import numpy as np")
    w = shell.autograd(cell(2.75) + "\nz")
    for a in (2.75, 3.5, 2.75):
        w.set(a=a)
        assert (w.values["z"], shell("np.asarray(r).tobytes()")) == fresh(a)
    slope = (fresh(2.75 + 0.0625)[0] - fresh(2.75 - 0.0625)[0]) / 0.125
    assert w.grads["a"] == pytest.approx(slope, rel=1e-3)


@pytest.mark.parametrize("text", ["np.squeeze(v[0])", "np.transpose(v[0])", "np.reshape(v[0], ())", "np.squeeze(a)"])
def test_a_number_that_numpy_asks_itself_stays_one(shell: Shell, text: str) -> None:
    shell("import numpy as np")
    kinds = []
    for magic in ("", "%%autograd\n"):
        shell(
            f"{magic}a = 1.5\nv = np.array([a])\nr = {text}\nkinds = type(r), repr(r), isinstance(r, np.ndarray)\nr * a"
        )
        kinds.append(shell.names["kinds"])
    assert kinds[0] == kinds[1]


GRADIENTS = """\
v.clip(0.0)
v.clip(0.6)
v.clip(w)
v.clip(max=1.0)
v.clip(None, w)
v.clip(min=0.1, max=a)
v.prod(dtype=int)
v.prod(0, dtype=int)
v.sum(1, dtype=int)
np.sum(v, dtype=np.float32)
np.inner(a, v)
np.inner(v, a)
np.trapezoid(v, w, axis=0)
np.trapezoid(v, w, axis=1)
np.trapezoid(v, w[0], axis=0)
np.trapezoid(v, dx=a, axis=0)""".splitlines()


@pytest.mark.parametrize("text", GRADIENTS)
def test_elements_and_gradients_are_those_of_numpy(shell: Shell, text: str) -> None:
    """Each element is read, and has the number that NumPy gives."""

    def cell(a: float) -> str:
        start = f"a = {a!r}\nv, w = np.array([[a, 1.25], [0.5, a * 1.5]]), np.array([[0.75, 1.5], [2.0, a]])\n"
        return f"{start}r = {text}\nparts = [*np.ravel(r)]\nz = sum([part * (k + 1.5) for k, part in enumerate(parts)])"

    def fresh(a: float) -> list[float]:
        names = {"np": np}
        exec(cell(a), names)
        return [*map(float, names["parts"]), float(names["z"])]

    shell("import numpy as np")
    w = shell.autograd(f"{cell(0.625)}\na * 1.0 + z")
    assert [*map(float, shell.names["parts"]), float(shell.names["z"])] == fresh(0.625)
    h = 1e-2 if "float32" in text else 1e-6
    slope = 1.0 + (fresh(0.625 + h)[-1] - fresh(0.625 - h)[-1]) / (2 * h)
    assert w.grads["a"] == pytest.approx(slope, rel=1e-4)
    w.set(a=0.875)
    assert [*map(float, shell.names["parts"])] == pytest.approx(fresh(0.875)[:-1], rel=1e-12)
