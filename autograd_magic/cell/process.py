"""The state of the process that code can read and change without a name for it: the generators of random numbers of
Python and NumPy, how NumPy prints, how it and ``decimal`` treat errors, filters of warnings, the environment, the
folder, where modules are looked for, the settings of matplotlib, and where logged text goes.
"""

from __future__ import annotations

import logging
import os
import random
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from .contents import Rule
from .kept import Kept, rules_of

ROOM = 1_000_000
"""What is logged is copied up to so many bytes."""


def _rule(take: Callable[[], Any], give: Callable[[Any], Any], same: Callable[[Any, Any], bool], quiet: bool) -> Rule:
    return Rule(lambda _: take(), lambda _, held: same(take(), held), lambda _, held: give(held), quiet=quiet)


def _equal(one: Any, other: Any) -> bool:
    return bool(one == other)


def _same_numpy(one: Any, other: Any) -> bool:
    return all(map(np.array_equal, one, other))


def _folder() -> str:
    try:
        return str(Path.cwd())
    except OSError:  # it has been removed
        return ""


def _filtered(held: list[Any]) -> None:
    warnings.filters[:] = held  # type: ignore[index]
    warnings._filters_mutated()  # type: ignore[attr-defined] # what was warned of before is looked up anew


def _variables() -> dict[Any, Any]:
    """Those of the environment as the process has them: ``os.environ`` reads each anew whenever one looks at it."""
    return dict(getattr(os.environ, "_data", os.environ))


def _environment(held: dict[Any, Any]) -> None:
    now, names = _variables(), getattr(os.environ, "decodekey", str)
    for name in now.keys() - held.keys():
        del os.environ[names(name)]
    for name, text in held.items():
        if now.get(name) != text:
            os.environ[names(name)] = getattr(os.environ, "decodevalue", str)(text)


def _searched(held: list[str]) -> None:
    sys.path[:] = held


_PARTS = {
    "random": _rule(random.getstate, random.setstate, _equal, quiet=True),
    "np.random": _rule(np.random.get_state, np.random.set_state, _same_numpy, quiet=True),
    "np.errstate": _rule(np.geterr, lambda held: np.seterr(**held), _equal, quiet=False),
    "np.printoptions": _rule(np.get_printoptions, lambda held: np.set_printoptions(**held), _equal, quiet=False),
    "warnings.filters": _rule(lambda: list(warnings.filters), _filtered, _equal, quiet=False),
    "os.environ": _rule(_variables, _environment, _equal, quiet=False),
    "os.getcwd()": _rule(_folder, os.chdir, _equal, quiet=False),
    "sys.path": _rule(lambda: list(sys.path), _searched, _equal, quiet=False),
    "sys.getrecursionlimit()": _rule(sys.getrecursionlimit, sys.setrecursionlimit, _equal, quiet=False),
}


def process() -> list[Kept]:
    """Each part of that state, as it is now."""
    parts = [Kept(name, name, "", (rule,)) for name, rule in _PARTS.items()]
    decimal = sys.modules.get("decimal")
    if decimal is not None:
        rule = _rule(
            lambda: decimal.getcontext().copy(), lambda held: decimal.setcontext(held.copy()), _same_context, False
        )
        parts.append(Kept("decimal.getcontext()", "decimal.getcontext()", "", (rule,)))
    matplotlib = sys.modules.get("matplotlib")
    if matplotlib is not None:
        settings = matplotlib.rcParams
        rule = _rule(lambda: dict(dict.items(settings)), lambda held: dict.update(settings, held), _equal, False)
        parts.append(Kept("matplotlib.rcParams", "matplotlib.rcParams", "", (rule,)))
    return [*parts, *_logged()]


def _logged() -> Iterator[Kept]:
    """What handlers of logging hold: streams, files, lists and queues of records, but for the screen."""
    screens = {id(stream) for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__)}
    for logger in (logging.root, *logging.root.manager.loggerDict.values()):
        for handler in getattr(logger, "handlers", ()):
            for name, held in vars(handler).items():
                rules = () if id(held) in screens else rules_of(held, ROOM)
                if rules:
                    yield Kept(held, f"{type(handler).__name__}.{name}", "", rules)


def _same_context(one: Any, other: Any) -> bool:
    return bool(repr(one) == repr(other))
