"""A net is shown as grids: its numbers are those of a run of the cell, and its cells are moved as sliders are."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from eight import MLP, MOONS_TANH, OURS, moons
from playwright.sync_api import Browser, Page, expect
from shell import Shell
from stage import Stage, Staged, laid_out, resized
from test_accessibility import AXE

PLACES = "() => [...document.querySelector('.autograd-magic').shadowRoot.querySelectorAll('.cell, .between, .losses > div')].map((each) => { const box = each.getBoundingClientRect(); return [box.x, box.y, box.width]; })"
WIDTHS = "() => { const grids = document.querySelector('.autograd-magic').shadowRoot.querySelector('.layers'); return [document.documentElement.scrollWidth - innerWidth, grids.scrollWidth - grids.clientWidth]; }"


def brief(x: float) -> str:
    """A number as a cell shows it: two digits, or an exponent where it is small."""
    if x == 0:
        return "0"
    if abs(x) < 1e-2:
        digit, power = f"{x:.0e}".split("e")
        return f"{digit}e{int(power)}"
    return f"{float(f'{x:.2g}'):g}"


def four(x: float) -> str:
    """A number with four digits."""
    return f"{x:.4g}"


def grid(page: Any, name: str) -> Any:
    """A grid by the beginning of its name."""
    return page.locator(f"[role=grid][aria-label^='{name}']")


def cell(page: Any, name: str) -> Any:
    """The cell of a leaf."""
    return page.locator(f".cell.leaf[aria-label^='{name},']")


def wide(stage: Stage, width: int) -> Stage:
    """Give the widget the width of a notebook's cell."""
    stage.page.evaluate("() => { document.body.style.margin = '8px'; }")
    resized(stage.page, width + 16, 1000)
    return stage


def texts(found: Any) -> list[str]:
    return [str(each) for each in found.all_text_contents()]


@pytest.mark.parametrize("text", [MLP, OURS], ids=["the lecture's classes", "ours"])
def test_a_net_opens_as_grids_of_its_numbers(staged: Staged, text: str) -> None:
    stage = wide(staged(text), 968)
    page, tape = stage.page, stage.explorer.tape  # type: ignore[union-attr]
    expect(page.locator(".cell.leaf")).to_have_count(41)
    expect(page.locator(".frame")).to_be_hidden()
    leaves = {leaf.node for leaf in tape.leaves}
    for node in leaves:
        expect(page.locator(f".cell[data-node='{node}']")).to_have_text(brief(float(tape.grads[node])))
    label = "l0" if text is OURS else "layer 0"
    assert [len(row.split(",")) for row in [label]] and len(
        texts(grid(page, f"Neurons of {label}").locator(".cell"))
    ) == 16
    assert texts(page.locator(".losses span")) == [brief(x) for x in _errors(tape)]
    expect(page.locator(".sum").first).to_have_text(f"sum {four(tape.values[tape.root])}")
    page.get_by_role("button", name="data", exact=True).click()
    for node in leaves:
        expect(page.locator(f".cell[data-node='{node}']")).to_have_text(brief(float(tape.values[node])))


def _errors(tape: Any) -> list[float]:
    """What the squares of a graph come to, one for each example."""
    squares = [node for node, row in enumerate(tape.rows) if row.name in {"pow", "square"}]
    return [float(tape.values[node]) for node in squares]


