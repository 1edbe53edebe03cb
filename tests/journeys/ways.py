# SPDX-License-Identifier: Apache-2.0
"""How one comes to a page: by its address, by a link, by what a form answers; each way starts from a running Krama."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from uuid import UUID

from playwright.sync_api import FilePayload, Page

from krama.inventory import Category, Finding, findings_to_json
from krama.sealing import KeyedHash, read_key
from krama.server.intake.questions import BY_ID
from krama.testing import pictures
from tests.journeys.ground import Ground, wait_until
from tests.server.accounts.phones import code, wait_for_a_whole_step


@dataclass(frozen=True)
class Scene:
    """A running Krama with one case of each kind: waiting, unreadable, decided."""

    ground: Ground
    waiting: str
    unreadable: str
    decided: str


Open = Callable[[Page, Scene], None]


def at(path: str) -> Open:
    return lambda page, scene: _go(page, scene, path)


def through(path: str, link: str) -> Open:
    """The page behind the first such link."""

    def open_page(page: Page, scene: Scene) -> None:
        _go(page, scene, path)
        page.locator(link).first.click()
        page.wait_for_load_state()

    return open_page


def sent(path: str, *, button: str = "main form button.main", shows: str = "[role=alert]", **fields: str) -> Open:
    """The page that answers a form; with no fields, the one that says what is missing."""

    def open_page(page: Page, scene: Scene) -> None:
        _go(page, scene, path)
        page.evaluate("document.querySelectorAll('form').forEach(form => { form.noValidate = true })")
        for name, value in fields.items():
            if page.locator(f"main [name={name}]").first.get_attribute("type") == "checkbox":
                page.locator(f"main [name={name}][value='{value}']").check()
            else:
                page.locator(f"main [name={name}]").fill(value)
        page.locator(button).first.click()
        page.locator(shows).first.wait_for()

    return open_page


def app(path: str, button: str = "") -> Open:
    """A page of the demo app."""

    def open_page(page: Page, scene: Scene) -> None:
        page.goto(scene.ground.app_url + path)
        if button:
            page.locator(button).click()
            page.wait_for_url(lambda url: url != scene.ground.app_url + path)

    return open_page


UPLOAD = "form[action$='/inventory/upload'] button"
FIRM = "sector=isp&feature=network-filtering&user=children&user=adults&size=small&language=km&usual=isp"


def profile_saved(page: Page, scene: Scene) -> None:
    """The wizard to its end: the page it leads to."""
    _go(page, scene, f"/guidelines/profile?step=6&{FIRM}")
    page.locator("input[name=firm_en]").fill("Demo firm")
    page.locator("main form button.main").click()
    page.wait_for_url("**/guidelines/first")


def edition_submitted(page: Page, scene: Scene) -> None:
    """An edition that waits for another person; the demo's own was approved."""
    _go(page, scene, "/guidelines/editions")
    page.locator("main [name=name]").fill("១")
    page.locator("main form button.main").click()
    page.wait_for_load_state()


def unit_changing(page: Page, scene: Scene) -> None:
    """The form of the first unit."""
    _go(page, scene, "/guidelines/units")
    page.locator("main h3 a").first.click()
    page.locator("main a[href$='/change']").click()
    page.wait_for_load_state()


def plan_filled(page: Page, scene: Scene) -> None:
    """A plan with steps in it."""
    _go(page, scene, "/guidelines/plan")
    page.locator("form[action$='/fill'] button").click()
    page.wait_for_load_state()


def paper_written(page: Page, scene: Scene) -> None:
    """The house rules as a draft."""
    _go(page, scene, "/guidelines/policy/house-rules")
    page.locator("form[action$='/write'] button").click()
    page.wait_for_load_state()


def call_said(page: Page, scene: Scene) -> None:
    """A contact of which somebody said today that it is right."""
    _go(page, scene, "/country/contacts/cncc")
    page.locator("form[action$='/confirm'] button").click()
    page.wait_for_load_state()


