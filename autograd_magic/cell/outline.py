"""What a cell's text alone says of its numbers: which statements, conditions and functions each name hangs on, and what
kind of expressions the cell prints and ends with. Over-cautious on purpose: it knows lines and names, no values.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Sequence
from dataclasses import InitVar, dataclass, field

from .literals import is_arithmetic
from .names import body_of
from .rewrite import HOOKS
from .walk import walk

Scope = tuple[tuple[int, frozenset[str]], ...]
"""The functions around a place, the innermost last: each the number of its scope, and the names that it binds."""

Key = tuple[int, str]
"""A name with the number of its scope; 0 is the cell's own."""

MODULE = 0
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True)
class Part:
    """A part of the text: the lines in which it may ask something of a number, and the names that it reads. It may be
    one of: a ``name``, a ``.grad`` or ``.data`` that is read (``grad``, ``data``), something that is ``rounded``, a
    ``count`` of things.
    """

    lines: frozenset[int]
    reads: frozenset[Key]
    line: int = 0
    name: str = ""
    grad: bool = False
    data: bool = False
    rounded: bool = False
    count: bool = False


@dataclass(frozen=True)
class Bound:
    """One place that binds a name, or (``weak``) that may change what it holds: its own part and the conditions around
    it. ``literal``: the number stands there; ``counts``: a counter goes on, or a loop.
    """

    parts: tuple[Part, ...]
    around: tuple[Part, ...]
    literal: bool = False
    counts: bool = False
    weak: bool = False


