"""What one move of a slider costs in Chromium, with the graph drawn: ``make frames``.

A slider is moved once in each frame, as a hand does it. Printed are 95th percentiles in milliseconds:

- work: all that a move does on the page's only thread: script, and style and layout, which are forced;
- engine: what a copy of the engine takes of the same page's thread for the same moves: forward, guards, backward;
- drawing: work without engine, move by move: what is found out of a run to be said, and what is written;
- style: of these what Chromium itself takes for style and layout, by what has been written;
- frame: from frame to frame, as a clock on the wall has it.

But for the last these are times of the thread, as Chromium's tracing has them: other programs on the machine hardly
change them. In a frame at 60 Hz there are 16.7 ms, and painting comes on top.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from playwright.sync_api import Browser, Page

from .asked import rows, unless_once
from .goals import reached

TESTS = Path(__file__).parent.parent / "tests"
sys.path[:0] = [str(TESTS), str(TESTS / "browser")]
from eight import EIGHT, MOONS_TANH  # noqa: E402
from plain import HOME, chromium, opened  # noqa: E402
from shell import Shell  # noqa: E402
from stage import Stage  # noqa: E402

ENGINE = Path(__file__).parent.parent / "js" / "build" / "engine.mjs"
GRAPHS = EIGHT | {"moons, tanh": MOONS_TANH}
FRAMES = unless_once(300, 10)

# What is timed is the listener of an event, which the trace knows by its name.
DRAG = """
async (count) => {
  const root = document.querySelector('.autograd-magic').shadowRoot;
  const slider = root.querySelector('.card .slider, .row .slider, .strip .slider');
  const steps = Number(slider.max);
  const timed = document.createElement('i');
  timed.addEventListener('a-move', () => {
    slider.dispatchEvent(new Event('input'));
    root.querySelector('.body').getBoundingClientRect();
  });
  const frames = [], at = [];
  let last = null;
  for (let k = 0; k < count; k++) {
    const now = await new Promise(requestAnimationFrame);
    if (last !== null) frames.push(now - last);
    last = now;
    slider.valueAsNumber = Math.round(steps * (0.5 + 0.45 * Math.sin(k / 9)));
    timed.dispatchEvent(new Event('a-move'));
    at.push(Number(slider.getAttribute('aria-valuetext')));
  }
  slider.dispatchEvent(new Event('change'));
  return [frames, at];
}
"""
RUN = """
async (at) => {
  const { Tape } = await import('/engine.mjs');
  const tape = Tape.read(window.model.get('tape'));
  const [key] = Object.keys(window.model.get('leaves').at);
  const timed = document.createElement('i');
  let number;
  timed.addEventListener('a-run', () => tape.run(new Map([[key, number]])));
  for (number of at) {
    await new Promise(requestAnimationFrame);
    timed.dispatchEvent(new Event('a-run'));
  }
}
"""


def timed(browser: Browser, page: Page, script: str, given: Any, event: str) -> tuple[list[float], list[float], Any]:
    """Of each event of this name the milliseconds of its thread, and those for style and layout; and what the script
    gives back.
    """
    session = browser.new_browser_cdp_session()
    found: list[dict[str, Any]] = []
    ended: list[object] = []

    def end(news: object) -> None:
        ended.append(news)

    session.on("Tracing.dataCollected", lambda news: found.extend(news["value"]))
    session.on("Tracing.tracingComplete", end)
    session.send("Tracing.start", {"traceConfig": {"includedCategories": ["devtools.timeline"]}})
    answer = page.evaluate(script, given)
    session.send("Tracing.end")
    while not ended:
        page.wait_for_timeout(20)
    session.detach()
    events = [each for each in found if each["name"] == "EventDispatch" and each["args"]["data"]["type"] == event]
    events.sort(key=lambda each: each["ts"])
    inside = [each for each in found if each["name"] in ("UpdateLayoutTree", "Layout") and "tdur" in each]
    styles = [
        sum(each["tdur"] for each in inside if event["ts"] <= each["ts"] < event["ts"] + event["dur"])
        for event in events
    ]
    return [each["tdur"] / 1000 for each in events], [style / 1000 for style in styles], answer


def percentile(numbers: list[float], share: float) -> float:
    """The number below which this share of them lies."""
    return sorted(numbers)[min(len(numbers) - 1, int(share * len(numbers)))]


def main() -> None:
    """Print the table."""
    shell = Shell(InteractiveShell.instance())
    shell("%load_ext autograd_magic")
    print("95th percentile in ms")
    heads = f"{'work':>6}  {'engine':>6}  {'drawing':>7}  {'style':>5}  {'frame':>6}"
    print(f"{'graph':>14}  {'values':>7}  {'drawn':>6}  {'tool open':>9}  {heads}")
    worst = {"drawing": 0.0}
    with chromium() as browser:
        for name in rows(GRAPHS):
            explorer = shell.autograd(GRAPHS[name])
            for tool in ("", "Slope", "Table") if name == "Black-Scholes" else ("",):
                with opened(browser, viewport={"width": 1200, "height": 900}) as page:
                    page.route(HOME + "engine.mjs", lambda route: route.fulfill(path=ENGINE))
                    stage = Stage(page, explorer)
                    if page.locator(".cell.leaf").count():
                        page.locator(".cell.leaf").first.click()  # its slider is in the strip
                    if tool:
                        stage.open(tool)
                    drawn = page.locator(".card:visible, .cell").count()
                    page.evaluate(DRAG, 30)
                    work, style, (frames, at) = timed(browser, page, DRAG, FRAMES, "a-move")
                    page.evaluate(RUN, at[:30])
                    engine, _, _ = timed(browser, page, RUN, at, "a-run")
                    drawing = [all_of_it - run for all_of_it, run in zip(work, engine, strict=True)]
                    if not tool:
                        worst["drawing"] = max(worst["drawing"], percentile(drawing, 0.95))
                        if name == "moons, tanh":
                            worst["tanh"] = percentile(work, 0.95)
                    told = [f"{percentile(times, 0.95):.1f}" for times in (work, engine, drawing, style, frames)]
                    size = len(explorer.tape.values)
                    figures = f"{told[0]:>6}  {told[1]:>6}  {told[2]:>7}  {told[3]:>5}  {told[4]:>6}"
                    print(f"{name:>14}  {size:>7,}  {drawn:>6}  {tool or 'none':>9}  {figures}", flush=True)
    print("\n".join(reached(key, figure) for key, figure in worst.items()))


if __name__ == "__main__":
    main()
