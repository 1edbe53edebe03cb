# SPDX-License-Identifier: Apache-2.0
"""Second looks at decisions: the gravest go ahead; a dismissed exact match waits for another person."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import override

from krama.errors import Conflict, NotFound
from krama.server.cases.actions import looks, sight
from krama.server.cases.actions.grounds import Said
from krama.server.cases.actions.regroup import merge
from krama.server.cases.actions.removal import remove_for_child
from krama.server.cases.models import Case, Decision, Look
from krama.server.cases.queries import case as queries
from krama.server.compartments.models import Compartment
from krama.server.desk.pages.case import _said
from krama.server.measures import queries as measures
from krama.server.measures.actions_order import order_next
from krama.server.trail.models import Entry
from tests.server import builders

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def decided(outcome: str, of: Any = None, *, severity: str = "high") -> Decision:
    of = of or builders.case(account="one")
    Case.objects.filter(pk=of.pk).update(severity=severity)
    found: Decision = builders.decision(of, outcome, by=builders.person("officer"))
    return found


def ordered(of: Decision) -> list[str]:
    while order_next():
        pass
    return sorted(measures.of_case(of.case).filter(by_rule=False).values_list("kind", flat=True))


def answered(agreed: bool) -> Look:
    return looks.give(builders.person("lead"), look=Look.objects.get(), agreed=agreed)


def test_the_gravest_is_removed_at_once_and_looked_at_afterwards() -> None:
    builders.person("lead")
    decision = decided("confirm", severity="critical")
    look = Look.objects.get()
    assert (look.kind, look.state, look.subject) == ("confirm", "deferred", decision.pk)
    assert ordered(decision) == ["remove"]
    answered(agreed=True)
    assert ordered(decision) == ["remove"]
    assert not queries.looks_to_give(builders.person("officer")).exists()


@pytest.mark.parametrize(("outcome", "severity"), [("confirm", "high"), ("confirm", "low")])
def test_what_is_less_grave_asks_nobody(outcome: str, severity: str) -> None:
    decided(outcome, severity=severity)
    assert not Look.objects.exists()


def test_a_dismissed_exact_match_is_shown_again_only_when_another_person_agrees() -> None:
    builders.person("lead")
    decision = decided("dismiss")
    assert (Look.objects.get().state, ordered(decision)) == ("waiting", [])
    answered(agreed=True)
    assert ordered(decision) == ["restore"]


def test_where_nobody_else_is_there_it_is_shown_again_and_the_look_stays_an_alarm() -> None:
    decision = decided("dismiss")
    assert (Look.objects.get().state, ordered(decision)) == ("deferred", ["restore"])
    officer = builders.person("officer")
    assert queries.looks_to_give(officer).count() == 1


@pytest.mark.parametrize(
    "of", [builders.told_case, lambda: builders.case(reason="near", near="like it")], ids=["a report", "a near match"]
)
def test_what_is_no_exact_match_is_dismissed_by_one_person(of: Any) -> None:
    builders.person("lead")
    decided("dismiss", of())
    assert not Look.objects.exists()


@pytest.mark.parametrize(("outcome", "severity"), [("confirm", "critical"), ("dismiss", "high")])
def test_not_agreed_opens_the_case_again_with_a_new_clock_and_loses_no_line(outcome: str, severity: str) -> None:
    builders.person("lead")
    decision = decided(outcome, severity=severity)
    Case.objects.update(due_at=timezone.now())
    answered(agreed=False)
    case = Case.objects.get()
    assert (case.state, case.closed_at, case.items.get().decision) == ("open", None, None)
    assert case.due_at > timezone.now()
    assert case.open_keys.filter(kind="account").exists()
    events = list(Entry.objects.filter(subject_id=case.ref).values_list("event", flat=True))
    assert {"case:decided", "case:closed", "look:given", "case:reopened"} <= set(events)
    assert list(case.decisions.all()) == [decision], "the record keeps it"
    assert ordered(decision) == []


def test_decided_again_it_asks_again() -> None:
    builders.person("lead")
    decided("dismiss")
    answered(agreed=False)
    builders.decision(Case.objects.get(), "confirm")
    assert (Case.objects.get().state, Look.objects.count()) == ("closed", 1)
    assert "remove" in ordered(Decision.objects.latest("at"))


def test_refused_after_more_joined_and_the_case_was_put_together_with_another() -> None:
    """The items are decided again wherever they are by now."""
    lead = builders.person("lead")
    decision = decided("dismiss", builders.case("a", account="one"))
    look, source = Look.objects.get(), decision.case
    item = decision.items.get()
    Case.objects.filter(pk=source.pk).update(state="open", closed_at=None)  # as when a reporter adds something
    target = builders.case("b", account="two")
    merge(builders.person("officer"), case=Case.objects.get(pk=source.pk), into=target, reason="One.", by="Officer")
    looks.give(lead, look=look, agreed=False)
    item.refresh_from_db()
    assert (item.case_id, item.decision_id) == (target.pk, None)
    assert Case.objects.get(pk=source.pk).state == "closed", "what was put together stays so"


def test_nobody_agrees_with_their_own_decision() -> None:
    officer = builders.person("officer")
    builders.person("lead")
    of = builders.case()
    builders.decision(of, "dismiss", by=officer)
    with pytest.raises(Conflict):
        looks.give(officer, look=Look.objects.get(), agreed=True)


def test_whoever_owns_a_key_does_not_agree_with_it() -> None:
    lead = builders.person("lead")
    key, _ = builders.key("cases:decide", owner=lead)
    builders.decision(builders.case(), "dismiss", by=key)
    look = Look.objects.get()
    assert (look.state, look.asked_by) == ("deferred", lead.actor_id), "nobody else is there"
    with pytest.raises(Conflict):
        looks.give(lead, look=look, agreed=True)


def test_what_was_confirmed_meanwhile_is_not_shown_again_by_an_old_dismissal() -> None:
    """The planted fault: the lead agrees late, and listed material that a child's report had removed is back."""
    builders.person("lead")
    old = decided("dismiss", builders.case("a", account="one", content_id="video-1"))
    look = Look.objects.get()
    newer = builders.told_case(content="video-1")
    builders.decision(newer, "confirm", layer="policy", by=builders.person("officer"))
    looks.give(builders.person("lead"), look=look, agreed=True)
    assert ordered(old) == []
    assert ordered(newer.decisions.get()) == ["remove"]