def line_written(page: Page, scene: Scene) -> None:
    """A line of the register as it stands once it is written."""
    _go(page, scene, "/confidential/register/add")
    for name, value in {"name": "ថ្ងៃកំណើត", "system": "db", "purpose": "អាយុ"}.items():
        page.locator(f"main [name={name}]").fill(value)
    page.locator("main [name=categories][value=birth]").check()
    page.locator("main [name=unit]").select_option(index=1)
    page.locator("main form button.main").click()
    page.locator("#needed").wait_for()


def line_changing(page: Page, scene: Scene) -> None:
    """The form of a line that is there."""
    line_written(page, scene)
    page.locator("main a[href$='/change']").click()
    page.wait_for_load_state()


def scan_uploaded(page: Page, scene: Scene) -> None:
    """What a scan proposes."""
    found = Finding("schema.sql", "users", "dob", "date", Category.BIRTH, "dob", 0.9)
    _go(page, scene, "/confidential/inventory")
    file: FilePayload = {"name": "inventory.json", "mimeType": "application/json", "buffer": b""}
    file["buffer"] = findings_to_json([found]).encode()
    page.locator("input[type=file]").set_input_files(file)
    page.locator(UPLOAD).click()
    page.locator("input[name=chosen]").first.wait_for()


def impact_written(page: Page, scene: Scene) -> None:
    """An impact assessment that waits for another person."""
    line_written(page, scene)
    _go(page, scene, "/confidential/impact")
    page.locator("main [name=conclusion]").fill("ហានិភ័យតិច")
    page.locator("main form button.main").click()
    page.wait_for_url("**/confidential/impact/*")


def period_proposed(page: Page, scene: Scene) -> None:
    """A shorter period that waits for a second person, unless one waits already."""
    _go(page, scene, "/confidential/periods")
    if page.locator("form[action$='/case/propose']").count():
        page.locator("details:has(form[action$='/case/propose']) summary").click()
        form = page.locator("form[action$='/case/propose']")
        form.locator("[name=days]").fill("100")
        form.locator("[name=reason]").fill("ច្បាប់")
        form.locator("button").click()
        page.wait_for_load_state()


def sight_open(page: Page, scene: Scene) -> None:
    """All that the officer may change about who sees a case."""
    _go(page, scene, "/cases/{scene.waiting}")
    page.evaluate(
        "document.querySelectorAll('section[aria-labelledby=sight] details').forEach(one => { one.open = true })"
    )


def support_open(page: Page, scene: Scene) -> None:
    """Every form by which a child is helped."""
    _go(page, scene, "/cases/{scene.waiting}/support")
    page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")


def alike_found(page: Page, scene: Scene) -> None:
    """Two cases that show near the same picture, found by the job loop a moment later."""
    link = page.locator("main a[href^='/cases/alike/']")
    picture = pictures.changed_copy(pictures.landscape(5, size=(1024, 768)))  # a listed one
    for quality in (62, 81):
        scene.ground.scan(f"picture-5-{quality}", f"account-5-{quality}", pictures.jpeg(picture, quality=quality))

    def shown() -> bool:
        _go(page, scene, "/cases?source=scanner")
        return link.count() > 0

    wait_until(shown, "no cases looked alike")
    link.first.click()
    page.wait_for_load_state()


def look_asked(page: Page, scene: Scene) -> None:
    """A second look that is still to come: the case was to become less sensitive again. The reviewer still sees it."""
    sight_open(page, scene)
    page.locator("form[action$='/name'] [name=person]").select_option(label="Sokha")
    page.locator("form[action$='/name'] button").click()
    page.wait_for_load_state()
    for to in ("restricted", "normal"):
        sight_open(page, scene)
        form = page.locator("form[action$='/sensitivity']")
        form.locator("[name=to]").select_option(to)
        form.locator("[name=reason]").fill("១")
        form.locator("button").click()
        page.wait_for_load_state()
    _go(page, scene, "/looks")


def not_given(page: Page, scene: Scene) -> None:
    """A case of a kind that this person chose not to be given."""
    _go(page, scene, "/for-you")
    page.locator("main [name=kinds][value=unreadable]").check()
    page.locator("main form button.main").click()
    page.locator("main .note").first.wait_for()
    _go(page, scene, "/cases/{scene.unreadable}")


