"""Which number of a cell is the root: what it ends with, else what it printed or named last; also where that number
depends on no leaf on the path that was taken.
"""

from __future__ import annotations

import base64

import pytest
from IPython.core.error import UsageError
from shell import Shell

from autograd_magic import explore
from autograd_magic.cell.traces import CannotExplore
from autograd_magic.export.text import tree

NEURON = "a = 2.0\nb = -3.0\nn = a * b\n"


def root(w: object) -> str:
    tape = w.tape  # type: ignore[attr-defined]
    return str(tape.label(tape.root))


def value(w: object) -> float:
    tape = w.tape  # type: ignore[attr-defined]
    return float(tape.values[tape.root])


# The last expression is a number.


def test_a_dead_relu_is_still_the_root(shell: Shell) -> None:
    w = shell.autograd(NEURON + "out = n if n > 0 else 0.0\nout")
    assert (root(w), w.values["out"], w.values["n"]) == ("out", 0.0, -6.0)
    assert (w.grads["a"], w.grads["b"], w.grads["n"], w.grads["out"]) == (0.0, 0.0, 0.0, 1.0)
    assert w.trace.notes == [
        "out depends on no leaf on this path, so every gradient is 0: line 5 decided that (n > 0 is false)."
    ]
    assert [leaf.name for leaf in w.tape.leaves] == ["a", "b"]
    assert "out" in repr(w)
    assert tree(w.tape) == "out | data 0 | grad 1\nIt depends on none of: a = 2, b = -3"
    assert w.formula("out", "python")
    w.set(b=-2.0)  # still dead, and nothing is run
    assert (w.values["n"], w.values["out"], w.grads["a"], shell.names["out"]) == (-4.0, 0.0, 0.0, 0.0)
    w.set(b=3.0)
    assert (root(w), w.values["out"], w.grads["a"], w.grads["b"]) in [("n", 6.0, 3.0, 2.0), ("out", 6.0, 3.0, 2.0)]
    assert not w.trace.notes and shell("out") == 6.0
    w.reset()
    assert (root(w), w.values["out"], w.grads["a"], shell.names["out"]) == ("out", 0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def relu(t):\n    return t if t > 0 else 0.0\nout = relu(n)\nout", "line 6 decided that"),
        ("if n > 0:\n    out = n\nelse:\n    out = 0.0 * 1\nout", "line 5 decided that (n > 0 is false)"),
        ("out = 1.0 if n > 0 else 0.0\nout", "line 5 decided that (n > 0 is false)"),
        ("out = int(n > 0)\nout", "line 5 decided that (n > 0 is false)"),
        ("out = 0.0 * sum(t for t in [n] if t > 0)\nout", "line 5 decided that"),
        ("try:\n    out = math.sqrt(n)\nexcept ValueError:\n    out = 2.0 * 0\nout", "Python refuses sqrt there"),
        ("step = 1.0 if n > 0 else 0.0\nout = 2 * step\nout", "line 5 decided that"),
    ],
)
def test_what_decided_is_said(shell: Shell, text: str, said: str) -> None:
    shell("import math")
    w = shell.autograd(NEURON + text)
    assert (root(w), value(w), w.grads["a"], w.grads["b"]) == ("out", 0.0, 0.0, 0.0)
    assert said in w.trace.notes[0] and len(w.trace.notes) == 1


def test_a_number_on_another_branch_is_a_leaf_and_the_others_have_gradient_0(shell: Shell) -> None:
    w = shell.autograd(NEURON + "if n > 0:\n    r = n * 2\nelse:\n    r = 0.5\nr")
    assert (root(w), value(w), w.grads["a"], w.grads["r"]) == ("r", 0.5, 0.0, 1.0)
    assert w.trace.notes == ["r depends on no other leaf on this path: line 5 decided that (n > 0 is false)."]
    w.set(b=1.0)
    assert (value(w), w.grads["a"]) == (4.0, 2.0)


