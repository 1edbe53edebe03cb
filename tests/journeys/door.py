# SPDX-License-Identifier: Apache-2.0
"""What a child does at the public door: tells, says more question by question, comes back with the code."""

from __future__ import annotations

from contextlib import closing

from playwright.sync_api import Page, expect

from tests.journeys.ground import Ground, wait_until


def tell(page: Page, ground: Ground, language: str, topic: str, words: str, account: str = "") -> str:
    """A child tells on the public page, and what it is about; the case that opens. The page asks on."""
    before = newest(ground)
    where = f"&from=app&account={account}" if account else ""
    page.goto(f"{ground.url}/report?lang={language}{where}")
    page.locator(f"button[value={topic}]").first.click()
    page.locator("textarea[name=answer]").fill(words)
    wait_until(lambda: newest(ground) != before, "no case opened")
    return newest(ground)


def say_more(page: Page, *answers: str) -> None:
    """Question after question: these are chosen where they are offered, everything else is passed over; then sent."""
    for answer in answers:
        choice = page.locator(f"input[name=answer][value='{answer}']")
        while not choice.count():
            page.locator("form#f button.main").click()
            page.wait_for_load_state()
        choice.check()
        page.locator("form#f button.main").click()
        page.wait_for_load_state()
    page.locator("button[value=send]").click()


def code_shown(page: Page) -> str:
    page.locator("button[value=code]").click()
    return page.locator(".code").inner_text()


def come_back(page: Page, ground: Ground, language: str, code: str) -> None:
    """With the code, on another day and perhaps another phone."""
    page.goto(f"{ground.url}/report?lang={language}")
    page.locator("button[value=open]").click()
    page.locator("input[name=code]").fill(code)
    page.locator("button[value=open]").click()
    expect(page.locator("textarea[name=answer]")).to_be_visible()


def newest(ground: Ground) -> str:
    """The case of the newest report that was collected."""
    query = "SELECT k.ref FROM cases_case k JOIN cases_item i ON i.case_id = k.id WHERE i.report_id IS NOT NULL"
    with closing(ground.database()) as database:
        row = database.execute(f"{query} ORDER BY i.joined_at DESC LIMIT 1").fetchone()
    return row[0] if row else ""