def resting(page: Page, scene: Scene) -> None:
    """A break has begun."""
    _go(page, scene, "/for-you")
    begin = page.locator("form[action$='/break'] button")
    if begin.count():  # it may run already, from a visit before
        begin.click()
    page.locator("form[action$='/break/end']").wait_for()


def outsider_named(page: Page, scene: Scene) -> None:
    """The code of somebody outside, shown once."""
    _go(page, scene, "/looks")
    page.locator("main details summary").first.click()
    page.locator("main [name=who]").first.fill("១")
    page.locator("form[action$='/outsider'] button").first.click()
    page.locator("main dl.facts").wait_for()
    said = [code.inner_text() for code in page.locator("main dl.facts code").all()]
    WAYS_IN[scene.ground.url] = (said[0], said[1])


WAYS_IN: dict[str, tuple[str, str]] = {}


def outside_entered(page: Page, scene: Scene) -> None:
    """The one thing that somebody outside sees."""
    url, code = WAYS_IN[scene.ground.url]
    page.goto(url)
    if page.locator("main [name=code]").count():
        page.locator("main [name=code]").fill(code)
        page.locator("main form button.main").click()
    page.locator("main [name=words]").wait_for()


def tree_made(page: Page, scene: Scene) -> None:
    """A call tree of one step at least, with the lead in it; nobody answers there."""
    _go(page, scene, "/callout")
    if page.locator("main form[action$='/ways']").count() == 0:
        page.locator("form[action$='/callout/steps'] button").click()
        page.wait_for_load_state()
    if page.locator("main button[value=test]").count() == 0:
        webhook_added(page, scene)
        _go(page, scene, "/callout")


def way_refused(page: Page, scene: Scene) -> None:
    """Nobody was said, and nothing."""
    tree_made(page, scene)
    _open_ways(page)
    page.locator("form[action$='/ways'] button").first.click()
    page.wait_for_load_state()


def webhook_added(page: Page, scene: Scene) -> None:
    """The secret of a webhook, shown this once."""
    _go(page, scene, "/callout")
    _open_ways(page)
    form = page.locator("form[action$='/ways']").first
    form.locator("[name=person]").select_option(label="Dara")
    form.locator("[name=channel]").select_option("webhook")
    form.locator("[name=address]").fill("http://127.0.0.1:9/hook")
    form.locator("button").click()
    page.locator("main .lead").wait_for()


def _open_ways(page: Page) -> None:
    page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")


def emergency_raised(page: Page, scene: Scene) -> None:
    """Somebody says on the report page that they are in danger now; people are called, and Today is red."""
    _go(page, scene, "/report{language}")
    page.locator("button[value=danger]").click()
    page.wait_for_load_state()
    _until(scene, "SELECT count(*) FROM callout_alarm WHERE ended_at IS NULL")
    with closing(scene.ground.database()) as database:  # before the tree was there it waited a minute
        database.execute("UPDATE callout_alarm SET ring_at = raised_at WHERE taken_by_id IS NULL AND step = 0")
        database.commit()
    _until(scene, "SELECT count(*) FROM callout_call WHERE alarm_id IS NOT NULL")
    _go(page, scene, "/today")
    page.locator("form[action$='/take']").first.wait_for()


def _until(scene: Scene, count: str) -> None:
    def some() -> bool:
        with closing(scene.ground.database()) as database:
            return bool(database.execute(count).fetchone()[0])

    wait_until(some, count, 60)


def woken(page: Page, scene: Scene) -> None:
    """The link of the last message, which asks."""
    page.goto(scene.ground.url + _link(scene))


def woken_and_there(page: Page, scene: Scene) -> None:
    """What it says to whoever takes it, or to whom it is too late."""
    woken(page, scene)
    if page.locator("main form button.main").count():
        page.locator("main form button.main").click()
        page.locator("main .note").wait_for()


def _link(scene: Scene) -> str:
    """As its message has it: made from the home's key, since nobody listens where it went."""
    home = KeyedHash(read_key(next(scene.ground.keys.iterdir()) / "settings"))
    with closing(scene.ground.database()) as database:
        asked = "SELECT id FROM callout_call WHERE alarm_id IS NOT NULL ORDER BY at DESC LIMIT 1"
        call = UUID(database.execute(asked).fetchone()[0])
    secret = KeyedHash(home.derive("callout")).derive(f"link:{call}")
    return f"/wake/{urlsafe_b64encode(secret).decode()[:27]}"


