"""A notebook as it is lived in: moves, releases, runs, interrupts, restarts, reloads, other views, in any order. What a
view shows is what a fresh run gives, or the view says that it is not.
"""

from __future__ import annotations

import ast
import random
import re
import time

import pytest
from notebooks import Notebook, Served, save
from playwright.sync_api import Locator, expect
from stage import leaf, trust
from test_jupyter import LOAD, WAIT, slide

CELL = "x = {x!r}\nk = {k!r}\nif x > 1.0:\n    y = x * k\nelse:\n    z = x - k\n    y = z * z\ny"


def fresh(x: float, k: float) -> float:
    """The cell's root in a plain run with these numbers."""
    names: dict[str, float] = {}
    exec(CELL.format(x=x, k=k), names)
    return names["y"]


class Story:
    """One notebook and what somebody does in it."""

    def __init__(self, notebook: Notebook, dice: random.Random) -> None:
        self.notebook, self.dice = notebook, dice
        self.alive, self.told = True, ["run all"]
        notebook.run_all()
        expect(self.views.first.locator("h2")).to_have_text("y = 6", timeout=WAIT)

    @property
    def views(self) -> Locator:
        """All views of the widget that are in the page."""
        return self.notebook.page.locator(".autograd-magic")

    def one(self) -> Locator:
        """Any of the views."""
        if not self.alive and not self.views.count():  # loaded again after a restart: only the still picture is left
            expect(self.notebook.page.locator("[data-autograd-fallback]")).to_be_visible(timeout=WAIT)
            self.run_again()
        expect(self.views.first.locator("h2")).to_be_visible(timeout=WAIT)
        return self.views.nth(self.dice.randrange(self.views.count()))

    def type(self) -> None:
        """Type a number for a leaf; half of them lie on the other branch."""
        view = self.one()
        name = self.dice.choice(["x", "x", "k"])
        number = self.dice.choice([0.5, -1.5, 1.0, 1.25, 2.5, 4.0, -3.0])
        self.told.append(f"{name} = {number}")
        field = leaf(self.notebook.page, view, name).locator("input.value")
        field.fill(repr(number))
        field.press("Enter")

    def drag(self) -> None:
        """Drag a slider and hold it; the next action finds it so."""
        number = self.dice.choice([0.5, 1.5, 3.0])
        self.told.append(f"drag x to {number}")
        slide(self.one(), "x", number, done=False)

    def release(self) -> None:
        """Let go of it."""
        self.told.append("release")
        self.one().locator(".slider").first.dispatch_event("change")

    def run_again(self) -> None:
        """Run the cell itself again."""
        self.told.append("run again")
        if not self.alive:
            self.notebook.run(0)
            self.alive = True
        self.notebook.run(1)

    def interrupt(self) -> None:
        """Interrupt the kernel."""
        self.told.append("interrupt")
        self.notebook.ask(
            "async () => { await window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.interrupt(); }"
        )

    def restart(self) -> None:
        """Restart the kernel, which forgets the cell."""
        self.told.append("restart")
        self.alive = False
        self.notebook.ask(
            """async () => {
                const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
                await kernel.restart();
                await kernel.requestKernelInfo();
            }"""
        )
        for view in self.views.all():
            expect(trust(view)).to_contain_text(
                re.compile("the kernel(, which alone could tell,)? is gone", re.IGNORECASE), timeout=WAIT
            )

    def reload(self) -> None:
        """Save the notebook and load the page again."""
        self.told.append("reload")
        self.notebook.command("docmanager:save")
        self.notebook.reload()

    def second_view(self) -> None:
        """Open the output in a tab of its own, or close that."""
        page = self.notebook.page
        tab = page.locator(".jp-LinkedOutputView")
        if tab.count():
            self.told.append("close the view")
            page.evaluate(
                """() => { for (const widget of window.jupyterapp.shell.widgets('main')) {
                    if (widget.content?.hasClass?.('jp-LinkedOutputView')) widget.close();
                } }"""
            )
            expect(tab).to_have_count(0)
        else:
            self.told.append("second view")
            page.evaluate(
                """async () => {
                    const panel = window.jupyterapp.shell.currentWidget;
                    panel.content.activeCellIndex = 1;
                    await window.jupyterapp.commands.execute('notebook:create-output-view');
                    window.jupyterapp.shell.activateById(panel.id);
                }"""
            )
            expect(tab.locator(".autograd-magic")).to_have_count(1, timeout=WAIT)
        # The notebook comes to the fore again in a frame of its own, and commands go to what is there.
        page.wait_for_function("() => window.jupyterapp.shell.currentWidget?.sessionContext")

    def check(self) -> None:
        """Every view shows a fresh run's number, or says that it does not."""
        for view in self.views.all():
            view.page.wait_for_function(
                """host => {
                    const page = host.shadowRoot.querySelector('.page');
                    return page.dataset.mood !== 'asking' || page.querySelector('.says [role=status]').textContent !== '';
                }""",
                arg=view.element_handle(),
            )
            shown = view.evaluate(
                """host => {
                    const page = host.shadowRoot.querySelector('.page');
                    return [page.dataset.mood, page.querySelector('h2').textContent,
                        ...['x', 'k'].map(name => [...page.querySelectorAll('.card:has(.slider), .row')].find(
                            leaf => leaf.querySelector('.label, button.name').textContent === name)
                            .querySelector('input.value').value)];
                }"""
            )
            mood, root, x, k = shown
            if mood == "exact":
                assert float(root.removeprefix("y = ")) == pytest.approx(fresh(float(x), float(k)), rel=1e-3), (
                    f"{shown} after {self.told}"
                )
            else:
                expect(trust(view)).not_to_be_empty()

    def settle(self) -> None:
        """With a kernel that lives and nothing held, the views come to rest on the truth, and so do the variables."""
        if not self.alive:
            return
        self.type()
        for view in self.views.all():
            expect(view.locator(".page")).to_have_attribute("data-mood", "exact", timeout=WAIT)
        self.check()
        shown = self.views.first.locator("h2").inner_text()
        y = float(shown.removeprefix("y = "))
        end, now = time.monotonic() + 30, None
        while now != pytest.approx(y, rel=1e-3):  # what was let go a moment ago is on its way to the kernel
            assert time.monotonic() < end, f"{now} is not {y} after {self.told}"
            x, k, now = ast.literal_eval(self.notebook.python("(float(x), float(k), float(y))"))
            assert now == fresh(x, k), f"{self.told}"
        assert len({view.locator("h2").inner_text() for view in self.views.all()}) == 1, f"{self.told}"


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_shown_is_true_or_says_that_it_is_not(lab: Served, seed: int) -> None:
    save(lab.folder / f"story{seed}.ipynb", [LOAD, f"%%autograd --as w\n{CELL.format(x=2.0, k=3.0)}"])
    dice = random.Random(seed)
    with lab.open(f"story{seed}.ipynb") as notebook:
        story = Story(notebook, dice)
        often = [story.type, story.type, story.drag, story.release, story.run_again, story.second_view]
        for _ in range(25):
            dice.choice([*often, *often, story.interrupt, story.restart, story.reload])()
            story.check()
            if dice.random() < 0.2:
                story.settle()
        story.run_again()
        story.settle()
