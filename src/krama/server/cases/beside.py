# SPDX-License-Identifier: Apache-2.0
"""What was written beside a case: most cases have nothing of it, and then none of these tables is asked."""

from __future__ import annotations

from functools import cache

from django.db import connection
from django.db.models import Model

from krama.server.cases.models import (
    Case,
    Decision,
    Link,
    Named,
    Note,
    Pause,
    PeerMark,
    Recusal,
    Regroup,
    SensitivityChange,
)
from krama.server.cases.models.peer import Wish
from krama.server.cases.models.people import ActorRole
from krama.server.cases.models.queue import Lease

TABLES: tuple[type[Model], ...] = (
    ActorRole,
    Decision,
    Lease,
    Link,
    Named,
    Note,
    Pause,
    PeerMark,
    Recusal,
    Regroup,
    SensitivityChange,
    Wish,
)
# By which columns a row is beside a case; of all others, by one that is called so.
BY: dict[type[Model], tuple[str, ...]] = {Link: ("one", "other"), Regroup: ("source", "target")}


def beside(case: Case, *more: type[Model]) -> set[type[Model]]:
    """Those of these tables that have something of this case, in one question; `more` are of higher rooms."""
    tables = (*TABLES, *more)
    columns = sum(len(BY.get(table, ("case",))) for table in tables)
    known = Case._meta.pk.get_db_prep_value(case.pk, connection)
    with connection.cursor() as cursor:
        cursor.execute(_question(tables), [known] * columns)
        return {table for table, is_there in zip(tables, cursor.fetchone(), strict=True) if is_there}


@cache
def _question(tables: tuple[type[Model], ...]) -> str:
    """Written once: to have so many parts put together for each page takes longer than to answer them."""
    parts = (f"EXISTS(SELECT 1 FROM {_quoted(one._meta.db_table)} WHERE {_of(one)})" for one in tables)  # noqa: S608
    return "SELECT " + ", ".join(parts)  # the names are our own tables


def _of(table: type[Model]) -> str:
    keys = BY.get(table, ("case",))
    return " OR ".join(f"{_quoted(f'{key}_id')} = %s" for key in keys)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
