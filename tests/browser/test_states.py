"""Other views, other pages, hostile and unusual state."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from shell import BRANCH, LECTURE, Shell
from stage import Stage, Staged

from autograd_magic import Value, explore


def test_two_views_show_one_truth(staged: Staged) -> None:
    stage = staged()
    stage.show()
    first, second = (stage.page.locator(".autograd-magic").nth(k) for k in range(2))
    first.locator(".slider").first.evaluate(
        "slider => { slider.valueAsNumber = 500; slider.dispatchEvent(new Event('input')); slider.dispatchEvent(new Event('change')); }"
    )
    expect(first.locator("h2")).to_have_text("L = -2")
    expect(second.locator("h2")).to_have_text("L = -2")
    stage.deliver()
    expect(second.locator("h2")).to_have_text("L = -2")


def test_python_moves_the_sliders(staged: Staged) -> None:
    stage = staged()
    assert stage.explorer is not None
    stage.explorer.set(a=3.0)
    stage.tell()
    stage.reads("L", "-2")
    expect(stage.row("a").locator("input.value")).to_have_value("3")
    assert not stage.sent()


def test_the_view_ends_without_a_trace(staged: Staged) -> None:
    stage = staged()
    stage.slide("a", 3, done=False)
    stage.page.evaluate("() => { for (const end of window.views) { end(); end(); } }")
    assert stage.page.evaluate("() => window.model.listening()") == 0
    expect(stage.page.locator(".autograd-magic")).to_have_count(0)
    assert stage.page.evaluate("() => document.adoptedStyleSheets.length") == 0


def test_the_still_picture_is_hidden_beside_a_live_widget(page: Page, shell: Shell) -> None:
    explorer = shell.autograd(LECTURE)
    page.evaluate(
        "id => { const div = document.createElement('div'); div.dataset.autogradFallback = id; div.textContent = 'still'; document.body.append(div); }",
        explorer.model.fallback,
    )
    still = page.locator("[data-autograd-fallback]")
    expect(still).to_be_visible()
    stage = Stage(page, explorer)
    expect(still).to_be_hidden()
    stage.page.evaluate("() => window.views[0]()")
    expect(still).to_be_visible()


def test_keys_stay_in_the_widget_but_for_saving(staged: Staged) -> None:
    stage = staged()
    stage.page.evaluate(
        """() => {
            window.heard = [];
            document.querySelector('.autograd-magic').parentElement.addEventListener('keydown', event => {
                window.heard.push(event.key);
                event.preventDefault();
            });
            window.addEventListener('keydown', event => setTimeout(() => { window.stopped = event.defaultPrevented; }), true);
        }"""
    )
    stage.page.locator(".slider").first.focus()
    for key in ("d", "x", "Enter", "s"):
        stage.page.keyboard.press(key)
    assert stage.page.evaluate("() => window.heard") == []
    stage.page.keyboard.press("Control+s")
    assert stage.page.evaluate("() => window.heard") == ["s"]
    stage.page.wait_for_function("() => window.stopped")  # the browser doesn't save the page as well


def test_a_reopened_page_keeps_the_sliders(staged: Staged, page: Page) -> None:
    stage = staged()
    stage.slide("a", 3)
    stage.deliver()
    page.reload()
    page.wait_for_function("() => window.ready")
    again = Stage(page, stage.explorer)
    again.reads("L", "-2")
    again.slide("a", 4)
    again.deliver()
    assert again.explorer is not None and again.explorer.values["L"] == 4.0


def test_without_a_kernel_it_replays_until_a_guard_fails(staged: Staged) -> None:
    stage = staged(BRANCH)
    stage.slide("x", 3)
    stage.reads("y", "9")
    stage.type("x", "0")
    expect(stage.trust).to_contain_text("has not answered yet")
    stage.reads("y", "9")


@pytest.mark.parametrize(
    "label",
    [
        "<img src=x onerror=alert(1)>",
        "</script><script>alert(1)</script>",
        "javascript:alert(1)",
        '"quotes" & {braces} | pipes \\ <b>',
        "__proto__",
        "new\nline",
        "\u202eright to left",
        "x" * 1_000_000,
        "🙂🙃",
    ],
)
def test_hostile_labels_are_text(page: Page, label: str) -> None:
    a = Value(2.0, label=label)
    b = a * 3.0
    b.label = label
    stage = Stage(page, explore(b))
    page.locator(".node").last.click()
    assert page.locator("img, script:not([src]), b").count() == 0
    text = str(stage.subject.text_content())
    assert text and "\n" not in text and "\u202e" not in text and len(text) <= 28
    assert page.evaluate("() => ({}).polluted") is None
    stage.page.locator(".slider").evaluate(
        "slider => { slider.valueAsNumber = 0; slider.dispatchEvent(new Event('input')); }"
    )
    expect(page.locator("h2 output")).to_have_text("-6")


@pytest.mark.refused
@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ({"tape": {}}, "version undefined"),
        ({"tape": {"version": 99}}, "version 99"),
        ({}, "its graph cannot be read"),
    ],
)
def test_a_tape_that_cannot_be_shown(page: Page, state: dict[str, Any], sentence: str) -> None:
    Stage(page, None, state)
    expect(page.locator(".broken")).to_contain_text("autograd_magic cannot show this")
    expect(page.locator(".broken")).to_contain_text(sentence)


@pytest.mark.refused
def test_a_truncated_tape_is_refused(page: Page, shell: Shell) -> None:
    tape = dict(shell.autograd(LECTURE).model.tape)
    tape["values"] = tape["values"][:-3]
    Stage(page, None, {"tape": tape})
    expect(page.locator(".broken")).to_contain_text("its values cannot be read")


def test_duplicate_labels_are_told_apart(page: Page) -> None:
    root = Value(1.0, label="x") * Value(2.0, label="x")
    Stage(page, explore(root))
    assert sorted(page.locator(".label").all_text_contents()) == [
        "x (1)",
        "x (2)",
        "x*x",
    ]  # the root is called by its operation


def test_a_root_that_is_a_leaf(page: Page) -> None:
    stage = Stage(page, explore(Value(2.0, label="a")))
    stage.reads("a", "2", "1")
    stage.type("a", "5")
    stage.reads("a", "5", "1")


def test_a_large_graph_opens_as_a_few_groups_and_nothing_is_left_out(page: Page) -> None:
    x = Value(1.0, label="x")
    total = x
    for _ in range(200_000):
        total = total + x
    stage = Stage(page, explore(total))
    stage.record("x").wait_for()
    assert page.locator(".node").count() <= 60
    held = [
        int(found.replace(",", ""))
        for text in page.locator(".face").evaluate_all("found => found.map(face => face.ariaLabel ?? '')")
        for found in re.findall(r"a group of ([\d,]+)", text)
    ]
    assert sum(held) + page.locator(".node:not([data-kind=group])").count() >= 200_001
    stage.type("x", "2")
    expect(page.locator("h2 output")).to_have_text("400002")


def test_a_hidden_page_is_usable_when_it_is_seen(page: Page, shell: Shell) -> None:
    page.evaluate("() => { document.body.style.display = 'none'; }")
    stage = Stage(page, shell.autograd(LECTURE))
    page.evaluate("() => { document.body.style.display = ''; }")
    page.wait_for_function(
        "() => document.querySelector('.autograd-magic').shadowRoot.querySelector('.stage').style.transform"
    )
    frame, root = page.locator(".frame").bounding_box(), stage.record("L").bounding_box()
    assert frame and root and frame["x"] <= root["x"] <= frame["x"] + frame["width"]


@pytest.mark.parametrize("dark", [False, True])
def test_light_and_dark_follow_the_notebook(page: Page, shell: Shell, dark: bool) -> None:
    if dark:
        page.evaluate("() => document.documentElement.setAttribute('data-dark', '')")
    Stage(page, shell.autograd(LECTURE))
    ground, text = page.locator(".page").evaluate(
        "page => { const style = getComputedStyle(page); return [style.backgroundColor, style.color]; }"
    )

    def brightness(shown: str) -> float:
        return sum(map(float, re.findall(r"[\d.]+", shown)[:3]))

    assert (brightness(ground) < brightness(text)) == dark


def test_a_narrow_page_is_usable(page: Page, shell: Shell) -> None:
    page.set_viewport_size({"width": 480, "height": 800})
    stage = Stage(page, shell.autograd(LECTURE))
    assert page.evaluate("() => document.documentElement.scrollWidth <= 480")
    width = stage.row("a").locator(".slider").bounding_box()
    assert width and width["width"] >= 60
    stage.slide("a", 3)
    expect(page.locator("h2 output")).to_have_text("-2")


def test_what_is_not_seen_follows_when_the_leaves_rest(page: Page, shell: Shell) -> None:
    page.set_viewport_size({"width": 760, "height": 900})
    stage = Stage(
        page, shell.autograd("a = 2.0\n" + "".join(f"b{k} = a * {k}\na = b{k} + 1\n" for k in range(1, 15)) + "a")
    )
    frame, box = page.locator(".frame").bounding_box(), stage.record("b1").bounding_box()
    assert frame is not None and box is not None
    assert box["x"] + box["width"] < frame["x"]
    stage.slide("a (start)", 3, done=False)
    stage.reads("a", "4.113e11")
    stage.reads("b1", "3", "8.718e10")  # without another move
    said = re.compile(r"^b1, a group of 2, data 3, grad 8\.718e10;")
    expect(stage.face("b1")).to_have_attribute("aria-label", said)