@dataclass
class Outline:
    """A cell's text, which binds these ``names``, looked at before it is rewritten. ``printed`` are the expressions
    that ``print`` is given; each of these nodes is told its ``place`` in that list. ``last`` is the last expression
    (``elements`` its parts, if it writes a tuple or a list out), ``passes`` whether that calls ``backward()``; what it
    draws (``draw_dot(x)``) is marked, so that the run tells.
    """

    tree: InitVar[ast.Module]
    names: Collection[str] = ()
    printed: list[Part] = field(default_factory=list)
    last: Part | None = None
    elements: list[Part] = field(default_factory=list)
    passes: bool = False

    def __post_init__(self, tree: ast.Module) -> None:
        self._bound: dict[Key, list[Bound]] = {}
        self._scopes = MODULE
        whole: Scope = ((MODULE, frozenset(self.names)),)
        self._statements(tree.body, whole, ())
        end = tree.body[-1] if tree.body else None
        if isinstance(end, ast.Expr):
            self.last = _part(end.value, whole)
            if isinstance(end.value, (ast.Tuple, ast.List)):
                self.elements = [_part(element, whole) for element in end.value.elts]
            self._ends(end.value)

    def bound(self, name: str) -> list[Bound]:
        """The places that bind a name, in whatever scope."""
        return [one for (_, other), some in self._bound.items() if other == name for one in some if not one.weak]

    def keys(self, name: str) -> list[Key]:
        """A name in every scope that binds it."""
        return [key for key in self._bound if key[1] == name]

    def counter(self, name: str) -> bool:
        """Whether a name counts, or is a loop's."""
        return any(one.counts for one in self.bound(name))

    def lines(self, parts: Iterable[Part], *, weak: bool = False) -> set[int]:
        """The lines on which these parts hang. ``weak``: also those that may have changed what a name holds."""
        return self._along(parts, weak=weak)[0]

    def hang(self, name: str = "") -> set[str]:
        """The names on which the last expression may hang, or what a name holds."""
        parts = [Part(frozenset(), frozenset(self.keys(name)))] if name else [self.last] if self.last else []
        return {name for _, name in self._along(parts, weak=True)[1]}

    def _along(self, parts: Iterable[Part], *, weak: bool) -> tuple[set[int], set[Key]]:
        found: set[int] = set()
        seen: set[Key] = set()
        stack = list(parts)
        while stack:
            part = stack.pop()
            found |= part.lines
            for key in part.reads - seen:
                seen.add(key)
                some = self._bound.get(key, [])
                if not weak and any(one.counts for one in some):
                    continue
                for one in some:
                    if weak or not one.weak:
                        stack += [*one.parts, *one.around]
        return found, seen

    def _statements(self, statements: Sequence[ast.stmt], scope: Scope, around: tuple[Part, ...]) -> None:
        for statement in statements:
            self._statement(statement, scope, around)

    def _statement(self, node: ast.stmt, scope: Scope, around: tuple[Part, ...]) -> None:
        match node:
            case ast.If(test=test, body=body, orelse=other):
                self._simple(test, scope, around)
                inner = (*around, _part(test, scope))
                self._statements([*body, *other], scope, inner)
            case ast.Match(subject=subject, cases=cases):
                self._simple(subject, scope, around)
                part = _part(node, scope, ())
                asked = Part(frozenset({part.line}.union(*(_lines(case.pattern) for case in cases))), part.reads)
                for case in cases:
                    names = [name for inner in walk(case.pattern) if (name := getattr(inner, "name", None))]
                    self._put(names, scope, Bound((_part(subject, scope),), around))
                    self._statements(case.body, scope, (*around, asked, _part(subject, scope)))
            case ast.Try(body=body, handlers=handlers, orelse=other, finalbody=end):
                self._statements([*body, *end], scope, around)
                refused = Part(frozenset(line for part in body for line in _lines(part)), frozenset())
                for handler in handlers:
                    self._statements(handler.body, scope, (*around, refused))
                self._statements(other, scope, around)
            case (
                ast.For(target=target, iter=over, body=body, orelse=other)
                | ast.AsyncFor(target=target, iter=over, body=body, orelse=other)
            ):
                self._simple(over, scope, around)
                self._put(_stored(walk(target)), scope, Bound((_part(over, scope),), around, counts=True))
                self._statements([*body, *other], scope, around)
            case ast.While(test=test, body=body, orelse=other):
                self._simple(test, scope, around)
                self._statements([*body, *other], scope, around)
            case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
                for item in items:
                    self._simple(item.context_expr, scope, around)
                    self._put(_stored(walk(item)), scope, Bound((_part(item.context_expr, scope),), around))
                self._statements(body, scope, around)
            case (
                ast.FunctionDef(name=name, body=body)
                | ast.AsyncFunctionDef(name=name, body=body)
                | ast.ClassDef(name=name, body=body)
            ):
                self._scopes += 1
                all_in_it, (bound, shared) = walk(node), body_of(node)
                own = {part.arg for part in all_in_it if isinstance(part, ast.arg)}
                inside = (*scope, (self._scopes, frozenset({*own, *bound}.difference(shared))))
                self._put([name], scope, Bound((_part(node, inside, all_in_it),), around))
                self._statements(body, inside, ())
            case _:
                self._simple(node, scope, around)

    def _simple(self, node: ast.AST, scope: Scope, around: tuple[Part, ...]) -> None:
        """A statement without others in it, or the expression in the head of one."""
        inside = walk(node)
        value = getattr(node, "value", None) if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)) else node
        if value is not None:
            literal = isinstance(value, ast.expr) and is_arithmetic(value) and not isinstance(node, ast.AugAssign)
            parts = [_part(value, scope, inside if value is node else None)]
            if isinstance(node, ast.AugAssign):
                parts.append(_part(node.target, scope))
            one = Bound(tuple(parts), around, literal, _counts(node))
            self._put(_stored(inside), scope, one)
            if touched := _touched(inside):
                self._put(touched, scope, Bound((_part(node, scope, inside),), around, weak=True))
        for inner in inside:
            if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name) and inner.func.id == "print":
                for argument in inner.args:
                    for printed in (argument, *_printed(argument)):
                        printed.place = len(self.printed)  # type: ignore[attr-defined]
                        self.printed.append(_part(printed, scope))

    def _put(self, names: Iterable[str], scope: Scope, one: Bound) -> None:
        for name in names:
            self._bound.setdefault(_key(name, scope), []).append(one)

    def _ends(self, last: ast.expr) -> None:
        if not isinstance(last, ast.Call):
            return
        name = getattr(last.func, "attr", getattr(last.func, "id", ""))
        self.passes = name == "backward" and isinstance(last.func, ast.Attribute)
        if name == "draw_dot" and last.args and not isinstance(last.args[0], ast.Starred):
            marked = ast.Call(ast.parse(f"{HOOKS}.drawn", mode="eval").body, [last.args[0]], [])
            last.args[0] = ast.copy_location(marked, last.args[0])
            for part in walk(marked.func):
                ast.copy_location(part, marked)


