"""Numbers that meet code that was not made for them: what that gives is what it gives plainly, and each gradient is true,
measured, or said to be unknown.
"""

from __future__ import annotations

import ast
import math
import sys
import warnings
from contextlib import redirect_stdout
from io import StringIO
from typing import Any

import numpy as np
import pytest
from shell import Shell

from autograd_magic.engine.memory import Memory

BEFORE = """
import collections, datetime, functools, json, math, random, statistics
import numpy as np
from decimal import Decimal
from fractions import Fraction

def soft(x):
    return math.log1p(math.exp(x))

def refused(call):
    try:
        call()
    except Exception as error:
        return repr(error)

class Line:
    def __init__(self, slope):
        self.slope = slope
    def __call__(self, x):
        return np.tanh(self.slope) * x
    @property
    def double(self):
        return math.gamma(self.slope) * 2

class Halved(np.ndarray):
    def __new__(cls, numbers):
        return np.asarray(numbers).view(cls)
    def __array_finalize__(self, whole):
        self.unit = getattr(whole, 'unit', '')
    def __mul__(self, other):
        return np.asarray(self) * other * 0.5
    __rmul__ = __mul__

class Named(np.ndarray):
    def __new__(cls, numbers):
        return np.asarray(numbers).view(cls)
    def __array_finalize__(self, whole):
        self.unit = getattr(whole, 'unit', '')

lines = [Line(0.5), Line(1.5)]
table = {'gamma': math.gamma, 'soft': soft}
half_power = functools.partial(math.pow, 0.5)
"""


def plainly(cell: str, **numbers: float) -> tuple[Any, str]:
    """What the cell gives as Python, with other numbers where ``x = ...`` stands, and what it prints."""
    *lines, last = cell.splitlines()
    for name, number in numbers.items():
        (place,) = [at for at, line in enumerate(lines) if line.startswith(f"{name} = ")]
        lines[place] = f"{name} = {number!r}"
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(BEFORE, names)
    printed = StringIO()
    with redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec("\n".join(lines), names)
        return eval(last, names), printed.getvalue()


