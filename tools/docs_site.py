"""What MkDocs does not do by itself for the site: ``mkdocs.yml`` names this file as its hook.

- ```` ```ipython ```` cells of a page run when the site is built, one after the other in one shell, as a notebook's do;
  below each stands what it shows, and a live graph where it has one. A cell that fails ends the build.
- ``{{ README.md: Options }}`` puts in a section of a file of the repository, so that each fact stands in one place;
  ``{{ ops }}`` and the like what is read from the code.
- Notebooks, and files beside README.md, become pages.
"""

from __future__ import annotations

import inspect
import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import Any

import nbformat
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from markdown.extensions.toc import slugify
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from pygments.formatters import HtmlFormatter

import autograd_magic
from autograd_magic.engine.ops import TABLE
from autograd_magic.engine.ufuncs import METHODS
from autograd_magic.live.explorer import Explorer
from autograd_magic.live.page import code
from autograd_magic.live.saving import saved
from autograd_magic.live.session import session

ROOT = Path(__file__).parent.parent
PAGES = {
    "tutorial.md": "demo.ipynb",
    "tools.md": "examples/explorer.ipynb",
    "contributing.md": "CONTRIBUTING.md",
    "changelog.md": "CHANGELOG.md",
}
"""Pages that are made of a file of the repository."""
SCRIPT = "live.js"
"""The widget's code, once for all pages."""

VIEW = "application/vnd.jupyter.widget-view+json"
_graphs: dict[str, dict[str, str]] = {}
"""The live graphs of each page, by what stands for them until the page is written."""


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Headings that begin with a digit get a name that the theme's script can look for."""
    config.mdx_configs["toc"]["slugify"] = lambda text, between: re.sub(r"^(?=\d)", "v", slugify(text, between))
    return config


def on_files(files: Files, config: MkDocsConfig) -> None:
    """Add the pages that are made of other files, and the colours of code."""
    for name, source in PAGES.items():
        text = _notebook(source) if source.endswith(".ipynb") else _here((ROOT / source).read_text("utf-8"))
        files.append(File.generated(config, name, content=text))
    for theme, style in (("light", "default"), ("dark", "github-dark")):
        colours = HtmlFormatter(style=style).get_style_defs(".codehilite")
        files.append(File.generated(config, f"code-{theme}.css", content=colours))
    files.append(File.generated(config, SCRIPT, content=code()))


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put in what a page takes from elsewhere, and run its cells."""
    text = re.sub(r"^\{\{ (.+) \}\}$", lambda found: _taken(found[1]), markdown, flags=re.MULTILINE)
    graphs = _graphs[page.file.src_uri] = {}
    cells = re.compile(r"^```ipython\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    if not cells.search(text):
        return text
    run = _shell()
    return cells.sub(lambda found: f"```python\n{found[1]}```\n\n{run(found[1].rstrip(), graphs)}", text)


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Put the live graphs in: only now, so that the search does not read their data."""
    graphs = _graphs[page.file.src_uri]
    for mark, graph in graphs.items():
        output = output.replace(mark, graph)
    return output.replace("</body>", f'<script src="{SCRIPT}"></script>\n</body>') if graphs else output


def _taken(what: str) -> str:
    """What a page asks for: a section of a file, by its heading (none: what stands before the first one), or a list."""
    name, colon, heading = what.partition(":")
    if not colon:
        return "\n".join(LISTS[what]())
    text = (ROOT / name).read_text("utf-8")
    _, *parts = re.split(r"^#{1,2} (.*)\n", text, flags=re.MULTILINE)
    sections = dict(zip(parts[::2], parts[1::2], strict=True))
    wanted = heading.strip() or parts[0]
    if wanted not in sections:
        raise PluginError(f"{name} has no heading {wanted!r}")
    return _here(sections[wanted].strip())


def _here(text: str) -> str:
    """The same with links that hold in the site: what is in docs/ stands beside each page, and notebooks are pages."""
    text = re.sub(r"""(\]\(|src(?:set)?=")docs/""", r"\1", text)
    for page, source in PAGES.items():
        if source.endswith(".ipynb"):
            text = text.replace(f"`{source}`", f"[`{source}`]({page})")
    return re.sub(r"\]\((README|CONTRIBUTING|CHANGELOG)\.md", lambda found: f"]({found[1].lower()}.md", text)


