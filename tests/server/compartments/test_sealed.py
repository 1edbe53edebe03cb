# SPDX-License-Identifier: Apache-2.0
"""What a scan or a decision leaves is sealed: at the door first, then in a compartment."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from krama.errors import BadSeal
from krama.server.cases.queries.case import compartments_of, reason_of
from krama.server.compartments.models import Compartment
from krama.server.detections.actions import settle
from krama.server.detections.models import Detection
from krama.server.detections.queries import firm_ids
from tests.server.builders import case, decision, detection

pytestmark = pytest.mark.django_db

CANARY = "canary-4711"


def stored(row: Any) -> str:
    """Every column of a row as the database holds it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {row._meta.db_table}")
        return " ".join(
            str(bytes(value) if isinstance(value, memoryview | bytes) else value)
            for line in cursor.fetchall()
            for value in line
        )


def test_a_scan_is_sealed_at_the_door_and_nobody_reads_it_there() -> None:
    found = detection(account=CANARY)
    assert (found.door_version, found.compartment) == (1, None)
    assert CANARY not in stored(found)
    assert firm_ids(found) == {}


def test_collected_it_lies_in_a_compartment_of_its_own() -> None:
    item = case(account=CANARY, content_id="").items.get()
    assert firm_ids(item.detection) == {"account_id": CANARY}
    assert (item.detection.door_version, item.detection.compartment.kind) == (None, "detection")
    assert CANARY not in stored(item.detection)


def test_a_note_that_is_nobodys_case_moves_in_and_its_clock_runs() -> None:
    found = detection(account=CANARY, action="observe")
    assert (settle(found.pk), settle(found.pk)) == (1, 0)
    found.refresh_from_db()
    assert firm_ids(found) == {"account_id": CANARY}
    assert found.compartment.clock_from == found.at


def test_the_words_of_a_decision_are_sealed_in_the_cases_compartment() -> None:
    made = decision(case(), reason=CANARY)
    assert reason_of(made) == CANARY
    assert CANARY not in stored(made)


def test_a_closed_case_starts_the_clock_of_all_it_gathers() -> None:
    of = case(account=CANARY)
    assert {one.clock_from for one in compartments_of(of)} == {None}
    decision(of)
    of.refresh_from_db()
    assert len(compartments_of(of)) == 2
    assert {one.clock_from for one in compartments_of(of)} == {of.closed_at}


def test_ids_that_were_moved_to_another_row_do_not_open() -> None:
    one, other = (case(account=name).items.get().detection for name in ("one", "other"))
    Detection.objects.filter(pk=one.pk).update(sealed_ids=other.sealed_ids, compartment=other.compartment)
    with pytest.raises(BadSeal):
        firm_ids(Detection.objects.get(pk=one.pk))


def test_a_wrapped_key_that_was_moved_to_another_compartment_does_not_open() -> None:
    one, other = (case(account=name).items.get().detection for name in ("one", "other"))
    Compartment.objects.filter(pk=one.compartment_id).update(wrapped_key=other.compartment.wrapped_key)
    with pytest.raises(BadSeal):
        firm_ids(Detection.objects.get(pk=one.pk))


def test_no_column_of_a_sealed_kind_is_readable_text() -> None:
    """The planted case: one that is readable is found by the same search."""
    found = detection(account=CANARY)
    Detection.objects.filter(pk=found.pk).update(key_name=CANARY)
    assert CANARY in stored(found)


def test_the_days_of_a_clock_are_counted_from_the_closing() -> None:
    of = case()
    decision(of)
    first = compartments_of(of)[0]
    assert first.clock_from is not None
    assert timezone.now() - first.clock_from < timedelta(minutes=1)
