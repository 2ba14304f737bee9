"""What a rewritten cell calls: small functions that make leaves and give names.

The rewriter puts them around the numbers and the results of the cell (``a = 2.0`` becomes ``a = hooks.leaf(2.0, 'a',
...)``). When no cell is being traced, as when a function from the cell is called later, each of them gives back what
it was given.
"""

from __future__ import annotations

import builtins
import operator
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import chain, product
from types import FrameType
from typing import Any

import numpy as np

from autograd_magic.engine import numbering, record
from autograd_magic.engine.arrays import Array
from autograd_magic.engine.gathered import gathered
from autograd_magic.engine.node import LEAF, SAME, Node
from autograd_magic.engine.number import Number
from autograd_magic.engine.origins import Mark
from autograd_magic.engine.recording import Recording
from autograd_magic.engine.value import Value, is_plain, is_real, make

from .caches import given as kept_result
from .came_back import at, each, entered, matched, of, part, settle
from .could import numbers_inside
from .door import after, before, both, spread, within
from .lent import Copy
from .naming import give
from .natively import IN_PLACE, ROWS
from .operators import OPERATORS, RELATIONS
from .printed import each_said, percent, said
from .quick import binary, comparison, getitem, negative
from .rewrite import HOOKS
from .stores import bare, given, going_into, into, onto, onto_itself, placed, placing, there, there_itself, via
from .traces import NoLeaf

__all__ = [
    "NoLeaf",
    "after",
    "at",
    "bare",
    "before",
    "each",
    "each_said",
    "entered",
    "getitem",
    "given",
    "going_into",
    "into",
    "kept_result",
    "matched",
    "of",
    "onto",
    "onto_itself",
    "part",
    "percent",
    "placed",
    "placing",
    "said",
    "settle",
    "spread",
    "there",
    "there_itself",
    "via",
    "within",
]


def leaf(number: float, name: str, key: str, counts: bool = False) -> Any:
    """The leaf for a number literal, or arithmetic of literals, bound to ``name``. One place in the text is one leaf,
    however often it is run. A whole number that ``counts`` (its name is bound again) is none.
    """
    run, called = _run_of(sys._getframe(1))
    if run is None or name in run.constants or not is_real(number):  # not real: a whole number too large for a float
        return number
    if counts and isinstance(number, int):
        return number
    made = run.leaves[key] if key in run.leaves else lend(run, number, name, key)
    if called:
        return _used(made)
    run.bind(name, made)
    return made


def asked(number: float, name: str, key: str) -> Any:
    """The leaf for a number in the text that somebody wants to move."""
    run, called = _run_of(sys._getframe(1))
    if run is None or not is_real(number):
        return number
    made = run.leaves[key] if key in run.leaves else lend(run, number, name, key)
    return _used(made) if called else made


def _run_of(frame: FrameType) -> tuple[Recording | None, bool]:
    """The run to which the code of a frame belongs, and whether outside code has called it: its numbers are plain then,
    and stand where somebody has moved them.
    """
    if record.running is not None or record.door is None:
        return record.running, False
    run = record.looked_at(frame)
    return (run, False) if run is not None else (record.door.run, True)


def _used(node: Node) -> Any:
    record.use(node)
    return node.number


def asked_by_python(result: Any) -> Any:
    """What a method gives that Python itself has called (``__index__``, ``__float__``, ``__len__``), or NumPy."""
    if type(result) is Array:
        for node in result.nodes().values():
            record.lose(node)
        return result.buffer
    if type(result) is not Number:
        return result
    if isinstance(result.number, (int, np.integer)):
        result.__index__()  # which decides
    else:
        record.lose(result)
    return result.number


def lend(run: Recording, number: float, name: str, key: str) -> Number:
    """A new leaf with the number that it has in this run."""
    made: Number = make(Number, LEAF, number, ())
    made.line = run.line()
    give(run, made, name)
    run.put(key, made)
    return made


def now() -> int:
    """A moment: what is made later has a greater serial."""
    return next(numbering.serials) if record.running is not None else 0


def mark(found: Mark) -> bool:
    """A call or a pass of a loop begins or ends. True, so that it may stand among the conditions of a comprehension."""
    run = record.running
    if run is not None or (record.door is not None and (run := record.looked_at(sys._getframe(1))) is not None):
        run.marks.add((found, next(numbering.serials)))
    return True


