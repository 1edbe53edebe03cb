# SPDX-License-Identifier: Apache-2.0
"""What the people at the desk do on a case, click by click: take its alarm, decide, confirm, look a second time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page, expect

from tests.journeys.ground import Ground, wait_until
from tests.journeys.looks import look
from tests.journeys.test_confidential import become

NOW = re.compile("in danger now|កំពុងមានគ្រោះថ្នាក់")  # late is red too, and is another thing
PHNOM_PENH = ZoneInfo("Asia/Phnom_Penh")


def at_case(page: Page, ground: Ground, ref: str) -> None:
    page.goto(f"{ground.url}/cases/{ref}")
    expect(page.locator("h1")).to_have_text(ref)


def alarm_of(page: Page, ground: Ground, ref: str) -> Locator:
    """The alarm of this case on Today."""
    page.goto(f"{ground.url}/today")
    return page.locator(".note:has(form[action^='/callout/'])", has_text=ref)


def off_today(page: Page, ground: Ground, ref: str) -> None:
    """Nothing of this case needs anybody now; its alarm ends with the loop's next round."""

    def gone() -> bool:
        page.goto(f"{ground.url}/today")
        return ref not in page.locator("main").inner_text()

    wait_until(gone, f"{ref} still stands on Today")


def rows_of_today(page: Page) -> list[tuple[str, bool]]:
    """The cases on Today from the top: reference, and whether it says that somebody is in danger now."""
    rows = page.locator("ul.cases > li").all()
    return [(row.locator("a.ref").inner_text(), row.locator(".chip.stop", has_text=NOW).count() > 0) for row in rows]


def comes_first(rows: Iterable[tuple[str, bool]], ref: str) -> bool:
    """Nothing stands above it but other emergencies; it may be pushed off the page by those alone."""
    for one, is_emergency in rows:
        if one == ref:
            return is_emergency
        if not is_emergency:
            return False
    return True


def decide(page: Page, outcome: str, layer: str, reason: str, *also: str) -> None:
    form = page.locator("form[action$='/decision']")
    form.locator(f"input[value={outcome}]").check()
    if layer:
        form.locator(f"input[name=layer][value={layer}]").check()
    for kind in also:
        form.locator(f"input[name=also][value={kind}]").check()
    form.locator("textarea[name=reason]").fill(reason)
    form.locator("button.main").click()
    page.wait_for_load_state()


def unfold(page: Page, inside: str) -> Locator:
    """The form with this address, and what it stands in opened."""
    form = page.locator(f"form[action$='{inside}']").first
    form.evaluate("one => { for (let at = one; at; at = at.parentElement.closest('details')) at.open = true }")
    return form


def send(page: Page, form: Locator) -> None:
    """By its own button."""
    with page.expect_navigation():
        form.locator("button").last.click()


def until_confirmed(page: Page, ground: Ground, ref: str, count: int) -> None:
    """So many measures were done by the firm's system, or a person said so; none waits."""
    measures = page.locator("section[aria-labelledby=measures]")

    def told() -> bool:
        at_case(page, ground, ref)
        return measures.locator(".chip.ok").count() >= count and measures.locator(".chip.due").count() == 0

    wait_until(told, f"{ref}: not every measure was confirmed")


def by_hand(page: Page, ground: Ground, ref: str) -> None:
    """What of this case is done by hand in the firm's system: it stands on Today, is done, and somebody says so."""
    cards = page.locator("section[aria-labelledby=by-hand] .card", has_text=ref)

    def asked() -> bool:
        page.goto(f"{ground.url}/today")
        return cards.count() == 1

    wait_until(asked, f"{ref}: nobody is asked to do it by hand")
    with page.expect_navigation():
        cards.locator("button[value=yes]").click()
    expect(cards).to_have_count(0)


def every_look_is_given(page: Page, ground: Ground, ref: str, name: str = "") -> int:
    """The lead agrees to whatever of this case waits for a second person; how much that was. `name` is of the look."""
    become(page, ground, "lead")
    cards, given = page.locator(".card:has(form[action^='/looks/'])", has_text=ref), 0
    while True:
        page.goto(f"{ground.url}/looks")
        if not cards.count():
            return given
        if name and not given:
            look(page, name)
        with page.expect_navigation():
            cards.first.locator("button[value=yes]").click()
        given += 1


def today(*, plus: int = 0) -> str:
    """As a form takes it: the day in Cambodia, where the demo is, and so many days later."""
    return f"{datetime.now(PHNOM_PENH) + timedelta(days=plus):%Y-%m-%d}"


def is_closed(ground: Ground, ref: str) -> bool:
    with closing(ground.database()) as database:
        state = database.execute("SELECT state FROM cases_case WHERE ref = ?", (ref,)).fetchone()[0]
    return bool(state == "closed")
