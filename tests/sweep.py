"""The public functions of the numerical libraries, each called with a number that remembers, with and without us."""

from __future__ import annotations

import contextlib
import io
import math
import statistics
import types
import warnings
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from IPython.utils.capture import capture_output
from scipy import linalg, optimize, special, stats
from shell import Shell

from autograd_magic.engine.arrays import plain_array
from autograd_magic.engine.value import Value

BEFORE = """
import math, statistics
import numpy as np
from scipy import linalg, optimize, special, stats
"""
START = {"x": 0.7, "y": 1.3, "n": 3}
"""What the leaves are. Each case has those that it names."""

SHAPES = [
    "{f}(x)",
    "{f}([x, y])",
    "{f}([[x, 1.0], [0.5, y]])",
    "{f}(x, y)",
    "{f}(n)",
    "{f}([x, y], [y, 2.0])",
    "{f}([[x, 1.0], [0.5, y]], [[2.0, y], [x, 1.5]])",
    "{f}(np.array([x, y]))",
    "{f}(x, y, 2.0)",
    "{f}(n, x)",
    "{f}(x, 1.1, y, 2.0)",
    "{f}(1, n, x)",
    "{f}([x, y, 2.0, 0.1], n)",
    "{f}([x, y, 2.0, 0.1], [1, 0])",
    "{f}([[x, 1.0], [1.0, y]], [x, 0.5])",
]
"""How a function is called where the table knows no better: the shapes of these that work without us."""
MOST = 4
"""So many shapes of one function."""