@pytest.mark.parametrize("width", [968, 925, 480, 320])
@pytest.mark.parametrize("text", [OURS, MLP, moons(20)], ids=["4 examples", "the lecture's classes", "20 points"])
def test_the_page_never_scrolls_across(page: Page, shell: Shell, text: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    wide(Stage(page, shell.autograd(text)), width)
    expect(page.locator(".cell.leaf").first).to_be_visible()
    beyond, inside = page.evaluate(WIDTHS)
    assert beyond <= 0
    assert width < 925 or inside <= 0, "the net is seen whole"


def test_a_cell_is_dragged_as_a_slider_is(staged: Staged) -> None:
    stage = wide(staged(OURS), 968)
    page = stage.page
    weight = cell(page, "l0.w[0,1]")
    box = weight.bounding_box()
    before = page.evaluate(PLACES)
    root = page.locator("h2 output").inner_text()
    page.mouse.move(box["x"] + 20, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 70, box["y"] + 12, steps=5)
    expect(page.locator("h2 output")).not_to_have_text(root)
    assert page.evaluate(PLACES) == before, "nothing jumps"
    page.mouse.up()
    stage.deliver()
    explorer = stage.explorer
    assert explorer is not None
    tape = explorer.tape
    moved = explorer.values["l0.w[0,1]"]
    assert moved != next(leaf.start for leaf in tape.leaves if leaf.name == "l0.w[0,1]")
    expect(page.locator("h2")).to_have_text(f"loss = {four(explorer.values['loss'])}")
    expect(stage.strip).to_contain_text("Click a node")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("h2 output")).to_have_text(root)


def test_cells_by_keyboard(staged: Staged) -> None:
    stage = wide(staged(OURS), 968)
    page = stage.page
    stops = page.evaluate(
        "() => document.querySelector('.autograd-magic').shadowRoot.querySelectorAll('.cell[tabindex=\"0\"]').length"
    )
    assert stops == page.locator("[role=grid]").count()
    cell(page, "l0.w[0,0]").focus()
    page.keyboard.press("ArrowLeft")
    heads = page.get_by_role("button", name=re.compile("^Open neuron"))
    assert heads.evaluate_all("all => all.map((each) => each.tabIndex)") == [-1] * 9
    expect(heads.first).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(cell(page, "l0.w[0,0]")).to_be_focused()
    for key in ("ArrowRight", "ArrowDown", "End"):
        page.keyboard.press(key)
    here = "() => document.querySelector('.autograd-magic').shadowRoot.activeElement.getAttribute('aria-label')"
    assert page.evaluate(here).startswith("l0.b[1],")
    root = page.locator("h2 output").inner_text()
    page.keyboard.press("+")
    expect(page.locator("h2 output")).not_to_have_text(root)
    page.keyboard.press("-")
    expect(page.locator("h2 output")).to_have_text(root)
    page.keyboard.press("Enter")
    expect(stage.subject).to_have_text("l0.b[1]")
    page.keyboard.press("F2")
    page.keyboard.type("1/4")
    page.keyboard.press("Enter")
    stage.deliver()
    assert stage.explorer is not None and stage.explorer.values["l0.b[1]"] == 0.25


def test_cells_by_touch(browser: Browser, address: str, shell: Shell) -> None:
    context = browser.new_context(viewport={"width": 480, "height": 700}, has_touch=True)
    page = context.new_page()
    page.goto(f"{address}/page.html")
    page.wait_for_function("() => window.ready")
    stage = Stage(page, shell.autograd(OURS))
    root = page.locator("h2 output").inner_text()
    finger = context.new_cdp_session(page)

    def touch(kind: str, x: float, y: float, at: float) -> None:
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points, "timestamp": at})

    def swipe(across: int, down: int) -> None:
        # The finger rests before it leaves (by the events' own clock), so that the page does not glide on: a cell
        # would not be where it was just seen, and a touch of a page that glides only stops it.
        cell(page, "l0.w[1,1]").tap(trial=True)
        box = cell(page, "l0.w[1,1]").bounding_box()
        x, y, began = box["x"] + 20, box["y"] + 12, time.time() - 1
        touch("touchStart", x, y, began)
        for step in range(1, 9):
            touch("touchMove", x + across * step / 8, y + down * step / 8, began + step / 60)
        touch("touchEnd", x + across, y + down, began + 1)

    page.evaluate("() => void addEventListener('scrollend', () => { window.rests = true; })")
    swipe(0, -120)
    page.wait_for_function("() => window.rests && scrollY > 20")
    expect(page.locator("h2 output")).to_have_text(root)
    swipe(80, 0)
    expect(page.locator("h2 output")).not_to_have_text(root)
    cell(page, "l0.w[0,0]").tap()
    expect(stage.subject).to_have_text("l0.w[0,0]")
    context.close()


