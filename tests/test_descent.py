"""``w.descend``: gradient descent over leaves, as a loop by hand would do it."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from eight import MLP
from shell import BRANCH, Shell

from autograd_magic.live import descent

BOWL = "x = -2.0\ny = 0.5\nz = x**2 + 8*y**2 + x*y\nz"


def downhill(
    slopes: Callable[..., tuple[float, ...]], root: Callable[..., float], at: list[float], rate: float, n: int
):
    """The same by hand: the root's numbers, and where the leaves are then."""
    numbers = [root(*at)]
    for _ in range(n):
        at = [x - rate * slope for x, slope in zip(at, slopes(*at), strict=True)]
        numbers.append(root(*at))
    return numbers, at


def test_it_is_a_loop_by_hand(shell: Shell) -> None:
    w = shell.autograd(BOWL)
    found = w.descend(50, 0.05)
    wanted, (x, y) = downhill(
        lambda x, y: (2 * x + y, 16 * y + x), lambda x, y: x**2 + 8 * y**2 + x * y, [-2.0, 0.5], 0.05, 50
    )
    assert found.shape == (51,) and found == pytest.approx(wanted, rel=1e-12, abs=1e-300)
    assert (shell.names["x"], shell.names["y"]) == pytest.approx((x, y), rel=1e-12)
    assert w.values["z"] == found[-1] == shell.names["z"] == shell.names["z"].data
    assert w.grads["x"] == pytest.approx(2 * x + y, rel=1e-12)
    assert w.descend(0, 0.05).tolist() == [found[-1]]
    w.reset()
    assert w.values["z"] == found[0]


def test_a_net_learns_as_micrograds_loop_lets_it(shell: Shell) -> None:
    w = shell.autograd(MLP)
    found = w.descend(30, 0.05)
    text = MLP.split("ypred = ")[0]
    by_hand = f"""\
{text}
numbers = []
for step in range(31):
    ypred = [n(x) for x in xs]
    loss = sum((yout - ygt)**2 for ygt, yout in zip(ys, ypred))
    numbers.append(loss.data)
    loss.backward()
    if step < 30:
        for p in n.parameters():
            p.data -= 0.05 * p.grad"""
    parameters = [p.data for p in shell.names["n"].parameters()]
    shell(by_hand)
    assert found == pytest.approx(shell.names["numbers"], rel=1e-12)
    assert parameters == pytest.approx([p.data for p in shell.names["n"].parameters()], rel=1e-12)


def test_elements_of_lists_step_and_numbers_beside_them_do_not(shell: Shell) -> None:
    w = shell.autograd(
        "alpha = 0.5\nw = [1.0, -2.0]\nb = 3.0\nn = 2\nloss = sum(x * x for x in w) * n * alpha + b * b\nloss",
        options="--wrt w",
    )
    found = w.descend(3, 0.1)
    assert w.grads["w"] == pytest.approx([2 * x for x in (0.512, -1.024)], rel=1e-12)
    assert (w.values["alpha"], w.values["b"]) == (0.5, 3.0)
    assert found[-1] == pytest.approx(0.512**2 + 1.024**2 + 9, rel=1e-12)
    w.descend(1, 0.1, ["b", "w[1]"])
    assert w.values["b"] == pytest.approx(2.4) and w.values["w[0]"] == pytest.approx(0.512)
    w.descend(1, 0.1, "w")
    assert w.values["b"] == pytest.approx(2.4) and w.values["w[0]"] == pytest.approx(0.4096)


def test_values_may_name_themselves(shell: Shell) -> None:
    shell("from autograd_magic import Value")
    w = shell.autograd("ps = [Value(1.0), Value(2.0)]\nk = 2.0\nr = sum(p * p for p in ps) * k\nr")
    w.descend(1, 0.1, shell.names["ps"][:1])
    assert [p.data for p in shell.names["ps"]] == pytest.approx([0.6, 2.0])
    w.descend(1, 0.1)
    assert [p.data for p in shell.names["ps"]] == pytest.approx([0.36, 1.2]) and w.values["k"] == 2.0