TABLE: dict[str, list[str]] = {
    "np.apply_along_axis": ["{f}(np.sum, 0, [[x, 1.0], [0.5, y]])"],
    "np.apply_over_axes": ["{f}(np.sum, [[x, 1.0], [0.5, y]], [0, 1])"],
    "np.array2string": ["{f}(np.array([x, y]))"],
    "np.choose": ["{f}([1, 0], [[x, 1.0], [0.5, y]])"],
    "np.compress": ["{f}([True, False, True], [x, 1.0, y])"],
    "np.cross": ["{f}([x, 1.0, 2.0], [y, 0.5, 3.0])"],
    "np.digitize": ["{f}(x, [0.0, 0.5, 1.0])", "{f}([x, y], [0.0, 0.5, 1.0])"],
    "np.einsum": ["{f}('ij,j->i', [[x, 1.0], [0.5, y]], [x, 2.0])"],
    "np.extract": ["{f}([True, False, True], [x, 1.0, y])"],
    "np.fill_diagonal": [],
    "np.fromfunction": ["{f}(lambda i, j: i * x + j, (2, 2))"],
    "np.fromiter": ["{f}([x, y], float)", "{f}(iter([x, y]), float)"],
    "np.full": ["{f}(3, x)", "{f}((2, 2), x)", "{f}(n, x)"],
    "np.full_like": ["{f}([1.0, 2.0], x)"],
    "np.histogram": ["{f}([x, y, 0.1], 3)", "{f}([x, y], [0.0, 1.0, 2.0])"],
    "np.insert": ["{f}([1.0, 2.0], 1, x)"],
    "np.interp": ["{f}(x, [0.0, 1.0, 2.0], [1.0, y, 3.0])"],
    "np.linspace": ["{f}(x, y, 5)", "{f}(0.0, x, n)"],
    "np.logspace": ["{f}(x, y, 5)"],
    "np.geomspace": ["{f}(x, y, 5)"],
    "np.pad": ["{f}([x, y], 1)", "{f}([x, y], 1, constant_values=x)"],
    "np.percentile": ["{f}([x, y, 2.0], 30)", "{f}([1.0, 2.0, 4.0], x)"],
    "np.nanpercentile": ["{f}([x, y, 2.0], 30)"],
    "np.quantile": ["{f}([x, y, 2.0], 0.3)", "{f}([1.0, 2.0, 4.0], x)"],
    "np.nanquantile": ["{f}([x, y, 2.0], 0.3)"],
    "np.piecewise": ["{f}(np.array([x, y]), [np.array([True, False])], [1.0, 2.0])"],
    "np.polyfit": ["{f}([0.0, 1.0, 2.0], [x, 1.0, y], 1)", "{f}([x, 1.0, 2.0], [0.0, 1.0, y], 1)"],
    "np.roots": ["{f}([1.0, -3.0, x])"],
    "np.select": ["{f}([np.array([True, False])], [np.array([x, y])])"],
    "np.searchsorted": ["{f}([0.0, 0.5, 1.0], x)"],
    "np.take_along_axis": ["{f}(np.array([x, y]), np.array([1, 0]), 0)"],
    "np.tile": ["{f}([x, y], 2)", "{f}(x, n)"],
    "np.unwrap": ["{f}([x, 7.0, y])"],
    "np.vectorize": [],
    "np.linalg.matrix_power": ["{f}([[x, 1.0], [0.5, y]], 3)"],
    "np.linalg.multi_dot": ["{f}([[[x, 1.0], [0.5, y]], [[2.0, y], [x, 1.5]], [[1.0], [x]]])"],
    "np.linalg.solve": ["{f}([[x, 1.0], [0.5, y]], [x, 2.0])"],
    "np.linalg.lstsq": ["{f}([[x, 1.0], [0.5, y], [1.0, 1.0]], [x, 2.0, 0.1])"],
    "np.linalg.cholesky": ["{f}([[x, 0.1], [0.1, y]])"],
    "special.logsumexp": ["{f}([x, y])", "{f}([[x, 1.0], [0.5, y]], axis=1)", "{f}([x, y], b=[1.0, 2.0])"],
    "special.bdtr": ["{f}(1, 3, x)"],
    "special.roots_jacobi": [],
    "stats.norm.expect": ["{f}(lambda u: u * u, loc=x)"],
    "stats.norm.fit": ["{f}([x, y, 2.0])"],
    "stats.norm.interval": ["{f}(x, loc=y)", "{f}(0.9, loc=x)"],
    "stats.norm.moment": ["{f}(2, x, y)"],
    "stats.norm.rvs": ["{f}(x, y, random_state=1)", "{f}(x, size=3, random_state=np.random.default_rng(0))"],
    "stats.norm.nnlf": ["{f}((x, y), np.array([1.0, 2.0]))"],
    "linalg.solve_triangular": ["{f}([[x, 0.0], [0.5, y]], [1.0, x], lower=True)"],
    "linalg.cho_solve": ["{f}(linalg.cho_factor([[x, 0.1], [0.1, y]]), [x, 1.0])"],
    "linalg.lu_solve": ["{f}(linalg.lu_factor([[x, 1.0], [0.5, y]]), [x, 1.0])"],
    "linalg.cholesky": ["{f}([[x, 0.1], [0.1, y]])"],
    "linalg.cho_factor": ["{f}([[x, 0.1], [0.1, y]])"],
    "linalg.solve_banded": ["{f}((1, 1), [[0.0, x], [2.0, 3.0], [y, 0.0]], [1.0, x])"],
    "linalg.solve_sylvester": ["{f}([[x, 0.1], [0.1, y]], [[2.0, y], [x, 1.5]], [[1.0, x], [0.0, 1.0]])"],
    "linalg.fractional_matrix_power": ["{f}([[x, 0.1], [0.1, y]], 0.5)", "{f}([[2.0, 0.1], [0.1, 3.0]], x)"],
    "optimize.brentq": ["{f}(lambda u: u * u - x, 0.0, 3.0)"],
    "optimize.bisect": ["{f}(lambda u: u * u - x, 0.0, 3.0)"],
    "optimize.ridder": ["{f}(lambda u: u * u - x, 0.0, 3.0)"],
    "optimize.toms748": ["{f}(lambda u: u * u - x, 0.0, 3.0)"],
    "optimize.newton": ["{f}(lambda u: u * u - x, y)"],
    "optimize.fsolve": ["{f}(lambda u: u * u - x, y)"],
    "optimize.root_scalar": ["{f}(lambda u: u * u - x, bracket=[0.0, 3.0])"],
    "optimize.minimize_scalar": ["{f}(lambda u: (u - x) ** 2)"],
    "statistics.correlation": ["{f}([x, y, 2.0], [1.0, x, 0.3])"],
    "statistics.covariance": ["{f}([x, y, 2.0], [1.0, x, 0.3])"],
    "statistics.linear_regression": ["{f}([x, y, 2.0], [1.0, x, 0.3])"],
    "statistics.quantiles": ["{f}([x, y, 2.0])"],
    "statistics.fmean": ["{f}([x, y, 2.0])", "{f}([x, y], [1.0, x])"],
    "math.fma": ["{f}(x, y, 2.0)"],
    "math.ldexp": ["{f}(x, 2)", "{f}(x, n)"],
    "math.isclose": ["{f}(x, y)"],
    "math.sumprod": ["{f}([x, y], [y, 2.0])"],
}
"""How a function is called whose arguments are of other kinds. ``np.vectorize`` and the like, which give a function or
nothing, are not called.
"""

