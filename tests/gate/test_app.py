# SPDX-License-Identifier: Apache-2.0
"""The gate answers as the server does, refuses before it reads, and writes down before it answers."""

from __future__ import annotations

import asyncio
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from krama.errors import KramaError
from krama.gate.app import Gate
from krama.gate.child import Bounds
from krama.gate.known import Lists
from krama.gate.looking import Looking
from krama.gate.pool import Pool
from krama.gate.spool import NotKept, segments
from krama.gate.wire import STATUS
from krama.scanning import Content, Limits, Scanner, pdq_of
from krama.scanning.found import Found, found_in
from krama.signals import open_snapshot
from krama.testing.pictures import encoded, landscape
from tests.gate.bad_decoders import MARK
from tests.gate.ground import OTHER, PICTURE, Said, ask, asked, form, place, publish, tell, upload

IDS = {"content_id": "p-1-canary", "account_id": "a-1-canary"}
UNKNOWN = encoded(landscape(99, size=(320, 240)), "JPEG", quality=90)


def spooled(gate: Gate) -> list[Found]:
    lines = [line for one in segments(gate.place.spool, gate.place.spool_key()) for line in one.lines(10_000)]
    return [found_in(line.what) for line in lines]


def scanned_here(gate: Gate, data: bytes) -> dict[str, Any]:
    """What the library itself says of these bytes, less what is of one moment."""
    snapshot = open_snapshot(gate.place.snapshots)
    return plain(Scanner(snapshot, clock=lambda: datetime.now(UTC)).scan(Content.of_bytes(data)).to_json())


def plain(verdict: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in verdict.items() if name not in ("scan_id", "took_ms")}


@pytest.mark.parametrize("made", ["known", "unknown", "cut", "junk", "empty", "cut known"])
def test_an_upload_is_answered_as_the_library_answers(gate: Gate, known: bytes, made: str) -> None:
    data = {
        "known": known,
        "unknown": UNKNOWN,
        "cut": UNKNOWN[:-900],
        "junk": b"no picture",
        "empty": b"",
        "cut known": known[:-200],
    }[made]
    answer = upload(gate, data)
    assert answer.status == 200
    assert plain(answer.json) == scanned_here(gate, data)


def test_a_finding_lies_in_the_spool_before_it_is_answered_and_is_sealed_there(gate: Gate, known: bytes) -> None:
    said = upload(gate, known, IDS).json
    found = {one.id: one for one in spooled(gate)}[said["scan_id"]]
    assert (found.verdict.verdict, found.context, found.key_name) == ("block", IDS, "App")
    assert found.verdict.matches[0].source_ref == "s-1"
    on_disk = b"".join(path.read_bytes() for path in gate.place.spool.iterdir())
    assert b"canary" not in on_disk
    assert str(found.verdict.content.sha256).encode() not in on_disk


def test_what_is_not_found_is_counted_and_leaves_no_line(gate: Gate) -> None:
    before = len(spooled(gate))
    assert upload(gate, UNKNOWN, IDS).json["verdict"] == "allow"
    assert len(spooled(gate)) == before
    gate.counts.write()
    rows = [row for path in gate.place.spool.glob("*.counts") for row in json.loads(path.read_bytes())]
    assert rows[0]["verdict"] == "allow"
    assert rows[0]["count"] >= 1


def test_a_finding_that_cannot_be_written_down_is_not_answered(
    gate: Gate, known: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> None:
        raise NotKept

    monkeypatch.setattr(gate.spool, "keep", full)
    answer = upload(gate, known)
    assert (answer.status, answer.json["type"]) == (503, "urn:krama:problem:not_kept")
    assert "block" not in answer.body.decode()


def test_hashes_and_addresses_are_answered(gate: Gate) -> None:
    body = {"urls": ["http://bad.example/folder/x"], "context": IDS}
    answer = ask(gate, "POST", "/api/v1/scan", json.dumps(body).encode())
    assert (answer.status, answer.json["reason"], answer.json["verdict"]) == (200, "match", "allow")
    assert spooled(gate)[-1].verdict.addresses == ("http://bad.example/folder/x",)


def test_a_batch_answers_each_item_as_it_would_be_answered_alone(gate: Gate) -> None:
    value = pdq_of(PICTURE).value
    near = f"{int(value, 16) ^ 0b111:064x}"
    items: list[dict[str, Any]] = [{"hashes": [{"type": "pdq", "value": one}]} for one in (value, near, "0" * 64)]
    items += [{"hashes": [{"type": "pdq", "value": value, "quality": 10}]}] + items * 4
    items += [{"urls": ["http://bad.example/folder/"]}, {"hashes": [{"type": "md5", "value": "0" * 32}]}]
    answer = ask(gate, "POST", "/api/v1/scan/batch", json.dumps({"items": items}).encode())
    alone = [ask(gate, "POST", "/api/v1/scan", json.dumps(item).encode()).json for item in items]
    assert answer.status == 200
    assert [plain(one) for one in answer.json["results"]] == [plain(one) for one in alone]
    assert [one["matches"][0]["distance"] for one in alone[:2]] == [0, 3]


@pytest.mark.parametrize(
    ("items", "field"),
    [
        ([], "items"),
        ([{"hashes": [{"type": "md5", "value": "0" * 32}] * 20}] * 51, "items"),
        ([{"urls": ["http://a.example/"]}, {"hashes": [{"type": "pdq", "value": "xy"}]}], "items[1].hashes[0]"),
    ],
)
def test_a_batch_that_cannot_be_read_is_refused_whole_by_name(gate: Gate, items: list[Any], field: str) -> None:
    answer = ask(gate, "POST", "/api/v1/scan/batch", json.dumps({"items": items}).encode())
    assert (answer.status, answer.json["field"]) == (422, field)


def test_exactly_a_thousand_are_taken(gate: Gate) -> None:
    items = [{"hashes": [{"type": "pdq", "value": f"{number:064x}"}] * 20} for number in range(50)]
    answer = ask(gate, "POST", "/api/v1/scan/batch", json.dumps({"items": items}).encode())
    assert (answer.status, len(answer.json["results"])) == (200, 50)


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({"key": ""}, 401),
        ({"key": "krama_aaaa_wrong"}, 401),
        ({"key": "krama_zzzz_secret"}, 401),
        ({"key": OTHER}, 403),
        ({"length": -1}, 411),
        ({"length": 51 << 20}, 413),
        ({"transfer_encoding": "chunked"}, 411),
        ({"cut": 50}, 408),
    ],
)
def test_what_may_not_come_is_refused_as_the_server_refuses_it(
    gate: Gate, known: bytes, facts: dict[str, Any], status: int
) -> None:
    answer = upload(gate, known, **facts)
    assert answer.status == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["connection"] == "close"
    assert answer.json["status"] == status


