# SPDX-License-Identifier: Apache-2.0
"""The firm's own rules of triage: every version that was ever in force, as it was written."""

from __future__ import annotations

from django.db import models


class RuleBook(models.Model):
    """One version; the highest number is in force. Without any, the rules that came with Krama are."""

    number = models.PositiveIntegerField(primary_key=True)
    body = models.TextField()
    loaded_at = models.DateTimeField()
    loaded_by = models.CharField(max_length=80)
