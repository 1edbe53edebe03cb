# SPDX-License-Identifier: Apache-2.0
"""A child on a small old phone: tells, comes back with the code, reads the answer. In Khmer, with and without scripts.

The phone asks for English, as many do; the page is Khmer all the same. How long it takes is a sum, never a clock:
a quarter of a second for a letter, one and a half for a press.
"""

from __future__ import annotations

import http.server
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from krama.sealing import in_fours
from tests.journeys.ground import Ground, wait_until
from tests.journeys.visits import Eyes

pytestmark = pytest.mark.journey
LATER = pytest.mark.every
PHONE = {"width": 360, "height": 640}
KHMER = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")
LETTER, PRESS, PATIENCE = 0.25, 1.5, 60.0  # seconds
LIMIT = 30_000  # bytes on the wire
WORDS = "គេគំរាមខ្ញុំ"
# Inside an app's browser: nothing is kept, and no window opens.
REFUSED = """
for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches'])
  Object.defineProperty(window, name, {get() { throw new DOMException('refused', 'SecurityError') }});
Object.defineProperty(Document.prototype, 'cookie', {get: () => '', set() { throw new Error('refused') }});
window.open = () => null;
"""


@dataclass
class Child:
    """A page, and what its visitor typed and pressed; what each answer weighed."""

    page: Page
    url: str
    typed: int = 0
    pressed: int = 0
    weights: dict[str, int] = field(default_factory=dict)

    def come(self, path: str = "/report") -> Child:
        self.page.goto(self.url + path)
        self.typed, self.pressed = 0, 0
        return self

    def press(self, selector: str) -> Child:
        self.page.locator(selector).first.click()
        self.page.wait_for_load_state()
        self.pressed += 1
        return self

    def type(self, words: str, into: str = "#answer") -> Child:
        self.page.locator(into).fill(words)
        self.typed += len(words)
        return self

    @property
    def seconds(self) -> float:
        return self.typed * LETTER + self.pressed * PRESS

    @property
    def code(self) -> str:
        return self.page.locator(".code").inner_text().replace(" ", "")

    def says(self) -> str:
        return self.page.locator("main").inner_text()


@contextmanager
def phone(browser: Browser, ground: Ground, *, scripts: bool, refused: bool = False) -> Iterator[Child]:
    context = browser.new_context(viewport=PHONE, locale="en-US", java_script_enabled=scripts)  # type: ignore[arg-type]
    context.set_default_timeout(60_000)
    if refused:
        context.add_init_script(REFUSED)
        context.route("**/*", _without_cookies)
    try:
        yield Child(context.new_page(), ground.url)
    finally:
        context.close()


def _without_cookies(route: Route) -> None:
    headers = {name: value for name, value in route.request.headers.items() if name != "cookie"}
    route.continue_(headers=headers)


@pytest.fixture
def officer(browser: Browser, ground: Ground) -> Iterator[Page]:
    eyes = Eyes(browser, ground, "km")
    yield eyes.page("officer")
    eyes.close()


def the_case(page: Page, ground: Ground, known: set[str]) -> str:
    """The case that the newest report opens."""

    def refs() -> set[str]:
        page.goto(f"{ground.url}/cases")
        return {one.inner_text() for one in page.locator("ul.cases a.ref").all()} - known

    wait_until(lambda: bool(refs()), "the report becomes a case", 60)
    return refs().pop()


def known_cases(page: Page, ground: Ground) -> set[str]:
    page.goto(f"{ground.url}/cases")
    return {one.inner_text() for one in page.locator("ul.cases a.ref").all()}


def open_what_was_said(page: Page, ground: Ground, ref: str) -> None:
    page.goto(f"{ground.url}/cases/{ref}")
    form = page.locator("dt:has-text('អ្នកដែលបានប្រាប់') + dd details").first
    form.locator("summary").click()
    form.locator("input[value=help]").check()
    form.locator("button").click()
    page.wait_for_load_state()


def come_back(child: Child, code: str) -> Child:
    """With the code as somebody types it who wrote it down in fours, in Khmer digits."""
    child.come().press("button[value=open]").type(in_fours(code).translate(KHMER), "#code")
    return child.press("main form button.main")


