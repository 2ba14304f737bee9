"""From a cell's text to the same cell with hooks.

Number literals that are bound to a name become leaves, results that are bound to a name take it as their label, and
calls, operators and elements are looked at; all else stays as it was written, on its lines. What the hooks do is in
``hooks.py`` and ``door.py``.
"""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from .literals import is_arithmetic, is_clock, is_number, is_template, is_whole, place
from .marks import HOOKS
from .marks import place as where
from .names import bindings, paired, targets_of
from .operators import OPERATORS, QUICK
from .storing import Storing, is_place, itself
from .walk import walk

__all__ = ["HOOKS", "rewrite"]

DEEP = 200
"""Where more operators than this stand in a row nobody looks at them: Python's compiler does not go as deep."""

ASKED_BY_PYTHON = frozenset(
    f"__{name}__"
    for name in (
        *("float", "int", "index", "complex", "len", "length_hint", "bool", "hash", "str", "repr", "format"),
        "array",
    )
)
"""Methods whose results Python, or NumPy, takes from nothing but its own kinds."""

_APART = (ast.MatchClass, ast.MatchSequence, ast.MatchMapping)
"""Patterns that take something apart."""

_LOAD = ast.Load()

Node = TypeVar("Node", bound=ast.AST)
Scope = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef


def rewrite(
    module: ast.Module,
    digest: str,
    *,
    leaves: bool = True,
    last: bool = True,
    asked: Mapping[tuple[int, int], str] | None = None,
) -> tuple[ast.Module, ast.Expression | None]:
    """The cell with hooks: its statements, and its ``last`` expression when it ends with one. Positions in the text are
    kept. ``digest`` stands for the text in the keys of its leaves; without ``leaves`` only calls and the like are
    looked at, as in the code of other cells. Numbers at the places ``asked`` (line and column) are leaves by these
    names.
    """
    hooker = _Hooker(bindings(module), digest, leaves=leaves, asked=asked or {})
    final = module.body[-1] if module.body and last else None
    statements = module.body[:-1] if isinstance(final, ast.Expr) else module.body
    with _deep():
        marked = hooker.visit(ast.Module(statements, []))
        expression = ast.Expression(hooker.visit(final.value)) if isinstance(final, ast.Expr) else None
    return marked, expression


