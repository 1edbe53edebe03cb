# SPDX-License-Identifier: Apache-2.0
"""When time has come the key goes first; a hold keeps it; rotation and backups decide from when no copy is readable."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from krama.errors import BadInput, BadSeal, Conflict
from krama.sealing import seal, unseal
from krama.server.cases.models import Decision
from krama.server.cases.queries.case import compartments_of, reason_of
from krama.server.compartments import queries, rings
from krama.server.compartments.actions import destroy, hold
from krama.server.compartments.actions.make import key_of
from krama.server.compartments.actions.rotate import destroy_old_keys, rewrap, rotate
from krama.server.compartments.models import Compartment, Destruction, KeyVersion
from krama.server.detections.queries import firm_ids
from krama.server.trail.actor import TERMINAL, Machine
from krama.server.trail.models import Entry
from tests.server.builders import case, decision, detection

pytestmark = pytest.mark.django_db
ONE, OTHER = Machine("one", "person"), Machine("other", "person")
FOREVER = timedelta(days=4_000)


@pytest.fixture(autouse=True)
def own_rings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rings of this test alone: it destroys keys."""
    from dataclasses import replace

    keys = tmp_path / "keys"
    shutil.copytree(settings.HOME.keys, keys)
    monkeypatch.setattr(settings, "HOME", replace(settings.HOME, keys_folder=keys))
    monkeypatch.setattr(settings, "KRAMA_DOOR_PUBLIC", keys / "door-public")


def closed(age: timedelta = FOREVER) -> Any:
    """A closed case whose clocks began so long ago."""
    of = decision(case(account="somebody"), reason="words").case
    Compartment.objects.update(clock_from=timezone.now() - age)
    return of


def test_before_its_time_nothing_goes() -> None:
    closed(timedelta(days=364))
    assert queries.due(timezone.now()) == []
    assert destroy.run(TERMINAL) == {"destroyed": 0, "finished": 0, "keys": 0}


def test_an_open_matter_has_no_time() -> None:
    case(account="somebody")
    assert queries.due(timezone.now() + FOREVER) == []


def test_each_kind_goes_by_its_own_period() -> None:
    closed(timedelta(days=400))
    assert [row.kind for row, _why in queries.due(timezone.now())] == ["detection"]


def test_the_key_goes_and_then_the_rows() -> None:
    of = closed()
    before = compartments_of(of)
    assert destroy.run(TERMINAL)["destroyed"] == 2
    item = of.items.get()
    assert firm_ids(item.detection) == {}
    assert reason_of(of.decisions.get()) == ""
    assert (item.detection.account_key, item.detection.content, bytes(item.detection.sealed_ids or b"")) == (
        "",
        {},
        b"",
    )
    for one in before:
        one.refresh_from_db()
        assert one.wrapped_key is None
        with pytest.raises(BadSeal):
            key_of(one)
    # Of the detection also the keyed hash on its item; of the case its decision and on what that rests.
    assert [row.rows for row in Destruction.objects.all()] == [2, 2]


def test_a_destruction_that_was_interrupted_after_the_key_is_finished_later() -> None:
    of = closed()
    assert destroy.destroy_key(TERMINAL, compartments_of(of)[0], "its time")
    assert queries.unfinished().count() == 1
    destroy.run(TERMINAL)
    assert queries.unfinished().count() == 0


def test_nothing_is_destroyed_twice() -> None:
    of = closed()
    one = compartments_of(of)[0]
    assert destroy.destroy_key(TERMINAL, one, "its time")
    assert not destroy.destroy_key(TERMINAL, one, "its time")
    assert Destruction.objects.count() == 1
    assert Entry.objects.filter(event="compartment:destroyed").count() == 1


def test_a_hold_keeps_it_whatever_the_schedule_says() -> None:
    of = closed()
    placed = hold.place(ONE, scope=f"case:{of.ref}", compartments=compartments_of(of), basis="referred")
    assert destroy.run(TERMINAL)["destroyed"] == 0
    hold.release(ONE, hold=placed)
    assert destroy.run(TERMINAL)["destroyed"] == 2


def test_a_hold_that_comes_between_the_look_and_the_act_still_keeps_it() -> None:
    of = closed()
    (row, why), *_rest = queries.due(timezone.now())
    hold.place(ONE, scope=f"case:{of.ref}", compartments=compartments_of(of), basis="referred")
    assert not destroy.destroy_key(TERMINAL, row, why)


def test_a_hold_is_extended_by_two() -> None:
    of, now = closed(), timezone.now()
    placed = hold.place(
        ONE, scope=f"case:{of.ref}", compartments=compartments_of(of), basis="referred", until=now + timedelta(days=10)
    )
    asked = hold.ask_longer(ONE, hold=placed, until=now + timedelta(days=100))
    with pytest.raises(Conflict, match="Another person"):
        hold.agree(ONE, extension=asked)
    assert hold.agree(OTHER, extension=asked).until == now + timedelta(days=100)


