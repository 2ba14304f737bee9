"""From a cell's text to the same cell with hooks.

Number literals that are bound to a name become leaves, results that are bound to a name take it as their label, and
what is imported is adapted; all else stays as it was written, on its lines. What the hooks do is in ``hooks.py``.
"""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass
from typing import TypeVar

HOOKS = "__import__('autograd_magic.cell.hooks').cell.hooks"
"""How the rewritten cell finds the hooks: by import, so that no name of ours stands in the user's namespace."""

Node = TypeVar("Node", bound=ast.AST)
Scope = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


@dataclass(frozen=True)
class Names:
    """The names of a cell's own text: those it reads before it has certainly bound them, and those it binds,
    globally; in the order of the text.
    """

    read: tuple[str, ...]
    bound: tuple[str, ...]
    rebound: frozenset[str]


def is_number(node: ast.expr | None) -> bool:
    """Whether an expression is a number literal, with or without a sign. Bools and complex numbers are not numbers
    here.
    """
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        return is_number(node.operand)
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def _is_whole(node: ast.expr) -> bool:
    while isinstance(node, ast.UnaryOp):
        node = node.operand
    return isinstance(node, ast.Constant) and type(node.value) is int


def _is_template(node: ast.BinOp) -> bool:
    """``'...' % numbers``."""
    return (
        isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant) and isinstance(node.left.value, str)
    ) or (isinstance(node.op, ast.Mod) and isinstance(node.left, ast.JoinedStr))


def _targets(node: ast.AST) -> list[str]:
    """The names that a statement or an expression binds by itself (not by what stands inside it)."""
    match node:
        case ast.Name(id=name, ctx=ast.Store()):
            return [name]
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            return [alias.asname or alias.name.partition(".")[0] for alias in aliases]
        case ast.ExceptHandler(name=str(name)):
            return [name]
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            return [name]
    return []


def bindings(scope: ast.AST) -> Counter[str]:
    """How often each name is bound in a scope's own text; an augmented assignment counts twice, since it binds what
    was bound.
    """
    found: Counter[str] = Counter()
    stack: list[ast.AST] = [*ast.iter_child_nodes(scope)][::-1]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.comprehension):  # what it binds is its own
            stack += [*reversed(node.ifs), node.iter]
            continue
        if isinstance(node, ast.AnnAssign) and node.value is None:  # only declares
            stack.append(node.annotation)
            continue
        found.update(_targets(node))
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            found[node.target.id] += 1
        if isinstance(node, (ast.For, ast.AsyncFor)) and isinstance(node.target, ast.Name):
            found[node.target.id] += 1
        if isinstance(node, _SCOPES):
            stack.extend(reversed(_outside(node)))
        else:
            stack.extend(reversed([*ast.iter_child_nodes(node)]))
    return found


def _outside(scope: ast.AST) -> list[ast.AST]:
    """What of a nested scope is evaluated in the surrounding one: decorators, defaults, annotations, base classes."""
    match scope:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return [*scope.decorator_list, scope.args]
        case ast.Lambda():
            return [scope.args]
        case ast.ClassDef():
            return [*scope.decorator_list, *scope.bases, *scope.keywords]
    return []


def names(module: ast.Module) -> Names:
    """What a cell's text reads and binds among the global names."""
    read: dict[str, None] = {}
    certain: set[str] = set()
    for statement in module.body:
        for name in _reads(statement):
            if name not in certain:
                read.setdefault(name)
        match statement:
            case ast.Assign(targets=targets):
                certain |= {name for target in targets for part in ast.walk(target) for name in _targets(part)}
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr()):
                certain.add(name)
            case ast.Import() | ast.ImportFrom() | ast.FunctionDef() | ast.ClassDef():
                certain |= set(_targets(statement))
    counts = bindings(module)
    for node in ast.walk(module):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            inner = bindings(ast.Module(node.body, []))
            for declared in (name for line in ast.walk(node) if isinstance(line, ast.Global) for name in line.names):
                counts[declared] += inner[declared]
    return Names(tuple(read), tuple(counts), frozenset(name for name, count in counts.items() if count > 1))


def _reads(statement: ast.stmt) -> list[str]:
    """The global names that a statement, or a function in it, reads; in order of appearance."""
    found: dict[str, None] = {}

    def visit(node: ast.AST, local: frozenset[str]) -> None:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id not in local:
            found.setdefault(node.id)
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name) and node.target.id not in local:
            found.setdefault(node.target.id)
        inner = local
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            arguments = node.args
            own = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
            body = node.body if isinstance(node.body, list) else [node.body]
            declared = {name for line in ast.walk(node) if isinstance(line, ast.Global) for name in line.names}
            made = set(bindings(ast.Module(body, []))) - declared  # type: ignore[arg-type]
            inner = local | frozenset(made) | frozenset(argument.arg for argument in own if argument is not None)
        elif isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            inner = local | frozenset(
                name for loop in node.generators for part in ast.walk(loop.target) for name in _targets(part)
            )
        for child in ast.iter_child_nodes(node):
            visit(child, inner)

    visit(statement, frozenset())
    return list(found)


def rewrite(module: ast.Module, digest: str) -> tuple[ast.Module, ast.Expression | None]:
    """The cell with hooks: its statements, and its last expression when it ends with one. Positions in the text are
    kept. ``digest`` stands for the text in the keys of its leaves.
    """
    hooker = _Hooker(bindings(module), digest)
    last = module.body[-1] if module.body else None
    statements = module.body[:-1] if isinstance(last, ast.Expr) else module.body
    marked = hooker.visit(ast.Module(statements, []))
    expression = ast.Expression(hooker.visit(last.value)) if isinstance(last, ast.Expr) else None
    return ast.fix_missing_locations(marked), None if expression is None else ast.fix_missing_locations(expression)


