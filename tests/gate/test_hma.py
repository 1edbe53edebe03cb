# SPDX-License-Identifier: Apache-2.0
"""HMA's doors: a client written for it works over the wire, and each string and shape is HMA's."""

from __future__ import annotations

import asyncio
import hashlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from PIL import Image

from krama.gate.app import Gate
from krama.gate.hma import bank_names
from krama.scanning import pdq_of
from krama.testing.pictures import encoded, landscape
from tests.gate.ground import OTHER, PICTURE, TOKEN, ask, form, place, publish, tell
from tests.gate.hma_client import ClientError, HmaClient

BANK = "KNOWN_PICTURES"
VALUE = pdq_of(PICTURE).value
NEAR = f"{int(VALUE, 16) ^ 0b1111111:064x}"
PNG = encoded(PICTURE, "PNG")
FLAT = encoded(Image.new("RGB", (200, 200), (80, 80, 80)), "PNG")


@pytest.fixture(scope="module")
def address(gate: Gate) -> Iterator[str]:
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    bound.listen(50)
    server = uvicorn.Server(uvicorn.Config(gate, lifespan="off", log_level="error"))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[bound])), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    server.should_exit = True
    thread.join(20)


@pytest.mark.loopback
def test_a_client_written_for_hma_hashes_looks_up_and_compares(address: str) -> None:
    hma = HmaClient(address, TOKEN)
    assert hma.alive()
    assert hma.hash_file(PNG) == {"pdq": VALUE}
    assert hma.hash_file(b"a video", "video") == {"video_md5": hashlib.md5(b"a video").hexdigest()}  # noqa: S324
    assert [match.distance for match in hma.raw_lookup(NEAR)] == [7]
    assert hma.raw_ids(NEAR) == [hma.raw_lookup(VALUE)[0].bank_content_id]
    assert hma.raw_lookup("0" * 64) == []
    assert hma.raw_lookup(VALUE, banks="OTHER,NAMES") == []
    assert hma.raw_lookup(VALUE, banks=f"OTHER,{BANK}") == hma.raw_lookup(VALUE)
    assert hma.lookup(VALUE) == {BANK: hma.raw_lookup(VALUE)}
    assert hma.lookup("0" * 64) == {}
    assert hma.lookup_file(PNG) == {"pdq": {BANK: hma.raw_lookup(VALUE)}}
    assert hma.lookup_file(encoded(landscape(99, size=(320, 240)), "PNG")) == {"pdq": {}}
    assert hma.lookup_file(b"a video", "video")["video_md5"][BANK][0].distance is None
    assert hma.compare(VALUE, NEAR) == (True, 7)
    assert hma.compare(VALUE, f"{int(VALUE, 16) ^ ((1 << 32) - 1):064x}") == (False, 32)
    assert (hma.index_size("pdq"), hma.index_size("video_md5")) == (1, 1)
    assert hma.banks() == ["ADDRESSES", BANK]


@pytest.mark.loopback
def test_without_a_key_the_doors_are_closed_unless_somebody_opens_them(address: str, tmp_path: Path) -> None:
    for key in ("", OTHER, "krama_aaaa_wrong"):
        with pytest.raises(ClientError):
            HmaClient(address, key).banks()
    assert HmaClient(address).alive()
    publish(tmp_path / "lists", [])
    tell(tmp_path / "lists")
    gate = Gate(place(tmp_path, hma_open=True))
    try:
        assert ask(gate, "GET", "/c/banks", key="").body == b"[]\n"
        assert ask(gate, "POST", "/api/v1/scan", b"{}", key="").status == 401
    finally:
        gate.close()


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        (f"/m/raw_lookup?signal={VALUE}&signal_type=x", 400, "No such SignalType 'x'"),
        ("/m/raw_lookup?signal=zz&signal_type=pdq", 400, "invalid signal: invalid PDQ hash"),
        (f"/m/raw_lookup?signal={VALUE.upper()}&signal_type=pdq", 400, "invalid signal: invalid PDQ hash"),
        (f"/m/lookup?signal={VALUE}", 400, "Either url or both signal and signal_type are required"),
        ("/m/index/status?signal_type=x", 400, "No such SignalType 'x'"),
    ],
)
def test_what_is_asked_wrongly_is_answered_in_hmas_words(gate: Gate, path: str, status: int, message: str) -> None:
    answer = ask(gate, "GET", path)
    assert (answer.status, answer.json) == (status, {"message": message})


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ([], 400, "Request input was not a dict"),
        ({"pdq": "x"}, 400, "Comparison hashes for pdq was not a list"),
        ({"pdq": [VALUE]}, 400, "Comparison hash list length must be exactly 2"),
        ({"x": [VALUE, VALUE]}, 400, "No such SignalType 'x'"),
        ({"pdq": [VALUE, "zz"]}, 400, "Invalid pdq hash: invalid PDQ hash"),
    ],
)
def test_a_comparison_asked_wrongly_is_answered_in_hmas_words(gate: Gate, body: Any, status: int, message: str) -> None:
    answer = ask(gate, "POST", "/m/compare", json.dumps(body).encode())
    assert (answer.status, answer.json) == (status, {"message": message})


