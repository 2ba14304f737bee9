"""What a reader calls the calls, loops and lists of a graph; ``js/src/model/spoken.ts`` says the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from autograd_magic.engine.origins import Site

_INDEX = re.compile(r"(\[[^\[\]]*\])+\Z|[₀-₉]+\Z")
_ENDS = (*"]₀₁₂₃₄₅₆₇₈₉",)


def base(label: str) -> str:
    """The name of a list, of which this is an element: ``w`` of ``w[2]``, ``l.w`` of ``l.w[1,2]``, ``x`` of ``x₂``."""
    return _INDEX.sub("", label) if label.endswith(_ENDS) else label


@lru_cache(1_000)
def spoken(site: Site) -> str:
    """What a function or a loop is called: a class by its name where its objects are called or made."""
    return f"a pass of {loop_of(site)}" if site.loop else re.sub(r"\.__(call|init)__\Z", "", site.name)


def loop_of(site: Site) -> str:
    """``the loop in line 4``; of a loop elsewhere than in the cell's text the function in which it stands."""
    line = site.place[0] * site.here
    return f"the loop in {f'line {line}' if line else site.name or 'the cell'}"


def numbered(site: Site, count: int) -> str:
    """One of several: ``pass 2 of the loop in line 4``, ``call 2 of f``, ``Layer 1``."""
    if site.loop:
        return f"pass {count + 1} of {loop_of(site)}"
    return f"call {count + 1} of {site.name}" if spoken(site) == site.name else f"{spoken(site)} {count}"


def from_to(count: int, first: str, last: str) -> str:
    """The first and the last of a row: ``passes 1 to 10 of the loop in line 4``."""
    if first == last:
        return f"{count} × {first}"
    number = re.compile(r"(.*?)(\d+)(\D*.*)\Z", re.ASCII)
    one, other = number.match(first), number.match(last)
    if not one or not other or (one[1], one[3]) != (other[1], other[3]):
        return f"{first} to {last}"
    kind = {"pass ": "passes ", "call ": "calls "}.get(one[1], one[1])
    return f"{kind}{one[2]} to {other[2]}{one[3]}"


def all_of(count: int, parts: Iterator[tuple[str, str]]) -> str:
    """What so many passes of a loop (their kinds and labels) are: ``6 passes``, or ``4 × Neuron`` where each is a call
    of the same.
    """
    kind, first = next(parts)
    name = re.sub(r"^call \d+ of ", "", first) if first.startswith("call ") else first.split(" ")[0]
    same = kind == "call" and all(
        kind == "call" and label.split(" ")[0] == first.split(" ")[0] for kind, label in parts
    )
    return f"{count} × {name}" if same else f"{count} passes"


def lower(name: str) -> str:
    """A class's name within a sentence."""
    return name[0].lower() + name[1:] if re.match("[A-Z][a-z]", name) else name
