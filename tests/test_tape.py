"""Tape: replay with other numbers, and whether that is allowed."""

from __future__ import annotations

import math

import numpy as np
import pytest
from graphs import graph

from autograd_magic import Value
from autograd_magic.engine import record, recording
from autograd_magic.engine.number import Number
from autograd_magic.engine.tape import Tape


def test_forward_and_backward_touch_no_value_until_asked() -> None:
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    y = a * b + a
    tape = Tape(y)
    assert tape.forward([5.0, 7.0]) == 40.0
    assert dict(
        zip([leaf.name for leaf in tape.leaves], tape.backward()[[leaf.node for leaf in tape.leaves]], strict=True)
    ) == {"a": 8.0, "b": 5.0}
    assert (a.data, y.data, a.grad) == (2.0, 8.0, 0.0)
    tape.write()
    assert (a.data, y.data, a.grad, b.grad) == (5.0, 40.0, 8.0, 5.0)


def test_nodes_that_somebody_else_has_written_to_are_given_theirs_again() -> None:
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    c = a * b
    y = c + a
    tape = Tape(y)

    def moved(at: float) -> None:
        tape.forward({0: at})
        tape.backward()
        tape.write()
        numbers = [(node.data, node.grad) for node in tape.nodes]
        assert numbers == list(zip(tape.values.tolist(), tape.grads.tolist(), strict=True))

    def swept() -> None:
        c.backward()

    def forgotten() -> None:
        b.grad = c.grad = 0.0

    def written() -> None:
        c.data = 7.5

    def elsewhere() -> None:
        other = Tape(c)
        other.forward([1.0, 1.0])
        other.backward()
        other.write()

    for otherwise in (swept, forgotten, written, elsewhere):
        moved(2.5)
        moved(3.5)
        moved(3.5)
        otherwise()
        moved(3.5)
        otherwise()
        moved(4.5)


def test_replay_is_a_fresh_build() -> None:
    for seed in range(20):
        tape = Tape(graph(seed, 120))
        again = tape.forward(list(tape.traced[[leaf.node for leaf in tape.leaves]]))
        assert again == pytest.approx(float(tape.traced[tape.root]), rel=1e-12, nan_ok=True)


def test_any_node_can_be_the_root() -> None:
    a = Value(2.0)
    b = a * a
    c = b * a
    tape = Tape(c)
    assert tape.backward(tape.node(b))[tape.node(a)] == 4.0
    assert tape.backward()[tape.node(a)] == 12.0


def test_nodes_that_do_not_reach_the_root_take_no_part() -> None:
    a = Value(0.0)
    with np.errstate(all="ignore"):
        beside = np.reciprocal(a)
    root = a + 1
    tape = Tape(root, also=[beside])
    assert tape.backward()[tape.node(a)] == 1.0


def recorded(function, **numbers: float) -> Tape:
    run = recording.Recording(filename=__file__)
    with record.recording(run):
        leaves = {("leaf", name): Number(number, name) for name, number in numbers.items()}
        run.leaves.update(leaves)
        root = function(*leaves.values())
    return Tape(root, run.guards, run.leaves)


def holds(tape: Tape, *position: float) -> bool:
    tape.forward(position)
    return tape.broken() is None


def test_comparisons_decide() -> None:
    tape = recorded(lambda x: x * 2 if x > 1 else x / 2, x=3.0)
    assert holds(tape, 1.5) and not holds(tape, 1.0) and not holds(tape, math.nan)
    assert "x > 1 is no longer true" in tape.broken().sentence
    equal = recorded(lambda x: x if x == 0.3 else -x, x=0.3)
    assert holds(equal, 0.3) and not holds(equal, 0.3 + 1e-16 * 3)


def test_bounds_are_pythons_to_the_last_double() -> None:
    tape = recorded(lambda x: x * 2 if x >= 0.1 else x, x=1.0)
    assert holds(tape, 0.1) and not holds(tape, math.nextafter(0.1, 0))


def test_whole_numbers_decide() -> None:
    tape = recorded(lambda x: x * int(x), x=2.5)
    assert holds(tape, 2.9) and not holds(tape, 3.0)
    loop = recorded(lambda n, x: sum(x for _ in range(n)), n=3, x=1.0)
    assert holds(loop, 3, 7.0) and not holds(loop, 4, 1.0) and not holds(loop, 2.5, 1.0)


def test_what_python_would_refuse_breaks() -> None:
    tape = recorded(lambda x: (1 / x).log(), x=2.0)
    assert holds(tape, 1.0) and not holds(tape, 0.0) and not holds(tape, -1.0)
    assert "refuse log" in tape.broken().sentence or "refuse div" in tape.broken().sentence
    lenient = recorded(lambda x: np.log(x), x=2.0)
    assert holds(lenient, -1.0)


def test_what_python_refused_must_still_be_refused() -> None:
    def guarded(x: Number) -> Number:
        try:
            return 1 / x
        except ZeroDivisionError:
            return x + 5

    tape = recorded(guarded, x=0.0)
    assert holds(tape, -0.0) and not holds(tape, 1.0)


@pytest.mark.parametrize(
    "leak", [float, hash, lambda x: x.data, complex, lambda x: x.is_integer(), lambda x: np.asarray(x, dtype=float)]
)
def test_escapes_hold_while_nothing_moved(leak) -> None:
    tape = recorded(lambda x, y: x * y + bool(leak(x * 2) != 99), x=2.5, y=1.0)
    assert holds(tape, 2.5, 8.0) and not holds(tape, 2.6, 1.0)


def test_a_gradient_read_by_the_code_depends_on_everything() -> None:
    def stepped(x: Number, y: Number) -> Number:
        loss = x * y
        loss.backward()
        return y - 0.1 * y.grad + x * 0

    tape = recorded(stepped, x=2.5, y=1.0)
    assert holds(tape, 2.5, 1.0) and not holds(tape, 2.6, 1.0)


def test_whole_numbers_beyond_two_to_the_53() -> None:
    tape = recorded(lambda n: n * n, n=3)
    assert holds(tape, 94906265) and not holds(tape, 94906267)
    after = recorded(lambda n: n + 1, n=3)
    assert holds(after, 2**53 - 1) and not holds(after, 2**53 + 2)


def test_data_written_in_the_cell_means_what_it_says() -> None:
    def written(x: Number) -> Number:
        before = x * 10
        x.data += 1
        return before + x

    tape = recorded(written, x=2.0)
    assert float(tape.values[tape.root]) == 23.0
    assert not holds(tape, 4.0)
