"""The layout: what every picture needs, and that the browser's picture is the still one."""

from __future__ import annotations

import random
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twin import ask

from autograd_magic.engine.readable import clean, columns, short
from autograd_magic.export.layout import Layout, Size, layout

Graph = tuple[list[Size], list[list[int]]]


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    count = draw(st.integers(1, 25))
    sizes = [Size(draw(st.floats(5, 300)), draw(st.floats(5, 60)), draw(st.floats(5, 60))) for _ in range(count)]
    args = [draw(st.lists(st.integers(0, node - 1), max_size=3)) if node else [] for node in range(count)]
    return sizes, args


def some_graph(seed: int, count: int, reach: int = 12) -> Graph:
    dice = random.Random(seed)
    sizes = [Size(dice.uniform(40, 250), 15.0, dice.choice([15.0, 39.0])) for _ in range(count)]
    args = [
        [dice.randrange(max(0, node - reach), node) for _ in range(dice.choice([0, 1, 2, 2]))] if node else []
        for node in range(count)
    ]
    return sizes, args


def overlapping(sizes: list[Size], plan: Layout) -> list[tuple[int, int]]:
    """Pairs of boxes that stand on one another."""
    found = []
    for one, other in combinations(range(len(sizes)), 2):
        (x, y), (u, v) = plan.places[one], plan.places[other]
        (wide, high), (broad, tall) = [(size.width, size.above + size.below) for size in (sizes[one], sizes[other])]
        apart = x + wide <= u or u + broad <= x or y + high <= v + 1e-6 or v + tall <= y + 1e-6
        if not apart:
            found.append((one, other))
    return found


@given(graphs())
@settings(max_examples=60, deadline=None)
def test_nothing_overlaps_and_edges_lead_to_the_right(case: Graph) -> None:
    sizes, args = case
    plan = layout(sizes, args)
    assert not overlapping(sizes, plan)
    assert sorted((edge.target, edge.position, edge.source) for edge in plan.edges) == sorted(
        (target, position, arg) for target, found in enumerate(args) for position, arg in enumerate(found)
    )
    for edge in plan.edges:
        xs = [x for x, _ in edge.points]
        assert all(x <= right + 1e-6 for x, right in pairwise(xs))
        (x, y), size = plan.places[edge.source], sizes[edge.source]
        assert edge.points[0] == pytest.approx((x + size.width, y + size.above))
        (x, y), size = plan.places[edge.target], sizes[edge.target]
        assert edge.points[-1] == pytest.approx((x, y + size.above))
    for (x, y), (width, above, below) in zip(plan.places, sizes, strict=True):
        assert -1e-6 <= x <= plan.width - width + 1e-6
        assert -1e-6 <= y <= plan.height - above - below + 1e-6


def test_a_tree_has_no_crossings() -> None:
    # Heap order: box k is computed from boxes 2k and 2k + 1, the root last.
    count = 31
    args = [[] if box < 16 else [2 * (box - 16), 2 * (box - 16) + 1] for box in range(count)]
    plan = layout([Size(80.0, 15.0, 15.0)] * count, args)
    for one, other in combinations(plan.edges, 2):
        if plan.places[one.source][0] == plan.places[other.source][0]:
            above = plan.places[one.source][1] < plan.places[other.source][1]
            assert above == (plan.places[one.target][1] < plan.places[other.target][1]) or one.target == other.target


def test_a_chain_is_a_straight_line() -> None:
    plan = layout([Size(80.0, 15.0, 15.0)] * 6, [[], [0], [1], [2], [3], [4]])
    assert len({y for _, y in plan.places}) == 1


@pytest.mark.parametrize("count", [1, 2, 7, 40, 300])
def test_the_browser_lays_out_the_same_picture(count: int) -> None:
    cases = [some_graph(seed, count) for seed in range(6)]
    asked = [{"boxes": [size._asdict() for size in sizes], "args": args} for sizes, args in cases]
    for (sizes, args), theirs in zip(cases, ask(asked), strict=True):
        ours = layout(sizes, args)
        for place, found in zip(ours.places, theirs["places"], strict=True):
            assert found == pytest.approx(place, abs=1e-6)
        assert [(edge.source, edge.target, edge.position) for edge in ours.edges] == [
            (edge["source"], edge["target"], edge["position"]) for edge in theirs["edges"]
        ]
        for edge, found in zip(ours.edges, theirs["edges"], strict=True):
            assert np.array(found["points"]) == pytest.approx(np.array(edge.points), abs=1e-6)
        assert (theirs["width"], theirs["height"]) == pytest.approx((ours.width, ours.height))


def test_the_browser_writes_numbers_as_the_still_picture_does() -> None:
    dice = random.Random(1)
    numbers = [dice.uniform(-1, 1) * 10.0 ** dice.randint(-12, 12) for _ in range(500)]
    numbers += [0.0, 1.0, -1.0, 1e-4, 9.9999e-5, 999999.0, 1e6, 123456.0, 0.1, 1e300, 5e-324, 24.70408163265306, -8.0]
    # Ties, which Python's formatting rounds to even and JavaScript's away from zero; and what rounds up to a power.
    numbers += [sign * (k + 0.5) / 2**n for sign in (1, -1) for n in range(8) for k in range(990, 1030)]
    numbers += [sign * m * 10.0**n for sign in (1, -1) for n in range(-7, 9) for m in (9.9995, 9.99951, 9.9999999)]
    (theirs,) = ask([{"numbers": [str(number) for number in numbers]}])
    assert theirs == [short(number) for number in numbers]
    (odd,) = ask([{"numbers": ["NaN", "Infinity", "-Infinity", "-0.0"]}])
    assert odd == [short(float(number)) for number in ("nan", "inf", "-inf", "-0.0")] == ["nan", "inf", "-inf", "-0"]
    assert [short(7.5625), short(-0.0625 - 1), short(9999.6), short(999999.7)] == [
        "7.563",
        "-1.063",
        "10000",
        "1000000",
    ]


def test_the_browser_writes_labels_as_the_still_picture_does() -> None:
    labels = [
        "a",
        "x1*w1",
        "\u202eevil",
        "new\nline\ttab",
        "x" * 100,
        "🙂 smile",
        "日本語",
        "e\u0301",
        "\x00\x1f",
        "__proto__",
    ]
    (theirs,) = ask([{"labels": labels}])
    assert theirs == [[clean(label, 28), columns(clean(label, 28))] for label in labels]