@contextmanager
def _deep() -> Iterator[None]:
    """Let a walk go as deep as Python's own parser does."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, 20_000))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


class _Hooker(Storing):
    """Puts the hooks in. ``bound`` counts the bindings of the present scope: a whole number that is bound again is a
    counter. ``top`` is whether this is run once: at the cell's top level, outside of loops.
    """

    def __init__(self, bound: Counter[str], digest: str, *, leaves: bool, asked: Mapping[tuple[int, int], str]) -> None:
        super().__init__(here=leaves)
        self.bound, self.digest, self.leaves, self.top = bound, digest, leaves, True
        self.asked = asked
        self.direct: set[ast.AST] = set()

    def _scope(self, node: Node) -> Node:
        (outer, top), self.bound, self.top = (self.bound, self.top), bindings(node), False
        with self.scope(node):
            node = self.inside(node)
        self.bound, self.top = outer, top
        return node

    visit_ClassDef = visit_Lambda = _scope  # noqa: N815

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Annotations stay as they are written."""
        (outer, top), self.bound, self.top = (self.bound, self.top), bindings(node), False
        node.decorator_list = [self.visit(part) for part in node.decorator_list]
        node.args.defaults = [self.visit(part) for part in node.args.defaults]
        node.args.kw_defaults = [part and self.visit(part) for part in node.args.kw_defaults]
        with self.scope(node):
            node.body = self.each(node.body)
            self.as_call(node)
        self.bound, self.top = outer, top
        return node

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def visit_Return(self, node: ast.Return) -> ast.AST:
        """What Python itself asks for as a plain number is given as one."""
        node = self.inside(node)
        if node.value is not None and self.name.rpartition(".")[2] in ASKED_BY_PYTHON and "." in self.name:
            node.value = self.hook("asked_by_python", node.value, node.value)
        return node

    def visit_Constant(self, node: ast.expr) -> ast.expr:
        """A number that was asked for is a leaf wherever it stands."""
        name = self.asked.get((node.lineno, node.col_offset)) if self.asked else None
        if name is None or not is_number(node):
            return node
        return self.hook("asked", node, node, self.constant(name, node), self._key(node))

    def _is_asked(self, value: ast.expr) -> bool:
        """Whether a number in this expression was asked for."""
        return bool(self.asked) and any(
            (part.lineno, part.col_offset) in self.asked for part in walk(value) if isinstance(part, ast.expr)
        )

    def visit_With(self, node: ast.With) -> ast.AST:
        """What is entered is looked at where that gives something."""
        node = self.inside(node)
        for item in node.items:
            if item.optional_vars is not None:
                item.context_expr = self.hook("entered", item.context_expr, item.context_expr)
        return node

    def visit_Match(self, node: ast.Match) -> ast.AST:
        """What is taken apart is looked at."""
        node.subject = self.visit(node.subject)
        if any(isinstance(part, _APART) for case in node.cases for part in ast.walk(case.pattern)):
            node.subject = self.hook("matched", node.subject, node.subject)
        node.cases = [self.visit(case) for case in node.cases]
        return node

    def visit_match_case(self, node: ast.match_case) -> ast.AST:
        """Patterns stay as they are written."""
        node.guard = node.guard and self.visit(node.guard)
        node.body = self.each(node.body)
        return node

    def _key(self, value: ast.expr) -> ast.Constant:
        """The key of the leaf that is written here."""
        return self.constant(f"{self.digest}:{place(value)}", value)

    def _through(self, looked: ast.Call, at: ast.AST) -> ast.Call:
        """``after(looked())``: the call itself is made where it was written."""
        return self.hook("after", at, ast.Call(looked, [], [], **where(at)))

    def _first(self, looked: ast.Call, at: ast.AST) -> ast.expr:
        """``looked[0]``, where a hook of quick.py has looked."""
        return ast.Subscript(looked, self.constant(0, at), _LOAD, **where(at))

    def _operator(self, name: str, at: ast.expr | ast.stmt, *args: ast.expr) -> ast.expr:
        if name.lstrip("i") in QUICK:
            return self._first(self.hook(name, at, *args, self._line(at)), at)
        return self._through(self.hook(name, at, *args), at)

    def _line(self, at: ast.expr | ast.stmt) -> ast.expr:
        """The line in which something stands, where that is one of the cell's own text."""
        return self.constant((self.digest, at.lineno) if self.here else None, at)

    def _bind(self, target: ast.expr, value: ast.expr) -> ast.expr:
        """The value that ``target`` shall be bound to."""
        if not self.leaves:
            return self._unpacking(target, value)
        if isinstance(target, ast.Name):
            if is_number(value):
                if is_whole(value) and self.bound[target.id] > 1:
                    return self.visit(value)  # type: ignore[no-any-return]
                return self.hook("leaf", value, value, self.constant(target.id, value), self._key(value))
            if isinstance(value, ast.Lambda):
                return value
            if isinstance(value, ast.Name):
                return self.hook("wanted", value, value, self.constant(target.id, value))
            name, key = self.constant(target.id, value), self._key(value)
            if is_arithmetic(value) and not self._is_asked(value):
                counts = self.constant(self.bound[target.id] > 1, value)
                return self.hook("leaf", value, value, name, key, counts)
            given = self.top and isinstance(value, ast.Call) and not is_clock(value.func)
            value = self.visit(value)
            return self.hook("named", value, self.hook("now", value), value, name, *([key] if given else []))
        if isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, (ast.Tuple, ast.List)):
            parts = paired(target.elts, value.elts)
            value.elts = [
                self.visit(element) if part is None else self._bind(part, element)
                for part, element in zip(parts, value.elts, strict=True)
            ]
            return value
        return self._unpacking(target, value)

    def _unpacking(self, target: ast.expr, value: ast.expr) -> ast.expr:
        value = self.visit(value)
        if isinstance(target, (ast.Tuple, ast.List)) and not isinstance(value, (ast.Tuple, ast.List)):
            return self.hook("each", value, value)
        return self.into(target, value)

    def visit_Assign(self, node: ast.Assign) -> ast.AST | list[ast.stmt]:
        if len(node.targets) == 1 and is_place(node.targets[0]):
            node.value = self.stored(node.targets[0], node.value)
            return node
        if len(node.targets) == 1 or isinstance(node.targets[0], ast.Name):
            node.value = self._bind(node.targets[0], node.value)
        else:
            node.value = self.visit(node.value)
        node.targets = [self.visit(target) for target in node.targets]
        rest = [
            name
            for target in node.targets
            if not isinstance(target, ast.Name)
            for name in self._unpacked(target, node.value)
        ]
        return [node, *self._after(node, rest)]

    def _unpacked(self, target: ast.expr, value: ast.expr) -> list[str]:
        if not isinstance(target, (ast.Tuple, ast.List)) or isinstance(value, (ast.Tuple, ast.List)):
            return []
        return [name for part in target.elts for name in targets_of(part)] if self.leaves else []

    def _after(self, node: ast.stmt, bound: list[str]) -> list[ast.stmt]:
        """Statements that name what a statement has just bound, where the value itself cannot be marked; of one whose
        elements are asked for, the name holds the leaves from here on.
        """
        found: list[ast.stmt] = []
        for name in bound:
            held = ast.copy_location(ast.Name(name, ast.Load()), node)
            call = self.hook("named", node, self.constant(0, node), held, self.constant(name, node))
            found.append(
                ast.copy_location(ast.Assign([ast.copy_location(ast.Name(name, ast.Store()), node)], call), node)
            )
        return found

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        """Operators in a row are walked from the first, not one inside the other."""
        row = [node]
        while isinstance(row[-1].left, ast.BinOp) and not is_template(row[-1].left):
            row.append(row[-1].left)
        found = row[-1].left
        if not is_template(row[-1]):
            found = self.visit(found)
        for operation in reversed(row):
            if is_template(operation):
                found = self.hook(
                    "percent", operation, self.constant(None, operation), found, self.visit(operation.right)
                )
                continue
            right = self.visit(operation.right)
            constants = isinstance(found, ast.Constant) and isinstance(right, ast.Constant)
            if constants or len(row) > DEEP:
                operation.left, operation.right = found, right
                found = operation
            else:
                found = self._operator(OPERATORS[type(operation.op)], operation, found, right)
        return found

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        if is_number(node) and (leaf := self.visit_Constant(node)) is not node:
            return leaf
        node.operand = self.visit(node.operand)
        if isinstance(node.op, ast.Not) or isinstance(node.operand, ast.Constant):
            return node
        return self._operator(OPERATORS[type(node.op)], node, node.operand)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        node.left, node.comparators = self.visit(node.left), [self.visit(part) for part in node.comparators]
        if len(node.ops) == 1 and isinstance(node.ops[0], (ast.In, ast.NotIn)):
            found = self._through(self.hook("within", node, node.left, node.comparators[0]), node)
            return found if isinstance(node.ops[0], ast.In) else ast.UnaryOp(ast.Not(), found, **where(node))
        if len(node.ops) > 1:
            return node
        if isinstance(node.ops[0], (ast.Is, ast.IsNot)):
            left, right = node.left, node.comparators[0]
            if all(is_number(side) or not isinstance(side, ast.Constant) for side in (left, right)):
                node.left, node.comparators = self._behind(left), [self._behind(right)]
            return node
        return self._operator(OPERATORS[type(node.ops[0])], node, node.left, node.comparators[0])

    def _behind(self, side: ast.expr) -> ast.expr:
        """A side of ``is``; a literal stays, so that Python warns of it."""
        return side if isinstance(side, ast.Constant) else self.hook("behind", side, side)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """What takes a generator expression goes through it."""
        passes = [part for part in node.args if isinstance(part, ast.GeneratorExp) and self.counts(part)]
        self.direct.update(passes)
        found = self._looked(node)
        return self.ended(found) if passes else found

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.AST:
        """One that is not used where it stands may be used anywhere."""
        if node in self.direct:
            return self.as_passes(node)
        with self.scope(node):
            return self.inside(node)  # type: ignore[no-any-return]

    def _looked(self, node: ast.Call) -> ast.expr:
        into = any(keyword.arg in (None, "file") for keyword in node.keywords)
        if isinstance(node.func, ast.Name) and node.func.id == "print" and not into:
            node.args = [self._printed(argument) for argument in node.args]
            node.keywords = [self.visit(keyword) for keyword in node.keywords]
            return node
        function = node.func
        if isinstance(function, ast.Attribute):  # a method is looked at as it is called
            function.value = self.visit(function.value)
        else:
            function = self.visit(function)
        args = [self.visit(argument) for argument in node.args]
        if any(isinstance(part, ast.Starred) for part in args[:1]) or any(part.arg is None for part in node.keywords):
            looked = ast.copy_location(ast.Call(self.hook("spread", node, function), args, []), node)
        else:
            looked = self.hook("before", node, self._line(node), function, *args)
        looked.keywords = [self.visit(keyword) for keyword in node.keywords]
        return self._through(looked, node)

    def visit_Starred(self, node: ast.Starred) -> ast.AST:
        node.value = self.visit(node.value)
        if isinstance(node.ctx, ast.Load):
            node.value = self.hook("each", node, node.value)
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        node.value, node.slice = self.visit(node.value), self.visit(node.slice)
        if not isinstance(node.ctx, ast.Load):
            node.value = self.hook("bare", node.value, node.value)
            self.placed(node)
            return node
        index = node.slice
        if is_number(index) or (isinstance(index, ast.Constant) and isinstance(index.value, (str, bytes))):
            node.value = self.hook("of", node.value, node.value)
            return node
        return self._first(self.hook("getitem", node, node.value, self.index(index)), node)

    def visit_While(self, node: ast.While | ast.For) -> list[ast.stmt]:
        top, self.top = self.top, False
        found = self.as_loop(node)
        self.top = top
        return found

    def visit_For(self, node: ast.For) -> list[ast.stmt]:
        found = self.visit_While(node)
        node.iter = self.hook("each", node.iter, node.iter)
        return found

    def visit_AsyncFor(self, node: ast.AsyncFor) -> ast.AST:
        top, self.top = self.top, False
        node = self.inside(node)
        self.top = top
        return node

    def _made(self, node: ast.ListComp | ast.SetComp | ast.DictComp) -> ast.expr:
        return self.ended(self.as_passes(node)) if self.counts(node) else self.inside(node)

    visit_ListComp = visit_SetComp = visit_DictComp = _made  # noqa: N815

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        node = self.inside(node)
        if not node.is_async:
            node.iter = self.hook("each", node.iter, node.iter)
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        node = self.inside(node)
        first = node.body[0]
        settled = ast.copy_location(ast.Expr(self.hook("settle", first)), first)
        node.body[:0] = [settled, *self.outside(first)]
        return node

    def _printed(self, node: ast.expr) -> ast.expr:
        """An argument of ``print``, with what becomes text in it marked; its ``place`` is the outline's."""

        def printer() -> ast.expr:
            return ast.copy_location(ast.Name("print", ast.Load()), node)

        def place(part: ast.expr) -> ast.Constant:
            return ast.copy_location(ast.Constant(getattr(part, "place", -1)), node)

        match node:
            case ast.Starred(value=value):
                node.value = self.hook("each_said", value, printer(), self.visit(value), place(value))
                return node
            case ast.Constant():
                return self.visit(node)  # type: ignore[no-any-return]
            case ast.JoinedStr(values=parts):
                for part in parts:
                    if isinstance(part, ast.FormattedValue):
                        at = place(part.value)
                        part.value = self.hook("said", part.value, printer(), self.visit(part.value), at)
                return node
            case ast.BinOp() if is_template(node):
                return self.hook("percent", node, printer(), node.left, self.visit(node.right), place(node.right))
            case ast.Call(func=ast.Attribute(value=ast.Constant(value=str()), attr="format"), args=args):
                node.args = [
                    self.visit(part)
                    if isinstance(part, ast.Starred)
                    else self.hook("said", part, printer(), self.visit(part), place(part))
                    for part in args
                ]
                for keyword in node.keywords:
                    if keyword.arg is not None:
                        at = place(keyword.value)
                        keyword.value = self.hook("said", keyword.value, printer(), self.visit(keyword.value), at)
                return node
        at = place(node)
        return self.hook("said", node, printer(), self.visit(node), at)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is not None:
            node.value = self._bind(node.target, node.value)
        node.target = self.visit(node.target)
        return node

    def visit_NamedExpr(self, node: ast.NamedExpr) -> ast.AST:
        node.value = self._bind(node.target, node.value)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST | list[ast.stmt]:
        value, target = self.visit(node.value), node.target
        if isinstance(target, ast.Name):
            held = ast.copy_location(ast.Name(target.id, ast.Load()), target)
            own = f"i{OPERATORS[type(node.op)].rstrip('_')}"
            result = self._operator(own, node, held, value)
            changed: ast.stmt = ast.copy_location(ast.Assign([target], result), node)
        else:
            target.value = self.hook(itself("onto", target), target.value, self.reached(target.value))
            if isinstance(target, ast.Subscript):
                target.slice = self.visit(target.slice)
                self.placed(target)
            node.value = self.hook("given", value, value)
            changed = node
        return [changed, *self._after(node, targets_of(target) if self.leaves else [])]
