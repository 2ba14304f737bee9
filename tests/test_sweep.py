"""Every public function of the numerical libraries does under the magic what it does without, and gradients are true,
measured, or said to be unknown.
"""

from __future__ import annotations

from collections import Counter

import pytest
from shell import Shell
from sweep import cases, functions, swept, told

SHARE = 0.95
"""So many of the gradients that there are shall be known."""
ALL = list(functions())
SOME = ALL[7::20]
"""Those of `make check`."""
REST = [function for function in ALL if function not in SOME]
PARTS = 4


@pytest.mark.parametrize(
    "some",
    [SOME, *(pytest.param(REST[part::PARTS], marks=pytest.mark.slow) for part in range(PARTS))],
    ids=["some", *map(str, range(PARTS))],
)
def test_the_functions_of_the_libraries(shell: Shell, some: list[tuple[str, str]]) -> None:
    found = swept(shell, cases(some))
    grades = Counter(grade.split()[0] for one in found.values() for grade in one.grades)
    wrong = [f"{case.call}: {said}" for case, one in found.items() for said in one.wrong]
    wrong += [
        f"{case.call}: {grade}"
        for case, one in found.items()
        for grade in one.grades
        if grade.startswith(("crash", "wrong"))
    ]
    assert not wrong, "\n".join([f"{len(found)} calls, gradients: {dict(grades)}", *wrong])
    known, unknown = grades["true"] + grades["measured"], grades["said"]
    assert known >= SHARE * (known + unknown), f"of {known + unknown} gradients {unknown} are not known: {dict(grades)}"


def test_a_list_has_its_numbers_back_after_a_function_that_has_warned(shell: Shell) -> None:
    shell("import numpy as np")
    with told() as warned:
        w = shell.autograd("x = 0.7\nv = [x, 1000.0]\nnp.exp(v)\nv[0] * 3.0")
    assert (w.grads["x"], len(warned)) == (3.0, 1)
