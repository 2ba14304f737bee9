"""Which names a cell's text reads and binds."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from .walk import children, walk

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


@dataclass(frozen=True)
class Names:
    """The names of a cell's own text: those it reads before it has certainly bound them, and those it binds,
    globally; in the order of the text. What it takes ``over`` it reads so by itself, not in a function that may be
    called later, or binds in functions alone.
    """

    read: tuple[str, ...]
    over: frozenset[str]
    bound: tuple[str, ...]
    rebound: frozenset[str]


def targets_of(node: ast.AST) -> list[str]:
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


def paired(targets: Sequence[ast.expr], values: Sequence[ast.expr]) -> list[ast.expr | None]:
    """The target of each value of ``a, *b, c = 1, 2, 3, 4``; None for what ``*b`` takes, and where nobody knows."""
    found: list[ast.expr | None] = [None] * len(values)
    starred = any(isinstance(part, ast.Starred) for part in (*targets, *values))
    if not starred and len(targets) != len(values):
        return found
    for step in (1, -1):
        for place, (target, value) in enumerate(zip(targets[::step], values[::step], strict=False)):
            if isinstance(target, ast.Starred) or isinstance(value, ast.Starred):
                break
            found[place if step > 0 else ~place] = target
    return found


def attributes_stored(tree: ast.Module) -> frozenset[str]:
    """The attributes that a text's own statements write (``neuron.w = ...``), as they are written."""
    targets = [target for node in tree.body if isinstance(node, ast.Assign) for target in node.targets]
    return frozenset(ast.unparse(target) for target in targets if isinstance(target, ast.Attribute))


def bindings(scope: ast.AST) -> Counter[str]:
    """How often each name is bound in a scope's own text; an augmented assignment counts twice, since it binds what
    was bound.
    """
    found: Counter[str] = Counter()
    stack: list[ast.AST] = children(scope)[::-1]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.expr) and not isinstance(node, ast.Lambda):
            if not isinstance(node, ast.Name):
                stack += reversed(children(node))
            elif isinstance(node.ctx, ast.Store):
                found[node.id] += 1
            continue
        if isinstance(node, ast.comprehension):  # what it binds is its own
            stack += [*reversed(node.ifs), node.iter]
            continue
        if isinstance(node, ast.AnnAssign) and node.value is None:  # only declares
            stack.append(node.annotation)
            continue
        found.update(targets_of(node))
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            found[node.target.id] += 1
        if isinstance(node, (ast.For, ast.AsyncFor)) and isinstance(node.target, ast.Name):
            found[node.target.id] += 1
        if isinstance(node, _SCOPES):
            stack += reversed(_outside(node))
        else:
            stack += reversed(children(node))
    return found


class Body(NamedTuple):
    """What the body of a function or a class binds, and which names are declared global in it."""

    bound: Counter[str]
    shared: tuple[str, ...]


def body_of(scope: Any) -> Body:
    """The same for a function or a class of a text; looked for once."""
    found: Body | None = getattr(scope, "bound", None)
    if found is None:
        body = scope.body if isinstance(scope.body, list) else [scope.body]
        shared = tuple(name for line in walk(scope) if isinstance(line, ast.Global) for name in line.names)
        found = scope.bound = Body(bindings(ast.Module(body, [])), shared)
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


def names(module: ast.Module, bound: Counter[str]) -> Names:
    """What a cell's text reads and binds among the global names; ``bound`` are its bindings."""
    read: dict[str, bool] = {}
    _follow(module.body, frozenset(), read)
    over = frozenset(name for name, itself in read.items() if itself or name not in bound)
    counts = bound.copy()
    for node in walk(module):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for declared in body_of(node).shared:
                counts[declared] += body_of(node).bound[declared]
    return Names(tuple(read), over, tuple(counts), frozenset(name for name, count in counts.items() if count > 1))


def _follow(body: list[ast.stmt], certain: frozenset[str], read: dict[str, bool]) -> frozenset[str]:
    """Add to ``read`` what statements read before they have certainly bound it, and whether they do so themselves;
    ``certain`` are bound before them, and what is given back after them.
    """

    def note(*parts: ast.AST) -> None:
        for part in parts:
            for name, itself in _reads(part).items():
                if name not in certain:
                    read[name] = itself or read.get(name, False)

    for statement in body:
        match statement:
            case ast.If(test=test, body=then, orelse=otherwise):
                note(test)
                certain = _follow(then, certain, read) & _follow(otherwise, certain, read)
            case ast.While(test=test, body=inner, orelse=after):
                note(test)
                _follow(inner, certain, read)
                _follow(after, certain, read)
            case ast.For(target=target, iter=passes, body=inner, orelse=after):
                note(passes, target)
                _follow(inner, certain | _bound_in(target), read)
                _follow(after, certain, read)
            case _:
                note(statement)
                certain |= _bound_by(statement)
    return certain


def _bound_by(statement: ast.stmt) -> frozenset[str]:
    """What a statement that has run has bound."""
    match statement:
        case ast.Assign(targets=targets):
            return frozenset[str]().union(*map(_bound_in, targets))
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr()):
            return frozenset((name,))
        case ast.Import() | ast.ImportFrom() | ast.FunctionDef() | ast.ClassDef():
            return frozenset(targets_of(statement))
    return frozenset()


def _bound_in(target: ast.expr) -> frozenset[str]:
    return frozenset(name for part in walk(target) for name in targets_of(part))


def _reads(statement: ast.AST) -> dict[str, bool]:
    """The global names that a statement, or a function in it, reads, and whether it does so itself; in order of
    appearance.
    """
    found: dict[str, bool] = {}

    def visit(node: ast.AST, local: frozenset[str], itself: bool) -> None:
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Load) and node.id not in local:
                found[node.id] = itself or found.get(node.id, False)
            return
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name) and node.target.id not in local:
            found[node.target.id] = itself or found.get(node.target.id, False)
        known = local
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            itself = False
            arguments = node.args
            own = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
            known = local | (body_of(node).bound.keys() - {*body_of(node).shared})
            known |= frozenset(argument.arg for argument in own if argument is not None)
        elif isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            known = local | frozenset(
                name for loop in node.generators for part in walk(loop.target) for name in targets_of(part)
            )
        for child in children(node):
            visit(child, known, itself)

    visit(statement, frozenset(), True)
    return found
