# SPDX-License-Identifier: Apache-2.0
"""Live proofs: none passes on an empty home, a cause turns one red and says so, and a mended one is green again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from krama.guidelines import shipped
from krama.guidelines.live import Seen
from krama.server.accounts.units import add_unit, change_unit
from krama.server.assessments.actions.look import look
from krama.server.assessments.models import ProofChange, ProofState
from krama.server.assessments.queries import proofs as queries
from krama.server.assessments.witnesses import ROOMS, definitions, witnesses
from krama.server.lists import proofs as lists
from krama.server.outbox.models import Beat
from krama.server.trail.actor import TERMINAL
from krama.server.trail.events import Event
from krama.server.trail.models import Entry
from tests.server.builders import api, key, person

pytestmark = pytest.mark.django_db


def look_now() -> None:
    """As if the interval had passed."""
    Beat.objects.exclude(name="loop").update(at=timezone.now() - timedelta(days=1))
    look()


def state(proof_id: str) -> ProofState:
    return ProofState.objects.get(proof_id=proof_id)


def test_an_empty_home_passes_none() -> None:
    look()
    assert ProofState.objects.count() >= 12
    assert not ProofState.objects.filter(state="pass").exists()


def test_every_live_proof_of_the_catalogue_has_a_witness() -> None:
    look()
    live = {proof.id for proof in shipped().proofs if proof.kind == "live"}
    assert live == set(ProofState.objects.values_list("proof_id", flat=True))


def test_a_unit_without_a_deputy_is_red_with_its_cause_and_green_when_mended() -> None:
    one, other = person("lead"), person("officer")
    unit = add_unit(TERMINAL, name="Care", kind="customer-care", head=one)
    look()
    red = state("live.unit-heads-named")
    assert (red.state, red.figures["without"]) == ("fail", 1)
    assert red.cause
    change_unit(TERMINAL, unit=unit, name="Care", kind="customer-care", headcount=2, head=one, deputy=other)
    look_now()
    green = state("live.unit-heads-named")
    assert green.state == "pass"
    assert green.last_failed_at is not None, "it was seen red once"
    events = Entry.objects.filter(subject_id="live.unit-heads-named").values_list("event", flat=True)
    assert {Event.PROOF_FAILED.value, Event.PROOF_PASSED.value} <= set(events)
    assert ProofChange.objects.filter(proof_id="live.unit-heads-named").count() >= 2


def test_a_witness_that_raises_is_not_known_and_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(now: datetime) -> Seen:
        raise RuntimeError(str(now))

    monkeypatch.setitem(lists.PROOFS, "live.lists-fresh", broken)
    look()
    assert state("live.lists-fresh").state == "unknown"
    assert ProofState.objects.count() >= 12


def test_the_pages_say_each_proof_and_its_history() -> None:
    client = Client(SERVER_NAME="localhost")
    client.force_login(person("auditor"))
    for path in ("/guidelines/proofs", "/guidelines/proofs/live.jobs-run"):
        assert client.get(path).status_code == 200
    assert client.get("/guidelines/proofs/live.nothing").status_code == 404


def test_an_old_green_is_not_shown_as_green_on_pages_nor_by_the_api(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: the loop is stopped, and the look that a page would take does not come about."""
    now = timezone.now()
    look()
    ProofState.objects.update(state="pass", cause="It is well.", checked_at=now)
    monkeypatch.setattr("krama.server.assessments.api.look", int)
    monkeypatch.setattr("krama.server.assessments.pages.proofs.look", int)
    client = Client(SERVER_NAME="localhost")
    client.force_login(person("auditor"))
    machine = api(key("proofs:read")[1])
    for seen_at, shown in (
        (now, "pass"),
        (now - timedelta(minutes=2), "unknown"),
        (now + timedelta(days=1), "unknown"),
    ):
        ProofState.objects.update(checked_at=seen_at)
        assert {proof["state"] for proof in machine.get("/api/v1/proofs").json()["proofs"]} == {shown}
        one = machine.get("/api/v1/proofs/live.jobs-run").json()
        assert (one["state"], one["cause"] == "It is well.") == (shown, shown == "pass")
        for page in ("/guidelines/proofs", "/guidelines/proofs/live.jobs-run", "/guidelines/sectors/isp"):
            assert ("It is well." in client.get(page).content.decode()) == (shown == "pass")


def test_a_clock_that_ran_ahead_holds_no_look_up_and_keeps_nothing_green() -> None:
    look()
    ahead = timezone.now() + timedelta(days=400)
    ProofState.objects.update(state="pass", checked_at=ahead, since=ahead)
    Beat.objects.update(at=ahead)
    look()
    shown = queries.states()
    assert {proof.state for proof in shown} <= {"unknown", "fail"}
    assert all(proof.checked_at and proof.checked_at < ahead for proof in shown)


def test_no_two_rooms_witness_under_one_name_and_each_is_defined() -> None:
    assert sum(len(room.PROOFS) for room in ROOMS) == len(witnesses())
    assert witnesses().keys() == definitions().keys()
    look()
    unnamed = {row.pk: set(row.figures) - set(definitions()[row.pk].figures) for row in ProofState.objects.all()}
    assert not any(unnamed.values()), "each raw figure has its name in words"
