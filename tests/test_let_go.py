"""After a run only the nodes that somebody holds are objects; all others come about when somebody asks."""

from __future__ import annotations

import gc
import sys
import threading
import tracemalloc
import weakref
from typing import Any

import numpy as np
import pytest
from eight import moons
from shell import Shell

from autograd_magic import Value
from autograd_magic.engine import scalar_block
from autograd_magic.engine.gathering import Nodes
from autograd_magic.engine.number import Number

NET = """
from autograd_magic import Value
w = [Value(0.1 * k - 0.5, label=f'w{k}') for k in range(10)]
loss = Value(0.0)
for k in range(60):
    h = Value(0.05 * k)
    for weight in w:
        h = h + weight * (k % 7)
    loss = loss + h.tanh() ** 2
loss
"""
"""Some 2,500 nodes."""


def objects() -> int:
    """How many nodes are objects."""
    gc.collect()
    return sum(type(found) in (Value, Number) for found in gc.get_objects())


def walk(root: Any) -> list[Any]:
    """The nodes below a root, as the seed's ``trace`` collects them, in one order."""
    found, due = {id(root): root}, [root]
    while due:
        for one in due.pop()._prev:
            if id(one) not in found:
                found[id(one)] = one
                due.append(one)
    return list(found.values())


def facts(nodes: list[Any]) -> list[Any]:
    """What a user sees of nodes."""
    return [(node.data, node.grad, node._op, type(node), len(node._prev)) for node in nodes]


def test_of_a_large_graph_few_nodes_stay_objects(shell: Shell) -> None:
    before = objects()
    w = shell.autograd(NET)
    assert len(w.tape) > 2_000
    assert objects() - before < 200


def test_a_node_takes_few_bytes(shell: Shell) -> None:
    text = moons(20)
    shell.autograd(text)  # what is read and imported once
    shell.names.pop("w").close()
    tracemalloc.start()
    gc.collect()
    before = tracemalloc.get_traced_memory()[0]
    w = shell.autograd(text)
    gc.collect()
    held = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert held / len(w.tape) < 100  # with an object each it is more than 300


def test_they_come_back_as_they_were(shell: Shell) -> None:
    shell("import numpy as np\n" + NET + "loss.backward()")
    plainly = facts(walk(shell.names["loss"]))
    shell.autograd(NET)
    found = walk(shell.names["loss"])
    assert len(found) == len(plainly)
    assert facts(found) == plainly
    assert facts(walk(shell.names["loss"])) == plainly
    assert [id(node) for node in walk(shell.names["loss"])] == [id(node) for node in found]  # each once


def test_they_have_the_kinds_lines_and_names_that_they_had(shell: Shell) -> None:
    loop = "for k in range(40):\n    b = a * n\n    n = n + 1\n    c = np.float64(a) * b\n"
    w = shell.autograd(f"import numpy as np\na = 2.0\nn = 3\n{loop}d = b + c + n\nd")
    lines = [w.tape.made(place)[1] for place in range(len(w.tape))]
    for place, node in enumerate(w.tape.nodes):
        assert node.line == lines[place]
        assert w.tape.node(node) == place
    assert {type(node.number) for node in w.tape.nodes if node._prev} == {float, np.float64}
    w = shell.autograd("n = 3\nm = n\nfor k in range(100):\n    m = m * n % 1000\nm")
    assert {type(node.number) for node in w.tape.nodes} == {int}
    w.set(n=4)
    assert {type(node.number) for node in w.tape.nodes} == {int}


def test_they_stand_where_the_leaves_were_moved(shell: Shell) -> None:
    w = shell.autograd("x = 1.5\ny = x\nfor k in range(100):\n    y = y * 0.9 + x\ny")
    w.set(x=-2.0)
    for place, node in enumerate(w.tape.nodes):
        assert float(node.number) == w.tape.values[place]
        assert node.gradient == w.tape.grads[place]
    w.set(x=0.25)
    assert [float(node.number) for node in w.tape.nodes] == w.tape.values.tolist()