def test_data_and_grad_and_backward_mean_a_root(shell: Shell) -> None:
    head = "from autograd_magic import Value, draw_dot\na = Value(2.0, label='a')\nL = a * 3\nL.label = 'L'\nM = L + a\nM.label = 'M'\n"
    for end in (
        "L.data",
        "L.backward()\na.grad",
        "L.backward()",
        "draw_dot(L)",
        "float(L)",
        "L.backward()\nprint(a.grad)",
    ):
        w = shell.autograd(head + end)
        assert (root(w), w.values["L"], w.grads["a"]) == ("L", 6.0, 3.0), end
    w = shell.autograd("a = 2\nL = a * 3\nM = L + a\nL.data")
    assert (root(w), w.grads["a"]) == ("L", 3.0)


def test_a_gradient_from_an_earlier_cell_leaves_the_last_result(shell: Shell) -> None:
    w = shell.autograd("a = 2.0\nb = a * 3\na.grad")
    assert (root(w), w.grads["a"]) == ("b", 3.0)


def test_what_was_computed_outside_of_the_graph_is_no_root(shell: Shell) -> None:
    w = shell.autograd("a = 2.0\nb = a * a\nfloat(b) * 3")  # a float of it is the number itself
    assert (root(w), value(w), w.grads["a"]) == ("", 12.0, 12.0)
    w = shell.autograd(
        "from autograd_magic import Value\na = Value(2.0)\nlosses = []\nfor k in range(3):\n    b = a * a\n    losses.append(b.data * 2)\nsum(losses)"
    )
    assert root(w).startswith("b")


def test_any_other_number_is_the_root(shell: Shell) -> None:
    w = shell.autograd("a = 2.0\nb = a * a\nlen('abc')")
    assert (value(w), w.grads["a"]) == (3.0, 0.0)
    assert w.trace.notes == ["The last expression depends on no leaf, so every gradient is 0."]


# The last expression holds several numbers.


@pytest.mark.parametrize("end", ["(p, q)", "[p, q]", "{'p': p, 'q': q}", "np.array([p, q])", "p, [1, (q,)]"])
def test_of_several_the_last_is_the_root_and_the_others_are_offered(shell: Shell, end: str) -> None:
    shell("import numpy as np")
    w = shell.autograd(f"a = 2.0\nb = 3.0\np = a * b\nq = a + b\nz = p + q\n{end}")
    assert (root(w), value(w), w.grads["a"]) == ("q", 5.0, 1.0)
    assert "numbers, and this is the graph of the last, q." in w.trace.notes[0]
    assert [w.tape.label(node) for node in w.model.tape["others"]] == ["p"]


def test_unnamed_numbers_are_on_the_tape_too(shell: Shell) -> None:
    w = shell.autograd("a = 2.0\nb = 3.0\n[a * b, a + b]")
    assert (value(w), w.grads["a"]) == (5.0, 1.0)
    assert 6.0 in w.tape.values and len(w.trace.others) == 1


def test_a_dead_number_at_the_end_of_a_tuple(shell: Shell) -> None:
    w = shell.autograd(NEURON + "out = max(0.0, n)\nn, out")
    assert (root(w), value(w), w.grads["a"]) == ("out", 0.0, 0.0)
    w = shell.autograd(NEURON + "out = max(0.0, n)\nn * 2, len('abc')")
    assert (value(w), w.grads["a"]) == (-12.0, -6.0)


def test_numbers_that_were_read_mean_those_they_were_read_from(shell: Shell) -> None:
    w = shell.autograd(
        "from autograd_magic import Value\na = Value(2.0, label='a')\nlosses = []\nfor k in range(3):\n"
        "    L = a * (k + 1)\n    losses.append(L.data)\nlosses"
    )
    assert (root(w), value(w), w.grads["a"]) == ("L", 6.0, 3.0)


# Anything else.


