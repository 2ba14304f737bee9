"""Whatever a traced cell leaves its numbers in, the next cell finds plain ones there, and after a move those of a fresh run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from shell import Shell

BEFORE = """
import collections, contextvars, dataclasses, enum, functools, json, queue, threading, types, typing, weakref
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


def test_what_the_next_cell_puts_there_stays(shell: Shell) -> None:
    shell(BEFORE)
    w = shell.autograd("x = 1.5\ndef d(y, k=x * 3): return k\np = functools.partial(d, x)\nr = x * x\nr")
    shell("d.__defaults__ = (7.0,)")
    w.set(x=2.5)
    assert shell("d(1), p.args") == (7.0, (2.5,))
