# SPDX-License-Identifier: Apache-2.0
"""Seal the ids of homes made before sealing: some rows at a time, so that a kill loses nothing and it goes on."""

import json
import uuid

from django.db import migrations, transaction
from django.utils import timezone

from krama.sealing import new_key, seal
from krama.server.compartments import rings

BATCH = 100


def seal_ids(apps, schema_editor):
    Detection = apps.get_model("detections", "Detection")
    while _some(apps, Detection):
        pass


@transaction.atomic
def _some(apps, Detection):
    Compartment = apps.get_model("compartments", "Compartment")
    rows = list(Detection.objects.exclude(firm_ids={}).filter(sealed_ids=None)[:BATCH])
    if not rows:
        return 0
    ring = rings.kek()
    version = ring.current()
    for row in rows:
        pk, key = uuid.uuid4(), new_key()
        wrapped = seal(ring.key(version), key, "compartment", pk, version)
        Compartment.objects.create(
            id=pk, kind="detection", wrapped_key=wrapped, kek_version=version, made_at=timezone.now()
        )
        plain = json.dumps(row.firm_ids, ensure_ascii=False).encode()
        row.sealed_ids, row.compartment_id, row.firm_ids = seal(key, plain, "detection", row.pk, "firm_ids"), pk, {}
    Detection.objects.bulk_update(rows, ["sealed_ids", "compartment", "firm_ids"])
    return len(rows)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("detections", "0003_sealed")]
    operations = [migrations.RunPython(seal_ids, migrations.RunPython.noop)]
