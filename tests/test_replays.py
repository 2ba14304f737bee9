"""Three replays, one result: Python's scalars, NumPy's levels, and the browser's TypeScript (run in Node)."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
from graphs import EXACT, graph, sums
from twin import ask

from autograd_magic.engine import replay
from autograd_magic.engine.groups import Chain
from autograd_magic.engine.ops import TABLE
from autograd_magic.engine.tape import Tape
from autograd_magic.engine.value import Value
from autograd_magic.live.number_text import encode_number
from autograd_magic.live.tape_wire import encode


def typescript(cases: Iterable[tuple[Tape, list[list[float]]]]) -> list[list[dict[str, Any]]]:
    """Replay tapes at leaf positions in Node."""
    answers: list[list[dict[str, Any]]] = ask(
        {
            "tape": encode(tape),
            "at": [{leaf.key: encode_number(x) for leaf, x in zip(tape.leaves, row, strict=True)} for row in positions],
        }
        for tape, positions in cases
    )
    for answer in answers:
        for each in answer if isinstance(answer, list) else ():
            for key in ("values", "grads"):
                each[key] = np.frombuffer(base64.b64decode(each[key]))
    return answers


def replayed(
    tape: Tape, position: list[float], crowd: int, monkeypatch: pytest.MonkeyPatch
) -> tuple[np.ndarray, np.ndarray]:
    monkeypatch.setattr(replay, "CROWD", crowd)
    tape.plan = replay.Plan(tape.rows, tape.args)
    tape._towards = {}
    tape.forward(position)
    return tape.values.copy(), tape.backward().copy()


def positions(tape: Tape, seed: int, count: int = 3) -> list[list[float]]:
    dice = random.Random(seed)
    return [[dice.uniform(-2, 2) for _ in tape.leaves] for _ in range(count)]


@pytest.mark.parametrize("size", [7, 60, 900, 6000])
@pytest.mark.parametrize("seed", range(4))
def test_exact_rows_agree_to_the_bit(seed: int, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    tape = Tape(graph(seed, size, EXACT))
    asked = positions(tape, seed)
    (browser,) = typescript([(tape, asked)])
    for position, answer in zip(asked, browser, strict=True):
        each = replayed(tape, position, 10**9, monkeypatch)
        levels = replayed(tape, position, 0, monkeypatch)
        for ours, grouped, theirs in zip(each, levels, (answer["values"], answer["grads"]), strict=True):
            assert np.array_equal(ours, grouped, equal_nan=True)
            assert np.array_equal(ours, theirs, equal_nan=True)


def test_below_and_above_an_unknown_operation_nobody_has_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    a, b, c = (Value(x, label=name) for x, name in ((2.0, "a"), (3.0, "b"), (4.0, "c")))
    y = Value(9.0, (a * b,), "mystery")
    tape = Tape(y * b + c * y)
    asked = [[2.0, 3.0, 5.0], [2.5, 3.0, 4.0], [2.0, 3.0, 4.0]]
    (browser,) = typescript([(tape, asked)])
    for position, answer in zip(asked, browser, strict=True):
        found = [replayed(tape, position, crowd, monkeypatch) for crowd in (10**9, 0)]
        for values, grads in found:
            assert np.array_equal(values, answer["values"], equal_nan=True)
            assert np.array_equal(grads, answer["grads"], equal_nan=True)
            assert [*np.isnan(grads[[tape.node(node) for node in (a, b)]])] == [True, True]
            assert np.isnan(values[tape.root]) == (position[0] != 2.0)
            assert (grads[tape.node(c)] == 9.0) == (position[0] == 2.0)


@pytest.mark.parametrize("size", [7, 60, 400])
def test_all_rows_agree(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    tapes = [Tape(graph(seed, size, leaves=12, reach=40)) for seed in range(30)]
    asked = [positions(tape, seed) for seed, tape in enumerate(tapes)]
    for tape, rows, browser in zip(tapes, asked, typescript(zip(tapes, asked, strict=True)), strict=True):
        for position, answer in zip(rows, browser, strict=True):
            each, _ = replayed(tape, position, 10**9, monkeypatch)
            levels, _ = replayed(tape, position, 0, monkeypatch)
            # One operation at a time, on the kernel's own arguments: a chaotic graph makes much of one last bit.
            for found in (list(map(float, numbers)) for numbers in (each, levels, answer["values"])):
                for node, row in enumerate(tape.rows):
                    if row.partials and not row.step and row.name not in ("tan", "where"):
                        wanted = row.ieee(*[found[arg] for arg in tape.args[node]])
                        assert found[node] == pytest.approx(
                            wanted,
                            rel=(row.ulps + 6) * 2**-52,
                            abs=max(1e-300, row.ulps * row.floor * 2**-52),
                            nan_ok=True,
                        ), row.name


def one_by_one(tape: Tape) -> tuple[np.ndarray, np.ndarray]:
    """The numbers and the gradients of a tape by Python's floats, an operation after the other."""
    values, grads = tape.values.tolist(), [0.0] * len(tape)
    for node in tape.plan.computed.tolist():
        values[node] = tape.rows[node].ieee(*[values[arg] for arg in tape.args[node]])
    grads[tape.root] = 1.0
    for node in reversed(tape.plan.computed.tolist()):
        args = tape.args[node]
        for arg, local in zip(args, tape.rows[node].local, strict=True):
            grads[arg] += grads[node] * local(*[values[arg] for arg in args], values[node])
    return np.array(values), np.array(grads)


