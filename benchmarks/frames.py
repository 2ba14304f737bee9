"""How long one move of a slider takes in Chromium, with the graph drawn: ``make frames``.

A slider is moved once in each frame, as a hand does it. Printed are the 95th percentiles of the work of one move on the
page's only thread (script, style and layout, forced) and of the time from frame to frame, both as a share of a frame
at 60 Hz (16.7 ms): below 1 the picture keeps up with the hand.
"""

from __future__ import annotations

import sys
from pathlib import Path

from IPython.core.interactiveshell import InteractiveShell

TESTS = Path(__file__).parent.parent / "tests"
sys.path[:0] = [str(TESTS), str(TESTS / "browser")]
from eight import EIGHT  # noqa: E402
from plain import chromium, opened  # noqa: E402
from shell import Shell  # noqa: E402
from stage import Stage  # noqa: E402

FRAMES = 300
FRAME = 1000 / 60

DRAG = """
async ([count]) => {
  const root = document.querySelector('.autograd-magic').shadowRoot;
  const slider = root.querySelector('.card .slider, .row .slider, .strip .slider');
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


def percentile(numbers: list[float], share: float) -> float:
    """The number below which this share of them lies."""
    return sorted(numbers)[min(len(numbers) - 1, int(share * len(numbers)))]


def main() -> None:
    """Print the table."""
    shell = Shell(InteractiveShell.instance())
    shell("%load_ext autograd_magic")
    print("95th percentile in ms, and as a share of a frame at 60 Hz (16.7 ms); below 1 the picture keeps up")
    print(
        f"{'graph':>14}  {'values':>7}  {'drawn':>6}  {'tool open':>9}  {'work of a move':>17}  {'frame to frame':>17}"
    )
    with chromium() as browser:
        for name, cell in EIGHT.items():
            explorer = shell.autograd(cell)
            for tool in ("", "Slope", "Table") if name == "Black-Scholes" else ("",):
                with opened(browser, viewport={"width": 1200, "height": 900}) as page:
                    stage = Stage(page, explorer)
                    if page.locator(".cell.leaf").count():
                        page.locator(".cell.leaf").first.click()  # its slider is in the strip
                    if tool:
                        stage.open(tool)
                    drawn = page.locator(".card, .cell").count()
                    page.evaluate(DRAG, [30])
                    found = [percentile(times, 0.95) for times in page.evaluate(DRAG, [FRAMES])]
                    told = "  ".join(f"{time:>9.1f} = {time / FRAME:>5.2f}" for time in found)
                    size = len(explorer.tape.values)
                    print(f"{name:>14}  {size:>7,}  {drawn:>6}  {tool or 'none':>9}  {told}", flush=True)


if __name__ == "__main__":
    main()
