# SPDX-License-Identifier: Apache-2.0
"""A child in danger tells of a stranger who threatens; from that page to the closed case, and back to the child.

The words are neutral stand-ins: what such a person writes stands nowhere in this repository.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import desk, door
from tests.journeys.ground import Ground, wait_until
from tests.journeys.looks import look
from tests.journeys.test_confidential import become

pytestmark = pytest.mark.journey
BOTH = pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.every), "km"])
TOLD = {"en": "They say they will tell my teacher, today.", "km": "គេថានឹងប្រាប់គ្រូរបស់ខ្ញុំ នៅថ្ងៃនេះ។"}
ANSWER = {
    "en": "Thank you for telling us. It is not your fault. We have stopped that account.",
    "km": "អរគុណដែលប្អូនប្រាប់យើង។ នេះមិនមែនជាកំហុសរបស់ប្អូនទេ។ យើងបានដាក់កំហិតលើគណនីនោះហើយ។",
}
WHY = {
    "en": "The account threatens a child; times and ids are kept.",
    "km": "គណនីនេះគំរាមកុមារ ម៉ោង និងលេខសម្គាល់ត្រូវបានរក្សាទុក។",
}
ASKED = {"en": "Asked in the answer, and they said yes.", "km": "បានសួរក្នុងការឆ្លើយតប ហើយប្អូនយល់ព្រម។"}
AGAIN = {"en": "Has anybody written again?", "km": "តើមានអ្នកណាសរសេរមកទៀតឬទេ?"}


@BOTH
def test_a_child_who_is_threatened_and_in_danger_is_helped_until_the_case_is_closed(
    ground: Ground, new_page: Callable[[str], Page], language: str
) -> None:
    """One notices: the child reads a telephone number before anything else, and the officer a playbook before a form;
    who threatens is stopped without a warning, and the child reads an answer, not a file number."""
    stranger, child, officer = (new_page(language) for _ in range(3))
    account = account_of(stranger, ground)
    ref, code = a_child_tells(child, ground, language, account)
    become(officer, ground, "officer")
    take(officer, ground, ref)
    read_what_was_said(officer, TOLD[language])
    say_who_is_who(officer)
    tick(officer, "danger", "write", "helpline", "peer")
    write_back(officer, ANSWER[language], "acting")
    help_the_child(officer, ground, ref, language)
    desk.decide(officer, "confirm", "law", WHY[language], "restrict")
    keep(officer)
    tick(officer, "stop", "keep", "picture", "others", "refer")
    desk.until_confirmed(officer, ground, ref, 1)
    look(officer, "extortion-closed")
    assert desk.is_closed(ground, ref)
    stranger.goto(f"{ground.app_url}/")
    expect(stranger.locator("[role=note]")).to_be_visible()
    desk.off_today(officer, ground, ref)
    assert desk.every_look_is_given(new_page(language), ground, ref) == 1, "the gravest kind was confirmed"
    the_child_reads(child, ground, language, code)
    desk.at_case(officer, ground, ref)
    expect(officer.locator(".match").first).to_contain_text(ANSWER[language])


def account_of(page: Page, ground: Ground) -> str:
    """Somebody with an account in the firm's app: a landscape stands there, and nothing more."""
    page.goto(f"{ground.app_url}/")
    page.locator("button[value=holiday]").click()
    page.goto(f"{ground.app_url}/")
    return page.locator("krama-report").first.get_attribute("account-id") or ""


def a_child_tells(page: Page, ground: Ground, language: str, account: str) -> tuple[str, str]:
    """A threat, and then: I am in danger now. The case that opened, and the child's code."""
    ref = door.tell(page, ground, language, "threat", TOLD[language], account)
    page.locator("button[value=danger]").click()
    expect(page.locator("a[href^='tel:']").first).to_be_visible()
    look(page, "extortion-danger")
    door.say_more(page, "child", "13-15", "girl", "online", "no")
    code = door.code_shown(page)
    look(page, "extortion-code")
    return ref, code


