# SPDX-License-Identifier: Apache-2.0
"""Every table's fate is declared, and every field that could hold somebody's words is sealed or cannot name anybody."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from krama.server.compartments.registry import ERASERS, FATES, What, load
from tests.contracts.plain_fields import plain

# Numbers, times, truth and keys to other rows hold no words. Every other kind of field is looked at.
WORDLESS = (
    models.IntegerField,
    models.FloatField,
    models.BooleanField,
    models.DateField,
    models.UUIDField,
    models.ForeignKey,
)


def tables() -> list[type[models.Model]]:
    return list(apps.get_models(include_auto_created=True))


def undeclared(given: Iterable[type[models.Model]]) -> list[str]:
    load()
    return [table._meta.label for table in given if table._meta.label not in FATES]


def is_sealed(field: models.Field[object, object]) -> bool:
    return isinstance(field, models.BinaryField) and (
        field.name.startswith("sealed_") or field.name in FATES[field.model._meta.label].sealed
    )


def open_fields(given: Iterable[type[models.Model]]) -> list[str]:
    """Fields that can hold words, are not sealed, and stand on no list of what cannot identify anybody."""
    known = plain()
    return [
        f"{table._meta.label}.{field.name}"
        for table in given
        for field in table._meta.local_fields
        if not isinstance(field, WORDLESS)
        and f"{table._meta.label}.{field.name}" not in known
        and not (table._meta.label in FATES and is_sealed(field))
    ]


def test_every_table_has_a_fate_and_a_reason() -> None:
    assert undeclared(tables()) == []
    labels = {table._meta.label for table in tables()}
    assert sorted(set(FATES) - labels) == [], "declared, but no such table"
    assert [label for label, fate in FATES.items() if len(fate.why) < 12] == []


def test_what_is_redacted_has_an_eraser_in_its_room() -> None:
    load()
    rooms = {label.split(".")[0] for label, fate in FATES.items() if fate.what in (What.REDACTED, What.DESTROYED)}
    # The room of compartments drops the key itself (actions/destroy.py), and `forget` drops a pseudonym's hash.
    assert rooms - {"compartments"} <= set(ERASERS)


def test_sealed_fields_are_declared_and_are_there() -> None:
    load()
    for table in tables():
        sealed = {field.name for field in table._meta.local_fields if isinstance(field, models.BinaryField)}
        assert sealed == set(FATES[table._meta.label].sealed), table._meta.label


def test_no_field_can_hold_somebody_s_words_in_clear() -> None:
    load()
    assert open_fields(tables()) == []


def test_the_list_of_plain_fields_is_of_today() -> None:
    there = {f"{table._meta.label}.{field.name}" for table in tables() for field in table._meta.local_fields}
    assert sorted(set(plain()) - there) == []


@isolate_apps("krama.server.cases")
def test_a_planted_table_and_its_planted_fields_are_caught() -> None:
    class Whisper(models.Model):
        words = models.TextField()
        sealed_words = models.TextField()  # the name alone seals nothing
        data = models.JSONField()
        raw = models.BinaryField()
        mail = models.EmailField()
        count = models.IntegerField()

        class Meta:
            app_label = "cases"

    assert undeclared([Whisper]) == ["cases.Whisper"]
    assert open_fields([Whisper]) == [
        f"cases.Whisper.{name}" for name in ("words", "sealed_words", "data", "raw", "mail")
    ]


@pytest.mark.django_db
def test_the_tables_that_are_said_to_be_empty_are_empty() -> None:
    from tests.server.builders import person

    person()
    said = {name.rpartition(".")[0] for name, reason in plain().items() if reason == "EMPTY"}
    assert {label: apps.get_model(label)._default_manager.count() for label in said} == dict.fromkeys(said, 0)


@pytest.mark.django_db
def test_a_pseudonym_forgets_whom_it_stood_for_with_the_last_detection() -> None:
    from krama.server.cases.models import Item
    from krama.server.compartments.models import Pseudonym
    from krama.server.desk.faces import Faces
    from krama.server.detections.erasure import erase
    from krama.server.detections.models import Detection
    from tests.server.builders import case

    one, other = case(account="somebody"), case(account="somebody")
    found = list(Detection.objects.all())
    for of in {one.pk: one, other.pk: other}.values():
        Faces(of, list(Item.objects.filter(case=of)), "")
    (hashed,) = set(Pseudonym.objects.values_list("hash", flat=True))
    assert hashed == found[0].account_key
    assert found[0].compartment_id
    assert found[1].compartment_id
    erase(found[0].compartment_id)
    assert Pseudonym.objects.filter(hash=hashed).exists(), "another detection still speaks of this account"
    erase(found[1].compartment_id)
    assert not Pseudonym.objects.filter(hash=hashed).exists()