def sample_checked(page: Page, scene: Scene) -> None:
    """What the sample clauses change."""
    _go(page, scene, "/guidelines/clauses")
    page.locator("form[action$='/sample'] button").click()
    page.wait_for_load_state()


def phone_set_up(page: Page, scene: Scene) -> None:
    """A phone that shows the right digits; it leads to the recovery codes, shown this once."""
    _go(page, scene, PHONE)
    secret = page.locator(".secret").text_content()
    assert secret
    wait_for_a_whole_step()
    page.locator("#id_code").fill(code(secret.strip()))
    page.locator("main form button.main").click()
    page.wait_for_url("**/second-factor/codes")


def passkey_added(page: Page, scene: Scene) -> None:
    """The question before one is removed."""
    with_authenticator(page)
    _go(page, scene, "/accounts/second-factor/passkeys/add")
    page.locator("[data-passkey-button]").click()
    page.wait_for_url("**/accounts/second-factor")
    page.locator("main a[href$='/remove']").last.click()
    page.wait_for_load_state()


def asked_for_the_factor(page: Page, scene: Scene) -> None:
    """Out, and in again with the password."""
    _go(page, scene, "/accounts/logout")
    page.locator("main form button").click()
    page.wait_for_url("**/start")
    sign_in(page, scene.ground.url, page.context.newcomer)  # type: ignore[attr-defined]


def sign_in(page: Page, url: str, who: tuple[str, str]) -> None:
    page.goto(f"{url}/accounts/login")
    page.locator("#id_login").fill(who[0])
    page.locator("#id_password").fill(who[1])
    page.locator("main form button.main").first.click()
    page.wait_for_load_state()


def with_authenticator(page: Page) -> Page:
    """Chromium's own platform authenticator that says yes, as a finger on a laptop does."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return page


def _go(page: Page, scene: Scene, path: str) -> None:
    english = page.evaluate("navigator.language") == "en"
    page.goto(scene.ground.url + path.format(scene=scene, language="?lang=en" if english else ""))


PHONE = "/accounts/second-factor/phone"
NEWCOMER = "newcomer"  # an officer with a password, who is none of the demo's people


def told_until(step: str) -> Open:
    """The report page, walked as far as this step; the language is its own, whatever the browser asks for."""

    def open_page(page: Page, scene: Scene) -> None:
        _go(page, scene, "/report{language}")
        if step == "code":
            page.locator("button[value=open]").click()
            return
        page.locator("button[value=danger]" if step == "danger" else "button[value=bullying]").click()
        if step in ("words", "danger"):
            return
        if step in BY_ID:
            while page.locator("input[name=answer][value=family]").count() == 0:
                page.locator("button.main").click()
            return
        page.locator("button[value=send]").click()
        if step != "sent":
            page.locator("button[value=code]").click()
        if step == "talk":
            _come_back(page, scene, page.locator(".code").inner_text())

    return open_page


def _come_back(page: Page, scene: Scene, code_shown: str) -> None:
    _go(page, scene, "/report{language}")
    page.locator("button[value=open]").click()
    page.locator("#code").fill(code_shown)
    page.locator("button.main").click()


def wave_raised(page: Page, scene: Scene) -> None:
    """Five people told the same within a minute: one wave, to be answered."""
    _go(page, scene, "/waves")
    if page.locator("main .card a").count() == 0:
        for _report in range(5):
            report_taken(page, scene)
        page.wait_for_timeout(1_000)
        wait_until(lambda: _has_wave(page, scene), "the wave is raised", 60)
    page.locator("main .card a").first.click()
    page.wait_for_url("**/waves/*")


def _has_wave(page: Page, scene: Scene) -> bool:
    _go(page, scene, "/waves")
    return page.locator("main .card a").count() > 0


def report_taken(page: Page, scene: Scene) -> None:
    """A report that staff wrote down: its code, to be read out."""
    _go(page, scene, "/intake/new")
    page.locator("main [name=topic][value=bullying]").check()
    page.locator("main form button.main").click()
    page.locator(".code").wait_for()