KNOWN = {
    "float": "x = 2.0\nr = float(x * x) + x\nr",
    "a function with no row": "x = 2.5\nr = math.lgamma(x) * statistics.NormalDist(0, 1).cdf(x)\nr",
    "statistics": "x = 2.0\ny = 3.5\nr = statistics.stdev([x, y, 1.0]) * statistics.mean([x, y])\nr",
    "linear algebra": "x = 2.0\ny = 0.5\nA = [[x, 1.0], [y, 3.0]]\nr = np.linalg.det(A) + np.linalg.solve(A, [1.0, 2.0])[0]\nr",
    "eigenvalues": "x = 2.0\nw = np.linalg.eigvalsh([[x, 1.0], [1.0, 3.0]])\nr = w[0] * w[1] + w[1]\nr",
    "a polynomial": "x = 2.0\np = np.polyfit([0.0, 1.0, 2.0], [1.0, x, 5.0], 1)\nr = p[0] * 3\nr",
    "percentile": "x = 2.2\nr = np.percentile([1.0, x, 4.0, 9.0], 40)\nr",
    "fft": "x = 2.0\nr = abs(np.fft.fft([x, 1.0, 0.5])[1]) ** 2\nr",
    "two results": "x = 2.7\na, b = math.modf(x * 1.3)\nr = a * 10 + b\nr",
    "a draw": "x = 2.0\nrng = np.random.default_rng(3)\nr = rng.normal(x, x * x) + random.Random(1).gauss(x, 2.0)\nr",
    "a root": "from scipy.optimize import brentq\nx = 2.0\nr = brentq(lambda u: u * u - x, 0.0, 5.0) * 3\nr",
    "an integral": "from scipy.integrate import quad\nx = 2.0\nr = quad(lambda u: math.exp(-x * u), 0, 1)[0]\nr",
    "a fraction": "x = 2.0\nr = Fraction(1, 3) * x + x\nr",
    "a time": "x = 2.0\nr = (datetime.timedelta(hours=1) * x).total_seconds() / 60\nr",
    "json and back": "x = 2.5\nr = json.loads(json.dumps({'a': x * 2}))['a'] * 3\nr",
    "text and back": "x = 2.5\nr = float(str(x * 2)) + 1\nr",
    "an array that is filled": "x = 2.0\nu = np.zeros(3)\nu[1] = x * 3\nu[2] += x\nr = u.sum() * 2\nr",
    "an array that is written to": "x = 2.0\nu = np.ones(3)\nnp.put(u, [0, 2], [x, x * x])\nr = u[0] + u[2]\nr",
    "a function in a dict": "x = 2.0\nr = table['gamma'](x) + table['soft'](x)\nr",
    "a partial": "x = 2.0\nr = half_power(x) + functools.partial(math.fmod, x)(1.5)\nr",
    "an earlier class": "x = 2.0\nr = lines[1](x) + Line(x)(3.0) + Line(x).double\nr",
    "map, sorted and reduce": "x = 0.3\nr = functools.reduce(np.logaddexp, sorted(map(math.sin, [x, x * 2]), key=math.fabs))\nr",
    "eval": "x = 2.0\nr = eval('math.tanh(x) * x')\nr",
    "a shuffle": "x = 2.0\nxs = [x, x * 2, x * 3]\nrandom.Random(4).shuffle(xs)\nr = xs[0] * 2 + xs[1]\nr",
    "kept through an exception": "x = 2.0\nxs = [x, x * 2]\ntry:\n    random.sample(xs, 9)\nexcept ValueError:\n    pass\nr = xs[0] * xs[1]\nr",
    "suppressed": "import contextlib\nx = 2.0\nwith contextlib.suppress(np.linalg.LinAlgError):\n    np.linalg.inv([[x, x], [x, x]])\nr = x * x\nr",
    "a loop over an array": "x = 2.0\nr = 0.0\nfor v in np.linalg.inv([[x, 0.0], [0.0, 4.0]]).ravel():\n    r = r + v * v\nr",
    "a complex number": "x = 0.7\nz = complex(math.cos(x), math.sin(x)) ** 2\nr = z.real * 3\nr",
    "a long expression": f"x = 2.0\nr = {' + '.join(['x * 1.5'] * 400)}\nr",
    "np.vectorize": "x = 2.0\nf = np.vectorize(lambda t: t * x if t > 0 else 0.0)\nr = f(np.array([-1.0, 2.0])).sum()\nr",
    "pandas": "import pandas as pd\nx = 2.0\ndf = pd.DataFrame({'a': [x, 1.0], 'b': [x * x, 3.0]})\nr = (df['a'] * df['b']).sum()\nr",
    "in place": "x = 0.1\nW = np.ones(3)\nW -= x\nr = W.sum() * x\nr",
    "in place, in a dict": "x = 0.1\np = {'W': np.ones(3)}\np['W'] -= x * 2\nr = p['W'].sum() * x\nr",
    "a view": "x = 2.0\na = np.zeros(3)\nv = a[:2]\nv[0] = x * 3\nr = a.sum() * x\nr",
    "rows": "x = 2.0\nA = np.zeros((2, 2))\nfor row in A:\n    row[0] = x\nr = A.sum() * x\nr",
    "in a list that a callback fills": "x = 2.0\nout = []\ndef f(v):\n    out.append(v * x)\n    return 0.0\nnp.vectorize(f)(np.array([1.0, 2.0]))\nr = float(sum(out)) * x\nr",
    "decimals in a list": "x = 2.0\nr = float(sum([Decimal(x), Decimal(2)])) * x\nr",
    "bytes": "import struct\nx = 2.0\nb = bytearray(8)\nstruct.pack_into('d', b, 0, x)\nr = struct.unpack('d', b)[0] * x\nr",
    "equal whole numbers in a list": "x = 3.0\nn = 3\nm = 3\nxs = [n, m, 3]\njson.dumps(xs)\nr = xs[0] * x + xs[1] * 10.0 + xs[2] * 100.0\nr",
    "a queue": "import queue\nx = 2.0\nq = queue.Queue()\nq.put(x * 3, timeout=x)\nr = q.get() * x\nr",
    "a default": "x = 2.0\nr = collections.ChainMap({}).get('a', x * 3) * x\nr",
    "a future": "from concurrent.futures import ThreadPoolExecutor\nx = 2.0\nwith ThreadPoolExecutor(1) as pool:\n    r = pool.submit(lambda v: v * x, x).result(x) * 2\nr",
    "an object that is called": "x = 1.2\nf = np.poly1d([1.0, x, 2.0])\nr = f(0.7) + x\nr",
    "text that is evaluated": "x = 1.3\nr = eval(repr(x)) * x\nr",
    "two targets": "x = 2.0\na = np.zeros(2)\na[0] = z = x * 3\nr = z * x\nr",
    "a comparison for a key": "x = 0.5\nr = sorted([x, x * 2, 2.0], key=functools.cmp_to_key(lambda p, q: (p > q) - (p < q)))[1] * x\nr",
    "a complex number in an array": "x = 2.0\nz = np.array([x + 0j, 1j])\nr = float(abs(z[0])) * x + float(z.real.sum())\nr",
    "a sum of decimals": "x = 2.0\nr = float(sum(map(Decimal, [x, x * 2]))) * x\nr",
    "a sum of fractions": "x = 2.0\nr = float(sum([Fraction(x) * 2, Fraction(1, 3)])) * x\nr",
    "a bool of NumPy's": "x = 2.0\nr = float(x * x * np.isfinite(1.0)) + 0.5\nr",
    "a frozen distribution": "from scipy import stats\nx = 2.0\nh = stats.norm(x, 1.5)\nr = float(h.mean() * x + h.cdf(0.5))\nr",
    "libraries in a callback": "from scipy.integrate import quad\nx = 2.0\nr = quad(lambda t: t * np.polyfit([0, 1, 2], [x, x * x, 1.0], 1)[0], 0, 1)[0]\nr",
    "tables in a callback": "import pandas as pd\nfrom scipy.integrate import quad\nx = 2.0\ns = pd.Series([1.0, 2.0])\nr = quad(lambda t: t * (s * x).sum(), 0, 1)[0]\nr",
    "a matrix": "x = 2.0\nM = np.matrix([[1.0, 2.0], [3.0, x]])\nr = float((M * x * M)[1, 1]) + x\nr",
    "a matrix and an array": "x = 2.0\nM = np.matrix([[1.0, 2.0], [3.0, 4.0]])\nr = float((M * (np.ones((2, 1)) * x))[0, 0]) * x\nr",
    "a masked array": "x = 2.0\nm = np.ma.array([1.0, 2.0, 3.0], mask=[0, 1, 0])\nr = float((m * x).sum() + (x * m).mean()) * x\nr",
    "a masked array in a function": "x = 2.0\nm = np.ma.array([1.0, 2.0, 3.0], mask=[0, 1, 0])\nr = float(np.multiply(m, x).sum() * np.power(m, x).sum())\nr",
    "a class of arrays whose sums are arrays": "x = 2.0\nr = (Named([1.0, 2.0]) * x).sum() * x\nr = float(r)\nr",
    "a class of arrays": "x = 2.0\nr = float((Halved([1.0, 2.0]) * x).sum() + (x * Halved([1.0])).sum()) * x\nr",
    "NumPy's number to json": "x = 2.0\nr = json.loads(json.dumps(np.float64(x))) * x\nr",
    "NumPy's number to Decimal": "x = 2.0\nr = float(Decimal(np.float64(x))) * x\nr",
    "a tuple of a library's own": "from scipy import stats\nx = 2.0\nr = float(stats.linregress([0.0, 1.0, 2.0], [x, 1.0, x * x]).slope)\nr",
    "an attribute of a class": "x = 2.0\nLine.rate = x * x\nr = Line.rate * 3\nr",
    "an attribute of a function": "x = 2.0\nsoft.rate = x * x\nr = soft.rate * 3\nr",
    "text in bytes": "x = 2.0\nr = float(str(x * x).encode()) * x\nr",
    "text in a list": "x = 2.0\nr = float(np.array([str(x * x), '1.0']).astype(float)[0]) * x\nr",
    "an iterator of a library's": "import pandas as pd\nx = 2.0\nr = float(pd.Series([x * x]).items().__next__()[1]) * x\nr",
    "out= that held the same numbers": "x = 2.0\nu = np.array([2.0, 4.0])\nnp.multiply([1.0, 2.0], x, out=u)\nr = float(u.sum()) * x\nr",
    "a place that held the same number": "x = 2.0\nu = np.array([2.0, 4.0])\nnp.put(u, [0], [x])\nr = float(u.sum()) * x\nr",
    "a column": "import pandas as pd\nx = 2.0\ndf = pd.DataFrame({'a': [1.0, 2.0]})\ndf['c'] = df['a'] * x\nr = df['c'].mean()\nr",
}


