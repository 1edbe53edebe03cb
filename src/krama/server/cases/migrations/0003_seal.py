# SPDX-License-Identifier: Apache-2.0
"""Seal the words of decisions made before sealing, and start the clocks of closed cases; goes on after a kill."""

import uuid

from django.db import migrations, transaction
from django.utils import timezone

from krama.sealing import new_key, seal, unseal
from krama.server.compartments import rings

BATCH = 100


def seal_words(apps, schema_editor):
    while _some(apps):
        pass


def start_clocks(apps, schema_editor):
    Case = apps.get_model("cases", "Case")
    Compartment = apps.get_model("compartments", "Compartment")
    Item = apps.get_model("cases", "Item")
    for case in Case.objects.filter(state="closed").iterator():
        found = Item.objects.filter(case=case).values("detection__compartment")
        Compartment.objects.filter(pk__in=found).update(clock_from=case.closed_at)
        Compartment.objects.filter(pk=case.compartment_id).update(clock_from=case.closed_at)


@transaction.atomic
def _some(apps):
    Decision = apps.get_model("cases", "Decision")
    rows = list(Decision.objects.exclude(reason="").filter(sealed_reason=None)[:BATCH])
    for row in rows:
        key = _key_of(apps, row.case_id)
        row.sealed_reason = seal(key, row.reason.encode(), "decision", row.pk, "reason")
        row.reason = ""
        row.save(update_fields=["sealed_reason", "reason"])
    return len(rows)


def _key_of(apps, case_id):
    Compartment = apps.get_model("compartments", "Compartment")
    case = apps.get_model("cases", "Case").objects.get(pk=case_id)
    ring = rings.kek()
    if case.compartment_id:
        row = Compartment.objects.get(pk=case.compartment_id)
        under = ring.key(row.kek_version)
        return unseal(under, bytes(row.wrapped_key), "compartment", row.pk, row.kek_version)
    pk, key, version = uuid.uuid4(), new_key(), ring.current()
    wrapped = seal(ring.key(version), key, "compartment", pk, version)
    Compartment.objects.create(id=pk, kind="case", wrapped_key=wrapped, kek_version=version, made_at=timezone.now())
    case.compartment_id = pk
    case.save(update_fields=["compartment"])
    return key


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0002_sealed")]
    operations = [
        migrations.RunPython(seal_words, migrations.RunPython.noop),
        migrations.RunPython(start_clocks, migrations.RunPython.noop),
    ]
