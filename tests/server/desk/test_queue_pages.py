# SPDX-License-Identifier: Apache-2.0
"""The queue on its pages: next case, who has one, who is there, filters, clusters, keys; and that it says no more."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from krama.server.accounts.models import Unit, User
from krama.server.cases.actions.queue import be_here, take, take_next
from krama.server.cases.actions.routes import add_route
from krama.server.cases.alike import compare_waiting
from krama.server.cases.collecting.collect import collect
from krama.server.cases.models import Case, Decision, Item, Lease, Near, Route, SavedView
from krama.server.detections.models import Detection
from krama.server.trail.models import Entry
from tests.server import builders

pytestmark = pytest.mark.django_db
HOST = {"host": "localhost", "accept-language": "en"}


def signed_in(person: User) -> Client:
    client = Client(headers=HOST)
    client.force_login(person)
    return client


@pytest.fixture
def sok() -> User:
    person: User = builders.person(name="Sok")
    return person


@pytest.fixture
def dara() -> User:
    person: User = builders.person(name="Dara")
    return person


def read(person: User, path: str) -> str:
    return signed_in(person).get(path).content.decode()


def send(person: User, path: str, **fields: Any) -> Any:
    return signed_in(person).post(path, fields)


def test_the_button_leads_to_the_next_case_and_back_when_there_is_none(sok: User, dara: User) -> None:
    case = builders.case()
    assert "Take the next case" in read(sok, "/today")
    assert send(sok, "/cases/next").url == f"/cases/{case.ref}"
    assert send(dara, "/cases/next").url == "/cases"
    assert "Sok</span> has it since" in read(dara, "/cases")


def test_a_leased_case_says_who_looks_at_it_and_keeps_its_form_back(sok: User, dara: User) -> None:
    case = builders.case()
    take(sok, case=case)
    theirs, mine = read(dara, f"/cases/{case.ref}"), read(sok, f"/cases/{case.ref}")
    assert "Sok</span> is looking at it since" in theirs
    assert 'name="outcome"' not in theirs
    assert 'name="outcome"' in mine
    assert "Yours until" in mine
    assert "Dara</span> opened this page at" in mine


def test_deciding_what_somebody_has_is_a_409_that_names_them_and_keeps_the_words(sok: User, dara: User) -> None:
    case = builders.case()
    take(sok, case=case)
    said = {"outcome": "dismiss", "reason": "My own words.", "items": [str(one) for one in builders.items(case)]}
    answer = send(dara, f"/cases/{case.ref}/decision", **said)
    assert answer.status_code == 409
    assert "Sok has this case since" in answer.content.decode()
    assert "My own words." in answer.content.decode()
    assert not Decision.objects.exists()
    assert send(dara, f"/cases/{case.ref}/take").status_code == 409
    assert send(builders.person("lead"), f"/cases/{case.ref}/take", over="yes").status_code == 302
    assert send(sok, f"/cases/{case.ref}/decision", **said).status_code == 409


def test_giving_back_frees_it(sok: User, dara: User) -> None:
    case = builders.case()
    take(sok, case=case)
    assert send(sok, f"/cases/{case.ref}/give-back").url == "/cases"
    assert not Lease.objects.exists()
    assert send(dara, f"/cases/{case.ref}/take").status_code == 302


def test_whoever_may_not_see_the_case_is_told_of_nobody(sok: User) -> None:
    lead = builders.person("lead", name="Vanna")
    case = builders.case()
    Case.objects.filter(pk=case.pk).update(sensitivity="restricted")
    take(lead, case=case)
    be_here(lead, case)
    for path in ("/cases", "/today", f"/cases?q={case.ref}"):
        page = read(sok, path)
        assert "has it since" not in page
        assert f'href="/cases/{case.ref}"' not in page
    for path in (f"/cases/{case.ref}", f"/cases/{case.ref}/take"):
        assert signed_in(sok).get(path).status_code in (404, 405)
    assert send(sok, f"/cases/{case.ref}/take").status_code == 404


def test_a_key_is_told_who_has_it(sok: User) -> None:
    case = builders.case()
    take(sok, case=case)
    secret = builders.key("cases:decide", "cases:read")[1]
    body = {"outcome": "dismiss", "reason": "x", "items": [str(one) for one in builders.items(case)], "decided_by": "M"}
    client = builders.api(secret, **{"Idempotency-Key": "a", "host": "localhost"})
    path = f"/api/v1/cases/{case.ref}/decision"
    answer = client.post(path, body, content_type="application/json")
    assert (answer.status_code, answer.json()["holder"]) == (409, "Sok")
    assert answer.json()["type"].endswith("held_by_another")
    Lease.objects.all().delete()
    assert client.post(path, body, content_type="application/json").status_code == 200, "the same key may ask again"


def test_filters_are_an_address_and_are_saved_under_a_name(sok: User) -> None:
    case = builders.case()
    assert case.ref in read(sok, f"/cases?severity={case.severity}&clock=in-time")
    page = read(sok, "/cases?lane=emergency&about=nonsense")
    assert "Nothing fits these filters" in page
    assert "Save this view" in page
    send(sok, "/cases/views/save", name="Danger", lane="emergency", shared="on")
    view = SavedView.objects.get()
    assert (view.filters, view.is_shared) == ({"lane": "emergency"}, False), "a reviewer shares nothing"
    assert '/cases?lane=emergency"' in read(sok, "/cases")
    send(sok, f"/cases/views/{view.pk}/remove")
    assert not SavedView.objects.exists()


def test_a_view_whose_values_are_gone_still_opens(sok: User) -> None:
    SavedView.objects.create(owner=sok, name="Old", filters={"about": "gone"}, at=builders.case().opened_at)
    assert "Old" in read(sok, "/cases")


def alike(*bits: int) -> list[Case]:
    found = []
    for count in bits:
        row = builders.detection()
        content = row.content | {"pdq": f"{(1 << count) - 1:064x}", "pdq_quality": 90}
        Detection.objects.filter(pk=row.pk).update(content=content)
        found.append(row)
    collect()
    compare_waiting()
    return [Item.objects.get(detection=row).case for row in found]


def test_like_cases_stand_as_one_and_are_decided_with_one_look(sok: User, dara: User) -> None:
    one, other, held = alike(0, 7, 9)
    page = read(sok, "/cases")
    assert "3 cases that look alike" in page
    assert len(re.findall(r'class="ref"', page)) == 1
    cluster = str(Near.objects.get(item__case=one).cluster)
    take(dara, case=held)
    page = read(sok, f"/cases/alike/{cluster}")
    assert "7 of 256 bits differ" in page
    assert "Dara</span> has it since" in page
    items = re.findall(r'name="items" value="([^"]+)"', page)
    said = {"outcome": "dismiss", "reason": "Seen once.", "items": items}
    assert send(sok, f"/cases/alike/{cluster}/decision", **said).status_code == 422, "no case was chosen"
    client = signed_in(sok)
    chosen = {"case": [one.ref, other.ref, held.ref]}
    page = client.post(f"/cases/alike/{cluster}/decision", said | chosen, follow=True).content.decode()
    assert "2 cases are decided" in page
    assert f"{held.ref} was not decided: Dara has it." in page
    assert Entry.objects.filter(event="case:viewed", subject_id=other.ref).exists()


def test_a_cluster_of_what_one_may_not_see_is_not_there(sok: User) -> None:
    builders.person("lead")
    one, other = alike(0, 5)
    Case.objects.filter(pk__in=[one.pk, other.pk]).update(sensitivity="sealed")
    cluster = Near.objects.get(item__case=one).cluster
    for path in (f"/cases/alike/{cluster}", "/cases/alike/00000000-0000-4000-8000-000000000000"):
        assert signed_in(sok).get(path).status_code == 404
    assert send(sok, f"/cases/alike/{cluster}/take").status_code == 404


def test_the_rule_s_name_stands_in_the_timeline(sok: User) -> None:
    lead, unit = builders.person("lead"), Unit.objects.create(name="Night", kind="moderation")
    add_route(lead, name="Everything to the night", unit=unit)
    case = builders.case()
    assert "The rule “Everything to the night” sent the case to a unit" in read(lead, f"/cases/{case.ref}")


def test_a_lead_writes_rules_on_their_page() -> None:
    lead, unit = builders.person("lead"), Unit.objects.create(name="Night", kind="moderation")
    key, _secret = builders.key("scan")
    assert send(lead, "/cases/routes", name="Khmer", language="km", unit=str(unit.pk)).status_code == 302
    route = Route.objects.get()
    assert "Khmer" in read(lead, "/cases/routes")
    assert send(lead, f"/cases/routes/keys/{key.pk}", sector="host").status_code == 302
    assert 'value="host" selected' in read(lead, "/cases/routes")
    assert send(lead, f"/cases/routes/{route.pk}/retire").status_code == 302
    assert "No rule yet" in read(lead, "/cases/routes")


def test_keys_are_one_file_on_few_pages_and_can_be_switched_off(sok: User) -> None:
    case = builders.case()
    take_next(sok)
    client = signed_in(sok)
    for path in ("/cases", "/today", f"/cases/{case.ref}"):
        answer = client.get(path)
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert re.findall(r"<script[^>]*>", answer.content.decode()) == ['<script src="/static/krama/keys.js" defer>']
    assert "script-src" not in client.get("/looks").headers["Content-Security-Policy"]
    client.post("/my-keys", {"keys": "off"})
    answer = client.get("/cases")
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert "<script" not in answer.content.decode()
    client.post("/my-keys", {"keys": "on"})
    assert "<script" in client.get("/cases").content.decode()
