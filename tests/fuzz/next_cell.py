"""The next cell: plain code that reads what a traced cell has left."""

from __future__ import annotations

import contextlib
import io
import random
from typing import Any

import numpy as np
from runs import seeded

from autograd_magic.live.between_cells import Notebook

NUMBERS = (
    "print({n}, repr({n}), f'{{{n}:.4f}}', '%g' % {n})",
    "print(type({n}), type({n}).__name__, isinstance({n}, float))",
    "print(type({n} * 2.0), {n} + {m}, -{n}, {n} // 2, {n} == {m})",
    "import json; print(json.dumps({{'a': {n}, 'b': [{m}]}}))",
    "print(np.array([{n}, {m}]).dtype, np.array([{n}, 1.0]) * 2)",
    "print(np.exp(-abs(np.array([{n}, 1.0]))), np.float64({n}), np.asarray({n}).dtype)",
    "import pandas as pd; print(pd.Series([{n}, {m}]).describe().to_string())",
    "import decimal, fractions; print(decimal.Decimal({n}), fractions.Fraction({n}))",
    "import copy, pickle; print(copy.deepcopy({n}), pickle.loads(pickle.dumps(({n}, [{m}]))))",
    "print(statistics.mean([{n}, {m}]), math.fsum([{n}, {m}]), round({n}, 2), int({n}))",
    "print(sorted([{n}, {m}, 0.5]), max({n}, {m}), sum([{n}, {m}]), divmod({n}, 0.7))",
    "print([1.0, 2.0][{n}])",
    "print({n}.is_integer(), {n} != {n} or hash({n}), {{ {n}: 1 }}, {n}.hex())",  # of nan it is where that stands
    "print(square({n}), soft({n}), Line({n})({m}), Running().add({n}))",
    "print(range({n}))",
    "print({n} in [{m}, {n}], {n} and {m}, not {n}, bool({n}))",
    "print(eval('{n} + 1'), str({n}), len(str({n})), '{{:>12}}'.format({n}))",
    "print({n} + 'a')",
    "print({n}.nothing)",
)
THINGS = (
    "print({n})",
    "print(type({n}), repr({n}))",
    "print({n}.copy() if isinstance({n}, np.ndarray) else type({n})({n}))",  # np.ndarray(shape) is not filled
    "import copy; print(copy.deepcopy({n}))",
    "import pickle; print(pickle.loads(pickle.dumps({n})))",
    "print(np.asarray({n}), np.asarray({n}).dtype, np.sum({n}))",
    "import json; print(json.dumps({n}))",
    "print(sum({n}), len({n}), list({n}), max({n}))",
    "print([type(t) for t in {n}], *{n})",
    "print({n} == {n}, [t * 2 for t in {n}])",
)


def text(dice: random.Random, names: dict[str, Any], bound: list[str]) -> str:
    """The next cell: some lines, for the numbers and for the other things that names hold."""
    numbers = [name for name in bound if isinstance(names.get(name), (int, float))]
    things = [name for name in bound if isinstance(names.get(name), (list, tuple, dict, set, np.ndarray))]
    things += [name for name in ("log", "seen", "data") if name in names]
    lines = [
        (dice.choice(NUMBERS).format(n=dice.choice(numbers), m=dice.choice(numbers)))
        if numbers and dice.random() < 0.7
        else dice.choice(THINGS).format(n=dice.choice(things))
        for _ in range(3)
    ]
    return "\n".join(f"try:\n    {line}\nexcept Exception as error:\n    print(repr(error))" for line in lines)


def said(names: dict[str, Any], cell: str) -> str:
    """What a plain cell prints in a namespace."""
    seeded()
    with contextlib.redirect_stdout(io.StringIO()) as out, np.errstate(all="ignore"):
        exec(compile(cell, "<next>", "exec"), names)
    return out.getvalue()


def differs(cell: str, left: list[str], ours: dict[str, Any], fresh: dict[str, Any]) -> str:
    """How the next cell differs after a traced cell that has touched the names ``left``; empty where it does not."""
    notebook = Notebook(ours)
    notebook.left(left)
    notebook.plain()
    try:
        one = said(ours, cell)
    finally:
        notebook.back()
    other = said(fresh, cell)
    return "" if one == other else f"the next cell\n{cell}\nprints {one!r:.600}, fresh {other!r:.600}"
