"""Calls of code that is not the notebook's own: by a function of ours that makes nodes, or with plain numbers."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from types import BuiltinFunctionType, FrameType, FunctionType, MethodDescriptorType, ModuleType
from typing import Any

import numpy as np

from autograd_magic.engine import record
from autograd_magic.engine.arrays import Array, nodes_in
from autograd_magic.engine.node import Node
from autograd_magic.engine.number import Number
from autograd_magic.engine.recording import Recording
from autograd_magic.engine.ufuncs import TESTS
from autograd_magic.engine.value import Value

from .came_back import DICE, settle, state_of
from .copies import copied
from .handles import handle, reaches
from .natively import lenient
from .notebook_code import CONTAINERS, own_class
from .plainly import Passage, name_of, note, plainly
from .told import told


def eager(
    run: Recording,
    ours: Any,
    function: Any,
    args: tuple[Any, ...],
    named: dict[str, Any],
    frame: FrameType,
    line: int = -1,
) -> Callable[[], Any]:
    """What numbers that remember make of themselves by a function of ours."""
    warned: list[str] = []
    guards, run.frame, run.here = len(run.guards), frame, line
    into = [(found.buffer, found.buffer.copy()) for found in _arrays_in(_written(function, args, named))]
    try:
        heard: Any = {what: "call" for what, told in np.geterr().items() if told != "ignore"}
        with np.errstate(call=lambda what, _: warned.append(what), **heard):
            result = ours(*args, **named)
    except Exception as error:
        _as_it_was(into)
        return told_natively(run, function, args, named, frame, None, refused=len(run.guards) > guards, error=error)
    finally:
        run.frame, run.here = None, -1
    if result is NotImplemented:
        return through(run, function, args, named, frame)
    if warned:  # the function is called once more, and may read what it writes to
        _as_it_was(into)
        return told_natively(run, function, args, named, frame, result, refused=len(run.guards) > guards)
    if not lenient():  # what is not finite any more raises
        for node in nodes_in(result):
            TESTS["isfinite"](node)
    return partial(already, result)


def _arrays_in(written: Iterable[Any]) -> Iterator[Array]:
    for found in written:
        if type(found) is tuple:
            yield from _arrays_in(found)
        elif type(found) is Array:
            yield found


def _as_it_was(into: Iterable[tuple[Any, Any]]) -> None:
    for numbers, before in into:
        numbers[...] = before


def told_natively(
    run: Recording,
    function: Any,
    args: tuple[Any, ...],
    named: dict[str, Any],
    frame: FrameType,
    result: Any,
    *,
    refused: bool,
    error: Exception | None = None,
) -> Callable[[], Any]:
    """Where we have met an exception (``error``) or a warning, the function itself is called with plain numbers, in the
    user's frame: it says what it has to say as it would without us, or knows more than we do. ``refused``: that is
    written down already.
    """
    own = any(type(found) is Value for found in args)  # the user's own: it would write down once more what it has said
    if error is not None:
        return partial(_refuse, error) if refused and own else through(run, function, args, named, frame, refused)
    if not refused:
        for node in nodes_in([*args, *named.values()]):
            (record.lose if result is None else record.escape)(node)
    if own:
        return partial(_once_more, function, args, named, result)
    passage = Passage(frame, function)
    plain_args = [plainly(found, passage) for found in args]
    plain_named = {name: plainly(found, passage) for name, found in named.items()}
    passage.numbers.clear()
    passage.instead = result
    run.passages.append(passage)
    return partial(function, *plain_args, **plain_named)


TEXTS = frozenset({str, bytes, bytearray})
_OPEN = frozenset({*CONTAINERS, *TEXTS, type, ModuleType, type(None)})
"""Whose functions do not run the notebook's code, where they are given none."""


def kinds_told(
    run: Recording,
    call: Callable[[], Any],
    function: Any,
    args: tuple[Any, ...],
    named: dict[str, Any],
    frame: FrameType,
) -> Callable[[], Any]:
    """A call of what carries numbers. What Python's own code refuses it names by its class, which numbers that remember
    have but one of: where whole ones are refused, the plain ones are in their place.
    """
    owner = type(getattr(function, "__self__", None))
    inside = args[0] if owner in TEXTS and args and type(args[0]) in (list, tuple) else args
    if not _is_whole(inside) or not _is_closed(function, owner, args):
        return call
    try:
        return partial(already, call())
    except Exception as error:
        return told_natively(run, function, args, named, frame, None, refused=True, error=error)


def _is_whole(inside: Iterable[Any]) -> bool:
    for found in inside:  # noqa: SIM110  (each call that carries comes here)
        if type(found) is Number and type(found.number) is int:
            return True
    return False


