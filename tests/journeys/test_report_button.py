# SPDX-License-Identifier: Apache-2.0
"""The report button: from a firm's product, on another origin and under a strict policy, to the receipt in the frame.

At 360 × 640, in Khmer, in a browser that asks for English, refuses cookies and storage, and blocks pop-ups.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Frame, FrameLocator, Page, Playwright, expect, sync_playwright

from tests.journeys.conftest import NAMES, QUIET
from tests.journeys.firm import POLICY, Firm, Heard, Opened, Scales, phone
from tests.journeys.ground import Ground
from tests.journeys.test_axe import EVERY, faults

pytestmark = pytest.mark.journey
LIGHTEST = 30_000  # bytes on the wire, a page with all that it needs
BUTTON = '<krama-report content-id="p-1" account-id="a-7"></krama-report>'
CODE = re.compile(r"(\d{4} ){3}\d{4}")
KHMER = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")
WORDS = "គេគំរាមខ្ញុំ"
REFUSED = """() => {
  document.cookie = "a=b";
  const storage = (() => { try { localStorage.length; return "kept" } catch { return "refused" } })();
  return [navigator.language, document.cookie, storage];
}"""


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture
def open_phone(playwright: Playwright, tmp_path: Path) -> Iterator[Opened]:
    opened: list[BrowserContext] = []
    chromium = next(filter(None, map(shutil.which, NAMES)))

    def start(*, scripts: bool = True) -> BrowserContext:
        opened.append(phone(playwright, chromium, tmp_path / str(len(opened)), QUIET, scripts=scripts))
        return opened[-1]

    yield start
    for context in opened:
        context.close()


@pytest.fixture
def firm(ground: Ground) -> Iterator[Callable[..., str]]:
    made: list[Firm] = []

    def serve(body: str = BUTTON, policy: str = POLICY) -> str:
        made.append(Firm(ground.url, body, policy))
        return made[-1].url

    yield serve
    for one in made:
        one.close()


def chat(ground: Ground) -> str:
    """The demo app under another name than Krama's: another site, not only another port."""
    return ground.app_url.replace("localhost", "127.0.0.1") + "/chat?lang=km"


def reports(ground: Ground) -> int:
    with closing(ground.database()) as database:
        return int(database.execute("SELECT count(*) FROM intake_report WHERE door = 'app'").fetchone()[0])


def open_button(page: Page) -> FrameLocator:
    page.locator("krama-report").first.get_by_role("button").click()
    return page.frame_locator("krama-report iframe")


def to_the_receipt(inside: FrameLocator | Page) -> None:
    inside.locator("button[value=threat]").click()
    inside.locator("textarea[name=answer]").fill(WORDS)
    inside.locator("main button.main").click()
    inside.locator("input[name=answer]").fill("t.me/someone")
    inside.locator("button[value=send]").click()
    inside.locator("button[value=code]").click()
    expect(inside.locator(".code")).to_have_text(CODE)
    expect(inside.locator("html")).to_have_attribute("lang", "km")


def frame_of(page: Page) -> Frame:
    (frame,) = [frame for frame in page.frames if frame is not page.main_frame]
    return frame


def test_from_the_demo_app_to_the_receipt_inside_the_frame(ground: Ground, open_phone: Opened) -> None:
    page = open_phone().new_page()
    heard, scales, before = Heard(page), Scales(page), reports(ground)
    page.goto(chat(ground))
    assert page.evaluate(REFUSED) == ["en-US", "", "refused"]
    inside = open_button(page)
    to_the_receipt(inside)
    assert reports(ground) == before + 1
    assert frame_of(page).evaluate("window.origin") == "null", "the frame has no storage of its own either"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="បិទ").click()
    expect(page.locator("krama-report iframe")).to_have_count(0)
    weights = scales.weights()
    print("page weights, bytes on the wire with style and script:", weights)
    assert len(weights) == 5
    assert max(weights) < LIGHTEST
    assert heard.said == []
    assert page.context.cookies() == []


def test_the_code_opens_the_talk_inside_the_frame(ground: Ground, open_phone: Opened) -> None:
    page = open_phone().new_page()
    page.goto(chat(ground))
    inside = open_button(page)
    to_the_receipt(inside)
    code = inside.locator(".code").inner_text()
    page.get_by_role("button", name="បិទ").click()
    inside = open_button(page)
    inside.locator("button[value=open]").click()
    inside.locator("input[name=code]").fill(code.translate(KHMER))
    inside.locator("button[value=open]").click()
    expect(inside.locator("button[value=more]")).to_be_visible()
    assert WORDS not in inside.locator("main").inner_text(), "what was said before is not shown again"


@pytest.mark.parametrize("language", ["km", "en"])
def test_axe_finds_nothing_on_the_chat_and_over_it(ground: Ground, open_phone: Opened, language: str) -> None:
    page = open_phone().new_page()
    page.goto(chat(ground).replace("lang=km", f"lang={language}"))
    closed = list(faults(page, EVERY))
    open_button(page).locator("h1").wait_for()
    assert closed + list(faults(page, EVERY)) == []


