# SPDX-License-Identifier: Apache-2.0
"""The catalogue of a live MySQL or MariaDB (information_schema only). Reads no row."""

from __future__ import annotations

import os
from urllib.parse import unquote, urlsplit

from krama.errors import BadInput
from krama.inventory.fields import MOST_FIELDS, Field, Needs, Reading

COLUMNS = """
SELECT c.table_schema, c.table_name, c.column_name, c.column_type, c.column_comment
FROM information_schema.columns c
JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
WHERE t.table_type = 'BASE TABLE' AND (c.table_schema = %s OR %s = '')
  AND c.table_schema NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')
ORDER BY c.table_schema, c.table_name, c.ordinal_position LIMIT %s
"""


def read(dsn: str, source: str) -> Reading:
    """Every column of every table that the account may see; the password may stand in MYSQL_PWD instead."""
    try:
        import pymysql
    except ModuleNotFoundError:
        raise Needs("pymysql") from None
    parts = urlsplit(dsn)
    database = unquote(parts.path.strip("/"))
    try:
        connection = pymysql.connect(
            host=parts.hostname or "127.0.0.1", port=parts.port or 3306, user=unquote(parts.username or "root"),
            password=unquote(parts.password or "") or os.environ.get("MYSQL_PWD", ""),
            connect_timeout=10, read_timeout=60, charset="utf8mb4",
        )  # fmt: skip
        with connection, connection.cursor() as cursor:
            cursor.execute(COLUMNS, (database, database, MOST_FIELDS + 1))
            rows = cursor.fetchall()
    except (pymysql.MySQLError, OSError, RuntimeError) as problem:
        raise BadInput(f"MySQL says: {' '.join(str(problem.args[-1]).split())}") from None
    reading = Reading(source)
    for schema, table, column, kind, comment in rows:
        reading.add(Field(table if database else f"{schema}.{table}", column, _text(kind), _text(comment)))
    return reading


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value or "")
