"""Finding a number of a graph by its name: a variable of the cell, else a label; or by the Value itself."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from autograd_magic.cell.naming import base_of
from autograd_magic.cell.traces import Trace
from autograd_magic.engine.arrays import Array
from autograd_magic.engine.memory import remembered
from autograd_magic.engine.stretches import Floats
from autograd_magic.engine.value import Value


class Numbers(Mapping[Any, float]):
    """The numbers of a trace, of one ``kind``, ``"values"`` or ``"grads"``, by name or by Value."""

    def __init__(self, trace: Callable[[], Trace], kind: str) -> None:
        self._trace, self._kind = trace, kind

    def __getitem__(self, name: Any) -> Any:
        trace = self._trace()
        column = getattr(trace.tape, self._kind)
        if isinstance(name, str) and name in trace.lent:
            return _shaped(trace.lent[name], trace, column)
        return float(column[find(trace, name)])

    def __iter__(self) -> Iterator[str]:
        return iter(known(self._trace()))

    def __len__(self) -> int:
        return len(known(self._trace()))

    def __repr__(self) -> str:
        return repr({name: self[name] for name in self})


def _shaped(found: Any, trace: Trace, column: Floats) -> Any:
    """A list, a tuple, a dict or an array with the numbers of its leaves."""
    if isinstance(found, Value):
        return float(column[find(trace, found)])
    if type(found) is Array:
        places = trace.tape.columns.places(found.apart())
        assert (places >= 0).all()
        return np.asarray(column[places])
    if isinstance(found, dict):
        return {key: _shaped(item, trace, column) for key, item in found.items()}
    return type(found)(_shaped(item, trace, column) for item in found) if type(found) in (list, tuple) else found


def known(trace: Trace) -> list[str]:
    """The names under which numbers can be looked up: variables first, then labels that only one node has."""
    labels = Counter(trace.tape.labels.values())
    variables = [name for name, value in trace.names.items() if trace.tape.node(value) is not None]
    return [*variables, *(label for label, count in labels.items() if count == 1 and label not in variables)]


def find(trace: Trace, name: Any) -> int:
    """The node that a name or a Value means. Raises KeyError, which lists what there is, when it means none or
    several.
    """
    tape, name = trace.tape, remembered(name)
    if isinstance(name, Value):
        node = tape.node(name)
        if node is None:
            raise KeyError(f"{name!r} does not belong to this graph")
        return node
    held = trace.names.get(name, trace.names.get(_read(name)))
    if held is not None and (node := tape.node(held)) is not None:
        return node
    return [*tape.labels][_only(name, [*tape.labels.values()], known(trace))]


def find_leaf(trace: Trace, name: str) -> int:
    """The place among the tape's leaves that a name means. Raises KeyError as ``find`` does."""
    tape = trace.tape
    written = [place for place, leaf in enumerate(tape.leaves) if base_of(tape.label(leaf.node)) in (name, _read(name))]
    if len(written) == 1:
        return written[0]
    if written:
        lines = {f"{_read(name)} (line {tape.made(tape.leaves[place].node)[1]})": place for place in written}
        if len(lines) == len(written):
            raise KeyError(f"{name!r} was written {len(written)} times: say which one, {' or '.join(map(repr, lines))}")
    held = trace.names.get(name, trace.names.get(_read(name)))
    node = None if held is None else tape.node(held)
    for place, leaf in enumerate(tape.leaves):
        if leaf.node == node:
            return place
    for place, leaf in enumerate(tape.leaves):
        if f"{base_of(tape.label(leaf.node))} (line {tape.made(leaf.node)[1]})" == _read(name):
            return place
    names = [leaf.name for leaf in tape.leaves]
    return _only(name, names, names)


def _read(name: Any) -> Any:
    """A name as Python reads it (PEP 3131)."""
    return unicodedata.normalize("NFKC", name) if isinstance(name, str) else name


def _only(name: str, labels: list[str], there: list[str]) -> int:
    name = name if name in labels else _read(name)
    count = labels.count(name)
    if count == 1:
        return labels.index(name)
    if count:
        raise KeyError(f"{name!r} is the label of {count} nodes: look one up by its Value")
    raise KeyError(
        f"nothing to find is called {name!r} here; there are: {', '.join([*filter(None, there)][:20]) or 'none'}"
    )
