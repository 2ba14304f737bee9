"""The graph as a text: a tree that a terminal, a diff or a screen reader can show."""

from __future__ import annotations

from autograd_magic.engine.readable import short, told_apart
from autograd_magic.engine.tape import Leaf, Tape

from .names import made
from .sketch import Sketch, sketch

LINES, DEPTH = 40, 24
"""The most lines that a tree has, and the most steps from the root that it goes down: as much as a screen holds."""

FEW = 8
"""How many leaves are named below a root that depends on none."""


def tree(tape: Tape, root: int | None = None) -> str:
    """The graph of ``root`` (a node number; the tape's own root, unless told otherwise) as an indented text.

    One line a node: label, operation, data and gradient, its arguments below it. A node that is used more than once
    is written out once, and ``(above)`` where it comes again; ``…`` marks arguments that are left out, and the last
    line counts what is, and says how to see it.
    """
    shown = sketch(tape, root, LINES - 1)
    words = _Words(shown)
    lines: list[str] = []
    written: set[int] = set()
    stack: list[tuple[int, str, str]] = [(shown.root, "", "")]
    while stack and len(lines) < LINES - 1:
        node, branch, below = stack.pop()
        if node in written:
            lines.append(f"{branch}{words.name(node)} (above)")
            continue
        written.add(node)
        found = [arg for arg in shown.args[node] if arg in shown.args]
        if len(below) >= 3 * DEPTH:
            found = []
        lines.append(branch + words.line(node, cut=len(found) < len(shown.args[node])))
        for index, arg in reversed(list(enumerate(found))):
            last = index == len(found) - 1
            stack.append((arg, below + ("└─ " if last else "├─ "), below + ("   " if last else "│  ")))
    left = shown.total - len(written)
    if left:
        name = tape.label(shown.root)
        more = f" or with trace({name})" if name.isidentifier() else ""
        lines.append(f"… {left:,} more value{'s' * (left != 1)}, farther from the root: see them in the widget{more}")
    if shown.constant(shown.root):
        elsewhere = [leaf for leaf in tape.leaves if shown.grad(leaf.node) != "0"]  # as runs with it nudged have shown
        lines += _listed("It depends on none of", [words.leaf(leaf) for leaf in tape.leaves if leaf not in elsewhere])
        ways = [f"{words.leaf(leaf)} (grad {shown.grad(leaf.node)})" for leaf in elsewhere]
        lines += _listed("It depends, not in the graph, on", ways)
    return "\n".join(lines)


def _listed(what: str, leaves: list[str]) -> list[str]:
    return [f"{what}: {', '.join(leaves[:FEW])}{', …' if leaves[FEW:] else ''}"] if leaves else []


class _Words:
    """How the nodes are called in a tree: by name, else by what computes them where something refers to them."""

    def __init__(self, shown: Sketch) -> None:
        self.shown = shown
        used: set[int] = set()
        self.again: set[int] = set()
        for args in shown.args.values():
            for arg in args:
                (self.again if arg in used else used).add(arg)
        again = sorted(node for node in self.again if node in shown.names)
        found = told_apart({node: made(shown.tape, node) for node in again if not shown.names[node]})
        self._names = {node: shown.names[node] or found[node] for node in again}

    def name(self, node: int) -> str:
        """What a node is called; a name it was not given only where something refers to it."""
        return self._names.get(node, self.shown.names[node])

    def leaf(self, leaf: Leaf) -> str:
        """A leaf and its number."""
        return f"{leaf.name or 'a leaf'} = {short(self.shown.tape.values[leaf.node])}"

    def line(self, node: int, cut: bool) -> str:
        """All of a node in one line."""
        shown, tape = self.shown, self.shown.tape
        head = [self.name(node), shown.symbol(node)]
        if shown.constant(node) and not shown.names[node]:
            return " ".join([*filter(None, head), short(tape.values[node])])
        tail = [f"data {short(tape.values[node])}", f"grad {shown.grad(node)}"]
        return " | ".join([*filter(None, head), *tail]) + (" …" if cut else "")
