# SPDX-License-Identifier: Apache-2.0
"""What Krama did not write gets no place and raises an alarm; what does not continue its own signature stops it."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from django.utils.translation import override

from krama.server.desk.state import alarms as of_today
from krama.server.trail import adopt
from krama.server.trail.actions import record
from krama.server.trail.actor import TERMINAL
from krama.server.trail.alarms import alarms
from krama.server.trail.events import Event
from krama.server.trail.models import Entry, TreeHead
from krama.server.trail.proofs import trail_intact
from krama.server.trail.seal import is_sealed
from krama.server.trail.sequencer import sequence
from krama.server.trail.verify import verify
from tests.server.builders import person

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def note(**details: Any) -> Entry:
    return record(TERMINAL, Event.TRAIL_CHECKED, subject_kind="trail", subject_id="x", details=details)


def raw(statement: str, *values: str | int) -> None:
    """Behind Krama's back."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def insert(seal: str = "") -> None:
    """What somebody with the database in hand puts in, without a place."""
    raw(
        "INSERT INTO trail_entry"
        " (id, at, event, actor_kind, actor_id, subject_kind, subject_id, details, leaf_hash, seal)"
        " VALUES (%s, '2026-01-01 00:00:00', 'trail:checked', 'krama', 'x', 'trail', 'x', '{}', '', %s)",
        uuid.uuid4().hex,
        seal,
    )


def found() -> list[str]:
    return [alarm.what for alarm in alarms(timezone.now())]


@pytest.mark.parametrize(
    "details",
    [
        {},
        {"count": 3, "yes": True, "none": None, "list": ["a", 1], "words": "ខ្មែរ “x” \\ /"},
        {2: "a name that is no text", "b": {"z": 1, "a": 2}},
        {"large": 10**17, "negative": -1, "empty": ""},
    ],
)
def test_a_seal_fits_what_the_database_gives_back(details: dict[Any, Any]) -> None:
    written = note(**{str(name): value for name, value in details.items()})
    assert is_sealed(Entry.objects.get(pk=written.pk))


def test_a_broken_number_is_refused_for_databases_write_those_their_own_way() -> None:
    with pytest.raises(ValueError, match=r"whole numbers, not 0\.5"):
        note(share=0.5)


@pytest.mark.parametrize("seal", ["", "0" * 64, "ខ្មែរ"])
def test_what_krama_did_not_write_gets_no_place_and_raises_an_alarm(seal: str) -> None:
    note()
    insert(seal)
    assert sequence() == 1
    assert Entry.objects.filter(position=None).count() == 1
    assert found() == ["unsealed"]
    assert trail_intact(timezone.now()).state == "fail"
    with override("en"):
        assert any("behind Krama" in alarm["text"] for alarm in of_today(person("officer")))


def test_what_was_changed_before_it_had_a_place_gets_none() -> None:
    first, second = note(n=1), note(n=2)
    raw("UPDATE trail_entry SET details = '{\"n\": 7}' WHERE subject_id = 'x' AND id = %s", first.pk.hex)
    assert sequence() == 1
    assert Entry.objects.get(position=0).pk == second.pk
    assert found() == ["unsealed"]


def test_many_rows_that_krama_did_not_write_hold_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    from krama.server.trail import sequencer

    monkeypatch.setattr(sequencer, "BATCH", 3)
    for _ in range(5):
        insert()  # all of them before what Krama writes now
    note()
    assert sequence() == 1


def test_a_row_that_no_entry_could_be_holds_nothing_up() -> None:
    if connection.vendor == "postgresql":
        pytest.skip("PostgreSQL keeps its columns to their types")
    insert()
    raw("UPDATE trail_entry SET id = 'no id', at = 'rubbish'")
    note()
    assert sequence() == 1
    assert found() == ["unsealed"]


def rewrite_root() -> None:
    raw("UPDATE trail_treehead SET root = %s", "0" * 64)


def take_the_note() -> None:
    raw("UPDATE trail_treehead SET note = ''")


def another_frontier() -> None:
    raw("UPDATE trail_treehead SET frontier = %s", json.dumps(["00" * 32]))


def no_frontier() -> None:
    raw("UPDATE trail_treehead SET frontier = '[1]'")


def smaller() -> None:
    raw("UPDATE trail_treehead SET size = 0")


def no_head() -> None:
    raw("DELETE FROM trail_treehead")


@pytest.mark.parametrize("tamper", [rewrite_root, take_the_note, another_frontier, no_frontier, smaller, no_head])
def test_nothing_is_signed_that_does_not_continue_what_was_signed(tamper: Any) -> None:
    note()
    sequence()
    tamper()
    note()
    assert sequence() == 0
    assert found() == ["head"]
    assert trail_intact(timezone.now()).state == "fail"


def test_an_entry_put_past_the_head_stops_the_sequencer_with_an_alarm() -> None:
    note()
    sequence()
    forged = note()
    raw("UPDATE trail_entry SET position = 1, leaf_hash = %s WHERE id = %s", "0" * 64, forged.pk.hex)
    note()
    assert sequence() == 0
    assert found() == ["head"]
    assert verify().what == "inserted"


def test_a_trail_in_order_raises_none() -> None:
    assert found() == []
    for _ in range(3):
        note()
        sequence()
    assert found() == []
    assert trail_intact(timezone.now()).state != "fail"


@pytest.fixture
def older(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> None:
    """A home as the version before left it: entries without a seal, a head without a note, keys that say nothing."""
    from dataclasses import replace

    settings.HOME = replace(settings.HOME, keys_folder=tmp_path)
    monkeypatch.setattr(adopt, "BATCH", 2)
    for number in range(7):
        note(n=number)
    sequence()
    Entry.objects.update(seal="")
    TreeHead.objects.update(note="")


@pytest.mark.usefixtures("older")
def test_an_older_home_is_sealed_as_it_stands_though_it_is_killed_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    real, left = adopt._seal_some, [2]

    def killed() -> int:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return real()

    monkeypatch.setattr(adopt, "_seal_some", killed)
    with pytest.raises(KeyboardInterrupt):
        adopt.adopt()
    assert Entry.objects.filter(seal="").count() == 3
    monkeypatch.setattr(adopt, "_seal_some", real)
    assert adopt.adopt() == 3
    assert verify().ok
    note()
    assert sequence() == 1
    assert found() == []


@pytest.mark.usefixtures("older")
def test_it_is_done_once_and_never_for_what_comes_later() -> None:
    adopt.adopt()
    insert()
    assert adopt.adopt() == 0
    assert found() == ["unsealed"]


def test_an_entry_that_waits_longer_than_a_minute_is_still_said() -> None:
    entry = note()
    Entry.objects.filter(pk=entry.pk).update(at=timezone.now() - timedelta(minutes=2))
    assert trail_intact(timezone.now()).state == "fail"
