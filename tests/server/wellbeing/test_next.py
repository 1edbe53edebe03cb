# SPDX-License-Identifier: Apache-2.0
"""The next case obeys what somebody chose, passed on, and has had enough of; an emergency asks first."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from krama.server.cases import giving
from krama.server.cases.actions.alike import given_of
from krama.server.cases.actions.queue import NotGiven, take, take_next
from krama.server.cases.models import Case, Lease
from krama.server.wellbeing import actions
from krama.server.wellbeing.models import Exposure
from tests.server import builders
from tests.server.cases.test_alike import cluster_of, picture
from tests.server.wellbeing.test_limits import spend

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def lead() -> Any:
    return builders.person("lead", name="Sok")


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def spent(person: Any) -> None:
    """The day is over, and nothing that was begun is left."""
    Case.objects.filter(pk=spend(person, 240).pk).update(state="closed", closed_at=timezone.now())


def test_what_was_passed_on_is_free_and_never_their_next_one(lead: Any) -> None:
    case = builders.case()
    assert take_next(lead) == case
    actions.pass_on(lead, case=case)
    assert not Lease.objects.exists()
    assert take_next(lead) is None
    assert take_next(builders.person()) == case


def test_passing_on_leaves_what_another_has(lead: Any) -> None:
    case, holder = builders.case(), builders.person()
    take(holder, case=case)
    actions.pass_on(lead, case=case)
    assert Lease.objects.get().holder == holder


def test_a_kind_that_somebody_chose_not_to_see_is_passed_by(lead: Any) -> None:
    builders.case()
    actions.choose(lead, minutes=None, kinds=["material"])
    assert take_next(lead) is None


def test_a_next_one_that_does_not_ask_is_seen_red(lead: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(giving, "given_to", lambda _person, rows: rows)
    case = builders.case()
    actions.choose(lead, minutes=None, kinds=["material"])
    assert take_next(lead) == case


def test_after_the_limit_the_next_case_waits_in_kind_words(lead: Any) -> None:
    spent(lead)
    builders.case()
    with pytest.raises(NotGiven):
        take_next(lead)
    assert not Lease.objects.exists()
    page = signed_in(lead).post("/cases/next", follow=True).content.decode()
    assert "long enough today" in page


def test_an_emergency_asks_first_and_is_theirs_when_they_say_yes(lead: Any) -> None:
    spent(lead)
    case = builders.case()
    Case.objects.filter(pk=case.pk).update(is_emergency=True)
    client = signed_in(lead)
    answer = client.post("/cases/next", follow=True)
    assert answer.redirect_chain[0][0] == f"/cases/{case.ref}"
    assert "Open it all the same" in answer.content.decode()
    assert not Lease.objects.exists(), "nobody is kept waiting by somebody who was only asked"
    client.post(f"/cases/{case.ref}/anyway")
    assert Lease.objects.get().holder == lead


def test_saying_yes_to_what_another_has_takes_nothing_from_them(lead: Any) -> None:
    spent(lead)
    case, holder = builders.case(), builders.person()
    Case.objects.filter(pk=case.pk).update(is_emergency=True)
    take(holder, case=case)
    assert signed_in(lead).post(f"/cases/{case.ref}/anyway").status_code == 302
    assert Lease.objects.get().holder == holder


def test_no_button_takes_what_waits(lead: Any) -> None:
    spent(lead)
    case = builders.case()
    assert signed_in(lead).post(f"/cases/{case.ref}/take").status_code == 409
    assert not Lease.objects.exists()


def test_what_looks_alike_is_shown_only_as_far_as_it_is_given(lead: Any) -> None:
    one, other = picture(0), picture(3)
    actions.pass_on(lead, case=other)
    assert [member.case for member in given_of(lead, cluster_of(one))] == [one]
    page = signed_in(lead).get(f"/cases/alike/{cluster_of(one)}").content.decode()
    assert one.ref in page
    assert other.ref not in page


def test_one_look_at_what_is_alike_counts_once_and_waits_like_a_case(lead: Any) -> None:
    one, _other = picture(0), picture(3)
    cluster = cluster_of(one)
    client = signed_in(lead)
    assert client.get(f"/cases/alike/{cluster}").status_code == 200
    assert [row.case for row in Exposure.objects.all()] == [one]
    tired = builders.person("lead")
    spent(tired)
    answer = signed_in(tired).post(f"/cases/alike/{cluster}/take", follow=True)
    assert "long enough today" in answer.content.decode()
    assert signed_in(tired).post(f"/cases/alike/{cluster}/decision").status_code == 409
    assert not Lease.objects.exists()