def test_a_row_opens_as_the_cards_of_its_neuron(staged: Staged) -> None:
    stage = wide(staged(OURS), 968)
    page = stage.page
    page.get_by_role("button", name="Open neuron 2 of l0 as cards").click()
    expect(page.locator(".crumbs")).to_contain_text("Neuron 2 of layer 0")
    expect(page.locator(".frame")).to_be_visible()
    expect(page.locator(".node.selected")).to_be_in_viewport()
    assert stage.explorer is not None
    tape = stage.explorer.tape
    node = int(str(page.locator(".node.selected").get_attribute("data-node")))
    assert tape.rows[node].name == "tanh"
    # All of the neuron is seen, once the picture has its size.
    laid_out(page)
    beyond = page.locator(".frame").evaluate(
        "(frame) => { const box = frame.getBoundingClientRect(); const row = [...frame.querySelectorAll('.node')]"
        ".filter((each) => each.dataset.kind !== 'group').map((each) => [each, each.getBoundingClientRect()])"
        ".filter(([each, at]) => at.right <= frame.querySelector('.selected').getBoundingClientRect().right + 1);"
        " return [row.length, row.filter(([, at]) => at.left < box.left).length]; }"
    )
    assert beyond[0] >= 7 and beyond[1] == 0, beyond
    page.get_by_role("button", name="the net as grids").click()
    expect(page.locator(".cell.leaf").first).to_be_visible()
    page.get_by_role("button", name="all 402 as cards").click()
    expect(page.locator(".frame")).to_be_visible()


@pytest.mark.parametrize("name", ["l0.w[1,2]", "l1.b[3]"])
def test_why_is_a_bar_for_each_example_and_they_add_up(staged: Staged, shell: Shell, name: str) -> None:
    """Each bar is what the gradient would be if its example were the only one."""
    stage = staged(OURS)
    cell(stage.page, name).click()
    shown = [float(text) for text in texts(stage.strip.locator(".bars output"))]
    assert stage.explorer is not None
    whole = float(stage.explorer.grads[name])
    assert shown[-1] == pytest.approx(whole, rel=1e-3)
    assert sum(shown[:-1]) == pytest.approx(whole, abs=2e-3)
    for example in range(4):
        alone = OURS.replace("zip(xs, ys)", f"list(zip(xs, ys))[{example}:{example + 1}]")
        assert shown[example] == pytest.approx(float(shell.autograd(alone).grads[name]), rel=1e-3)
    stage.strip.locator(".slider").press("End")
    expect(stage.strip.locator(".bars output").first).not_to_have_text(f"{shown[0]:g}")


def test_what_nobody_sees_or_hears_follows_when_it_can_be_seen_and_at_rest(staged: Staged) -> None:
    stage = staged(MOONS_TANH)
    cell(stage.page, "l0.w[0,0]").click()
    bars, slider = stage.strip.locator(".bars"), stage.strip.locator(".slider")
    last = bars.locator("output").nth(99)
    before = str(last.text_content())
    slider.evaluate("slider => { slider.valueAsNumber += 300; slider.dispatchEvent(new Event('input')); }")
    bars.evaluate("bars => { bars.scrollTop = bars.scrollHeight; }")
    expect(last).not_to_have_text(before)
    now = str(last.text_content())
    slider.evaluate("slider => slider.dispatchEvent(new Event('change'))")
    *parts, whole = (float(text) for text in texts(bars.locator("output")))
    assert str(last.text_content()) == now
    assert sum(parts) == pytest.approx(whole, abs=1e-3 * sum(map(abs, parts)))
    for each in stage.page.locator(".cell").all():
        assert str(each.get_attribute("aria-label")).endswith(f" {each.text_content()}")


