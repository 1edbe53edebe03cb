# SPDX-License-Identifier: Apache-2.0
"""What we do about it: cases, their items, open keys, links and decisions."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from krama.server.compartments.models import Compartment
from krama.server.detections.models import Detection


class Severity(models.TextChoices):
    """How grave, gravest first; the clocks hang on it."""

    CRITICAL = "critical", _("Critical")
    HIGH = "high", _("High")
    MEDIUM = "medium", _("Medium")
    LOW = "low", _("Low")


class Outcome(models.TextChoices):
    CONFIRM = "confirm", _("Confirmed")
    DISMISS = "dismiss", _("Dismissed")


class Layer(models.TextChoices):
    """Two layers that are never mixed."""

    LAW = "law", _("It is illegal under this country’s law")
    POLICY = "policy", _("It is against our rules or an international standard")


class Case(models.Model):
    """One matter for a person to decide; gathers every item of the same content or account."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ref = models.CharField(max_length=10, unique=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    severity = models.CharField(max_length=8, choices=Severity.choices)
    source = models.CharField(max_length=16, default="scanner")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    # Notes of the case; None in a case that nobody has written in yet.
    compartment = models.ForeignKey(Compartment, on_delete=models.PROTECT, null=True, related_name="cases")

    class Meta:
        indexes = [models.Index(fields=["state", "due_at"], name="case_queue")]


class OpenKey(models.Model):
    """What an open case holds: one content or one account belongs to at most one open case."""

    kind = models.CharField(max_length=8)
    hash = models.CharField(max_length=64)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="open_keys")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "hash"], name="one_open_case_a_key")]


class Item(models.Model):
    """One detection in a case. Undecided until a decision names it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="items")
    detection = models.OneToOneField(Detection, on_delete=models.PROTECT, related_name="+")
    joined_at = models.DateTimeField()
    joined_by = models.CharField(max_length=8)  # "content", "account" or "opened"
    decision = models.ForeignKey("Decision", on_delete=models.PROTECT, null=True, related_name="items")

    class Meta:
        indexes = [models.Index(fields=["case", "joined_at"], name="item_of_case")]


class Link(models.Model):
    """Two cases that belong together: one holds the content, the other the account."""

    one = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["one", "other"], name="linked_once")]


class Decision(models.Model):
    """What a person decided on the items they were shown. `carried_at` is set by the room that orders measures."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    layer = models.CharField(max_length=8, choices=Layer.choices, blank=True)
    sealed_reason = models.BinaryField(null=True)
    decided_by = models.CharField(max_length=120)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=80)
    facts: models.JSONField[Any, Any] = models.JSONField(default=dict)
    carried_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["at"], condition=models.Q(carried_at__isnull=True), name="decision_waiting")]
