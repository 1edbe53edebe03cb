# SPDX-License-Identifier: Apache-2.0
"""One look over cases that show near the same: near is near the first; each case is decided by itself, or left."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from krama.errors import BadInput
from krama.server.accounts.models import User
from krama.server.cases.actions import peer as actions_peer
from krama.server.cases.actions.alike import decide_alike, take_alike
from krama.server.cases.actions.grounds import Said
from krama.server.cases.actions.queue import take
from krama.server.cases.alike import compare_waiting
from krama.server.cases.collecting.collect import collect
from krama.server.cases.firsts import Firsts
from krama.server.cases.models import Case, Decision, Grounds, Item, Lease, Near, Wanted
from krama.server.cases.queries.alike import clusters_of, members
from krama.server.detections.models import Detection
from krama.server.trail.models import Entry
from tests.server import builders

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def picture(bits: int, *, start: int = 0, quality: int = 80, **facts: Any) -> Case:
    """A case whose picture differs from the first one in so many bits."""
    row = builders.detection(**facts)
    value = ((1 << bits) - 1) << start
    Detection.objects.filter(pk=row.pk).update(content=row.content | {"pdq": f"{value:064x}", "pdq_quality": quality})
    collect()
    case = Item.objects.get(detection=row).case
    while compare_waiting():
        pass
    return case


def cluster_of(case: Case) -> Any:
    return Near.objects.get(item__case=case).cluster


@pytest.fixture
def reader() -> User:
    person: User = builders.person(name="Sok")
    return person


def test_within_31_bits_is_near_and_a_chain_does_not_wander() -> None:
    first, near, far, chained = picture(0), picture(31), picture(32), picture(40)
    assert cluster_of(near) == cluster_of(first) != cluster_of(far)
    assert cluster_of(chained) == cluster_of(far), "near the first of the other one"
    flat = picture(1, quality=30)
    assert cluster_of(flat) not in {cluster_of(first), cluster_of(far)}
    assert compare_waiting() == 0


def test_what_came_together_is_compared_with_one_another() -> None:
    for bits in (0, 3, 90):
        row = builders.detection()
        content = row.content | {"pdq": f"{(1 << bits) - 1:064x}", "pdq_quality": 80}
        Detection.objects.filter(pk=row.pk).update(content=content)
    collect()
    assert compare_waiting() == 3
    assert Near.objects.values("cluster").distinct().count() == 2
    assert Near.objects.filter(number__isnull=False).count() == 2


def test_a_cluster_that_is_decided_takes_nothing_new(reader: User) -> None:
    first = picture(0)
    builders.decision(first)
    assert cluster_of(picture(2)) != cluster_of(first)


def test_the_queue_says_how_many_one_may_see(reader: User) -> None:
    builders.person("lead")
    one, other, hidden, alone = picture(0), picture(5), picture(6), picture(200)
    Case.objects.filter(pk=hidden.pk).update(sensitivity="restricted")
    found = clusters_of(reader, [one, other, alone])
    assert found == {one.pk: (cluster_of(one), 2), other.pk: (cluster_of(one), 2)}
    assert {member.case for member in members(reader, cluster_of(one))} == {one, other}
    assert {member.distance for member in members(reader, cluster_of(one))} == {0, 5}


def shown(*cases: Case) -> dict[str, Any]:
    return {case.ref: builders.items(case) for case in cases}


def send(actor: Any, cases: dict[str, Any], **more: Any) -> tuple[list[str], dict[str, str]]:
    said: dict[str, Any] = {"outcome": "confirm", "layer": "law", "reason": "Seen once.", "decided_by": "S"} | more
    decided, left = decide_alike(actor, cases=cases, **said)
    return decided, {one.ref: one.code for one in left}


def test_each_case_gets_its_own_decision_entry_and_line(reader: User) -> None:
    cases = [picture(bits) for bits in (0, 4, 9)]
    decided, left = send(reader, shown(*cases))
    assert (sorted(decided), left) == (sorted(case.ref for case in cases), {})
    assert Decision.objects.count() == 3
    for case in cases:
        assert Entry.objects.filter(event="case:decided", subject_id=case.ref).count() == 1


def test_what_changed_meanwhile_is_left_and_says_why(reader: User) -> None:
    fine, gone, held, grown, hidden = (picture(bits, account=f"a{bits}") for bits in (0, 4, 9, 12, 15))
    asked = shown(fine, gone, held, grown, hidden)
    builders.decision(gone)
    other = builders.person(name="Dara")
    take(other, case=held)
    builders.detection(account="a12")
    collect()
    builders.person("lead")
    Case.objects.filter(pk=hidden.pk).update(sensitivity="sealed")
    decided, left = send(reader, asked)
    assert decided == [fine.ref]
    expected = {gone: "already_decided", held: "held_by_another", grown: "something_new", hidden: "not_found"}
    assert left == {case.ref: code for case, code in expected.items()}
    assert Case.objects.filter(state="closed").count() == 2


def test_what_holds_something_else_too_is_not_decided_with_the_others(reader: User) -> None:
    one, other = picture(0), picture(3, account="x")
    builders.detection(account="x")
    collect()
    assert {member.case: member.is_whole for member in members(reader, cluster_of(one))} == {one: True, other: False}


def test_all_that_nobody_has_are_taken_together(reader: User) -> None:
    one, other, third = picture(0), picture(3), picture(5)
    take(builders.person(), case=third)
    assert take_alike(reader, cluster=cluster_of(one)) == 2
    assert set(Lease.objects.filter(holder=reader).values_list("case", flat=True)) == {one.pk, other.pk}


def test_nothing_named_and_too_much_named_are_refused(reader: User) -> None:
    many: dict[str, Any] = {f"C-{number:06}": [] for number in range(101)}
    for cases in ({}, many):
        with pytest.raises(BadInput):
            send(reader, cases)


def test_what_is_wanted_besides_goes_with_each_that_has_an_account(reader: User) -> None:
    with_account, without = picture(0, account="a0"), picture(3)
    decided, left = send(reader, shown(with_account, without), also=["suspend"], said=Said(rule="Rule 3"))
    assert (decided, left) == ([with_account.ref], {without.ref: "no_account"})
    assert Wanted.objects.get().decision.case == with_account
    assert Grounds.objects.get().decision.case == with_account


def test_a_case_of_two_children_is_left_until_its_note_stands(reader: User) -> None:
    one, other = picture(0), picture(3)
    actions_peer.say_peer(reader, case=other, said="yes", words="Their year of birth.")
    decided, left = send(reader, shown(one, Case.objects.get(pk=other.pk)))
    assert (decided, left) == ([one.ref], {other.ref: "note_missing"})


def test_what_does_not_go_with_the_ground_is_decided_nowhere(reader: User) -> None:
    one, other = picture(0), picture(3)
    with pytest.raises(BadInput, match="also"):
        send(reader, shown(one, other), also=["warn"])
    assert not Decision.objects.exists()


def test_another_process_learns_of_new_first_pictures_and_forgets_what_was_put_back() -> None:
    other, asked = Firsts(), f"{1:064x}"
    other.refresh()
    assert other.near(asked) == []
    first, far = picture(0), picture(200)
    other.refresh()
    assert other.near(asked) == [cluster_of(first)]
    assert other.near(f"{(1 << 200) - 2:064x}") == [cluster_of(far)]
    Near.objects.update(number=None)  # as a database that was put back has them no more
    other.refresh()
    assert other.near(asked) == []


def test_a_cluster_with_nothing_left_to_decide_takes_nothing_in() -> None:
    first, again = picture(0), picture(2)
    Case.objects.filter(pk__in=[first.pk, again.pk]).update(state=Case.State.CLOSED)
    assert cluster_of(picture(1)) != cluster_of(first)


def test_clusters_with_nothing_open_cost_no_question_each() -> None:
    def asked(bits: int) -> int:
        with CaptureQueriesContext(connection) as seen:
            picture(bits)
        Case.objects.update(state=Case.State.CLOSED)
        return len(seen)

    asked(0)
    second = asked(1)
    for bits in range(2, 6):
        asked(bits)
    assert Near.objects.filter(number__isnull=False).count() == 6
    assert asked(6) <= second + 2
