# SPDX-License-Identifier: Apache-2.0
"""A journey for each sector: its first screen, what the firm is, and the first three things, in few inputs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from krama.guidelines import shipped
from tests.journeys.ground import Ground

pytestmark = pytest.mark.journey

SECTORS = ("isp", "sm", "mno", "host", "cont", "dev")
MOST = 25  # inputs from the start page to the first three things
FIRM = {"en": "Demo firm", "km": "ក្រុមហ៊ុនសាកល្បង"}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One sector in one language in `make test`; every one in `make journeys`."""
    if "sector" in metafunc.fixturenames:
        pairs = [(sector, language) for sector in SECTORS for language in ("km", "en")]
        metafunc.parametrize(("sector", "language"), pairs if metafunc.config.getoption("--every") else pairs[:1])


class Inputs:
    """Counts what a person clicks and fills in."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def click(self, selector: str) -> None:
        self.page.locator(selector).first.click()
        self.count += 1

    def fill(self, selector: str, text: str) -> None:
        self.page.locator(selector).fill(text)
        self.count += 1


def test_a_sector_from_the_start_page_to_its_first_three_things(
    ground: Ground, new_page: Callable[[str], Page], sector: str, language: str
) -> None:
    page = new_page(language)
    page.goto(f"{ground.url}/start")
    inputs = Inputs(page)
    inputs.click(f"button[data-sector={sector}]")
    page.wait_for_url(f"**/guidelines/sectors/{sector}")
    line = shipped().line(page.locator("[data-step]").get_attribute("data-step") or "")
    assert line is not None
    assert line.sectors == (sector,), "the first screen names a step of another sector"
    expect(page.locator("main")).to_contain_text(line.text.in_(language))
    page.goto(f"{ground.url}/guidelines/profile?sector={sector}&step=1")
    tick_only(inputs, sector)
    for _screen in range(5):
        inputs.click("main form button.main")
    name = f"input[name=firm_{language}]"
    for field in {name, "input[name=firm_en]"}:
        inputs.fill(field, FIRM[language])
    inputs.click("main form button.main")
    page.wait_for_url("**/guidelines/first")
    expect(page.locator("ol.steps > li")).to_have_count(3)
    assert inputs.count <= MOST
    page.goto(f"{ground.url}/guidelines")
    expect(page.locator("main .lead")).to_have_text(FIRM[language])
    expect(page.locator(f"[data-sector={sector}]")).to_be_visible()
    printed = page.request.get(f"{ground.url}/guidelines/board.{language}.pdf")
    assert printed.status == 200
    assert printed.body().startswith(b"%PDF")


def tick_only(inputs: Inputs, sector: str) -> None:
    """This sector and no other, whatever was saved before."""
    for box in inputs.page.locator("input[name=sector]").all():
        if box.is_checked() != (box.get_attribute("value") == sector):
            box.click()
            inputs.count += 1