def test_with_scripts_off_the_plain_link_leads_to_the_receipt(ground: Ground, open_phone: Opened) -> None:
    page = open_phone(scripts=False).new_page()
    before = reports(ground)
    page.goto(chat(ground))
    page.locator("krama-report a").first.click()
    assert page.url.startswith(f"{ground.url}/report?from=app&content=chat-1-1&account=account-mango&lang=km")
    to_the_receipt(page)
    assert reports(ground) == before + 1
    assert page.context.cookies() == []


def test_under_a_policy_that_allows_no_style_it_reports(
    ground: Ground, open_phone: Opened, firm: Callable[..., str]
) -> None:
    page = open_phone().new_page()
    heard, before = Heard(page), reports(ground)
    page.goto(firm())
    button = page.locator("krama-report").get_by_role("button")
    assert button.evaluate("button => getComputedStyle(button).minHeight") == "44px", "its own style holds"
    to_the_receipt(open_button(page))
    assert reports(ground) == before + 1
    assert heard.said == []


@pytest.mark.parametrize(
    ("planted", "stopped"),
    [('<p style="color: red">planted</p>', "style-src-attr"), ("<script>planted()</script>", "script-src-elem")],
)
def test_a_planted_violation_is_heard(open_phone: Opened, firm: Callable[..., str], planted: str, stopped: str) -> None:
    page = open_phone().new_page()
    heard = Heard(page)
    page.goto(firm(BUTTON + planted))
    open_button(page).locator("h1").wait_for()
    assert any(f"POLICY {stopped} stopped" in said for said in heard.said), heard.said


def test_where_the_frame_is_refused_the_page_itself_opens(
    ground: Ground, open_phone: Opened, firm: Callable[..., str]
) -> None:
    page = open_phone().new_page()
    page.goto(firm(BUTTON, POLICY.replace("frame-src {krama}", "frame-src 'none'")))
    page.locator("krama-report").get_by_role("button").click()
    page.wait_for_url(f"{ground.url}/report?*")
    assert "content=p-1" in page.url


def test_quick_exit_leads_the_whole_product_away_and_back_shows_nothing_of_it(
    ground: Ground, open_phone: Opened, firm: Callable[..., str]
) -> None:
    page = open_phone().new_page()
    page.goto(firm())
    inside = open_button(page)
    inside.locator("button[value=threat]").click()
    inside.locator("a.exit").click()
    page.wait_for_url(f"{ground.url}/time")
    page.go_back()  # to the product, as it was before the button was pressed
    expect(page.locator("krama-report").get_by_role("button")).to_have_count(1)
    assert [frame.url for frame in page.frames] == [page.url]
    assert "/report" not in page.url


def test_a_frame_that_may_not_lead_the_product_away_is_emptied(
    ground: Ground, open_phone: Opened, firm: Callable[..., str]
) -> None:
    page = open_phone().new_page()
    page.goto(firm('<iframe sandbox="allow-forms allow-scripts" src="{krama}/report"></iframe>'))
    page.frame_locator("iframe").locator("a.exit").click()
    page.wait_for_function("document.querySelector('iframe') !== null")
    expect(page.frame_locator("iframe").locator("a.exit")).to_have_count(0)
    assert frame_of(page).url == "about:blank"


def test_by_keyboard_it_opens_holds_the_focus_closes_and_gives_it_back(
    open_phone: Opened, firm: Callable[..., str]
) -> None:
    page = open_phone().new_page()
    page.goto(firm(BUTTON + '<a href="#behind" id="behind">behind</a>'))
    page.evaluate("document.addEventListener('krama-report-closed', event => { window.closed_with = event.detail })")
    button = page.locator("krama-report").get_by_role("button")
    button.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    assert dialog.get_attribute("aria-label") == "ប្រាប់យើង"
    assert dialog.locator("iframe").get_attribute("title") == "ប្រាប់យើង"
    expect(page.get_by_role("button", name="បិទ")).to_be_focused()
    focus_behind = "() => { document.getElementById('behind').focus(); return document.activeElement.id }"
    assert page.evaluate(focus_behind) != "behind", "what lies behind the dialog is out of reach"
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(button).to_be_focused()
    assert page.evaluate("window.closed_with") is None
    assert page.evaluate(focus_behind) == "behind", "the check above could not fail"


def test_words_and_language_are_the_firms_to_choose(
    ground: Ground, open_phone: Opened, firm: Callable[..., str]
) -> None:
    page = open_phone().new_page()
    page.goto(
        firm(
            '<krama-report lang="en" content-id="រូប 1&amp;x" theme="dark">'
            '<a href="{krama}/report">Speak</a></krama-report>'
        )
    )
    inside = open_button(page)
    expect(inside.locator("html")).to_have_attribute("lang", "en")
    assert page.get_by_role("dialog").get_attribute("aria-label") == "Speak"
    address = page.locator("krama-report iframe").get_attribute("src") or ""
    assert address.endswith("/report?from=app&content=%E1%9E%9A%E1%9E%BC%E1%9E%94+1%26x&lang=en")


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x"])
def test_a_link_that_is_no_address_opens_nothing(open_phone: Opened, firm: Callable[..., str], link: str) -> None:
    page = open_phone().new_page()
    page.goto(firm(f'<krama-report><a href="{link}">x</a></krama-report>'))
    expect(page.locator("krama-report").get_by_role("button")).to_be_disabled()