def test_a_hold_warns_thirty_days_before_its_end() -> None:
    of, now = closed(), timezone.now()
    hold.place(
        ONE, scope=f"case:{of.ref}", compartments=compartments_of(of), basis="referred", until=now + timedelta(days=40)
    )
    assert queries.holds_that_end(now).count() == 0
    assert queries.holds_that_end(now + timedelta(days=11)).count() == 1
    assert queries.holds_that_end(now + timedelta(days=41)).count() == 0


@pytest.mark.parametrize(
    "wrong",
    [{"basis": "because"}, {"basis": "order"}, {"basis": "referred", "until": 400}, {"basis": "referred", "until": -1}],
)
def test_a_hold_without_basis_reference_or_a_day_within_the_year_is_refused(wrong: dict[str, Any]) -> None:
    of = closed()
    if "until" in wrong:
        wrong = wrong | {"until": timezone.now() + timedelta(days=wrong["until"])}
    with pytest.raises(BadInput):
        hold.place(ONE, scope=f"case:{of.ref}", compartments=compartments_of(of), **wrong)


def test_rotation_wraps_all_anew_and_everything_still_opens() -> None:
    of = closed(timedelta())
    at_the_door = detection(account="waits")
    rotate(TERMINAL)
    assert set(Compartment.objects.values_list("kek_version", flat=True)) == {2}
    assert firm_ids(of.items.get().detection)["account_id"] == "somebody"
    assert reason_of(of.decisions.get()) == "words"
    assert at_the_door.door_version == 1
    assert firm_ids(case(account="waits").items.filter(detection=at_the_door).first().detection) == {
        "account_id": "waits"
    }


def test_a_rotation_that_was_killed_goes_on_and_makes_no_third_key() -> None:
    closed(timedelta())
    rings.kek().add()
    rings.door().add()
    rotate(TERMINAL)
    assert (rings.kek().versions(), rings.door().versions()) == ([1, 2], [1, 2])
    assert set(Compartment.objects.values_list("kek_version", flat=True)) == {2}
    rotate(TERMINAL)
    assert rings.kek().versions() == [1, 2, 3]


def test_old_keys_go_when_their_last_backup_is_gone_and_not_before() -> None:
    closed(timedelta())
    rotate(TERMINAL)
    now = timezone.now()
    assert destroy_old_keys(TERMINAL, now + timedelta(days=29)) == []
    assert sorted(destroy_old_keys(TERMINAL, now + timedelta(days=31))) == ["door/1", "kek/1"]
    assert destroy_old_keys(TERMINAL, now + timedelta(days=31)) == []
    assert rings.kek().versions() == [2]


def test_a_key_that_something_still_needs_stays() -> None:
    waits = detection(account="waits")
    rotate(TERMINAL)
    late = timezone.now() + timedelta(days=31)
    assert destroy_old_keys(TERMINAL, late) == ["kek/1"]
    assert case(account="waits").items.filter(detection=waits).exists()
    assert destroy_old_keys(TERMINAL, late) == ["door/1"]


def test_a_compartment_made_under_the_old_key_at_the_last_moment_is_wrapped_anew() -> None:
    of = closed(timedelta())
    rotate(TERMINAL)
    KeyVersion.objects.update(retired_at=timezone.now() - FOREVER)
    one = compartments_of(of)[0]
    old = key_of(one)
    wrapped = seal(rings.kek().key(1), old, "compartment", one.pk, 1)
    Compartment.objects.filter(pk=one.pk).update(wrapped_key=wrapped, kek_version=1)
    destroy_old_keys(TERMINAL, timezone.now())
    one.refresh_from_db()
    assert (one.kek_version, key_of(one)) == (2, old)


def test_the_record_names_the_day_and_it_holds() -> None:
    """Before it an older copy of the data opens with the keys; after it no copy does."""
    of = closed()
    one = compartments_of(of)[0]
    copy = bytes(one.wrapped_key or b""), one.kek_version  # what a backup holds
    destroy.run(TERMINAL)
    day = Destruction.objects.get(compartment=one).unreadable_from
    assert day == (timezone.now() + timedelta(days=settings.KRAMA_BACKUP_DAYS)).date()
    place = ("compartment", one.pk, copy[1])
    assert unseal(rings.kek().key(copy[1]), copy[0], *place)
    destroy_old_keys(TERMINAL, timezone.now() + timedelta(days=settings.KRAMA_BACKUP_DAYS, minutes=1))
    with pytest.raises(BadSeal):
        rings.kek().key(copy[1])


def test_what_was_not_destroyed_opens_after_all_that() -> None:
    young, old = closed(timedelta()), case(account="kept")
    rotate(TERMINAL)
    rewrap()
    destroy_old_keys(TERMINAL, timezone.now() + timedelta(days=31))
    assert reason_of(Decision.objects.get(case=young.pk)) == "words"
    assert firm_ids(old.items.get().detection)["account_id"] == "kept"
