"""The op table in TypeScript: for each row its function, its local derivatives and its conditions. No code is made at
run time: notebooks live under policies that forbid it.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable

from autograd_magic.engine import formula
from autograd_magic.engine.formula import ARGUMENTS, Call, Constant, Formula
from autograd_magic.engine.ops import TABLE, Op


def ts_call(op: str, args: tuple[str, ...]) -> str:
    """A call in TypeScript."""
    if op in ("add", "sub", "mul", "div"):
        return f"({args[0]} {formula.INFIX[op]} {args[1]})"
    if op == "neg":
        return f"-{args[0]}" if args[0].startswith("(") else f"(-{args[0]})"
    if op in formula.COMPARISONS:
        sign = {"==": "===", "!=": "!=="}.get(formula.COMPARISONS[op], formula.COMPARISONS[op])
        return f"({args[0]} {sign} {args[1]})"
    if op in ("and", "or"):
        return f"({(' && ' if op == 'and' else ' || ').join(args)})"
    if op == "not":
        return f"!{args[0]}"
    if op == "where":
        condition = args[0] if args[0].startswith("(") else f"{args[0]} !== 0"
        return f"({condition} ? {args[1]} : {args[2]})"
    row = TABLE[op]
    if row.primitive:
        return f"{row.ts or f'Math.{op}'}({', '.join(args)})"
    return f"{op}Of({', '.join(args)})"


def ts_number(constant: Constant) -> str:
    """A constant in TypeScript."""
    if math.isnan(constant.value):
        return "NaN"
    if math.isinf(constant.value):
        return "Infinity" if constant.value > 0 else "-Infinity"
    text = repr(constant.value).removesuffix(".0")
    return f"({text})" if text.startswith("-") else text


def folded(tree: Formula) -> Formula:
    """The formula with calls on constants alone computed."""
    if not isinstance(tree, Call):
        return tree
    args = tuple(map(folded, tree.args))
    if tree.op in TABLE and all(isinstance(arg, Constant) for arg in args):
        return Constant(TABLE[tree.op].ieee(*[arg.value for arg in args if isinstance(arg, Constant)]))
    return Call(tree.op, args)


def ts(tree: Formula) -> str:
    """A formula in TypeScript."""
    return formula.render(folded(tree), ts_call, ts_number)


CALLED = frozenset(
    name
    for row in TABLE.values()
    for tree in (row.tree, *row.partial_trees, *(formula.parse(text) for text in (row.raises, row.kink) if text))
    for name in formula.calls(tree)
    if name in TABLE and not TABLE[name].primitive
)
"""Rows that the formulas of rows call by name."""


def function(tree: Formula, names: tuple[str, ...]) -> str:
    """A formula as a function of the first of these names, as far as it needs them."""
    text = ts(tree)
    used = [place for place, name in enumerate(names) if re.search(rf"\b{name}\b", text)]
    return f"({', '.join(f'{name}: number' for name in names[: max(used, default=-1) + 1])}) => {text}"


EVERY = (*ARGUMENTS, "z")


def conditions(row: Op) -> dict[str, str]:
    """The conditions of a row as functions, by their fields."""
    texts = {"refuses": row.raises, "kink": row.kink}
    return {field: function(formula.parse(text), EVERY) for field, text in texts.items() if text}


def shared() -> dict[str, str]:
    """Names for the conditions that several rows have: each is written once, to keep the bundle small."""
    every = Counter(text for row in TABLE.values() for text in conditions(row).values())
    return {text: f"shared{k}" for k, text in enumerate(text for text, count in every.items() if count > 1)}


def rule(row: Op, names: dict[str, str]) -> str:
    """One row in TypeScript."""
    more = [f"{field}: {names.get(text, text)}" for field, text in conditions(row).items()]
    more += [f"floor: {row.floor:g}"] if row.floor else []
    more += ["step: true"] if row.step else []
    told = f", {{ {', '.join(more)} }}" if more else ""
    return f"rule({row.name!r}, {row.arity}, {row.ulps}{told});"


def read(*trees: Formula) -> str:
    """Reads the numbers that formulas need."""
    needed = set().union(*map(formula.variables, trees))
    places = {"x": "a", "y": "b", "w": "c", "z": "node"}
    return "".join(f"{name} = values[{place}]; " for name, place in places.items() if name in needed)


def value(row: Op) -> str:
    """Computes a row's result."""
    made = ts_call(row.name, ARGUMENTS[: row.arity]) if row.name in CALLED else ts(row.tree)
    return f"{read(row.tree)}values[node] = {made};"


