# SPDX-License-Identifier: Apache-2.0
"""Bullying between pupils, to the closed case: both are children, so what mends comes before what punishes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import desk, door
from tests.journeys.ground import Ground
from tests.journeys.looks import look
from tests.journeys.test_confidential import become
from tests.journeys.test_extortion import account_of, write_back

pytestmark = pytest.mark.journey
LANGUAGES = [pytest.param("en", marks=pytest.mark.every), "km"]
WORDS = {"en": "They laugh at me in class every day.", "km": "គេសើចចំអកខ្ញុំក្នុងថ្នាក់រាល់ថ្ងៃ។"}
NOTE = {"en": "Both go to one school; talking helps them more.", "km": "ទាំងពីរនាក់រៀនសាលាជាមួយគ្នា ការនិយាយគ្នាជួយបានច្រើនជាង។"}
WHY = {
    "en": "Against our rules; a private warning first, and a talk.",
    "km": "ផ្ទុយនឹងវិធានរបស់យើង។ ព្រមានជាឯកជនសិន ហើយនិយាយគ្នា។",
}
TALK = {"en": "A talk with the class teacher on Monday.", "km": "និយាយជាមួយគ្រូបន្ទុកថ្នាក់ នៅថ្ងៃច័ន្ទ។"}
ANSWER = {"en": "Thank you. We spoke to them, and your teacher helps.", "km": "អរគុណប្អូន។ យើងបាននិយាយជាមួយគេ ហើយគ្រូនឹងជួយប្អូន។"}
NO = {"en": "I want to talk to my teacher first.", "km": "ខ្ញុំចង់និយាយជាមួយគ្រូសិន។"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_bullying_between_pupils_goes_the_peer_path(
    ground: Ground, new_page: Callable[[str], Page], language: str
) -> None:
    """One notices: nothing that punishes can be chosen before a note on both children stands; the child is asked."""
    pupil, child, officer = (new_page(language) for _ in range(3))
    account = account_of(pupil, ground)
    ref = door.tell(child, ground, language, "bullying", WORDS[language], account)
    door.say_more(child, "child", "13-15", "known", "yes")
    code = door.code_shown(child)
    become(officer, ground, "officer")
    desk.at_case(officer, ground, ref)
    assert WORDS[language] not in officer.content(), "it shows before anybody said what for"
    teller = officer.locator("dd details:has(input[value=help])").last
    teller.locator("summary").click()
    teller.locator("input[value=help]").check()
    desk.send(officer, teller.locator("form"))
    expect(officer.locator("main")).to_contain_text(WORDS[language])
    peer = officer.locator("section[aria-labelledby=peer]")
    expect(peer.locator(".note.due")).to_be_visible()
    nothing_punishes_yet(officer, language)
    what_mends(officer, ground, ref, language)
    the_note(officer, ground, language)
    expect(peer).to_contain_text(NOTE[language])
    look(officer, "peer-note")
    lead = new_page(language)
    assert desk.every_look_is_given(lead, ground, ref, "peer-looks") == 1, "the note asks for a second person"
    desk.at_case(officer, ground, ref)
    expect(peer.locator(".chip.ok")).to_have_count(1)
    write_back(officer, ANSWER[language], "acting")
    desk.decide(officer, "confirm", "policy", WHY[language], "warn", "offer_help")
    expect(officer.locator("section[aria-labelledby=decided]")).to_contain_text(WHY[language])
    desk.by_hand(officer, ground, ref)  # help is offered by hand in the demo
    desk.until_confirmed(officer, ground, ref, 2)
    assert desk.is_closed(ground, ref)
    look(officer, "peer-closed")
    pupil.goto(f"{ground.app_url}/")
    expect(pupil.locator("[role=note]")).to_be_visible()
    door.come_back(child, ground, language, code)
    expect(child.locator("blockquote")).to_contain_text(ANSWER[language])


def nothing_punishes_yet(page: Page, language: str) -> None:
    """Neither on the ground of the law, nor a strike on the ground of the rules."""
    look(page, "peer-case")
    for layer, also in (("law", ()), ("policy", ("restrict",))):
        desk.decide(page, "confirm", layer, WHY[language], *also)
        expect(page.locator("[role=alert]").first).to_be_visible()
        expect(page.locator("section[aria-labelledby=decided]")).to_have_count(0)
    look(page, "peer-refused")


def what_mends(page: Page, ground: Ground, ref: str, language: str) -> None:
    """First the talk at school, from the list that the page offers; then the private warning."""
    for what in ("school", "warning"):
        desk.at_case(page, ground, ref)
        page.locator(f"section[aria-labelledby=peer] a[href$='what={what}#plan']").click()
        offer = desk.unfold(page, "/support/offer")
        assert offer.locator("select[name=what]").input_value() == what
        offer.locator("textarea[name=words]").fill(TALK[language])
        desk.send(page, offer)
    look(page, "peer-support")
    desk.at_case(page, ground, ref)


def the_note(page: Page, ground: Ground, language: str) -> None:
    """What is best for both, with the child's wish: no referral now."""
    note = desk.unfold(page, "/people/note")
    note.locator("textarea[name=words]").fill(NOTE[language])
    note.locator("[name=answer]").select_option("no")
    note.locator("input[name=asked_on]").fill(desk.today())
    note.locator("input[name=asked_by]").fill("Bopha")
    note.locator("textarea[name=wish_words]").fill(NO[language])
    desk.send(page, note)
