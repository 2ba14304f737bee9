"""Traced cells that were run before: one that defines functions, one that leaves numbers."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from statements import Statements


@dataclass
class Earlier:
    """The text of a traced cell, and what it leaves: numbers, lists of numbers, functions of one number."""

    text: str = ""
    floats: list[str] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)


def of_functions(dice: random.Random) -> Earlier:
    """A cell that defines functions with named literals inside. They read no global number of its own."""
    writer = Statements(dice, used=100)
    made = Earlier(calls=[])
    for _ in range(dice.randint(1, 2)):
        name = writer.new("h")
        writer.add(f"def {name}(t, more={writer.literal()}):", 0)
        writer.add(f"    k = {writer.literal()}", 0)
        writer.floats = ["t", "k", "more"]
        if dice.random() < 0.5:
            writer.add(f"    if {writer.condition()}:", 0)
            writer.add(f"        k2 = {writer.literal()}", 0)
            writer.add(f"        return k2 * {writer.formula(1)}", 0)
        if dice.random() < 0.4:
            writer.add(f"    total = {writer.pick(['0.0', '0', writer.literal()])}", 0)
            writer.add(f"    for j in range({writer.pick(['2', '3'])}):", 0)
            writer.add(f"        step = {writer.literal()}", 0)
            writer.add(f"        total += step * {writer.formula(2)}", 0)
            writer.floats.append("total")
        writer.add(f"    return {writer.formula(1)} + k", 0)
        made.calls.append(name)
    if dice.random() < 0.5:
        writer.add(f"r100 = {made.calls[0]}({writer.literal()})", 0)
    made.text = "\n".join(writer.lines) + "\n"
    return made


def of_numbers(dice: random.Random) -> Earlier:
    """A cell that leaves numbers, lists and functions that read its numbers.

    What stands in its lists stands under no other name too: moving such a number by one of its names moves it under
    the other as well, and no fresh run could be given that. It touches nothing that the cell under test changes.
    """
    writer = Statements(dice, used=100)
    made = Earlier()
    for _ in range(dice.randint(1, 2)):
        writer.number(0)
    for _ in range(dice.randint(1, 3)):
        name = writer.new("e")
        kind = dice.random()
        if kind < 0.3:
            writer.add(f"{name} = {writer.formula(1)} * 1.5", 0)
            writer.floats.append(name)
        elif kind < 0.5:
            writer.add(f"if {writer.condition()}:", 0)
            writer.add(f"    {name} = {writer.pick([writer.literal(), writer.formula(1) + ' * 0.5'])}", 0)
            writer.add("else:", 0)
            writer.add(f"    {name} = {writer.formula(1)} + 1.0", 0)
            writer.floats.append(name)
        elif kind < 0.65:
            writer.add(f"def {name}(t, scale={writer.literal()}):", 0)
            writer.add(f"    k = {writer.literal()}", 0)
            writer.add(f"    return t * scale + k * {writer.atom()}", 0)
            made.calls.append(name)
        elif kind < 0.75:
            writer.collect(0)
        else:
            parts = ", ".join(f"{writer.formula(1)} {writer.pick(['+ 0.5', '* 2.0', '- 1'])}" for _ in range(3))
            writer.add(f"{name} = [{parts}]", 0)
            writer.lists.append(name)
    if dice.random() < 0.7:
        writer.add(writer.formula(1), 0)
    made.text = "\n".join(writer.lines) + "\n"
    made.floats, made.lists = writer.floats, writer.lists
    return made
