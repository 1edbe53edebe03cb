# SPDX-License-Identifier: Apache-2.0
"""Publishing large lists: what changed goes out as changes, and the scanners know as much as of a whole version."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from krama.server.lists import actions
from krama.server.lists.actions import import_signals, publish, save_list, withdraw_signals
from krama.server.lists.models import List, ListedSignal
from krama.server.trail.actor import TERMINAL
from krama.server.trail.events import Event
from krama.server.trail.models import Entry
from krama.signals import Signal, SignalType, WatchedSnapshots, open_snapshot
from tests.server.builders import sha256

pytestmark = pytest.mark.django_db
KNOWN = [Signal(SignalType.SHA256, sha256(f"known {number}"), ("x",)) for number in range(5)]
NEW = Signal(SignalType.PDQ, "0f" * 32, source_ref="r-1")


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "CHANGES_FROM", 2)
    monkeypatch.setattr(actions, "MOST_CHANGED", 2.0)
    monkeypatch.setattr(actions, "OVERLAP", timedelta(seconds=2))


def a_list(name: str = "Known", signals: list[Signal] = KNOWN) -> List:
    row = save_list(TERMINAL, row=List(name=name, owner="Tests", legal_basis="Made up"))
    import_signals(TERMINAL, row=row, signals=signals)
    return row


def is_known(watched: WatchedSnapshots, signal: Signal) -> bool:
    return bool(watched.index.find(signal.type, signal.value, now=timezone.now()))


def published_before(row: List) -> None:
    """As if what is on the list had been there for an hour when the whole version was written."""
    row.signals.update(changed_at=timezone.now() - timedelta(hours=1))
    assert publish(TERMINAL).counts["Known"] == 5


def test_what_came_and_went_is_published_as_changes_and_known_at_once() -> None:
    row = a_list()
    published_before(row)
    watched = WatchedSnapshots(settings.HOME.snapshots)
    whole = watched.latest()
    assert (whole.base, is_known(watched, KNOWN[0])) == (None, True)

    import_signals(TERMINAL, row=row, signals=[NEW])
    assert withdraw_signals(TERMINAL, row=row, signals=[KNOWN[0], replace(KNOWN[1], value=sha256("not on it"))]) == 1
    assert publish(TERMINAL).counts == {"Known": 5}
    assert watched.latest().base == whole.version
    assert [is_known(watched, one) for one in (*KNOWN, NEW)] == [False, True, True, True, True, True]

    import_signals(TERMINAL, row=row, signals=KNOWN[:1])  # back again
    publish(TERMINAL)
    assert watched.latest().base == whole.version
    assert is_known(watched, KNOWN[0])


def test_a_withdrawal_is_in_the_trail_and_the_signal_stays_to_explain_a_past_match() -> None:
    row = a_list()
    withdraw_signals(TERMINAL, row=row, signals=KNOWN[:2])
    assert row.signals.exclude(withdrawn_at=None).count() == 2
    entry = Entry.objects.get(event=Event.LIST_WITHDRAWN)
    assert (entry.subject_id, entry.details) == (str(row.pk), {"count": 2})
    assert withdraw_signals(TERMINAL, row=row, signals=KNOWN[:2]) == 0


def test_a_paused_list_is_not_searched_and_comes_back_by_changes() -> None:
    row = a_list()
    other = a_list("Other", [NEW])
    published_before(row)
    watched = WatchedSnapshots(settings.HOME.snapshots)
    row.state = List.State.PAUSED
    save_list(TERMINAL, row=row)
    publish(TERMINAL)
    assert watched.latest().base
    assert (is_known(watched, KNOWN[0]), is_known(watched, NEW)) == (False, True)
    row.state = List.State.ACTIVE
    save_list(TERMINAL, row=row)
    publish(TERMINAL)
    assert watched.latest().base
    assert is_known(watched, KNOWN[0])
    other.radius = 20
    save_list(TERMINAL, row=other)
    publish(TERMINAL)
    assert watched.latest().base is None  # another radius: everything anew


def test_a_list_paused_when_the_whole_version_was_written_comes_with_all_its_signals() -> None:
    row = a_list()
    other = a_list("Other", [NEW])
    other.state = List.State.PAUSED
    save_list(TERMINAL, row=other)
    published_before(row)
    other.signals.update(changed_at=timezone.now() - timedelta(hours=1))
    other.state = List.State.ACTIVE
    save_list(TERMINAL, row=other)
    assert publish(TERMINAL).counts == {"Known": 5, "Other": 1}
    opened = open_snapshot(settings.HOME.snapshots)
    assert opened.base
    assert opened.index.find(NEW.type, NEW.value, now=timezone.now())[0].signal.source_ref == "r-1"


def test_whole_and_much_changed_are_written_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    row = a_list()
    published_before(row)
    publish(TERMINAL, whole=True)
    assert open_snapshot(settings.HOME.snapshots).base is None
    monkeypatch.setattr(actions, "MOST_CHANGED", 0.1)
    import_signals(TERMINAL, row=row, signals=[NEW])
    publish(TERMINAL)
    assert open_snapshot(settings.HOME.snapshots).base is None
    monkeypatch.setattr(actions, "MOST_CHANGED", 2.0)
    publish(TERMINAL)
    assert open_snapshot(settings.HOME.snapshots).base


def test_a_row_changed_without_its_date_would_be_missed() -> None:
    row = a_list()
    published_before(row)
    ListedSignal.objects.filter(value=KNOWN[0].value).update(withdrawn_at=timezone.now())
    publish(TERMINAL)
    assert is_known(WatchedSnapshots(settings.HOME.snapshots), KNOWN[0])  # the fault the first test would see
