"""Write what the browser takes from Python: the op table, the protocol, the picture's geometry and colours.

``python -m tools.generate_ts`` writes the files, ``--check`` fails when one is not what Python says.
"""

from __future__ import annotations

import sys
from pathlib import Path

from . import ts_look, ts_ops, ts_protocol

SOURCES = Path(__file__).parent.parent / "js" / "src"
FILES = {
    "engine/ops.gen.ts": ts_ops.generate,
    "engine/protocol.gen.ts": ts_protocol.generate,
    "model/geometry.gen.ts": ts_look.geometry,
    "view/colours.gen.css": ts_look.colours,
}


def main() -> int:
    """Write the files, or compare them."""
    stale = []
    for name, generate in FILES.items():
        target, text = SOURCES / name, generate()
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            stale.append(f"js/src/{name}")
            if "--check" not in sys.argv[1:]:
                target.write_text(text, encoding="utf-8")
    if stale and "--check" in sys.argv[1:]:
        print(f"{', '.join(stale)}: stale; run python -m tools.generate_ts and commit what it writes")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
