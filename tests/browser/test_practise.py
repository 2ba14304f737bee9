"""Practise: gradients are said in their cards, and what is wrong is told by what it comes from; what a move does to them
is predicted, and then seen.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from eight import MLP, OURS
from playwright.sync_api import Page, expect
from shell import BRANCH, LECTURE, Shell
from stage import Stage, Staged, resized
from test_accessibility import violations

NAMES = ["a", "b", "c", "d", "e", "f", "L"]
TWICE = "a = 3.0\nb = a * 2\nc = a * b\nc"
OPTION = (
    "from math import log, sqrt, exp\nfrom scipy.stats import norm\nS = 100.0\nK = 105.0\nT = 0.5\nr = 0.03\nsigma = 0.2\n"
    "d1 = (log(S/K) + (r + sigma**2/2)*T) / (sigma*sqrt(T))\nd2 = d1 - sigma*sqrt(T)\n"
    "call = S*norm.cdf(d1) - K*exp(-r*T)*norm.cdf(d2)\ncall"
)
NEURON = (
    "import math\nx1 = 2.0\nx2 = 0.0\nw1 = -3.0\nw2 = 1.0\nb = 6.8813735870195432\n"
    "p = x1*w1\nq = x2*w2\ns = p + q\nn = s + b\no = math.tanh(n)\no"
)


def field(stage: Stage) -> Any:
    """Where the gradient is written that is asked for."""
    return stage.page.locator(".guess")


def asked(stage: Stage, label: str) -> None:
    """Expect that a node's gradient is asked for, in its card and beside the equation."""
    expect(stage.record(label).locator(".slot .guess")).to_be_visible()
    expect(field(stage)).to_have_accessible_name(f"{label}.grad")
    expect(stage.strip.locator("h3 strong")).to_have_text(f"{label}.grad")


def words(stage: Stage) -> Any:
    """What is said of an answer."""
    return stage.strip.locator(".words")


def say(stage: Stage, text: str) -> None:
    """Write into the field and press Enter, wherever the focus is: one writes at once."""
    expect(field(stage)).to_be_focused()
    stage.page.keyboard.press("Control+a")
    stage.page.keyboard.type(text)
    stage.page.keyboard.press("Enter")


def press(stage: Stage, name: str) -> None:
    """Click a button of the strip."""
    stage.strip.get_by_role("button", name=name, exact=True).click()


def stands(stage: Stage) -> list[Any]:
    """Where the picture's parts are, and the strip."""
    parts = ".card, .op, .key, .label, .slider, .frame, .strip, .check, .check > *"
    found: list[Any] = stage.page.evaluate(
        """parts => [...document.querySelector('.autograd-magic').shadowRoot.querySelectorAll(parts)].map((part) => {
            const { x, y, width, height } = part.getBoundingClientRect();
            return [part.className, ...[x, y, width, height].map((n) => Math.round(n))];
        })""",
        parts,
    )
    return found


def test_a_quiz_begins_with_every_gradient_hidden(staged: Staged) -> None:
    stage = staged(options="--quiz")
    page = stage.page
    expect(page.get_by_role("tab", name="Practise")).to_have_attribute("aria-selected", "true")
    for name in NAMES[:-1]:
        stage.reads(name, grad="?")
        assert stage.sign(name) == ""
    stage.reads("L", grad="1")
    asked(stage, "f")
    # Nothing that is seen or read out tells an answer: no ribbon, no local derivative, no number.
    expect(page.locator(".pill text:visible")).to_have_text(["×?"] * 6)
    expect(page.locator(".head.positive, .head.negative")).to_have_count(0)
    expect(stage.face("d")).to_have_attribute("aria-label", "d, data 4, grad not known yet, made by e plus c")
    expect(stage.strip).to_contain_text("0 of 6 known")
    stage.go("Explore")
    stage.reads("b", grad="-4")
    expect(field(stage)).to_have_count(0)


