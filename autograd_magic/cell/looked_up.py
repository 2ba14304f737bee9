"""What a dict has under a number that remembers. Where another number stands there as the key (that of an earlier cell,
or of another leaf), what it has hangs on that number in a way which the graph does not know: ``memo[x]``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import islice
from types import FrameType
from typing import Any

from autograd_magic.engine import record
from autograd_magic.engine.number import Number, plain
from autograd_magic.engine.recording import Recording

from .came_back import above

GIVES = frozenset(("get", "pop", "setdefault"))
"""The methods of a dict that give what stands under a key."""

MOST = 1_000
"""So many keys are looked at."""


def looked_up(
    run: Recording, held: dict[Any, Any], function: Any, args: tuple[Any, ...], key: Any, frame: FrameType
) -> Callable[[], Any]:
    """What the user's frame calls to have what stands under a key."""
    parts = key if type(key) is tuple else (key,)
    numbers = [part for part in parts if type(part) is Number and isinstance(part.number, float)]
    if numbers:
        with record.paused():
            there = dict.__contains__(held, tuple(map(plain, key)) if type(key) is tuple else key.number)
        if there and not any(_same(found, key) for found in islice(held, MOST)):
            run.passages.append(LookedUp(frame, numbers))
    return partial(function, *args)


class LookedUp:
    """Such a call, while it is under way; see plainly.Passage."""

    refused = False

    def __init__(self, frame: FrameType, given: list[Number]) -> None:
        self.frame, self.given = frame, given
        self.numbers: dict[int, Any] = {}

    def over(self) -> None:
        """It has raised: there is nothing to give back."""

    def made(self, run: Recording, result: Any) -> Any:
        """What stands there."""
        parents, found = [*self.given], plain(result)
        if type(result) is Number:
            record.escape(result)  # what stands there is another number once it has moved
            parents.append(result)
        return above(run, "[]", tuple(parents), found, None) if isinstance(found, float) else result


def _same(one: Any, other: Any) -> bool:
    if type(one) is tuple and type(other) is tuple:
        return len(one) == len(other) and all(map(_same, one, other))
    return one is other or (type(one) is not Number and type(other) is not Number)
