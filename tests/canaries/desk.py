# SPDX-License-Identifier: Apache-2.0
"""Staff: a report taken down at the telephone; a case with a report, opened and answered; a second look outside."""

from __future__ import annotations

import html
import re
from urllib.parse import urlencode, urlsplit

from tests.canaries.browser import Answer, Browser
from tests.canaries.crawl import Crawl, chosen, door_of, filled, route_of
from tests.canaries.html import Form, Page
from tests.canaries.values import SCRIPTS

KIND = "application/x-www-form-urlencoded"


def take_down(crawl: Crawl, staff: Browser) -> None:
    """In each script, with a way to write back: without a yes no address is kept."""
    route, path = "counter:new", "/intake/new"
    for script in SCRIPTS:
        form = _forms(staff, path, route)[0]
        values, files = filled(crawl.canaries, route, form, script)
        to = crawl.canaries.new(f"page {route} back_to", script, "email")
        values |= {"back": ["mail"], "back_to": [to], "back_hour": ["any"]}
        taken = staff.send(path, form, values, files)
        note(crawl, route, form, taken)
        for code in re.findall(r'<p class="code"[^>]*><strong>([^<]+)', taken.text):
            for written in (code, "".join(code.split())):
                crawl.canaries.learn(written, "made counter's code")


def open_and_answer(crawl: Crawl, officer: Browser, ref: str) -> str:
    """The page of the case while all is open, and again once it was answered in both scripts."""
    path = f"/cases/{ref}"
    for form in _forms(officer, path, "desk:open_face"):
        values = {one.name: chosen(one) for one in form.fields.values() if one.name != "csrfmiddlewaretoken"}
        assert officer.send(form.action, form, values, {}).status == 302
    shown = officer.get(path).text
    for form in _forms(officer, path, "desk:answer"):
        crawl.doors |= {door_of("desk:answer", one) for one in form.fields.values() if one.is_text}
        crawl.reached.setdefault("desk:answer", 0)
        for script in (*SCRIPTS, "wrong"):
            crawl.fill(officer, "officer", form.action, "desk:answer", form, script)
    return shown + officer.get(path).text


def _forms(officer: Browser, path: str, route: str) -> list[Form]:
    return [form for form in Page(officer.get(path).text).forms if route_of(form.action or path) == route]


def ask_outside(crawl: Crawl, refs: list[str]) -> None:
    """Somebody breaks the glass; the officer asks a person outside to look at that; they answer with the code."""
    breaker, officer = crawl.browser("administrator"), crawl.browser("officer")
    for ref in refs:
        token = breaker.cookies["krama_csrf"]
        body = urlencode({"csrfmiddlewaretoken": token, "ref": ref}).encode()
        assert breaker.ask("POST", "/emergency/open", body, KIND).status == 200
    for script, form in zip(SCRIPTS, _forms(officer, "/looks", "desk:look_outsider"), strict=False):
        values, files = filled(crawl.canaries, "desk:look_outsider", form, script)
        named = officer.send(form.action, form, values, files)
        note(crawl, "desk:look_outsider", form, named)
        _outsider(crawl, named, script)


def look_inside(crawl: Crawl, officer: Browser) -> str:
    """The officer gives second looks, one in each script; what the page then shows of all that were given."""
    for script in SCRIPTS:
        form = _forms(officer, "/looks", "desk:look_give")[0]  # one look takes one answer, so the page is read anew
        values, files = filled(crawl.canaries, "desk:look_give", form, script)
        note(crawl, "desk:look_give", form, officer.send(form.action, form, values, files))
    return officer.get("/looks").text


