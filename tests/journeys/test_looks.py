# SPDX-License-Identifier: Apache-2.0
"""The eyes of the journeys see: a picture on a page of the desk, and one that a browser is sent."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.journeys.ground import Ground
from tests.journeys.looks import look
from tests.journeys.test_extortion import account_of
from tests.journeys.test_known_material import pictures_of

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("planted", ["<img alt=''>", "<video></video>", "<picture></picture>"])
def test_a_picture_on_a_page_is_seen(new_page: Callable[[str], Page], planted: str) -> None:
    page = new_page("km")
    page.set_content(f"<html lang='km'><main><p>{planted}</p></main></html>")
    with pytest.raises(AssertionError, match="shows a picture"):
        look(page, "planted")


def test_a_picture_that_a_browser_is_sent_is_heard(ground: Ground, new_page: Callable[[str], Page]) -> None:
    page = new_page("km")
    sent = pictures_of(page)
    account_of(page, ground)  # posts a landscape, and sees it in the feed
    page.locator("main img").first.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('main img').naturalWidth > 0")
    assert sent
