"""Where a text stores something, deletes it, or enters it: what is stored in is looked at, once, where Python does so
(``stores.py`` has the hooks).
"""

from __future__ import annotations

import ast
from copy import copy
from typing import TypeGuard

from .marks import Marker
from .walk import walk

_WRITTEN = (ast.Constant, ast.UnaryOp, ast.Slice, ast.Tuple)
"""Of what a place consists that is written out."""

OWN = frozenset(("data", "grad", "label"))
"""What may be given to a number that remembers."""


class Storing(Marker):
    """Puts hooks in where something is stored. ``leaves`` is whether numbers become leaves, ``top`` whether this is run
    once.
    """

    leaves: bool
    top: bool

    def into(self, target: ast.expr, value: ast.expr) -> ast.expr:
        """What is put into an element or an attribute of ``a`` or ``a.b``, among others: that is looked up again."""
        if not is_place(target) or isinstance(value, ast.Constant) or not _is_path(target.value):
            return value
        path = ast.parse(ast.unparse(target.value), mode="eval").body
        for part in walk(path):
            ast.copy_location(part, value)
        return self.hook("into", value, value, self.reached(path))

    def reached(self, held: ast.expr) -> ast.expr:
        """Where something is stored, with what it is reached through marked."""
        if isinstance(held, ast.Attribute):
            held.value = self.hook("via", held.value, self.reached(held.value))
            return held
        return self.visit(held)  # type: ignore[no-any-return]

    def stored(self, target: ast.Attribute | ast.Subscript, value: ast.expr) -> ast.expr:
        """What is put into an element or an attribute, and nowhere else: that is looked up once, after the value."""
        value = self.visit(value)
        attribute = target.attr if isinstance(target, ast.Attribute) else ""
        held = self.leaves and self.top and bool(attribute) and _is_path(target)
        if held:
            value = self.hook("held", value, value, self.constant(ast.unparse(target), value))
        if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name) and not _is_written(target.slice):
            value = self.hook("going_into", value, value, copy(target.value))
            target.slice = self.visit(target.slice)
            self.placed(target)
            return value
        name = [self.constant(attribute, value)] if attribute else []
        value = self.hook("into", value, value, self.reached(target.value), *name)
        target.value = self.hook(itself("there", target), target)
        if isinstance(target, ast.Subscript):
            target.slice = self.visit(target.slice)
            self.placed(target)
        return value

    def placed(self, target: ast.Subscript) -> None:
        """Where something is stored or deleted is looked at, unless it is written out."""
        if not _is_written(target.slice):
            target.value = self.hook("placing", target.value, target.value)
            target.slice = self.hook("placed", target.slice, self.index(target.slice))

    def index(self, node: ast.expr) -> ast.expr:
        """What stands between brackets, as something that can be given to a hook."""
        if isinstance(node, ast.Slice):
            parts = [part or self.constant(None, node) for part in (node.lower, node.upper, node.step)]
            return self.hook("part", node, *parts)
        if isinstance(node, ast.Tuple):
            node.elts = [self.index(part) if isinstance(part, ast.Slice) else part for part in node.elts]
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """What has the attribute is looked at where it is read, and is plain where it is stored or deleted."""
        node.value = self.visit(node.value)
        if isinstance(node.ctx, ast.Load):
            node.value = self.hook("at", node.value, node.value, self.constant(node.attr, node.value))
        elif node.attr not in OWN:
            node.value = self.hook("bare", node.value, node.value)
        return node


def _is_written(node: ast.expr) -> bool:
    """Whether a place is written out."""
    return all(isinstance(part, _WRITTEN) for part in walk(node))


def is_place(node: ast.expr) -> TypeGuard[ast.Attribute | ast.Subscript]:
    """An attribute or an element."""
    return isinstance(node, (ast.Attribute, ast.Subscript))


def itself(hook: str, target: ast.Attribute | ast.Subscript) -> str:
    """The hook that gives what is stored into, also where that is a number."""
    return f"{hook}_itself" if isinstance(target, ast.Attribute) and target.attr in OWN else hook


def _is_path(node: ast.expr) -> bool:
    """``a`` or ``a.b.c``: what may be looked up twice."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)
