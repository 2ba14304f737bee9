"""The browser's engine in Node beside a loop in C over the same tape: ``python -m benchmarks.browser_engine``.

The loop in C is a plain one: a switch over the operation of each node, forward, and another backward, written from the
op table and compiled with ``cc -O2``. The engine does the same work (*replay*), with the tapes of all the other graphs
alive and in use in its process. Printed are nanoseconds a node, medians of rounds in turns with the least and the most,
of the process's own time; and what else an input event takes: guards, and the arrays that a run keeps (*event* has it
all, with every leaf moved; *one leaf* with one, which computes only what stands above it).
"""

from __future__ import annotations

import base64
import ctypes
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from IPython.core.interactiveshell import InteractiveShell

from autograd_magic.engine import formula
from autograd_magic.engine.formula import ARGUMENTS, Constant
from autograd_magic.engine.ops import TABLE, Op
from autograd_magic.engine.tape import Tape
from autograd_magic.live.tape_wire import encode

from .asked import rows, unless_once
from .goals import reached

TESTS = Path(__file__).parent.parent / "tests"
sys.path[:0] = [str(TESTS)]
from eight import EIGHT, MOONS_TANH  # noqa: E402
from shell import Shell  # noqa: E402

SCRIPT = Path(__file__).parent.parent / "js" / "build" / "bench.mjs"
ROUNDS = unless_once(7, 1)
TIME = unless_once(0.03, 0.001)
"""Seconds that one measurement should take at least."""
GRAPHS = EIGHT | {"moons, tanh": MOONS_TANH}

