"""Present: the widget alone on the whole screen, larger, with the whole graph in sight."""

from __future__ import annotations

import pytest
from eight import LOGISTIC, MLP
from playwright.sync_api import Page, expect
from stage import Staged, resized

ALONE = "() => document.fullscreenElement?.classList.contains('autograd-magic') ?? false"


def _inside(page: Page) -> bool:
    """Whether every card is wholly on the screen."""
    return bool(
        page.evaluate("""() => {
            const root = document.querySelector('.autograd-magic').shadowRoot;
            return [...root.querySelectorAll('.card')].every((card) => {
                const { left, right, top, bottom } = card.getBoundingClientRect();
                return left >= 0 && top >= 0 && right <= innerWidth + 1 && bottom <= innerHeight + 1;
            });
        }""")
    )


def _size(page: Page) -> float:
    return float(page.locator("h2").evaluate("each => each.getBoundingClientRect().height"))


def test_the_widget_alone_on_the_whole_screen(staged: Staged) -> None:
    stage = staged()
    page, small = stage.page, _size(stage.page)
    stage.choose("Present")
    page.wait_for_function(ALONE)
    expect(page.locator(".page")).to_have_class("page present")
    stage.at_rest([page.locator(".frame")])
    assert _size(page) > 1.4 * small
    assert _inside(page)
    # What one does otherwise works there.
    stage.slide("a", 3)
    stage.reads("L", "-2")
    stage.choose("Present")
    page.wait_for_function("() => document.fullscreenElement === null")
    expect(page.locator(".page")).to_have_class("page")


def test_a_page_that_may_not_fill_the_screen_is_larger(staged: Staged) -> None:
    stage = staged()
    page = stage.page
    page.evaluate("""() => {
        Element.prototype.requestFullscreen = () => Promise.reject(new TypeError('not allowed'));
    }""")
    stage.choose("Present")
    expect(page.locator(".page")).to_have_class("page present")
    expect(page.locator(".more .spoken")).to_contain_text("may not fill the screen")


def test_the_larger_size_is_laid_out_for_its_own_width(staged: Staged) -> None:
    stage = staged()
    page = stage.page
    resized(page, 1000, 900)
    stage.choose("Larger")
    stage.at_rest([page.locator(".frame")])
    says, frame = page.locator(".says").bounding_box(), page.locator(".frame").bounding_box()
    assert says["width"] > 300 and says["y"] + says["height"] <= frame["y"] + 2
    cards = [card.bounding_box() for card in page.locator(".card").all()]
    assert all(
        frame["x"] <= card["x"]
        and card["x"] + card["width"] <= frame["x"] + frame["width"]
        and frame["y"] <= card["y"]
        and card["y"] + card["height"] <= frame["y"] + frame["height"]
        for card in cards
    )


def test_what_is_said_of_a_node_is_on_the_same_screen(staged: Staged) -> None:
    stage = staged()
    page = stage.page
    resized(page, 1366, 768)
    stage.choose("Present")
    page.wait_for_function(ALONE)
    stage.select("a")
    stage.at_rest([page.locator(".frame")])
    assert _inside(page)
    expect(page.locator(".card .key").first).to_be_visible()
    for part in ("h3", ".eq", ".rule"):
        box = page.locator(f".strip {part}").first.bounding_box()
        assert box["y"] + box["height"] <= 768


@pytest.mark.parametrize("height", [720, 900, 1080])
def test_a_plot_and_what_works_it_are_on_one_screen(staged: Staged, height: int) -> None:
    stage = staged()
    page = stage.page
    resized(page, 16 * height // 9, height)
    stage.choose("Present")
    page.wait_for_function(ALONE)
    stage.go("Slope")
    parts = page.locator(".bar :is(select, button, input):visible, .rider:visible").all()
    assert len(parts) == 9
    for made, box in zip(parts, stage.at_rest(parts), strict=True):
        assert box["y"] >= 0 and box["y"] + box["height"] <= height
        letters = float(made.evaluate("each => parseFloat(getComputedStyle(each).fontSize) * each.currentCSSZoom"))
        assert letters >= 18
        # Nothing lies over it.
        assert made.evaluate("""each => {
            const { left, top, width, height } = each.getBoundingClientRect();
            return each.contains(each.getRootNode().elementFromPoint(left + width / 2, top + height / 2));
        }""")


def test_what_is_said_below_the_errors_stands_over_the_bar(staged: Staged) -> None:
    stage = staged("x = 2.0\ny = 1.0\nz = (1 - x)**2 + 10*(y - x**2)**2\nz")
    page = stage.page
    resized(page, 1366, 900)
    stage.choose("Present")
    page.wait_for_function(ALONE)
    stage.go("Slope")
    said = page.locator(".errors text").filter(has_text="curve bends")
    expect(said).to_be_visible()
    [bar, words] = stage.at_rest([page.locator(".slope .bar"), said])
    assert words["y"] + words["height"] <= bar["y"]


def test_a_net_is_seen_whole(staged: Staged) -> None:
    stage = staged(MLP)
    page = stage.page
    resized(page, 1280, 800)
    stage.choose("Present")
    page.wait_for_function(ALONE)
    stage.at_rest([page.locator(".layers")])
    assert page.locator(".layers").evaluate("each => each.scrollWidth - each.clientWidth") <= 1
    cells = page.locator(".cell.leaf").all()
    assert all(each.text_content() for each in cells)
    assert all(float(each.bounding_box()["height"]) > 26 for each in cells)


def test_a_long_graph_takes_the_width_and_not_the_height(staged: Staged) -> None:
    stage = staged(LOGISTIC)
    page = stage.page
    resized(page, 1366, 768)
    stage.choose("Present")
    page.wait_for_function(ALONE)
    stage.at_rest([page.locator(".frame")])
    assert _inside(page)
    cards = [card.bounding_box() for card in page.locator(".card").all()]
    across, down = (
        max(card[side] + card[size] for card in cards) - min(card[side] for card in cards)
        for side, size in (("x", "width"), ("y", "height"))
    )
    assert across > 2 * down
    # The ribbons' hues stand beside what they mean.
    hues = page.locator(".legend .bar").evaluate_all("all => all.map((each) => getComputedStyle(each).backgroundColor)")
    ground = page.locator(".page").evaluate("page => getComputedStyle(page).backgroundColor")
    assert len({*hues, ground}) == 3
