# SPDX-License-Identifier: Apache-2.0
"""Every page that a person can come to, how to get there, and as whom. A route missing here fails the tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import Browser, BrowserContext, Page

from tests.journeys.ground import Ground


@dataclass(frozen=True)
class Scene:
    """A running Krama with one case of each kind: waiting, unreadable, decided."""

    ground: Ground
    waiting: str
    unreadable: str
    decided: str


Open = Callable[[Page, Scene], None]


@dataclass(frozen=True)
class Visit:
    """`name` is the route, and after a comma the state of its page; `role` is "" for a visitor without an account."""

    name: str
    role: str
    open: Open


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
            page.wait_for_url("**/pictures/*")

    return open_page


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


def sample_checked(page: Page, scene: Scene) -> None:
    """What the sample clauses change."""
    _go(page, scene, "/guidelines/clauses")
    page.locator("form[action$='/sample'] button").click()
    page.wait_for_load_state()


def _go(page: Page, scene: Scene, path: str) -> None:
    page.goto(scene.ground.url + path.format(scene=scene))


VISITS = (
    Visit("site:start", "", at("/start")),
    Visit("site:story", "", at("/start/story")),
    Visit("site:chapter", "", at("/start/story/firm")),
    Visit("site:api_docs", "", at("/api/docs")),
    Visit("account_login", "", at("/accounts/login")),
    Visit("account_login, refused", "", sent("/accounts/login", login="nobody", password="not a password")),
    Visit("not found", "", at("/no/such/page")),
    Visit("desk:today", "reviewer", at("/today")),
    Visit("cases:queue", "reviewer", at("/cases")),
    Visit("cases:queue, decided", "reviewer", at("/cases?state=closed")),
    Visit("cases:queue, nothing found", "reviewer", at("/cases?q=zzzzzzzz")),
    Visit("desk:case", "reviewer", at("/cases/{scene.waiting}")),
    Visit("desk:case, unreadable", "reviewer", at("/cases/{scene.unreadable}")),
    Visit("desk:case, decided", "reviewer", at("/cases/{scene.decided}")),
    Visit("desk:case, nothing chosen", "reviewer", sent("/cases/{scene.waiting}")),
    Visit("account_change_password", "reviewer", at("/accounts/password/change")),
    Visit("account_change_password, refused", "reviewer", sent("/accounts/password/change")),
    Visit("forbidden", "reviewer", at("/staff")),
    Visit("account_logout", "reviewer", at("/accounts/logout")),
    Visit("lists:lists", "officer", at("/lists")),
    Visit("lists:list", "officer", through("/lists", "main a[href^='/lists/']:not([href$='add'])")),
    Visit("lists:add", "officer", at("/lists/add")),
    Visit("lists:add, nothing said", "officer", sent("/lists/add")),
    Visit("desk:trail", "auditor", at("/trail")),
    Visit("desk:trail, checked", "auditor", sent("/trail", button="form[action='/trail/check'] button", shows=".ok")),
    Visit("assessments:board, no profile", "reviewer", at("/guidelines")),
    Visit("assessments:profile", "officer", at("/guidelines/profile?sector=isp")),
    Visit("assessments:profile, nothing said", "officer", at("/guidelines/profile?step=3")),
    Visit("assessments:profile, last screen", "officer", at("/guidelines/profile?step=6&" + FIRM)),
    Visit("assessments:first", "officer", profile_saved),
    Visit("assessments:board", "officer", at("/guidelines")),
    Visit("assessments:applies", "officer", at("/guidelines/applies")),
    Visit("assessments:profile, saved", "auditor", at("/guidelines/profile")),
    Visit("assessments:papers", "officer", at("/guidelines/policy")),
    Visit("assessments:paper", "officer", at("/guidelines/policy/policy")),
    Visit("assessments:paper, written", "officer", paper_written),
    Visit("assessments:proofs", "auditor", at("/guidelines/proofs")),
    Visit("assessments:proof", "auditor", at("/guidelines/proofs/live.jobs-run")),
    Visit("assessments:clauses", "officer", at("/guidelines/clauses")),
    Visit("assessments:clauses, no file", "officer", sent("/guidelines/clauses", button="form[action$=upload] button")),
    Visit("assessments:clauses_checked", "officer", sample_checked),
    Visit("assessments:clauses_shipped", "auditor", at("/guidelines/clauses/shipped")),
    Visit("assessments:sectors", "reviewer", at("/guidelines/sectors")),
    Visit("assessments:sector", "officer", at("/guidelines/sectors/mno")),
    Visit("assessments:playbook", "reviewer", through("/guidelines/sectors/host", "main a[href*=playbooks]")),
    Visit("assessments:packs", "officer", at("/guidelines/packs")),
    Visit("assessments:answers_upload", "officer", at("/guidelines/answers/upload")),
    Visit("assessments:answers_upload, nothing sent", "officer", sent("/guidelines/answers/upload")),
    Visit("countries:entry, waiting", "officer", call_said),
    Visit("countries:country", "officer", at("/country")),
    Visit("countries:entry", "auditor", at("/country/contacts/child-helpline")),
    Visit("countries:version", "auditor", at("/country/versions/1")),
    Visit("assessments:wording", "officer", at("/wording")),
    Visit("assessments:crosswalk", "officer", at("/guidelines/crosswalk?sector=isp&pillar=kh-3")),
    Visit("assessments:law", "officer", at("/guidelines/law")),
    Visit("countries:add", "officer", at("/country/add/holidays")),
    Visit("countries:add, nothing said", "officer", sent("/country/add/holidays")),
    Visit("assessments:assessment", "officer", at("/guidelines/assessment?state=open")),
    Visit("assessments:line", "officer", at("/guidelines/lines/a1.responsible-person")),
    Visit("assessments:line, nothing said", "officer", sent("/guidelines/lines/a3.design-for-age")),
    Visit("assessments:editions", "officer", at("/guidelines/editions")),
    Visit("assessments:edition_compare", "officer", at("/guidelines/editions/compare")),
    Visit("assessments:edition", "officer", edition_submitted),
    Visit("assessments:edition, to decide", "lead", at("/guidelines/editions/2")),
    Visit("assessments:units", "officer", at("/guidelines/units")),
    Visit("assessments:unit", "officer", through("/guidelines/units", "main h3 a")),
    Visit("assessments:unit_change", "officer", unit_changing),
    Visit("assessments:unit_add", "officer", at("/guidelines/units/add")),
    Visit("assessments:unit_add, nothing said", "officer", sent("/guidelines/units/add")),
    Visit("assessments:gaps", "officer", at("/guidelines/gaps")),
    Visit("assessments:plan_add", "officer", at("/guidelines/plan/add?line=a1.responsible-person")),
    Visit("assessments:plan", "officer", plan_filled),
    Visit("assessments:plan_task", "officer", through("/guidelines/plan", "main .card a")),
    Visit("assessments:mine", "lead", at("/guidelines/mine")),
    Visit("desk:confidential", "officer", at("/confidential")),
    Visit("desk:emergency", "administrator", at("/emergency")),
    Visit("desk:emergency_open, no such case", "administrator", sent("/emergency", ref="C-000000")),
    Visit("accounts:staff", "administrator", at("/staff")),
    Visit("accounts:staff_add", "administrator", at("/staff/add")),
    Visit("accounts:staff_add, nothing said", "administrator", sent("/staff/add")),
    Visit("accounts:person", "administrator", through("/staff", "main :is(td, th) a[href^='/staff/']")),
    Visit("accounts:keys", "administrator", at("/keys")),
    Visit("accounts:key_add", "administrator", at("/keys/add")),
    Visit("accounts:key_add, nothing said", "administrator", sent("/keys/add")),
    Visit("accounts:key_add, shown once", "administrator", sent("/keys/add", name="App", scopes="scan", shows=".lead")),
    Visit("app, pictures", "", app("/")),
    Visit("app, posted", "", app("/", "button[value=changed]")),
    Visit("app, not found", "", app("/pictures/none")),
)  # fmt: skip
REDIRECTS = {"site:root", "desk:home"}
FILES = {
    "assessments:board_pdf",
    "assessments:sector_pdf",
    "assessments:paper_file",
    "assessments:clauses_template",
    "assessments:answers_book",
    "assessments:unit_sheet",
    "assessments:wording_book",
}
POST_ONLY = {
    "site:become",
    "site:language",
    "lists:change",
    "lists:publish",
    "desk:decide",
    "desk:open_face",
    "desk:hold",
    "desk:opening_review",
    "desk:hold_extend",
    "desk:hold_release",
    "desk:hold_agree",
    "desk:trail_check",
    "accounts:administer",
    "accounts:reset_password",
    "accounts:key_revoke",
    "accounts:review",
    "assessments:clauses_load",
    "assessments:clauses_sample",
    "assessments:clauses_upload",
    "assessments:paper_approve",
    "assessments:paper_sign",
    "assessments:paper_write",
    "assessments:pack_make",
    "accounts:place",
    "countries:propose",
    "countries:confirm",
    "countries:accept",
    "countries:refuse",
    "assessments:wording_upload",
    "assessments:line_hand",
    "assessments:line_proof",
    "assessments:line_proof_upload",
    "assessments:proof_withdraw",
    "assessments:edition_submit",
    "assessments:edition_decide",
    "assessments:usual_units",
    "assessments:share_out",
    "assessments:unit_record",
    "assessments:unit_people",
    "assessments:plan_fill",
    "site:loop",
}


def routes() -> set[str]:
    """The names of all pages in the URLconf; what machines call is not a page."""
    return {name for name in _names(get_resolver().url_patterns, "") if not name.startswith("api:")}


def _names(patterns: list[URLPattern | URLResolver], space: str) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            own = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from _names(pattern.url_patterns, space + own)
        elif pattern.name:
            yield space + pattern.name


class Eyes:
    """One browser context for each role, in one language: one signs in once."""

    def __init__(self, browser: Browser, ground: Ground, language: str) -> None:
        self._browser, self._ground, self._language = browser, ground, language
        self._pages: dict[str, Page] = {}
        self._contexts: list[BrowserContext] = []

    def page(self, role: str) -> Page:
        if role not in self._pages:
            context = self._browser.new_context(locale=self._language, viewport={"width": 1280, "height": 900})
            context.set_default_timeout(10_000)
            self._contexts.append(context)
            self._pages[role] = page = context.new_page()
            if role:
                page.goto(f"{self._ground.url}/start")
                page.locator(f"section[aria-labelledby=personas] form:has(input[value={role}]) button").click()
                page.wait_for_url(lambda url: not url.endswith("/start"))
        return self._pages[role]

    def close(self) -> None:
        for context in self._contexts:
            context.close()