def test_the_lecture_is_said_from_the_root_to_the_leaves(staged: Staged) -> None:
    stage = staged()
    stage.go("Practise")
    before = stands(stage)
    field(stage).click()
    for label, text, shown in (
        ("f", "4", "4"),
        ("d", "-2", "-2"),
        ("e", "1*-2", "-2"),
        ("c", "-2.0", "-2"),
        ("b", "(-2)·2", "-4"),
    ):
        asked(stage, label)
        say(stage, text)
        stage.reads(label, grad=shown)
        expect(words(stage)).to_contain_text(f"Right: {label}.grad = ")
    expect(stage.strip).to_contain_text("5 of 6 known")
    expect(stage.strip.locator(".said")).to_have_text("f ✓ d ✓ e ✓ c ✓ b ✓ a")
    assert stage.ribbon("b", "e")[0] == "negative"
    assert stage.ribbon("a", "e")[0] == "none"
    assert stands(stage) == before
    say(stage, "-3*-2")
    expect(words(stage)).to_have_text("Right: a.grad = (-2) · (-3) = 6.")
    expect(field(stage)).to_have_count(0)
    expect(stage.strip).to_contain_text("Every gradient that can be asked for is known.")
    expect(stage.strip).to_contain_text("6 of 6 known")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "2",
            "2 is the local derivative, the value of a: b moves by 1, and e moves by 2. And when e moves by 1, how far does L move?",
        ),
        ("-3", "-3 is b’s own value: a product hands each input the other input’s value."),
        ("-2", "-2 is e.grad: on its way to b it is multiplied by how far e moves when b moves by 1."),
        ("4", "4 is the gradient with the other sign: when b grows, L falls."),
        (
            "-0.04",
            "-0.04 is a step (0.01 times the gradient): the gradient is how far L moves for each 1 that b moves.",
        ),
        ("-100", "The sign is right, but it is too large."),
        ("-5", "Close: the sign is right, and the size nearly."),
        ("+", "The sign is wrong."),
        ("-", "The sign is right. And the size?"),
        ("six", "An answer is a number, like -2, 0.5 or 1/3; or only its sign, + or -."),
    ],
)
def test_what_is_wrong_is_told_by_what_it_comes_from(staged: Staged, text: str, said: str) -> None:
    stage = staged()
    stage.go("Practise")
    for _ in range(4):
        press(stage, "Show this one")
    before = stands(stage)
    asked(stage, "b")
    field(stage).click()
    say(stage, text)
    expect(words(stage)).to_have_text(said)
    expect(words(stage)).to_have_attribute("role", "status")
    asked(stage, "b")
    stage.reads("b", grad="?")
    assert stands(stage) == before


def test_the_equation_has_one_gap_and_then_comes_the_answer(staged: Staged) -> None:
    stage = staged()
    stage.go("Practise")
    stage.select("b")
    for label in ("f", "d", "e", "c"):
        stage.select(label)
        press(stage, "Show this one")
    asked(stage, "b")
    formula = stage.strip.locator(".formula")
    expect(formula).to_be_hidden()
    press(stage, "Hint")
    expect(words(stage)).to_have_text("A product hands each input the other input’s value.")
    expect(formula.locator(".gap")).to_have_count(1)
    expect(formula).to_have_text("∂L∂b=∂L∂e·∂(a·b)∂b=-2·In the gap stands how far e moves when b moves by 1.")
    expect(stage.page.locator(".pill text:visible")).to_have_text(["×?", "×?", "×1", "×1", "×(-2)", "×4"])
    field(stage).click()
    say(stage, "2")  # the local derivative: it is known now, and what comes from above is missing
    expect(formula).to_have_text("∂L∂b=∂L∂e·∂(a·b)∂b=·2In the gap stands e.grad.")
    expect(formula.locator(".gap")).to_have_count(1)
    expect(stage.page.locator(".pill text:visible")).to_have_text(["×?", "×2", "×1", "×1", "×(-2)", "×4"])
    press(stage, "Show this one")
    expect(words(stage)).to_have_text("b.grad = (-2) · 2 = -4.")
    stage.reads("b", grad="-4")
    expect(stage.strip).to_contain_text("5 of 6 known, 5 of them shown")
    press(stage, "start again")
    stage.reads("b", grad="?")
    asked(stage, "f")
    expect(words(stage)).to_have_text("")
    expect(stage.strip).to_contain_text("0 of 6 known")


def test_one_way_of_several(staged: Staged) -> None:
    stage = staged(TWICE)
    stage.go("Practise")
    asked(stage, "b")
    field(stage).click()
    say(stage, "3")
    asked(stage, "a")
    say(stage, "6")
    expect(words(stage)).to_have_text(
        "6 is what comes back by c or by b alone: a is used twice, and what comes back adds up."
    )
    expect(stage.strip.locator(".formula")).to_contain_text("In the gap stands what comes back by b.")
    say(stage, "1·6 + 3·2")
    expect(words(stage)).to_have_text("Right: a.grad = 1 · 6 + 3 · 2 = 12.")
    stage.reads("a", grad="12")


