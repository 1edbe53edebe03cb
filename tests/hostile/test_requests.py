# SPDX-License-Identifier: Apache-2.0
"""Requests that lie about their body, or never end it: refused before it is read, with what, which and what to do."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from itertools import repeat

import pytest

from krama.connectors import KramaClient
from krama.errors import KramaError
from tests.hostile import files, wire
from tests.hostile.house import Served
from tests.hostile.wire import Sender, form, part, post

pytestmark = pytest.mark.loopback
LIMIT = 50 * 1024 * 1024
HUGE = 300 * 1000 * 1000
JSON = "application/json"


def problem(answer: wire.Answer, status: int, *words: str) -> None:
    """RFC 9457, and the reader is told what was wrong."""
    assert answer.status == status, answer.body
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json["status"] == status
    assert answer.json["type"].startswith("urn:krama:problem:")
    assert not [word for word in words if word not in answer.json["detail"]], answer.json["detail"]


def huge(times: int = 300) -> Iterator[bytes]:
    return repeat(b"\0" * (HUGE // times), times)


def test_what_is_too_large_is_refused_before_it_is_sent(well: Served) -> None:
    sender = Sender(well.port, well.key)
    sender.head(HUGE, Expect="100-continue")
    assert not sender.asked()
    problem(sender.answer(), 413, "300,000,000", "52,428,800", "hashes")


def test_a_client_that_sends_at_once_hears_it_too(well: Served) -> None:
    sender = Sender(well.port, well.key)
    sender.head(HUGE)
    sender.send(huge())
    answer = sender.answer()
    problem(answer, 413, "300,000,000", "Send a smaller file")
    assert answer.sent < HUGE / 10, "the server read what it had refused"
    assert answer.seconds < 3


def test_our_own_client_spends_no_upload_on_a_refusal(well: Served) -> None:
    client = KramaClient(f"http://localhost:{well.port}", well.key)
    with pytest.raises(KramaError, match="52,428,800"):
        client.scan(memoryview(b"\0" * 60_000_000))


@pytest.mark.parametrize(("key", "status"), [("krama_nobody_x", 401), ("", 401)])
def test_a_wrong_key_is_refused_before_the_body(well: Served, key: str, status: int) -> None:
    sender = Sender(well.port, key)
    sender.head(LIMIT - 1000, Expect="100-continue")
    assert not sender.asked()
    problem(sender.answer(), status, "key")


def test_a_good_upload_is_asked_for(well: Served) -> None:
    body = form(part(files.picture("JPEG")))
    sender = Sender(well.port, well.key)
    sender.head(len(body), Expect="100-continue")
    assert sender.asked()
    sender.send([body])
    assert sender.answer().status == 200


def test_a_body_without_a_length_is_refused(well: Served) -> None:
    for kind in (wire.FORM, JSON):
        sender = Sender(well.port, well.key)
        sender.head(None, kind=kind, Transfer_Encoding="chunked")
        sender.send([b"5\r\nhello\r\n"])
        problem(sender.answer(), 411, "Content-Length")


def test_a_body_without_any_length_at_all(well: Served) -> None:
    sender = Sender(well.port, well.key)
    sender.head(None)
    problem(sender.answer(), 411, "Content-Length")


BODIES = {
    "no file": (form(part(b'{"content_id": "p-1"}', "context", None)), wire.FORM, 422, ["no file", "`file`"]),
    "nothing at all": (b"", wire.FORM, 422, ["no file"]),
    "a file without a name": (form(part(b"x", "file", None)), wire.FORM, 422, ["no file", "filename"]),
    "two files": (form(part(b"one"), part(b"two")), wire.FORM, 422, ["2 files"]),
    "a second file elsewhere": (form(part(b"one"), part(b"two", "photo")), wire.FORM, 422, ["another field"]),
    "a huge field": (form(part(b"x"), part(b"y" * 3_000_000, "context", None)), wire.FORM, 422, ["too long"]),
    "two thousand fields": (form(part(b"x"), *[part(b"y", "f", None)] * 2000), wire.FORM, 422, ["too many"]),
    "a wrong boundary": (form(part(b"x")), "multipart/form-data; boundary=other", 422, ["no file"]),
    "no boundary": (form(part(b"x")), "multipart/form-data", 422, ["boundary"]),
    "an endless boundary": (form(part(b"x")), f"multipart/form-data; boundary={'b' * 300}", 422, ["boundary"]),
    "another multipart": (form(part(b"x")), "multipart/mixed; boundary=edge", 415, ["multipart/form-data"]),
    "context that is no JSON": (form(part(b"x"), part(b"{", "context", None)), wire.FORM, 422, ["`context`"]),
    "context that is deep": (form(part(b"x"), part(b"[" * 99_999, "context", None)), wire.FORM, 422, ["`context`"]),
    "no JSON": (b'{"hashes": [', JSON, 422, ["not valid JSON"]),
    "not even text": (b"\xff\xfe\x00" * 9, JSON, 422, ["not valid JSON"]),
    "deep JSON": (b"[" * 200_000, JSON, 422, ["not valid JSON"]),
    "a number of many digits": (b'{"hashes": ' + b"9" * 200_000 + b"}", JSON, 422, ["JSON"]),
    "JSON without hashes": (b"{}", JSON, 422, ["`hashes`"]),
    "too many hashes": (json.dumps({"hashes": [{}] * 21}).encode(), JSON, 422, ["At most 20"]),
    "a short hash": (
        json.dumps({"hashes": [{"type": "pdq", "value": "ff"}]}).encode(), JSON, 422, ["hashes[0].value", "64"],
    ),
    "JSON too large": (b'{"hashes": "' + b"f" * 300_000 + b'"}', JSON, 413, ["262,144"]),
    "no type at all": (b"x" * 10, "", 415, ["multipart/form-data"]),
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
def test_a_form_that_is_not_one(well: Served, name: str) -> None:
    body, kind, status, words = BODIES[name]
    problem(post(well.port, well.key, body, kind=kind), status, *words)


def test_a_form_inside_a_form_is_one_file(well: Served) -> None:
    inner = form(part(files.picture("PNG"))).replace(b"--edge", b"--inner")
    nested = form(b"--edge\r\nContent-Disposition: form-data; name=file; filename=a\r\n"
                  b"Content-Type: multipart/mixed; boundary=inner\r\n\r\n" + inner + b"\r\n")  # fmt: skip
    answer = post(well.port, well.key, nested)
    assert (answer.status, answer.json["verdict"], answer.json["reason"]) == (200, "review", "undecodable")


def test_a_large_form_to_a_page_is_refused(well: Served) -> None:
    sender = Sender(well.port, "")
    sender.head(1_000_000, path="/accounts/login", Expect="100-continue")
    assert not sender.asked()
    assert sender.answer().status == 413


def test_a_client_that_hangs_up_leaves_nothing(well: Served) -> None:
    kept = "SELECT count(*) FROM detections_detection"
    before = well.house.one(kept)
    for _ in range(8):
        sender = Sender(well.port, well.key)
        body = form(part(files.picture("PNG")[:2000]))
        sender.head(len(body) + 9)
        sender.send([body])
        time.sleep(0.05)
        sender.socket.close()
    time.sleep(0.5)
    assert well.scan(files.picture("GIF")).status == 200, "the seats were not given back"
    assert well.house.one(kept) == before