@pytest.mark.parametrize("cell", KNOWN.values(), ids=KNOWN)
def test_the_number_is_the_plain_one_and_its_gradient_is_true_or_measured(shell: Shell, cell: str) -> None:
    shell(BEFORE)
    w = shell.autograd(cell)
    wanted = plainly(cell)[0]
    found = shell("r")
    assert (found, shell("isinstance(r, float)"), w.gaps) == (wanted, True, [])
    for name in [name for name in ("x", "y") if f"\n{name} = " in f"\n{cell}" and f"\n{name} = 3" not in cell]:
        at = float(shell(name))
        h = 1e-6 * max(1.0, abs(at))
        slope = (plainly(cell, **{name: at + h})[0] - plainly(cell, **{name: at - h})[0]) / (2 * h)
        assert w.grads[name] == pytest.approx(slope, rel=1e-5, abs=1e-7), name
    at = float(shell("x")) + 0.11
    w.set(x=at)
    assert shell("r") == plainly(cell, x=at)[0]


KEPT_RESULTS = {
    "a cache": ("a = 2.0\nk = 1.5\n@functools.lru_cache\ndef f(x):\n    return k * x\nr = f(a) + f(a * 1.0)\nr", 4.0),
    "a leaf in a cache": (
        "a = 1.0\n@functools.lru_cache\ndef f(x):\n    k = 1.5\n    return k * x\nr = f(a) * a + f(1.0)\nr",
        4.0,
    ),
    "a dict": ("a = 2.0\nk = 1.5\nD = {1.0: k * 3, 2.0: k * 5}\nr = D[a] * k\nr", 4.0),
    "a dict of pairs": ("a = 2.0\nk = 1.5\nD = {(1.0, 2): k * 3, (2.0, 1): k * 5}\nr = D[a, 1] * k\nr", 4.0),
    "a default": ("a = 2.0\nk = 1.5\nD = collections.defaultdict(lambda: k * 2)\nD[2.0]\nr = D[a] * a\nr", 1.9),
    "setdefault": ("a = 2.0\nk = 1.5\nD = {2.0: k * k}\nr = D.setdefault(a, 1.0) * a\nr", 4.0),
}


