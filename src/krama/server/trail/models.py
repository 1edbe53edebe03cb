# SPDX-License-Identifier: Apache-2.0
"""Who did what. Entries are written without a position; the sequencer gives each its place once."""

from __future__ import annotations

import uuid

from django.db import models


class Entry(models.Model):
    """One act. The actor is text (kind and id), so that no account can be removed from under it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField()
    event = models.CharField(max_length=40)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=80)
    subject_kind = models.CharField(max_length=32)
    subject_id = models.CharField(max_length=80)
    details = models.JSONField(default=dict)
    position = models.BigIntegerField(null=True, unique=True)
    leaf_hash = models.CharField(max_length=64, default="")

    class Meta:
        indexes = [
            models.Index(fields=["at"], condition=models.Q(position__isnull=True), name="entry_unsequenced"),
            models.Index(fields=["subject_kind", "subject_id"], name="entry_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(position__isnull=True, leaf_hash="")
                | models.Q(position__gte=0) & ~models.Q(leaf_hash=""),
                name="a_place_has_a_hash",
            )
        ]


class TreeHead(models.Model):
    """The root over all entries up to `size`, and the frontier from which the next one grows."""

    size = models.BigIntegerField(primary_key=True)
    root = models.CharField(max_length=64)
    frontier = models.JSONField()
    at = models.DateTimeField()
