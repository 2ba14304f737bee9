"""Builds the browser's bundle when the package is built from a clone.

A wheel and an sdist contain the bundle, so that installing them needs no Node.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NoReturn

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

MISSING = (
    "autograd_magic: the browser part of the widget has to be built, and {what}. "
    "Install Node.js 20 or newer (with npm) and try again, or install a released wheel, which needs no Node."
)


class BundleHook(BuildHookInterface[Any]):
    """Runs npm where there are sources that are newer than the bundle."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the bundle unless it is there and up to date."""
        root = Path(self.root)
        bundle = root / "autograd_magic" / "static" / "widget.js"
        made = [bundle, bundle.with_name("loader.js"), bundle.with_name("page.js")]
        sources = root / "js"
        if not (sources / "package.json").exists():  # an sdist brings the bundle
            if not all(path.exists() for path in made):
                self._stop("this source archive lacks both the bundle and its sources")
            return
        inputs = [*sources.glob("src/*/*"), *sources.glob("*.json"), *sources.glob("*.mjs")]
        newest = max(path.stat().st_mtime for path in inputs)
        if all(path.exists() for path in made) and newest <= bundle.stat().st_mtime:
            return
        npm = shutil.which("npm")
        if npm is None:
            self._stop("npm was not found")
        self._run(npm, "ci", "--no-audit", "--no-fund", cwd=sources)
        self._run(npm, "run", "build", cwd=sources)

    def _run(self, *command: str, cwd: Path) -> None:
        done = subprocess.run(
            command, cwd=cwd, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        if done.returncode:
            print(done.stdout, file=sys.stderr)
            self._stop(f"'npm {' '.join(command[1:])}' failed (its output stands above)")

    def _stop(self, what: str) -> NoReturn:
        self.app.abort(MISSING.format(what=what))
        raise SystemExit(1)