def bits(numbers: np.ndarray) -> list[int]:
    return numbers.view(np.int64).tolist()


@pytest.mark.parametrize("seed", range(12))
def test_chains_of_additions_are_computed_as_if_one_by_one(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "CROWD", 0)
    tape = Tape(sums(seed, [4, 40, 200][seed % 3]))
    chains = [group for group in tape.plan.groups if isinstance(group, Chain)]
    assert chains
    for position in positions(tape, seed):
        tape.forward(position)
        values, grads = one_by_one(tape)
        assert bits(tape.values) == bits(values) and bits(tape.backward()) == bits(grads)
        tape.root, root = int(chains[0].nodes[0, 1]), tape.root  # in the middle of one
        assert bits(tape.backward()) == bits(one_by_one(tape)[1])
        tape.root = root
    monkeypatch.setattr(replay, "CROWD", 10**9)
    plain = replay.Plan(tape.rows, tape.args)
    for node in random.Random(seed).choices(range(len(tape)), k=20):
        marked = np.arange(len(tape)) == node
        assert np.array_equal(tape.plan.spread(marked.copy()), plain.spread(marked.copy()))
        assert np.array_equal(tape.plan.above(marked), plain.above(marked))
        own, other = tape.values * 1.1, tape.values * 1.1  # what does not move stays the run's own
        tape.plan.forward_only(own, plain.spread(marked.copy()))
        plain.forward_only(other, plain.spread(marked.copy()))
        assert bits(own) == bits(other)


def test_long_chains_are_computed_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    a, x = Value(0.9, label="a"), Value(0.5, label="x")
    for k in range(400):
        x = x + 0.01 * (a - x) if k % 3 else (x * x / a - a).tanh() - (-x)
    tape = Tape(x)
    assert not tape.plan.grouped
    for position in ([0.7, 0.4], [-1.5, 3.0], [2.0**-1000, 0.5]):
        tape.forward(position)
        values, grads = one_by_one(tape)
        assert np.array_equal(tape.values, values, equal_nan=True)
        assert np.array_equal(tape.backward(), grads, equal_nan=True)


def test_value_backward_is_the_tapes_backward() -> None:
    for seed in range(10):
        root = graph(seed, 300, EXACT)
        tape = Tape(root)
        tape.backward()
        root.backward()
        assert np.array_equal(tape.grads, [node.grad for node in tape.nodes], equal_nan=True)


def edge_tapes() -> list[tuple[str, Tape, list[list[float]]]]:
    from test_ops import EDGES

    found = []
    for row in TABLE.values():
        leaves = [Value(1.5, label=name) for name in "xyw"[: row.arity]]
        from autograd_magic.engine.value import operate

        node = operate(Value, row, row.ieee, tuple(leaves))
        node.strict = False
        grid = [[x] for x in EDGES] if row.arity == 1 else [[x, y] for x in EDGES for y in EDGES]
        if row.name == "round":
            grid = [
                [x, d]
                for x in [*EDGES, 2.675, 1234.5, 1250.0, 0.125, 1e22, 15.0, 25.0]
                for d in (0.0, 1.0, 2.0, -1.0, -2.0)
            ]
        if row.arity == 3:
            grid = [[c, x, -x] for c in (0.0, 1.0) for x in EDGES]
        found.append((row.name, Tape(node), grid))
    return found


def test_typescript_at_the_edges() -> None:
    cases = edge_tapes()
    for (name, tape, grid), browser in zip(cases, typescript([(tape, grid) for _, tape, grid in cases]), strict=True):
        row = TABLE[name]
        for arguments, answer in zip(grid, browser, strict=True):
            wanted = row.ieee(*arguments)
            found = answer["values"][tape.root]
            assert found == pytest.approx(
                wanted, rel=(row.ulps + 4) * 2**-52, abs=row.ulps * row.floor * 2**-52, nan_ok=True
            ), (name, arguments)
            if wanted == 0:
                assert np.signbit(found) == np.signbit(wanted), (name, arguments)
            for place, local in enumerate(row.local):
                slope = local(*arguments, found)
                got = answer["grads"][tape.args[tape.root][place]]
                assert got == pytest.approx(slope, rel=1e-12, abs=1e-320, nan_ok=True), (name, arguments, place)
