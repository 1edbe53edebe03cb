# SPDX-License-Identifier: Apache-2.0
"""Every page in both languages: axe finds nothing, nothing runs off the side, and in Khmer it is Khmer.

`make journeys` looks at each page in both languages and widths, light and dark. `make test` opens each page in Khmer
and each third one in English too; axe looks at every third in Khmer, light and wide, and at those in English, dark and
narrow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.journeys.test_khmer import not_khmer
from tests.journeys.visits import FILES, POST_ONLY, REDIRECTS, VISITS, Eyes, routes
from tests.journeys.ways import Scene

pytestmark = pytest.mark.journey

# Only what is wrong comes back: all that is right would be megabytes.
RUN = """() => axe.run(document, {resultTypes: ['violations'], preload: false})
  .then(found => found.violations.map(fault => `${fault.id}: ${fault.nodes[0].html.slice(0, 160)}`))"""
LANGUAGES = ("en", "km")
TURNS = 3
EVERY = tuple((scheme, width) for scheme in ("light", "dark") for width in (1280, 360))
SAMPLE = {"en": (("dark", 360),), "km": (("light", 1280),)}


def faults(page: Page, looks: tuple[tuple[str, int], ...], *, axe: bool = True) -> Iterator[str]:
    """What is wrong with the open page, in each look."""
    if axe:
        page.evaluate(Axe().axe_script)
    for scheme, width in looks:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 900})
        yield from (f"{width} px, {scheme}: {fault}" for fault in (page.evaluate(RUN) if axe else ()))
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
            yield f"{width} px: the page is {wide} px wide"


@dataclass
class Walk:
    """What was found on the way over every page in one language."""

    by_axe: list[str] = field(default_factory=list)
    not_khmer: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def walk(browser: Browser, scene: Scene, pytestconfig: pytest.Config) -> Callable[[str], Walk]:
    """Once over every page, for all who ask."""
    every = bool(pytestconfig.getoption("--every"))

    @cache
    def walked(language: str) -> Walk:
        eyes, found = Eyes(browser, scene.ground, language), Walk()
        for number, visit in enumerate(VISITS):
            turn = every or number % TURNS == LANGUAGES.index(language)
            if not turn and language == "en" and visit.leads_nowhere:
                continue
            page = eyes.page(visit.role)
            visit.open(page, scene)
            assert page.locator("html").get_attribute("lang") == language, visit.name
            if language == "km":
                found.not_khmer += [f"{visit.name}: {fault}" for fault in not_khmer(page)]
            wrong = faults(page, EVERY if every else SAMPLE[language], axe=turn)
            found.by_axe += [f"{visit.name} ({page.url}), {fault}" for fault in wrong]
        eyes.close()
        return found

    return walked


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_any_page(walk: Callable[[str], Walk], language: str) -> None:
    assert not (found := walk(language).by_axe), "\n".join(found)


def test_every_page_is_khmer(walk: Callable[[str], Walk]) -> None:
    assert not (found := walk("km").not_khmer), "\n".join(dict.fromkeys(found))


def test_it_is_seen_red(browser: Browser, scene: Scene) -> None:
    eyes = Eyes(browser, scene.ground, "en")
    page = eyes.page("")
    page.goto(f"{scene.ground.url}/start")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<main><img src=x><button></button></main>')")
    page.evaluate("document.body.style.minWidth = '2000px'")
    found = "\n".join(faults(page, EVERY[:1]))
    eyes.close()
    assert "image-alt" in found
    assert "button-name" in found
    assert "px wide" in found


def test_every_route_is_visited_or_is_no_page() -> None:
    visited = {visit.name.split(",")[0] for visit in VISITS} - {"app", "not found", "forbidden"}
    assert visited | POST_ONLY | REDIRECTS | FILES == routes()