def test_what_the_next_cell_writes_stays(shell: Shell) -> None:
    shell.autograd(NET)
    shell("mid = loss._prev[0]\nmid._prev[0].grad = 7.0")
    shell("del mid")
    gc.collect()
    assert shell("loss._prev[0]._prev[0].grad") == 7.0
    shell("loss._prev[0].backward()")
    assert shell("loss._prev[0].grad, loss._prev[0]._prev[0].grad, loss.grad") == (1.0, 1.0, 1.0)
    shell("loss._prev[1].data = 5.0")
    assert shell("loss._prev[1].data") == 5.0


def test_another_cell_goes_on_with_them(shell: Shell) -> None:
    shell("%%autograd --as v\n" + NET)
    slopes = [weight.grad for weight in shell.names["w"]]
    shell("%%autograd --as v\nthrice = loss * 3.0\nthrice")
    assert shell.names["v"].values["thrice"] == 3 * shell.names["loss"].data
    assert [weight.grad for weight in shell.names["w"]] == pytest.approx([3 * slope for slope in slopes])


def test_elements_of_arrays_know_theirs_when_the_widget_is_closed(shell: Shell) -> None:
    loop = "for k in range(150):\n    u[k] = x * k + 1.0\n"
    w = shell.autograd(f"import numpy as np\nx = 1.5\nu = np.zeros(150)\n{loop}y = u.sum()\ny")
    w.close()
    del w
    shell("del w")
    gc.collect()
    assert shell("float(u[3] + u[149])") == 1.5 * 3 + 1 + 1.5 * 149 + 1
    again = shell.autograd("z = u[3] * x\nz")
    assert again.values["z"] == 5.5 * 1.5


def test_wherever_it_is_interrupted_every_node_is_found(shell: Shell) -> None:
    text = NET.replace("range(60)", "range(10)")
    shell(text + "loss.backward()")
    plainly = facts(walk(shell.names["loss"]))
    seen: set[tuple[str, int]] = set()
    places = {scalar_block.let_go.__code__, scalar_block.ScalarBlock.keep.__code__, Nodes.let_go.__code__}
    stopped = 0

    def trace(frame: Any, event: str, _: Any) -> Any:
        if frame.f_code not in places:
            return None
        place = frame.f_code.co_name, frame.f_lineno
        if event == "line" and place not in seen:
            seen.add(place)
            raise KeyboardInterrupt
        return trace

    for _ in range(200):
        before, count = sys.gettrace(), len(seen)
        sys.settrace(trace)
        try:
            done = shell.run(f"%%autograd --as w\n{text}")
        finally:
            sys.settrace(before)
        assert facts(walk(shell.names["loss"])) == plainly
        if len(seen) == count:
            break
        stopped += isinstance(done.error_in_exec, KeyboardInterrupt)
    assert stopped == len(seen) > 25


def test_gradients_of_the_codes_own_stay(shell: Shell) -> None:
    w = shell.autograd(NET.rstrip().removesuffix("loss") + "loss.backward()\nloss._prev[0].grad = 9.0\nloss")
    assert w.trace.tells
    assert shell.names["loss"]._prev[0].grad == 9.0


MID = """
from autograd_magic import Value
a = Value(2.0, label='a')
b = a * 3
b.label = 'b'
c = b * b
for k in range(100):
    c = c * 1.0
c
"""


def test_a_number_that_is_written_is_what_others_find(shell: Shell) -> None:
    for each in ("from autograd_magic import *", f"%%autograd --as w\n{MID}", "b.data = 100.0\ne = explore(c)"):
        shell(each)
    assert shell("e.values['b'], b.data, e.grads['a'], a.grad") == (100.0, 100.0, 600.0, 600.0)
    assert "data 100.0" in str(shell("draw_dot(b)"))
    shell("c.backward()")
    assert shell("a.grad") == 600.0


def test_what_a_graph_beside_has_moved_is_not_what_they_hold(shell: Shell) -> None:
    for each in ("from autograd_magic import *", f"%%autograd --as w\n{MID}d = c * 2.0\nd", "e = explore(c)"):
        shell(each)
    shell("e.set(a=0.5)\nf = explore(d)")
    place = shell("f.tape.node(c)")
    assert shell("f.tape").values[place] == shell("c.data")


