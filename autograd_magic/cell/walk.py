"""Walks through a text's tree, as those of Python's ``ast``, in a fraction of their time: each class of nodes is asked
once where others may stand in it, and contexts and operators, which have no place in the text, are left out.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any


class _Fields(dict[type, tuple[str, ...]]):
    """The fields of each class of nodes in which others may stand."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        fields = () if issubclass(kind, (ast.Name, ast.Constant)) else kind._fields
        self[kind] = found = tuple(field for field in fields if field not in ("ctx", "op", "ops"))
        return found


_FIELDS = _Fields()


def children(node: ast.AST) -> list[ast.AST]:
    """What stands directly in a node, in the order of its fields."""
    found: list[ast.AST] = []
    for field in _FIELDS[type(node)]:
        part = getattr(node, field, None)
        if isinstance(part, list):
            found += [one for one in part if isinstance(one, ast.AST)]
        elif isinstance(part, ast.AST):
            found.append(part)
    return found


def walk(node: ast.AST) -> list[ast.AST]:
    """A node and all that stands in it, what is further out first."""
    found = [node]
    for part in found:
        if _FIELDS[type(part)]:
            found += children(part)
    return found


class Rewriter:
    """``ast.NodeTransformer``, for trees in which each node stays or becomes one other; a statement may become several.
    A method ``visit_Call`` is given each call; what has no method is walked through.
    """

    _methods: dict[type, Callable[[Any, Any], Any]]

    def __init_subclass__(cls) -> None:
        cls._methods = {}

    def visit(self, node: Any) -> Any:
        """What a node becomes."""
        kind = type(node)
        if kind not in self._methods:
            otherwise = Rewriter.inside if _FIELDS[kind] else _same
            self._methods[kind] = getattr(type(self), f"visit_{kind.__name__}", otherwise)
        return self._methods[kind](self, node)

    def inside(self, node: Any) -> Any:
        """The node itself, with what has become of what stands in it."""
        for field in _FIELDS[type(node)]:
            part = getattr(node, field, None)
            if isinstance(part, list):
                part[:] = self.each(part)
            elif isinstance(part, ast.AST):
                setattr(node, field, self.visit(part))
        return node

    def each(self, parts: list[Any]) -> list[Any]:
        """The same for nodes in a row."""
        found: list[Any] = []
        for part in parts:
            seen = self.visit(part) if isinstance(part, ast.AST) else part
            if isinstance(seen, list):
                found += seen
            else:
                found.append(seen)
        return found


def _same(_: Rewriter, node: Any) -> Any:
    return node
