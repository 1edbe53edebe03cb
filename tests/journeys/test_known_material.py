# SPDX-License-Identifier: Apache-2.0
"""Known material, from the upload to the closed case, and nobody ever sees it: hashes and numbers are enough."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, Response, expect

from krama.testing import pictures
from tests.journeys import desk
from tests.journeys.ground import Ground
from tests.journeys.looks import look
from tests.journeys.test_confidential import become, case_of

pytestmark = pytest.mark.journey
WITHHELD = {"en": "withheld", "km": "បានទប់ស្កាត់"}
REMOVED = {"en": "removed", "km": "បានដកចេញ"}
WHY = {"en": "The same to the last bit as what the list holds.", "km": "ដូចគ្នាទាំងស្រុងនឹងអ្វីដែលមានក្នុងបញ្ជី។"}
A_CASE, ROUNDED = 1, 1  # minutes that opening a case counts for, at least; and the page says whole minutes
SEEDS = {"en": 4, "km": 5}  # which landscape of the demo's list stands for it


@pytest.mark.parametrize("language", [pytest.param("en", marks=pytest.mark.every), "km"])
def test_known_material_is_removed_and_nobody_sees_it(
    ground: Ground, new_page: Callable[[str], Page], language: str, tmp_path: Path
) -> None:
    """One notices: whose list it is, of what and on what basis stand where a picture would be; the day counts a case,
    and not one word read or one person opened."""
    poster, reviewer = new_page(language), new_page(language)
    picture = posted(poster, ground, tmp_path / "same.jpg", SEEDS[language])
    expect(poster.locator("main .chip.stop")).to_have_text(WITHHELD[language])
    pictures_loaded = pictures_of(reviewer)
    become(reviewer, ground, "reviewer")
    began, before = time.monotonic(), in_front_of(reviewer, ground)
    ref = case_of(reviewer, ground, picture)
    expect(reviewer.locator("article.card .match dl").first).to_be_visible()
    expect(reviewer.locator("section[aria-labelledby=measures]")).to_be_visible()
    look(reviewer, "known-case")
    desk.decide(reviewer, "confirm", "law", WHY[language])
    expect(reviewer.locator("section[aria-labelledby=decided]")).to_contain_text(WHY[language])
    desk.until_confirmed(reviewer, ground, ref, 1)
    look(reviewer, "known-closed")
    assert desk.is_closed(ground, ref)
    assert desk.every_look_is_given(new_page(language), ground, ref) == 0
    poster.reload()
    expect(poster.locator("main .chip.stop")).to_have_text(REMOVED[language])
    assert poster.request.get(f"{ground.app_url}/pictures/{picture}/image").status == 404
    assert bytes_of(ground, picture) is None, "the firm's app still holds it"
    after = in_front_of(reviewer, ground)
    look(reviewer, "known-for-you")
    assert after[1:] == before[1:], "a text or an identity counts as read"
    assert after[0] - before[0] <= (time.monotonic() - began) / 60 + A_CASE + ROUNDED, "more minutes than passed"
    assert not pictures_loaded, pictures_loaded


def posted(page: Page, ground: Ground, file: Path, seed: int) -> str:
    """The very file that the list knows, by the form of the firm's app; the id of the picture."""
    file.write_bytes(pictures.jpeg(pictures.landscape(seed, size=(1024, 768)), quality=92))
    page.goto(f"{ground.app_url}/")
    page.locator("input[type=file]").set_input_files(file)
    page.locator("form[enctype] button.main").click()
    page.wait_for_url("**/pictures/*")
    return page.url.rsplit("/", 1)[1]


def pictures_of(page: Page) -> list[str]:
    """Every photograph that this page's browser is sent from now on."""
    found: list[str] = []

    def heard(answer: Response) -> None:
        if answer.headers.get("content-type", "").startswith(("image/jpeg", "image/png", "image/webp", "video/")):
            found.append(answer.url)

    page.on("response", heard)
    return found


def in_front_of(page: Page, ground: Ground) -> tuple[int, int, int]:
    """What the reviewer's own page says of the day: minutes, texts read, identities opened."""
    page.goto(f"{ground.url}/for-you")
    said = re.search(r"\d+", page.locator("section[aria-labelledby=today] p").first.inner_text())
    rows = [row.locator("td").all_inner_texts() for row in page.locator("table.stack tbody tr").all()]
    assert said
    return int(said[0]), sum(int(row[3]) for row in rows), sum(int(row[4]) for row in rows)


def bytes_of(ground: Ground, picture: str) -> bytes | None:
    """What the firm's app has of it."""
    with closing(sqlite3.connect(next((ground.home / "demo-app").rglob("*.sqlite3")))) as database:
        row = database.execute("SELECT bytes FROM picture WHERE id = ?", (picture,)).fetchone()
    return row[0] if row else None
