# SPDX-License-Identifier: Apache-2.0
"""What the scanners found. Hashes, ids and metadata only: no content is ever stored."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext_lazy as _

from krama.server.compartments.models import Compartment

HASHES = ("sha256", "sha1", "md5", "pdq")


class Detection(models.Model):
    """One scan that found something, or could not look. Collected by a higher room when `collected_at` is set."""

    class Verdict(models.TextChoices):
        BLOCK = "block", _("Withheld")
        REVIEW = "review", _("Held back")
        ALLOW = "allow", _("Let through and noted")

    class Reason(models.TextChoices):
        MATCH = "match", _("It matches a list")
        TRUNCATED = "truncated", _("It is cut short and could not be searched whole")
        UNDECODABLE = "undecodable", _("It could not be opened")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField()
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    reason = models.CharField(max_length=16, choices=Reason.choices)
    matches: models.JSONField[Any, Any] = models.JSONField(default=list)
    content: models.JSONField[Any, Any] = models.JSONField(default=dict)
    snapshot = models.CharField(max_length=64, default="")
    took_ms = models.FloatField()
    key_name = models.CharField(max_length=120, default="")
    # The firm's own ids: found again by keyed hash, readable only through the compartment.
    content_key = models.CharField(max_length=64, default="", db_index=True)
    firm_id_key = models.CharField(max_length=64, default="", db_index=True)
    account_key = models.CharField(max_length=64, default="", db_index=True)
    sealed_ids = models.BinaryField(null=True)
    door_version = models.PositiveIntegerField(null=True)  # sealed at the door with this key; None once collected
    set_aside_at = models.DateTimeField(null=True)  # when it last could not be collected: an alarm, and tried again
    compartment = models.ForeignKey(Compartment, on_delete=models.PROTECT, null=True, related_name="detections")
    collected_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["at"],
                condition=models.Q(collected_at__isnull=True) & ~models.Q(verdict="allow"),
                name="detection_waiting",
            ),
            models.Index(
                fields=["at"], condition=models.Q(collected_at__isnull=True, verdict="allow"), name="detection_noted"
            ),
            models.Index(
                fields=["set_aside_at"],
                condition=models.Q(collected_at__isnull=True, set_aside_at__isnull=False),
                name="detection_aside",
            ),
            # A search by the start of a hash asks for a stretch of each of these.
            *(models.Index(KeyTextTransform(kind, "content"), name=f"detection_{kind}") for kind in HASHES),
            models.Index(
                fields=["door_version"],
                condition=models.Q(door_version__isnull=False),
                name="detection_at_door",
            ),
        ]


class GateCount(models.Model):
    """The sums that one process of a gate told of one day: what of them the day's count has already."""

    run = models.UUIDField()
    day = models.DateField()
    verdict = models.CharField(max_length=8)
    count = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "day", "verdict"], name="one_sum_a_run_and_day")]


class DailyCount(models.Model):
    """How many scans of each verdict a day, and when the last was: all that remains where nothing was found."""

    day = models.DateField()
    verdict = models.CharField(max_length=8)
    count = models.PositiveBigIntegerField(default=0)
    last_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "verdict"], name="one_count_a_day")]
