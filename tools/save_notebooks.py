"""Runs the notebooks from top to bottom and saves them with their outputs: ``python -m tools.save_notebooks``."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).parent.parent
NOTEBOOKS = (ROOT / "demo.ipynb", ROOT / "examples" / "explorer.ipynb")


def main() -> None:
    """Run and save; what depends on the day or the machine is left out."""
    for path in NOTEBOOKS:
        notebook = nbformat.read(path, as_version=4)
        NotebookClient(notebook, timeout=300, store_widget_state=False, coalesce_streams=True).execute()
        for cell in notebook.cells:
            cell.metadata.pop("execution", None)
        notebook.metadata["language_info"] = {"name": "python"}
        nbformat.write(notebook, path)


if __name__ == "__main__":
    main()
