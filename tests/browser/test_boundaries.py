"""Where a guard flips: two adjacent doubles, and Python, the replay in Python and the replay in Chromium agree on which."""

from __future__ import annotations

import math

import pytest
from playwright.sync_api import expect
from stage import Staged

CELL = "import math\nx = {start!r}\nt = {decides}\ny = x * 2.0 if {condition} else x * 3.0\ny"

EXACT = {
    "a sum": ("x + 0.1", "t > 0.7", -3.0, 5.0),
    "a product": ("x * 0.3", "t >= 1.0", 0.0, 10.0),
    "a quotient": ("1.0 / x", "t < 0.3", 0.5, 10.0),
    "a square root": ("math.sqrt(x)", "t <= 1.7", 0.0, 9.0),
    "a polynomial": ("3.0*x*x - 4.0*x + 5.0", "t > 20.3", 0.7, 9.0),
    "the distance from a point": ("math.sqrt((x - 0.1)*(x - 0.1) + 2.25)", "t > 1.9", 0.2, 7.0),
    "a whole number": ("x * 1.1", "int(t) > 3", 3.0, 4.0),
    "a floor": ("x / 0.7", "math.floor(t) >= 2", 1.0, 2.0),
    "rounding to even": ("x * 5.0", "round(t) > 2", 0.4, 0.6),
    "the number itself": ("x", "t", -1.0, 0.0),
}
"""What IEEE 754 rounds one way only."""

CLOSE = {
    "an exponential": ("math.exp(x)", "t > 3.3", 0.0, 5.0),
    "a sine": ("math.sin(x)", "t > 0.77", 0.0, 1.5),
    "a power": ("x**0.37", "t < 1.9", 0.5, 20.0),
    "a hyperbolic tangent": ("math.tanh(x) * 10.0", "t >= 8.1", 0.0, 4.0),
}
"""What two good maths libraries may round differently."""


def plainly(decides: str, condition: str, x: float) -> bool:
    """Which way Python goes."""
    return bool(eval(condition, {"t": eval(decides, {"x": x, "math": math}), "math": math}))


def bisected(decides: str, condition: str, low: float, high: float) -> tuple[float, float]:
    """Two adjacent doubles between which Python changes its way."""
    first = plainly(decides, condition, low)
    assert plainly(decides, condition, high) != first
    while (middle := low + (high - low) / 2) not in (low, high):
        if plainly(decides, condition, middle) == first:
            low = middle
        else:
            high = middle
    return low, high


@pytest.mark.parametrize(("decides", "condition", "low", "high"), EXACT.values(), ids=EXACT)
def test_all_flip_between_the_same_two_doubles(
    staged: Staged, decides: str, condition: str, low: float, high: float
) -> None:
    near, far = bisected(decides, condition, low, high)
    for start, stays, flips in ((low, near, far), (high, far, near)):
        stage = staged(CELL.format(start=start, decides=decides, condition=condition), "--no-rerun")
        assert stage.explorer is not None
        tape = stage.explorer.tape
        tape.forward([stays])
        assert tape.broken() is None
        tape.forward([flips])
        assert tape.broken() is not None
        tape.forward([start])
        page = stage.page.locator(".page").last
        stage.type("x", repr(stays))
        expect(page).to_have_attribute("data-mood", "exact")
        stage.type("x", repr(flips))
        expect(page).to_have_attribute("data-mood", "stuck")
        stage.page.evaluate("() => { for (const end of window.views.splice(0)) end(); }")


@pytest.mark.parametrize(("decides", "condition", "low", "high"), CLOSE.values(), ids=CLOSE)
def test_within_the_error_bound_the_kernel_is_asked(
    staged: Staged, decides: str, condition: str, low: float, high: float
) -> None:
    near, far = bisected(decides, condition, low, high)
    stage = staged(CELL.format(start=low, decides=decides, condition=condition))
    page = stage.page.locator(".page").last
    stage.type("x", repr(near))
    expect(page).to_have_attribute("data-mood", "asking")
    stage.deliver()
    expect(page).to_have_attribute("data-mood", "exact")
    stage.type("x", repr(far))
    expect(page).to_have_attribute("data-mood", "asking")
    stage.deliver()
    expect(page).to_have_attribute("data-mood", "exact")
    assert stage.explorer is not None
    assert stage.explorer.values["y"] == far * (2.0 if plainly(decides, condition, far) else 3.0)
