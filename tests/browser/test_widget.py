"""The widget on a plain page: a real bundle in a real browser, under a policy that forbids eval and inline code."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from shell import LECTURE, Shell
from stage import Stage

from autograd_magic import Value, explore

BRANCH = "x = 2.0\nif x > 1.0:\n    y = x * x\nelse:\n    z = 3.0 * x\n    y = z + 1.0\ny\n"

Staged = Callable[..., Stage]


@pytest.fixture
def staged(page: Page, shell: Shell) -> Staged:
    """Run a cell and put its widget on the page."""

    def stage(text: str = LECTURE, options: str = "") -> Stage:
        return Stage(page, shell.autograd(text, options))

    return stage


def inspector(stage: Stage) -> Any:
    return stage.page.locator(".inspector")


def colour(stage: Stage, label: str) -> tuple[str, float]:
    """The hue of a record's gradient and its strength."""
    tint = stage.record(label).locator(".tint")
    return str(tint.get_attribute("class")), float(tint.get_attribute("fill-opacity") or 0)


# The picture.


def test_the_lecture(staged: Staged) -> None:
    stage = staged()
    wanted = {"a": (2, 6), "b": (-3, -4), "c": (10, -2), "e": (-6, -2), "d": (4, -2), "f": (-2, 4), "L": (-8, 1)}
    for label, (data, grad) in wanted.items():
        stage.reads(label, f"{data}", f"{grad}")
    expect(stage.page.locator("h2")).to_have_text("L = -8")
    expect(stage.page.locator(".record")).to_have_count(7)
    assert [stage.page.locator(".op + text").nth(k).text_content() for k in range(3)] == ["*", "+", "*"]


def test_gradients_are_coloured_by_sign_and_size(staged: Staged) -> None:
    stage = staged()
    (hue, strong), (other, weak) = colour(stage, "a"), colour(stage, "c")
    assert "positive" in hue and "negative" in other
    assert strong > weak > 0


def test_the_graph_runs_from_left_to_right(staged: Staged) -> None:
    stage = staged()
    lefts = [stage.record(label).bounding_box()["x"] for label in ("a", "e", "d", "L")]
    assert lefts == sorted(lefts)


def test_the_records_are_ordered_as_the_still_picture(staged: Staged) -> None:
    stage = staged("x = 3.0\ny = x * x\ny")
    assert stage.page.locator("path.edge").count() >= 2  # x*x: two edges, side by side


# The inspector.


def test_click_a_node(staged: Staged) -> None:
    stage = staged()
    stage.record("e").click()
    page = inspector(stage)
    expect(page.locator("h3")).to_have_text("e")
    expect(page.locator(".source")).to_contain_text("line 5")
    expect(page.locator(".source")).to_contain_text("e = a*b")
    expect(page.locator("output.data")).to_have_text("-6")
    expect(page.locator("output.grad")).to_have_text("-2")
    expect(page.locator(".formula").first).to_have_text("e = a · b")
    expect(page.locator(".formula.numbers")).to_have_text("2 · (-3) = -6")
    assert [item.text_content() for item in page.locator(".locals li").all()] == ["∂e/∂a = b = -3", "∂e/∂b = a = 2"]
    expect(page.locator(".chain li")).to_have_text("∂L/∂d · ∂d/∂e = (-2) · 1 = -2")
    page.locator(".chain .link").click()
    expect(page.locator("h3")).to_have_text("d")


def test_the_chain_rule_sums_over_uses(staged: Staged) -> None:
    stage = staged("x = 3.0\ny = x * x + x\ny")
    stage.record("x").click()
    page = inspector(stage)
    assert [item.text_content() for item in page.locator(".chain li").all()] == [
        "∂y/∂y · ∂y/∂x = 1 · 1 = 1",
        "∂y/∂(x*x) · ∂(x*x)/∂x = 1 · 3 = 3",
        "∂y/∂(x*x) · ∂(x*x)/∂x = 1 · 3 = 3",
    ]
    expect(page.locator(".sum")).to_have_text("∂y/∂x = 1 + 3 + 3 = 7")


def test_the_inspector_follows_the_sliders(staged: Staged) -> None:
    stage = staged()
    stage.record("b").click()
    stage.slide("a", 3)
    expect(inspector(stage).locator("output.grad")).to_have_text("-6")
    expect(inspector(stage).locator(".chain li")).to_have_text("∂L/∂e · ∂e/∂b = (-2) · 3 = -6")


def test_kinks_steps_and_births_are_said(staged: Staged) -> None:
    stage = staged("x = 0.0\nr = abs(x)\nfrom math import floor\ns = r // 2.0\nt = s + r\nt")
    stage.record("r").click()
    expect(inspector(stage)).to_contain_text("convention it is 0")
    stage.record("s").click()
    expect(inspector(stage)).to_contain_text("A step")


