# SPDX-License-Identifier: Apache-2.0
"""The country's facts on pages: one person proposes, another accepts, and every version can be read again."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from krama.countries import GROUPS, country, entry_of, fields_of, plain
from krama.server.countries import queries
from krama.server.countries.forms import EntryForm
from krama.server.countries.models import Change
from krama.server.countries.proofs import contacts_verified
from krama.server.trail.models import Entry
from tests.server import builders

pytestmark = pytest.mark.django_db
ADDRESS = "/country/contacts/cncc"


@cache
def raw() -> dict[str, Any]:
    return plain()


def signed_in(role: str) -> Client:
    client = Client()
    client.force_login(builders.person(role))
    return client


def typed(group: str, id: str, **changes: Any) -> dict[str, Any]:
    """What a browser sends when the entry's form is left as it is, but for `changes`."""
    form = EntryForm(group=group, raw=raw(), contacts={}, entry=id, before=entry_of(raw(), group, id))
    given = {name: form.initial.get(name) for name in form.fields}
    kept = {name: value for name, value in given.items() if value not in (None, False, "")}
    return kept | {"why": "The page says so."} | changes


def proposed(client: Client, **changes: Any) -> Change:
    assert client.post(f"{ADDRESS}/propose", typed("contacts", "cncc", **changes)).status_code == 302
    return Change.objects.get(state="proposed")


def test_every_field_of_the_loader_is_asked_and_every_entry_fits_its_form() -> None:
    names = {contact.id: contact.id for contact in country().contacts}
    for group in GROUPS:
        for entry in raw()[group]:
            before = entry_of(raw(), group, entry["id"])
            assert before is not None
            data = typed(group, entry["id"])
            form = EntryForm(data, group=group, raw=raw(), contacts=names, entry=entry["id"], before=before)
            assert form.is_valid(), (entry["id"], form.errors)
            assert form.plain() == {name: value for name, value in before.items() if name != "id"}
            assert {field.name for field in fields_of(group)} | {"why"} == set(form.fields)


def test_one_proposes_another_accepts_and_the_old_version_can_be_read() -> None:
    lead, officer = signed_in("lead"), signed_in("officer")
    change = proposed(lead, phones="023 213 004, 023 000 000")
    own = lead.get(ADDRESS).content.decode()
    assert "You proposed it" in own
    assert f"changes/{change.pk}/accept" not in own
    assert lead.post(f"/country/changes/{change.pk}/accept").status_code == 409
    assert officer.post(f"/country/changes/{change.pk}/accept").status_code == 302
    found = queries.pack().contact("cncc")
    assert found is not None
    assert found.phones == ("023 213 004", "023 000 000")
    assert "023 000 000" in officer.get("/country").content.decode()
    assert "023 000 000" in officer.get("/country/versions/2").content.decode()
    old = officer.get("/country/versions/1").content.decode()
    assert "023 000 000" not in old
    assert "It does not hold any more" in old
    assert "Version 2" in officer.get(ADDRESS).content.decode()
    assert {"country:proposed", "country:changed"} <= set(Entry.objects.values_list("event", flat=True))


def test_a_call_today_is_one_click_and_turns_the_contact_green_after_a_second_person() -> None:
    assert contacts_verified(timezone.now()).state == "unknown"
    lead, officer = signed_in("lead"), signed_in("officer")
    page = lead.get(ADDRESS).content.decode()
    assert "I called today, it is right" in page
    assert 'name="confirm" class="button' not in page
    assert lead.post(f"{ADDRESS}/confirm").status_code == 302
    change = Change.objects.get()
    assert officer.post(f"/country/changes/{change.pk}/accept").status_code == 302
    assert contacts_verified(timezone.now()).figures["confirmed"] == 1
    assert "Nobody has confirmed it" not in officer.get(ADDRESS).content.decode()
    assert lead.post(f"{ADDRESS}/confirm").status_code == 302  # the same day again: said, and nothing proposed
    assert Change.objects.count() == 1


def test_whoever_proposed_takes_it_back_and_nothing_has_changed() -> None:
    lead = signed_in("lead")
    change = proposed(lead, source="Their page")
    assert lead.post(f"/country/changes/{change.pk}/refuse").status_code == 302
    assert queries.pack() == country()
    assert "Refused" in lead.get(ADDRESS).content.decode()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Nothing would change"),
        ({"why": ""}, "This field is required."),
        ({"standing": "confirmed"}, "exactly when a day"),
        ({"standing": "confirmed", "verified_on": "2999-01-01"}, "has not come yet"),
        ({"standing": "rumour"}, "Select a valid choice"),
        ({"phones": "1, 1"}, "This cannot stand there"),
        ({"km": "ក\u200bខ"}, "This cannot stand there"),
    ],
)
def test_what_the_loader_would_refuse_comes_back_filled_with_the_place_named(
    changes: dict[str, str], said: str
) -> None:
    answer = signed_in("lead").post(f"{ADDRESS}/propose", typed("contacts", "cncc", web="typed.example") | changes
                                    if changes else typed("contacts", "cncc"))  # fmt: skip
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page
    assert not changes or "typed.example" in page
    assert not Change.objects.exists()


def test_a_movable_feast_is_added_by_two() -> None:
    lead, officer = signed_in("lead"), signed_in("officer")
    given = {"id": "water-festival", "en": "Water Festival", "km": "បុណ្យអុំទូក", "source": "Sub-decree of the year"}
    given |= {"standing": "stated", "month": "11", "day": "31", "years": "2026", "why": "It was announced."}
    answer = lead.post("/country/add/holidays", given)
    assert answer.status_code == 422
    assert "Sub-decree of the year" in answer.content.decode()
    assert lead.post("/country/add/holidays", given | {"day": "24", "id": "labour"}).status_code == 422
    assert lead.post("/country/add/holidays", given | {"day": "24"}).status_code == 302
    assert "Water Festival" in officer.get("/country").content.decode()
    officer.post(f"/country/changes/{Change.objects.get().pk}/accept")
    assert officer.get("/country/holidays/water-festival").status_code == 200


def test_everybody_reads_and_only_three_roles_change() -> None:
    for role in ("reviewer", "auditor"):
        client = signed_in(role)
        assert "Propose it" not in client.get(ADDRESS).content.decode()
        assert client.post(f"{ADDRESS}/propose", typed("contacts", "cncc", web="a.example")).status_code == 403
        assert client.post(f"{ADDRESS}/confirm").status_code == 403
        assert client.get("/country/add/laws").status_code == 403


def test_what_is_not_there_is_said() -> None:
    client = signed_in("officer")
    for path in ("/country/contacts/nobody", "/country/nothing/cncc", "/country/versions/9", "/country/add/nothing"):
        assert client.get(path).status_code == 404, path


def test_the_red_proof_leads_here() -> None:
    from krama.server.countries.proofs import DEFINITIONS

    assert reverse(DEFINITIONS["live.contacts-verified"].page) == "/country"
