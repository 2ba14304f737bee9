"""``make lowest``: the tests that need no browser, at the lowest versions that pyproject.toml allows.

They run on the oldest Python that it allows; ``make lowest OLDEST=/opt/python3.10/bin/python3`` says where that is.
"""

from __future__ import annotations

import sys
from typing import Any

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from .matrix import ROOT, tested, version_of

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

EXTRAS = ("demo", "docs", "test")
BOUNDS = (">=", "==", "~=")
"""What names the lowest version that is allowed."""


def lower_bound(asked: str, specifiers: SpecifierSet) -> str:
    """The lowest version that is allowed. Raises SystemExit where none is named."""
    found = [each.version for each in specifiers if each.operator in BOUNDS]
    if len(found) != 1:
        raise SystemExit(f"pyproject.toml: {asked!r} needs one lower bound, as in name>=1.2")
    return found[0]


def project() -> dict[str, Any]:
    """What pyproject.toml says of the package."""
    found: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return found


def oldest_python() -> str:
    """The oldest Python that is allowed: "3.10"."""
    return lower_bound("requires-python", SpecifierSet(project()["requires-python"]))


def main() -> int:
    """Test the lowest versions; the exit code is 1 when a test fails, or when that Python is not here."""
    oldest = oldest_python()
    python = sys.argv[1] if len(sys.argv) > 1 else f"python{oldest}"
    version = version_of(python)
    if version is None or ".".join(map(str, version)) != oldest:
        print(f"{python}: no Python {oldest} here")
        return 1
    about = project()
    extras = about["optional-dependencies"]
    wanted = []
    for asked in [*about["dependencies"], *(asked for extra in EXTRAS for asked in extras[extra])]:
        requirement = Requirement(asked)
        if requirement.name == about["name"]:  # the extras that another one brings along
            continue
        if requirement.marker is None or requirement.marker.evaluate({"python_version": oldest}):
            wanted.append(f"{requirement.name}=={lower_bound(asked, requirement.specifier)}")
    print(*wanted, flush=True)
    return 0 if tested(python, "lowest", wanted) else 1


if __name__ == "__main__":
    sys.exit(main())
