# SPDX-License-Identifier: Apache-2.0
"""What `verify` lets through, and everything it must not."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks.webhooks import Webhook

from krama.connectors import BadSignature, verify
from krama.errors import BadInput

SECRET = "whsec_" + "a2VlcCB0aGlzIHNlY3JldCBpbiB0ZXN0cyBvbmx5"
BODY = json.dumps({"type": "measure.ordered", "data": {"measure": "remove"}}).encode()


def signed(body: bytes = BODY, secret: str = SECRET, age: timedelta = timedelta(0)) -> dict[str, str]:
    when = datetime.now(UTC) - age
    signature = Webhook(secret).sign("msg-1", when, body.decode())
    return {"Webhook-Id": "msg-1", "Webhook-Timestamp": str(int(when.timestamp())), "Webhook-Signature": signature}


def test_a_signed_webhook_is_returned_parsed() -> None:
    assert verify(SECRET, signed(), BODY) == json.loads(BODY)


def test_a_second_signature_of_an_older_secret_does_not_hurt() -> None:
    headers = signed()
    headers["Webhook-Signature"] = "v1a,AAAA " + headers["Webhook-Signature"]
    assert verify(SECRET, headers, BODY)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        signed(secret="whsec_b3RoZXI="),
        signed(body=BODY + b" "),
        signed() | {"Webhook-Id": "msg-2"},
        signed() | {"Webhook-Signature": "v1"},
        signed() | {"Webhook-Signature": "v1,not base64!"},
        signed() | {"Webhook-Timestamp": "soon"},
        signed(age=timedelta(days=1)),
        signed(age=-timedelta(days=1)),
    ],
    ids=["none", "other secret", "other body", "other id", "no value", "not base64", "no time", "old", "of tomorrow"],
)
def test_everything_else_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(BadSignature):
        verify(SECRET, headers, BODY)


def test_a_body_that_is_not_text_is_refused() -> None:
    with pytest.raises(BadSignature):
        verify(SECRET, signed(), b"\xff\xfe")


@pytest.mark.parametrize("body", [b"[]", b"not json"])
def test_a_signed_body_must_hold_an_object(body: bytes) -> None:
    with pytest.raises(BadInput):
        verify(SECRET, signed(body), body)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_x"])
def test_a_secret_that_cannot_be_one_is_said(secret: str) -> None:
    with pytest.raises(BadInput):
        verify(secret, signed(), BODY)
