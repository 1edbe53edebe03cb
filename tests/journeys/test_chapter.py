# SPDX-License-Identifier: Apache-2.0
"""The second chapter: where the firm stands, its sector, a loop stopped and mended, the policy, sample clauses."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.ground import Ground, changed_copy, wait_until

pytestmark = pytest.mark.journey
MINUTE = 60
FIRM = {"en": "Demo firm", "km": "ក្រុមហ៊ុនសាកល្បង"}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """In Khmer in `make test`; in both languages in `make journeys`."""
    if "language" in metafunc.fixturenames:
        metafunc.parametrize("language", ("km", "en") if metafunc.config.getoption("--every") else ("km",))


def step(page: Page, ground: Ground, number: int) -> None:
    """What this step of the chapter offers."""
    page.goto(f"{ground.url}/start/story/firm")
    page.locator(f"ol.steps > li:nth-child({number})").locator("a, button").click()


def done(page: Page, ground: Ground, number: int) -> None:
    page.goto(f"{ground.url}/start/story/firm")
    expect(page.locator(f"ol.steps > li:nth-child({number})")).to_have_class("done")


@pytest.mark.every
def test_the_second_chapter(ground: Ground, new_page: Callable[[str], Page], language: str) -> None:
    ground.scan("chapter-1", "account-1", changed_copy(1))  # the loop has had something to collect
    page = new_page(language)
    step(page, ground, 1)
    page.wait_for_url("**/guidelines")
    expect(page.locator("main .lead")).to_have_text(FIRM[language])
    done(page, ground, 1)
    step(page, ground, 2)
    page.locator("main a[href$='/sectors/mno']").first.click()
    page.wait_for_url("**/sectors/mno")
    done(page, ground, 2)
    stop_and_mend_the_loop(page, ground)
    step(page, ground, 5)
    page.locator("form[action$='/write'] button").click()
    read = page.locator(f"#files ~ p a[href$='.{language}.pdf']").first.get_attribute("href") or ""
    assert page.request.get(ground.url + read).body().startswith(b"%PDF")
    done(page, ground, 5)
    step(page, ground, 6)
    page.locator("form[action$='/sample'] button").click()
    expect(page.locator("section[aria-labelledby=lines] .card").first).to_be_visible()
    expect(page.locator("main .note.due")).to_be_visible()
    done(page, ground, 6)
    expect(page.locator("ol.steps > li.done")).to_have_count(6)


def stop_and_mend_the_loop(page: Page, ground: Ground) -> None:
    """Red within a minute, with its cause; green again when it is mended."""

    def shows(chip: str) -> bool:
        page.goto(f"{ground.url}/guidelines/proofs/live.jobs-run")
        return page.locator(f"main h1 + .chip.{chip}").count() == 1

    wait_until(lambda: shows("ok"), "the loop's proof was not green", MINUTE)
    step(page, ground, 3)
    page.wait_for_url("**/live.jobs-run")
    wait_until(lambda: shows("stop"), "the stopped loop was not seen within a minute", MINUTE)
    expect(page.locator("main .note.stop")).to_contain_text("វិនាទី" if "km" in language_of(page) else "seconds")
    done(page, ground, 3)
    step(page, ground, 4)
    wait_until(lambda: shows("ok"), "the mended loop was not seen within a minute", MINUTE)
    done(page, ground, 4)


def language_of(page: Page) -> str:
    return page.locator("html").get_attribute("lang") or ""
