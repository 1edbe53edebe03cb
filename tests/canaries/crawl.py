# SPDX-License-Identifier: Apache-2.0
"""Goes through every page that a role can reach by links, and sends every form it finds there, filled with canaries:
once in Latin and once in Khmer as a careful person would, and once as nobody should (every choice replaced).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urljoin, urlsplit

from django.urls import Resolver404, resolve

from tests.canaries.browser import Browser
from tests.canaries.html import Field, Form, Page
from tests.canaries.values import SCRIPTS, Canaries

ROLES = ("officer", "administrator", "lead", "auditor", "reviewer")  # who is shown most goes first
# They change who one is or what runs, and take no words; the run itself uses the first.
APART = {"site:become", "site:language", "site:loop", "site:pupils", "account_logout"}
# Good, they would take the people of this run away: a role changed, sessions ended. They are sent wrong alone.
WRONG_ALONE = {"accounts:administer", "accounts:reset_factor"}


@dataclass
class Crawl:
    """What was seen: `reached` routes with their best status, `doors` text fields, `files` downloads by address."""

    port: int
    canaries: Canaries
    every: bool = False
    reached: dict[str, int] = field(default_factory=dict)
    doors: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    sent: Counter[str] = field(default_factory=Counter)
    taken: set[str] = field(default_factory=set)
    files: dict[str, bytes] = field(default_factory=dict)
    browsers: list[Browser] = field(default_factory=list)
    visits: Counter[str] = field(default_factory=Counter)
    _forms: set[tuple[str, ...]] = field(default_factory=set)

    def browser(self, role: str) -> Browser:
        one = Browser(self.port, self.canaries)
        self.browsers.append(one)
        one.get("/start")
        if role:
            self.become(one, role)
        return one

    def become(self, one: Browser, role: str) -> None:
        body = f"csrfmiddlewaretoken={one.cookies['krama_csrf']}&role={role}".encode()
        assert one.ask("POST", "/start/become", body, "application/x-www-form-urlencoded").status == 302

    def walk(self, role: str, start: tuple[str, ...]) -> None:
        """All that this role can reach; forms are sent when everything was seen, so that no link is lost."""
        browser, queue, seen = self.browser(role), list(start), set(start)
        count: Counter[str] = Counter()
        found: list[tuple[str, Form]] = []
        while queue:
            path = queue.pop(0)
            route = route_of(path)
            if not route or route == "account_logout" or self._enough(route, path, count):
                continue
            count[route] += 1
            self.visits[route] += 1
            answer = browser.get(path)
            self.reached[route] = min(answer.status, self.reached.get(route, 999))
            if "text/html" not in answer.kind:
                self.files[path] = answer.body
                continue
            page = Page(answer.text)
            found += [(path, form) for form in page.forms]
            fresh = [link for link in (_local(path, href) for href in page.links) if link and link not in seen]
            seen |= set(fresh)
            queue += fresh
        for path, form in found:
            self._send(browser, role, path, form)

    def _enough(self, route: str, path: str, count: Counter[str]) -> bool:
        """A sample sees one page of a route as each of two roles, and each kind of printed paper once."""
        if self.every:
            return count[route] >= 2
        printed = path.partition("?")[0].endswith((".pdf", ".xlsx"))
        return bool(count[route]) or self.visits[route] >= (1 if printed else 2)

    def _send(self, browser: Browser, role: str, path: str, form: Form) -> None:
        action = _local(path, form.action or path)
        route = route_of(action) if action else ""
        known = (route, form.method, *sorted(form.fields))
        if not route or route in APART or known in self._forms:
            return
        self._forms.add(known)
        self.reached.setdefault(route, 0)
        for one in form.fields.values():
            self.names.add(one.name)
            if one.is_text:
                self.doors.add(door_of(route, one))
        if [name for name in form.fields if name != "csrfmiddlewaretoken"]:
            good = () if route in WRONG_ALONE else SCRIPTS if self.every else (_script(route),)
            for fill in (*good, "wrong"):
                self.fill(browser, role, action, route, form, fill)

    def fill(self, browser: Browser, role: str, action: str, route: str, form: Form, fill: str) -> None:
        values, files = filled(self.canaries, route, form, fill)
        answer = browser.send(action, form, values, files)
        if role and answer.status == 302 and answer.where.startswith("/accounts/login"):
            browser.get("/start")
            self.become(browser, role)
            answer = browser.send(action, form, values, files)
        doors = {door_of(route, one) for one in form.fields.values() if one.is_text}
        self.sent.update(doors)
        if answer.status in (200, 302) and fill != "wrong":
            self.taken |= doors
        self.reached[route] = max(self.reached[route], answer.status)
        if "text/html" not in answer.kind and answer.body:
            self.files[f"{action} {fill}"] = answer.body

    def knock(self, browser: Browser, addresses: Iterator[tuple[str, str]], reads: set[str]) -> None:
        """Every address with a canary in each of its parts and in everything that any page reads of an address;
        read, and written to with a page's own token."""
        for door, path in addresses:
            query = "&".join(f"{name}={quote(self.canaries.new(f'read GET {name}', _script(name)))}" for name in reads)
            browser.get(f"{path}?{query}")
            browser.send(path, Form(path, "post"), {}, {})
            self.sent[door] += 1

    def blindly(self, browser: Browser, addresses: dict[str, str]) -> None:
        """What no page offers now is sent all that any page ever asked."""
        for route, path in addresses.items():
            if route not in APART:
                values = {name: [self.canaries.new(f"tampered {route} {name}", _script(name))] for name in self.names}
                self.reached[route] = browser.send(path, Form(path, "post"), values, {}).status


