"""``make matrix``: the tests that need no browser, on every Python and IPython that this machine has.

``python -m tools.matrix python3.10 /opt/python3.13/bin/python3`` tests those; without arguments python3.10 to
python3.13 are tried. Each row gets an environment of its own below ``.matrix``.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / ".matrix"
ROWS: dict[str, tuple[tuple[str, ...], tuple[int, int], tuple[int, int]]] = {
    "ipython7": (("ipython==7.34.*", "ipywidgets==7.7.1"), (3, 10), (3, 10)),
    "ipython8": (("ipython==8.*",), (3, 10), (3, 13)),
    "ipython9": (("ipython==9.*",), (3, 11), (3, 13)),
}
"""What is installed, and the first and the last Python that it is tested on. The first row is what Google Colab had."""


def version_of(python: str) -> tuple[int, int] | None:
    """Major and minor version of an interpreter; None when it does not run."""
    if shutil.which(python) is None:
        return None
    asked = subprocess.run(
        [python, "-c", "import sys; print(*sys.version_info[:2])"], capture_output=True, text=True, check=False
    )
    if asked.returncode:
        return None
    major, minor = asked.stdout.split()
    return int(major), int(minor)


def tested(python: str, name: str, versions: Iterable[str]) -> bool:
    """Whether the tests pass in an environment of this Python with these versions."""
    inside = FOLDER / name / "bin" / "python"
    if not inside.exists():
        subprocess.run([python, "-m", "venv", inside.parent.parent], check=True)
    wanted = ["--editable", ".[demo,test]", *versions]
    subprocess.run(
        [inside, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted], cwd=ROOT, check=True
    )
    ignored = ["--ignore", "tests/browser", "--ignore", "tests/parity", "--ignore", "tests/test_packaging.py"]
    command = [str(inside), "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", *ignored]
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def main() -> int:
    """Test every row; the exit code is 1 when one of them fails, or when there is none."""
    results: dict[str, bool] = {}
    for python in sys.argv[1:] or [f"python3.{minor}" for minor in range(10, 14)]:
        version = version_of(python)
        if version is None:
            print(f"{python}: not here")
            continue
        for row, (versions, first, last) in ROWS.items():
            if not first <= version <= last:
                continue
            name = f"python{version[0]}.{version[1]}-{row}"
            print(f"== {name}", flush=True)
            results[name] = tested(python, name, versions)
    for name, passed in results.items():
        print(f"{name}: {'passed' if passed else 'FAILED'}")
    return 0 if results and all(results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
