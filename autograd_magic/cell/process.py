"""The state of the process that code can read and change without a name for it: the generators of random numbers of
Python and NumPy, how NumPy prints, how it and ``decimal`` treat errors, filters of warnings, the environment, the
folder, where and how modules are looked for, the settings of matplotlib and pandas, where logged text goes, and the
functions of the user's that Python and IPython call by themselves.
"""

from __future__ import annotations

import gc
import locale
import logging
import os
import random
import socket
import sys
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from operator import is_
from pathlib import Path
from typing import Any

import numpy as np
from IPython import get_ipython

from .contents import Rule
from .kept import Kept, rules_of

ROOM = 1_000_000
"""What is logged is copied up to so many bytes."""


def _rule(take: Callable[[], Any], give: Callable[[Any], Any], same: Callable[[Any, Any], bool], quiet: bool) -> Rule:
    return Rule(lambda _: take(), lambda _, held: same(take(), held), lambda _, held: give(held), quiet=quiet)


def _equal(one: Any, other: Any) -> bool:
    return bool(one == other)


def _same_numpy(one: Any, other: Any) -> bool:
    (kind, numbers, *rest), (kind_before, before, *rest_before) = one, other
    return bool(kind == kind_before and rest == rest_before and np.array_equal(numbers, before))


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


def _attribute(owner: Any, name: str) -> Rule:
    return _rule(lambda: getattr(owner, name), lambda held: setattr(owner, name, held), is_, quiet=True)


def _lists() -> list[list[Any]]:
    """What Python and IPython call by themselves: when a module is looked for, memory is freed, a cell begins or ends,
    or its text is read.
    """
    shell: Any = get_ipython()
    found: list[list[Any]] = [gc.callbacks, sys.meta_path, sys.path_hooks]
    if shell is not None:
        found += shell.events.callbacks.values()
        names = ("input_transformers_cleanup", "input_transformers_post", "ast_transformers")
        found += [getattr(shell, name, []) for name in names]
    return found


def _called() -> list[list[Any]]:
    return [[*called] for called in _lists()]


def _call(held: list[list[Any]]) -> None:
    for called, before in zip(_lists(), held, strict=True):
        called[:] = before


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
    "sys.getswitchinterval()": _rule(sys.getswitchinterval, sys.setswitchinterval, _equal, quiet=False),
    "locale": _rule(partial(locale.setlocale, locale.LC_ALL), partial(locale.setlocale, locale.LC_ALL), _equal, False),
    "socket.getdefaulttimeout()": _rule(socket.getdefaulttimeout, socket.setdefaulttimeout, _equal, quiet=False),
    **{f"sys.{name}": _attribute(sys, name) for name in ("excepthook", "unraisablehook")},
    **{f"warnings.{name}": _attribute(warnings, name) for name in ("showwarning", "formatwarning")},
    "what is called": _rule(_called, _call, _equal, quiet=True),
}


_OF_BACKEND = frozenset(("backend", "interactive"))
"""Settings of matplotlib's that are found when the first figure is made, and stay: what shows figures needs them."""

_OF_LIBRARIES: dict[str, tuple[str, Callable[[Any], Rule]]] = {
    "decimal": (
        "decimal.getcontext()",
        lambda decimal: _rule(
            lambda: decimal.getcontext().copy(), lambda held: decimal.setcontext(held.copy()), _same_context, False
        ),
    ),
    "matplotlib": ("matplotlib.rcParams", lambda matplotlib: _settings(matplotlib.rcParams)),
    "pandas._config.config": ("pandas.options", lambda config: _options(config._global_config)),
}
"""The same of modules that are there once somebody has imported them."""


def process() -> list[Kept]:
    """Each part of that state, as it is now."""
    there = {name: rule(sys.modules[module]) for module, (name, rule) in _OF_LIBRARIES.items() if module in sys.modules}
    return [*(Kept(name, name, "", (rule,)) for name, rule in (_PARTS | there).items()), *_logged()]


def _settings(settings: dict[str, Any]) -> Rule:
    """They are compared where they stand: there are hundreds, and they are looked at before and after each run."""

    def own(all_of_them: dict[str, Any]) -> dict[str, Any]:
        return {name: held for name, held in dict.items(all_of_them) if name not in _OF_BACKEND}

    return Rule(
        lambda _: dict(dict.items(settings)),
        lambda _, held: dict.__eq__(settings, held) is True or own(settings) == own(held),
        lambda _, held: dict.update(settings, own(held)),
    )


def _options(options: dict[str, Any]) -> Rule:
    return Rule(lambda _: _deep(options), lambda _, held: options == held, lambda _, held: _fill(options, held))


def _deep(options: Any) -> Any:
    return {name: _deep(held) for name, held in options.items()} if isinstance(options, dict) else options


def _fill(options: dict[str, Any], held: dict[str, Any]) -> None:
    for name, before in held.items():
        if isinstance(before, dict):
            _fill(options[name], before)
        else:
            options[name] = before


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
