"""``trace`` and ``draw_dot``, as in the seed."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

import graphviz  # type: ignore[import-untyped]
import numpy as np

from autograd_magic.engine import record
from autograd_magic.engine.memory import remembered
from autograd_magic.engine.node import CONST, Node, ancestors, parents_of
from autograd_magic.engine.number import face, node_of
from autograd_magic.engine.readable import clean, decimals
from autograd_magic.engine.tape import Tape
from autograd_magic.engine.value import Value

from .bundle import image, in_base64
from .pdf import pdf
from .phrases import Gradients
from .picture import alt_text, drawing, picture
from .sketch import POW, shown_args, symbol

LABEL = 80
"""Letters of a label in a DOT graph; it is drawn in one line."""

HTML, SVG, PDF = "text/html", "image/svg+xml", "application/pdf"


def trace(root: Node) -> tuple[list[Node], list[tuple[Node, Node]]]:
    """The nodes on which ``root`` depends, and the edges ``(argument, result)``, both in creation order; one edge for
    each use.

    ``a*a`` has two edges from ``a``. The nodes are told apart by identity. A constant exponent belongs to its
    operation (``**2``), as in ``_prev``.

    >>> from autograd_magic import Value
    >>> a = Value(3.0)
    >>> nodes, edges = trace(a * a)
    >>> len(nodes), len(edges)
    (2, 2)
    """
    made = ancestors([_root(root)])
    edges = [(parent, node) for node in made for parent in _drawn_parents(node)]
    drawn = {id(parent) for parent, _ in edges} | {id(made[-1])}
    return [face(node) for node in made if id(node) in drawn], [(face(parent), face(node)) for parent, node in edges]


def draw_dot(root: Node, format: str = "svg", rankdir: str = "LR") -> Drawing:
    """The graph of ``root`` as a ``graphviz.Digraph``: a record ``label | data | grad`` for each value, and its
    operation in front of it.

    ``format`` is what ``render()`` writes, ``rankdir`` the direction (``LR``, ``TB``, ``RL``, ``BT``). Shown in a
    notebook it is a picture also where Graphviz's ``dot`` program is not installed. Gradients are the Values' own: 0
    until ``backward()`` was called.
    """
    if rankdir not in ("LR", "TB", "RL", "BT"):
        raise ValueError(f"rankdir is LR, TB, RL or BT, not {rankdir!r:.40}")
    with record.paused():
        tape = Tape(_root(root))
        tape.grads = np.array([float(node.gradient) for node in tape.nodes])
        dot = Drawing(format=format, graph_attr={"rankdir": rankdir})
        dot.tape, gradients = tape, Gradients(tape, tape.root)
        edges = [(arg, node) for node in range(len(tape)) for arg in shown_args(tape, node)]
        drawn = sorted({arg for arg, _ in edges} | {tape.root})
        for node in drawn:
            cells = (
                escaped(tape.label(node) or ""),
                f"data {decimals(tape.values[node])}",
                f"grad {gradients.written(node, decimals)}",
            )
            dot.node(name=f"n{node}", label=graphviz.nohtml(f"{{ {' | '.join(cells)} }}"), shape="record")
            if operation := symbol(tape, node):
                dot.node(name=f"op{node}", label=graphviz.nohtml(escaped(operation)))
                dot.edge(f"op{node}", f"n{node}")
        for arg, node in edges:
            dot.edge(f"n{arg}", f"op{node}")
        return dot


class Drawing(graphviz.Digraph):  # type: ignore[misc]
    """A ``graphviz.Digraph`` that is a picture in a notebook even where the ``dot`` program is missing."""

    tape: Tape | None = None

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None, **options: Any
    ) -> dict[str, Any]:
        found = dict(super()._repr_mimebundle_(include, exclude, **options))
        if self.tape is not None and SVG in found:
            for form, made in ((HTML, partial(image, alt_text(self.tape), found[SVG])), (PDF, self._pdf)):
                if form not in (exclude or ()) and form in (include or {form}):
                    found[form] = made()
        return found

    def _repr_image_svg_xml(self) -> str:
        try:
            return str(super()._repr_image_svg_xml())
        except graphviz.ExecutableNotFound:
            if self.tape is None:
                raise
            return picture(self.tape)

    def _pdf(self) -> str:
        """What LaTeX takes."""
        try:
            made: bytes = self.pipe(format="pdf")
        except graphviz.ExecutableNotFound:
            if self.tape is None:
                raise
            made = pdf(drawing(self.tape))
        return in_base64(made)

    def __repr__(self) -> str:
        if self.tape is None:
            return str(super().__repr__())
        return f"<Drawing of {self.tape.name(self.tape.root)}: {len(self.tape)} nodes>"

    def copy(self) -> Drawing:
        """Another one of the same."""
        twin = super().copy()
        twin.tape = self.tape
        return twin  # type: ignore[no-any-return]


def escaped(label: object) -> str:
    """Somebody's label as text that means nothing to DOT: what its strings, records, entities or HTML would read is
    written as an entity.
    """
    return "".join(f"&#{ord(letter)};" if letter in "\\\"'{}|<>&[]" else letter for letter in clean(label, LABEL))


def _root(root: object) -> Node:
    root = remembered(root)
    if not isinstance(root, Value):
        raise TypeError(f"a graph is drawn from a Value, not from {type(root).__name__} {root!r:.40}")
    return node_of(root)


def _drawn_parents(node: Node) -> tuple[Node, ...]:
    parents = parents_of(node)
    return parents[:1] if node.row is POW and parents[1].row is CONST else parents