def test_where_the_path_changes_the_cell_is_run_again(shell: Shell) -> None:
    w = shell.autograd(BRANCH)

    def slope(x: float) -> tuple[float]:
        return (2 * x,) if x > 1.0 else (3.0,)

    wanted, _ = downhill(slope, lambda x: x * x if x > 1.0 else 3.0 * x + 1.0, [2.0], 0.1, 12)
    assert w.descend(12, 0.1) == pytest.approx(wanted, rel=1e-12)
    assert w.values["z"] == pytest.approx(w.values["y"] - 1.0)


def test_where_the_cell_may_not_run_it_stops(shell: Shell) -> None:
    w = shell.autograd(BRANCH, options="--no-rerun")
    with pytest.warns(UserWarning, match=r"Stopped after 3 steps: x > 1 is no longer true \(line 3\)"):
        found = w.descend(12, 0.1)
    assert found == pytest.approx([2.0**2, 1.6**2, 1.28**2, 1.024**2], rel=1e-12)
    assert w.values["y"] == found[-1] and shell.names["x"] > 1


def test_it_stops_before_it_diverges(shell: Shell) -> None:
    w = shell.autograd("x = -2.0\ny = 0.5\nz = x*x + 8*y*y\nz")
    with pytest.warns(UserWarning, match="Stopped after 1 step: the next step would make z inf; try a smaller rate"):
        found = w.descend(10, 1e100)
    assert len(found) == 2 and np.isfinite(found).all()
    assert w.values["z"] == found[-1] and abs(shell.names["x"]) > 1e99
    with pytest.warns(UserWarning, match="Stopped after 0 steps: x would no longer be finite; try a smaller rate"):
        w.descend(10, 1e300)
    assert w.values["z"] == found[-1]


def test_powers_that_are_too_large_end_it_too(shell: Shell) -> None:
    w = shell.autograd(BOWL)
    with pytest.warns(
        UserWarning, match="Stopped after 1 step: the next step would raise OverflowError: .*too large|range"
    ):
        found = w.descend(10, 1e100)
    assert w.values["z"] == found[-1] and len(found) == 2


def test_it_stops_where_a_gradient_is_not_known(shell: Shell) -> None:
    w = shell.autograd("x = 2.0\ny = float(str(x * 2)) * x\ny", options="--no-rerun")
    with pytest.warns(UserWarning, match="Stopped after 0 steps: the gradient of x is not known"):
        assert w.descend(5, 0.1).tolist() == [8.0]


def test_measured_gradients_are_measured_at_each_step(shell: Shell) -> None:
    w = shell.autograd("x = 2.0\ny = float(str(x * 2)) * x\ny")
    wanted, _ = downhill(lambda x: (4 * x,), lambda x: 2 * x * x, [2.0], 0.1, 3)
    assert w.descend(3, 0.1) == pytest.approx(wanted, rel=1e-6)


