# SPDX-License-Identifier: Apache-2.0
"""What must still be done: one row a task, written in the transaction that wants it done."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone


class Task(models.Model):
    """Due when `next_at` has passed and no lease runs; done rows are removed by the loop after a while."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        GIVEN_UP = "given_up"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    payload = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["next_at"], condition=models.Q(state="waiting"), name="task_waiting")]


class Beat(models.Model):
    """When the loop last went round: what Today and the live proofs ask."""

    name = models.CharField(primary_key=True, max_length=40)
    at = models.DateTimeField()
