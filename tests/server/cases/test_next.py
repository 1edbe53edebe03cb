# SPDX-License-Identifier: Apache-2.0
"""The next case: the most pressing that one may see and nobody has; a lease that runs out is free at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from krama.errors import Conflict, NotAllowed, NotFound
from krama.server.accounts.models import Unit, User
from krama.server.cases.actions import queue as leases
from krama.server.cases.actions import sight
from krama.server.cases.actions.decide import decide
from krama.server.cases.actions.queue import HeldByAnother, let_go, take, take_next
from krama.server.cases.models import Case, Lease, Presence
from krama.server.cases.queries.queue import lease_of, others_there
from krama.server.trail.actor import TERMINAL
from krama.server.trail.models import Entry
from tests.server import builders
from tests.server.nursery import Nursery

pytestmark = pytest.mark.database
HOUR = timedelta(hours=1)


@pytest.fixture
def one(db: None) -> User:
    person: User = builders.person(name="Sok")
    return person


@pytest.fixture
def other(db: None) -> User:
    person: User = builders.person(name="Dara")
    return person


def due(case: Case, hours: float, **more: Any) -> Case:
    Case.objects.filter(pk=case.pk).update(due_at=timezone.now() + hours * HOUR, **more)
    case.refresh_from_db()
    return case


def run_out(case: Case) -> None:
    now = timezone.now()
    Lease.objects.filter(case=case).update(since=now - HOUR, until=now - timedelta(seconds=1))


def end_it(actor: Any, case: Case, **more: Any) -> Any:
    said = {"outcome": "dismiss", "layer": "", "reason": "Seen.", "decided_by": "S"} | more
    return decide(actor, ref=case.ref, items=builders.items(case), **said)


def entries(case: Case, event: str) -> int:
    return Entry.objects.filter(subject_id=case.ref, event=event).count()


def test_danger_comes_first_then_what_is_due_first(one: User, other: User) -> None:
    late, soon = due(builders.case(), 5), due(builders.case(), 1)
    danger = due(builders.case(), 9, is_emergency=True)
    third = builders.person()
    assert [take_next(person) for person in (one, other, third)] == [danger, soon, late]
    assert take_next(builders.person()) is None
    assert entries(danger, "case:taken") == 1


def test_who_has_one_is_brought_back_to_it(one: User) -> None:
    builders.case()
    first = take_next(one)
    builders.case()
    assert take_next(one) == first
    assert Lease.objects.count() == 1


def test_a_lease_that_ran_out_is_free_at_once(one: User, other: User) -> None:
    case = builders.case()
    take_next(one)
    assert take_next(other) is None
    run_out(case)
    assert take_next(other) == case
    assert lease_of(case).holder == other  # type: ignore[union-attr]


def test_what_is_used_stays_theirs(one: User) -> None:
    case = builders.case()
    take_next(one)
    before = Lease.objects.get(case=case).until
    leases.be_here(one, case)
    assert Lease.objects.get(case=case).until > before


def test_given_back_it_is_free_for_everybody_and_nothing_says_by_whom(one: User, other: User) -> None:
    case = due(builders.case(), 1)
    assert take_next(one) == case
    assert not let_go(other, case=case), "who does not have it gives nothing back"
    assert let_go(one, case=case)
    assert take_next(other) == case
    [entry] = Entry.objects.filter(subject_id=case.ref, event="case:returned")
    assert (entry.actor_kind, entry.actor_id, entry.details) == ("krama", "collector", {})
    with pytest.raises(NotFound):
        let_go(builders.person("auditor"), case=case)


def test_decided_by_hand_while_somebody_has_it_is_refused_by_name(one: User, other: User) -> None:
    case = builders.case()
    take_next(one)
    with pytest.raises(HeldByAnother) as caught:
        end_it(other, case)
    assert caught.value.fields["holder"] == "Sok"
    assert caught.value.fields["since"]
    with pytest.raises(HeldByAnother):
        take(other, case=case)
    run_out(case)
    end_it(other, case)
    assert not Lease.objects.exists()
    with pytest.raises(Conflict):
        take(one, case=Case.objects.get(pk=case.pk))


def test_who_has_it_decides_and_the_lease_ends(one: User) -> None:
    case = builders.case()
    take_next(one)
    end_it(one, case)
    assert not Lease.objects.exists()
    assert take_next(one) is None


def test_a_key_waits_for_the_person_who_has_it_and_krama_itself_does_not(one: User) -> None:
    key, _secret = builders.key("cases:decide", "cases:read")
    case, rest = due(builders.case(), 1), builders.case()
    take_next(one)
    with pytest.raises(HeldByAnother):
        end_it(key, case)
    end_it(key, rest)
    end_it(TERMINAL, case)
    assert not Lease.objects.exists()


def test_a_lead_takes_it_over_and_a_reviewer_cannot(one: User, other: User) -> None:
    lead, case = builders.person("lead"), builders.case()
    take_next(one)
    with pytest.raises(NotAllowed):
        take(other, case=case, over=True)
    take(lead, case=case, over=True)
    assert lease_of(case).holder == lead  # type: ignore[union-attr]


def test_what_one_may_not_see_is_never_next(one: User) -> None:
    theirs = Unit.objects.create(name="Theirs", kind="moderation")
    builders.person("lead")
    for fields in ({"sensitivity": "restricted"}, {"sensitivity": "sealed"}, {"unit": theirs}):
        due(builders.case(), 1, **fields)
    conflicted = builders.case()
    sight.declare(one, case=conflicted, ground="friend")
    Case.objects.filter(pk=conflicted.pk).update(sensitivity="normal")
    assert take_next(one) is None
    for role in ("auditor", "administrator"):
        with pytest.raises(NotAllowed):
            take_next(builders.person(role))


def test_whoever_is_kept_out_has_it_no_more(one: User, other: User) -> None:
    case = builders.case()
    take_next(one)
    leases.be_here(one, case)
    sight.declare(one, case=case, ground="friend")
    assert lease_of(case) is None
    assert others_there(other, case) == []


def test_one_s_own_and_one_s_unit_s_come_before_everybody_s(one: User) -> None:
    ours = Unit.objects.create(name="Ours", kind="moderation")
    User.objects.filter(pk=one.pk).update(unit=ours)
    person = User.objects.get(pk=one.pk)
    anybody, unit_s = due(builders.case(), 1), due(builders.case(), 3, unit=ours)
    mine = due(builders.case(), 5, assignee=person)
    found = []
    for _ in range(3):
        case = take_next(person)
        assert case
        found.append(case)
        end_it(person, case)
    assert found == [mine, unit_s, anybody]


def test_what_is_assigned_to_somebody_is_theirs_until_its_time_is_up(one: User, other: User) -> None:
    case = due(builders.case(), 3, assignee=other)
    assert take_next(one) is None
    due(case, -1)
    assert take_next(one) == case


def test_presence_is_told_for_some_minutes(one: User, other: User) -> None:
    case = builders.case()
    leases.be_here(one, case)
    leases.be_here(one, case)
    assert [row.person for row in others_there(other, case)] == [one]
    assert others_there(one, case) == []
    Presence.objects.update(at=timezone.now() - timedelta(minutes=6))
    assert others_there(other, case) == []


def test_what_says_nothing_any_more_is_swept(one: User) -> None:
    case = builders.case()
    take_next(one)
    leases.be_here(one, case)
    assert leases.sweep() == 0
    Presence.objects.update(at=timezone.now() - timedelta(days=2))
    run_out(case)
    assert leases.sweep() == 1
    Lease.objects.update(since=timezone.now() - timedelta(days=3), until=timezone.now() - timedelta(days=2))
    assert leases.sweep() == 1


def test_eight_people_at_one_moment_get_eight_cases(nursery: Nursery) -> None:
    nursery.run(("scan_some", {"count": 8}))
    nursery.run(("collect_all", {}))
    people = nursery.run(("hire", {"count": 8}))[0]
    for _ in range(3):
        got = nursery.run(*[("next_together", {"person": person}) for person in people])
        assert len(set(got)) == 8, "no two got the same"
        assert None not in got, "and nobody went without"
        nursery.house.sql("DELETE FROM cases_lease")
    trail = nursery.house.one("SELECT count(*) FROM trail_entry WHERE event = 'case:taken'")
    assert trail == 24


def test_a_double_click_takes_one_case(nursery: Nursery) -> None:
    nursery.run(("scan_some", {"count": 4}))
    nursery.run(("collect_all", {}))
    (person,) = nursery.run(("hire", {"count": 1}))[0]
    assert len(set(nursery.run(*[("next_together", {"person": person})] * 3))) == 1
    assert nursery.house.one("SELECT count(*) FROM cases_lease") == 1


def test_a_lease_given_without_looking_is_seen(nursery: Nursery) -> None:
    """The planted fault: the row is taken from whoever has it. One after the other: at once, locks may spread them."""
    nursery.run(("scan_some", {"count": 3}))
    nursery.run(("collect_all", {}))
    people = nursery.run(("hire", {"count": 3}))[0]
    got = [nursery.run(("next_together", {"person": person, "blind": True}))[0] for person in people]
    assert len(set(got)) < 3


def test_a_lease_that_a_wrong_clock_wrote_holds_nothing(one: User, other: User) -> None:
    case = builders.case("ahead")
    take(one, case=case)
    ahead = timezone.now() + timedelta(days=365)
    Lease.objects.update(since=ahead, until=ahead + timedelta(minutes=30))
    assert lease_of(case) is None
    assert take_next(other) == case
