# SPDX-License-Identifier: Apache-2.0
"""Many at once are collected as one at a time would be; who does not stand alone is looked at alone."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID, uuid4

import pytest

from krama.server.cases.collecting import alone as collect_alone
from krama.server.cases.collecting import collect as collecting
from krama.server.cases.collecting.collect import collect
from krama.server.cases.models import Case, Item, OpenKey
from krama.server.intake.actions.take import PUBLIC, take
from krama.server.intake.models import Part, Report
from krama.server.trail.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.database]
TOPICS = ("bullying", "threat", "approach", "saw", "other", "danger", "test")


def told(topic: str, **answers: str) -> UUID:
    return take(PUBLIC, pk=uuid4(), topic=topic, door="page", language="km", answers=answers).pk


def as_it_is() -> Counter[tuple[Any, ...]]:
    """Every case by what it is, without ids and times."""
    found = Counter[tuple[Any, ...]]()
    for case in Case.objects.all():
        items = case.items.order_by("report__topic", "joined_by").values_list("report__topic", "joined_by")
        events = (
            Entry.objects.filter(subject_kind="case", subject_id=case.ref)
            .order_by("at")
            .values_list("event", flat=True)
        )
        keys = OpenKey.objects.filter(case=case).count()
        facts = (case.severity, case.sensitivity, case.is_emergency, case.source, keys, case.due_at - case.opened_at)
        found[(*facts, tuple(items), tuple(events))] += 1
    return found


def everything() -> None:
    """Each topic, with and without words; the same words twice; an account; a content."""
    for topic in TOPICS:
        told(topic)
        told(topic, words=f"words of {topic}", age="7-9")
    for _ in range(2):
        told("bullying", words="the same words")
    told("threat", account="account-1", words="about an account")
    told("saw", content="content-1")


def test_many_at_once_are_collected_as_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    everything()
    collect()
    at_once = as_it_is()
    assert sum(at_once.values()) == 2 * len(TOPICS) + 3
    for model in (Item, OpenKey, Case, Part, Report):
        model.objects.all().delete()
    everything()
    monkeypatch.setattr(collecting, "collect_alone", lambda pks: set())
    collect()
    assert {_rounded(one): count for one, count in as_it_is().items()} == {_rounded(k): n for k, n in at_once.items()}


def _rounded(facts: tuple[Any, ...]) -> tuple[Any, ...]:
    """A clock is that of its severity, whatever microseconds passed between two lines."""
    return tuple(round(one.total_seconds()) if hasattr(one, "total_seconds") else one for one in facts)


def test_everything_is_sealed_anew_and_none_waits() -> None:
    everything()
    collect()
    assert Part.objects.exclude(door_version=None).count() == 0
    assert Report.objects.filter(collected_at=None).count() == 0
    assert Report.objects.filter(compartment=None).count() == 0
    assert Report.objects.filter(is_emergency=True, alarmed_at=None).count() == 0
    assert Item.objects.filter(sealed_sorting=None).count() == 0
    assert Report.objects.values("compartment").distinct().count() == Report.objects.count()


def test_when_another_collector_was_at_it_all_roll_back_and_each_is_looked_at_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Planted: one that does not stand alone is taken for one that does."""
    monkeypatch.setattr(collect_alone, "_alone", lambda finds: {find.row.pk for find in finds})
    for _ in range(3):
        told("bullying", words="the same words")
    told("threat")
    assert collect() == 4
    assert sorted(case.items.count() for case in Case.objects.all()) == [1, 3]
