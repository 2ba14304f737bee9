"""Whatever a traced cell leaves its numbers in, the next cell finds plain ones there, and after a move those of a fresh run."""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from shell import Shell

from autograd_magic.cell.traces import CannotExplore

BEFORE = """
import asyncio, collections, contextlib, contextvars, dataclasses, enum, functools, itertools, json, operator, queue, sys
import threading, types, typing, weakref
import numpy as np
from concurrent.futures import Future
"""

LEFT = {
    "a linked list": (
        (
            "class Node:\n    def __init__(self, v, then): self.v, self.then = v, then\n"
            "d = None\nfor i in range(150): d = Node(x * i, d)\n"
            "def each(d):\n    while d:\n        yield d.v\n        d = d.then"
        ),
        "[*each(d)]",
    ),
    "tuples in tuples": ("d = ()\nfor i in range(20): d = (x * i, d)", "d"),
    "a named tuple": ("P = collections.namedtuple('P', 'a b')\nd = P(x, [x * 3])", "[d, d._asdict(), repr(d)]"),
    "a tuple of the user's": ("class T(tuple): pass\nd = T([x, 2.0])\nd.own = x * 3", "[d, d.own, type(d).__name__]"),
    "defaults of a named tuple": (
        "class P(typing.NamedTuple):\n    a: float\n    b: float = x * 3",
        "[P(1.0), P._field_defaults]",
    ),
    "slots": ("class S:\n    __slots__ = ('a',)\nd = S()\nd.a = x * 3", "d.a"),
    "a frozen data class": (
        "@dataclasses.dataclass(frozen=True, slots=True)\nclass D:\n    a: float\n    b: list\nd = D(x, [x * 3])",
        "dataclasses.astuple(d)",
    ),
    "fields of a data class": (
        "@dataclasses.dataclass\nclass D:\n    a: float = x * 3",
        "[D().a, D.a, dataclasses.fields(D)[0].default]",
    ),
    "a closure": (
        (
            "def make(k):\n    n = k * 3\n    def inner(y):\n        nonlocal n\n        n += y\n        return k\n"
            "    return inner\nd = make(x)\nd(x)"
        ),
        "[cell.cell_contents for cell in d.__closure__]",
    ),
    "defaults": ("def d(y, k=x * 3, *, j=x): return k", "[d(1), d.__defaults__, d.__kwdefaults__]"),
    "an attribute of a function": ("def d(): pass\nd.own = x * 3", "d.own"),
    "a partial": ("d = functools.partial(lambda *a, **k: 1, x * 3, own=x)", "[d.args, d.keywords]"),
    "an exception": ("d = ValueError(x * 3, [x])\nd.own = x", "[d.args, str(d), d.own]"),
    "a queue": ("d = queue.Queue()\nd.put(x * 3)\nd.put([x])", "[*d.queue]"),
    "a result that was waited for": ("d = Future()\nd.set_result(x * 3)", "d.result()"),
    "a variable of a thread": ("d = threading.local()\nd.own = x * 3", "d.own"),
    "a variable of a context": ("d = contextvars.ContextVar('d')\nd.set(x * 3)", "d.get()"),
    "a view of a dict": ("d = types.MappingProxyType({'a': x * 3, 'b': [x]})", "[d['a'], d['b']]"),
    "dicts of the library": (
        "d = collections.UserDict(a=x * 3), collections.ChainMap({'b': x}), collections.OrderedDict({x: x * 2})",
        "[[[*each.keys()], [*each.values()]] for each in d]",
    ),
    "values by weak keys": ("class K: pass\nk, d = K(), weakref.WeakKeyDictionary()\nd[k] = x * 3", "d[k]"),
    "a property's closure": (
        "def scaled(k):\n    return property(lambda self: k)\nclass C: own = scaled(x * 3)\nd = C()",
        "d.own",
    ),
    "a member": ("class E(enum.Enum):\n    A = x * 3", "[E.A.value, E(E.A.value).name]"),
    "a bound method's object": (
        "class C: pass\nc = C()\nc.own = x * 3\nC.get = lambda self: self.own\nd = c.get\ndel c",
        "d()",
    ),
    "a class in a function": (
        "def make(k):\n    class C:\n        own = k\n    return C\nd = [make(x * 3)]",
        "d[0].own",
    ),
    "what is done at an object's end": (
        "class K: pass\nk, out = K(), []\nd = weakref.finalize(k, out.append, x * 3)",
        "[d.peek()[2], d(), out]",
    ),
    "the same without a name": (
        "class K: pass\nk = K()\nweakref.finalize(k, print, x * 3, [x], end='').atexit = False",
        "[each.peek()[2] for each in weakref.finalize._registry if each.peek()[0] is k]",
    ),
    "a module beside the others": (
        "d = types.ModuleType('by_hand')\nd.own = [x * 3]\nsys.modules['by_hand'] = d",
        "[d.own, __import__('by_hand').own]",
    ),
    "names that the text does not say": (
        "globals()['d'] = [x * 3]\nget_ipython().push({'e': x * 3})\nget_ipython().user_ns['f'] = x",
        "[d, e, f]",
    ),
    "functions by the kind of what they are given": (
        "@functools.singledispatch\ndef d(v, k=x * 3): return k\n@d.register(int)\ndef _(v, k=[x]): return k",
        "[d(1.0), d(1)]",
    ),
    "annotations": ("def d(v: x * 3): return v", "d.__annotations__"),
    "keys that are tuples": ("d = {('a', x * 3): 1, frozenset([x]): 2}", "[[*map(list, d)], d[('a', x * 3)]]"),
    "the names of a text that was evaluated": ("d = eval('lambda: k', {'k': x * 3})", "d()"),
    "what led to an exception": (
        (
            "try:\n    try: raise ValueError(x * 3)\n    except ValueError as e: raise KeyError(x) from e\n"
            "except KeyError as e: d = e"
        ),
        "[d.args, d.__cause__.args, d.__context__.args]",
    ),
    "what was warned of": (
        (
            "import warnings\nwith warnings.catch_warnings(record=True) as d:\n    warnings.simplefilter('always')\n"
            "    warnings.warn(UserWarning('a', x * 3))"
        ),
        "d[0].message.args",
    ),
    "an attribute of an array of the user's": (
        "class A(np.ndarray): pass\nd = np.zeros(2).view(A)\nd.own = x * 3",
        "d.own",
    ),
    "a dict of a library's object": ("import pandas\nd = pandas.Series([1.0])\nd.attrs['own'] = x * 3", "d.attrs"),
    "a distribution": ("from scipy.stats import norm\nd = norm(x * 3, 1)", "[float(d.mean()), d.args[0]]"),
    "a function that library code keeps": ("d = np.vectorize(lambda v, k=x * 3: v * k)", "float(d(2.0))"),
    "a partial that library code keeps": (
        (
            "from traitlets import HasTraits, Int\nclass T(HasTraits):\n    n = Int()\nd, out = T(), []\n"
            "d.observe(functools.partial(lambda k, _: out.append(k), x * 3), 'n')"
        ),
        "[setattr(d, 'n', 7), out]",
    ),
}


