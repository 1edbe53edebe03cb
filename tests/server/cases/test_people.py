# SPDX-License-Identifier: Apache-2.0
"""Who is what in a case: said by a person, sealed, changed in the open, and never of content."""

from __future__ import annotations

import pytest
from django.test import Client

from krama.errors import BadInput, NotFound
from krama.server.cases.actions import people as actions_people
from krama.server.cases.actions import sight as actions_sight
from krama.server.cases.erasure import erase
from krama.server.cases.models import ActorRole, Case
from krama.server.cases.people import people_in, roles_of
from krama.server.compartments.actions.identity import name_them
from krama.server.compartments.models import Pseudonym
from krama.server.desk.faces import scope_of
from krama.server.trail.models import Entry
from tests.server import builders

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def somebody(case: Case, kind: Pseudonym.Kind = Pseudonym.Kind.ACCOUNT) -> Pseudonym:
    return next(iter(name_them(scope_of(case), kind, ["a" * 64]).values()))


def test_a_part_is_sealed_and_every_change_stays() -> None:
    reviewer, case = builders.person(), builders.case()
    person = somebody(case)
    for part in ("suspect", "suspect", "witness"):
        actions_people.say_role(reviewer, case=case, pseudonym=person, part=part)
    case = Case.objects.get(pk=case.pk)
    assert [one.part for one in roles_of(case)[person.pk]] == ["witness", "suspect"]
    assert all(b"suspect" not in bytes(row.sealed_role or b"") for row in ActorRole.objects.all())
    entries = Entry.objects.filter(event="case:role", subject_id=case.ref)
    assert entries.count() == 2, "to say the same again is nothing"
    assert all(entry.details == {"what": "account", "letter": "A"} for entry in entries), "the trail names no part"


def test_a_case_with_a_child_is_known_to_few_and_not_to_more_again() -> None:
    officer, case = builders.person("officer"), builders.case()
    actions_people.say_role(officer, case=case, pseudonym=somebody(case), part="child")
    case = Case.objects.get(pk=case.pk)
    assert case.sensitivity == "restricted"
    with pytest.raises(Exception, match="rules ask for more"):
        actions_sight.change_sensitivity(officer, case=case, to="normal", reason="It was nothing.")


@pytest.mark.parametrize(("kind", "part"), [("content", "suspect"), ("account", "victim"), ("account", "")])
def test_only_a_person_has_a_part_and_only_one_of_those(kind: str, part: str) -> None:
    case = builders.case()
    with pytest.raises(BadInput):
        actions_people.say_role(builders.person(), case=case, pseudonym=somebody(case, Pseudonym.Kind(kind)), part=part)


def test_nobody_of_another_case_and_nobody_who_may_not_see_it() -> None:
    case, other, auditor = builders.case("a"), builders.case("b"), builders.person("auditor")
    with pytest.raises(NotFound):
        actions_people.say_role(builders.person(), case=case, pseudonym=somebody(other), part="suspect")
    with pytest.raises(NotFound):
        actions_people.say_role(auditor, case=case, pseudonym=somebody(case), part="suspect")


def test_a_child_who_is_spoken_of_gets_a_letter_and_nothing_else() -> None:
    officer, case = builders.person("officer"), builders.case()
    child = actions_people.add_child(officer, case=case)
    assert (child.kind, child.letter) == ("child", "A")
    assert Case.objects.get(pk=case.pk).sensitivity == "restricted"


def test_the_case_page_shows_parts_and_takes_them() -> None:
    officer, case = builders.person("officer"), builders.case(account="one")
    client = Client(headers={"host": "localhost", "accept-language": "en"})
    client.force_login(officer)
    client.get(f"/cases/{case.ref}")
    (person,) = people_in(case)
    sent = {"pseudonym": str(person.pk), "part": "suspect"}
    assert client.post(f"/cases/{case.ref}/people/role", sent).status_code == 302
    assert '<span class="chip words">Suspect</span>' in client.get(f"/cases/{case.ref}").content.decode()
    assert client.post(f"/cases/{case.ref}/people/role", sent | {"part": "victim"}).status_code == 422
    assert client.post(f"/cases/{case.ref}/people/nothing", sent).status_code == 404
    assert client.post(f"/cases/{case.ref}/people/child").status_code == 302


def test_parts_go_with_the_compartment() -> None:
    officer, case = builders.person("officer"), builders.case()
    actions_people.say_role(officer, case=case, pseudonym=somebody(case), part="suspect")
    compartment = Case.objects.get(pk=case.pk).compartment_id
    assert compartment
    erase(compartment)
    assert not ActorRole.objects.exclude(sealed_role=None).exists()
