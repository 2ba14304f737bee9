"""What is said of a learner's class with a bug, in a cell and out of one; it stays as it was in any case."""

from __future__ import annotations

import math

import pytest
from learners import AGREE, base, looked, run, state
from shell import Shell
from test_adopt import LEARNER, RIGHT, learner

from autograd_magic import check
from autograd_magic.engine.foreign import adopt
from autograd_magic.engine.verdicts import EARLY, LEFT, NOT_CLEARED, OVERWRITTEN, PARTIAL, TWICE, UNVISITED

UNSEEN = """
        order = []
        def build(v):
            for child in v._prev:
                build(child)
            order.append(v)
        build(self)
        self.grad = 1.0
        for v in reversed(order):
            v._backward()
"""
UNREVERSED = """
        order, seen = [], set()
        def build(v):
            if v not in seen:
                seen.add(v)
                for child in v._prev:
                    build(child)
                order.append(v)
        build(self)
        self.grad = 1.0
        for v in order:
            v._backward()
"""


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"ASSIGN": "="}, OVERWRITTEN),
        ({"BACKWARD": UNSEEN}, TWICE),
        ({"BACKWARD": UNSEEN, "PARENTS": "tuple"}, TWICE),
        ({"BACKWARD": UNREVERSED}, EARLY),
        ({"TANH": "(1 + out.data ** 2)"}, "wrong local derivative of tanh"),
        ({"BACKWARD": "self._backward()"}, "the root's own gradient"),
    ],
)
@pytest.mark.parametrize("first", [False, True], ids=["ours to run", "has run"])
def test_bugs_are_told_apart(changes: dict[str, str], reason: str, first: bool) -> None:
    names = learner(**changes)
    if first:
        names["g"].backward()
    found = looked(names, "g")
    assert reason in found.notes[0], found.notes
    others = {OVERWRITTEN, TWICE, EARLY, NOT_CLEARED, UNVISITED} - {reason}
    assert not any(other in note for other in others for note in found.notes)


def test_a_rule_that_forgets_a_part_is_not_called_overwritten() -> None:
    names = learner()
    exec(
        "def forgets(self, other):\n"
        "    out = Value(self.data * other.data, (self, other), '*')\n"
        "    def _backward(): self.grad += other.data * out.grad\n"
        "    out._backward = _backward\n"
        "    return out\n"
        "x, y = Value(2.0, label='x'), Value(3.0, label='y')\n"
        "z = forgets(x, y) + y\n",
        names,
    )
    assert "wrong local derivative of *: it passes on 0, and should pass on 2" in looked(names, "z").notes[0]


def test_what_an_earlier_pass_left_is_said() -> None:
    names = learner()
    names["e"].backward()
    names["g"].backward()
    assert NOT_CLEARED in looked(names, "g").notes[0]


def test_a_pass_from_elsewhere_is_not_judged() -> None:
    names = learner()
    names["e"].backward()
    assert looked(names, "g").notes == [AGREE]


def test_a_pass_that_breaks_off_leaves_all_as_it_was() -> None:
    names = learner(BACKWARD="self.grad = 1.0; self._backward(); self.extra = 3; raise RuntimeError('later')")
    assert looked(names, "g").notes == ["Your backward() raised RuntimeError: later."]
    names = learner(BACKWARD="self.grad = 1.0; self._backward(); raise KeyboardInterrupt")
    before = state(names["g"])
    with pytest.raises(KeyboardInterrupt):
        adopt(names["g"])
    assert state(names["g"]) == before


def test_a_pass_that_breaks_off_the_second_time_decides_nothing() -> None:
    names = learner(
        ASSIGN="=", BACKWARD=RIGHT + "        self.done = getattr(self, 'done', 0) + 1\n        assert self.done < 2\n"
    )
    names["g"].backward()
    assert OVERWRITTEN in looked(names, "g").notes[0]
    assert names["g"].done == 1


def test_a_gradient_that_can_only_be_read() -> None:
    text = base(GRAD="_held", HEAD="grad = property(lambda self: self._held)")
    names = run(text)
    assert looked(names, "o").notes == [AGREE]
    names["o"].backward()
    assert looked(names, "o").notes == [AGREE]
    names = run(text.replace("(1 - t ** 2)", "(1 + t ** 2)"))
    names["o"].backward()
    assert "wrong local derivative of tanh" in looked(names, "o").notes[0]


def test_what_surrounds_the_nodes_stays_too(capsys: pytest.CaptureFixture[str]) -> None:
    names = learner(
        BACKWARD="""
        global count, new
        new = count = count + 1
        print('backward', len(topo))
        Value.calls += 1
        def build(v, seen=seen):
            if id(v) not in seen:
                seen.add(id(v))
                for child in v._prev:
                    build(child)
                topo.append(v)
        build(self)
        self.grad = 1.0
        for v in reversed(topo):
            v._backward()
"""
    )
    names |= {"topo": [], "seen": set(), "count": 0}
    names["Value"].calls = 0
    assert adopt(names["g"]).notes == [AGREE]
    assert (names["topo"], names["seen"], names["count"], names["Value"].calls) == ([], set(), 0, 0)
    assert "new" not in names
    assert capsys.readouterr().out == ""


def test_a_class_without_backward_is_run_by_its_rules() -> None:
    names = learner(TANH="(1 - out.data)")
    del names["Value"].backward
    assert "wrong local derivative of tanh" in looked(names, "g").notes[0]