@pytest.fixture
def fresh(shell: Shell) -> Iterator[Shell]:
    """A shell without the magic."""
    other = InteractiveShell()
    yield Shell(other)
    other.history_manager.end_session()


@pytest.mark.parametrize(("text", "seen"), LEFT.values(), ids=LEFT)
def test_what_is_left_is_plain_and_follows(shell: Shell, fresh: Shell, text: str, seen: str) -> None:
    def told(there: Shell) -> Any:
        return json.loads(there(f"json.dumps({seen})"))

    for each in (shell, fresh):
        each(BEFORE)
    w = shell.autograd(f"x = 1.5\n{text}\nr = x * x\nr")
    fresh(f"x = 1.5\n{text}")
    assert told(shell) == told(fresh)
    w.set(x=2.5)
    fresh(f"x = 2.5\n{text}")
    assert told(shell) == told(fresh)
    assert w.grads["x"] == 5.0


ITERATORS = {
    "a count": ("d = itertools.count(x)", "[next(d), next(d)]"),
    "a tuple's iterator": ("d = iter((x, x * 3))", "[*d]"),
    "views": ("d = {'a': x, 'b': [x * 3]}\nd = [d.values(), d.items(), d.keys()]", "[[*each] for each in d]"),
    "zipped": ("d = zip((x, x * 3), itertools.repeat(x), [1, 2])", "[*d]"),
    "zipped, gone through": ("d = itertools.zip_longest([1], (x, x * 3), fillvalue=x)\nnext(d)", "[*d]"),
    "zipped to its end": ("d = [itertools.zip_longest([1], (x, x * 3))]\nd[1:] = d[0]", "[[*d.pop(0)], d]"),
    "mapped": ("d = map(lambda v, k: v * k, iter((x, x * 3)), itertools.cycle((x, 2.0)))\nnext(d)", "[*d]"),
    "chained": ("d = itertools.chain((x,), filter(None, (x * 3, x)))", "[*d]"),
    "accumulated": ("d = itertools.accumulate((x, x * 3, x))\nnext(d)", "[*d]"),
    "pools": (
        "d = itertools.product((x, x * 3), repeat=2), itertools.combinations((x, 1.0, x * 3), 2)",
        "[*map(list, d)]",
    ),
    "what somebody else has too": (
        "d = zip((x, x * 3, 1.0, x), [1, 2, 3, 4])\ndef each():\n    for v in d: yield v\ne = each()\nnext(e)",
        "[next(d), next(e), next(d)]",
    ),
    "a generator's variables": (
        "def each(k):\n    n = k * 3\n    yield k\n    yield [n]\n    yield k, n * k\nd = each(x)\nnext(d)",
        "[*d]",
    ),
    "a generator's loop": ("def each(*many):\n    for v in many: yield v\nd = each(x, x * 3, x)\nnext(d)", "[*d]"),
    "a generator on its way": ("def each(k):\n    yield [k, (yield k), k * 3]\nd = each(x)\nnext(d)", "d.send(2.0)"),
    "a generator in a generator": (
        "def each(k): yield from (k, [k * 3])\ndef all_(k):\n    for v in each(k): yield v\nd = all_(x)\nnext(d)",
        "[*d]",
    ),
    "an array in a generator": (
        "def each(a):\n    for i in range(3): yield a * i\n    yield a\nd = each(np.array([x, x * 3]))\nnext(d)",
        "[v.tolist() for v in d]",
    ),
    "a coroutine": ("async def two(k): return k, k * 3\nd = two(x)", "asyncio.new_event_loop().run_until_complete(d)"),
    "a task": (
        (
            "async def two(k): return k, [k * 3]\nloop = asyncio.new_event_loop()\n"
            "d = loop.create_task(two(x))\nloop.run_until_complete(d)"
        ),
        "d.result()",
    ),
    "a future": ("d = asyncio.new_event_loop().create_future()\nd.set_result((x, x * 3))", "d.result()"),
    "a task that waits": (
        (
            "async def two(k):\n    await asyncio.sleep(0)\n    return k, k * 3\nloop = asyncio.new_event_loop()\n"
            "d = loop.create_task(two(x))\nloop.run_until_complete(asyncio.sleep(0))"
        ),
        "loop.run_until_complete(d)",
    ),
    "the default of a variable of a context": ("d = contextvars.ContextVar('d', default=x * 3)", "d.get()"),
    "what such a variable held": (
        "d = contextvars.ContextVar('d')\nd.set(x)\ne = d.set(x * 3)",
        "[e.old_value, d.get()]",
    ),
    "a context": ("v = contextvars.ContextVar('v')\nd = contextvars.copy_context()\nd.run(v.set, (x, x * 3))", "d[v]"),
    "a simple queue": ("d = queue.SimpleQueue()\nd.put(x * 3)", "d.get()"),
    "a caller of methods": ("d = operator.methodcaller('get', 'a', x * 3)", "d({})"),
    "an array's elements": ("d = np.array([x, x * 3]).flat", "[*map(float, d)]"),
    "a slice": ("d = slice(x, (x * 3, x))", "[d.start, d.stop]"),
    "a cache": ("@functools.cache\ndef d(n): return x if n < 1 else d(n - 1) * x\nd(5)", "[d(3), d(7)]"),
    "what a thread is to do": (
        "out = []\nd = threading.Thread(target=out.append, args=(x * 3,))",
        "[d.start(), d.join(), out]",
    ),
    "what a loop is to do": (
        "out, d = [], asyncio.new_event_loop()\nd.call_soon(out.append, x * 3)\nd.call_soon(d.stop)",
        "[d.run_forever(), d.close(), out]",
    ),
    "frames of an exception": (
        "def f(v):\n    n = v * 3\n    raise ValueError([n])\ntry: f(x)\nexcept ValueError as e: d = e",
        "[d.__traceback__.tb_next.tb_frame.f_locals[name] for name in 'nv']",
    ),
    "an alias of a class": ("d = types.GenericAlias(list, (x * 3,))", "d.__args__"),
    "the class above": (
        "class B: pass\nclass C(B):\n    def above(self): return super()\nd = C()\nd.own = x * 3\nd = d.above()",
        "d.__self__.own",
    ),
    "an exit stack": ("out, d = [], contextlib.ExitStack()\nd.callback(out.append, x * 3)\nNone", "[d.close(), out]"),
}


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="iterators are exchanged where that has been tried")
@pytest.mark.parametrize("moved", [False, True], ids=["run", "moved"])
@pytest.mark.parametrize(("text", "seen"), ITERATORS.values(), ids=ITERATORS)
def test_what_is_taken_out_once_is_plain_and_has_followed(
    shell: Shell, fresh: Shell, text: str, seen: str, *, moved: bool
) -> None:
    start, seen = (2.5 if moved else 1.5), f"json.dumps({seen})"
    for each in (shell, fresh):
        each(BEFORE)
    w = shell.autograd(f"x = 1.5\n{text}\nr = x * x\nr")
    if moved:
        w.set(x=start)
    fresh(f"x = {start}\n{text}")
    assert shell(seen) == fresh(seen)
    assert w.grads["x"] == 2 * start


