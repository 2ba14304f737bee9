"""The widget for everyone: axe-core finds nothing, and the keyboard is enough."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from eight import MLP
from playwright.sync_api import Browser, Page, expect
from shell import BRANCH, LECTURE, Shell
from stage import Stage, Staged

AXE = Path(__file__).parents[2] / "js" / "node_modules" / "axe-core" / "axe.min.js"
TOOLS = ["", "Leaves", "Flow", "Slope", "Source", "Table", "View", "Formula", "Practise"]


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong with a widget."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(
        """async () => (await axe.run(document.querySelector('.autograd-magic'), {
            runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
        })).violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => target + ' ' + failureSummary).join('; ')}`)"""
    )
    return found


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("tool", [*TOOLS, "More", "Break it"])
def test_axe_finds_nothing(staged: Staged, tool: str, dark: bool) -> None:
    stage = staged()
    page = stage.page
    if dark:
        page.evaluate("() => document.documentElement.setAttribute('data-dark', '')")
    stage.select("e")
    if tool == "More":
        page.get_by_role("button", name="More:").click()
    elif tool == "Break it":
        stage.open("Flow")
        page.get_by_label("Break it").select_option("no zero_grad")
        expect(page.locator(".at")).to_have_text("3 of 3")
    elif tool:
        stage.open(tool)
        stage.deliver()
    found = violations(page)
    assert not found, "\n".join(found)


def test_the_lecture_by_keyboard_alone(staged: Staged) -> None:
    stage = staged()
    page = stage.page
    stage.face("L").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(stage.subject).to_have_text("e")
    page.keyboard.press("Escape")
    expect(stage.strip).to_contain_text("Click a node")
    at = "() => document.querySelector('.autograd-magic').shadowRoot.activeElement?.textContent"
    for _ in range(20):
        page.keyboard.press("Shift+Tab")
        if page.evaluate(at) == "Explore":
            break
    page.keyboard.press("ArrowRight")
    assert page.evaluate(at) == "Flow"
    focused = "() => document.querySelector('.autograd-magic').shadowRoot.activeElement?.getAttribute('aria-label')"
    while page.evaluate(focused) != "Step":
        page.keyboard.press("Tab")
    page.keyboard.press("End")
    stage.reads("a", "2", "6")
    while "data -6" not in str(page.evaluate(focused)):  # back to the graph, where e was left
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowLeft")
    while page.evaluate(focused) != "a":
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    expect(stage.row("a").locator("input.value")).not_to_have_value("2")
    page.keyboard.press("Control+z")
    expect(stage.row("a").locator("input.value")).to_have_value("2")


@pytest.mark.parametrize("width", [480, 600], ids=["narrow", "zoomed to 200 % of 1200"])
@pytest.mark.parametrize("tool", TOOLS)
def test_nothing_sticks_out(page: Page, shell: Shell, tool: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    stage = Stage(page, shell.autograd(LECTURE))
    stage.select("L")
    if tool:
        stage.open(tool)
        stage.deliver()
    out = page.evaluate(
        """() => {
            const root = document.querySelector('.autograd-magic').shadowRoot;
            const right = root.querySelector('.page').getBoundingClientRect().right;
            return [...root.querySelectorAll('button, input, select, textarea, p, table, .plot')]
                .filter((part) => !part.closest('.wide, .code, .spoken, .paths') && part.getBoundingClientRect().right > right)
                .map((part) => part.outerHTML.slice(0, 80));
        }"""
    )
    assert not out
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_a_slider_by_touch(browser: Browser, address: str, shell: Shell) -> None:
    context = browser.new_context(viewport={"width": 480, "height": 900}, has_touch=True)
    page = context.new_page()
    page.goto(f"{address}/page.html")
    page.wait_for_function("() => window.ready")
    stage = Stage(page, shell.autograd(LECTURE))
    slider = stage.row("a").locator(".slider").bounding_box()
    assert slider is not None and slider["height"] >= 24
    page.touchscreen.tap(slider["x"] + slider["width"] * 0.9, slider["y"] + slider["height"] / 2)
    expect(stage.row("a").locator("input.value")).not_to_have_value("2")
    stage.face("L").tap()
    expect(stage.subject).to_have_text("L")
    context.close()


def test_who_asks_for_less_motion_gets_none(staged: Staged) -> None:
    stage = staged(BRANCH)
    stage.page.emulate_media(reduced_motion="reduce")
    stage.slide("x", 0.5)
    expect(stage.page.get_by_role("button", name="Cancel")).to_be_visible()
    expect(stage.page.get_by_role("progressbar")).to_be_hidden()
    moving = "() => document.getAnimations({ subtree: true }).length"
    assert stage.page.evaluate(moving) == 0


def test_who_is_in_the_strip_stays_there(staged: Staged) -> None:
    stage = staged()
    stage.select("e")
    stage.strip.get_by_role("button", name="d", exact=True).focus()
    stage.page.keyboard.press("Enter")
    expect(stage.subject).to_have_text("d")
    expect(stage.page.locator(".body")).to_be_focused()
    stage.page.keyboard.press("Escape")
    expect(stage.strip).to_contain_text("Click a node")


def test_undo_keeps_the_focus_when_there_is_no_more(staged: Staged) -> None:
    stage = staged()
    stage.slide("a", 3)
    undo = stage.page.get_by_role("button", name="Undo")
    undo.focus()
    stage.page.keyboard.press("Enter")
    expect(undo).to_be_disabled()
    expect(undo).to_be_focused()


def test_what_the_kernel_has_found_is_spoken(staged: Staged) -> None:
    stage = staged(BRANCH)
    spoken = stage.page.locator("p.spoken")
    stage.slide("x", 0.5)
    expect(spoken).to_have_text("")
    stage.deliver()
    expect(spoken).to_have_text("y = 2.5; x: grad 3")


def test_steps_are_not_spoken_while_a_slider_moves(staged: Staged) -> None:
    stage = staged()
    stage.open("Flow")
    words = stage.tool.locator(".words")
    expect(words).to_have_attribute("aria-live", "polite")
    stage.slide("a", 3, done=False)
    expect(words).to_have_attribute("aria-live", "off")
    expect(stage.page.get_by_role("slider", name="Step", exact=True)).to_have_attribute("aria-valuetext", "0 of 3")


def test_the_large_size_moves_with_the_pointer(staged: Staged) -> None:
    stage = staged()
    page = stage.page
    stage.choose("Larger")
    before = stage.record("d").bounding_box()
    frame = page.locator(".frame").bounding_box()
    assert before is not None and frame is not None
    page.mouse.move(frame["x"] + 200, frame["y"] + 12)
    page.mouse.down()
    page.mouse.move(frame["x"] + 260, frame["y"] + 12, steps=4)
    page.mouse.up()
    after = stage.record("d").bounding_box()
    assert after is not None and after["x"] - before["x"] == pytest.approx(60, abs=1)


def test_escape_takes_back_what_is_being_typed(staged: Staged) -> None:
    stage = staged()
    field = stage.row("a").locator("input.value")
    field.fill("277")
    field.press("Escape")
    expect(field).to_have_value("2")
    field.press("Enter")
    stage.reads("a", "2")


@pytest.mark.parametrize(("text", "shown"), [("1.234567890123e-7", "1.235e-7"), ("-0.1234567890123", "-0.1235")])
def test_a_number_is_shown_as_its_field_has_room(staged: Staged, text: str, shown: str) -> None:
    stage = staged()
    stage.type("a", text)
    field = stage.row("a").locator("input.value")
    expect(field).to_have_value(shown)
    expect(field).to_have_attribute("title", str(float(text)).replace("e-07", "e-7"))
    field.press("Enter")  # nobody has typed: the number keeps its digits
    stage.deliver()
    assert stage.explorer is not None and stage.explorer.values["a"] == float(text)


@pytest.mark.parametrize(("tool", "at"), [("Source", ".line:enabled"), ("Table", ".link")])
def test_who_is_in_a_tool_stays_there_when_the_graph_is_another(staged: Staged, tool: str, at: str) -> None:
    stage = staged(BRANCH)
    page = stage.page
    stage.open(tool)
    stage.tool.locator(at).first.focus()
    assert stage.explorer is not None
    stage.explorer.set(x=0.5)
    stage.tell()
    expect(page.locator("h2")).to_have_text("y = 2.5")
    expect(stage.tool).to_be_focused()


def test_a_finger_that_scrolls_moves_no_leaf(browser: Browser, address: str, shell: Shell) -> None:
    context = browser.new_context(viewport={"width": 480, "height": 500}, has_touch=True)
    page = context.new_page()
    page.goto(f"{address}/page.html")
    page.wait_for_function("() => window.ready")
    stage = Stage(page, shell.autograd(LECTURE))
    stage.open("Slope")
    page.evaluate("() => scrollTo(0, 0)")
    box = page.locator(".plot").bounding_box()
    assert box is not None
    x, y = box["x"] + 0.8 * box["width"], min(480, box["y"] + box["height"] / 2)
    finger = context.new_cdp_session(page)
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 11):
        points = [{"x": x, "y": y - 15 * step}]
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": points})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_function("() => scrollY > 20")
    expect(stage.row("a").locator("input.value")).to_have_value("2")
    context.close()


def ink(part: Any) -> float:
    """The share of points that are seen against the ground, where a part of the page stands: 3 points around it are looked at too."""
    page, box = part.page, part.bounding_box()
    clip = {"x": box["x"] - 3, "y": box["y"] - 3, "width": box["width"] + 6, "height": box["height"] + 6}
    seen: float = page.evaluate(
        """async (picture) => {
            const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
            const image = await createImageBitmap(new Blob([bytes]));
            const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
            canvas.drawImage(image, 0, 0);
            const { data } = canvas.getImageData(0, 0, image.width, image.height);
            const light = (at) => data[at] + data[at + 1] + data[at + 2];
            let seen = 0;
            for (let at = 0; at < data.length; at += 4) seen += Math.abs(light(at) - light(0)) > 150;
            return seen / (data.length / 4);
        }""",
        base64.b64encode(page.screenshot(clip=clip)).decode("ascii"),
    )
    return seen


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_what_is_drawn_is_seen_in_forced_colours(page: Page, staged: Staged, dark: bool) -> None:
    page.emulate_media(forced_colors="active", color_scheme="dark" if dark else "light")
    stage = staged()
    # A bar of 4 points in the slider's 31 and a few, with a thumb.
    assert ink(stage.row("a").locator(".slider")) > 0.1
    for bar in page.locator(".legend .bar").all():
        assert ink(bar) > 0.2
    stage.open("Flow")
    assert ink(page.get_by_role("button", name="Play")) < 0.35


def test_a_net_is_seen_in_forced_colours(page: Page, staged: Staged) -> None:
    page.emulate_media(forced_colors="active")
    staged(MLP)
    chosen = [
        each.evaluate("each => getComputedStyle(each).backgroundColor")
        for each in page.locator(".net-bar [aria-pressed]").all()
    ]
    assert len(set(chosen)) == 2
    assert ink(page.locator(".losses i").first) > 0.3
    # The head of the arrow, and no box in its place.
    head = page.locator(".between i").first.evaluate("arrow => getComputedStyle(arrow, '::before').borderTopColor")
    assert head == "rgba(0, 0, 0, 0)"


def test_keys_act_where_the_focus_was_put(staged: Staged) -> None:
    stage = staged()
    stage.face("c").evaluate("face => face.focus()")
    stage.page.keyboard.press("Enter")
    expect(stage.subject).to_have_text("c")
    stage.face("d").evaluate("face => face.focus()")
    stage.page.keyboard.press("ArrowRight")
    expect(stage.face("L")).to_be_focused()


def test_a_node_that_is_selected_and_a_move_are_told(staged: Staged) -> None:
    stage = staged()
    stage.select("e")
    expect(stage.page.locator(".body [role=status]")).to_have_text(
        "Why is e.grad -2? e is used once, by d. A sum hands its gradient on to each input unchanged."
    )
    stage.slide("f", 1)
    stage.deliver()
    expect(stage.page.locator("p.spoken")).to_have_text("L = 4; e: grad 1")


def test_names_are_words(staged: Staged) -> None:
    stage = staged("x = 2.0\nk = 3.0\ny = x / 2 + k / 2\nz = -y")
    page = stage.page
    expect(page.get_by_role("region", name="autograd: z")).to_have_count(1)
    expect(stage.face("y")).to_have_attribute("aria-label", "y, data 2.5, grad -1, made by a quotient plus a quotient")
    stage.open("Leaves")
    page.get_by_role("button", name="More:").click()
    item = page.get_by_role("menuitemcheckbox", name="Leaves", exact=True)
    expect(item).to_have_attribute("aria-checked", "true")
    expect(item).to_have_css("content", "normal")


def test_the_ring_of_a_slider_stays_in_its_card(staged: Staged) -> None:
    stage = staged()
    page, card = stage.page, stage.record("a").locator(".card")
    stage.face("a").evaluate("face => face.focus()")
    box = card.bounding_box()
    below = {"x": box["x"] - 4, "y": box["y"] + box["height"] + 1, "width": box["width"] + 8, "height": 12}

    def pictures() -> tuple[bytes, bytes]:
        return page.screenshot(clip=box), page.screenshot(clip=below)

    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(stage.row("a").locator("input.value")).not_to_be_focused()
    slider = stage.row("a").locator(".slider")
    expect(slider).to_be_focused()
    inside, outside = pictures()
    slider.evaluate("slider => slider.blur()")
    other, around = pictures()
    assert inside != other and outside == around
