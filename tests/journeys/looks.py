# SPDX-License-Identifier: Apache-2.0
"""What a person would see at a turn of a story. No picture ever stands on a page of the desk.

With `JOURNEY_LOOKS=folder make journeys` each such page is kept there as a screenshot: 360 and 1280 px, light and dark.
"""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page

WIDE = {"width": 1280, "height": 900}
LOOKS = tuple((scheme, width) for scheme in ("light", "dark") for width in (360, 1280))


def look(page: Page, name: str) -> None:
    """Nothing but words and numbers is on this page; kept for whoever wants to look at it."""
    assert page.locator("main img, main video, main picture").count() == 0, f"{name} shows a picture"
    if folder := os.environ.get("JOURNEY_LOOKS"):
        _keep(page, Path(folder), f"{name}-{page.locator('html').get_attribute('lang')}")


def _keep(page: Page, folder: Path, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for scheme, width in LOOKS:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} runs off the side"
        page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