def test_another_media_type_another_method_and_another_address_are_refused(gate: Gate) -> None:
    assert ask(gate, "POST", "/api/v1/scan", b"x", media="text/plain").status == 415
    assert ask(gate, "GET", "/api/v1/scan").status == 405
    assert ask(gate, "GET", "/nowhere").status == 404


def test_a_form_with_two_files_or_none_or_without_an_end_is_refused(gate: Gate, known: bytes) -> None:
    one, media = form(known)
    two = one.removesuffix(b"--BOUND--\r\n") + one
    wrong, _media = form(known, name="other")
    for body in (two, wrong, b"--BOUND--\r\n", one[:-20], b"nothing"):
        assert ask(gate, "POST", "/api/v1/scan", body, media=media).status == 422
    assert ask(gate, "POST", "/api/v1/scan", one, media="multipart/form-data").status == 422


def test_no_more_uploads_are_held_than_there_are_seats(tmp_path: Path, known: bytes) -> None:
    publish(tmp_path / "lists", [])
    tell(tmp_path / "lists")
    gate = Gate(place(tmp_path, at_once=2))
    body, media = form(known)

    async def many() -> list[Said]:
        calls = (asked(gate, "POST", "/api/v1/scan", body, media=media) for _ in range(5))
        return await asyncio.gather(*calls)

    try:
        statuses = sorted(said.status for said in asyncio.run(many()))
        assert statuses == [200, 200, 503, 503, 503]
        assert upload(gate, known).status == 200
    finally:
        gate.close()


def test_lists_that_were_published_and_are_not_here_let_nothing_past(tmp_path: Path, known: bytes) -> None:
    folder = tmp_path / "lists"
    publish(folder, [])
    tell(folder)
    (folder / "current").unlink()
    gate = Gate(place(tmp_path))
    try:
        assert upload(gate, known).status == 503
    finally:
        gate.close()


def test_nothing_of_who_asked_is_said_by_the_process(
    gate: Gate, known: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    upload(gate, known, IDS)
    upload(gate, b"junk", IDS, key="krama_aaaa_canary")
    assert "canary" not in "".join(capfd.readouterr())
    assert hashlib.sha256(known).hexdigest() not in "".join(capfd.readouterr())


@pytest.mark.parametrize("decoder", ["segfaults", "loops", "eats"])
def test_a_decoder_that_breaks_costs_exactly_one_request(gate: Gate, known: bytes, decoder: str) -> None:
    """Sent beside good ones at the same time: those are answered, and the finding is kept for a person."""
    pool = Pool(1, Bounds(Limits(pixels=2_000_000), 3, decoder=f"tests.gate.bad_decoders:{decoder}"))
    before, gate.looking = gate.looking, Looking(Lists(gate.place.snapshots, gate.keys, pool.read), pool)
    bad, media = form(MARK, IDS)
    good, _media = form(known, IDS)

    async def together() -> list[Said]:
        bodies = (good, bad, good, good)
        return await asyncio.gather(*(asked(gate, "POST", "/api/v1/scan", one, media=media) for one in bodies))

    try:
        said = [one.json for one in asyncio.run(together())]
        assert [one["verdict"] for one in said] == ["block", "review", "block", "block"]
        assert said[1]["reason"] == "undecodable"
        assert pool.replaced == 1
        assert {one["scan_id"] for one in said} <= {one.id for one in spooled(gate)}
    finally:
        gate.looking = before
        pool.close()


def test_every_refusal_of_the_gate_has_a_status_of_its_own() -> None:
    """A refusal that is not named would be answered 500, as if the gate had failed."""
    own = [one for one in KramaError.__subclasses__() if one.__module__.startswith("krama.gate")]
    assert len(own) > 5
    assert {one.code for one in own} <= STATUS.keys()
