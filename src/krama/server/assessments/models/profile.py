# SPDX-License-Identifier: Apache-2.0
"""What the firm is, and which catalogue is in force; a new row each time, so that the past can be read."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models

from krama.server.accounts.models import User


class FirmProfile(models.Model):
    """What the firm said of itself; the highest number holds."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveIntegerField(unique=True)
    firm_en = models.CharField(max_length=120)
    firm_km = models.CharField(max_length=120)
    sectors: models.JSONField[Any, Any] = models.JSONField(default=list)
    features: models.JSONField[Any, Any] = models.JSONField(default=list)
    users: models.JSONField[Any, Any] = models.JSONField(default=list)
    size = models.CharField(max_length=16)
    languages: models.JSONField[Any, Any] = models.JSONField(default=list)
    catalogue_id = models.CharField(max_length=80)
    catalogue_version = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")


class LoadedCatalogue(models.Model):
    """A catalogue file that the firm loaded; without one in force the shipped one holds."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    catalogue_id = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.TextField()  # the YAML as it was loaded
    is_sample = models.BooleanField(default=False)
    in_force = models.BooleanField(default=False)
    loaded_at = models.DateTimeField()
    loaded_by = models.CharField(max_length=80)  # an actor's id: a person, or the terminal

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["in_force"], condition=models.Q(in_force=True), name="one_catalogue_in_force"
            ),
            models.UniqueConstraint(fields=["catalogue_id", "version"], name="one_file_a_version"),
        ]