@pytest.mark.parametrize(("cell", "moved"), KEPT_RESULTS.values(), ids=KEPT_RESULTS)
def test_what_is_kept_under_a_number_is_another_number_when_its_leaves_have_moved(
    shell: Shell, cell: str, moved: float
) -> None:
    shell(BEFORE)

    def at(k: float) -> float:
        return float(plainly(cell.replace("k = 1.5", f"k = {k!r}"))[0])

    w = shell.autograd(cell)
    assert w.grads["k"] == pytest.approx((at(1.5 + 1e-6) - at(1.5 - 1e-6)) / 2e-6, rel=1e-5)
    w.set(k=moved)
    assert shell("r") == at(moved)


CALLED_BACK = "def f(t):\n    k = 2.0\n    {0}\n"


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("return math.exp(-k * t)", "quad(f, 0, 1)[0]"),
        ("return math.exp(-k * t)", "quad(f, 0, 1)[0] + f(0.5)"),
        ("return math.exp(-k * t)", "f(0.5) * quad(f, 0, 1)[0]"),
        ("return t * t - k", "brentq(f, 0, 3)"),
        ("return k * t * t + random.random()", "pd.Series([0.5, -1.0]).apply(f).sum() * f(1.0)"),
        ("held.append(k * t)", "(pd.Series([0.5, -1.0]).apply(f), sum(held))[1]"),
    ],
)
def test_a_number_that_is_written_out_in_what_a_library_calls_is_a_leaf(shell: Shell, text: str, called: str) -> None:
    shell(
        "import math, random\nimport pandas as pd\nfrom scipy.integrate import quad\nfrom scipy.optimize import brentq"
    )
    cell = f"held = []\nrandom.seed(3)\n{CALLED_BACK.format(text)}r = {called}\nr"

    def plainly(k: float) -> float:
        return float(shell(cell.replace("k = 2.0", f"k = {k!r}")))

    up, down, away = plainly(2.0 + 1e-5), plainly(2.0 - 1e-5), plainly(1.25)
    w = shell.autograd(cell)
    assert w.grads["k"] == pytest.approx((up - down) / 2e-5, rel=1e-5)
    w.set(k=1.25)
    assert shell("r") == away


KEPT = ("a view", "rows", "in a list that a callback fills", "decimals in a list")
"""Where outside code keeps a number that nobody sees there: only a run of the cell can tell."""


@pytest.mark.parametrize("name", [name for name in KNOWN if name not in KEPT])
def test_where_the_cell_is_not_run_again_a_gradient_is_true_or_said_to_be_unknown(shell: Shell, name: str) -> None:
    shell(BEFORE)
    cell = KNOWN[name]
    w = shell.autograd(cell, "--no-rerun")
    at = float(shell("x"))
    slope = (plainly(cell, x=at + 1e-6)[0] - plainly(cell, x=at - 1e-6)[0]) / 2e-6
    said = " ".join(w.gaps)
    assert "x" in said.split("of ")[-1] if math.isnan(w.grads["x"]) else w.grads["x"] == pytest.approx(slope, rel=1e-5)


def test_what_nobody_can_measure_is_said(shell: Shell) -> None:
    shell(BEFORE)
    w = shell.autograd("x = 2.0\nr = json.loads(json.dumps(x)) + 0.5 * x\nr", "--no-rerun")
    assert math.isnan(w.grads["x"]) and w.values["r"] == 3.0
    assert w.gaps == [
        "line 3: loads, which this widget cannot look into, was given x, and what it gave is used: gradient of x is not known"
    ]


