"""``make bench``: all benchmarks one after the other, each in its own process, and their tables in RESULTS.md.

With names behind it (``python -m benchmarks replays arrays``) only those are run, and RESULTS.md stays as it is.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from pathlib import Path

from .goals import MARK

HERE = Path(__file__).parent
ALL: dict[str, list[str]] = {
    "against_micrograd": [],
    "arrays": [],
    "cell_to_picture": ["lecture", "points"],
    "replays": [],
    "browser_engine": [],
    "frames": [],
    "limits": [],
}
"""Each benchmark, and what stands behind its name."""

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
    chosen = sys.argv[1:] or [*ALL]
    if unknown := {*chosen} - {*ALL}:
        sys.exit(f"There is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(ALL)}.")
    where, goals, tables = machine(), [], []
    for name in chosen:
        lines = printed(name, ALL[name])
        goals += [f"| {line.removeprefix(MARK)} |" for line in lines if line.startswith(MARK)]
        table = "\n".join(line for line in lines if not line.startswith(MARK))
        tables.append(f"## {name}\n\n```\n{table.strip(chr(10))}\n```\n")
    if chosen == [*ALL]:
        head = "| goal | wanted | reached | |\n| --- | --- | --- | --- |\n"
        text = [f"{INTRO}\n{where}\n", "## Goals\n\n" + head + "\n".join(goals) + "\n", *tables]
        (HERE / "RESULTS.md").write_text("\n".join(text), encoding="utf-8")


if __name__ == "__main__":
    main()
