# SPDX-License-Identifier: Apache-2.0
"""From the first signal to the closed case: a holiday picture that was withheld, a child in danger."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import desk, door
from tests.journeys.ground import Ground, wait_until
from tests.journeys.looks import look
from tests.journeys.test_confidential import become, case_of
from tests.journeys.test_tour import upload_a_changed_copy

journey = pytest.mark.journey
LANGUAGES = [pytest.param("en", marks=pytest.mark.every), "km"]
SEEN = {"en": "Seen and compared; no names.", "km": "បានមើល និងប្រៀបធៀប គ្មានឈ្មោះ។"}
SAFE = {"en": "The child is with a grown-up now.", "km": "ឥឡូវនេះកុមារនៅជាមួយមនុស្សធំហើយ។"}
RESTORED = {"en": "shown again", "km": "បានបង្ហាញវិញ"}


@journey
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_holiday_picture_that_was_withheld_is_shown_again(
    ground: Ground, new_page: Callable[[str], Page], language: str
) -> None:
    """One notices: whoever posted it reads at once why it waits, and a minute later everybody sees it again."""
    page = new_page(language)
    picture = upload_a_changed_copy(page, ground, language)
    become(page, ground, "reviewer")
    ref = case_of(page, ground, picture)
    look(page, "holiday-case")
    desk.decide(page, "dismiss", "", SEEN[language])

    def shown() -> bool:
        page.goto(f"{ground.app_url}/pictures/{picture}")
        return RESTORED[language] in page.locator("main").inner_text()

    wait_until(shown, "the app never showed it again")
    assert page.request.get(f"{ground.app_url}/pictures/{picture}/image").status == 200
    desk.at_case(page, ground, ref)
    look(page, "holiday-closed")
    assert desk.is_closed(ground, ref)


@journey
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_child_in_danger_comes_first_and_somebody_takes_it(
    ground: Ground, new_page: Callable[[str], Page], language: str
) -> None:
    """One notices: the child reads whom to call now; the officer has one red button, and it says who has it then."""
    child = new_page(language)
    before = door.newest(ground)
    child.goto(f"{ground.url}/report?lang={language}")
    child.locator("button[value=danger]").first.click()
    expect(child.locator("a[href^='tel:']").first).to_be_visible()
    wait_until(lambda: door.newest(ground) != before, "no case opened")
    ref, page = door.newest(ground), new_page(language)
    become(page, ground, "officer")
    wait_until(lambda: desk.alarm_of(page, ground, ref).count() == 1, "its alarm does not stand on Today")
    assert desk.comes_first(desk.rows_of_today(page), ref)
    desk.alarm_of(page, ground, ref).locator("form button").click()
    desk.at_case(page, ground, ref)
    expect(page.locator("#playbook")).to_be_visible()
    desk.decide(page, "confirm", "policy", SAFE[language])
    expect(page.locator("section[aria-labelledby=decided]")).to_contain_text(SAFE[language])
    assert desk.is_closed(ground, ref)
    desk.off_today(page, ground, ref)


@pytest.mark.parametrize(
    ("rows", "is_right"),
    [
        ([("C-AAAAAA", True), ("C-OURS00", True), ("C-BBBBBB", False)], True),
        ([("C-AAAAAA", True)] * 8, True),  # pushed off the page by other emergencies
        ([("C-AAAAAA", False), ("C-OURS00", True)], False),
        ([("C-OURS00", False)], False),
        ([("C-AAAAAA", True), ("C-BBBBBB", False)], False),
    ],
)
def test_what_is_no_emergency_may_not_stand_above_one(rows: list[tuple[str, bool]], is_right: bool) -> None:
    assert desk.comes_first(rows, "C-OURS00") == is_right