@pytest.mark.parametrize(
    ("scripts", "refused"),
    [pytest.param(False, False, marks=LATER), pytest.param(True, False, marks=LATER), (True, True)],
)
def test_from_the_first_page_to_the_answer_and_back(
    browser: Browser, ground: Ground, officer: Page, scripts: bool, refused: bool
) -> None:
    known = known_cases(officer, ground)
    words = f"{WORDS} {scripts} {refused}"
    with phone(browser, ground, scripts=scripts, refused=refused) as child:
        child.come()
        assert child.page.locator("html").get_attribute("lang") == "km"
        child.press("button[value=threat]").type(words).press("button.main")
        child.type("កម្មវិធីជជែក").press("button.main")
        child.page.locator("input[value=child]").check()
        child.press("button[value=send]").press("button[value=code]")
        code = child.code
        print(f"{child.typed} letters, {child.pressed} presses: {child.seconds:.1f} s")
        assert re.fullmatch(r"\d{16}", code)
        assert child.seconds < PATIENCE
        assert child.page.context.cookies() == []

        ref = the_case(officer, ground, known)
        officer.goto(f"{ground.url}/cases/{ref}")
        assert words not in officer.locator("main").inner_text()
        open_what_was_said(officer, ground, ref)
        assert words in (officer.locator("main").text_content() or "")  # what is grave stands folded
        officer.locator("form[id^=answer-] details summary").click()
        officer.locator("form[id^=answer-] details a").first.click()
        officer.wait_for_load_state()
        written = officer.locator("textarea[name=text]").input_value()
        assert len(written) > 20
        officer.locator("form[id^=answer-] input[value=acting]").check()
        officer.locator("form[id^=answer-] button").click()
        officer.wait_for_load_state()

        come_back(child, code)
        assert " ".join(written.split())[:40] in " ".join(child.says().split())
        assert words not in child.page.content()  # what was told before is not shown on the phone
        child.type("នៅតែកើតមាន").press("button[value=more]")
        child.press("details summary") if child.page.locator("main details[open]").count() == 0 else None
        child.press("button[value=withdraw]")
        assert "បានដករបាយការណ៍" in child.says() or child.page.locator("button[value=withdraw]").count() == 0
        wait_until(lambda: _said_later(officer, ground, ref), "the officer reads what was added", 60)
        officer.goto(f"{ground.url}/cases/{ref}")
        assert officer.locator(".note.due").count() >= 1  # taken back


def _said_later(page: Page, ground: Ground, ref: str) -> bool:
    page.goto(f"{ground.url}/cases/{ref}")
    return "នៅតែកើតមាន" in (page.locator("main").text_content() or "")


def test_every_page_is_light_on_the_wire(browser: Browser, ground: Ground) -> None:
    with phone(browser, ground, scripts=True) as child:
        weigh = Scales(child.page.context, child.page)
        steps = weigh.walk(child)
    for step, size in steps.items():
        print(f"{step}: {size:,} bytes")
    assert len(steps) >= 12
    assert max(steps.values()) < LIMIT, steps