def test_what_is_known_by_a_weak_reference_or_by_its_identity_stays(shell: Shell) -> None:
    shell("import weakref\nseen = weakref.WeakValueDictionary()\nnames = {}")
    shell(f"%%autograd --as w\n{MID.replace('c = c * 1.0', 'c = c * 1.0; seen[k] = c')}")
    assert len(shell.names["seen"]) == 100
    shell(f"%%autograd --as v\n{MID.replace('c = c * 1.0', 'c = c * 1.0; names[id(c)] = k')}")
    walked = [shell.names["names"].get(id(node)) for node in walk(shell.names["c"])]
    assert [name for name in walked if name is not None] == [*range(99, -1, -1)]


def test_a_small_number_that_is_kept_keeps_no_large_graph(shell: Shell) -> None:
    shell("kept = []")
    small = "small = Value(1.5)\nkept.append(small * 2 + 1)\nu = np.zeros(3)\nx = 1.5\nu[0] = x * 2\nloss"
    shell("import numpy as np")
    shell(f"%%autograd --as w\n{NET.rstrip().removesuffix('loss')}{small}")
    graph = weakref.ref(shell.names["w"].tape)
    shell("w.close()\ndel w, loss, h, weight")
    for each in ("1", "2", "3", "%reset -f out"):  # what IPython keeps of results
        shell(each)
    gc.collect()
    assert graph() is None
    shell("kept[0].backward()")
    assert shell("small.grad") == 2.0


def test_threads_find_the_same_nodes(shell: Shell) -> None:
    shell(f"%%autograd --as w\n{NET}")
    found: list[Any] = []
    threads = [threading.Thread(target=lambda: found.extend(walk(shell.names["loss"]))) for _ in range(4)]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.setswitchinterval(before)
    assert len(found) == 4 * len(walk(shell.names["loss"]))
    assert len({id(node) for node in found}) == len(found) / 4


def test_a_pass_towards_another_number_gives_no_gradient_away(shell: Shell) -> None:
    w = shell.autograd(f"{MID}d = c * c\nd")
    w.tape.backward(w.tape.node(shell.names["c"]))
    assert shell("c._prev[0].grad") == 2 * shell("c.data")


def test_a_number_that_another_traced_cell_writes_is_in_the_old_graph_what_it_was(shell: Shell) -> None:
    shell("from autograd_magic import *")
    loop = "for k in range(200):\n    c = c*1.01\n    if k == 100: mid = c\n"
    shell(f"%%autograd --as w\na = Value(2.0, label='a')\nc = a*1.01\n{loop}c = mid*mid\nc")
    slope = shell("a.grad")
    shell("%%autograd --as v\nmid.data = 100.0\ny = mid*2.0\ny")
    assert shell("explore(c).grads['a']") == pytest.approx(slope)
    assert "data 100.0" not in str(shell("draw_dot(c._prev[0]._prev[0])"))


def test_a_graph_beside_that_is_closed_is_not_kept(shell: Shell) -> None:
    shell("from autograd_magic import *")
    shell(f"%%autograd --as w\n{NET}")
    shell("e = explore(loss)")
    graph = weakref.ref(shell.names["e"].tape)
    shell("e.close()\ndel e")
    gc.collect()
    assert graph() is None


def test_what_is_noted_by_a_function_that_is_given_stays(shell: Shell) -> None:
    shell("names = {}")
    shell(f"%%autograd --as v\n{MID.replace('c = c * 1.0', 'c = c * 1.0; names.update(zip(map(id, [c]), [k]))')}")
    walked = [shell.names["names"].get(id(node)) for node in walk(shell.names["c"])]
    assert [name for name in walked if name is not None] == [*range(99, -1, -1)]


def test_arrays_that_are_gone_do_not_stand_in_the_way(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scalar_block, "FEW", 1)
    monkeypatch.setattr(scalar_block, "MOST", 0.0)
    monkeypatch.setattr(scalar_block, "SOME", 0)
    shell("import numpy as np")
    loop = "for k in range(6):\n    np.ones(2) * x\n    u[k] = x * (k + 1.0)\n"
    w = shell.autograd(f"x = 1.5\nu = np.zeros(6)\n{loop}y = u.sum()\ny")
    for k in range(6):
        assert float(w.trace.left["u"][k]) == 1.5 * (k + 1)
    w.set(x=2.0)
    assert [float(w.trace.left["u"][k]) for k in range(6)] == [2.0 * (k + 1) for k in range(6)]
    assert w.grads["x"] == 21.0