def test_the_output_of_tanh(staged: Staged) -> None:
    stage = staged(NEURON)
    stage.go("Practise")
    asked(stage, "n")
    field(stage).click()
    say(stage, "0.7071")
    expect(words(stage)).to_have_text("0.7071 is the output of tanh: its local derivative is 1 - o².")
    say(stage, "1/2")
    asked(stage, "s")
    say(stage, "1/4")
    expect(words(stage)).to_contain_text("0.25 is half of n.grad")


def test_another_node_is_chosen_by_its_card(staged: Staged) -> None:
    stage = staged()
    page = stage.page
    stage.go("Practise")
    stage.face("b").click()
    asked(stage, "b")
    say(stage, "-4")  # one writes at once
    stage.reads("b", grad="-4")
    asked(stage, "f")  # what is left goes on from the root
    stage.face("b").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    asked(stage, "e")
    say(stage, "-2")
    stage.face("b").click()  # it is known: how it comes about is said again
    expect(words(stage)).to_have_text("b.grad = (-2) · 2 = -4.")
    page.keyboard.press("Escape")
    asked(stage, "f")


def test_what_is_known_follows_the_sliders(staged: Staged) -> None:
    stage = staged()
    page = stage.page
    stage.go("Practise")
    expect(words(stage)).to_contain_text("Move a slider whenever you like: the question is then about the new numbers")
    field(stage).click()
    say(stage, "4")
    say(stage, "17")
    expect(words(stage)).to_contain_text("The sign is wrong")
    expect(stage.strip.locator(".formula")).to_be_visible()
    box = stage.row("a").locator(".slider").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 6)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + 6, steps=5)
    page.mouse.up()
    expect(stage.row("a").locator("input.value")).not_to_have_value("2")
    stage.slide("a", 3)
    stage.reads("f", grad="1")
    stage.reads("b", grad="?")
    expect(words(stage)).to_have_text("")  # it spoke of other numbers
    expect(stage.strip.locator(".formula")).to_be_hidden()
    asked(stage, "d")  # whoever moves a slider chooses nothing
    expect(stage.strip).to_contain_text("1 of 6 known")


def test_what_nobody_knows_is_not_asked_for(staged: Staged) -> None:
    stage = staged("import os\nx = 3.0\ny = 2.0\nz = float(str(x))\nopen(os.devnull, 'w').close()\nL = y * z\nL")
    stage.go("Practise")
    stage.select("x")
    expect(words(stage)).to_have_text("x.grad is not asked for: nothing here tells it.")
    expect(stage.record("x").locator(".guess")).to_have_count(0)
    expect(stage.strip.locator(".said")).not_to_contain_text("x")


def test_what_was_measured_is_not_asked_for(staged: Staged) -> None:
    stage = staged("x = 3.0\ny = 2.0\nz = float(str(x))\nL = y * z\nL")
    stage.go("Practise")
    stage.reads("x", grad="≈ 2")
    expect(stage.strip.locator(".said")).not_to_contain_text("x")


def test_a_node_without_a_card_is_not_asked_for(staged: Staged) -> None:
    stage = staged("a = 3.0\nb = 2.0\nc = (a * b + a) * b\nc")
    stage.go("Practise")
    expect(stage.strip.locator(".said")).to_have_text("b a")
    press(stage, "Hint")  # it shows what comes down between the cards
    expect(stage.strip.locator(".formula")).to_contain_text("=1·+2·3")
    press(stage, "Show this one")
    stage.reads("b", grad="15")
    press(stage, "Show this one")
    stage.reads("a", grad="6")
    expect(stage.page.locator(".ribbon.none")).to_have_count(0)


def test_group_cards_are_asked_for(staged: Staged) -> None:
    stage = staged(OPTION)
    stage.go("Practise")
    expect(stage.strip.locator(".said")).to_have_text("d2 d1 sigma r T K S")
    asked(stage, "d2")
    press(stage, "Hint")  # what lies between the cards within a group tells nothing
    expect(stage.page.locator(".head.positive, .head.negative")).to_have_count(0)
    stage.record("d2").locator(".label").dblclick(force=True)  # its cards take its place
    asked(stage, "d2")
    press(stage, "Show this one")
    asked(stage, "d1")
    stage.reads("d2", grad="-39.33")


def test_another_path_keeps_what_is_known(staged: Staged) -> None:
    stage = staged(BRANCH, options="--quiz")
    asked(stage, "x")
    press(stage, "Show this one")
    stage.reads("x", grad="4")
    stage.slide("x", 0.5)
    stage.deliver()
    stage.reads("x", grad="3")
    expect(stage.strip).to_contain_text("1 of 2 known")
    asked(stage, "z")


