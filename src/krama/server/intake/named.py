# SPDX-License-Identifier: Apache-2.0
"""Naming the one report that a visit is about: run apart, the database shows the public face that row and no other.

Whoever takes that process over can name a report too, but only one whose id or receipt they know: none can be listed.
"""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import connection


def report(pk: UUID) -> None:
    """From here on this session sees the report with this id."""
    _say(str(pk), "")


def receipt(find: str) -> None:
    """From here on this session sees the report that a receipt finds."""
    _say("", find)


def _say(pk: str, find: str) -> None:
    if settings.KRAMA_FACE != "public":
        return  # the console's role owns the tables: no row policy stands in its way
    with connection.cursor() as cursor:
        said = "SELECT set_config('krama.report', %s, false), set_config('krama.find', %s, false)"
        cursor.execute(said, [pk, find])