LEFT_OUT = frozenset(
    "empty empty_like ndarray memmap fromfile load save savez savez_compressed savetxt loadtxt genfromtxt fromregex "
    "frombuffer fromstring test show_config show_runtime info lookfor seterr seterrcall setbufsize set_printoptions "
    "printoptions errstate getbufsize geterr geterrcall get_include get_printoptions include setstate spawn bytes "
    "from_dlpack may_share_memory shares_memory nditer nested_iters broadcast flatiter ndenumerate ndindex busdaycalendar "
    "poly1d recarray record matrix chararray vectorize asmatrix bmat mat get_blas_funcs get_lapack_funcs find_best_blas_type "
    "bench print_function name get_array_wrap source who deprecate safe_eval void object_ dtype finfo iinfo require ".split()
)
"""What reads or writes files, settings or memory that nobody has set, or gives no number by any reading."""

OBJECTS: frozenset[str] = frozenset()


class Case(NamedTuple):
    """One call: its library, the text of it, and what the user does with what comes back."""

    library: str
    call: str


def functions() -> Iterator[tuple[str, str]]:
    """The public functions: library and how they are written."""
    homes: list[tuple[str, Any]] = [
        ("np", np),
        ("np.linalg", np.linalg),
        ("np.fft", np.fft),
        ("special", special),
        ("linalg", linalg),
        ("math", math),
        ("statistics", statistics),
    ]
    for written, home in homes:
        for name in sorted(getattr(home, "__all__", None) or dir(home)):
            found = getattr(home, name, None)
            if name.startswith("_") or name in LEFT_OUT or not callable(found):
                continue
            if isinstance(found, type) and not issubclass(found, np.number):
                continue
            if written == "np" and isinstance(found, types.ModuleType):
                continue
            yield written, f"{written}.{name}"
    for name in sorted(dir(np.random.Generator)):
        if not name.startswith("_") and name not in LEFT_OUT and callable(getattr(np.random.Generator, name)):
            yield "random", f"np.random.default_rng(0).{name}"
    for name in ["cdf", "entropy", "expect", "fit", "interval", "isf", "logcdf", "logpdf", "logsf", "mean", "median", "moment", "nnlf", "pdf", "ppf", "rvs", "sf", "stats", "std", "support", "var"]:
        yield "stats", f"stats.norm.{name}"
    for name in ["brentq", "bisect", "newton", "ridder", "toms748", "fsolve", "root_scalar", "minimize_scalar"]:
        yield "optimize", f"optimize.{name}"


def names() -> dict[str, Any]:
    """A namespace with the libraries."""
    found: dict[str, Any] = {}
    exec(BEFORE, found)
    return found


class Plain(NamedTuple):
    """What a call does without us."""

    result: Any
    error: Any
    warned: list[tuple[str, str]]
    printed: str


LIBRARIES = names()


def plainly(text: str, at: dict[str, Any]) -> Plain:
    """Run a text that binds ``r`` with the leaves at these numbers."""
    namespace = {**LIBRARIES, **at}
    with told() as warned, contextlib.redirect_stdout(io.StringIO()) as out:
        try:
            exec(compile(text, "<plain>", "exec"), namespace)
        except Exception as error:
            return Plain(None, (type(error), str(error)), warned, out.getvalue())
    return Plain(namespace["r"], None, warned, out.getvalue())


@contextlib.contextmanager
def told() -> Iterator[list[tuple[str, str]]]:
    """The warnings, category and text."""
    said: list[tuple[str, str]] = []
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        yield said
    said.extend((one.category.__name__, str(one.message)) for one in found)


