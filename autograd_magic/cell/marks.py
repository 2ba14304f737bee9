"""Where the calls and the loops of a text are marked, so that each node can be told which of them made it (see
``engine/origins.py``).

A function's body stands in ``try: ... finally:``, a pass begins with a mark, and so does what follows a loop. What may
stop in the middle and go on later (generators, coroutines) is no call: its nodes are of the call that it serves. A
comprehension is a loop where it calls something; of arithmetic alone each pass would make a node or two.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .walk import Rewriter, children, walk

HOOKS = "__autograd__"
"""How the rewritten cell finds the hooks: among Python's own names, so that none of ours stands in the namespace."""

NESTED = 15
"""Deeper blocks than this are left alone: Python's compiler takes 20, and a mark adds one."""

_LOAD = ast.Load()
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_BLOCKS = tuple(getattr(ast, name, ast.Try) for name in ("For", "While", "With", "Try", "TryStar"))

Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


class Marker(Rewriter):
    """Puts the marks in. ``here`` is whether the text is the traced cell's own."""

    def __init__(self, *, here: bool) -> None:
        self.here = here
        self.name, self.classes, self.loops, self.marks = "", "", 0, True

    def hook(self, name: str, at: ast.AST, *args: ast.expr) -> ast.Call:
        """A call of one of the hooks; it stands where ``at`` does."""
        where = place(at)
        return ast.Call(ast.Attribute(ast.Name(HOOKS, _LOAD, **where), name, _LOAD, **where), list(args), [], **where)

    def constant(self, value: Any, at: ast.AST) -> ast.Constant:
        """A constant where ``at`` stands."""
        return ast.Constant(value, **place(at))

    @contextmanager
    def scope(self, node: ast.AST) -> Iterator[None]:
        """What is inside of a function or a class."""
        before = self.name, self.classes, self.loops, self.marks
        if isinstance(node, ast.ClassDef):
            self.classes += f"{node.name}."
        elif isinstance(node, ast.FunctionDef):
            self.name, self.classes, self.loops = f"{self.classes}{node.name}", "", 0
            self.marks = not _stops(node)
        else:
            self.marks = False
        try:
            yield
        finally:
            self.name, self.classes, self.loops, self.marks = before

    def as_call(self, node: ast.FunctionDef) -> None:
        """Mark the calls of a function, from inside of it."""
        first = isinstance(node.body[0], ast.Expr) and isinstance(node.body[0].value, ast.Constant)
        said, body = node.body[:first], node.body[first:]
        if self.marks and body and _nested(node) < NESTED:
            end = self._mark(None, body[-1])
            whole = ast.Try(body, [], [], [end], **place(body[0]))
            node.body = [*said, self._mark(self._site(node, loop=False), body[0]), whole]

    def as_loop(self, node: ast.For | ast.While) -> list[ast.stmt]:
        """Mark the passes of a loop, and that it is over."""
        if not self.marks:
            return [self.inside(node)]
        site = self._site(node, loop=True)
        self.loops += 1
        self.inside(node)
        self.loops -= 1
        node.body.insert(0, self._mark(site, node.body[0]))
        node.orelse[:0] = self.outside(node.orelse[0]) if node.orelse else []
        return [node, *self.outside(node)]

    def outside(self, node: ast.AST) -> list[ast.stmt]:
        """What stands where no more loops go on than those around it."""
        return [self._mark(self.loops, node)] if self.marks else []

    def counts(self, node: Comprehension) -> bool:
        """Whether a comprehension is a loop."""
        of_each = [part for part in children(node) if not isinstance(part, ast.comprehension)]
        each = [*of_each, *(condition for loop in node.generators for condition in loop.ifs)]
        calls = self.marks and any(isinstance(part, ast.Call) for found in each for part in walk(found))
        return calls and not any(loop.is_async for loop in node.generators)

    def as_passes(self, node: Comprehension) -> Comprehension:
        """Mark the passes of a comprehension."""
        sites = [self._site(node, loop=True, inner=inner) for inner in range(len(node.generators))]
        self.loops += len(sites)
        self.inside(node)
        self.loops -= len(sites)
        for loop, site in zip(node.generators, sites, strict=True):
            loop.ifs.insert(0, self.hook("mark", loop.target, self.constant(site, loop.target)))
        if isinstance(node, ast.GeneratorExp):  # who takes its numbers goes on where they end
            first = node.generators[0]
            first.iter = self.hook("over", first.iter, first.iter, self.constant(self.loops, first.iter))
        return node

    def ended(self, found: ast.expr) -> ast.expr:
        """What a comprehension has made, whose passes are over."""
        return self.hook("past", found, found, self.constant(self.loops, found))

    def _mark(self, mark: Any, at: ast.AST) -> ast.stmt:
        return ast.Expr(self.hook("mark", at, self.constant(mark, at)), **place(at))

    def _site(self, node: Any, *, loop: bool, inner: int = 0) -> tuple[Any, ...]:
        return loop, self.name, (node.lineno, node.col_offset + inner), self.loops + inner, self.here


def place(at: Any) -> dict[str, Any]:
    """Where something stands in the text."""
    return {
        "lineno": at.lineno,
        "col_offset": at.col_offset,
        "end_lineno": at.end_lineno,
        "end_col_offset": at.end_col_offset,
    }


def _stops(function: ast.AST) -> bool:
    """Whether a function is a generator."""
    stack = children(function)
    while stack:
        node = stack.pop()
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            return True
        if not isinstance(node, _SCOPES):
            stack += children(node)
    return False


def _nested(node: ast.AST) -> int:
    """How deep blocks stand in a function."""
    deepest, stack = 0, [(part, 0) for part in children(node)]
    while stack:
        part, depth = stack.pop()
        deepest = max(deepest, depth)
        if isinstance(part, ast.stmt) and not isinstance(part, _SCOPES):
            stack += [(inner, depth + isinstance(part, _BLOCKS)) for inner in children(part)]
    return deepest
