# SPDX-License-Identifier: Apache-2.0
"""The migrations say what the models say, on the database this run stands on."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, migrations, models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def test_no_model_is_ahead_of_its_migrations() -> None:
    said = StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=said, stderr=said)
    assert "No changes detected" in said.getvalue()


def test_every_table_of_a_model_is_there() -> None:
    tables = set(connection.introspection.table_names())
    assert {table for table in connection.introspection.django_table_names() if table not in tables} == set()


def test_a_planted_column_is_seen() -> None:
    """The comparison behind `makemigrations --check` sees one field more."""
    loader = MigrationLoader(connection)
    ahead = loader.project_state()
    migrations.AddField("case", "planted", models.BooleanField(default=False)).state_forwards("cases", ahead)
    changes = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(ahead.apps)).changes(loader.graph)
    assert list(changes) == ["cases"]
