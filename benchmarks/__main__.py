"""``make bench``: all benchmarks one after the other, each in its own process, and their tables in RESULTS.md.

With names behind it (``python -m benchmarks replays arrays``) only those are run, and RESULTS.md stays as it is; with
``--once`` too: that measures a row or two of each table, in seconds, to see whether all still run.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path

from .asked import ONCE
from .goals import MARK

HERE = Path(__file__).parent
ALL: dict[str, list[str]] = {
    "against_micrograd": ["7", "80 lines"],
    "arrays": ["x * y, 10 elements", "bytes an element, all results kept", "10,000 steps of a loop"],
    "cell_to_picture": ["lecture"],
    "replays": ["lecture"],
    "browser_engine": ["lecture", "MLP"],
    "frames": ["lecture"],
    "limits": ["MLP of the lecture"],
}
"""Each benchmark, and the rows of its table that tell soonest whether it runs."""
PEERS = ("micrograd", "autograd", "casadi", "jax")
"""What it is compared with, by the names of the package index; only the first comes with the tests."""

INTRO = """# Results

What `make bench` printed on one machine. Only the ratios mean something elsewhere, and a machine with other work to do
changes them too. What each table tells stands at the beginning of its module.
"""


def machine() -> str:
    """What the figures were measured on."""
    cpus = Path("/proc/cpuinfo")
    told = cpus.read_text().splitlines() if cpus.exists() else []
    names = [line.split(":")[1].strip() for line in told if line.startswith("model name")]
    name = names[0] if names else platform.processor() or platform.machine()
    load = f", load {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else ""
    today = time.strftime("%Y-%m-%d")
    return f"{today}, {name}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}{load}."


def others() -> str:
    """Which of the peers are here."""
    here = {each.name: each.version for each in metadata.distributions()}
    beside = f"Beside {', '.join(f'{name} {here[name]}' for name in PEERS if name in here)}."
    missing = " ".join(name for name in PEERS if name not in here)
    if not missing:
        return beside
    return f"{beside} Not here, so a dash in their columns: {missing} (.venv/bin/pip install {missing})."


def printed(name: str, words: list[str]) -> list[str]:
    """Run one benchmark; what it prints is shown at once, and given back."""
    command = [sys.executable, "-m", f"benchmarks.{name}", *words]
    lines: list[str] = []
    with subprocess.Popen(command, cwd=HERE.parent, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            lines.append(line.rstrip())
    if process.returncode:
        sys.exit(f"benchmarks.{name} ended with {process.returncode}.")
    return lines


def main() -> None:
    """Run them, and write RESULTS.md."""
    once = ONCE in sys.argv
    chosen = [word for word in sys.argv[1:] if word != ONCE] or [*ALL]
    if unknown := {*chosen} - {*ALL}:
        sys.exit(f"There is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(ALL)}.")
    where, goals, tables = f"{machine()} {others()}", [], []
    print(where, flush=True)
    for name in chosen:
        lines = printed(name, [*ALL[name], ONCE] if once else [])
        goals += [f"| {line.removeprefix(MARK)} |" for line in lines if line.startswith(MARK)]
        table = "\n".join(line for line in lines if not line.startswith(MARK))
        tables.append(f"## {name}\n\n```\n{table.strip(chr(10))}\n```\n")
    if chosen == [*ALL] and not once:
        head = "| goal | wanted | reached | |\n| --- | --- | --- | --- |\n"
        text = [f"{INTRO}\n{where}\n", "## Goals\n\n" + head + "\n".join(goals) + "\n", *tables]
        (HERE / "RESULTS.md").write_text("\n".join(text), encoding="utf-8")


if __name__ == "__main__":
    main()
