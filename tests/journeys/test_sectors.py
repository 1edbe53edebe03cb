# SPDX-License-Identifier: Apache-2.0
"""A journey for each sector: from its first screen to the first three things, and on to a proof pack that verifies."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from krama.guidelines import shipped
from krama.guidelines.verify import verify_pack
from tests.journeys.ground import Ground

pytestmark = pytest.mark.journey

SECTORS = ("isp", "sm", "mno", "host", "cont", "dev")
SEEN: dict[str, frozenset[str]] = {}  # what applies in each sector that was walked
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


def test_a_sector_from_the_start_page_to_its_proof_pack(
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
    look_at_the_board(page, ground, sector, language)
    ids = what_applies(page, ground)
    assert all(ids != seen for other, seen in SEEN.items() if other != sector), "two sectors ask for the same"
    SEEN[sector] = ids
    share_out(page, ground)
    answer_one(page, ground)
    plan_the_gaps(page, ground)
    lead = become(new_page(language), ground, "lead")
    write_the_policy(page, lead, ground, language)
    make_a_pack(page, lead, ground)


def look_at_the_board(page: Page, ground: Ground, sector: str, language: str) -> None:
    page.goto(f"{ground.url}/guidelines")
    expect(page.locator("main .lead")).to_have_text(FIRM[language])
    expect(page.locator(f"[data-sector={sector}]")).to_be_visible()
    printed = page.request.get(f"{ground.url}/guidelines/board.{language}.pdf")
    assert printed.status == 200
    assert printed.body().startswith(b"%PDF")


def what_applies(page: Page, ground: Ground) -> frozenset[str]:
    """The lines that apply, and each with its reason."""
    page.goto(f"{ground.url}/guidelines/assessment")
    links = [link.get_attribute("href") or "" for link in page.locator("main tbody a").all()]
    ids = frozenset(link.rsplit("/", 1)[1] for link in links)
    page.goto(f"{ground.url}/guidelines/applies")
    expect(page.locator("main .figure")).to_contain_text(str(len(ids)))
    return ids


def share_out(page: Page, ground: Ground) -> None:
    """Units with a head, and each requirement in one of them; the sheet to hang up."""
    page.goto(f"{ground.url}/guidelines/units")
    page.locator("form[action$='/usual'] button").click()
    button = page.locator("form[action$='/share-out'] button")
    if button.count():
        button.click()
    expect(button).to_have_count(0)
    page.locator("main h3 a").first.click()
    expect(page.locator("section[aria-labelledby=duties] tbody tr").first).to_be_visible()
    sheet = page.request.get(ground.url + (page.locator("a[href$='sheet.km.pdf']").get_attribute("href") or ""))
    assert sheet.body().startswith(b"%PDF")


def answer_one(page: Page, ground: Ground) -> None:
    """The next one to answer, in the words of the scale."""
    page.goto(f"{ground.url}/guidelines/assessment?state=open")
    before = page.locator("main tbody tr").count()
    page.locator("main a.button.main").click()
    page.locator("input[name=level][value='1']").check()
    page.locator("textarea[name=words]").fill("១")
    page.locator("section[aria-labelledby=answer] button.main").click()
    expect(page.locator("main .chip.due").first).to_be_visible()
    page.goto(f"{ground.url}/guidelines/assessment?state=open")
    assert page.locator("main tbody tr").count() == before - 1


def plan_the_gaps(page: Page, ground: Ground) -> None:
    """The first gaps become steps with a day."""
    page.goto(f"{ground.url}/guidelines/gaps")
    text = page.locator("main .card h2").first.inner_text()
    page.locator("form[action$='/fill'] button").click()
    page.wait_for_url("**/guidelines/plan")
    expect(page.locator("section[aria-labelledby=open]")).to_contain_text(text)


def write_the_policy(page: Page, lead: Page, ground: Ground, language: str) -> None:
    """Written with the firm's name, approved by another person, printed."""
    page.goto(f"{ground.url}/guidelines/policy/policy")
    page.locator("form[action$='/write'] button").click()
    page.wait_for_load_state()
    lead.goto(f"{ground.url}/guidelines/policy/policy")
    lead.locator("form[action$='/approve'] button").click()
    expect(lead.locator("dl.facts .chip.ok")).to_be_visible()
    page.reload()
    read = page.locator(f"#files ~ p a[href$='.{language}.html']").get_attribute("href") or ""
    assert FIRM[language] in page.request.get(ground.url + read).text()
    assert page.request.get(ground.url + read.replace(".html", ".pdf")).body().startswith(b"%PDF")


def make_a_pack(page: Page, lead: Page, ground: Ground) -> None:
    """An edition, approved by another person; its pack verifies without Krama's server."""
    page.goto(f"{ground.url}/guidelines/editions")
    page.locator("main [name=name]").fill("១")
    page.locator("main form button.main").click()
    page.wait_for_url(re.compile(r"/editions/\d+$"))
    lead.goto(page.url)
    lead.locator("input[value=approve]").check()
    lead.locator("section[aria-labelledby=decide] button.main").click()
    expect(lead.locator("main .chip.ok").first).to_be_visible()
    page.goto(f"{ground.url}/guidelines/packs")
    with page.expect_download(timeout=60_000) as saved:
        page.locator("form[action$='/make'] button.main").click()
    assert verify_pack(saved.value.path().read_bytes()).ok


def become(page: Page, ground: Ground, role: str) -> Page:
    page.goto(f"{ground.url}/start")
    page.locator(f"section[aria-labelledby=personas] form:has(input[value={role}]) button").click()
    page.wait_for_url(lambda url: not url.endswith("/start"))
    return page


def tick_only(inputs: Inputs, sector: str) -> None:
    """This sector and no other, whatever was saved before."""
    for box in inputs.page.locator("input[name=sector]").all():
        if box.is_checked() != (box.get_attribute("value") == sector):
            box.click()
            inputs.count += 1
