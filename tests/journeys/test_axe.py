# SPDX-License-Identifier: Apache-2.0
"""axe finds nothing on any page: both languages, both widths, light and dark; and nothing runs off the side."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.journeys.visits import FILES, POST_ONLY, REDIRECTS, VISITS, Eyes, Scene, routes

pytestmark = pytest.mark.journey

# Only what is wrong comes back: all that is right would be megabytes.
RUN = """() => axe.run(document, {resultTypes: ['violations'], preload: false})
  .then(found => found.violations.map(fault => `${fault.id}: ${fault.nodes[0].html.slice(0, 160)}`))"""
Looks = Callable[[str], tuple[tuple[str, int], ...]]
EVERY = tuple((scheme, width) for scheme in ("light", "dark") for width in (1280, 360))
SAMPLE = {"en": (("dark", 360),), "km": (("light", 1280),)}


@pytest.fixture
def looks(request: pytest.FixtureRequest) -> Looks:
    """A language's looks: one in `make test`, every one in `make journeys`."""
    return lambda language: EVERY if request.config.getoption("--every") else SAMPLE[language]


def faults(page: Page, looks: tuple[tuple[str, int], ...]) -> Iterator[str]:
    """What is wrong with the open page, in each look."""
    page.evaluate(Axe().axe_script)
    for scheme, width in looks:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 900})
        yield from (f"{width} px, {scheme}: {fault}" for fault in page.evaluate(RUN))
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
            yield f"{width} px: the page is {wide} px wide"


@pytest.mark.parametrize("language", ["en", "km"])
def test_axe_finds_nothing_on_any_page(browser: Browser, scene: Scene, language: str, looks: Looks) -> None:
    eyes, found = Eyes(browser, scene.ground, language), []
    for visit in VISITS:
        page = eyes.page(visit.role)
        visit.open(page, scene)
        assert page.locator("html").get_attribute("lang") == language, visit.name
        found += [f"{visit.name} ({page.url}), {fault}" for fault in faults(page, looks(language))]
    eyes.close()
    assert not found, "\n".join(found)


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
