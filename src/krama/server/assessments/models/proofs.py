# SPDX-License-Identifier: Apache-2.0
"""What the running system saw of each live proof: now, when it changed, and day by day."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    PASS = "pass", _("Pass")
    FAIL = "fail", _("Fail")
    UNKNOWN = "unknown", _("Not known yet")


class ProofState(models.Model):
    """How a proof stands now, and when it was last seen to fail: a check never seen red proves little."""

    proof_id = models.CharField(primary_key=True, max_length=80)
    state = models.CharField(max_length=8, choices=State.choices)
    since = models.DateTimeField()
    cause = models.CharField(max_length=200, default="")  # a message id; its figures fill it
    figures: models.JSONField[Any, Any] = models.JSONField(default=dict)
    checked_at = models.DateTimeField()
    last_failed_at = models.DateTimeField(null=True)
    last_failed_cause = models.CharField(max_length=200, default="")


class ProofChange(models.Model):
    """One change of a proof's state."""

    proof_id = models.CharField(max_length=80)
    at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices)
    cause = models.CharField(max_length=200, default="")
    figures: models.JSONField[Any, Any] = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["proof_id", "at"], name="proof_change_of")]


class ProofDay(models.Model):
    """How often a proof was seen in each state on one day; kept for 90 days."""

    proof_id = models.CharField(max_length=80)
    day = models.DateField()
    passed = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    unknown = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proof_id", "day"], name="one_row_a_proof_a_day")]