def test_the_first_nan_is_named(staged: Staged) -> None:
    stage = staged("import numpy as np\nx = -1.0\ny = np.log(x)\nz = y * 2.0\nz")
    stage.reads("z", "nan")
    stage.record("z").click()
    expect(inspector(stage)).to_contain_text("nan comes from y (line 4)")
    stage.record("y").click()
    expect(inspector(stage)).to_contain_text("nan was born here")


# The sliders.


def test_a_drag_is_shown_before_the_kernel_hears_of_it(staged: Staged) -> None:
    stage = staged()
    before = colour(stage, "f")
    stage.slide("a", 3, done=False)
    stage.reads("L", "-2")
    stage.reads("f", "-2", "1")
    assert colour(stage, "f") != before
    assert stage.explorer is not None and stage.explorer.values["L"] == -8.0
    stage.slide("a", 3)
    stage.deliver()
    assert stage.explorer.values["L"] == -2.0 and stage.explorer.grads["b"] == -6.0
    stage.reads("L", "-2")


def test_every_input_event_is_shown(staged: Staged) -> None:
    stage = staged()
    shown = (
        stage.row("a")
        .locator(".slider")
        .evaluate(
            """slider => {
            const root = slider.getRootNode().querySelector("h2 output");
            const seen = [];
            for (let step = 0; step <= Number(slider.max); step += 40) {
                slider.valueAsNumber = step;
                slider.dispatchEvent(new Event("input"));
                seen.push(root.textContent);
            }
            return seen;
        }"""
        )
    )
    assert len(shown) == len(set(shown)) == 21  # L = 6a - 20 at 21 places
    assert shown[0] == "-32" and shown[-1] == "16"


def test_no_box_moves_while_dragging(staged: Staged) -> None:
    stage = staged()

    def places() -> list[Any]:
        return [box.bounding_box() for box in stage.page.locator(".record .box").all()]

    before = places()
    for number in (-1.99, 0.003, 5.5):
        stage.slide("a", number, done=False)
        assert places() == before


def test_typed_numbers(staged: Staged) -> None:
    stage = staged()
    stage.type("a", "1e-10")
    stage.reads("a", "1e-10")
    expect(stage.row("a").locator("input.value")).to_have_value("1e-10")
    stage.type("a", "100")
    stage.reads("L", "580")
    expect(stage.row("a").locator("input.end").last).to_have_value("100")
    stage.type("a", "three")
    expect(stage.row("a").locator(".problem")).to_contain_text("“three” is no number")
    expect(stage.row("a").locator("input.value")).to_have_value("100")
    stage.reads("L", "580")
    for text, shown in (("nan", "nan"), ("inf", "inf"), ("-0.0", "-0")):
        stage.type("a", text)
        stage.reads("a", shown)


def test_ranges(staged: Staged) -> None:
    stage = staged()
    low, high = stage.row("a").locator("input.end").all()
    expect(low).to_have_value("-2")
    expect(high).to_have_value("6")
    high.fill("20")
    high.press("Enter")
    stage.slide("a", 15)
    stage.reads("a", "15")
    for text, problem in (("-30", "smaller number to a larger"), ("x", "numbers"), ("nan", "finite")):
        high.fill(text)
        high.press("Enter")
        expect(stage.row("a").locator(".problem")).to_contain_text(problem)
        expect(high).to_have_value("20")
    stage.reads("a", "15")


def test_reset(staged: Staged) -> None:
    stage = staged()
    stage.slide("a", 3)
    stage.slide("f", 1)
    stage.row("a").locator(".reset").click()
    stage.reads("a", "2")
    stage.reads("f", "1")
    stage.page.get_by_role("button", name="All leaves back").click()
    stage.reads("L", "-8")
    stage.deliver()
    assert stage.explorer is not None and stage.explorer.values["L"] == -8.0


def test_a_whole_number_has_a_whole_slider(staged: Staged) -> None:
    stage = staged("x = 3\ny = x * x\ny")
    slider = stage.row("x").locator(".slider")
    slider.focus()
    slider.press("ArrowRight")
    stage.reads("y", "16")


def test_a_small_number_has_a_logarithmic_slider(staged: Staged) -> None:
    stage = staged("h = 1e-10\ny = h * 2.0\ny")
    expect(stage.row("h").locator("input.value")).to_have_value("1e-10")
    stage.slide("h", 1e-8)
    data = stage.record("h").text_content()
    number = float(re.search(r"data ([\d.e-]+?)grad", str(data))[1])  # type: ignore[index]
    assert number == pytest.approx(1e-8, rel=0.05)


