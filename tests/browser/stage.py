"""One widget on a plain page, with a real Explorer for its kernel side, and what a person sees and does there."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from autograd_magic.live.explorer import Explorer


def packed(value: Any) -> Any:
    """State as JSON that page.js can read: bytes in base64."""
    if isinstance(value, (bytes, memoryview)):
        return {"$bytes": base64.b64encode(bytes(value)).decode("ascii")}
    if isinstance(value, dict):
        return {name: packed(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [packed(inner) for inner in value]
    return value


TRAITS = ("tape", "leaves", "answer", "fallback", "output", "stale", "cell")


IN_A_MODE = {
    "Flow": "Flow",
    "Slope": "Slope",
    "Practise": "Practise",
}
"""The mode that a tool is; other tools are panels of the menu."""


def laid_out(view: Any) -> None:
    """Wait until a view stands still: what has got another size is laid out anew in the frames that follow."""
    view.locator(".page").first.element_handle().wait_for_element_state("stable")


def resized(page: Page, width: int, height: int) -> None:
    """Give the window another size, and wait until the view in it has taken that up."""
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_function("size => innerWidth === size[0] && innerHeight === size[1]", arg=[width, height])
    laid_out(page)


def go(view: Any, mode: str) -> None:
    """Go to a mode of a view."""
    view.get_by_role("tab", name=mode, exact=True).click()
    view.locator(f".body[data-mode={mode}] > *").first.wait_for(state="attached")  # it may have to be fetched first
    laid_out(view)


def choose(view: Any, item: str) -> None:
    """Choose something in the menu of a view."""
    view.get_by_role("button", name="More:").click()
    view.locator(".menu").get_by_text(item, exact=True).click()
    laid_out(view)


def open_tool(view: Any, tool: str) -> Any:
    """Open a tool of a view, where it is not open yet; gives back where it is."""
    mode = IN_A_MODE.get(tool)
    if mode is None:
        if not view.locator(f".panel:not([hidden])[data-panel={tool}]").count():
            choose(view, tool)
        return view.locator(".panel .tool")
    go(view, mode)
    return view.locator(".body")


def trust(view: Any) -> Any:
    """The sentence on whether the numbers of a view may be believed."""
    return view.locator(".says [role=status]")


class Stage:
    """One widget on a plain page. Its kernel side is a real Explorer, which hears of the page only in ``deliver()``."""

    def __init__(self, page: Page, explorer: Explorer | None, state: dict[str, Any] | None = None) -> None:
        self.page, self.explorer = page, explorer
        self.known = self._state() if state is None else state
        self.replies: list[Any] = []
        self.tool = page.locator(".panel .tool")
        if explorer is not None:
            explorer.model.send = self.replies.append
        page.evaluate("state => window.start(state)", packed(self.known))
        self.show()

    def _state(self) -> dict[str, Any]:
        assert self.explorer is not None
        return {name: getattr(self.explorer.model, name) for name in TRAITS}

    def alone(self) -> None:
        """From now on no front end says that there is a kernel."""
        self.page.evaluate("() => { delete window.model.widget_manager; }")

    def show(self) -> None:
        """Another view of the same model, as it is when it has been seen for a moment."""
        self.page.evaluate("() => window.show()")
        self.page.evaluate(FRAMES)

    def sent(self) -> list[Any]:
        """What the view has saved and nobody has delivered."""
        return list(self.page.evaluate("() => window.model.sent"))

    def deliver(self) -> int:
        """Hand what the view has saved to the kernel side, and its answers to the view; how many messages there were."""
        assert self.explorer is not None
        messages = self.page.evaluate("() => window.model.drain()")
        for name, value in messages:
            setattr(self.explorer.model, name, value)
            self.known[name] = value
        for question in self.page.evaluate("() => window.model.asked()"):
            self.explorer.browser.released(self.explorer.model, question, None)
        self.tell()
        for reply in self.replies:
            self.page.evaluate("content => window.model.reply(content)", reply)
        self.replies.clear()
        return len(messages)

    def tell(self) -> None:
        """Show the view what has changed on the kernel side."""
        found = self._state()
        news = {name: value for name, value in found.items() if value != self.known[name]}
        self.known = found
        if news:
            self.page.evaluate("state => window.model.receive(state)", packed(news))

    # What a person sees and does.

    def go(self, mode: str) -> None:
        """Go to a mode."""
        go(self.page, mode)

    def choose(self, item: str) -> None:
        """Choose something in the menu."""
        choose(self.page, item)

    def open(self, tool: str) -> Any:
        """Open a tool, be it a mode or a panel of the menu; ``tool`` is then where it is."""
        self.tool = open_tool(self.page, tool)
        return self.tool

    def shut(self, tool: str) -> None:
        """Close a tool."""
        if tool in IN_A_MODE:
            self.go("Explore")
        else:
            self.page.get_by_role("button", name="Close the panel").click()

    @property
    def trust(self) -> Any:
        """The sentence on whether the numbers may be believed."""
        return trust(self.page)

    def record(self, label: str) -> Any:
        """What stands for a label: the sign of its operation, and its card."""
        return self.page.locator(".node").filter(has=self.page.locator(f".label:text-is({label!r})")).first

    def at_rest(self, some: list[Any]) -> list[Any]:
        """Where some elements stand once they have stood there for three frames: a picture is fitted anew after its
        window has changed.
        """
        stood: list[Any] = []
        while len(stood) < 3 or stood[-1] != stood[-2] or stood[-2] != stood[-3]:
            self.page.evaluate(FRAMES)
            stood.append([each.bounding_box() for each in some])
        return stood[-1]  # type: ignore[no-any-return]

    def reads(self, label: str, data: str | None = None, grad: str | None = None) -> None:
        """Expect a card's numbers."""
        card = self.record(label)
        if data is not None and card.locator("input.value").count():
            expect(card.locator("input.value")).to_have_value(data)
        elif data is not None:
            expect(card.locator(".data")).to_have_text(data)
        if grad is not None:
            expect(card.locator(".grad")).to_have_text(grad)

    def sign(self, label: str) -> str:
        """The sign of a card's gradient, as its colour says it."""
        return str(self.record(label).locator(".grad-row").get_attribute("data-sign"))

    def ribbon(self, source: str, target: str) -> tuple[str, float]:
        """What comes back to a card from one that uses it: how it looks, and how wide it is."""
        nodes = [self.record(label).get_attribute("data-node") for label in (source, target)]
        found = self.page.locator(f".ribbon[data-source='{nodes[0]}'][data-target='{nodes[1]}']").first
        look = str(found.get_attribute("class")).split()[1]
        return look, float(found.get_attribute("stroke-width") or 0)

    def row(self, name: str) -> Any:
        """What moves a leaf."""
        return leaf(self.page, self.page, name)

    def face(self, label: str) -> Any:
        """What is pressed to select a node, and what a screen reader says of it."""
        return self.record(label).locator(".face")

    def select(self, label: str) -> None:
        """Click a card."""
        self.face(label).click()

    def slide(self, name: str, number: float, *, done: bool = True) -> None:
        """Drag a slider to where it means ``number``: one input event, and a change event when ``done``."""
        self.row(name).locator(".slider").evaluate(DRAG, [number, done])

    @property
    def strip(self) -> Any:
        """What is said of the selected node."""
        return self.page.locator(".strip")

    @property
    def subject(self) -> Any:
        """The name of the node of which something is said."""
        return self.page.locator(".strip .subject")

    def make_root(self) -> None:
        """Make the selected node the root."""
        self.strip.get_by_role("button", name=re.compile("^make .* the root$")).click()

    def type(self, name: str, text: str) -> None:
        """Type a number for a leaf."""
        field = self.row(name).locator("input.value")
        if not field.is_visible():  # a mode has taken the picture's place: as if it had been typed before
            field.evaluate(TYPE, text)
            return
        field.fill(text)
        field.press("Enter")


def leaf(page: Page, of: Any, name: str) -> Any:
    """What moves a leaf of a view: its card, or its row where it has none in the picture."""
    card = of.locator(".card:has(.slider)").filter(has=page.locator(f".label:text-is({name!r})"))
    return card.or_(of.locator(".row").filter(has=page.locator(f"button.name:text-is({name!r})"))).first


FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""The frame that comes, and all that follows from it, has been."""

TYPE = """
(field, text) => {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}
"""

DRAG = """
(slider, [number, done]) => {
  const shown = () => Number(slider.getAttribute("aria-valuetext"));
  const go = (step) => { slider.valueAsNumber = step; slider.dispatchEvent(new Event("input", { bubbles: true })); };
  // The steps are in order of their numbers, so the wanted one is found by halving.
  let low = 0, high = Number(slider.max);
  while (low < high) {
    const half = (low + high) >> 1;
    go(half);
    if (shown() < number - 1e-9 * Math.abs(number)) low = half + 1; else high = half;
  }
  go(low);
  if (done) slider.dispatchEvent(new Event("change", { bubbles: true }));
}
"""

Staged = Callable[..., Stage]
"""Runs a cell and puts its widget on the page."""