def _is_closed(function: Any, owner: type, args: tuple[Any, ...]) -> bool:
    """Whether this is Python's own code, and is given nothing that it may call or use up."""
    if type(function) not in _OF_PYTHON or owner not in _OPEN or (type(function) is type and own_class(function)):
        return False
    return not any(callable(found) or isinstance(found, Iterator) for found in args)


def _refuse(error: Exception) -> Any:
    raise error


def _once_more(function: Any, args: tuple[Any, ...], named: dict[str, Any], result: Any) -> Any:
    """What is there already, and the warnings that came with it."""
    with record.paused():
        function(*args, **named)
    return result


def already(result: Any) -> Any:
    """What is there before the call is made."""
    return result


def through(
    run: Recording,
    function: Any,
    args: tuple[Any, ...],
    named: dict[str, Any],
    frame: FrameType,
    refused: bool = False,
) -> Callable[[], Any]:
    """A call of outside code, with plain numbers; what went in is noted for ``after``. ``refused``: on what it hangs
    that it raises is written down already.
    """
    settle(frame)
    passage = Passage(frame, function)
    passage.refused = refused
    receiver = getattr(function, "__self__", None)
    if isinstance(receiver, DICE):
        passage.dice = state_of(receiver)
    every = (*args, *named.values())
    for found in (function, receiver, *every):
        if run.went_into(found):
            note(run, found, passage)
        if texts := told(run, found):
            passage.numbers.update((id(node), node) for node in texts)
            passage.pure = False
    passage.reached = run.reached
    passage.texts = [found for found in every if type(found) is str]
    passage.handles = [found for found in (receiver, *every) if handle(run, found)]
    simple = type(function) in _PLAIN_CALLS and (receiver is None or isinstance(receiver, ModuleType))
    alone = not run.parted or not (run.files or reaches(run, function))
    if type(function) is FunctionType and passage.texts:  # it may look for what they name
        alone = alone and not passage.named()
    if simple and alone and not passage.numbers and all(map(_is_plain, every)):
        return partial(function, *args, **named)
    passage.copies = (
        tuple(copied(found, passage) for found in args),
        {name: copied(found, passage) for name, found in named.items()},
    )
    passage.arrays = [
        (found, copy)
        for found, copy in zip(every, (*passage.copies[0], *passage.copies[1].values()), strict=True)
        if _is_array(found)
    ]
    for found in _written(function, args, named):  # what is written there may be what stood there
        passage.arrays += [(each, each) for each in (found if type(found) is tuple else (found,)) if _is_array(each)]
    plain_args = [plainly(found, passage) for found in args]
    plain_named = {name: plainly(found, passage) for name, found in named.items()}
    passage.kept_before(run)
    run.passages.append(passage)
    if not any(type(found) is Value for found in every):  # that is what the user's own code has given to it
        record.open_door(run, frame)
    return partial(function, *plain_args, **plain_named)


def inside(function: Any, args: tuple[Any, ...], named: dict[str, Any], frame: FrameType) -> Callable[[], Any]:
    """A call by code that outside code has called back: it gets plain numbers too, and which is noted."""
    passage = Passage(frame, function)
    args = tuple(plainly(found, passage) for found in args)
    named = {name: plainly(found, passage) for name, found in named.items()}
    for number in passage.numbers.values():
        record.use(number)
    if not passage.give_back:
        return partial(function, *args, **named)

    def call() -> Any:
        try:
            return function(*args, **named)
        finally:
            passage.over()

    return call


def for_later(
    run: Recording, function: Any, args: tuple[Any, ...], named: dict[str, Any], nodes: Iterable[Node]
) -> Callable[[], Any]:
    """A call of what keeps these numbers until something happens: if this run is over then, they are plain, and what
    they were in this run.
    """

    def call() -> Any:
        kept = function(*args, **named)
        for node in nodes:
            record.escape(node)
            run.boxes.setdefault(id(node), {})[id(kept)] = kept
        return kept

    return call


WRITES = frozenset(("put", "copyto", "place", "putmask", "fill_diagonal", "put_along_axis", "at"))
"""NumPy's functions that write into their first argument."""


def _written(function: Any, args: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
    """What a call is told to write its result into."""
    if isinstance(function, np.ufunc):
        return (*args[function.nin :], named.get("out"))
    return (*args[: name_of(function) in WRITES], named.get("out"))


def _is_array(found: Any) -> bool:
    return type(found) in (bytearray, array) or issubclass(type(found), np.ndarray)


_OF_PYTHON = (BuiltinFunctionType, MethodDescriptorType, type)
_PLAIN_CALLS = (BuiltinFunctionType, np.ufunc, FunctionType, type)


def _is_plain(found: Any) -> bool:
    kind = type(found)  # not its __class__: a number that remembers passes for the one that it holds
    return kind in (float, int, str, bool, type(None), complex, bytes) or issubclass(kind, (np.ndarray, np.generic))