@pytest.mark.parametrize(
    "end",
    [
        "print(L)",
        "print('L is', L, 'after', 3, 'steps')",
        "print(f'{L:.2f}')",
        "print('%.2f' % L)",
        "print('{:.1f}'.format(L))",
        "print(round(L, 1))",
        "print(round(L))",
        "print('L = ' + str(L))",
        "s = f'{L}'\nprint(s)",
        "print([a, L])",
        "print(*[a, L], sep='; ')",
        "print(L, a)",
        "print(L)\nprint(a, 7.5)",
        "for i in range(3):\n    print(i, L) if i else None",
        "print(L)\nfor i in range(3):\n    print(i)",
        "print(L.data)",
        "print(L)\nNone",
        "print(L)\n'text'",
        "print(L)\nL > 3",
    ],
)
def test_the_last_computed_number_that_was_printed(shell: Shell, end: str) -> None:
    w = shell.autograd(f"a = 2.0\nb = 3.0\nL = a * b\nM = L + a\n{end}")
    assert (root(w), w.values["L"], w.grads["a"]) == ("L", 6.0, 3.0)


def test_a_printed_number_needs_no_name(shell: Shell) -> None:
    w = shell.autograd("a = 3.0\nprint(a**2)")
    assert (value(w), w.grads["a"]) == (9.0, 6.0)
    assert w.trace.notes == ["This is the graph of the last number that was printed (line 3)."]


def test_a_printed_dead_number(shell: Shell) -> None:
    for end in (
        "print(n if n > 0 else 0.0)",
        "print(f'{n if n > 0 else 0.0:.2f}')",
        "print([n, n if n > 0 else 0.0])",
    ):
        w = shell.autograd(NEURON + end)
        assert (value(w), w.grads["a"]) == (0.0, 0.0), end
        assert any("line 5 decided that" in note for note in w.trace.notes)
        w.set(b=1.0)
        assert (value(w), w.grads["a"]) == (2.0, 1.0)
    w = shell.autograd(NEURON + "if n > 0:\n    out = n * 2\nelse:\n    out = 0.5\nprint(out)")
    assert (root(w), value(w), w.grads["a"]) == ("out", 0.5, 0.0)


@pytest.mark.parametrize(
    "end",
    [
        "z = 7.0",
        "for i in range(3):\n    pass",
        "i = 0\nwhile L > i:\n    i += 1",
        "i = 0\nwhile L > i:\n    i = i + 1\nprint(i)",
        "print(0.0, len('abc'))",
        "for i in range(2):\n    print(i)",
        "a > 1",
        "'text'",
        "None",
        "object()",
        "print('text')",
        "print(a, b)",
    ],
)
def test_else_the_last_computed_number_that_has_a_name(shell: Shell, end: str) -> None:
    w = shell.autograd(f"a = 2.0\nb = 3.0\nk = a + b\nL = a * b\n{end}")
    assert (root(w), w.grads["a"]) == ("L", 3.0)


def test_the_last_name_may_hold_a_dead_number(shell: Shell) -> None:
    for end in ("out = max(0.0, n)", "if n > 0:\n    out = n * 2\nelse:\n    out = 0.0"):
        w = shell.autograd(NEURON + end)
        assert (root(w), value(w), w.grads["a"]) == ("out", 0.0, 0.0)
        w.set(b=1.0)
        assert w.grads["a"] > 0


def test_the_root_is_named_where_it_is_not_the_last_expression(shell: Shell) -> None:
    w = shell.autograd("a = 2.0\nL = a * 3\nM = a * 4\nprint(L)\n'text'")
    assert w.trace.notes == [
        "The last expression is no number (str): this is the graph of L, the last number that was printed (line 3)."
    ]
    w = shell.autograd("a = 2.0\nL = a * 3\nL > 2")
    assert w.trace.notes == [
        "The last expression is no number (bool): this is the graph of L, the last result that has a name (line 3)."
    ]


def test_a_constant_that_a_read_value_shares_is_not_that_value(shell: Shell) -> None:
    w = shell.autograd(
        "from autograd_magic import Value\nc = Value(0.0, label='c')\nd = c.data\nn = -2.0 * c - 1.0\nn.label = 'n'\n"
        "out = 0.0 if n < 0 else n\nout"
    )
    assert (root(w), value(w), w.grads["c"]) == ("out", 0.0, 0.0)


