# SPDX-License-Identifier: Apache-2.0
"""A phone at the operator's gateway, and what its report says once it was collected."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.test import Client

from krama.server.accounts.models import Key, Scope
from krama.server.detections.scanner import identifiers
from krama.server.intake.actions import collect
from krama.server.intake.models import Report
from krama.server.intake.queries import answers_of

FORM = "application/x-www-form-urlencoded"
PHONE = "+85512345678"


def key() -> str:
    """A gateway's key."""
    import hashlib

    Key.objects.create(
        name="gateway",
        prefix="aabbccdd",
        secret_hash=hashlib.sha256(b"secret").hexdigest(),
        scopes=[Scope.REPORTS_GATEWAY.value],
    )
    return "krama_aabbccdd_secret"


class Phone:
    """Sends SMS and presses keys."""

    def __init__(self, number: str = PHONE) -> None:
        self.number, self.ids = number, 0
        self.client = Client(headers={"authorization": f"Bearer {key()}"})

    def send(self, text: str, *, id: str | None = None, **more: str) -> str:
        """One SMS; the answer, or "" for none."""
        self.ids += 1
        named = {"from": self.number, "to": "1280", "text": text, "id": f"m{self.ids}" if id is None else id}
        return self.take(self.client.get("/api/v1/gateway/sms", named | more))

    def press(self, text: str, session: str = "s-1") -> str:
        """One screen."""
        called = {"sessionId": session, "phoneNumber": self.number, "serviceCode": "*128#", "text": text}
        return self.take(self.client.post("/api/v1/gateway/ussd", urlencode(called), content_type=FORM))

    def take(self, response: Any) -> str:
        assert response.status_code == 200, response.content
        assert response["Content-Type"] == "text/plain; charset=UTF-8"
        return str(response.content.decode())


def said(report: Report | None = None) -> dict[str, str]:
    """The last answer to each question, after the report moved in."""
    report = report or Report.objects.get()
    if report.collected_at is None:
        collect.mark_collected([report], identifiers())
    else:
        collect.settle(report, identifiers())
    report.refresh_from_db()
    return dict(answers_of(report))
