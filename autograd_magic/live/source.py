"""A cell's text with the numbers at which its leaves stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from autograd_magic.cell.program import Program
from autograd_magic.engine.tape import Tape
from autograd_magic.engine.value import Value


def with_present_numbers(code: Program, tape: Tape, at: Mapping[str, Any]) -> tuple[str, str, list[str]]:
    """The text as it stands in the notebook, the same with the numbers of moved leaves, and the names of those that are
    not written in it.
    """
    moved = [leaf for leaf in tape.leaves if leaf.key in at]
    made = Counter(tape.nodes[leaf.node].line for leaf in tape.leaves if type(tape.nodes[leaf.node]) is Value)
    lines = {
        line: leaf
        for leaf in moved
        if type(node := tape.nodes[leaf.node]) is Value and made[line := node.line] == 1 and node.serial >= tape.since
    }
    numbers = {line: at[leaf.key] for line, leaf in lines.items()}
    text, found = code.written({leaf.key: at[leaf.key] for leaf in moved}, numbers)
    there = found | {leaf.key for line, leaf in lines.items() if line in found}
    absent = [leaf.name or "a leaf" for leaf in moved if leaf.key not in there]
    return _as_typed(code.source), _as_typed(text), absent


def _as_typed(text: str) -> str:
    """A cell's text without the newline that IPython puts behind it."""
    return text.removesuffix("\n")
