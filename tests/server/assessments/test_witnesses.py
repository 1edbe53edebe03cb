# SPDX-License-Identifier: Apache-2.0
"""What a live proof must not be taken in by: each case here was green once, and wrongly."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from krama.guidelines.live import Seen
from krama.server.accounts.units import add_unit, change_unit
from krama.server.assessments.actions.profile import save_profile
from krama.server.assessments.models import Answer
from krama.server.assessments.witnesses import witnesses
from krama.server.cases.collecting.collect import collect
from krama.server.detections.models import DailyCount, Detection
from krama.server.lists.actions import import_signals, publish, save_list
from krama.server.lists.models import List, ListedSignal
from krama.server.outbox.actions import beat
from krama.server.outbox.models import Beat
from krama.server.trail.actor import TERMINAL
from krama.server.trail.models import Entry
from krama.signals import Signal, SignalType
from tests.server.builders import detection, person, sha256

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(days=300)


def seen(proof_id: str) -> Seen:
    return witnesses()[f"live.{proof_id}"](timezone.now())


def a_list() -> List:
    row = save_list(TERMINAL, row=List(name="Known", owner="Tests", legal_basis="Made up"))
    import_signals(TERMINAL, row=row, signals=[Signal(SignalType.SHA256, sha256("known"))])
    return row


def test_an_empty_file_or_a_corrected_name_makes_no_old_list_fresh() -> None:
    row = a_list()
    assert seen("lists-fresh").state == "pass"
    Entry.objects.update(at=timezone.now() - LONG_AGO)
    import_signals(TERMINAL, row=row, signals=[])
    row.name = "Known, as before"
    save_list(TERMINAL, row=row)
    assert seen("lists-fresh").state == "fail"
    import_signals(TERMINAL, row=row, signals=[Signal(SignalType.SHA256, sha256("new"))])
    assert seen("lists-fresh").state == "pass"


def test_a_list_whose_signals_have_all_expired_is_not_fresh() -> None:
    a_list()
    ListedSignal.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert seen("lists-fresh").state == "unknown"


def test_an_import_dated_ahead_does_not_keep_a_list_fresh() -> None:
    a_list()
    Entry.objects.update(at=timezone.now() + LONG_AGO)
    assert seen("lists-fresh").state == "fail"


def test_a_publication_that_was_damaged_or_holds_nothing_is_not_green() -> None:
    row = a_list()
    folder = settings.HOME.snapshots / publish(TERMINAL).version
    assert seen("snapshot-published").state == "pass"
    file = folder / "sha256.npy"
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert seen("snapshot-published").state == "fail"
    file.write_bytes(whole)
    assert seen("snapshot-published").state == "pass"
    file.unlink()
    assert seen("snapshot-published").state == "fail"
    row.signals.update(withdrawn_at=timezone.now())
    publish(TERMINAL)
    assert seen("snapshot-published").state == "unknown"


def test_a_scan_dated_ahead_is_no_scan_of_today() -> None:
    detection()
    assert seen("uploads-scanned").state == "pass"
    DailyCount.objects.update(last_at=timezone.now() + LONG_AGO)
    assert seen("uploads-scanned").state == "fail"


def test_a_loop_that_goes_round_and_collects_nothing_is_red() -> None:
    detection()
    collect()
    beat("loop")
    assert seen("jobs-run").state == "pass"
    detection()
    Detection.objects.filter(collected_at=None).update(at=timezone.now() - timedelta(minutes=5))
    red = seen("jobs-run")
    assert (red.state, red.figures["waiting"]) == ("fail", 1)
    collect()
    assert seen("jobs-run").state == "pass"


def test_a_beat_dated_ahead_hides_no_stopped_loop() -> None:
    detection()
    collect()
    beat("loop")
    Beat.objects.update(at=timezone.now() + LONG_AGO)
    assert seen("jobs-run").state == "fail"


def test_what_a_closed_unit_owns_is_owned_by_nobody() -> None:
    said = {"firm_en": "A firm", "firm_km": "", "size": "small"}
    save_profile(person("officer"), **said, sectors={"isp"}, features=(), users={"children"}, languages={"km"})
    unit = add_unit(TERMINAL, name="Care", kind="customer-care")
    Answer.objects.update(unit=unit)
    assert seen("answers-owned").state == "pass"
    change_unit(TERMINAL, unit=unit, name="Care", kind="customer-care", headcount=1, is_active=False)
    assert seen("answers-owned").state != "pass"


def test_a_look_at_somebody_dated_ahead_does_not_hold() -> None:
    one = person("auditor")
    one.reviewed_at = timezone.now()
    one.save()
    assert seen("staff-reviewed").state == "pass"
    one.reviewed_at = timezone.now() + LONG_AGO
    one.save()
    assert seen("staff-reviewed").state == "fail"
