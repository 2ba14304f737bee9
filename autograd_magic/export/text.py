"""The graph as a text: a tree that a terminal, a diff or a screen reader can show."""

from __future__ import annotations

from autograd_magic.engine.readable import clean, short, told_apart
from autograd_magic.engine.tape import Tape

from .sketch import Sketch, shown_args, sketch

LINES = 200
"""The most lines that a tree has."""

DEPTH = 40
"""The most steps from the root that a tree goes down, so that its lines stay short enough to read."""

DEEP, WORD, NAME = 3, 12, 28
"""How many steps the name of a node that has none goes down, and how long a word in it and the whole may be."""

FEW = 8
"""How many leaves are named below a root that depends on none."""


def tree(tape: Tape, root: int | None = None) -> str:
    """The graph of ``root`` (a node number; the tape's own root, unless told otherwise) as an indented text.

    One line a node: label, operation, data and gradient, its arguments below it. A node that is used more than once
    is written out once, and ``(above)`` where it comes again; ``…`` marks arguments that are left out, and the last
    line counts what is.
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
        lines.append(f"… {left:,} more value{'s' * (left != 1)}, farther from the root")
    if shown.constant(shown.root) and tape.leaves:
        some = [f"{leaf.name or 'a leaf'} = {short(tape.values[leaf.node])}" for leaf in tape.leaves[:FEW]]
        lines.append(f"It depends on none of: {', '.join(some)}{', …' if len(tape.leaves) > FEW else ''}")
    return "\n".join(lines)


def computing(shown: Sketch, node: int, deep: int = DEEP) -> str:
    """What computes a node that has no name, so many steps deep: ``a*b``, ``tanh(…)``."""
    if shown.names.get(node):
        return clean(shown.names[node], WORD)
    args = shown_args(shown.tape, node)
    if shown.constant(node) or not args:
        return short(shown.tape.values[node]) if shown.constant(node) else "…"
    if not deep:
        return "…"
    words, sign = [computing(shown, arg, deep - 1) for arg in args[:2]], shown.symbol(node)
    if len(args) < 3 and not any(letter.isalpha() for letter in sign):
        inner = [f"({word})" if any(not_a_word in word for not_a_word in "+-*/%") else word for word in words]
        if len(inner) == 2:
            return sign.join(inner)
        return inner[0] + sign if sign.startswith("**") else sign + inner[0]
    return f"{sign}({', '.join(words)}{', …' if len(args) > 2 else ''})"


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
        made = told_apart({node: clean(computing(shown, node), NAME) for node in again if not shown.names[node]})
        self._names = {node: shown.names[node] or made[node] for node in again}

    def name(self, node: int) -> str:
        """What a node is called; a name it was not given only where something refers to it."""
        return self._names.get(node, self.shown.names[node])

    def line(self, node: int, cut: bool) -> str:
        """All of a node in one line."""
        shown, tape = self.shown, self.shown.tape
        head = [self.name(node), shown.symbol(node)]
        if shown.constant(node) and not shown.names[node]:
            return " ".join([*filter(None, head), short(tape.values[node])])
        tail = [f"data {short(tape.values[node])}", f"grad {shown.grad(node)}"]
        return " | ".join([*filter(None, head), *tail]) + (" …" if cut else "")
