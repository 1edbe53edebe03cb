# SPDX-License-Identifier: Apache-2.0
"""The client against a server of a few bytes: what goes over the wire, and what each refusal becomes."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Callable
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest

from krama.connectors import BadAnswer, KramaClient, ServerFault, Unreachable, Untrusted
from krama.errors import BadInput, Busy, Conflict, KramaError, NotAllowed, NotFound, TooLarge

pytestmark = pytest.mark.loopback  # loopback only: the client is about the wire

Serve = Callable[..., Any]
PEM = Path(__file__).with_name("self_signed.pem")
VERDICT = json.dumps({"scan_id": "1", "verdict": "allow", "reason": "no_match", "matches": []})
KEY = "key-of-this-test"


def client(server: Any, **options: Any) -> KramaClient:
    return KramaClient(server.url, KEY, timeout=options.pop("timeout", 5), **options)


def fields(peer: Any) -> dict[str, tuple[str | None, bytes]]:
    """The multipart form that arrived: name → (file name, bytes)."""
    kind = next(line for line in peer.head.split(b"\r\n") if line.lower().startswith(b"content-type:"))
    form = message_from_bytes(kind + b"\r\n\r\n" + peer.body)
    parts = [part for part in form.walk() if not part.is_multipart()]
    name = "content-disposition"
    return {
        str(p.get_param("name", header=name)): (p.get_filename(), p.get_payload(decode=True))  # type: ignore[misc]
        for p in parts
    }


def test_sends_the_upload_after_100_and_returns_the_answer(serve: Serve) -> None:
    def script(peer: Any) -> None:
        peer.read_head()
        assert peer.body + peer.heard_within(0.2) == b"", "the upload came before leave was given"
        peer.say("HTTP/1.1 103 Early Hints\n\nHTTP/1.1 100 Continue\n\n")
        peer.read_body()
        peer.answer("200 OK", VERDICT)

    server = serve(script)
    data = bytes(range(256)) * 4000  # several pieces
    answer = client(server).scan(data, filename='a "b".jpg', context={"content_id": "រូប-1", "account_id": "a"})
    assert answer == json.loads(VERDICT)
    peer = server.done()
    assert peer.head.startswith(b"POST /api/v1/scan HTTP/1.1\r\n")
    assert b"authorization: bearer " + KEY.encode() in peer.head.lower()
    form = fields(peer)
    assert form["file"] == ("a %22b%22.jpg", data)
    assert json.loads(form["context"][1]) == {"content_id": "រូប-1", "account_id": "a"}


def test_a_report_goes_as_json_with_its_key_and_its_answer_comes_back(serve: Serve) -> None:
    answer = json.dumps({"receipt": "4539 1488 0343 6467", "help": {"support": [], "emergency": []}})

    def script(peer: Any) -> None:
        peer.read_head()
        peer.read_body()
        peer.answer("200 OK", answer)

    server = serve(script)
    told = client(server).report("bullying", "គេយាយី", key="k" * 32, receipt=True, age="10-12", content_id="p-1")
    assert told == json.loads(answer)
    peer = server.done()
    assert peer.head.startswith(b"POST /api/v1/reports HTTP/1.1\r\n")
    assert b"idempotency-key: " + b"k" * 32 in peer.head.lower()
    said = {"topic": "bullying", "words": "គេយាយី", "receipt": True, "emergency": False, "age": "10-12"}
    assert json.loads(peer.body) == said | {"content_id": "p-1"}


def test_a_report_with_a_key_that_breaks_the_head_is_refused_before_it_is_sent() -> None:
    with pytest.raises(BadInput, match="key"):
        KramaClient("http://localhost:9", KEY).report("saw", key="a\r\nX-Evil: 1" + "x" * 16)


@pytest.mark.parametrize(
    ("status", "error", "permanent"),
    [
        ("401 Unauthorized", NotAllowed, True),
        ("413 Content Too Large", TooLarge, True),
        ("503 Service Unavailable", Busy, False),
    ],
)
def test_an_early_refusal_costs_no_upload(serve: Serve, status: str, error: type[KramaError], permanent: bool) -> None:
    def script(peer: Any) -> None:
        peer.read_head()
        peer.answer(status, '{"title": "No.", "detail": "Because."}', "Retry-After: 2")
        assert peer.body + peer.heard_within(0.3) == b"", "the upload was sent after a refusal"

    server = serve(script)
    with pytest.raises(error, match="Because") as caught:
        client(server).scan(b"x" * 1000)
    server.done()
    assert caught.value.permanent is permanent
    assert caught.value.fields["retry_after"] == "2"


def test_that_check_is_seen_red_without_the_wait(serve: Serve) -> None:
    def script(peer: Any) -> None:
        peer.read_head()
        assert peer.body + peer.heard_within(0.3) == b""

    server = serve(script)
    with pytest.raises(KramaError):
        client(server, leave_wait=0).scan(b"x" * 1000)
    with pytest.raises(AssertionError):
        server.done()


def test_a_silent_server_gets_the_upload_after_the_wait(serve: Serve) -> None:
    def script(peer: Any) -> None:
        peer.read_head()
        asked = time.monotonic()
        peer.read_body()
        peer.waited = time.monotonic() - asked
        peer.answer("200 OK", VERDICT)

    server = serve(script)
    assert client(server, leave_wait=0.4).scan(b"x")["verdict"] == "allow"
    assert 0.3 < server.done().waited < 2


def test_a_refusal_in_the_middle_of_the_upload_is_heard(serve: Serve) -> None:
    def script(peer: Any) -> None:
        peer.read_head()
        peer.say("HTTP/1.1 100 Continue\n\n")
        peer.heard_within(1)
        peer.answer("413 Content Too Large", '{"detail": "Too much."}')
        while peer.connection.recv(65536):  # a server that closes at once may lose its own answer
            pass

    server = serve(script)
    with pytest.raises(TooLarge, match="Too much"):
        client(server).scan(b"x" * 50_000_000)
    server.done()


def test_a_connection_cut_half_way_is_a_clear_error(serve: Serve) -> None:
    def script(peer: Any) -> None:
        peer.read_head()
        peer.say('HTTP/1.1 200 OK\nContent-Length: 500\n\n{"scan_id": ')

    with pytest.raises(Unreachable, match="before its answer was whole") as caught:
        client(serve(script)).scan(b"x")
    assert not caught.value.permanent


def test_a_connection_closed_without_a_word_is_a_clear_error(serve: Serve) -> None:
    with pytest.raises(Unreachable):
        client(serve(lambda peer: peer.read_head())).scan(b"x")


def test_a_chunked_answer_is_read(serve: Serve) -> None:
    def script(peer: Any) -> None:
        peer.read_head()
        peer.say("HTTP/1.1 100 Continue\n\n")
        peer.read_body()
        peer.say(f"HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n5\n{VERDICT[:5]}\n")
        peer.say(f"{len(VERDICT) - 5:x}\n{VERDICT[5:]}\n0\n\n")

    assert client(serve(script)).scan(b"x") == json.loads(VERDICT)


def test_a_server_that_never_answers_ends_at_the_timeout(serve: Serve) -> None:
    def script(peer: Any) -> None:
        peer.read_head()
        peer.read_body()
        peer.heard_within(3)

    began = time.monotonic()
    with pytest.raises(Unreachable, match=r"within 0\.5 seconds"):
        client(serve(script), timeout=0.5, leave_wait=0.1).scan(b"x")
    assert time.monotonic() - began < 2


def test_nobody_listening_is_unreachable_and_not_permanent(serve: Serve) -> None:
    server = serve(lambda peer: None)
    server.close()
    with pytest.raises(Unreachable) as caught:
        client(server).scan(b"x")
    assert not caught.value.permanent


@pytest.mark.parametrize(
    ("status", "body", "error", "permanent"),
    [
        ("404 Not Found", '{"detail": "No such measure."}', NotFound, True),
        ("409 Conflict", "{}", Conflict, True),
        ("422 Unprocessable Content", "{}", BadInput, True),
        ("502 Bad Gateway", "<html>", ServerFault, False),
        ("302 Found", "", BadAnswer, True),
        ("200 OK", "<html>", BadAnswer, True),
        ("200 OK", "[]", BadAnswer, True),
    ],
)
def test_each_answer_becomes_its_own_error(
    serve: Serve, status: str, body: str, error: type[KramaError], permanent: bool
) -> None:
    def script(peer: Any) -> None:
        peer.read_head()
        peer.read_body()
        peer.answer(status, body, "Location: https://elsewhere.invalid/")

    with pytest.raises(KramaError) as caught:
        client(serve(script)).confirm("m-1", "done")
    assert type(caught.value) is error
    assert caught.value.permanent is permanent


def test_something_that_is_not_http_is_said(serve: Serve) -> None:
    def script(peer: Any) -> None:
        peer.read_head()
        peer.say("220 mail.example ready\n\n")
        peer.heard_within(1)

    with pytest.raises(BadAnswer, match="is the address right"):
        client(serve(script)).scan(b"x")


def test_confirm_sends_the_state_to_the_measure(serve: Serve) -> None:
    def script(peer: Any) -> None:
        peer.read_head()
        peer.read_body()
        peer.say("HTTP/1.1 204 No Content\n\n")

    server = serve(script)
    assert client(server).confirm("a/b", "failed") == {}
    peer = server.done()
    assert peer.head.startswith(b"POST /api/v1/measures/a%2Fb/confirmation ")
    assert json.loads(peer.body) == {"state": "failed"}
    assert b"expect" not in peer.head.lower()


def tls_server(serve: Serve) -> Any:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)

    def script(peer: Any) -> None:
        peer.read_head()
        peer.say("HTTP/1.1 100 Continue\n\n")
        peer.read_body()
        peer.answer("200 OK", VERDICT)

    return serve(script, context)


def test_https_is_verified_unless_told_otherwise(serve: Serve) -> None:
    server = tls_server(serve)
    with pytest.raises(Untrusted, match="certificate") as caught:
        client(server).scan(b"x")
    assert caught.value.permanent
    with pytest.raises(ssl.SSLError):
        server.done()  # the handshake ended: not a byte of the request went over


def test_https_with_the_firms_own_authority(serve: Serve) -> None:
    server = tls_server(serve)
    data = b"y" * 3_000_000
    assert client(server, tls=ssl.create_default_context(cafile=PEM)).scan(data)["verdict"] == "allow"
    assert fields(server.done())["file"][1] == data


@pytest.mark.parametrize("url", ["http://krama.example.org", "ftp://krama.example.org", "krama.example.org"])
def test_an_address_that_would_leak_the_key_is_refused(url: str) -> None:
    with pytest.raises(BadInput):
        KramaClient(url, KEY)


@pytest.mark.parametrize("key", ["", "two\r\nlines", "ខ្មែរ"])
def test_a_key_that_cannot_be_one_is_refused(key: str) -> None:
    with pytest.raises(BadInput):
        KramaClient("https://krama.example.org", key)


def test_plain_http_can_be_allowed_inside_a_closed_network() -> None:
    assert KEY not in repr(KramaClient("http://krama:8000", KEY, plain_http=True))


def test_the_upload_is_not_copied(serve: Serve) -> None:
    import tracemalloc

    def script(peer: Any) -> None:
        peer.read_head()
        peer.say("HTTP/1.1 100 Continue\n\n")
        buffer, left = bytearray(65536), int(peer.head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        while left > 0:
            left -= peer.connection.recv_into(buffer)
        peer.answer("200 OK", VERDICT)

    server, data = serve(script), b"z" * 30_000_000
    tracemalloc.start()
    client(server).scan(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3_000_000, f"{peak} bytes were allocated for an upload of {len(data)}"
