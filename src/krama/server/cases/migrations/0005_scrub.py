# SPDX-License-Identifier: Apache-2.0
"""What was sealed must not stand in free pages or the log: file or tables are written anew, and the log over.

What PostgreSQL lets only its superuser do is left undone for any other role, and said.
"""

import logging

from django.db import ProgrammingError, migrations

TABLES = ("detections_detection", "cases_decision", "cases_case", "pg_catalog.pg_statistic")
READABLE = (("detections", "Detection"), ("cases", "Decision"))
LEFT = (
    "The database's write-ahead log may still hold what was just sealed: this role may not write it over. "
    "See docs/how-to/upgrade-on-postgresql.md."
)
# A checkpoint keeps old files of the log for later use, as they are; each switch fills one with noughts.
OVER = (
    "SELECT pg_logical_emit_message(false, 'krama', 'over'), pg_switch_wal() FROM generate_series(0, (SELECT count(*)"
    " FROM pg_ls_waldir() WHERE name > pg_walfile_name(pg_current_wal_lsn())))"
)


def scrub(apps, schema_editor):
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        elif not connection.in_atomic_block:  # a test's own transaction has nothing to scrub
            for table in TABLES:
                cursor.execute(f"VACUUM FULL {table}")
            if any(apps.get_model(*one).objects.exists() for one in READABLE):  # a new home has written nothing yet
                _write_over_the_log(cursor)


def _write_over_the_log(cursor):
    try:
        for _ in range(2):  # the file in use the first time is written over the second time
            cursor.execute("CHECKPOINT")
            cursor.execute(OVER)
    except ProgrammingError:
        logging.getLogger("krama").warning(LEFT)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0004_no_plain_words"), ("detections", "0005_no_plain_ids")]
    operations = [migrations.RunPython(scrub, migrations.RunPython.noop)]
