"""Cells that run plainly run under the magic: in two shells, one of which knows nothing of it, the cell and the next one
print the same, and every gradient is that of plain runs, or said to be unknown.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

import pytest
from shell import Shell, seen

pytestmark = pytest.mark.filterwarnings("ignore:hello")

BEFORE = """
import collections, functools, math, random, warnings
import numpy as np
from functools import lru_cache
"""


class Case(NamedTuple):
    """What is run before, the cell itself, and the next one."""

    before: str
    cell: str
    after: str = ""


def moved(case: Case, name: str, number: float) -> str:
    """The cell with another number for a name."""
    return re.sub(rf"^{name} = .*$", f"{name} = {number!r}", case.cell, count=1, flags=re.MULTILINE)


def slope(plain: Shell, case: Case, name: str, at: float) -> float:
    """The central difference of plain runs."""
    ends = []
    for there in (at + 1e-6, at - 1e-6):
        plain.run(case.before)
        ends.append(plain(moved(case, name, there)))
    return float(ends[0] - ends[1]) / 2e-6


KEEPS = "@lru_cache\ndef f(v):\n    return v * v"
MEMO = "memo = {}\ndef f(v):\n    if v not in memo:\n        memo[v] = v * v\n    return memo[v]"
PAIRS = "memo = {}\ndef f(v, w):\n    if (v, w) not in memo:\n        memo[v, w] = v * w\n    return memo[v, w]"
TOLD = "print(f(3.0), type(f(3.0)), f.cache_info())"

CELLS = {
    "a table of own objects": Case(
        "import pandas as pd\nfrom dataclasses import dataclass\n@dataclass\nclass P:\n    x: float\n    y: float = 1.0",
        "k = 2.5\ndf = pd.DataFrame([P(k), P(k * 2)])\nr = df.sum(numeric_only=True).sum()\nr",
        "print(df.dtypes, df.describe().shape, type(df.x[0]))",
    ),
    "an encoder that reads an own object": Case(
        "import json\nclass Pt:\n    def __init__(self, x):\n        self.x = x\n"
        "class Enc(json.JSONEncoder):\n    def default(self, o):\n        return {'x': o.x}",
        "k = 1.5\np = Pt(k)\nprint(json.dumps(p, cls=Enc), json.dumps(p, cls=Enc, indent=1))\nr = p.x * 2\nr",
        "print(p.x, type(p.x))",
    ),
    "a sequence of one's own that NumPy reads": Case(
        "class S:\n    def __init__(self, *v):\n        self.v = v\n    def __len__(self):\n        return len(self.v)\n"
        "    def __getitem__(self, i):\n        return self.v[i]",
        "k = 2.5\no = S(k, 1.0)\na = np.exp(np.array(o))\nr = a.sum() + o[0]\nr",
        "print(a.dtype, a, type(o[0]))",
    ),
    "an own object that a library changes": Case(
        "import copyreg, types\nclass A:\n    pass\ndef put(o):\n    o.x = o.x * 2\n    o.y = 1.0",
        "k = 2.5\na = A()\na.x = k\na.z = k\nnp.vectorize(put, otypes=[object])(np.array(a, dtype=object))\nr = a.x + a.z\nr",
        "print(a.x, a.y, a.z, type(a.z))",
    ),
    "a decorator of a library, called": Case(
        "",
        "x = -3.0\ndef f(v):\n    return float(np.log(np.array([v, 2.0]))[1]) * v\ng = np.errstate(all='raise')(f)\n"
        "try:\n    r = g(x)\nexcept FloatingPointError as e:\n    print(e)\n    r = x\nr",
        "print(g is f, type(r))",
    ),
    "a function replaced by a decorator, called": Case(
        "import unittest.mock",
        "x = 0.5\ndef f(v):\n    return math.sin(v) * v\nr = unittest.mock.patch('math.sin', lambda v: v * 100)(f)(x)\nr",
    ),
    "a list that goes through itself in its own way": Case(
        "class R(list):\n    def __iter__(self):\n        return reversed(list(list.__iter__(self)))",
        "k = 0.3\nl = R([k, 1.0, 2.0])\nt = np.array(l)\nr = l[0] * 10 + l[-1] + 0 * t.sum()\nr",
        "print(list(l), l[0], l[-1], type(l[0]))",
    ),
    "a dict that shows its items in its own way": Case(
        "import json\nclass D(dict):\n    def items(self):\n        return [(q, v * 2) for q, v in super().items()]",
        "k = 0.3\nd = D(a=k, b=1.0)\nt = json.dumps(d)\nr = d['a'] + d['b']\nr",
        "print(d['a'], d['b'])",
    ),
    "a list that counts what is put into it": Case(
        "class L(list):\n    n = 0\n    def __setitem__(self, i, v):\n        L.n += 1\n        super().__setitem__(i, v)",
        "k = 0.5\nl = L([k, 1.0])\nm = np.mean(l)\nr = m + L.n\nr",
        "print(L.n, l)",
    ),
    "a dict that says what stands under a key, in a template": Case(
        "class D(dict):\n    def __getitem__(self, q):\n        return super().__getitem__(q) * 10",
        "k = 0.3\nt = '%(a).1f' % D(a=2.0)\nr = float(t) * k\nr",
    ),
    "a dict that makes what is missing, in a template": Case(
        "",
        "k = 0.3\nd = collections.defaultdict(float)\nd['a'] += k\nprint('%(a).1f %(zz)s' % d, '%s' % d)\nr = d['a'] * 2\nr",
        "print(d)",
    ),
    "a library's callable that says it wraps a function": Case(
        "",
        "x = 3.0\ndef f(v):\n    return v * 2\ns = functools.update_wrapper(np.vectorize(lambda v: v * 7), f)\nr = s(x) + x\nr",
    ),
    "a class made of a library's that takes numbers": Case(
        "import datetime\nclass T(datetime.timedelta):\n    pass",
        "k = 2.0\nr = T(hours=k).total_seconds()\nr",
        "print(r, type(r))",
    ),
    "a class made of a library's number": Case(
        "import decimal\nclass D(decimal.Decimal):\n    pass",
        "k = 2.0\nd = D(k)\nprint(d, repr(d), d * 2)\nr = float(d) * k\nr",
    ),
    "a cache keeps plain numbers": Case(KEEPS, "x = 3.0\nr = f(x) + f(x)\nr", TOLD),
    "a cache knows the result already": Case(f"{KEEPS}\nf(3.0)", "x = 3.0\nr = f(x) * x\nr", TOLD),
    "a cache is asked with another number that is equal": Case(KEEPS, "x = 3.0\ny = 3.0\nr = f(x) + 2 * f(y)\nr", TOLD),
    "a cache is asked with a number of no graph first": Case(KEEPS, "x = 3.0\nr = f(3.0) + x * f(x)\nr", TOLD),
    "a cache is asked with a number of no graph later": Case(KEEPS, "x = 3.0\nr = x * f(x) + f(3.0)\nr", TOLD),
    "a cache that the cell makes": Case("", f"{KEEPS}\nx = 3.0\nr = f(x) + f(x)\nr", TOLD),
    "a cache without bounds": Case(
        "@lru_cache(maxsize=None)\ndef f(v, n=9):\n    return v if n < 2 else f(v, n - 1) + v * f(v, n - 2)",
        "x = 0.5\nr = f(x)\nr",
        "print(f(0.5), type(f(0.5)), f.cache_info())",
    ),
    "a cache for one result": Case(
        "@lru_cache(maxsize=1)\ndef f(v):\n    print('computes', v)\n    return v * v",
        "x = 3.0\nr = f(x) + f(x + 1) + f(x)\nr",
        TOLD,
    ),
    "a cache by kinds and names": Case(
        "@lru_cache(typed=True)\ndef f(v):\n    print('computes', v)\n    return v * v",
        "x = 3.0\nr = f(v=x) + f(v=x) + f(x)\nr",
        "print(f(v=3.0), f(3.0), f(3), f.cache_info())",
    ),
    "a cache of a method": Case(
        "class A:\n    @lru_cache\n    def f(self, v):\n        return v * v\na = A()",
        "x = 3.0\nr = a.f(x) + a.f(x)\nr",
        "print(a.f(3.0), type(a.f(3.0)), A.f.cache_info())",
    ),
    "a cache of containers": Case(
        "@lru_cache\ndef f(v):\n    return {'a': v * v, 'b': [v, (v, 1.0)]}",
        "x = 3.0\nr = f(x)['a'] * f(x)['b'][1][0]\nr",
        "print(f(3.0), type(f(3.0)['a']), f.cache_info())",
    ),
    "a cache that a closure has": Case(
        "def make(k):\n    @lru_cache\n    def g(v):\n        return v * k\n    return g\nf = make(2.0)",
        "x = 3.0\nr = f(x) + f(x)\nr",
        TOLD,
    ),
    "a cache that keeps nothing": Case(
        "@lru_cache(maxsize=0)\ndef f(v):\n    return v * v", "x = 3.0\nr = f(x) + f(x)\nr", TOLD
    ),
    "a cache of a function that raises": Case(
        "@lru_cache\ndef f(v):\n    if v < 0:\n        raise ValueError('below 0')\n    return v * v",
        "x = -3.0\ntry:\n    f(x)\nexcept ValueError as e:\n    print(e)\nr = f(-x) * x\nr",
        TOLD,
    ),
    "a cache of a function of Python's own": Case("f = lru_cache(math.sqrt)", "x = 3.0\nr = f(x) * x\nr", TOLD),
    "a cache for map": Case(KEEPS, "x = 3.0\nr = sum(map(f, [x, x, 2.0]))\nr", TOLD),
    "a cache that is emptied": Case(
        f"{KEEPS}\nf(3.0)", "x = 3.0\nf.cache_clear()\nr = f(x) + f(x)\nprint(f.cache_info())\nr", TOLD
    ),
    "what a cached function warns of": Case(
        "@lru_cache\ndef f(v):\n    warnings.warn('hello', stacklevel=2)\n    return v", "x = 3.0\nr = f(x) * x\nr"
    ),
    "where a cached function breaks": Case("@lru_cache\ndef f(v):\n    return 1 / v", "x = 0.0\nf(x)"),
    "a memo": Case(MEMO, "x = 3.0\nr = f(x) * x\nr", "print(memo, [*map(type, [*memo, *memo.values()])])"),
    "a memo knows the result already": Case(f"{MEMO}\nf(3.0)", "x = 3.0\nr = f(x) * x\nr", "print(memo)"),
    "a memo is asked with another number that is equal": Case(MEMO, "x = 3.0\ny = 3.0\nr = f(x) + 2 * f(y)\nr"),
    "a memo by two numbers": Case(f"{PAIRS}\nf(3.0, 3.0)", "x = 3.0\ny = x * 1\nr = f(x, y) + x\nr", "print(memo)"),
    "a memo that is filled by two numbers": Case(PAIRS, "x = 3.0\ny = x * 2\nr = f(x, y) + x * f(x, y)\nr"),
    "a memo by get": Case(
        "memo = {3.0: 9.0}\ndef f(v):\n    r = memo.get(v)\n    if r is None:\n        r = memo[v] = v * v\n    return r",
        "x = 3.0\nr = f(x) + f(x * 2) + x\nr",
        "print(memo)",
    ),
    "a memo by setdefault": Case(
        "memo = {3.0: 9.0}",
        "x = 3.0\nr = memo.setdefault(x, x * x) + memo.setdefault(x * 2, x) + memo.get(x * 5, 7.0)\nr",
    ),
    "a memo by exceptions": Case(
        "memo = {3.0: 27.0}\ndef f(v):\n    try:\n        return memo[v]\n    except KeyError:\n        memo[v] = v ** 3\n        return memo[v]",
        "x = 3.0\nr = f(x) * x\nr",
    ),
    "a number counts by itself": Case(
        "", "x = 3.0\nd = collections.defaultdict(float)\nd[x] += x\nd[x] += 1.0\nr = d[x] * x\nprint(dict(d))\nr"
    ),
    "a container that outside code keeps": Case(
        "import argparse, json",
        "x = 2.5\np = argparse.ArgumentParser()\np.set_defaults(v={'a': [x, 1.0]})\nprint(json.dumps(vars(p.parse_args([]))))\nr = x * 2\nr",
        "print(json.dumps(p.get_default('v')), type(p.get_default('v')['a'][0]))",
    ),
    "a container in an attribute of outside code": Case(
        "import argparse, json",
        "x = 2.5\nn = argparse.Namespace()\nn.xs = [x, x]\nprint(json.dumps(vars(n)), n.xs)\nr = x * 2\nr",
        "print(json.dumps(vars(n)), type(n.xs[0]), n.xs)",
    ),
    "arguments that are kept for a later call": Case(
        "import json, sched",
        "x = 2.5\ns = sched.scheduler()\ns.enter(0, 1, json.dumps, ([x, {'a': x}],))\ns.run()\nr = x * 2\nr",
    ),
    "a row of a table": Case(
        "import pandas as pd\ndf = pd.DataFrame({'x': [1.0, 2.0], 'n': [1, 2]})",
        "x = 2.0\ndf.loc[0, 'x'] = x\ndf['z'] = [x, 1.0]\ndf.loc[len(df)] = [x, 3, x]\nprint(df, df.dtypes)\nr = df['x'].sum()\nr",
        "print(df.describe())",
    ),
    "elements of a series": Case(
        "import pandas as pd\ns = pd.Series([1.0, 2.0, 3.0])",
        "x = 2.0\ns[[0, 1]] = [x, x * 2]\ns[s > 3.5] = x\nprint(s)\nr = s.sum()\nr",
    ),
    "a row of a record": Case(
        "a = np.zeros(2, dtype=[('x', float), ('n', int)])",
        "x = 2.0\na[0] = (x, 3)\nprint(a)\nr = float(a['x'].sum()) * x\nr",
    ),
    "an error in a chain of others": Case(
        "",
        "x = 0.0\ndef inverse(t):\n    try:\n        return 1 / t\n    except ZeroDivisionError as e:\n        raise ValueError(f'no {t}') from e\ninverse(x)",
    ),
    "the text of a function": Case(
        "import inspect",
        "x = 2.0\ndef f(t):\n    # doubled\n    return t * 2\nprint(inspect.getsource(f))\nr = f(x)\nr",
    ),
    **{
        f"a number takes no {text}": Case("", f"x = 2.0\ny = x * 2\n{text}")
        for text in (
            *("x.a = 3", "x.a = y", "x[0] = y", "x[0] = 1", "x.a += 1", "x[0] += y", "del x.a", "del x[0]"),
            *("for x.a in [1]: pass", "x.a, y = 1.0, 2.0", "x.a: int = 3", "x.real = 4.0", "setattr(x, 'a', y)"),
            *("delattr(x, 'a')", "with x: pass", "x.a.b = 3"),
        )
    },
    **{
        f"an array of objects, {name}": Case(
            "from fractions import Fraction\nf = np.array([1.2, 4.0], dtype=object)",
            f"x = 2.0\n{text}\nr",
            "print(f, [*map(type, f)])",
        )
        for name, text in {
            "times a number": "g = f * x\nprint(g, g.dtype)\nr = g[0] + g.sum() * x",
            "times an element": "g = np.array([Fraction(1, 3)] * 2) * np.array([x, 1.0])[0]\nprint(g)\nr = g[0] * x",
            "after a number": "g = np.multiply(x, f) - x ** f / x\nprint(g)\nr = g[0] + g[1]",
            "in place": "f *= x\nf[1] -= x\nprint(f)\nr = f[0] + f[1] * x",
            "as a vector": "r = f @ np.array([x, 1.0], dtype=object) * x",
            "times an array of floats": "g = f * np.array([x, 1.0])\nprint(type(g[0]))\nr = g.sum() * x",
            "of fractions": "g = np.array([Fraction(1, 3), Fraction(1, 2)]) * x\nprint(g)\nr = g[0] * x",
            "compared": "g = f > x\nprint(g, g.dtype)\nr = float(g.sum()) * x",
            "that holds all kinds": "f[0] = x\nf[1] = [x, 1.0]\nprint(f)\nr = f[0] * f[1][0]\nf[1] = 'a'",
        }.items()
    },
    **{
        f"beside what is no float, {text}": Case(
            "from fractions import Fraction", f"x = 0.625\nn = 3\nv = np.array([x, 1.25])\nprint({text})\nr = x * 2\nr"
        )
        for text in (
            *("v != 'a'", "v == np.array(['a', 'b'])", "v == {1}", "np.equal([x, 1.0], float)", "v == 1j"),
            *("v == Fraction(5, 8)", "np.not_equal(v, [None, 0.625])", "n == np.timedelta64(2, 's')"),
            *(
                "[x] == [np.timedelta64(2, 's')]",
                "max(n, np.timedelta64(2, 's'))",
                "np.linspace(x, np.float32(0.1), 3)",
                "n < np.timedelta64(4, 's')",
            ),
        )
    },
    **{
        f"the gradient of {text}": Case(
            "import itertools\nfrom fractions import Fraction\nimport pandas as pd\nt = pd.DataFrame({'p': [1.0, 2.0]})",
            f"x = 0.625\nr = float({text})\nr",
        )
        for text in (
            *(
                "sum([x, Fraction(1, 2)])",
                "pow(x, Fraction(1, 2))",
                "sum([x, 1j]).real",
                "max([Fraction(1, 3), x]) * x",
            ),
            *("math.prod([x, Fraction(1, 3)])", "divmod(x, Fraction(1, 3))[1]", "math.pow(x, Fraction(1, 2))"),
            *("sum([x, np.ma.array([1.0, 2.0], mask=[0, 1])]).sum()", "math.prod([x, t]).p.sum()", "pow(t, x).p.sum()"),
            *("sum([t, t], x).p.sum()", "sum({1: x, 2: t}.values()).p.sum()", "pow(x, np.ma.array([1.0, 2.0])).sum()"),
            *(
                "list(itertools.accumulate([x, t]))[1].p.sum()",
                "sum([1j, x]).real * x",
                "sum((np.array([Fraction(1, 3)]) * np.float64(x)).tolist()) * x",
            ),
        )
    },
    **{
        f"NumPy reads what is no array, {text}": Case(
            "from fractions import Fraction\nfrom collections import deque\nimport pandas as pd",
            f"x = 0.625\nv = np.array([x, 1.25, 0.5])\ng = {text}\nprint(g, g.dtype)\nr = float(g.sum()) * x\nr",
        )
        for text in (
            *(
                "np.append(v, range(3))",
                "np.concatenate([v, range(3)])",
                "np.meshgrid(v, range(3))[0]",
                "v.dot(range(3))",
            ),
            *(
                "np.atleast_1d(v, range(3))[0]",
                "np.append(x, bytearray(b'ab'))",
                "np.stack([v, deque([1.0, 2.0, 3.0])])",
            ),
            *("np.add(np.float64(x), Fraction(1, 2)) * v", "np.maximum(v, pd.Series([1.0, 0.5, 0.25]))"),
            *(
                "np.average(v, weights=range(1, 4))",
                "np.interp(v, range(3), [1.0, x, 2.0])",
            ),
            *("np.interp(v, [0.5, 2.0, -0.25], [x, 1.0, 2.0])", "np.insert(v, 1, range(2))", "v.clip(range(3), 5)"),
        )
    },
    **{
        f"a library's property makes of a list what it does, {text}": Case(
            "import pandas as pd\nt = pd.DataFrame({'p': [1.0, 2.0]})",
            f"x = 0.625\n{text}\nprint(t.index, type(t.index[0]))\nr = t.index[0] * x\nr",
            "print(t, t.index, t.columns)",
        )
        for text in (
            "t.index = [x, x * 2]",
            "setattr(t, 'index', [x, 1.0])",
            "t.p = [x, x]\nt.columns = [x]\nt.index = [x, x]",
        )
    },
    "what a library prints of a dict": Case(
        "import pprint",
        "x = 2.0\nd = {'a': x, x * x: 1}\nfor v in (d.values(), d.items(), d.keys()):\n    pprint.pprint(v)\n    print(pprint.pformat([v]))\nr = x * 2\nr",
    ),
    "an array of arrays that a library has made": Case(
        "import pandas as pd",
        "x = 2.0\nd = pd.DataFrame({'k': [0, 1, 1, 0], 'p': [x, 1.0, 0.5, x * x]})\nf = d.groupby('k').p.agg(lambda v: v.to_numpy() * x).to_numpy()\nprint(isinstance(f, list), len(f))\nr = len(f) * x\nr",
        "print(f)",
    ),
    "a context manager made of a generator": Case(
        "from contextlib import contextmanager\nlog = []\n@contextmanager\ndef scaled(k):\n    log.append(math.sin(k))\n    try:\n        yield k * 2\n    finally:\n        log.append(-k * k)",
        "x = 1.5\nwith scaled(x) as s:\n    y = s * 2\nr = y * x + sum(log)\nr",
        "print(log)",
    ),
    "a function that has another's module": Case(
        "from functools import singledispatch\n@singledispatch\ndef f(v): return 0.0\n@f.register\ndef _(v: float): return v * v",
        "x = 1.5\nr = f(x) * x\nr",
    ),
    "a context that numbers went into": Case(
        "from unittest.mock import MagicMock\nm = MagicMock()",
        "x = 1.5\nm.__enter__.return_value = x * 2\nwith m as v:\n    r = v * x\nr",
    ),
    "a context that cannot be entered": Case(
        "import datetime", "x = 1.5\ny = x * 2\nwith datetime.timedelta(seconds=y) as v:\n    pass"
    ),
    **{
        f"a pattern takes apart {what}": Case(
            "from datetime import timedelta",
            f"x = 1.5\nmatch {subject}:\n    case {pattern}:\n        r = s * 3 + x\nr",
        )
        for what, subject, pattern in (
            ("what numbers went into", "timedelta(seconds=x * 2)", "timedelta(seconds=s)"),
            ("a tuple that holds such", "(1, [timedelta(seconds=x * 2)])", "(1, [timedelta(seconds=s)])"),
            ("numbers", "{'a': [x, x * x]}", "{'a': [float(), s]}"),
        )
    },
    **{
        f"an object that is called and has its own {what}": Case(
            f"class F:\n    def __init__(self, k): self.k = k\n    def __call__(self, v): return self.k * v\n    {method}",
            "x = 1.5\nf = F(x)\nr = f(x) + sum(map(f, [x, 2.0])) + max([1.0, x], key=f)\nr",
        )
        for what, method in (
            ("__eq__", "def __eq__(self, other): return self.k == other.k"),
            ("__hash__", "def __hash__(self): return print('asked')"),
        )
    },
    "objects that stand for others, and one that is gone": Case(
        "import weakref\nclass A: v = 2.0\nclass D(dict): pass\na, d = A(), D(k=3.0)\np, q, gone = weakref.proxy(a), weakref.proxy(d), weakref.proxy(A())",
        "x = 1.5\nr = p.v * x * q['k']\ntry:\n    gone.v\nexcept ReferenceError as e:\n    print(e)\nr",
        "print(p.v, q)",
    ),
    **{
        f"a number is looked for in {what}": Case(
            "import operator\nimport pandas as pd\nclass C:\n    def __contains__(self, v): return math.sqrt(v) < 2",
            f"x = 1.5\nn = 3\nprint({item} in {holder}, {item} not in {holder}, operator.contains({holder}, {item}))\nr = x * n\nr",
        )
        for what, item, holder in (
            ("an index", "x", "pd.Index([1.5])"),
            ("a frame", "x", "pd.DataFrame({1.5: [1.0], 2.5: [2.0]})"),
            ("a multi-index", "(x, n)", "pd.MultiIndex.from_tuples([(1.5, 3)])"),
            ("an array", "x", "np.array([1.5, 2.0])"),
            ("a long range", "n", "range(10**12)"),
            ("what is made of it", "1.5", "pd.Series([1.0], index=[x])"),
            ("the user's own", "x", "C()"),
            ("a list", "x", "[1.5, 2]"),
            ("an iterator", "x", "map(float, '12')"),
        )
    },
    **{
        f"{text} of a number is refused": Case("", f"x = 1.5\nn = 2\n{text}")
        for text in ("1 in x", "1 in n", "x in 'a'")
    },
    "decimals and fractions are compared in a row": Case(
        "from decimal import Decimal\nfrom fractions import Fraction",
        "x = 1.5\nr = x\nif Decimal(1) < x < Decimal(2) > x >= Fraction(3, 2) >= x != Decimal('1.25'):\n    r = x * 2\nr",
    ),
    "an order that complex numbers do not have": Case("", "x = 1.5\ny = x * 2\n0 < x < 1j"),
    "places in a library's object": Case(
        "import pandas as pd\ns = pd.Series([1.0, 2.0, 4.0], index=[1.5, 3.0, 4.0])\nf = pd.DataFrame({'v': [1.0, 2.0, 3.0]})",
        "x = 1.5\nn = 1\ns[x] = 7.0\ns.loc[x * 2] = x\ns.iloc[n + 1] = 5.0\ns.at[x] += 1\ns[x] *= 2\nf.loc[n, 'v'] = 9.0\nf.iloc[n:, 0] = x\nf.iat[n - 1, 0] += x\ndel s[x * 2]\nr = x * n\nr",
        "print(s.to_dict(), f.to_dict())",
    ),
    "operators by their names": Case(
        "import operator\nfrom datetime import timedelta\nfrom functools import reduce\nimport pandas as pd",
        "x = 1.5\nt = operator.mul(timedelta(seconds=2), x) + reduce(operator.mul, [x, timedelta(seconds=3), x])\ns = operator.getitem(pd.Series([1.0], index=[1.5]), x)\nr = t.total_seconds() * s + reduce(operator.mul, [x, 2.0, x]) + sum(map(operator.mul, [x], [x])) + operator.neg(x)\nr",
        "print(t, s)",
    ),
    "counts for what asks for their class": Case(
        "import itertools\nfrom collections import deque",
        "n = 2\nx = 1.5\nprint(pow(2, n, 5), pow(7, n, mod=n + 1), list(itertools.permutations('abc', n)), list(itertools.permutations(iterable='abc', r=n)))\nprint(deque([1, 2, 3], n), deque(iterable=[x, 2, 3], maxlen=n), pow(x, n))\nr = x * n\nr",
    ),
    **{
        f"no count: {text}": Case("import itertools\nfrom collections import deque", f"x = 1.5\ny = x * 2\n{text}")
        for text in ("itertools.permutations('ab', x)", "pow(2, x, 5)", "deque([1], x)")
    },
    **{
        f"does not go into whole numbers: {text}": Case(
            "", f"a = 1.5\nw = np.full(3, 10)\nprint(w)\n{text}\nr = a * w[0]\nr"
        )
        for text in (
            "np.multiply(w, a, out=w)",
            "np.sqrt(w, w)",
            "np.floor(w * a, out=(w,))",
            "np.divide(w, 2, out=w)",
            "np.copyto(w, a)",
            "w *= a",
            "np.add(w, w[:2], out=w)",
        )
    },
    **{
        f"divided in its own words: {text}": Case(
            "", f"a = 1.5\nn = 2\nw = np.full(3, a)\nq = {text}\nprint(q)\nr = a * n\nr"
        )
        for text in (
            "divmod(a, 0)",
            "divmod(n, 0)",
            "divmod(a, 'x')",
            "divmod(np.float64(a), 0)",
            "divmod(w, 0)",
            "divmod(7.5, w)",
            "divmod(a, w)",
            "divmod(w, w[:2])",
        )
    },
    **{
        f"of nothing: {text}": Case(
            "", f"a = 1.5\nv = np.array([]) * a\nprint(v, repr(v))\nq = {text}\nprint(q, len(v))\nr = a * 2\nr"
        )
        for text in (
            "np.floor(v)",
            "v * v",
            "v.sum()",
            "[np.mean(v)]",
            "np.concatenate([v, [a]])",
            "v.reshape(0, 3).sum(axis=1)",
            "np.max(v)",
            "f'{v}'",
        )
    },
    "too few for a variance": Case("", "a = 1.5\nv = np.ones(3) * a\nq = np.var(v, ddof=3)\nprint(q)\nr = a * 2\nr"),
    "out of another kind": Case(
        "",
        "a = 1.5\nw, v = np.zeros((2, 3)), np.zeros(3, dtype=np.float32)\nnp.multiply(np.arange(3.0), a, out=w)\nnp.sqrt(w[0], out=v)\nnp.add(3, 4, out=np.zeros(2, dtype=int))\nprint(w, v)\nr = w.sum() * a\nr",
    ),
    "whole numbers of any size": Case(
        "",
        "n = 2**70\nx = 1.5\nprint(int(n), round(n), math.floor(n), math.ceil(n), n >> 3, ~n, n % 7, n.bit_length(), f'{n:x}', n == 2.0**70)\nr = x * (n >> 69)\nr",
        "print(n, n + 1)",
    ),
    "a seed of any size": Case("", "n = 12345678901234567890123\nrandom.seed(n)\nx = 1.5\nr = random.random() * x\nr"),
    **{
        f"in place: {text}": Case(
            "",
            f"x = 2.0\nv = np.arange(1.0, 5.0) * x\nA = v.reshape(2, 2)\nb, c = v[:], A\n{text}\nr = (b * b).sum() * x\nr",
        )
        for text in (
            "A @= A\nprint(A is c, b)",
            "A @= np.array([[x, 1.0], [0.5, 1.0]])\nprint(b)",
            "L = [A]\nL[0] @= L[0]\nprint(b)",
            "try:\n    A @= np.ones((2, 3))\nexcept ValueError as e:\n    print(e)",
            "B = np.array([[1, 2], [3, 4]])\ntry:\n    B @= A\nexcept TypeError as e:\n    print(e)",
            "D = np.ones((2, 2, 2)) * x\nD[0] @= D[1]\nb = D",
            "v **= 1.5\nprint(b)",
            "v[::-1] **= 1.5\nv[::2] /= 3\nprint(b)",
            "np.cbrt(v, out=v[::-1])\nprint(b)",
            "w = v * 3\nv.shape = (2, 2)\nb = v + w.reshape(2, 2)",
            "v.shape = (2, 2)\nb[0] = x * 7\nb = v\nprint(v)",
            "for k in range(3):\n    v.shape = (2, 2)\n    v.T[0, 1] = v[0, 0] * x\n    v.shape = (4,)",
            "try:\n    v.shape = (3, 2)\nexcept ValueError as e:\n    print(e)",
            "w = v.copy()\nw.dtype = np.uint8\nprint(w.shape, w[:3])",
            "print(v.__sizeof__() > 0, len(v.__reduce__()))",
            "v.__array__()[0] = x * 5",
            "u = v.__array__()\nv[0] = x * 5\nb = u\nprint(u is v, v.__array__(np.float32).dtype, v.__array__(copy=True) is v)",
        )
    },
    **{
        f"an element of NumPy's number: {text}": Case(
            "", f"x = 2.0\ns = (np.arange(1.0, 4.0) * x).sum()\nt = {text}\nprint(repr(t))\nr = float(np.sum(t)) * x\nr"
        )
        for text in ("s[()]", "s[...]", "s[None]", "s[None, ...] * 2", "s[...] * 2", "s[s > 3]", "s[np.newaxis][0] * x")
    },
    "no element of a number": Case(
        "",
        "x = 2.0\ns = np.float64(x)\nfor each in (s, x):\n    try:\n        each[0]\n    except Exception as e:\n        print(e)\n"
        "try:\n    x.__nope__\nexcept AttributeError as e:\n    print(e)\nr = s * x\nr",
    ),
    "a range far out": Case("", "n = 10**25\nx = 1.5\nv = list(range(n, n + 3))\nprint(v, sum(v))\nr = len(v) * x\nr"),
}


@pytest.mark.parametrize("case", CELLS.values(), ids=CELLS)
def test_a_cell_runs_as_plainly(shell: Shell, plain: Shell, case: Case) -> None:
    for each in (shell, plain):
        each(BEFORE)
        each.run(case.before)
    ours, theirs = seen(shell, f"%%autograd --as w\n{case.cell}"), seen(plain, case.cell)
    assert (ours.said, ours.warned, ours.error) == (theirs.said, theirs.warned, theirs.error)
    if case.after:
        assert seen(shell, case.after)[:3] == seen(plain, case.after)[:3]
    if theirs.error:
        return
    assert float(shell("r")) == theirs.result
    w = shell.names["w"]
    for leaf in w.tape.leaves:
        grad, at = w.grads[leaf.name], plain.names[leaf.name]
        if math.isnan(grad):
            assert leaf.name in " ".join(w.gaps)
        elif not leaf.whole:
            assert grad == pytest.approx(slope(plain, case, leaf.name, at), rel=1e-5, abs=1e-6)


@pytest.mark.parametrize(
    "text", ["random.seed(x)", "random.seed(str(x))", "dice = random.Random(x)\ndice.seed(x * 2)"], ids=str
)
def test_what_is_drawn_after_a_seed_that_is_no_whole_number_hangs_on_it(shell: Shell, text: str) -> None:
    shell(BEFORE)
    draw = "dice.random()" if "dice" in text else "random.random()"
    w = shell.autograd(f"x, y = 2.5, 2.0\n{text}\nr = {draw} * y\nr")
    assert math.isnan(w.grads["x"]) and "x" in w.gaps[0]
    assert w.grads["y"] == float(shell("r")) / 2


def test_a_leaf_is_set_to_a_whole_number_that_no_float_is(shell: Shell) -> None:
    shell(BEFORE)
    w = shell.autograd("n, x = 2**70, 1.5\nr = (n % 1000) * x\nr")
    w.set(n=2**70 + 1)
    assert shell("n") == 2**70 + 1
    assert shell("r") == ((2**70 + 1) % 1000) * 1.5
    w.set(n=2**71)
    assert shell("r") == (2**71 % 1000) * 1.5


def test_a_cache_has_counted_the_run_that_counts(shell: Shell) -> None:
    shell(f"{BEFORE}\n{KEEPS}\nf(1.0), f(3.0), f(3.0)")
    w = shell.autograd("x, y = 3.0, 2.0\nr = f(x) * y\nr")  # which is measured by running it again
    assert w.grads["x"] == pytest.approx(12.0)
    counted = shell("f.cache_info()")
    assert (counted.hits, counted.misses, counted.currsize) == (2, 2, 2)
    w.set(x=4.0)
    counted = shell("f.cache_info()")
    assert (counted.hits, counted.misses, counted.currsize) == (1, 3, 3)
    w.reset()
    assert shell("f.cache_info().misses, f(1.0), f(3.0), f.cache_info().misses") == (2, 1.0, 9.0, 2)


def test_what_underflows_in_silence_is_computed_once(shell: Shell) -> None:
    shell(BEFORE)
    w = shell.autograd("from autograd_magic import Value\nq = Value(1e-308)\nr = np.sin(q) * 2\nr")
    assert [row.name for row in w.tape.rows] == ["leaf", "sin", "const", "mul"]


@pytest.mark.parametrize("kind", ["float", "np.float32"])
@pytest.mark.parametrize(
    "text",
    [
        "np.einsum('i,i->', v, v, optimize=True)",
        "np.einsum('i,i', v, v)",
        "np.einsum('i->', v)",
        "np.einsum('ii', np.outer(v, v))",
    ],
)
def test_a_sum_of_numpys_own_order_keeps_its_last_digit(shell: Shell, plain: Shell, text: str, kind: str) -> None:
    cell = f"a = 0.7123\nv = np.random.default_rng(5).random(33).astype({kind}) * a\nr = {text}\nr"
    for each in (shell, plain):
        each(BEFORE)
    w = shell.autograd(cell)
    for a in (0.7123, 0.3517):
        w.set(a=a)
        assert repr(shell("r")) == repr(plain(cell.replace("0.7123", str(a))))


def test_what_numpy_warns_of_is_computed_once(shell: Shell) -> None:
    shell(BEFORE)
    with pytest.warns(RuntimeWarning, match="invalid value") as heard:
        w = shell.autograd("from autograd_magic import Value\nq = Value(math.inf)\nr = np.sin(q) * 2\nr")
    assert [row.name for row in w.tape.rows] == ["leaf", "sin", "const", "mul"]
    assert len(heard) == 1


def test_a_name_that_holds_a_number_from_elsewhere_is_not_that_of_the_one_before(shell: Shell) -> None:
    shell("import numpy as np\nbox = np.array([0.5, -1.0, 2.0])")
    w = shell.autograd("x = 3.0\nout = x * x\nbox += 1.0\nout = box[1]")
    assert shell("out") == 0.0 and "out" not in w.values and w.values["out₁"] == 9.0
