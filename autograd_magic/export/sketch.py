"""What of a tape is shown, and in which words: shared by the still picture, the text tree and the DOT graph.

Shown are the nodes on which the root depends, with a constant exponent folded into its operation (``**2``), as the
seed shows it. Of a large graph the part nearest to the root is taken, and the rest is counted.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context

from autograd_magic.engine.node import CONST
from autograd_magic.engine.ops import TABLE
from autograd_magic.engine.tape import Tape

POW = TABLE["pow"]

BIDI_CONTROLS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of the text around them, and with it of text that is not theirs."""


def short(number: float) -> str:
    """A number for the eye: four significant digits, all digits of a whole number below a million, and never 0.0000
    for what is not zero. A tie goes away from zero, as in the browser.
    """
    number = float(number)
    if math.isnan(number) or math.isinf(number):
        return str(number)
    if number == 0:
        return "-0" if math.copysign(1, number) < 0 else "0"
    size = abs(number)
    digits = 4 if size < 1e3 or size >= 1e6 else 1 + math.floor(math.log10(size))
    rounded = Context(prec=digits, rounding=ROUND_HALF_UP).create_decimal_from_float(number)
    if size >= 1e6 or size < 1e-4:
        mantissa, exponent = f"{rounded:.3e}".split("e")
        return f"{_trimmed(mantissa)}e{int(exponent)}"
    return _trimmed(f"{rounded:f}")


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def decimals(number: float) -> str:
    """A number as the seed writes it, with four decimals; with four significant digits where that would lose more, or
    be very long.
    """
    number = float(number)
    size = abs(number)
    text = f"{number:.4f}"
    return text if size < 1e6 and (size >= 0.1 or float(text) == number) else f"{number:.4g}"


def clean(text: object, length: int = 40) -> str:
    """Somebody's label as harmless text in one line, no longer than ``length`` characters.

    Control characters, lone surrogates, what XML cannot hold and what would turn the direction of the text around it
    are written as escapes; emoji and right-to-left letters stay what they are.
    """
    shown: list[str] = []
    for character in str(text)[: length + 1]:
        kind = unicodedata.category(character)
        if kind in ("Cc", "Cs", "Zl", "Zp") or character in BIDI_CONTROLS or ord(character) & 0xFFFE == 0xFFFE:
            shown.append(character.encode("unicode_escape").decode("ascii"))
        else:
            shown.append(character)
    joined = "".join(shown)
    return joined if len(joined) <= length else joined[: length - 1].rstrip("\u200d\ufe0f") + "…"


def columns(text: str) -> float:
    """How many columns wide text is, about: letters one, wide letters and emoji two, combining marks none."""
    width = 0.0
    for character in text:
        if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
            continue
        width += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return width


@dataclass(frozen=True)
class Sketch:
    """The shown part of a tape.

    ``nodes`` are the shown nodes in creation order, ``args`` the arguments of each that are shown or hidden (folded
    ones are not among them), ``names`` what people call each node (``""``: nothing; duplicates are told apart),
    ``total`` how many nodes there are to show.
    """

    tape: Tape
    root: int
    nodes: list[int]
    args: dict[int, tuple[int, ...]]
    names: dict[int, str]
    total: int

    @property
    def hidden(self) -> int:
        """How many nodes are left out."""
        return self.total - len(self.nodes)

    def symbol(self, node: int) -> str:
        """What the round node in front of a value says: its operation; ``""`` for a leaf or a constant."""
        return symbol(self.tape, node)

    def constant(self, node: int) -> bool:
        """Whether a node is a number that the code merely mentions."""
        return self.tape.rows[node] is CONST


def symbol(tape: Tape, node: int) -> str:
    """The operation of a node as the picture writes it; a constant exponent belongs to it."""
    row, args = tape.rows[node], tape.args[node]
    if row is POW and tape.rows[args[1]] is CONST:
        return f"**{tape.values[args[1]]:.6g}"
    return row.symbol or ("?" if args else "")


def shown_args(tape: Tape, node: int) -> tuple[int, ...]:
    """The arguments of a node without a folded exponent."""
    args = tape.args[node]
    return args[:1] if tape.rows[node] is POW and tape.rows[args[1]] is CONST else args


def sketch(tape: Tape, root: int | None = None, limit: int | None = None) -> Sketch:
    """The part of ``tape`` that ``root`` (the tape's own, unless told otherwise) depends on; at most ``limit`` nodes,
    nearest to it.
    """
    root = tape.root if root is None else root
    args: dict[int, tuple[int, ...]] = {}
    nearest: list[int] = []
    seen = bytearray(len(tape))
    seen[root] = 1
    waiting = deque([root])
    total = 0
    while waiting:
        node = waiting.popleft()
        total += 1
        found = shown_args(tape, node)
        if limit is None or total <= limit:
            nearest.append(node)
            args[node] = found
        for arg in found:
            if not seen[arg]:
                seen[arg] = 1
                waiting.append(arg)
    nearest.sort()
    return Sketch(tape, root, nearest, args, _names(tape, nearest), total)


def _names(tape: Tape, nodes: Iterable[int]) -> dict[int, str]:
    names = {node: clean(tape.label(node) or "") for node in nodes}
    count = Counter(names.values())
    order: Counter[str] = Counter()
    for node, name in names.items():
        if name and count[name] > 1:
            order[name] += 1
            names[node] = f"{name} ({order[name]})"
    return names