def test_what_runs_between_two_cells_finds_plain_numbers(shell: Shell) -> None:
    w = shell.autograd("x = 1.5\nxs = [x, {x: x * 3}]\nr = x * x\nr")
    assert json.dumps([shell.names[name] for name in ("x", "xs", "r", "_")]) == '[1.5, [1.5, {"1.5": 4.5}], 2.25, 2.25]'
    w.set(x=2.0)
    assert json.dumps([shell.names[name] for name in ("x", "xs", "r", "_")]) == '[2.0, [2.0, {"2.0": 6.0}], 4.0, 4.0]'
    shell.autograd("x = 4.0\ny = x * x\ny")
    assert shell.names["_"] == shell.names["y"] == 16.0


@pytest.mark.parametrize("ends", ["%reload_ext autograd_magic", "%unload_ext autograd_magic"])
def test_numbers_stay_plain_when_the_magic_goes(shell: Shell, ends: str) -> None:
    shell.autograd("import json\nx = 1.5\nxs = [x, x * 3]\nr = x * x\nr")
    shell(ends)
    assert shell("json.dumps([x, xs, r])") == "[1.5, [1.5, 4.5], 2.25]"


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="iterators are exchanged where that has been tried")
def test_an_iterator_that_a_cell_has_gone_on_with_goes_on(shell: Shell) -> None:
    shell(BEFORE)
    w = shell.autograd("x = 1.5\nd = zip((x, x * 2, x * 3), 'abc')\nr = x * x\nr")
    assert shell("next(d)") == (1.5, "a")
    w.set(x=2.0)
    assert shell("next(d), next(d, None), next(d, None)") == ((4.0, "b"), (6.0, "c"), None)


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="iterators are exchanged where that has been tried")
@pytest.mark.parametrize("made", ["[x, x * 3]", "(x, x * 3)", "iter([x, x * 3])"])
def test_what_was_taken_out_of_a_cycle_comes_again_as_the_slider_has_it(shell: Shell, made: str) -> None:
    shell(BEFORE)
    w = shell.autograd(f"x = 1.5\nd = itertools.cycle({made})\nr = x * x\nr")
    assert shell("next(d)") == 1.5
    w.set(x=2.0)
    assert shell("json.dumps([next(d) for _ in range(4)])") == "[6.0, 2.0, 6.0, 2.0]"
    w.set(x=3.0)
    assert shell("json.dumps([next(d) for _ in range(3)])") == "[9.0, 3.0, 9.0]"


