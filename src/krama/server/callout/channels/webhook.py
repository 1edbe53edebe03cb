# SPDX-License-Identifier: Apache-2.0
"""By a webhook of the firm's own on-call system: signed as measures are (Standard Webhooks), behind the same guard."""

from __future__ import annotations

import base64
import json
from datetime import UTC
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from krama.sealing import KeyedHash
from krama.server.callout.channels.calling import ask, check
from krama.server.callout.channels.said import Said
from krama.server.measures.networks import networks

LONGEST = 500


def clean(address: str) -> str:
    """https; http in a demo home alone. Where it may lead, the guard says when it is called."""
    bare = address.strip()
    try:
        parts = urlsplit(bare)
        known = parts.port is None or parts.port > 0
    except ValueError:
        return ""
    schemes = ("https", "http") if settings.HOME.is_demo else ("https",)
    right = parts.scheme in schemes and parts.hostname and not parts.username and known
    return bare if right and bare.isascii() and bare.isprintable() and len(bare) <= LONGEST else ""


def is_set() -> bool:
    return True


def secret_of(way: UUID) -> str:
    """`whsec_` and 32 bytes in base64, derived anew each time; shown once, when the way is added."""
    secret = KeyedHash(settings.KRAMA_WEBHOOKS_KEY).derive(f"callout:{way}")
    return "whsec_" + base64.b64encode(secret).decode()


def send(address: str, said: Said) -> None:
    from standardwebhooks.webhooks import Webhook as Signature

    now, body = timezone.now(), json.dumps(body_of(said), separators=(",", ":"))
    headers = {
        "Content-Type": "application/json",
        "webhook-id": str(said.call),
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Signature(secret_of(said.way)).sign(str(said.call), now, body),
    }
    allowed = networks(settings.KRAMA_CALLOUT_NETWORKS)
    check(
        ask(
            "POST",
            address,
            allowed=allowed,
            loopback=settings.HOME.is_demo,
            content=body.encode(),
            headers=headers,
        )
    )


def body_of(said: Said) -> dict[str, object]:
    """Reference, clock and link; the same each time this call is sent."""
    due = said.due.astimezone(UTC).isoformat() if said.due else None
    return {
        "type": f"alarm.{said.kind}",
        "timestamp": said.at.astimezone(UTC).isoformat(),
        "data": {"id": str(said.call), "ref": said.ref, "due": due, "link": said.link},
    }
