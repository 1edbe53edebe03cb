# SPDX-License-Identifier: Apache-2.0
"""Every refusal is an answer: RFC 9457 for machines, a page with what happened and what to do for people."""

from __future__ import annotations

import importlib
import json
import pkgutil
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory, override_settings
from django.utils import translation

import krama.server
from krama.errors import KramaError
from krama.server.web.problems import SENTENCES, problem_page, problem_response, status_of
from tests.server import builders

# Never an answer to a request: they stop a command, or stand in the outbox as the reason of a failed delivery.
INSIDE = {"krama", "bad_home", "bad_seal", "refused", "unreachable", "rejected", "not_called"}
SCAN = "/api/v1/scan"
CONFIRM = f"/api/v1/measures/{uuid.UUID(int=1)}/confirmation"


def every_error() -> Iterator[type[KramaError]]:
    """Our own errors that can reach the server's requests: the tree's, and those of its rooms. The gate has its own."""
    for module in pkgutil.walk_packages(krama.server.__path__, "krama.server."):
        if ".migrations" not in module.name and not module.name.endswith(("sgi", "public_settings")):
            importlib.import_module(module.name)
    waiting: list[type[KramaError]] = [KramaError]
    while waiting:
        one = waiting.pop()
        waiting += one.__subclasses__()
        if not one.__module__.startswith(("krama.connectors", "krama.gate", "tests")):
            yield one


def test_every_error_has_a_code_of_its_own_a_sentence_and_a_status() -> None:
    codes: dict[str, str] = {}
    for error in every_error():
        assert codes.setdefault(error.code, error.__qualname__) == error.__qualname__
        assert error("").detail.endswith("."), error
        assert (status_of(error()) == 500) == (error.code in INSIDE), (error.code, status_of(error()))
    assert len(codes) > 15


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "km"])
def test_every_status_has_a_page_that_says_what_to_do(language: str) -> None:
    request: HttpRequest = RequestFactory().get("/cases/C-1")
    for status in sorted({status_of(error()) for error in every_error()}):
        with translation.override(language):
            page = problem_page(request, status)
            sentences = SENTENCES.get(status) or SENTENCES[500 if status >= 500 else 400]
            text = page.content.decode()
            assert page.status_code == status
            for sentence in (sentences.title, sentences.what, sentences.do):
                assert str(sentence).replace("’", "") in text.replace("’", "")


def test_an_error_keeps_its_fields_for_machines() -> None:
    request = RequestFactory().get("/api/v1/cases")
    answer: Any = problem_response(request, KramaError("It went wrong.", position=3))
    assert json.loads(answer.content) == {
        "type": "urn:krama:problem:krama", "title": "Internal Server Error", "status": 500,
        "detail": "It went wrong.", "position": 3,
    }  # fmt: skip


Call = tuple[str, str, dict[str, Any]]
JSON: dict[str, Any] = {"content_type": "application/json"}
DONE = {"data": '{"state": "done"}'} | JSON
MAYBE = {"data": '{"state": "maybe"}'} | JSON
HASH = {"type": "md5", "value": "0" * 32}


def hashes(**changes: Any) -> dict[str, Any]:
    return {"data": json.dumps({"hashes": [HASH]} | changes), **JSON}


def form(name: str = "context", value: bytes = b"{}", boundary: bytes = b"x") -> dict[str, Any]:
    part = b'--x\r\nContent-Disposition: form-data; name="' + name.encode() + b'"\r\n\r\n' + value + b"\r\n--x--\r\n"
    return {"data": part, "content_type": "multipart/form-data; boundary=" + boundary.decode()}


