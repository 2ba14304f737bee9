"""The site: built from docs/ and opened in a browser, which may ask for nothing from elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from plain import KINDS
from playwright.sync_api import Browser, Page, Route, expect
from stage import DRAG, leaf

ROOT = Path(__file__).parents[2]
FOUND = """
() => {
  document.getElementById("mkdocs-search-query").dispatchEvent(new Event("keyup"));
  return document.querySelector("#mkdocs-search-results article");
}
"""
"""The index is fetched meanwhile, and the search answers when a key is let go."""
HOME = "http://site.invalid/"


def built(folder: Path, config: Path) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--config-file",
        str(config),
        "--site-dir",
        str(folder),
    ]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = built(folder, ROOT / "mkdocs.yml")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture
def opened(browser: Browser, site: Path) -> Iterator[Any]:
    """Opens a page of the site. Whatever it asks for elsewhere, and whatever goes wrong in it, is noticed."""
    problems: list[str] = []
    contexts = []

    def served(route: Route) -> None:
        path = site / route.request.url.removeprefix(HOME).partition("?")[0]
        if route.request.url.startswith(HOME) and path.is_file():
            return route.fulfill(
                body=path.read_bytes(), content_type=KINDS.get(path.suffix, "application/octet-stream")
            )
        problems.append(route.request.url)
        return route.abort()

    def opens(name: str, width: int = 1366, scheme: Any = "light") -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        context.route("**/*", served)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.goto(HOME + name)
        fits(page, scheme)
        return page

    yield opens
    for context in contexts:
        context.close()
    assert not problems, problems


def fits(page: Page, scheme: str) -> None:
    """Expect the page in its light, and no wider than its window."""
    expect(page.locator("html")).to_have_attribute("data-bs-theme", scheme)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{page.url} is too wide"


def test_no_page_names_an_address_to_fetch_from(site: Path) -> None:
    outside = re.compile(
        r"""<(?!a\b)[^>]*?\b(?:src|srcset|href|action|data)=["']?(?:https?:)?//|@import|url\(["']?(?:https?:)?//"""
    )
    pages = [*site.rglob("*.html"), *site.rglob("*.css")]
    assert len(pages) > 15
    for page in pages:
        found = outside.search(page.read_text(encoding="utf-8"))
        assert not found, f"{page.name}: {found[0]}"


def test_every_page_stands_by_itself(site: Path, opened: Any) -> None:
    """With all its graphs, on a small screen, in the dark; the other tests look on a large one by day."""
    pages = sorted(path.name for path in site.glob("*.html") if path.name != "404.html")
    assert {"index.html", "tutorial.html", "howto.html", "reference.html", "explanation.html", "faq.html"} <= set(pages)
    page = opened("index.html", 400, "dark")
    for name in pages:
        page.goto(HOME + name)
        expect(page.locator("h1").first).to_be_visible()
        graphs = page.locator(".graph")
        expect(graphs.get_by_role("tab", name="Explore", exact=True)).to_have_count(graphs.count())
        fits(page, "dark")


def test_the_tutorials_graph_is_alive(opened: Any) -> None:
    page = opened("tutorial.html")
    graph = page.locator(".graph").nth(2)
    a = leaf(page, graph, "a")
    expect(a.locator(".grad")).to_have_text("6")
    a.locator(".slider").evaluate(DRAG, [3.0, True])
    root = graph.locator(".card").filter(has=page.locator(".label:text-is('L')"))
    expect(root.locator(".data")).to_have_text("-2")
    expect(leaf(page, graph, "b").locator(".grad")).to_have_text("-6")


def test_both_sides_of_an_if_are_in_the_page(opened: Any) -> None:
    page = opened("howto.html")
    graph = page.locator(".graph").last
    x = leaf(page, graph, "x")
    x.locator(".slider").evaluate(DRAG, [-1.0, True])
    expect(x.locator(".grad")).to_have_text("-3")


def test_the_search_finds_words_and_no_data(site: Path, opened: Any) -> None:
    page = opened("index.html")
    page.get_by_role("link", name="Search").click()
    page.get_by_role("searchbox").fill("guard")
    page.wait_for_function(FOUND)
    assert (site / "search" / "search_index.json").stat().st_size < 400_000


@pytest.mark.parametrize("text", ["[gone](gone.md)", "[gone](index.md#gone)", "![gone](gone.png)"])
def test_a_broken_link_ends_the_build(tmp_path: Path, text: str) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text(f"# A page\n\n{text}\n")
    config = tmp_path / "mkdocs.yml"
    config.write_text(
        f"INHERIT: {ROOT / 'mkdocs.yml'}\ndocs_dir: docs\nnav: []\nhooks: []\ntheme: {{custom_dir: {ROOT}/tools/site_theme}}\n"
    )
    done = built(tmp_path / "site", config)
    assert done.returncode != 0 and "gone" in done.stdout + done.stderr
