# SPDX-License-Identifier: Apache-2.0
"""Every item says which version and rules made it urgent; the firm's own rules are loaded whole, or the last stay."""

from __future__ import annotations

from uuid import uuid4

import pytest

from krama.errors import BadInput
from krama.server.cases import triage
from krama.server.cases.actions.rules import load, try_out
from krama.server.cases.collecting.collect import collect
from krama.server.cases.collecting.late import collect_late
from krama.server.cases.models import Case, Item, RuleBook, Severity
from krama.server.intake.actions.take import PUBLIC, add, take
from krama.server.intake.models import Report
from krama.server.trail.actor import TERMINAL
from krama.server.trail.models import Entry
from krama.text import BadEntry
from krama.triage import read_rules
from krama.triage.load import SHIPPED
from tests.server import builders

pytestmark = [pytest.mark.django_db, pytest.mark.database]
SECOND = SHIPPED.read_text("utf-8").replace("version: 1", "version: 2", 1)
GRAVER_BULLYING = SECOND.replace(
    "when: {kind: [bullying]}\n    priority: medium", "when: {kind: [bullying]}\n    priority: high"
)


@pytest.fixture(autouse=True)
def forgotten() -> None:
    """A version never changes, so it is remembered; here each test has its own second version."""
    triage.of_number.cache_clear()


def told(topic: str = "bullying", **answers: str) -> Report:
    """A report at the door, with these answers."""
    report = take(PUBLIC, pk=uuid4(), topic=topic, door="page", language="km", answers={})
    for question, said in answers.items():
        add(PUBLIC, report=report, question=question, said=said, mark=question)
    return report


def item_of(report: Report) -> Item:
    collect()
    collect_late()
    return Item.objects.select_related("case", "report__compartment").get(report=report)


def why(item: Item, *, is_open: bool = True) -> tuple[int, list[str], int]:
    found = triage.reasons(item, is_open=is_open)
    assert found
    return found.version, [text.en for text in found.texts], found.closed


def test_a_report_says_which_rules_made_it_urgent_and_in_which_version() -> None:
    item = item_of(told("approach", age="10-12", known="stranger"))
    assert item.case.severity == Severity.CRITICAL
    assert why(item) == (1, ["Somebody asks a child for pictures or a meeting.", "The child is under 13."], 0)


def test_what_tells_of_the_child_is_read_with_the_report_alone_and_lies_sealed() -> None:
    item = item_of(told("approach", age="10-12", known="family"))
    assert why(item, is_open=False) == (1, [], 2)
    assert b"young" not in bytes(item.sealed_sorting or b"")


def test_a_detection_says_it_too() -> None:
    builders.detection("a")
    collect()
    item = Item.objects.select_related("detection__compartment").get()
    assert why(item)[1] == ["It is on a list of known abuse material."]


def test_what_is_added_later_makes_it_more_urgent_and_never_less() -> None:
    report = told("approach")
    assert item_of(report).case.severity == Severity.HIGH
    add(PUBLIC, report=report, question="age", said="7-9", mark="a")
    item = item_of(report)
    assert (item.case.severity, why(item)[1][-1]) == (Severity.CRITICAL, "The child is under 13.")
    add(PUBLIC, report=report, question="age", said="16-17", mark="b")
    assert item_of(report).case.severity == Severity.CRITICAL


def test_other_rules_hold_from_then_on_and_what_was_sorted_keeps_its_version() -> None:
    before = item_of(told())
    load(TERMINAL, text=GRAVER_BULLYING)
    after = item_of(told())
    before.refresh_from_db()
    assert (before.case.severity, why(before)[0]) == (Severity.MEDIUM, 1)
    assert (after.case.severity, why(after)[0]) == (Severity.HIGH, 2)
    assert Entry.objects.filter(event="rules:loaded", subject_id="2").count() == 1


@pytest.mark.parametrize("text", [SECOND.replace("priority: critical", "priority: urgent", 1), "", "rules: 3"])
def test_a_mistake_is_refused_and_the_last_good_rules_stay(text: str) -> None:
    load(TERMINAL, text=SECOND)
    with pytest.raises(BadEntry):
        load(TERMINAL, text=text.replace("version: 2", "version: 3"))
    assert (triage.rules().version, RuleBook.objects.count()) == (2, 1)


def test_a_version_that_is_not_higher_is_refused() -> None:
    with pytest.raises(BadInput, match="have version 1: give this file a higher one"):
        load(TERMINAL, text=SHIPPED.read_text("utf-8"))


def test_a_change_says_first_what_it_would_have_done_to_the_past_month() -> None:
    item = item_of(told())
    item_of(told("approach"))
    total, (move,) = try_out(TERMINAL, book=read_rules(GRAVER_BULLYING))
    assert (total, move.ref, move.before.priority, move.after.priority) == (2, item.case.ref, "medium", "high")
    assert RuleBook.objects.count() == 0
    assert Entry.objects.get(event="rules:tried").details == {"version": 2, "items": 2}
    assert Case.objects.filter(severity="high").count() == 1
