# SPDX-License-Identifier: Apache-2.0
"""Policy papers: written from the profile, approved by somebody else, signed by the people of the units."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from krama.server.accounts.models import Unit, User


class Paper(models.Model):
    """One version of one paper, in both languages; after approval it never changes."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        APPROVED = "approved", _("Approved")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)  # policy, house-rules, conduct, terms, or a letter's id
    number = models.PositiveIntegerField()
    body: models.JSONField[Any, Any] = models.JSONField()  # {"en": document, "km": document}
    sha256 = models.CharField(max_length=64)
    profile_number = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    review_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "number"], name="one_paper_a_number")]


class Signature(models.Model):
    """People of a unit who signed: one with an account, or a count with the place of the signed sheet."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="signatures")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="signatures")
    person = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="signatures")
    people = models.PositiveIntegerField(default=1)
    place = models.CharField(max_length=300, default="")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["paper", "person"], condition=models.Q(person__isnull=False), name="one_signature_a_person"
            )
        ]