CALLS: dict[str, tuple[int, Call]] = {
    "no such address": (404, ("GET", "/api/v1/nothing", {})),
    "no such case": (404, ("GET", "/api/v1/cases/C-NOSUCH", {})),
    "NUL in a path": (404, ("GET", "/api/v1/cases/C-%00", {})),
    "no such measure": (404, ("POST", CONFIRM, DONE)),
    "a measure that is no id": (422, ("POST", "/api/v1/measures/x/confirmation", DONE)),
    "wrong method": (405, ("DELETE", "/api/v1/cases", {})),
    "wrong method of the scan": (405, ("GET", SCAN, {})),
    "broken JSON": (422, ("POST", SCAN, {"data": "{", **JSON})),
    "JSON of another shape": (422, ("POST", SCAN, {"data": "[]", **JSON})),
    "JSON so deep that it breaks readers": (422, ("POST", SCAN, {"data": "[" * 100_000, **JSON})),
    "invalid UTF-8": (422, ("POST", SCAN, {"data": b'{"hashes": "\xff\xfe"}', **JSON})),
    "no hashes": (422, ("POST", SCAN, hashes(hashes=[]))),
    "too many hashes": (422, ("POST", SCAN, hashes(hashes=[HASH] * 21))),
    "a hash of another length": (422, ("POST", SCAN, hashes(hashes=[{"type": "md5", "value": "00"}]))),
    "a hash of another type": (422, ("POST", SCAN, hashes(hashes=[{"type": "crc", "value": "00"}]))),
    "a hash type with NUL": (422, ("POST", SCAN, hashes(hashes=[{"type": "md5\0", "value": "0" * 32}]))),
    "quality as text": (422, ("POST", SCAN, hashes(hashes=[HASH | {"quality": "90"}]))),
    "quality too high": (422, ("POST", SCAN, hashes(hashes=[HASH | {"quality": 101}]))),
    "NUL in the context": (422, ("POST", SCAN, hashes(context={"content_id": "a\0b"}))),
    "half a character in the context": (422, ("POST", SCAN, hashes(context={"content_id": "\ud800"}))),
    "a huge context": (422, ("POST", SCAN, hashes(context={"content_id": "a" * 201}))),
    "too many ids": (422, ("POST", SCAN, hashes(context={str(number): "a" for number in range(11)}))),
    "ids that are not text": (422, ("POST", SCAN, hashes(context={"content_id": 7}))),
    "a form without its file": (422, ("POST", SCAN, form())),
    "a form whose file is no file": (422, ("POST", SCAN, form("file", b"bytes"))),
    "a form whose context is broken": (422, ("POST", SCAN, form("context", b"{"))),
    "a form with a huge context": (422, ("POST", SCAN, form("context", b"a" * 3_000_000))),
    "a form without its boundary": (422, ("POST", SCAN, form(boundary=b""))),
    "a form of another boundary": (422, ("POST", SCAN, form(boundary=b"y"))),
    "text": (415, ("POST", SCAN, {"data": "hello", "content_type": "text/plain"})),
    "no media type": (415, ("POST", SCAN, {"data": "hello", "content_type": ""})),
    "a page size that is no number": (422, ("GET", "/api/v1/cases?limit=many", {})),
    "a state that is none": (422, ("GET", "/api/v1/cases?state=maybe", {})),
    "JSON over its limit": (413, ("POST", SCAN, {"data": b" " * 2_100_000, **JSON})),
    "confirmed as something else": (422, ("POST", CONFIRM, MAYBE)),
    "a confirmation that is broken": (400, ("POST", CONFIRM, {"data": "{", **JSON})),
}  # fmt: skip


@pytest.fixture
def app(db: None) -> Client:
    """A machine whose key opens everything."""
    _key, secret = builders.key("scan", "cases:read", "cases:decide", "measures:confirm")
    client: Client = builders.api(secret)
    return client


def is_a_problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, (answer.status_code, answer.content[:300])
    assert answer.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail"} <= body.keys()
    assert body["status"] == status
    assert body["type"].startswith("urn:krama:problem:")
    assert body["detail"].strip().endswith("."), body
    return body


@pytest.mark.parametrize("name", CALLS)
def test_a_wrong_request_gets_a_problem(app: Client, name: str) -> None:
    status, (method, path, given) = CALLS[name]
    is_a_problem(app.generic(method, path, **given), status)


