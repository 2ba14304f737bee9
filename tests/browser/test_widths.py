"""At every width nothing is cut, squeezed or too small to be read, and what one moves stands where its number stands."""

from __future__ import annotations

from typing import Any

import pytest
from eight import BLACK_SCHOLES, LECTURE, LOGISTIC, NEURON, NEWTON
from playwright.sync_api import Page, expect
from stage import Staged, resized

WIDTHS = [320, 480, 700, 968, 1366, 1440, 1920, 2560]
SMALLEST = 10.99
"""Pixels on the screen, of any letter."""

LOOK = """(smallest) => {
    const host = document.querySelector('.autograd-magic'), root = host.shadowRoot;
    const seen = (each) => each.checkVisibility({ opacityProperty: true, visibilityProperty: true })
        && each.getBoundingClientRect().width > 1;
    const scale = new DOMMatrix(getComputedStyle(root.querySelector('.stage')).transform).a;
    const size = (each) => parseFloat(getComputedStyle(each).fontSize) * (each.closest('.stage') ? scale : 1);
    const texts = [...root.querySelectorAll('*')].filter((each) => each instanceof HTMLElement && seen(each)
        && [...each.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim()));
    const small = texts.filter((each) => size(each) < smallest && !each.closest('.spoken'));
    const cut = texts.filter((each) => each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0
        && getComputedStyle(each).overflowX !== 'visible');
    const frame = root.querySelector('.frame').getBoundingClientRect();
    const box = (each) => each.getBoundingClientRect();
    const inside = ({ left, right, top, bottom }) => left >= frame.left - 1 && right <= frame.right + 1
        && top >= frame.top - 1 && bottom <= frame.bottom + 1;
    const cards = [...root.querySelectorAll('.card')].filter(seen);
    const whole = box(host);
    const pills = [...root.querySelectorAll('.pill:not([hidden])')].filter(seen);
    const shared = (one, other) => Math.min(one.right, other.right) - Math.max(one.left, other.left) > 4
        && Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 4;
    return {
        across: document.documentElement.scrollWidth > innerWidth,
        small: small.map((each) => `${each.className}: ${each.textContent.slice(0, 40)} ${size(each).toFixed(1)}`),
        cut: cut.map((each) => `${each.className}: ${each.textContent.slice(0, 40)}`),
        out: [...cards, ...pills].filter((each) => !inside(box(each))).map((each) => each.textContent.slice(0, 40)),
        piled: pills.flatMap((one, k) => pills.slice(k + 1).filter((other) => shared(box(one), box(other)))
            .map((other) => `${one.textContent} ${other.textContent}`)),
        over: texts.filter((each) => !each.closest('.stage') && !each.closest('.spoken')
            && (box(each).right > whole.right + 1 || box(each).left < whole.left - 1))
            .map((each) => `${each.className}: ${each.textContent.slice(0, 40)}`),
        cards: cards.length,
        apart: [...root.querySelectorAll('.card')].filter(seen).flatMap((each) => {
            const slider = each.querySelector('[role=slider], input[type=range]'), number = each.querySelector('.value');
            return slider && number && !(each.contains(slider) && each.contains(number)) ? [each.textContent] : [];
        }),
        narrow: cards.map((each) => each.querySelector('.track, [role=slider], input[type=range]')).filter(Boolean)
            .filter((each) => box(each).width < 60).map((each) => box(each).width),
    };
}"""


def _seen(page: Page, width: int) -> dict[str, Any]:
    resized(page, width, 900)
    return dict(page.evaluate(LOOK, SMALLEST))


CLEAN: dict[str, Any] = {
    "across": False,
    "small": [],
    "cut": [],
    "over": [],
    "apart": [],
    "narrow": [],
    "out": [],
    "piled": [],
}


@pytest.mark.parametrize("mode", ["Explore", "Flow", "Slope", "Practise"])
def test_the_lecture_at_every_width(staged: Staged, mode: str) -> None:
    stage = staged(LECTURE)
    stage.go(mode)
    stage.deliver()
    for width in WIDTHS:
        found = _seen(stage.page, width)
        assert found.pop("cards") == (0 if mode == "Slope" else 7)  # there the plot stands in the graph's place
        assert (width, found) == (width, CLEAN)


CAPTIONS = """() => {
    const cards = [...document.querySelector('.autograd-magic').shadowRoot.querySelectorAll('.card')];
    return cards.flatMap((card) => [...card.querySelectorAll('.figure')].map((row) => {
        const [key, number] = [row.querySelector('.key'), row.querySelector('input, .data, .grad')];
        const scale = row.getBoundingClientRect().width / row.offsetWidth;
        const pen = document.createElement('canvas').getContext('2d');
        pen.font = getComputedStyle(number).font;
        const digits = pen.measureText(number.value ?? number.textContent).width;
        return key.checkVisibility() ? (number.getBoundingClientRect().right - key.getBoundingClientRect().right) / scale - digits : null;
    }));
}"""
"""Of each line of each card: the room between its caption and its number, in the picture's pixels; None without one."""


def test_cards_say_which_number_is_which_in_a_notebook_of_usual_width(staged: Staged) -> None:
    stage = staged(LECTURE)
    stage.type("a", "-2.667")
    for width in (870, 918, 968, 1366):
        resized(stage.page, width, 900)
        room = stage.page.evaluate(CAPTIONS)
        assert len(room) == 14
        assert all(each is not None and each > 0 for each in room), (width, room)


def test_a_picture_is_laid_out_anew_while_a_slider_has_the_focus(staged: Staged) -> None:
    stage = staged(LECTURE)
    resized(stage.page, 1000, 900)
    stage.row("a").locator(".slider").focus()
    found = _seen(stage.page, 480)
    assert found.pop("cards") == 7
    assert found == CLEAN
    expect(stage.face("a")).to_be_focused()
    stage.row("a").locator("input.value").focus()
    stage.page.keyboard.type("1/")
    resized(stage.page, 1000, 900)
    stage.page.keyboard.type("4")
    stage.page.keyboard.press("Enter")
    stage.reads("a", data="0.25")


def test_nine_leaves_in_one_column_or_in_rows(staged: Staged) -> None:
    leaves = [f"v{k}" for k in range(9)]
    stage = staged("\n".join(f"{name} = 1.5" for name in leaves) + f"\nt = {' + '.join(leaves)}\nt")
    for width in (320, 480, 700, 968, 1366):
        found = _seen(stage.page, width)
        assert found.pop("cards") == 10
        assert (width, found) == (width, CLEAN)


@pytest.mark.parametrize("cell", [NEURON, BLACK_SCHOLES, NEWTON, LOGISTIC], ids=["neuron", "bs", "newton", "logistic"])
def test_other_graphs_open_with_every_card_in_sight(staged: Staged, cell: str) -> None:
    stage = staged(cell)
    for width in (320, 456, 480, 700, 968, 1920):
        found = _seen(stage.page, width)
        assert found.pop("cards") > 3
        assert (width, found) == (width, CLEAN)


def test_names_of_32_letters_have_room(staged: Staged) -> None:
    name = "the_learning_rate_of_the_model_x"
    stage = staged(f"{name} = 0.5\n{name}2 = 2.0\nc = {name} * {name}2\nc")
    for width in (320, 480, 968):
        found = _seen(stage.page, width)
        assert found.pop("cards") == 3
        assert (width, found) == (width, CLEAN)