def test_check_takes_somebody_elses_class() -> None:
    names = learner(ASSIGN="=")
    found = check(names["g"])
    assert not found.ok
    assert OVERWRITTEN in repr(found)
    assert check(learner()["g"]).ok
    names = learner(TANH="(1 + out.data ** 2)")
    assert "wrong local derivative of tanh" in repr(check(names["g"]))


def test_a_rule_without_the_gradient_above_is_said() -> None:
    names = run(base().replace("(1 - t ** 2) * out.grad", "(1 - t ** 2)"))
    assert "the rule of tanh passes on the same whatever" in looked(names, "o").notes[0]


def test_a_pass_by_hand_that_has_not_come_far_is_not_called_uncleared() -> None:
    names = run(base())
    exec("o.grad = 1.0\no._backward()", names)
    assert PARTIAL in looked(names, "o").notes[0]


def test_large_parts_and_infinite_ones_overwrite_nothing() -> None:
    names = learner(PARENTS="tuple")
    exec("x = Value(1e15, label='x')\nz = x * x + x * 2.0", names)
    assert looked(names, "z").notes == [AGREE]


CELL = (
    LEARNER.replace("{PARENTS}", "tuple")
    .replace("{ASSIGN}", "+=")
    .replace("{TANH}", "(1 - out.data ** 2)")
    .replace("{BACKWARD}", RIGHT)
    + "a = Value(2.0, label='a')\nb = Value(-3.0, label='b')\n"
)


@pytest.mark.parametrize(
    "ending",
    [
        "o = (a * b).tanh()\no.backward()",
        "o = (a * b).tanh()",
        "o = (a * b).tanh()\no",
        "o: Value = (a * b).tanh()",
        "n = a * b\no = n.tanh()\no.backward()\nprint(a.grad)",
        "o = (a * b).tanh()\no.backward()\na.grad, b.grad",
        "for _ in range(3):\n    o = (a * b).tanh()\n    o.backward()",
        "class Net: pass\nnet = Net()\no = net.loss = (a * b).tanh()\nnet.loss.backward()",
        "seen = []\no = (a * b).tanh()\nseen.append(o)",
        "def f(v):\n    v.backward()\no = (a * b).tanh()\nf(o)",
        "o = (a * b).tanh()\no.backward()\ndef later():\n    pass",
    ],
)
def test_a_cell_explores_what_it_is_about(shell: Shell, ending: str) -> None:
    widget = shell.autograd(CELL + ending)
    assert widget.values["o"] == shell.names["o"].data
    assert widget.trace.result is shell.names["o"]
    assert widget.grads["a"] == pytest.approx(-3.0 * (1 - math.tanh(-6.0) ** 2))


def test_a_cell_of_two_and_one_that_is_none(shell: Shell) -> None:
    shell(CELL)
    widget = shell.autograd("o = a * b\np = o.tanh()\no.backward()")
    assert widget.values["o"] == -6.0 and not any("differ" in note for note in widget.trace.notes)
    widget = shell.autograd("o = a * b\np = o.tanh()\np.backward()", "--root o")
    assert widget.values["o"] == -6.0
    widget = shell.autograd("u = 3.0\nv = u * u\nv")
    assert widget.grads["u"] == 6.0
    shell("%%autograd\nq = Value('text')")
    assert "not one real number" in shell.output.outputs[0].data["text/plain"]


@pytest.mark.parametrize("last", ["z.grad", "print(z.grad)", "for v in (x, y, z):\n    print(v.grad)"])
def test_a_gradient_that_is_read_belongs_to_the_pass_that_made_it(shell: Shell, last: str) -> None:
    """A right class was told that it had not cleared its gradients: they were held against those of another root."""
    shell(base())
    w = shell.autograd(f"x = Value(2.0)\ny = Value(3.0)\nz = x * y\no = z + x\no.backward()\n{last}")
    assert AGREE in w.trace.notes
    assert w.grads["x"] == 4.0


@pytest.mark.parametrize("then", ["p = x * y", "x.grad = min(x.grad, 1.0)\np = o"])
def test_gradients_of_another_pass_or_changed_ones_are_not_said_to_be_uncleared(then: str) -> None:
    names = run(base())
    exec(f"x = Value(2.0)\ny = Value(3.0)\nz = x * y\no = z * x\no.backward()\n{then}", names)
    (note,) = looked(names, "p" if "min" in then else "z").notes
    assert note.endswith(f": {LEFT}.")


def test_numbers_that_were_changed_after_the_pass_are_named_as_the_reason() -> None:
    names = run(base())
    exec("x = Value(2.0)\ny = Value(3.0)\no = x * y\no.backward()\nx.data -= 0.1 * x.grad", names)
    assert "The parents of o (*) give another number now" in looked(names, "o").notes[0]


@pytest.mark.parametrize(("slope", "right"), [("math.cos(s.value)", True), ("-math.cos(s.value)", False)])
def test_parents_that_stand_beside_their_local_derivatives(slope: str, right: bool) -> None:
    names = run(
        "import math\nclass Var:\n"
        "    def __init__(s, value, parents=()): s.value, s.parents, s.grad = value, parents, 0.0\n"
        "    def __mul__(s, o): return Var(s.value * o.value, ((s, o.value), (o, s.value)))\n"
        f"    def sin(s): return Var(math.sin(s.value), ((s, {slope}),))\n"
        "    def backward(s, grad=1.0):\n"
        "        s.grad += grad\n"
        "        for parent, local in s.parents: parent.backward(grad * local)\n"
    )
    exec("x = Var(0.5)\ny = Var(4.2)\no = x * y * x.sin()\no.backward()", names)
    assert (looked(names, "o").notes == [AGREE]) is right