WHOLE = {
    "printed": "print(x, f'{r:.2f}')",
    "dumped": "text = json.dumps({'x': x, 'r': [r]})",
    "logged": "import logging\nlogging.getLogger('a').warning('%s', r)",
    "plotted": "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt\nplt.plot([x, r], [r, x])\nplt.close()",
    "kept in a table": "import pandas as pd\ntable = pd.DataFrame({'x': [x], 'r': [r]})",
    "compared": "same = np.isclose(x, r) or math.isclose(x, 3.0)",
}


LIBRARIES = [
    "json.dumps(collections.OrderedDict(a=x, b=[[[[[[x]]]]]]))",
    "json.dumps([x] * 12_000)[:20]",
    "str(pd.DataFrame(collections.defaultdict(list, a=[x, 1.0])).dtypes)",
    "str(df['a'].apply(lambda v: x if v > 1 else 0.0).dtype)",
    "con.cursor().execute('select ?', (x,)).fetchone()",
    "threading.Event().wait(x / 1e6)",
    "list(collections.deque([1, 2, 3], maxlen=n)), list(collections.deque([1, 2, 3], n))",
    "list(map(type, [x, n]))",
    "json.dumps([Line(1.0)], default=lambda o: o.__dict__)",
    "isinstance(x, float) and type(x) is float and type(n) is int",
    "refused(lambda: [1.0, 2.0][x]), refused(lambda: (1.0, 2.0)[np.float64(x)]), refused(lambda: [1.0][x:])",
]


@pytest.mark.parametrize("text", LIBRARIES)
def test_what_libraries_are_given_is_plain(shell: Shell, text: str) -> None:
    head = "import sqlite3, threading\nimport pandas as pd\ncon = sqlite3.connect(':memory:')\ndf = pd.DataFrame({'a': [1.0, 2.0]})"
    cell = f"{head}\nx = 2.5\nn = 2\nfound = {text}"
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(f"{BEFORE}\n{cell}", names)
    shell(BEFORE)
    shell.autograd(f"{cell}\nx * n")
    assert repr(shell("found")) == repr(names["found"])


@pytest.mark.parametrize("use", WHOLE.values(), ids=WHOLE)
def test_what_never_comes_back_leaves_gradients_whole(shell: Shell, use: str) -> None:
    shell(BEFORE)
    w = shell.autograd(f"x = 2.0\nr = x * x\n{use}\nL = r * 3 + x\nL")
    assert (w.grads["x"], w.gaps, w.values["L"]) == (13.0, [], 14.0)


AFTER = [
    "json.dumps({'a': [x, r]})",
    "np.exp(np.array([x, 1.0]))",
    "np.array(xs).dtype",
    "str(Decimal(x)), statistics.mean(xs), sorted({x, r})",
    "big + 1",
    "statistics.mean([x, np.float64(2.0)]), type(x) == float, type(x)(2.0), isinstance(1.0, type(x)), {float: 1}[type(x)]",
    "model.slope / 2, type(model.slope)",
    "[type(v) for v in xs], xs",
    "u, u.dtype, np.linalg.norm(u)",
    "(lambda: (v.__setitem__(0, 9.0), u[0], v is u))()",
    "point.x / 2, json.dumps(point)",
    "type(1.0 * x), x == 2.5, hash(x) == hash(2.5), f'{x:.3f}', repr(x), isinstance(n, int), n // 2, [1, 2, 3, 4][n]",
    "__import__('pandas').DataFrame({'x': xs}).describe().to_string()",
    "__import__('pickle').loads(__import__('pickle').dumps((x, n, xs)))",
]


@pytest.mark.parametrize("after", AFTER)
def test_the_next_cell_does_not_notice(shell: Shell, after: str) -> None:
    cell = (
        "x = 2.5\nn = 3\nr = x * n\nxs = [x, x * 2, 1.0]\nmodel = Line(x * 2)\nbig = 1700000000123456789\n"
        "u = np.array([x, r, 0.5]) * 2\nv = u\npoint = collections.namedtuple('P', 'x y')(x * 2, 1.0)\nL = r + xs[1]"
    )
    shell(BEFORE)
    shell.autograd(f"{cell}\nL")
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(f"{BEFORE}\n{cell}", names)
    assert repr(shell(after)) == repr(eval(after, names))


