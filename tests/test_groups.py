"""A large graph opens as groups (``js/src/model/groups.ts``): every node is in exactly one card, and no circle is made.
The still picture has the same cards (``export/groups.py``), and the same ways between them.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

import pytest
from eight import EIGHT, MLP, OURS
from graphs import graph
from shell import Shell
from twin import ask

from autograd_magic.engine.tape import Tape
from autograd_magic.export.groups import grouped as still
from autograd_magic.export.plan import Plan
from autograd_magic.live.tape_wire import encode

UNNAMED = {
    "a sum": "a = 2.0\nb = 3.0\na*b + b**2",
    "a call": "import math\na = 2.0\nmath.exp(-(a + 1) * a)",
    "much": "a = 2.0\nb = 3.0\n((a*b + b)*(a - b) + (a + 1)*(b + 2))*(a - 3)*(b - 4)",
    "an array": "import numpy as np\na = 2.0\n(np.array([1.0, 2.0]) * a).sum() * 2",
    "outside": "import statistics\na = 2.0\nstatistics.mean([a, a * a]) * 3",
    "nothing": "a = 2.0\nmax(0.0, -a)",
    "begins": "a = 2.0\nloss = 0.0\nfor k in range(3):\n    loss += a * k\nloss",
    "twice": "a = 2.0\nx = a * a\nx = x * a\nx",
    "flat": "import math\na = 800.0\nmath.exp(-a) * 1e-300 * a",
}
"""Roots without a name, and what else the eight do not have."""
Card = dict[str, Any]
Choice = tuple[Iterable[str], Iterable[str]]
AS_IT_OPENS: Choice = ((), ())


def grouped(tape: Tape, *choices: Choice) -> list[dict[str, Any]]:
    """The grouped graph for each choice of opened and shut groups."""
    asked = [{"open": list(opened), "shut": list(shut)} for opened, shut in choices]
    found: list[dict[str, Any]] = ask([{"tape": encode(tape), "groups": asked}])[0]
    return found


def also_still(tape: Tape, groups: dict[str, Any]) -> None:
    """The still picture's cards are those of the grouped graph as it opens."""
    ours = [
        (card.kind, card.label, list(card.within), card.nodes.tolist(), card.holds, card.node, set(card.outputs))
        for card in still(tape)
    ]
    assert ours == [
        (
            card["kind"],
            card["label"],
            [around["label"] for around in card["within"]],
            card["nodes"],
            card["holds"],
            card["node"],
            set(card["outputs"]),
        )
        for card in groups["cards"]
    ]


def behind(tape: Tape) -> set[int]:
    """What the root depends on, and the root."""
    found, stack = {tape.root}, [tape.root]
    while stack:
        for arg in tape.args[stack.pop()]:
            if arg not in found:
                found.add(arg)
                stack.append(arg)
    return found


def check(tape: Tape, groups: dict[str, Any]) -> None:
    """Every node is in exactly one card; keys tell the cards apart; what goes between them makes no circle."""
    cards: list[Card] = groups["cards"]
    held = [node for card in cards for node in card["nodes"]]
    assert len(held) == len(set(held))
    assert set(held) == behind(tape)
    assert len({card["key"] for card in cards}) == len(cards)
    place = {node: at for at, card in enumerate(cards) for node in card["nodes"]}
    edges: dict[tuple[int, int], set[int]] = {}
    for node in held:
        for arg in tape.args[node]:
            if place[arg] != place[node]:
                edges.setdefault((place[arg], place[node]), set()).add(arg)
    assert all(start < end for start, end in edges), "each card stands after what it needs"
    for at, card in enumerate(cards):
        assert card["holds"] == (1 if card["kind"] == "node" else len(card["nodes"]))
        assert card["label"]
        out = {arg for (start, _), args in edges.items() if start == at for arg in args}
        assert set(card["outputs"]) == (out | {tape.root} if tape.root in card["nodes"] else out)


def explored(tape: Tape, dice: random.Random, steps: int) -> None:
    """Open groups one after the other: what is not opened stays what it is, and is called what it was called."""
    opened: list[str] = []
    before = grouped(tape, AS_IT_OPENS)[0]
    for _ in range(steps):
        closed = [card for card in before["cards"] if card["holds"] > 1]
        if not closed:
            return
        card = dice.choice(closed)
        opened.append(card["key"])
        after = grouped(tape, (opened, ()))[0]
        check(tape, after)
        rest = {one["key"]: (one["label"], one["nodes"]) for one in before["cards"] if one is not card}
        now = {one["key"]: (one["label"], one["nodes"]) for one in after["cards"]}
        assert rest.items() <= now.items()
        come = [one for one in after["cards"] if one["key"] not in rest]
        assert 2 <= len(come) <= 41
        assert all(one["within"][-1]["label"] for one in come)
        before = after


