# SPDX-License-Identifier: Apache-2.0
"""Full-text and trigram indexes of a database: an index of words is a second copy of the words."""

from __future__ import annotations

import re

from tests.canaries.classes import ROOMS, read
from tests.server.houses import House

WORDS = re.compile(r"\bUSING\s+(gin|gist)\b|gin_trgm_ops|gist_trgm_ops|to_tsvector|\bfts[345]\b", re.IGNORECASE)


EVERYTHING = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"


def full_text(house: House) -> dict[str, str]:
    """Name and definition of each index that holds words: FTS tables on SQLite; GIN, GiST, tsvector on PostgreSQL."""
    if house.database:
        asked = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
    else:
        asked = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"
    return {str(name): str(made) for name, made in house.sql(asked) if WORDS.search(str(made))}


def over_sealed(house: House) -> list[str]:
    """Those over a table with a column that seals, or over one of a room whose every word may be a child's."""
    made = [str(sql) for (sql,) in house.sql(EVERYTHING)] if not house.database else []
    found = []
    for name, own in full_text(house).items():
        # On SQLite triggers may fill an index that does not name its source.
        filled = [own, *(one for one in made if re.search(rf"\b{re.escape(name)}\b", one))]
        found += [name] if any(_speaks_of(one, sealed_tables()) for one in filled) else []
    return sorted(found)


def sealed_tables() -> set[str]:
    """Tables that hold something sealed; and all of the rooms that speak of children."""
    from django.apps import apps

    labels = {row.door.split()[1] for row in read().values() if row.door.startswith("column ") and _is_sealed(row.door)}
    tables = {model._meta.db_table for model in apps.get_models() if model._meta.label in labels}
    return tables | {model._meta.db_table for model in apps.get_models() if model._meta.app_label in ROOMS}


def _is_sealed(door: str) -> bool:
    return read()[door].kind == "seals" or door.split()[2].startswith("sealed_")


def _speaks_of(made: str, tables: set[str]) -> bool:
    return any(re.search(rf"\b{re.escape(table)}\b", made) for table in tables)
