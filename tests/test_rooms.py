"""The rooms of the house: who may import whom, in both languages; no circle among files, and none that is too long.

All imports count: those inside functions, and those that are only for types.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LONGEST = 450
"""Lines of a file."""

PYTHON = {
    "engine": {"engine"},
    "export": {"export", "engine"},
    "cell": {"cell", "engine"},
    "live": {"live", "cell", "export", "engine"},
}
"""What each room of the package may import; files beside the rooms may import all."""

BROWSER = {
    "engine": {"engine"},
    "model": {"model", "engine"},
    "view": {"view", "model", "engine"},
    "modes": {"modes", "view", "model", "engine"},
    "app": {"app", "modes", "view", "model", "engine"},
}
"""The same for js/src."""

NOTEBOOK = {"IPython", "anywidget", "ipywidgets", "traitlets"}
"""What the engine does without."""

Imports = dict[str, set[str]]
"""What each file imports: files of the same tree by their path in it, everything else by its name."""


def python_imports(root: Path) -> Imports:
    """The imports of all files of the package that stands in ``root``."""
    package = root.name
    files = {".".join([package, *path.relative_to(root).with_suffix("").parts]): path for path in root.rglob("*.py")}
    names = {name: str(path.relative_to(root)) for name, path in files.items()}
    names |= {name.removesuffix(".__init__"): path for name, path in names.items() if name.endswith(".__init__")}
    found: Imports = {}
    for module, path in files.items():
        wanted: set[str] = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                wanted |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                base = ".".join([*module.split(".")[: -node.level], node.module or ""]).strip(".")
                base = base if node.level else node.module or ""
                inner = {f"{base}.{alias.name}" for alias in node.names}
                wanted |= inner & names.keys()
                if inner - names.keys():
                    wanted.add(base)
        found[names[module]] = {names.get(name, name) for name in wanted}
    return found


FROM = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']""")


def browser_imports(root: Path) -> Imports:
    """The imports of all TypeScript files in ``root``."""
    found: Imports = {}
    for path in root.rglob("*.ts"):
        wanted = set()
        for name in FROM.findall(path.read_text(encoding="utf-8")):
            if not name.startswith("."):
                wanted.add(name)
                continue
            target = (path.parent / name).resolve()
            script = target.with_name(f"{target.name}.ts")
            wanted.add(str((script if script.exists() else target).relative_to(root.resolve())))
        found[str(path.relative_to(root))] = wanted
    return found


def wrong_doors(found: Imports, rooms: Mapping[str, set[str]]) -> list[str]:
    """Imports that lead from a room into one that it must not know, or to a file beside the rooms."""
    own = {imported for imported in found if "/" not in imported}
    return sorted(
        f"{file} imports {name}"
        for file, names in found.items()
        if (here := file.partition("/")[0]) in rooms
        for name in names
        if name in own or (name.partition("/")[0] in rooms and name.partition("/")[0] not in rooms[here])
    )


def circles(found: Imports) -> list[list[str]]:
    """Files that import one another, directly or by way of others."""
    rest = {file: names & found.keys() for file, names in found.items()}
    while ended := [file for file, names in rest.items() if not names & rest.keys()]:
        for file in ended:
            del rest[file]
    circled = []
    while rest:
        way = [min(rest)]
        while (after := min(rest[way[-1]] & rest.keys())) not in way:
            way.append(after)
        circled.append(way[way.index(after) :])
        for file in circled[-1]:
            del rest[file]
        while ended := [file for file, names in rest.items() if not names & rest.keys()]:
            for file in ended:
                del rest[file]
    return circled


def too_long(files: Iterable[Path]) -> list[str]:
    """Files with more lines than a person wants to hold in mind."""
    counts = [(file.name, len(file.read_text(encoding="utf-8").splitlines())) for file in files]
    return sorted(f"{name} has {count} lines" for name, count in counts if count > LONGEST)


def test_the_package() -> None:
    found = python_imports(ROOT / "autograd_magic")
    assert {file.partition("/")[0] for file in found if "/" in file} == set(PYTHON)
    assert not wrong_doors(found, PYTHON)
    assert not circles(found)
    assert not [
        (file, name)
        for file, names in found.items()
        if file.startswith("engine/")
        for name in names
        if name.partition(".")[0] in NOTEBOOK
    ]


def test_the_browser() -> None:
    found = browser_imports(ROOT / "js" / "src")
    assert {file.partition("/")[0] for file in found if not file.endswith(".d.ts")} == set(BROWSER)
    assert all("@" in name or name in found or name.endswith(".css") for names in found.values() for name in names)
    assert not wrong_doors(found, BROWSER)
    assert not circles(found)


def test_no_file_is_too_long() -> None:
    files = [file for room in ("autograd_magic", "tools", "benchmarks") for file in (ROOT / room).rglob("*.py")]
    files += [file for room in ("src", "test") for file in (ROOT / "js" / room).rglob("*.ts")]
    assert len(files) > 100
    assert not too_long(files)


# The test itself: what is planted is found.