def test_names_remember_between_cells_and_follow_the_widget(shell: Shell) -> None:
    shell(BEFORE)
    w = shell.autograd("a = 2.0\nb = -3.0\nL = a * b\nxs = [L, a * 2]\nL")
    assert shell("(L.data, a.grad, L._op, L.label, [n.label for n in L._prev])") == (-6.0, -3.0, "*", "L", ["a", "b"])
    assert isinstance(shell("L"), Memory) and shell("L.backward(); b.grad") == 2.0
    w.set(a=5.0)
    assert shell("(L, xs, a.grad)") == (-15.0, [-15.0, 10.0], -3.0)
    assert shell("w0 = w = None\nxs[0] = 1.5\nL = 4.0\nxs") == [1.5, 10.0]
    w.set(a=6.0)
    assert shell("(L, xs)") == (4.0, [1.5, 12.0])
    assert shell("xs.sort(reverse=True); xs.append(a); xs") == [12.0, 1.5, 6.0]
    w.set(a=7.0)
    assert shell("xs[0]") == 14.0


def test_a_warning_stands_at_the_users_line_and_an_error_has_no_frame_of_ours(shell: Shell) -> None:
    shell(BEFORE)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        shell.autograd("x = -1.0\nz = x * 1000\ny = np.log(x)\nx * 2")
    assert [(str(each.message), each.lineno) for each in told] == [("invalid value encountered in log", 4)]
    assert "autograd_magic" not in told[0].filename
    with pytest.raises(TypeError, match=r"unsupported operand type\(s\) for \+: 'float' and 'str'"):
        shell("%%autograd\nx = 2.0\nx + 'a'")
    told = "told = ''.join(traceback.format_exception(e))"
    shell(f"%%autograd\nimport traceback\nx = 0.0\ntry:\n    1 / x\nexcept ZeroDivisionError as e:\n    {told}\nx * 2")
    assert "1 / x" in shell.names["told"] and "autograd_magic" not in shell.names["told"]


@pytest.mark.parametrize(
    ("cell", "moved", "wanted"),
    [
        ("x = 2.0\ny = x * 10\ntry:\n    n = int(y)\nexcept OverflowError:\n    n = 0\nz = n + x\nz", 1e308, 1e308),
        (
            "x = 2.0\nwith np.errstate(all='raise'):\n    try:\n        y = np.float64(1.0) / x\n    except FloatingPointError:\n        y = 100.0\ny",
            0.0,
            100.0,
        ),
        (
            "x = 2.0\ntry:\n    y = x ** -1.0\nexcept ZeroDivisionError:\n    y = 7.0\nexcept OverflowError:\n    y = 9.0\ny",
            5e-324,
            9.0,
        ),
    ],
)
def test_what_decides_is_guarded(shell: Shell, cell: str, moved: float, wanted: float) -> None:
    shell(BEFORE)
    w = shell.autograd(cell)
    w.set(x=moved)
    assert float(w.tape.values[w.tape.root]) == wanted
    w.reset()
    assert float(w.tape.values[w.tape.root]) == plainly(cell)[0]


RAISES = [
    "try:\n    r = series.loc[x]\nexcept KeyError:\n    r = x * 2",
    "def f(t):\n    return series.loc[t]\ntry:\n    r = f(x)\nexcept KeyError:\n    r = x * 2",
    "r = x * 2\nwith contextlib.suppress(KeyError):\n    r = series.loc[x]",
    "try:\n    r = quad(lambda t: t * series.loc[x], 0, 1)[0]\nexcept KeyError:\n    r = x * 2",
    "def f(t):\n    if x > 3:\n        raise ValueError\n    return t\ntry:\n    r = quad(f, 0, 1)[0]\nexcept ValueError:\n    r = x * 2",
]


@pytest.mark.parametrize("tries", RAISES)
def test_what_libraries_refuse_decides_too(shell: Shell, tries: str) -> None:
    head = "import contextlib\nimport pandas as pd\nfrom scipy.integrate import quad\nseries = pd.Series([0.5, -1.0])"
    cell = f"{head}\nx = 5.0\n{tries}\nr = r * 1.5\nr"
    shell(BEFORE)
    w = shell.autograd(cell)
    w.set(x=1.0)
    assert (w.values["r"], w.stale) == (plainly(cell, x=1.0)[0], "")


def test_arithmetic_of_written_numbers_and_what_a_call_gave_are_leaves(shell: Shell) -> None:
    shell(BEFORE)
    w = shell.autograd(
        "rate = 5/100\nangle = math.pi/4\ndraw = random.Random(2).gauss(0, 1)\nk = np.float64(1.5)\ny = draw * rate * math.sin(angle) * k\ny"
    )
    assert {leaf.name for leaf in w.tape.leaves} == {"rate", "angle", "draw", "k"}
    drawn = w.values["draw"]
    w.set(rate=0.1)
    assert w.values["y"] == pytest.approx(drawn * 0.1 * math.sin(math.pi / 4) * 1.5)
    w.set(draw=2.0)
    assert w.values["y"] == pytest.approx(2.0 * 0.1 * math.sin(math.pi / 4) * 1.5)
    w = shell.autograd("n = -2.0\nstart = 1.0\nout = max(0.0, n)\nout")
    assert "out" not in {leaf.name for leaf in w.tape.leaves}


