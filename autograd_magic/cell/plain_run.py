"""A run of a cell in which nothing is traced: it gives the root's number alone, and costs what the cell costs."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

from autograd_magic.engine import record
from autograd_magic.engine.value import Value, is_real
from autograd_magic.engine.writing import like

from .exchange import Plain
from .program import Program
from .quiet import captured, second_run
from .run import Cell
from .written import place_of, with_numbers


def root_number(program: Program, moved: Mapping[str, Any], name: str) -> float | None:
    """What the name holds after a plain run of the cell with its leaves at other numbers, by key, or what the run ends
    with (no name); afterwards all is as it was. None where that is no number, or a leaf does not stand in the text.
    Raises CannotRun where the run would not find what a fresh run finds; what the code raises goes through.
    """
    if not isinstance(program, Cell) or not program.text or program.awaits or record.running is not None:
        return None
    with second_run() as end:
        return _root_number(program, moved, name, end)


def _root_number(program: Cell, moved: Mapping[str, Any], name: str, end: ExitStack) -> float | None:
    if name and name not in program.names.bound:
        return None
    lent = {key: number for key, number in moved.items() if key in program.names.read}
    held = {key for key in moved if key.startswith("held:")}
    places = {place: key for key in moved if (place := place_of(key, program.digest)) is not None}
    written = {place: moved[key] for place, key in places.items()}
    text, found = with_numbers(program.text, program.text, written, {})
    if found != written.keys() or {*lent, *held, *places.values()} != moved.keys():
        return None
    tree = ast.parse(text, program.filename)
    last = tree.body.pop() if not name else None
    if not (last is None or isinstance(last, ast.Expr)):
        return None
    body = compile(tree, program.filename, "exec", dont_inherit=True)
    ends = compile(ast.Expression(last.value), program.filename, "eval", dont_inherit=True) if last else None
    namespace, before = program.namespace, program.inputs
    try:
        with program.inputs.fresh(keeps=False) as program.inputs, program.inputs.moved(moved):
            plain = Plain()
            plain.names(namespace, program.inputs.names)
            namespace.update({key: like(namespace.get(key), float(number)) for key, number in lent.items()})
            try:
                shown = captured(program.figures, program.ids, end, keeps=False)
                with shown, program.answers.remembered():
                    exec(body, namespace)
                    result: Any = namespace.get(name) if ends is None else eval(ends, namespace)
            finally:
                plain.back()
    finally:
        program.inputs = before
    number = result.number if isinstance(result, Value) else result
    return float(number) if is_real(number) and not isinstance(number, bool) else None