@pytest.mark.parametrize("text", EIGHT.values(), ids=list(EIGHT))
def test_a_graph_opens_readable_and_can_be_explored(shell: Shell, text: str) -> None:
    tape = shell.autograd(text).tape
    first = grouped(tape, AS_IT_OPENS)[0]
    assert len(first["cards"]) <= 41
    check(tape, first)
    also_still(tape, first)
    same_plan(tape)
    explored(tape, random.Random(1), 3)


def test_to_the_last_node(shell: Shell) -> None:
    tape = shell.autograd(OURS).tape
    opened: set[str] = set()
    for _ in range(12):
        found = grouped(tape, (opened, ()))[0]
        opened |= {card["key"] for card in found["cards"] if card["holds"] > 1}
    check(tape, found)
    assert not [card for card in found["cards"] if card["holds"] > 1]


@pytest.mark.parametrize("seed", range(5))
def test_random_graphs(seed: int) -> None:
    dice = random.Random(seed)
    tape = Tape(graph(seed, dice.choice([5, 40, 200, 1500])))
    first = grouped(tape, AS_IT_OPENS)[0]
    check(tape, first)
    also_still(tape, first)
    explored(tape, dice, 3)


@pytest.mark.parametrize("seed", range(5))
def test_random_programs(shell: Shell, seed: int) -> None:
    """Calls in loops in calls, names, lists and sums."""
    dice = random.Random(seed)
    functions = "".join(
        f"def f{k}(x, n):\n"
        + dice.choice(["    for i in range(n):\n        x = x * b + 0.1\n", "    u = x * a\n    x = u + b\n", ""])
        + (f"    x = x + f{k - 1}(x, n) * 0.1\n" if k and dice.random() < 0.8 else "    x = x * 0.9\n")
        + dice.choice(["    return x\n", "    return sum([x * w for w in ws]) * 0.01\n"])
        for k in range(4)
    )
    body = "".join(
        dice.choice(
            [
                f"y = f{dice.randrange(4)}(y, {dice.randrange(1, 30)})\n",
                f"for k in range({dice.randrange(1, 40)}):\n    y = f{dice.randrange(4)}(y, 2)\n    z = y * 0.5\n",
                f"y = y + sum(f{dice.randrange(4)}(y, 1) for k in range({dice.randrange(1, 30)})) * 0.01\n",
                f"vs = [f{dice.randrange(4)}(y, 1) * k for k in range({dice.randrange(1, 30)})]\ny = y + vs[-1] * vs[0]\n",
                "y = y * 0.5 + z\n",
            ]
        )
        for _ in range(6)
    )
    tape = shell.autograd(
        f"a = 0.3\nb = 0.2\nws = [0.1, 0.2, 0.3, 0.4]\n{functions}y = a\nz = b\n{body}y", "--wrt ws"
    ).tape
    first = grouped(tape, AS_IT_OPENS)[0]
    check(tape, first)
    also_still(tape, first)
    explored(tape, dice, 3)


def same_plan(tape: Tape) -> None:
    """What is drawn, and what comes back on the ways between it, is the same in both pictures."""
    (theirs,) = ask([{"tape": encode(tape), "plan": True}])
    tape.backward()
    ours = Plan(tape, tape.root)
    assert [(item.kind.replace("leaf", "card"), item.node, item.name) for item in ours.items] == [
        (item["kind"].replace("leaf", "card"), item["node"], item["name"]) for item in theirs["items"]
    ]
    assert [(way.source, way.target, way.uses) for way in ours.ways] == [
        (way["source"], way["target"], [tuple(use) for use in way["uses"]]) for way in theirs["ways"]
    ]
    for way, (part, local) in zip(ours.ways, theirs["brought"], strict=True):
        found = way.brought
        if part is None:
            assert found is None
            continue
        assert found is not None
        assert found.part == pytest.approx(number(part), rel=1e-9, abs=1e-300, nan_ok=True)
        assert (found.local is None) == (local is None)
        if local is not None:
            assert found.local == pytest.approx(number(local), rel=1e-9, abs=1e-300, nan_ok=True)


def number(text: str) -> float:
    """A number as JavaScript writes it."""
    return float(text.replace("Infinity", "inf"))