def test_the_field_goes_with_its_card_when_the_page_gets_narrow(page: Page, shell: Shell) -> None:
    page.set_viewport_size({"width": 1100, "height": 900})
    stage = Stage(page, shell.autograd(LECTURE, "--quiz"))
    field(stage).click()
    say(stage, "4")
    asked(stage, "d")
    field(stage).blur()
    resized(page, 480, 900)
    expect(page.locator(".stage.upright")).to_be_visible()
    asked(stage, "d")
    field(stage).click()
    before = stands(stage)
    for text in ("2", "4", "-9"):
        say(stage, text)
        assert stands(stage) == before
    say(stage, "-2")
    asked(stage, "e")


def test_a_large_picture_shows_the_card_that_is_asked_for(page: Page, shell: Shell) -> None:
    page.set_viewport_size({"width": 1100, "height": 900})
    stage = Stage(page, shell.autograd(OURS))
    stage.go("Practise")
    expect(stage.strip).to_contain_text("l2.b[0].grad")
    expect(stage.page.locator(".count")).to_contain_text("goes on to the left")
    expect(field(stage)).to_be_in_viewport(ratio=0.9)


def test_few_stops_of_the_tab_key(staged: Staged) -> None:
    stage = staged(options="--quiz")
    page = stage.page
    at = "() => { const at = document.querySelector('.autograd-magic').shadowRoot.activeElement; return at && (at.getAttribute('aria-label') ?? at.textContent); }"
    page.locator("body").click(position={"x": 2, "y": 2})
    stops = []
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate(at):
            stops.append(page.evaluate(at))
        elif stops:
            break
    assert len(stops) <= 20, stops
    assert {"f.grad", "Check ↵", "Hint", "Show this one", "start again", "predict instead"} <= set(stops)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_at_any_point(staged: Staged, dark: bool) -> None:
    stage = staged(options="--quiz")
    page = stage.page
    if dark:
        page.evaluate("() => document.documentElement.setAttribute('data-dark', '')")
    field(stage).click()
    say(stage, "-2")
    assert not violations(page)
    for _ in range(6):
        press(stage, "Show this one")
    assert not violations(page)
    press(stage, "predict instead")
    assert not violations(page)
    press(stage, "It shrinks")
    press(stage, "Move a to 3")
    assert not violations(page)


def test_what_a_move_does_is_predicted_and_then_seen(staged: Staged) -> None:
    stage = staged()
    page = stage.page
    stage.go("Practise")
    press(stage, "predict instead")
    expect(stage.strip.locator("h3")).to_have_text(
        "a goes from 2 to 3. Does b.grad, which is -4, grow, shrink or stay? Its size counts, not its sign."
    )
    stage.reads("b", grad="?")
    stage.reads("e", grad="-2")
    before = stands(stage)
    see = stage.strip.get_by_role("button", name="Move a to 3")
    expect(see).to_be_disabled()
    press(stage, "It grows")
    stage.reads("b", grad="-4")
    expect(words(stage)).to_have_text("You say it grows. Drag a to 3, and see.")
    box = stage.row("a").locator(".slider").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 6)
    page.mouse.down()
    page.mouse.move(box["x"] + 6 + (box["width"] - 12) * 5 / 8, box["y"] + 6, steps=6)
    expect(words(stage)).to_contain_text("You say it grows.")  # not before it rests
    page.mouse.up()
    expect(words(stage)).to_contain_text("Right: b.grad goes from (-2) · 2 = -4 to (-2) · ")
    expect(words(stage)).to_contain_text(", since the local derivative of e has changed.")
    expect(stage.strip).to_contain_text("1 of 1 right")
    assert stands(stage) == before


def test_a_prediction_that_is_wrong_is_explained(staged: Staged) -> None:
    stage = staged()
    stage.go("Practise")
    press(stage, "predict instead")
    press(stage, "It stays")
    press(stage, "It shrinks")  # until it is seen one may think again
    press(stage, "Move a to 3")
    stage.reads("a", "3")
    expect(words(stage)).to_have_text(
        "It grows: b.grad goes from (-2) · 2 = -4 to (-2) · 3 = -6, since the local derivative of e has changed."
    )
    expect(stage.strip).to_contain_text("0 of 1 right")
    press(stage, "Next")
    expect(words(stage)).to_have_text("")
    expect(stage.strip.locator("h3")).to_contain_text("grow, shrink or stay?")
    press(stage, "say gradients")
    asked(stage, "f")


