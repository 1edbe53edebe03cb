# SPDX-License-Identifier: Apache-2.0
from django.db import migrations, models
import django.db.models.deletion


def copy_accounts(apps, schema_editor):
    Item, Detection = apps.get_model("cases", "Item"), apps.get_model("detections", "Detection")
    key = Detection.objects.filter(pk=models.OuterRef("detection_id")).values("account_key")[:1]
    Item.objects.filter(detection__isnull=False, account_key="").update(account_key=models.Subquery(key))


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_critical_is_restricted"), ("intake", "0001_reports")]
    operations = [
        migrations.AddField("case", "is_emergency", models.BooleanField(default=False)),
        migrations.AlterField(
            "item",
            "detection",
            models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="detections.detection"
            ),
        ),
        migrations.AddField(
            "item",
            "report",
            models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="intake.report"
            ),
        ),
        migrations.AddField("item", "account_key", models.CharField(db_index=True, default="", max_length=64)),
        migrations.RunPython(copy_accounts, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            "item",
            models.CheckConstraint(
                condition=models.Q(detection__isnull=False, report=None)
                | models.Q(detection=None, report__isnull=False),
                name="a_detection_or_a_report",
            ),
        ),
    ]
