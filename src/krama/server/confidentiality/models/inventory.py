# SPDX-License-Identifier: Apache-2.0
"""What a scan of the firm's schemas found: proposals that wait for a person's word. Never rows of data."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from krama.server.accounts.models import User
from krama.server.confidentiality.models.register import Line


class Scan(models.Model):
    """One uploaded inventory: its fingerprint and what came of it; the file itself is not kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    found = models.PositiveIntegerField()
    new = models.PositiveIntegerField()
    gone = models.PositiveIntegerField()


class Proposal(models.Model):
    """One field that a scan named. `key` stands for source, place, field and category together."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for a person")
        ACCEPTED = "accepted", _("In the register")
        DISMISSED = "dismissed", _("Dismissed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=64, unique=True)
    source = models.CharField(max_length=300)
    place = models.CharField(max_length=200, blank=True)
    field = models.CharField(max_length=200)
    type = models.CharField(max_length=120, blank=True)
    category = models.CharField(max_length=12)
    reason = models.CharField(max_length=500, blank=True)
    confidence = models.FloatField()
    language = models.CharField(max_length=12, blank=True)
    first_scan = models.ForeignKey(Scan, on_delete=models.PROTECT, related_name="+")
    last_scan = models.ForeignKey(Scan, on_delete=models.PROTECT, related_name="+")
    gone_at = models.DateTimeField(null=True)  # a later scan of the same source did not name it
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    line = models.ForeignKey(Line, on_delete=models.PROTECT, null=True, related_name="proposals")
    why = models.CharField(max_length=300, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["state", "source", "place"], name="proposals_by_place")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="accepted") | models.Q(line__isnull=False), name="accepted_into_a_line"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="dismissed") | ~models.Q(why=""), name="dismissed_with_a_reason"
            ),
        ]
