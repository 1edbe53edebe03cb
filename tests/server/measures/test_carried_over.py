# SPDX-License-Identifier: Apache-2.0
"""What was ordered before there were eight kinds is carried over, and no system is told news by surprise."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]
BEFORE = [("measures", "0001_initial"), ("cases", "0009_triage")]


def to(targets: list[tuple[str, str]]) -> Any:
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return executor.loader.project_state(targets).apps


def test_old_rows_stay_and_get_their_decision() -> None:
    executor = MigrationExecutor(connection)
    newest = executor.loader.graph.leaf_nodes()
    apps = to(BEFORE)
    try:
        now = timezone.now()
        found = apps.get_model("detections", "Detection").objects.create(
            at=now, verdict="block", reason="match", took_ms=1
        )
        case = apps.get_model("cases", "Case").objects.create(ref="C-1", severity="low", opened_at=now, due_at=now)
        decision = apps.get_model("cases", "Decision").objects.create(case=case, at=now, outcome="confirm")
        item = apps.get_model("cases", "Item").objects.create(
            case=case, detection_id=found.pk, joined_at=now, joined_by="opened", decision=decision
        )
        old = apps.get_model("measures", "Measure").objects.create(
            item=item, kind="remove", state="done", ordered_at=now, due_at=now
        )
        apps.get_model("measures", "Webhook").objects.create(name="App", url="https://app.example.org/")
        apps = to(newest)
        (row,) = apps.get_model("measures", "Measure").objects.all()
        assert (row.pk, row.state, row.decision_id, row.adapter) == (old.pk, "done", decision.pk, "webhook")
        assert apps.get_model("cases", "Item").objects.get().carried_at is not None
        assert apps.get_model("measures", "Way").objects.get(kind="withhold").adapter == ""
    finally:
        to(newest)