def filled(canaries: Canaries, route: str, form: Form, fill: str) -> tuple[dict[str, list[str]], dict[str, str]]:
    """What is sent in each field, and the names and contents of files."""
    values: dict[str, list[str]] = {}
    files: dict[str, str] = {}
    for one in form.fields.values():
        if one.name == "csrfmiddlewaretoken":
            continue
        if one.kind == "file":
            files[one.name] = canaries.new(door_of(route, one), "khmer" if fill == "khmer" else "latin")
        elif fill == "wrong" or one.is_text:
            script = "khmer" if fill == "khmer" else "latin"
            values[one.name] = [canaries.new(wrong_of(route, one) if fill == "wrong" else door_of(route, one),
                                             script, one.kind)[: one.room]]  # fmt: skip
        else:
            values[one.name] = chosen(one)
    return values, files


def chosen(one: Field) -> list[str]:
    """What a person would leave or choose."""
    if one.kind == "date":
        return one.chosen or [(datetime.now(UTC).date() + timedelta(days=30)).isoformat()]
    if one.kind == "number":
        return one.chosen or ["1"]
    if one.kind in ("select", "radio", "checkbox"):
        return one.chosen or [choice for choice in one.choices if choice][:1]
    return one.chosen[:1] if one.kind != "button" else one.choices[:1]


def door_of(route: str, one: Field) -> str:
    return f"page {route} {one.name}"


def wrong_of(route: str, one: Field) -> str:
    """A choice that was tampered with; a text field is the same door as ever."""
    return door_of(route, one) if one.is_text else f"tampered {route} {one.name}"


def route_of(path: str) -> str:
    try:
        return resolve(urlsplit(path).path).view_name
    except Resolver404:
        return ""


def _local(path: str, href: str) -> str:
    """An address of this server, without its fragment."""
    if href.startswith(("mailto:", "tel:", "data:")):
        return ""
    parts = urlsplit(urljoin(f"http://here{path}", href))
    return "" if parts.netloc != "here" else parts.path + (f"?{parts.query}" if parts.query else "")


def _script(name: str) -> str:
    return SCRIPTS[len(name) % 2]