def plant(root: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


GOOD_PYTHON = {
    "__init__.py": "from .magic import load",
    "magic.py": "from .live import widget\nfrom .engine.tape import Tape",
    "engine/__init__.py": "",
    "engine/tape.py": "import numpy as np\nfrom . import node\nfrom .node import Node",
    "engine/node.py": "from __future__ import annotations",
    "export/__init__.py": "",
    "export/text.py": "from house.engine.tape import Tape",
    "cell/__init__.py": "",
    "cell/run.py": "from ..engine import tape",
    "live/__init__.py": "",
    "live/widget.py": "import anywidget\nfrom house.cell.run import Cell\nfrom house.export import text",
}


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("engine/node.py", "from house.export import text", ["engine/node.py imports export/text.py"]),
        ("engine/node.py", "from ..export.text import tree", ["engine/node.py imports export/text.py"]),
        ("engine/node.py", "def f():\n    import house.live.widget", ["engine/node.py imports live/widget.py"]),
        ("cell/run.py", "if TYPE_CHECKING:\n    from ..live import widget", ["cell/run.py imports live/widget.py"]),
        ("cell/run.py", "from house.export.text import tree", ["cell/run.py imports export/text.py"]),
        ("export/text.py", "from house.cell import run", ["export/text.py imports cell/run.py"]),
        ("live/widget.py", "from house import magic", ["live/widget.py imports magic.py"]),
        ("live/widget.py", "from .. import Value", ["live/widget.py imports __init__.py"]),
    ],
)
def test_a_wrong_door_is_found(tmp_path: Path, file: str, text: str, told: list[str]) -> None:
    house = plant(tmp_path / "house", GOOD_PYTHON)
    assert not wrong_doors(python_imports(house), PYTHON)
    plant(house, {file: text})
    assert wrong_doors(python_imports(house), PYTHON) == told


@pytest.mark.parametrize(
    "text", ["import traitlets", "from IPython.display import display", "def f():\n    import IPython.core.error"]
)
def test_a_notebook_in_the_engine_is_found(tmp_path: Path, text: str) -> None:
    house = plant(tmp_path / "house", GOOD_PYTHON | {"engine/node.py": text})
    assert {name.partition(".")[0] for name in python_imports(house)["engine/node.py"]} <= NOTEBOOK


def test_circles_are_found(tmp_path: Path) -> None:
    house = plant(tmp_path / "house", GOOD_PYTHON)
    assert not circles(python_imports(house))
    plant(
        house,
        {"engine/node.py": "if TYPE_CHECKING:\n    from .replay import Plan", "engine/replay.py": "from . import tape"},
    )
    assert [set(circle) for circle in circles(python_imports(house))] == [
        {"engine/node.py", "engine/replay.py", "engine/tape.py"}
    ]


GOOD_BROWSER = {
    "engine/tape.ts": 'import type { Rule } from "./ops.gen";',
    "engine/ops.gen.ts": 'import * as gamma from "./gamma";',
    "engine/gamma.ts": "export const x = 1;",
    "model/model.ts": 'import { signal } from "@preact/signals-core";\nimport {\n  Tape,\n} from "../engine/tape";',
    "view/graph.ts": 'import { Model } from "../model/model";\nimport style from "./style.css";',
    "view/style.css": "",
    "modes/quiz.ts": 'import { mountGraph } from "../view/graph";',
    "app/widget.ts": 'import "../modes/quiz";\nexport { Model } from "../model/model";',
}


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("engine/gamma.ts", 'import { short } from "../model/model";', ["engine/gamma.ts imports model/model.ts"]),
        ("model/model.ts", 'import type {\n  View,\n} from "../view/graph";', ["model/model.ts imports view/graph.ts"]),
        ("view/graph.ts", 'const quiz = await import("../modes/quiz");', ["view/graph.ts imports modes/quiz.ts"]),
        ("modes/quiz.ts", 'export * from "../app/widget";', ["modes/quiz.ts imports app/widget.ts"]),
    ],
)
def test_a_wrong_door_in_the_browser_is_found(tmp_path: Path, file: str, text: str, told: list[str]) -> None:
    source = plant(tmp_path, GOOD_BROWSER)
    assert not wrong_doors(browser_imports(source), BROWSER)
    assert not circles(browser_imports(source))
    plant(source, {file: text})
    assert wrong_doors(browser_imports(source), BROWSER) == told


def test_circles_in_the_browser_are_found(tmp_path: Path) -> None:
    source = plant(tmp_path, GOOD_BROWSER | {"engine/gamma.ts": 'import type { Tape } from "./tape";'})
    assert [set(circle) for circle in circles(browser_imports(source))] == [
        {"engine/gamma.ts", "engine/ops.gen.ts", "engine/tape.ts"}
    ]


def test_a_long_file_is_found(tmp_path: Path) -> None:
    plant(tmp_path, {"short.py": "\n" * LONGEST, "long.py": "\n" * (LONGEST + 1)})
    assert too_long(tmp_path.iterdir()) == [f"long.py has {LONGEST + 1} lines"]