def behind(found: Any) -> Any:
    """What ``is`` looks at: of a number that remembers the plain one, as Python has each small whole number once."""
    if type(found) is not Number:
        return found
    record.escape(found)
    return found.number


def past(found: Any, depth: int) -> Any:
    """What a comprehension has made; the loops around it are only so many from here on."""
    mark(depth)
    return found


def over(found: Any, depth: int) -> Iterator[Any]:
    """What a generator expression goes through, and at its end that its passes are over."""

    def end() -> Iterator[Any]:
        mark(depth)
        return iter(())

    return chain(iter(found), _Once(end))


class _Once:
    """Something that is gone through when it is its turn."""

    def __init__(self, begin: Callable[[], Iterator[Any]]) -> None:
        self._begin = begin

    def __iter__(self) -> Iterator[Any]:
        return self._begin()


def named(moment: int, result: Any, name: str, key: str = "") -> Any:
    """The result of ``name = ...``: a node that this statement made takes the name as its label. A plain float that a
    call has given, in which no number of the graph had a part, is the leaf ``key``.
    """
    run = record.running
    if run is None:
        return result
    if key and type(result) in (float, np.float64) and next(numbering.serials) == moment + 1 + run.marks.since(moment):
        hidden = run.went_into(result) or run.called or run.loose  # it may depend on a leaf, then
        return result if hidden else leaf(result, name, key)
    if run.elements:
        fresh = sys.getrefcount(result) <= _FRESH
        result = wanted(result, name, fresh)
    kind = type(result)
    if kind is Array:
        return result
    if kind is Number or isinstance(result, Value):
        run.bind(name, result)
        run.assigned.append(result)
        if result.serial > moment:
            give(run, result, name)
    elif is_plain(result):
        run.bind(name, result)
    return result


def wanted(result: Any, name: str, fresh: bool = False) -> Any:
    """What is bound to a name, with leaves where they were asked for; nothing else holds what is ``fresh``."""
    run = record.running
    if run is None or not run.elements:
        return result
    if name in run.elements and not isinstance(result, Value):
        before = len(run.copies)
        result = lend_elements(result, name)
        if not fresh and run.twins is not None:
            run.twins.stand_in([*run.copies.values()][before:])
    for path in run.elements - run.stored:
        if path.startswith(f"{name}."):
            lend_attribute({name: result}, path)
    return result


def _counted(result: Any) -> int:
    return sys.getrefcount(result)


_FRESH = _counted([])
"""So often is a thing held by a hook that nothing else holds."""


def held(numbers: Any, path: str) -> Any:
    """What the cell gives to an attribute: with leaves, where they were asked for, the first time."""
    run = record.running
    if run is None or path not in run.stored or path in run.lent or path in run.leaves:
        return numbers
    return lend_elements(numbers, path)


def once_more(result: Any) -> Any:
    """What this cell binds or ends with: a number that another traced cell has made, once more, since that one is not
    this cell's to move.
    """
    run = record.running
    if run is None or type(result) is not Number or result.serial >= run.start:
        return result
    return make(Number, SAME, result.number, (result,))


def lend_elements(numbers: Any, name: str) -> Any:
    """A list, tuple, dict or array with a leaf for each of its numbers, labelled ``w[2]``, ``w[0,1]``, ``w['k'][2]``;
    those that this run has computed stay what they are.

    Raises NoLeaf when it is no number and holds none.
    """
    run = record.running
    assert run is not None
    computed: list[Node] = []

    def own(found: Any) -> bool:
        if not isinstance(found, Number) or found.serial < run.start:
            return False
        computed.append(found)
        return True

    def each(found: Any, index: tuple[Any, ...], name: str = name) -> Any:
        if own(found):
            return found
        if id(found) in run.copies:
            return run.copies[id(found)].lent
        called = f"{name}[{','.join(map(repr, index))}]" if index else name
        if is_plain(found) or type(found) is Number:
            return lend(run, found.number if isinstance(found, Value) else found, called, called)
        made: Any = found
        before = len(run.leaves)
        if isinstance(found, (list, tuple)) and type(found) in (list, tuple):
            made = type(found)(each(item, (*index, place), name) for place, item in enumerate(found))
        elif type(found) is dict:
            made = {key: each(item, (), f"{called}[{key!r}]") for key, item in found.items()}
        elif type(found) is Array or (isinstance(found, np.ndarray) and found.dtype.kind in "fiu"):
            nodes = found.nodes() if type(found) is Array else {}
            numbers = found.buffer if type(found) is Array else found
            names = _elements(name, index, found.shape)
            cells = [
                nodes[place] if own(nodes.get(place)) else lend(run, numbers[place], one, one)
                for place, one in zip(np.ndindex(found.shape), names, strict=True)
            ]
            made = gathered(cells).reshape(found.shape) if len(run.leaves) > before else found
        if len(run.leaves) == before:
            return found
        copy = run.copies[id(found)] = Copy(
            found, made, run.copies.values(), own=run.twins is not None and not run.twins.knows(found)
        )
        return copy.lent

    before = len(run.leaves)
    here, run.here = run.here, run.line()  # the same for all of them
    try:
        lent = each(numbers, ())
    finally:
        run.here = here
    if len(run.leaves) == before and not computed and id(numbers) not in run.copies:
        what = f"{type(numbers).__name__} {numbers!r:.40}"
        could = ", ".join(_attributes_of_numbers(numbers, name)[:8])
        hint = f"; it has {could}" if could else ""
        raise NoLeaf(f"--wrt {name}: {what} holds no real number to make a leaf of{hint}")
    if len(run.leaves) > before or name not in run.lent:
        run.lent[name] = _as_lent(lent)
    return lent