def test_leaves_without_a_way_to_the_root_stand_apart(staged: Staged) -> None:
    stage = staged("a = 1.0\nunused = 5.0\ny = a * 2.0\ny")
    expect(stage.row("unused")).to_have_class(re.compile("unused"))
    expect(stage.page.locator(".leaves")).to_contain_text("does not depend on these")


def test_many_leaves_have_a_filter(staged: Staged) -> None:
    names = [f"v{k}" for k in range(150)]
    stage = staged("\n".join(f"{name} = 1.0" for name in names) + f"\ny = {' + '.join(names)}\ny")
    expect(stage.page.locator(".row")).to_have_count(100)
    expect(stage.page.locator(".leaves")).to_contain_text("50 more leaves")
    stage.page.locator(".filter").fill("v149")
    expect(stage.page.locator(".row")).to_have_count(1)
    stage.slide("v149", 3)
    stage.reads("y", "152")


# Guards.


def test_a_flipped_guard_greys_the_picture_until_the_kernel_has_run_the_cell(staged: Staged) -> None:
    stage = staged(BRANCH)
    stage.reads("y", "4", "1")
    stage.slide("x", -2)
    expect(stage.page.locator(".page")).to_have_attribute("data-mood", "asking")
    expect(stage.page.locator(".status")).to_contain_text("line 3: x > 1 is no longer true")
    stage.reads("y", "4")  # the last numbers that hold, greyed
    stage.deliver()
    expect(stage.page.locator(".page")).to_have_attribute("data-mood", "exact")
    stage.reads("z", "-6")
    stage.reads("y", "-5", "1")
    stage.reads("x", "-2", "3")
    expect(stage.page.locator(".status")).to_contain_text("run again")
    stage.page.get_by_role("button", name="All leaves back").click()
    stage.deliver()
    stage.reads("y", "4")
    expect(stage.row("x").locator("input.value")).to_have_value("2")


def test_where_python_would_refuse_the_error_is_shown_and_the_picture_kept(staged: Staged) -> None:
    stage = staged("x = 2.0\ny = 1 / x\ny")
    stage.type("x", "0")
    expect(stage.page.locator(".status")).to_contain_text("line 3: Python would refuse")
    stage.deliver()
    expect(stage.page.locator(".page")).to_have_attribute("data-mood", "stuck")
    expect(stage.page.locator(".status")).to_contain_text("ZeroDivisionError: float division by zero (line 3)")
    stage.reads("y", "0.5")
    stage.type("x", "4")
    expect(stage.page.locator(".page")).to_have_attribute("data-mood", "exact")
    stage.reads("y", "0.25")


def test_without_code_to_run_again_the_widget_says_so(page: Page, shell: Shell) -> None:
    stage = Stage(page, shell.autograd(BRANCH, "--no-rerun"))
    stage.slide("x", -2)
    stage.deliver()
    expect(page.locator(".status")).to_contain_text("was not traced")
    stage.reads("y", "4")
    stage.slide("x", 3)
    stage.reads("y", "9")


def test_prints_of_a_second_run_stand_in_the_widget(staged: Staged) -> None:
    stage = staged("x = 2.0\ny = x * x\nprint('y is', y)\ny")
    expect(stage.page.locator(".output")).to_be_hidden()
    stage.slide("x", 3)
    stage.deliver()
    expect(stage.page.locator(".output")).to_have_text("y is 9.0\n")
    stage.reads("y", "9")


def test_a_late_answer_is_dropped(staged: Staged) -> None:
    stage = staged(BRANCH)
    stage.slide("x", -2)
    late = stage.page.evaluate("() => window.model.drain()")
    stage.slide("x", 3)
    assert stage.explorer is not None
    for name, value in late:
        setattr(stage.explorer.model, name, value)
    stage.tell()
    stage.deliver()
    stage.reads("y", "9")
    assert stage.explorer.values["y"] == 9.0


# What a person without a mouse does.


def test_keyboard(staged: Staged) -> None:
    stage = staged()
    stage.page.locator(".record[tabindex='0']").focus()
    assert stage.page.locator(".record:focus").get_attribute("aria-label") == "L, data -8, gradient 1, made by *"
    for key, label in (
        ("ArrowLeft", "d"),
        ("ArrowLeft", "e"),
        ("ArrowLeft", "a"),
        ("ArrowDown", "b"),
        ("ArrowRight", "e"),
    ):
        stage.page.keyboard.press(key)
        expect(stage.page.locator(".record:focus text.label")).to_have_text(label)
    stage.page.keyboard.press("Enter")
    expect(inspector(stage).locator("h3")).to_have_text("e")
    stage.page.keyboard.press("Escape")
    expect(inspector(stage)).to_contain_text("Click a node")
    stage.page.keyboard.press("Home")
    expect(stage.page.locator(".record:focus text.label")).to_have_text("L")