def look_at_once(crawl: Crawl, officer: Browser, cluster: str) -> None:
    """One look at several cases: first with none of them chosen, which decides nothing; then all, by one decision."""
    path, route = f"/cases/alike/{cluster}", "desk:alike_decide"
    form = _forms(officer, path, route)[0]
    boxes = {"case": re.findall(r'name="case" value="([^"]+)" checked', officer.get(path).text)}
    for script, chosen_cases, status in zip(SCRIPTS, ({"case": []}, boxes), (422, 302), strict=True):
        values, files = filled(crawl.canaries, route, form, script)
        answer = officer.send(form.action, form, values | chosen_cases, files)
        assert answer.status == status, answer.text
        note(crawl, route, form, answer)


def call_tree(crawl: Crawl, lead: Browser) -> None:
    """Who is woken at night, and where: an address for each script, as the mail channel takes it."""
    path, route = "/callout", "callout:way_add"
    step = next(form for form in Page(lead.get(path).text).forms if route_of(form.action) == "callout:step_add")
    assert lead.send(step.action, step, {"minutes": ["5"]}, {}).status == 302
    for script in SCRIPTS:
        form = _forms(lead, path, route)[0]
        values, files = filled(crawl.canaries, route, form, script)
        to = crawl.canaries.new(f"page {route} address", script, "email")
        who = [choice for choice in form.fields["person"].choices if choice][:1]
        values |= {"person": who, "channel": ["mail"], "address": [to]}
        note(crawl, route, form, lead.send(form.action, form, values, files))


def change_sensitivity(crawl: Crawl, officer: Browser, ref: str) -> str:
    """Fewer may know of it, at once; then more, which is asked for. The page of the case with both reasons."""
    path = f"/cases/{ref}"
    for script, to in zip(SCRIPTS, ("sealed", "restricted"), strict=True):
        form = _forms(officer, path, "desk:sensitivity")[0]
        values, files = filled(crawl.canaries, "desk:sensitivity", form, script)
        # What is chosen already is no change: a person chooses another.
        note(crawl, "desk:sensitivity", form, officer.send(form.action, form, values | {"to": [to]}, files))
    return officer.get(path).text


def regroup(crawl: Crawl, officer: Browser, one: str, other: str) -> str:
    """A clock stands still for an authority and goes on; two cases are put together and taken apart, in each script."""
    shown, here, there = "", f"/cases/{one}", f"/cases/{other}"
    for script in SCRIPTS:
        _sent(crawl, officer, there, "desk:pause", script, reason=["authority"], days=["3"])
        shown += officer.get(there).text
        _sent(crawl, officer, there, "desk:go_on", script)
        _sent(crawl, officer, here, "desk:merge", script, into=[there.rpartition("/")[2]])
        here = _sent(crawl, officer, there, "desk:split", script).where
        shown += officer.get(here).text
    return shown


def _sent(crawl: Crawl, officer: Browser, path: str, route: str, script: str, **said: list[str]) -> Answer:
    form = _forms(officer, path, route)[0]
    values, files = filled(crawl.canaries, route, form, script)
    answer = officer.send(form.action, form, values | said, files)
    note(crawl, route, form, answer)
    return answer


def _outsider(crawl: Crawl, named: Answer, script: str) -> None:
    url, code = re.findall(r"<code[^>]*>([^<]+)</code>", named.text)[:2]
    path = urlsplit(html.unescape(url)).path
    crawl.canaries.learn(code, "made outsider's code")
    person = Browser(crawl.port, crawl.canaries)
    crawl.browsers.append(person)
    for right in ("", code, ""):
        form = next(one for one in Page(person.get(path).text).forms if one.fields.keys() & {"code", "words"})
        values, _ = filled(crawl.canaries, "desk:outside", form, script)
        note(crawl, "desk:outside", form, person.send(path, form, values | ({"code": [right]} if right else {}), {}))


def note(crawl: Crawl, route: str, form: Form, answer: Answer) -> None:
    """What was sent there, and whether it was taken."""
    doors = {door_of(route, one) for one in form.fields.values() if one.is_text}
    crawl.doors |= doors
    crawl.reached[route] = answer.status
    crawl.taken |= doors if answer.status in (200, 302) else set()