def test_a_penalty_comes_not_through_an_example(staged: Staged) -> None:
    stage = staged(moons(20))
    cell(stage.page, "l1.w[0,0]").click()
    expect(stage.strip).to_contain_text("All 20 examples use it")
    expect(stage.strip).to_contain_text("comes not through an example")


def test_what_is_flat_or_dead_is_marked(staged: Staged) -> None:
    stage = staged(OURS)
    tape = stage.explorer.tape  # type: ignore[union-attr]
    flat = [node for node, row in enumerate(tape.rows) if row.name == "tanh" and abs(tape.values[node]) > 0.95]
    marked = stage.page.locator(".cell.marked")
    expect(marked).to_have_count(len(flat))
    assert {int(str(each.get_attribute("data-node"))) for each in marked.all()} == set(flat)
    expect(stage.page.locator(".net-legend")).to_contain_text("curve is flat")


def test_between_the_layers_stands_the_length_of_the_gradient(staged: Staged) -> None:
    stage = staged(OURS)
    page, tape = stage.page, stage.explorer.tape  # type: ignore[union-attr]
    for at, shown in enumerate(texts(page.locator(".between b"))):
        nodes = [
            int(each.get_attribute("data-node")) for each in grid(page, f"Neurons of l{at}").locator(".cell").all()
        ]
        assert shown == brief(float(sum(tape.grads[node] ** 2 for node in nodes) ** 0.5))


def test_a_large_grid_shows_its_first_rows_and_the_others_when_asked(staged: Staged) -> None:
    stage = wide(staged(moons(20)), 968)
    page = stage.page
    weights = grid(page, "Weights of l1")
    expect(weights.locator(".cell")).to_have_count(8 * 17)
    page.get_by_role("button", name="and 8 more rows").last.click()
    expect(weights.locator(".cell")).to_have_count(16 * 17)
    page.get_by_role("button", name="and 12 more", exact=True).click()
    expect(grid(page, "Neurons of l1").locator(".cell")).to_have_count(20 * 16)
    last = grid(page, "Neurons of l1").locator(".cell").last
    last.scroll_into_view_if_needed()
    expect(last).not_to_have_text("")


def test_a_wide_net_shows_colours_where_numbers_have_no_room(staged: Staged) -> None:
    stage = wide(staged(moons(20)), 968)
    page = stage.page
    size = "each => [each.clientWidth, getComputedStyle(each).fontSize]"
    wide_one, small = (grid(page, f"Weights of {name}").locator(".cell").first for name in ("l1", "l0"))
    assert wide_one.evaluate(size)[1] == "0px"
    assert small.evaluate(size) == [44, "11.5px"]
    wide_one.hover()
    expect(wide_one).to_have_attribute("title", str(wide_one.get_attribute("aria-label")))
    numbers = page.get_by_role("button", name="numbers", exact=True)
    numbers.click()
    assert wide_one.evaluate(size) == [44, "11.5px"]
    numbers.click()
    assert wide_one.evaluate(size)[1] == "0px"
    wide(stage, 2700)
    expect(numbers).to_be_hidden()
    assert wide_one.evaluate(size) == [44, "11.5px"]


def test_a_neuron_is_called_by_its_place(staged: Staged) -> None:
    stage = staged(OURS)
    grid(stage.page, "Neurons of l1").locator(".cell").nth(6).click()
    expect(stage.subject).to_have_text("l1.out[1,2]")
    expect(stage.strip.locator(".check")).to_contain_text("change ÷")


def test_a_product_in_a_net_is_called_by_its_weight_and_what_that_meets(staged: Staged) -> None:
    stage = staged(MLP)
    grid(stage.page, "Neurons of layer 1").locator(".cell").first.click()
    expect(stage.strip.locator("h3")).to_contain_text("layer 2.w[0,0]*tanh")
    expect(stage.strip).not_to_contain_text("…*…")


