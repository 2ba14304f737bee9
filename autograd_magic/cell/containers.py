"""What holds numbers in a notebook: containers, classes and objects of the notebook's own, and Values."""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict, deque
from types import SimpleNamespace
from typing import Any

import numpy as np

from autograd_magic.engine.arrays import Array
from autograd_magic.engine.number import Number
from autograd_magic.engine.value import Value

MODULES = ("__main__", "autograd_magic.engine.nn")
"""Whose objects' attributes are looked at: the notebook's own, and our networks."""

KINDS = (list, dict, set, np.ndarray, Array, deque, defaultdict, OrderedDict, Counter)


def box_of(found: Any) -> Any:
    """What holds the contents of a container, or the attributes of a class from the notebook or of an object of one."""
    if type(found) in KINDS or (isinstance(found, Value) and type(found) is not Number):
        return found
    if isinstance(found, type):
        return found if found.__module__ == "__main__" else None
    if type(found) is SimpleNamespace or type(found).__module__ in MODULES:
        return getattr(found, "__dict__", None)
    return None
