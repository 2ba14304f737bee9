"""``make release``: everything before an upload, step by step, and a tag at the end. It uploads nothing itself.

It stops at the first step that fails; then nothing is tagged. ``python -m tools.release --no-tag`` leaves the tag out;
``--oldest /opt/python3.10/bin/python3`` (``make release OLDEST=...``) says where the oldest Python is.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from packaging.requirements import Requirement

from .lowest import lower_bound, oldest_python, project
from .matrix import ROOT, version_of

DIST = ROOT / "dist"
TRIAL = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "autograd_magic")
shell.run_cell("%%autograd --as w\\na = 2.0\\nb = -3.0\\nL = a*b + 10\\nL", silent=True).raise_error()
w = shell.user_ns["w"]
w.set(a=3.0)
assert (w.values["L"], w.grads["a"], w.grads["b"]) == (1.0, -3.0, 3.0), (w.values, w.grads)
assert w.html(fragment=True).count("<script") == 2
"""
"""What a wheel has to be able to do: a cell runs, a slider moves, and a page has the widget in it."""


def main() -> int:
    """Take the steps; the exit code is 1 where one of them fails."""
    parser = argparse.ArgumentParser(prog="python -m tools.release", description=__doc__)
    parser.add_argument("--no-tag", action="store_true", help="all steps but the last")
    parser.add_argument(
        "--oldest", metavar="PYTHON", default=f"python{oldest_python()}", help="the oldest Python allowed"
    )
    options = parser.parse_args()
    about = project()
    version = about["version"]
    tag = f"v{version}"

    _step(f"looking whether {version} is ready, and whether Python {oldest_python()} is here")
    if _output("git", "status", "--porcelain"):
        return _failed("there are changes that are not committed")
    if _output("git", "tag", "--list", tag):
        return _failed(f"the tag {tag} is there already")
    if f"\n## {version}\n" not in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8") and not options.no_tag:
        return _failed(f"CHANGELOG.md has no heading '## {version}' (without '(unreleased)')")
    if f"\nversion: {version}\n" not in (ROOT / "CITATION.cff").read_text(encoding="utf-8"):
        return _failed(f"CITATION.cff is not about {version}")
    if ".".join(map(str, version_of(options.oldest) or ())) != oldest_python():
        return _failed(
            f"{options.oldest} starts no Python {oldest_python()}: say where one is (make release OLDEST=...)"
        )

    _step("building the wheel and the sdist from a fresh clone, into dist/")
    shutil.rmtree(DIST, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        _run("git", "clone", "--quiet", str(ROOT), folder)
        _run(sys.executable, "-m", "build", "--outdir", str(DIST), folder)
    files = wheel, sdist = sorted(map(str, DIST.iterdir()))

    _step("twine check: the metadata, and README.md as a package index shows it")
    _run(sys.executable, "-m", "twine", "check", "--strict", *files)

    _step("trying the wheel and the sdist, each in a clean environment")
    _try(sys.executable, [wheel])
    _try(sys.executable, [sdist])

    _step("trying the wheel on the oldest Python, at the lowest versions that it allows")
    wanted = map(Requirement, about["dependencies"])
    _try(options.oldest, [wheel, *(f"{each.name}=={lower_bound(each.name, each.specifier)}" for each in wanted)])

    if "urls" not in about:
        print("Note: pyproject.toml names no address of the project (project.urls, and `files` for README's pictures).")
    if not options.no_tag:
        _step(f"tagging this commit as {tag}")
        _run("git", "tag", "--annotate", tag, "--message", f"autograd_magic {version}")
    print(
        "Done. Nothing was uploaded; that is: twine upload dist/*"
        + ("" if options.no_tag else f"; git push origin {tag}")
    )
    return 0


def _try(python: str, wanted: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _run(python, "-m", "venv", folder)
        inside = str(Path(folder, "bin", "python"))
        _run(inside, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted)
        _run(inside, "-c", TRIAL, cwd=folder)


def _step(what: str) -> None:
    print(f"== {what}", flush=True)


def _failed(why: str) -> int:
    print(f"Stopped: {why}.")
    return 1


def _run(*command: str, cwd: str | Path = ROOT) -> None:
    done = subprocess.run(command, cwd=cwd, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        print(done.stdout)
        raise SystemExit(_failed("that did not work; its output stands above"))


def _output(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
