"""A cell's text, read and rewritten: what is the same whenever the same text is run, in whatever namespace."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import CodeType

from autograd_magic.engine import recording

from .names import attributes_stored, bindings, names
from .outline import Outline
from .rewrite import rewrite
from .shown import as_the_shell_shows
from .subject import chains

KEPT = 32
"""So many texts are kept, those that were run last."""

Tree = ast.Module
Code = tuple[CodeType, CodeType | None]
"""The statements, and the last expression."""


class Script:
    """``parse`` gives the text's tree, another one each time, ``filename`` is the name under which it is compiled (its
    lines count as in the notebook), ``source`` how it stands in the notebook and ``text`` what Python sees of it.
    """

    def __init__(self, parse: Callable[[], Tree], filename: str, *, source: str = "", text: str = "") -> None:
        tree = parse()
        self.parse, self.filename, self.source, self.text = parse, filename, source, text
        self.digest = recording.digest(source or ast.dump(tree))
        bound = bindings(tree)
        self.names = names(tree, bound)
        self.stores = attributes_stored(tree)
        self.about = chains(tree)
        self.outline = Outline(tree, bound)
        self._codes: dict[tuple[object, ...], Code] = {(): self._hooked(tree, {})}
        self.awaits = any(code is not None and code.co_flags & inspect.CO_COROUTINE for code in self._codes[()])

    def code(self, asked: Mapping[tuple[int, int], str]) -> Code:
        """The text with hooks, compiled; numbers at the places ``asked`` are leaves by these names."""
        key = tuple(asked.items())
        if key not in self._codes:
            tree = self.parse()
            Outline(tree, self.names.bound)  # marks what the text prints and draws
            self._codes[key] = self._hooked(tree, asked)
        return self._codes[key]

    def _hooked(self, tree: Tree, asked: Mapping[tuple[int, int], str]) -> Code:
        body, last = rewrite(tree, self.digest, asked=asked)
        ends = None if last is None else compiled(last, self.filename, "eval")
        return compiled(body, self.filename, "exec"), ends


@lru_cache(KEPT)
def script(text: str, filename: str, source: str, shows: str, transform: Callable[[Tree], Tree] | None) -> Script:
    """The script of a text of which the shell shows this (``shown``); what is given may ``transform`` its trees."""

    def parse() -> Tree:
        tree = ast.parse(text, filename)
        return as_the_shell_shows(transform(tree) if transform else tree, shows)

    return Script(parse, filename, source=source, text=text)


def compiled(tree: ast.Module | ast.Expression, filename: str, mode: str) -> CodeType:
    """A tree as code in which there may be ``await``."""
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    return compile(tree, filename, mode, flags=flags, dont_inherit=True)  # type: ignore[no-any-return]
