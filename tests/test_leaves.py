"""Which numbers are leaves because somebody asks for them: in the text, in containers, in attributes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from IPython.core.error import UsageError
from shell import Shell

from autograd_magic import explore
from autograd_magic.cell.traces import CannotExplore, NoLeaf

CELL = "a = 2.0\nb = -0.5\ny = 0.5*a + b*0.5 + 3*a**2\ny"
"""Its numbers stand in line 4: 0.5, 0.5, 3, 2."""


def leaves(w: Any) -> dict[str, float]:
    return {leaf.name: leaf.start for leaf in w.tape.leaves}


def test_any_number_of_the_text_becomes_a_slider(shell: Shell) -> None:
    w = shell.autograd(CELL)
    w.slider(3)
    assert leaves(w) == {"a": 2.0, "b": -0.5, "line 4: 3": 3}
    assert (w.values["y"], w.grads["line 4: 3"], w.grads["a"]) == (12.75, 4.0, 12.5)
    w.set({"line 4: 3": 1})
    assert w.values["y"] == 4.75 == shell("y")
    w.slider("line 4: 0.5#2")
    assert w.values["y"] == 4.75 and w.grads["line 4: 0.5#2"] == -0.5
    w.slider("line 4: 3", on=False)
    assert leaves(w) == {"a": 2.0, "b": -0.5, "line 4: 0.5#2": 0.5} and w.values["y"] == 12.75
    w.slider("line 4: 0.5#2", on=False)
    assert leaves(w) == {"a": 2.0, "b": -0.5} and w.values["y"] == 12.75


@pytest.mark.parametrize("end", ["draw_dot(L)", "print(L)"])
def test_the_graph_stays_that_of_what_the_cell_draws_or_prints(shell: Shell, end: str) -> None:
    w = shell.autograd(f"from autograd_magic import draw_dot\na = 2.0\nL = a * 3\nM = L * 4\n{end}")
    w.slider(3)
    assert w.root.label == "L" and w.grads["line 4: 3"] == 2.0


def test_it_is_told_which_could_be_meant(shell: Shell) -> None:
    w = shell.autograd(CELL)
    with pytest.raises(
        NoLeaf, match=r"0.5: that is written 2 times in the text; there are 'line 4: 0.5', 'line 4: 0.5#2'"
    ):
        w.slider(0.5)
    with pytest.raises(NoLeaf, match=r"7: that is no such number in the text; there are 'line 4: 0.5', "):
        w.slider(7)
    with pytest.raises(NoLeaf, match="nowhere: the cell has no such name"):
        w.slider("nowhere")
    with pytest.raises(UsageError, match=r"--wrt 0.5: that is written 2 times"):
        shell("%%autograd --wrt 0.5\n" + CELL)
    assert leaves(w) == {"a": 2.0, "b": -0.5}
    with pytest.raises(CannotExplore, match="no code to run again"):
        shell.autograd(CELL, "--no-rerun").slider(3)
    with pytest.raises(CannotExplore, match="no code to run again"):
        explore(lambda x: 3 * x, x=1.0).slider(3)


def test_wrt_takes_numbers_too(shell: Shell) -> None:
    w = shell.autograd(CELL, "--wrt 4:0.5,3,b")
    assert leaves(w) == {"a": 2.0, "b": -0.5, "line 4: 0.5": 0.5, "line 4: 3": 3}


def test_they_stay_when_the_cell_is_run_again(shell: Shell) -> None:
    shell("%%autograd --as w\n" + CELL, cell_id="one")
    shell("w.slider(3)")
    shell("%%autograd --as w\n" + CELL, cell_id="one")
    assert "line 4: 3" in leaves(shell.names["w"])
    shell("%%autograd --as w\n# a line more\n" + CELL.replace("3*", "4*"), cell_id="one")
    assert leaves(shell.names["w"])["line 5: 4"] == 4
    shell("w.slider(4, on=False)")
    shell("%%autograd --as w\n" + CELL, cell_id="one")
    assert leaves(shell.names["w"]) == {"a": 2.0, "b": -0.5}


def test_what_an_option_gave_goes_with_the_option(shell: Shell) -> None:
    shell("ws = [1.0, 2.0]")
    text = "a = 2.0\ny = 3*a + ws[0]\ny"
    shell("%%autograd --as w --wrt ws,3\n" + text, cell_id="one")
    assert {"ws[0]", "line 3: 3"} <= set(leaves(shell.names["w"]))
    shell("%%autograd --as w\n" + text, cell_id="one")
    assert leaves(shell.names["w"]) == {"a": 2.0}


@pytest.mark.parametrize(
    "text",
    [
        "y = a * -2.5\ny",
        "def f(t, k=2.5):\n    return t * k\ny = f(a)\ny",
        "y = sum(t * a for t in [1.0, 2.5])\ny",
        "y = 0.0\nfor t in (1, 2):\n    y += 2.5 * a\ny",
        "rate = 2.5 / 100\ny = rate * a\ny",
        "y = max(2.5, a) * a\ny",
        "y = {'k': 2.5}['k'] * a\ny",
        "y = f'{2.5}' and a * 2.0\ny",
    ],
)
def test_wherever_it_stands(shell: Shell, text: str) -> None:
    w = shell.autograd("a = 2.0\n" + text)
    name = next(number.name for number in w.program.asked.numbers if abs(number.number) == 2.5)
    before = w.values["y"]
    w.slider(name)
    (leaf,) = [leaf for leaf in w.tape.leaves if leaf.name == name] or [None]
    assert w.values["y"] == before
    if leaf is None or "f'" in text:
        return
    numbers = []
    for h in (1e-6, -1e-6):
        w.set({name: leaf.start + h})
        numbers.append(w.values["y"])
    w.reset()
    assert w.grads[name] == pytest.approx((numbers[0] - numbers[1]) / 2e-6, abs=1e-6)


BEFORE = """
import numpy as np
ws = [0.5, -1.0]
deep = [[1.0, 2.0], [3.0, 4.0]]
m = np.array([[1.0, 2.0], [3.0, 4.0]])
params = {'w': [0.5, -1.0], 'b': 2.0, 'in': {'k': 3.0}}
class Neuron:
    def __init__(self):
        self.w, self.b, self.name = [0.5, -1.0], 2.0, 'n'
    def __call__(self, x):
        return self.w[0] * x + self.w[1] * x * x + self.b
