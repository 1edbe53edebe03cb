# SPDX-License-Identifier: Apache-2.0
"""The rule of two people, also when several decide at the same moment; what was accepted is never lost silently."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from krama.countries import Change as NewFields
from krama.countries import changed, entry_of, plain
from krama.errors import Conflict
from krama.server.countries import actions, queries
from krama.server.countries.models import Change, KeptPack
from tests.server import builders
from tests.server.nursery import Nursery


def proposed(by: object, **fields: object) -> Change:
    before = entry_of(queries.raw_now(), "contacts", "cncc")
    assert before is not None
    return actions.propose(by, group="contacts", entry="cncc", fields=before | fields, why="They said so.")  # type: ignore[arg-type]


@pytest.mark.database
def test_of_two_accepted_at_one_moment_one_makes_the_version(nursery: Nursery) -> None:
    (first,) = nursery.run(("propose_phone", {"entry": "cncc", "phone": "023 000 001"}))
    (second,) = nursery.run(("propose_phone", {"entry": "mptc", "phone": "023 000 002"}))
    made = nursery.run(("accept_together", {"change": first}), ("accept_together", {"change": second}))
    # One after the other both hold; at the very same moment the second is asked to look again.
    assert sorted(made, key=str) in ([2, 3], [2, None])
    accepted = nursery.house.one("SELECT count(*) FROM countries_change WHERE state = 'accepted'")
    assert accepted == len([number for number in made if number])


@pytest.mark.database
def test_one_change_is_decided_once(nursery: Nursery) -> None:
    (change,) = nursery.run(("propose_phone", {"entry": "cncc", "phone": "023 000 001"}))
    made = nursery.run(*[("accept_together", {"change": change})] * 3)
    assert sorted(made, key=str) == [2, None, None]


@pytest.mark.django_db
def test_the_database_itself_refuses_one_person_for_both() -> None:
    lead = builders.person("lead")
    row = proposed(lead, web="a.example")
    row.state, row.decided_by, row.decided_at, row.made = Change.State.ACCEPTED, lead, timezone.now(), 2
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


@pytest.mark.django_db
def test_what_was_proposed_before_another_change_is_refused_and_proposed_anew() -> None:
    lead, officer = builders.person("lead"), builders.person("officer")
    first, second = proposed(lead, web="a.example"), proposed(lead, web="b.example")
    actions.accept(officer, change=first.pk)
    with pytest.raises(Conflict, match="propose it anew"):
        actions.accept(officer, change=second.pk)
    actions.refuse(lead, change=second.pk)
    with pytest.raises(Conflict, match="already"):
        actions.refuse(lead, change=second.pk)


@pytest.mark.django_db
def test_every_version_reads_back_as_it_was() -> None:
    lead, officer = builders.person("lead"), builders.person("officer")
    packs = [queries.pack()]
    for number in range(3):
        actions.accept(officer, change=proposed(lead, web=f"{number}.example").pk)
        packs.append(queries.pack())
    assert [pack.version for pack in packs] == [1, 2, 3, 4]
    assert [queries.pack_at(pack.version) for pack in packs] == packs
    assert KeptPack.objects.count() == 4


@pytest.mark.django_db
def test_a_change_that_the_next_krama_cannot_take_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    lead, officer = builders.person("lead"), builders.person("officer")
    channel = entry_of(queries.raw_now(), "channels", "support")
    assert channel is not None
    fields = channel | {"contact": "cncc"}
    row = actions.propose(lead, group="channels", entry="support", fields=fields, why="They answer now.")
    actions.accept(officer, change=row.pk)
    newer = plain()
    newer["contacts"] = [one for one in newer["contacts"] if one["id"] != "cncc"]
    with pytest.raises(Exception, match="cncc"):
        changed(newer, NewFields("channels", "support", row.fields))
    monkeypatch.setattr(queries, "plain", lambda: dict(newer))
    queries._made.cache_clear()
    queries._laid.cache_clear()
    assert [left.pk for left in queries.left_out()] == [row.pk]
    queries._made.cache_clear()
    queries._laid.cache_clear()
