"""The protocol in TypeScript: what ``autograd_magic/live/protocol.py`` declares, and what of the engine that uses."""

from __future__ import annotations

from enum import Enum, IntEnum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from autograd_magic.cell import screen
from autograd_magic.engine import bounds, gathering, guards, recording, tape
from autograd_magic.live import number_text, paths, protocol

MESSAGES = (
    protocol.LeavesWire,
    protocol.GuardsWire,
    protocol.OriginsWire,
    protocol.TapeWire,
    protocol.MovesWire,
    protocol.AnswerWire,
    protocol.OutputWire,
    protocol.TraitsWire,
    protocol.QuestionWire,
    protocol.ReplyWire,
    protocol.PageWire,
)
ENUMS = (recording.Kind, protocol.Status, protocol.Ask)
NAMES: dict[Any, str] = {
    int: "number",
    str: "string",
    bool: "boolean",
    NoneType: "null",
    number_text.NumberText: "NumberText",
    **dict.fromkeys((protocol.U1, protocol.I4, protocol.F8), "Column"),
    **{message: message.__name__ for message in MESSAGES},
}
NUMBERS = {
    "VERSION": protocol.VERSION,
    "LABEL_LENGTH": protocol.LABEL_LENGTH,
    "LARGEST": gathering.LARGEST,
    "OUTPUT_LENGTH": screen.OUTPUT,
    "KEPT": paths.KEPT,
    "KEPT_NODES": paths.KEPT_NODES,
    "STRICT": guards.STRICT,
    "WHOLE": guards.WHOLE,
    "RAISED": guards.RAISED,
    "ESCAPES": guards.ESCAPES,
    "OWN": tape.OWN,
    "EXACT_LIMIT": guards.EXACT,
    "OFF": guards.OFF,
    "SHOWN": guards.SHOWN,
    "PARTIAL": guards.PARTIAL,
    "COMPENSATED": guards.COMPENSATED,
    "UNIT": bounds.UNIT,
    "TINY": bounds.TINY,
    "ALLOWANCE": bounds.ALLOWANCE,
}


def ts_type(found: Any) -> str:
    """A type of the protocol in TypeScript."""
    if found in NAMES:
        return NAMES[found]
    origin, parts = get_origin(found), get_args(found)
    if origin in (Union, UnionType):
        return " | ".join(map(ts_type, parts))
    if origin is list:
        inner = ts_type(parts[0])
        return f"readonly ({inner})[]" if " " in inner else f"readonly {inner}[]"
    if origin is tuple:
        return f"readonly [{', '.join(map(ts_type, parts))}]"
    if origin is dict:
        return f"Readonly<Record<{ts_type(parts[0])}, {ts_type(parts[1])}>>"
    raise TypeError(f"the protocol has no type {found} in TypeScript")


def interface(message: Any) -> str:
    """A message as an interface."""
    optional = "" if message.__total__ else "?"
    fields = "".join(
        f"  readonly {name}{optional}: {ts_type(kind)};\n" for name, kind in get_type_hints(message).items()
    )
    return f"export interface {message.__name__} {{\n{fields}}}\n"


def enumeration(kinds: type[Enum]) -> str:
    """An enum; its members are called as TypeScript calls them."""
    members = "".join(
        f"  {kind.name.capitalize()} = {kind.value if isinstance(kind, IntEnum) else repr(kind.value)},\n"
        for kind in kinds
    )
    return f"export enum {kinds.__name__} {{\n{members}}}\n"


def generate() -> str:
    """The whole file."""
    numbers = "\n".join(f"export const {name} = {number!r};" for name, number in NUMBERS.items())
    words = {"RELATIONS": recording.RELATIONS, "ROUNDINGS": recording.ROUNDINGS}
    lists = "\n".join(f"export const {name} = {list(found)!r} as const;" for name, found in words.items())
    return f"""// Generated from autograd_magic/live/protocol.py by `python -m tools.generate_ts`; do not edit.
// biome-ignore-all lint: generated
// biome-ignore-all format: generated

{numbers}
{lists}

/** A float64 as text, since JSON has no nan, no infinity and no -0. */
export type NumberText = string;
/** A column of numbers as bytes. */
export type Column = ArrayBuffer | ArrayBufferView;

{chr(10).join(map(enumeration, ENUMS))}
{chr(10).join(map(interface, MESSAGES))}"""