def _elements(name: str, index: tuple[Any, ...], shape: tuple[int, ...]) -> Iterator[str]:
    """What the elements of an array are called, which itself is at ``index`` of what has the name."""
    before = [str(place) for place in index]
    for place in product(*map(range, shape)):
        inside = ",".join([*before, *map(str, place)])
        yield f"{name}[{inside}]" if inside else name


def _as_lent(found: Any) -> Any:
    """The same containers once more, which stay as they are when the cell or its end changes what is in them."""
    if type(found) in (list, tuple):
        return type(found)(map(_as_lent, found))
    if type(found) is dict:
        return {key: _as_lent(item) for key, item in found.items()}
    return found.copy() if type(found) is Array else found


def lend_attribute(namespace: Mapping[str, Any], path: str) -> tuple[dict[str, Any], str, Any, Any]:
    """Give an attribute (``neuron.w``) leaves for its numbers; gives back where it stands, what it is called there,
    what stood there and what stands there now. Raises NoLeaf where it is none.
    """
    first, *between, last = path.split(".")
    found, way = namespace[first], first
    for inner in between:
        found, way = _attributes(found, way, path).get(inner), f"{way}.{inner}"
    holder = _attributes(found, way, path)
    if last not in holder:
        could = ", ".join(_attributes_of_numbers(found, way)) or "no numbers"
        raise NoLeaf(f"--wrt {path}: {way} has no attribute {last} of its own; it has {could}")
    before = holder[last]
    holder[last] = lend_elements(before, path)
    return holder, last, before, holder[last]


def _attributes_of_numbers(found: Any, name: str) -> list[str]:
    held = getattr(found, "__dict__", {}).items()
    return [f"{name}.{own}" for own, number in held if own[0] != "_" and numbers_inside([number])[0]]


def _attributes(found: Any, way: str, path: str) -> dict[str, Any]:
    held = getattr(found, "__dict__", None)
    if type(held) is not dict:
        raise NoLeaf(f"--wrt {path}: {way} is {type(found).__name__} {found!r:.40}, which has no attributes")
    return held


def drawn(found: Any) -> Any:
    """What the cell ends with drawing."""
    if record.running is not None:
        record.running.drawn = found
    return found


def shown(found: Any) -> None:
    """What a statement in the middle of the cell gives, where IPython shall show that as well."""
    with record.paused():
        sys.displayhook(found)


def kept(found: Any) -> Any:
    """The last expression, where IPython shall show nothing."""
    if record.running is not None:
        record.running.drawn = found
    return None


timed: Any = None
"""What ``%%time`` is to run: the cell that begins with it."""


for _name in OPERATORS.values():
    for _own in (_name, f"i{_name.rstrip('_')}"):
        if (_function := getattr(operator, _own, None)) is not None:
            if (_row := (ROWS | IN_PLACE).get(_function)) is not None:
                globals()[_own] = (binary if _row.arity == 2 else negative)(_function, _row)
            elif _own in RELATIONS:
                globals()[_own] = comparison(_function, RELATIONS.index(_own))
            else:
                globals()[_own] = partial(both, _function)
setattr(builtins, HOOKS, sys.modules[__name__])