def test_every_control_has_a_name(staged: Staged) -> None:
    stage = staged()
    stage.record("a").click()
    for control in stage.page.locator("button, input, [role=button]").all():
        name = control.get_attribute("aria-label") or control.text_content() or control.get_attribute("placeholder")
        assert name and name.strip()


def test_zoom_pan_and_fit(staged: Staged) -> None:
    stage = staged()

    def box() -> Any:
        return stage.record("e").bounding_box()

    before = box()
    stage.page.get_by_role("button", name="Zoom in").click()
    assert box()["width"] > before["width"]
    stage.page.get_by_role("button", name="Show the whole graph").click()
    fitted = box()
    middle = stage.page.locator(".frame").bounding_box()
    x, y = middle["x"] + middle["width"] / 2, middle["y"] + 8
    stage.page.mouse.move(x, y)
    stage.page.mouse.down()
    stage.page.mouse.move(x + 60, y + 20, steps=4)
    stage.page.mouse.up()
    assert box()["x"] == pytest.approx(fitted["x"] + 60, abs=1)
    assert box()["y"] == pytest.approx(fitted["y"] + 20, abs=1)
    stage.page.mouse.wheel(0, -200)
    assert box()["width"] == pytest.approx(fitted["width"])  # the wheel alone scrolls the notebook
    stage.page.keyboard.down("Control")
    stage.page.mouse.wheel(0, -200)
    stage.page.keyboard.up("Control")
    stage.page.wait_for_function(
        "before => document.querySelector('.autograd-magic').shadowRoot"
        ".querySelector('.record').getBoundingClientRect().width > before",
        arg=fitted["width"],
    )


# Other pages, other views, other states.


def test_two_views_show_one_truth(staged: Staged) -> None:
    stage = staged()
    stage.show()
    first, second = (stage.page.locator(".autograd-magic").nth(k) for k in range(2))
    first.locator(".row").first.locator(".slider").evaluate(
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
    expect(stage.page.locator(".status")).to_contain_text("has not answered yet", timeout=10_000)
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
    page.locator(".record").last.click()
    assert page.locator("img, script:not([src]), b").count() == 0
    text = str(page.locator("h3").text_content())
    assert text and "\n" not in text and "\u202e" not in text and len(text) <= 28
    assert page.evaluate("() => ({}).polluted") is None
    stage.page.locator(".slider").evaluate(
        "slider => { slider.valueAsNumber = 0; slider.dispatchEvent(new Event('input')); }"
    )
    expect(page.locator("h2 output")).to_have_text("-6")


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ({"tape": {}}, "version"),
        ({"tape": {"version": 99}}, "version 99"),
        ({}, "the graph is missing"),
    ],
)
def test_a_tape_that_cannot_be_shown(page: Page, state: dict[str, Any], sentence: str) -> None:
    Stage(page, None, state)
    expect(page.locator(".broken")).to_contain_text("autograd_magic cannot show this")
    expect(page.locator(".broken")).to_contain_text(sentence)


def test_a_truncated_tape_is_refused(page: Page, shell: Shell) -> None:
    tape = dict(shell.autograd(LECTURE).model.tape)
    tape["values"] = tape["values"][:-3]
    Stage(page, None, {"tape": tape})
    expect(page.locator(".broken")).to_contain_text("the values has a broken length")


def test_duplicate_labels_are_told_apart(page: Page) -> None:
    root = Value(1.0, label="x") * Value(2.0, label="x")
    Stage(page, explore(root))
    assert sorted(page.locator("text.label").all_text_contents()) == ["x (1)", "x (2)"]


def test_a_root_that_is_a_leaf(page: Page) -> None:
    stage = Stage(page, explore(Value(2.0, label="a")))
    stage.reads("a", "2", "1")
    stage.type("a", "5")
    stage.reads("a", "5", "1")


def test_a_large_graph_shows_what_is_near_and_counts_the_rest(page: Page) -> None:
    x = Value(1.0, label="x")
    total = x
    for _ in range(20_000):
        total = total + x
    stage = Stage(page, explore(total))
    expect(page.locator(".record")).to_have_count(300)
    expect(page.locator(".count")).to_contain_text("more values, farther from the root")
    stage.type("x", "2")
    expect(page.locator("h2 output")).to_have_text("40002")


def test_a_hidden_page_is_usable_when_it_is_seen(page: Page, shell: Shell) -> None:
    page.evaluate("() => { document.body.style.display = 'none'; }")
    stage = Stage(page, shell.autograd(LECTURE))
    page.evaluate("() => { document.body.style.display = ''; }")
    page.wait_for_function(
        "() => document.querySelector('.autograd-magic').shadowRoot.querySelector('.stage').getAttribute('transform')"
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
