"""Published problems with known answers: NIST's nonlinear regression at the certified parameters."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from shell import Shell

MISRA = (
    (10.07, 77.6), (14.73, 114.9), (17.94, 141.1), (23.93, 190.8), (29.61, 239.9), (35.18, 289.0), (40.02, 332.8),
    (44.82, 378.4), (50.76, 434.8), (55.05, 477.3), (61.01, 536.8), (66.40, 593.1), (75.47, 689.1), (81.78, 760.0),
)  # fmt: skip
"""The data of Misra's dental research study (NIST StRD, 1978): 14 pairs of volume y and pressure x."""

PROBLEMS: dict[str, tuple[str, tuple[float, float], tuple[float, float], float]] = {
    "Misra1a": (
        "b1 * (1 - math.exp(-b2 * x))",
        (2.3894212918e2, 5.5015643181e-4),
        (2.7070075241e0, 7.2668688436e-6),
        1.2455138894e-1,
    ),
    "Misra1b": (
        "b1 * (1 - (1 + b2 * x / 2) ** -2)",
        (3.3799746163e2, 3.9039091287e-4),
        (3.1643950207e0, 4.2547321834e-6),
        7.5464681533e-2,
    ),
    "Misra1c": (
        "b1 * (1 - (1 + 2 * b2 * x) ** -0.5)",
        (6.3642725809e2, 2.0813627256e-4),
        (4.6638326572e0, 1.7728423155e-6),
        4.0966836971e-2,
    ),
    "Misra1d": (
        "b1 * b2 * x * (1 + b2 * x) ** -1",
        (4.3736970754e2, 3.0227324449e-4),
        (3.6489174345e0, 2.9334354479e-6),
        5.6419295283e-2,
    ),
}
"""Each model with the certified parameters, their standard deviations and the residual sum of squares."""


@pytest.mark.parametrize(("model", "parameters", "deviations", "squares"), PROBLEMS.values(), ids=PROBLEMS)
def test_nists_certified_parameters(
    shell: Shell, model: str, parameters: tuple[float, float], deviations: tuple[float, float], squares: float
) -> None:
    shell.names["data"] = MISRA
    cell = f"import math\nb1, b2 = {parameters[0]!r}, {parameters[1]!r}\n"
    widget = shell.autograd(f"{cell}S = sum((y - {model}) ** 2 for y, x in data)\nS")
    assert widget.values["S"] == pytest.approx(squares, rel=1e-9)
    # The sum is least there: its gradient is nothing beside those of its parts.
    rows: list[Any] = []
    for _, x in MISRA:
        one = shell.autograd(f"{cell}f = {model.replace('x', repr(x)).replace(f'e{x!r}p', 'exp')}\nf")
        rows.append([one.grads["b1"], one.grads["b2"]])
    jacobian = np.array(rows)
    residuals = np.array([y for y, _ in MISRA]) - [_model(model, parameters, x) for _, x in MISRA]
    parts = 2 * np.abs(jacobian * residuals[:, None]).sum(axis=0)
    assert abs(widget.grads["b1"]) < 1e-6 * parts[0] and abs(widget.grads["b2"]) < 1e-6 * parts[1]
    # The certified standard deviations come from the derivatives: s**2 (J'J)**-1, 12 degrees of freedom.
    covariance = np.linalg.inv(jacobian.T @ jacobian) * squares / 12
    assert np.sqrt(np.diag(covariance)) == pytest.approx(deviations, rel=1e-7)


def _model(model: str, parameters: tuple[float, float], x: float) -> float:
    return float(eval(model, {"math": math, "b1": parameters[0], "b2": parameters[1], "x": x}))
