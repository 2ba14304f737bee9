"""Which code is the notebook's own, and how that of earlier cells comes to look at its calls as well.

The functions of a traced cell are rewritten with it. Those of plain cells, and of modules of the user's own, are
rewritten when a traced cell first calls them, and get their own code back when it ends.
"""

from __future__ import annotations

import ast
import linecache
import sys
import sysconfig
from asyncio import AbstractEventLoop
from collections import deque
from functools import _lru_cache_wrapper, lru_cache, partial
from pathlib import Path
from types import (
    BuiltinFunctionType,
    BuiltinMethodType,
    CodeType,
    FunctionType,
    MethodDescriptorType,
    MethodType,
    MethodWrapperType,
    ModuleType,
)
from typing import Any
from weakref import ProxyTypes

import numpy as np

from autograd_magic.engine.value import Value

from .rewrite import HOOKS, rewrite

CARRIERS = frozenset(
    (
        *("abc", "asyncio", "bisect", "builtins", "collections", "concurrent", "contextlib", "contextvars", "copy"),
        *("copyreg", "dataclasses", "enum", "functools", "heapq", "inspect", "itertools", "operator", "queue"),
        *("threading", "types", "typing", "weakref", "autograd_magic", "IPython"),
    )
)
"""Modules whose functions and classes carry numbers without reading them, or ask the numbers themselves."""

OURS = frozenset(("autograd_magic", "IPython"))
"""Those among them whose objects are not looked into, but for those of two modules."""
HOLDERS = (CARRIERS - OURS) | {"warnings"}
"""Modules whose objects are: what was warned of is kept as it was given."""
NETWORKS = "autograd_magic.engine.nn"
STAND_INS = "autograd_magic.cell.stand_ins"

FOR_LATER = frozenset(
    ("finalize", "call_soon", "call_soon_threadsafe", "call_later", "call_at", "add_reader", "add_writer")
)
"""Functions of these that keep numbers where no name leads, until something happens."""

READERS = frozenset({float, complex, bytes, bytearray, memoryview})
"""Classes of Python's own that make something else of a number."""

CONTAINERS = (list, dict, set, frozenset, tuple, deque)
PACKAGE = str(Path(__file__).parent.parent)
LIBRARIES = tuple(
    str(Path(sysconfig.get_path(name)).resolve()) for name in ("stdlib", "platstdlib", "purelib", "platlib")
)


def carries(function: Any) -> bool:
    """Whether what is called may have the numbers as they are: the notebook's own code, and what carries numbers
    without reading them.
    """
    kind = type(function)
    if kind is FunctionType:
        home = function.__globals__.get("__name__")  # it may have taken another's ``__module__`` (functools.wraps)
        return written_there(function.__code__.co_filename) or _home(home) in CARRIERS
    if kind is MethodType:
        return isinstance(function.__self__, Value) or carries(function.__func__)
    if isinstance(function, type):
        if function in READERS:
            return False
        if _home(function.__module__) in CARRIERS or issubclass(function, BaseException):
            return True
        return own_class(function) and all(
            map(_carries_inside, map(partial(_maker, function), ("__new__", "__init__")))
        )
    if kind in (BuiltinFunctionType, BuiltinMethodType, MethodWrapperType):
        owner = function.__self__
        if isinstance(owner, ModuleType) or owner is None:
            return _home(function.__module__ or "") in CARRIERS or function.__name__ in ("floor", "ceil", "trunc")
        if isinstance(owner, type):
            return carries(owner)
        if isinstance(owner, np.ndarray):
            return bool(owner.dtype == object)
        return isinstance(owner, (*CONTAINERS, str, Value)) or _home(type(owner).__module__) in CARRIERS
    if kind is MethodDescriptorType:
        return not issubclass(function.__objclass__, np.ndarray)
    if kind is partial:
        return carries(function.func)
    if kind in (_lru_cache_wrapper, staticmethod):  # what else says that it wraps a function may do more than call it
        return carries(function.__wrapped__)
    return _home(kind.__module__) in CARRIERS or own_class(kind)


def _maker(kind: type, name: str) -> type:
    """The class from which a class has what makes its objects."""
    return next(base for base in kind.__mro__ if name in vars(base))


def _carries_inside(maker: type) -> bool:
    """Whether a constructor that is inherited takes numbers as they are; those of Python's own numbers ask them."""
    return maker.__module__ == "builtins" or own_class(maker) or carries(maker)


def keeps_for_later(function: Any) -> bool:
    """Whether what carries numbers keeps them where no name leads."""
    return getattr(function, "__name__", "") in FOR_LATER and not of_notebook(function)


def contains(kind: type) -> bool:
    """Whether objects of a class carry what is put into them: Python's containers, and classes made of them."""
    return issubclass(kind, CONTAINERS) or _home(kind.__module__) in ("collections", "types")


def own_class(kind: type) -> bool:
    """Whether a class was written in the notebook, or in a module of the user's own."""
    return not _of_library(kind.__module__)


def own_module(module: ModuleType) -> bool:
    """Whether a module is the user's own: a file of theirs, or one that was made in the notebook."""
    name = module.__name__
    if name == "__main__" or _home(name) in sys.stdlib_module_names or _home(name) in CARRIERS:
        return False
    file = getattr(module, "__file__", None)
    if file is None:  # one that was made by hand has no ``__spec__``, also where it was put beside the others
        return sys.modules.get(name) is not module or getattr(module, "__spec__", None) is None
    return not str(Path(file).resolve()).startswith((*LIBRARIES, PACKAGE))


