# SPDX-License-Identifier: Apache-2.0
"""Second looks: what protects goes ahead and stays an alarm; what protects less waits; an outsider looks once."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from krama.errors import BadInput, Conflict, NotAllowed, NotFound
from krama.server.accounts.models import User
from krama.server.cases import reach
from krama.server.cases.actions import looks, outsiders, sight
from krama.server.cases.models import Case, Look, Outsider
from krama.server.cases.queries import case as queries
from krama.server.compartments.actions import hold as holds
from krama.server.compartments.actions.identity import name_them
from krama.server.compartments.models import Extension, Hold, Pseudonym
from krama.server.compartments.queries import to_review
from krama.server.trail.models import Entry
from tests.server import builders

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def held(actor: User, case: Case, days: int = 40) -> Hold:
    until = timezone.now() + timedelta(days=days)
    scope = f"case:{case.ref}"
    return holds.place(actor, scope=scope, compartments=queries.compartments_of(case), basis="referred", until=until)


def longer(actor: User, hold: Hold) -> Look:
    return looks.ask_longer(actor, hold=hold, until=timezone.now() + timedelta(days=300))


def broken(actor: User, case: Case) -> Look:
    names = name_them(f"case:{case.ref}", Pseudonym.Kind.ACCOUNT, ["x" * 64])
    looks.break_glass(actor, case=case, pseudonyms=list(names.values()), second=builders.proof(actor))
    return Look.objects.get(kind="emergency")


def test_alone_a_hold_is_longer_at_once_and_the_look_is_deferred_until_somebody_is_there() -> None:
    officer, case = builders.person("officer"), builders.case()
    hold = held(officer, case)
    look = longer(officer, hold)
    hold.refresh_from_db()
    assert look.state == Look.State.DEFERRED
    assert hold.until > timezone.now() + timedelta(days=200)
    assert list(queries.looks_to_give(officer)) == [look]
    with pytest.raises(Conflict):
        looks.give(officer, look=look, agreed=True)
    lead = builders.person("lead")
    looks.give(lead, look=look, agreed=True, words="I saw the letter.")
    assert not queries.looks_to_give(officer).exists()
    row = Look.objects.get(pk=look.pk)
    assert (row.state, row.given_by) == (Look.State.AGREED, lead.actor_id)
    assert b"letter" not in bytes(row.sealed_words or b"")


def test_with_a_second_person_there_it_waits_for_them() -> None:
    officer, _lead, case = builders.person("officer"), builders.person("lead"), builders.case()
    hold = held(officer, case)
    before = hold.until
    look = longer(officer, hold)
    hold.refresh_from_db()
    assert (look.state, hold.until) == (Look.State.WAITING, before)


def test_somebody_in_conflict_is_nobody_to_ask() -> None:
    officer, lead, case = builders.person("officer"), builders.person("lead"), builders.case()
    sight.declare(lead, case=case, ground="friend")
    assert longer(officer, held(officer, case)).state == Look.State.DEFERRED
    with pytest.raises(NotFound):
        looks.give(lead, look=Look.objects.get(), agreed=True)


def test_not_agreed_goes_back_but_nothing_ends_within_a_month() -> None:
    officer, case = builders.person("officer"), builders.case()
    hold = held(officer, case, days=5)
    look = longer(officer, hold)
    looks.give(builders.person("lead"), look=look, agreed=False)
    hold.refresh_from_db()
    assert timedelta(days=29) < hold.until - timezone.now() < timedelta(days=31)
    with pytest.raises(Conflict):
        holds.agree(builders.person("lead"), extension=Extension.objects.get())


def test_broken_glass_waits_for_a_look_at_each_opening() -> None:
    administrator, officer, case = builders.person("administrator"), builders.person("officer"), builders.case()
    look = broken(administrator, case)
    assert to_review().count() == 1
    with pytest.raises(NotFound):
        looks.give(administrator, look=look, agreed=True)
    looks.give(officer, look=look, agreed=False)
    assert not to_review().exists()
    with pytest.raises(Conflict):
        looks.give(officer, look=look, agreed=True)


def test_nobody_breaks_the_glass_of_a_case_they_stand_in() -> None:
    administrator, case = builders.person("administrator"), builders.case("a", account="own")
    sight.declare_accounts(administrator, ids=["own"])
    with pytest.raises(NotAllowed):
        broken(administrator, case)


def test_lowering_waits_even_where_nobody_is_there() -> None:
    officer, case = builders.person("officer"), builders.case()
    sight.change_sensitivity(officer, case=case, to="sealed", reason="Careful.")
    sight.change_sensitivity(officer, case=case, to="normal", reason="It was nothing.")
    look = Look.objects.get()
    assert look.state == Look.State.WAITING
    another = builders.person("officer")
    looks.give(another, look=look, agreed=True)
    case.refresh_from_db()
    assert case.sensitivity == "normal"


def test_keeping_another_out_is_undone_when_a_second_person_does_not_agree() -> None:
    lead, officer, case = builders.person("lead"), builders.person("officer"), builders.case()
    other = builders.person("lead")
    sight.mark(lead, case=case, person=officer, ground="work")
    looks.give(other, look=Look.objects.get(), agreed=False)
    assert reach.sees(officer, case)


def test_the_database_too_lets_nobody_look_at_their_own() -> None:
    officer, case = builders.person("officer"), builders.case()
    look = longer(officer, held(officer, case))
    with pytest.raises(IntegrityError), transaction.atomic():
        Look.objects.filter(pk=look.pk).update(given_by=officer.actor_id)


@pytest.fixture
def alone() -> tuple[User, Look]:
    officer, case = builders.person("officer"), builders.case()
    return officer, longer(officer, held(officer, case))


def test_somebody_outside_gives_one_look(alone: tuple[User, Look]) -> None:
    officer, look = alone
    outsider, code = outsiders.name(officer, look=look, who="A teacher")
    assert b"teacher" not in bytes(outsider.sealed_name or b"")
    assert code not in outsider.code_hash
    assert outsiders.enter(outsider.pk, "wrong") is None
    token = outsiders.enter(outsider.pk, code)
    assert token
    assert outsiders.enter(outsider.pk, code) is None, "a code works once"
    row = outsiders.holder(outsider.pk, token)
    assert row
    assert outsiders.holder(outsider.pk, "another pass") is None
    outsiders.note_view(row)
    outsiders.answer(row, agreed=True, words="Yes.")
    assert outsiders.holder(outsider.pk, token) is None
    assert Look.objects.get(pk=look.pk).given_by == str(outsider.pk)
    kinds = set(Entry.objects.filter(actor_kind="outside").values_list("event", flat=True))
    assert {"outsider:looked", "look:given", "hold:extended"} <= kinds
    with pytest.raises(NotFound):
        outsiders.answer(row, agreed=False, words="")


def test_five_wrong_codes_end_it(alone: tuple[User, Look]) -> None:
    officer, look = alone
    outsider, code = outsiders.name(officer, look=look, who="A teacher")
    for _ in range(Outsider.TRIES):
        assert outsiders.enter(outsider.pk, "wrong") is None
    assert outsiders.enter(outsider.pk, code) is None
    assert Entry.objects.filter(event="outsider:ended").count() == 1


@pytest.mark.parametrize("how", ["taken back", "too late", "another named", "look given", "another id"])
def test_what_ends_it_before(alone: tuple[User, Look], how: str) -> None:
    officer, look = alone
    outsider, code = outsiders.name(officer, look=look, who="A teacher")
    pk = outsider.pk
    if how == "taken back":
        outsiders.take_back(officer, look=look)
    elif how == "too late":
        Outsider.objects.update(until=timezone.now() - timedelta(seconds=1))
    elif how == "another named":
        outsiders.name(officer, look=look, who="Somebody else")
    elif how == "look given":
        looks.give(builders.person("lead"), look=look, agreed=True)
    else:
        pk = uuid4()
    assert outsiders.enter(pk, code) is None


def test_only_the_officer_names_somebody_outside(alone: tuple[User, Look]) -> None:
    officer, look = alone
    with pytest.raises(NotAllowed):
        outsiders.name(builders.person("lead"), look=look, who="A friend")
    with pytest.raises(BadInput):
        outsiders.name(officer, look=look, who=" ")


def test_words_go_with_the_compartment(alone: tuple[User, Look]) -> None:
    from krama.server.cases.erasure import erase

    officer, look = alone
    outsiders.name(officer, look=look, who="A teacher")
    sight.declare(officer, case=look.case, ground="family")
    case = Case.objects.get(pk=look.case_id)
    assert case.compartment_id
    erase(case.compartment_id)
    assert not Outsider.objects.exclude(sealed_name=None).exists()
    assert not case.recusals.exclude(sealed_ground=None).exists()
