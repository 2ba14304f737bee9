"""What the browser asks of the kernel because no replay could tell it (``ask`` in js/src/app/kernel.ts).

A question is ``{"ask": kind, "id": ..., "trace": ...}`` and what the kind needs, the answer a dict that goes back with
the same id: numbers as text, or ``error``, one sentence.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from autograd_magic.cell.budget import OutOfTime, limited
from autograd_magic.cell.traces import CannotExplore
from autograd_magic.engine.tape import Tape
from autograd_magic.export.equations import written

from .protocol import Ask, decode_number, encode_number

SLICE = 0.25
"""Seconds after which an answer goes out with what there is, so that other messages have their turn."""


class Graph(Protocol):
    """What a question is asked of."""

    @property
    def tape(self) -> Tape:
        """The tape at the numbers in force."""
        ...

    def peek(self, moved: Mapping[str, float], roots: Sequence[str] = ()) -> float | None:
        """The root's number with some leaves elsewhere."""
        ...


def answer(explorer: Graph, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to a question; of one that is none, why."""
    kind = KINDS.get(str(asked.get("ask")))
    if kind is None:
        return {"error": "This kernel's autograd_magic does not know this question"}
    try:
        with limited():
            return kind(explorer, asked)
    except OutOfTime as late:
        return {"error": str(late).capitalize()}
    except KeyboardInterrupt:
        return {"error": "Interrupted"}
    except CannotExplore as cannot:
        return {"error": str(cannot)}
    except (KeyError, TypeError, IndexError):
        return {"error": "This question cannot be read"}
    except ValueError as wrong:
        return {"error": str(wrong)}
    except BaseException as ended:  # sys.exit() ends the run that somebody asked for, and not the kernel
        return {"error": f"{type(ended).__name__}: {ended}".rstrip(": ")}


def _node(explorer: Graph, found: Any) -> int:
    if not isinstance(found, int) or not 0 <= found < len(explorer.tape):
        raise IndexError(found)
    return found


def _curvature(explorer: Graph, asked: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the Hessian: the second derivatives of the sum of ``roots`` by the leaf ``row`` and each of ``columns``,
    at the numbers in force.
    """
    tape = explorer.tape
    nodes = [_node(explorer, node) for node in asked["columns"]]
    direction = np.zeros(len(tape))
    direction[_node(explorer, asked["row"])] = 1.0
    row = np.zeros(len(nodes))
    for root in asked["roots"]:
        row += tape.hvp(direction, _node(explorer, root))[nodes]
    tape.backward()
    return {"row": [encode_number(number) for number in row]}


def _formula(explorer: Graph, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The node ``index`` as LaTeX, Python or DOT."""
    return {"written": written(explorer.tape, _node(explorer, asked["index"]), str(asked["form"]))}


def _points(explorer: Graph, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The sum of ``roots`` (labels; none for the graph's own) with the leaves of the keys ``moving`` at each of some
    points, as fresh runs give it; null where the code raises or such roots are not made. As many as there is time for.
    """
    keys, known = [str(key) for key in asked["moving"]], {leaf.key for leaf in explorer.tape.leaves}
    if not known.issuperset(keys):
        raise KeyError(keys)
    roots = [str(label) for label in asked["roots"]]
    found: list[str | None] = []
    end = time.monotonic() + SLICE
    for point in asked["at"]:
        moved = dict(zip(keys, map(decode_number, point), strict=True))
        try:
            number = explorer.peek(moved, roots)
        except (CannotExplore, OutOfTime, KeyboardInterrupt):
            raise
        except BaseException:
            number = None
        found.append(None if number is None else encode_number(number))
        if time.monotonic() > end:
            break
    return {"found": found}


KINDS: dict[str, Callable[[Graph, Mapping[str, Any]], dict[str, Any]]] = {
    Ask.CURVATURE.value: _curvature,
    Ask.FORMULA.value: _formula,
    Ask.POINTS.value: _points,
}
