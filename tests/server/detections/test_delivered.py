# SPDX-License-Identifier: Apache-2.0
"""What gates bring is kept once, sealed as a scan's own; they are told keys and lists in a signed file."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from krama.ledger.machines import FILE, read_machines
from krama.scanning.found import Found
from krama.server.accounts.actions import revoke_key
from krama.server.cases.collecting.collect import collect
from krama.server.cases.models import Item
from krama.server.detections.actions import settle
from krama.server.detections.gates import signing_key, tell
from krama.server.detections.models import DailyCount, Detection
from krama.server.detections.queries import firm_ids
from krama.server.lists.actions import publish
from krama.server.trail.actor import TERMINAL
from tests.server.builders import api, key, verdict

pytestmark = pytest.mark.django_db


def found(**facts: Any) -> Found:
    context = facts.pop("context", {"content_id": "p-1", "account_id": "a-1"})
    at = facts.pop("at", timezone.now() - timedelta(hours=1))
    return Found(verdict(**facts), at, context, "App")


def brought(*found: Found | dict[str, Any], counts: list[dict[str, Any]] | None = None, scope: str = "") -> Any:
    said = [one.to_json() if isinstance(one, Found) else one for one in found]
    body = json.dumps({"detections": said, "counts": counts or []})
    client = api(key(scope or "detections:deliver")[1])
    return client.post("/api/v1/detections", body, content_type="application/json")


def test_a_delivered_finding_becomes_a_case_as_a_scan_would() -> None:
    one = found()
    answer = brought(one)
    assert (answer.status_code, answer.json()) == (200, {"taken": 1, "known": 0, "refused": [], "counted": 0})
    row = Detection.objects.get()
    assert (str(row.pk), row.key_name, row.at) == (one.id, "App", one.at)
    while collect():
        pass
    assert Item.objects.get().detection == row
    row.refresh_from_db()
    assert firm_ids(row) == {"content_id": "p-1", "account_id": "a-1"}


def test_brought_twice_it_is_kept_and_counted_once() -> None:
    one, other = found(), found()
    assert brought(one).json()["taken"] == 1
    assert brought(one, other, one).json() == {"taken": 1, "known": 2, "refused": [], "counted": 0}
    assert Detection.objects.count() == 2
    assert DailyCount.objects.get(verdict="block").count == 2


def test_brought_again_after_it_was_destroyed_it_does_not_come_back() -> None:
    one = found(action="observe")
    brought(one)
    settle(uuid.UUID(one.id))
    Detection.objects.update(sealed_ids=None, content={}, matches=[])
    assert brought(one).json()["known"] == 1
    assert Detection.objects.get().matches == []


def test_one_that_is_no_finding_is_refused_by_name_and_the_others_are_kept() -> None:
    bad = found().to_json() | {"verdict": "remove"}
    said = brought(found(), bad, found()).json()
    assert (said["taken"], [one["scan_id"] for one in said["refused"]]) == (2, [bad["scan_id"]])


@pytest.mark.parametrize("scope", ["scan", "cases:read", "cases:decide", "measures:confirm", "proofs:read"])
def test_no_other_key_brings_findings(scope: str) -> None:
    assert brought(found(), scope=scope).status_code == 403
    assert Detection.objects.count() == 0


def test_a_gate_with_a_wrong_clock_dates_nothing_into_the_future() -> None:
    brought(found(at=timezone.now() + timedelta(days=9)))
    assert Detection.objects.get().at <= timezone.now()


def test_sums_told_again_add_what_is_new() -> None:
    run, now = str(uuid.uuid4()), timezone.now()
    one = {"run": run, "day": timezone.localdate().isoformat(), "verdict": "allow", "last_at": now.isoformat()}
    for count, counted in ((5, 5), (5, 0), (3, 0), (9, 4)):
        assert brought(counts=[one | {"count": count}]).json()["counted"] == counted
    assert DailyCount.objects.get(verdict="allow").count == 9
    assert brought(counts=[one | {"count": 2, "run": str(uuid.uuid4())}]).json()["counted"] == 2


def test_findings_are_counted_by_the_server_and_not_by_the_gates_sums() -> None:
    one = {"run": str(uuid.uuid4()), "day": timezone.localdate().isoformat(), "verdict": "block", "count": 7}
    assert brought(counts=[one | {"last_at": timezone.now().isoformat()}]).status_code == 422


def test_a_batch_is_answered_as_each_alone() -> None:
    items = [{"hashes": [{"type": "md5", "value": f"{number:032x}"}]} for number in range(1, 4)]
    client = api(key("scan")[1])
    answer = client.post("/api/v1/scan/batch", json.dumps({"items": items}), content_type="application/json")
    assert answer.status_code == 200
    assert [one["content"]["md5"] for one in answer.json()["results"]] == [f"{number:032x}" for number in range(1, 4)]
    wrong = [*items, {"hashes": []}]
    answer = client.post("/api/v1/scan/batch", json.dumps({"items": wrong}), content_type="application/json")
    assert (answer.status_code, answer.json()["field"]) == (422, "items[3].hashes")


def test_gates_are_told_keys_and_lists_and_at_once_when_one_is_revoked() -> None:
    row, secret = key("scan")
    publish(TERMINAL)
    assert tell()
    path = settings.HOME.snapshots / FILE
    known = read_machines(path.read_text(), signing_key().public)
    machine = known.machine_of(secret)
    assert machine is not None
    assert (machine.scopes, known.version) == (("scan",), (settings.HOME.snapshots / "current").read_text().strip())
    assert [name for name, _digest in known.manifests] == [known.version]
    assert not tell()
    revoke_key(TERMINAL, key=row)
    assert tell()
    assert read_machines(path.read_text(), signing_key().public).machine_of(secret) is None


def test_it_is_signed_anew_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    tell()
    later = timezone.now() + timedelta(minutes=6)
    monkeypatch.setattr("krama.server.detections.gates.timezone.now", lambda: later)
    assert tell()
