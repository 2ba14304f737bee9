"""The goals that the project has set itself, each in one place, and what a benchmark says of them at its end."""

from __future__ import annotations

from typing import NamedTuple

from .asked import unless_once


class Goal(NamedTuple):
    """What is wanted of a figure: at most this much, or at least."""

    name: str
    wanted: float
    at_most: bool = True


GOALS = {
    "elements": Goal("`x * y` of arrays of 1,000 elements, traced / plain", 10),
    "loop": Goal("`u[i + 1] = u[i] + dt * f(u[i])`, traced / plain", 20),
    "element bytes": Goal("bytes an element of an array, while the cell runs", 60),
    "node bytes": Goal("bytes a node in the kernel, moons, widget and tape included", 60),
    "own, MLP of the lecture": Goal("our own part from cell to picture, MLP of 402 nodes, CPU ms", 10),
    "own, moons, 100 points": Goal("our own part from cell to picture, moons of 69,000 nodes, CPU ms", 250),
    "own, moons, 1,450 points": Goal("our own part from cell to picture, a million nodes, CPU ms", 8_000),
    "one": Goal("`w.set` of one leaf, moons, CPU ms", 8),
    "all": Goal("`w.set` of all 337 leaves at once, moons, CPU ms", 16),
    "replay": Goal("a replay of the tape in the kernel, moons, CPU ms", 3.5),
    "descend": Goal("`w.descend`, moons, steps a second", 100, at_most=False),
    "browser": Goal("a replay in the browser's engine / the loop in C, the largest of the graphs", 3),
    "drawing": Goal("the drawing's own share of a move in Chromium, the largest of the graphs, 95th percentile, ms", 8),
    "tanh": Goal("work of one move in Chromium, moons with tanh, 95th percentile, ms", 16.7),
}

MARK = "goal | "
"""Begins a line that says how near to a goal one came."""


def reached(key: str, figure: float) -> str:
    """The line for one goal."""
    name, wanted, at_most = GOALS[key]
    met = figure <= wanted if at_most else figure >= wanted
    sign = "≤" if at_most else "≥"
    verdict = unless_once("met" if met else "missed", "one turn does not tell")
    return f"{MARK}{name} | {sign} {wanted:g} | {figure:.3g} | {verdict}"