@pytest.mark.parametrize(
    ("name", "data", "types", "status", "said"),
    [
        ("photo", FLAT, "", 200, {"pdq": ""}),
        ("file", PNG, "", 400, {"message": "no such content_type: 'file'"}),
        ("photo", PNG, "?types=nope", 400, {"message": "signal type 'nope' doesn't exist or is disabled"}),
        ("photo", PNG, "?types=,", 400, {"message": "empty signal type selection"}),
        ("photo", PNG, "?types=pdq", 200, {"pdq": VALUE}),
    ],
)
def test_hashing_answers_as_hma_does(
    gate: Gate, name: str, data: bytes, types: str, status: int, said: dict[str, str]
) -> None:
    body, media = form(data, name=name)
    answer = ask(gate, "POST", f"/h/hash{types}", body, media=media)
    assert (answer.status, answer.json) == (status, said)


def test_shapes_to_the_byte(gate: Gate) -> None:
    number = ask(gate, "GET", f"/m/raw_lookup?signal={VALUE}&signal_type=pdq").json["matches"][0]
    with_distance = ask(gate, "GET", f"/m/raw_lookup?signal={VALUE}&signal_type=pdq&include_distance=1")
    assert with_distance.body == b'{"matches":[{"bank_content_id":%d,"distance":"0"}]}\n' % number
    assert 0 < number < 1 << 53
    assert ask(gate, "GET", "/status").headers["content-type"].startswith("text/html")
    assert ask(gate, "GET", "/status/live").body == b"I-AM-ALIVE"


def test_a_missing_parameter_is_a_list_of_problems(gate: Gate) -> None:
    answer = ask(gate, "GET", "/m/raw_lookup?signal_type=pdq")
    assert answer.status == 422
    assert answer.json == [
        {
            "type": "missing",
            "loc": ["signal"],
            "msg": "Field required",
            "input": {"signal_type": "pdq"},
            "url": "https://errors.pydantic.dev/2.14/v/missing",
        }
    ]
    assert ask(gate, "GET", f"/m/raw_lookup?signal={VALUE}&signal_type=pdq&include_distance=maybe").status == 422


def test_where_hma_breaks_we_answer(gate: Gate) -> None:
    body, media = form(b"no picture", name="photo")
    assert ask(gate, "POST", "/h/hash", body, media=media).status == 400  # 500 there
    body, media = form(FLAT, name="photo")
    assert ask(gate, "POST", "/m/lookup", body, media=media).json == {"pdq": {}}  # 400 there
    pair = {"video_md5": ["0" * 32, "0" * 32]}
    assert ask(gate, "POST", "/m/compare", json.dumps(pair).encode()).json == {"video_md5": [True, {}]}  # 500 there
    assert ask(gate, "GET", "/h/hash?url=http://127.0.0.1/x.jpg").status == 403  # fetched there


def test_before_lists_are_here_it_is_not_ready(tmp_path: Path) -> None:
    publish(tmp_path / "lists", [])
    tell(tmp_path / "lists")
    (tmp_path / "lists" / "current").unlink()
    gate = Gate(place(tmp_path))
    try:
        assert (ask(gate, "GET", "/status").status, ask(gate, "GET", "/status").body) == (503, b"INDEX-NOT-LOADED")
        answer = ask(gate, "GET", f"/m/raw_lookup?signal={VALUE}&signal_type=pdq")
        assert (answer.status, answer.json) == (503, {"message": "index not yet ready"})
        assert ask(gate, "GET", "/m/index/status?signal_type=pdq").json["pdq"]["present"] is False
    finally:
        gate.close()


def test_lists_are_named_as_banks_are_and_never_two_alike() -> None:
    names = bank_names(["Known pictures", "known-pictures", "បញ្ជី", "1 list"])
    assert sorted(names.values()) == ["KNOWN_PICTURES", "KNOWN_PICTURES_2", "LIST", "_1_LIST"]
