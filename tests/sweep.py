"""The public functions of the numerical libraries, each called with a number that remembers, with and without us."""

from __future__ import annotations

import contextlib
import io
import math
import statistics
import types
import warnings
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from IPython.utils.capture import capture_output
from scipy import linalg, special
from shell import Shell
from sweep_calls import LEFT_OUT, MOST, SHAPES, TABLE

from autograd_magic.engine.arrays import Array
from autograd_magic.engine.value import Value

BEFORE = """
import math, statistics
import numpy as np
from scipy import linalg, optimize, special, stats
"""
START = {"x": 0.7, "y": 1.3, "n": 3}
"""What the leaves are. Each case has those that it names."""

BATCH = 10
"""So many calls in one cell."""


class Case(NamedTuple):
    """One call."""

    library: str
    function: str
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
    for name in [
        "cdf",
        "entropy",
        "expect",
        "fit",
        "interval",
        "isf",
        "logcdf",
        "logpdf",
        "logsf",
        "mean",
        "median",
        "moment",
        "nnlf",
        "pdf",
        "ppf",
        "rvs",
        "sf",
        "stats",
        "std",
        "support",
        "var",
    ]:
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


LIBRARIES = names()


def plainly(text: str, at: dict[str, Any]) -> Plain:
    """Run a text that binds ``r`` with the leaves at these numbers."""
    namespace = {**LIBRARIES, **at}
    with told() as warned, contextlib.redirect_stdout(io.StringIO()):
        try:
            exec(compile(text, "<plain>", "exec"), namespace)
        except Exception as error:
            return Plain(None, (type(error), str(error)), warned)
    return Plain(namespace["r"], None, warned)


@contextlib.contextmanager
def told() -> Iterator[list[tuple[str, str]]]:
    """The warnings, category and text."""
    said: list[tuple[str, str]] = []
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        yield said
    said.extend((one.category.__name__, str(one.message)) for one in found)


def cases(some: list[tuple[str, str]]) -> list[Case]:
    """The calls of some functions: of each the shapes that work without us, and one that raises."""
    found = []
    for library, written in some:
        shapes = TABLE.get(written, SHAPES)
        works, raises = [], []
        for shape in shapes:
            call = shape.format(f=written)
            plain = plainly(f"r = {call}", START)
            (raises if plain.error else works).append(call)
            if len(works) == MOST:
                break
        found += [Case(library, written, call) for call in (*works, *raises[:1])]
    return found


def reductions(result: Any) -> list[str]:
    """How ordinary code gets from a result to a real number."""
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
        return ["np.sum(r).real * 2"]
    if isinstance(result, (list, tuple)) and result:
        inner = reductions(result[0])
        return [
            one.replace("r", "r[0]", 1) if not one.startswith(("float", "np.")) else one.replace("(r)", "(r[0])")
            for one in inner[:1]
        ]
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
    if type(found) is Array:
        return found.buffer
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
    names_in = {
        name
        for code in (used, *[c for c in used.co_consts if isinstance(c, types.CodeType)])
        for name in (*code.co_names, *code.co_freevars)
    }
    return "\n".join(f"{name} = {value!r}" for name, value in START.items() if name in names_in)


PROBE = """try:
    r = {call}
    found.append((r, type(r), repr(r), str(r), getattr(r, "dtype", None)))
except Exception as error:
    found.append((type(error), str(error)))
"""


def forms(shell: Shell, some: list[Case]) -> list[list[str]]:
    """What is otherwise under the magic, of each case: the result, its type, its text, what is raised and warned. Several
    are called in one cell.
    """
    text = "found = []\n" + "".join(PROBE.format(call=case.call) for case in some)
    plain = plainly(f"{text}\nr = found", START)
    begin = "".join(f"{name} = {value!r}\n" for name, value in START.items())
    shell.names.pop("found", None)
    with told() as warned:
        ended = run(shell, f"{begin}{text}\nx * 1.0")
    if len(some) > 1 and (ended.error_in_exec is not None or warned != plain.warned):
        return [*forms(shell, some[:1]), *forms(shell, some[1:])]
    if ended.error_in_exec is not None:
        return [[f"the cell raises {ended.error_in_exec!r}"]]
    wrong = [otherwise(*pair) for pair in zip(shell.names["found"], plain.result, strict=True)]
    if warned != plain.warned:
        wrong[0].append(f"warns {warned}, not {plain.warned}")
    return wrong


def otherwise(found: tuple[Any, ...], plain: tuple[Any, ...]) -> list[str]:
    """How one result, or one exception, differs from the plain one."""
    if len(plain) == 2 or len(found) == 2:
        return [] if found == plain else [f"gives {found}, not {plain}"]
    value, kind, *texts, dtype = plain
    ours, our_kind, *our_texts, our_dtype = plain_of(found[0]), *found[1:]
    wrong = []
    if not (our_kind is kind or (kind is np.ndarray and issubclass(our_kind, np.ndarray))):
        wrong.append(f"type is {our_kind.__name__}, not {kind.__name__}")
    if our_dtype != dtype:
        wrong.append(f"dtype is {our_dtype}, not {dtype}")
    if isinstance(ours, np.ndarray) and ours.dtype != dtype:
        wrong.append(f"numbers are {ours.dtype}, not {dtype}")
    if " at 0x" not in texts[0] and our_texts != texts:
        wrong.append(f"text is {our_texts}, not {texts}")
    if bits(ours) != bits(value):
        wrong.append(f"value is {ours!r}, not {value!r}")
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


def swept(shell: Shell, some: list[Case]) -> dict[Case, Found]:
    """All of these in one shell."""
    shell(BEFORE)
    wrong = [one for place in range(0, len(some), BATCH) for one in forms(shell, some[place : place + BATCH])]
    return {case: Found(said, grade(shell, case)) for case, said in zip(some, wrong, strict=True)}
