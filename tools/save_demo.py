"""Runs demo.ipynb from top to bottom and saves it with its outputs: ``python -m tools.save_demo``."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbclient import NotebookClient

DEMO = Path(__file__).parent.parent / "demo.ipynb"


def main() -> None:
    """Run and save; what depends on the day or the machine is left out."""
    notebook = nbformat.read(DEMO, as_version=4)
    NotebookClient(notebook, timeout=300, store_widget_state=False).execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    notebook.metadata["language_info"] = {"name": "python"}
    nbformat.write(notebook, DEMO)


if __name__ == "__main__":
    main()
