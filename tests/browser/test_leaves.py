"""Which numbers have a slider, and the list of them all: starting values are folded away, and constants become sliders by a click."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect
from stage import Stage, Staged


def constants(stage: Stage, number: str) -> Any:
    """What is pressed to select a constant."""
    shown = stage.page.locator("[data-kind='constant']")
    return shown.filter(has=stage.page.locator(f".data:text-is({number!r})")).locator(".face")


def test_starting_values_are_folded_in_the_list_of_leaves(staged: Staged) -> None:
    stage = staged("a = 2.0\ntotal = 0.0\nfor k in (1.0, 2.0):\n    total += k * a\ntotal\n")
    start = stage.row("total (start)")
    expect(stage.row("a")).to_be_visible()
    expect(start).to_be_hidden()
    stage.page.get_by_text("Starting values (1)").click()
    expect(start).to_be_visible()
    stage.type("total (start)", "1")
    stage.reads("total", "7", "1")
    stage.slide("a", 3)
    expect(start).to_be_visible()
    stage.reads("total", "10", "1")


def test_a_constant_becomes_a_slider_by_a_click_and_a_constant_again(staged: Staged) -> None:
    stage = staged("a = 2.0\nb = 0.5\ny = 0.25*a + b*0.25 + a**2\ny\n")
    constant = constants(stage, "0.25")
    expect(constant).to_have_count(2)
    constant.last.click()
    stage.strip.get_by_role("button", name="Make it a slider").click()
    expect(stage.strip.locator(".asked")).to_contain_text("The kernel is asked")
    stage.deliver()
    label = stage.page.locator(".card .label").filter(has_text="line 4: 0.25")
    expect(label).to_have_count(1)
    stage.reads("y", "4.625", "1")
    name = str(label.text_content())
    stage.reads(name, "0.25", "2" if name.endswith("0.25") else "0.5")
    stage.type(name, "1")
    stage.deliver()
    stage.reads("y", "6.125" if name.endswith("0.25") else "5")
    stage.page.get_by_title(f"Make {name} constant again").click()
    stage.deliver()
    expect(label).to_have_count(0)
    stage.reads("y", "4.625", "1")


def test_a_constant_that_is_not_in_the_text_says_so(staged: Staged) -> None:
    stage = staged("import math\na = 2.0\ny = a * math.pi\ny\n")
    constants(stage, "3.142").click()
    stage.strip.get_by_role("button", name="Make it a slider").click()
    stage.deliver()
    expect(stage.strip.locator(".asked")).to_contain_text("is not written in the text of this cell")


def test_where_no_kernel_answers_the_button_says_so(staged: Staged) -> None:
    stage = staged("a = 2.0\ny = 0.25*a\ny\n")
    constants(stage, "0.25").click()
    stage.strip.get_by_role("button", name="Make it a slider").click()
    stage.page.evaluate("() => window.model.tell('comm_live_update')")
    expect(stage.strip.locator(".asked")).to_contain_text("The kernel is gone")


def test_a_list_is_offered_as_one(staged: Staged) -> None:
    stage = staged("ws = [0.5, -1.0]\nx = 2.0\ny = ws[0]*x + ws[1]\ny\n")
    offer = stage.page.get_by_role("button", name="ws: 2 numbers")
    offer.click()
    stage.deliver()
    expect(stage.row("ws[0]")).to_be_visible()
    stage.slide("ws[1]", 1)
    stage.reads("y", "2", "1")
    stage.reads("ws[0]", "0.5", "2")
    stage.page.get_by_title("Make ws constant again").click()
    stage.deliver()
    expect(stage.row("ws[0]")).to_have_count(0)
    expect(offer).to_be_visible()


NAMES = [f"v{k}" for k in range(400)]
MANY = (
    "\n".join(f"{name} = 1.0" for name in NAMES)
    + "\ny = "
    + " + ".join(f"{name}*{k}" for k, name in enumerate(NAMES))
    + "\ny"
)


def listed(stage: Stage) -> list[str]:
    """The names of the rows in the page, from the top."""
    return [str(row.text_content()) for row in stage.page.locator(".row .name").all()]


def scroll(stage: Stage, share: float) -> None:
    """Scroll the list to a share of its height."""
    stage.page.locator(".panel .rows").evaluate(
        "(list, share) => { list.scrollTop = share * list.scrollHeight; }", share
    )


def test_of_many_leaves_only_those_in_sight_are_in_the_page(staged: Staged) -> None:
    stage = staged(MANY)
    stage.open("Leaves")
    expect(stage.page.locator(".row").first).to_be_visible()
    assert listed(stage)[0] == "v0" and len(listed(stage)) < 30
    scroll(stage, 1)
    expect(stage.row("v399")).to_be_visible()
    assert len(listed(stage)) < 30
    stage.slide("v399", 2)
    expect(stage.page.locator("h2 output")).to_have_text("80199")


def test_leaves_are_found_by_name_and_sorted(staged: Staged) -> None:
    stage = staged(MANY)
    stage.open("Leaves")
    stage.page.get_by_role("searchbox", name="Find leaves by name").fill("V27")
    expect(stage.page.locator(".row")).to_have_count(11)
    assert listed(stage)[:3] == ["v27", "v270", "v271"]
    expect(stage.page.locator(".panel [role=status]").first).to_have_text("11 of 400")
    stage.page.get_by_role("searchbox", name="Find leaves by name").fill("")
    stage.page.get_by_role("button", name="|grad|").click()
    expect(stage.page.locator(".row .name").first).to_have_text("v399")
    stage.page.get_by_role("button", name="as written").click()
    expect(stage.page.locator(".row .name").first).to_have_text("v0")


def test_the_order_by_gradient_stays_while_leaves_move(staged: Staged) -> None:
    """A row that jumped away under the pointer could not be dragged."""
    pairs = "\n".join(f"p{k} = {k + 1.0}" for k in range(16))
    stage = staged(f"{pairs}\ny = " + " + ".join(f"p{k}**2" for k in range(16)) + "\ny")
    stage.open("Leaves")
    stage.page.get_by_role("button", name="|grad|").click()
    expect(stage.page.locator(".row .name").first).to_have_text("p15")
    last = stage.page.locator(".row").filter(has_text="p15")
    last.locator(".value").fill("0.5")
    last.locator(".value").press("Enter")
    expect(last.locator(".grad")).to_have_text("grad 1")
    assert listed(stage)[0] == "p15"
    stage.page.get_by_role("button", name="|grad|").click()
    expect(stage.page.locator(".row .name").first).to_have_text("p14")


def test_the_list_by_keyboard(staged: Staged) -> None:
    stage = staged(MANY)
    stage.open("Leaves")
    page = stage.page
    # A page hears in its next frame that it has been scrolled, and keys may come faster than frames.
    page.evaluate(
        """() => document.querySelector('.autograd-magic').shadowRoot.addEventListener(
            'scroll', (event) => event.stopImmediatePropagation(), true)"""
    )
    page.locator(".row .name").first.focus()
    here = "() => document.querySelector('.autograd-magic').shadowRoot.activeElement.closest('.row')?.querySelector('.name').textContent"
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate(here) == "v20":
            break
    assert page.evaluate(here) == "v20", "the list goes on below what was in sight"
    page.keyboard.press("Enter")
    expect(stage.subject).to_have_text("v20")


def test_a_row_that_is_held_stays_in_the_page(staged: Staged) -> None:
    stage = staged(MANY)
    stage.open("Leaves")
    page = stage.page
    row = page.locator(".row").filter(has=page.locator(".name:text-is('v3')"))
    row.locator(".value").fill("4")
    scroll(stage, 1)
    expect(page.locator(".row .name").last).to_have_text("v399")
    page.keyboard.press("Enter")
    scroll(stage, 0)
    expect(row.locator(".value")).to_have_value("4")
    expect(page.locator("h2 output")).to_have_text("79809")


def test_a_row_has_all_that_a_leaf_had(staged: Staged) -> None:
    stage = staged("a = 2.0\nb = 3.0\ny = a*b\ny")
    stage.open("Leaves")
    page = stage.page
    row = page.locator(".row").filter(has=page.locator(".name:text-is('a')"))
    expect(row.locator(".grad")).to_have_text("grad 3")
    row.locator(".end").last.fill("20")
    row.locator(".end").last.press("Enter")
    row.locator(".slider").press("End")
    stage.reads("y", "60")
    row.locator(".value").fill("x")
    row.locator(".value").press("Enter")
    expect(row.locator(".problem")).to_contain_text("is no number")
    row.locator(".reset").click()
    stage.reads("y", "6")
    page.get_by_role("button", name="Undo").click()
    stage.reads("y", "60")
    row.locator(".name").click()
    expect(stage.subject).to_have_text("a")
