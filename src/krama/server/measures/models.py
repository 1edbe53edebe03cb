# SPDX-License-Identifier: Apache-2.0
"""What the firm's own systems do after a decision: ordered, delivered, confirmed."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from krama.server.cases.models import Item


class Measure(models.Model):
    """One thing to do to one item's content."""

    class Kind(models.TextChoices):
        REMOVE = "remove", _("Remove it")
        RESTORE = "restore", _("Restore it")

    class State(models.TextChoices):
        ORDERED = "ordered", _("Ordered")
        DELIVERED = "delivered", _("Delivered, not yet confirmed")
        DONE = "done", _("Done, confirmed by the firm’s system")
        FAILED = "failed", _("The firm’s system could not do it")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.OneToOneField(Item, on_delete=models.PROTECT, related_name="measure")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ORDERED)
    ordered_at = models.DateTimeField()
    due_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "due_at"], name="measure_late")]


class Webhook(models.Model):
    """Where measures are sent. Its secret is derived from a key apart from the data; it is not stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80, unique=True)
    url = models.CharField(max_length=500)
    allowed: models.JSONField[Any, Any] = models.JSONField(default=list)  # networks an administrator listed
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