def test_whoever_may_not_see_where_its_items_went_reads_and_says_nothing_of_it() -> None:
    lead, officer = builders.person("lead"), builders.person("officer")
    decision = decided("dismiss", builders.case("a", account="one"))
    look, source = Look.objects.get(), decision.case
    Case.objects.filter(pk=source.pk).update(state="open", closed_at=None)  # as when a reporter adds something
    target = builders.case("b", account="two")
    merge(officer, case=Case.objects.get(pk=source.pk), into=target, reason="One.", by="Officer")
    assert queries.looks_to_give(lead).count() == 1
    sight.declare(lead, case=target, ground="friend")
    assert not queries.looks_to_give(lead).exists()
    with pytest.raises(NotFound):
        looks.give(lead, look=look, agreed=False)


def test_removing_for_a_child_in_the_gravest_case_is_looked_at_too() -> None:
    case = builders.case(account="one")
    Case.objects.filter(pk=case.pk).update(severity="critical")
    said = Said(rule="asked", asked_by_child=True)
    officer = builders.person("officer")
    remove_for_child(officer, case=case, item=case.items.get().pk, reason="She asks.", said=said, decided_by="S")
    assert Look.objects.get().kind == "confirm"


def test_what_is_found_again_after_a_refusal_joins_the_case_that_is_open_again() -> None:
    builders.person("lead")
    decision = decided("dismiss", builders.case("a", account="one"))
    answered(agreed=False)
    assert builders.case("a", account="another") == decision.case


def test_in_a_case_whose_time_was_over_a_refusal_opens_nothing() -> None:
    """Its key is destroyed: nobody could write in it any more."""
    builders.person("lead")
    decision = decided("dismiss")
    Compartment.objects.filter(cases=decision.case).update(destroyed_at=timezone.now(), wrapped_key=None)
    looks.give(builders.person("lead"), look=Look.objects.get(), agreed=False, words="I would not have.")
    assert (Case.objects.get().state, Look.objects.get().state) == ("closed", "refused")


def test_the_page_says_that_a_dismissal_waits() -> None:
    builders.person("lead")
    decision = decided("dismiss")
    with override("en"):
        assert "second person" in _said(decision)
