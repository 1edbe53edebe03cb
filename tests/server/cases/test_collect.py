# SPDX-License-Identifier: Apache-2.0
"""Which case a detection joins: the one that holds its content, else its account's, else a new one."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from krama.server.cases.collecting.collect import collect
from krama.server.cases.models import Case, Item, Link, OpenKey
from krama.server.cases.queries import case as queries
from krama.server.detections.models import DailyCount, Detection
from krama.server.trail.actor import COLLECTOR
from krama.server.trail.models import Entry
from tests.server import builders

pytestmark = pytest.mark.django_db


def case_of(detection: Detection) -> Case:
    collect()
    return Item.objects.get(detection=detection).case


def test_a_detection_opens_a_case_and_leaves_one_entry() -> None:
    found = builders.detection("a", account="acc")
    case = case_of(found)
    assert (case.state, case.severity, case.source) == ("open", "high", "scanner")
    assert set(case.open_keys.values_list("kind", "hash")) == {
        ("content", found.content_key),
        ("account", found.account_key),
    }
    assert Entry.objects.filter(event="case:opened", subject_id=case.ref).count() == 1
    found.refresh_from_db()
    assert found.collected_at


def test_the_same_content_joins() -> None:
    first = case_of(builders.detection("a", account="one"))
    again = builders.detection("a", account="two")
    assert case_of(again) == first
    assert Item.objects.get(detection=again).joined_by == "content"
    assert Entry.objects.filter(event="case:joined", subject_id=first.ref).count() == 1


def test_another_content_of_the_same_account_joins() -> None:
    first = case_of(builders.detection("a", account="one"))
    again = builders.detection("b", account="one")
    assert case_of(again) == first
    assert Item.objects.get(detection=again).joined_by == "account"


def test_what_a_joining_detection_brings_is_held_too() -> None:
    """Content a brings account two; what account two does next belongs to the same case."""
    first = case_of(builders.detection("a", account="one"))
    case_of(builders.detection("a", account="two"))
    assert case_of(builders.detection("c", account="two")) == first


def test_another_content_of_another_account_opens_another_case() -> None:
    first = case_of(builders.detection("a", account="one"))
    assert case_of(builders.detection("b", account="two")) != first


def test_an_account_is_not_mistaken_for_a_content_of_the_same_name() -> None:
    hashed = builders.sha256("a")
    first = case_of(builders.detection("a"))
    assert case_of(builders.detection("b", account=f"sha256:{hashed}")) != first


def test_where_content_and_account_differ_the_content_decides_and_both_are_linked() -> None:
    by_content = case_of(builders.detection("a", account="one"))
    by_account = case_of(builders.detection("b", account="two"))
    assert case_of(builders.detection("a", account="two")) == by_content
    assert [row for row, _ in queries.linked_to(COLLECTOR, by_content)] == [by_account]
    assert [row for row, _ in queries.linked_to(COLLECTOR, by_account)] == [by_content]
    assert Entry.objects.filter(event="case:linked").count() == 1


def test_two_cases_are_linked_once() -> None:
    case_of(builders.detection("a", account="one"))
    case_of(builders.detection("b", account="two"))
    for account, content in (("two", "a"), ("two", "a"), ("one", "b")):
        case_of(builders.detection(content, account=account))
    assert Link.objects.count() == 1
    assert Entry.objects.filter(event="case:linked").count() == 1


def test_a_closed_case_holds_nothing_any_more() -> None:
    closed = case_of(builders.detection("a", account="one"))
    builders.decision(closed, "dismiss", layer="")
    assert not OpenKey.objects.filter(case=closed).exists()
    fresh = case_of(builders.detection("a", account="one"))
    assert fresh != closed
    assert fresh.state == "open"


def test_what_an_observing_list_found_is_nobodys_case() -> None:
    found = builders.detection("a", action="observe")
    assert found.verdict == "allow"
    assert collect() == 0
    assert not Case.objects.exists()


def test_what_was_let_through_leaves_a_count_only() -> None:
    assert builders.detection("a", action="allow", reason="no_match") is None
    assert builders.detection("b", action="allow", reason="no_match") is None
    assert not Detection.objects.exists()
    assert DailyCount.objects.get(verdict="allow").count == 2
    assert not Entry.objects.filter(event="detection:left").exists()


@pytest.mark.parametrize(
    ("facts", "severity", "hours"),
    [
        ({"code": "A1"}, "critical", 1),
        ({"code": "A2"}, "critical", 1),
        ({"code": "B1"}, "high", 4),
        ({}, "high", 4),
        ({"action": "review"}, "medium", 24),
        ({"action": "review", "code": "A1"}, "critical", 1),
        ({"action": "review", "reason": "truncated"}, "low", 72),
        ({"action": "review", "reason": "undecodable"}, "low", 72),
    ],
)
def test_how_grave_it_is_and_until_when(facts: dict[str, str], severity: str, hours: int) -> None:
    before = timezone.now()
    case = builders.case("a", **facts)
    assert case.severity == severity
    assert abs(case.due_at - before - timedelta(hours=hours)) < timedelta(minutes=1)


def test_a_graver_item_makes_the_case_graver_and_its_clock_earlier() -> None:
    case = builders.case("a", account="one", action="review")
    later = case.due_at
    builders.detection("b", account="one", code="A1")
    collect()
    case.refresh_from_db()
    assert case.severity == "critical"
    assert case.due_at < later


def test_a_milder_item_changes_neither() -> None:
    case = builders.case("a", account="one", code="A1")
    builders.detection("b", account="one", action="review", reason="truncated")
    collect()
    again = Case.objects.get(pk=case.pk)
    assert (again.severity, again.due_at) == ("critical", case.due_at)


def test_a_graver_item_never_gives_more_time() -> None:
    """A case that was due in a minute stays due in a minute."""
    case = builders.case("a", account="one", action="review")
    soon = timezone.now() + timedelta(minutes=1)
    Case.objects.filter(pk=case.pk).update(due_at=soon)
    builders.detection("b", account="one", code="A1")
    collect()
    assert Case.objects.get(pk=case.pk).due_at == soon


def test_collecting_again_changes_nothing() -> None:
    builders.case("a", account="one")
    before = Entry.objects.count()
    assert collect() == 0
    assert (Item.objects.count(), Entry.objects.count()) == (1, before)


@pytest.mark.parametrize("seed", range(4))
def test_in_any_order_of_events_each_open_content_has_one_open_case(seed: int) -> None:
    """Random scans, collections and decisions; after each step the rule holds."""
    dice = random.Random(seed)
    for _ in range(60):
        step = dice.choice(("scan", "scan", "scan", "collect", "decide"))
        if step == "scan":
            builders.detection(
                dice.choice("abcd"), account=dice.choice(("", "one", "two")), code=dice.choice(("", "A1"))
            )
        elif step == "collect":
            collect()
        elif cases := list(Case.objects.filter(state="open")):
            builders.decision(dice.choice(cases), dice.choice(("confirm", "dismiss")))
        the_rule_holds()
    assert Case.objects.count() > 3


def the_rule_holds() -> None:
    contents = [
        (item.detection.content_key if item.detection else "", item.case_id)
        for item in Item.objects.filter(case__state="open").select_related("detection")
    ]
    for content in {key for key, _ in contents}:
        assert len({case for key, case in contents if key == content}) == 1
        assert OpenKey.objects.filter(kind="content", hash=content).count() == 1
    assert not OpenKey.objects.filter(case__state="closed").exists()
    assert not Case.objects.filter(state="open", items=None).exists()
