# SPDX-License-Identifier: Apache-2.0
"""A firm of two at night: one sleeps, the other is woken; what asks for a second person waits until the morning.

A real home, made by its own commands and pages; mail server and SMS gateway are servers on this machine. Only the
minutes of the call tree are not waited for: the database says that they are over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import desk, door
from tests.journeys.ground import Ground, wait_until
from tests.journeys.looks import look
from tests.journeys.test_sign_in import SECRET, enter, hired
from tests.journeys.ways import PHONE
from tests.server.accounts.phones import code, wait_for_a_whole_step
from tests.server.callout.ground import Channels, standing

pytestmark = pytest.mark.journey
LANGUAGES = [pytest.param("en", marks=pytest.mark.every), "km"]
TOLD = {"en": "A boy of my school waits outside.", "km": "មានក្មេងប្រុសម្នាក់នៅសាលាខ្ញុំ កំពុងរង់ចាំនៅខាងក្រៅ។"}
NOTE = {
    "en": "Both live in one village; their parents were called, and both are at home now.",
    "km": "ទាំងពីរនាក់រស់នៅភូមិជាមួយគ្នា។ ឪពុកម្តាយត្រូវបានហៅ ហើយឥឡូវនេះទាំងពីរនាក់នៅផ្ទះ។",
}
WHY = {"en": "Both are safe; the parents know.", "km": "ទាំងពីរនាក់មានសុវត្ថិភាព ហើយឪពុកម្តាយដឹងរឿងនេះ។"}


MAIL, NUMBER = "on-call@firm.example", "+855 12 345 678"  # invented


@dataclass
class Person:
    """One of the two: the page they sit at, their password, and the ten codes of paper that they hold."""

    page: Page
    name: str
    password: str
    codes: list[str]


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[tuple[Ground, Channels]]:
    """A home with nobody in it yet but who keeps the machine, and the servers that carry its messages."""
    with standing() as channels:
        outside = {
            "KRAMA_EMAIL_URL": f"smtp://127.0.0.1:{channels.mail_port}/?from=no-reply@firm.example",
            "KRAMA_SMS_SEND_URL": f"{channels.sms.url}/sendsms?to={{to}}&text={{text}}",
        }
        ground = Ground(tmp_path, **outside)
        made = ground.krama("init", KRAMA_URL=ground.url)
        assert made.status == 0, made.said
        ground.start(pages=(f"{ground.url}/start",))
        yield ground, channels
        assert ground.stop() == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_sleeps_and_the_other_is_woken_and_the_second_look_comes_in_the_morning(
    firm: tuple[Ground, Channels], new_page: Callable[[str], Page], language: str
) -> None:
    """One notices: the message has a number and an hour and no word of a child; whoever wakes late reads who has it;
    what went ahead alone at night stands on Today, red, until the other has looked."""
    ground, channels = firm
    lead, officer = (join(new_page(language), ground, role) for role in ("lead", "officer"))
    a_tree(lead.page, ground, language)
    ref = a_child_is_in_danger(new_page(language), ground, language)
    wait_until(lambda: len(channels.links()) == 1, "nobody was called", 60)
    assert not channels.sms.got, "both were called at once"
    nobody_answers(ground, ref)
    wait_until(lambda: len(channels.links()) == 2, "the other was not called", 60)
    assert not [said for said in channels.texts() if TOLD[language] in said]
    first, second = channels.links()
    night = replace(officer, page=new_page(language))
    taken_by_link(night, ground, second, ref)
    morning = replace(lead, page=new_page(language))
    too_late(morning.page, ground, first, officer.name)
    closed_alone(night.page, ground, ref, language)
    the_look_is_given(morning, ground, ref)


def join(page: Page, ground: Ground, role: str) -> Person:
    """Hired by the command; signed in for the first time, with a phone that shows codes."""
    password = hired(ground, role, role)
    enter(page, ground, role, password)
    page.goto(ground.url + PHONE)
    secret = SECRET.search(page.content())
    assert secret
    wait_for_a_whole_step()
    page.locator("#id_code").fill(code(secret[0]))
    page.locator("main form button.main").click()
    page.wait_for_url("**/second-factor/codes")
    return Person(page, role, password, page.locator(".secret").inner_text().split())


def a_tree(page: Page, ground: Ground, language: str) -> None:
    """First who sleeps nearer to a mailbox, a minute later the other by SMS."""
    for place, (who, channel, address) in enumerate((("lead", "mail", MAIL), ("officer", "sms", NUMBER))):
        page.goto(f"{ground.url}/callout")
        step = page.locator("form[action='/callout/steps']")
        step.locator("[name=minutes]").fill("1")
        desk.send(page, step)
        way = page.locator("form[action$='/ways']").nth(place)
        way.evaluate("one => { one.closest('details').open = true }")
        way.locator("[name=person]").select_option(label=who)
        way.locator("[name=channel]").select_option(channel)
        way.locator("[name=address]").fill(address)
        way.locator("[name=language]").select_option(language)
        desk.send(page, way)
    look(page, "two-tree")


def a_child_is_in_danger(page: Page, ground: Ground, language: str) -> str:
    """Also says that the other person may be a child."""
    ref = door.tell(page, ground, language, "bullying", TOLD[language])
    page.locator("button[value=danger]").click()
    expect(page.locator("a[href^='tel:']").first).to_be_visible()
    door.say_more(page, "yes")
    return ref


def nobody_answers(ground: Ground, ref: str) -> None:
    """The step's minute is over."""
    with closing(ground.database()) as database, database:
        now = "UPDATE callout_alarm SET ring_at = raised_at WHERE ref = ? AND step = 1 AND taken_by_id IS NULL"
        assert database.execute(now, (ref,)).rowcount == 1