class Scales:
    """What came over the wire since the page before, heads and all, as the browser counted it."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self._cdp, self.bytes = context.new_cdp_session(page), 0
        self._cdp.send("Network.enable")
        self._cdp.send("Network.setCacheDisabled", {"cacheDisabled": True})
        self._cdp.on("Network.loadingFinished", self._count)

    def _count(self, event: dict[str, Any]) -> None:
        self.bytes += int(event["encodedDataLength"])

    def walk(self, child: Child) -> dict[str, int]:
        """Every page of the way, each with all that it loads, as if nothing were kept."""
        found: dict[str, int] = {}

        def taken(name: str) -> None:
            child.page.wait_for_load_state("networkidle")
            found[name], self.bytes = self.bytes, 0

        for language in ("km", "en"):
            child.come(f"/report?lang={language}")
            taken(f"first {language}")
            child.press("button[value=danger]")
            taken(f"danger {language}")
            for number in range(8):
                if child.page.locator("input[value=sms]").count():
                    break
                child.press("button.main")
                taken(f"question {number} {language}")
            child.press("button[value=send]")
            taken(f"sent {language}")
            child.press("button[value=code]")
            code = child.code
            taken(f"receipt {language}")
            child.come(f"/report?lang={language}").press("button[value=open]")
            self.bytes = 0
            child.type(code, "#code").press("main form button.main")
            taken(f"talk {language}")
            child.come(f"/learn/threat?lang={language}")
            taken(f"lesson {language}")
        return found


def test_danger_shows_the_numbers_at_once_and_comes_first_on_today(
    browser: Browser, ground: Ground, officer: Page
) -> None:
    known = known_cases(officer, ground)
    with phone(browser, ground, scripts=False) as child:
        child.come().press("button[value=danger]")
        numbers = [one.get_attribute("href") for one in child.page.locator("a[href^='tel:']").all()]
        assert numbers[:3] == ["tel:117", "tel:1288", "tel:1280"]
        child.press("button[value=send]")
    ref = the_case(officer, ground, known)
    officer.goto(f"{ground.url}/today")
    rows = [row.inner_text() for row in officer.locator("ul.cases > li").all()]
    place = next(number for number, row in enumerate(rows) if ref in row)
    assert all("មានគ្រោះថ្នាក់" in row for row in rows[: place + 1])  # only others in danger stand before it


def test_every_question_can_be_skipped_and_every_page_can_end_it(browser: Browser, ground: Ground) -> None:
    with phone(browser, ground, scripts=False) as child:
        child.come().press("button[value=other]")
        asked = []
        while child.page.locator("button[value=send]").count():
            asked.append(child.page.locator("h1").first.inner_text())
            child.press("button.main")
        assert len(asked) == len(set(asked)) == 8
        child.press("button[value=no-code]")
        assert child.page.locator(".code").count() == 0


def test_enter_goes_on_and_does_not_switch_the_language(browser: Browser, ground: Ground) -> None:
    with phone(browser, ground, scripts=False) as child:
        child.come().press("button[value=other]").press("button.main")
        child.page.locator("input#answer").fill("ABC")
        child.page.keyboard.press("Enter")
        child.page.locator("input[value=friend]").wait_for(state="attached")  # the next question
        assert child.page.locator("html").get_attribute("lang") == "km"


def test_with_the_keyboard_alone(browser: Browser, ground: Ground) -> None:
    with phone(browser, ground, scripts=False) as child:
        child.come()
        _tab_to(child.page, "value", "bullying")
        child.page.keyboard.press("Enter")
        child.page.locator("#answer").wait_for()
        _tab_to(child.page, "id", "answer")
        child.page.keyboard.type("Help")
        _tab_to(child.page, "value", "send")
        child.page.keyboard.press("Enter")
        child.page.locator("button[value=code]").wait_for()
        _tab_to(child.page, "value", "code")
        child.page.keyboard.press("Enter")
        child.page.locator(".code").wait_for()


def _tab_to(page: Page, name: str, value: str) -> None:
    """Tab until the wanted element has the focus."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.locator(f"[{name}='{value}']:focus").count():
            return
    raise AssertionError(f"the keyboard does not reach {value}")


def test_leaving_takes_the_page_out_of_the_history(browser: Browser, ground: Ground) -> None:
    with phone(browser, ground, scripts=True) as child:
        child.page.goto("about:blank")
        child.come()
        before = child.page.evaluate("history.length")
        child.page.locator("a.exit").click()
        child.page.wait_for_url("**/time")
        assert child.page.evaluate("history.length") == before
        child.page.go_back()
        assert child.page.url == "about:blank"


def test_leaving_is_a_plain_link_without_scripts(browser: Browser, ground: Ground) -> None:
    with phone(browser, ground, scripts=False) as child:
        child.come().press("button[value=other]")
        exit_link = child.page.locator("a.exit")
        assert (exit_link.get_attribute("href"), exit_link.get_attribute("rel")) == ("/time", "noreferrer")
        exit_link.click()
        child.page.wait_for_url("**/time")


def test_inside_a_frame_of_another_origin(browser: Browser, ground: Ground) -> None:
    with framing(ground.url) as outer, phone(browser, ground, scripts=True) as child:
        child.page.goto(outer)
        frame = child.page.frame_locator("iframe")
        frame.locator("button[value=bullying]").click()
        frame.locator("#answer").fill(WORDS)
        frame.locator("button[value=send]").click()
        frame.locator("button[value=code]").click()
        assert re.fullmatch(r"(\d{4} ){3}\d{4}", frame.locator(".code").inner_text())
        frame.locator("a.exit").click()
        child.page.locator("h1", has_text=re.compile(r"^\d\d:\d\d$")).wait_for()  # not the frame alone


@contextmanager
def framing(url: str) -> Iterator[str]:
    """A page of the firm's own, on another port: another origin."""
    page = f"<!doctype html><title>App</title><iframe src='{url}/report' width=340 height=600></iframe>".encode()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_said: object) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