def cases() -> list[Case]:
    """The calls: of each function the shapes that work without us, and one that raises."""
    found = []
    for library, written in functions():
        shapes = TABLE.get(written, SHAPES)
        works, raises = [], []
        for shape in shapes:
            call = shape.format(f=written)
            plain = plainly(f"r = {call}", START)
            (raises if plain.error else works).append(call)
            if len(works) == MOST:
                break
        found += [Case(library, call) for call in (*works, *raises[:1])]
    return found


def reductions(result: Any) -> list[str]:
    """How ordinary code gets from a result to a real number."""
    if isinstance(result, (bool, np.bool_)) or result is None:
        return []
    if isinstance(result, (float, np.floating)):
        return ["r * 2"]
    if isinstance(result, (complex, np.complexfloating)):
        return ["r.real * 2"]
    if isinstance(result, np.ndarray) and result.dtype.kind == "f" and result.size:
        if result.ndim == 0:
            return ["float(r)"]
        first = ", ".join("0" * result.ndim)
        return ["float(np.sum(r))", f"r[{first}] * 2"]
    if isinstance(result, np.ndarray) and result.dtype.kind == "c" and result.size:
        return ["np.sum(r).real * 2", "np.abs(r).sum()"]
    if isinstance(result, (list, tuple)) and result:
        inner = reductions(result[0])
        return [one.replace("r", "r[0]", 1) if not one.startswith(("float", "np.")) else one.replace("(r)", "(r[0])") for one in inner[:1]]
    for name in ("root", "x"):
        if isinstance(getattr(result, name, None), float):
            return [f"r.{name} * 2"]
    return []


def slope(text: str, leaf: str, start: dict[str, Any] = START) -> float | None:
    """The derivative of ``r`` by central differences at three steps; None where it has none."""
    x = start[leaf]

    def at(step: float) -> float:
        plain = plainly(text, {**start, leaf: x + step})
        if plain.error:
            raise ValueError
        return float(plain.result)

    try:
        steps = (1e-3, 5e-4, 2.5e-4)
        central = [(at(h) - at(-h)) / (2 * h) for h in steps]
        side = [(at(h) - at(0)) / h for h in (steps[2], -steps[2])]
    except (ValueError, TypeError):
        return None
    first, second = (4 * central[1] - central[0]) / 3, (4 * central[2] - central[1]) / 3
    size = max(abs(second), 1e-6)
    if not all(map(math.isfinite, central)) or abs(first - second) > 1e-5 * size:
        return None
    if abs(side[0] - side[1]) > 0.05 * max(size, 1.0):
        return None
    return second


def plain_of(found: Any) -> Any:
    """What is there, without numbers that remember."""
    if isinstance(found, Value):
        return found.number
    if isinstance(found, np.ndarray) and found.dtype == object:
        return plain_array(found).view(np.ndarray)
    if type(found) in (list, tuple):
        return type(found)(map(plain_of, found))
    if isinstance(found, tuple) and hasattr(type(found), "_make"):
        return type(found)._make(map(plain_of, found))
    if type(found) is dict:
        return {plain_of(key): plain_of(item) for key, item in found.items()}
    return found


def bits(found: Any) -> Any:
    """The value to the last bit."""
    if isinstance(found, (np.ndarray, np.generic)) and found.dtype != object:
        if found.dtype.itemsize // (1 + (found.dtype.kind == "c")) > 8:  # with bytes that mean nothing
            return str(found.dtype), np.asarray(found).tolist()
        return np.asarray(found).tobytes()
    if isinstance(found, (list, tuple)):
        return [bits(item) for item in found]
    if isinstance(found, float):
        return found.hex()
    return repr(found) if type(found).__repr__ is not object.__repr__ else type(found).__name__


def run(shell: Shell, text: str) -> Any:
    """Run a traced cell, in the place of the one before it."""
    with capture_output() as shell.output:
        return shell.shell.run_cell(f"%%autograd --as w\n{text}", store_history=False, cell_id="sweep")


class Found(NamedTuple):
    """What was found of one case: what is not as it is without us, and how the gradients came out."""

    wrong: list[str]
    grades: list[str]


def leaves(call: str) -> str:
    """The lines that bind the leaves of a call."""
    used = compile(call, "<call>", "eval")
    names_in = {name for code in (used, *[c for c in used.co_consts if isinstance(c, types.CodeType)]) for name in (*code.co_names, *code.co_freevars)}
    return "\n".join(f"{name} = {value!r}" for name, value in START.items() if name in names_in)


