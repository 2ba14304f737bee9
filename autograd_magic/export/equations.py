"""A node to take along: the steps that lead to it as LaTeX, as Python that runs, as DOT, or typeset."""

from __future__ import annotations

from typing import Any

from autograd_magic.engine.tape import Tape

from .draw import draw_dot
from .latex import latex
from .mathml import mathml
from .python_code import python
from .steps import Steps

FORMS = ("latex", "python", "dot")


def written(tape: Tape, node: int, form: str) -> str:
    """A node of a tape as text: ``"latex"``, ``"python"`` or ``"dot"``.

    Raises ValueError for another form, and for a node with more than ``steps.LARGEST`` numbers behind it.
    """
    if form not in FORMS:
        raise ValueError(f"a formula is written as one of {', '.join(FORMS)}, not as {form!r:.40}")
    if form == "dot":
        return str(draw_dot(tape.nodes[node]).source)
    steps = Steps(tape, node)
    return python(steps) if form == "python" else latex(steps)


def typeset(tape: Tape, node: int) -> list[Any]:
    """A node of a tape as MathML (``mathml``). Raises ValueError as ``written`` does."""
    return mathml(Steps(tape, node))
