# SPDX-License-Identifier: Apache-2.0
"""Writing measures: order, deliver, confirm; and where they are sent."""

from __future__ import annotations

import base64
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from krama.errors import BadInput, Conflict, NotFound
from krama.sealing import KeyedHash
from krama.server.cases.actions import mark_carried
from krama.server.cases.models import Decision, Outcome
from krama.server.cases.queries import decisions_waiting
from krama.server.measures.models import Measure, Webhook
from krama.server.measures.networks import networks
from krama.server.outbox.actions import put
from krama.server.trail.actions import record
from krama.server.trail.actor import DELIVERY, Actor
from krama.server.trail.events import Event

DELIVER = "measures.deliver"
OPEN = (Measure.State.ORDERED, Measure.State.DELIVERED)


def order_next() -> int:
    """Turn the oldest waiting decision into measures, with their deliveries; returns how many."""
    return _order_one() if decisions_waiting().exists() else 0  # no write transaction just to look


@transaction.atomic
def _order_one() -> int:
    skip = connection.features.has_select_for_update_skip_locked
    decision = decisions_waiting().select_for_update(skip_locked=skip).first()
    if decision is None:
        return 0
    webhooks = list(Webhook.objects.filter(is_active=True))
    measures = [_order(decision, item_id) for item_id in decision.items.values_list("pk", flat=True)]
    for measure in measures:
        for webhook in webhooks:
            put(DELIVER, {"measure": str(measure.pk), "webhook": str(webhook.pk)})
    mark_carried(decision)
    return len(measures)


def _order(decision: Decision, item_id: UUID) -> Measure:
    kind = Measure.Kind.REMOVE if decision.outcome == Outcome.CONFIRM else Measure.Kind.RESTORE
    now = timezone.now()
    due = now + timedelta(minutes=settings.KRAMA_MEASURE_MINUTES)
    measure = Measure.objects.create(item_id=item_id, kind=kind, ordered_at=now, due_at=due)
    details = {"measure": kind.value, "case": decision.case.ref}
    record(DELIVERY, Event.MEASURE_ORDERED, subject_kind="measure", subject_id=measure.pk, details=details)
    return measure


@transaction.atomic
def note_delivered(measure_id: UUID) -> None:
    """The firm's system took the order; one that was confirmed meanwhile stays confirmed."""
    now = timezone.now()
    waiting = Measure.objects.filter(pk=measure_id, state=Measure.State.ORDERED)
    if waiting.update(state=Measure.State.DELIVERED, delivered_at=now):
        record(DELIVERY, Event.MEASURE_DELIVERED, subject_kind="measure", subject_id=measure_id)


@transaction.atomic
def confirm(actor: Actor, *, measure_id: UUID, state: str) -> Measure:
    """What the firm's system says of a measure. Done is final; failed may become done; saying it twice is fine."""
    if state not in (Measure.State.DONE, Measure.State.FAILED):
        raise BadInput("`state` is done or failed.", field="state")
    measure = Measure.objects.select_for_update().filter(pk=measure_id).first()
    if measure is None:
        raise NotFound(f"There is no measure {measure_id}.")
    if measure.state == state:
        return measure
    if measure.state == Measure.State.DONE:
        raise Conflict("This measure was confirmed as done; it cannot become failed.")
    measure.state, measure.confirmed_at = state, timezone.now()
    measure.save(update_fields=["state", "confirmed_at"])
    event = Event.MEASURE_CONFIRMED if state == Measure.State.DONE else Event.MEASURE_FAILED
    record(actor, event, subject_kind="measure", subject_id=measure.pk)
    return measure


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
