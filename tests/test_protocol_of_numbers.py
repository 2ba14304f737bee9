"""What Python's syntax and NumPy's protocol allow besides calls, on numbers and arrays that remember: as plainly."""

from __future__ import annotations

import pytest
from shell import Shell, seen
from test_as_plainly import BEFORE, Case, slope

HEAD = "x = 2.3\ny = 3.7\nv = np.array([x, y, x*y, 1.25])\n"

CELLS = {
    "turned": "s = v.sum()\nz = s.T*y\nr = z\nr",
    "turned by a getter": "import operator\ns = v.sum()\nz = operator.attrgetter('T')(s)*y\nr = z\nr",
    "chosen by True": "s = v.sum()\nz = s[True].sum()*y\nr = z\nr",
    "chosen by True, and its first": "s = v.sum()\nz = s[True][0]\nr = z\nr",
    "an array chosen by True": "z = v[True].sum()\nr = z\nr",
    "compared with an object that answers": "class A:\n    def __eq__(s, o): return o*2.0\nz = x == A()\nr = z*y\nr",
    "smaller than an object that answers": "class A:\n    def __lt__(s, o): return o*2.0\n    def __ne__(s, o): return o*3.0\nz = v[0] > A()\nw = v[1] != A()\nr = z*y + w\nr",
    "compared with what does not answer": "class A: pass\na = A()\nprint(x == a, x != a, a == x, x == None, x == 'a', x in [a, x])\ntry:\n    x < a\nexcept TypeError as e:\n    print(e)\nr = x*y\nr",
    "filled": "try:\n    v.fill([x, y, 1, 2])\nexcept ValueError as e:\n    print(e)\nv.fill(x*y)\nr = v.sum()\nr",
    "all elements set to nothing": "v.flat = ()\nr = v.sum()\nr",
    "an element set to two": "try:\n    v.flat[0] = [x, y]\nexcept ValueError as e:\n    print(e)\nv.flat[1] = x*x\nv.flat[2:] = [x, y]\nr = v.sum()\nr",
    "beside what opts out of ufuncs": "class A:\n    __array_ufunc__ = None\n    def __radd__(s, o): return o*2\n    def __rmul__(s, o): return 7.0\nz = v + A()\nw = v*A()\nr = z.sum() + w\nr",
    "beside what has priority": "class A:\n    __array_priority__ = 99\n    def __radd__(s, o): return o*2\nz = v + A()\nr = z.sum()\nr",
    "a class of a class that has everything": "class M(type):\n    def __getattr__(c, n): return 2.0\nclass A(metaclass=M):\n    def __init__(s, a): s.a = a\nr = A(x).a*y\nr",
    "an item at a place": "s = v.sum()\nr = s.item(())*y + s.item(0) + v.item(1)\nr",
    "sorted in odd ways": "for o in (dict(axis=None), dict(kind='x')):\n    try:\n        v.sort(**o)\n    except Exception as e:\n        print(type(e).__name__)\nv.sort()\nr = (v*[1,2,3,4]).sum()\nr",
    "an attribute of the elements": "try:\n    v.flat.x = 1\nexcept AttributeError as e:\n    print('no')\nr = v.sum()\nr",
    "a matrix that is none": "try:\n    v.mT\nexcept ValueError as e:\n    print(e)\nr = v.sum()\nr",
    "an order of one's own": "import functools\n@functools.total_ordering\nclass K:\n    def __init__(s, n): s.n = n\n    def __lt__(s, o): return s.n < getattr(o, 'n', o)\n    def __eq__(s, o): return s.n == getattr(o, 'n', o)\nk = K(x)\nprint(k < 3.0, k > y, x < K(y), K(y) >= x)\nr = x*y\nr",
    "a callable that has every attribute": "class A:\n    def __getattr__(s, n): return 1.0\n    def __call__(s, a): return a*2\nr = A()(x)*y\nr",
}


@pytest.mark.parametrize("text", CELLS.values(), ids=CELLS)
def test_a_cell_runs_as_plainly(shell: Shell, plain: Shell, text: str) -> None:
    for each in (shell, plain):
        each(BEFORE)
    ours, theirs = seen(shell, f"%%autograd --as w\n{HEAD}{text}"), seen(plain, HEAD + text)
    assert (ours.said, ours.warned, ours.error) == (theirs.said, theirs.warned, theirs.error) == (ours.said, "", "")
    assert float(shell("r")) == theirs.result
    for name in "xy":
        assert shell.names["w"].grads[name] == pytest.approx(
            slope(plain, Case("", HEAD + text), name, plain.names[name]), rel=1e-5, abs=1e-6
        )
