# SPDX-License-Identifier: Apache-2.0
"""Take the screenshots in this folder anew: `python docs/images/make.py`, from the root of the repository.

A real `krama serve` over a demo home with two waiting cases; start, queue and case, at 360 and 1280 px, light and
dark, in English and Khmer. Only generated pictures and invented people are in it.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
sys.path.insert(0, str(ROOT))

from krama.testing import pictures  # noqa: E402
from tests.journeys.ground import Ground, changed_copy, wait_until  # noqa: E402

COLOURS = 128  # of a palette: a page of text needs no more, and the repository stays small


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        ground = Ground(Path(folder))
        made = ground.krama("init", "--demo")
        if made.status:
            sys.exit(made.said)
        ground.start("--app", str(ROOT / "examples" / "social_app"))
        try:
            shoot(ground)
        finally:
            ground.stop()


def shoot(ground: Ground) -> None:
    ground.scan("b7f3", "acc-41", changed_copy(1))
    ground.scan("c102", "acc-77", pictures.jpeg(pictures.landscape(3000))[:2000])
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        for language in ("en", "km"):
            page = browser.new_context(locale=language).new_page()
            page.goto(f"{ground.url}/start")
            looks(page, f"start-{language}")
            page.locator("form:has(input[value=reviewer]) button").click()
            page.wait_for_url("**/today")
            queue = f"{ground.url}/cases"
            wait_until(lambda page=page, queue=queue: waiting(page, queue) == 2, "no cases were opened")
            looks(page, f"queue-{language}")
            page.goto(f"{ground.url}/cases?q=b7f3")
            page.locator("ul.cases a.ref").click()
            page.wait_for_url("**/cases/C-*")
            looks(page, f"case-{language}")
        browser.close()


def waiting(page: Page, queue: str) -> int:
    page.goto(queue)
    return page.locator("ul.cases a.ref").count()


def looks(page: Page, name: str) -> None:
    """The open page in each width and scheme."""
    for width in (360, 1280):
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme="light" if scheme == "light" else "dark")
            image = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
            path = FOLDER / f"{name}-{width}-{scheme}.png"
            image.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
            print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