neuron = Neuron()
"""


@pytest.mark.parametrize(
    ("name", "text", "grads"),
    [
        ("ws", "y = ws[0]*x + ws[1]", [3.0, 1.0]),
        ("deep", "y = deep[0][1]*x + deep[1][0]", [[0.0, 3.0], [1.0, 0.0]]),
        ("m", "y = (m * x).sum()", np.full((2, 2), 3.0)),
        (
            "params",
            "y = params['w'][0]*x + params['b'] + params['in']['k']*2",
            {"w": [3.0, 0.0], "b": 1.0, "in": {"k": 2.0}},
        ),
        ("neuron.w", "y = neuron(x)", [3.0, 9.0]),
        ("neuron.b", "y = neuron(x)", 1.0),
    ],
)
@pytest.mark.parametrize("how", ["option", "slider", "in the cell"])
def test_containers_and_attributes_are_leaves_as_one(shell: Shell, name: str, text: str, grads: Any, how: str) -> None:
    shell(BEFORE)
    head = BEFORE if how == "in the cell" else ""
    w = shell.autograd(f"{head}x = 3.0\n{text}\ny", "" if how == "slider" else f"--wrt {name}")
    y = w.values["y"]
    if how == "slider":
        w.slider(name)
    assert w.values["y"] == y
    assert np.array_equal(w.grads[name], grads) if isinstance(grads, np.ndarray) else w.grads[name] == grads
    assert type(w.grads[name]) is type(grads)
    some = [leaf for leaf in w.tape.leaves if leaf.name.startswith(name)]
    assert some and w.grads["x"] != 0
    for leaf in some:
        at = []
        for h in (1e-6, -1e-6):
            w.set({leaf.name: leaf.start + h})
            at.append(w.values["y"])
        w.reset()
        assert w.grads[leaf.name] == pytest.approx((at[0] - at[1]) / 2e-6, abs=1e-5)
    if not head:
        assert shell("[type(t) for t in neuron.w], type(neuron.b), type(params['b']), m.dtype.name") == (
            [float, float],
            float,
            float,
            "float64",
        )
    if how == "slider":
        w.slider(name, on=False)
        assert not [leaf for leaf in w.tape.leaves if leaf.name.startswith(name)]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("neuron", r"holds no real number to make a leaf of; it has neuron.w, neuron.b"),
        ("neuron.q", r"neuron has no attribute q of its own; it has neuron.w, neuron.b"),
        ("neuron.name", "str 'n' holds no real number"),
        ("ws.q", "which has no attributes"),
        ("nope.w", "--wrt nope.w: there is no such name"),
    ],
)
def test_bad_names_get_one_sentence(shell: Shell, name: str, said: str) -> None:
    shell(BEFORE)
    with pytest.raises(UsageError, match=said):
        shell(f"%%autograd --wrt {name}\nx = 3.0\ny = neuron(x) + ws[0]\ny")
    assert shell("neuron.w") == [0.5, -1.0]


@pytest.mark.parametrize(
    ("text", "grads"),
    [
        ("neuron = Bag()\nneuron.w = [2.0, 3.0]\ny = neuron.w[0] ** 2 * neuron.w[1]", {"w[0]": 12.0, "w[1]": 4.0}),
        ("neuron = Bag()\nneuron.w = 2.0\ny = neuron.w ** 3", {"w": 12.0}),
        ("neuron = Bag()\nneuron.w = 2.0\nneuron.w = neuron.w * 2\ny = neuron.w ** 2", {"w": 16.0}),
        ("old.w = [2.0]\nneuron = old\nneuron.w = [3.0]\ny = neuron.w[0] ** 2", {"w[0]": 6.0}),
    ],
)
def test_an_attribute_that_the_cell_writes_is_a_leaf(shell: Shell, text: str, grads: dict[str, float]) -> None:
    shell("class Bag: pass\nold = Bag()")
    w = shell.autograd(f"{text}\ny", "--wrt neuron.w")
    assert {leaf.name.removeprefix("neuron."): w.grads[leaf.name] for leaf in w.tape.leaves} == grads
    first = w.tape.leaves[0]
    w.set({first.name: 5.0})
    fresh = shell(text.replace("2.0", "5.0", 1) if "old.w" not in text else text.replace("3.0", "5.0") + "\ny")
    assert float(shell.names["y"]) == (fresh if fresh is not None else shell("y"))


NET_OF_FLOATS = """import math
sizes = [2, 2, 1]
W = [[[0.5, -0.2], [0.1, 0.3]], [[0.7, -0.4]]]
X = [[2.0, 3.0], [1.0, -1.0]]
beside = [1.5] * 50
def net(x):
    for w, n in zip(W, sizes[1:]):
        x = [math.tanh(sum(wi * xi for wi, xi in zip(w[k], x))) for k in range(n)]
    return x[0]
