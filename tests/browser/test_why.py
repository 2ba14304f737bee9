"""The strip that says why: its equation, its rules, its check by a nudge, and where it leads."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from shell import Shell
from stage import Stage, Staged

TWICE = "a = 3.0\nb = a * 2.0\nc = a * b\nc"
LIT = re.compile(r"\blit\b")


def test_before_anything_is_selected(staged: Staged) -> None:
    stage = staged()
    expect(stage.strip).to_contain_text("Click a node: why is its gradient what it is?")
    expect(stage.strip.locator(".most")).to_have_text(
        "a matters most: move it by a little, and L moves 6 times as far."
    )
    stage.slide("b", 1)
    expect(stage.strip.locator(".most")).to_have_text(
        "f matters most: move it by a little, and L moves 12 times as far."
    )
    stage.strip.get_by_role("button", name="watch backward").click()
    expect(stage.page.get_by_role("tab", selected=True)).to_have_text("Flow")
    stage.go("Explore")
    stage.strip.get_by_role("button", name="say the gradients yourself").click()
    expect(stage.page.get_by_role("tab", selected=True)).to_have_text("Practise")


def test_a_sum_over_two_uses(staged: Staged) -> None:
    stage = staged(TWICE)
    stage.select("a")
    expect(stage.strip.locator("h3")).to_have_text(
        "Why is a.grad 12? a is used twice, by c and b: what comes back adds up."
    )
    # The local derivative of c by a has another sign than the whole one.
    expect(stage.strip.locator(".eq")).to_have_text("∂c∂a=∂c∂c·∂(a·b)∂a+∂c∂b·∂(a·2)∂a=1·6+3·2=12")


def test_who_points_at_a_factor_sees_what_it_is_about(staged: Staged) -> None:
    stage = staged(TWICE)
    stage.select("a")
    factors = stage.strip.locator(".factor")
    factors.nth(1).hover()
    expect(stage.record("b")).to_have_class(LIT)
    expect(stage.record("c")).not_to_have_class(LIT)
    factors.nth(0).hover()
    expect(stage.record("c")).to_have_class(LIT)
    expect(stage.record("b")).not_to_have_class(LIT)
    stage.page.mouse.move(0, 0)
    expect(stage.record("c")).not_to_have_class(LIT)


def test_who_points_at_an_edge_sees_its_factor(staged: Staged) -> None:
    stage = staged(TWICE)
    stage.select("a")
    lit = stage.strip.locator(".factor.lit")
    expect(lit).to_have_count(0)
    stage.page.locator(".pill").filter(has_text="×6").hover()
    expect(lit).to_have_text(["∂c∂c·∂(a·b)∂a", "1·6"])
    stage.page.locator(".pill").filter(has_text="×2").hover()
    expect(lit).to_have_text(["∂c∂b·∂(a·2)∂a", "3·2"])
    stage.page.mouse.move(0, 0)
    stage.page.locator(".frame").hover(position={"x": 4, "y": 4})
    expect(lit).to_have_count(0)


def test_a_lecture_has_few_stops_of_the_tab_key(staged: Staged) -> None:
    stage = staged()
    stops = """() => {
        const root = document.querySelector('.autograd-magic').shadowRoot;
        const all = [...root.querySelectorAll('button, input, select, textarea, summary, [tabindex]')];
        return all.filter((part) => part.tabIndex >= 0 && part.checkVisibility({ visibilityProperty: true })).length;
    }"""
    assert stage.page.evaluate(stops) <= 12
    stage.select("a")
    assert stage.page.evaluate(stops) <= 20


def test_links_lead_where_they_say(staged: Staged) -> None:
    stage = staged()
    page = stage.page
    stage.select("f")
    links = stage.strip.locator(".links")
    links.get_by_role("button", name="line 7").click()
    expect(page.locator(".line[aria-current=true]")).to_contain_text("f = -2.0")
    links.get_by_role("button", name="slope").click()
    expect(page.get_by_role("tab", selected=True)).to_have_text("Slope")
    expect(page.get_by_label("Leaf", exact=True).locator("option:checked")).to_have_text("f")


@pytest.mark.parametrize(
    ("formula", "rule"),
    [
        ("x * 3.0", "A product hands each input the other input’s value."),
        ("x - 3.0", "A difference hands its gradient on unchanged, and to what is subtracted with the other sign."),
        ("math.tanh(x)", "tanh hands on 1 − its output squared: the nearer to −1 or 1, the less."),
        ("math.atan(x)", "atan hands on 1 / (1 + x²)."),
        ("x // 2.0", "// is a step: it hands on nothing, since it is flat between its jumps."),
    ],
)
def test_each_operation_says_what_it_hands_on(staged: Staged, formula: str, rule: str) -> None:
    stage = staged(f"import math\nx = 0.75\ny = {formula}\ny")
    stage.select("x")
    expect(stage.strip.locator(".rule")).to_have_text(rule)


def test_a_nudge_over_a_guard_is_smaller_or_left_out(staged: Staged) -> None:
    stage = staged("x = 1.95\ny = x * x if x < 2 else 100 * x\ny")
    stage.select("x")
    expect(stage.strip.locator(".check")).to_contain_text("nudge x by 0.01")
    stage.type("x", "1.99999")
    expect(stage.strip.locator(".check .note")).to_have_text(
        "No check by a nudge: what comes of x elsewhere only a run of the cell could tell."
    )
    stage.type("x", "1.5")
    expect(stage.strip.locator(".check .note")).to_have_text("")


def test_the_check_says_where_a_root_bends(staged: Staged) -> None:
    stage = staged("x = 0.0\ny = abs(x)\ny")
    stage.select("x")
    expect(stage.strip.locator(".check .note")).to_have_text("There is a kink: to the other side it moves otherwise.")


@pytest.mark.parametrize("width", [320, 480, 700, 968, 1440, 2560])
def test_the_strip_has_room_at_every_width(page: Page, shell: Shell, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    stage = Stage(page, shell.autograd(TWICE))
    stage.record("a").dispatch_event("click")
    stage.open("Source")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    small = page.evaluate(
        """() => {
            const root = document.querySelector('.autograd-magic').shadowRoot;
            const parts = [...root.querySelectorAll('.head *, .strip *, .panel *, .menu *, .notes *, .zoom *')];
            return parts.filter((part) => [...part.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
                .filter((part) => parseFloat(getComputedStyle(part).fontSize) < 11)
                .map((part) => part.outerHTML.slice(0, 80));
        }"""
    )
    assert not small
