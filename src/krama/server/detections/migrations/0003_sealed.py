# SPDX-License-Identifier: Apache-2.0
from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):
    dependencies = [("compartments", "0001_initial"), ("detections", "0002_last_scan")]
    operations = [
        migrations.AddField("detection", "sealed_ids", models.BinaryField(null=True)),
        migrations.AddField("detection", "door_version", models.PositiveIntegerField(null=True)),
        migrations.AddField(
            "detection",
            "compartment",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="detections",
                to="compartments.compartment",
            ),
        ),
        migrations.AddIndex(
            "detection",
            models.Index(
                condition=models.Q(("door_version__isnull", False)), fields=["door_version"], name="detection_at_door"
            ),
        ),
    ]