loss = sum(net(x) for x in X)
loss
"""


def test_of_numbers_in_lists_those_are_proposed_that_the_root_is_made_of(shell: Shell) -> None:
    shell(f"%%autograd\n{NET_OF_FLOATS}")
    told = shell.output.outputs[0].data["text/plain"]
    assert told.endswith("here, for one: --wrt W")
    w = shell.autograd(NET_OF_FLOATS, "--wrt X")
    assert list(w.program.offers) == ["W"]


def test_numbers_that_a_loop_takes_from_others_are_no_sliders(shell: Shell) -> None:
    """They were called sliders, and none was there."""
    w = shell.autograd("p = [[1.0, 2.0], [3.0, 4.0]]\na = 0.5\nL = 0.0\nfor x in p:\n    L = L + a*x[0]*x[1]\nL")
    leaves = [leaf.name for leaf in w.tape.leaves]
    with pytest.raises(NoLeaf, match="x: the cell takes these numbers from others"):
        w.slider("x")
    assert w.program.wrt == () and [leaf.name for leaf in w.tape.leaves] == leaves
    w.set(a=1.0)
    assert w.values["L"] == 14.0
    w.slider("p")
    assert len(w.tape.leaves) == len(leaves) + 4


@pytest.mark.parametrize("made", ["[0.5, 0.7]", "np.array([0.5, 0.7])", "{0: 0.5, 1: 0.7}"])
@pytest.mark.parametrize("change", ["", "u[0] = u[0]*2\n"])
@pytest.mark.parametrize("earlier", [False, True])
def test_the_gradients_of_a_container_are_in_its_shape(shell: Shell, made: str, change: str, earlier: bool) -> None:
    """Also of one that the cell itself makes, and whatever it puts into it afterwards."""
    shell("import numpy as np" + (f"\nu = {made}" if earlier else ""))
    w = shell.autograd(("" if earlier else f"u = {made}\n") + change + "loss = u[0]*2 + u[1]*3\nloss", "--wrt u")
    grads, values = w.grads["u"], w.values["u"]
    assert type(grads) is type(values) is type(eval(made, {"np": np}))
    assert [grads[0], grads[1], values[0], values[1]] == [4.0 if change else 2.0, 3.0, 0.5, 0.7]


@pytest.mark.parametrize("how", ["copy", "deepcopy"])
def test_a_copy_of_a_leaf_is_a_leaf_of_its_own(shell: Shell, how: str) -> None:
    """Its number came from the other: where that moves, the cell is run again."""
    w = shell.autograd(
        "import copy\nfrom autograd_magic import Value\n"
        f"a = Value(2.0, label='a')\nb = copy.{how}(a)\nb.label = 'b'\nL = a * a * b\nL"
    )
    assert (w.values["L"], w.grads["a"], w.grads["b"]) == (8.0, 8.0, 4.0)
    w.set(b=3.0)
    assert (w.values["L"], w.values["a"], w.grads["b"]) == (12.0, 2.0, 4.0)
    w.reset()
    w.set(a=3.0)
    assert (w.values["L"], w.grads["a"], w.grads["b"]) == (27.0, 18.0, 9.0)


def test_a_value_that_was_pickled_is_a_leaf(shell: Shell) -> None:
    shell("import pickle\nfrom autograd_magic import Value\nv = Value(3.0, label='v')\n(v * v).backward()")
    shell("D = pickle.loads(pickle.dumps(v))\ns = pickle.loads(pickle.dumps(v * v))")
    w = shell.autograd("r = D * D * D\nr")
    assert [leaf.number for leaf in map(w.tape.nodes.__getitem__, [leaf.node for leaf in w.tape.leaves])] == [3.0]
    assert w.tape.grads[w.tape.leaves[0].node] == 27.0
    s = shell.names["s"]
    s.backward()
    assert s._prev and {node.grad for node in s._prev} == {6.0}


def test_a_deep_copy_of_a_model_has_weights_of_its_own(shell: Shell) -> None:
    w = shell.autograd(
        "import copy\nfrom autograd_magic import Value, nn\nimport random\nrandom.seed(1)\n"
        "x = Value(0.5, label='x')\nn = nn.Neuron(1, nonlin=False)\nold = copy.deepcopy(n)\n"
        "L = n([x]) * 2.0 + old([x])\nL"
    )
    first, second = (shell(f"{name}.w[0].grad") for name in ("n", "old"))
    assert (first, second) == (1.0, 0.5)
    assert w.grads["x"] == 3.0 * shell("n.w[0].data")


@pytest.mark.parametrize(
    ("text", "names", "left"),
    [
        ("a, b, *rest = 1.5, 2.0, 3.0, 4.0", "ab", [3.0, 4.0]),
        ("a, *rest, b = [1.5, 3.0, 4.0, 2.0]", "ab", [3.0, 4.0]),
        ("*rest, a = 3.0, 1.5", "a", [3.0]),
        ("a, *rest = 1.5, *[3.0, 4.0]", "a", [3.0, 4.0]),
        ("(a, *rest), b = (1.5, 3.0), 2.0", "ab", [3.0]),
    ],
)
def test_names_beside_a_starred_one_are_leaves(shell: Shell, text: str, names: str, left: list[float]) -> None:
    w = shell.autograd(f"{text}\nr = a*a + sum(rest) + {names[-1]}*3\nr")
    assert [leaf.name for leaf in w.tape.leaves] == [*names]
    assert shell.names["rest"] == left
    w.set(a=7.0)
    assert shell.names["r"] == w.values["r"] == 49.0 + sum(left) + 3 * {"a": 7.0, "b": 2.0}[names[-1]]


@pytest.mark.parametrize(
    ("before", "text", "start"),
    [
        ("W = np.array([1.0, 2.0])", "W -= rate * W\n", "W[0]"),
        ("W = np.array([1.0, 2.0])", "for k in range(2):\n    W = W - rate * W\n", "W[1]"),
        ("W = np.array([1.0, 2.0])", "def step():\n    global W\n    W = W - rate * W\nstep()\n", "W[0]"),
        ("W = [1.0, 2.0]", "W = [w - rate * w for w in W]\n", "W[0]"),
        ("", "W = np.array([1.0, 2.0])\nfor k in range(2):\n    W = W - rate * W\n", "W[0]"),
        ("", "W = np.array([1.0, 2.0])\nW -= rate * W\n", "W[0]"),
        ("def init():\n    return np.array([1.0, 2.0]), 0.5", "W, b = init()\nW *= rate\n", "W[0]"),
        ("", "W = [rate, 2.0]\n", "W[1]"),
    ],
)
def test_elements_that_are_asked_for_are_leaves_where_they_come_from_outside(
    shell: Shell, before: str, text: str, start: str
) -> None:
    """What the cell computes and binds to the same name stays in the graph: ``W -= rate * W``."""
    shell(f"import numpy as np\n{before}")
    w = shell.autograd(f"rate = 0.1\n{text}loss = W[0] * W[0] + 3.0 * W[1] * W[0]\nloss", "--wrt W")
    now = {name: w.values[name] for name in ("rate", start)}
    for name, number in now.items():
        assert name in {leaf.name for leaf in w.tape.leaves}
        around = []
        for step in (-1e-6, 1e-6):
            w.set({name: number + step})
            around.append(w.values["loss"])
            w.reset()
        assert w.grads[name] == pytest.approx((around[1] - around[0]) / 2e-6, rel=1e-6, abs=1e-8)
    assert w.grads["rate"] != 0


@pytest.mark.parametrize(
    "use", ["v = np.array([g * 1.0, 1.0])", "v = np.array([g, 1.0])", "v = np.zeros(2)\nv[0] = g", "v = [g * 1.0]"]
)
def test_a_number_that_is_used_before_its_name_is_bound_anew_is_a_leaf(shell: Shell, use: str) -> None:
    shell("import math\nimport numpy as np\ng = -1.0")
    w = shell.autograd(f"a = 1.5\n{use}\ng = math.exp(-a)\na * 2.0")
    assert "g" in {leaf.key for leaf in w.tape.leaves}
    w.set(g=3.0)
    assert float(shell.names["v"][0]) == 3.0
    without = shell.autograd("a = 1.5\ng = math.exp(-a)\na * 2.0")
    assert "g" not in {leaf.key for leaf in without.tape.leaves}
