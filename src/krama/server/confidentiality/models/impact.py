# SPDX-License-Identifier: Apache-2.0
"""Impact assessments: what is done about a line's risk, and the frozen papers that another person approves."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from krama.server.accounts.models import User
from krama.server.confidentiality.models.register import Line


class Residual(models.TextChoices):
    """What risk remains once the measures are taken, as a person sees it."""

    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High")


class Treatment(models.Model):
    """What is done about the risk of one line, and what remains. Older words stay."""

    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="treatments")
    version = models.PositiveIntegerField()
    measures = models.CharField(max_length=2000)
    residual = models.CharField(max_length=8, choices=Residual.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")


class Impact(models.Model):
    """One impact assessment: written from the register as it stood, approved by another person, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveIntegerField(unique=True)
    words = models.CharField(max_length=4000)  # the writer's conclusion
    facts: models.JSONField[Any, Any] = models.JSONField()  # every line with its risk
    covers: models.JSONField[Any, Any] = models.JSONField()  # line id → version
    body: models.JSONField[Any, Any] = models.JSONField()  # language → document
    sha256 = models.CharField(max_length=64)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(approved_by=None) | ~models.Q(approved_by=models.F("written_by")),
                name="an_impact_is_approved_by_another",
            )
        ]
