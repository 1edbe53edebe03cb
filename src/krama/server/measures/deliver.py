# SPDX-License-Identifier: Apache-2.0
"""Sending one order to one webhook: signed (Standard Webhooks), thin, and only through the guard."""

from __future__ import annotations

import json
from datetime import UTC, timedelta
from typing import Any
from uuid import UUID

import httpx2
from django.conf import settings
from django.utils import timezone
from standardwebhooks.webhooks import Webhook as Signature

from krama.errors import Refused
from krama.server.detections.queries import firm_ids as found_ids
from krama.server.intake.queries import firm_ids as told_ids
from krama.server.measures.actions_ways import webhook_secret
from krama.server.measures.adapters import Asks
from krama.server.measures.guard import Unreachable, guarded_client
from krama.server.measures.kinds import Kind
from krama.server.measures.models import Measure, Webhook
from krama.server.measures.networks import networks


class Rejected(Unreachable):
    """The firm's system answered, but not with 2xx; Krama tries again by its schedule."""

    code = "rejected"


def deliver(measure_id: str, webhook_id: str, asks: Asks = "do") -> None:
    """Idempotent: the receiver knows a repeated order, or question, by its webhook-id, which stays the same."""
    measure = (
        Measure.objects.select_related(
            "item__detection__compartment", "item__report__compartment", "item__case", "decision"
        )
        .filter(pk=UUID(measure_id))
        .first()
    )
    webhook = Webhook.objects.filter(pk=UUID(webhook_id), is_active=True).first()
    if measure is None or webhook is None:
        return
    body = json.dumps(body_of(measure, asks), separators=(",", ":"))
    message = str(measure.pk) if asks == "do" else f"{measure.pk}-check"
    status = _post(webhook, message, body)
    if not 200 <= status < 300:
        raise Rejected(f"{webhook.name} answered {status}.")


def body_of(measure: Measure, asks: Asks = "do") -> dict[str, Any]:
    """Ids only: nothing in it tells about a child."""
    item = measure.item
    ids = told_ids(item.report) if item.report is not None else found_ids(item.detection) if item.detection else {}
    data: dict[str, Any] = {
        "id": str(measure.pk),
        "measure": measure.kind,
        "content_id": ids.get("content_id"),
        "account_id": ids.get("account_id"),
        "case_ref": measure.item.case.ref,
        "due": measure.due_at.astimezone(UTC).isoformat(),
    }
    if measure.kind == Kind.REMOVE and _is_kept(measure):
        data["preserve"] = True  # out of everybody's sight, and not deleted
    if asks == "check":
        asked = measure.check_asked_at or timezone.now()
        data["due"] = (asked + timedelta(minutes=settings.KRAMA_MEASURE_MINUTES)).astimezone(UTC).isoformat()
        return {"type": "measure.check", "timestamp": asked.astimezone(UTC).isoformat(), "data": data}
    return {"type": "measure.ordered", "timestamp": measure.ordered_at.astimezone(UTC).isoformat(), "data": data}


def _is_kept(measure: Measure) -> bool:
    """The same decision wants it kept for an authority."""
    return measure.decision is not None and measure.decision.wanted.filter(kind=Kind.PRESERVE).exists()


def _post(webhook: Webhook, message_id: str, body: str) -> int:
    now = timezone.now()
    headers = {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Signature(webhook_secret(webhook)).sign(message_id, now, body),
    }
    try:
        with (
            guarded_client(networks(webhook.allowed), loopback=settings.HOME.is_demo) as client,
            client.stream("POST", webhook.url, content=body.encode(), headers=headers) as answer,
        ):
            return answer.status_code  # its body is nobody's business, and might never end
    except Refused:
        raise
    except (httpx2.HTTPError, httpx2.InvalidURL) as problem:
        raise Unreachable(f"{webhook.name}: {type(problem).__name__}") from problem
