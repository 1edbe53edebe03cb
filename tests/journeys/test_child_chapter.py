# SPDX-License-Identifier: Apache-2.0
"""The tour's fourth chapter: a child tells in the phone, the officer answers, the child reads it with the code."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.journeys.door import newest
from tests.journeys.ground import Ground, wait_until
from tests.journeys.test_confidential import done, open_for

pytestmark = pytest.mark.journey
KHMER = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")
# The phone of the demo speaks Khmer, whatever the visitor reads; the same words twice would be one case.
SAID = {"en": "គេថានឹងបង្ហាញសាររបស់ខ្ញុំដល់មិត្តភក្តិ", "km": "គេថានឹងបង្ហាញសាររបស់ខ្ញុំដល់គ្រូ"}
ANSWER = "អរគុណដែលប្អូនប្រាប់យើង។"
STORY = "/start/story/child"


@pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.every), "km"])
def test_a_child_tells_and_reads_the_answer_with_khmer_digits(
    ground: Ground, new_page: Callable[[str], Page], language: str
) -> None:
    page = new_page(language)
    before = newest(ground)
    phone = the_phone(page, ground)
    expect(phone.locator("html")).to_have_attribute("lang", "km")
    phone.locator("button[value=bullying]").click()
    phone.locator("textarea[name=answer]").fill(SAID[language])
    phone.locator("button[value=send]").click()
    phone.locator("button[value=code]").click()
    code = phone.locator(".code").inner_text()
    done(page, ground, "child", 1)
    done(page, ground, "child", 2)
    page.locator("ol.steps > li:nth-child(3) button").click()
    page.wait_for_url("**/cases")
    wait_until(lambda: newest(ground) != before, "no case opened")
    page.goto(f"{ground.url}/cases/{newest(ground)}")
    assert SAID[language] not in page.content(), "it shows before anybody said what for"
    open_for(page, "help")
    expect(page.locator("main")).to_contain_text(SAID[language])
    done(page, ground, "child", 3)
    page.goto(f"{ground.url}/cases/{newest(ground)}")
    page.locator("textarea[name=text]").fill(ANSWER)
    page.locator("form[action$='/answer'] button").click()
    page.wait_for_load_state()
    done(page, ground, "child", 4)
    phone = the_phone(page, ground)
    phone.locator("button[value=open]").click()
    phone.locator("input[name=code]").fill(code.translate(KHMER))
    phone.locator("button[value=open]").click()
    expect(phone.locator("blockquote")).to_contain_text(ANSWER)
    expect(phone.locator("body")).not_to_contain_text(SAID[language])
    done(page, ground, "child", 5)


def the_phone(page: Page, ground: Ground) -> FrameLocator:
    page.goto(ground.url + STORY)
    return page.frame_locator("iframe.phone")
