# SPDX-License-Identifier: Apache-2.0
"""The main job from end to end, in a browser: withheld, a case, a decision, removed; and the trail shows who did it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.ground import Ground, wait_until

pytestmark = pytest.mark.journey

WITHHELD = {"en": "withheld", "km": "បានទប់ស្កាត់"}
REMOVED = {"en": "removed", "km": "បានដកចេញ"}
HOURS_LEFT = {"en": "hours left", "km": "ម៉ោង"}
REASON = {"en": "The same view, only smaller and brighter.", "km": "ទេសភាពដដែល គ្រាន់តែតូចជាង និងភ្លឺជាង។"}


def step(page: Page, number: int) -> None:
    """Go on with the story: what this step offers."""
    page.locator(f"ol.steps > li:nth-child({number})").locator("a, button").click()


def upload_a_changed_copy(page: Page, ground: Ground, language: str) -> str:
    """From the start page through the demo app; the id of the picture."""
    page.goto(f"{ground.url}/start")
    page.locator(".hero a.main").click()
    step(page, 1)
    page.locator("button[value=changed]").click()
    expect(page.locator("main .chip.stop")).to_have_text(WITHHELD[language])
    picture = page.url.rsplit("/", 1)[1]
    assert page.request.get(f"{ground.app_url}/pictures/{picture}/image").status == 404
    page.locator("main a.main").click()
    expect(page.locator("ol.steps > li").first).to_have_class("done")
    return picture


def find_on_today(page: Page, ground: Ground, picture: str, language: str) -> str:
    """The reviewer's page shows the case of this picture; its number."""
    step(page, 2)
    page.wait_for_url(f"{ground.url}/today")

    def opened() -> bool:
        page.goto(f"{ground.url}/cases?q={picture}")
        return page.locator("ul.cases a.ref").count() == 1

    wait_until(opened, "no case opened")
    ref = page.locator("ul.cases a.ref").inner_text()
    page.goto(f"{ground.url}/today")
    expect(page.locator("ul.cases .chip.ok").first).to_contain_text(HOURS_LEFT[language])
    page.locator("ul.cases").get_by_role("link", name=ref, exact=True).click()
    expect(page.locator("h1")).to_have_text(ref)
    return ref


def open_the_ids(page: Page) -> None:
    """Nobody reads whom it is about without saying what for."""
    closed = page.locator("details:has(> form input[name=purpose])")
    while closed.count():  # other uploads of the same picture, by other accounts, may stand in the same case
        unfold(closed.first)
        closed.first.locator("input[value=decide]").check()
        with page.expect_navigation():
            closed.first.locator("button").click()


def unfold(one: Locator) -> None:
    """It, and what it stands in: like items are folded into one."""
    one.evaluate("one => { for (let at = one; at; at = at.parentElement.closest('details')) at.open = true }")


def confirm(page: Page, reason: str) -> None:
    page.locator("input[value=confirm]").check()
    page.locator("input[value=law]").check()
    page.locator("textarea[name=reason]").first.fill(reason)
    page.locator("form:has(textarea) button.main").click()
    expect(page.locator("section[aria-labelledby=decided]")).to_contain_text(reason)


def check_the_trail(page: Page) -> None:
    page.locator("form[action='/trail/check'] button").click()


@pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.every), "km"])
def test_the_tour(ground: Ground, new_page: Callable[[str], Page], language: str) -> None:
    page = new_page(language)
    picture = upload_a_changed_copy(page, ground, language)
    ref = find_on_today(page, ground, picture, language)
    open_the_ids(page)
    expect(page.locator("main")).to_contain_text(picture)
    assert page.locator("main img").count() == 0, "a case never shows a picture"
    confirm(page, REASON[language])

    def told() -> bool:
        page.reload()
        # Withheld by rule, and then removed. Other uploads of the same picture may stand in the same case.
        measures = page.locator("section[aria-labelledby=measures]")
        return measures.locator(".chip.ok").count() >= 2 and measures.locator(".chip.due").count() == 0

    try:
        wait_until(told, "the measure was not confirmed")
    except AssertionError:
        said = page.locator("section[aria-labelledby=measures]").inner_text()
        raise AssertionError(f"the measure was not confirmed; the page says: {said}") from None
    page.goto(f"{ground.url}/start/story")
    step(page, 4)
    expect(page.locator("main .chip").first).to_have_text(REMOVED[language])

    page.goto(f"{ground.url}/start/story")
    step(page, 5)
    page.wait_for_url(f"{ground.url}/trail")
    expect(page.locator("main table")).to_contain_text(ref)
    check_the_trail(page)
    expect(page.locator("main .note.ok")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", language)
    page.goto(f"{ground.url}/confidential")  # the auditor sees that it was opened and what for, and not whom
    expect(page.locator("section[aria-labelledby=openings]")).to_contain_text(ref)
    expect(page.locator("main")).not_to_contain_text(picture)
    page.goto(f"{ground.url}/start/story")
    expect(page.locator("ol.steps > li.done")).to_have_count(6)
    an_edited_copy_names_the_entry(ground.copy(f"copy-{language}"), new_page(language), ref)


def an_edited_copy_names_the_entry(copy: Ground, page: Page, ref: str) -> None:
    """Somebody with the database in hand writes another name under the decision."""
    assert copy.krama("trail", "verify").status == 0
    with closing(copy.database()) as database, database:
        row = "subject_id = ? AND event LIKE '%decided%'"
        position = database.execute(f"SELECT position FROM trail_entry WHERE {row}", (ref,)).fetchone()[0]
        database.execute(f"UPDATE trail_entry SET actor_id = 'somebody else' WHERE {row}", (ref,))
    found = copy.krama("trail", "verify")
    assert found.status == 1
    assert f"Entry {position} was changed" in found.said
    copy.start("--no-worker", pages=(f"{copy.url}/start",))
    try:
        page.goto(f"{copy.url}/start")
        page.locator("form:has(input[value=auditor]) button").click()
        page.wait_for_url(f"{copy.url}/trail")
        check_the_trail(page)
        expect(page.locator("main .note.stop")).to_contain_text(str(position))
        expect(page.locator("tr.altered td").first).to_have_text(str(position))
    finally:
        assert copy.stop() == 0