def form(shell: Shell, case: Case) -> list[str]:
    """What is otherwise under the magic: the result, its type, its text, what is raised, warned and printed."""
    plain = plainly(f"r = {case.call}\nr = (r, type(r), repr(r), str(r), getattr(r, 'dtype', None))", START)
    text = f"{leaves(case.call)}\nr = {case.call}\nt = type(r), repr(r), str(r), getattr(r, 'dtype', None)"
    shell.names.pop("r", None)
    shell.names.pop("t", None)
    with told() as warned:
        ended = run(shell, text)
    raised = ended.error_in_exec
    error = None if raised is None else (type(raised), str(raised))
    if error != plain.error:
        return [f"raises {error}, not {plain.error}"]
    wrong = []
    if warned != plain.warned:
        wrong.append(f"warns {warned}, not {plain.warned}")
    if error is not None:
        return wrong
    value, kind, *texts, dtype = plain.result
    ours, (our_kind, *our_texts, our_dtype) = plain_of(shell.names["r"]), shell.names["t"]
    same_kind = our_kind is kind or (kind is np.ndarray and issubclass(our_kind, np.ndarray))
    if not same_kind:
        wrong.append(f"type is {our_kind.__name__}, not {kind.__name__}")
    if our_dtype != dtype and not (isinstance(ours, np.ndarray) and our_dtype == object):
        wrong.append(f"dtype is {our_dtype}, not {dtype}")
    if isinstance(ours, np.ndarray) and ours.dtype != dtype:
        wrong.append(f"numbers are {ours.dtype}, not {dtype}")
    if " at 0x" not in texts[0] and our_texts != texts:
        wrong.append(f"text is {our_texts}, not {texts}")
    if bits(ours) != bits(value):
        wrong.append(f"value is {ours!r}, not {value!r}")
    if our_dtype == object != dtype:
        wrong.append("objects")
    return wrong


def grade(shell: Shell, case: Case) -> list[str]:
    """How the gradients came out, a word and a reason each."""
    result = plainly(f"r = {case.call}", START).result
    found = []
    for reduction in reductions(result):
        text = f"r = {case.call}\nr = {reduction}"
        first = leaves(case.call)
        truths = {name: slope(text, name) for name in "xy" if f"{name} = " in first}
        if all(truth is None for truth in truths.values()):
            found.append("no derivative")
            continue
        shell.names.pop("w", None)
        with told() as warned:
            ended = run(shell, f"{first}\n{text}\nr")
        wanted = plainly(text, START)
        if ended.error_in_exec is None and "w" not in shell.names and not any(truths.values()):
            found.append("no derivative")  # nothing is left of the leaves
            continue
        if ended.error_in_exec is not None or "w" not in shell.names:
            found.append(f"crash {reduction}: {ended.error_in_exec!r}")
            continue
        if warned != wanted.warned:
            found.append(f"crash {reduction}: warns {warned}, not {wanted.warned}")
        if bits(plain_of(ended.result)) != bits(wanted.result):
            found.append(f"crash {reduction}: gives {ended.result!r}, not {wanted.result!r}")
        w = shell.names["w"]
        for name, truth in truths.items():
            if truth is None:
                continue
            given = w.grads.get(name, 0.0)
            if abs(given - truth) <= 1e-4 * max(abs(truth), 1e-4):
                place = next((leaf.node for leaf in w.tape.leaves if leaf.name == name), None)
                found.append("measured" if place in w.tape.measured else "true")
            elif math.isnan(given) and w.gaps:
                found.append(f"said {reduction}: {name}")
            else:
                found.append(f"wrong {reduction}: {name} {given}, not {truth} {w.gaps}")
    return found


def swept(shell: Shell, some: list[Case], say: Callable[[str], None] = lambda _: None) -> dict[Case, Found]:
    """All of these in one shell."""
    shell(BEFORE)
    found = {}
    for case in some:
        found[case] = Found(form(shell, case), grade(shell, case))
        for one in (*found[case].wrong, *[g for g in found[case].grades if g.startswith(("crash", "wrong", "said"))]):
            say(f"{case.call}: {one}")
    return found
