# SPDX-License-Identifier: Apache-2.0
"""Changes of a country's facts, and every version that was in force."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from krama.server.accounts.models import User


class Change(models.Model):
    """One entry said anew: proposed by one person, accepted or refused by another."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waits for a second person")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    country = models.CharField(max_length=8, default="kh")
    group = models.CharField(max_length=20)
    entry = models.CharField(max_length=60)
    before: models.JSONField[Any, Any] = models.JSONField(null=True)  # None: the entry is new
    fields: models.JSONField[Any, Any] = models.JSONField()
    version = models.PositiveIntegerField()  # the pack that the proposer saw
    why = models.CharField(max_length=300)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.PROPOSED)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    made = models.PositiveIntegerField(null=True, unique=True)  # the version of the pack that it made

    class Meta:
        indexes = [models.Index(fields=["country", "group", "entry"], name="changes_of_an_entry")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_by=None)
                | models.Q(state="refused")
                | ~models.Q(decided_by=models.F("proposed_by")),
                name="accepted_by_another_person",
            ),
            models.CheckConstraint(
                condition=models.Q(state="accepted", made__isnull=False)
                | (~models.Q(state="accepted") & models.Q(made=None)),
                name="accepted_made_a_version",
            ),
        ]


class KeptPack(models.Model):
    """A version of the pack, whole and as plain values, so that a record that names it can be read again."""

    version = models.PositiveIntegerField(primary_key=True)
    body: models.JSONField[Any, Any] = models.JSONField()
    kept_at = models.DateTimeField()
