"""Where somebody else's class keeps what a node is made of: its number, parents, operation, gradient and backward rule.

The lecture says ``data``, ``_prev``, ``_op``, ``grad`` and ``_backward``; others have other names, keep parents in a
list, or write plain numbers among them. Nothing is changed by being looked at here.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from .number import plain
from .value import Value, is_real

DATA = ("data", "_data", "value", "_value", "val")
PARENTS = ("_prev", "prev", "_parents", "parents", "_children", "children", "_inputs", "inputs")
OPERATION = ("_op", "op", "_operation", "operation")
GRADIENT = ("grad", "_grad", "gradient", "_gradient")
SLOPES = ("_local_grads", "local_grads", "_local_gradients", "local_gradients")
_BACK = ("backward", "backprop", "grad_fn", "gradfn", "grad_func", "vjp")
_CONTAINERS = (tuple, list, set, frozenset, dict)


def is_foreign(found: object) -> bool:
    """Whether something is a node of somebody else's class."""
    if isinstance(found, (Value, type, ModuleType, str, int, float, *_CONTAINERS, np.ndarray, np.generic)):
        return False
    if all(_there(found, name) for name in ("data", "_prev", "_op")):
        return True
    parents = _first(found, PARENTS)
    if not isinstance(parents, _CONTAINERS) or number(_first(found, DATA)) is None:
        return False
    if rule(found) is None and not any(_there(found, name) for name in (*OPERATION, *GRADIENT, *SLOPES)):
        return False
    kinds = {*type(found).__mro__} - {object}
    kin = [_alone(parent) for parent in (parents.values() if isinstance(parents, dict) else parents)]
    return all(parent is None or is_real(plain(parent)) or kinds & {*type(parent).__mro__} for parent in kin)


def _alone(parent: Any) -> Any:
    """A parent that stands beside its local derivative."""
    return parent[0] if isinstance(parent, tuple) and len(parent) == 2 and is_real(plain(parent[1])) else parent


def _there(found: object, name: str) -> bool:
    """Whether there is such an attribute, without running a property."""
    held = getattr(found, "__dict__", None)
    return (isinstance(held, dict) and name in held) or any(name in vars(kind) for kind in type(found).__mro__)


def _first(node: Any, names: Sequence[str]) -> Any:
    return next((getattr(node, name, None) for name in names if _there(node, name)), None)


def number(found: Any) -> Any:
    """The real number that something holds: a plain one, an array of one element, a node; None where there is none."""
    found = plain(found)
    if isinstance(found, np.ndarray) and found.size == 1:
        found = found.reshape(())[()]
    if is_real(found) and not isinstance(found, (bool, np.bool_)):
        return found
    if not isinstance(found, (str, type)) and all(_there(found, name) for name in ("data", "grad")):
        inner = plain(getattr(found, "data", None))
        return inner if is_real(inner) and not isinstance(inner, bool) else None
    return None


def data(node: Any) -> Any:
    """What stands where the number should be, as it is."""
    return _first(node, DATA)


def parents(node: Any) -> tuple[list[Any], bool]:
    """The nodes and numbers that a node is made of, and whether they stand in their order.

    Raises TypeError for what is neither.
    """
    found = _first(node, PARENTS)
    kept = [*(found.values() if isinstance(found, dict) else found)] if isinstance(found, _CONTAINERS) else []
    nodes: list[Any] = []
    for one in kept:
        if isinstance(one, tuple) and one and is_foreign(one[0]):  # beside its local derivative
            one = one[0]
        if is_foreign(one) or is_real(plain(one)):
            nodes.append(one)
        elif one is not None:
            raise TypeError(f"a node's parents hold {type(one).__name__} {one!r:.40}, which is no node")
    return nodes, not isinstance(found, (set, frozenset))


def operation(node: Any) -> str:
    """What the class calls the operation, or the method that its backward rule was written in; else ``""``."""
    found = _first(node, OPERATION)
    if callable(found) or hasattr(found, "name"):
        found = getattr(found, "__name__", None) or getattr(found, "name", "")
    word = "" if found is None else str(found).strip()
    return word or method(node)


def method(node: Any) -> str:
    """The method whose text holds the node's backward rule."""
    written = getattr(rule(node), "__qualname__", "")
    name = written.partition(".<locals>")[0].rpartition(".")[2] if "<locals>" in written else ""
    return "" if name == "__init__" else name


def attributes(node: Any) -> Iterator[tuple[str, Any]]:
    """Everything that a node holds by itself, in its dictionary and its slots."""
    yield from vars(node).items() if hasattr(node, "__dict__") else ()
    for name, slot in slots(type(node)):
        with suppress(AttributeError):  # not bound
            yield name, slot.__get__(node)


def slots(kind: type) -> Iterator[tuple[str, Any]]:
    """The slots of a class, each with what reads and writes it."""
    for base in kind.__mro__:
        if "__slots__" in vars(base):
            for name, member in vars(base).items():
                if inspect.ismemberdescriptor(member):
                    yield name, member


def rule(node: Any) -> Callable[..., Any] | None:
    """The function that sends a node's gradient on to its parents, where the node holds one."""
    return named_rule(node)[1]


def named_rule(node: Any) -> tuple[str, Callable[..., Any] | None]:
    """The same with the attribute that holds it."""
    for name, found in attributes(node):
        if callable(found) and not isinstance(found, type) and any(part in name.lower() for part in _BACK):
            return name, found
    return "", None


def gradient_name(node: Any) -> str:
    """The attribute with the node's gradient; ``""`` where there is none."""
    return next((name for name in GRADIENT if _there(node, name) and not callable(getattr(node, name, None))), "")


def slopes(node: Any) -> tuple[float, ...] | None:
    """The local derivatives that a node holds as numbers."""
    found = _first(node, SLOPES)
    if not isinstance(found, (tuple, list)) or not found:
        return None
    numbers = [number(one[-1] if isinstance(one, tuple) and one else one) for one in found]
    return None if None in numbers else tuple(map(float, numbers))


def closed_over(node: Any) -> list[tuple[str, Any]]:
    """What a node's backward rule remembers, by name: the cells and the defaults of its function."""
    function = inspect.unwrap(rule(node) or len)
    if not isinstance(function, FunctionType):
        bound = getattr(function, "args", ()) or ()
        return [("", one) for one in bound]
    found = []
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        with suppress(ValueError):  # not bound yet
            found.append((name, cell.cell_contents))
    arguments = function.__code__.co_varnames[: function.__code__.co_argcount]
    defaults = function.__defaults__ or ()
    found += zip(arguments[len(arguments) - len(defaults) :], defaults, strict=True)
    return [*found, *(function.__kwdefaults__ or {}).items()]


def kept_numbers(node: Any, closed: Iterable[Any]) -> list[float]:
    """The numbers that a node's rule (``closed`` over them) or the node itself remembers, its own number and gradient
    not among them.
    """
    own = [found for name, found in attributes(node) if name not in (*DATA, *GRADIENT)]
    found = [plain(held) for held in [*closed, *own]]
    return [float(one) for one in found if is_real(one) and not isinstance(one, bool)]
