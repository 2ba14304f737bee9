"""How long one move of a slider takes in Chromium, with the graph drawn: ``make frames``.

A slider is moved once in each frame, as a hand does it. Printed are the 95th percentiles of the work of one move on the
page's only thread (script, style and layout, forced) and of the time from frame to frame, both as a share of a frame
at 60 Hz (16.7 ms): below 1 the picture keeps up with the hand.
"""

from __future__ import annotations

import sys
from pathlib import Path

from autograd_magic import Value, explore
from autograd_magic.live.explorer import Explorer

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "browser"))
from plain import chromium, opened
from stage import Stage

SIZES = (15, 100, 300)
FRAMES = 300
FRAME = 1000 / 60

DRAG = """
async ([count]) => {
  const root = document.querySelector('.autograd-magic').shadowRoot;
  const slider = root.querySelector('.card .slider, .row .slider');
  const steps = Number(slider.max);
  const work = [], frames = [];
  let last = null;
  for (let k = 0; k < count; k++) {
    const now = await new Promise(requestAnimationFrame);
    if (last !== null) frames.push(now - last);
    last = now;
    slider.valueAsNumber = Math.round(steps * (0.5 + 0.45 * Math.sin(k / 9)));
    const from = performance.now();
    slider.dispatchEvent(new Event('input'));
    root.querySelector('.body').getBoundingClientRect();
    work.push(performance.now() - from);
  }
  return [work, frames];
}
"""


def graph(size: int) -> Explorer:
    """A graph with so many values in its picture: tanh neurons, one after another, of named and unnamed values."""
    x = Value(0.3, label="x")
    h, made, layer = x, 1, 0
    while made + 4 <= size:
        layer += 1
        w = Value(0.9 + 0.01 * layer, label=f"w{layer}")
        b = Value(0.1, label=f"b{layer}")
        h = (h * w + b).tanh() if made + 5 <= size else h * w + b
        h.label = f"h{layer}"
        made += 5
    return explore(h)


def percentile(numbers: list[float], share: float) -> float:
    """The number below which this share of them lies."""
    return sorted(numbers)[min(len(numbers) - 1, int(share * len(numbers)))]


def main() -> None:
    """Print the table."""
    print("95th percentile as a share of a frame at 60 Hz (16.7 ms); below 1 the picture keeps up")
    print(f"{'cards':>6}  {'tool open':>10}  {'work of a move':>15}  {'frame to frame':>15}")
    with chromium() as browser:
        for size in SIZES:
            for tool in ("", "Slope", "Table"):
                with opened(browser, viewport={"width": 1200, "height": 900}) as page:
                    stage = Stage(page, graph(size))
                    page.locator(".root .face").click()
                    if tool:
                        stage.open(tool)
                    boxes = page.locator(".node").count()
                    page.evaluate(DRAG, [30])
                    work, frames = page.evaluate(DRAG, [FRAMES])
                    shares = [percentile(found, 0.95) / FRAME for found in (work, frames)]
                    print(f"{boxes:>6}  {tool or 'none':>10}  {shares[0]:>15.2f}  {shares[1]:>15.2f}", flush=True)


if __name__ == "__main__":
    main()