def test_who_asks_for_more_rows_stays_there(staged: Staged) -> None:
    stage = wide(staged(moons(20)), 968)
    page = stage.page
    page.get_by_role("button", name="and 12 more", exact=True).press("Enter")
    expect(grid(page, "Examples").locator(".cell[tabindex='0']")).to_be_focused()


def test_a_cell_that_is_looked_for_is_shown(staged: Staged) -> None:
    """It may stand in a row that is not there yet."""
    stage = wide(staged(moons(20)), 968)
    page = stage.page
    expect(cell(page, "l1.w[15,3]")).to_have_count(0)
    stage.open("View")
    stage.tool.get_by_role("searchbox").fill("l1.w[15,3]")
    stage.tool.get_by_role("searchbox").press("Enter")
    expect(cell(page, "l1.w[15,3]")).to_be_visible()
    expect(page.locator(".cell.selected")).to_have_text(str(cell(page, "l1.w[15,3]").text_content()))


def test_the_passes_go_through_the_grids(staged: Staged) -> None:
    stage = staged(OURS)
    page = stage.page
    shown = str(cell(page, "l0.w[0,0]").text_content())
    stage.go("Flow")
    expect(cell(page, "l0.w[0,0]")).to_have_text("·")
    page.get_by_role("slider", name="Step", exact=True).press("End")
    expect(cell(page, "l0.w[0,0]")).to_have_text(shown)
    page.get_by_label("Which pass").select_option("0")
    expect(grid(page, "Neurons of l1").locator(".cell").first).to_have_attribute(
        "aria-label", re.compile("data not known yet$")
    )
    page.get_by_role("slider", name="Step", exact=True).press("End")
    expect(grid(page, "Neurons of l1").locator(".cell").first).not_to_have_text("·")


def test_in_practise_a_net_is_cards(staged: Staged) -> None:
    stage = staged(OURS)
    stage.go("Practise")
    expect(stage.page.locator(".layers")).to_be_hidden()
    expect(stage.page.locator(".frame")).to_be_visible()
    stage.go("Explore")
    expect(stage.page.locator(".layers")).to_be_visible()


def test_on_a_path_without_a_net_there_are_cards_and_on_the_way_back_grids(staged: Staged) -> None:
    stage = staged(f"s = 1.0\n{OURS.removesuffix('loss')}out = loss if s > 0 else s * s\nout")
    for _ in range(2):
        expect(stage.page.locator(".layers")).to_be_visible()
        expect(stage.page.locator(".frame")).to_be_hidden()
        stage.type("s", "-3.0")
        stage.deliver()
        expect(stage.page.locator("h2")).to_have_text("out = 9")
        expect(stage.page.locator(".layers")).to_be_hidden()
        expect(stage.page.locator(".frame")).to_be_visible()
        stage.type("s", "1.0")
        stage.deliver()


def test_the_saved_picture_has_the_cells(staged: Staged) -> None:
    stage = staged(OURS)
    with stage.page.expect_download() as found:
        stage.choose("Save as SVG")
    text = found.value.path().read_text(encoding="utf-8")
    shown = cell(stage.page, "l1.w[2,3]").text_content()
    assert f">{shown}</text>" in text and ">l1 4 → 4, tanh</text>" in text


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_in_a_net(staged: Staged, dark: bool) -> None:
    stage = wide(staged(OURS), 968)
    page = stage.page
    if dark:
        page.evaluate("() => document.documentElement.setAttribute('data-dark', '')")
    cell(page, "l0.w[0,0]").click()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        """async () => (await axe.run(document.querySelector('.autograd-magic'), {
            runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
        })).violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => target + ' ' + failureSummary).join('; ')}`)"""
    )
    assert not found, "\n".join(found)