def test_functions_of_other_cells_have_their_own_code_again(shell: Shell) -> None:
    shell(BEFORE)
    before = shell.names["soft"].__code__, shell.names["Line"].__call__.__code__
    shell.autograd("x = 2.0\nr = soft(x) + lines[0](x)\nr")
    assert (shell.names["soft"].__code__, shell.names["Line"].__call__.__code__) == before
    assert np.isclose(shell("soft(2.0)"), math.log1p(math.exp(2.0)))


@pytest.mark.skipif(sys.version_info < (3, 11), reason="Python 3.10 does not know where in a line a function stands")
def test_functions_that_are_written_in_one_line_are_told_apart(shell: Shell) -> None:
    shell(
        "import math\nfrom autograd_magic import explore\nfs = [lambda t: t * 3, lambda t: math.exp(t), lambda t: math.sin(t)]"
    )
    w = shell.autograd("x = 2.0\nr = fs[0](x) + fs[1](x) + fs[2](x)\nr")
    assert w.grads["x"] == 3 + math.exp(2.0) + math.cos(2.0)
    assert shell("explore(fs[1], t=0.5)").grads["t"] == math.exp(0.5)


def test_time_as_the_first_line_inside(shell: Shell) -> None:
    w = shell.autograd("%%time\na = 2.0\nb = a * 3\nb")
    assert "Wall time" in shell.output.stdout and w.grads["a"] == 3.0
    assert [w.tape.made(node)[1] for node in range(len(w.tape))][-1] == 4
    with pytest.raises(ZeroDivisionError):
        shell("%%autograd\n%%time\na = 2.0\nb = a / 0")
    assert "line 4" in shell.output.stdout and "autograd_magic" not in shell.output.stdout


@pytest.mark.parametrize(
    ("setting", "cell", "shows"),
    [
        ("all", "a = 2.0\na * 5\nb = a * a\nb", ["data=10.0", "data=4.0"]),
        ("last_expr_or_assign", "a = 2.0\nb = a * a", ["data=4.0"]),
        ("none", "a = 2.0\nb = a * a\nb * 2", []),
    ],
)
def test_what_ipython_is_set_to_show(shell: Shell, setting: str, cell: str, shows: list[str]) -> None:
    shell.shell.ast_node_interactivity = setting
    try:
        w = shell.autograd(cell)
    finally:
        shell.shell.ast_node_interactivity = "last_expr"
    out = [line for line in shell.output.stdout.splitlines() if "Value(" in line]
    assert [any(part in line for line in out) for part in shows] == [True] * len(shows) and len(out) == len(shows)
    assert w.grads["a"] in (4.0, 8.0)


def test_what_a_transformer_does_with_a_text_it_does_each_time(shell: Shell) -> None:
    class Times(ast.NodeTransformer):
        """Multiplies the numbers of a text."""

        factor = 1.0

        def visit_Constant(self, node: ast.Constant) -> ast.Constant:
            times = self.factor if isinstance(node.value, float) else 1
            return ast.copy_location(ast.Constant(node.value * times), node)

    times, found = Times(), [shell.autograd("a = 2.0\nb = a * a").values["b"]]
    shell.shell.ast_transformers.append(times)
    try:
        for times.factor in (2.0, 3.0):
            found.append(shell.autograd("a = 2.0\nb = a * a").values["b"])
    finally:
        shell.shell.ast_transformers.remove(times)
    assert [*found, shell.autograd("a = 2.0\nb = a * a").values["b"]] == [4.0, 16.0, 36.0, 4.0]


def test_the_noise_of_single_precision_is_no_kink(shell: Shell) -> None:
    shell(BEFORE)
    w = shell.autograd("x = 1.7\nr = np.float32(x) / 3 + x\nr")
    assert (w.grads["x"], w.gaps) == (pytest.approx(4 / 3, rel=1e-3), [])


def test_the_smallest_numbers_are_measured_too(shell: Shell) -> None:
    shell(BEFORE)
    w = shell.autograd("x = 5e-324\nr = np.percentile([x, 1.0], 50)\nr")
    assert (w.grads["x"], w.gaps) == (pytest.approx(0.5), [])