def take(page: Page, ground: Ground, ref: str) -> None:
    """It stands on Today as an alarm, above all that is none; from then on nobody else is called."""
    wait_until(lambda: desk.alarm_of(page, ground, ref).count() == 1, "no alarm")
    assert desk.comes_first(desk.rows_of_today(page), ref)
    look(page, "extortion-today")
    desk.alarm_of(page, ground, ref).locator("form button").click()
    desk.at_case(page, ground, ref)
    expect(page.locator(".note form[action^='/callout/']")).to_have_count(0)


def read_what_was_said(page: Page, words: str) -> None:
    """Not before somebody says what for; and then one part at a time."""
    assert words not in page.content(), "it shows before anybody said what for"
    look(page, "extortion-case")
    expect(page.locator("form[action$='/answer']")).to_have_count(0)
    teller = page.locator("dd details:has(input[value=protect])").last
    teller.locator("summary").click()
    teller.locator("input[value=protect]").check()
    desk.send(page, teller.locator("form"))
    part = page.locator("details[name^=said]", has_text=words)
    expect(part.locator(".words")).to_be_hidden()
    part.locator("summary").click()
    expect(part.locator(".words")).to_have_text(words)
    look(page, "extortion-opened")


def say_who_is_who(page: Page) -> None:
    """The account is a suspect, whoever told is the child."""
    people = page.locator("section[aria-labelledby=people]")
    for number, part in enumerate(("suspect", "child")):
        form = people.locator("form[action$='/people/role']").nth(number)
        form.evaluate("one => { one.closest('details').open = true }")
        form.locator("select[name=part]").select_option(part)
        desk.send(page, form)
    look(page, "extortion-people")


def tick(page: Page, *steps: str) -> None:
    """Steps of the playbook, in their order."""
    for step in steps:
        form = page.locator(f"#playbook ~ .card form:has(input[value='{step}']):has(input[value=yes])")
        desk.send(page, form.first)
        expect(form).to_have_count(0)


def write_back(page: Page, words: str, state: str) -> None:
    form = desk.unfold(page, "/answer")
    form.locator("textarea[name=text]").fill(words)
    form.locator(f"input[value={state}]").check()
    desk.send(page, form)


def help_the_child(page: Page, ground: Ground, ref: str, language: str) -> None:
    """A talk is offered and agreed to; the help line is called with the child's yes; a day to look again."""
    page.locator("section[aria-labelledby=help] a").click()
    offer = desk.unfold(page, "/support/offer")
    offer.locator("select[name=what]").select_option("talk")
    desk.send(page, offer)
    with page.expect_navigation():
        page.locator("form[action$='/support/move'] button[value=agreed]").click()
    refer = desk.unfold(page, "/support/refer")
    refer.locator("input[value=consent]").check()
    refer.locator("select[name=whose]").select_option("child")
    refer.locator("input[name=on]").fill(desk.today())
    refer.locator("textarea[name=how]").fill(ASKED[language])
    desk.send(page, refer)
    expect(page.locator("section[aria-labelledby=referral] .card")).to_contain_text(ASKED[language])
    again = desk.unfold(page, "/support/follow-up")
    again.locator("input[name=on]").fill(desk.today(plus=7))
    again.locator("textarea[name=words]").fill(AGAIN[language])
    desk.send(page, again)
    look(page, "extortion-support")
    desk.at_case(page, ground, ref)


def keep(page: Page) -> None:
    """What shows the threat is kept for the hotline: ids and times."""
    form = desk.unfold(page, "/hold")
    form.locator("input[value=referred]").check()
    desk.send(page, form)


def the_child_reads(page: Page, ground: Ground, language: str, code: str) -> None:
    """The answer, and that it is done; what the child said stands nowhere."""
    door.come_back(page, ground, language, code)
    expect(page.locator("blockquote")).to_contain_text(ANSWER[language])
    assert TOLD[language] not in page.content()
    look(page, "extortion-answer")