def taken_by_link(person: Person, ground: Ground, link: str, ref: str) -> None:
    """On a telephone that is signed in nowhere: the link asks, the button takes, and then they sign in."""
    page = person.page
    page.goto(f"{ground.url}/wake/{link}")
    expect(page.locator("h1")).to_contain_text(ref)
    look(page, "two-woken")
    page.locator("main form button.main").click()
    expect(page.locator(".note.ok")).to_be_visible()
    look(page, "two-taken")
    page.locator("main a.main").click()
    sign_in_again(person)
    expect(page.locator("h1")).to_have_text(ref)


def sign_in_again(person: Person) -> None:
    """The page asks who it is: password, and a code from the paper."""
    page = person.page
    page.locator("#id_login").fill(person.name)
    page.locator("#id_password").fill(person.password)
    page.locator("main form button.main").first.click()
    page.wait_for_url("**/second-factor/ask**")
    page.locator("#id_code").fill(person.codes.pop())
    page.locator("main form button.main").click()
    page.wait_for_url(lambda url: "second-factor" not in url)


def closed_alone(page: Page, ground: Ground, ref: str, language: str) -> None:
    """The note stands at once, for a child is in danger and nobody else is awake; then it is decided."""
    teller = page.locator("dd details:has(input[value=protect])").last
    teller.locator("summary").click()
    teller.locator("input[value=protect]").check()
    desk.send(page, teller.locator("form"))
    note = desk.unfold(page, "/people/note")
    note.locator("textarea[name=words]").fill(NOTE[language])
    note.locator("[name=answer]").select_option("cannot-ask")
    desk.send(page, note)
    expect(page.locator("section[aria-labelledby=peer] .chip.ok")).to_be_visible()
    look(page, "two-note")
    desk.decide(page, "confirm", "policy", WHY[language])
    expect(page.locator("section[aria-labelledby=decided]")).to_contain_text(WHY[language])
    assert desk.is_closed(ground, ref)
    page.goto(f"{ground.url}/looks")
    expect(page.locator(".card", has_text=ref).locator("button[value=yes]")).to_have_count(0)


def too_late(page: Page, ground: Ground, link: str, name: str) -> None:
    """Whoever reads the first message later is told who has it."""
    page.goto(f"{ground.url}/wake/{link}")
    page.locator("main form button.main").click()
    expect(page.locator("[role=alert]")).to_contain_text(name)
    look(page, "two-too-late")


def the_look_is_given(person: Person, ground: Ground, ref: str) -> None:
    """Today says that one is to come, and for how long; agreed, and the alarm is gone."""
    page = person.page
    page.goto(f"{ground.url}/today")
    sign_in_again(person)
    alarm = page.locator(".note.stop:has(a[href='/looks'])")
    expect(alarm).to_be_visible()
    look(page, "two-morning")
    alarm.locator("a").click()
    cards = page.locator(".card:has(button[value=yes])", has_text=ref)
    expect(cards.locator(".chip.stop")).to_have_count(2)  # the note, and the decision of the gravest kind
    look(page, "two-look")
    for left in (1, 0):
        with page.expect_navigation():
            cards.first.locator("button[value=yes]").click()
        expect(cards).to_have_count(left)
    page.goto(f"{ground.url}/today")
    expect(alarm).to_have_count(0)