def test_what_a_name_no_longer_holds_is_let_go(shell: Shell) -> None:
    shell("import weakref, gc\nclass K: pass\nk = K()\nthere = weakref.ref(k)")
    shell.autograd("x = 1.5\nr = x * x\nr")
    shell("del k\n_ = gc.collect()")
    assert shell("there() is None")


def test_a_loop_of_the_notebook_is_no_part_of_a_cell(shell: Shell) -> None:
    shell(BEFORE)
    shell("loop = asyncio.new_event_loop()\nout = loop.create_future()\nloop.call_soon(print)")
    w = shell.autograd("x = 1.5\nloop, out\nr = x * x if x < 1.7 else x * 2\nr")
    shell("loop.run_until_complete(asyncio.sleep(0))")
    assert not w.stale
    shell("loop.call_soon(out.set_result, 2.0)")
    w.set(x=2.0)
    assert w.values["r"] == 4.0
    assert shell("loop.run_until_complete(out)") == 2.0


SET = {
    "a setting of matplotlib's": ("plt.rcParams['figure.dpi'] = x * 100", "plt.rcParams['figure.dpi']"),
    "settings of matplotlib's": ("plt.rcParams.update({'lines.linewidth': x})", "plt.rcParams['lines.linewidth']"),
    "an attribute of a module": ("math.own = x * 3", "math.own"),
    "an attribute by its name": ("setattr(math, 'own', x * 3)", "json.dumps(math.own)"),
    "an attribute of a class": ("collections.Counter.own = x * 3", "collections.Counter.own"),
    "a setting of the process": ("socket.setdefaulttimeout(x)", "socket.getdefaulttimeout()"),
    "a file": ("with open(path, 'w') as f: f.write(str(x))", "open(path).read()"),
}


