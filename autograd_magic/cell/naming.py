"""What the numbers of a run are called: by the names that the cell's text gives them.

The bare name means the last number that it held. Those that it held before are ``loss₁``, ``loss₂``, and the leaf with
which it began is ``x (start)``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from autograd_magic.engine.node import LEAF, Node
from autograd_magic.engine.number import node_of
from autograd_magic.engine.recording import Recording
from autograd_magic.engine.tape import Tape
from autograd_magic.engine.value import Value, is_real

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_BEGINS = {"add": 0, "mul": 1}
"""With which number a sum and a product begin."""


class Name(str):
    """A label that a name in the cell's text has given; ``base`` is that name, whatever the label tells beside it."""

    __slots__ = ("base",)

    base: str

    def __reduce__(self) -> Any:
        return str, (str(self),)


def name(base: str, told: str = "") -> Name:
    """The label for a name, with what is told beside it."""
    made = Name(base + told)
    made.base = base
    return made


def base_of(label: str) -> str:
    """The name behind a label."""
    return label.base if isinstance(label, Name) else label


def give(run: Recording, node: Node, base: str) -> None:
    """Let a name be the label of a node, unless the user has labelled it."""
    if not node.label or isinstance(node.label, Name):
        if base not in run.given:
            run.given[base] = name(base)
        node.label = run.given[base]


def tell_apart(nodes: Iterable[Node], run: Recording, holding: Mapping[str, Any]) -> None:
    """Label the numbers that had the same name one after the other. ``holding`` is what variables hold."""
    groups: dict[str, list[Node]] = {}
    for node in nodes:
        if isinstance(node.label, Name) and node.serial >= run.start:
            groups.setdefault(node.label.base, []).append(node)
    for base, group in groups.items():
        held = holding.get(base, run.bound.get(base, (None,))[0])
        last = node_of(held) if isinstance(held, Value) else None if is_real(held) else group[-1]
        count = 0
        for node in group:
            if node is last:
                give(run, node, base)
            elif node is group[0] and node.row is LEAF:
                node.label = name(base, " (start)")
            else:
                count += 1
                node.label = name(base, str(count).translate(_SUBSCRIPTS))


def call_leaves(tape: Tape) -> None:
    """Let the leaves of a tape have the names of their nodes, and tell those from which a sum or a product starts
    (``total = 0.0``) from the others.
    """
    labels = [tape.label(leaf.node) for leaf in tape.leaves]
    could = {leaf.node for leaf, label in zip(tape.leaves, labels, strict=True) if label and leaf.start in (0, 1)}
    users: dict[int, set[int]] = {}
    edges = np.flatnonzero(np.isin(tape.args.flat, [*could]))
    owners = np.searchsorted(tape.args.starts, edges.astype(np.int32), side="right") - 1
    for used, user in zip(tape.args.flat[edges].tolist(), owners.tolist(), strict=True):
        users.setdefault(used, set()).add(user)
    for place, (leaf, label) in enumerate(zip(tape.leaves, labels, strict=True)):
        begins = leaf.node in users and all(
            _BEGINS.get(tape.rows[user].name) == leaf.start and base_of(tape.label(user)) == base_of(label)
            for user in users[leaf.node]
        )
        if begins or label != leaf.name:
            tape.leaves[place] = leaf._replace(name=label, begins=begins)
