"""The state of the process that code can read and change without a name for it: the generators of random numbers of
Python and NumPy, how NumPy and ``decimal`` treat errors, filters of warnings, the environment, the folder.
"""

from __future__ import annotations

import os
import random
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from .contents import Rule
from .kept import Kept


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


_PARTS = {
    "random": _rule(random.getstate, random.setstate, _equal, quiet=True),
    "np.random": _rule(np.random.get_state, np.random.set_state, _same_numpy, quiet=True),
    "np.errstate": _rule(np.geterr, lambda held: np.seterr(**held), _equal, quiet=False),
    "warnings.filters": _rule(lambda: list(warnings.filters), _filtered, _equal, quiet=False),
    "os.environ": _rule(_variables, _environment, _equal, quiet=False),
    "os.getcwd()": _rule(_folder, os.chdir, _equal, quiet=False),
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
    return parts


def _same_context(one: Any, other: Any) -> bool:
    return bool(repr(one) == repr(other))
