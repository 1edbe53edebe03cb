# SPDX-License-Identifier: Apache-2.0
"""The tour's chapters on work with cases, walked in a home where nothing has happened: officer, reviewer, peers.

At first no step is done; each is done by what the visitor does in the running product, and by nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.journeys.ground import APP, Ground, wait_until
from tests.journeys.test_confidential import become, done, open_for
from tests.journeys.test_tour import unfold

pytestmark = pytest.mark.journey
STEPS = {"officer": 7, "reviewer": 7, "peers": 7}
WORDS = {"en": "They laugh at me in class every day.", "km": "គេសើចចំអកខ្ញុំក្នុងថ្នាក់រាល់ថ្ងៃ។"}
NOTE = {
    "en": "Both go to one school; talking helps them more.",
    "km": "ទាំងពីរនាក់រៀនសាលាជាមួយគ្នា ការនិយាយគ្នាជួយបានច្រើនជាង។",
}
WARNED = {"en": "read its rules again", "km": "អានច្បាប់របស់ទីលានម្តងទៀត"}


@pytest.fixture(scope="module", params=[pytest.param("en", marks=pytest.mark.every), "km"])
def home(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Ground, str]]:
    """A demo home of its own for each language, since what was done once stays done."""
    ground = Ground(Path(tmp_path_factory.mktemp(f"casework-{request.param}")))
    made = ground.krama("init", "--demo")
    assert made.status == 0, made.said
    ground.start("--app", str(APP))
    yield ground, request.param
    assert ground.stop() == 0, "Ctrl-C did not end it cleanly"


@pytest.fixture
def page(home: tuple[Ground, str], new_page: Callable[[str], Page]) -> Page:
    return new_page(home[1])


def step(page: Page, ground: Ground, chapter: str, number: int) -> None:
    """What this step offers."""
    page.goto(f"{ground.url}/start/story/{chapter}")
    page.locator(f"ol.steps > li:nth-child({number})").locator("a, button").click()
    page.wait_for_load_state()


def phone(page: Page) -> FrameLocator:
    return page.frame_locator("iframe.phone")


def first_case(page: Page, ground: Ground, asked: str) -> str:
    """The first case of the queue with these filters, once there is one; the page stays on it."""

    def found() -> bool:
        page.goto(f"{ground.url}/cases?{asked}")
        return page.locator("ul.cases a.ref").count() > 0

    wait_until(found, f"no case for {asked}")
    page.locator("ul.cases a.ref").first.click()
    page.wait_for_load_state()
    return page.locator("h1").inner_text()


def decide(page: Page, layer: str, *also: str) -> None:
    form = page.locator("form:has(textarea[name=reason]):has(input[value=confirm])")
    form.locator("input[value=confirm]").check()
    form.locator(f"input[name=layer][value={layer}]").check()
    for kind in also:
        form.locator(f"input[name=also][value={kind}]").check()
    form.locator("textarea[name=reason]").fill("៣")
    form.locator("button.main").click()
    page.wait_for_load_state()


def test_where_nothing_has_happened_no_step_is_done(home: tuple[Ground, str], page: Page) -> None:
    ground, language = home
    page.goto(f"{ground.url}/start")
    for chapter, count in STEPS.items():
        expect(page.locator(f".hero a[href='/start/story/{chapter}']")).to_be_visible()
        page.goto(f"{ground.url}/start/story/{chapter}")
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.locator("ol.steps > li")).to_have_count(count)
        expect(page.locator("ol.steps > li.done")).to_have_count(0)
        page.goto(f"{ground.url}/start")


def test_the_officers_day(home: tuple[Ground, str], page: Page) -> None:
    ground, language = home
    step(page, ground, "officer", 1)
    page.wait_for_url("**/rules")
    page.locator("main details summary").click()
    page.locator("form[action$='/rules/check'] button").click()
    expect(page.locator("section[aria-labelledby=tried]")).to_be_visible()
    done(page, ground, "officer", 1)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        phone(page).locator("button[value=danger]").click()
    done(page, ground, "officer", 2)
    somebody_takes_it_and_reads_why(page, ground)
    step(page, ground, "officer", 4)
    page.wait_for_url("**/waves")
    wait_until(lambda: bool(page.reload() and page.locator("main .card a").count()), "no wave was raised")
    done(page, ground, "officer", 4)
    step(page, ground, "officer", 5)
    page.locator("main .card a").first.click()
    page.locator("form[action$='/answer'] [name=reason]").fill("៣៣៣")
    page.locator("button[value=release]").click()
    page.wait_for_load_state()
    done(page, ground, "officer", 5)
    step(page, ground, "officer", 6)
    page.locator("main .card a").first.click()
    page.locator("dl.facts a.code").first.click()
    page.locator("form[action$='/mark'] button").first.click()
    page.wait_for_load_state()
    expect(page.locator("ol.checks > li.done")).to_have_count(1)
    done(page, ground, "officer", 6)
    the_app_removes_warns_and_says_so(page, ground, language)


def somebody_takes_it_and_reads_why(page: Page, ground: Ground) -> None:
    step(page, ground, "officer", 3)
    take = page.locator("form[action^='/callout/alarms/'] button")
    wait_until(lambda: bool(page.reload() and take.count()), "nobody is called")
    expect(page.locator("main .note.stop").first).to_be_visible()
    take.first.click()
    page.wait_for_url("**/cases/C-*")
    expect(page.locator("main a[href='/rules']").first).to_be_visible()  # why so urgent, and by which rules
    done(page, ground, "officer", 3)


def the_app_removes_warns_and_says_so(page: Page, ground: Ground, language: str) -> None:
    step(page, ground, "officer", 7)
    page.locator("button[value=changed]").click()
    picture = page.url.rsplit("/", 1)[1]
    page.locator("main a.main").click()
    page.wait_for_url(f"{ground.url}/start/story?on")
    expect(page.locator("ol.steps > li")).to_have_count(STEPS["officer"])  # the chapter that is walked, not the first
    first_case(page, ground, f"q={picture}")
    decide(page, "policy", "warn")

    page.goto(f"{ground.url}/start/story/officer")
    last = page.locator(f"ol.steps > li.done:nth-child({STEPS['officer']})")
    wait_until(lambda: bool(page.reload() and last.count()), "the app did not confirm the warning")
    page.goto(ground.app_url)
    expect(page.locator("main")).to_contain_text(WARNED[language])


def test_the_reviewers_day(home: tuple[Ground, str], page: Page) -> None:
    ground, _language = home
    step(page, ground, "reviewer", 1)
    page.locator("button[value=others]").click()
    page.wait_for_url("**/others")
    expect(page.locator("main .chip.stop")).to_have_count(3)
    page.locator("main a.main").click()
    page.wait_for_url("**/start/story/reviewer")
    wait_until(lambda: bool(page.reload() and page.locator("ol.steps > li.done").count()), "the three are not alike")
    step(page, ground, "reviewer", 2)
    page.wait_for_url("**/cases")
    page.locator("form[action$='/cases/next'] button").click()
    page.wait_for_load_state()
    expect(page.locator(".lease .chip.ok")).to_be_visible()
    case = page.url
    assert page.locator("main img").count() == 0, "a case never shows a picture"
    done(page, ground, "reviewer", 2)
    page.goto(case)
    open_for(page, "decide")
    done(page, ground, "reviewer", 3)
    page.goto(case)
    page.locator("form[action$='/pass-on'] button").click()
    page.wait_for_url("**/today")
    done(page, ground, "reviewer", 4)
    step(page, ground, "reviewer", 5)
    page.locator("ul.cases a[href^='/cases/alike/']").first.click()
    page.wait_for_load_state()
    decide(page, "law")
    expect(page.locator("main .note.ok")).to_be_visible()
    done(page, ground, "reviewer", 5)
    step(page, ground, "reviewer", 6)
    page.wait_for_url("**/for-you")
    done(page, ground, "reviewer", 6)
    step(page, ground, "reviewer", 7)
    page.locator("main [name=minutes]").fill("120")
    page.locator("form[action$='/for-you/choices'] button").click()
    page.wait_for_load_state()
    done(page, ground, "reviewer", 7)
    become(page, ground, "lead")
    page.goto(f"{ground.url}/for-you")
    expect(page.locator("main [name=minutes]")).not_to_have_value("120")  # a page of one's own, for the lead too


def test_the_peer_path(home: tuple[Ground, str], page: Page) -> None:
    ground, language = home
    page.goto(f"{ground.url}/start/story/peers")
    phone(page).locator("button[value=bullying]").click()
    phone(page).locator("textarea[name=answer]").fill(WORDS[language])
    phone(page).locator("button[value=send]").click()
    wait_until(lambda: bool(page.reload() and page.locator("ol.steps > li.done").count()), "it never became a case")
    step(page, ground, "peers", 2)
    page.wait_for_url("**/cases")
    ref = first_case(page, ground, "about=bullying")
    person = page.locator("details:has(form[action$='/people/role'])").first
    unfold(person)
    person.locator("select").select_option("child")
    person.locator("button").click()
    page.wait_for_load_state()
    done(page, ground, "peers", 2)
    page.goto(f"{ground.url}/cases/{ref}")
    say_that_the_other_may_be_a_child(page, NOTE[language])
    done(page, ground, "peers", 3)
    page.goto(f"{ground.url}/cases/{ref}")
    decide(page, "law")
    expect(page.locator("[role=alert]")).to_be_visible()  # refused: the note does not stand
    page.goto(f"{ground.url}/cases/{ref}")
    wish = page.locator("details:has(form[action$='/people/wish'])").first
    unfold(wish)
    wish.locator("[name=answer]").select_option("cannot-ask")
    wish.locator("button").click()
    page.wait_for_load_state()
    done(page, ground, "peers", 4)
    page.goto(f"{ground.url}/cases/{ref}")
    note = page.locator("form[action$='/people/note']")
    unfold(page.locator("details:has(form[action$='/people/note'])").first)
    note.locator("[name=words]").fill(NOTE[language])
    note.locator("button").click()
    page.wait_for_load_state()
    done(page, ground, "peers", 5)
    step(page, ground, "peers", 6)
    page.wait_for_url("**/looks")
    expect(page.locator("main")).to_contain_text(NOTE[language])
    page.locator("button[name=agreed][value=yes]").first.click()
    page.wait_for_load_state()
    done(page, ground, "peers", 6)
    step(page, ground, "peers", 7)
    page.goto(f"{ground.url}/cases/{ref}/support?what=school")
    page.locator("form[action$='/offer'] button").click()
    page.wait_for_load_state()
    done(page, ground, "peers", 7)
    expect(page.locator("ol.steps > li.done")).to_have_count(STEPS["peers"])


def say_that_the_other_may_be_a_child(page: Page, words: str) -> None:
    unfold(page.locator("details:has(form[action$='/people/peer'])").first)
    peer = page.locator("form[action$='/people/peer']")
    peer.locator("textarea").fill(words)
    peer.locator("button").click()
    page.wait_for_load_state()
    expect(page.locator("section[aria-labelledby=peer] .note.due")).to_be_visible()