def _key(name: str, scope: Scope) -> Key:
    return next(((number, name) for number, names in reversed(scope) if name in names), (MODULE, name))


def _part(node: ast.AST, scope: Scope, inside: Sequence[ast.AST] | None = None) -> Part:
    """A node as a part of the text; ``inside`` is what of it counts, all of it unless told."""
    inside = walk(node) if inside is None else inside
    names = [part for part in inside if isinstance(part, ast.Name)]
    number = node
    rounded = False
    while isinstance(number, ast.Call) and isinstance(number.func, ast.Name) and number.args:
        if number.func.id not in ("round", "float"):
            break
        rounded |= number.func.id == "round"
        number = number.args[0]
    attribute = number.attr if isinstance(number, ast.Attribute) else ""
    return Part(
        frozenset() if isinstance(node, (ast.Name, ast.Constant)) else frozenset(_lines(node)),
        frozenset(_key(part.id, scope) for part in names if isinstance(part.ctx, ast.Load))
        | (frozenset({_key(node.id, scope)}) if isinstance(node, ast.Name) else frozenset()),
        getattr(node, "lineno", 0),
        node.id if isinstance(node, ast.Name) else "",
        any(isinstance(part, ast.Attribute) and part.attr == "grad" for part in inside),
        attribute == "data",
        rounded,
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "len",
    )


def _lines(node: ast.AST) -> range:
    first: int = getattr(node, "lineno", 0)
    return range(first, (getattr(node, "end_lineno", None) or first) + 1)


def _stored(inside: Iterable[ast.AST]) -> list[str]:
    return [part.id for part in inside if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)]


def _touched(inside: Iterable[ast.AST]) -> list[str]:
    """The names of what a statement may change without binding it anew: what is indexed or has an attribute set, whose
    method is called, what a function is given.
    """
    found: list[ast.AST] = []
    for part in inside:
        if isinstance(part, (ast.Attribute, ast.Subscript)) and isinstance(part.ctx, ast.Store):
            found.append(part)
        elif isinstance(part, ast.Call) and not (isinstance(part.func, ast.Name) and part.func.id == "print"):
            found += [part.func, *part.args, *(keyword.value for keyword in part.keywords)]
    return [name for part in found if (name := _base(part))]


def _base(node: ast.AST) -> str:
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _counts(node: ast.AST) -> bool:
    """``i += 1`` or ``i = i + 1``."""
    match node:
        case ast.AugAssign(op=ast.Add() | ast.Sub(), value=value):
            return is_arithmetic(value)
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.BinOp(ast.Name(id=other), ast.Add() | ast.Sub(), right)):
            return name == other and is_arithmetic(right)
    return False


def _printed(node: ast.expr) -> list[ast.expr]:
    """The expressions inside a text that is printed, as the rewriter marks them."""
    match node:
        case ast.Starred(value=value):
            return [value]
        case ast.JoinedStr(values=parts):
            return [part.value for part in parts if isinstance(part, ast.FormattedValue)]
        case ast.BinOp(op=ast.Mod(), right=right):
            return [right]
        case ast.Call(func=ast.Attribute(attr="format"), args=args, keywords=keywords):
            return [*args, *(keyword.value for keyword in keywords)]
    return []
