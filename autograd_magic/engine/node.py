"""Node: one number of a graph with how it was made, and the walk through what it was made from."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter
from typing import Any, TypeVar

from .ops import Op

LEAF = Op("leaf", "", "", ())
CONST = Op("const", "", "", ())
SAME = Op("same", "", "x", ("1",))
"""A number once more, of another kind: an element of an array is NumPy's. In a graph it is the number itself."""


class Node:
    """What the engine knows of one number.

    ``number`` is the number and ``gradient`` the derivative of the last root by it, both read without a guard;
    ``label`` a name for people; ``row`` the operation that made it and ``parents`` its arguments, in order (or the
    stretch of nodes that knows them, stretches.py); ``serial`` its place in the order in which everything in this
    process came about; ``line`` the line of the cell that made it (0: unknown); ``strict`` whether Python's own
    arithmetic made it, which refuses where NumPy gives inf or nan; ``past`` the nodes that it was before ``.data`` was
    written, each with the serial of the writing.
    """

    __slots__ = ("__weakref__", "gradient", "label", "line", "number", "parents", "past", "row", "serial", "strict")

    number: Any
    gradient: float
    label: str
    row: Op
    parents: Any
    serial: int
    line: int
    strict: bool
    past: tuple[tuple[int, Any], ...]


AnyNode = TypeVar("AnyNode", bound=Node)


def ancestors(roots: Iterable[AnyNode], since: int = 0, opaque: type[Node] | None = None) -> list[AnyNode]:
    """Every node that the roots depend on, and the roots, in the order in which they were made. Never recursive.

    Nodes of the type ``opaque`` from before the serial ``since`` are not looked behind.
    """
    found: dict[int, AnyNode] = {}
    stack = list(roots)
    while stack:
        node = stack.pop()
        if node.serial not in found:
            found[node.serial] = node
            if node.serial >= since or type(node) is not opaque:
                stack.extend(parents_of(node))
    return sorted(found.values(), key=attrgetter("serial"))


def parents_of(node: AnyNode) -> tuple[AnyNode, ...]:
    """The arguments of a node as they stood when it was made (``.data`` of one may have been written since)."""
    parents = arguments(node)
    for parent in parents:
        if parent.past or parent.row is SAME:
            return tuple(itself(version(parent, node.serial)) for parent in parents)
    return parents


def arguments(node: AnyNode) -> tuple[AnyNode, ...]:
    """The arguments of a node, as they stand now."""
    parents: tuple[AnyNode, ...] = node.parents
    return parents if type(parents) is tuple else node.parents.above(node.serial)


def itself(node: AnyNode) -> AnyNode:
    """The number of which a node is the same in another kind; else the node."""
    while node.row is SAME:
        node = version(node.parents[0], node.serial)
    return node


def version(node: AnyNode, serial: int) -> AnyNode:
    """The node as it stood at a moment: ``.data`` may have been written since, and what was there before is a node of
    its own.
    """
    return next((before for written, before in node.past if serial < written), node)
