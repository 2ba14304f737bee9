"""What of a tape is shown, and in which words: shared by the still picture, the text tree and the DOT graph.

Shown are the nodes on which the root depends, with a constant exponent folded into its operation (``**2``), as the
seed shows it. In a sketch of a large graph is the part nearest to the root, and the rest is counted.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from autograd_magic.engine.groups import Bools
from autograd_magic.engine.node import CONST
from autograd_magic.engine.ops import TABLE
from autograd_magic.engine.readable import clean, short, told_apart
from autograd_magic.engine.tape import Tape

from .phrases import Gradients

POW = TABLE["pow"]


@dataclass(frozen=True)
class Sketch:
    """The shown part of a tape.

    ``args`` are the arguments of each shown node, be they shown or hidden (folded ones are not among them), ``names``
    what people call it (``""``: nothing; duplicates are told apart), ``total`` is how many nodes there are to show.
    """

    tape: Tape
    root: int
    args: dict[int, tuple[int, ...]]
    names: dict[int, str]
    total: int

    def symbol(self, node: int) -> str:
        """What the round node in front of a value says: its operation; ``""`` for a leaf or a constant."""
        return symbol(self.tape, node)

    @cached_property
    def _gradients(self) -> Gradients:
        return Gradients(self.tape, self.root)

    def grad(self, node: int) -> str:
        """A node's gradient as it is written."""
        return self._gradients.written(node)

    def constant(self, node: int) -> bool:
        """Whether a node is a number that the code merely mentions."""
        return self.tape.rows[node] is CONST


def folded(tape: Tape, node: int) -> int | None:
    """The constant exponent that a power shows in its sign."""
    args = tape.args[node]
    return args[1] if tape.rows[node] is POW and tape.rows[args[1]] is CONST else None


def symbol(tape: Tape, node: int) -> str:
    """The operation of a node as the picture writes it; a constant exponent belongs to it."""
    exponent = folded(tape, node)
    if exponent is not None:
        return f"**{short(tape.values[exponent])}"
    return tape.rows[node].symbol or ("?" if tape.args[node] else "")


def shown_args(tape: Tape, node: int) -> tuple[int, ...]:
    """The arguments of a node without a folded exponent."""
    args = tape.args[node]
    return args if folded(tape, node) is None else args[:1]


def to_show(tape: Tape, root: int) -> Bools:
    """Which nodes there are to show: those that ``root`` depends on, but for folded exponents; shape (n,)."""
    found, rows, args = tape.above(root), tape.rows, tape.args
    powers = np.flatnonzero(found & rows.each(row is POW for row in rows.table).astype(bool))
    if not len(powers):
        return found
    exponents = args.flat[args.starts[powers] + 1]
    exponents = exponents[rows.each(row is CONST for row in rows.table).astype(bool)[exponents]]
    if len(exponents):
        edges, _ = args.edges(np.flatnonzero(found))
        uses = np.bincount(args.flat[edges], minlength=len(tape)) - np.bincount(exponents, minlength=len(tape))
        found[exponents[uses[exponents] == 0]] = False
    return found


def sketch(tape: Tape, root: int | None, limit: int) -> Sketch:
    """The part of ``tape`` that ``root`` (the tape's own, unless told otherwise) depends on; at most ``limit`` nodes,
    nearest to it.
    """
    root = tape.root if root is None else root
    args: dict[int, tuple[int, ...]] = {}
    seen, waiting = {root}, deque([root])
    while waiting and len(args) < limit:
        node = waiting.popleft()
        found = args[node] = shown_args(tape, node)
        waiting.extend(arg for arg in dict.fromkeys(found) if arg not in seen)
        seen.update(found)
    names = told_apart({node: clean(tape.label(node)) for node in sorted(args)})
    total = int(np.count_nonzero(to_show(tape, root))) if waiting else len(args)
    return Sketch(tape, root, args, names, total)