class _Hooker(ast.NodeTransformer):
    """Puts the hooks in. ``bound`` counts the bindings of the present scope: a whole number that is bound again is a
    counter.
    """

    def __init__(self, bound: Counter[str], digest: str) -> None:
        self.bound, self.digest = bound, digest

    def _scope(self, node: Node) -> Node:
        outer, self.bound = self.bound, bindings(node)
        node = self.generic_visit(node)  # type: ignore[assignment]
        self.bound = outer
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = visit_Lambda = _scope  # noqa: N815

    def _call(self, hook: str, at: ast.AST, *args: ast.expr) -> ast.Call:
        function = ast.parse(f"{HOOKS}.{hook}", mode="eval").body
        call = ast.copy_location(ast.Call(function, list(args), []), at)
        for part in ast.walk(function):
            ast.copy_location(part, at)
        return call

    def _bind(self, target: ast.expr, value: ast.expr) -> ast.expr:
        """The value that ``target`` shall be bound to."""
        if isinstance(target, ast.Name):
            if is_number(value):
                if _is_whole(value) and self.bound[target.id] > 1:
                    return value
                key = f"{self.digest}:{value.lineno}:{value.col_offset}"
                return self._call("leaf", value, value, ast.Constant(target.id), ast.Constant(key))
            if isinstance(value, (ast.Name, ast.Lambda)):
                return value
            value = self.visit(value)
            return self._call("named", value, self._call("now", value), value, ast.Constant(target.id))
        if isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, (ast.Tuple, ast.List)):
            plain = len(target.elts) == len(value.elts) and not any(
                isinstance(part, ast.Starred) for part in [*target.elts, *value.elts]
            )
            if plain:
                value.elts = [self._bind(part, element) for part, element in zip(target.elts, value.elts, strict=True)]
                return value
        return self.visit(value)  # type: ignore[no-any-return]

    def visit_Assign(self, node: ast.Assign) -> ast.AST | list[ast.stmt]:
        node.value = self._bind(node.targets[0], node.value)
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
        return [name for part in target.elts for name in _targets(part)]

    def _after(self, node: ast.stmt, bound: list[str]) -> list[ast.stmt]:
        """Statements that name what a statement has just bound, where the value itself cannot be marked."""
        return [
            ast.copy_location(
                ast.Expr(
                    self._call(
                        "named",
                        node,
                        ast.Constant(0),
                        ast.copy_location(ast.Name(name, ast.Load()), node),
                        ast.Constant(name),
                    )
                ),
                node,
            )
            for name in bound
        ]

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        if _is_template(node):
            return self._call("percent", node, ast.Constant(None), node.left, self.visit(node.right))
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        into = any(keyword.arg in (None, "file") for keyword in node.keywords)
        if not (isinstance(node.func, ast.Name) and node.func.id == "print") or into:
            return self.generic_visit(node)
        node.args = [self._printed(argument) for argument in node.args]
        node.keywords = [self.visit(keyword) for keyword in node.keywords]
        return node

    def _printed(self, node: ast.expr) -> ast.expr:
        """An argument of ``print``, with what becomes text in it marked; its ``place`` is the outline's."""

        def printer() -> ast.expr:
            return ast.copy_location(ast.Name("print", ast.Load()), node)

        def place(part: ast.expr) -> ast.Constant:
            return ast.copy_location(ast.Constant(getattr(part, "place", -1)), node)

        match node:
            case ast.Starred(value=value):
                node.value = self._call("each_said", value, printer(), self.visit(value), place(value))
                return node
            case ast.Constant():
                return self.visit(node)  # type: ignore[no-any-return]
            case ast.JoinedStr(values=parts):
                for part in parts:
                    if isinstance(part, ast.FormattedValue):
                        at = place(part.value)
                        part.value = self._call("said", part.value, printer(), self.visit(part.value), at)
                return node
            case ast.BinOp() if _is_template(node):
                return self._call("percent", node, printer(), node.left, self.visit(node.right), place(node.right))
            case ast.Call(func=ast.Attribute(value=ast.Constant(value=str()), attr="format"), args=args):
                node.args = [
                    self.visit(part)
                    if isinstance(part, ast.Starred)
                    else self._call("said", part, printer(), self.visit(part), place(part))
                    for part in args
                ]
                for keyword in node.keywords:
                    if keyword.arg is not None:
                        at = place(keyword.value)
                        keyword.value = self._call("said", keyword.value, printer(), self.visit(keyword.value), at)
                return node
        at = place(node)
        return self._call("said", node, printer(), self.visit(node), at)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is not None:
            node.value = self._bind(node.target, node.value)
        return node

    def visit_NamedExpr(self, node: ast.NamedExpr) -> ast.AST:
        node.value = self._bind(node.target, node.value)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST | list[ast.stmt]:
        node.value = self.visit(node.value)
        return [node, *self._after(node, _targets(node.target))]

    def _import(self, node: ast.Import | ast.ImportFrom) -> ast.AST | list[ast.stmt]:
        adapted: list[ast.stmt] = [
            ast.copy_location(
                ast.Assign(
                    [ast.copy_location(ast.Name(name, ast.Store()), node)],
                    self._call("adapt", node, ast.copy_location(ast.Name(name, ast.Load()), node)),
                ),
                node,
            )
            for name in _targets(node)
            if name != "*"
        ]
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            adapted = [
                ast.copy_location(
                    ast.Expr(self._call("adapt_all", node, ast.parse("globals()", mode="eval").body)), node
                )
            ]
        return [node, *adapted]

    def visit_Import(self, node: ast.Import) -> ast.AST | list[ast.stmt]:
        return self._import(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | list[ast.stmt]:
        return node if node.module == "__future__" else self._import(node)
