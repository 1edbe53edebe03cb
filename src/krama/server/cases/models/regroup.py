# SPDX-License-Identifier: Apache-2.0
"""Cases that were put together, or taken apart. Neither loses a line: from here each timeline is told whole."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from krama.server.cases.models.case import Case


class Regroup(models.Model):
    """Items that went from one case to another. A merge took all of them, and closed the case that they left."""

    class Kind(models.TextChoices):
        MERGE = "merge", _("Put together")
        SPLIT = "split", _("Taken apart")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=5, choices=Kind.choices)
    source = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="left_by")
    target = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="came_to")
    items: models.JSONField[Any, Any] = models.JSONField(default=list)
    at = models.DateTimeField()
    by = models.CharField(max_length=120)
    sealed_reason = models.BinaryField(null=True)  # in the notes of the case they came to

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source"], condition=models.Q(kind="merge"), name="merged_once"),
            models.CheckConstraint(condition=~models.Q(source=models.F("target")), name="not_with_itself"),
        ]