def keeps(found: Any) -> bool:
    """Whether what is put into something stays there as it is: containers, and objects, classes, functions and modules
    of the notebook's own.
    """
    if isinstance(found, ModuleType):
        return own_module(found)
    if isinstance(found, type):
        return own_class(found)
    return contains(type(found)) or own_class(type(found)) or of_notebook(found)


def holds(found: Any) -> bool:
    """Whether there may be numbers in something that were put into it as they are: in what ``keeps`` them, and in
    objects of the modules that carry them.
    """
    kind = type(found)
    if kind is FunctionType:  # one of Python's own may have something in its closure, and pass for what it wraps
        return of_notebook(found) or (bool(found.__closure__) and _home(found.__globals__.get("__name__")) in HOLDERS)
    if issubclass(kind, (Value, AbstractEventLoop, *ProxyTypes)):
        return False
    if issubclass(kind, np.ndarray):
        return bool(found.dtype == object or (own_class(kind) and getattr(found, "__dict__", None)))
    if issubclass(kind, (type, ModuleType)):
        return keeps(found)
    return own_class(kind) or kind.__module__ in (NETWORKS, STAND_INS) or _home(kind.__module__) in HOLDERS


def of_notebook(function: Any) -> bool:
    """Whether a function was written there."""
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    return code is not None and written_there(code.co_filename)


@lru_cache(maxsize=10_000)
def written_there(filename: str) -> bool:
    """Whether the code of a file is the notebook's own."""
    return not filename.startswith((*LIBRARIES, PACKAGE, "<frozen"))


def _home(module: Any) -> str:
    return str(module or "").partition(".")[0].removeprefix("_")


@lru_cache(maxsize=10_000)
def _of_library(module: str) -> bool:
    if module == "__main__":
        return False
    if _home(module) in sys.stdlib_module_names or _home(module) in CARRIERS:
        return True
    file = getattr(sys.modules.get(module), "__file__", None)
    return file is None or str(Path(file).resolve()).startswith((*LIBRARIES, PACKAGE))


class Looking:
    """The functions that have been rewritten for one run, and what they were; ``own`` are the notebook's among them."""

    def __init__(self) -> None:
        self.seen: dict[int, Any] = {}
        self.own: set[FunctionType] = set()
        self.before: list[tuple[FunctionType, CodeType]] = []

    def at(self, found: Any) -> None:
        """What is called, or used, is rewritten: a function, a method, all methods of a class or of an object's."""
        if id(found) in self.seen:
            return
        kind = type(found)
        if kind is FunctionType:
            self.seen[id(found)] = found
            code = found.__code__
            if written_there(code.co_filename):
                self.own.add(found)
                if (ours := _rewritten(code)) is not None:
                    self.before.append((found, code))
                    found.__code__ = ours
            if "__wrapped__" in found.__dict__:
                self.at(found.__wrapped__)
        elif kind is MethodType:
            self.at(found.__func__)
        elif kind is partial:
            self.at(found.func)
        elif isinstance(found, type):
            self._class(found)
        else:
            wrapped = getattr(found, "__dict__", {}).get("__wrapped__")
            if wrapped is not None:
                self.at(wrapped)
            elif id(kind) not in self.seen:
                self._class(kind)

    def _class(self, kind: type) -> None:
        self.seen[id(kind)] = kind
        for base in kind.__mro__[:-1]:
            if not own_class(base):
                continue
            self.seen[id(base)] = base
            for part in list(vars(base).values()):
                if isinstance(part, (staticmethod, classmethod)):
                    part = part.__func__
                if isinstance(part, property):
                    for function in (part.fget, part.fset, part.fdel):
                        if function is not None:
                            self.at(function)
                elif isinstance(part, FunctionType) or "__wrapped__" in getattr(part, "__dict__", ()):
                    self.at(part)

    def over(self) -> None:
        """Give every function its own code back."""
        for function, code in reversed(self.before):
            function.__code__ = code
        self.before.clear()


def _rewritten(code: CodeType) -> CodeType | None:
    """The same code with hooks; None where it has them already, or where its text is not to be had."""
    if HOOKS in code.co_names or any(
        isinstance(constant, CodeType) and HOOKS in constant.co_names for constant in code.co_consts
    ):
        return None
    text = "".join(linecache.getlines(code.co_filename))
    alike = _by_place(code.co_filename, text).get(_place(code), []) if text else []
    if len(alike) > 1 and (end := _end(code)) is not None:  # as lambdas of one line are
        alike = [one for one in alike if _end(one) == end]
    return alike[0] if len(alike) == 1 else None


@lru_cache(maxsize=200)
def _by_place(filename: str, text: str) -> dict[tuple[Any, ...], list[CodeType]]:
    try:
        tree, _ = rewrite(ast.parse(text), "", leaves=False)
        whole = compile(tree, filename, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError):
        return {}
    found: dict[tuple[Any, ...], list[CodeType]] = {}
    stack = [whole]
    while stack:
        inner = [constant for constant in stack.pop().co_consts if isinstance(constant, CodeType)]
        for code in inner:
            found.setdefault(_place(code), []).append(code)
        stack.extend(inner)
    return found


def _place(code: CodeType) -> tuple[Any, ...]:
    """What tells a function from the others of its file."""
    counts = code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount
    return code.co_name, code.co_firstlineno, counts, code.co_freevars, code.co_varnames[: sum(counts) + 2]


def _end(code: CodeType) -> Any:
    """Where its text ends. Python 3.10 does not know (None): it does not tell lambdas of one line apart."""
    positions: Any = getattr(code, "co_positions", None)
    if positions is None:
        return None
    return max((end, column) for _, end, _, column in positions() if end is not None and column is not None)