def gradients(row: Op) -> str:
    """Hands a row's gradient on to its arguments."""
    parts = (
        f"grads[{place}] += {'g' if tree == formula.ONE else f'g * {ts(tree)}'};"
        for place, tree in zip("abc", row.partial_trees, strict=False)
    )
    return read(*row.partial_trees) + " ".join(parts)


def switch(does: Callable[[Op], str]) -> str:
    """What is done for each row; rows that do the same stand together."""
    same: dict[str, list[int]] = {}
    for code, row in enumerate(TABLE.values()):
        same.setdefault(does(row), []).append(code)
    return "\n".join(
        f"      {' '.join(f'case {code}:' for code in codes)} {text} break;" for text, codes in same.items()
    )


def generate() -> str:
    """The whole file."""
    names = shared()
    functions = [f"const {name} = {text};" for text, name in names.items()]
    functions += [
        f"const {row.name}Of = {function(row.tree, ARGUMENTS)};" for row in TABLE.values() if row.name in CALLED
    ]
    return f"""// Generated from autograd_magic/engine/ops.py by `python -m tools.generate_ts`; do not edit.
// biome-ignore-all lint: generated
// biome-ignore-all format: generated
import * as gamma from "./gamma";
import * as numeric from "./numeric";

export interface Rule {{
  readonly name: string;
  readonly code: number;
  readonly arity: number;
  readonly ulps: number;
  readonly floor?: number;
  readonly step?: boolean;
  readonly refuses?: Condition;
  readonly kink?: Condition;
}}

const table = new Map<string, Rule>();
export const RULES: ReadonlyMap<string, Rule> = table;

type Condition = (x: number, y: number, w: number, z: number) => boolean;

function rule(name: string, arity: number, ulps: number, more?: Partial<Rule>): void {{
  table.set(name, {{ name, code: table.size, arity, ulps, ...more }});
}}

{chr(10).join(functions)}

{chr(10).join(rule(row, names) for row in TABLE.values())}

/** What a program has of each node: itself, up to three arguments (0 where there is none), and the code of its rule. */
export const STRIDE = 5;

type Other = (node: number, numbers: Float64Array) => void;

/** Computes the nodes of a program, one after the other; `other` does it for those that the table does not know. */
export function forward(program: Int32Array, values: Float64Array, other: Other): void {{
  for (let at = 0; at < program.length; at += STRIDE) {{
    const node = program[at];
    const a = program[at + 1];
    const b = program[at + 2];
    const c = program[at + 3];
    let x: number, y: number, w: number;
    switch (program[at + 4]) {{
{switch(value)}
      default: other(node, values);
    }}
  }}
}}

/** Adds the gradient of each node of a program to those of its arguments, from the last node to the first. */
export function backward(program: Int32Array, values: Float64Array, grads: Float64Array, other: Other): void {{
  for (let at = program.length - STRIDE; at >= 0; at -= STRIDE) {{
    const node = program[at];
    const a = program[at + 1];
    const b = program[at + 2];
    const c = program[at + 3];
    const g = grads[node];
    let x: number, y: number, w: number, z: number;
    switch (program[at + 4]) {{
{switch(gradients)}
      default: other(node, grads);
    }}
  }}
}}
"""