@pytest.mark.parametrize("text", UNNAMED.values(), ids=list(UNNAMED))
def test_the_still_picture_draws_what_the_widget_opens_with(shell: Shell, text: str) -> None:
    same_plan(shell.autograd(text).tape)


@pytest.mark.parametrize("seed", range(8))
def test_random_graphs_are_drawn_the_same(seed: int) -> None:
    same_plan(Tape(graph(seed, [3, 12, 29, 40, 100, 300, 600, 1500][seed])))


def test_middle_sized_graphs_open_by_their_names(shell: Shell) -> None:
    tape = shell.autograd(EIGHT["Black-Scholes"]).tape
    cards = grouped(tape, AS_IT_OPENS)[0]["cards"]
    assert [card["label"] for card in cards] == ["S", "K", "T", "r", "sigma", "d1", "d2", "call"]
    inside = grouped(tape, ([cards[-1]["key"]], ()))[0]["cards"]
    assert {"call 1 of Phi", "call 2 of Phi"} <= {card["label"] for card in inside}, "what led to it"


def test_words(shell: Shell) -> None:
    tape = shell.autograd(MLP).tape
    first = grouped(tape, AS_IT_OPENS)[0]["cards"]
    labels = [card["label"] for card in first]
    assert {"Layer 0: 16 numbers", "Layer 0 of MLP 0", "Layer 2 of MLP 3", "loss"} <= set(labels)
    layer = next(card for card in first if card["label"] == "Layer 1 of MLP 2")
    assert [around["label"] for around in layer["within"]][1:] == ["MLP 2"]
    assert (len(layer["outputs"]), layer["holds"]) == (4, 36)
    opened = grouped(tape, ([layer["key"]], ()))[0]["cards"]
    neurons = [card for card in opened if card["within"] and card["within"][-1]["key"] == layer["key"]]
    assert [card["label"] for card in neurons] == [f"Neuron {k} of layer 1" for k in range(4)]
    assert {card["node"] for card in neurons} == set(layer["outputs"]), "each shows the number that goes out of it"
    around = layer["within"][-1]["key"]
    shut = grouped(tape, ((), [around]))[0]["cards"]
    assert "MLP 2" in [card["label"] for card in shut]


def test_long_loops_lists_and_sums(shell: Shell) -> None:
    text = "a = 0.5\nw = [0.1 * k for k in range(30)]\ny = a\nfor k in range(200):\n    y = y * 0.9\n    y = y + a / (k + 1)\n"
    tape = shell.autograd(f"{text}s = sum([x * y for x in w])\ns * s", "--wrt w").tape
    first = grouped(tape, AS_IT_OPENS)[0]["cards"]
    labels = {card["label"]: card for card in first}
    assert {"w: 30 numbers", "passes 1 to 10 of the loop in line 5"} <= set(labels)
    inside = grouped(tape, ([labels["passes 1 to 10 of the loop in line 5"]["key"]], ()))[0]["cards"]
    assert [card["label"] for card in inside if card["kind"] == "pass"] == [
        f"pass {k} of the loop in line 5" for k in range(1, 11)
    ]
    opened = grouped(tape, ([labels["s"]["key"]], ()))[0]["cards"]
    assert "s: sum of 31 terms" in [card["label"] for card in opened], "and the 0 that it begins with"
    elements = grouped(tape, ([labels["w: 30 numbers"]["key"]], ()))[0]["cards"]
    assert [card["label"] for card in elements if card["kind"] == "part"][:3] == [
        "w[0 to 9]",
        "w[10 to 19]",
        "w[20 to 29]",
    ]


def test_a_leaf_stays_a_card_beside_many_steps(shell: Shell) -> None:
    steps = "".join(f"y = y * 1.01\nz{k} = y + a\ny = y + z{k}\n" for k in range(60))
    tape = shell.autograd(f"a = 1.5\ny = a\n{steps}y").tape
    first = grouped(tape, AS_IT_OPENS)[0]
    check(tape, first)
    assert (first["cards"][0]["label"], first["cards"][0]["kind"]) == ("a", "node")


def test_what_was_open_stays_open_in_a_run_again(shell: Shell) -> None:
    w = shell.autograd(MLP)
    before = grouped(w.tape, AS_IT_OPENS)[0]["cards"]
    opened = [card["key"] for card in before if card["holds"] > 1][3:5]
    keys = [card["key"] for card in grouped(w.tape, (opened, ()))[0]["cards"]]
    w = shell.autograd(MLP)
    assert keys == [card["key"] for card in grouped(w.tape, (opened, ()))[0]["cards"]]
