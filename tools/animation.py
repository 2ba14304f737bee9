"""Makes the animation at the top of the README from the real widget: ``python -m tools.animation`` (needs Chromium).

Time stands still in the page and goes on by one frame after the other, so that the animation looks the same on every
machine, however long a picture takes.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from PIL import Image, ImageChops
from playwright.sync_api import Locator, Page

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "docs" / "widget.webp"

sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "browser")]
from plain import chromium, opened  # noqa: E402
from shell import Shell  # noqa: E402
from stage import Stage  # noqa: E402

from .screenshots import LECTURE  # noqa: E402

FRAME = 80
"""Milliseconds."""

NOISE = 8
"""By so much of 255 may two pictures of the same differ: an edge is not drawn the same each time."""

WIDTH, HEIGHT, SCALE = 968, 640, 1.5
LARGEST = 2_000_000
"""Bytes."""

POINTER = """() => {
    const made = document.createElement("div");
    made.id = "pointer";
    made.style.cssText = "position: fixed; z-index: 9; left: -3px; top: -2px; pointer-events: none";
    made.innerHTML = `<svg width="26" height="30"><circle cx="8" cy="8" r="7.5" fill="#57606a" opacity="0"/>
        <path d="M3 2v19l5-4.6 3.4 7.8 3.4-1.5-3.4-7.6h6.7z" fill="#1b1f24" stroke="#fff" stroke-width="1.5"/></svg>`;
    document.body.append(made);
}"""
MOVED = """([x, y, pressed]) => {
    const made = document.getElementById("pointer");
    made.style.transform = `translate(${x}px, ${y}px)`;
    made.querySelector("circle").setAttribute("opacity", pressed ? 0.35 : 0);
}"""

THUMB = """(slider, farther) => {
    const { left, top, width, height } = slider.getBoundingClientRect();
    const share = (slider.value - slider.min) / (slider.max - slider.min) + farther;
    return [left + 6 + share * (width - 12), top + height / 2];
}"""

ON = """time => {
    const view = document.querySelector(".autograd-magic").shadowRoot;
    window.begun ??= new WeakMap();
    for (const each of view.getAnimations()) {
        const now = (window.begun.get(each) ?? 0) + time;
        window.begun.set(each, now);
        each.pause();
        if (now >= each.effect.getComputedTiming().endTime) each.finish();
        else each.currentTime = now;
    }
}"""
"""What is animated by the style sheet goes on, too."""


class Film:
    """The frames of a page, and the pointer that is seen in them."""

    def __init__(self, page: Page) -> None:
        self.page, self.frames, self.times = page, list[Image.Image](), list[int]()
        self.x, self.y, self.pressed = WIDTH * 0.62, HEIGHT * 0.8, False
        page.evaluate(POINTER)
        page.clock.install()
        page.clock.pause_at(4_000_000_000_000)

    def shoot(self) -> None:
        """Time goes on, and what is seen then is a frame; if nothing has changed, the one before is seen for longer."""
        self.page.clock.run_for(FRAME)
        self.page.evaluate(ON, FRAME)
        self.page.evaluate(MOVED, [self.x, self.y, self.pressed])
        frame = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")
        if self.frames and _alike(frame, self.frames[-1]):
            self.times[-1] += FRAME
        else:
            self.frames.append(frame)
            self.times.append(FRAME)

    def wait(self, time: int) -> None:
        """So many milliseconds pass."""
        for _ in range(time // FRAME):
            self.shoot()

    def move(self, to: tuple[float, float], time: int) -> None:
        """The pointer goes somewhere, slowly at first and at last."""
        count, (x, y), (left, top) = time // FRAME, to, (self.x, self.y)
        for step in range(1, count + 1):
            share = step / count
            share = share * share * (3 - 2 * share)
            self.x, self.y = left + (x - left) * share, top + (y - top) * share
            self.page.mouse.move(self.x, self.y)
            self.shoot()

    def to(self, place: Locator, time: int = 480) -> None:
        """The pointer goes to the middle of something."""
        box = place.bounding_box()
        assert box
        self.move((box["x"] + box["width"] / 2, box["y"] + box["height"] / 2), time)

    def press(self, on: bool) -> None:
        """The button of the mouse goes down or up."""
        self.pressed = on
        (self.page.mouse.down if on else self.page.mouse.up)()
        self.shoot()

    def click(self, place: Locator) -> None:
        """The pointer goes somewhere and clicks."""
        self.to(place)
        self.press(True)
        self.press(False)

    def save(self, path: Path) -> None:
        """As an animation that begins again and again."""
        first, *rest = self.frames
        how: dict[str, Any] = {"lossless": True, "method": 4, "quality": 80, "minimize_size": True}
        first.save(path, save_all=True, append_images=rest, duration=self.times, loop=0, **how)


def _alike(one: Image.Image, other: Image.Image) -> bool:
    bands: Any = ImageChops.difference(one, other).getextrema()
    return bool(max(most for _, most in bands) <= NOISE)


def play(stage: Stage, film: Film) -> None:
    """Click e, and see why; drag a, and see all follow; see the backward pass."""
    page = stage.page
    film.wait(480)
    film.click(stage.face("e"))
    film.wait(1200)
    slider = stage.row("a").locator(".slider")
    two, three, four = (slider.evaluate(THUMB, (number - 2) / 8) for number in (2, 3, 4))
    film.move(two, 480)
    film.press(True)
    film.move(four, 880)
    film.move(three, 400)
    film.press(False)
    stage.deliver()
    film.wait(400)
    film.click(page.get_by_role("tab", name="Flow", exact=True))
    film.click(page.locator(".body").get_by_role("button", name="Play"))
    film.wait(2480)


def main() -> None:
    """Write docs/widget.webp."""
    shell = Shell(InteractiveShell.instance())
    shell("%load_ext autograd_magic")
    with (
        chromium() as browser,
        opened(browser, viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=SCALE) as page,
    ):
        film = Film(page)
        play(Stage(page, shell.autograd(LECTURE)), film)
        film.save(TARGET)
    size = TARGET.stat().st_size
    print(f"{TARGET.relative_to(ROOT)}: {size:,} bytes, {len(film.frames)} frames, {sum(film.times) / 1000:.1f} s")
    if size > LARGEST:
        sys.exit(f"it must not have more than {LARGEST:,}")


if __name__ == "__main__":
    main()