@pytest.mark.parametrize(
    ("text", "slope"),
    [
        ("xs = [x]*n\nr = sum(xs)", 2.0),
        ("xs = n*(x, 3.0)\nr = sum(xs)", 2.0),
        ("xs = [x, 2.0]\nxs *= n\nr = sum(xs)", 2.0),
        ("row = [x]\ng = [row]*n\nrow.append(2.0)\nr = x*sum(map(len, g))", 4.0),
        ("xs = n*[x]\nxs[1] = xs[0]*2\nr = xs[1]*x", 6.0),
        ("xs = collections.deque([x])*n\nr = xs[0]*xs[1]", 3.0),
        ("xs = operator.mul([x], n)\nr = xs[0] + xs[1]", 2.0),
        ("xs = [x]*np.int64(n)\nr = xs[0] + xs[1]", 2.0),
    ],
)
def test_what_python_repeats_is_the_same_object(shell: Shell, text: str, slope: float) -> None:
    shell("import collections, operator\nimport numpy as np")
    w = shell.autograd(f"n = 2\nx = 1.5\n{text}\nr")
    assert w.grads["x"] == pytest.approx(slope)
    shell("x, n = 1.5, 2")
    plain = shell(f"{text}\nr")
    assert w.values["r"] == plain
    shell(f"n, x = 3, 2.5\n{text}")
    plain = shell("r")
    w.set(n=3, x=2.5)
    assert w.values["r"] == plain


def test_rows_that_are_repeated_are_one_list_afterwards(shell: Shell) -> None:
    shell.autograd("n = 2\nx = 1.5\nrow = [x, 2.0]\ng = [row]*n\ny = sum(map(sum, g))\ny")
    assert shell("g[0] is g[1] is row")


def test_what_an_operator_of_ones_own_raises_comes_out_of_it(shell: Shell) -> None:
    text = (
        "a = 2.0\nclass Own:\n    def __add__(self, other):\n        raise StopIteration(5)\n"
        "    def __getitem__(self, at):\n        raise StopIteration(at)\n"
        "found = []\ntry:\n    Own() + a\nexcept StopIteration as stop:\n    found.append(stop.value)\n"
        "try:\n    Own()[7]\nexcept StopIteration as stop:\n    found.append(stop.value)\na * 3"
    )
    w = shell.autograd(text)
    assert shell("found") == [5, 7] and w.grads["a"] == 3.0


def test_an_array_is_filled_where_numpy_was_told_to_raise(shell: Shell) -> None:
    text = (
        "import numpy as np\na = 2.0\nx = np.array([1.0, 2.0]) * a\nfound = []\nwith np.errstate(all='raise'):\n"
        "    try:\n        x / 0.0\n    except FloatingPointError as error:\n        found.append(str(error))\n"
        "    y = x * 3.0\n(y * y).sum()"
    )
    w = shell.autograd(text)
    assert len(shell("found")) == 1 and w.grads["a"] == 180.0


@pytest.mark.parametrize("first", ["n * n", "np.radians(n * n)", "np.float32(n) * n", "k", "k * 2"])
@pytest.mark.parametrize(
    "mix",
    [
        "random.shuffle(h)",
        "random.Random(3).shuffle(h)",
        "h = random.sample(h, 4)",
        "np.random.RandomState(3).shuffle(h)",
        "heapq.heapify(h)",
        "bisect.insort(h, n)\ndel h[1]",
        "operator.setitem(h, 1, h[2])",
        "d = dict(enumerate(h))\nrandom.shuffle(d)\nh = d",
    ],
)
def test_numbers_are_found_where_a_library_has_moved_them(shell: Shell, first: str, mix: str) -> None:
    """Those that Python keeps once for all (whole numbers) may be known only when the cell is run again."""
    shell("import bisect, heapq, operator, random\nimport numpy as np")
    cell = f"n = 1.7\nk = 2\nh = [{first}, n / 2, 2, 0.3]\nrandom.seed(7)\n{mix}\nr = h[0] * 2 + h[1] * 3 + h[2] * 5\nr * 1.0"
    w = shell.autograd(cell)
    high, low = (float(shell(cell.replace("n = 1.7", f"n = {1.7 + by}"))) for by in (1e-4, -1e-4))
    assert w.grads["n"] == pytest.approx((high - low) / 2e-4, rel=1e-2) or w.gaps
    w.set(k=5)
    root = w.values[w.trace.root_name] if w.trace.root_name else float(w.tape.values[w.tape.root])
    assert root == pytest.approx(float(shell(cell.replace("k = 2", "k = 5"))), rel=1e-6)


@pytest.mark.parametrize("more", ["operator.iadd(h, [7.0])", "h.__class__.append(h, 0.5)", "bisect.insort(h, 9.0)"])
def test_what_has_stayed_in_its_place_is_known_though_others_have_come_behind(shell: Shell, more: str) -> None:
    shell("import bisect, operator")
    w = shell.autograd(f"k = 2\nh = [k, 2, 3]\n{more}\nr = h[0] * 1.5 + h[1]\nr")
    assert w.grads["k"] == 1.5 and w.gaps == []
