# SPDX-License-Identifier: Apache-2.0
"""The pages: the tree and its test, Today and the case with their button, and the link, which only a POST takes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from krama.server.callout import queries
from krama.server.callout.models import Alarm, Call, Step, Way
from krama.server.trail.models import Entry
from tests.server import builders
from tests.server.callout.ground import Channels, Clock, emergency, rounds, tree

pytestmark = [pytest.mark.django_db, pytest.mark.database]
HOST = {"host": "localhost"}


def signed_in(person: Any) -> Client:
    client = Client(headers=HOST)
    client.force_login(person)
    return client


def link(channels: Channels, number: int = 0) -> str:
    return f"/wake/{channels.links()[number]}"


def test_a_mail_scanner_that_follows_the_link_takes_nothing(clock: Clock, channels: Channels) -> None:
    tree(channels, [(builders.person("officer"), "mail")])
    case = emergency()
    rounds()
    for ask in (Client(headers=HOST).get, Client(headers=HOST).head):
        assert ask(link(channels)).status_code == 200
    assert Alarm.objects.get().taken_by is None
    page = Client(headers=HOST).get(link(channels)).content.decode()
    assert case.ref in page
    assert "I take it" in page


def test_without_signing_in_it_shows_a_reference_and_a_clock_and_no_name(clock: Clock, channels: Channels) -> None:
    person = builders.person("officer", name="Bopha Somebody")
    tree(channels, [(person, "mail")])
    emergency(account="canary-account")
    rounds()
    page = Client(headers=HOST).get(link(channels)).content.decode()
    assert "Bopha" not in page
    assert "canary" not in page
    assert "04:30" in page or "21:30" in page


def test_the_link_takes_it_once_and_the_other_is_told_who(clock: Clock, channels: Channels) -> None:
    people = [builders.person("officer", name="Bopha"), builders.person("lead", name="Dara")]
    tree(channels, [(person, "mail") for person in people])
    emergency()
    rounds()
    first, again, second = (Client(headers=HOST).post(link(channels, number)) for number in (0, 0, 1))
    assert (first.status_code, again.status_code, second.status_code) == (200, 200, 409)
    taker = Alarm.objects.get().taken_by
    assert taker is not None
    assert taker.name in second.content.decode()
    assert "You need do nothing more." in second.content.decode()
    assert "You need do nothing more." not in first.content.decode()
    shown = Client(headers=HOST).get(link(channels, 1)).content.decode()
    assert taker.name not in shown, "whoever only looks is told nobody's name"


def test_a_form_without_its_token_takes_nothing(clock: Clock, channels: Channels) -> None:
    tree(channels, [(builders.person("officer"), "mail")])
    emergency()
    rounds()
    assert Client(headers=HOST, enforce_csrf_checks=True).post(link(channels)).status_code == 403
    assert Alarm.objects.get().taken_by is None


def test_a_link_ends_with_its_day_and_a_wrong_one_opens_nothing(clock: Clock, channels: Channels) -> None:
    tree(channels, [(builders.person("officer"), "mail")])
    emergency()
    rounds()
    clock.go(hours=23)
    assert Client(headers=HOST).get(link(channels)).status_code == 200
    clock.go(hours=2)
    for at in (link(channels), "/wake/nothing-of-this-kind", f"/wake/{'x' * 27}", "/wake/%00"):
        assert Client(headers=HOST).get(at).status_code == 404
        assert Client(headers=HOST).post(at).status_code == 404
    assert Alarm.objects.get().taken_by is None


def test_the_link_of_one_alarm_takes_no_other(clock: Clock, channels: Channels) -> None:
    tree(channels, [(builders.person("officer"), "mail")])
    first = emergency()
    rounds()
    second = emergency()
    rounds()
    Client(headers=HOST).post(link(channels))
    taken = set(Alarm.objects.exclude(taken_by=None).values_list("ref", flat=True))
    assert taken in ({first.ref}, {second.ref})


def test_a_link_of_somebody_who_left_opens_nothing(clock: Clock, channels: Channels) -> None:
    person = builders.person("officer")
    tree(channels, [(person, "mail")])
    emergency()
    rounds()
    person.is_active = False
    person.save()
    assert Client(headers=HOST).post(link(channels)).status_code == 404


def test_today_and_the_case_page_have_the_button_and_it_leads_into_the_case(clock: Clock, channels: Channels) -> None:
    officer = builders.person("officer")
    tree(channels, [(builders.person("lead"), "mail")])
    case = emergency()
    rounds()
    take = f"/callout/alarms/{Alarm.objects.get().pk}/take"
    client = signed_in(officer)
    for at in ("/today", f"/cases/{case.ref}"):
        page = client.get(at).content.decode()
        assert take in page
        assert "note stop" in page
    answer = client.post(take, {"next": "/today"})
    assert (answer.status_code, answer["Location"]) == (302, f"/cases/{case.ref}")
    client.get(f"/cases/{case.ref}")
    clock.go(minutes=16)
    rounds()
    assert Alarm.objects.get().opened_at is not None
    assert take not in client.get("/today").content.decode()


def test_who_comes_second_by_the_button_is_told_who(clock: Clock, channels: Channels) -> None:
    tree(channels, [(builders.person("lead"), "mail")])
    emergency()
    rounds()
    take = f"/callout/alarms/{Alarm.objects.get().pk}/take"
    signed_in(builders.person("officer", name="Bopha")).post(take)
    second = signed_in(builders.person("lead"))
    answer = second.post(take, {"next": "https://elsewhere.example/"})
    assert answer["Location"] == "/callout", "no way leads out of this house"
    assert "Bopha took it before you." in second.get("/callout").content.decode()


def test_nobody_takes_what_they_may_not_see(clock: Clock, channels: Channels) -> None:
    tree(channels, [(builders.person("lead"), "mail"), (builders.person("officer"), "mail")])
    case = emergency()
    case.sensitivity = "restricted"
    case.save()
    rounds()
    take = f"/callout/alarms/{Alarm.objects.get().pk}/take"
    assert signed_in(builders.person()).post(take).status_code == 404
    assert signed_in(builders.person("auditor")).post(take).status_code == 403


# The tree


def filled(client: Client, who: Any, **changed: str) -> Any:
    step = Step.objects.order_by("place").last()
    assert step is not None
    facts = {"person": str(who.pk), "channel": "mail", "address": "night@firm.example", "language": "km"}
    return client.post(f"/callout/steps/{step.pk}/ways", facts | changed)


def test_the_lead_makes_a_tree_moves_it_and_takes_it_apart(channels: Channels) -> None:
    lead = builders.person("lead")
    client = signed_in(lead)
    for minutes in (5, 10):
        assert client.post("/callout/steps", {"minutes": minutes}).status_code == 302
        assert filled(client, lead).status_code == 302
    first, second = Step.objects.order_by("place")
    client.post(f"/callout/steps/{second.pk}", {"do": "up"})
    assert list(Step.objects.order_by("place").values_list("pk", "place")) == [(second.pk, 1), (first.pk, 2)]
    client.post(f"/callout/steps/{second.pk}", {"do": "up"})
    client.post(f"/callout/steps/{second.pk}", {"minutes": "7", "do": "minutes"})
    assert Step.objects.get(place=1).minutes == 7
    client.post(f"/callout/steps/{second.pk}", {"do": "remove"})
    assert list(Step.objects.values_list("pk", "place")) == [(first.pk, 1)]
    client.post(f"/callout/ways/{Way.objects.get().pk}", {"do": "remove"})
    assert not Way.objects.exists()
    said = [entry.details["what"] for entry in Entry.objects.filter(event="tree:changed").order_by("at")]
    assert said == ["step added", "way added"] * 2 + ["order", "minutes", "step removed", "way removed"]


def test_an_address_is_not_shown_again_and_not_in_the_trail(channels: Channels) -> None:
    lead = builders.person("lead")
    client = signed_in(lead)
    client.post("/callout/steps", {"minutes": 5})
    filled(client, lead)
    page = client.get("/callout").content.decode()
    assert "ni…le" in page
    assert "night@" not in page
    assert "night@" not in str(list(Entry.objects.values()))
    assert b"night@" not in bytes(Way.objects.get().sealed_address)


def test_a_webhooks_secret_is_shown_once(channels: Channels) -> None:
    lead = builders.person("lead")
    client = signed_in(lead)
    client.post("/callout/steps", {"minutes": 5})
    answer = filled(client, lead, channel="webhook", address=f"{channels.webhook.url}/hook")
    assert "whsec_" in answer.content.decode()
    assert "whsec_" not in client.get("/callout").content.decode()


@pytest.mark.parametrize(
    "changed",
    [
        {"address": "nobody"},
        {"channel": "sms"},
        {"channel": "fax"},
        {"person": "00000000-0000-4000-8000-000000000000"},
        {"language": "fr"},
        {"address": "a@b.example\x00"},
    ],
)
def test_what_cannot_be_called_is_said_beside_its_field(channels: Channels, changed: dict[str, str]) -> None:
    lead = builders.person("lead")
    client = signed_in(lead)
    client.post("/callout/steps", {"minutes": 5})
    answer = filled(client, lead, **changed)
    assert answer.status_code == 422
    assert b'class="error' in answer.content or b"aria-invalid" in answer.content
    assert not Way.objects.exists()


@pytest.mark.parametrize("minutes", ["0", "121", "soon", ""])
def test_minutes_that_are_none_are_refused(minutes: str) -> None:
    client = signed_in(builders.person("lead"))
    assert client.post("/callout/steps", {"minutes": minutes}).status_code == 422
    assert not Step.objects.exists()


def test_a_test_goes_out_and_its_end_stands_beside_the_way(clock: Clock, channels: Channels) -> None:
    lead = builders.person("lead")
    (way,) = tree(channels, [(lead, "mail")])
    client = signed_in(lead)
    for refuse, said in (("", "sent"), ("550 no", "did not get through")):
        channels.refuse = refuse
        client.post(f"/callout/ways/{way.pk}", {"do": "test"})
        rounds()
        clock.go(seconds=1)
        assert f">{said}<" in client.get("/callout").content.decode()
    assert [call.kind for call in Call.objects.all()] == ["test", "test"]


def test_the_officer_reads_the_tree_and_changes_nothing(channels: Channels) -> None:
    tree(channels, [(builders.person("lead"), "mail")])
    client = signed_in(builders.person("officer"))
    page = client.get("/callout").content.decode()
    assert "Start a drill" in page
    assert "/callout/ways/" not in page
    assert client.post(f"/callout/ways/{UUID(int=1)}", {"do": "test"}).status_code == 403


def test_no_step_takes_more_than_it_can_hold(channels: Channels) -> None:
    lead = builders.person("lead")
    client = signed_in(lead)
    for _ in range(21):
        client.post("/callout/steps", {"minutes": 5})
    assert Step.objects.count() == 20
    assert queries.has_tree() is False
