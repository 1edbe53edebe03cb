# SPDX-License-Identifier: Apache-2.0
from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):
    dependencies = [("compartments", "0001_initial"), ("detections", "0004_seal"), ("cases", "0001_initial")]
    operations = [
        migrations.AddField(
            "case",
            "compartment",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cases",
                to="compartments.compartment",
            ),
        ),
        migrations.AddField("decision", "sealed_reason", models.BinaryField(null=True)),
    ]
