# SPDX-License-Identifier: Apache-2.0
"""Who does which kind of measure, and where the firm's own systems listen."""

from __future__ import annotations

import base64
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from krama.errors import BadInput, Conflict
from krama.sealing import KeyedHash
from krama.server.accounts.models import Unit
from krama.server.measures.actions_order import hand_out
from krama.server.measures.adapters import ADAPTERS
from krama.server.measures.kinds import Kind, State
from krama.server.measures.models import Measure, Way, Webhook
from krama.server.measures.networks import networks
from krama.server.trail.actions import record
from krama.server.trail.actor import Actor
from krama.server.trail.events import Event


@transaction.atomic
def choose_way(actor: Actor, *, kind: str, adapter: str, unit: Unit | None = None) -> Way:
    """From now on this adapter does this kind; what waited for somebody is handed out."""
    if kind not in Kind.values:
        raise BadInput("There is no such kind of measure.", field="kind")
    if adapter and (adapter not in ADAPTERS or Kind(kind) not in ADAPTERS[adapter].kinds):
        raise BadInput("This kind cannot be done that way.", field="adapter")
    kept = unit if adapter == "by-hand" else None
    way, _made = Way.objects.update_or_create(kind=kind, defaults={"adapter": adapter, "unit": kept})
    details = {"measure": kind, "adapter": adapter, "unit": str(kept.pk) if kept else ""}
    record(actor, Event.WAY_CHOSEN, subject_kind="way", subject_id=kind, details=details)
    _serve_waiting()
    return way


def _serve_waiting() -> None:
    """Ordered while nobody could do it."""
    for measure in Measure.objects.select_for_update().filter(state=State.ORDERED, adapter="").order_by("ordered_at"):
        hand_out(measure)


@transaction.atomic
def add_webhook(actor: Actor, *, name: str, url: str, allowed: list[str]) -> tuple[Webhook, str]:
    """A place where measures are sent, and its secret, which is shown this once."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise BadInput(f"{url} is not an address such as https://app.example.org/krama/webhook.", field="url")
    if parts.scheme == "http" and not settings.HOME.is_demo:
        raise BadInput("A webhook's address begins with https://.", field="url")
    if not 0 < len(name.strip()) <= 80 or len(url) > 500 or "\x00" in name + url:
        raise BadInput("The name of a webhook has 1 to 80 characters, its address at most 500.", field="name")
    listed = [str(network) for network in networks(allowed)]
    if Webhook.objects.filter(name=name).exists():
        raise Conflict(f"There is a webhook called {name!r} already.")
    webhook = Webhook.objects.create(name=name, url=url, allowed=listed)
    record(actor, Event.WEBHOOK_ADDED, subject_kind="webhook", subject_id=webhook.pk, details={"allowed": len(listed)})
    _serve_waiting()
    return webhook, webhook_secret(webhook)


@transaction.atomic
def move_webhook(actor: Actor, *, webhook: Webhook, url: str) -> None:
    """The firm's system moved."""
    if webhook.url != url:
        webhook.url = url
        webhook.save(update_fields=["url"])
        record(actor, Event.WEBHOOK_CHANGED, subject_kind="webhook", subject_id=webhook.pk, details={"field": "url"})


def webhook_secret(webhook: Webhook) -> str:
    """`whsec_` and 32 bytes in base64 (Standard Webhooks), derived anew each time."""
    secret = KeyedHash(settings.KRAMA_WEBHOOKS_KEY).derive(f"webhook:{webhook.pk}")
    return "whsec_" + base64.b64encode(secret).decode()
