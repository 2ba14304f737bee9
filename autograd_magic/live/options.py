"""The options that stand on the magic's own line."""

from __future__ import annotations

import ast
import shlex
import types
from collections.abc import Container
from typing import Any

from IPython.core.error import UsageError
from IPython.core.magic_arguments import parse_argstring

OPTIONS = "--root NAME, --wrt NAMES, --const NAMES, --as NAME, --no-rerun, --quiz"


def read_options(magic: Any, line: str, cell: str | None) -> Any:
    """The options on the magic's line. Raises UsageError, one line long, that lists what is possible."""
    if cell is None:
        return _line_options(line)
    try:
        words = shlex.split(line, comments=True)
    except ValueError as error:
        raise UsageError(f"%%autograd: {line!r} cannot be read ({error}). Options: {OPTIONS}") from None
    try:
        return parse_argstring(magic, " ".join(map(shlex.quote, words)))
    except UsageError as error:
        raise UsageError(f"%%autograd: {str(error).splitlines()[-1]}. Options: {OPTIONS}") from None


def _line_options(line: str) -> Any:
    """``%autograd [options] EXPRESSION``: options come first, the rest is Python, spaces and all."""
    found: dict[str, Any] = {"root": "", "wrt": "", "const": "", "name": "", "no_rerun": False, "quiz": False}
    rest = line.strip()
    while rest.startswith("--"):
        word, _, rest = rest.partition(" ")
        word, _, value = word.partition("=")
        key = {"--as": "name", "--no-rerun": "no_rerun"}.get(word, word[2:])
        if key not in found:
            raise UsageError(f"%autograd: {word} is no option. Options: {OPTIONS}")
        rest = rest.strip()
        if found[key] is False:
            found[key] = True
            continue
        if not value:
            value, _, rest = rest.partition(" ")
        found[key], rest = value, rest.strip()
    if not rest:
        raise UsageError("%autograd: write the expression to explore, as in %autograd a*b + c")
    return types.SimpleNamespace(**found, expression=[rest])


def read_save(line: str, names: Container[str]) -> types.SimpleNamespace | None:
    """``%autograd save [--all] [--explore] FILE``; None for any other line: an expression, where ``save`` is one of the
    notebook's names. Raises UsageError when something is missing or too much.
    """
    try:
        first, *words = shlex.split(line) or [""]
    except ValueError:
        return None
    if first != "save" or ("save" in names and _is_python(line)):
        return None
    asked = {word for word in words if word.startswith("--")}
    files = [word for word in words if word not in asked]
    for word in sorted(asked - {"--all", "--explore"}):
        raise UsageError(f"%autograd save: {word} is no option. Options: --all, --explore.")
    if len(files) != 1:
        raise UsageError("%autograd save: write one file name, as in %autograd save page.html")
    return types.SimpleNamespace(file=files[0], all="--all" in asked, explore="--explore" in asked)


def _is_python(line: str) -> bool:
    try:
        ast.parse(line.strip(), mode="eval")
    except SyntaxError:
        return False
    return True


def split(names: str) -> tuple[str, ...]:
    """Names with commas between them."""
    return tuple(name.strip() for name in names.split(",") if name.strip())
