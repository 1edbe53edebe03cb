# SPDX-License-Identifier: Apache-2.0
"""What was sealed must not stand in free pages either: the file, or the table, is written anew."""

from django.db import migrations

TABLES = ("detections_detection", "cases_decision", "cases_case")


def scrub(apps, schema_editor):
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        elif not connection.in_atomic_block:  # a test's own transaction has nothing to scrub
            for table in TABLES:
                cursor.execute(f"VACUUM FULL {table}")  # noqa: S608
            cursor.execute("CHECKPOINT")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0004_no_plain_words"), ("detections", "0005_no_plain_ids")]
    operations = [migrations.RunPython(scrub, migrations.RunPython.noop)]
