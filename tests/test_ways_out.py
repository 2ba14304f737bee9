"""Ways by which a number leaves the graph and comes back: each is noticed where the cell runs, also where it cannot be
run again to measure what came of it.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from shell import Shell

USED = "import csv, io, json, os, re, shelve, socket, sqlite3, struct\nimport numpy as np\nimport pandas as pd"

WAYS = {
    "json in a file": "json.dump({'a': x * x}, open('f', 'w'))\ny = json.load(open('f'))['a']",
    "json in a file, closed": (
        "with open('f', 'w') as f:\n    json.dump([x * x], f)\nwith open('f') as f:\n    y = json.load(f)[0]"
    ),
    "csv in a file": (
        "with open('f', 'w') as f:\n    csv.writer(f).writerow(['a', x * x])\n"
        "with open('f') as f:\n    y = float(next(csv.reader(f))[1])"
    ),
    "csv in memory": "f = io.StringIO()\ncsv.writer(f).writerow([x * x])\nf.seek(0)\ny = float(next(csv.reader(f))[0])",
    "NumPy's file": "np.save('f.npy', np.array([x * x, 1.0]))\ny = np.load('f.npy')[0]",
    "a table in a file": "pd.DataFrame({'a': [x * x]}).to_csv('f')\ny = pd.read_csv('f').a[0]",
    "a database": (
        "one = sqlite3.connect('f')\none.execute('create table t (v real)')\none.execute('insert into t values (?)', "
        "(x * x,))\none.commit()\ny = sqlite3.connect('f').execute('select v from t').fetchone()[0]"
    ),
    "a shelf": "with shelve.open('f') as s:\n    s['a'] = x * x\nwith shelve.open('f') as s:\n    y = s['a']",
    "a pipe": (
        "out, into = os.pipe()\nos.write(into, struct.pack('d', x * x))\n(y,) = struct.unpack('d', os.read(out, 8))\n"
        "os.close(out), os.close(into)"
    ),
    "a socket": (
        "one, other = socket.socketpair()\none.send(struct.pack('d', x * x))\n(y,) = struct.unpack('d', other.recv(8))\n"
        "one.close(), other.close()"
    ),
    "what a file is said to be": "open('f', 'w').close()\nos.utime('f', (x * x, x * x))\ny = os.stat('f').st_mtime",
    "text that is stored in an object of a library": (
        "import configparser\nc = configparser.ConfigParser()\nc['s'] = {'v': str(x * x)}\ny = c.getfloat('s', 'v')"
    ),
    "a plain array that a universal function adds to": (
        "z = np.frombuffer(bytes(16)).copy()\nnp.add.at(z, [0, 0], x)\ny = z[0] * x / 2"
    ),
    "a piece of text": "y = float(f'a {x * x}'.split()[1])",
    "a piece of text after %": "y = float(('a %.4f' % (x * x)).split()[1])",
    "text that was put together": "t = f'{x * x:.3e}'\ny = float('2' + t[1:])",
    "what an exception says": (
        "try:\n    float('a%s' % (x * x))\nexcept ValueError as e:\n    t = str(e)\ny = float(t.split('a')[-1][:-1])"
    ),
    "text that is run": "exec(f'y = {x * x} + 0.0')",
    "text that is compiled, and run": "exec(compile(f'y = {x * x} + 0.0', '<a>', 'exec'))",
    "a process that takes the number along": (
        "import multiprocessing as mp\nq = mp.get_context('fork').Queue()\n"
        "p = mp.get_context('fork').Process(target=lambda: q.put(x * x))\np.start()\ny = q.get(timeout=60)\np.join()"
    ),
    "memory that processes share": (
        "import multiprocessing as mp\nq = mp.get_context('fork').Value('d', 0.0)\ndef work():\n    q.value = x * x\n"
        "p = mp.get_context('fork').Process(target=work)\np.start()\np.join()\ny = q.value"
    ),
    "a copy of the process": (
        "out, into = os.pipe()\nif not os.fork():\n    os.write(into, str(x * x).encode())\n    os._exit(0)\n"
        "y = float(os.read(out, 100))\nos.wait(), os.close(out), os.close(into)"
    ),
    "a table that reads the notebook's names": "z = x * x\ny = pd.DataFrame({'a': [1.0]}).eval('a * @z')[0]",
    "pandas that reads the notebook's names": "y = pd.eval('x * x')",
    "pandas that reads a function's names": "def f(t):\n    z = t * t\n    return pd.eval('z * 1')\ny = f(x)",
    "what is put in by a callback": "y = float(re.sub('a', lambda _: str(x * x), 'a'))",
}


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("there")
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_number_that_comes_back_is_noticed(shell: Shell, way: str) -> None:
    shell(USED)
    w = shell.autograd(f"x = 1.5\nopen('kept', 'w').close()\n{way}\nL = x + y\nL")
    assert float(shell.names["y"]) == pytest.approx(2.25)
    assert math.isnan(w.grads["x"])
    assert "this widget cannot " in w.gaps[0] and "gradient of x is not known" in w.gaps[0]


INNOCENT = {
    "a file that is only read": "y = np.loadtxt('data').sum() + float(open('data').readline())",
    "text that was there": "t = 'a 2.5'\ny = float(t.split()[1])",
    "a file that nobody reads": "open('log', 'w').write(f'{x}')\ny = 2.0",
}


@pytest.mark.usefixtures("there")
@pytest.mark.parametrize("way", INNOCENT.values(), ids=INNOCENT)
def test_what_was_read_from_elsewhere_is_a_constant(shell: Shell, way: str) -> None:
    shell(USED)
    Path("data").write_text("1.5\n2.5\n")
    w = shell.autograd(f"x = 1.5\nopen('kept', 'w').close()\njson.dumps([x, x * x])\n{way}\nL = x * x + y\nL")
    assert w.grads["x"] == 3.0
    assert not w.gaps


def test_a_text_that_names_a_number_is_not_the_number(shell: Shell) -> None:
    shell(USED)
    w = shell.autograd(
        "x = 1.5\na = x * x\ndf = pd.DataFrame({'a': [1.0, 2.0]})\nL = df.sort_values('a').a.sum() * a\nL"
    )
    assert w.grads["x"] == 9.0 and w.grads["a"] == 3.0


def test_names_that_outside_code_has_read_are_the_graphs_again(shell: Shell) -> None:
    shell(USED)
    w = shell.autograd("x = 1.5\nz = x * 2\npd.eval('z > x')\nL = z * x\nL")
    assert w.grads["x"] == 6.0


def test_a_file_is_closed_as_soon_as_nobody_holds_it(shell: Shell, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    shell("import json, os")
    assert shell("%%autograd\nx = 1.5\njson.dump([x], open('f', 'w'))\nos.stat('f').st_size") == 5
    assert Path("f").stat().st_size == 5


GIVEN_AWAY = {
    "in a module": "math.own = lambda v: v * x\ny = math.own(x)\ndel math.own",
    "in a module, by name": "setattr(math, 'own', lambda v: v * x)\ny = math.own(x)\ndel math.own",
    "in a module, for map": "math.own = lambda v: v * x\ny = sum(map(math.own, [x]))\ndel math.own",
    "in a class": "Counter.own = lambda self: x * x\ny = Counter().own()\ndel Counter.own",
    "by a decorator": "@unittest.skipIf(False, '')\ndef f(v): return v * x\ny = f(x)",
}


@pytest.mark.parametrize("text", GIVEN_AWAY.values(), ids=GIVEN_AWAY)
def test_a_function_of_the_notebook_that_was_given_away_is_one_of_the_notebook(shell: Shell, text: str) -> None:
    shell("import math, unittest\nfrom collections import Counter")
    w = shell.autograd(f"x = 1.5\n{text}\ny * x")
    assert w.grads["x"] == pytest.approx(3 * 1.5**2)
    w.set(x=2.0)
    assert shell("y") == 4.0
