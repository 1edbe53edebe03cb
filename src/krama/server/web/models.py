# SPDX-License-Identifier: Apache-2.0
"""Answers already given, so that a repeated request is answered again and not carried out again."""

from __future__ import annotations

from django.db import models


class Answer(models.Model):
    """One answer to one Idempotency-Key of one caller; written in the transaction of the act itself."""

    caller = models.CharField(max_length=80)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.JSONField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="one_answer_a_key")]
