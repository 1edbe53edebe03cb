# SPDX-License-Identifier: Apache-2.0
"""From the first signal to the closed case: a holiday picture restored, bullying on the peer path, a child
in danger. Nobody is shown a picture anywhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.ground import Ground, wait_until
from tests.journeys.test_child_chapter import newest
from tests.journeys.test_confidential import become, open_for
from tests.journeys.test_tour import upload_a_changed_copy

pytestmark = pytest.mark.journey
LANGUAGES = [pytest.param("en", marks=pytest.mark.every), "km"]
WORDS = {"en": "They laugh at me in class every day.", "km": "គេសើចចំអកខ្ញុំក្នុងថ្នាក់រាល់ថ្ងៃ។"}
NOTE = {"en": "Both go to one school; talking helps them more.", "km": "ទាំងពីរនាក់រៀនសាលាជាមួយគ្នា ការនិយាយគ្នាជួយបានច្រើនជាង។"}
SEEN = {"en": "Seen and compared; no names.", "km": "បានមើល និងប្រៀបធៀប គ្មានឈ្មោះ។"}
RESTORED = {"en": "shown again", "km": "បានបង្ហាញវិញ"}


def tell(page: Page, ground: Ground, language: str, topic: str, words: str) -> str:
    """A child tells on the public page and leaves; the case that opens."""
    before = newest(ground)
    page.goto(f"{ground.url}/report?lang={language}")
    page.locator(f"button[value={topic}]").first.click()
    page.locator("textarea[name=answer]").fill(words)
    page.locator("button[value=send]").click()
    page.wait_for_load_state()
    wait_until(lambda: newest(ground) != before, "no case opened")
    return newest(ground)


def decide(page: Page, outcome: str, layer: str, reason: str) -> None:
    form = page.locator("form[action$='/decision']")
    form.locator(f"input[value={outcome}]").check()
    if layer:
        form.locator(f"input[name=layer][value={layer}]").check()
    form.locator("textarea[name=reason]").fill(reason)
    form.locator("button.main").click()
    page.wait_for_load_state()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_holiday_picture_that_was_withheld_is_shown_again(
    ground: Ground, new_page: Callable[[str], Page], language: str
) -> None:
    page = new_page(language)
    picture = upload_a_changed_copy(page, ground, language)
    become(page, ground, "reviewer")

    def opened() -> bool:
        page.goto(f"{ground.url}/cases?q={picture}")
        return page.locator("ul.cases a.ref").count() == 1

    wait_until(opened, "no case opened")
    page.locator("ul.cases a.ref").click()
    assert page.locator("main img").count() == 0
    decide(page, "dismiss", "", SEEN[language])

    def shown() -> bool:
        page.goto(f"{ground.app_url}/pictures/{picture}")
        return RESTORED[language] in page.locator("main").inner_text()

    wait_until(shown, "the app never showed it again")
    assert page.request.get(f"{ground.app_url}/pictures/{picture}/image").status == 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_bullying_between_pupils_goes_the_peer_path(
    ground: Ground, new_page: Callable[[str], Page], language: str
) -> None:
    ref = tell(new_page(language), ground, language, "bullying", WORDS[language])
    page = new_page(language)
    become(page, ground, "officer")
    page.goto(f"{ground.url}/cases/{ref}")
    assert WORDS[language] not in page.content(), "it shows before anybody said what for"
    open_for(page, "help")
    expect(page.locator("main")).to_contain_text(WORDS[language])
    peer = page.locator("form[action$='/people/peer']")
    page.locator("details:has(form[action$='/people/peer']) > summary").click()
    peer.locator("textarea").fill(NOTE[language])
    peer.locator("button").click()
    expect(page.locator("section[aria-labelledby=peer] .note.due")).to_be_visible()
    decide(page, "confirm", "law", SEEN[language])
    expect(page.locator("[role=alert]")).to_be_visible()
    expect(page.locator("section[aria-labelledby=decided]")).to_have_count(0)
    note = page.locator("form[action$='/people/note']")
    note.locator("textarea").first.fill(NOTE[language])
    note.locator("button").click()
    page.wait_for_load_state()
    expect(page.locator("section[aria-labelledby=peer]")).to_contain_text(NOTE[language])
    decide(page, "confirm", "policy", SEEN[language])
    expect(page.locator("section[aria-labelledby=decided]")).to_contain_text(SEEN[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_child_in_danger_comes_first_and_somebody_takes_it(
    ground: Ground, new_page: Callable[[str], Page], language: str
) -> None:
    child = new_page(language)
    before = newest(ground)
    child.goto(f"{ground.url}/report?lang={language}")
    child.locator("button[value=danger]").first.click()
    expect(child.locator("a[href^='tel:']").first).to_be_visible()
    wait_until(lambda: newest(ground) != before, "no case opened")
    page = new_page(language)
    become(page, ground, "officer")
    page.goto(f"{ground.url}/today")
    ref = newest(ground)
    expect(page.locator("ul.cases a.ref").first).to_have_text(ref)
    alarm = page.locator(".note", has_text=ref).first
    expect(alarm).to_be_visible()
    alarm.locator("form[action^='/callout/'] button").click()
    page.wait_for_load_state()
    page.goto(f"{ground.url}/cases/{ref}")
    expect(page.locator("section[aria-labelledby=playbook], #playbook").first).to_be_visible()
    decide(page, "confirm", "policy", SEEN[language])
    expect(page.locator("section[aria-labelledby=decided]")).to_contain_text(SEEN[language])
