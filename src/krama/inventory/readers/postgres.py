# SPDX-License-Identifier: Apache-2.0
"""The catalogue of a live PostgreSQL (pg_catalog only). It needs no right on any table, and reads no row."""

from __future__ import annotations

from krama.errors import BadInput
from krama.inventory.fields import MOST_FIELDS, Field, Reading

SETTINGS = "-c default_transaction_read_only=on -c statement_timeout=30000 -c lock_timeout=5000"
COLUMNS = """
SELECT n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), col_description(c.oid, a.attnum)
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm', 'f') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped
  AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname NOT LIKE 'pg\\_toast%%' AND n.nspname NOT LIKE 'pg\\_temp%%'
ORDER BY n.nspname, c.relname, a.attnum LIMIT %s
"""


def read(dsn: str, source: str) -> Reading:
    """Every column of every table, materialised view and foreign table."""
    try:
        import psycopg
    except ModuleNotFoundError:
        raise BadInput("PostgreSQL needs psycopg: pip install 'krama[server]'") from None
    reading = Reading(source)
    try:
        with psycopg.connect(dsn, connect_timeout=10, options=SETTINGS) as connection:
            rows = connection.execute(COLUMNS, (MOST_FIELDS + 1,)).fetchall()
    except psycopg.Error as problem:
        raise BadInput(f"PostgreSQL says: {' '.join(str(problem).split())}") from None
    for schema, table, column, kind, comment in rows:
        place = table if schema == "public" else f"{schema}.{table}"
        reading.add(Field(place, column, kind, comment or ""))
    return reading
