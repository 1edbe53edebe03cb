# Written by hand, 2026-11-27

from django.db import migrations
from django.db.models.functions import Now


def carried(apps, schema_editor):
    """What was scanned before measures of rules were kept is not told to the firm's system again."""
    now = Now()
    apps.get_model('cases', 'Item').objects.filter(detection__isnull=False).update(carried_at=now)


class Migration(migrations.Migration):
    # Apart from the tables' changes: PostgreSQL makes no index on a table with rows that are not committed.

    dependencies = [
        ('cases', '0013_wanted'),
    ]

    operations = [
        migrations.RunPython(carried, migrations.RunPython.noop, elidable=True),
    ]
