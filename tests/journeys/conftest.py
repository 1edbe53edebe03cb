# SPDX-License-Identifier: Apache-2.0
"""One demo home, one real `krama serve` and one headless Chromium for all journeys of a session."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from krama.testing import pictures
from tests.journeys.ground import Ground, changed_copy, wait_until
from tests.journeys.visits import Eyes
from tests.journeys.ways import Scene

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    ground = Ground(Path(tmp_path_factory.mktemp("journeys")))
    made = ground.krama("init", "--demo")
    assert made.status == 0, made.said
    ground.start("--app", str(Path(__file__).parents[2] / "examples" / "social_app"))
    yield ground
    assert ground.stop() == 0, "Ctrl-C did not end it cleanly"


# A module's, not the session's: while it runs, its event loop keeps Django from the database in this process.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """A page of a person's own: cookies of its own, one language, 1280 px wide."""
    opened = []

    def open_page(language: str) -> Page:
        opened.append(browser.new_context(locale=language, viewport={"width": 1280, "height": 900}))
        opened[-1].set_default_timeout(10_000)
        return opened[-1].new_page()

    yield open_page
    for context in opened:
        context.close()


@pytest.fixture(scope="module")
def scene(ground: Ground, browser: Browser) -> Scene:
    """One case of each kind, made as a firm and a reviewer make them."""
    ground.scan("picture-1", "account-1", changed_copy(1))
    ground.scan("picture-2", "account-1", changed_copy(2))
    ground.scan("picture-3", "account-3", pictures.jpeg(pictures.landscape(3000))[:2000])
    ground.scan("picture-4", "account-4", changed_copy(4))
    eyes = Eyes(browser, ground, "en")
    page = eyes.page("reviewer")
    refs = [_ref(page, ground, f"picture-{number}") for number in (1, 3, 4)]
    page.goto(f"{ground.url}/cases/{refs[2]}")
    for choice in ("confirm", "law"):
        page.locator(f"input[value={choice}]").check()
    page.locator("textarea[name=reason]").first.fill("៣")
    page.locator("form:has(textarea) button.main").first.click()
    page.locator("section[aria-labelledby=decided]").wait_for()
    eyes.close()
    return Scene(ground, *refs)


def _ref(page: Page, ground: Ground, content_id: str) -> str:
    """The case that the job loop opens for this content, a second later at most."""
    found = page.locator("ul.cases a.ref")

    def opened() -> bool:
        page.goto(f"{ground.url}/cases?q={content_id}")
        return found.count() == 1

    wait_until(opened, f"no case was opened for {content_id}")
    return found.inner_text()