IN_C = {"abs": "fabs", "erf": "erf", "erfc": "erfc", "fmod": "fmod", "copysign": "copysign"}
IN_C |= {name: name for name in ("exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "pow")}
IN_C |= {name: name for name in ("sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh")}
IN_C |= {name: name for name in ("asinh", "acosh", "atanh", "hypot", "floor", "ceil", "trunc")}


def c_call(op: str, args: tuple[str, ...]) -> str:
    """A call in C."""
    if op in ("add", "sub", "mul", "div"):
        return f"({args[0]} {formula.INFIX[op]} {args[1]})"
    if op in ("neg", "not"):
        return f"({'-' if op == 'neg' else '!'}{args[0]})"
    if op in formula.COMPARISONS:
        return f"({args[0]} {formula.COMPARISONS[op]} {args[1]})"
    if op in ("and", "or"):
        return f"({(' && ' if op == 'and' else ' || ').join(args)})"
    if op == "where":
        return f"({args[0]} ? {args[1]} : {args[2]})"
    if TABLE[op].primitive and op not in IN_C:
        raise LookupError(f"C's library has no {op}")
    return f"{IN_C.get(op, f'row_{op}')}({', '.join(args)})"


def c_number(constant: Constant) -> str:
    """A constant in C."""
    return {"inf": "INFINITY", "nan": "NAN"}.get(constant.name, repr(constant.value))


def c_of(tree: formula.Formula) -> str:
    """A formula in C."""
    return formula.render(tree, c_call, c_number)


def c_case(code: int, row: Op, backward: bool) -> str:
    """A row as one case of a switch."""
    places = "".join(f"double {name} = values[a[{k}]]; " for k, name in enumerate(ARGUMENTS[: row.arity]))
    if backward:
        parts = "".join(f"grads[a[{k}]] += g * {c_of(tree)}; " for k, tree in enumerate(row.partial_trees))
        return f"case {code}: {{ {places}double z = values[node]; {parts}break; }}"
    return f"case {code}: {{ {places}values[node] = {c_of(row.tree)}; break; }}"


def c_source(ops: list[str]) -> str:
    """The loop for a tape with these operations; where one of them is none of the table, it makes nothing."""
    called = {
        name
        for op in ops
        if op in TABLE
        for tree in (TABLE[op].tree, *TABLE[op].partial_trees)
        for name in all_calls(tree)
    }
    rows = "\n".join(
        f"static double row_{name}({', '.join(f'double {arg}' for arg in ARGUMENTS[: TABLE[name].arity])}) "
        f"{{ return {c_of(TABLE[name].tree)}; }}"
        for name in TABLE
        if name in called and not TABLE[name].primitive
    )
    known = [(code, TABLE[op]) for code, op in enumerate(ops) if op in TABLE]
    forward, backward = ("\n".join(c_case(code, row, way) for code, row in known) for way in (False, True))
    return f"""#include <math.h>
#include <string.h>
{rows}
void replay(long count, int size, int root, const unsigned char *codes, const int *starts, const int *args,
            double *values, double *grads, int leaves, const int *leaf, const double *start) {{
  for (long turn = 0; turn < count; turn++) {{
    for (int k = 0; k < leaves; k++) values[leaf[k]] = start[k] + (turn % 7) * 0.01;
    for (int node = 0; node < size; node++) {{
      const int *a = args + starts[node];
      switch (codes[node]) {{
{forward}
      }}
    }}
    memset(grads, 0, size * sizeof(double));
    grads[root] = 1;
    for (int node = root; node >= 0; node--) {{
      const int *a = args + starts[node];
      double g = grads[node];
      switch (codes[node]) {{
{backward}
      }}
    }}
  }}
}}
"""


def all_calls(tree: formula.Formula) -> set[str]:
    """The rows that a formula needs, and those that they need."""
    found = {name for name in formula.calls(tree) if name in TABLE}
    return found.union(*(all_calls(TABLE[name].tree) for name in found if not TABLE[name].primitive))


def in_c(state: dict[str, Any], folder: Path, name: str) -> Callable[[int], tuple[Any, Any]]:
    """The loop over a tape in the form in which it goes to the browser; given the number of passes it runs, and gives
    the numbers and gradients of the last.
    """
    source, library = folder / f"{name}.c", folder / f"{name}.so"
    source.write_text(c_source(state["ops"]))
    command = ["cc", "-O2", "-shared", "-fPIC", "-o", str(library), str(source), "-lm"]
    subprocess.run(command, check=True, capture_output=True, text=True)
    codes, starts, args, values = (
        np.frombuffer(bytes(state[field]), dtype)
        for field, dtype in (("codes", np.uint8), ("starts", np.int32), ("args", np.int32), ("values", np.float64))
    )
    leaf = np.frombuffer(state["leaves"]["node"], np.int32)
    numbers, grads = values.copy(), np.zeros_like(values)
    given = [values.size, state["root"], codes, starts, args, numbers, grads]
    given += [leaf.size, leaf, np.frombuffer(state["leaves"]["start"], np.float64)]
    plain = [each.ctypes.data_as(ctypes.c_void_p) if isinstance(each, np.ndarray) else each for each in given]
    replay = ctypes.CDLL(str(library)).replay

    def run(count: int) -> tuple[Any, Any]:
        replay(ctypes.c_long(count), *plain)
        assert len(given)  # the arrays live as long as this does
        return numbers, grads

    return run


def nanoseconds(run: Callable[[int], Any]) -> float:
    """How long one pass takes."""
    count = 1
    while True:
        began = time.process_time()
        run(count)
        if (taken := time.process_time() - began) >= TIME:
            return taken / count * 1e9
        count *= 2


@contextmanager
def in_node(states: list[dict[str, Any]]) -> Iterator[Callable[[int, str], float]]:
    """A process of Node with these tapes, and how one asks it for the nanoseconds of some work on one of them."""
    with subprocess.Popen(["node", str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as node:
        assert node.stdin is not None
        assert node.stdout is not None
        answers = node.stdout

        def tell(what: Any) -> None:
            print(json.dumps(what, default=lambda found: {"bytes": base64.b64encode(found).decode()}), file=node.stdin)
            node.stdin.flush()  # type: ignore[union-attr]

        def ask(tape: int, what: str) -> float:
            tell({"tape": tape, "what": what, "seconds": TIME})
            return float(answers.readline())

        tell(states)
        yield ask
        node.stdin.close()


def spread(found: list[float], size: int) -> str:
    """The median a node, the least and the most."""
    least, middle, most = (number / size for number in (min(found), statistics.median(found), max(found)))
    return f"{middle:6.1f} ({least:.1f}-{most:.1f})"


def main() -> None:
    """Print the table."""
    if shutil.which("cc") is None:
        sys.exit("There is no C compiler (cc) to compare with.")
    shell = Shell(InteractiveShell.instance())
    shell("%load_ext autograd_magic")
    names = rows(GRAPHS)
    tapes: list[Tape] = [shell.autograd(GRAPHS[name]).tape for name in names]
    states = [dict(encode(tape)) for tape in tapes]
    works = ("replay", "event", "one", "probe")
    print(f"ns a node, medians of {ROUNDS} rounds (least-most); {len(tapes)} tapes in one process")
    print(f"{'graph':>14} {'nodes':>7} {'C loop':>20} {'replay':>20} {'replay / C':>10} ", end="")
    print(f"{'event':>20} {'one leaf':>20} {'event / C':>9}")
    with tempfile.TemporaryDirectory() as folder, in_node(states) as ask:
        loops = [in_c(state, Path(folder), str(k)) for k, state in enumerate(states)]
        for what in works:
            for k in range(len(states)):
                ask(k, what)
        rounds = [
            [(nanoseconds(loop), *(ask(k, what) for what in works)) for k, loop in enumerate(loops)]
            for _ in range(ROUNDS)
        ]
    ratios = []
    for k, (name, tape) in enumerate(zip(names, tapes, strict=True)):
        size = len(tape.values)
        c, replay, event, one, _ = (list(column) for column in zip(*(turn[k] for turn in rounds), strict=True))
        ratio, whole = (statistics.median(a / b for a, b in zip(each, c, strict=True)) for each in (replay, event))
        ratios.append(ratio)
        print(f"{name:>14} {size:>7,} {spread(c, size):>20} {spread(replay, size):>20} {ratio:>10.2f} ", end="")
        print(f"{spread(event, size):>20} {spread(one, size):>20} {whole:>9.2f}", flush=True)
    print(reached("browser", max(ratios)))


if __name__ == "__main__":
    main()
