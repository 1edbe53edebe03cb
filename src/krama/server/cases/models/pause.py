# SPDX-License-Identifier: Apache-2.0
"""A clock that stands still while somebody outside is waited for: why, since when, and at the latest until when."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from krama.server.cases.models.case import Case


class Pause(models.Model):
    """One stretch. `left` is what the clock still had; it goes on with that, whoever ends the pause or nobody."""

    class Reason(models.TextChoices):
        REPORTER = "reporter", _("We asked whoever told us, and wait for an answer")
        AUTHORITY = "authority", _("An authority asked us in writing to wait")
        FIRM = "firm", _("Another firm must tell us something first")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="pauses")
    reason = models.CharField(max_length=9, choices=Reason.choices)
    begun_at = models.DateTimeField()
    until = models.DateTimeField()
    left = models.DurationField()
    sealed_reference = models.BinaryField(null=True)  # of the authority's letter
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(ended_at=None), name="one_pause_at_once"),
            models.CheckConstraint(condition=Q(until__gt=F("begun_at")), name="a_pause_ends"),
        ]