def test_a_function_that_is_dead_at_its_start(shell: Shell) -> None:
    w = explore(lambda x: x if x > 0 else 0.0, x=-1.0)
    assert (value(w), w.grads["x"]) == (0.0, 0.0)
    assert "every gradient is 0: line" in w.trace.notes[0] and "(x > 0 is false)" in w.trace.notes[0]
    w.set(x=3.0)
    assert (value(w), w.grads["x"]) == (3.0, 1.0)
    with pytest.raises(CannotExplore, match="not one number computed from its arguments"):
        explore(lambda x: 3.0, x=1.0)


# --root, and no graph.


def test_root_chooses_a_dead_number_too(shell: Shell) -> None:
    w = shell.autograd(NEURON + "out = max(0.0, n)\nn * 2", "--root out")
    assert (root(w), value(w), w.grads["a"]) == ("out", 0.0, 0.0)
    w.set(b=1.0)
    assert (w.values["out"], w.grads["a"]) == (2.0, 1.0)
    w.reset()
    assert (root(w), value(w), w.grads["a"]) == ("out", 0.0, 0.0)
    with pytest.raises(UsageError, match="it holds int 3, not a number computed from leaves"):
        shell("%%autograd --root k\na = 2.0\nk = len('abc')\na * k")


@pytest.mark.parametrize("text", ["a = 2.0", "a = 2.0\nprint(a)", "a = 2.0\nprint('text')"])
def test_where_nothing_is_computed_the_last_number_stands_alone(shell: Shell, text: str) -> None:
    w = shell.autograd(text)
    assert (root(w), value(w), w.grads["a"], len(w.tape)) == ("a", 2.0, 1.0, 1)
    assert w.trace.notes[0].startswith("Nothing is computed from the cell's numbers, so this is a alone")
    w.set(a=5.0)
    assert (value(w), shell("a")) == (5.0, 5.0)


@pytest.mark.parametrize("text", ["a = 2.0\nlen('abc')", "a = 2.0\nv = [a, 1.0]\nv[1] * 2", "a = 2.0\n3.0"])
def test_where_the_last_expression_is_made_of_none_there_is_no_graph(shell: Shell, text: str) -> None:
    shell("%%autograd\n" + text)
    assert "nothing is computed" in "".join(str(shown.data) for shown in shell.output.outputs)


def test_where_no_number_has_a_name_there_is_no_graph(shell: Shell) -> None:
    for text in ("print(2.0)", "name = 'text'", "v = [1.0, 2.0]"):
        shell("%%autograd\n" + text)
        assert "no graph: the cell binds no number to a name" in "".join(
            str(shown.data) for shown in shell.output.outputs
        )


def test_the_still_picture_of_a_dead_root(shell: Shell) -> None:
    shell("%%autograd\n" + NEURON + "out = n if n > 0 else 0.0\nout")
    pictures = [shown.data["text/html"] for shown in shell.output.outputs if "text/html" in shown.data]
    pictures = [base64.b64decode(picture.partition("base64,")[2].partition('"')[0]).decode() for picture in pictures]
    assert "Expression graph of out = 0, 1 value." in pictures[0]


@pytest.mark.parametrize("before", ["print(n.bit_count())", "n.to_bytes(2, 'big')", "n.bit_length()"])
def test_what_a_whole_number_is_asked_decides_and_nothing_leaves(shell: Shell, before: str) -> None:
    w = shell.autograd(f"n = 13\ncnt = 0\nif n: cnt += n & 1\n{before}\ny = cnt*1.5 + (n & 6)\ny")
    assert w.values["y"] == 5.5
    w.set(n=7)
    assert w.values["y"] == 7.5
    w.set(n=0)
    assert w.values["y"] == 0.0


def test_a_number_that_counts_is_named(shell: Shell) -> None:
    text = (
        "%%autograd\nn = 6\nsteps = 0\nwhile n != 1:\n    n = n//2 if n % 2 == 0 else 3*n+1\n    steps += 1\nsteps*0.5"
    )
    shell.run(text)
    said = "".join(str(shown.data) for shown in shell.output.outputs)
    assert "n is a whole number that counts, so by itself it is no leaf (--wrt n makes it one)" in said
    assert shell("steps") == 8
