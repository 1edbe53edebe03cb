# SPDX-License-Identifier: Apache-2.0
"""Who did what. Entries are written without a position; the sequencer gives each its place once."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models


class Unread(models.CharField):  # type: ignore[type-arg]
    """Text that no INSERT asks back: a database role that may only write the trail has no right to."""

    db_returning = False

    def deconstruct(self) -> Any:
        name, _path, given, named = super().deconstruct()
        return name, "django.db.models.CharField", given, named  # to the tables it is a plain one


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
    # An HMAC under a key outside the database: see seal.py. Empty in what an older version wrote.
    seal = Unread(max_length=64, db_default="", default="")

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
    """The root over all entries up to `size`, signed, and the frontier from which the next one grows."""

    size = models.BigIntegerField(primary_key=True)
    root = models.CharField(max_length=64)
    frontier = models.JSONField()
    at = models.DateTimeField()
    note = models.TextField(db_default="", default="")  # the signed checkpoint