def test_a_question_is_put_again_at_other_numbers(staged: Staged) -> None:
    stage = staged()
    stage.go("Practise")
    press(stage, "predict instead")
    stage.slide("a", 2.5)
    expect(stage.strip.locator("h3")).to_contain_text("a goes from 2.5 to 3.5. Does b.grad, which is -5,")
    press(stage, "It grows")
    stage.slide("f", -1)
    expect(stage.strip.locator("h3")).to_contain_text("a goes from 2.5 to 3.5. Does b.grad, which is -2.5,")
    stage.reads("b", grad="?")


def predicting(stage: Stage, wanted: str) -> None:
    """Predict, and go on until the question has these words."""
    stage.go("Practise")
    press(stage, "predict instead")
    for _ in range(8):
        if wanted in (stage.strip.locator("h3").text_content() or ""):
            break
        press(stage, "Next")
    expect(stage.strip.locator("h3")).to_contain_text(wanted)


def test_a_question_does_not_go_over_into_another_graph(staged: Staged) -> None:
    stage = staged("x = 2.0\nif x > 1.0:\n    k = 3.0\n    z = k * x\nelse:\n    z = x * x\nz")
    predicting(stage, "k goes from 3 to 4. Does x.grad")
    stage.slide("x", -2)
    stage.deliver()
    expect(stage.trust).to_contain_text("The code was run again, and this is its graph now")
    expect(stage.strip.locator("h3")).to_contain_text("x goes from -2 to -1. Does x.grad, which is -4,")
    expect(stage.page.locator(".broken")).to_have_count(0)
    press(stage, "It shrinks")


def test_a_question_does_not_go_over_to_another_root(staged: Staged) -> None:
    stage = staged("a = 2.0\nb = 3.0\np = a * b\nq = p * b\np, q")
    predicting(stage, "Does p.grad, which is 3,")
    stage.page.locator(".notes").get_by_role("button", name="The graph of p instead").click()
    expect(stage.page.locator("h2")).to_have_text("p = 6")
    expect(stage.strip.locator("h3")).to_contain_text("a goes from 2 to 3. Does a.grad, which is 3,")


def test_nothing_is_marked_before_the_leaf_has_arrived(staged: Staged) -> None:
    stage = staged("a = 0.05\nb = 3.0\nL = a * b\nL")
    predicting(stage, "a goes from 0.05 to 0.06. Does b.grad")
    press(stage, "It grows")
    for at in (0.052, 0.056):
        stage.slide("a", at)
        expect(stage.row("a").locator("input.value")).to_have_value(str(at))
        expect(words(stage)).to_have_text("You say it grows. Drag a to 0.06, and see.")
    stage.slide("a", 0.06)
    expect(words(stage)).to_contain_text("Right: b.grad goes from 1 · 0.05 = 0.05 to 1 · 0.06 = 0.06")


def test_what_cannot_be_told_is_not_marked(staged: Staged) -> None:
    stage = staged("a = 2.0\nb = 1.0\nL = b * (1 + 0.0105*(a - 2))\nL")
    predicting(stage, "a goes from 2 to 3. Does b.grad")
    press(stage, "It grows")
    stage.slide("a", 2.93)
    expect(words(stage)).to_have_text("Here it cannot be told yet. Move a to 3 itself.")
    press(stage, "Move a to 3")
    expect(words(stage)).to_contain_text("Right: b.grad goes from 1 · 1 = 1 to ")
    expect(stage.strip).to_contain_text("1 of 1 right")


def test_a_hint_does_not_go_over_into_another_graph(staged: Staged) -> None:
    long = "    k = 3.0\n    m = k * x\n    n = m * x\n    p = n * x\n    z = p * x\n"
    stage = staged(f"x = 2.0\nif x > 1.0:\n{long}else:\n    z = x * x\nz")
    stage.go("Practise")
    asked(stage, "p")
    press(stage, "Hint")
    expect(stage.strip.locator(".formula")).to_be_visible()
    stage.type("x", "0.5")
    stage.deliver()
    expect(stage.trust).to_contain_text("The code was run again, and this is its graph now")
    expect(stage.page.locator(".broken")).to_have_count(0)
    asked(stage, "x")
    expect(stage.strip.locator(".formula")).to_be_hidden()
    expect(stage.strip).to_contain_text("0 of 1 known")
    press(stage, "Hint")
    stage.type("x", "2")
    expect(stage.trust).to_contain_text("This path was traced before")
    asked(stage, "x")
    expect(stage.strip.locator(".formula")).to_be_hidden()
    expect(stage.strip).to_contain_text("0 of 5 known")