def _notebook(source: str) -> str:
    """A notebook as a page."""
    title, *cells = nbformat.read(ROOT / source, as_version=4).cells
    heading, _, rest = title.source.partition("\n")
    parts = [
        heading,
        f"*This page is the notebook {source}. Its graphs are live; to run its cells, open it.*",
        _here(rest),
    ]
    parts += [
        _here(cell.source) if cell.cell_type == "markdown" else f"```ipython\n{cell.source}\n```" for cell in cells
    ]
    return "\n\n".join(parts)


class _Shell(InteractiveShell):
    """A shell without a window of its own, for which ``%matplotlib inline`` asks."""

    def enable_gui(self, gui: Any = None) -> None:
        """There is none."""


def _shell() -> Callable[[str, dict[str, str]], str]:
    """A shell in which a page's cells run; what it gives runs one, and says what is to stand below it."""
    InteractiveShell.clear_instance()
    _Shell.clear_instance()
    shell: Any = _Shell.instance()
    shell.colors = "nocolor"
    shell.run_line_magic("load_ext", "autograd_magic")

    def run(cell: str, graphs: dict[str, str]) -> str:
        before = set(session(shell).widgets)
        with capture_output() as shown:
            result = shell.run_cell(cell, store_history=True, cell_id=f"cell {shell.execution_count}")
        if not result.success:
            raise PluginError(f"This cell failed:\n{cell}\n{shown.stdout}")
        parts = [f"<pre>{escape(shown.stdout.strip())}</pre>"] if shown.stdout.strip() else []
        parts += [_form(output.data) for output in shown.outputs if not _is_graph(output.data)]
        for widget in session(shell).widgets:
            if isinstance(widget, Explorer) and widget not in before:
                mark = f'<div class="graph" id="graph-{len(graphs)}"></div>'
                graphs[mark] = f"{mark[:-6]}{saved(widget, explore=True).html(source=False)}</div>"
                parts.append(mark)
        return "\n\n".join(parts)

    return run


def _is_graph(data: dict[str, Any]) -> bool:
    """Whether a display is a widget, or the still picture that stands for one."""
    return VIEW in data or "data-autograd-fallback" in data.get("text/html", "")


def _form(data: dict[str, Any]) -> str:
    """A display in the richest of its forms. A picture's own style is nobody else's, so it is an ``<img>``."""
    if "image/svg+xml" in data:
        packed = b64encode(data["image/svg+xml"].encode()).decode()
        return f'<img alt="" src="data:image/svg+xml;base64,{packed}">'
    if "image/png" in data:
        return f'<img alt="" src="data:image/png;base64,{data["image/png"].strip()}">'
    return f"<pre>{escape(data['text/plain'])}</pre>"


# What is read from the code.


def _public() -> Iterator[str]:
    """The names of the package, with what their docstrings say. Methods that are rows of the op table stand there."""
    for name in autograd_magic.__all__:
        found = getattr(autograd_magic, name)
        yield from _entry(name, found, 3)
        where = found.__name__ if inspect.ismodule(found) else found.__module__
        members = vars(found) if inspect.isclass(found) or inspect.ismodule(found) else {}
        for inner, member in members.items():
            if not inner.startswith("_") and getattr(member, "__module__", "") == where and inner not in METHODS:
                yield from _entry(f"{name}.{inner}", member, 4)


def _widget() -> Iterator[str]:
    for name, member in vars(Explorer).items():
        if not name.startswith("_") and inspect.getdoc(member):
            yield from _entry(f"w.{name}", member, 3)


def _entry(name: str, found: Any, level: int) -> Iterator[str]:
    """A heading, how it is called, and its docstring."""
    yield f"{'#' * level} `{name}`\n"
    if callable(found):
        shown = re.sub(r"^\(self(?:, )?", "(", str(inspect.signature(found)))
        shown = re.sub(r"(: |-> )'([^']*)'", r"\1\2", shown)
        yield f"```python\n{name}{shown}\n```\n"
    yield re.sub(r"^>>> .*(?:\n.+)*", r"```pycon\n\g<0>\n```", inspect.getdoc(found) or "", flags=re.MULTILINE) + "\n"


def _ops() -> Iterator[str]:
    """The op table."""
    yield "| operation | forward | derivatives | Python refuses where | convention where |\n|---|---|---|---|---|"
    for op in TABLE.values():
        cells = (op.name, op.forward, ", ".join(op.partials), op.raises, op.kink)
        coded = [f"`{' '.join(cell.split())}`" if cell else "" for cell in cells]
        yield f"| {' | '.join(coded)}{'it jumps' if op.step and not op.kink else ''} |"


LISTS: dict[str, Callable[[], Iterator[str]]] = {"public": _public, "widget": _widget, "ops": _ops}