@pytest.fixture
def outside(shell: Shell, tmp_path: Path) -> Iterator[Shell]:
    """A shell whose cells set things outside, which are unset afterwards."""
    shell.names["path"] = str(tmp_path / "own")
    shell("import collections, json, math, socket, matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt")
    yield shell
    shell("plt.rcdefaults(); socket.setdefaulttimeout(None); vars(math).pop('own', None)")
    shell("if hasattr(collections.Counter, 'own'): del collections.Counter.own")


@pytest.mark.parametrize(("text", "seen"), SET.values(), ids=SET)
def test_what_is_set_in_outside_code_stays_what_the_cell_has_set(outside: Shell, text: str, seen: str) -> None:
    w = outside.autograd(f"x = 1.5\n{text}\nr = x * x if x < 2.0 else x\nr")
    then = str(outside(seen))
    assert then in ("150.0", "1.5", "4.5")
    with suppress(CannotExplore):  # where it writes, it is not run for a picture
        w.peek({w.tape.leaves[0].key: 2.5})
        w.motion.home()
    assert str(outside(seen)) == then
    with suppress(CannotExplore):
        w.browser.measure(w.motion.peek)
    assert str(outside(seen)) == then


def test_what_is_run_once_more_for_that_warns_no_second_time(outside: Shell) -> None:
    outside("import scipy.linalg as linalg, warnings")
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        w = outside.autograd(
            "x = 1.5\nr = linalg.expm([[x, 1.0], [1.0, 2.0]])[0, 0]\nmath.own = x * 3\nwarnings.warn('once')\nr * 2"
        )
    assert not w.gaps
    assert [str(each.message) for each in said] == ["once"]


def test_what_the_next_cell_puts_there_stays(shell: Shell) -> None:
    shell(BEFORE)
    w = shell.autograd("x = 1.5\ndef d(y, k=x * 3): return k\np = functools.partial(d, x)\nr = x * x\nr")
    shell("d.__defaults__ = (7.0,)")
    w.set(x=2.5)
    assert shell("d(1), p.args") == (7.0, (2.5,))
