# SPDX-License-Identifier: Apache-2.0
"""What the firm's own systems do: ordered, delivered, confirmed, looked at again. And who does it."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from krama.server.accounts.models import Unit
from krama.server.cases.models import Decision, Item
from krama.server.measures import kinds


class Measure(models.Model):
    """One thing to do to one item's content, or to the account behind it."""

    Kind = kinds.Kind
    State = kinds.State

    class Held(models.TextChoices):
        HOLDS = "holds", _("It still holds")
        GONE = "gone", _("It holds no longer")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="measures")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, related_name="measures")
    by_rule = models.BooleanField(default=False)  # automation decided; a person looks afterwards
    kind = models.CharField(max_length=10, choices=Kind.choices)
    attempt = models.PositiveSmallIntegerField(default=1)  # ordered again by a person, with an id of its own
    adapter = models.CharField(max_length=10, blank=True)  # who does it; empty while nobody can
    state = models.CharField(max_length=10, choices=State.choices, default=State.ORDERED)
    ordered_at = models.DateTimeField()
    due_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    check_at = models.DateTimeField(null=True)  # when it is asked about again
    check_asked_at = models.DateTimeField(null=True)
    check_said = models.CharField(max_length=5, choices=Held.choices, blank=True)
    check_said_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "due_at"], name="measure_late"),
            models.Index(fields=["check_at"], condition=models.Q(check_at__isnull=False), name="measure_to_check"),
            models.Index(fields=["ordered_at"], condition=models.Q(state="held"), name="measure_held"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["decision", "item", "kind", "attempt"], name="ordered_once_a_decision"),
            models.UniqueConstraint(
                fields=["item", "kind", "attempt"], condition=models.Q(decision=None), name="ordered_once_by_rule"
            ),
            models.CheckConstraint(
                condition=models.Q(by_rule=False) | models.Q(decision=None, kind="withhold"),
                name="rules_only_withhold",
            ),
        ]


class Way(models.Model):
    """Who does measures of one kind in this firm. Without a row, what `kinds.BY_DEFAULT` says."""

    kind = models.CharField(primary_key=True, max_length=10, choices=kinds.Kind.choices)
    adapter = models.CharField(max_length=10, blank=True)  # empty: nobody
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")


class HandTask(models.Model):
    """Something a person does by hand in the firm's system, or looks at again there. They say what came of it."""

    class Asks(models.TextChoices):
        DO = "do", _("To be done by hand")
        CHECK = "check", _("To be looked at again")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="hand_tasks")
    asks = models.CharField(max_length=5, choices=Asks.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    said = models.CharField(max_length=6, blank=True)  # done, failed, holds or gone
    said_by = models.CharField(max_length=80, blank=True)
    said_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["at"], condition=models.Q(said_at=None), name="hand_task_open")]
        constraints = [models.UniqueConstraint(fields=["measure", "asks"], name="one_hand_task_a_question")]


class Webhook(models.Model):
    """Where measures are sent. Its secret is derived from a key apart from the data; it is not stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80, unique=True)
    url = models.CharField(max_length=500)
    allowed: models.JSONField[Any, Any] = models.JSONField(default=list)  # networks an administrator listed
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
