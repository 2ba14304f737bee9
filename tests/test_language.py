"""Python's own language and library in a traced cell: it prints, raises and leaves behind what the plain cell does, and
so it does after a slider has moved.
"""

from __future__ import annotations

import re

import pytest
from shell import Shell, seen

CELLS = {
    "a template reads attributes and elements": (
        "class P:\n    v = x\n    own = [x, {'k': n}]\n"
        "print('{0.v} {0.own[0]:.2f} {0.own[1][k]:>4} {p.v!r} {0.__name__}'.format(P, p=P))"
    ),
    "a template names the class of a number": "print('{0.__class__.__name__} {1.__class__.__name__}'.format(x, n))",
    "a whole number is one of Python's small ones": "m = 3\nprint(n is m, n is len('abc'), n is not m, x is n, n is None)\nr = x if n is m else -x",
    "the greatest of several is one of them": "print(max(x, 1.0) is x, min([n, 9]) is n, x is not x)",
    "what stands in no graph is the same or another": "a = b = []\nprint(a is b, a is not [], type(x) is float, x is a)",
    "a name that only a text binds, and that is read later": "exec('late = x * 10')\nprint(f'{late}')\nr = late + float(f'{x}')",
    "a span of time and its rest": (
        "import pandas as pd\nt = pd.Timedelta('5h')\nprint(divmod(t, n), divmod(t, x), divmod(t, pd.Timedelta('2h')))"
    ),
    "quotient and rest": "print(divmod(n, 2), divmod(7.5, x), divmod(-n, x), divmod(x, n))\nr = divmod(9.5, x)[1] * n",
}


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS)
def test_a_cell_does_what_the_plain_one_does(shell: Shell, plain: Shell, cell: str) -> None:
    text = f"x = 2.5\nn = 3\nr = x * n\n{cell}\nr"
    names = "{k: v for k, v in globals().items() if k in ('late', 'r', 'x', 'n')}"
    before = seen(plain, text)
    assert seen(shell, f"%%autograd --as w\n{text}")._replace(result=None) == before._replace(result=None)
    assert shell(names) == plain(names)
    w = shell.names["w"]
    for x, n in ((4.0, 3), (2.5, 5), (2.5, 3)):
        w.set(x=x, n=n)
        plain(re.sub("n = 3", f"n = {n}", re.sub("x = 2.5", f"x = {x}", text)))
        assert shell(names) == plain(names)


REFUSED = [
    *("sum(n)", "any(n)", "all(n)", "len(n)", "dict(n)", "zip([1], n)", "filter(None, n)", "print(*n)"),
    *("[].extend(n)", "{}.update(n)", "{1}.union(n)", "dict.fromkeys(n)", "', '.join(['a', n])", "'a b'.split(n)"),
    *("itertools.accumulate(n)", "itertools.product([1], n)", "heapq.heapify(n)", "ord(n)", "str.upper(n)"),
    *("sum(['a'], n)", "pow(n, 's')", "divmod(n, 's')", "divmod('s', n)", "[1].append(n, n)", "'a'.replace(n, 'b')"),
    *("[1].index(n)", "{}.pop(n)", "[1].remove(n)", "{1}.remove(n)", "().index(n)"),
]


WHOLE = ["[1].pop(n)", "'abc'.index('c', n)", "[].insert('a', n)"]


@pytest.mark.parametrize(
    ("wrong", "number"),
    [*((wrong, number) for wrong in REFUSED for number in ("3", "3.5")), *((w, "3") for w in WHOLE)],
)
def test_what_python_refuses_it_refuses_in_its_own_words(shell: Shell, plain: Shell, wrong: str, number: str) -> None:
    text = f"import heapq, itertools\nn = {number}\nr = n * 2.0\n{wrong}"
    told = seen(plain, text)
    assert "Error" in told.error
    assert seen(shell, f"%%autograd\n{text}") == told
    caught = text.replace(
        wrong, f"try: {wrong}\nexcept Exception as e: print(e, len(traceback.extract_tb(e.__traceback__)))"
    )
    assert seen(shell, f"%%autograd\nimport traceback; {caught}\nr").said.startswith(
        seen(plain, f"import traceback; {caught}\nr").said
    )


def test_a_call_that_is_refused_has_done_nothing_twice(shell: Shell) -> None:
    shell("%%autograd\nn = 3\nxs = [1, 2]\ntry: xs.extend(n)\nexcept TypeError: xs.append(n)\nr = n * 2.0\nr")
    assert shell("xs") == [1, 2, 3]