@pytest.mark.parametrize("secret", ["", "nonsense", "krama_", "krama_00000000_x", "krama_é_x", "Bearer"])
def test_without_a_valid_key_nothing_opens(db: None, secret: str) -> None:
    for method, path in (("POST", SCAN), ("GET", "/api/v1/cases"), ("POST", "/api/v1/cases/C-1/decision")):
        answer = builders.api(secret).generic(method, path, data=b"{}", content_type="application/json")
        is_a_problem(answer, 401)
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_key_without_the_scope_is_told_which(db: None) -> None:
    _key, secret = builders.key("scan")
    body = is_a_problem(builders.api(secret).get("/api/v1/cases"), 403)
    assert body["detail"] == "This key needs the scope 'cases:read'."


def test_a_key_is_asked_for_before_the_body_is_read(db: None) -> None:
    answer = builders.api("nonsense").generic("POST", SCAN, **form("context", b"a" * 3_000_000))
    is_a_problem(answer, 401)


def test_a_form_over_the_limit_is_refused_with_the_limit(app: Client) -> None:
    with override_settings(KRAMA_UPLOAD_LIMIT=100):
        body = is_a_problem(app.generic("POST", SCAN, **form(value=b"a" * 200)), 413)
    assert body["limit"] == 100


def test_an_upload_that_does_not_say_its_length_is_refused(app: Client) -> None:
    given: dict[str, Any] = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
    is_a_problem(app.generic("POST", SCAN, **form(), **given), 411)


@pytest.mark.parametrize("length", ["-1", "x", "1e3", "²", "99999999999999999999"])
def test_a_length_that_is_none_is_refused(app: Client, length: str) -> None:
    answer = app.generic("POST", SCAN, **form(), CONTENT_LENGTH=length)
    is_a_problem(answer, 413 if length[0] == "9" else 411)


def test_a_problem_never_repeats_what_was_sent(app: Client) -> None:
    """A value may be personal; a machine's log keeps what it is answered."""
    personal = "Sok Dara, Street 63"
    sent = json.dumps({"outcome": personal, "reason": "x", "items": [personal], "decided_by": "x"})
    case = builders.case()
    answer = app.post(f"/api/v1/cases/{case.ref}/decision", sent, content_type="application/json")
    is_a_problem(answer, 422)
    assert personal not in answer.content.decode()


def test_a_fault_of_our_own_says_nothing_of_its_inside(app: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from krama.server.cases.queries import case as queries

    def broken(**_given: object) -> None:
        raise RuntimeError("secret words")

    monkeypatch.setattr(queries, "queue", broken)
    answer = app.get("/api/v1/cases")
    assert is_a_problem(answer, 500)["type"] == "urn:krama:problem:server_error"
    assert "secret words" not in answer.content.decode()


UNSTORABLE = ("\0", "\ud800", "half \udfff")


@pytest.mark.database
@pytest.mark.parametrize("text", UNSTORABLE)
@pytest.mark.parametrize("field", ["reason", "decided_by"])
def test_what_no_database_keeps_is_refused_in_a_decision(app: Client, field: str, text: str) -> None:
    case = builders.case()
    asked = {"outcome": "dismiss", "reason": "Seen.", "items": [str(item) for item in builders.items(case)]}
    sent = json.dumps(asked | {"decided_by": "u-7"} | {field: text})
    headers = {"Idempotency-Key": "k-1"}
    path = f"/api/v1/cases/{case.ref}/decision"
    is_a_problem(app.post(path, sent, content_type="application/json", headers=headers), 422)


@pytest.mark.database
def test_what_no_database_keeps_finds_nothing(app: Client) -> None:
    is_a_problem(app.get("/api/v1/cases/C-%00"), 404)
    console = Client(raise_request_exception=False)
    console.force_login(builders.person("officer"), backend="allauth.account.auth_backends.AuthenticationBackend")
    for address, status in (("/cases?q=%00", 200), ("/cases/C-%00", 404), ("/cases?q=%ED%A0%80", 200)):
        assert console.get(address).status_code == status, address
