# SPDX-License-Identifier: Apache-2.0
"""Cases that are like each other are shown to each other, open or closed, and by what; nothing is joined by itself."""

from __future__ import annotations

from uuid import uuid4

import pytest

from krama.server.cases import related
from krama.server.cases.collecting.collect import collect
from krama.server.cases.collecting.late import collect_late
from krama.server.cases.erasure import erase
from krama.server.cases.models import Case, Item, Likeness, Link
from krama.server.cases.queries import case as queries
from krama.server.intake.actions.take import PUBLIC, add, take
from krama.server.intake.models import Report
from krama.server.trail.actor import COLLECTOR
from krama.server.trail.models import Entry
from tests.server import builders

pytestmark = [pytest.mark.django_db, pytest.mark.database]
WORDS = "somebody at the blue house near the river asks children for something and promises a telephone"


def told(**answers: str) -> Report:
    report: Report = take(PUBLIC, pk=uuid4(), topic="saw", door="page", language="km", answers=answers)
    return report


def case_of(report: Report) -> Case:
    return Case.objects.get(items__report=report)


def how(one: Case, other: Case) -> str | None:
    """By what they were found alike."""
    link = Link.objects.filter(one__in=[one, other], other__in=[one, other]).first()
    return link.how if link else None


@pytest.mark.parametrize("alone", [True, False])
def test_nearly_the_same_words_in_one_batch_or_one_after_the_other(alone: bool) -> None:
    one = told(words=WORDS)
    if alone:
        collect()
    other = told(words=WORDS.replace("telephone", "new telephone"))
    stranger = told(words="in another town a bus was late again and nobody knew why it was so late today")
    collect()
    assert how(case_of(one), case_of(other)) == "wording"
    assert how(case_of(one), case_of(stranger)) is None
    assert Case.objects.count() == 3, "alike is not the same: a person puts them together"


def test_an_address_that_was_named_before_however_it_was_typed() -> None:
    one, other = (
        told(where="https://www.example.org/group/seven"),
        told(words="look at example.org/Group/seven/ please"),
    )
    collect()
    assert how(case_of(one), case_of(other)) == "address"


def test_a_site_alone_relates_nothing() -> None:
    one, other = told(where="example.org"), told(where="example.org")
    collect()
    assert how(case_of(one), case_of(other)) is None


def test_what_is_added_later_relates_too_and_a_closed_case_is_shown() -> None:
    one, other = told(where="example.org/group/seven"), told()
    collect()
    builders.decision(case_of(one))
    add(PUBLIC, report=other, question="where", said="example.org/group/seven", mark="m")
    collect_late()
    assert how(case_of(one), case_of(other)) == "address"
    assert [row for row, _ in queries.linked_to(COLLECTOR, case_of(other))] == [case_of(one)]


def test_content_that_is_like_the_same_listed_material() -> None:
    one, other, stranger = (builders.case(name, near=near) for name, near in (("a", "x"), ("b", "x"), ("c", "y")))
    assert how(one, other) == "near"
    assert how(one, stranger) is None


def test_a_link_is_an_entry_once() -> None:
    told(where="example.org/group/seven", words=WORDS)
    told(where="example.org/group/seven", words=WORDS + " again")
    collect()
    assert Entry.objects.filter(event="case:linked").count() == 1


def test_a_mark_that_a_thousand_share_keeps_the_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(related, "MOST_OF_A_MARK", 3)
    for _ in range(6):
        told(where="example.org/group/seven")
        collect()
    assert Likeness.objects.filter(kind="address").count() <= 4
    last = Case.objects.order_by("opened_at").last()
    assert last is not None
    assert len(queries.linked_to(COLLECTOR, last)) == 3


def test_marks_are_keyed_and_go_with_what_they_were_made_of() -> None:
    report = told(where="example.org/group/seven", words=WORDS)
    collect()
    assert not Likeness.objects.filter(hash__contains="example").exists()
    report.refresh_from_db()
    assert report.compartment_id is not None
    erase(report.compartment_id)
    assert not Likeness.objects.exists()
    assert Item.objects.count() == 1
