# SPDX-License-Identifier: Apache-2.0
"""`urls` in POST /scan: looked for as hashes are; of an address that is known no plain word stands in the database."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection

from krama.server.detections.actions import settle
from krama.server.detections.models import Detection
from krama.server.detections.queries import firm_ids
from krama.server.lists.actions import import_signals, publish, save_list
from krama.server.lists.models import List
from krama.server.trail.actor import TERMINAL
from krama.signals import Signal, SignalType, hash_of, listed_value
from tests.server.builders import api, key, sha256

pytestmark = pytest.mark.django_db
BAD = "https://Bad-canary.example/folder/page?id=7"


@pytest.fixture(autouse=True)
def listed() -> None:
    row = save_list(TERMINAL, row=List(name="Addresses", owner="Tests", legal_basis="Made up", action="observe"))
    signals = [Signal(SignalType.URL, listed_value(SignalType.URL, "http://bad-canary.example/folder/"))]
    import_signals(TERMINAL, row=row, signals=signals)
    publish(TERMINAL)


def asked(**body: Any) -> tuple[int, dict[str, Any]]:
    answer = api(key("scan")[1]).post("/api/v1/scan", json.dumps(body), content_type="application/json")
    return answer.status_code, answer.json()


def test_a_known_address_is_found_and_kept_sealed() -> None:
    status, said = asked(urls=["https://good.example/", BAD], context={"content_id": "p-1"})
    assert (status, said["reason"], said["content"]["url"]) == (200, "match", hash_of("good.example/"))
    assert said["matches"] == [
        {
            "list": "Addresses",
            "signal_type": "url",
            "value": hash_of("bad-canary.example/folder/"),
            "distance": 0,
            "labels": [],
        }
    ]
    found = Detection.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM detections_detection")
        stored = repr(cursor.fetchall())
    assert "canary" not in stored
    assert "good.example" not in stored
    assert hash_of("good.example/") not in stored
    assert found.content_key
    settle(found.pk)
    found.refresh_from_db()
    assert firm_ids(found) == {"content_id": "p-1", "url": BAD}


def test_an_address_that_no_list_knows_leaves_only_a_count() -> None:
    status, said = asked(urls=["https://good.example/"])
    assert (status, said["verdict"], said["matches"]) == (200, "allow", [])
    assert not Detection.objects.exists()


def test_addresses_and_hashes_of_one_content() -> None:
    status, said = asked(urls=[BAD], hashes=[{"type": "sha256", "value": sha256("x")}])
    assert (status, said["reason"], said["content"]["sha256"]) == (200, "match", sha256("x"))
    assert asked(urls=[], hashes=[{"type": "sha256", "value": sha256("x")}])[0] == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"urls": ["https://good.example/", "http://"]}, "urls[1]"),
        ({"urls": [7]}, "urls[0]"),
        ({"urls": ["\x00"]}, "urls[0]"),
        ({"urls": "https://good.example/"}, "urls"),
        ({"urls": ["https://good.example/"] * 21}, "urls"),
        ({"urls": []}, "hashes"),
        ({"hashes": [{"type": "url", "value": "0" * 64}]}, "hashes[0]"),
    ],
)
def test_what_cannot_be_looked_for_is_refused_and_named(body: dict[str, Any], field: str) -> None:
    status, said = asked(**body)
    assert (status, said["field"]) == (422, field)
