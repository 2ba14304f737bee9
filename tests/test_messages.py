"""What Python refuses, it refuses in the same words with a traced number: they never name a class or a function of ours."""

from __future__ import annotations

import re
from typing import Any

import pytest
from shell import Shell

REFUSED = [
    "a.x = 3",
    "del a.x",
    "a[0] = 1",
    "a[0] += 1",
    "for i in a: pass",
    "x, y = a",
    "[*a]",
    "print(*a)",
    "{**a}",
    "with a: pass",
    "1 in a",
    "a @ a",
    "~a",
    "a + 'x'",
    "a << 1",
    "a < None",
    "[a] < [None]",
    "a()",
    "a.x",
    "await a",
    "raise a",
    "sorted([a, None])",
    "sum([a, 'x'])",
    "''.join([a, 'x'])",
    "[].extend(a)",
    "{}.update(a)",
    "'x'.split(a)",
    "str.upper(a)",
    "print(a, sep=a)",
    "list(map(a, [1]))",
    "functools.reduce(a, [1, 2])",
    "list((lambda: (yield from a))())",
    "a.__doc__.x",
    "f(*a)",
    "f(**a)",
    "f(a, **{'a': 2})",
    "f(a, **{'b': 2})",
    "dict(**a)",
    "dict(k=a, **{'k': 2})",
    "B().f(a, k=2, **{'k': 2})",
    "math.sqrt(a, **{'k': 2})",
    "f(*[a, a, a])",
]
ALLOWED = [
    "f(*[a], **{'k': a})",
    "B().f(**{'a': a, 'k': 3})",
    "functools.partial(f, a)(**{'k': a})",
    "dict(**{'k': a})['k']",
    "(lambda function, **k: function * k['a'])(**{'function': a, 'a': a})",
]
BEFORE = "import math, functools\ndef f(a, k=1.0): return a * k\nclass B:\n    def f(self, a, k=1.0): return a * k"  # its own


def refused(shell: Shell, text: str) -> tuple[type, str]:
    error: Any = shell.run(text).error_in_exec
    return type(error), re.sub(r"0x\w+", "", str(error))


@pytest.mark.parametrize("text", REFUSED)
def test_what_python_refuses_it_refuses_in_its_own_words(shell: Shell, text: str) -> None:
    shell(BEFORE)
    plain = refused(shell, f"# plain\na = 2.5\n{text}")
    assert refused(shell, f"%%autograd\na = 2.5\n{text}") == plain
    shell.run(f"%%autograd\na = 2.5\ntry:\n    {text}\nexcept Exception as e:\n    said = str(e)")
    if "await" not in text:
        assert re.sub(r"0x\w+", "", shell.names["said"]) == plain[1]


@pytest.mark.parametrize("text", ALLOWED)
def test_calls_with_a_mapping_keep_their_gradients(shell: Shell, text: str) -> None:
    shell(BEFORE)
    numbers = {}
    for a in (2.5 - 1e-6, 2.5 + 1e-6):
        numbers[a] = shell(f"a = {a}\n{text}")
    w = shell.autograd(f"a = 2.5\n{text}")
    low, high = numbers
    assert w.grads["a"] == pytest.approx((numbers[high] - numbers[low]) / 2e-6, rel=1e-6)


def test_a_number_is_documented_as_its_kind(shell: Shell) -> None:
    shell("%%autograd\na = 2.5\nn = 3\nsaid = [a.__doc__, n.__doc__]\na * n")
    assert shell("said") == [float.__doc__, int.__doc__]
    shell("%%autograd\na = 2.5\nb = a * 3\nb?\nb")
    assert "Number" not in shell.output.stdout and "A number that remembers" not in shell.output.stdout