def test_what_is_known_of_one_name_is_not_known_of_another(staged: Staged) -> None:
    stage = staged("x = 2.0\nif x > 1.0:\n    m = 3.0 * x\n    z = m * x\nelse:\n    n = 4.0 * x\n    z = n * x\nz")
    stage.go("Practise")
    asked(stage, "m")
    press(stage, "Show this one")
    stage.slide("x", 0.5)
    stage.deliver()
    asked(stage, "x")
    expect(stage.strip).to_contain_text("0 of 2 known")


def test_two_leaves_with_one_name_are_known_each_by_itself(staged: Staged) -> None:
    stage = staged(
        "from autograd_magic import Value\np = Value(0.5, label='w')\nq = Value(2.0, label='w')\nL = p * q + p\nL"
    )
    stage.go("Practise")
    expect(stage.strip.locator(".said")).to_have_text("w w")
    expect(stage.strip).to_contain_text("0 of 2 known")
    press(stage, "Show this one")
    expect(stage.strip.locator(".said")).to_have_text("w ○ w")
    expect(stage.strip).to_contain_text("1 of 2 known")
    field(stage).click()
    say(stage, "3")
    expect(stage.strip).to_contain_text("2 of 2 known")


def test_a_graph_without_leaves_has_nothing_to_ask(staged: Staged) -> None:
    stage = staged("x = 2.0\nx")
    stage.go("Practise")
    expect(stage.strip).to_contain_text("No gradient that can be asked for is known.")
    expect(stage.strip.get_by_role("button", name="Hint")).to_be_disabled()
    press(stage, "predict instead")
    expect(stage.strip).to_contain_text("Nothing can be asked here whose answer is sure.")
    expect(stage.strip.get_by_role("button", name="Next")).to_be_disabled()


def test_a_prediction_stays_when_the_page_gets_another_width(staged: Staged) -> None:
    stage = staged()
    stage.go("Practise")
    press(stage, "predict instead")
    press(stage, "Next")
    question = stage.strip.locator("h3").inner_text()
    press(stage, "It grows")
    told = words(stage).inner_text()
    resized(stage.page, 480, 900)
    expect(stage.page.locator(".stage")).to_have_class(re.compile("upright"))
    expect(stage.strip.locator("h3")).to_have_text(question)
    expect(words(stage)).to_have_text(told)
    expect(stage.strip.get_by_role("button", name="It grows")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("panel", ["Table", "Source"])
def test_panels_do_not_give_the_answer_away(staged: Staged, panel: str) -> None:
    stage = staged()
    stage.open(panel)
    beside = stage.page.locator(".panel")
    if panel == "Table":
        beside.get_by_role("button", name="Pin these numbers").click()
    expect(beside).to_contain_text("6")
    stage.go("Practise")
    asked(stage, "f")
    row = beside.locator("tr", has=stage.page.get_by_role("button", name="a", exact=True))
    secret = row if panel == "Table" else beside.locator(".line", has_text="a = 2.0")
    expect(secret).to_contain_text("?")
    expect(secret).not_to_contain_text("6")
    for _ in NAMES[:-1]:
        press(stage, "Show this one")
    expect(secret).to_contain_text("6")


def test_the_question_names_the_card_in_which_it_is_to_be_answered(staged: Staged) -> None:
    stage = staged(MLP)
    stage.go("Practise")
    card = stage.page.locator(".node:has(.guess)")
    name = str(card.locator(".label").text_content())
    assert "Layer 2" in name
    expect(stage.strip.locator("h3")).to_contain_text(f"What is x.grad, of {name}?")
    expect(field(stage)).to_have_accessible_name(f"x.grad, of {name}")


def test_a_net_is_practised_weight_by_weight(staged: Staged) -> None:
    stage = staged(OURS)
    page = stage.page
    weight = page.locator(".cell.leaf[aria-label^='l1.w[0,0],']")
    weight.click()
    stage.go("Practise")
    asked(stage, "l1.w[0,0]")
    expect(stage.strip).to_contain_text("What a group holds is asked for once it is open")
    press(stage, "Show this one")
    expect(words(stage)).to_contain_text("l1.w[0,0].grad = ")
    stage.go("Explore")
    expect(page.locator(".layers")).to_be_visible()
