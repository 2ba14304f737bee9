"""What a cell is about where it builds a graph of somebody else's class: of which of their objects it shall be."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from operator import attrgetter
from typing import Any

from autograd_magic.engine.anatomy import GRADIENT, is_foreign, parents

from .walk import children, walk


def chains(module: ast.Module) -> list[str]:
    """The names (``o``, ``net.loss``) that a cell's last statement is about, in its order: what it assigns, else what
    it mentions. A gradient that it reads (``z.grad``) is of that on which ``backward()`` was called last.
    """
    statement: ast.AST | None = module.body[-1] if module.body else None
    while isinstance(statement, (ast.For, ast.While, ast.With, ast.If, ast.AsyncFor, ast.AsyncWith)):
        statement = statement.body[-1]
    match statement:
        case ast.Assign(targets=targets):
            about: Sequence[ast.AST] = targets
        case ast.AugAssign(target=target) | ast.AnnAssign(target=target):
            about = [target]
        case ast.Expr(value=value):
            about = [value]
        case _:
            about = []
    graded = any(isinstance(node, ast.Attribute) and node.attr in GRADIENT for part in about for node in walk(part))
    began = _began(module) if graded else None
    first = [began] if began is not None else []
    return [*dict.fromkeys(name for part in (*first, *about) for name in _mentioned(part))]


def _began(module: ast.Module) -> ast.AST | None:
    """What the text itself calls ``backward()`` on, the last time."""
    found: list[ast.Attribute] = []
    stack: list[ast.AST] = [module]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "backward":
            found.append(node.func)
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            stack += children(node)
    return max(found, key=lambda called: (called.end_lineno, called.end_col_offset)).value if found else None


def _mentioned(part: ast.AST) -> Iterator[str]:
    """Names with attributes, the longest first."""
    name = part
    while isinstance(name, ast.Attribute):
        name = name.value
    if isinstance(name, ast.Name) and isinstance(part, ast.expr):
        text = ast.unparse(part)
        while text:
            yield text
            text = text.rpartition(".")[0]
        return
    for child in ast.iter_child_nodes(part):
        yield from _mentioned(child)


def their_root(about: Sequence[str], bound: Sequence[str], namespace: Mapping[str, Any]) -> Any:
    """The object whose graph is to be explored: the first one that the last statement is about; where these are leaves
    only, the last one that the cell has ``bound``. None where the last statement is about no such object.
    """
    found = [one for one in (_held(name, namespace) for name in about) if is_foreign(one)]
    if not found:
        return None
    made = [one for one in found if parents(one)[0]]
    return made[0] if made else last_made(bound, namespace) or found[0]


def last_made(bound: Sequence[str], namespace: Mapping[str, Any]) -> Any:
    """The last of these names' objects that is made of others; None where there is none."""
    held = (namespace.get(name) for name in reversed(bound))
    return next((one for one in held if is_foreign(one) and parents(one)[0]), None)


def _held(chain: str, namespace: Mapping[str, Any]) -> Any:
    name, _, attributes = chain.partition(".")
    found = namespace.get(name)
    with suppress(Exception):
        return attrgetter(attributes)(found) if attributes else found
    return None