def test_the_widget_follows(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(descent, "FRAME", 0.0)
    w = shell.autograd("x = 3.0\nf = x * x\nf")
    seen: list[dict[str, Any]] = []
    w.model.observe(lambda change: seen.append(change.new), "leaves")
    w.descend(3, 0.25)
    assert [(told["done"], *map(float, told["at"].values())) for told in seen if told["at"]] == [
        (False, 1.5),
        (False, 0.75),
        (False, 0.375),
        (True, 0.375),
    ]
    questions = [told["question"] for told in seen]
    assert questions == sorted(set(questions)) and w.model.answer["question"] == questions[-1]


def test_an_interrupt_leaves_all_at_the_last_step(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(descent, "FRAME", 0.0)
    w = shell.autograd("x = 3.0\nf = x * x\nf")

    def interrupt(change: Any) -> None:
        if not change.new["done"] and float(next(iter(change.new["at"].values()))) == 0.75:
            raise KeyboardInterrupt

    w.model.observe(interrupt, "leaves")
    with pytest.raises(KeyboardInterrupt):
        w.descend(100, 0.25)
    assert shell.names["x"] == 0.75 and w.values["f"] == shell.names["f"] == 0.5625 and w.grads["x"] == 1.5
    w.set(x=1.0)
    assert shell.names["f"] == 1.0


def test_where_the_cell_would_raise_all_stays_at_the_last_step(shell: Shell) -> None:
    w = shell.autograd("x = 2.0\nif x < 1.0:\n    raise OSError('no')\ny = x * x\ny")
    with pytest.warns(UserWarning, match="Stopped after 3 steps: the next step would raise OSError: no"):
        found = w.descend(10, 0.1)
    assert found[-1] == w.values["y"]
    assert shell.names["x"] == pytest.approx(2 * 0.8**3) and w.values["y"] == pytest.approx(4 * 0.8**6)


def test_it_begins_where_others_have_moved_a_leaf(shell: Shell) -> None:
    shell("from autograd_magic import Value")
    w = shell.autograd("p = Value(2.0)\nr = p * p\nr")
    shell("p.data = 4.0")
    assert w.descend(1, 0.25).tolist() == [16.0, 4.0] and shell("p.data") == 2.0


@pytest.mark.parametrize(
    ("given", "error", "sentence"),
    [
        ((2.5, 0.1), ValueError, "the count of steps is a whole number, like 100, and not 2.5"),
        ((-1, 0.1), ValueError, "the count of steps is a whole number, like 100, and not -1"),
        ((5, "fast"), ValueError, "the rate is a positive number, like 0.01, and not 'fast'"),
        ((5, -0.1), ValueError, "the rate is a positive number, like 0.01, and not -0.1"),
        ((5, float("nan")), ValueError, "the rate is a positive number, like 0.01, and not nan"),
        ((5, 0.1, ["q"]), KeyError, "nothing to find is called 'q' here"),
        ((5, 0.1, ["k"]), TypeError, "k is a whole number: it has no place between two steps"),
        ((5, 0.1, 3), TypeError, r"leaves are names, like \['w', 'b'\], and not 3"),
        ((5, 0.1, []), ValueError, "there is no leaf that could step"),
    ],
)
def test_bad_input(shell: Shell, given: tuple[Any, ...], error: type[Exception], sentence: str) -> None:
    w = shell.autograd("x = 2.0\nk = 3\ny = x * k\ny")
    with pytest.raises(error, match=sentence):
        w.descend(*given)
    assert w.values["y"] == 6.0
    shell.names["again"] = w.descend
    with pytest.raises(RuntimeError, match=r"descend\(\) inside a traced cell"):
        shell("%%autograd\nz = 2.0\nagain(1, 0.1)\nz * z")


def test_nothing_is_said_where_no_leaf_moves_any_more(shell: Shell) -> None:
    w = shell.autograd("x = 0.0\ny = x * x + 1.0\ny")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert w.descend(4, 0.1).tolist() == [1.0] * 5


def test_a_way_that_another_cell_has_chosen_since_is_the_one_that_goes_downhill(shell: Shell) -> None:
    shell("flag = True")
    w = shell.autograd("if flag:\n    c = 2.0\n    r = c * c\nelse:\n    d = 3.0\n    r = d * d\nr")
    shell("flag = False")
    assert w.descend(2, 0.1) == pytest.approx([9.0, 5.76, 3.6864])


@pytest.mark.parametrize("leaves", [3.0, [3.0], ["x", np.ones(2)], np.ones(2)])
def test_what_is_no_name_of_a_leaf_is_said(shell: Shell, leaves: Any) -> None:
    w = shell.autograd(BOWL)
    with pytest.raises(TypeError, match=r"leaves are names, like \['w', 'b'\], and not "):
        w.descend(1, 0.1, leaves)
